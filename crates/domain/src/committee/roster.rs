//! Who sits where on a day, and how two rosters differ.
//! Must not store an answer: a roster follows from the acts and from who held the posts that seats go with.
//! What acts may do is `history`.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{CommitteeRole, History, PersonId, Seat, Term};
use crate::{
    agency::{Holder, Post},
    document::DocumentId,
    id::Id,
    validity::Validity,
};

/// Whoever sits in a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occupant {
    /// None for whoever holds the post that the seat goes with.
    pub person: Option<PersonId>,
    /// Of the post's holder; people put in by name are named by the caller.
    pub name: Option<Arc<str>>,
    /// In charge of the post without being appointed to it.
    pub is_acting: bool,
    /// While both the seat was there and the occupant in it.
    pub validity: Validity,
    pub basis: DocumentId,
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

/// The roster of a day. `holders` gives everybody who ever held a post.
pub fn roster<'a>(history: &History, day: NaiveDate, holders: impl Fn(Id<Post>) -> &'a [Holder]) -> Roster {
    let Some(term) = history.term_on(day) else { return Roster { day, term: None, places: Vec::new() } };
    let seats = history.seats.iter().filter(|seat| seat.term == term.id && seat.validity.contains(day));
    let place = |seat: &Seat| {
        let occupant = occupants(history, seat, &holders).into_iter().find(|occupant| occupant.validity.contains(day));
        Place { seat: seat.clone(), occupant }
    };
    let mut places: Vec<Place> = seats.map(place).collect();
    places.sort_by_key(|place| (place.seat.unit, place.seat.rank, place.seat.id));
    Roster { day, term: Some(term.clone()), places }
}

/// Everybody who ever sat in a seat, in the order of time.
pub fn occupants<'a>(history: &History, seat: &Seat, holders: impl Fn(Id<Post>) -> &'a [Holder]) -> Vec<Occupant> {
    if let Some(post) = seat.post {
        let of = |holder: &Holder| {
            let validity = common(seat.validity, holder.validity)?;
            let name = Some(Arc::clone(&holder.name));
            Some(Occupant { person: None, name, is_acting: holder.is_acting, validity, basis: holder.basis })
        };
        return holders(post).iter().filter_map(of).collect();
    }
    let stays = history.stays.iter().filter(|stay| stay.seat == seat.id);
    let of = |stay: &super::Stay| Occupant {
        person: Some(stay.person),
        name: None,
        is_acting: false,
        validity: stay.validity,
        basis: stay.basis,
    };
    let mut occupants: Vec<Occupant> = stays.map(of).collect();
    occupants.sort_by_key(|occupant| occupant.validity.from);
    occupants
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

/// Whoever a place is: the post that it goes with, or the person in it. An empty seat of neither is nobody's.
#[derive(PartialEq)]
enum Member {
    Post(Id<Post>),
    Person(PersonId),
}

fn member(place: &Place) -> Option<Member> {
    let person = place.occupant.as_ref().and_then(|occupant| occupant.person);
    place.seat.post.map(Member::Post).or(person.map(Member::Person))
}

/// How `after` differs from `before`.
pub fn difference(before: &Roster, after: &Roster) -> Difference {
    let mut found = Difference::default();
    let says = |place: &Place| -> (CommitteeRole, i32, Option<Arc<str>>, Option<Arc<str>>) {
        let name = place.occupant.as_ref().and_then(|occupant| occupant.name.clone());
        (place.seat.role, place.seat.rank, place.seat.duty.clone(), name)
    };
    for place in before.places.iter().filter(|place| member(place).is_some()) {
        match after.places.iter().find(|other| other.seat.unit == place.seat.unit && member(other) == member(place)) {
            None => found.left.push(place.clone()),
            Some(other) if says(other) != says(place) => found.changed.push((place.clone(), other.clone())),
            Some(_) => {}
        }
    }
    let is_new = |place: &&Place| {
        let known = before.places.iter().any(|other| other.seat.unit == place.seat.unit && member(other) == member(place));
        member(place).is_some() && !known
    };
    found.joined = after.places.iter().filter(is_new).cloned().collect();
    found
}
