//! A task in one year: its state, its due day, and everything that was done to it.
//! Must not show which account did something: agencies act, and the audit log knows the rest.
//! The changes are `mutation::occurrence`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    amendment::due_on,
    clock::local_day,
    occurrence::{self as model, EXTENDED_OFTEN, NEARLY_DUE_DAYS, due_as_of, state_as_of},
    task,
};

use super::{agency_on, agency_opt_on, document_opt, id, view};
use crate::{
    counts::within,
    enums::{ExtensionStatus, OccurrenceAct, OccurrenceStatus, Timeliness},
    error::failure,
    loaders::{self, ClaimsOf, DueDaysOf, ExtensionsOf, HistoryOf, LeadsOf, OccurrenceCountOf},
    paging::total,
    types::{agency::Agency, document::Document, task::Task},
};

/// A task in one year. In a list of a past day it is as it was then; its revision, its history, claims and extensions are told whole,
/// up to today.
pub struct TaskOccurrence {
    occurrence: task::Occurrence,
    /// The day that it is seen from, where one is said.
    seen_on: Option<NaiveDate>,
}

/// A task in one year. In a list of a past day it is as it was then; its revision, its history, claims and extensions are told whole,
/// up to today.
#[Object]
impl TaskOccurrence {
    pub(crate) async fn id(&self) -> ID {
        id(self.occurrence.id)
    }

    /// The year of the task that it is about.
    async fn year(&self) -> i32 {
        self.occurrence.year
    }

    /// In a list of a past day as it was then, or in its last words where it was no task on that day.
    async fn task(&self, ctx: &Context<'_>) -> Result<Task> {
        let task = Task::seen(ctx, self.occurrence.task, self.seen_on).await?;
        task.ok_or_else(|| failure(&app::Error::Internal("an occurrence is of a task that is not there")))
    }

    /// Where it stands, or stood at the end of a day: that of the list where none is said.
    async fn status(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<OccurrenceStatus> {
        Ok(self.status_on(ctx, as_of).await?.into())
    }

    /// The last day on which it is on time; null without a deadline.
    async fn due_on(&self) -> Option<NaiveDate> {
        self.occurrence.due_on
    }

    /// As first set, before any extension.
    async fn original_due_on(&self) -> Option<NaiveDate> {
        self.occurrence.original_due_on
    }

    /// When the last product was delivered.
    async fn completed_on(&self) -> Option<NaiveDate> {
        self.occurrence.completed_on
    }

    /// How it stands to its due day on a day: that of the list, or today, where none is said. Null while it does not count (suspended,
    /// cancelled, withdrawn).
    async fn timeliness(
        &self,
        ctx: &Context<'_>,
        as_of: Option<NaiveDate>,
        #[graphql(default_with = "NEARLY_DUE_DAYS.cast_signed()")] nearly_due_days: i32,
    ) -> Result<Option<Timeliness>> {
        let nearly_due_days = within(&(0..=366), "nearlyDueDays", nearly_due_days).map_err(|error| failure(&error))?;
        let status = self.status_on(ctx, as_of).await?;
        let due_on = match as_of {
            None => self.occurrence.due_on,
            Some(day) => {
                let set = loaders::load(ctx, DueDaysOf(self.occurrence.id)).await?;
                let promised = due_on(self.occurrence.original_due_on, &set, day);
                due_as_of(promised, &loaders::load(ctx, ExtensionsOf(self.occurrence.id)).await?, day)
            }
        };
        let day = as_of.or(self.seen_on).unwrap_or(view(ctx)?.today());
        // What was seen as open on a past day may be done by now.
        let completed_on = match self.occurrence.completed_on {
            None if status == task::OccurrenceStatus::Completed => self.completion(ctx).await?,
            known => known,
        };
        Ok(status.timeliness(due_on, completed_on, day, nearly_due_days).map(Into::into))
    }

    /// Raised by every change up to today; a change names the one that it rests on.
    async fn revision(&self) -> i32 {
        self.occurrence.revision
    }

    /// The agencies that answer for it, members of a collective in its place: those that lead on the day it is seen from, on the
    /// last day of its year once that is over, on the day of delivery once it is completed.
    async fn lead_agencies(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        let day = self.occurrence.led_on(self.seen_on.unwrap_or(view(ctx)?.today()), None);
        let mut leads = Vec::new();
        for lead in loaders::load(ctx, LeadsOf((self.occurrence.task, day))).await?.iter() {
            leads.push(agency_on(ctx, *lead, Some(day)).await?);
        }
        Ok(leads)
    }

    /// What was done to it up to today, in order.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<OccurrenceEvent>> {
        Ok(loaders::load(ctx, HistoryOf(self.occurrence.id)).await?.iter().cloned().map(OccurrenceEvent).collect())
    }

    /// Who said up to today when it was delivered; those that count no more too.
    async fn claims(&self, ctx: &Context<'_>) -> Result<Vec<Claim>> {
        Ok(loaders::load(ctx, ClaimsOf(self.occurrence.id)).await?.iter().cloned().map(Claim).collect())
    }

    /// Requests for a later due day in the order in which they were made, as they stand today.
    async fn extensions(&self, ctx: &Context<'_>) -> Result<Vec<Extension>> {
        Ok(loaders::load(ctx, ExtensionsOf(self.occurrence.id)).await?.iter().cloned().map(Extension).collect())
    }

