//! Letting an event happen, in the transaction of its caller: agencies end and begin, duties move, what nobody takes is queued.
//! Must not judge the event again; whoever calls has.
//! Reading what somebody writes down is `draft`; files come through `import::organisation`.

use domain::{
    account::AccountId,
    agency::{Agency, AgencyId, AgencyVersion},
    document::Place,
    event::EventKind,
    id::Id,
    obligation::{Obligation, ObligationId},
    programme::ProgrammeId,
    succession::{AgencyEvent, AgencyEventKind, AgencyRole, Fate, Held, Moved, SignedRole, State},
    task::Assignment,
};
use persistence::{Conn, DbError, obligation as obligations, organisation, rows::AgencyRow, seed::stamp_catalogue, succession as stored};
use serde_json::json;

use super::{MovedAssignment, MovedPlace, MovedRole, Moves, codes_of, collectives, designated, ended, owed, places, seats::vacated};
use crate::{
    App, Error,
    catalogue::Catalogue,
    import::stamp,
    obligation::news,
    outbox::{News, announce_all},
    place::cite,
};

/// An agency that an event makes.
#[derive(Clone, Debug)]
pub(crate) struct Created {
    pub id: AgencyId,
    pub code: String,
    pub version: AgencyVersion,
}

/// An event that holds together, with the rows that it makes.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    pub event: AgencyEvent,
    /// Where in its document it stands.
    pub place: Option<Place>,
    pub created: Vec<Created>,
    pub becomes: Option<AgencyVersion>,
}

/// Lets an event happen.
pub(crate) fn happen(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    happening: &Happening,
    account: Option<AccountId>,
) -> Result<Moves, Error> {
    let event = &happening.event;
    let by = (account, app.0.clock.now());
    // 1. Who begins, who ends, who is called otherwise.
    begin_and_end(app, conn, happening)?;
    stored::insert_event(conn, event, &*app.0.ids, by).map_err(raced)?;
    cite(app, conn, (event.id.uuid(), event.basis), happening.place.as_ref())?;
    // 2. Assignments, roles and rolls.
    let mut concerned: Vec<AgencyId> = event.predecessors.iter().chain(&event.successors).copied().collect();
    if event.kind.ends() {
        concerned.extend(collectives(catalogue));
    }
    let held = stored::held_after(conn, &concerned, event.effective_on, catalogue.duties())?;
    let designated = designated(catalogue, Some(event.effective_on));
    let state = State::new(held.clone(), places(catalogue), collectives(catalogue)).without(ended(catalogue)).designating(designated);
    let mut state = catalogue.with_roles(state, |_| true);
    state.step(event, &*app.0.ids);
    let moved = state.moved();
    stored::store(conn, &moved, std::slice::from_ref(event), &*app.0.ids)?;
    // 3. What is owed for periods that end on the day or later.
    let (given, left) = hand_over(app, conn, catalogue, (event, &|_| true), by)?;
    // 4. What to show of it.
    let mut moves = Moves { assignments: assigned(conn, event, &held, &moved)?, roles: roles(catalogue, &moved), ..Moves::default() };
    moves.obligations = given.iter().map(|(old, new)| owed(old, Some(*new))).chain(left.iter().map(|old| owed(old, None))).collect();
    let place_left = |place: Id<domain::agency::AgencyMember>| places(catalogue).into_iter().find(|known| known.id == place);
    let leaving = moved.left.iter().filter_map(|(place, _)| place_left(*place)).map(|place| (place, false));
    let joining = moved.joined.iter().map(|(place, _)| (*place, true));
    moves.rolls =
        leaving.chain(joining).map(|(place, joins)| MovedPlace { collective: place.collective, member: place.member, joins }).collect();
    if event.kind.ends() {
        moves.seats = vacated(conn, catalogue, &event.predecessors, event.effective_on)?;
        moves.accounts = stored::accounts_of(conn, &event.predecessors)?;
        moves.grants = stored::grants_of(conn, &event.predecessors, event.effective_on)?;
    }
    // 5. Readers and followers.
    stamp_catalogue(conn, stamp(app))?;
    announce_all(app, conn, vec![told(event, EventKind::AgencyEventRecorded)])?;
    Ok(moves)
}

/// Another event of that day came in between: looked at again, this one is on record, or comes after it.
pub(super) fn raced(error: DbError) -> DbError {
    if matches!(error, DbError::Unique(_)) { DbError::Serialisation } else { error }
}

