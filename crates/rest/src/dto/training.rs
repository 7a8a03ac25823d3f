//! Courses, sessions and who took part, as REST shows and takes them.
//! Must not decide who may see whom; that is `app::training`.
//! Materials, plans and rolls are `training_register`, figures `training_figures`.

use app::{
    catalogue::Catalogue,
    training::{self as model, CourseSeen},
};
use chrono::NaiveDate;
use domain::training::{Attendant, CourseKind, Organiser, SessionStatus, TrainingAudience, TrainingResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which courses, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CourseParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    #[param(value_type = Option<String>, max_length = 16, pattern = "^(FORMAL|REFRESHER|WORKSHOP)$")]
    pub kind: Option<CourseKind>,
    /// Held by a central body, or not.
    pub is_central: Option<bool>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A page of participations.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ParticipationParams {
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// Whether something is only tried.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DryRunParams {
    /// Check everything and store nothing.
    pub dry_run: Option<bool>,
}

/// A course to write down, by an agency that holds it or a central body in words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewTrainingCourse {
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64)]
    pub programme: String,
    /// Code of the task.
    #[schema(example = "III.2", min_length = 1, max_length = 64)]
    pub task: Option<String>,
    /// `FORMAL`: đào tạo; `REFRESHER`: bồi dưỡng; `WORKSHOP`: tập huấn.
    #[schema(value_type = String, max_length = 16, pattern = "^(FORMAL|REFRESHER|WORKSHOP)$")]
    pub kind: CourseKind,
    /// What the course is called, for everybody to read.
    #[schema(example = "Bồi dưỡng kiến thức thông tin đối ngoại", min_length = 1, max_length = 500)]
    pub title: String,
    /// Code of the agency that holds it.
    #[schema(example = "so-noi-vu", min_length = 2, max_length = 64)]
    pub organiser: Option<String>,
    /// The central body that holds it, in words.
    #[schema(example = "Bộ Thông tin và Truyền thông", min_length = 1, max_length = 500)]
    pub central_organiser: Option<String>,
    /// Held by a central body; one in words always is.
    pub is_central: Option<bool>,
    /// For whom it is; left out where that is not told.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 6, max_length = 32, pattern = "^(LEADER|MANAGER|STAFF|EXTERNAL_INFORMATION_STAFF|PRESS|SPEAKER)$")]
    pub audiences: Vec<TrainingAudience>,
    /// Teaching hours.
    #[schema(minimum = 1, maximum = 10000)]
    pub hours: Option<u32>,
    /// Identifier of the item of the yearly plan that it fills.
    pub plan_item: Option<Uuid>,
    /// Number or identifier of the document that it rests on.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

impl From<NewTrainingCourse> for model::NewCourse {
    fn from(body: NewTrainingCourse) -> Self {
        Self {
            programme: body.programme,
            task: body.task,
            kind: body.kind,
            title: body.title,
            organiser: body.organiser,
            central_organiser: body.central_organiser,
            is_central: body.is_central,
            audiences: body.audiences,
            hours: body.hours,
            plan_item: body.plan_item,
            document: body.document,
        }
    }
}

/// A version of material that was used.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct UsedMaterial {
    /// Identifier of the material.
    pub material: Uuid,
    /// Number of the version, in whichever language.
    #[schema(minimum = 1, maximum = 10000)]
    pub version: u32,
}

/// A session to write down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewTrainingSession {
    /// Only those that were held have participants.
    #[schema(value_type = String, max_length = 16, pattern = "^(PLANNED|HELD|CANCELLED)$")]
    pub status: SessionStatus,
    /// The first day; of one that was held, not in the future.
    pub from: NaiveDate,
    /// Included.
    pub to: NaiveDate,
    /// Where it is held, in words.
    #[schema(min_length = 1, max_length = 500)]
    pub place: Option<String>,
    /// Versions of the programme's teaching materials that were used.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub materials: Vec<UsedMaterial>,
}

