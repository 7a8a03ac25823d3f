//! Releasing a year's figures of people: from then on everybody is told these, until the year is released again.
//! Must not release what, laid beside what was released before, tells of a few people; nor change a release.
//! What may stand beside what is `domain::training::release`; shares of targets are `target::release`.

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    error::{Code, Fault, Refusal},
    policy::{Action, Resource},
    programme::ProgrammeId,
    suppression::Shown,
    training::{CourseId, Release, ReleasedTable, attendances, newly_reached, people, release as released},
};
use persistence::{Conn, training as courses, training_release as stored};
use serde_json::json;

use super::{
    Desk, FigureRow, Figures, YEARS, at_desk_for, document,
    figures::{HeldPart, Publication, held_parts},
    refused,
};
use crate::{App, Error, audit::Deed, target};

const RELEASE: &str = "release_training_figures";

/// A year to release.
#[derive(Clone, Debug, Default)]
pub struct NewRelease {
    pub year: i32,
    /// The day as of which figures are; today where nothing is said. Not before the day of the release before.
    pub as_of: Option<NaiveDate>,
    /// Number or identifier of the document by which it is released.
    pub document: Option<String>,
}

/// Releases the figures of a year as of a day; tells what everybody is told from now on.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`; `BODY_INVALID` with every fault.
pub async fn release(app: &App, ctx: &Ctx, programme: String, new: NewRelease) -> Result<Figures, Error> {
    at_desk_for(app, ctx, Action::ManageTargets, Deed::new(RELEASE), move |desk, conn| {
        let of = desk.catalogue.programme_by_code(&programme).ok_or_else(|| Refusal::new(Code::NotFound))?.id;
        desk.ctx.allow_on(Action::ManageTargets, &Resource { programme: Some(of), ..Resource::default() })?;
        let releases = stored::of_programme(conn, of)?;
        let one = made(desk, conn, of, &releases, &new)?;
        stored::insert(conn, &one)?;
        let after = json!({"year": one.year, "number": one.number, "asOf": one.as_of, "document": one.document.map(|id| id.to_string())});
        desk.record(conn, Deed::new(RELEASE).on("training_release", one.id).with(json!({ "after": after })))?;
        told(conn, &one)
    })
    .await
}

fn made(desk: &Desk, conn: &mut Conn, programme: ProgrammeId, releases: &[Release], new: &NewRelease) -> Result<Release, Error> {
    let former: Vec<Release> = releases.iter().filter(|one| one.year == new.year).cloned().collect();
    let as_of = new.as_of.unwrap_or(desk.today);
    let mut faults = Vec::new();
    if !YEARS.contains(&new.year) {
        faults.push(Fault::new("/year", Code::OutOfRange));
    }
    if as_of > desk.today || as_of.year() < new.year || former.last().is_some_and(|last| as_of < last.as_of) {
        faults.push(Fault::new("/asOf", Code::OutOfRange));
    }
    let document = document(conn, "/document", new.document.as_deref(), &mut faults)?;
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    let mut one = Release {
        id: desk.app.0.ids.next(),
        programme,
        year: new.year,
        number: former.last().map_or(1, |last| last.number + 1),
        as_of,
        document,
        by: desk.by,
        at: desk.now,
        table: None,
        attendances: None,
        shares: Vec::new(),
    };
    let parts = held_parts(conn, programme, one.figures_of())?;
    let of_year: Vec<&HeldPart> = parts.iter().filter(|held| held.from.year() == one.year).collect();
    let reached = newly_reached(of_year.iter().map(|held| (held.course, &held.part)));
    let tables: Vec<ReleasedTable<_, _>> = former.iter().filter_map(|one| one.table.clone()).collect();
    one.table = released(&reached, &tables).map_err(|_| Error::Internal("figures of trainings make no table"))?;
    let total = one.table.as_ref().map_or(Shown::Suppressed, |released| released.table.figures.total);
    let counted = people(of_year.iter().map(|held| &held.part));
    one.attendances = counted.map(|people| attendances(people.attendances, total, people.persons.at_least, &former));
    one.shares = target::shares_to_release(desk, conn, &one, parts)?;
    Ok(one)
}

/// What everybody is told of a release.
pub(super) fn told(conn: &mut Conn, release: &Release) -> Result<Figures, Error> {
    let mut told = summed(release);
    let Some(ReleasedTable { table, .. }) = &release.table else { return Ok(told) };
    let all = courses::of_programme(conn, release.programme)?;
    let title = |id: &CourseId| all.iter().find(|course| course.id == *id).map(|course| course.title.to_string()).unwrap_or_default();
    let shown = &table.figures;
    let rows = table.rows.iter().zip(&shown.cells).zip(&shown.row_totals);
    told.courses = table.columns.iter().map(|id| (*id, title(id))).collect();
    told.rows = rows.map(|((agency, cells), total)| FigureRow { agency: *agency, cells: cells.clone(), total: *total }).collect();
    told.totals.clone_from(&shown.column_totals);
    Ok(told)
}

/// What everybody is told of a release in all, without agencies and courses.
pub(super) fn summed(release: &Release) -> Figures {
    Figures {
        publication: Publication::Released,
        as_of: Some(release.figures_of()),
        document: release.document,
        total: release.table.as_ref().map(|released| released.table.figures.total),
        attendances: release.attendances,
        ..Figures::none(release.programme, release.year)
    }
}
