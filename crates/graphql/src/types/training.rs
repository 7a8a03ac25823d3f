//! Courses, sessions, who took part, materials, plans and staff rolls.
//! Must not show who took part but where the use case gave it.
//! The use cases are `app::training` and `app::staff_roll`; figures are `training_figures`.

use app::training::{CourseFilter, CourseSeen, PlanProgress, Seen};
use app::{staff_roll, training};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::training::{self as model, Attendant, Organiser};

use super::{agency, document_opt, id, programme, view};
use crate::{
    enums::training::{CourseKind, SessionStatus, TrainingAudience, TrainingResult},
    error::failure,
    paging::total,
    types::{agency::Agency, document::Document, programme::Programme, task::Task},
};

/// A course with its sessions.
pub struct TrainingCourse(pub CourseSeen);

/// A course with its sessions.
#[Object]
impl TrainingCourse {
    async fn id(&self) -> ID {
        id(self.0.course.id)
    }

    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.course.programme).await
    }

    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.0.course.task {
            Some(task) => Task::on_day(ctx, task, None).await,
            None => Ok(None),
        }
    }

    async fn kind(&self) -> CourseKind {
        self.0.course.kind.into()
    }

    async fn title(&self) -> &str {
        &self.0.course.title
    }

    /// The agency that holds it; null for a central body in words.
    async fn organiser(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        match &self.0.course.organiser {
            Organiser::Agency(of) => agency(ctx, *of).await.map(Some),
            Organiser::Central(_) => Ok(None),
        }
    }

    /// The central body that holds it, in words.
    async fn central_organiser(&self) -> Option<&str> {
        match &self.0.course.organiser {
            Organiser::Agency(_) => None,
            Organiser::Central(words) => Some(words),
        }
    }

    async fn is_central(&self) -> bool {
        self.0.course.is_central
    }

    async fn audiences(&self) -> Vec<TrainingAudience> {
        self.0.course.audiences.iter().map(|audience| (*audience).into()).collect()
    }

    /// Teaching hours.
    async fn hours(&self) -> Option<u32> {
        self.0.course.hours
    }

    /// Identifier of the item of the yearly plan that it fills.
    async fn plan_item(&self) -> Option<ID> {
        self.0.course.plan_item.map(id)
    }

    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.course.document).await
    }

    /// In the order of time.
    async fn sessions(&self) -> Vec<TrainingSession> {
        self.0.sessions.iter().cloned().map(TrainingSession).collect()
    }

    async fn revision(&self) -> i32 {
        self.0.course.revision
    }
}

total!(
    /// The total of courses.
    TrainingCourseTotal { filter: CourseFilter } |this, ctx| {
        training::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);

/// A version of material that a session used.
#[derive(SimpleObject)]
pub struct UsedMaterial {
    material: ID,
    version: u32,
}

/// A course as it is held once.
pub struct TrainingSession(pub model::Session);

/// A course as it is held once.
#[Object]
impl TrainingSession {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    async fn status(&self) -> SessionStatus {
        self.0.status.into()
    }

    async fn from(&self) -> NaiveDate {
        self.0.from
    }

    /// Included.
    async fn to(&self) -> NaiveDate {
        self.0.to
    }

    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    async fn materials(&self) -> Vec<UsedMaterial> {
        self.0.materials.iter().map(|(material, version)| UsedMaterial { material: id(*material), version: *version }).collect()
    }

    async fn revision(&self) -> i32 {
        self.0.revision
    }
}

/// Who took part in a session.
pub struct Participation(pub Seen);

/// Who took part in a session.
#[Object]
impl Participation {
    async fn id(&self) -> ID {
        id(self.0.part.id)
    }

    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.part.agency).await
    }

    /// Identifier in the register of people.
    async fn person_id(&self) -> Option<ID> {
        match self.0.part.attendant {
            Attendant::Person(person) => Some(id(person)),
            Attendant::Headcount(_) => None,
        }
    }

    /// As the register has it; null where nobody is named or the person's data is not to be used.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The processing of the person's data is restricted: nothing more is shown.
    async fn is_restricted(&self) -> bool {
        self.0.is_restricted
    }

    /// How many who are not named.
    async fn headcount(&self) -> Option<u32> {
        match self.0.part.attendant {
            Attendant::Person(_) => None,
            Attendant::Headcount(heads) => Some(heads),
        }
    }

    async fn result(&self) -> Option<TrainingResult> {
        self.0.part.result.map(Into::into)
    }

    async fn certificate_number(&self) -> Option<&str> {
        self.0.part.certificate.as_ref().map(|certificate| &*certificate.number)
    }

    async fn certificate_on(&self) -> Option<NaiveDate> {
        self.0.part.certificate.as_ref().map(|certificate| certificate.issued_on)
    }
}

