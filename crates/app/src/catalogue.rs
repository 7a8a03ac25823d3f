//! The catalogue: agencies, programmes, groups, regimes and working days kept in memory, always of the state that the reader sees.
//! Must not be trusted beyond its stamp: each operation compares it with the database's, inside its own transaction.
//! What is in it is read by `persistence::catalogue`.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use chrono::NaiveDate;
use domain::{
    agency::{Agency, AgencyId, AgencyVersion},
    calendar::WorkCalendar,
    collation,
    designation::Designation,
    id::Id,
    programme::{Programme, ProgrammeId, TaskGroup},
    regime::{Regime, RegimeId},
    succession::{AgencyEvent, Function, Functions},
    task::TaskId,
};
use persistence::{Conn, DbError, catalogue};

use crate::succession::KnownRoles;

/// All agencies and programmes under one stamp, found by code or identifier.
#[derive(Debug, Default)]
pub struct Catalogue {
    stamp: i64,
    agencies: Vec<Arc<Agency>>,
    programmes: Vec<Arc<Programme>>,
    regimes: Vec<Arc<Regime>>,
    calendar: WorkCalendar,
    events: Vec<AgencyEvent>,
    functions: Vec<Function>,
    duties: Functions,
    designations: HashMap<(TaskId, AgencyId), Vec<Designation>>,
    roles: KnownRoles,
    /// Under which the versions of agencies are sorted by name.
    name_keys: HashMap<Id<AgencyVersion>, Arc<str>>,
    agency_by_id: HashMap<AgencyId, usize>,
    programme_by_id: HashMap<ProgrammeId, usize>,
    group_by_id: HashMap<Id<TaskGroup>, (usize, usize)>,
}

impl Catalogue {
    fn new(stamp: i64, contents: catalogue::Contents) -> Self {
        let agencies: Vec<_> = contents.agencies.into_iter().map(Arc::new).collect();
        let programmes: Vec<_> = contents.programmes.into_iter().map(Arc::new).collect();
        let versions = agencies.iter().flat_map(|agency| &agency.versions);
        let groups = programmes.iter().enumerate().flat_map(|(p, programme)| {
            let groups = programme.groups.iter().chain(&programme.ended_groups).enumerate();
            groups.map(move |(g, group)| (group.id, (p, g))).collect::<Vec<_>>()
        });
        let mut designations: HashMap<_, Vec<Designation>> = HashMap::new();
        for one in contents.designations {
            designations.entry((one.task, one.collective)).or_default().push(one);
        }
        Self {
            stamp,
            name_keys: versions.map(|version| (version.id, collation::key(&version.name.vi).into())).collect(),
            agency_by_id: agencies.iter().enumerate().map(|(i, agency)| (agency.id, i)).collect(),
            programme_by_id: programmes.iter().enumerate().map(|(i, programme)| (programme.id, i)).collect(),
            group_by_id: groups.collect(),
            agencies,
            programmes,
            regimes: contents.regimes.into_iter().map(Arc::new).collect(),
            calendar: contents.calendar,
            events: contents.events,
            functions: contents.functions,
            duties: contents.duties,
            designations,
            roles: KnownRoles::new(contents.roles),
        }
    }

    /// Roles that are given to agencies beside tasks.
    pub(crate) const fn known_roles(&self) -> &KnownRoles {
        &self.roles
    }

    /// All agencies by code.
    pub fn agencies(&self) -> &[Arc<Agency>] {
        &self.agencies
    }

    /// What agencies are and were called, and the codes of everything: what a password must not be made of.
    pub fn codes_and_names(&self) -> impl Iterator<Item = &str> {
        let names = self.agencies.iter().flat_map(|agency| agency.versions.iter().map(|version| &*version.name.vi));
        let codes = self.agencies.iter().map(|agency| &*agency.code).chain(self.programmes.iter().map(|programme| &*programme.code));
        names.chain(codes)
    }

