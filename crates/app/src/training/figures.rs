//! Figures of trainings: for everybody one table a year as it was released, for those who may know of agencies the numbers.
//! Must not count anew for everybody: whoever asked before and after an entry would know whom it is of.
//! What is counted is `domain::training`, what is hidden `domain::suppression`; releasing is `release`, shares of targets `target`.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Refusal},
    policy::Action,
    programme::ProgrammeId,
    suppression::{SMALLEST_SHOWN, Shown},
    training::{
        CourseId, Coverage, Denominator, Participation, People, PublicTable, Release, attendances, coverage, denominators, newly_reached,
        people as counted, public_table,
    },
};
use persistence::{
    Conn,
    staff_roll::{self, RollFilter},
    training as stored, training_part, training_release,
};

use super::{
    YEARS,
    part::open_to,
    release::{summed, told},
};
use crate::{
    Error, View,
    audit::{Deed, watched},
};

/// A part in a session that was held.
#[derive(Clone, Debug)]
pub(crate) struct HeldPart {
    pub course: CourseId,
    /// The first day of the session.
    pub from: NaiveDate,
    pub part: Participation,
}

/// Every part in sessions of a programme that were held until a day, in the order of time.
pub(crate) fn held_parts(conn: &mut Conn, programme: ProgrammeId, until: NaiveDate) -> Result<Vec<HeldPart>, Error> {
    let rows = training_part::held(conn, programme, until)?;
    Ok(rows.into_iter().map(|(course, from, part)| HeldPart { course, from, part }).collect())
}

type Table = PublicTable<AgencyId, CourseId>;

/// The one table of a year, from which everything is cut that everybody may read; none where nothing is on record.
fn table<'a>(parts: impl Iterator<Item = &'a HeldPart>) -> Result<Option<Table>, Error> {
    let reached = newly_reached(parts.map(|held| (held.course, &held.part)));
    public_table(&reached, SMALLEST_SHOWN).map_err(|_| Error::Internal("figures of trainings make no table"))
}

fn years(parts: &[HeldPart]) -> BTreeMap<i32, Vec<&HeldPart>> {
    let mut by_year: BTreeMap<i32, Vec<&HeldPart>> = BTreeMap::new();
    for held in parts {
        by_year.entry(held.from.year()).or_default().push(held);
    }
    by_year
}

/// Whether figures of people are told as they are, or as they were released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// As they are, to those who may know of every agency's.
    Live,
    Released,
    /// Nothing was released, which is no data and not nought.
    NotReleased,
}

impl Publication {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Live => "LIVE",
            Self::Released => "RELEASED",
            Self::NotReleased => "NOT_RELEASED",
        }
    }
}

/// What everybody may read of a year; those who may know of every agency's figures read how it would be released.
#[derive(Clone, Debug)]
pub struct Figures {
    pub programme: ProgrammeId,
    pub year: i32,
    pub publication: Publication,
    /// The day that the figures are of; none where nothing is told.
    pub as_of: Option<NaiveDate>,
    /// By which they were released.
    pub document: Option<DocumentId>,
    /// Courses in the order of the columns, with their titles.
    pub courses: Vec<(CourseId, String)>,
    pub rows: Vec<FigureRow>,
    /// By course.
    pub totals: Vec<Shown>,
    /// Different people in all; nothing where nothing is on record.
    pub total: Option<Shown>,
    /// Lượt người; hidden where those who came again would be few.
    pub attendances: Option<Shown>,
}

impl Figures {
    /// Nothing of a year.
    pub(super) const fn none(programme: ProgrammeId, year: i32) -> Self {
        Self {
            programme,
            year,
            publication: Publication::NotReleased,
            as_of: None,
            document: None,
            courses: Vec::new(),
            rows: Vec::new(),
            totals: Vec::new(),
            total: None,
            attendances: None,
        }
    }
}

