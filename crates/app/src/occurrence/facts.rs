//! What is known of an occurrence before something is done to it, and who may do it.
//! Must not judge: the rules are `domain::occurrence`, the rights `domain::policy`.
//! Read in the transaction of the change, by a constant number of statements.

use std::collections::HashSet;

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault, Refusal},
    occurrence::{Extension, Leads, Principal, Standing, is_undecided},
    policy::{Action, Decision, Resource},
    programme::Programme,
    revision::Revisions,
    task::{Assignment, AssignmentRole, Occurrence, OccurrenceId, OccurrenceStatus, Task, TaskId},
    text,
};
use persistence::{Conn, occurrence, task};

use crate::{App, Error, catalogue::Catalogue, document::named_in, succession::answering_for};

/// Reasons and notes are no longer than this.
const MAX_TEXT: usize = 5000;

/// An occurrence with its task, its leads and where it stands.
pub(super) struct Facts {
    pub(super) occurrence: Occurrence,
    pub(super) task: Task,
    pub(super) programme: std::sync::Arc<Programme>,
    pub(super) leads: Leads,
    pub(super) standing: Standing,
    /// The request for more time that waits to be decided on.
    pub(super) asked: Option<Extension>,
}

/// Everything that a change of an occurrence rests on.
pub(super) fn facts(app: &App, conn: &mut Conn, id: OccurrenceId) -> Result<Facts, Error> {
    let occurrence = occurrence::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let (task, programme) = task_of(app, conn, occurrence.task)?;
    let assigned = task::assignments_ever(conn, &[task.id])?;
    let leads = leads_of(app, conn, &task, &assigned, occurrence.led_on(app.0.clock.today(), first(&assigned)))?;
    let history = occurrence::history(conn, &[id])?;
    let live = occurrence::claims(conn, &[id])?.into_iter().filter(|claim| claim.withdrawn_at.is_none());
    let asked = occurrence::extensions(conn, &[id])?.into_iter().find(|asked| is_undecided(asked).is_ok());
    let standing = Standing {
        status: occurrence.status,
        due_on: occurrence.due_on,
        suspended_from: history.last().filter(|event| event.to == OccurrenceStatus::Suspended).map(|event| event.from),
        delivered: live.map(|claim| (claim.agency, claim.delivered_on)).collect(),
        has_open_extension: asked.is_some(),
    };
    Ok(Facts { occurrence, task, programme, leads, standing, asked })
}

/// A task with its programme.
pub(super) fn task_of(app: &App, conn: &mut Conn, id: TaskId) -> Result<(Task, std::sync::Arc<Programme>), Error> {
    let task = task::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let catalogue = app.0.catalogue.current(conn)?;
    let programme = catalogue.programme(task.programme).cloned().ok_or(Error::Internal("a task's programme is not in the catalogue"))?;
    Ok((task, programme))
}

/// Who may act for a task of those who led it on a day: themselves, or whoever answers today for one that is no more.
pub(super) fn leads_of(app: &App, conn: &mut Conn, task: &Task, assigned: &[Assignment], day: NaiveDate) -> Result<Leads, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let today = app.0.clock.today();
    let now = |agency: AgencyId, since: Option<NaiveDate>| {
        let is_there = catalogue.agency(agency).is_none_or(|known| known.is_active_on(today));
        if is_there { Some(agency) } else { answering_for(&catalogue, agency, (task.programme, Some(task.id)), (since, today)) }
    };
    // Whoever was no more on the day itself had it before: what ended it counts.
    let held_on = |agency: AgencyId| catalogue.agency(agency).is_some_and(|known| known.is_active_on(day)).then_some(day);
    let mut all: Vec<AgencyId> = leads(&catalogue, assigned, day).into_iter().filter_map(|agency| now(agency, held_on(agency))).collect();
    let mut seen = HashSet::new();
    all.retain(|agency| seen.insert(*agency));
    let principals = occurrence::principals(conn, &[task.id])?;
    let principal = current_principal(&principals).and_then(|principal| now(principal.agency?, principal.validity.from));
    Ok(Leads { principal: principal.filter(|agency| all.contains(agency)), all })
}

/// The first day on which anybody had a part.
pub(crate) fn first(assigned: &[Assignment]) -> Option<NaiveDate> {
    assigned.iter().filter_map(|assignment| assignment.validity.from).min()
}

/// The designation that holds.
pub(super) fn current_principal(designations: &[Principal]) -> Option<&Principal> {
    designations.last().filter(|principal| principal.validity.to.is_none())
}

