//! Evidence: the files on reports, put there (`arrival`, `upload`), read, taken off, and the bytes that nobody owns swept away.
//! Must not show a file of a report outside the caller's scope, not even that it exists.
//! The rules are `domain::evidence`, the rows `persistence::report_file`, the bytes `persistence::evidence_store`.
//!
//! Bytes and rows are in two stores that know no common transaction. Whoever stores bytes first claims their hash in a row that
//! is committed, and the claim goes in the transaction that makes them a file. So bytes without a file have a claim that runs
//! out, and the sweep looks at those alone: it never removes what this database did not put there. It removes under a claim of its own,
//! which no upload of equal bytes passes, and which it gets only while there is none of theirs.

pub(crate) mod arrival;
mod content;
mod pdf;
mod upload;

use std::collections::HashMap;

use auth::Ctx;
use chrono::TimeDelta;
use domain::{
    account::AccountId,
    error::{Code, Fault, Refusal},
    evidence::{self as rules, FileId, MAX_WORDS, ReportFile, Shown},
    policy::{Action, Resource},
    report::{Report, ReportId},
    revision::Revisions,
    text,
};
use persistence::{
    Conn, DbError,
    evidence_store::{EvidenceStore, StoreError},
    file_claim::{self, Claim, Fate},
    report as stored,
    report_file::{self as evidence, Removal},
};
use serde_json::json;

pub use arrival::{Part, Parts};
pub use upload::{Uploaded, upload};

use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    document::grouped,
};

/// A claim holds for so long: many times what storing takes at most.
const LEASE: TimeDelta = TimeDelta::hours(1);
/// Claims that the sweep looks at in one go.
const BATCH: i64 = 200;

/// Where evidence is kept, and how much of it at once.
#[derive(Clone)]
pub struct Evidence {
    pub store: EvidenceStore,
    /// Bytes of a file at most.
    pub max_bytes: u64,
}

/// The files on a report in the order in which they came: those of a version where one is named, else those that go with what the
/// caller sees of the report.
///
/// # Errors
/// `NOT_FOUND` when the caller may not know of the report or the version.
pub async fn list(view: &View, id: ReportId, version: Option<i32>) -> Result<Vec<ReportFile>, Error> {
    let report = crate::report::seen(view, id).await?;
    let shown = match version {
        Some(number) => {
            crate::report::version(view, id, number).await?;
            Shown::Version(number)
        }
        None => rules::shown(&report, writes(view.ctx(), &report)),
    };
    let found = view.read(move |conn| evidence::of_reports(conn, &[id])).await?;
    Ok(found.into_iter().filter(|file| file.is_in(shown)).collect())
}

/// The files that go with what the caller sees of these reports.
///
/// # Errors
/// When the database fails.
pub async fn of_reports(view: &View, ids: Vec<ReportId>) -> Result<HashMap<ReportId, Vec<ReportFile>>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let read = move |conn: &mut Conn| -> Result<_, DbError> {
        let reports = stored::by_ids(conn, &scope, &ids)?;
        let seen: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
        Ok((reports, evidence::of_reports(conn, &seen)?))
    };
    let (reports, found) = view.read(read).await?;
    let shown: HashMap<ReportId, Shown> =
        reports.iter().map(|report| (report.id, rules::shown(report, writes(view.ctx(), report)))).collect();
    let found = found.into_iter().filter(|file| shown.get(&file.report).is_some_and(|shown| file.is_in(*shown)));
    Ok(grouped(found.map(|file| (file.report, file))))
}

/// The files that these reports have or had in some version, for what the versions that the caller sees differ in.
///
/// # Errors
/// When the database fails.
pub async fn ever_on(view: &View, ids: Vec<ReportId>) -> Result<HashMap<ReportId, Vec<ReportFile>>, Error> {
    view.ctx().allow(Action::ReadReports)?;
    let scope = view.ctx().report_scope();
    let read = move |conn: &mut Conn| -> Result<_, DbError> {
        let seen: Vec<ReportId> = stored::by_ids(conn, &scope, &ids)?.iter().map(|report| report.id).collect();
        evidence::of_reports(conn, &seen)
    };
    Ok(grouped(view.read(read).await?.into_iter().map(|file| (file.report, file))))
}

/// Whether the caller sees what is being written on a report: its agency does, nobody else.
fn writes(ctx: &Ctx, report: &Report) -> bool {
    ctx.report_scope().opens(report.agency, report.programme, false)
}

/// A file on a report, or on a version of it that the caller sees.
///
/// # Errors
/// `NOT_FOUND` when the caller may not know of the report, or the file is not on it.
pub async fn by_id(view: &View, report: ReportId, id: FileId) -> Result<ReportFile, Error> {
    let report = crate::report::seen(view, report).await?;
    let of = report.id;
    let found = view.read(move |conn| evidence::by_id(conn, of, id)).await?;
    let found = found.filter(|file| file.is_readable(&report, writes(view.ctx(), &report)));
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// The bytes under a hash that the caller was given with a file, piece by piece.
///
/// # Errors
/// `UNAVAILABLE` when the store fails.
pub async fn bytes(app: &App, sha256: &str) -> Result<impl futures_util::Stream<Item = Result<Vec<u8>, StoreError>> + 'static, Error> {
    Ok(app.0.evidence.store.get(sha256).await?)
}

