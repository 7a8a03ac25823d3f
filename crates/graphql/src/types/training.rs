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

    /// The programme that it belongs to.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.course.programme).await
    }

    /// The task that it carries out; null where none was named.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.0.course.task {
            Some(task) => Task::on_day(ctx, task, None).await,
            None => Ok(None),
        }
    }

    /// Đào tạo, bồi dưỡng or tập huấn.
    async fn kind(&self) -> CourseKind {
        self.0.course.kind.into()
    }

    /// What the course is called, for everybody to read.
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

    /// Held by a central body, whoever that is in the register.
    async fn is_central(&self) -> bool {
        self.0.course.is_central
    }

    /// For whom it is; empty where that is not told.
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

    /// The document that it rests on.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.course.document).await
    }

    /// In the order of time.
    async fn sessions(&self) -> Vec<TrainingSession> {
        self.0.sessions.iter().cloned().map(TrainingSession).collect()
    }

    /// Raised by every change of the course, which names it.
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
    /// Identifier of the material.
    material: ID,
    /// Number of the version, in whichever language.
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

    /// Only those that were held have participants.
    async fn status(&self) -> SessionStatus {
        self.0.status.into()
    }

    /// The first day; a session belongs to the year of this day.
    async fn from(&self) -> NaiveDate {
        self.0.from
    }

    /// Included.
    async fn to(&self) -> NaiveDate {
        self.0.to
    }

    /// Where it is held, in words.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// Versions of the programme's teaching materials that were used.
    async fn materials(&self) -> Vec<UsedMaterial> {
        self.0.materials.iter().map(|(material, version)| UsedMaterial { material: id(*material), version: *version }).collect()
    }

    /// Raised by every change of the session, which names it.
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

    /// For which they took part.
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

    /// What came of it; null while it is not known, or where the person's data is restricted.
    async fn result(&self) -> Option<TrainingResult> {
        self.0.part.result.map(Into::into)
    }

    /// Null without a certificate, or where the person's data is restricted.
    async fn certificate_number(&self) -> Option<&str> {
        self.0.part.certificate.as_ref().map(|certificate| &*certificate.number)
    }

    /// The day of its issue; null as `certificateNumber` is.
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
    /// From 1; once in each language.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// A BCP 47 tag.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// The day of issue.
    async fn issued_on(&self) -> NaiveDate {
        self.0.issued_on
    }

    /// Its files are those of the document.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    /// Where it is read.
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

    /// The programme that it belongs to.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    /// The task that it is for; null where none was named.
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

    /// What the material is called, for everybody to read.
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
    /// Null for what was held beside the plan.
    async fn id(&self) -> Option<ID> {
        self.0.item.as_ref().map(|item| id(item.id))
    }

    /// Whose plan it is.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        super::agency_opt(ctx, self.0.item.as_ref().map(|item| item.agency)).await
    }

    /// What the plan calls it; null for what was held beside the plan.
    async fn title(&self) -> Option<&str> {
        self.0.item.as_ref().map(|item| &*item.title)
    }

    /// Null for what was held beside the plan.
    async fn kind(&self) -> Option<CourseKind> {
        self.0.item.as_ref().map(|item| item.kind.into())
    }

    /// For whom it is; null where the plan does not say.
    async fn audience(&self) -> Option<TrainingAudience> {
        self.0.item.as_ref().and_then(|item| item.audience).map(Into::into)
    }

    /// The document of the plan.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.item.as_ref().map(|item| item.document)).await
    }

    /// Null where the plan does not say.
    async fn planned_sessions(&self) -> Option<u32> {
        self.0.progress.planned_sessions
    }

    /// Lượt người; null where the plan does not say.
    async fn planned_attendances(&self) -> Option<u32> {
        self.0.progress.planned_attendances
    }

    /// Sessions for it that began in the year and were held.
    async fn held_sessions(&self) -> u32 {
        self.0.progress.held.sessions
    }

    /// Sessions for it that were to begin in the year and were cancelled.
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

    /// The agency that returned it, as it was on the day.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        super::agency_on(ctx, self.0.agency, Some(self.0.on)).await
    }

    /// The day that the counts are of.
    async fn on(&self) -> NaiveDate {
        self.0.on
    }

    /// Cán bộ, công chức, viên chức, all of them.
    async fn headcount(&self) -> Option<u64> {
        self.0.headcount
    }

    /// Of them in charge of external information.
    async fn in_charge(&self) -> Option<u64> {
        self.0.in_charge
    }

    /// Of those in charge, with a university degree.
    async fn with_degree(&self) -> Option<u64> {
        self.0.with_degree
    }

    /// Of those in charge, with a fitting major.
    async fn with_fitting_major(&self) -> Option<u64> {
        self.0.with_fitting_major
    }

    /// Of those in charge, who read and translate a foreign language.
    async fn with_language(&self) -> Option<u64> {
        self.0.with_language
    }

    /// Who have all three.
    async fn fully_qualified(&self) -> Option<u64> {
        self.0.fully_qualified
    }

    /// Posts for external information.
    async fn posts(&self) -> Option<u64> {
        self.0.posts
    }

    /// Who do this work full time.
    async fn full_time(&self) -> Option<u64> {
        self.0.full_time
    }

    /// Who do this work part time.
    async fn part_time(&self) -> Option<u64> {
        self.0.part_time
    }

    /// Whether somebody is named as whom to turn to.
    async fn has_focal_point(&self) -> Option<bool> {
        self.0.has_focal_point
    }

    /// The document that it rests on.
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
