//! Naming, for a task and from a day on, which members of a filtered collective its words mean; and reading whom they mean.
//! Must not let anything rest on less than a document, nor rewrite what was designated before.
//! The rules are `domain::designation`; whoever takes the duty of a designated body is `succession`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::{Agency, AgencyId},
    designation::{Designation, faults},
    document::Place,
    error::{Code, Fault, Refusal},
    event::EventKind,
    policy::Action,
    succession::State,
    task::{Assignment, Task, TaskId},
    validity::Validity,
};
use persistence::{Conn, DbError, designation as stored, seed::stamp_catalogue, succession, task};
use serde_json::json;

use crate::{
    App, Error, View,
    audit::{Deed, watched},
    catalogue::Catalogue,
    document::named_in,
    identity::current,
    import::{ImportOptions, stamp, transact},
    outbox::{News, announce},
    place::{NewPlace, cite},
    succession::collectives,
};

/// Whom a document names.
#[derive(Clone, Debug)]
pub struct NewDesignation {
    /// The collective's code.
    pub collective: String,
    /// Codes of single bodies; nobody to end what is designated.
    pub agencies: Vec<String>,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    pub basis: String,
    /// Where in it.
    pub place: NewPlace,
}

/// What is designated of the members of one collective for a task.
#[derive(Clone, Debug)]
pub struct Standing {
    pub collective: AgencyId,
    /// No document says on the day whom the words mean: nobody answers for the part.
    pub is_missing: bool,
    /// Whom they mean on the day.
    pub meant: Vec<AgencyId>,
    /// In the order of time.
    pub designations: Vec<Designation>,
}

/// What is designated for a task on a day, by the collectives that have a part in it then.
///
/// # Errors
/// When the database fails.
pub async fn of_task(view: &View, task: TaskId, as_of: Option<NaiveDate>) -> Result<Vec<Standing>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let (catalogue, day) = (view.catalogue().await?, as_of.unwrap_or_else(|| view.today()));
    let assigned = view.read(move |conn| task::assignments(conn, &[task], day)).await?;
    let is_filtered = |one: &&Assignment| {
        let agency = catalogue.agency(one.agency);
        agency.is_some_and(|agency| agency.is_filtered_on(day)) || !catalogue.designations(task, one.agency).is_empty()
    };
    Ok(assigned.iter().filter(is_filtered).map(|one| standing(catalogue, task, one.agency, day)).collect())
}

/// How an assignment to these words stands on a day.
pub fn standing(catalogue: &Catalogue, task: TaskId, collective: AgencyId, day: NaiveDate) -> Standing {
    Standing {
        collective,
        is_missing: catalogue.lacks_designation(task, collective, day),
        meant: catalogue.meant_on(task, collective, day),
        designations: catalogue.designations(task, collective).to_vec(),
    }
}

/// Designates members of a collective for a task from a day on, or only shows what would then be so: the same code, undone at its
/// end.
///
/// # Errors
/// `FORBIDDEN` without the right; `NOT_FOUND`; `BODY_INVALID` with every fault.
pub async fn designate(app: &App, ctx: &Ctx, id: TaskId, new: NewDesignation, dry_run: bool) -> Result<Standing, Error> {
    watched(app, ctx, Deed::new("designate_members").on("task", id), async {
        ctx.allow(Action::ManageAgencies)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        transact(app, ctx, ImportOptions { dry_run, apply_changes: true }, move |conn| in_transaction(&app_, conn, &ctx_, (id, &new))).await
    })
    .await
}

type Wanted<'a> = (TaskId, &'a NewDesignation);

