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
    agency::{Agency, Holder, Post},
    committee::{CommitteeAct, CommitteeId, History, Occupant, Person, PersonId, Roster, Seat, Stay},
    document::DocumentId,
    id::Id,
    policy::Action,
};
use persistence::committee;

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

/// Whoever held a post, by post.
pub struct Posts<'a>(HashMap<Id<Post>, (&'a Agency, &'a Post)>);

impl<'a> Posts<'a> {
    /// The posts of all agencies.
    pub fn of(catalogue: &'a Catalogue) -> Self {
        let posts = catalogue.agencies().iter().flat_map(|agency| agency.posts.iter().map(move |post| (post.id, (&**agency, post))));
        Self(posts.collect())
    }

    /// A post with its agency.
    pub fn post(&self, id: Id<Post>) -> Option<(&'a Agency, &'a Post)> {
        self.0.get(&id).copied()
    }

    /// Who sits where on a day.
    pub(crate) fn roster(&self, history: &History, day: NaiveDate) -> Roster {
        domain::committee::roster(history, day, |post| self.holders(post))
    }

    fn holders(&self, id: Id<Post>) -> &'a [Holder] {
        self.0.get(&id).map_or(&[], |(_, post)| &post.holders)
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
        Some((seat, domain::committee::occupants(&self.history, seat, |post| posts.holders(post))))
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

/// What was done to these committees, in its order.
///
/// # Errors
/// When the database fails.
pub async fn acts(view: &View, ids: Vec<CommitteeId>) -> Result<HashMap<CommitteeId, Vec<CommitteeAct>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let acts = view.read(move |conn| committee::acts(conn, &ids)).await?;
    Ok(grouped(acts.into_iter().map(|act| (act.committee, act))))
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

/// Where these people sat by name, in whichever committee, in the order of time.
///
/// # Errors
/// When the database fails.
pub async fn seats_of(view: &View, people: Vec<PersonId>) -> Result<HashMap<PersonId, Vec<(CommitteeId, Seat, Stay)>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let found = view.read(move |conn| committee::seats_of(conn, &people)).await?;
    Ok(grouped(found.into_iter().map(|found| (found.2.person, found))))
}
