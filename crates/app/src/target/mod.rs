//! Targets as they are evaluated: by the definition of the day, from what is on record or what a document states.
//! Must not call no data nought, nor show whoever may not know of agencies a figure by which few people could be counted.
//! Where values come from is `actual`, what everybody is told of people `release`, defining and stating `write`; the rules are `domain::target`.

mod actual;
mod parts;
mod release;
mod worded;
mod write;

use std::{collections::HashMap, sync::Arc};

use chrono::{Datelike, NaiveDate};
use domain::{
    account::AccountId,
    agency::AgencyId,
    clock::{day_after, day_begins},
    deliverable::{Deliverable, Visibility},
    document::DocumentId,
    error::{Code, Refusal},
    id::Id,
    policy::{Action, ReportScope},
    programme::{Programme, Target},
    report::ReportId,
    target::{Actual, Definition, Evaluation, Finality, Part, RecordRef, Status},
    training::{Release, StaffBase, StaffRoll},
};
use persistence::{
    Conn, deliverable, report,
    staff_roll::{self, RollFilter},
    target_definition::{self as stored, StatedValue},
    training_release,
};

use crate::{
    Error, View,
    catalogue::Catalogue,
    listing::{Listing, PageArgs, slice},
    training::{HeldPart, Publication, held_parts, open_to},
    version::{On, programme_on, targets_by_ids_on, targets_on},
};

pub(crate) use release::shares_to_release;
use worded::{named, versions};
pub use write::{NewDefinition, NewValue, StatedAs, define, state};

/// What is reached of a target.
#[derive(Clone, Debug)]
pub struct Evaluated {
    pub target: Target,
    pub definition: Definition,
    /// The year whose value it is, and the day that it is of.
    pub year: i32,
    pub as_of: NaiveDate,
    /// Whether it is told as it is, or as it was released.
    pub publication: Publication,
    /// Whether all who were trained are of the agencies that are counted.
    pub evaluation: Evaluation,
    pub value: Actual,
    /// Shares of other wholes, side by side.
    pub alternatives: Vec<Alternative>,
    pub finality: Finality,
    pub source: Source,
    /// Figures of a few people are not told to this caller: then nothing is told that they follow from.
    pub is_suppressed: bool,
    /// By agency, as far as the caller may know of it.
    pub by_agency: Vec<AgencyValue>,
    /// Parts by the dimensions of the definition, which add up to the value.
    pub parts: Vec<Part>,
    /// What changed since the baseline; none where either is not known.
    pub change: Option<String>,
    /// What a document states of the year, whatever is on record.
    pub stated: Option<StatedBeside>,
    /// What the value rests on, as far as the caller may know of it.
    pub records: Vec<(RecordRef, AgencyId)>,
}

/// The share of another whole.
#[derive(Clone, Debug)]
pub struct Alternative {
    pub base: StaffBase,
    pub value: Actual,
    pub evaluation: Evaluation,
    /// How many agencies have not told theirs.
    pub missing: usize,
    pub is_suppressed: bool,
}

/// What one agency contributes.
#[derive(Clone, Debug)]
pub struct AgencyValue {
    pub agency: AgencyId,
    pub value: Actual,
    pub evaluation: Evaluation,
}

/// A value that a document states, beside what is on record and never merged with it.
#[derive(Clone, Debug)]
pub struct StatedBeside {
    pub value: Actual,
    pub evaluation: Evaluation,
    pub finality: Finality,
    pub year: i32,
    pub by: AccountId,
    pub document: DocumentId,
    pub on: NaiveDate,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nothing is on record.
    Nothing,
    Recorded,
    Stated {
        by: AccountId,
        document: DocumentId,
        on: NaiveDate,
    },
}

/// Everything that values of a programme's targets come from, until a day.
struct Facts {
    definitions: Vec<Definition>,
    values: Vec<StatedValue>,
    accepted: Vec<(AgencyId, ReportId)>,
    parts: Vec<HeldPart>,
    rolls: Vec<StaffRoll>,
    deliverables: Vec<(Deliverable, Visibility)>,
    /// What the programme names beside its targets.
    beside: worded::Beside,
    /// What was released of the year, for whoever is told no more of people.
    release: Option<Release>,
}

