//! Programmes and their groups of tasks.
//! Must not read a programme's parts one by one: they come in batches.
//! Objectives and targets are in `target`, the other statements of the decision in `statements`.

use std::sync::Arc;

use app::{deliverable::Parent, succession::Holder};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{agency::AgencyId, id::Id, programme as model, succession::AgencyRoleKind};

use super::{agency_on, document, document_opt, id, programme, view};
use crate::{
    enums::{AgencyRole, Lang},
    error::failure,
    loaders::{
        self, ChannelsOf, FundingSourcesOf, IssuesOf, MeasuresOf, MeasuresOn, ObjectivesOf, ObjectivesOn, ProgrammeOn, ProgrammeVersionsOf,
        ResponsibilitiesOf, ResponsibilitiesOn, TargetsOf, TargetsOn, TaskByCode, TaskByCodeOn, TasksOf, TasksOn,
    },
    names::{Text, wanted},
    paging::Page,
    types::{
        agency::Agency,
        budget::Budget,
        deliverable::{Deliverable, DeliverableTotal, DeliverablesWanted, below},
        document::{Citation, Document, citations},
        known_issue::KnownIssue,
        statements::{Channel, Funding, FundingSource, Measure, Responsibility},
        target::{Objective, Target},
        task::Task,
        version::ProgrammeVersion,
    },
};

/// What a programme leaves to its administrators.
#[derive(SimpleObject)]
pub struct Policy {
    /// Of the year in which a task falls due, 1 to 12.
    pub annual_due_month: i32,
    /// Of that month, 1 to 31.
    pub annual_due_day: i32,
    /// Who decides in a matter of its own agency is marked for all to see; else it is refused.
    pub self_decisions_marked: bool,
}

/// A government action programme.
pub struct Programme(pub Arc<model::Programme>, pub Option<NaiveDate>);

impl Programme {
    /// As it is in force.
    pub fn now(programme: Arc<model::Programme>) -> Self {
        Self(programme, None)
    }

    /// As it was on a day; as it is in force where none is said.
    pub async fn on(ctx: &Context<'_>, id: model::ProgrammeId, day: Option<NaiveDate>) -> Result<Self> {
        let Some(day) = day else { return programme(ctx, id).await };
        let found = loaders::load(ctx, ProgrammeOn((id, day))).await?;
        let found = found.first().cloned().ok_or_else(|| failure(&app::Error::Internal("a row names a programme that is not there")))?;
        Ok(Self(found, Some(day)))
    }

    async fn holder(&self, ctx: &Context<'_>, kind: AgencyRoleKind) -> Result<Option<Holder>> {
        let view = view(ctx)?;
        let catalogue = view.catalogue().await.map_err(|error| failure(&error))?;
        Ok(catalogue.body_of(&self.0, kind, self.1.unwrap_or(view.today())))
    }

    async fn role(&self, ctx: &Context<'_>, kind: AgencyRoleKind) -> Result<Option<Agency>> {
        let holder = self.holder(ctx, kind).await?;
        self.body(ctx, holder.and_then(Holder::present)).await
    }

    async fn body(&self, ctx: &Context<'_>, id: Option<AgencyId>) -> Result<Option<Agency>> {
        match id {
            Some(id) => agency_on(ctx, id, self.1).await.map(Some),
            None => Ok(None),
        }
    }
}

