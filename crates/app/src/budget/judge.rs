//! Judging the movements of a batch, one after the other, each against what its line holds with those before it.
//! Must not write, nor send a statement a row: what all rows name is looked up before the first is judged.
//! What is done with the verdicts is `record`; the rules are `domain::budget::Ledger`.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use auth::Ctx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::AccountId,
    agency::AgencyId,
    budget::{BudgetLine, BudgetLineId, BudgetRules, Ledger, Movement, MovementId, MovementKind, Recorder},
    document::{DocumentId, Place},
    document_number,
    error::{Code, Fault, Refusal},
    id::{Id, IdSource},
    money::{Dong, Overflow},
    policy::{Action, Resource},
    text,
};
use persistence::{
    Conn,
    budget::{self as stored, Recording},
};
use uuid::Uuid;

use super::{
    by_line, everything, folded,
    record::{AmountGiven, MovementBatch, MovementRow, NewMovement, Recorded},
};
use crate::{App, Error, words};

const MAX_REF: usize = 200;
const MAX_REASON: usize = 2000;

/// What is to be done for a row: the movement that it is, and how it is recorded where it is new.
pub(super) type Verdict = Result<(Recorded, Option<Box<Recording>>), Vec<Fault>>;

/// A line with what was recorded of it, and whoever records now.
struct Open {
    line: BudgetLine,
    ledger: Ledger,
    recorded: i32,
    /// The agency for which the caller records.
    agency: Option<AgencyId>,
    /// Among whose references the caller's are.
    recorder: Uuid,
    may_record: bool,
    may_assign: bool,
}

/// Judges rows in their order.
pub(super) struct Judge {
    lines: HashMap<BudgetLineId, Open>,
    /// Whether a row names a line that the caller may not know of.
    met_hidden: bool,
    /// What is on record under references, with what earlier rows bring.
    references: HashMap<(Uuid, String), Movement>,
    documents: HashMap<String, Vec<DocumentId>>,
    rules: Vec<BudgetRules>,
    ids: Arc<dyn IdSource>,
    account: AccountId,
    now: DateTime<Utc>,
    today: NaiveDate,
}

impl Judge {
    /// Looks up everything that rows name, and keeps others from recording on their lines: in a handful of statements, whatever their
    /// number.
    pub fn new(app: &App, conn: &mut Conn, ctx: &Ctx, batch: &MovementBatch) -> Result<Self, Error> {
        let said = || batch.rows.iter().filter_map(|row| row.said.as_deref());
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let ids: BTreeSet<BudgetLineId> = said().filter_map(|new| new.line.parse().ok()).collect();
        let ids: Vec<BudgetLineId> = ids.into_iter().collect();
        let (known, mut met_hidden) = (stored::locked(conn, &ids, &everything())?, false);
        let (scope, mut lines) = (ctx.budget_scope(), HashMap::new());
        let mut movements = by_line(stored::of_lines(conn, &ids)?);
        for line in known {
            if !scope.opens(line.agency, line.programme, true) {
                met_hidden = true;
                continue;
            }
            let on = Resource { agency: Some(line.agency), programme: Some(line.programme), ..Resource::default() };
            let acts_for_it = ctx.agencies_for(Action::RecordMoney, Some(line.programme)).contains(&line.agency);
            let agency = if acts_for_it { Some(line.agency) } else { account.agency };
            let recorded = movements.remove(&line.id).unwrap_or_default();
            let open = Open {
                recorded: i32::try_from(recorded.len()).unwrap_or(i32::MAX),
                ledger: folded(&line, recorded)?,
                agency,
                recorder: agency.map_or(account.id.uuid(), Id::uuid),
                may_record: ctx.allow_on(Action::RecordMoney, &on).is_ok(),
                may_assign: ctx.allow_on(Action::AssignMoney, &on).is_ok(),
                line,
            };
            lines.insert(open.line.id, open);
        }
        let recorders: BTreeSet<Uuid> = lines.values().map(|open| open.recorder).collect();
        let named = said().flat_map(|new| [&new.external_ref, &new.refers_to]).flatten().map(|text| normal(text));
        let named: BTreeSet<String> = named.filter(|text| text::storable(text)).collect();
        let references: Vec<&str> = named.iter().map(String::as_str).collect();
        let found = stored::external_refs(conn, &recorders.into_iter().collect::<Vec<_>>(), &references)?;
        Ok(Self {
            documents: documents(conn, said())?,
            rules: stored::rules(conn)?,
            references: found.into_iter().collect(),
            ids: Arc::clone(&app.0.ids),
            account: account.id,
            now: app.0.clock.now(),
            today: app.0.clock.today(),
            lines,
            met_hidden,
        })
    }