fn in_transaction(app: &App, conn: &mut Conn, ctx: &Ctx, (id, new): Wanted<'_>) -> Result<(Option<Deed>, Standing), Error> {
    current(app, conn, ctx)?.allow(Action::ManageAgencies)?;
    let catalogue = app.0.catalogue.current(conn)?;
    // 1. What it says, and what is wrong with it.
    let task = task::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let (designation, place) = read(app, conn, &catalogue, &task, new)?;
    let collective = designation.collective;
    // 2. It holds from the day on; another one that came in between is told as it stands now.
    stored::insert(conn, &designation, new.from).map_err(|error| match error {
        DbError::Unique(_) => DbError::Serialisation,
        other => other,
    })?;
    cite(app, conn, (designation.id.uuid(), designation.basis), place.as_ref())?;
    stamp_catalogue(conn, stamp(app))?;
    // 3. Whoever is named and is no more: what happened since leaves the duty to somebody, or to the queue.
    settle(app, conn, &designation, new.from)?;
    // 4. Followers, and the log.
    let body = json!({"code": new.collective, "task": &*task.code, "from": new.from});
    let news = News {
        kind: EventKind::AgencyChanged,
        subject: ("agency", collective.uuid()),
        agency: Some(collective),
        addressee: None,
        programme: Some(task.programme),
        is_public: true,
        body,
    };
    announce(app, conn, news)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let codes =
        |agencies: &[AgencyId]| agencies.iter().filter_map(|id| catalogue.agency_code(Some(*id))).map(|code| code.to_string()).collect();
    let before: Vec<String> =
        catalogue.designations(id, collective).iter().rev().nth(1).map(|one| codes(&one.agencies)).unwrap_or_default();
    let after: Vec<String> = codes(&designation.agencies);
    let changes = json!({"task": &*task.code, "collective": new.collective, "from": new.from, "basis": new.basis,
                         "before": {"agencies": before}, "after": {"agencies": after}});
    Ok((Some(Deed::new("designate_members").on("task", id).with(changes)), standing(&catalogue, id, collective, new.from)))
}

/// With where it stands in its document.
type Placed = (Designation, Option<Place>);

fn read(app: &App, conn: &mut Conn, catalogue: &Catalogue, task: &Task, new: &NewDesignation) -> Result<Placed, Error> {
    let basis = named_in(conn, "/basis", new.basis.trim())?;
    let assigned = task::assignments(conn, &[task.id], new.from)?;
    let Some(collective) = catalogue.agency_by_code(&new.collective).filter(|agency| agency.collective.is_some()) else {
        return Err(invalid(vec![Fault::new("/collective", Code::ReferenceUnknown)]));
    };
    let named: Vec<Option<&Agency>> = new.agencies.iter().map(|code| catalogue.agency_by_code(code).map(|agency| &**agency)).collect();
    let before: Vec<&Designation> = catalogue.designations(task.id, collective.id).iter().collect();
    let mut found = faults((collective, &catalogue.members_on(collective.id, new.from)), &named, &before, new.from);
    if !assigned.iter().any(|one| one.agency == collective.id) {
        let words = ("Cụm từ này không được giao nhiệm vụ vào ngày đó.", "These words have no part in the task on that day.");
        found.insert(0, Fault::worded("/collective", Code::RuleBroken, words.0, words.1));
    }
    let place = new.place.read(&mut found);
    if !found.is_empty() {
        return Err(invalid(found));
    }
    let designation = Designation {
        id: app.0.ids.next(),
        task: task.id,
        programme: task.programme,
        collective: collective.id,
        agencies: named.into_iter().flatten().map(|agency| agency.id).collect(),
        validity: Validity { from: Some(new.from), to: None },
        basis,
    };
    Ok((designation, place))
}

fn invalid(faults: Vec<Fault>) -> Error {
    Refusal::with_faults(Code::BodyInvalid, faults).into()
}

/// Lets what happened after the first day happen to those whom a designation names.
fn settle(app: &App, conn: &mut Conn, new: &Designation, from: NaiveDate) -> Result<(), Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let later: Vec<_> = catalogue.events().iter().filter(|event| from < event.effective_on).collect();
    if later.is_empty() {
        return Ok(());
    }
    let mut held = succession::held_after(conn, &[new.collective], from, catalogue.duties())?;
    held.retain(|held| held.assignment.task == new.task);
    let named = new.agencies.iter().map(|agency| domain::succession::Designated {
        task: new.task,
        collective: new.collective,
        agency: *agency,
        validity: new.validity,
    });
    let mut state = State::new(held, Vec::new(), collectives(&catalogue)).designating(named.collect());
    for event in later {
        state.step(event, &*app.0.ids);
    }
    Ok(succession::store(conn, &state.moved(), catalogue.events(), &*app.0.ids)?)
}
