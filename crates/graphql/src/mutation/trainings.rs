//! Trainings, their materials and plans, and staff rolls, written down.
//! Must not decide anything.
//! The use cases are `app::training` and `app::staff_roll`.

use app::{staff_roll, training};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{revision::Revisions, training::CourseId};

use super::{Problem, admitted, admitted_on, after, named, settled};
use crate::{
    counts::Counts,
    enums::training::{CourseKind, SessionStatus, TrainingAudience, TrainingResult},
    error::failure,
    types::training::{StaffRoll, TrainingCourse, TrainingMaterial, TrainingPlanItem},
};

/// A course to write down, by an agency that holds it or a central body in words.
#[derive(InputObject)]
struct TrainingCourseInput {
    /// Code.
    programme: String,
    /// Code.
    task: Option<String>,
    /// Đào tạo, bồi dưỡng or tập huấn.
    kind: CourseKind,
    /// What the course is called, for everybody to read.
    title: String,
    /// Code of the agency that holds it.
    organiser: Option<String>,
    /// The central body that holds it, in words.
    central_organiser: Option<String>,
    /// Held by a central body; one in words always is.
    is_central: Option<bool>,
    /// For whom it is; left out where that is not told.
    #[graphql(default)]
    audiences: Vec<TrainingAudience>,
    /// Teaching hours.
    hours: Option<i32>,
    /// Identifier of the item of the yearly plan that it fills.
    plan_item: Option<ID>,
    /// Number or identifier.
    document: Option<String>,
}

/// An identifier of an input; one that is none names nothing.
fn input_id(id: &ID) -> uuid::Uuid {
    id.parse().unwrap_or(uuid::Uuid::nil())
}

impl TrainingCourseInput {
    fn read(self) -> std::result::Result<training::NewCourse, app::Error> {
        let mut counts = Counts::default();
        let new = training::NewCourse {
            programme: self.programme,
            task: self.task,
            kind: self.kind.into(),
            title: self.title,
            organiser: self.organiser,
            central_organiser: self.central_organiser,
            is_central: self.is_central,
            audiences: self.audiences.into_iter().map(Into::into).collect(),
            hours: counts.some("/hours", self.hours),
            plan_item: self.plan_item.as_ref().map(input_id),
            document: self.document,
        };
        counts.held(new)
    }
}

/// A version of material that was used.
#[derive(InputObject)]
struct UsedMaterialInput {
    /// Identifier of the material.
    material: ID,
    /// Number of the version, in whichever language.
    version: i32,
}

/// A session to write down.
#[derive(InputObject)]
struct TrainingSessionInput {
    /// Only those that were held have participants.
    status: SessionStatus,
    /// The first day; of one that was held, not in the future.
    from: NaiveDate,
    /// Included.
    to: NaiveDate,
    /// Where it is held, in words.
    place: Option<String>,
    /// Versions of the programme's teaching materials that were used.
    #[graphql(default)]
    materials: Vec<UsedMaterialInput>,
}

impl TrainingSessionInput {
    fn read(self) -> std::result::Result<training::NewSession, app::Error> {
        let mut counts = Counts::default();
        let mut materials: Vec<(uuid::Uuid, u32)> = Vec::with_capacity(self.materials.len());
        for (i, used) in self.materials.iter().enumerate() {
            materials.push((input_id(&used.material), counts.one(&format!("/materials/{i}/version"), used.version)));
        }
        counts.held(training::NewSession { status: self.status.into(), from: self.from, to: self.to, place: self.place, materials })
    }
}

/// Somebody of the register of people, or so many who are not named.
#[derive(InputObject)]
struct ParticipantInput {
    /// Identifier in the register of people.
    person: Option<ID>,
    /// How many of the agency who are not named, apart from those who are.
    headcount: Option<i32>,
    /// What came of it; left out while it is not known.
    result: Option<TrainingResult>,
    /// Of a named person who did not fail; needs `certificateOn`.
    certificate_number: Option<String>,
    /// The day of its issue: not before the session, and not in the future.
    certificate_on: Option<NaiveDate>,
}

