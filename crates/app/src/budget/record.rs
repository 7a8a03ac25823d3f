//! Recording movements of money by the thousand: together or each for itself, or only rehearsed, by the same code.
//! Must not record one that the rules refuse: lines are locked first, so that nobody records on them meanwhile.
//! Each row is judged in `judge`; the rules are `domain::budget`.

use std::sync::{Arc, Mutex, PoisonError};

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    budget::{Movement, MovementId, MovementKind},
    error::{Class, Code, Fault, Refusal},
    policy::Action,
};
use persistence::{Conn, DbError, budget as stored};
use serde_json::{Number, Value, json};

use super::judge::{Judge, Verdict};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, record_all as write_down, refused, watched},
    idempotency::{once, scope_of},
    identity::current,
    place::NewPlace,
};

pub use crate::report::MAX_ROWS;

pub(super) const OPERATION: &str = "record_budget_movements";
/// Faults told in a problem document at most.
const MAX_TOLD: usize = 1000;

/// An amount as somebody gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountGiven {
    /// Whole đồng.
    Number(Number),
    /// With its unit in words, e.g. “1.234,5 triệu đồng”.
    Text(String),
}

/// A movement to record.
#[derive(Clone, Debug)]
pub struct NewMovement {
    /// Identifier of the line.
    pub line: String,
    pub kind: MovementKind,
    /// Of a reversal, what it undoes where nothing is said.
    pub amount: Option<AmountGiven>,
    pub on: NaiveDate,
    /// The line's year where nothing is said.
    pub booking_year: Option<i32>,
    pub work_done_on: Option<NaiveDate>,
    /// Number or identifier of a document.
    pub document: Option<String>,
    pub place: NewPlace,
    pub external_ref: Option<String>,
    /// Identifier of a movement, or a reference of the same recorder.
    pub refers_to: Option<String>,
    pub exception: Option<String>,
}

/// What was sent.
#[derive(Clone, Debug)]
pub struct MovementBatch {
    pub rows: Vec<MovementRow>,
    /// All rows or none.
    pub atomic: bool,
}

/// A row of a batch.
#[derive(Clone, Debug)]
pub struct MovementRow {
    /// `None` where its form is not right.
    pub said: Option<Box<NewMovement>>,
    /// Everything that is wrong with its form.
    pub faults: Vec<Fault>,
}

/// What became of a batch.
#[derive(Clone, Debug, Default)]
pub struct MovementOutcome {
    pub rows: Vec<RowOutcome>,
}

/// What became of a row: recorded, or everything that is wrong with it.
pub type RowOutcome = Result<Recorded, Vec<Fault>>;

/// A movement that is on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub id: MovementId,
    /// Not the same under the same reference as before.
    pub is_new: bool,
    pub external_ref: Option<Arc<str>>,
}

impl MovementOutcome {
    /// How many rows were refused.
    pub fn refused(&self) -> usize {
        self.rows.iter().filter(|row| row.is_err()).count()
    }

    /// How many movements are new, or were there before.
    pub fn count(&self, is_new: bool) -> usize {
        self.rows.iter().flatten().filter(|recorded| recorded.is_new == is_new).count()
    }

    /// Every fault with the number of its row, from 0.
    pub fn faults(&self) -> impl Iterator<Item = (usize, &Fault)> {
        self.rows.iter().enumerate().flat_map(|(i, row)| row.as_ref().err().into_iter().flatten().map(move |fault| (i, fault)))
    }

    /// The refusal of a batch that is recorded in whole or not at all; places are those of an array of rows.
    fn refusal(&self) -> Refusal {
        let all = self.faults().count();
        let told = self.faults().take(MAX_TOLD).map(|(i, fault)| Fault { pointer: format!("/{i}{}", fault.pointer), ..fault.clone() });
        let (rows, told) = (self.refused(), told.collect::<Vec<_>>());
        let worded = Refusal::worded(
            Code::BatchRefused,
            format!("{rows} bút toán có {all} lỗi nên không bút toán nào được ghi; chạy thử với dryRun=true để xem mọi lỗi."),
            format!("{rows} movements have {all} faults, so nothing was recorded; dryRun=true tells every fault."),
        );
        Refusal { faults: told, ..worded }
    }
}

/// Does everything that [`record_all`] does and undoes it.
///
/// # Errors
/// `FORBIDDEN`, and where the database fails. Faults of rows are no error but the outcome.
pub async fn rehearse_all(app: &App, ctx: &Ctx, batch: Arc<MovementBatch>) -> Result<MovementOutcome, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::RecordMoney)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let (outcome, attempt) = app.0.db.rehearse(move |conn| run(&app_, conn, &ctx_, &batch)).await?;
        note_attempt(app, ctx, attempt).await;
        Ok(outcome)
    })
    .await
}

