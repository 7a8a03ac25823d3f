//! What an act does to a committee: the rows that it closes and opens, or everything that is wrong with it.
//! Must not reach back: an act takes effect on the day of the last one or later.
//! Invariants: from the establishment on exactly one seat of the head, one of a standing deputy at most, and one of a unit's head at most,
//! at any instant; no two people in one seat.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;

use super::{
    Change, CommitteeAct, CommitteeActKind as Kind, CommitteeRole, CommitteeUnit, History, Holders, Office, Opened, PersonId, RowId, Seat,
    SeatId, StandingAgency, StandingId, Stay, StayId, Term, TermId, occupants,
};
use crate::{
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault},
    validity::Validity,
};

/// Somebody who takes a seat by name.
#[derive(Clone, Debug)]
pub struct Sitter {
    pub stay: StayId,
    pub person: PersonId,
    /// As the document prints it.
    pub name: Arc<str>,
}

/// A seat to make, with the person who takes it.
#[derive(Clone, Debug)]
pub struct SeatDraft {
    pub id: SeatId,
    pub unit: Option<CommitteeUnit>,
    pub role: CommitteeRole,
    /// From 1.
    pub rank: i32,
    /// Ex officio.
    pub office: Option<Office>,
    pub position: Option<Arc<str>>,
    pub duty: Option<Arc<str>>,
    /// Who takes it; a seat that goes with an office has none of its own.
    pub person: Option<Sitter>,
}

/// What an act is about, beside its kind, day and document.
#[derive(Clone, Debug)]
pub enum Matter {
    /// For `ESTABLISH` and `CONSOLIDATE`.
    Roster { term: TermId, authority: AgencyId, standing_agency: Option<(StandingId, AgencyId)>, seats: Vec<SeatDraft> },
    /// For `AMEND`.
    Seats { added: Vec<SeatDraft>, ended: Vec<SeatId> },
    /// For `APPOINT`.
    Person { seat: SeatId, sitter: Sitter },
    /// For `APPOINT` as well: the office with which a seat goes from then on, the seat that opens in its place, and the post as the
    /// document writes it.
    Office { seat: SeatId, opens: SeatId, office: Office, position: Option<Arc<str>> },
    /// For `RELEASE`.
    Seat(SeatId),
    /// For `ENTRUST`.
    Standing(StandingId, AgencyId),
    /// For `DISSOLVE`.
    Nothing,
}

