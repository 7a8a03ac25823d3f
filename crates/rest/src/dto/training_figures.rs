//! Figures of trainings as REST shows them.
//! Must not show a hidden figure as nought or null without saying that it is hidden.
//! What is hidden is `app::training`.

use app::{
    catalogue::Catalogue,
    training::{self as model, TrainedPeople},
};
use chrono::NaiveDate;
use domain::{
    suppression::Shown,
    training::{Coverage as Covered, Denominator, People as Counted},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which year's figures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct FiguresParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: String,
    #[param(minimum = 1945, maximum = 2200)]
    pub year: i32,
}

/// A year whose figures of people everybody is told from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewTrainingRelease {
    /// The calendar year in which the sessions began.
    #[schema(minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// The day as of which figures are; today where nothing is said. Not before the day of the release before.
    pub as_of: Option<NaiveDate>,
    /// Number or identifier of the document by which it is released.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

impl From<NewTrainingRelease> for model::NewRelease {
    fn from(body: NewTrainingRelease) -> Self {
        Self { year: body.year, as_of: body.as_of, document: body.document }
    }
}

/// Which people.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct PeopleParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: String,
    /// Of sessions of this year; of all years up to the day where nothing is said.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// The day as of which staff is counted and until which sessions are; today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// A figure that everybody may read, or that it is hidden.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicFigure {
    /// Null where it is hidden.
    pub value: Option<u64>,
    /// It is under five, or another one could be computed from it.
    pub is_suppressed: bool,
}

impl From<Shown> for PublicFigure {
    fn from(shown: Shown) -> Self {
        Self { value: shown.value(), is_suppressed: shown == Shown::Suppressed }
    }
}

/// A column of the table.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureColumn {
    /// Identifier of the course.
    pub course: Uuid,
    /// What the course is called by now.
    #[schema(max_length = 500)]
    pub title: String,
    /// Different people whom this course was the first to reach in the year.
    pub total: PublicFigure,
}

/// An agency in the table.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureRow {
    /// Code.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// In the order of the columns.
    pub cells: Vec<PublicFigure>,
    /// Different people of the agency in the year.
    pub total: PublicFigure,
}

/// The table of a year: each person counts once, for the agency and the course that reached them first, so that numbers by agency, by
/// course and in all are sums of one table. Figures under five are hidden, and so many others that none of them can be computed. It is told
/// as it was released last; those who may know of every agency's figures read it as it is by now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingFigures {
    /// The calendar year in which the sessions began.
    pub year: i32,
    /// `RELEASED`; `NOT_RELEASED`, which is no data; or `LIVE` for those who may know of every agency's figures.
    #[schema(example = "RELEASED", max_length = 16, pattern = "^(LIVE|RELEASED|NOT_RELEASED)$")]
    pub publication: String,
    /// The day that the figures are of; null where nothing was released.
    pub as_of: Option<NaiveDate>,
    /// The document by which they were released.
    pub document: Option<Uuid>,
    /// The columns of the table.
    pub courses: Vec<FigureColumn>,
    /// The rows of the table, one for each agency.
    pub rows: Vec<FigureRow>,
    /// Different people; null where nothing is on record.
    pub persons: Option<PublicFigure>,
    /// Lượt người: another number than people.
    pub attendances: Option<PublicFigure>,
}

impl TrainingFigures {
    pub fn of(figures: &model::Figures, catalogue: &Catalogue) -> Self {
        let column = |((course, title), total): (&(domain::training::CourseId, String), &Shown)| FigureColumn {
            course: course.uuid(),
            title: title.clone(),
            total: (*total).into(),
        };
        let row = |row: &model::FigureRow| FigureRow {
            agency: catalogue.agency_code(Some(row.agency)).map(|code| code.to_string()),
            cells: row.cells.iter().map(|cell| (*cell).into()).collect(),
            total: row.total.into(),
        };
        Self {
            year: figures.year,
            publication: figures.publication.label().into(),
            as_of: figures.as_of,
            document: figures.document.map(domain::id::Id::uuid),
            courses: figures.courses.iter().zip(&figures.totals).map(column).collect(),
            rows: figures.rows.iter().map(row).collect(),
            persons: figures.total.map(Into::into),
            attendances: figures.attendances.map(Into::into),
        }
    }
}

