//! Making obligations ahead of time, by itself: each programme, regime, period and obliged agency once.
//! Must not change one that is there, but for a due day that could not be known when it was made; what goes is `leave`'s.
//! Which row of a regime a period belongs to is `domain::regime`; run by the server at its start and every hour.

use std::{
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
    sync::Arc,
};

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    agency::AgencyId,
    clock::local_day,
    id::{Id, IdSource},
    obligation::Obligation,
    period::{Frequency, Period, Window},
    programme::{Programme, ProgrammeId},
    regime::{Deadline, ObligedRoles, Regime, RegimeId, RegimeSubject, row_of},
    task::{Assignment, AssignmentRole, Occurrence, OccurrenceStatus, TaskId},
    validity::Validity,
};
use persistence::{Conn, DbError, obligation, obligation::NaturalKey, occurrence, task, wording};

use super::leave;
use crate::{App, Error, catalogue::Catalogue, occurrence::first_assigned, succession::owing};

/// Periods whose window begins within so many days are made.
const AHEAD: Days = Days::new(95);
/// Obligations of one transaction.
const BATCH: usize = 1000;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Generated {
    /// Obligations that are new.
    pub made: usize,
    /// Obligations whose due day became known.
    pub dated: usize,
    /// Obligations of members that had left their collective before the period ended.
    pub withdrawn: usize,
    /// Times that a collective without known or designated members should have owed a report.
    pub without_members: usize,
}

/// Makes what is missing. Nodes may do it at the same time.
///
/// # Errors
/// `UNAVAILABLE` when the database does not answer.
pub async fn generate(app: &App) -> Result<Generated, Error> {
    // Found out on one state of the database, so that no writer waits for it; what somebody else makes meanwhile stays theirs.
    let reading = app.clone();
    let found = app.0.db.read(move |conn| missing(&reading, conn)).await?;
    let mut generated = Generated { without_members: found.without_members, ..Generated::default() };
    let mut new = found.new;
    while !new.is_empty() {
        let batch = new.split_off(new.len().saturating_sub(BATCH));
        generated.made += app.0.db.append(move |conn| obligation::insert(conn, &batch)).await?;
    }
    let dates = found.dates;
    if !dates.is_empty() {
        let date = move |conn: &mut Conn| -> Result<usize, DbError> {
            let each = |sum, (regime, period, deadline): &(RegimeId, String, Deadline)| {
                let dated = obligation::date(conn, *regime, period, *deadline)?;
                Ok(sum + if deadline.day().is_some() { dated } else { 0 })
            };
            dates.iter().try_fold(0, each)
        };
        generated.dated = app.0.db.append(date).await?;
    }
    generated.withdrawn = leave::withdraw(app).await?;
    Ok(generated)
}

/// What has to be written.
struct Missing {
    new: Vec<Obligation>,
    dates: Vec<(RegimeId, String, Deadline)>,
    without_members: usize,
}

fn missing(app: &App, conn: &mut Conn) -> Result<Missing, DbError> {
    let catalogue = app.0.catalogue.current(conn)?;
    if !catalogue.regimes().iter().any(|regime| regime.schedule.is_some()) {
        return Ok(Missing { new: Vec::new(), dates: Vec::new(), without_members: 0 });
    }
    let mut generation = Generation::new(&catalogue, (&*app.0.ids, app.0.clock.now()), obligation::keys(conn)?);
    generation.run(conn, catalogue.programmes())?;
    let dates = obligation::undated(conn)?.into_iter().filter_map(|undated| redated(&catalogue, undated)).collect();
    Ok(Missing { new: generation.new, dates, without_members: generation.without_members })
}

/// What agencies owe for programmes for which nothing is stored yet, as made at an instant.
pub(crate) fn owed_from_the_start(
    conn: &mut Conn,
    catalogue: &Catalogue,
    programmes: &[Arc<Programme>],
    (ids, now): (&dyn IdSource, DateTime<Utc>),
) -> Result<Vec<Obligation>, DbError> {
    let mut generation = Generation::new(catalogue, (ids, now), HashSet::new());
    generation.run(conn, programmes)?;
    Ok(generation.new)
}

