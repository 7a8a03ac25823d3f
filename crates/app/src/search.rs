//! Searching everything that has a name or a text, as far as the caller may see it.
//! Must not decide what is a word or which hit is better, nor look at a hit outside the caller's scope to leave it out afterwards.
//! The rules are `domain::search`, the statement `persistence::search`.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    deliverable::DeliverableId,
    id::Id,
    lang::Lang,
    page::{Page, PageRequest},
    policy::Action,
    search::{Fit, Fragment, Query, SearchKind, beside_title, marked},
    task::TaskId,
};
use persistence::{
    Conn, DbError,
    search::{self as stored, HitKey, Wanted},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    catalogue::version_on,
    deliverable,
    listing::{Listing, PageArgs},
    task, version,
};

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub text: String,
    /// Every kind where none is said.
    pub kinds: BTreeSet<SearchKind>,
    /// As things were called on this day.
    pub as_of: Option<NaiveDate>,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub kind: SearchKind,
    pub id: Uuid,
    pub fit: Fit,
    /// The language of title and excerpt.
    pub lang: Lang,
    /// What it is called on the day, in Vietnamese; of reports nothing.
    pub name: Option<String>,
    /// The code of an agency; whatever else is found is known by its identifier.
    pub code: Option<Arc<str>>,
    /// The name or title that was found; empty where there is none.
    pub title: Vec<Fragment>,
    /// Of its text what has most of the words, and the initials by which an agency was found; empty where there is neither.
    pub excerpt: Vec<Fragment>,
}

impl Search {
    /// With what of it the caller may see. `at` is where the text stands in what was asked.
    async fn wanted(&self, view: &View, at: &str) -> Result<Wanted, Error> {
        view.ctx().allow(Action::ReadPublished)?;
        let query = Query::read(&self.text, at)?;
        let programmes = match self.as_of {
            Some(_) => version::signed_by(view, self.as_of).await?.iter().map(|programme| programme.id).collect(),
            None => Vec::new(),
        };
        let kinds: Vec<SearchKind> =
            SearchKind::ALL.iter().copied().filter(|kind| self.kinds.is_empty() || self.kinds.contains(kind)).collect();
        let (reports, deliverables) = (view.ctx().report_scope(), view.ctx().deliverable_scope());
        Ok(Wanted { query, kinds, as_of: self.as_of, programmes, reports, deliverables })
    }
}

/// A page of what has every word of the text, the best fits first: words as typed before words without accents, names and titles before
/// texts; of one rank by kind and in Vietnamese order, reports from the newest.
///
/// # Errors
/// `QUERY_INVALID` at `at` for a text that is too long or has no word; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, search: &Search, at: &str, args: &PageArgs) -> Result<Listing<Found>, Error> {
    let wanted = search.wanted(view, at).await?;
    let list = format!("search {search:?} {:?} {:?}", wanted.reports, wanted.deliverables);
    let request: PageRequest<HitKey> = args.request(&list)?;
    let page = view
        .read(move |conn| {
            let page = stored::page(conn, &wanted, &request)?;
            // Long texts are parted here, off the workers.
            let query = &wanted.query;
            let shown = |hit: stored::Hit| (marked(&hit.title, query), beside_title(hit.kind, &hit.title, &hit.body, query), hit);
            let items = page.items.into_iter().map(shown).collect();
            Ok::<_, DbError>(Page { items, has_next: page.has_next, has_previous: page.has_previous })
        })
        .await?;
    let listing = Listing::of(page, &list, |(_, _, hit)| hit.key.clone());
    let translated = listing.items.iter().filter(|(_, (_, _, hit))| hit.lang != Lang::Vi);
    let translated: Vec<(SearchKind, Uuid)> = translated.map(|(_, (_, _, hit))| (hit.kind, hit.key.2)).collect();
    let titles = titles(view, &translated).await?;
    let (catalogue, day) = (view.catalogue().await?, search.as_of.unwrap_or_else(|| view.today()));
    let named = |id: AgencyId| Some(version_on(catalogue.agency(id)?, day)?.name.vi.to_string());
    let found = |(title, excerpt, hit): (Vec<Fragment>, Vec<Fragment>, stored::Hit)| {
        let id = hit.key.2;
        let agency = (hit.kind == SearchKind::Agency).then(|| Id::from_uuid(id));
        Found {
            kind: hit.kind,
            id,
            fit: hit.fit,
            lang: hit.lang,
            name: match agency {
                Some(agency) => named(agency),
                None if hit.lang != Lang::Vi => titles.get(&id).cloned(),
                None => Some(hit.title).filter(|title| !title.is_empty()),
            },
            code: catalogue.agency_code(agency),
            title,
            excerpt,
        }
    };
    Ok(Listing {
        items: listing.items.into_iter().map(|(cursor, hit)| (cursor, found(hit))).collect(),
        has_next: listing.has_next,
        has_previous: listing.has_previous,
    })
}

/// The Vietnamese titles of what was found in a translation, but of agencies, which are in memory. Only what holds now is translated, so on
/// each day on which a thing is found so its title is that of now.
async fn titles(view: &View, found: &[(SearchKind, Uuid)]) -> Result<HashMap<Uuid, String>, Error> {
    let of = |kind: SearchKind| found.iter().filter(move |(of, _)| *of == kind).map(|(_, id)| *id);
    let tasks: Vec<TaskId> = of(SearchKind::Task).map(Id::from_uuid).collect();
    let deliverables: Vec<DeliverableId> = of(SearchKind::Deliverable).map(Id::from_uuid).collect();
    let mut titles = HashMap::new();
    if !tasks.is_empty() {
        let tasks = task::by_ids(view, tasks).await?.into_values();
        titles.extend(tasks.map(|task| (task.id.uuid(), task.title.to_string())));
    }
    if !deliverables.is_empty() {
        let deliverables = deliverable::by_ids(view, deliverables).await?.into_values();
        titles.extend(deliverables.filter_map(|shown| Some((shown.id.uuid(), shown.title?))));
    }
    Ok(titles)
}

/// How many things have every word of the text, of those that the caller may see.
///
/// # Errors
/// `QUERY_INVALID` as in [`list`].
pub async fn count(view: &View, search: &Search, at: &str) -> Result<i64, Error> {
    let wanted = search.wanted(view, at).await?;
    view.read(move |conn| stored::count(conn, &wanted)).await
}

pub use persistence::search::Rebuilt;

/// Makes anew what everything is found by, and tells what was not as it should be. While it runs nothing that can be found is changed.
///
/// # Errors
/// `FORBIDDEN` without the right; `UNAVAILABLE` when the database does not answer.
pub async fn rebuild(app: &App, ctx: &Ctx) -> Result<Rebuilt, Error> {
    const OPERATION: &str = "rebuild_search";
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ImportProgramme)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<Rebuilt, Error> {
            let done = stored::rebuild(conn)?;
            let told = json!({ "after": { "entries": done.entries, "mended": done.mended } });
            record(&app_, conn, &ctx_, Deed::new(OPERATION).with(told))?;
            Ok(done)
        };
        app.0.db.append(work).await
    })
    .await
}

/// Makes anew what everything is found by where other rules made it than those of this program; tells whether it was so.
///
/// # Errors
/// `UNAVAILABLE` when the database does not answer.
pub async fn keep_current(app: &App, ctx: &Ctx) -> Result<bool, Error> {
    let is_current = app.0.db.read(stored::is_current).await?;
    if !is_current {
        rebuild(app, ctx).await?;
    }
    Ok(!is_current)
}