/// Which assignments an event moved, or left.
fn assigned(conn: &mut Conn, event: &AgencyEvent, held: &[Held], moved: &Moved) -> Result<Vec<MovedAssignment>, Error> {
    let tasks: Vec<_> = held.iter().map(|held| held.assignment.task).collect();
    let codes = codes_of(conn, &tasks)?;
    let mut found = Vec::new();
    for one in held {
        let id = one.assignment.id;
        let is_closed = moved.closed.iter().any(|(closed, _)| *closed == id);
        let queued = moved.queued.iter().find(|queued| queued.assignment == id);
        let Some(programme) = one.duty.programme.filter(|_| is_closed || queued.is_some()) else { continue };
        let to = match event.fate(one.assignment.agency, &one.duty) {
            Fate::Goes(successor) if queued.is_none() => Some(successor),
            _ => None,
        };
        found.push(MovedAssignment {
            task: one.assignment.task,
            programme,
            task_code: codes.get(&one.assignment.task).cloned().unwrap_or_default(),
            role: one.assignment.role,
            from: queued.map_or(one.assignment.agency, |queued| queued.agency),
            to,
        });
    }
    Ok(found)
}

/// Which roles beside tasks an event moved, or left.
fn roles(catalogue: &Catalogue, moved: &Moved) -> Vec<MovedRole> {
    let given = moved.roles.iter().map(|one| (one.role, one.from, Some(one.to)));
    let mut all: Vec<_> = given.chain(moved.queued_roles.iter().map(|one| (one.role, one.agency, None))).collect();
    all.sort_by_key(|(role, from, _)| (catalogue.role_subject(*role), role.kind, *from));
    let shown = |(role, from, to): (AgencyRole, AgencyId, Option<AgencyId>)| {
        let (programme, code) = catalogue.role_subject(role)?;
        Some(MovedRole { kind: role.kind, programme, code: code.to_owned(), from, to })
    };
    all.into_iter().filter_map(shown).collect()
}

/// What followers are told of an event.
pub(super) fn told(event: &AgencyEvent, kind: EventKind) -> News {
    News {
        kind,
        subject: ("agencyEvent", event.id.uuid()),
        agency: event.predecessors.first().copied(),
        addressee: None,
        programme: None,
        is_public: true,
        body: json!({"code": &*event.code, "kind": event.kind.label(), "effectiveOn": event.effective_on}),
    }
}

fn begin_and_end(app: &App, conn: &mut Conn, happening: &Happening) -> Result<(), Error> {
    let event = &happening.event;
    let row = |created: &Created| AgencyRow {
        id: created.id.into(),
        code: created.code.clone(),
        is_collective: false,
        membership_rule: None,
        membership_complete: None,
        created_at: app.0.clock.now().naive_utc(),
    };
    let rows: Vec<AgencyRow> = happening.created.iter().map(row).collect();
    let versions: Vec<_> = happening.created.iter().map(|created| organisation::version_row(created.id, &created.version)).collect();
    organisation::insert_agencies(conn, &rows, &versions)?;
    if event.kind.ends() || event.kind == AgencyEventKind::Rename {
        organisation::end_versions(conn, &event.predecessors, event.effective_on)?;
    }
    if event.kind.ends() {
        organisation::end_beside(conn, &event.predecessors, event.effective_on)?;
    }
    if let (Some(version), Some(agency)) = (&happening.becomes, event.predecessors.first()) {
        organisation::insert_version(conn, &organisation::version_row(*agency, version))?;
    }
    Ok(())
}

pub(super) type By = (Option<AccountId>, chrono::DateTime<chrono::Utc>);
/// What was given to whom, and what was left without an owner.
pub(super) type HandedOver = (Vec<(Obligation, AgencyId)>, Vec<Obligation>);

/// Obligations of the predecessors go to whoever takes the duty, or to the queue; either way their agency owes them no more.
pub(super) fn hand_over(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    (event, is_meant): (&AgencyEvent, &dyn Fn(&Obligation) -> bool),
    by: By,
) -> Result<HandedOver, Error> {
    if event.kind == AgencyEventKind::Rename {
        return Ok(HandedOver::default());
    }
    let (mut given, mut left) = HandedOver::default();
    for obligation in stored::owed_after(conn, &event.predecessors, (event.effective_on, event.kind.ends()))? {
        // What is owed as one of many stays with whoever is on the roll, whatever work it gave away.
        if !is_meant(&obligation) || (!event.kind.ends() && is_owed_by_roll(catalogue, &obligation)) {
            continue;
        }
        match event.fate(obligation.agency, &catalogue.duties().duty(obligation.programme, obligation.task)) {
            Fate::Stays => {}
            Fate::Goes(successor) => given.push((obligation, successor)),
            Fate::Unowned => left.push(obligation),
        }
    }
    // A period that was over belongs to whoever was there in it: an agency that owes its own of that period does not take another.
    let own = stored::owed_already(conn, &given)?;
    given.retain(|(old, _)| old.window.to >= event.effective_on || !own.contains(&old.id));
    let gone: Vec<ObligationId> = given.iter().map(|(old, _)| old).chain(&left).map(|old| old.id).collect();
    stored::exclude(conn, (&gone, true), (&reason(event), event.effective_on), &*app.0.ids, by)?;
    give(app, conn, (&given, event.effective_on), by)?;
    stored::queue_obligations(conn, event, &left.iter().collect::<Vec<_>>(), &*app.0.ids)?;
    let news = given.iter().map(|(old, _)| old).chain(&left).map(|old| news(EventKind::ObligationExcluded, old));
    announce_all(app, conn, news.collect())?;
    Ok((given, left))
}