/// Material to write down.
#[derive(InputObject)]
struct TrainingMaterialInput {
    /// Code.
    programme: String,
    /// Code.
    task: Option<String>,
    /// Code of whoever compiles it.
    agency: String,
    /// What the material is called, for everybody to read.
    title: String,
}

/// A version of material, in one language.
#[derive(InputObject)]
struct MaterialVersionInput {
    /// From 1; once in each language.
    number: i32,
    /// A BCP 47 tag.
    language: String,
    /// The day of issue, not in the future; a later version is not older.
    issued_on: NaiveDate,
    /// Number or identifier of the document whose files it is.
    document: Option<String>,
    /// Where it is read.
    link: Option<String>,
}

impl MaterialVersionInput {
    fn read(self) -> std::result::Result<training::NewVersion, app::Error> {
        let mut counts = Counts::default();
        let (number, language, issued_on) = (counts.one("/number", self.number), self.language, self.issued_on);
        counts.held(training::NewVersion { number, language, issued_on, document: self.document, link: self.link })
    }
}

/// An item of a year's training plan.
#[derive(InputObject)]
struct TrainingPlanItemInput {
    /// Code.
    programme: String,
    /// The calendar year of the plan.
    year: i32,
    /// Code of the agency whose plan it is.
    agency: String,
    /// Đào tạo, bồi dưỡng or tập huấn.
    kind: CourseKind,
    /// What the plan calls it.
    title: String,
    /// For whom it is; left out where the plan does not say.
    audience: Option<TrainingAudience>,
    /// How many sessions are planned; left out where the plan does not say.
    sessions: Option<i32>,
    /// How many attendances are planned.
    attendances: Option<i32>,
    /// Number or identifier of the plan.
    document: String,
}

impl TrainingPlanItemInput {
    fn read(self) -> std::result::Result<training::NewPlanItem, app::Error> {
        let mut counts = Counts::default();
        let new = training::NewPlanItem {
            programme: self.programme,
            year: self.year,
            agency: self.agency,
            kind: self.kind.into(),
            title: self.title,
            audience: self.audience.map(Into::into),
            sessions: counts.some("/sessions", self.sessions),
            attendances: counts.some("/attendances", self.attendances),
            document: self.document,
        };
        counts.held(new)
    }
}

/// The counts of a roll. What is left out is not known, which is not nought.
#[derive(InputObject)]
struct StaffRollInput {
    /// Cán bộ, công chức, viên chức, all of them.
    headcount: Option<i32>,
    /// Of them in charge of external information; of these the following ones:
    in_charge: Option<i32>,
    /// With a university degree.
    with_degree: Option<i32>,
    /// With a fitting major.
    with_fitting_major: Option<i32>,
    /// Who read and translate a foreign language.
    with_language: Option<i32>,
    /// Who have all three.
    fully_qualified: Option<i32>,
    /// Posts for external information.
    posts: Option<i32>,
    /// Who do this work full time; no more than `headcount`.
    full_time: Option<i32>,
    /// Who do this work part time; no more than `headcount`.
    part_time: Option<i32>,
    /// Whether somebody is named as whom to turn to.
    has_focal_point: Option<bool>,
    /// Number or identifier.
    document: Option<String>,
}

impl StaffRollInput {
    fn read(self) -> std::result::Result<staff_roll::NewRoll, app::Error> {
        let mut counts = Counts::default();
        let new = staff_roll::NewRoll {
            headcount: counts.some("/headcount", self.headcount),
            in_charge: counts.some("/inCharge", self.in_charge),
            with_degree: counts.some("/withDegree", self.with_degree),
            with_fitting_major: counts.some("/withFittingMajor", self.with_fitting_major),
            with_language: counts.some("/withLanguage", self.with_language),
            fully_qualified: counts.some("/fullyQualified", self.fully_qualified),
            posts: counts.some("/posts", self.posts),
            full_time: counts.some("/fullTime", self.full_time),
            part_time: counts.some("/partTime", self.part_time),
            has_focal_point: self.has_focal_point,
            document: self.document,
        };
        counts.held(new)
    }
}

