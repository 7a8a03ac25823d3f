//! Turning a programme's rows over on the day of an amendment: old words kept, rows ended, years taken and added.
//! Must not decide what may change; its caller has.
//! What is owed follows in `obligations`.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use domain::{
    error::{Code, Fault},
    id::IdSource,
    lang::{Lang, TranslatedField, TranslationState},
    occurrence::{ExtensionStatus, OccurrenceAct, OccurrenceEvent},
    seed::Seed,
    task::{Occurrence, OccurrenceStatus, Recurrence, TaskId},
};
use persistence::{
    Conn, DbError,
    amendment::{self as stored, DueDayRow, GROUP, PastRow, TARGET, TASK},
    occurrence, occurrence_bulk,
    rows::{AgencyAliasRow, AgencyVersionRow, AssignmentRow, CitationRow, DbId, Synced, TargetRow, TaskGroupRow, TaskRow},
    sync::{Tables, differ, differing_columns},
    task,
};

use super::{Turning, refused};
use crate::{App, Error};

/// A row that has words and days on which they hold.
trait Worded: Synced + Clone {
    const KIND_OF_PAST: &'static str;
    fn id(&self) -> DbId;
    fn since(&self) -> Option<NaiveDate>;
    fn dated(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Self;
    /// Where the words usually stand, and the words.
    fn words(&self) -> (String, String);
}

macro_rules! worded {
    ($row:ident, $kind:ident, $text:ident, $place:expr) => {
        impl Worded for $row {
            const KIND_OF_PAST: &'static str = $kind;
            fn id(&self) -> DbId {
                self.id
            }
            fn since(&self) -> Option<NaiveDate> {
                self.valid_from
            }
            fn dated(&self, valid_from: Option<NaiveDate>, valid_to: Option<NaiveDate>) -> Self {
                Self { valid_from, valid_to, ..self.clone() }
            }
            fn words(&self) -> (String, String) {
                let place: fn(&Self) -> String = $place;
                (place(self), self.$text.clone())
            }
        }
    };
}
worded!(TaskGroupRow, GROUP, title, |row| format!("Danh mục, {}", row.code));
worded!(TaskRow, TASK, title, |row| format!("Danh mục, {}", row.code));
worded!(TargetRow, TARGET, text, |row| row.section.clone());

/// Gives what is newly assigned the amendment's document and day; a place in the order that moves is assigned anew.
pub(super) fn date_assignments(turning: &Turning, before: &Tables, after: &mut Tables, ids: &dyn IdSource) {
    for row in &mut after.assignments {
        match before.assignments.iter().find(|old| old.id == row.id) {
            // An event has ended it: nothing of it moves any more.
            Some(old) if old.valid_to.is_some() => row.rank = old.rank,
            Some(old) if old.rank == row.rank => {}
            found => {
                if found.is_some() {
                    row.id = DbId::from(ids.next::<()>());
                }
                row.valid_from = turning.day;
                row.valid_to = None;
                row.basis_document_id = turning.basis.into();
            }
        }
    }
}

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
    let due = due_days(after, seed);
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

/// Codes that a withdrawn row had: what comes anew has another.
pub(super) fn taken_again(before: &Tables, after: &Tables, gone: &[String]) -> Vec<Fault> {
    let known: HashSet<&str> =
        before.tasks.iter().map(|row| row.code.as_str()).chain(before.targets.iter().map(|row| row.code.as_str())).collect();
    let lists = [
        ("tasks", after.tasks.iter().map(|row| row.code.as_str()).collect::<Vec<_>>()),
        ("targets", after.targets.iter().map(|row| row.code.as_str()).collect()),
    ];
    let each = lists.iter().flat_map(|(list, codes)| codes.iter().enumerate().map(move |(at, code)| (*list, at, *code)));
    let again = each.filter(|(_, _, code)| !known.contains(code) && gone.iter().any(|gone| gone == code));
    again.map(|(list, at, _)| Fault::new(format!("/programme/{list}/{at}/code"), Code::Duplicate)).collect()
}

/// What was turned over, by identifier.
#[derive(Default)]
struct Turned {
    past: Vec<PastRow>,
    cited: Vec<CitationRow>,
    /// How often the document was cited before, by what it is cited for.
    ranks: HashMap<DbId, i32>,
    /// With new words.
    changed: HashSet<DbId>,
}

/// Writes the amendment; tells the tasks with other people, other years or none.
pub(super) fn over(
    app: &App,
    conn: &mut Conn,
    turning: &Turning,
    (before, after): (&Tables, &Tables),
    seed: &Seed,
) -> Result<Vec<TaskId>, Error> {
    register(conn, before, after)?;
    let english = |id: DbId| {
        let of = before.translations.iter().find(|row| row.subject_id == id && row.lang == Lang::En.label());
        of.map(|row| row.text.clone())
    };
    let mut turned = Turned { ranks: stored::cited(conn, turning.basis.into())?, ..Turned::default() };
    turn(app, conn, turning, (&before.task_groups, &after.task_groups), &english, &mut turned)?;
    turn(app, conn, turning, (&before.tasks, &after.tasks), &english, &mut turned)?;
    turn(app, conn, turning, (&before.targets, &after.targets), &english, &mut turned)?;
    stored::insert_past(conn, &turned.past)?;
    turned.cited.iter().try_for_each(|row| row.insert(conn))?;
    texts(conn, before, after, &turned.changed)?;
    links(conn, before, after)?;
    let mut touched = assignments(conn, turning, before, after)?;
    touched.extend(years(app, conn, turning, (before, after), seed)?);
    Ok(touched.into_iter().map(DbId::of).collect())
}

/// Agencies that the file names for the first time.
fn register(conn: &mut Conn, before: &Tables, after: &Tables) -> Result<(), DbError> {
    let of = |tables: &Tables| Tables {
        agencies: tables.agencies.clone(),
        agency_versions: tables.agency_versions.clone(),
        agency_aliases: tables.agency_aliases.clone(),
        ..Tables::default()
    };
    // What the register says by now of those it knows is not the amendment's.
    let mut new = of(after);
    new.agencies.retain(|row| !before.agencies.iter().any(|old| old.id == row.id));
    new.agency_versions.retain(|row| !before.agency_versions.iter().any(|old| old.id == row.id));
    let is_known =
        |row: &AgencyAliasRow| before.agency_aliases.iter().any(|old| (old.agency_id, &old.alias) == (row.agency_id, &row.alias));
    new.agency_aliases.retain(|row| !is_known(row));
    Tables::default().apply(&new, conn)?;
    // In which places a collective's words stand follows from the tasks.
    let moved = before.agency_versions.iter().filter_map(|old| {
        let new = after.agency_versions.iter().find(|new| new.id == old.id && new.used_in != old.used_in)?;
        Some(AgencyVersionRow { used_in: new.used_in.clone(), ..old.clone() })
    });
    moved.into_iter().try_for_each(|row| row.update(conn))
}

fn turn<R: Worded>(
    app: &App,
    conn: &mut Conn,
    turning: &Turning,
    (before, after): (&[R], &[R]),
    english: &dyn Fn(DbId) -> Option<String>,
    turned: &mut Turned,
) -> Result<(), Error> {
    let cite = |row: &R, turned: &mut Turned| {
        let (usual, words) = row.words();
        let section = turning.place(usual);
        let (id, document_id) = (Turning::row_id(app), turning.basis.into());
        let rank = turned.ranks.get(&row.id()).map_or(1, |rank| rank + 1);
        turned.cited.push(CitationRow { id, subject_id: row.id(), document_id, rank, section, quote: Some(words) });
    };
    for old in before {
        let Some(new) = after.iter().find(|row| row.id() == old.id()) else {
            old.dated(old.since(), Some(turning.day)).update(conn)?;
            continue;
        };
        if !differ(old, new) {
            continue;
        }
        // Tasks and targets that only moved up in the file say what they said.
        if R::KIND_OF_PAST != GROUP && differing_columns(old, new) == ["rank"] {
            new.dated(old.since(), None).update(conn)?;
            continue;
        }
        turned.past.push(PastRow {
            id: Turning::row_id(app),
            amendment_id: turning.id.into(),
            programme_id: turning.programme.into(),
            kind: R::KIND_OF_PAST.into(),
            subject_id: old.id(),
            content: serde_json::to_string(old).map_err(|_| Error::Internal("a row that is no JSON"))?,
            english: english(old.id()),
            valid_from: old.since(),
            valid_to: turning.day,
        });
        turned.changed.insert(old.id());
        new.dated(Some(turning.day), None).update(conn)?;
        cite(new, turned);
    }
    for new in after.iter().filter(|row| !before.iter().any(|old| old.id() == row.id())) {
        new.dated(Some(turning.day), None).insert(conn)?;
        cite(new, turned);
    }
    Ok(())
}

/// English as the file has it; of words that changed, a machine's translation of the old ones goes.
fn texts(conn: &mut Conn, before: &Tables, after: &Tables, changed: &HashSet<DbId>) -> Result<(), DbError> {
    let same = |a: &persistence::rows::TranslationRow, b: &persistence::rows::TranslationRow| {
        (a.subject_id, &a.field, &a.lang) == (b.subject_id, &b.field, &b.lang)
    };
    for new in &after.translations {
        match before.translations.iter().find(|old| same(old, new)) {
            None => new.insert(conn)?,
            Some(old) if old.text != new.text => new.update(conn)?,
            Some(_) => {}
        }
    }
    let is_stale = |old: &&persistence::rows::TranslationRow| {
        let is_wording = [TranslatedField::Title.label(), TranslatedField::Indicator.label()].contains(&old.field.as_str());
        is_wording
            && changed.contains(&old.subject_id)
            && old.state == TranslationState::Machine.label()
            && !after.translations.iter().any(|new| same(old, new))
    };
    before.translations.iter().filter(is_stale).try_for_each(|row| row.delete(conn))
}

/// Links to tasks and targets as the file has them; those of what is withdrawn stay with it.
fn links(conn: &mut Conn, before: &Tables, after: &Tables) -> Result<(), DbError> {
    let known: HashMap<_, _> = before.measure_tasks.iter().map(|row| ((row.measure_id, row.task_id), row)).collect();
    write(conn, &after.measure_tasks, |row| known.get(&(row.measure_id, row.task_id)).copied())?;
    let known: HashMap<_, _> = before.measure_targets.iter().map(|row| ((row.measure_id, row.target_id), row)).collect();
    write(conn, &after.measure_targets, |row| known.get(&(row.measure_id, row.target_id)).copied())
}

/// Inserts rows that were not there and updates those that differ.
fn write<'a, R: Synced + 'a>(conn: &mut Conn, rows: &[R], known: impl Fn(&R) -> Option<&'a R>) -> Result<(), DbError> {
    rows.iter().try_for_each(|row| match known(row) {
        None => row.insert(conn),
        Some(old) if differ(old, row) => row.update(conn),
        Some(_) => Ok(()),
    })
}

/// Ends assignments with all that events made of them, and makes new ones.
fn assignments(conn: &mut Conn, turning: &Turning, before: &Tables, after: &Tables) -> Result<HashSet<DbId>, Error> {
    let stays = |row: &AssignmentRow| after.assignments.iter().any(|new| new.id == row.id);
    let gone: Vec<DbId> = before.assignments.iter().filter(|row| !stays(row)).map(|row| row.id).collect();
    let ending = stored::with_successions(conn, &gone)?;
    let is_held = |row: &&AssignmentRow| row.valid_to.is_none_or(|to| to > turning.day);
    let held: Vec<&AssignmentRow> = ending.iter().filter(is_held).collect();
    if held.iter().any(|row| row.valid_from >= turning.day || row.valid_to.is_some()) {
        let (vi, en) = (
            "Sau ngày này đã có sự kiện của cơ quan làm thay đổi phân công mà sửa đổi chấm dứt.",
            "After this day an event of agencies moved an assignment that the amendment ends.",
        );
        return Err(refused(vec![Fault::worded("/effectiveOn", Code::RuleBroken, vi, en)]));
    }
    let mut touched: HashSet<DbId> = ending.iter().map(|row| row.task_id).collect();
    let held: Vec<DbId> = held.iter().map(|row| row.id).collect();
    let ended: Vec<DbId> = ending.iter().map(|row| row.id).collect();
    stored::end_assignments(conn, &ended, &held, turning.day, turning.at())?;
    for new in after.assignments.iter().filter(|row| !before.assignments.iter().any(|old| old.id == row.id)) {
        new.insert(conn)?;
        touched.insert(new.task_id);
    }
    Ok(touched)
}

/// Takes years from tasks and adds others; what is due from the day on follows the new period. What was due before stays.
fn years(app: &App, conn: &mut Conn, turning: &Turning, (before, after): (&Tables, &Tables), seed: &Seed) -> Result<HashSet<DbId>, Error> {
    let tasks: Vec<TaskId> = before.tasks.iter().map(|row| row.id.of()).collect();
    let mut moved = Moved { events: Vec::new(), put: Vec::new(), due: Vec::new() };
    let wanted: HashMap<(DbId, i32), Option<NaiveDate>> = due_days(after, seed);
    let promised: HashMap<(DbId, i32), Option<NaiveDate>> = due_days(before, seed);
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
                if first != *due && is_ahead && !old.status.is_ended() {
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
fn due_days(tables: &Tables, seed: &Seed) -> HashMap<(DbId, i32), Option<NaiveDate>> {
    let policy = seed.due_policy();
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
