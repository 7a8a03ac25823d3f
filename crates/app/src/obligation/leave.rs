//! Withdrawing what is not owed after all: a member that had left its collective, or was not designated, when the period ended.
//! Must not take one that somebody has acted on, nor one of a member that was on the roll at the period's end, however long it
//! has been missed.
//! Whom a period obliges is `generate`, after which this runs; what of an import goes with it is `import`.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    event::EventKind,
    obligation::{Obligation, ObligationId},
    task::{Assignment, TaskId},
};
use persistence::{
    Conn, DbError, in_use,
    obligation::{self, Through},
    task,
};

use super::{generate::obliged, news};
use crate::{App, Error, catalogue::Catalogue, outbox::announce_all};

/// Withdraws what members do not owe that had left; tells how many.
///
/// # Errors
/// `UNAVAILABLE` when the database does not answer.
pub(super) async fn withdraw(app: &App) -> Result<usize, Error> {
    // Looked up without a writer waiting for it, and once more where there is anything to do.
    let reading = app.clone();
    if app.0.db.read(move |conn| left(&reading, conn)).await?.is_empty() {
        return Ok(0);
    }
    let writing = app.clone();
    let work = move |conn: &mut Conn| -> Result<usize, Error> {
        let left = left(&writing, conn)?;
        let ids: Vec<ObligationId> = left.iter().map(|obligation| obligation.id).collect();
        in_use::withdraw(conn, &ids).map_err(|error| match error {
            // Somebody has acted on one in between: looked up again, it stays.
            DbError::ForeignKey(_) => DbError::Serialisation,
            other => other,
        })?;
        announce_all(&writing, conn, left.iter().map(|obligation| news(EventKind::ObligationWithdrawn, obligation)).collect())?;
        Ok(left.len())
    };
    app.0.db.write(work).await
}

/// The obligations that nobody has acted on of members that were on no roll any more when the period ended.
fn left(app: &App, conn: &mut Conn) -> Result<Vec<Obligation>, DbError> {
    let catalogue = app.0.catalogue.current(conn)?;
    let mut rolls = Rolls { catalogue: &catalogue, read: HashMap::new() };
    let mut gone = obligation::through_collectives(conn)?;
    gone.retain(|owed| !rolls.holds((owed.collective, owed.task), owed.cut_off, owed.agency));
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let tasks: Vec<TaskId> = gone.iter().filter_map(|owed| owed.task).collect::<HashSet<_>>().into_iter().collect();
    let mut assigned: HashMap<TaskId, Vec<Assignment>> = HashMap::new();
    for assignment in task::assignments_ever(conn, &tasks)? {
        assigned.entry(assignment.task).or_default().push(assignment);
    }
    gone.retain(|owed| !rolls.oblige(owed, owed.task.and_then(|task| assigned.get(&task))));
    in_use::untouched(conn, &gone.iter().map(|owed| owed.id).collect::<Vec<_>>())
}

/// Whom which words mean for a task.
type Words = (AgencyId, Option<TaskId>);

/// Whom which words meant on which day, each looked up once.
struct Rolls<'a> {
    catalogue: &'a Catalogue,
    read: HashMap<(Words, NaiveDate), HashSet<AgencyId>>,
}

impl Rolls<'_> {
    /// Whether a collective means the agency on a day; a single body means itself.
    fn holds(&mut self, (collective, task): Words, day: NaiveDate, agency: AgencyId) -> bool {
        let catalogue = self.catalogue;
        // Only filtered words mean others from task to task.
        let task = task.filter(|_| catalogue.agency(collective).is_some_and(|agency| agency.is_filtered_on(day)));
        let read = || match task {
            Some(task) => catalogue.meant_on(task, collective, day),
            None => catalogue.members_on(collective, day),
        };
        self.read.entry(((collective, task), day)).or_insert_with(|| read().into_iter().collect()).contains(&agency)
    }

    /// Whether the agency is obliged all the same: by the roll of the first day of the decision, in its own name, or through another
    /// collective.
    fn oblige(&mut self, owed: &Through, assigned: Option<&Vec<Assignment>>) -> bool {
        let Some(regime) = self.catalogue.regime(owed.regime).cloned() else { return true };
        if owed.task.is_none() {
            return regime.agencies.iter().any(|named| self.holds((*named, None), owed.cut_off, owed.agency));
        }
        let assigned = assigned.map_or(&[][..], Vec::as_slice);
        let (day, named) = obliged(&regime, owed.cut_off, assigned);
        let mut named = std::iter::once(owed.collective).chain(named.into_iter().map(|(named, _)| named));
        named.any(|named| self.holds((named, owed.task), day, owed.agency))
    }
}