    /// Whether a row names a line that the caller may not know of.
    pub const fn met_hidden(&self) -> bool {
        self.met_hidden
    }

    /// Whose line it is.
    pub fn agency_of(&self, line: BudgetLineId) -> Option<AgencyId> {
        self.lines.get(&line).map(|open| open.line.agency)
    }

    /// The verdict on a row; what passes counts for the rows after it.
    pub fn row(&mut self, row: &MovementRow) -> Verdict {
        let Some(new) = row.said.as_deref().filter(|_| row.faults.is_empty()) else { return Err(row.faults.clone()) };
        let open = new.line.parse().ok().and_then(|id: BudgetLineId| self.lines.get(&id));
        let open = open.ok_or_else(|| vec![Fault::new("/line", Code::ReferenceUnknown)])?;
        let movement = self.built(open, new)?;
        let key = movement.external_ref.as_ref().map(|reference| (open.recorder, reference.to_string()));
        if let Some(known) = key.as_ref().and_then(|key| self.references.get(key)) {
            return same(known, &movement);
        }
        let rules = BudgetRules::of_year(&self.rules, movement.booking_year).ok_or_else(|| vec![without_rules()])?;
        let faults = open.ledger.faults(&movement, rules, self.today, "");
        if !faults.is_empty() {
            return Err(faults);
        }
        let recorder = open.recorder;
        let open = self.lines.get_mut(&movement.line).ok_or_else(|| vec![Fault::new("/line", Code::ReferenceUnknown)])?;
        // What has no faults can be added.
        open.ledger.append(movement.clone()).map_err(|why| vec![why.fault("")])?;
        open.recorded += 1;
        let recording = Recording { movement: movement.clone(), year: open.line.year, number: open.recorded, recorder };
        let recorded = Recorded { id: movement.id, is_new: true, external_ref: movement.external_ref.clone() };
        if let Some(key) = key {
            self.references.insert(key, movement);
        }
        Ok((recorded, Some(Box::new(recording))))
    }

    /// The movement that a row says, or everything in it that names nothing or is not the caller's to record.
    fn built(&self, open: &Open, new: &NewMovement) -> Result<Movement, Vec<Fault>> {
        let mut faults = Vec::new();
        let refers_to = new.refers_to.as_deref().map(|text| self.referred(open, text));
        if refers_to == Some(None) {
            faults.push(Fault::new("/refersTo", Code::ReferenceUnknown));
        }
        let refers_to = refers_to.flatten();
        let undone = refers_to.filter(|_| new.kind == MovementKind::Reversed).and_then(|id| open.ledger.recorded(id));
        // Reversing takes who may record what is reversed.
        let kind = undone.map_or(new.kind, |undone| undone.kind);
        let may = if kind.recorder() == Recorder::Finance { open.may_assign } else { open.may_record };
        if !may {
            faults.push(Fault::new("/kind", Code::Forbidden));
        }
        let amount = match (&new.amount, undone) {
            (Some(given), _) => read(given).map_err(|fault| faults.push(fault)).ok(),
            (None, Some(undone)) => Some(undone.amount),
            (None, None) => {
                faults.push(Fault::new("/amount", Code::FieldRequired));
                None
            }
        };
        let mut line = |at: &str, given: &Option<String>, most: usize| {
            given.as_deref().map(|given| words::line(at, given, most).map_err(|fault| faults.push(fault)).unwrap_or_default())
        };
        let external_ref = line("/externalRef", &new.external_ref, MAX_REF);
        let exception = line("/exception", &new.exception, MAX_REASON);
        let place: Option<Place> = new.place.read(&mut faults);
        let document = new.document.as_deref().and_then(|text| self.document(text, &mut faults));
        let told = |text: Option<String>| text.map(Arc::from);
        match amount {
            Some(amount) if faults.is_empty() => Ok(Movement {
                id: (*self.ids).next(),
                line: open.line.id,
                kind: new.kind,
                amount,
                on: new.on,
                booking_year: new.booking_year.or(undone.map(|undone| undone.booking_year)).unwrap_or(open.line.year),
                work_done_on: new.work_done_on,
                document,
                place,
                agency: open.agency,
                external_ref: told(external_ref),
                refers_to,
                exception: told(exception),
                recorded_by: self.account,
                recorded_at: self.now,
            }),
            _ => Err(faults),
        }
    }