/// Takes a file off a report; the log and the row keep who did it and why, and the versions that had it keep it.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `EVIDENCE_CLOSED` or `REOPENING_OVER` where the report may not be written on, `PRECONDITION_FAILED`,
/// `QUERY_INVALID` for a reason that says nothing.
pub async fn remove(
    app: &App,
    ctx: &Ctx,
    (report, revision): (ReportId, impl Into<Revisions>),
    id: FileId,
    reason: &str,
) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    let deed = move || Deed::new("remove_report_file").on("report", report);
    let reason = text::normalise(reason).trim().to_owned();
    watched(app, ctx, deed(), async {
        ctx.allow(Action::ManageEvidence)?;
        let is_kept = (1..=MAX_WORDS).contains(&reason.chars().count()) && text::storable(&reason);
        let code = if is_kept { text::shows_nothing(&reason).then_some(Code::PatternMismatch) } else { Some(Code::LengthOutOfRange) };
        if let Some(code) = code {
            return Err(Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/reason", code)]).into());
        }
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let take_off = move |conn: &mut Conn| -> Result<(), Error> {
            let (report, account) = open_report(&app_, conn, &ctx_, report)?;
            revision.check(report.seen_revision())?;
            let nothing = || Error::from(Refusal::new(Code::NotFound));
            let file = evidence::by_id(conn, report.id, id)?.ok_or_else(nothing)?;
            let removal = Removal { by: account, at: app_.0.clock.now(), reason: reason.clone(), until_version: report.version };
            if !evidence::remove(conn, id, &removal)? {
                return Err(nothing());
            }
            crate::report::written(conn, &report)?;
            let before = json!({"file": id.to_string(), "name": file.name, "sha256": file.sha256, "reason": reason});
            let agency = app_.0.catalogue.current(conn)?.agency_code(Some(report.agency));
            Ok(record(&app_, conn, &ctx_, deed().for_agency(agency.as_deref()).with(json!({ "before": before })))?)
        };
        app.0.db.append(take_off).await
    })
    .await
}

/// Takes the files off a report that was never submitted and is thrown away, in the transaction that does; tells their hashes.
/// Bytes that are nobody's then go with the next sweep.
pub(crate) fn discard(app: &App, conn: &mut Conn, report: ReportId) -> Result<Vec<String>, DbError> {
    let hashes = evidence::discard(conn, report)?;
    let now = app.0.clock.now();
    let claim = |sha256: &String| Claim { id: app.0.ids.next(), sha256: sha256.clone(), expires_at: now };
    file_claim::orphan(conn, &hashes.iter().map(claim).collect::<Vec<_>>())?;
    Ok(hashes)
}

/// The report, kept as it is until the transaction ends, and the account, if it may change the report's files.
fn open_report(app: &App, conn: &mut Conn, ctx: &Ctx, id: ReportId) -> Result<(Report, AccountId), Error> {
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let found = stored::locked(conn, &ctx.report_scope(), id)?;
    Ok((changeable(app, conn, ctx, found)?, account))
}

/// The report, as it was found, if the caller may change its files now.
fn changeable(app: &App, conn: &mut Conn, ctx: &Ctx, found: Option<Report>) -> Result<Report, Error> {
    // What the caller sees only because it is published is nothing that it could change.
    let report = found.filter(|report| report.is_inside).ok_or_else(|| Refusal::new(Code::NotFound))?;
    let on = Resource { agency: Some(report.agency), programme: Some(report.programme), ..Resource::default() };
    ctx.allow_on(Action::ManageEvidence, &on)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let estimates_until = crate::report::estimates_until(conn, &catalogue, &report)?;
    rules::changeable(report.standing(estimates_until), app.0.clock.today()).map_err(Refusal::new)?;
    Ok(report)
}

/// What a sweep came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Claims that had run out.
    pub claims: usize,
    /// Hashes whose bytes were nobody's.
    pub removed: usize,
    /// There may be more to look at.
    pub has_more: bool,
}

impl App {
    /// Opens the store, so that one that cannot be used is told before the first file.
    ///
    /// # Errors
    /// `UNAVAILABLE` when it cannot be used.
    pub fn open_evidence(&self) -> Result<(), Error> {
        Ok(self.0.evidence.store.open()?)
    }

    /// Removes the bytes that no file has: of uploads that died or were refused after they had stored them, and of drafts that
    /// were thrown away.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the database or the store does not answer; what is left comes next time.
    pub async fn sweep_evidence(&self) -> Result<Swept, Error> {
        let now = self.0.clock.now();
        let claims = self.0.db.read(move |conn| file_claim::expired(conn, now, BATCH)).await?;
        let mut swept = Swept { claims: claims.len(), removed: 0, has_more: i64::try_from(claims.len()).is_ok_and(|count| count == BATCH) };
        for claim in claims {
            let (asked, until) = (claim.clone(), now + LEASE);
            let decide = move |conn: &mut Conn| -> Result<Fate, DbError> { file_claim::doom(conn, &asked, now, until) };
            if self.0.db.write(decide).await? == Fate::Doomed {
                self.0.evidence.store.remove(&claim.sha256).await?;
                self.0.db.append(move |conn| file_claim::forget(conn, claim.id)).await?;
                swept.removed += 1;
                tracing::info!(sha256 = claim.sha256, "removed bytes that no file has");
            }
        }
        Ok(swept)
    }
}
