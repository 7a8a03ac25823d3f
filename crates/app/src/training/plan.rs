//! The yearly training plan: writing its items down, and reading them beside what was held.
//! Must not tell how many people came to whoever may not know of each agency's.
//! Held against planned is `domain::training::against_plan`.

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    error::{Code, Fault},
    policy::Action,
    training::{CourseKind, Held, PlanItem, PlanItemId, Progress, TrainingAudience, against_plan},
};
use persistence::{Conn, training as stored, training_plan as rows};
use serde_json::json;

use super::{MAX_TITLE, YEARS, at_desk, document, figures::held_parts, material::is_there, part::open_to, refused};
use crate::{App, Error, View, audit::Deed, words::read_among};

const PLAN: &str = "plan_training";

/// An item of a year's training plan.
#[derive(Clone, Debug)]
pub struct NewPlanItem {
    /// Code.
    pub programme: String,
    pub year: i32,
    /// Code of the agency whose plan it is.
    pub agency: String,
    pub kind: CourseKind,
    pub title: String,
    pub audience: Option<TrainingAudience>,
    pub sessions: Option<u32>,
    pub attendances: Option<u32>,
    /// Number or identifier of the plan.
    pub document: String,
}

/// An item with what came of it; no item for what was held beside the plan.
#[derive(Clone, Debug)]
pub struct PlanProgress {
    pub item: Option<PlanItem>,
    /// Without people for whoever may not know of each agency's.
    pub progress: Progress,
}

impl PlanProgress {
    /// An item of which nothing is held yet.
    pub fn of_new(item: PlanItem) -> Self {
        let (planned_sessions, planned_attendances) = (item.sessions, item.attendances);
        let progress = Progress { item: Some(item.id), planned_sessions, planned_attendances, held: Held::default() };
        Self { item: Some(item), progress }
    }
}

/// Writes an item of the yearly plan down.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`; `BODY_INVALID` with every fault; `ALREADY_EXISTS` for the same title in the same plan.
pub async fn plan(app: &App, ctx: &Ctx, new: NewPlanItem) -> Result<PlanItem, Error> {
    at_desk(app, ctx, Deed::new(PLAN), move |desk, conn| {
        let mut faults = Vec::new();
        let programme = desk.programme(&new.programme, &mut faults);
        let agency = desk.acting(programme, "/agency", &new.agency, &mut faults)?;
        let title = read_among("/title", &new.title, MAX_TITLE, &mut faults).into();
        if !YEARS.contains(&new.year) {
            faults.push(Fault::new("/year", Code::OutOfRange));
        }
        for (at, number) in [("/sessions", new.sessions), ("/attendances", new.attendances)] {
            if number.is_some_and(|number| !(1..=1_000_000).contains(&number)) {
                faults.push(Fault::new(at, Code::OutOfRange));
            }
        }
        let document = document(conn, "/document", Some(&new.document), &mut faults)?;
        let (Some(programme), Some(agency), Some(document), true) = (programme, agency, document, faults.is_empty()) else {
            return Err(refused(faults));
        };
        let id = desk.app.0.ids.next();
        let (year, kind, audience, sessions, attendances) = (new.year, new.kind, new.audience, new.sessions, new.attendances);
        let item = PlanItem { id, programme, year, agency, kind, title, audience, sessions, attendances, document };
        rows::insert(conn, &item, desk.stamp()).map_err(is_there)?;
        let after = json!({"year": year, "agency": new.agency, "title": item.title, "sessions": sessions, "attendances": attendances,
                           "document": document.to_string()});
        desk.record(conn, Deed::new(PLAN).on("training_plan_item", item.id).with(json!({ "after": after })))?;
        Ok(item)
    })
    .await
}

/// What a year's training plans name, in the order in which it was written down, with what came of it; at last what was held beside
/// them. Nothing of a programme that is not there. People are told to those who may know of every agency's.
///
/// # Errors
/// When the database fails.
pub async fn plan_year(view: &View, programme: &str, year: i32) -> Result<Vec<PlanProgress>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let last = NaiveDate::from_ymd_opt(year, 12, 31).filter(|day| YEARS.contains(&day.year()));
    let (Some(programme), Some(last)) = (view.catalogue().await?.programme_by_code(programme).map(|found| found.id), last) else {
        return Ok(Vec::new());
    };
    let is_open =
        view.ctx().allow(Action::ReadParticipations).is_ok() && open_to(&view.ctx().participation_scope(), Some(programme)).is_none();
    let read = move |conn: &mut Conn| -> Result<_, Error> {
        let items = rows::of_year(conn, programme, year)?;
        let courses = stored::of_programme(conn, programme)?;
        let sessions = stored::sessions(conn, &courses.iter().map(|course| course.id).collect::<Vec<_>>())?;
        let parts = if is_open { held_parts(conn, programme, last)? } else { Vec::new() };
        Ok((items, courses, sessions, parts))
    };
    let (items, courses, sessions, parts) = view.read(read).await?;
    let parts: Vec<_> = parts.into_iter().filter(|held| held.from.year() == year).map(|held| held.part).collect();
    let progress = against_plan(year, &items, &courses, &sessions, &parts);
    let find = |id: PlanItemId| items.iter().find(|item| item.id == id).cloned();
    Ok(progress.into_iter().map(|progress| PlanProgress { item: progress.item.and_then(find), progress }).collect())
}
