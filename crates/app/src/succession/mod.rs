//! What happens to agencies: recording events, showing beforehand what they would move, and naming owners for what has none.
//! Must not decide where a duty goes; `domain::succession` does. Nothing is ever left with nobody.
//! Agencies themselves are changed by `organisation` and read by `agency`.

mod draft;
mod happen;
mod name;
mod roles;
mod seats;

use std::{collections::HashMap, sync::Arc};

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    account::{AccountId, Grant},
    agency::{Agency, AgencyId, AgencyVersion},
    designation::Designation,
    id::Id,
    obligation::{Obligation, ObligationId},
    period::{Frequency, Period},
    policy::Action,
    programme::ProgrammeId,
    succession::{AgencyEvent, AgencyRoleKind, Designated, Membership, after, heirs},
    task::{AssignmentRole, TaskId},
};
use persistence::{
    Conn,
    succession_queue::{self as waiting, Waiting, WaitingKey},
    task,
};
use serde_json::json;

pub use draft::{DutyDraft, EventDraft, NewAgency, SuccessorDraft};
pub(crate) use draft::{is_code, read as read_event, shares as read_shares, version as read_version};
pub(crate) use happen::{happen, settle_assignments, settle_programme, settle_rolls};
pub use name::{Named, NamingDraft, name};
pub use roles::{Holder, duty_holder, duty_others, duty_others_awaiting};
pub(crate) use roles::{KnownRoles, settle_receivers};
pub use seats::{SeatFacts, VacatedSeat, seats, seats_count};
pub use waiting::Waiting as Unowned;

use crate::{
    App, Error, View,
    audit::{Deed, watched},
    catalogue::Catalogue,
    identity::current,
    import::{ImportOptions, transact},
    listing::{Listing, PageArgs},
};

/// An event, and all that it moves.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub event: AgencyEvent,
    /// False for a preview: nothing was stored.
    pub applied: bool,
    pub moves: Moves,
}

/// All that an event moves or touches.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    pub assignments: Vec<MovedAssignment>,
    pub obligations: Vec<MovedObligation>,
    /// Roles beside tasks: duties of a programme, its standing agency, whom it reports to, who receives reports.
    pub roles: Vec<MovedRole>,
    pub rolls: Vec<MovedPlace>,
    /// What agencies that end leave in committees: seats that go with their posts, and committees that they served; they wait until a
    /// document says who is next. With duties that go from an agency which stays (`SPLIT`, `FUNCTION_TRANSFER`) none of this goes: seats,
    /// accounts and grants are of the agency, not of its duties, so that these three lists are empty then.
    pub seats: Vec<VacatedSeat>,
    /// Accounts of agencies that end: they stay, and somebody has to look after them.
    pub accounts: Vec<(AccountId, String, AgencyId)>,
    /// Grants for agencies that end, with login and role.
    pub grants: Vec<(Id<Grant>, String, String, AgencyId)>,
}

/// An assignment that goes from one agency to another, or to the queue.
#[derive(Clone, Debug)]
pub struct MovedAssignment {
    pub task: TaskId,
    pub programme: ProgrammeId,
    pub task_code: String,
    pub role: AssignmentRole,
    pub from: AgencyId,
    /// None where nobody takes it: it waits in the queue.
    pub to: Option<AgencyId>,
}

/// An obligation that goes from one agency to another, or to the queue.
#[derive(Clone, Debug)]
pub struct MovedObligation {
    pub id: ObligationId,
    pub regime: String,
    pub period: String,
    pub from: AgencyId,
    pub to: Option<AgencyId>,
}

/// A role beside tasks that goes from one agency to another, or to the queue.
#[derive(Clone, Debug)]
pub struct MovedRole {
    pub kind: AgencyRoleKind,
    /// None for a regime of every programme.
    pub programme: Option<ProgrammeId>,
    /// Of the duty, the regime or the programme.
    pub code: String,
    pub from: AgencyId,
    pub to: Option<AgencyId>,
}

/// A place on a roll that was left or taken.
#[derive(Clone, Copy, Debug)]
pub struct MovedPlace {
    pub collective: AgencyId,
    pub member: AgencyId,
    pub joins: bool,
}