    /// All programmes by code.
    pub fn programmes(&self) -> &[Arc<Programme>] {
        &self.programmes
    }

    /// What a version of an agency is sorted by among others in Vietnamese order.
    pub fn name_key(&self, version: &AgencyVersion) -> Arc<str> {
        self.name_keys.get(&version.id).cloned().unwrap_or_default()
    }

    pub fn agency(&self, id: AgencyId) -> Option<&Arc<Agency>> {
        self.agency_by_id.get(&id).map(|i| &self.agencies[*i])
    }

    /// The code of an agency.
    pub fn agency_code(&self, id: Option<AgencyId>) -> Option<Arc<str>> {
        self.agency(id?).map(|agency| Arc::clone(&agency.code))
    }

    pub fn agency_by_code(&self, code: &str) -> Option<&Arc<Agency>> {
        self.agencies.binary_search_by(|agency| (*agency.code).cmp(code)).ok().map(|i| &self.agencies[i])
    }

    pub fn programme(&self, id: ProgrammeId) -> Option<&Arc<Programme>> {
        self.programme_by_id.get(&id).map(|i| &self.programmes[*i])
    }

    pub fn programme_by_code(&self, code: &str) -> Option<&Arc<Programme>> {
        self.programmes.binary_search_by(|programme| (*programme.code).cmp(code)).ok().map(|i| &self.programmes[i])
    }

    /// A group with its programme and its place there, see `Programme::group_at`.
    pub fn group(&self, id: Id<TaskGroup>) -> Option<(&Arc<Programme>, usize)> {
        self.group_by_id.get(&id).map(|(p, g)| (&self.programmes[*p], *g))
    }

    /// All regimes by code and time.
    pub fn regimes(&self) -> &[Arc<Regime>] {
        &self.regimes
    }

    pub fn regime(&self, id: RegimeId) -> Option<&Arc<Regime>> {
        self.regimes.iter().find(|regime| regime.id == id)
    }

    /// The rows of a regime in the order of time.
    pub fn regime_rows(&self, code: &str) -> &[Arc<Regime>] {
        let from = self.regimes.partition_point(|regime| *regime.code < *code);
        let count = self.regimes[from..].partition_point(|regime| *regime.code == *code);
        &self.regimes[from..from + count]
    }

    /// What happened to agencies, in the order of time.
    pub fn events(&self) -> &[AgencyEvent] {
        &self.events
    }

    /// A kind of work.
    pub fn function(&self, code: &str) -> Option<&Function> {
        self.functions.iter().find(|function| *function.code == *code)
    }

    /// Kinds of work by code.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// Of which kind duties are.
    pub fn duties(&self) -> &Functions {
        &self.duties
    }

    /// What documents designated for a task of the members of a collective, in the order of time.
    pub fn designations(&self, task: TaskId, collective: AgencyId) -> &[Designation] {
        self.designations.get(&(task, collective)).map_or(&[], Vec::as_slice)
    }

    /// Everything that was designated for any task.
    pub fn all_designations(&self) -> impl Iterator<Item = &Designation> {
        self.designations.values().flatten()
    }

    /// What is designated on a day; nothing where the last document only ended what was.
    pub fn designation_on(&self, task: TaskId, collective: AgencyId, day: NaiveDate) -> Option<&Designation> {
        self.designations(task, collective).iter().find(|one| one.validity.contains(day) && !one.agencies.is_empty())
    }

    /// Whether an assignment to these words means nobody on a day until a document says whom.
    pub fn lacks_designation(&self, task: TaskId, collective: AgencyId, day: NaiveDate) -> bool {
        let needs = self.agency(collective).is_some_and(|agency| agency.needs_designation_on(day));
        needs && self.designation_on(task, collective, day).is_none()
    }

