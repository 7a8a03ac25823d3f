//! The register of what programmes bring about: reading here, saying it `write`, reading what is said `said`.
//! Must not give more of a deliverable than its caller may see: by role all of it, else what `domain::deliverable` makes public.
//! The rules are `domain::deliverable`, the rows `persistence::deliverable`.

mod said;
mod write;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    agency::AgencyId,
    clock::{day_after, day_begins},
    deliverable::{
        AffairsChannel, Audience, DeliverableId, DeliverableKind, Details, EditionState, Record, Renewal, Source, Version, Visibility,
        YearFigures, figures as counted,
    },
    error::{Code, Refusal},
    evidence::FileId,
    id::Id,
    page::{Direction, Page, PageRequest},
    policy::Action,
    programme::ProgrammeId,
    task::TaskId,
    text,
};
use persistence::{
    deliverable as stored,
    node::{NodeKind, kind_of},
};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use persistence::deliverable::{DeliverableFilter as StoredFilter, Parent};
pub use said::{MAX_ROWS, NewDeliverable, NewSource, Said};
pub use write::{correct, record_all, record_one, rehearse_all, withdraw};

use crate::{
    Error, View,
    audit::hidden,
    document::grouped,
    listing::{Listing, PageArgs},
    report::task_without_programme,
};

/// A deliverable as the caller sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub id: DeliverableId,
    pub kind: DeliverableKind,
    pub programme: ProgrammeId,
    pub task: Option<TaskId>,
    pub agency: Option<AgencyId>,
    pub year: i32,
    pub title: Option<String>,
    pub channel: Option<AffairsChannel>,
    /// Sections and quotations are for whoever sees it by role.
    pub sources: Vec<Source>,
    /// The fields of its kind that the caller may see.
    pub fields: Map<String, Value>,
    /// All fields of its kind, for what follows from them.
    details: Details,
    /// What only those see who see it by role.
    pub inside: Option<Inside>,
}

/// What of a deliverable is seen by role alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Inside {
    pub visibility: Visibility,
    pub audiences: Vec<Audience>,
    pub evidence: Vec<FileId>,
    pub external_ref: Option<String>,
    pub revision: i32,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub changed_at: DateTime<Utc>,
}

impl Shown {
    fn of(record: Record) -> Self {
        let Record { id, programme, agency, revision, withdrawn_at, changed_at, .. } = record;
        if record.is_inside {
            let (content, external_ref) = (record.content, record.external_ref);
            let inside = Inside {
                visibility: content.visibility,
                audiences: content.audiences.into_iter().collect(),
                evidence: content.evidence,
                external_ref,
                revision,
                withdrawn_at,
                changed_at,
            };
            return Self {
                id,
                kind: content.details.kind(),
                programme,
                task: content.task,
                agency: Some(agency),
                year: content.year,
                title: Some(content.title),
                channel: content.channel,
                sources: content.sources,
                fields: content.details.fields(),
                details: content.details,
                inside: Some(inside),
            };
        }
        let public = record.deliverable().public();
        let source = |document| Source { document, section: None, quote: None };
        Self {
            id,
            kind: public.kind,
            programme,
            task: public.task,
            agency: public.agency,
            year: public.year,
            title: public.title,
            channel: public.channel,
            sources: public.documents.into_iter().map(source).collect(),
            fields: public.fields,
            details: record.content.details,
            inside: None,
        }
    }

    /// How an edition stands on a day; unchecked after so many days without a look.
    pub fn edition_state(&self, day: NaiveDate, stale_days: u32) -> Option<EditionState> {
        match &self.details {
            Details::ForeignEdition(of) | Details::PortalSection(of) | Details::Column(of) => Some(of.state(day, stale_days)),
            _ => None,
        }
    }

    /// How an agreement stands on a day, for whoever sees by role when it alerts.
    pub fn renewal(&self, day: NaiveDate) -> Option<Renewal> {
        match &self.details {
            Details::Agreement(of) if self.inside.is_some() => Some(of.renewal(day)),
            _ => None,
        }
    }

    /// Days from the notice of a false claim to the answer.
    pub fn response_days(&self) -> Option<i64> {
        match &self.details {
            Details::Rebuttal(of) => of.response_days(),
            _ => None,
        }
    }
}

/// Which deliverables, by codes. Every condition given must hold; those from `audience` on hold only for what the caller sees by role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DeliverableFilter {
    pub programme: Option<String>,
    /// Needs `programme`, as codes of tasks are unique only within one.
    pub task: Option<String>,
    pub agency: Option<String>,
    pub year: Option<i32>,
    pub kind: Option<DeliverableKind>,
    pub channel: Option<AffairsChannel>,
    pub outlet: Option<String>,
    pub language: Option<String>,
    pub audience: Option<Audience>,
    pub external_ref: Option<String>,
    /// Agreements to be renewed on this day.
    pub to_renew_on: Option<NaiveDate>,
    /// Those that were withdrawn, instead of those that stand.
    pub withdrawn: bool,
}