/// An agency in the table.
#[derive(Clone, Debug)]
pub struct FigureRow {
    pub agency: AgencyId,
    /// By course: people whom it was the first to reach in the year.
    pub cells: Vec<Shown>,
    /// Different people of the agency in the year.
    pub total: Shown,
}

/// The table of a year. Each person counts once: for the agency and the course that reached them first. It is the last that was
/// released; those who may know of every agency's figures read it as it is by now.
///
/// # Errors
/// `NOT_FOUND` for a programme that is not there.
pub async fn figures(view: &View, programme: &str, year: i32) -> Result<Figures, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let programme = programme_of(view, programme).await?;
    let last = last_day(year)?;
    if open_to(&view.ctx().participation_scope(), Some(programme)).is_some() {
        let read = move |conn: &mut Conn| -> Result<Figures, Error> {
            match training_release::latest(conn, programme, year)? {
                Some(release) => told(conn, &release),
                None => Ok(Figures::none(programme, year)),
            }
        };
        return view.read(read).await;
    }
    let read =
        move |conn: &mut Conn| -> Result<_, Error> { Ok((held_parts(conn, programme, last)?, stored::of_programme(conn, programme)?)) };
    let (parts, courses) = view.read(read).await?;
    let of_year: Vec<&HeldPart> = parts.iter().filter(|held| held.from.year() == year).collect();
    let as_of = Some(last.min(view.today()));
    let live = Figures { publication: Publication::Live, as_of, ..Figures::none(programme, year) };
    let Some(table) = table(of_year.iter().copied())? else { return Ok(live) };
    let title = |id: &CourseId| courses.iter().find(|course| course.id == *id).map(|course| course.title.to_string()).unwrap_or_default();
    let shown = &table.figures;
    let counted = counted(of_year.iter().map(|held| &held.part));
    let rows = table.rows.iter().zip(&shown.cells).zip(&shown.row_totals);
    Ok(Figures {
        courses: table.columns.iter().map(|id| (*id, title(id))).collect(),
        rows: rows.map(|((agency, cells), total)| FigureRow { agency: *agency, cells: cells.clone(), total: *total }).collect(),
        totals: shown.column_totals.clone(),
        total: Some(shown.total),
        attendances: counted.map(|people| attendances(people.attendances, shown.total, people.persons.at_least, &[])),
        ..live
    })
}

/// People and attendances of each year of a programme, without agencies and courses: as they were released, or as they are by now.
///
/// # Errors
/// `NOT_FOUND` for a programme that is not there.
pub async fn figures_by_year(view: &View, programme: &str) -> Result<Vec<Figures>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let (programme, today) = (programme_of(view, programme).await?, view.today());
    if open_to(&view.ctx().participation_scope(), Some(programme)).is_some() {
        let releases = view.read(move |conn| training_release::of_programme(conn, programme)).await?;
        let latest: BTreeMap<i32, Release> = releases.into_iter().map(|one| (one.year, one)).collect();
        return Ok(latest.values().map(summed).collect());
    }
    let parts = view.read(move |conn| held_parts(conn, programme, today)).await?;
    let of_year = |(year, parts): (i32, Vec<&HeldPart>)| -> Result<Figures, Error> {
        let total = table(parts.iter().copied())?.map(|table| table.figures.total);
        let people = counted(parts.iter().map(|held| &held.part));
        Ok(Figures {
            publication: Publication::Live,
            as_of: Some(last_day(year)?.min(today)),
            total,
            attendances: people.zip(total).map(|(people, total)| attendances(people.attendances, total, people.persons.at_least, &[])),
            ..Figures::none(programme, year)
        })
    };
    years(&parts).into_iter().map(of_year).collect()
}

