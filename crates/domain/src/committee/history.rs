//! What an act does to a committee: the rows that it closes and opens, or everything that is wrong with it.
//! Must not reach back: an act takes effect on the day of the last one or later.
//! Invariants: from the establishment on exactly one seat of the head and one of a standing deputy at most, at any instant; no two
//! people in one seat.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;

use super::{
    CommitteeAct, CommitteeActKind as Kind, CommitteeRole, CommitteeUnit, History, PersonId, Seat, SeatId, Stay, StayId, Term, TermId,
};
use crate::{
    agency::{AgencyId, Post},
    error::{Code, Fault},
    id::Id,
    validity::Validity,
};

/// A seat to make, with the person who takes it.
#[derive(Clone, Debug)]
pub struct SeatDraft {
    pub id: SeatId,
    pub unit: Option<CommitteeUnit>,
    pub role: CommitteeRole,
    /// From 1.
    pub rank: i32,
    /// Ex officio.
    pub post: Option<Id<Post>>,
    pub position: Option<Arc<str>>,
    pub duty: Option<Arc<str>>,
    /// Who takes it; a seat that goes with a post has none of its own.
    pub person: Option<(StayId, PersonId)>,
}

/// What an act is about, beside its kind, day and document.
#[derive(Clone, Debug)]
pub enum Matter {
    /// For `ESTABLISH` and `CONSOLIDATE`.
    Roster { term: TermId, authority: AgencyId, standing_agency: Option<AgencyId>, seats: Vec<SeatDraft> },
    /// For `AMEND`.
    Seats { added: Vec<SeatDraft>, ended: Vec<SeatId> },
    /// For `APPOINT`.
    Person { seat: SeatId, stay: StayId, person: PersonId },
    /// For `RELEASE`.
    Seat(SeatId),
    /// For `DISSOLVE`.
    Nothing,
}

/// A row that is closed on a day, or opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Open(Term),
    Close(TermId, NaiveDate),
    AddSeat(Seat),
    EndSeat(SeatId, NaiveDate),
    Sit(Stay),
    Leave(StayId, NaiveDate),
}

/// What an act changes.
///
/// # Errors
/// Everything that is wrong with it, each with its place: `WRONG_STATE` at the whole where the committee does not stand so that it can be
/// done, `OUT_OF_RANGE` at `/effectiveOn` for a day before the last act.
pub fn apply(history: &History, act: &CommitteeAct, matter: &Matter) -> Result<Vec<Change>, Vec<Fault>> {
    let day = act.effective_on;
    if history.last_act_on.is_some_and(|last| day < last) {
        let words = ("Ngày hiệu lực không được trước quyết định gần nhất.", "It takes effect on the day of the last act or later.");
        return Err(vec![Fault::worded("/effectiveOn", Code::OutOfRange, words.0, words.1)]);
    }
    let wrong_state = || vec![Fault::new("", Code::WrongState)];
    let term = history.term_on(day);
    match (act.kind, matter, term) {
        (Kind::Establish, Matter::Roster { term, authority, standing_agency, seats }, None) if history.terms.is_empty() => {
            constitute(act, (*term, *authority, *standing_agency), seats)
        }
        (Kind::Consolidate, Matter::Roster { term, authority, standing_agency, seats }, Some(before)) => {
            // What would have held for no day at all cannot be closed.
            if history.last_act_on == Some(day) {
                return Err(wrong_state());
            }
            let mut changes = closing(history, before.id, day);
            changes.extend(constitute(act, (*term, *authority, *standing_agency), seats)?);
            Ok(changes)
        }
        (Kind::Amend, Matter::Seats { added, ended }, Some(term)) => amend(history, act, term.id, (added, ended)),
        (Kind::Appoint, Matter::Person { seat, stay, person }, Some(term)) => {
            let seat = open_seat(history, term.id, *seat, day)?;
            let mut changes = leaving(history, seat.id, day)?;
            let validity = Validity { from: Some(day), to: None };
            changes.push(Change::Sit(Stay { id: *stay, seat: seat.id, person: *person, validity, basis: act.basis }));
            Ok(changes)
        }
        (Kind::Release, Matter::Seat(seat), Some(term)) => {
            let seat = open_seat(history, term.id, *seat, day)?;
            if seat.role == CommitteeRole::Head {
                let words =
                    ("Ban chỉ đạo phải luôn có trưởng ban; hãy cử người thay.", "A committee always has a head; appoint the next one.");
                return Err(vec![Fault::worded("/seat", Code::RuleBroken, words.0, words.1)]);
            }
            let changes = leaving(history, seat.id, day)?;
            if changes.is_empty() { Err(wrong_state()) } else { Ok(changes) }
        }
        (Kind::Dissolve, Matter::Nothing, Some(term)) if history.last_act_on != Some(day) => Ok(closing(history, term.id, day)),
        _ => Err(wrong_state()),
    }
}

