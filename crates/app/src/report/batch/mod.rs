//! Reports by the thousand: stored together or each for itself, or only rehearsed, by the same code.
//! Must not judge otherwise than one report is judged (`facts`, `by_ref`), nor send a statement a row.
//! Rows are judged in `judge` and `verdict` and stored in `store`; what a rehearsal vouches for is `token`.

mod judge;
mod store;
mod token;
mod verdict;

use std::sync::{Arc, Mutex, PoisonError};

use auth::Ctx;
use chrono::{DateTime, Utc};
use domain::{
    error::{Class, Code, Fault, Refusal},
    policy::Action,
    report::ReportId,
};
use persistence::Conn;

use super::{by_ref::Expected, submit::NewReport};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, refused, watched},
    idempotency::{once, scope_of},
    identity::current,
};

/// Rows at most.
pub const MAX_ROWS: usize = 10_000;
/// Faults told of one row at most.
pub const MAX_ROW_FAULTS: usize = 100;
/// Faults told in a problem document at most.
const MAX_TOLD: usize = 1000;
const OPERATION: &str = "submit_reports";

/// What was sent.
#[derive(Clone, Debug)]
pub struct Batch {
    pub rows: Vec<Row>,
    /// Stands for the whole of what was sent, and for how it was said to be read.
    pub sha256: String,
}

/// A row of a batch.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it stands in the file, from 1.
    pub line: Option<u32>,
    /// What can be read of it: a field with faults is left out, or empty where there must be one. `None` for what is no row at all.
    pub said: Option<Box<RowReport>>,
    /// Everything that is wrong with its form.
    pub faults: Vec<Fault>,
}

impl Row {
    /// Whether a field, or something in it, cannot be read.
    fn is_unread(&self, field: &str) -> bool {
        self.faults.iter().any(|fault| fault.pointer.strip_prefix('/').and_then(|path| path.split('/').next()) == Some(field))
    }
}

/// The report of a row.
#[derive(Clone, Debug)]
pub struct RowReport {
    pub new: NewReport,
    pub expected: Expected,
    /// It comes from a table: numbers are written as people write them.
    pub is_cells: bool,
}

/// What became of a batch.
#[derive(Clone, Debug, Default)]
pub struct BatchOutcome {
    pub rows: Vec<RowOutcome>,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub struct RowOutcome {
    pub line: Option<u32>,
    pub stored: Result<Stored, Vec<Fault>>,
}

/// What was done with the report of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub kind: StoredKind,
    pub id: ReportId,
    pub revision: i32,
    pub external_ref: Option<String>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredKind {
    Created,
    /// Submitted again.
    Changed,
    /// It says what is stored already.
    Unchanged,
}

/// What a rehearsal came to.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    pub outcome: BatchOutcome,
    /// Vouches for the outcome until an instant; absent where nothing could be stored.
    pub token: Option<(String, DateTime<Utc>)>,
}

impl BatchOutcome {
    /// How many rows were refused.
    pub fn refused(&self) -> usize {
        self.rows.iter().filter(|row| row.stored.is_err()).count()
    }

    /// How many rows came to this.
    pub fn count(&self, kind: StoredKind) -> usize {
        self.rows.iter().filter(|row| row.stored.as_ref().is_ok_and(|stored| stored.kind == kind)).count()
    }

    /// Every fault with the number of its row, from 0.
    pub fn faults(&self) -> impl Iterator<Item = (usize, &Fault)> {
        self.rows.iter().enumerate().flat_map(|(i, row)| row.stored.as_ref().err().into_iter().flatten().map(move |fault| (i, fault)))
    }

    /// The first sign that somebody tried what is not theirs.
    fn attempt(&self) -> Option<Code> {
        self.faults().map(|(_, fault)| fault.code).find(|code| code.class() == Class::Forbidden)
    }