/// People and attendances, which are different numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct People {
    /// Lượt người.
    pub attendances: u64,
    /// Different people: a range where not all are named.
    pub persons_at_least: u64,
    /// Different people at the most: as if nobody who is not named came twice.
    pub persons_at_most: u64,
}

impl From<Counted> for People {
    fn from(people: Counted) -> Self {
        let persons = people.persons;
        Self { attendances: people.attendances, persons_at_least: persons.at_least, persons_at_most: persons.at_most }
    }
}

/// The share of one denominator.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// `ALL_STAFF` or `IN_CHARGE`.
    #[schema(max_length = 16, pattern = "^(ALL_STAFF|IN_CHARGE)$")]
    pub base: String,
    /// Staff by the latest rolls; null where none tells it.
    pub staff: Option<u64>,
    /// Per cent, at the least and at the most; null without people or staff.
    #[schema(max_length = 32)]
    pub at_least: Option<String>,
    /// Per cent, at the most; null without people or staff.
    #[schema(max_length = 32)]
    pub at_most: Option<String>,
    /// Codes of agencies whose rolls do not tell it.
    pub missing: Vec<String>,
    /// More people than staff: the roll counts others, or is older than the training.
    pub is_over: bool,
}

impl Coverage {
    fn of((denominator, covered): &(Denominator, Covered), catalogue: &Catalogue) -> Self {
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string());
        Self {
            base: denominator.base.label().into(),
            staff: denominator.count,
            at_least: covered.share.and_then(|(low, _)| low.percent()),
            at_most: covered.share.and_then(|(_, high)| high.percent()),
            missing: denominator.missing.iter().filter_map(|agency| code(*agency)).collect(),
            is_over: covered.is_over,
        }
    }
}

/// People of an agency.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeopleOfAgency {
    /// Code.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Those who took part for this agency.
    pub people: People,
    /// Every denominator side by side, of this agency alone.
    pub coverage: Vec<Coverage>,
}

/// People in a course.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeopleInCourse {
    /// Identifier of the course.
    pub course: Uuid,
    /// What the course is called.
    #[schema(max_length = 500)]
    pub title: String,
    /// Of the agencies that the caller may know of.
    pub people: People,
}

/// The numbers themselves, of the agencies that the caller may know of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingPeople {
    /// The day as of which staff is counted and until which sessions are.
    pub as_of: NaiveDate,
    /// Codes of the agencies that are counted; null where it is all.
    pub within: Option<Vec<String>>,
    /// Null where nothing is on record.
    pub people: Option<People>,
    /// Every denominator side by side: none is chosen for the reader.
    pub coverage: Vec<Coverage>,
    /// Each agency of which somebody took part.
    pub by_agency: Vec<PeopleOfAgency>,
    /// Each course in which somebody took part.
    pub by_course: Vec<PeopleInCourse>,
}

impl TrainingPeople {
    pub fn of(found: &TrainedPeople, catalogue: &Catalogue) -> Self {
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string());
        let covered = |all: &[(Denominator, Covered)]| all.iter().map(|one| Coverage::of(one, catalogue)).collect();
        let of_agency = |one: &model::AgencyPeople| PeopleOfAgency {
            agency: code(one.agency),
            people: one.people.into(),
            coverage: covered(&one.coverage),
        };
        let in_course =
            |one: &model::CoursePeople| PeopleInCourse { course: one.course.uuid(), title: one.title.clone(), people: one.people.into() };
        Self {
            as_of: found.as_of,
            within: found.within.as_ref().map(|agencies| agencies.iter().filter_map(|agency| code(*agency)).collect()),
            people: found.people.map(Into::into),
            coverage: covered(&found.coverage),
            by_agency: found.by_agency.iter().map(of_agency).collect(),
            by_course: found.by_course.iter().map(in_course).collect(),
        }
    }
}