impl DeliverableFilter {
    /// With identifiers for codes; `None` when a code is unknown, so that nothing can fit.
    async fn stored(&self, view: &View) -> Result<Option<StoredFilter>, Error> {
        if [&self.outlet, &self.language, &self.external_ref].into_iter().flatten().any(|text| !text::storable(text)) {
            return Ok(None);
        }
        let catalogue = view.catalogue().await?;
        let mut stored = StoredFilter {
            year: self.year,
            kind: self.kind,
            channel: self.channel,
            outlet: self.outlet.clone(),
            language: self.language.clone(),
            audience: self.audience,
            external_ref: self.external_ref.clone(),
            to_renew_on: self.to_renew_on,
            withdrawn: self.withdrawn,
            ..StoredFilter::default()
        };
        if let Some(code) = &self.programme {
            let Some(programme) = catalogue.programme_by_code(code) else { return Ok(None) };
            stored.programme = Some(programme.id);
        }
        if let Some(code) = &self.agency {
            let Some(agency) = catalogue.agency_by_code(code) else { return Ok(None) };
            stored.agency = Some(agency.id);
        }
        if let Some(code) = &self.task {
            let Some(programme) = stored.programme else { return Err(task_without_programme().into()) };
            let Some(task) = crate::task::by_code(view, programme, code.clone()).await? else { return Ok(None) };
            stored.task = Some(task.id);
        }
        Ok(Some(stored))
    }
}

fn request(args: &PageArgs, list: &str) -> Result<PageRequest<DeliverableId>, Refusal> {
    Ok(args.request::<Uuid>(list)?.map(Id::from_uuid))
}

fn listing(page: Page<Record>, list: &str) -> Listing<Shown> {
    Listing::of(page.map(Shown::of), list, |shown| shown.id.uuid())
}

/// A page of the deliverables in the caller's scope by identifier: in the order in which they were recorded.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`, `QUERY_INVALID` for a task without its programme.
pub async fn list(view: &View, filter: &DeliverableFilter, descending: bool, args: &PageArgs) -> Result<Listing<Shown>, Error> {
    view.ctx().allow(Action::ReadDeliverables)?;
    let scope = view.ctx().deliverable_scope();
    let list = format!("deliverables {descending} {filter:?} {scope:?}");
    let request = request(args, &list)?;
    let Some(stored) = filter.stored(view).await? else {
        return Ok(Listing::default());
    };
    let page = view.read(move |conn| stored::page(conn, &scope, &stored, descending, &request)).await?;
    Ok(listing(page, &list))
}

/// How many deliverables are in the caller's scope.
///
/// # Errors
/// As those of [`list`].
pub async fn count(view: &View, filter: &DeliverableFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadDeliverables)?;
    let scope = view.ctx().deliverable_scope();
    let Some(stored) = filter.stored(view).await? else { return Ok(0) };
    view.read(move |conn| stored::count(conn, &scope, &stored)).await
}

/// A page of the deliverables of each of these. Read from the start of their lists they share one statement, however many they are; a
/// page after a cursor belongs to one only.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn below(
    view: &View,
    (parent, ids): (Parent, Vec<Uuid>),
    filter: StoredFilter,
    args: &PageArgs,
) -> Result<HashMap<Uuid, Listing<Shown>>, Error> {
    view.ctx().allow(Action::ReadDeliverables)?;
    let scope = view.ctx().deliverable_scope();
    let list = |of: Uuid| format!("deliverables of {parent:?} {of} {filter:?} {scope:?}");
    if args.has_cursor() {
        let mut pages = HashMap::new();
        for of in ids {
            let (list, filter, scope) = (list(of), narrowed(&filter, parent, of), scope.clone());
            let request = request(args, &list)?;
            let page = view.read(move |conn| stored::page(conn, &scope, &filter, false, &request)).await?;
            pages.insert(of, listing(page, &list));
        }
        return Ok(pages);
    }
    let head = request(args, "")?;
    let (down, limit) = (head.direction == Direction::Backward, head.size + 1);
    let (asked, asked_of, conditions) = (scope.clone(), ids.clone(), filter.clone());
    let mut rows = grouped(view.read(move |conn| stored::heads(conn, &asked, &conditions, (parent, &asked_of), down, limit)).await?);
    let page = |of: &Uuid, rows| listing(Page::cut(rows, &head), &list(*of));
    Ok(ids.iter().map(|of| (*of, page(of, rows.remove(of).unwrap_or_default()))).collect())
}

fn narrowed(filter: &StoredFilter, parent: Parent, of: Uuid) -> StoredFilter {
    let mut filter = filter.clone();
    match parent {
        Parent::Task => filter.task = Some(Id::from_uuid(of)),
        Parent::Agency => filter.agency = Some(Id::from_uuid(of)),
        Parent::Programme => filter.programme = Some(Id::from_uuid(of)),
    }
    filter
}

