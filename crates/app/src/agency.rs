//! Reading agencies. They are in the catalogue, so nothing here asks the database for more than its stamp.
//! Must not change them; `organisation` and `succession` do.
//! With a day, everything is as of that day; without one, as of today.

use std::{cmp::Reverse, sync::Arc};

use chrono::NaiveDate;
use domain::{
    agency::{Agency, AgencyId, AgencyKind},
    policy::Action,
    text,
};

use crate::{
    Error, View,
    catalogue::{Catalogue, version_on},
    listing::{Listing, PageArgs, slice},
};

/// Which agencies. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct AgencyFilter {
    pub kind: Option<AgencyKind>,
    pub collective: Option<bool>,
    /// Code of the parent.
    pub parent: Option<String>,
    /// Part of a name or alias, without regard to case and diacritics.
    pub text: Option<String>,
    /// Those that are there on a day, as they are then; every one there ever was, as it is now or was last, where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// With anything that is yet to be confirmed, or with nothing such.
    pub to_confirm: Option<bool>,
}

/// What agencies are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgencySort {
    #[default]
    Code,
    /// The name in Vietnamese order.
    Name,
}

/// A page of agencies.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(
    view: &View,
    filter: &AgencyFilter,
    sort: AgencySort,
    descending: bool,
    args: &PageArgs,
) -> Result<Listing<Arc<Agency>>, Error> {
    let day = filter.as_of.unwrap_or_else(|| view.today());
    let list = format!("agencies {sort:?} {descending} {filter:?}");
    let catalogue = view.catalogue().await?;
    let mut found: Vec<(Arc<str>, Arc<Agency>)> =
        matching(view, filter).await?.into_iter().map(|agency| (sort_key(catalogue, day, sort, &agency), agency)).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
    let key = |(key, agency): &(Arc<str>, Arc<Agency>)| (key.to_string(), agency.code.to_string());
    let listing = if descending {
        found.reverse();
        slice(&found, &list, args, |item| Reverse(key(item)))?
    } else {
        slice(&found, &list, args, key)?
    };
    Ok(Listing {
        items: listing.items.into_iter().map(|(cursor, (_, agency))| (cursor, agency)).collect(),
        has_next: listing.has_next,
        has_previous: listing.has_previous,
    })
}

fn sort_key(catalogue: &Catalogue, day: NaiveDate, sort: AgencySort, agency: &Agency) -> Arc<str> {
    match sort {
        AgencySort::Code => Arc::clone(&agency.code),
        AgencySort::Name => version_on(agency, day).map(|version| catalogue.name_key(version)).unwrap_or_default(),
    }
}

/// How many agencies there are.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View, filter: &AgencyFilter) -> Result<usize, Error> {
    Ok(matching(view, filter).await?.len())
}

async fn matching(view: &View, filter: &AgencyFilter) -> Result<Vec<Arc<Agency>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let catalogue = view.catalogue().await?;
    let day = filter.as_of.unwrap_or_else(|| view.today());
    let parent = filter.parent.as_deref().map(|code| catalogue.agency_by_code(code).map(|agency| agency.id));
    let wanted = filter.text.as_deref().map(text::fold);
    let fits = |agency: &&Arc<Agency>| {
        let Some(version) = version_on(agency, day) else { return false };
        filter.as_of.is_none_or(|day| agency.is_active_on(day))
            && filter.to_confirm.is_none_or(|wanted| agency.is_to_confirm() == wanted)
            && filter.kind.is_none_or(|kind| version.kind == kind)
            && filter.collective.is_none_or(|collective| agency.collective.is_some() == collective)
            && parent.is_none_or(|parent| parent.is_some() && version.parent == parent)
            && wanted.as_deref().is_none_or(|wanted| {
                text::fold(&version.name.vi).contains(wanted) || agency.aliases.iter().any(|alias| text::fold(alias).contains(wanted))
            })
    };
    Ok(catalogue.agencies().iter().filter(fits).cloned().collect())
}

/// The agency with this code.
///
/// # Errors
/// When the database fails.
pub async fn by_code(view: &View, code: &str) -> Result<Option<Arc<Agency>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(view.catalogue().await?.agency_by_code(code).cloned())
}

/// The agency with this identifier.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: AgencyId) -> Result<Option<Arc<Agency>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(view.catalogue().await?.agency(id).cloned())
}
