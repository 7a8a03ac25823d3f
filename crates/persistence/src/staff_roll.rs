//! Staff rolls of agencies.
//! Must not choose among them; whoever asks says of which agencies and until which day.
//! What they count is `domain::training`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    agency::AgencyId,
    page::{Direction, Page, PageRequest},
    training::{StaffRoll, StaffRollId},
};

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    schema::staff_rolls,
    sql_types::{db_ids, opt},
};

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = staff_rolls, treat_none_as_null = true, treat_none_as_default_value = false)]
struct RollRow {
    id: DbId,
    agency_id: DbId,
    on_day: NaiveDate,
    headcount: Option<i32>,
    in_charge: Option<i32>,
    with_degree: Option<i32>,
    with_fitting_major: Option<i32>,
    with_language: Option<i32>,
    fully_qualified: Option<i32>,
    posts: Option<i32>,
    full_time: Option<i32>,
    part_time: Option<i32>,
    has_focal_point: Option<bool>,
    document_id: Option<DbId>,
}

/// Which rolls. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct RollFilter {
    /// Of these agencies; of all where nothing is said.
    pub agencies: Option<Vec<AgencyId>>,
    /// For a day up to this one.
    pub until: Option<NaiveDate>,
}

fn filtered(filter: &RollFilter) -> staff_rolls::BoxedQuery<'static, MultiBackend> {
    let mut query = staff_rolls::table.into_boxed();
    if let Some(agencies) = &filter.agencies {
        query = query.filter(staff_rolls::agency_id.eq_any(db_ids(agencies)));
    }
    if let Some(until) = filter.until {
        query = query.filter(staff_rolls::on_day.le(until));
    }
    query
}

/// A page of rolls, those written down last first.
pub fn page(conn: &mut Conn, filter: &RollFilter, request: &PageRequest<StaffRollId>) -> Result<Page<StaffRoll>, DbError> {
    let down = request.direction == Direction::Forward;
    let mut query = filtered(filter).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(staff_rolls::id.lt(id)) } else { query.filter(staff_rolls::id.gt(id)) };
    }
    query = if down { query.order(staff_rolls::id.desc()) } else { query.order(staff_rolls::id.asc()) };
    let rows: Vec<RollRow> = query.select(RollRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.iter().map(roll).collect::<Result<_, _>>()?, request))
}

/// How many rolls there are.
pub fn count(conn: &mut Conn, filter: &RollFilter) -> Result<i64, DbError> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// Every roll that the filter lets, in the order of their days.
pub fn all(conn: &mut Conn, filter: &RollFilter) -> Result<Vec<StaffRoll>, DbError> {
    let query = filtered(filter).order((staff_rolls::on_day, staff_rolls::id));
    let rows: Vec<RollRow> = query.select(RollRow::as_select()).load(conn)?;
    rows.iter().map(roll).collect()
}

/// The roll of an agency for exactly a day.
pub fn of_day(conn: &mut Conn, agency: AgencyId, on: NaiveDate) -> Result<Option<StaffRoll>, DbError> {
    let row: Option<RollRow> = staff_rolls::table
        .filter(staff_rolls::agency_id.eq(DbId::from(agency)))
        .filter(staff_rolls::on_day.eq(on))
        .select(RollRow::as_select())
        .first(conn)
        .optional()?;
    row.as_ref().map(roll).transpose()
}

fn roll(row: &RollRow) -> Result<StaffRoll, DbError> {
    let id = row.id;
    let number = |given: Option<i32>, column: &'static str| {
        let wrong = |_| DbError::Inconsistent { table: "staff_rolls", column, id: id.0.to_string() };
        given.map(|given| u64::try_from(given).map_err(wrong)).transpose()
    };
    Ok(StaffRoll {
        headcount: number(row.headcount, "headcount")?,
        in_charge: number(row.in_charge, "in_charge")?,
        with_degree: number(row.with_degree, "with_degree")?,
        with_fitting_major: number(row.with_fitting_major, "with_fitting_major")?,
        with_language: number(row.with_language, "with_language")?,
        fully_qualified: number(row.fully_qualified, "fully_qualified")?,
        posts: number(row.posts, "posts")?,
        full_time: number(row.full_time, "full_time")?,
        part_time: number(row.part_time, "part_time")?,
        has_focal_point: row.has_focal_point,
        id: id.of(),
        agency: row.agency_id.of(),
        on: row.on_day,
        document: opt(row.document_id),
    })
}

fn row(roll: &StaffRoll) -> RollRow {
    // Whoever writes a roll checks that its counts fit.
    let number = |given: Option<u64>| given.map(|given| i32::try_from(given).unwrap_or(i32::MAX));
    RollRow {
        id: roll.id.into(),
        agency_id: roll.agency.into(),
        on_day: roll.on,
        headcount: number(roll.headcount),
        in_charge: number(roll.in_charge),
        with_degree: number(roll.with_degree),
        with_fitting_major: number(roll.with_fitting_major),
        with_language: number(roll.with_language),
        fully_qualified: number(roll.fully_qualified),
        posts: number(roll.posts),
        full_time: number(roll.full_time),
        part_time: number(roll.part_time),
        has_focal_point: roll.has_focal_point,
        document_id: roll.document.map(DbId::from),
    }
}

/// Stores a roll, over the one with its identifier where there is one.
pub fn store(conn: &mut Conn, roll: &StaffRoll, is_new: bool, (by, at): (AccountId, DateTime<Utc>)) -> Result<(), DbError> {
    let by = (staff_rolls::account_id.eq(DbId::from(by)), staff_rolls::recorded_at.eq(at.naive_utc()));
    if is_new {
        diesel::insert_into(staff_rolls::table).values((row(roll), by.0, by.1)).execute(conn)?;
    } else {
        diesel::update(staff_rolls::table.find(DbId::from(roll.id))).set((row(roll), by.0, by.1)).execute(conn)?;
    }
    Ok(())
}
