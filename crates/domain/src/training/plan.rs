//! The yearly training plan against what was held.
//! Must not count a planned session as held, nor what nobody planned as planned.
//! Courses and sessions are the parent module's.

use std::sync::Arc;

use chrono::Datelike;

use super::{Course, CourseKind, Participation, People, Session, SessionStatus, TrainingAudience, people};
use crate::{agency::AgencyId, document::DocumentId, id::Id, programme::ProgrammeId};

pub type PlanItemId = Id<PlanItem>;

/// A course that a year's training plan names (Sở Nội vụ's, decision 1593 article 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanItem {
    pub id: PlanItemId,
    pub programme: ProgrammeId,
    pub year: i32,
    pub agency: AgencyId,
    pub kind: CourseKind,
    pub title: Arc<str>,
    pub audience: Option<TrainingAudience>,
    /// How many sessions are planned; none where the plan does not say.
    pub sessions: Option<u32>,
    /// How many attendances are planned.
    pub attendances: Option<u32>,
    pub document: DocumentId,
}

/// What was held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub sessions: u32,
    pub cancelled: u32,
    /// None where no participation is on record.
    pub people: Option<People>,
}

/// An item of the plan with what came of it; no item for what was held beside the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub item: Option<PlanItemId>,
    pub planned_sessions: Option<u32>,
    pub planned_attendances: Option<u32>,
    pub held: Held,
}

/// Each item of a year's plan with what was held for it, in the order of the plan; at last what was held in the year beside the plan.
/// A session belongs to the year in which it begins.
pub fn against_plan(year: i32, items: &[PlanItem], courses: &[Course], sessions: &[Session], parts: &[Participation]) -> Vec<Progress> {
    let planned = items.iter().filter(|item| item.year == year);
    let mut progress: Vec<Progress> = planned
        .map(|item| Progress {
            item: Some(item.id),
            planned_sessions: item.sessions,
            planned_attendances: item.attendances,
            held: held(year, courses, sessions, parts, |course| course.plan_item == Some(item.id)),
        })
        .collect();
    let is_unplanned = |course: &Course| !items.iter().any(|item| item.year == year && course.plan_item == Some(item.id));
    let beside = held(year, courses, sessions, parts, is_unplanned);
    if beside != Held::default() {
        progress.push(Progress { item: None, planned_sessions: None, planned_attendances: None, held: beside });
    }
    progress
}

fn held(year: i32, courses: &[Course], sessions: &[Session], parts: &[Participation], is_of: impl Fn(&Course) -> bool) -> Held {
    let is_wanted =
        |session: &&Session| session.from.year() == year && courses.iter().any(|course| course.id == session.course && is_of(course));
    let wanted: Vec<&Session> = sessions.iter().filter(is_wanted).collect();
    let of = |status: SessionStatus| wanted.iter().filter(move |session| session.status == status);
    let count = |status| u32::try_from(of(status).count()).unwrap_or(u32::MAX);
    let came = parts.iter().filter(|part| of(SessionStatus::Held).any(|session| session.id == part.session));
    Held { sessions: count(SessionStatus::Held), cancelled: count(SessionStatus::Cancelled), people: people(came) }
}
