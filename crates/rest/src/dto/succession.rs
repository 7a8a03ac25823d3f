//! What waits for an owner, naming one, and roles beside tasks that events move, as REST reads and shows them.
//! Must not decide anything; the use cases are `app::succession`.
//! Events and what else they move are `organisation`.

use std::collections::HashMap;

use app::{
    catalogue::Catalogue,
    place::NewPlace,
    succession::{Named, NamingDraft, Unowned},
};
use chrono::NaiveDate;
use domain::{succession::RoleSuccession, task::TaskId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    organisation::{AgencyEventEntry, code},
    page::page,
    place::Places,
};

/// A role beside tasks that goes to a successor, or to the queue: a duty of a programme, its standing agency, whom it reports to, who
/// receives the reports of a regime.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedRole {
    /// What the agency is to the programme or the regime.
    #[schema(max_length = 16, pattern = "^(RESPONSIBLE|WITH|DIRECTED_AT|RECEIVER|STANDING_AGENCY|REPORTS_TO)$")]
    pub role: String,
    /// Code; null for a regime of every programme.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the duty, the regime or the programme.
    #[schema(example = "D2.2.a", max_length = 64)]
    pub subject: String,
    /// Code.
    #[schema(max_length = 64)]
    pub from: String,
    /// Code; null where nobody takes it: it waits in the queue.
    #[schema(max_length = 64)]
    pub to: Option<String>,
}

impl MovedRole {
    /// None for a role of what a corrected file took away since.
    pub fn given(moved: &RoleSuccession, catalogue: &Catalogue) -> Option<Self> {
        let (programme, subject) = catalogue.role_subject(moved.role)?;
        Some(Self {
            role: moved.role.kind.label().to_owned(),
            programme: programme.and_then(|id| catalogue.programme(id)).map(|found| found.code.to_string()),
            subject: subject.to_owned(),
            from: code(catalogue, moved.from),
            to: Some(code(catalogue, moved.to)),
        })
    }
}

/// Who is to answer for what has no owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewSuccession {
    /// Identifiers of entries of the queue.
    #[schema(min_items = 1, max_items = 1000)]
    pub entries: Vec<Uuid>,
    /// Code.
    #[schema(max_length = 64)]
    pub successor: String,
    /// The first day.
    pub effective_on: NaiveDate,
    /// Number or identifier of the document.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

impl From<NewSuccession> for NamingDraft {
    fn from(new: NewSuccession) -> Self {
        let entries = new.entries.iter().map(ToString::to_string).collect();
        Self {
            entries,
            successor: new.successor,
            effective_on: new.effective_on,
            basis: new.basis,
            place: NewPlace { section: new.section, quote: new.quote },
        }
    }
}

/// What came of naming a successor.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Succession {
    /// How many entries have an owner now.
    #[schema(minimum = 0, maximum = 1000)]
    pub resolved: usize,
    /// One transfer for each agency whose duties these were.
    #[schema(max_items = 1000)]
    pub events: Vec<AgencyEventEntry>,
}

impl Succession {
    pub fn of(named: &Named, catalogue: &Catalogue, places: &Places) -> Self {
        Self { resolved: named.resolved, events: named.events.iter().map(|event| AgencyEventEntry::of(event, catalogue, places)).collect() }
    }
}

/// Which part of the queue.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct QueueParams {
    /// What waited on this day, settled from a later one or not; where nothing is said what waits today, from a later day on too.
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// Something that no agency answers for: "cần chỉ định đơn vị kế thừa".
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuccessionEntry {
    pub id: Uuid,
    /// Code of the agency whose it was; of a collective where nobody is left on its roll.
    #[schema(max_length = 64)]
    pub agency: String,
    /// The first day without an owner.
    pub since: NaiveDate,
    /// Code; null for the receiver of a regime of every programme.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// Code; null for what is owed for the whole programme, and for a role beside tasks.
    #[schema(max_length = 64)]
    pub task: Option<String>,
    /// What part it was in the task; null for a report that is owed, and for a role beside tasks.
    #[schema(max_length = 16, pattern = "^(LEAD|COORDINATING)$")]
    pub role: Option<String>,
    /// Identifier of the obligation, for a report that is owed.
    pub obligation: Option<Uuid>,
    /// Which role beside tasks it is.
    #[schema(max_length = 16, pattern = "^(RESPONSIBLE|WITH|DIRECTED_AT|RECEIVER|STANDING_AGENCY|REPORTS_TO)$")]
    pub agency_role: Option<String>,
    /// Code of the duty, the regime or the programme that such a role is of.
    #[schema(example = "D2.2.a", max_length = 64)]
    pub subject: Option<String>,
}

page!(SuccessionPage of SuccessionEntry, "A page of what waits for an owner.");

impl SuccessionEntry {
    pub fn of(waiting: &Unowned, catalogue: &Catalogue, tasks: &HashMap<TaskId, String>) -> Self {
        let task = waiting.assignment.as_ref().map(|a| a.task).or(waiting.obligation.as_ref().and_then(|owed| owed.task));
        Self {
            id: waiting.id.uuid(),
            agency: code(catalogue, waiting.agency),
            since: waiting.since,
            programme: waiting.programme.and_then(|id| catalogue.programme(id)).map(|found| found.code.to_string()),
            task: task.and_then(|task| tasks.get(&task).cloned()),
            role: waiting.assignment.as_ref().map(|assignment| assignment.role.label().to_owned()),
            obligation: waiting.obligation.as_ref().map(|owed| owed.id.uuid()),
            agency_role: waiting.role.map(|role| role.kind.label().to_owned()),
            subject: waiting.role.and_then(|role| catalogue.role_subject(role)).map(|(_, code)| code.to_owned()),
        }
    }
}