/// A government action programme.
#[Object]
impl Programme {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// For example "HP-1593-2013"; unique in the service.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The title in a language, or in Vietnamese where there is no translation.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Arc<str> {
        self.0.title.get(wanted(ctx, lang)).text
    }

    /// The title with the language it is actually in.
    async fn name_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Text {
        self.0.title.get(wanted(ctx, lang)).into()
    }

    /// The first year of the period.
    async fn start_year(&self) -> i32 {
        self.0.start_year
    }

    /// Included.
    async fn end_year(&self) -> i32 {
        self.0.end_year
    }

    /// Money for it, each source apart, by a budget year, or by all where nothing is said, as of a day. What nothing is recorded of is
    /// “chưa bố trí”, which is not 0.
    async fn budget(&self, ctx: &Context<'_>, year: Option<i32>, as_of: Option<NaiveDate>) -> Result<Budget> {
        let ladders = loaders::load(ctx, loaders::BudgetOfProgramme((self.0.id, (year, as_of.or(self.1))))).await?;
        Ok(Budget(ladders.unwrap_or_default()))
    }

    /// When tasks fall due where the decision names no day, and how decisions in one's own matter are taken.
    async fn policy(&self) -> Policy {
        let policy = self.0.policy;
        Policy { annual_due_month: policy.month, annual_due_day: policy.day, self_decisions_marked: policy.marks_self_decisions }
    }

    /// The year by which dated targets fall due, where the decision has one.
    async fn midpoint_year(&self) -> Option<i32> {
        self.0.midpoint_year
    }

    /// The period in the words of the decision, or of the document that amends it.
    async fn period_as_written(&self) -> &str {
        &self.0.period_as_written
    }

    /// Whom the programme binds, in the words of the decision.
    async fn scope(&self) -> Option<&str> {
        self.0.scope.as_deref()
    }

    /// Who answers for carrying it out, in the words of the decision.
    async fn accountable_as_written(&self) -> Option<&str> {
        self.0.accountable_as_written.as_deref()
    }

    /// Its versions in the order of time: the one that was signed, and one for each amendment.
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<ProgrammeVersion>> {
        let versions = loaders::load(ctx, ProgrammeVersionsOf(self.0.id)).await?;
        Ok(versions.iter().cloned().map(ProgrammeVersion).collect())
    }

    /// The version in force on the day as of which the programme is read, today where none is said.
    async fn version(&self, ctx: &Context<'_>) -> Result<Option<ProgrammeVersion>> {
        let day = self.1.unwrap_or(view(ctx)?.today());
        let versions = loaders::load(ctx, ProgrammeVersionsOf(self.0.id)).await?;
        Ok(versions.iter().find(|version| version.validity.contains(day)).cloned().map(ProgrammeVersion))
    }

    /// The document that makes the programme.
    async fn decision(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.decision).await
    }

    /// The document of the programme that this one carries out.
    async fn parent_document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.parent_document).await
    }

    /// The body that receives the reviews on the day, today where none is said; null too while a successor is to be named.
    async fn reports_to(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        self.role(ctx, AgencyRoleKind::ReportsTo).await
    }

    /// The steering committee (ban chỉ đạo) of the programme; null where it has none.
    async fn steering_committee(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        self.body(ctx, self.0.steering_committee).await
    }

    /// The standing agency of the steering committee on the day, today where none is said; null too while a successor is to be named.
    async fn standing_agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        self.role(ctx, AgencyRoleKind::StandingAgency).await
    }

    /// Which of these roles nobody has on the day, since whoever had it is no more: a successor is to be named.
    async fn awaits_successor(&self, ctx: &Context<'_>) -> Result<Vec<AgencyRole>> {
        let mut found = Vec::new();
        for kind in [AgencyRoleKind::StandingAgency, AgencyRoleKind::ReportsTo] {
            found.extend(self.holder(ctx, kind).await?.filter(|holder| holder.awaits).map(|_| AgencyRole::from(kind)));
        }
        Ok(found)
    }

    /// What the programme wants to reach, in words, in the order of the decision.
    async fn objectives(&self, ctx: &Context<'_>) -> Result<Vec<Objective>> {
        let objectives = match self.1 {
            None => loaders::load(ctx, ObjectivesOf(self.0.id)).await?,
            Some(day) => loaders::load(ctx, ObjectivesOn((self.0.id, day))).await?,
        };
        Ok(objectives.iter().cloned().map(|objective| Objective(objective, self.1)).collect())
    }

    /// What the programme wants to reach, as figures where the decision states them, in the order of the decision.
    async fn targets(&self, ctx: &Context<'_>) -> Result<Vec<Target>> {
        let targets = match self.1 {
            None => loaders::load(ctx, TargetsOf(self.0.id)).await?,
            Some(day) => loaders::load(ctx, TargetsOn((self.0.id, day))).await?,
        };
        Ok(targets.iter().cloned().map(|target| Target(target, self.1)).collect())
    }

    /// The groups of tasks in the order of the annex.
    async fn groups(&self) -> Vec<TaskGroup> {
        let each = |group: &model::TaskGroup| TaskGroup { programme: Arc::clone(&self.0), group: group.clone(), as_of: self.1 };
        self.0.groups.iter().map(each).collect()
    }

    /// The task with this code, of those that there are on the day, today where none is said; null where there is none.
    async fn task(&self, ctx: &Context<'_>, code: String) -> Result<Option<Task>> {
        let found = match self.1 {
            None => {
                let today = view(ctx)?.today();
                // A task that was taken keeps its code.
                loaders::load(ctx, TaskByCode((self.0.id, code))).await?.filter(|task| task.validity.contains(today))
            }
            Some(day) => loaders::load(ctx, TaskByCodeOn((self.0.id, code, day))).await?,
        };
        Ok(found.map(|task| Task(task, self.1)))
    }

    /// What the body of the decision says is to be done.
    async fn measures(&self, ctx: &Context<'_>) -> Result<Vec<Measure>> {
        let measures = match self.1 {
            None => loaders::load(ctx, MeasuresOf(self.0.id)).await?,
            Some(day) => loaders::load(ctx, MeasuresOn((self.0.id, day))).await?,
        };
        Ok(measures.iter().cloned().map(|measure| Measure(measure, self.1)).collect())
    }

    /// The duties that the body of the decision gives to agencies.
    async fn responsibilities(&self, ctx: &Context<'_>) -> Result<Vec<Responsibility>> {
        let duties = match self.1 {
            None => loaders::load(ctx, ResponsibilitiesOf(self.0.id)).await?,
            Some(day) => loaders::load(ctx, ResponsibilitiesOn((self.0.id, day))).await?,
        };
        Ok(duties.iter().cloned().map(|duty| Responsibility(duty, self.1)).collect())
    }

    /// The systems that the decision names.
    async fn channels(&self, ctx: &Context<'_>) -> Result<Vec<Channel>> {
        Ok(loaders::load(ctx, ChannelsOf(self.0.id)).await?.iter().cloned().map(Channel).collect())
    }

    /// Where the money is to come from, in words; the decision may state no amount.
    async fn funding(&self) -> Option<Funding> {
        self.0.funding.as_ref().map(|_| Funding(Arc::clone(&self.0)))
    }

    /// The sources of money that the decision names.
    async fn funding_sources(&self, ctx: &Context<'_>) -> Result<Vec<FundingSource>> {
        Ok(loaders::load(ctx, FundingSourcesOf(self.0.id)).await?.iter().cloned().map(FundingSource).collect())
    }

    /// What the programme brought about, as far as the caller may see it, in the order in which it was recorded.
    async fn deliverables(
        &self,
        ctx: &Context<'_>,
        filter: Option<DeliverablesWanted>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Deliverable, DeliverableTotal>> {
        below(ctx, (Parent::Programme, self.0.id.uuid()), filter, (first, after, last, before)).await
    }

    /// Known defects of the decision's text, kept beside how they are read.
    async fn known_issues(&self, ctx: &Context<'_>) -> Result<Vec<KnownIssue>> {
        Ok(loaders::load(ctx, IssuesOf(self.0.id)).await?.iter().map(|issue| KnownIssue::on(issue, self.1)).collect())
    }

    /// Where the programme stands in documents.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        citations(ctx, self.0.id.uuid()).await
    }
}

