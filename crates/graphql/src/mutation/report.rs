//! Acts on reports: writing, sending, returning, accepting, reopening.
//! Must not push: a system's reports, each once for its key, are REST.
//! The use cases are `app::report`.

use std::collections::BTreeMap;

use app::{View, report};
use async_graphql::{Context, ID, InputObject, Json, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::report::{self as model, ReportId};

use super::{Problem, admitted_on, settled};
use crate::{error::failure, types::report::Report};

/// What is being written, in whole; what is left out is empty from then on.
#[derive(InputObject)]
struct ReportContentInput {
    /// How far the task is done, 0 to 100.
    #[graphql(validator(minimum = 0, maximum = 100))]
    percent: Option<i32>,
    #[graphql(default, validator(max_length = 20_000))]
    narrative: String,
    #[graphql(default, validator(max_items = 200))]
    produced: Vec<ProductInput>,
    /// The sections of the regime's outline.
    #[graphql(default, validator(max_items = 200))]
    sections: Vec<SectionInput>,
    /// The fields of the regime's data form, by code.
    values: Option<Json<serde_json::Map<String, serde_json::Value>>>,
}

/// Something that was produced.
#[derive(InputObject)]
struct ProductInput {
    #[graphql(validator(min_length = 1, max_length = 2_000))]
    description: String,
    #[graphql(validator(minimum = 0))]
    quantity: Option<i64>,
    #[graphql(validator(min_length = 1, max_length = 100))]
    unit: Option<String>,
}

/// A section of a report.
#[derive(InputObject)]
struct SectionInput {
    /// As in the regime's outline.
    #[graphql(validator(min_length = 1, max_length = 64))]
    code: String,
    #[graphql(validator(max_length = 20_000))]
    text: String,
}

/// What is to be mended, and where.
#[derive(InputObject)]
struct RemarkInput {
    /// JSON pointer into the report, e.g. `/percent`; empty for the whole of it.
    #[graphql(default, validator(max_length = 500))]
    pointer: String,
    #[graphql(validator(min_length = 1, max_length = 5_000))]
    text: String,
}

impl From<ReportContentInput> for report::Contents {
    fn from(input: ReportContentInput) -> Self {
        let produced = input.produced.into_iter();
        let sections: BTreeMap<String, String> = input.sections.into_iter().map(|section| (section.code, section.text)).collect();
        Self {
            percent: input.percent,
            narrative: input.narrative,
            produced: produced.map(|p| model::Product { description: p.description, quantity: p.quantity, unit: p.unit }).collect(),
            sections,
            values: input.values.map(|Json(values)| values).unwrap_or_default(),
        }
    }
}

/// What came of an act on a report.
#[derive(SimpleObject)]
struct ReportPayload {
    /// The report as it is now; null where nothing was done, or where it is gone.
    report: Option<Report>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct ReportMutation;

#[Object]
impl ReportMutation {
    /// Saves what is being written on a draft, a returned report, or a reopened one up to its day.
    async fn update_draft(&self, ctx: &Context<'_>, id: ID, revision: i32, content: ReportContentInput) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "updateDraft", &id).await?;
        payload(view, id, report::save_draft(view.app(), view.ctx(), (id, revision), content.into()).await).await
    }

    /// Throws away a report that was never submitted.
    async fn discard_draft(&self, ctx: &Context<'_>, id: ID, revision: i32) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "discardDraft", &id).await?;
        payload(view, id, report::discard(view.app(), view.ctx(), (id, revision)).await).await
    }

    /// Sends what was written as a new version, which is never changed after that.
    async fn send_report(&self, ctx: &Context<'_>, id: ID, revision: i32) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "sendReport", &id).await?;
        payload(view, id, report::send(view.app(), view.ctx(), (id, revision)).await).await
    }

    /// Gives a submitted report back to its agency, with a reason and remarks on its fields.
    async fn return_report(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        #[graphql(validator(min_length = 1, max_length = 5_000))] reason: String,
        #[graphql(default, validator(max_items = 200))] remarks: Vec<RemarkInput>,
    ) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "returnReport", &id).await?;
        let remarks = remarks.into_iter().map(|remark| model::Remark { pointer: remark.pointer, text: remark.text }).collect();
        payload(view, id, report::give_back(view.app(), view.ctx(), (id, revision), reason, remarks).await).await
    }

    /// Accepts a submitted report: its version is published and summed from here on.
    async fn accept_report(&self, ctx: &Context<'_>, id: ID, revision: i32) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "acceptReport", &id).await?;
        payload(view, id, report::accept(view.app(), view.ctx(), (id, revision)).await).await
    }

    /// Lets the agency submit an accepted report once more up to a day.
    async fn reopen_report(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        #[graphql(validator(min_length = 1, max_length = 5_000))] reason: String,
        until: NaiveDate,
    ) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "reopenReport", &id).await?;
        payload(view, id, report::reopen(view.app(), view.ctx(), (id, revision), reason, until).await).await
    }
}

/// The view of an operation that the caller may ask for, and the report that it is about.
async fn begun<'a>(ctx: &Context<'a>, operation: &'static str, id: &ID) -> Result<(&'a View, ReportId)> {
    let view = admitted_on(ctx, operation, "report", id).await?;
    // What is no identifier names nothing; nothing has the nil identifier either.
    Ok((view, id.parse().unwrap_or(ReportId::from_uuid(uuid::Uuid::nil()))))
}

/// The report after an act, read anew: the operation's own view may have looked before it.
async fn payload(view: &View, id: ReportId, done: std::result::Result<(), app::Error>) -> Result<ReportPayload> {
    match settled(done)? {
        Ok(()) => {
            let after = view.after();
            let report = report::by_id(&after, id).await.map_err(|error| failure(&error))?;
            after.end().await.map_err(|error| failure(&error))?;
            Ok(ReportPayload { report: report.map(Report), problem: None })
        }
        Err(problem) => Ok(ReportPayload { report: None, problem: Some(problem) }),
    }
}
