//! Saying what an agency brought about: recorded once, many at once, corrected, withdrawn.
//! Must not take what is another agency's, nor lose a version; the log tells what was done and never what was said.
//! What is said is read in `said`; the rows are `persistence::deliverable`.

use std::{collections::HashSet, sync::Arc};

use auth::Ctx;
use domain::{
    account::AccountId,
    agency::AgencyId,
    deliverable::{Change, DeliverableId, Record},
    error::{Code, Fault, Refusal},
    policy::{Action, Resource},
    revision::Revisions,
};
use persistence::{
    Conn, DbError,
    deliverable::{self as stored, By},
};
use serde_json::json;

use super::{
    Shown,
    said::{Known, MAX_ROWS, NewDeliverable, Owner, Said},
};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, record, record_all as note_all, watched},
    catalogue::Catalogue,
    idempotency::{once, scope_of},
    identity::current,
    words,
};

const ONE: &str = "record_deliverable";
const MANY: &str = "record_deliverables";
const MAX_REASON: usize = 2000;
const MAX_REF: usize = 128;
/// In Vietnamese and English, of a reference in use.
const REF_TAKEN: (&str, &str) = (
    "Số tham chiếu này đã dùng cho một sản phẩm, hoạt động khác của cơ quan.",
    "This reference names another deliverable of the agency already.",
);

/// Records a deliverable of the caller's agency once for its key.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`, `BODY_INVALID` with every fault, `EXTERNAL_REF_TAKEN`, and those of the key.
pub async fn record_one(
    app: &App,
    ctx: &Ctx,
    new: NewDeliverable,
    key: OnceKey,
    render: impl Fn(&Shown) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    let all = Arc::new(vec![new]);
    make(app, ctx, (ONE, all), key, move |made| render(made.first().ok_or(Error::Internal("nothing was recorded"))?)).await
}

/// Records many deliverables together, or none, once for their key.
///
/// # Errors
/// As those of [`record_one`]; the place of a fault begins with that of its row.
pub async fn record_all(
    app: &App,
    ctx: &Ctx,
    all: Arc<Vec<NewDeliverable>>,
    key: OnceKey,
    render: impl Fn(&[Shown]) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    make(app, ctx, (MANY, all), key, render).await
}

async fn make(
    app: &App,
    ctx: &Ctx,
    (operation, all): (&'static str, Arc<Vec<NewDeliverable>>),
    key: OnceKey,
    render: impl Fn(&[Shown]) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(operation), async {
        ctx.allow(Action::RecordDeliverables)?;
        let scope = scope_of(ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?);
        let (app_, ctx_) = (app.clone(), ctx.clone());
        once(app, scope, operation, key, move |conn| render(&store(&app_, conn, &ctx_, operation, &all)?)).await
    })
    .await
}

