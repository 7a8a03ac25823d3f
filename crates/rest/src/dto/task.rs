//! Tasks as REST shows them.
//! Must not show more than GraphQL shows to the same caller.
//! See `app::task`.

use std::sync::Arc;

use app::{catalogue::Catalogue, meeting::Seen, task::TaskFilter};
use chrono::NaiveDate;
use domain::{document::DocumentId, meeting::Conclusion, task as model};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    page::page,
    text::{Text, Texts},
};

/// Which tasks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct TaskParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the group; needs `programme`.
    #[param(max_length = 64)]
    pub group: Option<String>,
    /// Code of an assigned agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// LEAD or COORDINATING.
    #[param(value_type = Option<String>, pattern = "^(LEAD|COORDINATING)$", max_length = 16)]
    pub role: Option<model::AssignmentRole>,
    /// Also find tasks where a collective with the agency on its roll is assigned.
    #[serde(default)]
    pub through_collectives: bool,
    /// With an occurrence in this year.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// The tasks that were in force at the end of this day, in its words, and who led and coordinated then, also as a filter; as they are
    /// where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Part of the title, without regard to case and diacritics.
    #[param(max_length = 200)]
    pub text: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&TaskParams> for TaskFilter {
    fn from(params: &TaskParams) -> Self {
        Self {
            programme: params.programme.clone(),
            group: params.group.clone(),
            code: None,
            lead_agency: None,
            agency: params.agency.clone(),
            through_collectives: params.through_collectives,
            role: params.role,
            year: params.year,
            text: params.text.clone(),
            as_of: params.as_of,
        }
    }
}

/// A task of a programme's annex.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    pub id: Uuid,
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Code of the group of tasks that it stands in.
    #[schema(example = "V", max_length = 64)]
    pub group: String,
    /// Unique within the programme.
    #[schema(example = "V.2", max_length = 64)]
    pub code: String,
    /// The title in Vietnamese.
    #[schema(max_length = 2000)]
    pub name: String,
    /// The title in the language that the caller likes best.
    pub name_text: Text,
    /// When the task is carried out: the words of the decision and how they are read.
    pub period: Period,
    /// Codes, in the order of the decision.
    #[schema(max_items = 1000)]
    pub lead_agencies: Vec<String>,
    /// Codes, in the order of the decision.
    #[schema(max_items = 1000)]
    pub coordinating_agencies: Vec<String>,
    /// Codes of assigned collectives of which no document says whom they mean: nobody answers for their part.
    #[schema(max_items = 1000)]
    pub undesignated: Vec<String>,
    /// What it follows, where a meeting concluded it and the caller may see that.
    pub conclusion: Option<TaskConclusion>,
    /// Identifier of the document that directs it, where it follows a direction that no meeting concluded.
    pub direction: Option<Uuid>,
}

/// The conclusion of a meeting that a task follows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskConclusion {
    pub id: Uuid,
    /// Of the meeting, at `/api/v1/meetings/{id}`.
    pub meeting: Uuid,
    /// Among the conclusions of the meeting, from 1.
    #[schema(minimum = 1)]
    pub number: i32,
    /// What was concluded.
    #[schema(max_length = 2000)]
    pub text: String,
    /// The day by which it is to be done.
    pub due_on: NaiveDate,
}

/// When a task is carried out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    /// The words of the decision, misprints included.
    #[schema(example = "2013 -1015", max_length = 500)]
    pub as_written: String,
    /// The first year in which it is carried out.
    #[schema(example = 2013, minimum = 1945, maximum = 2200)]
    pub start_year: i32,
    /// Included.
    #[schema(example = 2015, minimum = 1945, maximum = 2200)]
    pub end_year: i32,
    /// ANNUAL or FIXED.
    #[schema(example = "FIXED", max_length = 16)]
    pub recurrence: String,
}

impl Task {
    pub fn of(task: &model::Task, assignments: &[model::Assignment], (catalogue, day): (&Catalogue, NaiveDate), texts: &Texts) -> Self {
        let codes = |role| {
            let assigned = assignments.iter().filter(|assignment| assignment.role == role);
            assigned.filter_map(|a| catalogue.agency(a.agency)).map(|agency| agency.code.to_string()).collect()
        };
        let undesignated = assignments.iter().filter(|a| catalogue.lacks_designation(task.id, a.agency, day));
        let group = catalogue.group(task.group);
        Self {
            id: task.id.uuid(),
            programme: group.map(|(programme, _)| programme.code.to_string()).unwrap_or_default(),
            group: group.and_then(|(programme, place)| programme.group_at(place)).map(|group| group.code.to_string()).unwrap_or_default(),
            code: task.code.to_string(),
            name: task.title.to_string(),
            name_text: texts.task(task),
            period: Period {
                as_written: task.period.as_written.to_string(),
                start_year: task.period.start_year,
                end_year: task.period.end_year,
                recurrence: task.period.recurrence.label().into(),
            },
            lead_agencies: codes(model::AssignmentRole::Lead),
            coordinating_agencies: codes(model::AssignmentRole::Coordinating),
            undesignated: undesignated.filter_map(|a| catalogue.agency_code(Some(a.agency))).map(|code| code.to_string()).collect(),
            conclusion: None,
            direction: None,
        }
    }

    /// The same with the conclusion that it follows.
    pub fn following(self, concluded: Option<&(Arc<Seen>, Conclusion)>) -> Self {
        let conclusion = concluded.map(|(seen, one)| TaskConclusion {
            id: one.id.uuid(),
            meeting: seen.meeting.id.uuid(),
            number: one.number,
            text: one.text.to_string(),
            due_on: one.due_on,
        });
        Self { conclusion, ..self }
    }

    /// The same with the document that directs it.
    pub fn directed(self, by: Option<&DocumentId>) -> Self {
        Self { direction: by.map(|document| document.uuid()), ..self }
    }
}

page!(TaskPage of Task, "A page of tasks.");
