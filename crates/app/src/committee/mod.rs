//! Committees: which there are, who sat where on a day, what was done to them.
//! Must not answer from today's names: rosters are read as of a day.
//! Acts are `act`; the rules are `domain::committee`.

mod act;
mod naming;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;
use domain::{
    agency::{Agency, AgencyId, Holder, Post},
    committee::{CommitteeId, History, Logged, Occupant, Office, Person, PersonId, Place, Roster, Seat, held, in_office},
    document::DocumentId,
    id::Id,
    policy::Action,
};
use persistence::{Conn, DbError, committee, committee_log};

pub use act::{Done, NewAct, NewPerson, NewSeat, act, plan};

use crate::{
    Error, View,
    catalogue::Catalogue,
    document::grouped,
    listing::{Listing, PageArgs, slice},
};

/// A committee with everything that it was.
#[derive(Clone, Debug)]
pub struct Committee {
    /// Its body in the register.
    pub agency: Arc<Agency>,
    /// The document that calls for it.
    pub planned_by: Option<DocumentId>,
    /// How many acts there were; a change names it.
    pub revision: i32,
    pub history: Arc<History>,
}

/// Whoever held an office, by agency and post.
pub struct Posts<'a> {
    posts: HashMap<Id<Post>, (&'a Agency, &'a Post)>,
    agencies: HashMap<AgencyId, &'a Agency>,
}

/// What an office is called: its agency, and the title of the post. Where that changes with whoever is at the head, it is the title of
/// the day, none while nobody is.
pub struct OfficeName<'a> {
    pub agency: &'a Agency,
    pub title: Option<&'a Arc<str>>,
}

impl<'a> Posts<'a> {
    /// The posts of all agencies.
    pub fn of(catalogue: &'a Catalogue) -> Self {
        let agencies = || catalogue.agencies().iter().map(|agency| &**agency);
        let posts = agencies().flat_map(|agency| agency.posts.iter().map(move |post| (post.id, (agency, post))));
        Self { posts: posts.collect(), agencies: agencies().map(|agency| (agency.id, agency)).collect() }
    }

    /// What an office was called on a day.
    pub fn named(&self, office: Office, day: NaiveDate) -> Option<OfficeName<'a>> {
        match office {
            Office::Post(id) => self.posts.get(&id).map(|(agency, post)| OfficeName { agency, title: Some(&post.title) }),
            Office::HeadOf(id) => {
                let agency = *self.agencies.get(&id)?;
                let is_held = |post: &&Post| post.is_head && post.holders.iter().any(|holder| holder.validity.contains(day));
                Some(OfficeName { agency, title: agency.posts.iter().find(is_held).map(|post| &post.title) })
            }
        }
    }

    /// The agency of an office.
    pub fn agency(&self, office: Office) -> Option<&'a Agency> {
        match office {
            Office::Post(id) => self.posts.get(&id).map(|(agency, _)| *agency),
            Office::HeadOf(id) => self.agencies.get(&id).copied(),
        }
    }

    /// What the office of a place is called while its occupant sits there; without a title where nobody heads the agency.
    pub fn of_place(&self, place: &Place) -> Option<OfficeName<'a>> {
        let since = place.occupant.as_ref().and_then(|occupant| occupant.validity.from);
        place.seat.office.and_then(|office| self.named(office, since.unwrap_or(NaiveDate::MIN)))
    }

    /// Who sits where on a day.
    pub(crate) fn roster(&self, history: &History, day: NaiveDate) -> Roster {
        domain::committee::roster(history, day, &|office| self.holders(office))
    }

    /// Everybody who ever held an office, in the order of time.
    pub(crate) fn holders(&self, office: Office) -> Vec<&'a Holder> {
        match office {
            Office::Post(id) => self.posts.get(&id).map(|(_, post)| post.holders.iter().collect()).unwrap_or_default(),
            Office::HeadOf(id) => self.agencies.get(&id).map(|agency| held(&agency.posts, |post| post.is_head)).unwrap_or_default(),
        }
    }
}

impl Committee {
    /// Who sits where on a day.
    pub fn roster(&self, posts: &Posts<'_>, day: NaiveDate) -> Roster {
        posts.roster(&self.history, day)
    }

    /// Everybody who ever sat in a seat, in the order of time; `None` for a seat of another committee.
    pub fn occupants(&self, posts: &Posts<'_>, seat: Id<Seat>) -> Option<(&Seat, Vec<Occupant>)> {
        let seat = self.history.seats.iter().find(|known| known.id == seat)?;
        Some((seat, domain::committee::occupants(&self.history, seat, &|office| posts.holders(office))))
    }
}

