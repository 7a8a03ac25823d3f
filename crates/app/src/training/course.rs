//! Writing courses down and changing them.
//! Must not let an agency write down what another holds; what central bodies hold is written down by those who keep trainings.
//! The rules are `domain::training::Course`.

use std::{collections::BTreeSet, sync::Arc};

use auth::Ctx;
use domain::{
    error::{Code, Fault, Refusal},
    id::Id,
    programme::ProgrammeId,
    revision::Revisions,
    training::{Course, CourseId, CourseKind, Organiser, PlanItemId, TrainingAudience},
};
use persistence::{Conn, training as stored, training_plan};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, MAX_TITLE, at_desk, document, made_at_desk, refused, task_named};
use crate::{App, Error, Made, OnceKey, audit::Deed, words::read_among};

const CREATE: &str = "create_training_course";
const UPDATE: &str = "update_training_course";

/// A course as it is written down.
#[derive(Clone, Debug)]
pub struct NewCourse {
    /// Code.
    pub programme: String,
    /// Code.
    pub task: Option<String>,
    pub kind: CourseKind,
    pub title: String,
    /// Code of the agency that holds it; or else:
    pub organiser: Option<String>,
    /// A central body in words.
    pub central_organiser: Option<String>,
    /// Held by a central body; one in words always is.
    pub is_central: Option<bool>,
    pub audiences: Vec<TrainingAudience>,
    /// Teaching hours.
    pub hours: Option<u32>,
    /// The item of the yearly plan that it fills.
    pub plan_item: Option<Uuid>,
    /// Number or identifier.
    pub document: Option<String>,
}

/// Writes a course down.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`; `BODY_INVALID` with every fault.
pub async fn create(app: &App, ctx: &Ctx, new: NewCourse, key: Option<OnceKey>) -> Result<Made<CourseId>, Error> {
    made_at_desk(app, ctx, (CREATE, Deed::new(CREATE)), key, move |desk, conn| {
        let course = read(desk, conn, desk.app.0.ids.next(), &new)?;
        stored::insert(conn, &course, desk.stamp())?;
        desk.record(conn, Deed::new(CREATE).on("training_course", course.id).with(json!({ "after": told(desk, &course) })))?;
        Ok(course.id)
    })
    .await
}

/// Writes a course anew, which has this revision.
///
/// # Errors
/// As [`create`]; `NOT_FOUND`, `PRECONDITION_FAILED`.
pub async fn update(app: &App, ctx: &Ctx, (id, revision): (CourseId, impl Into<Revisions>), new: NewCourse) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    at_desk(app, ctx, Deed::new(UPDATE).on("training_course", id), move |desk, conn| {
        let before = stored::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
        organised(desk, &before)?;
        revision.check(before.revision)?;
        let course = Course { revision: before.revision, ..read(desk, conn, id, &new)? };
        if course.programme != before.programme {
            return Err(refused(vec![Fault::new("/programme", Code::RuleBroken)]));
        }
        if !stored::advance(conn, &course)? {
            return Err(Refusal::new(Code::PreconditionFailed).into());
        }
        let changes = json!({"before": told(desk, &before), "after": told(desk, &course)});
        desk.record(conn, Deed::new(UPDATE).on("training_course", id).with(changes))
    })
    .await
}

/// Whether the caller may write for whoever holds the course.
pub(super) fn organised(desk: &Desk, course: &Course) -> Result<(), Error> {
    let agency = match course.organiser {
        Organiser::Agency(agency) => Some(agency),
        Organiser::Central(_) => None,
    };
    desk.may(Some(course.programme), agency)
}

/// What the audit log tells of a course.
fn told(desk: &Desk, course: &Course) -> Value {
    let organiser = match &course.organiser {
        Organiser::Agency(agency) => desk.catalogue.agency_code(Some(*agency)).map(|code| code.to_string()),
        Organiser::Central(words) => Some(words.to_string()),
    };
    let audiences: Vec<&str> = course.audiences.iter().map(|audience| audience.label()).collect();
    json!({"kind": course.kind.label(), "title": course.title, "organiser": organiser, "isCentral": course.is_central,
           "audiences": audiences, "hours": course.hours, "task": course.task.map(|id| id.to_string()),
           "planItem": course.plan_item.map(|id| id.to_string()), "document": course.document.map(|id| id.to_string())})
}

/// A course, resolved; every fault at once.
fn read(desk: &Desk, conn: &mut Conn, id: CourseId, new: &NewCourse) -> Result<Course, Error> {
    let mut faults = Vec::new();
    let programme = desk.programme(&new.programme, &mut faults);
    let organiser = organiser(desk, programme, new, &mut faults)?;
    let title: Arc<str> = read_among("/title", &new.title, MAX_TITLE, &mut faults).into();
    let task = task_named(conn, programme, new.task.as_deref(), &mut faults)?;
    let document = document(conn, "/document", new.document.as_deref(), &mut faults)?;
    let plan_item = plan_item(conn, programme, new.plan_item, &mut faults)?;
    let (Some(programme), Some(organiser)) = (programme, organiser) else { return Err(refused(faults)) };
    let is_central = new.is_central.unwrap_or(matches!(organiser, Organiser::Central(_)));
    let audiences: BTreeSet<TrainingAudience> = new.audiences.iter().copied().collect();
    let (kind, hours, revision) = (new.kind, new.hours, 1);
    let course = Course { id, programme, task, kind, title, organiser, is_central, audiences, hours, plan_item, document, revision };
    let own = course.faults("");
    // A title that cannot be read is told once.
    faults.extend(own.into_iter().filter(|fault| fault.pointer != "/title"));
    if faults.is_empty() { Ok(course) } else { Err(refused(faults)) }
}

fn organiser(desk: &Desk, programme: Option<ProgrammeId>, new: &NewCourse, faults: &mut Vec<Fault>) -> Result<Option<Organiser>, Error> {
    match (&new.organiser, &new.central_organiser) {
        (Some(code), None) => Ok(desk.acting(programme, "/organiser", code, faults)?.map(Organiser::Agency)),
        (None, Some(words)) => {
            desk.may(programme, None)?;
            Ok(Some(Organiser::Central(read_among("/centralOrganiser", words, MAX_TITLE, faults).into())))
        }
        _ => {
            let words = ("Nêu một cơ quan tổ chức.", "Name whoever holds it: an agency, or a central body in words.");
            faults.push(Fault::worded("/organiser", Code::RuleBroken, words.0, words.1));
            Ok(None)
        }
    }
}

fn plan_item(
    conn: &mut Conn,
    programme: Option<ProgrammeId>,
    id: Option<Uuid>,
    faults: &mut Vec<Fault>,
) -> Result<Option<PlanItemId>, Error> {
    let Some(id) = id.map(Id::from_uuid) else { return Ok(None) };
    let found = training_plan::by_id(conn, id)?.filter(|item| programme.is_none_or(|programme| programme == item.programme));
    if found.is_none() {
        faults.push(Fault::new("/planItem", Code::ReferenceUnknown));
    }
    Ok(found.map(|item| item.id))
}