/// Does everything that [`record_all`] does and undoes it; tells how many would be recorded.
///
/// # Errors
/// As those of [`record_all`], but for the key.
pub async fn rehearse_all(app: &App, ctx: &Ctx, all: Arc<Vec<NewDeliverable>>) -> Result<usize, Error> {
    watched(app, ctx, Deed::new(MANY), async {
        ctx.allow(Action::RecordDeliverables)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.rehearse(move |conn| Ok::<_, Error>(store(&app_, conn, &ctx_, MANY, &all)?.len())).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, operation: &'static str, all: &[NewDeliverable]) -> Result<Vec<Shown>, Error> {
    let ctx = &current(app, conn, ctx)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let catalogue = app.0.catalogue.current(conn)?;
    if all.is_empty() || all.len() > MAX_ROWS {
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/items", Code::LengthOutOfRange)]).into());
    }
    // 1. Whose they are; an attempt to speak for others refuses the whole.
    let owners = all.iter().map(|new| owner(&catalogue, ctx, new)).collect::<Result<Vec<_>, Error>>()?;
    // 2. What they name, and what is wrong with them.
    let records = read(app, conn, &catalogue, (operation, all), &owners)?;
    // 3. Rows, and an entry of the log for each.
    let by = By { account, at: app.0.clock.now(), change: Change::Recorded, reason: None };
    stored::insert_all(conn, &records, by).map_err(taken)?;
    let deed = |record: &Record| {
        let code = catalogue.agency_code(Some(record.agency));
        Deed::new(operation).on("deliverable", record.id).for_agency(code.as_deref()).with(json!({ "after": told(record) }))
    };
    note_all(app, conn, ctx, records.iter().map(deed).collect())?;
    Ok(records.into_iter().map(Shown::of).collect())
}

/// Every deliverable as it is to be stored, or every fault of all of them.
fn read(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    (operation, all): (&'static str, &[NewDeliverable]),
    owners: &[Option<Owner>],
) -> Result<Vec<Record>, Error> {
    let asked: Vec<(Owner, &Said)> = all.iter().zip(owners).filter_map(|(new, owner)| Some(((*owner)?, &new.said))).collect();
    let known = Known::load(conn, &asked)?;
    let mut references = taken_before(conn, all, owners)?;
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    for (i, (new, owner)) in all.iter().zip(owners).enumerate() {
        let at = if operation == MANY { format!("/items/{i}") } else { String::new() };
        let mut own = Vec::new();
        let external_ref = reference(new, &mut own);
        if owner.is_none() {
            own.push(Fault::new("/programme", Code::ProgrammeUnknown));
        } else if let Some((owner, reference)) = owner.zip(external_ref.clone())
            && !references.insert((owner.agency, reference))
        {
            own.push(Fault::worded("/externalRef", Code::ExternalRefTaken, REF_TAKEN.0, REF_TAKEN.1));
        }
        let content = owner.map(|owner| (owner, known.content(catalogue, owner, &new.said, app.0.clock.today())));
        match content {
            Some((owner, Ok(content))) if own.is_empty() => records.push(Record {
                id: app.0.ids.next(),
                programme: owner.programme,
                agency: owner.agency,
                external_ref,
                content,
                revision: 1,
                withdrawn_at: None,
                changed_at: app.0.clock.now(),
                is_inside: true,
            }),
            content => own.extend(content.and_then(|(_, read)| read.err()).into_iter().flatten()),
        }
        faults.extend(own.into_iter().map(|fault| Fault { pointer: format!("{at}{}", fault.pointer), ..fault }));
    }
    match faults.as_slice() {
        [] => Ok(records),
        [one] if operation == ONE && one.code == Code::ExternalRefTaken => Err(reference_taken().into()),
        _ => Err(Refusal::with_faults(Code::BodyInvalid, faults).into()),
    }
}

/// The sender's own reference; what is wrong with it is told.
fn reference(new: &NewDeliverable, faults: &mut Vec<Fault>) -> Option<String> {
    let given = new.external_ref.as_deref()?;
    words::line("/externalRef", given, MAX_REF).map_err(|fault| faults.push(fault)).ok()
}

/// The references among those given that are in use, in one statement.
fn taken_before(conn: &mut Conn, all: &[NewDeliverable], owners: &[Option<Owner>]) -> Result<HashSet<(AgencyId, String)>, DbError> {
    let mut agencies: Vec<AgencyId> = owners.iter().flatten().map(|owner| owner.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    let given: Vec<String> = all.iter().filter_map(|new| reference(new, &mut Vec::new())).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    Ok(stored::external_refs(conn, &agencies, &given)?.into_iter().collect())
}

fn reference_taken() -> Refusal {
    Refusal::worded(Code::ExternalRefTaken, REF_TAKEN.0, REF_TAKEN.1)
}

fn taken(error: DbError) -> Error {
    match error {
        DbError::Unique(rule) if rule.contains("external_ref") => reference_taken().into(),
        // What it names went away in between: looked up again, that is told by name.
        DbError::ForeignKey(_) => DbError::Serialisation.into(),
        other => other.into(),
    }
}

/// Whose a new deliverable is: one of the agencies for which the caller may record in the programme; `None` where there is no such
/// programme.
fn owner(catalogue: &Catalogue, ctx: &Ctx, new: &NewDeliverable) -> Result<Option<Owner>, Error> {
    let programme = catalogue.programme_by_code(&new.programme).map(|programme| programme.id);
    let may = |agency: AgencyId| {
        let on = Resource { agency: Some(agency), programme, ..Resource::default() };
        ctx.allow_on(Action::RecordDeliverables, &on).is_ok()
    };
    let agency = if let Some(code) = &new.agency {
        let named = catalogue.agency_by_code(code).map(|agency| agency.id).filter(|agency| may(*agency));
        named.ok_or_else(|| Refusal::new(Code::AgencyNotYours))?
    } else {
        let own = ctx.agencies_for(Action::RecordDeliverables, programme);
        let first = ctx.account().and_then(|account| account.agency).filter(|agency| own.contains(agency));
        first.or_else(|| own.first().copied()).ok_or_else(|| Refusal::new(Code::Forbidden))?
    };
    Ok(programme.map(|programme| Owner { programme, agency, kind: new.kind }))
}

/// What the log is told: neither title nor fields, which may be of people and of claims; they are kept with each version.
fn told(record: &Record) -> serde_json::Value {
    let content = &record.content;
    json!({"kind": record.kind().label(), "year": content.year, "visibility": content.visibility.label(), "revision": record.revision})
}

/// Says of a deliverable something else, over the revision that the caller has seen; what was said before is kept.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `PRECONDITION_FAILED`, `WRONG_STATE` once it is withdrawn, `BODY_INVALID` with every fault.
pub async fn correct(app: &App, ctx: &Ctx, (id, revision): (DeliverableId, impl Into<Revisions>), said: Said) -> Result<(), Error> {
    const OPERATION: &str = "correct_deliverable";
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new(OPERATION).on("deliverable", id), async {
        ctx.allow(Action::RecordDeliverables)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let (before, account) = changeable(&app_, conn, &ctx_, id, &revision)?;
            let catalogue = app_.0.catalogue.current(conn)?;
            let owner = Owner { programme: before.programme, agency: before.agency, kind: before.kind() };
            let known = Known::load(conn, &[(owner, &said)])?;
            let content = known.content(&catalogue, owner, &said, app_.0.clock.today());
            let content = content.map_err(|faults| Refusal::with_faults(Code::BodyInvalid, faults))?;
            let after = Record { content, ..before.clone() };
            changed(&app_, conn, &ctx_, (OPERATION, before, after), (account, Change::Corrected, None))
        };
        app.0.db.append(work).await
    })
    .await
}

/// Takes a deliverable out of what counts, for a reason; nothing of it is deleted.
///
/// # Errors
/// As those of [`correct`].
pub async fn withdraw(app: &App, ctx: &Ctx, (id, revision): (DeliverableId, impl Into<Revisions>), reason: &str) -> Result<(), Error> {
    const OPERATION: &str = "withdraw_deliverable";
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new(OPERATION).on("deliverable", id), async {
        ctx.allow(Action::RecordDeliverables)?;
        let reason = words::words("/reason", reason, MAX_REASON)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let (before, account) = changeable(&app_, conn, &ctx_, id, &revision)?;
            let after = Record { withdrawn_at: Some(app_.0.clock.now()), ..before.clone() };
            changed(&app_, conn, &ctx_, (OPERATION, before, after), (account, Change::Withdrawn, Some(&reason)))
        };
        app.0.db.append(work).await
    })
    .await
}