/// What came of writing a course or a session down.
#[derive(Default, SimpleObject)]
struct TrainingCoursePayload {
    /// As it is after the change; null where nothing was done.
    course: Option<TrainingCourse>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of writing down who took part.
#[derive(Default, SimpleObject)]
struct ParticipationsPayload {
    /// Named persons and headcounts, each of them one; null where nothing was done.
    entries: Option<u64>,
    /// Lượt người.
    attendances: Option<u64>,
    /// Different people who are named.
    named: Option<u64>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of writing material down.
#[derive(Default, SimpleObject)]
struct TrainingMaterialPayload {
    /// As it is after the change; null where nothing was done.
    material: Option<TrainingMaterial>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of writing an item of a plan down.
#[derive(Default, SimpleObject)]
struct TrainingPlanPayload {
    /// As it was written down; null where nothing was done.
    item: Option<TrainingPlanItem>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of writing a roll down.
#[derive(Default, SimpleObject)]
struct StaffRollPayload {
    /// As it was written down; null where nothing was done.
    roll: Option<StaffRoll>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// The course after a change.
async fn course(ctx: &Context<'_>, done: std::result::Result<CourseId, app::Error>) -> Result<TrainingCoursePayload> {
    match settled(done)? {
        Err(problem) => Ok(TrainingCoursePayload { course: None, problem: Some(problem) }),
        Ok(id) => {
            let found = training::by_id(after(ctx).await?, id).await.map_err(|error| failure(&error))?;
            Ok(TrainingCoursePayload { course: found.map(TrainingCourse), problem: None })
        }
    }
}

/// Material after a change.
async fn material(
    ctx: &Context<'_>,
    done: std::result::Result<domain::training::MaterialId, app::Error>,
) -> Result<TrainingMaterialPayload> {
    match settled(done)? {
        Err(problem) => Ok(TrainingMaterialPayload { material: None, problem: Some(problem) }),
        Ok(id) => {
            let found = training::materials_by_ids(after(ctx).await?, vec![id]).await.map_err(|error| failure(&error))?.remove(&id);
            Ok(TrainingMaterialPayload { material: found.map(TrainingMaterial), problem: None })
        }
    }
}

#[derive(Default)]
pub struct TrainingsMutation;

#[Object]
impl TrainingsMutation {
    /// Writes a course down: by the agency that holds it; what central bodies hold by those who keep trainings.
    async fn create_training_course(&self, ctx: &Context<'_>, input: TrainingCourseInput) -> Result<TrainingCoursePayload> {
        let view = admitted(ctx, "createTrainingCourse").await?;
        let done = async { training::create(view.app(), view.ctx(), input.read()?, None).await.map(|done| done.made) };
        course(ctx, done.await).await
    }

    /// Writes a course anew.
    async fn update_training_course(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        input: TrainingCourseInput,
    ) -> Result<TrainingCoursePayload> {
        let view = admitted_on(ctx, "updateTrainingCourse", "training_course", &id).await?;
        let done = async {
            let id = named(&id)?;
            training::update(view.app(), view.ctx(), (id, revision), input.read()?).await.map(|()| id)
        };
        course(ctx, done.await).await
    }

    /// Writes a session of a course down.
    async fn create_training_session(
        &self,
        ctx: &Context<'_>,
        course_id: ID,
        input: TrainingSessionInput,
    ) -> Result<TrainingCoursePayload> {
        let view = admitted_on(ctx, "createTrainingSession", "training_course", &course_id).await?;
        let done = async {
            let id = named(&course_id)?;
            training::create_session(view.app(), view.ctx(), (id, Revisions::Any), input.read()?, None).await.map(|_| id)
        };
        course(ctx, done.await).await
    }