/// The periodic regimes of a programme, each with its rows in the order of time.
fn codes<'a>(catalogue: &'a Catalogue, programme: &Programme) -> Vec<&'a [Arc<Regime>]> {
    let applies = |regime: &Regime| regime.schedule.is_some() && regime.programme.is_none_or(|id| id == programme.id);
    catalogue.regimes().chunk_by(|a, b| a.code == b.code).filter(|rows| rows.iter().any(|row| applies(row))).collect()
}

/// What a period's deadline is now, where it was not known and that has changed.
fn redated(catalogue: &Catalogue, (regime, label, unknown_year): (RegimeId, String, i32)) -> Option<(RegimeId, String, Deadline)> {
    let period: Period = label.parse().ok()?;
    let deadline = catalogue.regime(regime)?.schedule?.deadline(period, catalogue.calendar());
    (deadline != Deadline::Unknown { year: unknown_year }).then_some((regime, label, deadline))
}

/// What tasks there are and who ever had a part in them.
struct Facts {
    tasks: Vec<(TaskId, ProgrammeId)>,
    assignments: HashMap<TaskId, Vec<Assignment>>,
    /// With the day since when the year belongs to the task, and the one on which it was taken from it.
    occurrences: HashMap<(TaskId, i32), (Id<Occurrence>, Validity)>,
    /// What years programmes had until a day, in the order of time.
    years: Vec<(ProgrammeId, RangeInclusive<i32>, NaiveDate)>,
}

impl Facts {
    fn read(conn: &mut Conn, programmes: &[Arc<Programme>]) -> Result<Self, DbError> {
        let programmes: Vec<_> = programmes.iter().map(|programme| programme.id).collect();
        let mut assignments: HashMap<TaskId, Vec<Assignment>> = HashMap::new();
        for assignment in task::assignments_of_programmes(conn, &programmes)? {
            assignments.entry(assignment.task).or_default().push(assignment);
        }
        let occurrences = task::occurrences_of_programmes(conn, &programmes)?;
        let withdrawn: Vec<_> = occurrences.iter().filter(|one| one.status == OccurrenceStatus::Withdrawn).map(|one| one.id).collect();
        let mut taken: HashMap<Id<Occurrence>, NaiveDate> = HashMap::new();
        for event in occurrence::history(conn, &withdrawn)?.into_iter().filter(|event| event.to == OccurrenceStatus::Withdrawn) {
            taken.insert(event.occurrence, event.counts_on);
        }
        // A year that was taken before anything told when is no year.
        let is_told = |one: &&Occurrence| one.status != OccurrenceStatus::Withdrawn || taken.contains_key(&one.id);
        let said = wording::programmes(conn, &programmes)?.into_iter();
        let years = said.filter_map(|(was, validity)| Some((was.id, was.start_year..=was.end_year, validity.to?)));
        Ok(Self {
            years: years.collect(),
            tasks: task::of_programmes(conn, &programmes)?,
            assignments,
            occurrences: occurrences.iter().filter(is_told).map(|one| dated(one, taken.get(&one.id).copied())).collect(),
        })
    }
}

impl Facts {
    /// The years that a programme ever had, and those of its tasks: a conclusion may fall due after its end.
    fn all_years(&self, programme: &Programme) -> RangeInclusive<i32> {
        let said = self.years.iter().filter(|(of, ..)| *of == programme.id).flat_map(|(_, years, _)| [*years.start(), *years.end()]);
        let own: HashSet<TaskId> = self.tasks.iter().filter(|(_, of)| *of == programme.id).map(|(task, _)| *task).collect();
        let worked = self.occurrences.keys().filter(|(task, _)| own.contains(task)).map(|(_, year)| *year);
        let now = [programme.start_year, programme.end_year];
        let (first, last) = said.chain(worked).chain(now).fold((i32::MAX, i32::MIN), |(a, b), year| (a.min(year), b.max(year)));
        first..=last
    }

