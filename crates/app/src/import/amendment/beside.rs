//! What belongs to the words of measures and duties beside their rows: tasks and targets of a measure, other agencies of a duty.
//! Must not take away what is of rows that are no more: it stays with them, for the days before.
//! The words are `words`.

use std::collections::{BTreeSet, HashMap, HashSet};

use persistence::{
    Conn, DbError,
    rows::{DbId, MeasureTargetRow, MeasureTaskRow, ResponsibilityAgencyRow, Synced},
    seed::links_ever,
    sync::{Names, Tables, differ},
    wording::{DutyBeside, MeasureBeside},
};
use serde_json::Value;

use crate::Error;

/// What stood beside rows.
#[derive(Default)]
pub(super) struct Beside {
    /// Rows beside which something else stands now.
    pub changed: HashSet<DbId>,
    /// What stood beside each, as it is kept.
    pub was: HashMap<DbId, Value>,
}

/// Identifiers of rows that were there and stay.
fn staying<'a, R: 'a>(before: &'a [R], after: &'a [R], id: fn(&R) -> DbId) -> HashSet<DbId> {
    let wanted: HashSet<DbId> = after.iter().map(id).collect();
    before.iter().map(id).filter(|id| wanted.contains(id)).collect()
}

/// A link by what it links.
type Link = (DbId, String, DbId);

fn of_tasks(row: &MeasureTaskRow) -> Link {
    (row.measure_id, row.certainty.clone(), row.task_id)
}

fn of_targets(row: &MeasureTargetRow) -> Link {
    (row.measure_id, String::new(), row.target_id)
}

fn of_agencies(row: &ResponsibilityAgencyRow) -> Link {
    (row.responsibility_id, row.relation.clone(), row.agency_id)
}

/// Links between rows that stay which are in one state alone.
fn differing<R>(before: &[R], after: &[R], link: fn(&R) -> Link, stays: impl Fn(&Link) -> bool) -> BTreeSet<Link> {
    let all = |rows: &[R]| -> BTreeSet<Link> { rows.iter().map(link).filter(|link| stays(link)).collect() };
    all(before).symmetric_difference(&all(after)).cloned().collect()
}

/// The links of a row in their order, those to what is no more among them.
fn of_row<R: Clone>(links: &[R], link: fn(&R) -> Link, rank: fn(&R) -> i32, id: DbId) -> Vec<R> {
    let mut found: Vec<R> = links.iter().filter(|row| link(row).0 == id).cloned().collect();
    found.sort_by_key(|row| (rank(row), link(row).2.0));
    found
}

/// What differs of links between rows that stay.
pub(super) struct Differing {
    tasks: BTreeSet<Link>,
    targets: BTreeSet<Link>,
    agencies: BTreeSet<Link>,
}

impl Differing {
    pub(super) fn of(before: &Tables, after: &Tables) -> Self {
        let measures = staying(&before.measures, &after.measures, |row| row.id);
        let duties = staying(&before.responsibilities, &after.responsibilities, |row| row.id);
        let tasks = staying(&before.tasks, &after.tasks, |row| row.id);
        let targets = staying(&before.targets, &after.targets, |row| row.id);
        Self {
            tasks: differing(&before.measure_tasks, &after.measure_tasks, of_tasks, |link| {
                measures.contains(&link.0) && tasks.contains(&link.2)
            }),
            targets: differing(&before.measure_targets, &after.measure_targets, of_targets, |link| {
                measures.contains(&link.0) && targets.contains(&link.2)
            }),
            agencies: differing(&before.responsibility_agencies, &after.responsibility_agencies, of_agencies, |link| {
                duties.contains(&link.0)
            }),
        }
    }

    /// What each is called in a list of differences: its subject and key.
    pub(super) fn keys(&self, names: &Names) -> HashSet<(&'static str, String)> {
        let name = |id: DbId| names.get(&id.0).cloned().unwrap_or_else(|| id.0.to_string());
        let pair = |link: &Link| format!("{} / {}", name(link.0), name(link.2));
        let triple = |link: &Link| format!("{} / {} / {}", name(link.0), link.1, name(link.2));
        let tasks = self.tasks.iter().map(|link| ("measureTask", pair(link)));
        let targets = self.targets.iter().map(|link| ("measureTarget", pair(link)));
        tasks.chain(targets).chain(self.agencies.iter().map(|link| ("responsibilityAgency", triple(link)))).collect()
    }

