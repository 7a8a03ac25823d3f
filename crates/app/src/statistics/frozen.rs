//! Publishing figures: they are counted once, kept as they were told, and can be cited by their identifier.
//! Must not count again what is kept, nor freeze figures of which the caller sees a part only.
//! What is kept is `domain::statistics::frozen` and the figures as `content`; both are stored by `persistence::frozen`.

use std::collections::HashMap;

use auth::{Ctx, digest};
use domain::{
    error::{Code, Fault, Refusal},
    id::Id,
    policy::{Action, Resource},
    programme::{Programme, ProgrammeId},
    statistics::frozen::{Frozen, FrozenId},
};
use persistence::frozen;
use serde_json::json;
use uuid::Uuid;

use super::{Statistics, Wanted, content::Content, tell};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse, View,
    audit::{self, Deed, record, watched},
    catalogue::Catalogue,
    document::named_in,
    idempotency::{once, scope_of},
    listing::{Listing, PageArgs},
    occurrence::OccurrenceFilter,
    outbox::{News, announce},
    task,
    words::words,
};

const OPERATION: &str = "freeze_statistics";
/// Characters of a title.
const MAX_TITLE: usize = 500;

/// Figures to publish.
#[derive(Clone, Debug)]
pub struct NewFrozen {
    pub title: String,
    /// The document that they are published in, by identifier or number.
    pub document: Option<String>,
    pub wanted: Wanted,
}

/// Counts figures and keeps them, once for the key.
///
/// # Errors
/// `FORBIDDEN`, also for figures beyond what the caller's roles reach; `BODY_INVALID`, and those of the key.
pub async fn freeze(
    app: &App,
    ctx: &Ctx,
    new: NewFrozen,
    key: OnceKey,
    render: impl Fn(&Frozen, &Statistics, &Catalogue) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::FreezeStatistics)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let (scope, by, agency) = (scope_of(account), account.id, account.agency);
        let title = words("/title", &new.title, MAX_TITLE)?;
        let view = View::new(app, ctx.clone());
        let programme = reached(&view, &new.wanted.filter).await?;
        let statistics = tell(&view, &new.wanted).await.map_err(of_body)?;
        if statistics.as_of > view.today() {
            return Err(faulty("/asOf", Code::OutOfRange).into());
        }
        let inputs_head = audit::head(&view).await?;
        view.end().await?;
        let content = Content::of(&statistics).text()?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        once(app, scope, OPERATION, key, move |conn| {
            let document = new.document.as_deref().map(|reference| named_in(conn, "/document", reference)).transpose()?;
            let frozen = Frozen {
                id: app_.0.ids.next(),
                title: title.clone(),
                programme,
                document,
                as_of: statistics.as_of,
                compared_to: statistics.compared_to,
                grouping: statistics.grouping,
                formula_version: statistics.formula_version,
                inputs_head: inputs_head.clone(),
                content_sha256: digest(content.as_bytes()),
                agency,
                frozen_by: by,
                frozen_at: app_.0.clock.now(),
            };
            frozen::insert(conn, &frozen, &content)?;
            announce(&app_, conn, news(&frozen))?;
            let response = render(&frozen, &statistics, &*app_.0.catalogue.current(conn)?)?;
            let after = json!({"title": frozen.title, "asOf": frozen.as_of, "contentSha256": frozen.content_sha256,
                               "inputsHead": frozen.inputs_head, "document": frozen.document.map(|id| id.to_string())});
            record(&app_, conn, &ctx_, Deed::new(OPERATION).on("frozenStatistics", frozen.id).with(json!({ "after": after })))?;
            Ok(response)
        })
        .await
    })
    .await
}