    /// Whether the version of a programme that was in force when a period ended has the year: what an amendment added is owed for periods
    /// that end on its day or later, what it took for those that ended before.
    fn is_whole(&self, programme: &Programme, period: Period, window: Window) -> bool {
        let then = self.years.iter().find(|(of, _, until)| *of == programme.id && window.to < *until);
        then.map_or(programme.start_year..=programme.end_year, |(_, years, _)| years.clone()).contains(&period.year())
    }

    /// Since when a year belongs to a programme; nothing where the decision itself gave it.
    fn since(&self, programme: ProgrammeId, year: i32) -> Option<NaiveDate> {
        self.years.iter().rfind(|(of, years, _)| *of == programme && !years.contains(&year)).map(|(_, _, until)| *until)
    }
}

type Dated = ((TaskId, i32), (Id<Occurrence>, Validity));

fn dated(occurrence: &Occurrence, taken: Option<NaiveDate>) -> Dated {
    ((occurrence.task, occurrence.year), (occurrence.id, Validity { from: occurrence.valid_from, to: taken }))
}

/// Whom a regime about tasks obliges for a period that ends on a day, of those who ever had a part in the task, and on which day
/// that is asked; each with the day since when, where the decision itself did not assign it.
pub(crate) fn obliged(regime: &Regime, cut_off: NaiveDate, assigned: &[Assignment]) -> (NaiveDate, Vec<Obliged>) {
    // The time before the decision took effect belongs to those whom it first assigned.
    let first = first_assigned(assigned);
    let day = first.map_or(cut_off, |first| cut_off.max(first));
    let is_obliged = |assignment: &&Assignment| {
        let in_role = regime.obliged_roles == Some(ObligedRoles::All) || assignment.role == AssignmentRole::Lead;
        in_role && assignment.validity.contains(day)
    };
    let since = |assignment: &Assignment| assignment.validity.from.filter(|from| Some(*from) != first);
    (day, assigned.iter().filter(is_obliged).map(|assignment| (assignment.agency, since(assignment))).collect())
}

/// Who is obliged, and since when.
type Obliged = (AgencyId, Option<NaiveDate>);

/// A period of a regime in a programme.
struct Due<'a> {
    programme: &'a Programme,
    regime: &'a Regime,
    period: Period,
    window: Window,
    deadline: Deadline,
}

/// One run.
struct Generation<'a> {
    ids: &'a dyn IdSource,
    now: DateTime<Utc>,
    catalogue: &'a Catalogue,
    known: HashSet<NaturalKey>,
    new: Vec<Obligation>,
    without_members: usize,
}

