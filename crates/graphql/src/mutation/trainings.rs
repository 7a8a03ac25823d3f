//! Trainings, their materials and plans, and staff rolls, written down.
//! Must not decide anything.
//! The use cases are `app::training` and `app::staff_roll`.

use app::{staff_roll, training};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{revision::Revisions, training::CourseId};

use super::{Problem, admitted, admitted_on, after, named, settled};
use crate::{
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
    kind: CourseKind,
    title: String,
    /// Code of the agency that holds it.
    organiser: Option<String>,
    /// The central body that holds it, in words.
    central_organiser: Option<String>,
    /// Held by a central body; one in words always is.
    is_central: Option<bool>,
    #[graphql(default)]
    audiences: Vec<TrainingAudience>,
    /// Teaching hours.
    hours: Option<u32>,
    /// Identifier of the item of the yearly plan that it fills.
    plan_item: Option<ID>,
    /// Number or identifier.
    document: Option<String>,
}

/// An identifier of an input; one that is none names nothing.
fn input_id(id: &ID) -> uuid::Uuid {
    id.parse().unwrap_or(uuid::Uuid::nil())
}

impl From<TrainingCourseInput> for training::NewCourse {
    fn from(input: TrainingCourseInput) -> Self {
        Self {
            programme: input.programme,
            task: input.task,
            kind: input.kind.into(),
            title: input.title,
            organiser: input.organiser,
            central_organiser: input.central_organiser,
            is_central: input.is_central,
            audiences: input.audiences.into_iter().map(Into::into).collect(),
            hours: input.hours,
            plan_item: input.plan_item.as_ref().map(input_id),
            document: input.document,
        }
    }
}

/// A version of material that was used.
#[derive(InputObject)]
struct UsedMaterialInput {
    material: ID,
    version: u32,
}

/// A session to write down.
#[derive(InputObject)]
struct TrainingSessionInput {
    status: SessionStatus,
    from: NaiveDate,
    /// Included.
    to: NaiveDate,
    place: Option<String>,
    #[graphql(default)]
    materials: Vec<UsedMaterialInput>,
}

impl From<TrainingSessionInput> for training::NewSession {
    fn from(input: TrainingSessionInput) -> Self {
        let materials = input.materials.iter().map(|used| (input_id(&used.material), used.version)).collect();
        Self { status: input.status.into(), from: input.from, to: input.to, place: input.place, materials }
    }
}

/// Somebody of the register of people, or so many who are not named.
#[derive(InputObject)]
struct ParticipantInput {
    /// Identifier in the register of people.
    person: Option<ID>,
    /// How many of the agency who are not named, apart from those who are.
    headcount: Option<u32>,
    result: Option<TrainingResult>,
    certificate_number: Option<String>,
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
    title: String,
}

/// A version of material, in one language.
#[derive(InputObject)]
struct MaterialVersionInput {
    number: u32,
    /// A BCP 47 tag.
    language: String,
    issued_on: NaiveDate,
    /// Number or identifier of the document whose files it is.
    document: Option<String>,
    /// Where it is read.
    link: Option<String>,
}

/// An item of a year's training plan.
#[derive(InputObject)]
struct TrainingPlanItemInput {
    /// Code.
    programme: String,
    year: i32,
    /// Code of the agency whose plan it is.
    agency: String,
    kind: CourseKind,
    title: String,
    audience: Option<TrainingAudience>,
    sessions: Option<u32>,
    attendances: Option<u32>,
    /// Number or identifier of the plan.
    document: String,
}

/// The counts of a roll. What is left out is not known, which is not nought.
#[derive(InputObject)]
struct StaffRollInput {
    headcount: Option<u64>,
    in_charge: Option<u64>,
    with_degree: Option<u64>,
    with_fitting_major: Option<u64>,
    with_language: Option<u64>,
    fully_qualified: Option<u64>,
    posts: Option<u64>,
    full_time: Option<u64>,
    part_time: Option<u64>,
    has_focal_point: Option<bool>,
    /// Number or identifier.
    document: Option<String>,
}

/// What came of writing a course or a session down.
#[derive(Default, SimpleObject)]
struct TrainingCoursePayload {
    course: Option<TrainingCourse>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of writing down who took part.
#[derive(Default, SimpleObject)]
struct ParticipationsPayload {
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
    material: Option<TrainingMaterial>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of writing an item of a plan down.
#[derive(Default, SimpleObject)]
struct TrainingPlanPayload {
    item: Option<TrainingPlanItem>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of writing a roll down.
#[derive(Default, SimpleObject)]
struct StaffRollPayload {
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
        course(ctx, training::create(view.app(), view.ctx(), input.into(), None).await.map(|done| done.made)).await
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
            training::update(view.app(), view.ctx(), (id, revision), input.into()).await.map(|()| id)
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
            training::create_session(view.app(), view.ctx(), (id, Revisions::Any), input.into(), None).await.map(|_| id)
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
        let done = async { training::update_session(view.app(), view.ctx(), (named(&id)?, revision), input.into()).await };
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
        let part = |one: ParticipantInput| training::NewPart {
            person: one.person.as_ref().map(input_id),
            headcount: one.headcount,
            result: one.result.map(Into::into),
            certificate_number: one.certificate_number,
            certificate_on: one.certificate_on,
        };
        let given = training::SessionParts { agency, participants: participants.into_iter().map(part).collect() };
        let done = async { training::record_parts(view.app(), view.ctx(), (named(&session)?, Revisions::Any), given, dry_run).await };
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
        let (number, language, issued_on) = (input.number, input.language, input.issued_on);
        let new = training::NewVersion { number, language, issued_on, document: input.document, link: input.link };
        let done = async {
            let id = named(&material_id)?;
            training::add_version(view.app(), view.ctx(), id, new).await.map(|()| id)
        };
        material(ctx, done.await).await
    }

    /// Writes an item of an agency's training plan of a year down.
    async fn plan_training(&self, ctx: &Context<'_>, input: TrainingPlanItemInput) -> Result<TrainingPlanPayload> {
        let view = admitted(ctx, "planTraining").await?;
        let new = training::NewPlanItem {
            programme: input.programme,
            year: input.year,
            agency: input.agency,
            kind: input.kind.into(),
            title: input.title,
            audience: input.audience.map(Into::into),
            sessions: input.sessions,
            attendances: input.attendances,
            document: input.document,
        };
        Ok(match settled(training::plan(view.app(), view.ctx(), new).await)? {
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
        let new = staff_roll::NewRoll {
            headcount: input.headcount,
            in_charge: input.in_charge,
            with_degree: input.with_degree,
            with_fitting_major: input.with_fitting_major,
            with_language: input.with_language,
            fully_qualified: input.fully_qualified,
            posts: input.posts,
            full_time: input.full_time,
            part_time: input.part_time,
            has_focal_point: input.has_focal_point,
            document: input.document,
        };
        Ok(match settled(staff_roll::record_roll(view.app(), view.ctx(), agency, on, new).await)? {
            Err(problem) => StaffRollPayload { roll: None, problem: Some(problem) },
            Ok((roll, _)) => StaffRollPayload { roll: Some(StaffRoll(roll)), problem: None },
        })
    }
}
