//! Filling the database with a province: its programmes through the import, then what became of them, group by group.
//! Must not hold more of it in memory than one programme's tasks and a few thousand reports.
//! The statements are `persistence`; what is written is made by the files beside this one.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    clock::{day_begins, local_day},
    obligation::ObligationId,
    period::{Frequency, Period},
    programme::Programme,
    task::{Assignment, AssignmentRole, Occurrence, Task, TaskId},
};
use persistence::{Conn, obligation, occurrence_bulk, outbox, report, task};
use serde_json::{Value, json};

use super::{
    AS_OF, FOUNDED, Made,
    chance::Chance,
    file::{self, programme},
    flow::{Flow, Slot, received, send},
    life::{Lives, Setting, has_come, live},
    people::{self, People},
    unit::{REPORTS_A_TASK, Unit},
};
use crate::{
    App, Error,
    catalogue::{Catalogue, version_on},
    import::{store_calendar, store_programme},
    obligation::owed_from_the_start,
    occurrence::{first_assigned, leads_in},
};

/// Reports of a group.
const GROUP: usize = 1_000;

/// Fills in a province.
pub(super) fn unit(app: &App, conn: &mut Conn, unit: &Unit, seed: u64, made: &mut Made) -> Result<(), Error> {
    let chance = |part: usize| Chance::new(seed, unit.number as u64, part as u64 + 1);
    // 1. Programmes, tasks and agencies, and who reports on them, as any operator imports them.
    let mut chances: Vec<Chance> = (0..unit.programmes.len()).map(chance).collect();
    let files: Vec<file::Programme> = chances.iter_mut().enumerate().map(|(i, chance)| programme(unit, i, chance)).collect();
    for file in &files {
        store_programme(app, conn, file.file.to_string().as_bytes())?;
    }
    let regimes: Vec<&Value> = files.iter().map(|file| &file.regime).collect();
    store_calendar(app, conn, json!({"schema": "calendar/1", "regimes": regimes}).to_string().as_bytes())?;
    let catalogue = app.0.catalogue.current(conn)?;
    let stored = files.iter().map(|file| catalogue.programme_by_code(&file.code).cloned()).collect::<Option<Vec<_>>>();
    let stored = stored.ok_or(Error::Internal("a programme that was imported is not there"))?;
    // 2. Who acts.
    let people = people::make(app, conn, &catalogue, (unit, &stored), day_begins(FOUNDED))?;
    made.agencies += unit.bodies.len() + files.len();
    made.programmes += files.len();
    // 3. What they did.
    for (((programme, file), people), chance) in stored.iter().zip(&files).zip(&people).zip(&mut chances) {
        let mut filling = Filling { app, conn, catalogue: &catalogue, programme, people, chance, made };
        filling.programme(file.tasks * REPORTS_A_TASK)?;
    }
    Ok(())
}

struct Filling<'a> {
    app: &'a App,
    conn: &'a mut Conn,
    catalogue: &'a Catalogue,
    programme: &'a Arc<Programme>,
    people: &'a People,
    chance: &'a mut Chance,
    made: &'a mut Made,
}

/// A programme as it is stored.
struct Stored {
    tasks: Vec<Task>,
    assignments: HashMap<TaskId, Vec<Assignment>>,
    occurrences: HashMap<(TaskId, i32), Occurrence>,
    /// By task, period and agency.
    owed: HashMap<(TaskId, Arc<str>, AgencyId), ObligationId>,
}

