//! Acts on reports: writing, sending, returning, accepting, reopening.
//! Must not push: a system's reports, each once for its key, are REST.
//! The use cases are `app::report`.

use std::collections::BTreeMap;

use app::{View, report};
use async_graphql::{Context, ID, InputObject, Json, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{
    error::{Code, Fault, Refusal},
    report::{self as model, ReportId},
    text::shows_nothing,
};

use super::{Problem, admitted_on, settled};
use crate::{error::failure, types::report::Report};

/// Products, sections or remarks.
const MAX_ITEMS: usize = 200;
/// Characters of the narrative, or of a section.
const MAX_TEXT: usize = 20_000;
/// Of one thing that was produced.
const MAX_QUANTITY: i64 = 1_000_000_000_000;
/// Characters of a reason, or of a remark.
const MAX_REASON: usize = 5_000;

/// What is being written, in whole; what is left out is empty from then on.
#[derive(InputObject)]
struct ReportContentInput {
    /// How far the task is done, 0 to 100.
    percent: Option<i32>,
    /// What the agency says, in its own words.
    #[graphql(default)]
    narrative: String,
    /// What was produced.
    #[graphql(default)]
    produced: Vec<ProductInput>,
    /// The sections of the regime's outline.
    #[graphql(default)]
    sections: Vec<SectionInput>,
    /// The fields of the regime's data form, by code.
    values: Option<Json<serde_json::Map<String, serde_json::Value>>>,
}

/// Something that was produced.
#[derive(InputObject)]
struct ProductInput {
    /// What was produced, in words.
    description: String,
    /// How many, in whole numbers; left out where that is not told.
    quantity: Option<i64>,
    /// What the quantity counts; left out where that is not told.
    unit: Option<String>,
}

/// A section of a report.
#[derive(InputObject)]
struct SectionInput {
    /// As in the regime's outline.
    code: String,
    /// What the report says under this heading.
    text: String,
}

/// What is to be mended, and where.
#[derive(InputObject)]
struct RemarkInput {
    /// JSON pointer into the report, e.g. `/percent`; empty for the whole of it.
    #[graphql(default)]
    pointer: String,
    /// What is to be mended there.
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

/// Texts, lists and numbers that are too long, too short or out of their range, each with its place; the bounds are those of REST.
#[derive(Default)]
struct Bounds(Vec<Fault>);

impl Bounds {
    fn text(&mut self, at: impl FnOnce() -> String, text: &str, (least, most): (usize, usize)) {
        if !(least..=most).contains(&text.chars().count()) {
            self.0.push(Fault::new(at(), Code::LengthOutOfRange));
        } else if least > 0 && shows_nothing(text) {
            self.0.push(Fault::new(at(), Code::PatternMismatch));
        }
    }

    fn list<T>(&mut self, at: &str, list: &[T]) {
        if list.len() > MAX_ITEMS {
            self.0.push(Fault::new(at, Code::LengthOutOfRange));
        }
    }

    fn reason(&mut self, reason: &str) {
        self.text(|| "/reason".into(), reason, (1, MAX_REASON));
    }

    fn content(&mut self, content: &ReportContentInput) {
        if content.percent.is_some_and(|percent| !(0..=100).contains(&percent)) {
            self.0.push(Fault::new("/percent", Code::OutOfRange));
        }
        self.text(|| "/narrative".into(), &content.narrative, (0, MAX_TEXT));
        self.list("/produced", &content.produced);
        for (i, product) in content.produced.iter().enumerate() {
            self.text(|| format!("/produced/{i}/description"), &product.description, (1, 2_000));
            if product.quantity.is_some_and(|quantity| !(0..=MAX_QUANTITY).contains(&quantity)) {
                self.0.push(Fault::new(format!("/produced/{i}/quantity"), Code::OutOfRange));
            }
            if let Some(unit) = &product.unit {
                self.text(|| format!("/produced/{i}/unit"), unit, (1, 100));
            }
        }
        self.list("/sections", &content.sections);
        for (i, section) in content.sections.iter().enumerate() {
            self.text(|| format!("/sections/{i}/code"), &section.code, (1, 64));
            self.text(|| format!("/sections/{i}/text"), &section.text, (0, MAX_TEXT));
        }
    }

    fn remarks(&mut self, remarks: &[RemarkInput]) {
        self.list("/remarks", remarks);
        for (i, remark) in remarks.iter().enumerate() {
            self.text(|| format!("/remarks/{i}/pointer"), &remark.pointer, (0, 500));
            if !(remark.pointer.is_empty() || remark.pointer.starts_with('/')) {
                self.0.push(Fault::new(format!("/remarks/{i}/pointer"), Code::PatternMismatch));
            }
            self.text(|| format!("/remarks/{i}/text"), &remark.text, (1, MAX_REASON));
        }
    }

    /// That nothing of what is looked at is.
    fn hold(look: impl FnOnce(&mut Self)) -> std::result::Result<(), app::Error> {
        let mut found = Self::default();
        look(&mut found);
        if found.0.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::BodyInvalid, found.0).into()) }
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
        let done = async {
            Bounds::hold(|bounds| bounds.content(&content))?;
            report::save_draft(view.app(), view.ctx(), (id, revision), content.into()).await
        };
        payload(view, id, done.await).await
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
        reason: String,
        #[graphql(default)] remarks: Vec<RemarkInput>,
    ) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "returnReport", &id).await?;
        let done = async {
            Bounds::hold(|bounds| {
                bounds.reason(&reason);
                bounds.remarks(&remarks);
            })?;
            let remarks = remarks.into_iter().map(|remark| model::Remark { pointer: remark.pointer, text: remark.text }).collect();
            report::give_back(view.app(), view.ctx(), (id, revision), reason, remarks).await
        };
        payload(view, id, done.await).await
    }

    /// Accepts a submitted report: its version is published and summed from here on.
    async fn accept_report(&self, ctx: &Context<'_>, id: ID, revision: i32) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "acceptReport", &id).await?;
        payload(view, id, report::accept(view.app(), view.ctx(), (id, revision)).await).await
    }

    /// Lets the agency submit an accepted report once more up to a day.
    async fn reopen_report(&self, ctx: &Context<'_>, id: ID, revision: i32, reason: String, until: NaiveDate) -> Result<ReportPayload> {
        let (view, id) = begun(ctx, "reopenReport", &id).await?;
        let done = async {
            Bounds::hold(|bounds| bounds.reason(&reason))?;
            report::reopen(view.app(), view.ctx(), (id, revision), reason, until).await
        };
        payload(view, id, done.await).await
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
