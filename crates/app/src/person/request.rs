//! Requests of people about their data: received, acknowledged, perhaps extended, done or refused, each by its clock.
//! Must not count a day itself, nor change a clock once it is told but where working days became known.
//! The rules are `domain::personal_request`; what a request has done is `rights` and `export`.

use std::collections::HashMap;

use auth::Ctx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    clock::local_day,
    error::{Code, Fault, Refusal},
    person::{MAX_WORDS, PersonId},
    personal_request::{
        Deadlines, PersonalRequest, PersonalRequestId, RequestChannel, RequestKind, RequestState, RequestStep, clock_for, deadlines, judge,
    },
    policy::Action,
    revision::Revisions,
};
use persistence::{Conn, person, personal_request as stored};
use serde_json::{Value, json};
use uuid::Uuid;

use super::still;
use crate::{
    App, Error, Made, OnceKey, View,
    audit::{Deed, record, watched},
    document::grouped,
    idempotency::{made_once, scope_of},
    listing::{Listing, PageArgs},
    words::words,
};

const CREATE: &str = "create_personal_request";
/// Requests dated anew at once.
const BATCH: i64 = 500;

/// Which requests.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    pub person: Option<PersonId>,
    pub kind: Option<RequestKind>,
    pub state: Option<RequestState>,
    /// Only those that are late, or only those that are not.
    pub overdue: Option<bool>,
}

impl RequestFilter {
    fn asked(&self, now: DateTime<Utc>) -> stored::RequestFilter {
        let overdue = self.overdue.map(|is_late| stored::Overdue { is_late, now, today: local_day(now) });
        stored::RequestFilter { person: self.person, kind: self.kind, state: self.state, overdue }
    }
}

/// A page of requests, the newest first.
///
/// # Errors
/// `FORBIDDEN`; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &RequestFilter, args: &PageArgs) -> Result<Listing<PersonalRequest>, Error> {
    watched(view.app(), view.ctx(), Deed::new("list_personal_requests"), async {
        view.ctx().allow(Action::ReadPersons)?;
        let list = format!("personal requests {filter:?}");
        let request = args.request::<Uuid>(&list)?.map(PersonalRequestId::from_uuid);
        let filter = filter.asked(view.app().0.clock.now());
        let page = view.read(move |conn| stored::page(conn, &filter, &request)).await?;
        Ok(Listing::of(page, &list, |request| request.id.uuid()))
    })
    .await
}

/// How many requests there are.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn count(view: &View, filter: &RequestFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPersons)?;
    let filter = filter.asked(view.app().0.clock.now());
    view.read(move |conn| stored::count(conn, &filter)).await
}

/// The request with this identifier.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn by_id(view: &View, id: PersonalRequestId) -> Result<Option<PersonalRequest>, Error> {
    watched(view.app(), view.ctx(), Deed::new("get_personal_request").on("personal_request", id), async {
        view.ctx().allow(Action::ReadPersons)?;
        Ok(view.read(move |conn| stored::by_ids(conn, &[id])).await?.pop())
    })
    .await
}

/// The steps that these requests took.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn steps(view: &View, ids: Vec<PersonalRequestId>) -> Result<HashMap<PersonalRequestId, Vec<RequestStep>>, Error> {
    view.ctx().allow(Action::ReadPersons)?;
    Ok(grouped(view.read(move |conn| stored::steps(conn, &ids)).await?))
}

/// What time it is for a request's lateness.
pub fn now(view: &View) -> DateTime<Utc> {
    view.app().0.clock.now()
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub person: PersonId,
    pub kind: RequestKind,
    pub channel: RequestChannel,
    pub received_at: DateTime<Utc>,
    pub involves_third_party: bool,
}