/// Records the movements of a batch once for its key: all or none, or each row for itself.
///
/// # Errors
/// `FORBIDDEN`, `BATCH_REFUSED` with the faults where all or none is recorded, and those of the key.
pub async fn record_all(
    app: &App,
    ctx: &Ctx,
    batch: Arc<MovementBatch>,
    key: OnceKey,
    render: impl Fn(&MovementOutcome) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::RecordMoney)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let (scope, app_, ctx_) = (scope_of(account), app.clone(), ctx.clone());
        let attempt = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&attempt);
        let answer = once(app, scope, OPERATION, key, move |conn| {
            let (outcome, attempt) = run(&app_, conn, &ctx_, &batch)?;
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = attempt;
            if batch.atomic && outcome.refused() > 0 {
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

/// Movements at most that are recorded without a key.
const MAX_PLAIN: usize = 100;

/// Records movements without a key, for a transport that has none: the same under the same reference is the same movement.
///
/// # Errors
/// As [`record_all`], and `BODY_INVALID` for none or too many.
pub async fn record(app: &App, ctx: &Ctx, batch: MovementBatch) -> Result<MovementOutcome, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::RecordMoney)?;
        if !(1..=MAX_PLAIN).contains(&batch.rows.len()) {
            return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("", Code::LengthOutOfRange)]).into());
        }
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let attempt = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&attempt);
        let done = app.0.db.append(move |conn| {
            let (outcome, attempt) = run(&app_, conn, &ctx_, &batch)?;
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = attempt;
            if batch.atomic && outcome.refused() > 0 { Err(Error::from(outcome.refusal())) } else { Ok(outcome) }
        });
        let done = done.await;
        let attempt = attempt.lock().unwrap_or_else(PoisonError::into_inner).take();
        note_attempt(app, ctx, attempt).await;
        done
    })
    .await
}

/// Somebody who tried what is not theirs in a row is in the log like anybody else.
async fn note_attempt(app: &App, ctx: &Ctx, attempt: Option<Code>) {
    if let Some(code) = attempt {
        refused(app, ctx, Deed::new(OPERATION), code).await;
    }
}

/// Judges every row against what the lines hold, and records those that pass; tells the first sign that somebody tried what is not
/// theirs besides.
fn run(app: &App, conn: &mut Conn, ctx: &Ctx, batch: &MovementBatch) -> Result<(MovementOutcome, Option<Code>), Error> {
    // A long upload may have outlived its caller's rights.
    let ctx = &current(app, conn, ctx)?;
    ctx.allow(Action::RecordMoney)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let mut judge = Judge::new(app, conn, ctx, batch)?;
    let verdicts: Vec<Verdict> = batch.rows.iter().map(|row| judge.row(row)).collect();
    let mut outcome = MovementOutcome::default();
    let (mut recordings, mut deeds) = (Vec::new(), Vec::new());
    for verdict in verdicts {
        outcome.rows.push(match verdict {
            Ok((recorded, recording)) => {
                if let Some(recording) = recording {
                    let agency = judge.agency_of(recording.movement.line).and_then(|agency| catalogue.agency_code(Some(agency)));
                    let deed = Deed::new(OPERATION).on("budget_movement", recording.movement.id).for_agency(agency.as_deref());
                    deeds.push(deed.with(json!({ "after": told(&recording.movement) })));
                    recordings.push(*recording);
                }
                Ok(recorded)
            }
            Err(faults) => Err(faults),
        });
    }
    let forbidden = outcome.faults().map(|(_, fault)| fault.code).find(|code| code.class() == Class::Forbidden);
    let attempt = forbidden.or_else(|| judge.met_hidden().then_some(Code::NotFound));
    if !(batch.atomic && outcome.refused() > 0) {
        stored::append(conn, &recordings).map_err(taken)?;
        write_down(app, conn, ctx, deeds)?;
    }
    Ok((outcome, attempt))
}

/// What keeps a movement from being stored that was judged right.
fn taken(error: DbError) -> DbError {
    match error {
        // Another transaction recorded under the reference, or took away what it refers to: looked up again, that is told by name.
        DbError::Unique(_) | DbError::ForeignKey(_) => DbError::Serialisation,
        other => other,
    }
}

/// What the audit log tells of a movement.
fn told(movement: &Movement) -> Value {
    json!({
        "line": movement.line.to_string(),
        "kind": movement.kind.label(),
        "amount": movement.amount.get(),
        "on": movement.on,
        "bookingYear": movement.booking_year,
        "workDoneOn": movement.work_done_on,
        "document": movement.document.map(|id| id.to_string()),
        "section": movement.place.as_ref().map(|place| place.section.as_str()),
        "externalRef": movement.external_ref.as_deref(),
        "refersTo": movement.refers_to.map(|id| id.to_string()),
        "exception": movement.exception.as_deref(),
    })
}
