//! The log of a committee: what its acts changed, the history that follows from it, and taking back what has not taken effect.
//! Must not change an entry: an annulment is one more.
//! What other acts change is `history`; who sits where on a day `roster`.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{ActId, Change, CommitteeAct, CommitteeActKind as Kind, CommitteeRole, CommitteeUnit, History, Opened, RowId, Seat};
use crate::{
    error::{Code, Fault},
    validity::Validity,
};

/// An act with what it changed.
#[derive(Clone, Debug)]
pub struct Logged {
    pub act: CommitteeAct,
    /// In the order in which they were made.
    pub changes: Vec<Change>,
    /// Written before changes were kept: they were read from the rows, and put down to the first act of their day.
    pub is_inferred: bool,
}

/// The history that follows from the acts of one committee, in their order, and from nothing else.
pub fn folded(log: &[Logged]) -> History {
    let mut history = History::default();
    for Logged { act, changes, .. } in log {
        history.take(changes, act);
    }
    history.last_act_on = standing(log).map(|logged| logged.act.effective_on).max();
    history
}

/// The acts that hold: neither annulled nor annulments.
fn standing(log: &[Logged]) -> impl Iterator<Item = &Logged> {
    let annulled: HashSet<ActId> = log.iter().filter_map(|logged| logged.act.annuls).collect();
    log.iter().filter(move |logged| logged.act.kind != Kind::Annul && !annulled.contains(&logged.act.id))
}

/// What an annulment changes: it takes back whatever the act that it names did.
///
/// # Errors
/// Everything that is wrong with it, each with its place: `REFERENCE_UNKNOWN`, `WRONG_STATE` at `/annuls` for an act that is annulled or an
/// annulment itself, that is in effect, or on which a later act builds; `RULE_BROKEN` at `/effectiveOn` for another day than that act's.
pub fn annulment(log: &[Logged], act: &CommitteeAct, today: NaiveDate) -> Result<Vec<Change>, Vec<Fault>> {
    let wrong = |vi: String, en: String| Err(vec![Fault::worded("/annuls", Code::WrongState, vi, en)]);
    let Some(of) = log.iter().find(|logged| Some(logged.act.id) == act.annuls) else {
        return Err(vec![Fault::new("/annuls", Code::ReferenceUnknown)]);
    };
    let Some(at) = standing(log).position(|logged| logged.act.id == of.act.id) else {
        return wrong("Quyết định này đã được hủy, hoặc tự nó là việc hủy.".into(), "This act is annulled, or an annulment itself.".into());
    };
    if of.act.effective_on <= today {
        return wrong(
            "Quyết định này đã có hiệu lực; hãy sửa bằng một quyết định sau.".into(),
            "This act is in effect; correct it by a later act.".into(),
        );
    }
    if of.is_inferred {
        return wrong(
            "Quyết định này được ghi trước khi hệ thống lưu nội dung thay đổi nên không hủy được; hãy sửa bằng một quyết định sau.".into(),
            "This act was written down before what acts change was kept, and is not annulled; correct it by a later act.".into(),
        );
    }
    if act.effective_on != of.act.effective_on {
        let words =
            ("Phải là ngày mà quyết định bị hủy lẽ ra có hiệu lực.", "This is the day on which the annulled act would take effect.");
        return Err(vec![Fault::worded("/effectiveOn", Code::RuleBroken, words.0, words.1)]);
    }
    if let Some(later) = standing(log).skip(at + 1).filter(|later| builds_on(later, of)).last() {
        return wrong(
            format!("Quyết định thứ {} thay đổi cùng những ghế ấy; hãy hủy quyết định sau cùng trước.", later.act.number),
            format!("Act {} changes the same rows; annul the last of them first.", later.act.number),
        );
    }
    let back = |change: &Change| match change {
        Change::Open(_) | Change::Resume(_) => Change::Withdraw(change.row()),
        Change::End(row, _) | Change::Withdraw(row) => Change::Resume(*row),
    };
    let changes: Vec<Change> = of.changes.iter().rev().map(back).collect();
    let mut history = folded(log);
    history.take(&changes, act);
    if is_sound(&history, of.act.effective_on) && changes.iter().all(|change| is_within(&history, change.row())) {
        Ok(changes)
    } else {
        wrong(
            "Một quyết định sau đã dùng chỗ mà việc hủy sẽ trả lại; hãy hủy quyết định sau cùng trước.".into(),
            "A later act has taken what this would give back; annul the last act first.".into(),
        )
    }
}