    /// The refusal of a batch that is stored in whole or not at all; places are those of an array of rows.
    fn refusal(&self) -> Refusal {
        let all = self.faults().count();
        let told = self.faults().take(MAX_TOLD).map(|(i, fault)| Fault { pointer: format!("/{i}{}", fault.pointer), ..fault.clone() });
        let (rows, told) = (self.refused(), told.collect::<Vec<_>>());
        let worded = Refusal::worded(
            Code::BatchRefused,
            format!("{rows} dòng có {all} lỗi nên không dòng nào được lưu; chạy thử với dryRun=true để xem mọi lỗi."),
            format!("{rows} rows have {all} faults, so nothing was stored; dryRun=true tells every fault."),
        );
        Refusal { faults: told, ..worded }
    }
}

/// Does everything that [`submit_all`] does and undoes it.
///
/// # Errors
/// `FORBIDDEN`, and where the database fails. Faults of rows are no error but the outcome.
pub async fn rehearse_all(app: &App, ctx: &Ctx, batch: Arc<Batch>, atomic: bool) -> Result<Rehearsed, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::PushReport)?;
        let (app_, ctx_, sent) = (app.clone(), ctx.clone(), Arc::clone(&batch));
        let (outcome, state) = app.0.db.rehearse(move |conn| run(&app_, conn, &ctx_, &sent, atomic)).await?;
        note_attempt(app, ctx, outcome.attempt()).await;
        let is_storable = if atomic { outcome.refused() == 0 } else { outcome.refused() < outcome.rows.len() };
        let token = if is_storable { token::seal(app, ctx, (&batch, atomic), state) } else { None };
        Ok(Rehearsed { outcome, token })
    })
    .await
}

/// Stores the reports of a batch once for its key: all or none, or each row for itself. With the token of a rehearsal only what it
/// vouches for is stored.
///
/// # Errors
/// `FORBIDDEN`, `BATCH_REFUSED` with the faults where all or none is stored, `VALIDATION_TOKEN_INVALID`, and those of the key.
pub async fn submit_all(
    app: &App,
    ctx: &Ctx,
    (batch, atomic, token): (Arc<Batch>, bool, Option<String>),
    key: OnceKey,
    render: impl Fn(&BatchOutcome) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::PushReport)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let scope = scope_of(account);
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let attempt = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&attempt);
        let answer = once(app, scope, OPERATION, key, move |conn| {
            let vouched = token.as_deref().map(|token| token::open(&app_, &ctx_, (&batch, atomic), token)).transpose()?;
            let (outcome, state) = run(&app_, conn, &ctx_, &batch, atomic)?;
            if vouched.is_some_and(|vouched| vouched != state) {
                return Err(Refusal::new(Code::ValidationTokenInvalid).into());
            }
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = outcome.attempt();
            if atomic && outcome.refused() > 0 {
                return Err(outcome.refusal().into());
            }
            render(&outcome)
        })
        .await;
        let attempt = attempt.lock().unwrap_or_else(PoisonError::into_inner).take();
        note_attempt(app, ctx, attempt).await;
        answer
    })
    .await
}

/// Somebody who tried what is not theirs in a row is in the log like anybody else.
async fn note_attempt(app: &App, ctx: &Ctx, attempt: Option<Code>) {
    if let Some(code) = attempt {
        refused(app, ctx, Deed::new(OPERATION), code).await;
    }
}

/// Judges and stores every row; tells what became of each, and the digest of the state on which that rests.
fn run(app: &App, conn: &mut Conn, ctx: &Ctx, batch: &Batch, atomic: bool) -> Result<(BatchOutcome, String), Error> {
    // A long upload may have outlived its caller's rights.
    let ctx = &current(app, conn, ctx)?;
    ctx.allow(Action::PushReport)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let mut judge = judge::Judge::new(app, ctx, Arc::clone(&catalogue));
    let mut store = store::Store::new(app, ctx, catalogue, atomic);
    for rows in batch.rows.chunks(store::CHUNK) {
        let judged = judge.rows(conn, rows)?;
        store.rows(conn, rows, judged)?;
    }
    let outcome = store.end(conn)?;
    Ok((outcome, judge.state()))
}