/// The leads of a day, each member of a collective in its place; in the order of the decision.
pub(crate) fn leads(catalogue: &Catalogue, assigned: &[Assignment], day: NaiveDate) -> Vec<AgencyId> {
    let mut named: Vec<&Assignment> = assigned.iter().filter(|a| a.role == AssignmentRole::Lead && a.validity.contains(day)).collect();
    named.sort_by_key(|assignment| assignment.rank);
    // Filtered words stand for those whom a document names, and for themselves while none does.
    let meant =
        |assignment: &&Assignment| catalogue.designated_on(assignment.task, assignment.agency, day).filter(|meant| !meant.is_empty());
    let mut open: Vec<AgencyId> = named.iter().flat_map(|one| meant(one).unwrap_or_else(|| vec![one.agency])).collect();
    open.reverse();
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let is_undesignated = assigned.iter().any(|a| a.agency == id && catalogue.designated_on(a.task, id, day).is_some());
        let members = catalogue.agency(id).filter(|_| !is_undesignated).map_or(&[][..], |agency| agency.members.as_slice());
        let members: Vec<AgencyId> = members.iter().filter(|m| m.validity.contains(day)).map(|m| m.agency).collect();
        if members.is_empty() {
            found.push(id);
        }
        open.extend(members.into_iter().rev());
    }
    found
}

impl Facts {
    /// For which of the leads the caller works on it: the account's own agency first, the others in the order of the decision.
    ///
    /// Asked before anything that depends on how it stands: whoever leads nothing here is told nothing else.
    pub(super) fn may_work(&self, ctx: &Ctx, action: Action) -> Result<AgencyId, Refusal> {
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        ctx.allow_on(action, &self.of(None))?;
        let own = account.agency.filter(|agency| self.leads.has(*agency));
        let mut leads = own.into_iter().chain(self.leads.all.iter().copied());
        leads.find(|lead| ctx.allow_on(action, &self.of(Some(*lead))).is_ok()).ok_or_else(|| Refusal::new(Code::NotALead))
    }

    /// What of it the policy is asked about.
    pub(super) fn of(&self, agency: Option<AgencyId>) -> Resource {
        Resource { agency, programme: Some(self.programme.id), ..Resource::default() }
    }

    /// Whether the caller may decide on it: in its own matter only where the programme has that marked.
    pub(super) fn may_decide(&self, ctx: &Ctx, asked: Option<domain::account::AccountId>) -> Result<Decision, Refusal> {
        may_decide(ctx, &self.programme, &self.leads.all, asked)
    }

    /// Whether the caller has seen the current revision.
    pub(super) fn is_current(&self, revision: &Revisions) -> Result<(), Refusal> {
        revision.check(self.occurrence.revision)
    }

    /// What audit entries and events say of it.
    pub(super) fn named(&self) -> serde_json::Value {
        serde_json::json!({"programme": &*self.programme.code, "task": &*self.task.code, "year": self.occurrence.year})
    }
}

/// Whether the caller may decide on what these agencies lead and, where that is given, this account asked for.
pub(super) fn may_decide(
    ctx: &Ctx,
    programme: &Programme,
    leads: &[AgencyId],
    asked: Option<domain::account::AccountId>,
) -> Result<Decision, Refusal> {
    let on = |agency| Resource {
        agency,
        programme: Some(programme.id),
        account: asked,
        self_decision_is_marked: programme.policy.marks_self_decisions,
        ..Resource::default()
    };
    let mut decision = ctx.allow_on(Action::DecideOnTask, &on(None))?;
    for lead in leads {
        decision.self_decided |= ctx.allow_on(Action::DecideOnTask, &on(Some(*lead)))?.self_decided;
    }
    Ok(decision)
}

/// The document that a text names, by identifier or number.
pub(super) fn named_document(conn: &mut Conn, reference: Option<&str>) -> Result<Option<DocumentId>, Error> {
    reference.map(|reference| named_in(conn, "/document", reference)).transpose()
}

/// The agency with a code.
pub(super) fn named_agency(app: &App, conn: &mut Conn, code: &str) -> Result<AgencyId, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let agency = catalogue.agency_by_code(code).filter(|agency| agency.collective.is_none());
    Ok(agency.map(|agency| agency.id).ok_or_else(|| faulty("/agency", Code::ReferenceUnknown))?)
}

/// A text that says something and can be kept.
pub(super) fn worded(pointer: &str, words: &str) -> Result<String, Refusal> {
    if !text::storable(words) {
        return Err(faulty(pointer, Code::PatternMismatch));
    }
    let words = text::normalise(words);
    if words.trim().is_empty() || words.chars().count() > MAX_TEXT {
        return Err(faulty(pointer, Code::LengthOutOfRange));
    }
    if text::shows_nothing(&words) {
        return Err(faulty(pointer, Code::PatternMismatch));
    }
    Ok(words)
}

pub(super) fn faulty(pointer: &str, code: Code) -> Refusal {
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(pointer, code)])
}