/// A page of committees by code.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, args: &PageArgs) -> Result<Listing<Committee>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let found: Vec<Committee> = all(view).await?.into_values().collect();
    Ok(slice(&found, "committees", args, |committee| committee.agency.code.to_string())?)
}

/// How many committees there are.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View) -> Result<usize, Error> {
    Ok(all(view).await?.len())
}

/// The committee with this code.
///
/// # Errors
/// When the database fails.
pub async fn by_code(view: &View, code: &str) -> Result<Option<Committee>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(all(view).await?.remove(code))
}

/// All committees by code: they are few, and a roster needs the whole of one.
async fn all(view: &View) -> Result<BTreeMap<Arc<str>, Committee>, Error> {
    let catalogue = Arc::clone(view.catalogue().await?);
    view.read(move |conn| -> Result<_, Error> {
        let registered = committee::all(conn)?;
        let ids: Vec<CommitteeId> = registered.iter().map(|one| one.id).collect();
        let mut histories = committee::histories(conn, &ids)?;
        let committee = |one: &committee::Registered| {
            let agency = Arc::clone(catalogue.agency(one.id).ok_or(Error::Internal("a committee's body is not in the catalogue"))?);
            let history = Arc::new(histories.remove(&one.id).unwrap_or_default());
            Ok((Arc::clone(&agency.code), Committee { agency, planned_by: one.planned_by, revision: one.acts, history }))
        };
        registered.iter().map(committee).collect()
    })
    .await
}

/// What was done to these committees, in its order, with what it changed.
///
/// # Errors
/// When the database fails.
pub async fn acts(view: &View, ids: Vec<CommitteeId>) -> Result<HashMap<CommitteeId, Vec<Logged>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let acts = view.read(move |conn| committee_log::acts(conn, &ids)).await?;
    Ok(grouped(acts.into_iter().map(|logged| (logged.act.committee, logged))))
}

/// The people with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn people(view: &View, ids: Vec<PersonId>) -> Result<HashMap<PersonId, Person>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let found = view.read(move |conn| committee::people_by_ids(conn, &ids)).await?;
    Ok(found.into_iter().map(|person| (person.id, person)).collect())
}

/// A seat in which somebody sat.
#[derive(Clone, Debug)]
pub struct Sat {
    pub committee: CommitteeId,
    pub seat: Seat,
    pub occupant: Occupant,
}

/// Where these people sat, by name or by an office that they held, in whichever committee, in the order of time.
///
/// # Errors
/// When the database fails.
pub async fn seats_of(view: &View, people: Vec<PersonId>) -> Result<HashMap<PersonId, Vec<Sat>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let catalogue = Arc::clone(view.catalogue().await?);
    view.read(move |conn| -> Result<_, Error> { Ok(sat(conn, &catalogue, &people)?) }).await
}

/// As [`seats_of`], in two statements.
pub(crate) fn sat(conn: &mut Conn, catalogue: &Catalogue, people: &[PersonId]) -> Result<HashMap<PersonId, Vec<Sat>>, DbError> {
    let by_name = committee::seats_of(conn, people)?.into_iter().map(|(committee, seat, stay)| {
        let occupant = Occupant::by_name(&stay);
        (stay.person, Sat { committee, seat, occupant })
    });
    let mut found: Vec<(PersonId, Sat)> = by_name.collect();
    let is_held = |post: &Post| post.holders.iter().any(|holder| holder.person.is_some_and(|person| people.contains(&person)));
    let held: Vec<(&Agency, &Post)> = catalogue
        .agencies()
        .iter()
        .flat_map(|agency| agency.posts.iter().map(move |post| (&**agency, post)))
        .filter(|(_, post)| is_held(post))
        .collect();
    let ids: Vec<Id<Post>> = held.iter().map(|(_, post)| post.id).collect();
    let headed: Vec<AgencyId> = held.iter().filter(|(_, post)| post.is_head).map(|(agency, _)| agency.id).collect();
    let posts = Posts::of(catalogue);
    for (committee, seat) in committee::seats_with(conn, &ids, &headed)? {
        let Some(office) = seat.office else { continue };
        let occupants = posts.holders(office).into_iter().filter_map(|holder| in_office(&seat, holder));
        let known = occupants.filter_map(|occupant| Some((occupant.person.filter(|person| people.contains(person))?, occupant)));
        found.extend(known.map(|(person, occupant)| (person, Sat { committee, seat: seat.clone(), occupant })));
    }
    found.sort_by_key(|(_, sat)| (sat.occupant.validity.from, sat.seat.id));
    Ok(grouped(found))
}
