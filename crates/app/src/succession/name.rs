//! Naming a successor for what has no owner. It is an event of its own: a transfer of exactly these duties, on a document.
//! Must not take anything from whoever has it.
//! The queue is filled by `happen`.

use std::collections::{BTreeMap, HashSet};

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    event::EventKind,
    id::Id,
    obligation::Obligation,
    policy::{Action, Resource},
    programme::ProgrammeId,
    succession::{AgencyEvent, AgencyEventKind, DutySet, Life, Share, State, judge_naming},
    task::TaskId,
};
use persistence::{
    Conn,
    seed::stamp_catalogue,
    succession as stored,
    succession_queue::{self as waiting, Waiting},
};
use serde_json::json;

use super::{
    collectives,
    draft::next_rank,
    ended,
    happen::{By, can_take, give, hand_over, raced, told},
    places,
};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    document::named_in,
    identity::current,
    import::stamp,
    outbox::announce_all,
    place::{NewPlace, cite},
};

/// Who is to answer for what has no owner.
#[derive(Clone, Debug)]
pub struct NamingDraft {
    /// Identifiers of entries of the queue.
    pub entries: Vec<String>,
    /// Code.
    pub successor: String,
    /// The first day.
    pub effective_on: NaiveDate,
    /// Number or identifier of the document.
    pub basis: String,
    /// Where in it.
    pub place: NewPlace,
}

/// What came of naming.
#[derive(Clone, Debug)]
pub struct Named {
    /// One for each agency whose duties these were.
    pub events: Vec<AgencyEvent>,
    pub resolved: usize,
}

/// Names a successor for entries of the queue.
///
/// # Errors
/// `FORBIDDEN` without the right, or at each entry of a programme for which the caller has no grant; `BODY_INVALID` with every fault.
pub async fn name(app: &App, ctx: &Ctx, draft: NamingDraft) -> Result<Named, Error> {
    watched(app, ctx, Deed::new("name_successor"), async {
        ctx.allow(Action::NameSuccessor)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| in_transaction(&app_, conn, &ctx_, &draft)).await
    })
    .await
}

fn in_transaction(app: &App, conn: &mut Conn, ctx: &Ctx, draft: &NamingDraft) -> Result<Named, Error> {
    let ctx = current(app, conn, ctx)?;
    ctx.allow(Action::NameSuccessor)?;
    let catalogue = app.0.catalogue.current(conn)?;
    // 1. What is named for what.
    let basis = named_in(conn, "/basis", draft.basis.trim())?;
    let mut faults = Vec::new();
    let place = draft.place.read(&mut faults);
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    let entries = entries(conn, &ctx, &catalogue, draft, app.0.clock.today())?;
    let successor = catalogue.agency_by_code(&draft.successor).ok_or_else(|| invalid("/successor", Code::ReferenceUnknown))?;
    if !can_take(successor, draft.effective_on) {
        return Err(invalid("/successor", Code::RuleBroken));
    }
    let events = events(app, &catalogue, draft, (basis, successor.id), &entries)?;
    // 2. The duties go to it from that day on, and further where it has given them away since.
    let assigned: Vec<_> = entries.iter().filter_map(|entry| entry.assignment.as_ref()).map(|assignment| assignment.id).collect();
    let held = stored::held_beside(conn, &assigned, catalogue.duties())?;
    let state = State::new(held, places(&catalogue), collectives(&catalogue)).without(ended(&catalogue));
    let mut state = catalogue.with_roles(state, |one| entries.iter().any(|entry| entry.role == Some(one.role)));
    let by = (ctx.account().map(|account| account.id), app.0.clock.now());
    for event in &events {
        stored::insert_event(conn, event, &*app.0.ids, by).map_err(raced)?;
        cite(app, conn, (event.id.uuid(), event.basis), place.as_ref())?;
        for entry in entries.iter().filter(|entry| event.predecessors.contains(&entry.agency)) {
            if let Some(assignment) = &entry.assignment {
                state.name(event, assignment.id, successor.id, &*app.0.ids);
            }
            if let Some(role) = entry.role {
                state.name_role(event, role, entry.agency, successor.id);
            }
        }
    }
    for later in catalogue.events().iter().filter(|later| later.effective_on > draft.effective_on) {
        state.step(later, &*app.0.ids);
    }
    let known: Vec<AgencyEvent> = catalogue.events().iter().chain(&events).cloned().collect();
    stored::store(conn, &state.moved(), &known, &*app.0.ids)?;
    // 3. What is owed.
    let owed: Vec<_> = entries.iter().filter_map(|entry| entry.obligation.clone()).map(|owed| (owed, successor.id)).collect();
    give(app, conn, (&owed, draft.effective_on), by)?;
    pass_on(app, conn, &catalogue, (&owed, draft.effective_on), by)?;
    // 4. The entries are settled.
    let mut resolved = 0;
    for event in &events {
        let of_event: Vec<_> = entries.iter().filter(|entry| event.predecessors.contains(&entry.agency)).map(|entry| entry.id).collect();
        resolved += waiting::resolve(conn, &catalogue.waits_on(app.0.clock.today()), &of_event, event.id)?;
    }
    stamp_catalogue(conn, stamp(app))?;
    announce_all(app, conn, events.iter().map(|event| told(event, EventKind::SuccessorNamed)).collect())?;
    let after = json!({"successor": draft.successor, "entries": draft.entries, "effectiveOn": draft.effective_on});
    record(app, conn, &ctx, Deed::new("name_successor").on("agency", &draft.successor).with(json!({ "after": after })))?;
    Ok(Named { events, resolved })
}