/// The programme that the figures are over, all of which the caller must reach; every code must be one.
async fn reached(view: &View, filter: &OccurrenceFilter) -> Result<Option<ProgrammeId>, Error> {
    let catalogue = view.catalogue().await?;
    let mut faults = Vec::new();
    let programme = filter.programme.as_deref().map(|code| catalogue.programme_by_code(code));
    if matches!(programme, Some(None)) {
        faults.push(Fault::new("/programme", Code::ReferenceUnknown));
    }
    let programme = programme.flatten();
    let has_group = |code: &str| programme.is_some_and(|programme| programme.group_coded(code).is_some());
    if filter.group.as_deref().is_some_and(|code| !has_group(code)) {
        faults.push(Fault::new("/group", Code::ReferenceUnknown));
    }
    if filter.lead_agency.as_deref().is_some_and(|code| catalogue.agency_by_code(code).is_none()) {
        faults.push(Fault::new("/leadAgency", Code::ReferenceUnknown));
    }
    if let Some(code) = &filter.task {
        let found = match programme {
            Some(programme) => task::by_code(view, programme.id, code.clone()).await?,
            None => None,
        };
        if found.is_none() {
            faults.push(Fault::new("/task", Code::ReferenceUnknown));
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    reaches_all(view.ctx(), programme.map(|programme| &**programme))?;
    Ok(programme.map(|programme| programme.id))
}

/// What is published under one name must be the whole of it, not what the caller happens to see.
fn reaches_all(ctx: &Ctx, programme: Option<&Programme>) -> Result<(), Refusal> {
    let id = programme.map(|programme| programme.id);
    ctx.allow_on(Action::FreezeStatistics, &Resource { programme: id, ..Resource::default() })?;
    let scope = ctx.report_scope();
    if scope.is_all() || scope.open.iter().any(|opened| id.is_some() && *opened == (None, id)) {
        return Ok(());
    }
    Err(Refusal::worded(
        Code::Forbidden,
        "Chỉ công bố được số liệu của chương trình mà vai trò của bạn bao quát toàn bộ.",
        "Figures can be published only of a programme that your roles reach as a whole.",
    ))
}

fn faulty(pointer: &str, code: Code) -> Refusal {
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(pointer, code)])
}

/// What is wrong with a question is wrong with the body that holds it.
fn of_body(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == Code::QueryInvalid => Refusal::with_faults(Code::BodyInvalid, refusal.faults).into(),
        other => other,
    }
}

fn news(frozen: &Frozen) -> News {
    News {
        kind: domain::event::EventKind::StatisticsFrozen,
        subject: ("frozenStatistics", frozen.id.uuid()),
        agency: frozen.agency,
        addressee: None,
        programme: frozen.programme,
        is_public: true,
        body: json!({"title": frozen.title, "asOf": frozen.as_of, "contentSha256": frozen.content_sha256}),
    }
}

/// A page of frozen figures, of a programme where one is named, the newest first.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, programme: Option<&str>, args: &PageArgs) -> Result<Listing<Frozen>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = format!("frozen {programme:?}");
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let Some(programme) = of_programme(view, programme).await? else {
        return Ok(Listing::default());
    };
    let page = view.read(move |conn| frozen::page(conn, programme, &request)).await?;
    Ok(Listing::of(page, &list, |frozen| frozen.id.uuid()))
}

/// How many frozen figures there are.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View, programme: Option<&str>) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(programme) = of_programme(view, programme).await? else { return Ok(0) };
    view.read(move |conn| frozen::count(conn, programme)).await
}

/// The programme with a code; `None` when nothing can fit.
async fn of_programme(view: &View, code: Option<&str>) -> Result<Option<Option<ProgrammeId>>, Error> {
    let Some(code) = code else { return Ok(Some(None)) };
    Ok(view.catalogue().await?.programme_by_code(code).map(|programme| Some(programme.id)))
}

/// The frozen figures with this identifier.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: FrozenId) -> Result<Option<Frozen>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    view.read(move |conn| frozen::by_id(conn, id)).await
}

/// The figures as they were told.
///
/// # Errors
/// When the database fails.
pub async fn contents(view: &View, ids: Vec<FrozenId>) -> Result<HashMap<FrozenId, Statistics>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let kept = view.read(move |conn| frozen::contents(conn, &ids)).await?;
    let mut contents: Vec<(FrozenId, Content)> = Vec::new();
    for (id, text) in kept {
        contents.push((id, Content::read(&text)?));
    }
    let tasks: Vec<_> = contents.iter().flat_map(|(_, content)| content.tasks()).collect();
    let tasks = if tasks.is_empty() { HashMap::new() } else { task::by_ids(view, tasks).await? };
    let catalogue = view.catalogue().await?;
    Ok(contents.into_iter().map(|(id, content)| (id, content.told(catalogue, &tasks))).collect())
}