impl From<NewTrainingSession> for model::NewSession {
    fn from(body: NewTrainingSession) -> Self {
        let materials = body.materials.into_iter().map(|used| (used.material, used.version)).collect();
        Self { status: body.status, from: body.from, to: body.to, place: body.place, materials }
    }
}

/// A session of a course.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingSession {
    pub id: Uuid,
    /// `PLANNED`, `HELD` or `CANCELLED`; only those that were held have participants.
    #[schema(example = "HELD", max_length = 16, pattern = "^(PLANNED|HELD|CANCELLED)$")]
    pub status: String,
    /// The first day; a session belongs to the year of this day.
    pub from: NaiveDate,
    /// Included.
    pub to: NaiveDate,
    /// Where it is held, in words.
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// Versions of the programme's teaching materials that were used.
    #[schema(max_items = 100)]
    pub materials: Vec<UsedMaterial>,
    /// A change names it as `If-Match`.
    pub revision: i32,
}

/// A course with its sessions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingCourse {
    pub id: Uuid,
    /// Code.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// Identifier of the task.
    pub task: Option<Uuid>,
    /// `FORMAL`: đào tạo; `REFRESHER`: bồi dưỡng; `WORKSHOP`: tập huấn.
    #[schema(example = "REFRESHER", max_length = 16, pattern = "^(FORMAL|REFRESHER|WORKSHOP)$")]
    pub kind: String,
    /// What the course is called, for everybody to read.
    #[schema(max_length = 500)]
    pub title: String,
    /// Code of the agency that holds it; null for a central body in words.
    #[schema(max_length = 64)]
    pub organiser: Option<String>,
    /// The central body that holds it, in words.
    #[schema(max_length = 500)]
    pub central_organiser: Option<String>,
    /// Held by a central body, whoever that is in the register.
    pub is_central: bool,
    /// For whom it is; empty where that is not told.
    #[schema(max_length = 32, pattern = "^(LEADER|MANAGER|STAFF|EXTERNAL_INFORMATION_STAFF|PRESS|SPEAKER)$")]
    pub audiences: Vec<String>,
    /// Teaching hours.
    pub hours: Option<u32>,
    /// Identifier of the item of the yearly plan that it fills.
    pub plan_item: Option<Uuid>,
    /// Identifier of the document that it rests on.
    pub document: Option<Uuid>,
    /// In the order of time.
    pub sessions: Vec<TrainingSession>,
    /// Raised by every change of the course, which names it as `If-Match`.
    pub revision: i32,
}

impl TrainingCourse {
    pub fn of(seen: &CourseSeen, catalogue: &Catalogue) -> Self {
        let course = &seen.course;
        let (organiser, central) = match &course.organiser {
            Organiser::Agency(agency) => (catalogue.agency_code(Some(*agency)).map(|code| code.to_string()), None),
            Organiser::Central(words) => (None, Some(words.to_string())),
        };
        let session = |session: &domain::training::Session| TrainingSession {
            id: session.id.uuid(),
            status: session.status.label().into(),
            from: session.from,
            to: session.to,
            place: session.place.as_deref().map(str::to_owned),
            materials: session.materials.iter().map(|(id, version)| UsedMaterial { material: id.uuid(), version: *version }).collect(),
            revision: session.revision,
        };
        Self {
            id: course.id.uuid(),
            programme: catalogue.programme(course.programme).map(|programme| programme.code.to_string()),
            task: course.task.map(domain::id::Id::uuid),
            kind: course.kind.label().into(),
            title: course.title.to_string(),
            organiser,
            central_organiser: central,
            is_central: course.is_central,
            audiences: course.audiences.iter().map(|audience| audience.label().into()).collect(),
            hours: course.hours,
            plan_item: course.plan_item.map(domain::id::Id::uuid),
            document: course.document.map(domain::id::Id::uuid),
            sessions: seen.sessions.iter().map(session).collect(),
            revision: course.revision,
        }
    }
}

page!(TrainingCoursePage of TrainingCourse, "A page of courses, the newest first.");

