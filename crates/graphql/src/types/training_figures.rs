//! Figures of trainings: for everybody with few people hidden, for those who may know of agencies the numbers.
//! Must not show a hidden figure without saying that it is hidden.
//! What is hidden is `app::training`.

use app::training::{self as figures};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{
    suppression::Shown,
    training::{Coverage as Covered, Denominator, People as Counted},
};

use super::{agency, agency_on, document_opt, id};
use crate::{
    enums::training::{Publication, StaffBase},
    types::{agency::Agency, document::Document},
};

/// A figure that everybody may read, or that it is hidden.
#[derive(SimpleObject)]
pub struct PublicFigure {
    /// Null where it is hidden.
    value: Option<u64>,
    /// It is under five, or another one could be computed from it.
    is_suppressed: bool,
}

impl From<Shown> for PublicFigure {
    fn from(shown: Shown) -> Self {
        Self { value: shown.value(), is_suppressed: shown == Shown::Suppressed }
    }
}

/// A column of the table.
#[derive(SimpleObject)]
pub struct FigureColumn {
    /// Identifier of the course.
    course: ID,
    /// What the course is called by now.
    title: String,
    /// Different people whom this course was the first to reach in the year.
    total: PublicFigure,
}

/// An agency in the table.
pub struct FigureRow(figures::FigureRow, Option<NaiveDate>);

/// An agency in the table.
#[Object]
impl FigureRow {
    /// As it was at the end of the year.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, self.1).await
    }

    /// In the order of the columns.
    async fn cells(&self) -> Vec<PublicFigure> {
        self.0.cells.iter().map(|cell| (*cell).into()).collect()
    }

    /// Different people of the agency in the year.
    async fn total(&self) -> PublicFigure {
        self.0.total.into()
    }
}

/// The table of a year: each person counts once, for the agency and the course that reached them first. Figures under five are hidden,
/// and so many others that none of them can be computed.
pub struct TrainingFigures(pub figures::Figures);

/// The table of a year: each person counts once, for the agency and the course that reached them first. Figures under five are hidden,
/// and so many others that none of them can be computed.
#[Object]
impl TrainingFigures {
    /// The calendar year in which the sessions began.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// Whether they are told as they were released, or as they are by now to those who may know of every agency's.
    async fn publication(&self) -> Publication {
        self.0.publication.into()
    }

    /// The day that they are of; null where nothing was released.
    async fn as_of(&self) -> Option<NaiveDate> {
        self.0.as_of
    }

    /// The document by which they were released.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    /// The columns of the table.
    async fn courses(&self) -> Vec<FigureColumn> {
        let columns = self.0.courses.iter().zip(&self.0.totals);
        columns.map(|((course, title), total)| FigureColumn { course: id(*course), title: title.clone(), total: (*total).into() }).collect()
    }

    /// The rows of the table, one for each agency.
    async fn rows(&self) -> Vec<FigureRow> {
        let day = NaiveDate::from_ymd_opt(self.0.year, 12, 31);
        self.0.rows.iter().cloned().map(|row| FigureRow(row, day)).collect()
    }

    /// Different people; null where nothing is on record.
    async fn persons(&self) -> Option<PublicFigure> {
        self.0.total.map(Into::into)
    }

    /// Lượt người: another number than people.
    async fn attendances(&self) -> Option<PublicFigure> {
        self.0.attendances.map(Into::into)
    }
}

/// People and attendances, which are different numbers.
#[derive(SimpleObject)]
pub struct TrainedPeople {
    /// Lượt người.
    attendances: u64,
    /// Different people: a range where not all are named.
    persons_at_least: u64,
    /// Different people at the most: as if nobody who is not named came twice.
    persons_at_most: u64,
}

impl From<Counted> for TrainedPeople {
    fn from(people: Counted) -> Self {
        let persons = people.persons;
        Self { attendances: people.attendances, persons_at_least: persons.at_least, persons_at_most: persons.at_most }
    }
}

/// The share of one denominator.
pub struct TrainingCoverage(Denominator, Covered);

/// The share of one denominator.
#[Object]
impl TrainingCoverage {
    /// Whose number the share is taken of.
    async fn base(&self) -> StaffBase {
        self.0.base.into()
    }

    /// Staff by the latest rolls; null where none tells it.
    async fn staff(&self) -> Option<u64> {
        self.0.count
    }

    /// Per cent, at the least; null without people or staff.
    async fn at_least(&self) -> Option<String> {
        self.1.share.and_then(|(low, _)| low.percent())
    }

    /// Per cent, at the most; null without people or staff.
    async fn at_most(&self) -> Option<String> {
        self.1.share.and_then(|(_, high)| high.percent())
    }

    /// Agencies whose rolls do not tell it.
    async fn missing(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        let mut agencies = Vec::new();
        for missing in &self.0.missing {
            agencies.push(agency(ctx, *missing).await?);
        }
        Ok(agencies)
    }

    /// More people than staff: the roll counts others, or is older than the training.
    async fn is_over(&self) -> bool {
        self.1.is_over
    }
}

fn covered(all: &[(Denominator, Covered)]) -> Vec<TrainingCoverage> {
    all.iter().cloned().map(|(denominator, covered)| TrainingCoverage(denominator, covered)).collect()
}

/// People of an agency.
pub struct PeopleOfAgency(figures::AgencyPeople, NaiveDate);

/// People of an agency.
#[Object]
impl PeopleOfAgency {
    /// As it was on the day of the figures.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, Some(self.1)).await
    }

    /// Those who took part for this agency.
    async fn people(&self) -> TrainedPeople {
        self.0.people.into()
    }

    /// Every denominator side by side, of this agency alone.
    async fn coverage(&self) -> Vec<TrainingCoverage> {
        covered(&self.0.coverage)
    }
}

/// People in a course.
#[derive(SimpleObject)]
pub struct PeopleInCourse {
    /// Identifier of the course.
    course: ID,
    /// What the course is called.
    title: String,
    /// Of the agencies that the caller may know of.
    people: TrainedPeople,
}

/// The numbers themselves, of the agencies that the caller may know of.
pub struct TrainingPeople(pub figures::TrainedPeople);

/// The numbers themselves, of the agencies that the caller may know of.
#[Object]
impl TrainingPeople {
    /// The day as of which staff is counted and until which sessions are.
    async fn as_of(&self) -> NaiveDate {
        self.0.as_of
    }

    /// The agencies that are counted; null where it is all.
    async fn within(&self, ctx: &Context<'_>) -> Result<Option<Vec<Agency>>> {
        let Some(within) = &self.0.within else { return Ok(None) };
        let mut agencies = Vec::new();
        for one in within {
            agencies.push(agency(ctx, *one).await?);
        }
        Ok(Some(agencies))
    }

    /// Null where nothing is on record.
    async fn people(&self) -> Option<TrainedPeople> {
        self.0.people.map(Into::into)
    }

    /// Every denominator side by side: none is chosen for the reader.
    async fn coverage(&self) -> Vec<TrainingCoverage> {
        covered(&self.0.coverage)
    }

    /// Each agency of which somebody took part.
    async fn by_agency(&self) -> Vec<PeopleOfAgency> {
        self.0.by_agency.iter().cloned().map(|one| PeopleOfAgency(one, self.0.as_of)).collect()
    }

    /// Each course in which somebody took part.
    async fn by_course(&self) -> Vec<PeopleInCourse> {
        let course =
            |one: &figures::CoursePeople| PeopleInCourse { course: id(one.course), title: one.title.clone(), people: one.people.into() };
        self.0.by_course.iter().map(course).collect()
    }
}