/// A new roster.
fn constitute(
    act: &CommitteeAct,
    (id, authority, standing_agency): (TermId, AgencyId, Option<AgencyId>),
    seats: &[SeatDraft],
) -> Result<Vec<Change>, Vec<Fault>> {
    let validity = Validity { from: Some(act.effective_on), to: None };
    let mut faults = Vec::new();
    let heads = seats.iter().filter(|seat| seat.role == CommitteeRole::Head).count();
    if heads == 0 {
        let words = ("Ban chỉ đạo phải có trưởng ban.", "A committee has a head.");
        faults.push(Fault::worded("/seats", Code::RuleBroken, words.0, words.1));
    }
    let opened = Change::Open(Term { id, committee: act.committee, authority, standing_agency, validity, basis: act.basis });
    let mut changes = vec![opened];
    changes.extend(seated(act, id, seats, (&[], "/seats"), &mut faults));
    if faults.is_empty() { Ok(changes) } else { Err(faults) }
}

/// Seats with whoever takes them, beside those that stay; what is wrong with them goes to `faults`.
fn seated(act: &CommitteeAct, term: TermId, drafts: &[SeatDraft], (beside, at): (&[&Seat], &str), faults: &mut Vec<Fault>) -> Vec<Change> {
    let validity = Validity { from: Some(act.effective_on), to: None };
    let mut ranks: HashSet<(Option<CommitteeUnit>, i32)> = beside.iter().map(|seat| (seat.unit, seat.rank)).collect();
    let mut single: HashSet<CommitteeRole> = beside.iter().map(|seat| seat.role).filter(|role| role.is_single()).collect();
    let mut posts: HashSet<Id<Post>> = beside.iter().filter_map(|seat| seat.post).collect();
    let mut changes = Vec::new();
    for (i, draft) in drafts.iter().enumerate() {
        let mut fault = |field: &str, code: Code, words: (&'static str, &'static str)| {
            faults.push(Fault::worded(format!("{at}/{i}/{field}"), code, words.0, words.1));
        };
        if !ranks.insert((draft.unit, draft.rank)) {
            fault("rank", Code::Duplicate, ("Hai ghế không thể cùng một thứ tự.", "Two seats cannot have one rank."));
        }
        if draft.role.is_single() && !single.insert(draft.role) {
            fault("role", Code::Duplicate, ("Chỉ có một người giữ vai trò này.", "There is one seat of this role at most."));
        }
        if draft.role.is_single() && draft.unit.is_some() {
            fault("role", Code::RuleBroken, ("Vai trò này không thuộc tổ giúp việc.", "A unit has no seat of this role."));
        }
        if draft.post.is_some_and(|post| !posts.insert(post)) {
            fault("post", Code::Duplicate, ("Một chức vụ chỉ giữ một ghế.", "A post goes with one seat at most."));
        }
        if draft.post.is_some() && draft.person.is_some() {
            fault(
                "person",
                Code::RuleBroken,
                ("Ghế theo chức vụ do người giữ chức vụ ấy đảm nhiệm.", "Whoever holds the post sits in a seat that goes with it."),
            );
        }
        if draft.post.is_none() && draft.person.is_none() && draft.role == CommitteeRole::Head {
            fault("person", Code::FieldRequired, ("Trưởng ban phải là một người hoặc một chức vụ.", "The head is a person or a post."));
        }
        if draft.rank < 1 {
            fault("rank", Code::OutOfRange, ("Thứ tự bắt đầu từ 1.", "Ranks begin at 1."));
        }
        changes.push(Change::AddSeat(Seat {
            id: draft.id,
            term,
            unit: draft.unit,
            role: draft.role,
            rank: draft.rank,
            post: draft.post,
            position: draft.position.clone(),
            duty: draft.duty.clone(),
            validity,
            basis: act.basis,
        }));
        changes.extend(draft.person.map(|(id, person)| Change::Sit(Stay { id, seat: draft.id, person, validity, basis: act.basis })));
    }
    changes
}

