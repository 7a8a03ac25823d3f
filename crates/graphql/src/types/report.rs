//! Reports, as far as the caller may see them.
//! Must not be built from anything but what the use cases of `app::report` give.
//! What was submitted and done before is `report_history`; acts on reports are `mutation::report`.

use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{account::AccountId, agency::AgencyId, report as model, succession as happened};

use super::{agency_on, id, programme, view};
use crate::{
    enums::{ReportChannel, ReportStatus},
    error::failure,
    loaders::{self, DraftOf, EventsOf, FilesOf, NameOf, ObligationBy, ReportCountOf, SourcesOf, TaskBy, VersionsOf},
    types::{
        agency::Agency,
        evidence::ReportFile,
        obligation::Obligation,
        programme::Programme,
        report_history::{ReportDraft, ReportEvent, ReportSource, ReportVersion},
        succession::AgencyEvent,
        task::Task,
    },
};

/// What an agency says of a task in a year, or of a programme in a period: to those who see it by role with its last version, else
/// with the one that is published.
pub struct Report(pub model::Report);

impl Report {
    /// The days that it is about, by the calendar.
    fn days(&self) -> (NaiveDate, NaiveDate) {
        app::succession::days_of(&self.0.period, self.0.year)
    }

    /// Who answers for it on a day, and by which event.
    async fn followed<'a>(
        &self,
        ctx: &Context<'a>,
        as_of: Option<NaiveDate>,
    ) -> Result<(Option<AgencyId>, Option<&'a happened::AgencyEvent>)> {
        let view = view(ctx)?;
        let catalogue = view.catalogue().await.map_err(|error| failure(&error))?;
        let duty = (self.0.programme, self.0.task);
        Ok(app::succession::followed(catalogue, self.0.agency, duty, (Some(self.days().0), as_of.unwrap_or(view.today()))))
    }
}

/// What an agency says of a task in a year, or of a programme in a period: to those who see it by role with its last version, else
/// with the one that is published.
#[Object]
impl Report {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// The programme that it is about.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    /// Null for a report about the whole programme.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        let Some(task) = self.0.task else { return Ok(None) };
        let task = loaders::load(ctx, TaskBy(task)).await?;
        task.map(|task| Some(Task::now(task))).ok_or_else(|| failure(&app::Error::Internal("a report names a task that is not there")))
    }

    /// Whose report it is, as it was at the end of the period that the report is about.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        let end = self.days().1;
        let is_over = view(ctx).is_ok_and(|view| end <= view.today());
        agency_on(ctx, self.0.agency, is_over.then_some(end)).await
    }

    /// Who answers for it on a day, today where none is said: the agency while it has the duty, or whoever it went to; null where it
    /// has no owner.
    async fn answers_now(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Option<Agency>> {
        match self.followed(ctx, as_of).await?.0 {
            Some(id) => agency_on(ctx, id, as_of).await.map(Some),
            None => Ok(None),
        }
    }

    /// The event that moved the duty last, or left it without an owner, until a day; null where it stayed with the agency.
    async fn moved_by(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Option<AgencyEvent>> {
        Ok(self.followed(ctx, as_of).await?.1.cloned().map(AgencyEvent))
    }

    /// The year of the period that it is about.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The period that it is about, e.g. `2019-Q2`; the year where nothing else was said.
    async fn period(&self) -> &str {
        &self.0.period
    }

    /// What it answers to; null to those who only read what is published.
    async fn obligation(&self, ctx: &Context<'_>) -> Result<Option<Obligation>> {
        match self.0.obligation {
            Some(obligation) => Ok(loaders::load(ctx, ObligationBy(obligation)).await?.as_deref().cloned().map(Obligation)),
            None => Ok(None),
        }
    }

    /// Where it stands, as the caller sees it: to those who only read what is published, ACCEPTED or AGGREGATED.
    async fn status(&self) -> ReportStatus {
        self.0.status.into()
    }

    /// The version shown, from 1; a correction is a new version. 0 for a draft that was never submitted.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The version that is published and summed.
    async fn accepted_version(&self) -> Option<i32> {
        self.0.accepted_version
    }

    /// Counts every change that the caller may see; a change names the revision that it was made for. Null to those who only read what is published.
    async fn revision(&self) -> Option<i32> {
        self.0.is_inside.then_some(self.0.seen_revision())
    }

    /// Built from the accepted versions of others.
    async fn is_consolidated(&self) -> bool {
        self.0.is_consolidated
    }

    /// Its figures run ahead of the end of the period.
    async fn is_estimate(&self) -> bool {
        self.0.submission.as_ref().is_some_and(|submission| submission.is_estimate)
    }

    /// How far the task is done, 0 to 100; null for a report about the whole programme.
    async fn percent(&self) -> Option<i32> {
        self.0.content.percent
    }

    /// What the agency says, in its own words.
    async fn narrative(&self) -> &str {
        &self.0.content.narrative
    }

    /// What was produced.
    async fn produced(&self) -> Vec<Product> {
        products(&self.0.content)
    }

    /// The sections of the regime's outline.
    async fn sections(&self) -> Vec<ReportSection> {
        sections(&self.0.content)
    }

    /// The fields of the regime's data form, by code.
    async fn values(&self) -> Json<serde_json::Map<String, serde_json::Value>> {
        Json(self.0.content.values.clone())
    }

    /// The sender's own reference.
    async fn external_ref(&self) -> Option<&str> {
        self.0.external_ref.as_deref()
    }

    /// The files that prove what it says, in the order in which they came.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<ReportFile>> {
        Ok(loaders::load(ctx, FilesOf(self.0.id)).await?.iter().cloned().map(ReportFile).collect())
    }

    /// By which way the version shown came in; null for a draft.
    async fn channel(&self) -> Option<ReportChannel> {
        self.0.submission.as_ref().map(|submission| submission.channel.into())
    }

    /// When the version shown came in, by whatever way; null for a draft.
    async fn received_on(&self) -> Option<NaiveDate> {
        self.0.submission.as_ref().map(|submission| submission.received_on)
    }

    /// When the first version came in, which is what timeliness counts.
    async fn first_received_on(&self) -> Option<NaiveDate> {
        self.0.first_received_on
    }

    /// The last day on which a reopened report may be submitted again.
    async fn reopened_until(&self) -> Option<NaiveDate> {
        self.0.reopened_until
    }

    /// When the version shown was stored; null for a draft.
    async fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.0.submission.as_ref().map(|submission| submission.submitted_at)
    }

    /// The versions that the caller may see, from the first on; none of them is ever changed.
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<ReportVersion>> {
        let versions = loaders::load(ctx, VersionsOf(self.0.id)).await?;
        Ok(versions.iter().map(|version| ReportVersion { version: version.clone(), is_inside: self.0.is_inside }).collect())
    }

    /// What was done with it, in order; empty to those who only read what is published.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<ReportEvent>> {
        Ok(loaders::load(ctx, EventsOf(self.0.id)).await?.iter().cloned().map(ReportEvent).collect())
    }

    /// What is being written on it, for its agency.
    async fn draft(&self, ctx: &Context<'_>) -> Result<Option<ReportDraft>> {
        Ok(loaders::load(ctx, DraftOf(self.0.id)).await?.first().cloned().map(ReportDraft))
    }

    /// The versions that a consolidated report was built from.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<ReportSource>> {
        let sources = loaders::load(ctx, SourcesOf(self.0.id)).await?;
        let shown = sources.iter().filter(|(version, _, _)| *version == self.0.version);
        Ok(shown.map(|(_, report, version)| ReportSource { report: id(*report), version: *version }).collect())
    }
}