impl Filling<'_> {
    fn programme(&mut self, reports: usize) -> Result<(), Error> {
        let mut stored = self.read()?;
        self.oblige(&mut stored)?;
        self.live(&stored)?;
        self.report(&stored, reports)?;
        self.made.tasks += stored.tasks.len();
        self.made.occurrences += stored.occurrences.len();
        Ok(())
    }

    fn read(&mut self) -> Result<Stored, Error> {
        let groups: Vec<_> = self.programme.groups.iter().map(|group| group.id).collect();
        let mut tasks = task::by_groups(self.conn, &groups)?;
        tasks.sort_by_key(|task| task.rank);
        let mut assignments: HashMap<TaskId, Vec<Assignment>> = HashMap::new();
        for assignment in task::assignments_of_programmes(self.conn, &[self.programme.id])? {
            assignments.entry(assignment.task).or_default().push(assignment);
        }
        let occurrences = task::occurrences_of_programmes(self.conn, &[self.programme.id])?;
        let occurrences = occurrences.into_iter().map(|occurrence| ((occurrence.task, occurrence.year), occurrence)).collect();
        Ok(Stored { tasks, assignments, occurrences, owed: HashMap::new() })
    }

    /// What the service itself would have made by then, each when its window began.
    fn oblige(&mut self, stored: &mut Stored) -> Result<(), Error> {
        let programmes = std::slice::from_ref(self.programme);
        let mut owed = owed_from_the_start(self.conn, self.catalogue, programmes, (&*self.app.0.ids, day_begins(AS_OF)))?;
        for obligation in &mut owed {
            obligation.created_at = day_begins(obligation.window.from.min(AS_OF));
        }
        for group in owed.chunks(GROUP) {
            self.made.obligations += obligation::insert(self.conn, group)?;
        }
        let key = |owed: domain::obligation::Obligation| Some(((owed.task?, owed.period, owed.agency), owed.id));
        stored.owed = owed.into_iter().filter_map(key).collect();
        Ok(())
    }

    fn live(&mut self, stored: &Stored) -> Result<(), Error> {
        let mut lives = Lives::default();
        let other = self.programme.reports_to.ok_or(Error::Internal("a programme that reports to nobody"))?;
        for task in &stored.tasks {
            let setting = Setting { people: self.people, task, decision: self.programme.decision, other };
            for year in task.period.years() {
                let Some(occurrence) = stored.occurrences.get(&(task.id, year)).filter(|occurrence| has_come(occurrence)) else { continue };
                let assigned = stored.assignments.get(&task.id).map_or(&[][..], Vec::as_slice);
                let leads = leads_in(self.catalogue, assigned, occurrence.led_on(NaiveDate::MAX, first_assigned(assigned)));
                live(&setting, occurrence, leads, self.chance, &mut lives)?;
            }
        }
        occurrence_bulk::put(self.conn, &lives.occurrences)?;
        occurrence_bulk::record_all(self.conn, &lives.events)?;
        occurrence_bulk::insert_claims(self.conn, &lives.claims)?;
        occurrence_bulk::insert_extensions(self.conn, &lives.extensions)?;
        outbox::append(self.conn, &lives.news)?;
        self.made.events += lives.news.len();
        Ok(())
    }

    /// Sends so many reports: of those that could be, any as likely as another; where they are too few, several for each.
    fn report(&mut self, stored: &Stored, reports: usize) -> Result<(), Error> {
        let names = self.names(stored);
        let quarters = self.quarters(stored, &names)?;
        let slots: usize = quarters.iter().map(Vec::len).sum();
        let each = reports.checked_div(slots).ok_or(Error::Internal("nobody could report"))?;
        let (mut left, mut wanted) = (slots, reports - each * slots);
        let mut flow = Flow::default();
        for quarter in quarters {
            let mut sent = Vec::new();
            for slot in &quarter {
                // So many of those that are left, each with the same chance.
                let is_drawn = self.chance.index(left) < wanted;
                (left, wanted) = (left - 1, wanted - usize::from(is_drawn));
                for copy in 0..each + usize::from(is_drawn) {
                    // One report answers; whatever comes beside it does not.
                    let slot = Slot { obligation: slot.obligation.filter(|_| copy == 0), ..*slot };
                    sent.push((received(&slot, self.chance), slot));
                }
            }
            sent.sort_by_key(|(at, _)| *at);
            for (at, slot) in sent {
                send(&slot, at, self.people, self.chance, &mut flow)?;
                if flow.reports.len() == GROUP {
                    self.store(&mut flow)?;
                }
            }
        }
        self.store(&mut flow)
    }

    /// What agencies were called on the day up to which everything is made up.
    fn names(&self, stored: &Stored) -> HashMap<AgencyId, String> {
        let assigned = stored.assignments.values().flatten().map(|assignment| assignment.agency);
        let members = assigned.flat_map(|agency| self.catalogue.members_on(agency, AS_OF).into_iter().chain([agency]));
        let named = members.collect::<HashSet<_>>().into_iter().filter_map(|id| {
            let agency = self.catalogue.agency(id)?;
            Some((id, version_on(agency, AS_OF)?.name.vi.to_string()))
        });
        named.collect()
    }

    /// Every report that could be sent, quarter by quarter: of each task of the year, by its leads and its coordinators.
    fn quarters<'s>(&self, stored: &'s Stored, names: &'s HashMap<AgencyId, String>) -> Result<Vec<Vec<Slot<'s>>>, Error> {
        let regime = self.catalogue.regime_rows(&format!("{}-QUY", self.programme.code)).first();
        let schedule = regime.and_then(|regime| regime.schedule).ok_or(Error::Internal("a regime that was imported is not there"))?;
        let mut quarters = Vec::new();
        for (year, quarter) in (self.programme.start_year..=self.programme.end_year).flat_map(|year| (1..=4).map(move |q| (year, q))) {
            let Some(period) = Period::new(Frequency::Quarter, year, quarter) else { continue };
            let window_to = period.window(schedule.window).to;
            let Some(due) = schedule.deadline(period, self.catalogue.calendar()).day().filter(|due| *due <= AS_OF) else { continue };
            let days = (window_to, due);
            let of_task = |task| self.slots(stored, names, (task, year, quarter), days, &period.to_string().into());
            quarters.push(stored.tasks.iter().flat_map(of_task).collect());
        }
        Ok(quarters)
    }

    fn slots<'s>(
        &self,
        stored: &'s Stored,
        names: &'s HashMap<AgencyId, String>,
        (task, year, quarter): (&'s Task, i32, i32),
        (window_to, due): (NaiveDate, NaiveDate),
        label: &Arc<str>,
    ) -> Vec<Slot<'s>> {
        let Some(occurrence) = stored.occurrences.get(&(task.id, year)) else { return Vec::new() };
        let assigned = stored.assignments.get(&task.id).map_or(&[][..], Vec::as_slice);
        let coordinating = assigned.iter().filter(|assignment| assignment.role == AssignmentRole::Coordinating);
        let mut seen = HashSet::new();
        let day = occurrence.led_on(window_to, first_assigned(assigned));
        let agencies = leads_in(self.catalogue, assigned, day).into_iter().chain(coordinating.map(|assignment| assignment.agency));
        let slot = |agency: AgencyId| Slot {
            task,
            occurrence: occurrence.id,
            agency,
            agency_name: names.get(&agency).map_or("", String::as_str),
            obligation: stored.owed.get(&(task.id, Arc::clone(label), agency)).copied(),
            year,
            quarter,
            window_to,
            due,
        };
        agencies.filter(|agency| seen.insert(*agency)).map(slot).collect()
    }

    fn store(&mut self, flow: &mut Flow) -> Result<(), Error> {
        let (reports, versions, events) = (flow.reports.iter().collect::<Vec<_>>(), &flow.versions, &flow.events);
        report::insert_with_history(self.conn, &reports, &versions.iter().collect::<Vec<_>>(), &events.iter().collect::<Vec<_>>())?;
        outbox::append(self.conn, &flow.news)?;
        self.made.reports += flow.reports.len();
        self.made.versions += flow.versions.len();
        self.made.events += flow.news.len();
        debug_assert!(flow.events.iter().all(|event| local_day(event.at) <= AS_OF));
        *flow = Flow::default();
        Ok(())
    }
}