/// Which people.
#[derive(Clone, Debug)]
pub struct PeopleFilter {
    /// Code.
    pub programme: String,
    /// Of all years up to the day where nothing is said.
    pub year: Option<i32>,
    /// The day as of which staff is counted, and until which sessions are; today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// The numbers themselves, of the agencies that the caller may know of.
#[derive(Clone, Debug)]
pub struct TrainedPeople {
    pub programme: ProgrammeId,
    pub as_of: NaiveDate,
    /// Of which agencies they are; nothing where it is all.
    pub within: Option<Vec<AgencyId>>,
    /// Nothing where nothing is on record.
    pub people: Option<People>,
    /// Every denominator side by side, with the share of it that was reached.
    pub coverage: Vec<(Denominator, Coverage)>,
    pub by_agency: Vec<AgencyPeople>,
    pub by_course: Vec<CoursePeople>,
}

#[derive(Clone, Debug)]
pub struct AgencyPeople {
    pub agency: AgencyId,
    pub people: People,
    pub coverage: Vec<(Denominator, Coverage)>,
}

#[derive(Clone, Debug)]
pub struct CoursePeople {
    pub course: CourseId,
    pub title: String,
    pub people: People,
}

/// How many people took part and how often, with the share of the staff that is: of the agencies that the caller may know of.
///
/// # Errors
/// `FORBIDDEN`; `NOT_FOUND` for a programme that is not there.
pub async fn people(view: &View, filter: PeopleFilter) -> Result<TrainedPeople, Error> {
    watched(view.app(), view.ctx(), Deed::new("get_training_people"), async {
        view.ctx().allow(Action::ReadParticipations)?;
        let programme = programme_of(view, &filter.programme).await?;
        let as_of = filter.as_of.unwrap_or_else(|| view.today());
        let within = open_to(&view.ctx().participation_scope(), Some(programme));
        let rolls = RollFilter { agencies: within.clone(), until: Some(as_of) };
        let read = move |conn: &mut Conn| -> Result<_, Error> {
            Ok((held_parts(conn, programme, as_of)?, stored::of_programme(conn, programme)?, staff_roll::all(conn, &rolls)?))
        };
        let (mut parts, courses, rolls) = view.read(read).await?;
        parts.retain(|held| {
            filter.year.is_none_or(|year| held.from.year() == year)
                && within.as_ref().is_none_or(|agencies| agencies.contains(&held.part.agency))
        });
        let mut agencies: Vec<AgencyId> = parts.iter().map(|held| held.part.agency).chain(rolls.iter().map(|roll| roll.agency)).collect();
        agencies.sort_unstable();
        agencies.dedup();
        let covered = |people: Option<People>, of: &[AgencyId]| -> Vec<(Denominator, Coverage)> {
            let denominators = denominators(&rolls, of, as_of);
            let coverage = coverage(people, &denominators);
            denominators.into_iter().zip(coverage).collect()
        };
        let all = counted(parts.iter().map(|held| &held.part));
        let by_agency = agencies.iter().filter_map(|agency| {
            let people = counted(parts.iter().map(|held| &held.part).filter(|part| part.agency == *agency))?;
            Some(AgencyPeople { agency: *agency, people, coverage: covered(Some(people), &[*agency]) })
        });
        let by_course = courses.iter().filter_map(|course| {
            let people = counted(parts.iter().filter(|held| held.course == course.id).map(|held| &held.part))?;
            Some(CoursePeople { course: course.id, title: course.title.to_string(), people })
        });
        let (by_agency, by_course) = (by_agency.collect(), by_course.collect());
        Ok(TrainedPeople { programme, as_of, within, people: all, coverage: covered(all, &agencies), by_agency, by_course })
    })
    .await
}

async fn programme_of(view: &View, code: &str) -> Result<ProgrammeId, Error> {
    let found = view.catalogue().await?.programme_by_code(code).map(|programme| programme.id);
    found.ok_or_else(|| Refusal::new(Code::NotFound).into())
}

fn last_day(year: i32) -> Result<NaiveDate, Error> {
    let day = NaiveDate::from_ymd_opt(year, 12, 31).filter(|_| YEARS.contains(&year));
    day.ok_or_else(|| Refusal::new(Code::NotFound).into())
}