    /// Three or more extensions were approved up to today.
    async fn extended_often(&self, ctx: &Context<'_>) -> Result<bool> {
        let extensions = loaders::load(ctx, ExtensionsOf(self.occurrence.id)).await?;
        let approved = extensions.iter().filter(|extension| extension.status == model::ExtensionStatus::Approved).count();
        Ok(approved >= EXTENDED_OFTEN)
    }
}

impl TaskOccurrence {
    /// As it is now.
    pub fn now(occurrence: task::Occurrence) -> Self {
        Self { occurrence, seen_on: None }
    }

    /// As it was read for a day, or as it is now.
    pub fn seen(occurrence: task::Occurrence, seen_on: Option<NaiveDate>) -> Self {
        Self { occurrence, seen_on }
    }

    async fn status_on(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<task::OccurrenceStatus> {
        let Some(day) = as_of else { return Ok(self.occurrence.status) };
        Ok(state_as_of(&loaders::load(ctx, HistoryOf(self.occurrence.id)).await?, day))
    }

    /// When it was completed, by what was done to it.
    async fn completion(&self, ctx: &Context<'_>) -> Result<Option<NaiveDate>> {
        let history: Arc<Vec<model::OccurrenceEvent>> = loaders::load(ctx, HistoryOf(self.occurrence.id)).await?;
        Ok(history.last().filter(|event| event.to == task::OccurrenceStatus::Completed).map(|event| event.counts_on))
    }
}

/// Something that was done to an occurrence.
pub struct OccurrenceEvent(model::OccurrenceEvent);

/// Something that was done to an occurrence.
#[Object]
impl OccurrenceEvent {
    /// What was done.
    async fn act(&self) -> OccurrenceAct {
        self.0.act.into()
    }

    /// Where it stood before.
    async fn from(&self) -> OccurrenceStatus {
        self.0.from.into()
    }

    /// Where it stood after.
    async fn to(&self) -> OccurrenceStatus {
        self.0.to.into()
    }

    /// The lead that did it; null for a decision.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.agency, Some(local_day(self.0.at))).await
    }

    /// When it was entered; from which day on it counts, `countsOn` tells.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// From this day on it counts: for a completion the day of delivery.
    async fn counts_on(&self) -> NaiveDate {
        self.0.counts_on
    }

    /// Why, and of a claim what shows it; the public is told it of suspending, resuming, cancelling, withdrawing and reopening alone.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The document that it rests on.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    /// Who should do it instead, as the agency that gave it back thinks.
    async fn proposed_agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.proposed_agency, Some(local_day(self.0.at))).await
    }

    /// Decided by an agency that leads the task itself.
    async fn self_decided(&self) -> bool {
        self.0.self_decided
    }
}

/// That a lead has delivered.
pub struct Claim(model::Claim);

/// That a lead has delivered.
#[Object]
impl Claim {
    /// The lead that says so, as it was on that day.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, Some(local_day(self.0.claimed_at))).await
    }

    /// The day on which the product was delivered.
    async fn delivered_on(&self) -> NaiveDate {
        self.0.delivered_on
    }

    /// What shows it.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// Identifier of the report that it rests on.
    async fn report_id(&self) -> Option<ID> {
        self.0.report.map(id)
    }

    /// When the lead said so.
    async fn claimed_at(&self) -> DateTime<Utc> {
        self.0.claimed_at
    }

    /// When it ceased to count: replaced by a later one, or to be done again.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.0.withdrawn_at
    }
}

/// A request for a later due day.
pub struct Extension(model::Extension);

/// A request for a later due day.
#[Object]
impl Extension {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// The lead that asks, as it was called when it did.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, Some(local_day(self.0.requested_at))).await
    }

    /// When more time was asked for.
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.requested_at
    }

    /// Why more time is needed.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The due day that is asked for.
    async fn proposed_due_on(&self) -> NaiveDate {
        self.0.proposed_due_on
    }

    /// Whether it is open, was decided, taken back, or lapsed.
    async fn status(&self) -> ExtensionStatus {
        self.0.status.into()
    }

    /// When it was granted, refused, taken back, or lapsed; null while it is open.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Why it was decided so; of one that lapsed, what ended the task's year.
    async fn decision_reason(&self) -> Option<&str> {
        self.0.decision_reason.as_deref()
    }

    /// The due day that was granted.
    async fn decided_due_on(&self) -> Option<NaiveDate> {
        self.0.decided_due_on
    }

    /// The document that the decision rests on.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    /// Decided by an agency that leads the task itself.
    async fn self_decided(&self) -> bool {
        self.0.self_decided
    }
}

/// The lead that alone answers for a task with several.
#[derive(SimpleObject)]
pub struct Principal {
    /// Null where all leads answer together.
    pub agency: Option<Agency>,
    /// The first day on which it is so; null where nobody was ever designated.
    pub valid_from: Option<NaiveDate>,
    /// The document that says so.
    pub document: Option<Document>,
    /// How many designations there were; a change names it.
    pub revision: i32,
}

total!(
    /// The total of occurrences.
    OccurrenceTotal { filter: Option<app::occurrence::OccurrenceFilter> } |this, ctx| {
        match this.filter.clone() {
            Some(filter) => loaders::load(ctx, OccurrenceCountOf(filter)).await,
            None => Ok(0),
        }
    }
);