/// Records an event, or only shows what it would move: the same code, undone at its end.
///
/// # Errors
/// `FORBIDDEN` without the right; `BODY_INVALID` with every fault; `ALREADY_EXISTS` for a code that an event has.
pub async fn record_event(app: &App, ctx: &Ctx, draft: EventDraft, dry_run: bool) -> Result<Recorded, Error> {
    watched(app, ctx, Deed::new("record_agency_event"), async {
        ctx.allow(Action::ManageAgencies)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let options = ImportOptions { dry_run, apply_changes: true };
        transact(app, ctx, options, move |conn| {
            let ctx = current(&app_, conn, &ctx_)?;
            ctx.allow(Action::ManageAgencies)?;
            let catalogue = app_.0.catalogue.current(conn)?;
            let happening = draft::read(&app_, conn, &catalogue, &draft)?;
            let moves = happen(&app_, conn, &catalogue, &happening, ctx.account().map(|account| account.id))?;
            let event = happening.event;
            let after = json!({"code": &*event.code, "kind": event.kind.label(), "effectiveOn": event.effective_on,
                "assignments": moves.assignments.len(), "obligations": moves.obligations.len(), "roles": moves.roles.len(),
                "seats": moves.seats.len()});
            let deed = Deed::new("record_agency_event").on("agencyEvent", event.id).with(json!({ "after": after }));
            Ok((Some(deed), Recorded { event, applied: !dry_run, moves }))
        })
        .await
    })
    .await
}

/// Every event that an agency had a part in, in the order of time; all where none is named.
///
/// # Errors
/// When the database fails.
pub async fn events(view: &View, agency: Option<AgencyId>) -> Result<Vec<AgencyEvent>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let events = view.catalogue().await?.events();
    let has_part =
        |event: &&AgencyEvent| agency.is_none_or(|agency| event.predecessors.contains(&agency) || event.successors.contains(&agency));
    Ok(events.iter().filter(has_part).cloned().collect())
}

/// What waits for an owner, the longest waiting first, of the programmes of which the caller may know it: now, from a later day on too, or
/// on a day that is named, whatever was settled from later days on.
///
/// # Errors
/// `FORBIDDEN` without the right; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn queue(view: &View, as_of: Option<NaiveDate>, args: &PageArgs) -> Result<Listing<Waiting>, Error> {
    view.ctx().allow(Action::ReadSuccession)?;
    let within = view.ctx().succession_scope().programmes();
    let list = format!("succession queue {as_of:?} {within:?}");
    let request = args.request::<(NaiveDate, uuid::Uuid)>(&list)?;
    let request = request.map(|(since, id)| WaitingKey { since, id: Id::from_uuid(id) });
    let catalogue = Arc::clone(view.catalogue().await?);
    let on = catalogue.waits_within((view.today(), as_of), within);
    let mut page = view.read(move |conn| waiting::queue(conn, &on, &request)).await?;
    for one in &mut page.items {
        of_programme(&catalogue, one);
    }
    Ok(Listing::of(page, &list, |waiting| (waiting.since, waiting.id.uuid())))
}

/// How much waits for an owner, as [`queue`] shows it.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn queue_count(view: &View, as_of: Option<NaiveDate>) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadSuccession)?;
    let within = view.ctx().succession_scope().programmes();
    let on = view.catalogue().await?.waits_within((view.today(), as_of), within);
    view.read(move |conn| waiting::queue_count(conn, &on)).await
}

/// Of which programme a role is that waits.
fn of_programme(catalogue: &Catalogue, one: &mut Waiting) {
    one.programme = one.programme.or_else(|| catalogue.role_subject(one.role?)?.0);
}

/// The codes of these tasks.
///
/// # Errors
/// When the database fails.
pub async fn task_codes(view: &View, waiting: &[Waiting]) -> Result<HashMap<TaskId, String>, Error> {
    view.ctx().allow(Action::ReadSuccession)?;
    let of = |one: &Waiting| one.assignment.as_ref().map(|a| a.task).or(one.obligation.as_ref().and_then(|owed| owed.task));
    let ids: Vec<TaskId> = waiting.iter().filter_map(of).collect();
    view.read(move |conn| codes_of(conn, &ids)).await
}

fn codes_of(conn: &mut Conn, ids: &[TaskId]) -> Result<HashMap<TaskId, String>, Error> {
    Ok(task::by_ids(conn, ids)?.into_iter().map(|task| (task.id, task.code.to_string())).collect())
}

/// Who answers on a day for what an agency did: itself while it is there, else those who took anything of it.
pub fn answering(catalogue: &Catalogue, agency: AgencyId, day: NaiveDate) -> Vec<AgencyId> {
    heirs(catalogue.events(), agency, day, &|id| catalogue.agency(id).is_some_and(|agency| agency.is_active_on(day)))
}

