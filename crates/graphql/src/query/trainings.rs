//! Reads of trainings, staff rolls and what is reached of targets.
//! Must not read anything itself: each field asks one use case.
//! Writing is in the mutations.

use app::{
    staff_roll::{self, StaffRollFilter},
    target::{self, When},
    training::{self, CourseFilter, PeopleFilter},
};
use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;
use domain::{
    error::{Code, Refusal},
    policy::operations::Interface,
    training::SessionId,
};

use crate::{
    enums::training::CourseKind,
    error::failure,
    paging::{Page, args, connection},
    types::{
        target_evaluation::{TargetEvaluation, TargetRecord, TargetRecordTotal},
        training::{
            Participation, ParticipationTotal, StaffRoll, StaffRollTotal, TrainingCourse, TrainingCourseTotal, TrainingMaterial,
            TrainingMaterialTotal, TrainingPlanItem,
        },
        training_figures::{TrainingFigures, TrainingPeople},
        view,
    },
};

#[derive(Default)]
pub struct TrainingQuery;

#[Object]
impl TrainingQuery {
    /// Courses with their sessions, the newest first, those of central bodies among them.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection
    async fn training_courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: Option<String>,
        kind: Option<CourseKind>,
        is_central: Option<bool>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<TrainingCourse, TrainingCourseTotal>> {
        let filter = CourseFilter { programme, kind: kind.map(Into::into), is_central };
        let listing = training::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, TrainingCourseTotal { filter }, TrainingCourse))
    }

    /// The course with this identifier; null where there is none.
    async fn training_course(&self, ctx: &Context<'_>, id: ID) -> Result<Option<TrainingCourse>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(training::by_id(view(ctx)?, id).await.map_err(|error| failure(&error))?.map(TrainingCourse))
    }

    /// Who took part in a session, of the agencies that the caller may know of.
    async fn participations(
        &self,
        ctx: &Context<'_>,
        session: ID,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Participation, ParticipationTotal>> {
        let view = view(ctx)?;
        let about = session.parse().ok().map(|id| ("training_session", id));
        app::admit(view.app(), view.ctx(), Interface::Query, "participations", about).await.map_err(|error| failure(&error))?;
        let unknown = || failure(&Refusal::new(Code::NotFound).into());
        let session: SessionId = session.parse().map_err(|_| unknown())?;
        let listing = training::parts(view, session, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, ParticipationTotal { session }, Participation))
    }

    /// Teaching materials with their versions, the newest first.
    async fn training_materials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<TrainingMaterial, TrainingMaterialTotal>> {
        let page = args(first, after, last, before);
        let listing = training::materials(view(ctx)?, programme.as_deref(), &page).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, TrainingMaterialTotal { programme }, TrainingMaterial))
    }

    /// Figures of a year for everybody, from one table; null for a programme that is not there.
    async fn training_figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        year: i32,
    ) -> Result<Option<TrainingFigures>> {
        match training::figures(view(ctx)?, &programme, year).await {
            Err(app::Error::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
            found => Ok(Some(TrainingFigures(found.map_err(|error| failure(&error))?))),
        }
    }

    /// How many people took part and how often, of the agencies that the caller may know of; null for a programme that is not there.
    async fn training_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        #[graphql(desc = "Of sessions of this year; of all years up to the day where nothing is said.")] year: Option<i32>,
        #[graphql(desc = "As of which staff is counted; today where nothing is said.")] as_of: Option<NaiveDate>,
    ) -> Result<Option<TrainingPeople>> {
        match training::people(view(ctx)?, PeopleFilter { programme, year, as_of }).await {
            Err(app::Error::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
            found => Ok(Some(TrainingPeople(found.map_err(|error| failure(&error))?))),
        }
    }

    /// A year's training plan with what was held of it, and at last what was held beside it.
    async fn training_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        year: i32,
    ) -> Result<Vec<TrainingPlanItem>> {
        let found = training::plan_year(view(ctx)?, &programme, year).await.map_err(|error| failure(&error))?;
        Ok(found.into_iter().map(TrainingPlanItem).collect())
    }

    /// Staff rolls that the caller may see, those first written down last first.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection
    async fn staff_rolls(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] agency: Option<String>,
        #[graphql(desc = "Only those for a day up to this one.")] as_of: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<StaffRoll, StaffRollTotal>> {
        let filter = StaffRollFilter { agency, as_of };
        let listing = staff_roll::list(view(ctx)?, &filter, &args(first, after, last, before)).await.map_err(|error| failure(&error))?;
        Ok(connection(listing, StaffRollTotal { filter }, StaffRoll))
    }

    /// What is reached of each target of a programme in a year, as known on a day, today where nothing is said; null where there is no
    /// such programme.
    async fn target_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        as_of: Option<NaiveDate>,
        #[graphql(desc = "That of the day where nothing is said.")] year: Option<i32>,
    ) -> Result<Option<Vec<TargetEvaluation>>> {
        match target::evaluations(view(ctx)?, &programme, When { as_of, year }).await {
            Err(app::Error::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
            found => Ok(Some(found.map_err(|error| failure(&error))?.into_iter().map(TargetEvaluation).collect())),
        }
    }

    /// The records that the value of a target rests on, as far as the caller may know of them.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection
    async fn target_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        #[graphql(desc = "Code.")] target: String,
        as_of: Option<NaiveDate>,
        #[graphql(desc = "That of the day where nothing is said.")] year: Option<i32>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<TargetRecord, TargetRecordTotal>> {
        let page = args(first, after, last, before);
        let found = target::records(view(ctx)?, (&programme, &target), When { as_of, year }, &page).await;
        let (listing, count) = found.map_err(|error| failure(&error))?;
        Ok(connection(listing, TargetRecordTotal { count }, |(record, agency)| TargetRecord(record, agency)))
    }
}