/// Whether an obligation rests on the roll of a collective, and on no document that names the agency.
fn is_owed_by_roll(catalogue: &Catalogue, owed: &Obligation) -> bool {
    let Some(collective) = owed.through else { return false };
    owed.task.is_none_or(|task| catalogue.designated_on(task, collective, owed.window.to).is_none())
}

/// Makes successors owe what others owed; what they owe already stays as it is.
pub(super) fn give(
    app: &App,
    conn: &mut Conn,
    (given, day): (&[(Obligation, AgencyId)], chrono::NaiveDate),
    (_, at): By,
) -> Result<(), Error> {
    let new = |(old, successor): &(Obligation, AgencyId)| Obligation {
        id: app.0.ids.next(),
        agency: *successor,
        is_excluded: false,
        created_at: at,
        owed_from: Some(day),
        ..old.clone()
    };
    obligations::insert(conn, &given.iter().map(new).collect::<Vec<_>>())?;
    Ok(())
}

fn reason(event: &AgencyEvent) -> String {
    format!("Chuyển giao theo sự kiện {} ({}) từ ngày {}.", event.code, event.kind, event.effective_on.format("%d/%m/%Y"))
}

/// Lets everything that was recorded happen to what a programme's file has just assigned: its agencies may be no more.
pub(crate) fn settle_programme(app: &App, conn: &mut Conn, programme: ProgrammeId) -> Result<(), Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    if catalogue.events().is_empty() {
        return Ok(());
    }
    let held = stored::held_in(conn, programme, catalogue.duties())?;
    settle(app, conn, &catalogue, held, |one| one.programme == Some(programme)).map(|_| ())
}

/// As [`settle_programme`], for the tasks of these assignments; gives all parts in them as they stand then.
pub(crate) fn settle_assignments(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    new: &[Id<Assignment>],
) -> Result<Vec<Assignment>, Error> {
    let held = stored::held_beside(conn, new, catalogue.duties())?;
    settle(app, conn, catalogue, held, |_| false)
}

/// Lets what happened after a day happen to rolls that were told since, and to what is assigned through their words.
pub(crate) fn settle_rolls(app: &App, conn: &mut Conn, from: chrono::NaiveDate) -> Result<(), Error> {
    stamp_catalogue(conn, stamp(app))?;
    let catalogue = app.0.catalogue.current(conn)?;
    let words = collectives(&catalogue);
    // Who was named for words without an owner answers beside them: that moves no roll.
    let later = catalogue.events().iter().filter(|event| from < event.effective_on);
    let later: Vec<&AgencyEvent> = later.filter(|event| !event.predecessors.iter().any(|agency| words.contains(agency))).collect();
    if later.is_empty() {
        return Ok(());
    }
    let held = stored::held_after(conn, &words, from, catalogue.duties())?;
    let state = State::new(held, places(&catalogue), words).without(ended(&catalogue));
    let mut state = catalogue.with_roles(state, |_| true);
    for event in later {
        state.step(event, &*app.0.ids);
    }
    let moved = state.moved();
    stored::store(conn, &moved, catalogue.events(), &*app.0.ids)?;
    if touches_catalogue(&moved) {
        stamp_catalogue(conn, stamp(app))?;
    }
    Ok(())
}

fn settle(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    held: Vec<Held>,
    roles: impl Fn(&SignedRole) -> bool,
) -> Result<Vec<Assignment>, Error> {
    let state = State::new(held, places(catalogue), collectives(catalogue)).without(ended(catalogue));
    let state = state.designating(designated(catalogue, None));
    let mut state = catalogue.with_roles(state, roles);
    for event in catalogue.events() {
        state.step(event, &*app.0.ids);
    }
    let parts = state.held().iter().map(|held| held.assignment.clone()).collect();
    let moved = state.moved();
    stored::store(conn, &moved, catalogue.events(), &*app.0.ids)?;
    if touches_catalogue(&moved) {
        stamp_catalogue(conn, stamp(app))?;
    }
    Ok(parts)
}

/// Whether rolls or roles were moved, which readers keep in memory.
fn touches_catalogue(moved: &Moved) -> bool {
    !(moved.left.is_empty() && moved.joined.is_empty() && moved.roles.is_empty() && moved.queued_roles.is_empty())
}

/// Whether an agency is one that can take duties on a day.
pub(super) fn can_take(agency: &Agency, day: chrono::NaiveDate) -> bool {
    agency.collective.is_none() && agency.is_active_on(day)
}
