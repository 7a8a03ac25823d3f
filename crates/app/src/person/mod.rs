//! People of the register: reading what is public and internal of them.
//! Must not show what is restricted; that is opened by `restricted`, for a purpose that is written down.
//! Writing is `write`, keys are `keys`; how closely a field is held is `domain::person`.

mod export;
pub mod keys;
pub mod request;
mod restricted;
mod rights;
mod write;

use std::collections::HashMap;

use domain::{
    person::{Person, PersonId},
    policy::Action,
    text,
};
use persistence::person;
use uuid::Uuid;

use crate::{
    Error, View,
    audit::{Deed, watched},
    document::grouped,
    identity::still,
    listing::{Listing, PageArgs},
};

pub use export::export;
pub use persistence::person::HeldPost;
pub use restricted::{Opened, Wanted, read};
pub use rights::{Ground, pseudonymise, restrict};
pub use write::{Edit, create, update};

/// Which people.
#[derive(Clone, Debug, Default)]
pub struct PersonFilter {
    /// Anywhere in the name; case, tones and diacritics do not matter.
    pub name: Option<String>,
}

impl PersonFilter {
    /// As the database is asked; nothing where nothing can fit.
    fn asked(&self) -> Option<person::PersonFilter> {
        let name = self.name.as_deref();
        let is_fine = name.is_none_or(|name| text::storable(name) && name.chars().count() <= text::MAX_SEARCH);
        is_fine.then(|| person::PersonFilter { name: name.map(text::fold) })
    }
}

/// A page of people in the order in which they were written down.
///
/// # Errors
/// `FORBIDDEN`; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &PersonFilter, args: &PageArgs) -> Result<Listing<Person>, Error> {
    watched(view.app(), view.ctx(), Deed::new("list_persons"), async {
        view.ctx().allow(Action::ReadPersons)?;
        let list = format!("persons {filter:?}");
        let request = args.request::<Uuid>(&list)?.map(PersonId::from_uuid);
        let Some(filter) = filter.asked() else {
            return Ok(Listing::default());
        };
        let page = view.read(move |conn| person::page(conn, &filter, &request)).await?;
        Ok(Listing::of(page, &list, |person| person.id.uuid()))
    })
    .await
}

/// How many people there are.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn count(view: &View, filter: &PersonFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPersons)?;
    let Some(filter) = filter.asked() else { return Ok(0) };
    view.read(move |conn| person::count(conn, &filter)).await
}

/// The person with this identifier.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn by_id(view: &View, id: PersonId) -> Result<Option<Person>, Error> {
    watched(view.app(), view.ctx(), Deed::new("get_person").on("person", id), async {
        view.ctx().allow(Action::ReadPersons)?;
        Ok(by_ids(view, vec![id]).await?.remove(&id))
    })
    .await
}

/// The people with these identifiers.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn by_ids(view: &View, ids: Vec<PersonId>) -> Result<HashMap<PersonId, Person>, Error> {
    view.ctx().allow(Action::ReadPersons)?;
    let found = view.read(move |conn| person::by_ids(conn, &ids)).await?;
    Ok(found.into_iter().map(|person| (person.id, person)).collect())
}

/// The posts that these people hold or held, as far as the register knows.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn posts(view: &View, ids: Vec<PersonId>) -> Result<HashMap<PersonId, Vec<HeldPost>>, Error> {
    view.ctx().allow(Action::ReadPersons)?;
    Ok(grouped(view.read(move |conn| person::posts(conn, &ids)).await?))
}