    /// A movement by its identifier, or by a reference of the same recorder.
    fn referred(&self, open: &Open, text: &str) -> Option<MovementId> {
        let by_ref = || self.references.get(&(open.recorder, normal(text))).filter(|known| known.line == open.line.id);
        text.parse().ok().or_else(|| Some(by_ref()?.id))
    }

    fn document(&self, text: &str, faults: &mut Vec<Fault>) -> Option<DocumentId> {
        let code = match self.documents.get(&document_number::repaired(text)).map(Vec::as_slice) {
            Some([one]) => return Some(*one),
            Some([_, _, ..]) => Code::ReferenceAmbiguous,
            _ => Code::ReferenceUnknown,
        };
        faults.push(Fault::new("/document", code));
        None
    }
}

/// A reference in the form in which it is stored.
fn normal(text: &str) -> String {
    text::normalise(text.trim())
}

/// The issued documents that rows name, by what they name them.
fn documents<'a>(conn: &mut Conn, said: impl Iterator<Item = &'a NewMovement>) -> Result<HashMap<String, Vec<DocumentId>>, Error> {
    let named: BTreeSet<String> = said.filter_map(|new| new.document.as_deref()).map(document_number::repaired).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).filter(|text| text::storable(text)).collect();
    let mut found: HashMap<String, Vec<DocumentId>> = HashMap::new();
    for (id, number) in stored::documents_named(conn, &named)? {
        for name in [Some(id.to_string()), number].into_iter().flatten() {
            found.entry(name).or_default().push(id);
        }
    }
    Ok(found)
}

/// The amount in đồng that somebody gives.
pub(super) fn read(given: &AmountGiven) -> Result<Dong, Fault> {
    match given {
        AmountGiven::Text(text) => Dong::read(text).map_err(|why| why.fault("/amount")),
        AmountGiven::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(dong), _) => Ok(Dong::new(dong)),
            (None, Some(part)) if part.fract() != 0.0 => Err(Fault::new("/amount", Code::TypeMismatch)),
            _ => Err(Overflow.fault("/amount")),
        },
    }
}

/// The movement under a reference, if it is the same that is said again.
fn same(known: &Movement, said: &Movement) -> Verdict {
    let again = Movement { id: known.id, recorded_by: known.recorded_by, recorded_at: known.recorded_at, ..said.clone() };
    if again == *known {
        return Ok((Recorded { id: known.id, is_new: false, external_ref: known.external_ref.clone() }, None));
    }
    Err(vec![Fault::worded(
        "/externalRef",
        Code::ExternalRefTaken,
        "Số tham chiếu này đã dùng cho một bút toán khác.",
        "This reference already names another movement.",
    )])
}

/// That nobody wrote down rules for the year of a line.
fn without_rules() -> Fault {
    let (vi, en) = ("Chưa có quy định về năm ngân sách này.", "No rules are written down for this budget year.");
    Fault::worded("/line", Code::RuleBroken, vi, en)
}
