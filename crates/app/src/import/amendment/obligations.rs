//! What is owed once a programme is amended: periods that end on the day or later follow the new version, those before stay.
//! Must not touch what is reported, nor what somebody asked for by hand.
//! What is newly owed is made by `obligation::generate`.

use std::{
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
};

use domain::{
    event::EventKind,
    obligation::{Obligation, ObligationId},
    task::{Assignment, OccurrenceId, OccurrenceStatus, TaskId},
};
use persistence::{Conn, amendment as stored, succession, sync::Tables, task};

use super::Turning;
use crate::{
    App, Error,
    catalogue::Catalogue,
    obligation::{news, obliged},
    outbox::announce_all,
    succession::owing,
};

/// The years of the programme, where they are other years than before.
pub(super) fn other_years(before: &Tables, after: &Tables) -> Option<RangeInclusive<i32>> {
    let of = |tables: &Tables| tables.programmes.first().map(|row| row.start_year..=row.end_year);
    of(after).filter(|years| of(before).as_ref() != Some(years))
}

/// Excludes what is owed no more from the day on, and makes owed again what an earlier change had excluded; tells how many of each.
///
/// Nothing is taken away: the days before read as they did.
pub(super) fn follow(
    app: &App,
    conn: &mut Conn,
    (turning, number): (&Turning, i32),
    tasks: &[TaskId],
    years: Option<&RangeInclusive<i32>>,
) -> Result<(usize, usize), Error> {
    let whole = years.map(|_| turning.programme);
    let followed = stored::owed(conn, tasks, whole, turning.day)?;
    if followed.is_empty() {
        return Ok((0, 0));
    }
    let catalogue = app.0.catalogue.current(conn)?;
    let mut assigned: HashMap<TaskId, Vec<Assignment>> = HashMap::new();
    for assignment in task::assignments_ever(conn, tasks)? {
        assigned.entry(assignment.task).or_default().push(assignment);
    }
    let withdrawn = task::occurrences(conn, tasks)?.into_iter().filter(|one| one.status == OccurrenceStatus::Withdrawn);
    let withdrawn: HashSet<OccurrenceId> = withdrawn.map(|one| one.id).collect();
    let is_over = |owed: &Obligation| {
        owed.occurrence.is_some_and(|id| withdrawn.contains(&id))
            || owed.task.is_none() && years.is_some_and(|years| !years.contains(&owed.year))
            || !is_owed(&catalogue, owed, owed.task.and_then(|task| assigned.get(&task)))
    };
    let (over, owed): (Vec<Obligation>, Vec<Obligation>) = followed.into_iter().partition(is_over);
    let (over, again): (Vec<_>, Vec<_>) =
        (over.into_iter().filter(|one| !one.is_excluded).collect(), owed.into_iter().filter(|one| one.is_excluded).collect());
    let reason = Turning::reason(number, turning.day);
    for (moved, is_excluded) in [(&over, true), (&again, false)] {
        let ids: Vec<ObligationId> = moved.iter().map(|one| one.id).collect();
        let by = (Some(turning.account), app.0.clock.now());
        succession::exclude(conn, (&ids, is_excluded), (&reason, turning.day), &*app.0.ids, by)?;
        let kind = if is_excluded { EventKind::ObligationExcluded } else { EventKind::ObligationIncluded };
        announce_all(app, conn, moved.iter().map(|one| news(kind, one)).collect())?;
    }
    Ok((over.len(), again.len()))
}

/// Whether an agency still has the part in the task, or in the whole programme, that obliges it.
fn is_owed(catalogue: &Catalogue, owed: &Obligation, assigned: Option<&Vec<Assignment>>) -> bool {
    let Some(regime) = catalogue.regime(owed.regime) else { return true };
    let (day, named) = match owed.task {
        Some(_) => obliged(regime, owed.window.to, assigned.map_or(&[][..], Vec::as_slice)),
        None => (owed.window.to, regime.agencies.iter().map(|agency| (*agency, None)).collect()),
    };
    named.into_iter().any(|(id, _)| {
        let Some(agency) = catalogue.agency(id) else { return false };
        if agency.collective.is_some() {
            let meant = owed.task.map_or_else(|| catalogue.members_on(id, day), |task| catalogue.meant_on(task, id, day));
            let due = (day, owed.deadline.day());
            return meant.iter().any(|member| owing(catalogue, *member, (owed.programme, owed.task), due) == Some(owed.agency));
        }
        let duty = (owed.programme, owed.task);
        owing(catalogue, id, duty, (day, owed.deadline.day())) == Some(owed.agency)
    })
}
