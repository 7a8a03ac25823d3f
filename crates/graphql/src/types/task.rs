//! Tasks with who leads and coordinates them, their years, and what is reported of them.
//! Must not make a statement per task: everything below a task is read in batches.
//! See `loaders`.

use std::sync::Arc;

use app::{ReportFilter, deliverable::Parent, designation::Standing};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{
    lang::{LocalText, TranslatedField},
    task as model,
};

use super::{
    agency_on, agency_opt,
    designation::{Designation, each},
    document, document_opt, id, view,
};
use crate::{
    enums::{AssignmentRole, Direction, Lang, Recurrence, ReportStatus},
    error::failure,
    loaders::{
        self, AssignmentsOn, ConclusionOf, DirectionOf, IssuesOfTask, OccurrencesOf, OccurrencesOn, PlacesOfAssignment, PrincipalsOf,
        ReportCountOf, ReportsOf, TaskBy, TaskOn,
    },
    names::{Text, wanted, worded},
    paging::{Page, args, connection},
    types::{
        agency::Agency,
        budget::Budget,
        deliverable::{Deliverable, DeliverableTotal, DeliverablesWanted, below},
        document::{Citation, Document, citations},
        known_issue::KnownIssue,
        meeting::Conclusion,
        occurrence::{Principal, TaskOccurrence},
        programme::{Programme, TaskGroup},
        report::{Report, ReportTotal},
    },
};

/// A task of a programme's annex.
pub struct Task(pub Arc<model::Task>, pub Option<NaiveDate>);

impl Task {
    /// As it is in force.
    pub fn now(task: Arc<model::Task>) -> Self {
        Self(task, None)
    }

    /// As it was on a day, where it was there; as it is in force where none is said.
    pub(crate) async fn on_day(ctx: &Context<'_>, id: model::TaskId, day: Option<NaiveDate>) -> Result<Option<Self>> {
        Ok(match day {
            None => loaders::load(ctx, TaskBy(id)).await?.map(Self::now),
            Some(day) => loaders::load(ctx, TaskOn((id, day))).await?.first().map(|task| Self(Arc::new(task.clone()), Some(day))),
        })
    }

    /// As it was on a day, or in its last words where it was none on it; as it is in force, or was last, where none is said.
    pub(super) async fn seen(ctx: &Context<'_>, id: model::TaskId, day: Option<NaiveDate>) -> Result<Option<Self>> {
        let Some(last) = loaders::load(ctx, TaskBy(id)).await? else { return Ok(None) };
        // The last words are those of most days: the others alone are read.
        let then = match day {
            Some(on) if !last.validity.contains(on) => Self::on_day(ctx, id, day).await?,
            _ => None,
        };
        Ok(Some(then.unwrap_or(Self(last, day))))
    }

    async fn titled(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<LocalText> {
        let then = (self.0.words(), self.0.english.as_ref());
        worded(ctx, (self.0.id.uuid(), TranslatedField::Title), &self.0.title, then, wanted(ctx, lang)).await
    }

    async fn on(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Arc<Vec<model::Assignment>>> {
        let day = as_of.or(self.1).unwrap_or(view(ctx)?.today());
        loaders::load(ctx, AssignmentsOn((self.0.id, day))).await
    }

    async fn assigned(&self, ctx: &Context<'_>, role: model::AssignmentRole, as_of: Option<NaiveDate>) -> Result<Vec<Agency>> {
        let mut agencies = Vec::new();
        for assignment in self.on(ctx, as_of).await?.iter().filter(|a| a.role == role) {
            agencies.push(agency_on(ctx, assignment.agency, as_of.or(self.1)).await?);
        }
        Ok(agencies)
    }
}

/// A task of a programme's annex.
#[Object]
impl Task {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// For example "II.3"; unique within the programme.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Position within the group, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Money for it, each source apart, by a budget year, or by all where nothing is said, as of a day. What nothing is recorded of is
    /// “chưa bố trí”, which is not 0.
    async fn budget(&self, ctx: &Context<'_>, year: Option<i32>, as_of: Option<NaiveDate>) -> Result<Budget> {
        let ladders = loaders::load(ctx, loaders::BudgetOfTask((self.0.id, (year, as_of.or(self.1))))).await?;
        Ok(Budget(ladders.unwrap_or_default()))
    }

    /// The title in a language, or in Vietnamese where there is no translation.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Arc<str>> {
        Ok(self.titled(ctx, lang).await?.text)
    }

    /// The title with the language it is actually in.
    async fn name_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Text> {
        Ok(self.titled(ctx, lang).await?.into())
    }

    /// As it was on the day as of which the task is read; as it is in force where none is said.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        Programme::on(ctx, self.0.programme, self.1).await
    }