/// What was given on a day, and nothing else, goes on to whoever took the duty since.
fn pass_on(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    (owed, day): (&[(Obligation, AgencyId)], NaiveDate),
    by: By,
) -> Result<(), Error> {
    type Key = (ProgrammeId, Option<TaskId>, String, String, AgencyId);
    let key = |one: &Obligation, agency: AgencyId| -> Key {
        (one.programme, one.task, one.regime_code.to_string(), one.period.to_string(), agency)
    };
    let mut held: HashSet<Key> = owed.iter().map(|(one, to)| key(one, *to)).collect();
    for later in catalogue.events().iter().filter(|later| day < later.effective_on) {
        if held.iter().any(|(.., holder)| later.predecessors.contains(holder)) {
            let is_meant = |one: &Obligation| held.contains(&key(one, one.agency));
            let (given, _) = hand_over(app, conn, catalogue, (later, &is_meant), by)?;
            held.extend(given.iter().map(|(one, to)| key(one, *to)));
        }
    }
    Ok(())
}

fn invalid(pointer: &str, code: Code) -> Error {
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(pointer, code)]).into()
}

/// The entries that are named, all of them open and waiting since before the day.
fn entries(conn: &mut Conn, ctx: &Ctx, catalogue: &Catalogue, draft: &NamingDraft, today: NaiveDate) -> Result<Vec<Waiting>, Error> {
    let on = catalogue.waits_on(today);
    let is_over = |entry: &Waiting| entry.role.is_some_and(|role| !on.roles.contains(&(role, entry.agency)));
    let ids: Vec<Option<Id<Waiting>>> = draft.entries.iter().map(|id| id.parse().ok()).collect();
    let found = waiting::queued(conn, &ids.iter().flatten().copied().collect::<Vec<_>>())?;
    covered(ctx, catalogue, &ids, &found)?;
    let (mut faults, mut entries) = (Vec::new(), Vec::new());
    for (i, id) in ids.iter().enumerate() {
        let pointer = format!("/entries/{i}");
        let entry = found.iter().find(|entry| Some(entry.id) == *id);
        let is_again = ids[..i].contains(id);
        match entry {
            _ if is_again => faults.push(Fault::new(pointer, Code::Duplicate)),
            None => faults.push(Fault::new(pointer, Code::ReferenceUnknown)),
            Some(entry) if entry.resolved_by.is_some() && entry.role.is_none_or(|_| is_over(entry)) => {
                let words = ("Đã có đơn vị kế thừa.", "A successor has been named.");
                faults.push(Fault::worded(pointer, Code::RuleBroken, words.0, words.1));
            }
            // What is signed now gives the role to somebody else.
            Some(entry) if is_over(entry) => {
                let words = ("Việc này không còn chờ người nhận.", "This waits no longer.");
                faults.push(Fault::worded(pointer, Code::RuleBroken, words.0, words.1));
            }
            Some(entry) if draft.effective_on < entry.since || never_held(catalogue, entry, draft.effective_on) => {
                let (vi, en) = (
                    format!("Việc này chờ người nhận từ ngày {}; ngày hiệu lực phải sau đó.", entry.since),
                    format!("This waits since {}; the day must be later.", entry.since),
                );
                faults.push(Fault::worded("/effectiveOn", Code::PeriodInconsistent, vi, en));
            }
            Some(entry) => entries.push(entry.clone()),
        }
    }
    if ids.is_empty() {
        faults.push(Fault::new("/entries", Code::FieldRequired));
    }
    if faults.is_empty() { Ok(entries) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) }
}