/// Which year's values, and as known on which day: those of the day's year where no year is said, as known today where no day is.
#[derive(Clone, Copy, Debug, Default)]
pub struct When {
    pub as_of: Option<NaiveDate>,
    pub year: Option<i32>,
}

impl When {
    fn read(self, today: NaiveDate) -> (NaiveDate, i32) {
        let day = self.as_of.unwrap_or(today);
        (day, self.year.unwrap_or(day.year()))
    }
}

/// A target, a day and a year.
pub type Wanted = (Id<Target>, NaiveDate, i32);

/// As of when, and for whom.
#[derive(Clone)]
struct Asked<'a> {
    catalogue: &'a Catalogue,
    programme: &'a Programme,
    as_of: NaiveDate,
    year: i32,
    /// The day of figures of people, in or before the year.
    people_on: NaiveDate,
    /// Of which agencies the caller may know; all where nothing is said.
    within: Option<Vec<AgencyId>>,
    /// Which deliverables the caller sees by role.
    deliverables: ReportScope,
}

/// What is reached of every target of a programme, in the order of their codes. A number of
/// statements that does not depend on how many there are.
///
/// # Errors
/// `NOT_FOUND` for a programme that is not there, or was not signed by then.
pub async fn evaluations(view: &View, programme: &str, when: When) -> Result<Vec<Evaluated>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let (day, year) = when.read(view.today());
    let found = programme_on(view, programme, day).await?.ok_or_else(|| Refusal::new(Code::NotFound))?.programme;
    let targets = targets_on(view, vec![(found.id, day)]).await?.remove(&(found.id, day)).unwrap_or_default();
    evaluated(view, &found, targets, (day, year)).await
}

/// What is reached of these targets, each as of a day and in a year, alone in a list.
///
/// # Errors
/// When the database fails.
pub async fn by_ids_on(view: &View, keys: Vec<Wanted>) -> Result<HashMap<Wanted, Vec<Evaluated>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let mut on: Vec<On<Target>> = keys.iter().map(|(id, day, _)| (*id, *day)).collect();
    on.sort_unstable();
    on.dedup();
    let targets = targets_by_ids_on(view, on).await?;
    let mut groups: HashMap<(Id<Programme>, NaiveDate, i32), Vec<Target>> = HashMap::new();
    for (id, day, year) in keys {
        for target in targets.get(&(id, day)).into_iter().flatten() {
            groups.entry((target.programme, day, year)).or_default().push(target.clone());
        }
    }
    let mut found = HashMap::new();
    for ((programme, day, year), targets) in groups {
        let Some(programme) = view.catalogue().await?.programme(programme).cloned() else { continue };
        for one in evaluated(view, &programme, targets, (day, year)).await? {
            found.insert((one.target.id, day, year), vec![one]);
        }
    }
    Ok(found)
}

/// What is reached of the target with this code.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn by_code(view: &View, programme: &str, target: &str, when: When) -> Result<Evaluated, Error> {
    let all = evaluations(view, programme, when).await?;
    all.into_iter().find(|one| one.target.code == target).ok_or_else(|| Refusal::new(Code::NotFound).into())
}

/// As [`by_code`] as of a day, or of today where the programme was not there on it.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn by_code_near(view: &View, programme: &str, target: &str, day: NaiveDate) -> Result<Evaluated, Error> {
    match by_code(view, programme, target, When { as_of: Some(day), year: None }).await {
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => by_code(view, programme, target, When::default()).await,
        found => found,
    }
}

/// A page of the records that a value rests on, and how many there are.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub fn records_of(view: &View, found: &Evaluated, args: &PageArgs) -> Result<(Listing<(RecordRef, AgencyId)>, usize), Error> {
    let list = format!("records {} {} {:?} {:?}", found.target.id, found.year, found.as_of, view.ctx().participation_scope());
    let mut records = found.records.clone();
    records.sort_unstable_by_key(|(record, _)| (record.kind, record.id));
    let listing = slice(&records, &list, args, |(record, _)| (record.kind, record.id))?;
    Ok((listing, records.len()))
}

/// A page of the records that a target's value rests on, as far as the caller may know of them.
///
/// # Errors
/// `NOT_FOUND`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn records(
    view: &View,
    (programme, target): (&str, &str),
    when: When,
    args: &PageArgs,
) -> Result<(Listing<(RecordRef, AgencyId)>, usize), Error> {
    records_of(view, &by_code(view, programme, target, when).await?, args)
}

