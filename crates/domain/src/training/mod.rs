//! Trainings: courses, sessions, who took part, the materials, and the plan against what was held.
//! Must not take attendances for people: one person in three courses is one person and three attendances (lượt).
//! Whom staff rolls count is `roll`, what share was reached `reach`; the small figures of public tables are hidden by `suppression`.

use std::{collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;

use crate::{
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    person::PersonId,
    programme::ProgrammeId,
    task::TaskId,
    text,
};

mod coarse;
mod plan;
mod public;
mod reach;
mod release;
mod roll;

pub use coarse::in_steps;
pub use plan::{Held, PlanItem, PlanItemId, Progress, against_plan};
pub use public::{PublicTable, newly_reached, public_table};
pub use reach::{Counted, Coverage, People, coverage, people};
pub use release::{Release, ReleaseId, ReleasedShare, ReleasedTable, ToldShare, attendances, is_apart, release};
pub use roll::{Denominator, StaffBase, StaffRoll, StaffRollId, denominators};

pub type CourseId = Id<Course>;
pub type SessionId = Id<Session>;
pub type ParticipationId = Id<Participation>;
pub type MaterialId = Id<Material>;

labelled_enum! {
    /// What kind of training a course is.
    pub enum CourseKind {
        /// Đào tạo.
        Formal = "FORMAL",
        /// Bồi dưỡng.
        Refresher = "REFRESHER",
        /// Tập huấn.
        Workshop = "WORKSHOP",
    }
}

labelled_enum! {
    /// For whom a course is (decision 1593, 3.3 and task III.2).
    pub enum TrainingAudience {
        /// Lãnh đạo.
        Leader = "LEADER",
        /// Cán bộ quản lý.
        Manager = "MANAGER",
        /// Cán bộ, công chức.
        Staff = "STAFF",
        /// Those who do the work of external information.
        ExternalInformationStaff = "EXTERNAL_INFORMATION_STAFF",
        /// Reporters and editors.
        Press = "PRESS",
        /// Reporters and speakers (báo cáo viên, tuyên truyền viên).
        Speaker = "SPEAKER",
    }
}

labelled_enum! {
    /// How a session stands.
    pub enum SessionStatus {
        Planned = "PLANNED",
        Held = "HELD",
        Cancelled = "CANCELLED",
    }
}

labelled_enum! {
    /// What came of taking part.
    pub enum TrainingResult {
        Completed = "COMPLETED",
        NotCompleted = "NOT_COMPLETED",
        /// The course has no assessment.
        NotAssessed = "NOT_ASSESSED",
    }
}

/// Who holds a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Organiser {
    /// An agency of the register; a ministry among them where the register has it.
    Agency(AgencyId),
    /// A central body in words: its courses count as well, with those who were sent (decision 1593, 3.3.b).
    Central(Arc<str>),
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub id: CourseId,
    pub programme: ProgrammeId,
    pub task: Option<TaskId>,
    pub kind: CourseKind,
    pub title: Arc<str>,
    pub organiser: Organiser,
    /// Held by a central body, whoever it is in the register.
    pub is_central: bool,
    pub audiences: BTreeSet<TrainingAudience>,
    /// Teaching hours; none where it is not told.
    pub hours: Option<u32>,
    /// The place in the yearly training plan that it fills.
    pub plan_item: Option<PlanItemId>,
    pub document: Option<DocumentId>,
    /// Raised by every change, from 1.
    pub revision: i32,
}

/// A course as it is held once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub course: CourseId,
    pub status: SessionStatus,
    pub from: NaiveDate,
    /// Included.
    pub to: NaiveDate,
    pub place: Option<Arc<str>>,
    /// The versions of the materials that were used.
    pub materials: Vec<(MaterialId, u32)>,
    /// Raised by every change, from 1.
    pub revision: i32,
}

/// Who took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attendant {
    /// Somebody of the register: internal data, never told in public.
    Person(PersonId),
    /// So many of the agency who are not named, apart from those who are.
    Headcount(u32),
}

/// A part in a session, of one person or of several whom an agency sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation {
    pub id: ParticipationId,
    pub session: SessionId,
    pub agency: AgencyId,
    pub attendant: Attendant,
    /// None while it is not known.
    pub result: Option<TrainingResult>,
    pub certificate: Option<Certificate>,
}

/// A certificate of a person's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub number: Arc<str>,
    pub issued_on: NaiveDate,
}

/// Teaching material, with its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    pub id: MaterialId,
    pub programme: ProgrammeId,
    pub task: Option<TaskId>,
    /// Whoever compiles it.
    pub agency: AgencyId,
    pub title: Arc<str>,
    /// In the order of their numbers.
    pub versions: Vec<MaterialVersion>,
}

/// A version of teaching material, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaterialVersion {
    /// From 1.
    pub number: u32,
    /// A BCP 47 tag, e.g. "vi".
    pub language: Arc<str>,
    pub issued_on: NaiveDate,
    /// Its files are those of the document.
    pub document: Option<DocumentId>,
    /// Where it is read, if no document has it.
    pub link: Option<Arc<str>>,
}

impl Course {
    /// What is wrong with it by itself.
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        faults.extend(text::silence(&self.title).map(|code| Fault::new(format!("{at}/title"), code)));
        if self.hours.is_some_and(|hours| !(1..=10_000).contains(&hours)) {
            faults.push(Fault::new(format!("{at}/hours"), Code::OutOfRange));
        }
        if matches!(self.organiser, Organiser::Central(_)) && !self.is_central {
            faults.push(Fault::new(format!("{at}/isCentral"), Code::RuleBroken));
        }
        faults
    }
}

impl Session {
    /// What is wrong with it by itself, for `today` in Viet Nam: one that was held has begun.
    pub fn faults(&self, today: NaiveDate, at: &str) -> Vec<Fault> {
        let order = (self.to < self.from).then(|| Fault::new(format!("{at}/to"), Code::PeriodInconsistent));
        let is_early = self.status == SessionStatus::Held && self.from > today;
        order.into_iter().chain(is_early.then(|| Fault::new(format!("{at}/from"), Code::DayInFuture))).collect()
    }
}

impl Participation {
    /// What is wrong with it by itself: nobody is counted as none, and a certificate is a person's who did not fail.
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let is_person = matches!(self.attendant, Attendant::Person(_));
        if self.attendant == Attendant::Headcount(0) {
            faults.push(Fault::new(format!("{at}/headcount"), Code::OutOfRange));
        }
        if self.certificate.is_some() && (!is_person || self.result == Some(TrainingResult::NotCompleted)) {
            faults.push(Fault::new(format!("{at}/certificate"), Code::RuleBroken));
        }
        faults
    }
}

impl Material {
    /// What is wrong with it by itself: a version in a language is there once, and no later one is older.
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let mut seen = BTreeSet::new();
        let mut latest: Option<(u32, NaiveDate)> = None;
        let mut faults = Vec::new();
        for (i, version) in self.versions.iter().enumerate() {
            if version.number == 0 || !seen.insert((version.number, &version.language)) {
                faults.push(Fault::new(format!("{at}/versions/{i}/number"), Code::Duplicate));
            }
            if latest.is_some_and(|(number, on)| version.number > number && version.issued_on < on) {
                faults.push(Fault::new(format!("{at}/versions/{i}/issuedOn"), Code::PeriodInconsistent));
            }
            latest = latest.max(Some((version.number, version.issued_on)));
        }
        faults
    }
}

#[cfg(test)]
mod released_tests;
#[cfg(test)]
mod tests;