/// The deliverable, if the caller may change it and has seen its revision.
fn changeable(app: &App, conn: &mut Conn, ctx: &Ctx, id: DeliverableId, revision: &Revisions) -> Result<(Record, AccountId), Error> {
    let ctx = &current(app, conn, ctx)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let found = stored::by_ids(conn, &ctx.deliverable_scope(), &[id])?.pop();
    // What the caller sees only because it is public is nothing that it could change.
    let record = found.filter(|record| record.is_inside).ok_or_else(|| Refusal::new(Code::NotFound))?;
    let on = Resource { agency: Some(record.agency), programme: Some(record.programme), ..Resource::default() };
    ctx.allow_on(Action::RecordDeliverables, &on)?;
    revision.check(record.revision)?;
    if record.withdrawn_at.is_some() {
        return Err(Refusal::new(Code::WrongState).into());
    }
    Ok((record, account))
}

fn changed(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    (operation, before, after): (&'static str, Record, Record),
    (account, change, reason): (AccountId, Change, Option<&str>),
) -> Result<(), Error> {
    let now = app.0.clock.now();
    let after = Record { revision: before.revision + 1, changed_at: now, ..after };
    if !stored::change(conn, &after, By { account, at: now, change, reason }).map_err(taken)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    let code = app.0.catalogue.current(conn)?.agency_code(Some(after.agency));
    let deed = Deed::new(operation).on("deliverable", after.id).for_agency(code.as_deref());
    Ok(record(app, conn, ctx, deed.with(json!({ "before": told(&before), "after": told(&after) })))?)
}