/// Writes a request down, with what the law of the day of receipt gives it.
///
/// # Errors
/// `FORBIDDEN`; `BODY_INVALID` for a person that is not there, and for an instant that has not come.
pub async fn create(app: &App, ctx: &Ctx, new: NewRequest, key: Option<OnceKey>) -> Result<Made<PersonalRequestId>, Error> {
    watched(app, ctx, Deed::new(CREATE).on("person", new.person), async {
        ctx.allow(Action::HandlePersonalRequests)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let of = (CREATE, scope_of(account));
        made_once(app, (ctx, Action::HandlePersonalRequests), of, key, move |conn| store(&app_, conn, &ctx_, &new)).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewRequest) -> Result<PersonalRequestId, Error> {
    let ctx = &still(app, conn, ctx, Action::HandlePersonalRequests)?;
    let (now, mut faults) = (app.0.clock.now(), Vec::new());
    if person::by_ids(conn, &[new.person])?.is_empty() {
        faults.push(Fault::new("/person", Code::ReferenceUnknown));
    }
    if new.received_at > now {
        faults.push(Fault::new("/receivedAt", Code::OutOfRange));
    }
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    let request = PersonalRequest {
        id: app.0.ids.next(),
        person: new.person,
        kind: new.kind,
        channel: new.channel,
        received_at: new.received_at,
        involves_third_party: new.involves_third_party,
        state: RequestState::Received,
        deadlines: dated(app, conn, new.kind, new.received_at, new.involves_third_party)?,
        extended_until: None,
        revision: 1,
        recorded_by: acting(ctx)?,
        recorded_at: now,
    };
    stored::insert(conn, &request)?;
    let told = json!({"person": request.person.to_string(), "kind": request.kind.label(), "channel": request.channel.label(),
                      "receivedAt": request.received_at, "involvesThirdParty": request.involves_third_party, "clock": told_of(&request.deadlines)});
    record(app, conn, ctx, Deed::new(CREATE).on("personal_request", request.id).with(json!({ "after": told })))?;
    Ok(request.id)
}

fn acting(ctx: &Ctx) -> Result<domain::account::AccountId, Refusal> {
    Ok(ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id)
}

fn dated(app: &App, conn: &mut Conn, kind: RequestKind, received_at: DateTime<Utc>, third_party: bool) -> Result<Deadlines, Error> {
    let clocks = stored::clocks(conn)?;
    let catalogue = app.0.catalogue.current(conn)?;
    Ok(deadlines(clock_for(&clocks, kind, local_day(received_at)), received_at, third_party, catalogue.calendar()))
}

fn told_of(deadlines: &Deadlines) -> Value {
    json!({"state": deadlines.clock.label(), "basis": deadlines.basis, "acknowledgeBy": deadlines.acknowledge_by,
           "actBy": deadlines.act_by, "actByAt": deadlines.act_by_at})
}

/// A step to take.
#[derive(Clone, Debug)]
pub struct NewStep {
    pub step: RequestState,
    /// Now where nothing is said.
    pub at: Option<DateTime<Utc>>,
    pub until: Option<NaiveDate>,
    pub reason: Option<String>,
    pub legal_ground: Option<String>,
}

/// Takes a step with a request whose revision the caller has seen.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `WRONG_STATE`, `BODY_INVALID`.
pub async fn take(app: &App, ctx: &Ctx, (id, revision): (PersonalRequestId, impl Into<Revisions>), new: NewStep) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("move_personal_request").on("personal_request", id), async {
        ctx.allow(Action::HandlePersonalRequests)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| taken(&app_, conn, &ctx_, (id, &revision), &new)).await
    })
    .await
}

fn taken(app: &App, conn: &mut Conn, ctx: &Ctx, (id, revision): (PersonalRequestId, &Revisions), new: &NewStep) -> Result<(), Error> {
    let ctx = &still(app, conn, ctx, Action::HandlePersonalRequests)?;
    let found = stored::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    revision.check(found.revision)?;
    let now = app.0.clock.now();
    let read = |at: &str, text: &Option<String>| text.as_deref().map(|text| words(at, text, MAX_WORDS)).transpose();
    let step = RequestStep {
        step: new.step,
        taken_at: new.at.unwrap_or(now),
        until: new.until,
        reason: read("/reason", &new.reason)?,
        legal_ground: read("/legalGround", &new.legal_ground)?,
    };
    let clocks = stored::clocks(conn)?;
    let taken = stored::steps(conn, &[id])?;
    let last = taken.last().map_or(found.received_at, |(_, last)| last.taken_at);
    judge(&found, last, &step, clock_for(&clocks, found.kind, local_day(found.received_at)), now)?;
    let rank = i32::try_from(taken.len()).unwrap_or(i32::MAX - 1) + 1;
    let before = found.state;
    let next = PersonalRequest { state: step.step, extended_until: step.until.or(found.extended_until), ..found };
    if !stored::advance(conn, &next)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    stored::insert_step(conn, (id, rank), &step, (acting(ctx)?, now))?;
    let after = json!({"state": step.step.label(), "at": step.taken_at, "until": step.until, "reason": step.reason, "legalGround": step.legal_ground});
    let told = json!({"before": {"state": before.label()}, "after": after});
    Ok(record(app, conn, ctx, Deed::new("move_personal_request").on("personal_request", id).with(told))?)
}

/// Dates open requests whose working days are known by now; tells how many.
///
/// # Errors
/// When the database fails.
pub async fn date_unknown(app: &App, ctx: &Ctx) -> Result<usize, Error> {
    let (mut count, mut after) = (0, None);
    loop {
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let (moved, last) = app.0.db.write(move |conn| date_page(&app_, conn, &ctx_, after)).await?;
        count += moved;
        match last {
            None => return Ok(count),
            last => after = last,
        }
    }
}

/// Dates those of a page; tells how many, and the last that was looked at.
fn date_page(app: &App, conn: &mut Conn, ctx: &Ctx, after: Option<PersonalRequestId>) -> Result<(usize, Option<PersonalRequestId>), Error> {
    let page = stored::undated(conn, after, BATCH)?;
    let last = page.last().map(|request| request.id);
    let mut count = 0;
    for request in page {
        let fresh = dated(app, conn, request.kind, request.received_at, request.involves_third_party)?;
        if fresh == request.deadlines {
            continue;
        }
        let told = json!({"before": told_of(&request.deadlines), "after": told_of(&fresh)});
        let id = request.id;
        stored::advance(conn, &PersonalRequest { deadlines: fresh, ..request })?;
        record(app, conn, ctx, Deed::new("date_personal_request").on("personal_request", id).with(told))?;
        count += 1;
    }
    Ok((count, last))
}

/// The open request on whose account something is done with what is kept of a person.
pub(super) fn open_request(
    conn: &mut Conn,
    person: PersonId,
    request: Option<PersonalRequestId>,
) -> Result<Option<PersonalRequestId>, Error> {
    let Some(id) = request else { return Ok(None) };
    let found = stored::by_ids(conn, &[id])?.pop().filter(|found| found.person == person && found.state.is_open());
    let unknown = || Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/request", Code::ReferenceUnknown)]);
    Ok(Some(found.ok_or_else(unknown)?.id))
}