impl<'a> Generation<'a> {
    fn new(catalogue: &'a Catalogue, (ids, now): (&'a dyn IdSource, DateTime<Utc>), known: HashSet<NaturalKey>) -> Self {
        Self { ids, now, catalogue, known, new: Vec::new(), without_members: 0 }
    }

    /// Finds what these programmes are owed that is not known yet.
    fn run(&mut self, conn: &mut Conn, programmes: &[Arc<Programme>]) -> Result<(), DbError> {
        let facts = Facts::read(conn, programmes)?;
        let horizon = local_day(self.now).checked_add_days(AHEAD).unwrap_or(NaiveDate::MAX);
        for programme in programmes {
            for rows in codes(self.catalogue, programme) {
                self.regime(programme, rows, &facts, horizon);
            }
        }
        Ok(())
    }

    fn regime(&mut self, programme: &Programme, rows: &[Arc<Regime>], facts: &Facts, horizon: NaiveDate) {
        let mut frequencies: Vec<Frequency> = rows.iter().filter_map(|row| row.schedule).map(|schedule| schedule.frequency).collect();
        frequencies.sort_unstable();
        frequencies.dedup();
        for frequency in frequencies {
            for period in Period::all(frequency, facts.all_years(programme)) {
                let Some((regime, schedule)) = row_of(rows, period).and_then(|row| Some((row, row.schedule?))) else { continue };
                let window = period.window(schedule.window);
                if window.from > horizon {
                    continue;
                }
                let deadline = schedule.deadline(period, self.catalogue.calendar());
                let due = Due { programme, regime, period, window, deadline };
                match regime.subject {
                    RegimeSubject::Programme => {
                        if !facts.is_whole(programme, period, window) {
                            continue;
                        }
                        let is_now = (programme.start_year..=programme.end_year).contains(&period.year());
                        let since = facts.since(programme.id, period.year()).filter(|_| is_now);
                        let named: Vec<Obliged> = regime.agencies.iter().map(|agency| (*agency, since)).collect();
                        self.oblige(&due, None, window.to, &named);
                    }
                    RegimeSubject::Task => self.tasks(&due, facts),
                }
            }
        }
    }

    /// Every task of the programme that has an occurrence in the period's year.
    fn tasks(&mut self, due: &Due<'_>, facts: &Facts) {
        for (task, _) in facts.tasks.iter().filter(|(_, programme)| *programme == due.programme.id) {
            let Some((occurrence, held)) = facts.occurrences.get(&(*task, due.period.year())) else { continue };
            // What an amendment added is owed for periods that end on its day or later, what it took for those that ended before.
            if !held.contains(due.window.to) {
                continue;
            }
            let Some(assignments) = facts.assignments.get(task) else { continue };
            let (day, mut agencies) = obliged(due.regime, due.window.to, assignments);
            for (_, from) in &mut agencies {
                *from = (*from).max(held.from);
            }
            self.oblige(due, Some((*task, *occurrence)), day, &agencies);
        }
    }

    /// Each agency once: in its own name where it is named, else through the first collective that means it.
    fn oblige(&mut self, due: &Due<'_>, subject: Option<(TaskId, Id<Occurrence>)>, day: NaiveDate, named: &[Obliged]) {
        let is_collective = |(id, _): &Obliged| self.catalogue.agency(*id).is_some_and(|agency| agency.collective.is_some());
        let (collectives, single): (Vec<Obliged>, Vec<Obliged>) = named.iter().partition(|named| is_collective(named));
        // Whoever is no more owes nothing: what it would owe is owed by whoever took the duty, if anybody did.
        let duty = (due.programme.id, subject.map(|(task, _)| task));
        let owing = |id: AgencyId| owing(self.catalogue, id, duty, (day, due.deadline.day()));
        let mut owed: Vec<(Obliged, Option<AgencyId>)> =
            single.into_iter().filter_map(|(id, since)| Some(((owing(id)?, since), None))).collect();
        for (collective, since) in collectives {
            let members = match subject {
                Some((task, _)) => self.catalogue.meant_on(task, collective, day),
                None => self.catalogue.members_on(collective, day),
            };
            self.without_members += usize::from(members.is_empty());
            owed.extend(members.into_iter().filter_map(|agency| Some(((owing(agency)?, since), Some(collective)))));
        }
        for (agency, through) in owed {
            self.add(due, subject, agency, through);
        }
    }

    fn add(&mut self, due: &Due<'_>, subject: Option<(TaskId, Id<Occurrence>)>, (agency, since): Obliged, through: Option<AgencyId>) {
        let label = due.period.to_string();
        let task = subject.map(|(task, _)| task);
        if !self.known.insert((task, due.programme.id, due.regime.code.to_string(), label.clone(), agency)) {
            return;
        }
        self.new.push(Obligation {
            id: self.ids.next(),
            regime: due.regime.id,
            programme: due.programme.id,
            agency,
            task,
            occurrence: subject.map(|(_, occurrence)| occurrence),
            regime_code: Arc::clone(&due.regime.code),
            period: label.into(),
            year: due.period.year(),
            window: due.window,
            deadline: due.deadline,
            through,
            requester: None,
            is_excluded: false,
            created_at: self.now,
            owed_from: since,
        });
    }
}