    /// What stood beside measures, and beside duties. What an earlier amendment ended stood there on the days before it.
    pub(super) fn beside(&self, conn: &mut Conn, before: &Tables) -> Result<(Beside, Beside), Error> {
        let ids: Vec<DbId> = before.measures.iter().map(|row| row.id).collect();
        let (to_tasks, to_targets) = links_ever(conn, &ids)?;
        let unwritable = |_| Error::Internal("a row that is no JSON");
        let (mut measures, mut duties) = (Beside::default(), Beside::default());
        measures.changed = self.tasks.iter().chain(&self.targets).map(|link| link.0).collect();
        duties.changed = self.agencies.iter().map(|link| link.0).collect();
        for row in &before.measures {
            let tasks = of_row(&to_tasks, of_tasks, |row| row.first_rank, row.id);
            let targets = of_row(&to_targets, of_targets, |row| row.first_rank, row.id);
            measures.was.insert(row.id, serde_json::to_value(MeasureBeside { tasks, targets }).map_err(unwritable)?);
        }
        for row in &before.responsibilities {
            let agencies = of_row(&before.responsibility_agencies, of_agencies, |row| row.rank, row.id);
            duties.was.insert(row.id, serde_json::to_value(DutyBeside { agencies }).map_err(unwritable)?);
        }
        Ok((measures, duties))
    }

    /// Writes links as the file has them; those of what is no more stay with it.
    pub(super) fn write(&self, conn: &mut Conn, before: &Tables, after: &Tables) -> Result<(), DbError> {
        // Beside words that stay a link keeps its place among those that are no more; beside others all are numbered anew.
        let changed: HashSet<DbId> = self.tasks.iter().chain(&self.targets).map(|link| link.0).collect();
        let first_rank = |measure: DbId, known: Option<i32>, rank: i32| known.filter(|_| !changed.contains(&measure)).unwrap_or(rank);
        let known: HashMap<Link, i32> = before.measure_tasks.iter().map(|row| (of_tasks(row), row.first_rank)).collect();
        let numbered = |row: &MeasureTaskRow| {
            let first_rank = first_rank(row.measure_id, known.get(&of_tasks(row)).copied(), row.rank);
            MeasureTaskRow { first_rank, ..row.clone() }
        };
        let to_tasks: Vec<MeasureTaskRow> = after.measure_tasks.iter().map(numbered).collect();
        let known: HashMap<Link, i32> = before.measure_targets.iter().map(|row| (of_targets(row), row.first_rank)).collect();
        let numbered = |row: &MeasureTargetRow| {
            let first_rank = first_rank(row.measure_id, known.get(&of_targets(row)).copied(), row.rank);
            MeasureTargetRow { first_rank, ..row.clone() }
        };
        let to_targets: Vec<MeasureTargetRow> = after.measure_targets.iter().map(numbered).collect();
        let moved_task = |old: &MeasureTaskRow, new: &MeasureTaskRow| old.first_rank != new.first_rank;
        let moved_target = |old: &MeasureTargetRow, new: &MeasureTargetRow| old.first_rank != new.first_rank;
        write(conn, (&before.measure_tasks, &to_tasks), of_tasks, (&self.tasks, &moved_task))?;
        write(conn, (&before.measure_targets, &to_targets), of_targets, (&self.targets, &moved_target))?;
        write(conn, (&before.responsibility_agencies, &after.responsibility_agencies), of_agencies, (&self.agencies, &|_, _| false))
    }
}

/// Whether a link stands elsewhere among those that are no more.
type Moved<'a, R> = &'a dyn Fn(&R, &R) -> bool;

fn write<R: Synced>(
    conn: &mut Conn,
    (before, after): (&[R], &[R]),
    link: fn(&R) -> Link,
    (differing, moved): (&BTreeSet<Link>, Moved<'_, R>),
) -> Result<(), DbError> {
    let wanted: HashSet<Link> = after.iter().map(link).collect();
    let known: HashMap<Link, &R> = before.iter().map(|row| (link(row), row)).collect();
    let is_over = |row: &&R| {
        let of = link(row);
        differing.contains(&of) && !wanted.contains(&of)
    };
    before.iter().filter(is_over).try_for_each(|row| row.delete(conn))?;
    after.iter().try_for_each(|row| match known.get(&link(row)) {
        None => row.insert(conn),
        Some(old) if differ(*old, row) || moved(old, row) => row.update(conn),
        Some(_) => Ok(()),
    })
}
