//! Who sits where on a day, and how two rosters differ.
//! Must not store an answer: a roster follows from the acts and from who held the posts that seats go with.
//! What acts may do is `history`.

use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{CommitteeRole, History, Office, PersonId, Seat, Stay, Term};
use crate::{
    agency::{Holder, Post},
    document::DocumentId,
    validity::Validity,
};

/// Everybody who ever held an office, in the order of time.
pub type Holders<'a> = dyn Fn(Office) -> Vec<&'a Holder> + 'a;

/// Whoever sits in a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occupant {
    /// Where it is known who of the register that is.
    pub person: Option<PersonId>,
    /// As the document of the time prints it.
    pub name: Arc<str>,
    /// In charge of the post without being appointed to it.
    pub is_acting: bool,
    /// While both the seat was there and the occupant in it.
    pub validity: Validity,
    pub basis: DocumentId,
    /// Identifier of what says so: of the stay, or of who holds the post.
    pub row: Uuid,
}

/// A seat with whoever sits in it; nobody where it is empty or its post is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub seat: Seat,
    pub occupant: Option<Occupant>,
}

/// A committee on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    pub day: NaiveDate,
    /// None before the establishment and after the dissolution.
    pub term: Option<Term>,
    /// The committee itself first, then its units, each by rank.
    pub places: Vec<Place>,
}

impl Roster {
    /// Whether a committee that is established has nobody at its head: the office of the head fell vacant.
    pub fn is_head_vacant(&self) -> bool {
        self.term.is_some() && !self.places.iter().any(|place| place.seat.role == CommitteeRole::Head && place.occupant.is_some())
    }
}

/// Whoever held an office of an agency; as its head, under whatever title.
pub fn held(posts: &[Post], is_it: impl Fn(&Post) -> bool) -> Vec<&Holder> {
    let mut holders: Vec<&Holder> = posts.iter().filter(|post| is_it(post)).flat_map(|post| &post.holders).collect();
    holders.sort_by_key(|holder| holder.validity.from);
    holders
}

/// The roster of a day.
pub fn roster(history: &History, day: NaiveDate, holders: &Holders<'_>) -> Roster {
    let Some(term) = history.term_on(day) else { return Roster { day, term: None, places: Vec::new() } };
    let seats = history.seats.iter().filter(|seat| seat.term == term.id && seat.validity.contains(day));
    let place = |seat: &Seat| {
        let occupant = occupants(history, seat, holders).into_iter().find(|occupant| occupant.validity.contains(day));
        Place { seat: seat.clone(), occupant }
    };
    let mut places: Vec<Place> = seats.map(place).collect();
    places.sort_by_key(|place| (place.seat.unit, place.seat.rank, place.seat.id));
    Roster { day, term: Some(term.clone()), places }
}

/// Everybody who ever sat in a seat, in the order of time.
pub fn occupants(history: &History, seat: &Seat, holders: &Holders<'_>) -> Vec<Occupant> {
    if let Some(office) = seat.office {
        return holders(office).into_iter().filter_map(|holder| in_office(seat, holder)).collect();
    }
    let stays = history.stays.iter().filter(|stay| stay.seat == seat.id);
    let mut occupants: Vec<Occupant> = stays.map(Occupant::by_name).collect();
    occupants.sort_by_key(|occupant| occupant.validity.from);
    occupants
}

impl Occupant {
    /// Somebody who was put into the seat by name.
    pub fn by_name(stay: &Stay) -> Self {
        let name = Arc::clone(&stay.printed_name);
        Self { person: Some(stay.person), name, is_acting: false, validity: stay.validity, basis: stay.basis, row: stay.id.uuid() }
    }
}

/// Whoever holds the office of a seat, while the seat is there.
pub fn in_office(seat: &Seat, holder: &Holder) -> Option<Occupant> {
    let validity = common(seat.validity, holder.validity)?;
    let name = Arc::clone(&holder.name);
    Some(Occupant { person: holder.person, name, is_acting: holder.is_acting, validity, basis: holder.basis, row: holder.id.uuid() })
}

/// The days that lie within both.
fn common(a: Validity, b: Validity) -> Option<Validity> {
    let from = a.from.max(b.from);
    let to = match (a.to, b.to) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let is_some_day = from.zip(to).is_none_or(|(from, to)| from < to);
    is_some_day.then_some(Validity { from, to })
}

/// How one roster differs from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub joined: Vec<Place>,
    pub left: Vec<Place>,
    /// Members of both with another role, rank, duty or occupant: as they were and as they are.
    pub changed: Vec<(Place, Place)>,
}

/// Whoever a place is: the office that it goes with, or the person in it. An empty seat of neither is nobody's.
#[derive(PartialEq)]
enum Member {
    Office(Office),
    Person(PersonId),
}

fn member(place: &Place) -> Option<Member> {
    let person = place.occupant.as_ref().and_then(|occupant| occupant.person);
    place.seat.office.map(Member::Office).or(person.map(Member::Person))
}

/// How `after` differs from `before`. Each place is compared with the same seat where the same member sits there, else with another
/// seat of that member in the same unit; each with one at most.
pub fn difference(before: &Roster, after: &Roster) -> Difference {
    let is_somebody = |place: &&Place| member(place).is_some();
    let mut free: Vec<&Place> = after.places.iter().filter(is_somebody).collect();
    let mut left: Vec<&Place> = before.places.iter().filter(is_somebody).collect();
    let mut pairs: Vec<(&Place, &Place)> = Vec::new();
    let same_seat = |a: &Place, b: &Place| a.seat.id == b.seat.id;
    let same_unit = |a: &Place, b: &Place| a.seat.unit == b.seat.unit;
    for is_like in [same_seat as fn(&Place, &Place) -> bool, same_unit] {
        left.retain(|place| {
            let found = free.iter().position(|other| is_like(place, other) && member(other) == member(place));
            pairs.extend(found.map(|at| (*place, free.remove(at))));
            found.is_none()
        });
    }
    let says = |place: &Place| -> (CommitteeRole, i32, Option<Arc<str>>, Option<Arc<str>>) {
        let name = place.occupant.as_ref().filter(|_| place.seat.office.is_some()).map(|occupant| Arc::clone(&occupant.name));
        (place.seat.role, place.seat.rank, place.seat.duty.clone(), name)
    };
    let order = |place: &Place| before.places.iter().position(|other| other.seat.id == place.seat.id);
    pairs.sort_by_key(|(place, _)| order(place));
    Difference {
        joined: free.into_iter().cloned().collect(),
        left: left.into_iter().cloned().collect(),
        changed: pairs.into_iter().filter(|(was, is)| says(was) != says(is)).map(|(was, is)| (was.clone(), is.clone())).collect(),
    }
}
