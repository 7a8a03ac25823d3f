//! The years of tasks once a programme is amended: what was due before its day stays, what is due from it on follows the new version.
//! Must not touch years that ended, nor shorten more time that was granted.
//! What agencies owe on them is `obligations`.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use domain::{
    error::{Code, Fault},
    occurrence::{ExtensionStatus, OccurrenceAct, OccurrenceEvent},
    programme::DuePolicy,
    seed::Seed,
    task::{Occurrence, OccurrenceStatus, Recurrence, TaskId},
};
use persistence::{
    Conn, DbError,
    amendment::{self as stored, DueDayRow},
    occurrence, occurrence_bulk,
    rows::{DbId, Synced, TaskRow},
    sync::Tables,
    task,
};

use super::Turning;
use crate::{App, Error};

/// Takes years that an amendment had withdrawn out of what is promised, so that those given back are seen as added.
pub(super) fn promised(before: &Tables) -> Tables {
    let periods: HashMap<DbId, (i32, i32)> = before.tasks.iter().map(|row| (row.id, (row.start_year, row.end_year))).collect();
    let mut promised = before.clone();
    promised.occurrences.retain(|row| {
        row.status != OccurrenceStatus::Withdrawn.label()
            || periods.get(&row.task_id).is_some_and(|(from, to)| (*from..=*to).contains(&row.year))
    });
    promised
}

/// Years that would be due before the day: the past is not promised anew.
pub(super) fn untimely(turning: &Turning, seed: &Seed, before: &Tables, after: &Tables) -> Vec<Fault> {
    let known: HashSet<(DbId, i32)> = before.occurrences.iter().map(|row| (row.task_id, row.year)).collect();
    let due = due_days(after);
    let code = |id: DbId| after.tasks.iter().find(|row| row.id == id).map(|row| row.code.as_str());
    let late = after.occurrences.iter().filter(|row| {
        let due = due.get(&(row.task_id, row.year)).copied().flatten();
        !known.contains(&(row.task_id, row.year)) && due.map_or(row.year < turning.day.year(), |due| due < turning.day)
    });
    let fault = |at: usize| {
        let (vi, en) = ("Năm thêm vào đã đến hạn trước ngày sửa đổi có hiệu lực.", "An added year was due before the amendment holds.");
        Fault::worded(format!("/programme/tasks/{at}/period/years"), Code::PeriodInconsistent, vi, en)
    };
    let places = late.filter_map(|row| seed.tasks.iter().position(|task| Some(task.code.as_str()) == code(row.task_id)));
    places.collect::<std::collections::BTreeSet<_>>().into_iter().map(fault).collect()
}

/// Takes years from tasks and adds others; what is due from the day on follows the new period. What was due before stays.
pub(super) fn years(app: &App, conn: &mut Conn, turning: &Turning, (before, after): (&Tables, &Tables)) -> Result<HashSet<DbId>, Error> {
    let tasks: Vec<TaskId> = before.tasks.iter().map(|row| row.id.of()).collect();
    let mut moved = Moved { events: Vec::new(), put: Vec::new(), due: Vec::new() };
    let wanted: HashMap<(DbId, i32), Option<NaiveDate>> = due_days(after);
    let promised: HashMap<(DbId, i32), Option<NaiveDate>> = due_days(before);
    let period: HashMap<DbId, (i32, i32)> = before.tasks.iter().map(|row| (row.id, (row.start_year, row.end_year))).collect();
    let known = task::occurrences(conn, &tasks)?;
    for old in &known {
        let key = (DbId::from(old.task), old.year);
        let is_ahead = old.due_on.map_or(old.year >= turning.day.year(), |due| due >= turning.day);
        let was_promised = period.get(&key.0).is_some_and(|(from, to)| (*from..=*to).contains(&old.year));
        match wanted.get(&key) {
            None if is_ahead && !old.status.is_ended() => {
                moved.step(app, turning, old, OccurrenceAct::Withdraw, OccurrenceStatus::Withdrawn);
            }
            None => {}
            Some(due) if !was_promised && old.status == OccurrenceStatus::Withdrawn => {
                let again = Occurrence { due_on: *due, ..old.clone() };
                moved.step(app, turning, &again, OccurrenceAct::Reopen, OccurrenceStatus::NotStarted);
                moved.due(app, turning, old, *due);
            }
            Some(due) => {
                let first = promised.get(&key).copied().flatten();
                // What would have been due before the day keeps the day that it has.
                let stays_ahead = due.is_none_or(|due| due >= turning.day);
                if first != *due && is_ahead && stays_ahead && !old.status.is_ended() {
                    // More time that was granted stays granted.
                    let due_on = if old.due_on == first { *due } else { old.due_on.max(*due) };
                    moved.put.push(Occurrence { due_on, revision: old.revision + 1, ..old.clone() });
                    moved.due(app, turning, old, *due);
                }
            }
        }
    }
    let known: HashSet<(DbId, i32)> = known.iter().map(|old| (old.task.into(), old.year)).collect();
    let new = after.occurrences.iter().filter(|row| !known.contains(&(row.task_id, row.year)));
    let mut touched: HashSet<DbId> = moved.put.iter().map(|one| one.task.into()).collect();
    for row in new {
        persistence::rows::OccurrenceRow { valid_from: Some(turning.day), ..row.clone() }.insert(conn)?;
        touched.insert(row.task_id);
    }
    lapse(conn, &moved.events)?;
    occurrence_bulk::put(conn, &moved.put)?;
    occurrence_bulk::record_all(conn, &moved.events)?;
    stored::insert_due_days(conn, &moved.due)?;
    Ok(touched)
}