/// Who owes a report on a period that ends on a day: the agency that is there then and when it is due; else whoever took the duty.
pub(crate) fn owing(
    catalogue: &Catalogue,
    agency: AgencyId,
    duty: (ProgrammeId, Option<TaskId>),
    (day, due): (NaiveDate, Option<NaiveDate>),
) -> Option<AgencyId> {
    let last = due.map_or(day, |due| due.max(day));
    let is_there = |known: &Arc<Agency>| known.is_active_on(day) && known.end().is_none_or(|end| last < end);
    if catalogue.agency(agency).is_some_and(is_there) { Some(agency) } else { answering_for(catalogue, agency, duty, (None, last)) }
}

/// Who answers on a day for what an agency did for a task, or for a programme as a whole, on an earlier day or ever.
pub fn answering_for(
    catalogue: &Catalogue,
    agency: AgencyId,
    duty: (ProgrammeId, Option<TaskId>),
    days: (Option<NaiveDate>, NaiveDate),
) -> Option<AgencyId> {
    followed(catalogue, agency, duty, days).0
}

/// As [`answering_for`], with the event that moved the duty last.
pub fn followed(
    catalogue: &Catalogue,
    agency: AgencyId,
    (programme, task): (ProgrammeId, Option<TaskId>),
    (since, day): (Option<NaiveDate>, NaiveDate),
) -> (Option<AgencyId>, Option<&AgencyEvent>) {
    let duty = catalogue.duties().duty(programme, task);
    // What happened on the day itself is followed too.
    let events = since.and_then(|since| since.pred_opt()).map_or(catalogue.events(), |eve| after(catalogue.events(), eve));
    let (found, moved_by) = domain::succession::followed(events, agency, &duty, day);
    (found.filter(|found| catalogue.agency(*found).is_some_and(|agency| agency.is_active_on(day))), moved_by)
}

/// The day whose names a year is told with: its last, or today in a year that goes on.
pub fn names_of(year: i32, today: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).map_or(today, |end| end.min(today))
}

/// The days of a period by the calendar, those of its year where it has a name of its own. A report is told with the names of the last.
pub fn days_of(period: &str, year: i32) -> (NaiveDate, NaiveDate) {
    let period = period.parse().ok().or_else(|| Period::new(Frequency::Year, year, 1));
    period.map_or((NaiveDate::MIN, NaiveDate::MAX), |period: Period| (period.first_natural_day(), period.last_natural_day()))
}

/// Every place on every roll.
pub(crate) fn places(catalogue: &Catalogue) -> Vec<Membership> {
    let of = |collective: &Agency| {
        let id = collective.id;
        collective
            .members
            .iter()
            .map(move |member| Membership {
                id: member.id,
                collective: id,
                member: member.agency,
                rank: member.rank,
                validity: member.validity,
            })
            .collect::<Vec<_>>()
    };
    catalogue.agencies().iter().flat_map(|agency| of(agency)).collect()
}

/// Who is designated for tasks, by whoever has each duty after what is recorded of a day; as named where none is said, and by what begins
/// on the day.
pub(crate) fn designated(catalogue: &Catalogue, day: Option<NaiveDate>) -> Vec<Designated> {
    let of = |one: &Designation| {
        let agencies = match day.filter(|day| one.validity.from.is_some_and(|from| from < *day)) {
            Some(day) => one.meant(catalogue.events(), catalogue.duties(), day),
            None => one.agencies.clone(),
        };
        let (task, collective, validity) = (one.task, one.collective, one.validity);
        agencies.into_iter().map(move |agency| Designated { task, collective, agency, validity })
    };
    catalogue.all_designations().flat_map(of).collect()
}

/// The agencies that are no more, with the first day on which they are not.
pub(crate) fn ended(catalogue: &Catalogue) -> Vec<(AgencyId, NaiveDate)> {
    catalogue.agencies().iter().filter_map(|agency| Some((agency.id, agency.end()?))).collect()
}

/// The collectives there are.
pub(crate) fn collectives(catalogue: &Catalogue) -> Vec<AgencyId> {
    catalogue.agencies().iter().filter(|agency| agency.collective.is_some()).map(|agency| agency.id).collect()
}

/// The version of an agency that holds on a day.
pub(crate) fn held_version(agency: &Agency, day: NaiveDate) -> Option<&AgencyVersion> {
    agency.versions.iter().find(|version| version.validity.contains(day))
}

fn owed(obligation: &Obligation, to: Option<AgencyId>) -> MovedObligation {
    MovedObligation {
        id: obligation.id,
        regime: obligation.regime_code.to_string(),
        period: obligation.period.to_string(),
        from: obligation.agency,
        to,
    }
}