/// What an act changes, other than an annulment. `holders` gives everybody who ever held an office.
///
/// # Errors
/// Everything that is wrong with it, each with its place: `WRONG_STATE` at the whole where the committee does not stand so that it can be
/// done, `OUT_OF_RANGE` at `/effectiveOn` for a day before the last act.
pub fn apply(history: &History, act: &CommitteeAct, matter: &Matter, holders: &Holders<'_>) -> Result<Vec<Change>, Vec<Fault>> {
    let day = act.effective_on;
    if history.last_act_on.is_some_and(|last| day < last) {
        let words = ("Ngày hiệu lực không được trước quyết định gần nhất.", "It takes effect on the day of the last act or later.");
        return Err(vec![Fault::worded("/effectiveOn", Code::OutOfRange, words.0, words.1)]);
    }
    let wrong_state = || vec![Fault::new("", Code::WrongState)];
    let term = history.term_on(day);
    let Some(basis) = act.basis else { return Err(vec![Fault::new("/basis", Code::FieldRequired)]) };
    let begun = &Begun { on: day, basis };
    match (act.kind, matter, term) {
        // The last act came before, so that every roster there was has ended.
        (Kind::Establish, Matter::Roster { term, authority, standing_agency, seats }, None) => {
            constitute(act, begun, (*term, *authority, *standing_agency), (seats, holders))
        }
        (Kind::Consolidate, Matter::Roster { term, authority, standing_agency, seats }, Some(before)) => {
            // What would have held for no day at all cannot be closed.
            if history.last_act_on == Some(day) {
                return Err(wrong_state());
            }
            let mut changes = closing(history, before.id, day);
            changes.extend(constitute(act, begun, (*term, *authority, *standing_agency), (seats, holders))?);
            Ok(changes)
        }
        (Kind::Amend, Matter::Seats { added, ended }, Some(term)) => amend(history, begun, term.id, (added, ended), holders),
        (Kind::Appoint, Matter::Person { seat, sitter }, Some(term)) => {
            let seat = open_seat(history, term.id, *seat, day)?;
            let beside = history.seats.iter().filter(|other| (other.term, other.unit) == (seat.term, seat.unit) && other.id != seat.id);
            if beside.filter_map(|other| sits(history, other, day, holders)).any(|person| person == sitter.person) {
                return Err(vec![sits_already("/person")]);
            }
            let mut changes = leaving(history, seat.id, day)?;
            changes.push(stay(begun, seat.id, sitter));
            Ok(changes)
        }
        (Kind::Appoint, Matter::Office { seat, opens, office, position }, Some(term)) => {
            bind(history, begun, term.id, ((*seat, *opens), (*office, position.clone())), holders)
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
        (Kind::Entrust, Matter::Standing(id, agency), Some(term)) => entrust(history, begun, term.id, (*id, *agency)),
        (Kind::Dissolve, Matter::Nothing, Some(term)) if history.last_act_on != Some(day) => Ok(closing(history, term.id, day)),
        _ => Err(wrong_state()),
    }
}

/// Since when and on which document rows of an act rest.
struct Begun {
    on: NaiveDate,
    basis: DocumentId,
}

impl Begun {
    const fn validity(&self) -> Validity {
        Validity { from: Some(self.on), to: None }
    }
}

/// An office, and the post as a document writes it.
type Titled = (Office, Option<Arc<str>>);

/// A seat that goes with an office from the day on, in place of one in which people were put by name.
fn bind(
    history: &History,
    begun: &Begun,
    term: TermId,
    ((seat, opens), (office, position)): ((SeatId, SeatId), Titled),
    holders: &Holders<'_>,
) -> Result<Vec<Change>, Vec<Fault>> {
    let known = open_seat(history, term, seat, begun.on)?;
    let draft = SeatDraft {
        id: opens,
        unit: known.unit,
        role: known.role,
        rank: known.rank,
        office: Some(office),
        // The one of before names another post.
        position,
        duty: known.duty.clone(),
        person: None,
    };
    // The one seat that is taken away and the one that is added are told of as the act names them.
    let named = |fault: Fault| match fault.pointer.as_str() {
        "/ended/0" => Fault { pointer: "/seat".into(), ..fault },
        "/seats/0/post" | "/seats/0/person" => Fault { pointer: "/post".into(), ..fault },
        _ => fault,
    };
    let changes = amend(history, begun, term, (&[draft], &[seat]), holders);
    changes.map_err(|faults| faults.into_iter().map(named).collect())
}

/// Another standing agency from the day on.
fn entrust(history: &History, begun: &Begun, term: TermId, (id, agency): (StandingId, AgencyId)) -> Result<Vec<Change>, Vec<Fault>> {
    let mut changes = Vec::new();
    if let Some(before) = history.standing_on(begun.on) {
        if before.agency == agency {
            let words = ("Cơ quan này đang là cơ quan thường trực.", "This is the standing agency already.");
            return Err(vec![Fault::worded("/standingAgency", Code::Duplicate, words.0, words.1)]);
        }
        // What would have held for no day at all cannot be closed.
        if before.validity.from == Some(begun.on) {
            return Err(vec![Fault::new("", Code::WrongState)]);
        }
        changes.push(Change::End(RowId::Standing(before.id), begun.on));
    }
    changes.push(standing(begun, term, (id, agency)));
    Ok(changes)
}

fn standing(begun: &Begun, term: TermId, (id, agency): (StandingId, AgencyId)) -> Change {
    Change::Open(Opened::Standing(StandingAgency { id, term, agency, validity: begun.validity(), basis: begun.basis }))
}

/// A new roster.
fn constitute(
    act: &CommitteeAct,
    begun: &Begun,
    (id, authority, standing_agency): (TermId, AgencyId, Option<(StandingId, AgencyId)>),
    (seats, holders): (&[SeatDraft], &Holders<'_>),
) -> Result<Vec<Change>, Vec<Fault>> {
    let mut faults = Vec::new();
    let heads = seats.iter().filter(|seat| seat.role == CommitteeRole::Head).count();
    if heads == 0 {
        let words = ("Ban chỉ đạo phải có trưởng ban.", "A committee has a head.");
        faults.push(Fault::worded("/seats", Code::RuleBroken, words.0, words.1));
    }
    let opened = Term { id, committee: act.committee, authority, validity: begun.validity(), basis: begun.basis };
    let mut changes = vec![Change::Open(Opened::Term(opened))];
    changes.extend(standing_agency.map(|agency| standing(begun, id, agency)));
    changes.extend(seated(begun, id, seats, &Beside::default(), holders, &mut faults));
    if faults.is_empty() { Ok(changes) } else { Err(faults) }
}

/// What stays of a roster to which seats are added: the seats, and whoever sits in them.
#[derive(Default)]
struct Beside<'a> {
    seats: Vec<&'a Seat>,
    sitting: HashSet<(Option<CommitteeUnit>, PersonId)>,
}

/// Seats with whoever takes them, beside those that stay; what is wrong with them goes to `faults`.
fn seated(
    begun: &Begun,
    term: TermId,
    drafts: &[SeatDraft],
    beside: &Beside<'_>,
    holders: &Holders<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<Change> {
    alike(drafts, beside, faults);
    let mut sitting = beside.sitting.clone();
    let mut changes = Vec::new();
    for (i, draft) in drafts.iter().enumerate() {
        let holder = draft.office.and_then(|office| holders(office).into_iter().find(|holder| holder.validity.contains(begun.on)));
        faults.extend(alone(draft, holder.is_some()).into_iter().map(|(field, code, words)| placed(i, field, code, words)));
        // Who holds an office and is known sits there as whoever is named does.
        let who = draft.person.as_ref().map(|sitter| sitter.person).or_else(|| holder?.person);
        if who.is_some_and(|person| !sitting.insert((draft.unit, person))) {
            faults.push(sits_already(&format!("/seats/{i}/person")));
        }
        changes.push(Change::Open(Opened::Seat(Seat {
            id: draft.id,
            term,
            unit: draft.unit,
            role: draft.role,
            rank: draft.rank,
            office: draft.office,
            position: draft.position.clone(),
            duty: draft.duty.clone(),
            validity: begun.validity(),
            basis: begun.basis,
        })));
        changes.extend(draft.person.as_ref().map(|sitter| stay(begun, draft.id, sitter)));
    }
    changes
}

type Wrong = (&'static str, Code, (&'static str, &'static str));

fn placed(i: usize, field: &str, code: Code, words: (&'static str, &'static str)) -> Fault {
    Fault::worded(format!("/seats/{i}/{field}"), code, words.0, words.1)
}

/// What no two seats have alike: a rank or an office within a unit, a single role.
fn alike(drafts: &[SeatDraft], beside: &Beside<'_>, faults: &mut Vec<Fault>) {
    let mut ranks: HashSet<(Option<CommitteeUnit>, i32)> = beside.seats.iter().map(|seat| (seat.unit, seat.rank)).collect();
    let of = |role: CommitteeRole, unit| (role, if role.is_of_unit() { unit } else { None });
    let mut single: HashSet<(CommitteeRole, Option<CommitteeUnit>)> =
        beside.seats.iter().filter(|seat| seat.role.is_single()).map(|seat| of(seat.role, seat.unit)).collect();
    let mut offices: HashSet<(Option<CommitteeUnit>, Office)> =
        beside.seats.iter().filter_map(|seat| Some((seat.unit, seat.office?))).collect();
    for (i, draft) in drafts.iter().enumerate() {
        if !ranks.insert((draft.unit, draft.rank)) {
            faults.push(placed(i, "rank", Code::Duplicate, ("Hai ghế không thể cùng một thứ tự.", "Two seats cannot have one rank.")));
        }
        if draft.role.is_single() && !single.insert(of(draft.role, draft.unit)) {
            let words = ("Chỉ có một người giữ vai trò này.", "There is one seat of this role at most.");
            faults.push(placed(i, "role", Code::Duplicate, words));
        }
        if draft.office.is_some_and(|office| !offices.insert((draft.unit, office))) {
            faults.push(placed(i, "post", Code::Duplicate, ("Một chức vụ chỉ giữ một ghế.", "A post goes with one seat at most.")));
        }
    }
}

/// What is wrong with a seat by itself. `is_held`: somebody holds its office on the day.
fn alone(draft: &SeatDraft, is_held: bool) -> Vec<Wrong> {
    let is_head = draft.role == CommitteeRole::Head;
    let wrong = [
        (
            draft.role.is_single() && !draft.role.is_of_unit() && draft.unit.is_some(),
            ("role", Code::RuleBroken, ("Vai trò này không thuộc tổ giúp việc.", "A unit has no seat of this role.")),
        ),
        (
            draft.role.is_of_unit() && draft.unit.is_none(),
            ("role", Code::RuleBroken, ("Vai trò này chỉ có trong tổ giúp việc.", "Only a unit has a seat of this role.")),
        ),
        (
            draft.office.is_some() && draft.person.is_some(),
            (
                "person",
                Code::RuleBroken,
                ("Ghế theo chức vụ do người giữ chức vụ ấy đảm nhiệm.", "Whoever holds the post sits in a seat that goes with it."),
            ),
        ),
        (
            draft.office.is_none() && draft.person.is_none() && is_head,
            ("person", Code::FieldRequired, ("Trưởng ban phải là một người hoặc một chức vụ.", "The head is a person or a post.")),
        ),
        (
            draft.office.is_some() && is_head && !is_held,
            (
                "post",
                Code::RuleBroken,
                ("Vào ngày hiệu lực, chưa có ai giữ chức vụ của trưởng ban.", "Nobody holds the post of the head on that day."),
            ),
        ),
        (draft.rank < 1, ("rank", Code::OutOfRange, ("Thứ tự bắt đầu từ 1.", "Ranks begin at 1."))),
    ];
    wrong.into_iter().filter(|(is_so, _)| *is_so).map(|(_, wrong)| wrong).collect()
}

fn sits_already(at: &str) -> Fault {
    let words = ("Người này đã có một ghế trong cùng ban hoặc tổ.", "This person has a seat there already.");
    Fault::worded(at, Code::Duplicate, words.0, words.1)
}

fn stay(begun: &Begun, seat: SeatId, sitter: &Sitter) -> Change {
    let printed_name = Arc::clone(&sitter.name);
    let stay = Stay { id: sitter.stay, seat, person: sitter.person, printed_name, validity: begun.validity(), basis: begun.basis };
    Change::Open(Opened::Stay(stay))
}

/// Which person sits in a seat on a day, where that is known.
fn sits(history: &History, seat: &Seat, day: NaiveDate, holders: &Holders<'_>) -> Option<PersonId> {
    occupants(history, seat, holders).into_iter().find(|occupant| occupant.validity.contains(day))?.person
}

fn amend(
    history: &History,
    begun: &Begun,
    term: TermId,
    (added, ended): (&[SeatDraft], &[SeatId]),
    holders: &Holders<'_>,
) -> Result<Vec<Change>, Vec<Fault>> {
    let day = begun.on;
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
                    changes.push(Change::End(RowId::Seat(known.id), day));
                }
                Err(_) => faults.push(Fault::new(at, Code::WrongState)),
            },
        }
    }
    let stay: Vec<&Seat> =
        history.seats.iter().filter(|seat| seat.term == term && seat.validity.contains(day) && !ended.contains(&seat.id)).collect();
    let sitting = stay.iter().filter_map(|seat| Some((seat.unit, sits(history, seat, day, holders)?))).collect();
    let beside = Beside { seats: stay, sitting };
    changes.extend(seated(begun, term, added, &beside, holders, &mut faults));
    let has_head =
        beside.seats.iter().any(|seat| seat.role == CommitteeRole::Head) || added.iter().any(|seat| seat.role == CommitteeRole::Head);
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
    if found.office.is_some() {
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
        Some(stay) => Ok(vec![Change::End(RowId::Stay(stay.id), day)]),
        None => Ok(Vec::new()),
    }
}

/// Everything of a roster that is still open ends.
fn closing(history: &History, term: TermId, day: NaiveDate) -> Vec<Change> {
    let seats: Vec<&Seat> = history.seats.iter().filter(|seat| seat.term == term && seat.validity.to.is_none()).collect();
    let is_left = |stay: &&Stay| stay.validity.to.is_none() && seats.iter().any(|seat| seat.id == stay.seat);
    let mut changes: Vec<Change> = history.stays.iter().filter(is_left).map(|stay| Change::End(RowId::Stay(stay.id), day)).collect();
    changes.extend(seats.iter().map(|seat| Change::End(RowId::Seat(seat.id), day)));
    let standing = history.standing.iter().filter(|standing| standing.term == term && standing.validity.to.is_none());
    changes.extend(standing.map(|standing| Change::End(RowId::Standing(standing.id), day)));
    changes.push(Change::End(RowId::Term(term), day));
    changes
}