/// How many deliverables each of these has in the caller's scope.
///
/// # Errors
/// When the database fails.
pub async fn count_below(view: &View, (parent, ids): (Parent, Vec<Uuid>), filter: StoredFilter) -> Result<HashMap<Uuid, i64>, Error> {
    view.ctx().allow(Action::ReadDeliverables)?;
    let scope = view.ctx().deliverable_scope();
    Ok(view.read(move |conn| stored::count_of(conn, &scope, &filter, (parent, &ids))).await?.into_iter().collect())
}

/// The deliverables with these identifiers that the caller may know of.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(view: &View, ids: Vec<DeliverableId>) -> Result<HashMap<DeliverableId, Shown>, Error> {
    view.ctx().allow(Action::ReadDeliverables)?;
    let scope = view.ctx().deliverable_scope();
    let found = view.read(move |conn| stored::by_ids(conn, &scope, &ids)).await?;
    Ok(found.into_iter().map(|record| (record.id, Shown::of(record))).collect())
}

/// The deliverable with this identifier, if the caller may know of it; by role also as it was on record at the end of a day.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: DeliverableId, known_on: Option<NaiveDate>) -> Result<Option<Shown>, Error> {
    view.ctx().allow(Action::ReadDeliverables)?;
    let scope = view.ctx().deliverable_scope();
    let found = view.read(move |conn| stored::by_ids(conn, &scope, &[id])).await?.pop();
    let Some(day) = known_on else { return Ok(found.map(Shown::of)) };
    // What was said before a correction is seen by role alone.
    let Some(record) = found.filter(|record| record.is_inside) else { return Ok(None) };
    let end = day_begins(day_after(day));
    let versions = view.read(move |conn| stored::versions(conn, &[id])).await?;
    let version = versions.into_iter().rfind(|version| version.recorded_at < end);
    Ok(version.map(|version| {
        let withdrawn_at = record.withdrawn_at.filter(|at| *at < end);
        Shown::of(Record { content: version.content, revision: version.revision, changed_at: version.recorded_at, withdrawn_at, ..record })
    }))
}

/// The versions of those of these deliverables that the caller sees by role.
///
/// # Errors
/// When the database fails.
pub async fn versions_of(view: &View, ids: Vec<DeliverableId>) -> Result<HashMap<DeliverableId, Vec<Version>>, Error> {
    view.ctx().allow(Action::ReadDeliverables)?;
    let scope = view.ctx().deliverable_scope();
    let found = view.read(move |conn| -> Result<_, Error> {
        let seen = stored::by_ids(conn, &scope, &ids)?.into_iter().filter(|record| record.is_inside).map(|record| record.id);
        Ok(stored::versions(conn, &seen.collect::<Vec<_>>())?)
    });
    Ok(grouped(found.await?.into_iter().map(|version| (version.deliverable, version))))
}

/// The versions of a deliverable.
///
/// # Errors
/// `NOT_FOUND` where the caller does not see it by role.
pub async fn versions(view: &View, id: DeliverableId) -> Result<Vec<Version>, Error> {
    if let Some(versions) = versions_of(view, vec![id]).await?.remove(&id) {
        return Ok(versions);
    }
    crate::node::note_hidden(view, "list_deliverable_versions", id.uuid()).await?;
    Err(Refusal::new(Code::NotFound).into())
}

/// What everybody may know of the register of the programme with this code, by year; `None` where there is no such programme. As of a
/// day: what counts by then.
///
/// # Errors
/// When the database fails.
pub async fn figures(
    view: &View,
    programme: &str,
    year: Option<i32>,
    as_of: Option<NaiveDate>,
) -> Result<Option<BTreeMap<i32, YearFigures>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(programme) = view.catalogue().await?.programme_by_code(programme).map(|programme| programme.id) else { return Ok(None) };
    let found = view.read(move |conn| stored::counted(conn, programme, year, as_of)).await?;
    Ok(Some(counted(found.iter())))
}

/// As [`by_id`], for GraphQL: what is hidden and was asked for is noted.
///
/// # Errors
/// When the database fails.
pub async fn seen(view: &View, id: DeliverableId, known_on: Option<NaiveDate>) -> Result<Option<Shown>, Error> {
    let found = by_id(view, id, known_on).await?;
    if found.is_none() && view.read(move |conn| kind_of(conn, id.uuid())).await? == Some(NodeKind::Deliverable) {
        hidden(view, "get_deliverable", "deliverable", id.uuid());
    }
    Ok(found)
}

/// The deliverable with this identifier for whoever asks by that alone; what is hidden and was asked for is noted.
pub(crate) async fn node(view: &View, id: Uuid) -> Result<Option<Shown>, Error> {
    let found = by_id(view, Id::from_uuid(id), None).await?;
    if found.is_none() {
        hidden(view, "node", "deliverable", id);
    }
    Ok(found)
}