/// Somebody of the register of people, or so many who are not named.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewParticipant {
    /// Identifier in the register of people.
    pub person: Option<Uuid>,
    /// How many of the agency who are not named, apart from those who are.
    #[schema(minimum = 1, maximum = 100_000)]
    pub headcount: Option<u32>,
    /// What came of it; left out while it is not known.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(COMPLETED|NOT_COMPLETED|NOT_ASSESSED)$")]
    pub result: Option<TrainingResult>,
    /// Of a named person who did not fail; needs `certificateOn`.
    #[schema(min_length = 1, max_length = 100)]
    pub certificate_number: Option<String>,
    /// The day of its issue: not before the session, and not in the future.
    pub certificate_on: Option<NaiveDate>,
}

/// Everybody of one agency who took part in a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewParticipations {
    /// Code.
    #[schema(example = "so-tttt", min_length = 2, max_length = 64)]
    pub agency: String,
    /// All of them, in the place of those that were written down before.
    #[schema(max_items = 2000)]
    pub participants: Vec<NewParticipant>,
}

impl From<NewParticipations> for model::SessionParts {
    fn from(body: NewParticipations) -> Self {
        let part = |one: NewParticipant| model::NewPart {
            person: one.person,
            headcount: one.headcount,
            result: one.result,
            certificate_number: one.certificate_number,
            certificate_on: one.certificate_on,
        };
        Self { agency: body.agency, participants: body.participants.into_iter().map(part).collect() }
    }
}

/// What was written down, or would be.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordedParticipations {
    /// Named persons and headcounts, each of them one.
    pub entries: u64,
    /// Lượt người.
    pub attendances: u64,
    /// Different people who are named.
    pub named: u64,
    /// Entries that these took the place of.
    pub replaced: u64,
    /// Everything was checked and nothing stored.
    pub is_dry_run: bool,
}

impl From<model::Recorded> for RecordedParticipations {
    fn from(done: model::Recorded) -> Self {
        let (attendances, named, is_dry_run) = (done.attendances, done.named, done.is_dry_run);
        Self { entries: done.entries as u64, attendances, named, replaced: done.replaced as u64, is_dry_run }
    }
}

/// Who took part.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Participation {
    pub id: Uuid,
    /// Code.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Identifier in the register of people.
    pub person: Option<Uuid>,
    /// As the register has it; null where nobody is named or the person's data is not to be used.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// The processing of the person's data is restricted: nothing more is shown.
    pub is_restricted: bool,
    /// How many who are not named.
    pub headcount: Option<u32>,
    /// What came of it; null while it is not known, or where the person's data is restricted.
    #[schema(max_length = 16, pattern = "^(COMPLETED|NOT_COMPLETED|NOT_ASSESSED)$")]
    pub result: Option<String>,
    /// Null without a certificate, or where the person's data is restricted.
    #[schema(max_length = 100)]
    pub certificate_number: Option<String>,
    /// The day of its issue; null as `certificateNumber` is.
    pub certificate_on: Option<NaiveDate>,
}

impl Participation {
    pub fn of(seen: &model::Seen, catalogue: &Catalogue) -> Self {
        let part = &seen.part;
        let (person, headcount) = match part.attendant {
            Attendant::Person(person) => (Some(person.uuid()), None),
            Attendant::Headcount(heads) => (None, Some(heads)),
        };
        Self {
            id: part.id.uuid(),
            agency: catalogue.agency_code(Some(part.agency)).map(|code| code.to_string()),
            person,
            name: seen.name.clone(),
            is_restricted: seen.is_restricted,
            headcount,
            result: part.result.map(|result| result.label().into()),
            certificate_number: part.certificate.as_ref().map(|certificate| certificate.number.to_string()),
            certificate_on: part.certificate.as_ref().map(|certificate| certificate.issued_on),
        }
    }
}

page!(ParticipationPage of Participation, "A page of who took part, in the order in which they were written down.");