/// Every entry is of a programme for which the caller has a grant; one of every programme needs a grant for all.
fn covered(ctx: &Ctx, catalogue: &Catalogue, ids: &[Option<Id<Waiting>>], found: &[Waiting]) -> Result<(), Refusal> {
    let is_refused = |entry: &Waiting| {
        let programme = entry.programme.or_else(|| catalogue.role_subject(entry.role?)?.0);
        let on = Resource { programme, is_of_no_programme: programme.is_none(), ..Resource::default() };
        ctx.allow_on(Action::NameSuccessor, &on).is_err()
    };
    let refused = |id: &Option<Id<Waiting>>| found.iter().any(|entry| Some(entry.id) == *id && is_refused(entry));
    let at = |(i, _)| Fault::new(format!("/entries/{i}"), Code::Forbidden);
    let faults: Vec<Fault> = ids.iter().enumerate().filter(|(_, id)| refused(id)).map(at).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::Forbidden, faults)) }
}

/// An assignment in the name of nobody would end on the day on which it begins.
fn never_held(catalogue: &Catalogue, entry: &Waiting, day: NaiveDate) -> bool {
    let is_collective = |agency| catalogue.agency(agency).is_some_and(|agency| agency.collective.is_some());
    // A role goes on from the day after it was signed.
    if entry.role.is_some_and(|role| !catalogue.is_left_before(role, entry.agency, day)) {
        return true;
    }
    entry.assignment.as_ref().is_some_and(|assignment| {
        !is_collective(assignment.agency) && assignment.validity.to.is_none() && assignment.validity.from.is_some_and(|from| day <= from)
    })
}

/// One transfer for each agency whose duties these were.
fn events(
    app: &App,
    catalogue: &Catalogue,
    draft: &NamingDraft,
    (basis, successor): (domain::document::DocumentId, AgencyId),
    entries: &[Waiting],
) -> Result<Vec<AgencyEvent>, Error> {
    let mut sets: BTreeMap<AgencyId, Vec<DutySet>> = BTreeMap::new();
    for entry in entries {
        let task = entry.assignment.as_ref().map(|assignment| assignment.task).or(entry.obligation.as_ref().and_then(|owed| owed.task));
        let of_agency = sets.entry(entry.agency).or_default();
        // A role that is named for goes by itself: other work of its programme stays where it is.
        let programme = entry.programme.filter(|_| entry.role.is_none()).map(DutySet::Programme);
        let set = task.map(DutySet::Task).or(programme).filter(|set| !of_agency.contains(set));
        of_agency.extend(set);
    }
    let first = next_rank(catalogue, draft.effective_on);
    let mut events = Vec::new();
    for (rank, (agency, sets)) in (first..).zip(sets) {
        let id = app.0.ids.next();
        let event = AgencyEvent {
            id,
            code: id.to_string().into(),
            kind: AgencyEventKind::FunctionTransfer,
            effective_on: draft.effective_on,
            rank,
            basis,
            predecessors: vec![agency],
            successors: vec![successor],
            shares: sets.into_iter().map(|duties| Share { successor, duties }).collect(),
            note: None,
            attestation: None,
        };
        let faults = judge_naming(&event, &|id| catalogue.agency(id).map(|agency| Life::of(agency)));
        if !faults.is_empty() {
            return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
        }
        events.push(event);
    }
    Ok(events)
}