/// Whether an act changed a row that the other changed, or opened one that belongs to a row of the other.
fn builds_on(later: &Logged, of: &Logged) -> bool {
    let rows: HashSet<RowId> = of.changes.iter().map(Change::row).collect();
    let owner = |change: &Change| match change {
        Change::Open(Opened::Stay(stay)) => Some(RowId::Seat(stay.seat)),
        Change::Open(Opened::Seat(seat)) => Some(RowId::Term(seat.term)),
        Change::Open(Opened::Standing(standing)) => Some(RowId::Term(standing.term)),
        _ => None,
    };
    later.changes.iter().any(|change| rows.contains(&change.row()) || owner(change).is_some_and(|owner| rows.contains(&owner)))
}

/// Whether a row lies within the one that it belongs to: a stay within its seat, a seat or standing agency within its term.
fn is_within(history: &History, row: RowId) -> bool {
    let within = |inner: Validity, outer: Option<Validity>| {
        outer.is_some_and(|outer| outer.from <= inner.from && outer.to.is_none_or(|end| inner.to.is_some_and(|to| to <= end)))
    };
    let term = |id| history.terms.iter().find(|term| term.id == id).map(|term| term.validity);
    match row {
        RowId::Term(_) => true,
        RowId::Standing(id) => history.standing.iter().filter(|one| one.id == id).all(|one| within(one.validity, term(one.term))),
        RowId::Seat(id) => history.seats.iter().filter(|seat| seat.id == id).all(|seat| within(seat.validity, term(seat.term))),
        RowId::Stay(id) => history
            .stays
            .iter()
            .filter(|stay| stay.id == id)
            .all(|stay| within(stay.validity, history.seats.iter().find(|seat| seat.id == stay.seat).map(|seat| seat.validity))),
    }
}

/// Whether no two seats have alike what one alone may have, and nobody sits twice, on any day from this one on.
fn is_sound(history: &History, from: NaiveDate) -> bool {
    let begins = history.seats.iter().map(|seat| seat.validity.from).chain(history.stays.iter().map(|stay| stay.validity.from));
    let ends = history.seats.iter().map(|seat| seat.validity.to).chain(history.stays.iter().map(|stay| stay.validity.to));
    let days: HashSet<NaiveDate> = begins.chain(ends).flatten().filter(|day| *day > from).chain([from]).collect();
    days.into_iter().all(|day| is_sound_on(history, day))
}

fn is_sound_on(history: &History, day: NaiveDate) -> bool {
    let seats: Vec<&Seat> = history.seats.iter().filter(|seat| seat.validity.contains(day)).collect();
    let (mut ranks, mut single, mut offices, mut sitting) = (HashSet::new(), HashSet::new(), HashSet::new(), HashSet::new());
    let is_alone = |seat: &&&Seat| {
        let role: Option<(CommitteeRole, Option<CommitteeUnit>)> = seat.role.is_single().then_some((seat.role, seat.unit));
        let mut stays = history.stays.iter().filter(|stay| stay.seat == seat.id && stay.validity.contains(day));
        let in_it = stays.clone().count();
        ranks.insert((seat.unit, seat.rank))
            && role.is_none_or(|role| single.insert(role))
            && seat.office.is_none_or(|office| offices.insert((seat.unit, office)))
            && in_it <= 1
            && stays.all(|stay| sitting.insert((seat.unit, stay.person)))
    };
    let alone = seats.iter().filter(is_alone).count();
    let heads = seats.iter().filter(|seat| seat.role == CommitteeRole::Head).count();
    let belongs = |seat: &&Seat| history.term_on(day).is_some_and(|term| term.id == seat.term);
    alone == seats.len() && heads == usize::from(history.term_on(day).is_some()) && seats.iter().all(belongs)
}
