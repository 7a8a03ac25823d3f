//! Storing the rows of a batch that passed, group by group, with their history, events and entries of the audit log.
//! Must not let one row take others with it where each stands for itself.
//! Rows are judged in `judge`; the statements are `persistence::report`.

use std::sync::Arc;

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    error::{Code, Fault},
    report::{Report, ReportEvent, ReportId, ReportStatus, ReportVersion},
};
use persistence::{Conn, DbError, report as stored, savepoint};

use super::{
    BatchOutcome, MAX_ROW_FAULTS, OPERATION, Row, RowOutcome, Stored, StoredKind,
    judge::{Judged, Verdict},
};
use crate::{
    App, Error,
    audit::{Deed, record_all},
    catalogue::Catalogue,
    outbox::{News, announce_all},
    report::acts::{Done, told},
};

/// Rows of a group.
pub(super) const CHUNK: usize = 1000;

/// Stores rows, group by group.
pub(super) struct Store<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    catalogue: Arc<Catalogue>,
    atomic: bool,
    outcome: BatchOutcome,
    news: Vec<News>,
    deeds: Vec<Deed>,
}

impl<'a> Store<'a> {
    pub fn new(app: &'a App, ctx: &'a Ctx, catalogue: Arc<Catalogue>, atomic: bool) -> Self {
        Self { app, ctx, catalogue, atomic, outcome: BatchOutcome::default(), news: Vec::new(), deeds: Vec::new() }
    }

    /// Stores a group; where each row stands for itself, what the database refuses after all is that row's fault alone.
    pub fn rows(&mut self, conn: &mut Conn, rows: &[Row], mut judged: Vec<Verdict>) -> Result<(), Error> {
        let today = self.app.0.clock.today();
        if self.atomic {
            write(conn, today, &passed(&judged))?;
        } else if let Err(error) = apart(conn, today, &passed(&judged)) {
            passing(&error)?;
            for verdict in &mut judged {
                let Ok(row) = verdict else { continue };
                if let Err(error) = apart(conn, today, &[row]) {
                    passing(&error)?;
                    *verdict = Err(vec![refused_by_database(&error)]);
                }
            }
        }
        for (row, verdict) in rows.iter().zip(judged) {
            let stored = verdict.map(|judged| self.noted(*judged)).map_err(|mut faults| {
                faults.truncate(MAX_ROW_FAULTS);
                faults
            });
            self.outcome.rows.push(RowOutcome { line: row.line, stored });
        }
        Ok(())
    }

    /// Keeps what followers and the audit log will be told of a row.
    fn noted(&mut self, judged: Judged) -> Stored {
        let (kind, report, revision) = match judged {
            Judged::Same(report) => {
                let revision = report.seen_revision();
                (StoredKind::Unchanged, report, revision)
            }
            Judged::New { report, event } => {
                let agency = self.catalogue.agency_code(Some(report.agency));
                let (status, content, agency) = (report.status, Some(&report.content), agency.as_deref());
                let done = Done { operation: OPERATION, report: &report, before: None, status, event: &event, content, agency };
                let (news, deed) = told(&done);
                self.news.push(news);
                self.deeds.push(deed);
                let revision = report.seen_revision();
                (StoredKind::Created, report, revision)
            }
            Judged::Again { before, version, event } => {
                let agency = self.catalogue.agency_code(Some(before.agency));
                let (was, content, agency) = (Some((before.status, before.version)), Some(&version.content), agency.as_deref());
                let status = ReportStatus::Submitted;
                let done = Done { operation: OPERATION, report: &before, before: was, status, event: &event, content, agency };
                let (news, deed) = told(&done);
                self.news.push(news);
                self.deeds.push(deed);
                let revision = before.seen_revision() + 1;
                (StoredKind::Changed, before, revision)
            }
        };
        Stored { kind, id: report.id, revision, external_ref: report.external_ref }
    }

    /// Tells followers and the audit log, which is the last thing that the transaction does.
    pub fn end(self, conn: &mut Conn) -> Result<BatchOutcome, DbError> {
        announce_all(self.app, conn, self.news)?;
        record_all(self.app, conn, self.ctx, self.deeds)?;
        Ok(self.outcome)
    }
}

fn passed(judged: &[Verdict]) -> Vec<&Judged> {
    judged.iter().filter_map(|verdict| verdict.as_deref().ok()).collect()
}

/// Stores rows so that a failure leaves nothing of them and harms nothing else.
fn apart(conn: &mut Conn, today: NaiveDate, rows: &[&Judged]) -> Result<(), DbError> {
    savepoint(conn, &mut |conn| write(conn, today, rows))
}

/// Stores rows in a handful of statements.
fn write(conn: &mut Conn, today: NaiveDate, rows: &[&Judged]) -> Result<(), DbError> {
    let (mut new, mut at): (Vec<&Report>, Vec<(ReportId, i32)>) = (Vec::new(), Vec::new());
    let (mut versions, mut events): (Vec<&ReportVersion>, Vec<&ReportEvent>) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Judged::New { report, event } => {
                new.push(report);
                events.push(event);
            }
            Judged::Again { before, version, event } => {
                at.push((before.id, before.revision));
                versions.push(version);
                events.push(event);
            }
            Judged::Same(_) => {}
        }
    }
    stored::insert_all(conn, &new).map_err(raced)?;
    // Another changed one of them in between: looked up again, its row is told so.
    if !stored::submit_again(conn, &at, today)? {
        return Err(DbError::Serialisation);
    }
    stored::add_versions(conn, &versions)?;
    let changed: Vec<ReportId> = at.into_iter().map(|(id, _)| id).collect();
    stored::drop_drafts(conn, &changed)?;
    stored::add_events(conn, &events)
}

/// What another did in between is found when the rows are judged again.
fn raced(error: DbError) -> DbError {
    match error {
        DbError::ForeignKey(_) => DbError::Serialisation,
        DbError::Unique(rule) if rule.contains("external_ref") || rule.contains("obligation_id") => DbError::Serialisation,
        other => other,
    }
}

/// Gives back a failure that is not about a row: the whole is tried again, or cannot be done now.
fn passing(error: &DbError) -> Result<(), DbError> {
    match error {
        DbError::Serialisation => Err(DbError::Serialisation),
        DbError::Unavailable(why) => Err(DbError::Unavailable(why.clone())),
        DbError::Panicked => Err(DbError::Panicked),
        _ => Ok(()),
    }
}

fn refused_by_database(error: &DbError) -> Fault {
    tracing::error!(%error, "a row of a batch could not be stored");
    Fault::new("", Code::Internal)
}