/// When the years of tasks are due by what the programme leaves to its administrators.
fn due_days(tables: &Tables) -> HashMap<(DbId, i32), Option<NaiveDate>> {
    let policy = tables.programmes.first().map_or_else(DuePolicy::default, |row| DuePolicy {
        month: row.annual_due_month,
        day: row.annual_due_day,
        marks_self_decisions: row.marks_self_decisions,
    });
    let tasks: HashMap<DbId, &TaskRow> = tables.tasks.iter().map(|row| (row.id, row)).collect();
    let each = |row: &persistence::rows::OccurrenceRow| {
        let task = tasks.get(&row.task_id)?;
        let is_annual = task.recurrence == Recurrence::Annual.label();
        Some(((row.task_id, row.year), policy.due_in(if is_annual { row.year } else { task.end_year })))
    };
    tables.occurrences.iter().filter_map(each).collect()
}

/// Requests for more time that nobody has decided on come to nothing with their year.
fn lapse(conn: &mut Conn, events: &[OccurrenceEvent]) -> Result<(), DbError> {
    let ids: Vec<_> = events.iter().filter(|event| event.to.is_ended()).map(|event| event.occurrence).collect();
    for asked in occurrence::extensions(conn, &ids)?.into_iter().filter(|asked| asked.status == ExtensionStatus::Requested) {
        if let Some(end) = events.iter().find(|event| event.occurrence == asked.occurrence) {
            occurrence::settle_extension(conn, &asked.lapsed(end))?;
        }
    }
    Ok(())
}

/// What became of task-years.
struct Moved {
    events: Vec<OccurrenceEvent>,
    put: Vec<Occurrence>,
    due: Vec<DueDayRow>,
}

impl Moved {
    fn step(&mut self, app: &App, turning: &Turning, old: &Occurrence, act: OccurrenceAct, to: OccurrenceStatus) {
        let number = old.revision + 1;
        self.events.push(OccurrenceEvent {
            id: app.0.ids.next(),
            occurrence: old.id,
            number,
            act,
            from: old.status,
            to,
            agency: None,
            account: turning.account,
            at: app.0.clock.now(),
            counts_on: turning.day,
            reason: Some("Sửa đổi chương trình.".into()),
            document: Some(turning.basis),
            proposed_agency: None,
            self_decided: false,
        });
        self.put.push(Occurrence { status: to, revision: number, ..old.clone() });
    }

    fn due(&mut self, app: &App, turning: &Turning, old: &Occurrence, due: Option<NaiveDate>) {
        let Some(due_on) = due else { return };
        let (id, amendment_id) = (Turning::row_id(app), turning.id.into());
        self.due.push(DueDayRow { id, occurrence_id: old.id.into(), amendment_id, effective_on: turning.day, due_on });
    }
}