async fn evaluated(
    view: &View,
    programme: &Arc<Programme>,
    targets: Vec<Target>,
    (as_of, year): (NaiveDate, i32),
) -> Result<Vec<Evaluated>, Error> {
    let within = open_to(&view.ctx().participation_scope(), Some(programme.id));
    let people_on = NaiveDate::from_ymd_opt(year, 12, 31).map_or(as_of, |end| end.min(as_of));
    let is_told_all = within.is_none();
    let (ids, of): (Vec<Id<Target>>, _) = (targets.iter().map(|target| target.id).collect(), programme.id);
    let read = move |conn: &mut Conn| -> Result<Facts, Error> {
        Ok(Facts {
            definitions: stored::definitions(conn, &ids)?,
            values: stored::values(conn, &ids, year)?,
            accepted: report::accepted_of_year(conn, of, year, day_begins(day_after(as_of)))?,
            parts: held_parts(conn, of, people_on)?,
            rolls: staff_roll::all(conn, &RollFilter { agencies: None, until: Some(people_on) })?,
            deliverables: deliverable::standing(conn, of, as_of)?,
            beside: worded::beside(conn, of, as_of)?,
            release: if is_told_all { None } else { training_release::latest(conn, of, year)? },
        })
    };
    let facts = view.read(read).await?;
    let deliverables = view.ctx().deliverable_scope();
    let asked = Asked { catalogue: view.catalogue().await?, programme, as_of, year, people_on, within, deliverables };
    targets.into_iter().map(|target| one(&asked, &facts, target)).collect()
}

fn one(asked: &Asked<'_>, facts: &Facts, target: Target) -> Result<Evaluated, Error> {
    let versions: Vec<Definition> = versions(&target, &facts.definitions, &named(asked.catalogue, &facts.beside));
    let first = || versions.first().cloned().ok_or(Error::Internal("a target without a definition"));
    let definition = Definition::on(&versions, asked.as_of).cloned().map_or_else(first, Ok)?;
    let mut found = if asked.within.is_some() && release::is_of_people(&definition) {
        release::released(asked, facts, target, &versions, definition)
    } else {
        actual::recorded(asked, facts, target, definition)
    };
    found.stated = stated(asked, &found, &facts.values);
    // A document's number of people is told as exactly as a counted one.
    if let Some(stated) = found.stated.as_mut().filter(|_| asked.within.is_some() && release::is_of_people(&found.definition)) {
        (stated.evaluation, _) = release::stated_in_steps(asked, &found.definition, &stated.value);
        stated.value = NOTHING;
    }
    if found.evaluation.status == Status::NoData
        && let Some(stated) = &found.stated
    {
        found.source = Source::Stated { by: stated.by, document: stated.document, on: stated.on };
        (found.evaluation, found.value, found.finality) = (stated.evaluation.clone(), stated.value.clone(), stated.finality);
        found.records.clear();
        found.parts = parts::of_value(&found.definition, &found.value);
    }
    found.change = found.definition.change(&found.evaluation);
    Ok(found)
}

/// The value that documents state for the year: the one typed in last, of the year itself or, where numbers of years add up, of the last
/// before.
fn stated(asked: &Asked<'_>, found: &Evaluated, values: &[StatedValue]) -> Option<StatedBeside> {
    let is_of = |value: &&StatedValue| {
        let year = if found.definition.carries() { value.year <= found.year } else { value.year == found.year };
        value.target == found.target.id && value.on <= asked.as_of && year
    };
    let stated = values.iter().rfind(is_of)?;
    Some(StatedBeside {
        evaluation: judged(asked, &found.definition, &stated.value),
        value: stated.value.clone(),
        finality: stated.finality,
        year: stated.year,
        by: stated.by,
        document: stated.document,
        on: stated.on,
    })
}

/// Judges a value by a definition: the time for it is over once the value is of its last year, or later, and that year is past.
fn judged(asked: &Asked<'_>, definition: &Definition, value: &Actual) -> Evaluation {
    let due = definition.due_year.unwrap_or(asked.programme.end_year);
    definition.measure.evaluate(value, definition.direction, asked.year >= due && asked.as_of.year() > due)
}

/// Part and whole of a share that nothing is known of.
const NOTHING: Actual = Actual::Share { at_least: None, at_most: None, whole: None };