/// A group of tasks.
pub struct TaskGroup {
    pub programme: Arc<model::Programme>,
    pub group: model::TaskGroup,
    pub as_of: Option<NaiveDate>,
}

impl TaskGroup {
    /// As it was on a day; as it is in force, or was last, where none is said.
    pub(crate) async fn on(ctx: &Context<'_>, id: Id<model::TaskGroup>, day: Option<NaiveDate>) -> Result<Self> {
        let missing = || failure(&app::Error::Internal("a row names a group that is not there"));
        let catalogue = view(ctx)?.catalogue().await.map_err(|error| failure(&error))?;
        let (programme, place) = catalogue.group(id).ok_or_else(missing)?;
        let last = programme.group_at(place).ok_or_else(missing)?;
        let programme = match day {
            None => Arc::clone(programme),
            Some(_) => Programme::on(ctx, programme.id, day).await?.0,
        };
        let group = programme.groups.iter().find(|group| group.id == id).unwrap_or(last).clone();
        Ok(Self { programme, group, as_of: day })
    }
}

/// A group of tasks.
#[Object]
impl TaskGroup {
    pub(crate) async fn id(&self) -> ID {
        id(self.group.id)
    }

    /// For example "II".
    async fn code(&self) -> &str {
        &self.group.code
    }

    /// The title in a language, or in Vietnamese where there is no translation.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Arc<str> {
        self.group.title.get(wanted(ctx, lang)).text
    }

    /// The title with the language it is actually in.
    async fn name_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Text {
        self.group.title.get(wanted(ctx, lang)).into()
    }

    /// The section of the decision's body that the group belongs to.
    async fn section(&self) -> Option<&str> {
        self.group.section.as_deref()
    }

    /// As it was on the day as of which the group is read; as it is in force where none is said.
    async fn programme(&self) -> Programme {
        Programme(Arc::clone(&self.programme), self.as_of)
    }

    /// The tasks in the order of the annex.
    async fn tasks(&self, ctx: &Context<'_>) -> Result<Vec<Task>> {
        let tasks = match self.as_of {
            None => loaders::load(ctx, TasksOf(self.group.id)).await?,
            Some(day) => loaders::load(ctx, TasksOn((self.group.id, day))).await?,
        };
        Ok(tasks.iter().map(|task| Task(Arc::new(task.clone()), self.as_of)).collect())
    }
}