fn amend(
    history: &History,
    act: &CommitteeAct,
    term: TermId,
    (added, ended): (&[SeatDraft], &[SeatId]),
) -> Result<Vec<Change>, Vec<Fault>> {
    let day = act.effective_on;
    let (mut changes, mut faults) = (Vec::new(), Vec::new());
    if added.is_empty() && ended.is_empty() {
        return Err(vec![Fault::new("/seats", Code::FieldRequired)]);
    }
    for (i, seat) in ended.iter().enumerate() {
        let at = format!("/ended/{i}");
        match history.seats.iter().find(|known| known.id == *seat && known.term == term && known.validity.contains(day)) {
            _ if ended[..i].contains(seat) => faults.push(Fault::new(at, Code::Duplicate)),
            None => faults.push(Fault::new(at, Code::ReferenceUnknown)),
            Some(known) if known.validity.from == Some(day) => faults.push(Fault::new(at, Code::WrongState)),
            Some(known) => match leaving(history, known.id, day) {
                Ok(left) => {
                    changes.extend(left);
                    changes.push(Change::EndSeat(known.id, day));
                }
                Err(_) => faults.push(Fault::new(at, Code::WrongState)),
            },
        }
    }
    let stay: Vec<&Seat> =
        history.seats.iter().filter(|seat| seat.term == term && seat.validity.contains(day) && !ended.contains(&seat.id)).collect();
    changes.extend(seated(act, term, added, (&stay, "/seats"), &mut faults));
    let has_head = stay.iter().any(|seat| seat.role == CommitteeRole::Head) || added.iter().any(|seat| seat.role == CommitteeRole::Head);
    if !has_head {
        let words = ("Ban chỉ đạo phải luôn có trưởng ban.", "A committee always has a head.");
        faults.push(Fault::worded("/ended", Code::RuleBroken, words.0, words.1));
    }
    if faults.is_empty() { Ok(changes) } else { Err(faults) }
}

/// A seat of the roster in which people are put by name.
fn open_seat(history: &History, term: TermId, seat: SeatId, day: NaiveDate) -> Result<&Seat, Vec<Fault>> {
    let found = history.seats.iter().find(|known| known.id == seat && known.term == term && known.validity.contains(day));
    let found = found.ok_or_else(|| vec![Fault::new("/seat", Code::ReferenceUnknown)])?;
    if found.post.is_some() {
        let words = ("Ghế theo chức vụ do người giữ chức vụ ấy đảm nhiệm.", "Whoever holds the post sits in a seat that goes with it.");
        return Err(vec![Fault::worded("/seat", Code::RuleBroken, words.0, words.1)]);
    }
    Ok(found)
}

/// Whoever sits in a seat leaves it.
fn leaving(history: &History, seat: SeatId, day: NaiveDate) -> Result<Vec<Change>, Vec<Fault>> {
    let sitting = history.stays.iter().find(|stay| stay.seat == seat && stay.validity.contains(day));
    match sitting {
        // Who came on this day cannot have left before it.
        Some(stay) if stay.validity.from == Some(day) => Err(vec![Fault::new("", Code::WrongState)]),
        Some(stay) => Ok(vec![Change::Leave(stay.id, day)]),
        None => Ok(Vec::new()),
    }
}

/// Everything of a roster that is still open ends.
fn closing(history: &History, term: TermId, day: NaiveDate) -> Vec<Change> {
    let seats: Vec<&Seat> = history.seats.iter().filter(|seat| seat.term == term && seat.validity.to.is_none()).collect();
    let is_left = |stay: &&Stay| stay.validity.to.is_none() && seats.iter().any(|seat| seat.id == stay.seat);
    let mut changes: Vec<Change> = history.stays.iter().filter(is_left).map(|stay| Change::Leave(stay.id, day)).collect();
    changes.extend(seats.iter().map(|seat| Change::EndSeat(seat.id, day)));
    changes.push(Change::Close(term, day));
    changes
}