    /// The group of tasks that it stands in, as of the same day.
    async fn group(&self, ctx: &Context<'_>) -> Result<TaskGroup> {
        TaskGroup::on(ctx, self.0.group, self.1).await
    }

    /// When the task is carried out: the words of the decision and how they are read.
    async fn period(&self) -> Period {
        let period = &self.0.period;
        Period {
            as_written: Arc::clone(&period.as_written),
            start_year: period.start_year,
            end_year: period.end_year,
            recurrence: period.recurrence.into(),
            note: period.note.clone(),
            rule: period.rule.clone(),
            start_on: period.start_on,
            end_on: period.end_on,
        }
    }

    /// The cell "cơ quan chủ trì" as written, line by line.
    async fn lead_as_written(&self) -> &str {
        &self.0.lead_as_written
    }

    /// The cell "cơ quan phối hợp" as written, line by line.
    async fn coordinating_as_written(&self) -> &str {
        &self.0.coordinating_as_written
    }

    /// Everybody's part in the task on a day, leads first; where none is said, on the day of the list it is in, or today.
    async fn assignments(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Vec<Assignment>> {
        Ok(self.on(ctx, as_of).await?.iter().cloned().map(|assignment| Assignment(assignment, as_of.or(self.1))).collect())
    }

    /// The agencies that lead the task on a day, today where none is said, in the order of the decision.
    async fn lead_agencies(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Vec<Agency>> {
        self.assigned(ctx, model::AssignmentRole::Lead, as_of).await
    }

    /// The agencies that coordinate on a day, today where none is said, in the order of the decision.
    async fn coordinating_agencies(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Vec<Agency>> {
        self.assigned(ctx, model::AssignmentRole::Coordinating, as_of).await
    }

    /// The task year by year; of a task as of a day, the years that it had then, as they stood.
    async fn occurrences(&self, ctx: &Context<'_>) -> Result<Vec<TaskOccurrence>> {
        let occurrences = match self.1 {
            None => loaders::load(ctx, OccurrencesOf(self.0.id)).await?,
            Some(day) => loaders::load(ctx, OccurrencesOn((self.0.id, day))).await?,
        };
        Ok(occurrences.iter().map(|one| TaskOccurrence::seen(one.clone(), self.1)).collect())
    }

    /// What it follows, where a meeting concluded it and the caller may see that.
    async fn conclusion(&self, ctx: &Context<'_>) -> Result<Option<Conclusion>> {
        let found = loaders::load(ctx, ConclusionOf(self.0.id)).await?;
        Ok(found.map(|(seen, conclusion)| Conclusion(seen, conclusion)))
    }

    /// The document that directs it, where it follows a direction that no meeting concluded; `citations` tell where it does.
    async fn direction(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, loaders::load(ctx, DirectionOf(self.0.id)).await?).await
    }

    /// The lead that alone answers for the task, if one is designated.
    async fn principal(&self, ctx: &Context<'_>) -> Result<Principal> {
        let designations = loaders::load(ctx, PrincipalsOf(self.0.id)).await?;
        let current = designations.last();
        Ok(Principal {
            agency: agency_opt(ctx, current.and_then(|principal| principal.agency)).await?,
            valid_from: current.and_then(|principal| principal.validity.from),
            document: document_opt(ctx, current.map(|principal| principal.document)).await?,
            revision: current.map_or(0, |principal| principal.number),
        })
    }

    /// Where the task stands in documents.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        citations(ctx, self.0.id.uuid()).await
    }

    /// The first day on which it is worded so; null for the words that were signed.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it is no longer worded so, or no longer a task; null while it is.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// Known defects of the text that concern the task.
    async fn known_issues(&self, ctx: &Context<'_>) -> Result<Vec<KnownIssue>> {
        Ok(loaders::load(ctx, IssuesOfTask(self.0.id)).await?.iter().map(|(_, issue)| KnownIssue::on(issue, self.1)).collect())
    }

    /// The reports on the task that the caller may see, in the order in which they came in.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection and a filter, by name for the client
    async fn reports(
        &self,
        ctx: &Context<'_>,
        year: Option<i32>,
        status: Option<ReportStatus>,
        #[graphql(default)] direction: Direction,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Report, ReportTotal>> {
        let filter = ReportFilter { year, status: status.map(Into::into), ..ReportFilter::default() };
        let total = ReportTotal::OfTask(ReportCountOf { task: self.0.id, filter: filter.clone() });
        let page = args(first, after, last, before);
        let key = ReportsOf { task: self.0.id, filter, descending: direction.is_down(), page };
        let listing = loaders::load(ctx, key).await?;
        Ok(connection((*listing).clone(), total, Report))
    }

    /// What the task brought about, as far as the caller may see it, in the order in which it was recorded.
    async fn deliverables(
        &self,
        ctx: &Context<'_>,
        filter: Option<DeliverablesWanted>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Deliverable, DeliverableTotal>> {
        below(ctx, (Parent::Task, self.0.id.uuid()), filter, (first, after, last, before)).await
    }

    /// A remark of whoever transcribed the decision.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// When a task is carried out.
#[derive(SimpleObject)]
pub struct Period {
    /// The words of the decision, misprints included.
    pub as_written: Arc<str>,
    /// The first year in which it is carried out.
    pub start_year: i32,
    /// Included.
    pub end_year: i32,
    /// Whether it returns every year, or has the years stated.
    pub recurrence: Recurrence,
    /// Why the words are read so.
    pub note: Option<Arc<str>>,
    /// The sentence or clause from which the years of an annual task follow.
    pub rule: Option<Arc<str>>,
    /// The first day of the period, where it is given in days.
    pub start_on: Option<NaiveDate>,
    /// The last day of the period, included.
    pub end_on: Option<NaiveDate>,
}

/// An agency's part in a task.
pub struct Assignment(model::Assignment, Option<NaiveDate>);

impl Assignment {
    async fn standing(&self, ctx: &Context<'_>) -> Result<Standing> {
        let view = view(ctx)?;
        let catalogue = view.catalogue().await.map_err(|error| failure(&error))?;
        Ok(app::designation::standing(catalogue, self.0.task, self.0.agency, self.1.unwrap_or(view.today())))
    }
}

/// An agency's part in a task.
#[Object]
impl Assignment {
    /// Whether it leads (chủ trì) or coordinates (phối hợp).
    async fn role(&self) -> AssignmentRole {
        self.0.role.into()
    }

    /// The agency or collective that is assigned; `agencies` tell whom it means.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, self.1).await
    }

    /// Position within the role, from 1.
    async fn rank(&self) -> i32 {
        self.0.rank
    }

    /// The first day on which it holds.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it no longer holds; null while it does.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// Its words mean only the relevant bodies, and no document says on the day which: nobody answers for it.
    async fn needs_designation(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.standing(ctx).await?.is_missing)
    }

    /// Whom it means on the day: the agency, the members of a collective, or those that are designated of them.
    async fn agencies(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        each(ctx, &self.standing(ctx).await?.meant, self.1).await
    }

    /// Which members of a filtered collective were designated for the task, in the order of time.
    async fn designations(&self, ctx: &Context<'_>) -> Result<Vec<Designation>> {
        Ok(self.standing(ctx).await?.designations.into_iter().map(Designation).collect())
    }

    /// The document that the assignment rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.basis).await
    }

    /// Where in that document it stands: where the event stands that opened it, else where the document speaks of the task, else where it
    /// amends the programme; empty where none of it is told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        let key = (self.0.id, self.0.task, self.0.basis);
        Ok(loaders::load(ctx, PlacesOfAssignment(key)).await?.iter().cloned().map(Citation).collect())
    }
}