total!(
    /// The total of entries of a session.
    ParticipationTotal { session: model::SessionId } |this, ctx| {
        training::count_parts(view(ctx)?, this.session).await.map_err(|error| failure(&error))
    }
);

/// A version of teaching material, in one language.
pub struct MaterialVersion(pub model::MaterialVersion);

/// A version of teaching material, in one language.
#[Object]
impl MaterialVersion {
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// A BCP 47 tag.
    async fn language(&self) -> &str {
        &self.0.language
    }

    async fn issued_on(&self) -> NaiveDate {
        self.0.issued_on
    }

    /// Its files are those of the document.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    async fn link(&self) -> Option<&str> {
        self.0.link.as_deref()
    }
}

/// Teaching material with its versions.
pub struct TrainingMaterial(pub model::Material);

/// Teaching material with its versions.
#[Object]
impl TrainingMaterial {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.0.task {
            Some(task) => Task::on_day(ctx, task, None).await,
            None => Ok(None),
        }
    }

    /// Whoever compiles it.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.agency).await
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    /// In the order of their numbers and languages.
    async fn versions(&self) -> Vec<MaterialVersion> {
        self.0.versions.iter().cloned().map(MaterialVersion).collect()
    }
}

total!(
    /// The total of materials.
    TrainingMaterialTotal { programme: Option<String> } |this, ctx| {
        training::count_materials(view(ctx)?, this.programme.as_deref()).await.map_err(|error| failure(&error))
    }
);

/// An item of a year's training plan with what came of it; without a title what was held beside the plan.
pub struct TrainingPlanItem(pub PlanProgress);

/// An item of a year's training plan with what came of it; without a title what was held beside the plan.
#[Object]
impl TrainingPlanItem {
    async fn id(&self) -> Option<ID> {
        self.0.item.as_ref().map(|item| id(item.id))
    }

    /// Whose plan it is.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        super::agency_opt(ctx, self.0.item.as_ref().map(|item| item.agency)).await
    }

    async fn title(&self) -> Option<&str> {
        self.0.item.as_ref().map(|item| &*item.title)
    }

    async fn kind(&self) -> Option<CourseKind> {
        self.0.item.as_ref().map(|item| item.kind.into())
    }

    async fn audience(&self) -> Option<TrainingAudience> {
        self.0.item.as_ref().and_then(|item| item.audience).map(Into::into)
    }

    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.item.as_ref().map(|item| item.document)).await
    }

    async fn planned_sessions(&self) -> Option<u32> {
        self.0.progress.planned_sessions
    }

    async fn planned_attendances(&self) -> Option<u32> {
        self.0.progress.planned_attendances
    }

    async fn held_sessions(&self) -> u32 {
        self.0.progress.held.sessions
    }

    async fn cancelled_sessions(&self) -> u32 {
        self.0.progress.held.cancelled
    }

    /// Lượt người; for those who may know of each agency's.
    async fn attendances(&self) -> Option<u64> {
        self.0.progress.held.people.map(|people| people.attendances)
    }
}

/// What an agency returned of its staff for a day; null is not known.
pub struct StaffRoll(pub model::StaffRoll);

/// What an agency returned of its staff for a day; null is not known.
#[Object]
impl StaffRoll {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        super::agency_on(ctx, self.0.agency, Some(self.0.on)).await
    }

    async fn on(&self) -> NaiveDate {
        self.0.on
    }

    async fn headcount(&self) -> Option<u64> {
        self.0.headcount
    }

    /// Of them in charge of external information.
    async fn in_charge(&self) -> Option<u64> {
        self.0.in_charge
    }

    async fn with_degree(&self) -> Option<u64> {
        self.0.with_degree
    }

    async fn with_fitting_major(&self) -> Option<u64> {
        self.0.with_fitting_major
    }

    async fn with_language(&self) -> Option<u64> {
        self.0.with_language
    }

    /// Who have all three.
    async fn fully_qualified(&self) -> Option<u64> {
        self.0.fully_qualified
    }

    async fn posts(&self) -> Option<u64> {
        self.0.posts
    }

    async fn full_time(&self) -> Option<u64> {
        self.0.full_time
    }

    async fn part_time(&self) -> Option<u64> {
        self.0.part_time
    }

    async fn has_focal_point(&self) -> Option<bool> {
        self.0.has_focal_point
    }

    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }
}

total!(
    /// The total of staff rolls.
    StaffRollTotal { filter: staff_roll::StaffRollFilter } |this, ctx| {
        staff_roll::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