/// A report that another resembles.
#[derive(SimpleObject)]
pub struct SimilarReport {
    /// Another report of the same agency, or another agency's on the same task.
    pub report: Report,
    /// Share of runs of three words that both have, 0 to 1.
    pub resemblance: f64,
}

/// A section of a report.
#[derive(SimpleObject)]
pub struct ReportSection {
    /// As in the regime's outline.
    pub code: String,
    /// What the report says under this heading.
    pub text: String,
}

pub(super) fn products(content: &model::ReportContent) -> Vec<Product> {
    let products = content.produced.iter();
    products.map(|p| Product { description: p.description.clone(), quantity: p.quantity, unit: p.unit.clone() }).collect()
}

pub(super) fn sections(content: &model::ReportContent) -> Vec<ReportSection> {
    content.sections.iter().map(|(code, text)| ReportSection { code: code.clone(), text: text.clone() }).collect()
}

/// The name of an account that had to do with a report.
pub(super) async fn name(ctx: &Context<'_>, account: AccountId) -> Result<String> {
    Ok(loaders::load(ctx, NameOf(account)).await?.as_ref().clone())
}

/// Something that was produced.
#[derive(SimpleObject)]
pub struct Product {
    /// What was produced, in words.
    pub description: String,
    /// How many, in whole numbers; null where that is not told.
    pub quantity: Option<i64>,
    /// What the quantity counts; null where that is not told.
    pub unit: Option<String>,
}

/// The total of a list of reports.
pub enum ReportTotal {
    All(app::report::ReportFilter),
    OfTask(ReportCountOf),
}

/// The total of a list of reports.
#[Object]
impl ReportTotal {
    /// How many there are in the whole list, as far as the caller may see it.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        match self {
            Self::All(filter) => app::report::count(view(ctx)?, filter).await.map_err(|error| failure(&error)),
            Self::OfTask(key) => loaders::load(ctx, key.clone()).await,
        }
    }
}