    /// Writes a session anew: that it was held, when, where, with which materials.
    async fn update_training_session(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        input: TrainingSessionInput,
    ) -> Result<TrainingCoursePayload> {
        let view = admitted_on(ctx, "updateTrainingSession", "training_session", &id).await?;
        let done = async { training::update_session(view.app(), view.ctx(), (named(&id)?, revision), input.read()?).await };
        course(ctx, done.await).await
    }

    /// Writes down everybody of one agency who took part in a session that was held, in the place of what was written down before.
    async fn record_participations(
        &self,
        ctx: &Context<'_>,
        session: ID,
        #[graphql(desc = "Code.")] agency: String,
        participants: Vec<ParticipantInput>,
        #[graphql(default = false, desc = "Check everything and store nothing.")] dry_run: bool,
    ) -> Result<ParticipationsPayload> {
        let view = admitted_on(ctx, "recordParticipations", "training_session", &session).await?;
        let mut counts = Counts::default();
        let part = |(i, one): (usize, ParticipantInput)| training::NewPart {
            person: one.person.as_ref().map(input_id),
            headcount: counts.some(&format!("/participants/{i}/headcount"), one.headcount),
            result: one.result.map(Into::into),
            certificate_number: one.certificate_number,
            certificate_on: one.certificate_on,
        };
        let participants = participants.into_iter().enumerate().map(part).collect();
        let given = counts.held(training::SessionParts { agency, participants });
        let done = async { training::record_parts(view.app(), view.ctx(), (named(&session)?, Revisions::Any), given?, dry_run).await };
        Ok(match settled(done.await)? {
            Err(problem) => ParticipationsPayload { problem: Some(problem), ..ParticipationsPayload::default() },
            Ok(done) => ParticipationsPayload {
                entries: Some(done.entries as u64),
                attendances: Some(done.attendances),
                named: Some(done.named),
                problem: None,
            },
        })
    }

    /// Writes teaching material down, for the agency that compiles it.
    async fn create_training_material(&self, ctx: &Context<'_>, input: TrainingMaterialInput) -> Result<TrainingMaterialPayload> {
        let view = admitted(ctx, "createTrainingMaterial").await?;
        let new = training::NewMaterial { programme: input.programme, task: input.task, agency: input.agency, title: input.title };
        material(ctx, training::create_material(view.app(), view.ctx(), new).await).await
    }

    /// Appends a version of material in a language.
    async fn add_training_material_version(
        &self,
        ctx: &Context<'_>,
        material_id: ID,
        input: MaterialVersionInput,
    ) -> Result<TrainingMaterialPayload> {
        let view = admitted_on(ctx, "addTrainingMaterialVersion", "training_material", &material_id).await?;
        let done = async {
            let id = named(&material_id)?;
            training::add_version(view.app(), view.ctx(), id, input.read()?).await.map(|()| id)
        };
        material(ctx, done.await).await
    }

    /// Writes an item of an agency's training plan of a year down.
    async fn plan_training(&self, ctx: &Context<'_>, input: TrainingPlanItemInput) -> Result<TrainingPlanPayload> {
        let view = admitted(ctx, "planTraining").await?;
        let done = async { training::plan(view.app(), view.ctx(), input.read()?).await };
        Ok(match settled(done.await)? {
            Err(problem) => TrainingPlanPayload { item: None, problem: Some(problem) },
            Ok(item) => TrainingPlanPayload { item: Some(TrainingPlanItem(training::PlanProgress::of_new(item))), problem: None },
        })
    }

    /// Writes down what an agency returns of its staff for a day, in the place of what it returned for that day before.
    async fn record_staff_roll(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] agency: String,
        on: NaiveDate,
        input: StaffRollInput,
    ) -> Result<StaffRollPayload> {
        let view = admitted(ctx, "recordStaffRoll").await?;
        let done = async { staff_roll::record_roll(view.app(), view.ctx(), agency, on, input.read()?).await };
        Ok(match settled(done.await)? {
            Err(problem) => StaffRollPayload { roll: None, problem: Some(problem) },
            Ok((roll, _)) => StaffRollPayload { roll: Some(StaffRoll(roll)), problem: None },
        })
    }
}