    /// Whom an assignment means on a day: the agency itself, the members of a collective, or of a filtered one those that are
    /// designated for the task, each by whoever has its duty on the day.
    pub fn meant_on(&self, task: TaskId, agency: AgencyId, day: NaiveDate) -> Vec<AgencyId> {
        let is_filtered = self.agency(agency).is_some_and(|agency| agency.is_filtered_on(day));
        match self.designation_on(task, agency, day).filter(|_| is_filtered) {
            Some(designation) => {
                let mut meant = designation.meant(&self.events, &self.duties, day);
                meant.retain(|id| self.agency(*id).is_some_and(|agency| agency.is_active_on(day)));
                meant
            }
            None if self.lacks_designation(task, agency, day) => Vec::new(),
            None => self.members_on(agency, day),
        }
    }

    /// Whom filtered words mean for a task on a day; nothing where they mean their whole roll.
    pub fn designated_on(&self, task: TaskId, collective: AgencyId, day: NaiveDate) -> Option<Vec<AgencyId>> {
        let is_filtered = self.agency(collective)?.is_filtered_on(day);
        let is_told = self.designation_on(task, collective, day).is_some() || self.lacks_designation(task, collective, day);
        (is_filtered && is_told).then(|| self.meant_on(task, collective, day))
    }

    /// The working days of all years that are known.
    pub fn calendar(&self) -> &WorkCalendar {
        &self.calendar
    }

    /// The single bodies on a collective's roll on a day, through other collectives too, in the order of the rolls; none that is no more.
    pub fn members_on(&self, collective: AgencyId, day: NaiveDate) -> Vec<AgencyId> {
        let (mut found, mut seen, mut open) = (Vec::new(), HashSet::from([collective]), vec![collective]);
        while let Some(agency) = open.pop().and_then(|id| self.agency(id)) {
            if agency.collective.is_none() {
                found.extend(agency.end().is_none_or(|end| day < end).then_some(agency.id));
                continue;
            }
            let on_roll = agency.members.iter().rev().filter(|member| member.validity.contains(day));
            open.extend(on_roll.map(|member| member.agency).filter(|member| seen.insert(*member)));
        }
        found
    }

    /// Every collective that has the agency on its roll on some day of the year, through other collectives too.
    pub fn collectives_with(&self, agency: AgencyId, year: i32) -> HashSet<AgencyId> {
        let mut found = HashSet::new();
        let mut open = vec![agency];
        while let Some(member) = open.pop() {
            for collective in &self.agencies {
                let holds = collective.members.iter().any(|m| m.agency == member && m.validity.touches_year(year));
                if holds && found.insert(collective.id) {
                    open.push(collective.id);
                }
            }
        }
        found
    }
}

/// The version of an agency that holds on a day, or the nearest one: what it was called last before, else first after.
pub fn version_on(agency: &Agency, day: NaiveDate) -> Option<&AgencyVersion> {
    let before = |version: &&AgencyVersion| version.validity.from.is_none_or(|from| from <= day);
    agency
        .versions
        .iter()
        .find(|version| version.validity.contains(day))
        .or_else(|| agency.versions.iter().rfind(before))
        .or_else(|| agency.versions.first())
}

/// The newest catalogue that was read.
#[derive(Default)]
pub struct Cache(RwLock<Option<Arc<Catalogue>>>);

impl Cache {
    /// The catalogue of the state that `conn` sees: one look at the stamp, and the rest only when that is new.
    ///
    /// Stamps are never used twice, so that a state which was read and then rolled back fits nothing later.
    pub(crate) fn current(&self, conn: &mut Conn) -> Result<Arc<Catalogue>, DbError> {
        let mut stamp = catalogue::stamp(conn)?;
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.stamp == stamp) {
            return Ok(kept);
        }
        // Where each statement sees what was committed before it, an import may come in between: then once more.
        let contents = loop {
            let contents = catalogue::load(conn)?;
            let now = catalogue::stamp(conn)?;
            if now == stamp {
                break contents;
            }
            stamp = now;
        };
        let fresh = Arc::new(Catalogue::new(stamp, contents));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}
