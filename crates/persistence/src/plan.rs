//! What a programme says beside its tasks: objectives, targets, measures, duties, channels, sources of money, defects.
//! Must not know who asks: what a programme says is published.
//! Rows are in `rows::programme` and `rows::plan`.

use diesel::prelude::*;
use domain::{
    agency::AgencyId,
    id::Id,
    programme::{
        Certainty, Channel, FundingSource, KnownIssue, Measure, Objective, ProgrammeId, Responsibility, ResponsibilityRelation, Target,
    },
    task::TaskId,
    validity::Validity,
};

use crate::{
    catalogue::{json, parsed},
    conn::{Conn, MultiBackend},
    error::DbError,
    reading::{ConfirmationRow, confirmation},
    rows::{
        ChannelRow, DbId, FundingSourceRow, KnownIssueRow, MeasureRow, MeasureTaskRow, ObjectiveRow, ResponsibilityAgencyRow,
        ResponsibilityRow, TargetRow,
    },
    schema::{
        channels, funding_sources, known_issue_tasks, known_issues, measure_targets, measure_tasks, measures, objectives,
        reading_confirmations, responsibilities, responsibility_agencies, targets, tasks,
    },
    sql_types::{db_ids, opt},
};

/// The objectives of these programmes, in order.
pub fn objectives(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Objective>, DbError> {
    let rows: Vec<ObjectiveRow> = objectives::table
        .filter(objectives::programme_id.eq_any(db_ids(programmes)))
        .filter(objectives::valid_to.is_null())
        .order(objectives::rank)
        .select(ObjectiveRow::as_select())
        .load(conn)?;
    rows.into_iter().map(objective).collect()
}

/// The targets of these programmes, in order.
pub fn targets(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Target>, DbError> {
    let rows: Vec<TargetRow> = targets::table
        .filter(targets::programme_id.eq_any(db_ids(programmes)))
        .filter(targets::valid_to.is_null())
        .order(targets::rank)
        .select(TargetRow::as_select())
        .load(conn)?;
    rows.into_iter().map(target).collect()
}

/// The objectives with these identifiers.
pub fn objectives_by_ids(conn: &mut Conn, ids: &[Id<Objective>]) -> Result<Vec<Objective>, DbError> {
    let rows: Vec<ObjectiveRow> =
        objectives::table.filter(objectives::id.eq_any(db_ids(ids))).select(ObjectiveRow::as_select()).load(conn)?;
    rows.into_iter().map(objective).collect()
}

/// The targets with these identifiers.
pub fn targets_by_ids(conn: &mut Conn, ids: &[Id<Target>]) -> Result<Vec<Target>, DbError> {
    let rows: Vec<TargetRow> = targets::table.filter(targets::id.eq_any(db_ids(ids))).select(TargetRow::as_select()).load(conn)?;
    rows.into_iter().map(target).collect()
}

/// The measures of these programmes, in order.
pub fn measures(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Measure>, DbError> {
    let rows: Vec<MeasureRow> = measures::table
        .filter(measures::programme_id.eq_any(db_ids(programmes)))
        .filter(measures::valid_to.is_null())
        .order(measures::rank)
        .select(MeasureRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(measure).collect())
}

/// The tasks that carry out these measures: those in force, or all that ever did as the measures are worded now.
pub fn measure_tasks(conn: &mut Conn, ids: &[Id<Measure>], ever: bool) -> Result<Vec<(Id<Measure>, TaskId, Certainty)>, DbError> {
    let mut query = measure_tasks::table.filter(measure_tasks::measure_id.eq_any(db_ids(ids))).into_boxed::<MultiBackend>();
    if !ever {
        query = query.filter(measure_tasks::task_id.eq_any(tasks::table.filter(tasks::valid_to.is_null()).select(tasks::id)));
    }
    query = if ever {
        query.order((measure_tasks::first_rank, measure_tasks::task_id))
    } else {
        query.order((measure_tasks::rank, measure_tasks::task_id))
    };
    let rows: Vec<MeasureTaskRow> = query.select(MeasureTaskRow::as_select()).load(conn)?;
    rows.iter().map(|row| Ok((row.measure_id.of(), row.task_id.of(), certainty(row)?))).collect()
}

pub(crate) fn certainty(row: &MeasureTaskRow) -> Result<Certainty, DbError> {
    parsed(&row.certainty, "measure_tasks", "certainty", row.measure_id)
}

/// A measure and a target that belongs to it.
pub type MeasureTarget = (Id<Measure>, Id<Target>);

/// The targets that belong to these measures: those in force, or all that ever did as the measures are worded now.
pub fn measure_targets(conn: &mut Conn, ids: &[Id<Measure>], ever: bool) -> Result<Vec<MeasureTarget>, DbError> {
    let mut query = measure_targets::table.filter(measure_targets::measure_id.eq_any(db_ids(ids))).into_boxed::<MultiBackend>();
    if !ever {
        query = query.filter(measure_targets::target_id.eq_any(targets::table.filter(targets::valid_to.is_null()).select(targets::id)));
    }
    query = if ever {
        query.order((measure_targets::first_rank, measure_targets::target_id))
    } else {
        query.order((measure_targets::rank, measure_targets::target_id))
    };
    let rows: Vec<(DbId, DbId)> = query.select((measure_targets::measure_id, measure_targets::target_id)).load(conn)?;
    Ok(rows.into_iter().map(|(measure, target)| (measure.of(), target.of())).collect())
}

/// The duties that these programmes give to agencies, in order.
pub fn responsibilities(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Responsibility>, DbError> {
    let rows: Vec<ResponsibilityRow> = responsibilities::table
        .filter(responsibilities::programme_id.eq_any(db_ids(programmes)))
        .filter(responsibilities::valid_to.is_null())
        .order(responsibilities::rank)
        .select(ResponsibilityRow::as_select())
        .load(conn)?;
    rows.into_iter().map(responsibility).collect()
}

/// A duty, how another agency stands to it, and that agency.
pub type DutyAgency = (Id<Responsibility>, ResponsibilityRelation, AgencyId);

/// The other agencies of these duties, in order.
pub fn responsibility_agencies(conn: &mut Conn, ids: &[Id<Responsibility>]) -> Result<Vec<DutyAgency>, DbError> {
    let rows: Vec<ResponsibilityAgencyRow> = responsibility_agencies::table
        .filter(responsibility_agencies::responsibility_id.eq_any(db_ids(ids)))
        .order(responsibility_agencies::rank)
        .select(ResponsibilityAgencyRow::as_select())
        .load(conn)?;
    rows.iter().map(|row| Ok((row.responsibility_id.of(), relation(row)?, row.agency_id.of()))).collect()
}

pub(crate) fn relation(row: &ResponsibilityAgencyRow) -> Result<ResponsibilityRelation, DbError> {
    parsed(&row.relation, "responsibility_agencies", "relation", row.responsibility_id)
}

/// The systems that these programmes name, in order.
pub fn channels(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<Channel>, DbError> {
    let rows: Vec<ChannelRow> = channels::table
        .filter(channels::programme_id.eq_any(db_ids(programmes)))
        .order(channels::rank)
        .select(ChannelRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Channel {
            id: row.id.of(),
            programme: row.programme_id.of(),
            code: row.code,
            name: row.name,
            operator: opt(row.operator_id),
            note: row.note,
        })
        .collect())
}

/// Where the money of these programmes is to come from, in order.
pub fn funding_sources(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<FundingSource>, DbError> {
    let rows: Vec<FundingSourceRow> = funding_sources::table
        .filter(funding_sources::programme_id.eq_any(db_ids(programmes)))
        .order(funding_sources::rank)
        .select(FundingSourceRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| FundingSource { id: row.id.of(), programme: row.programme_id.of(), code: row.code, name: row.name, note: row.note })
        .collect())
}

/// The known defects of these programmes' texts, in order.
pub fn known_issues(conn: &mut Conn, programmes: &[ProgrammeId]) -> Result<Vec<KnownIssue>, DbError> {
    let rows: Vec<(KnownIssueRow, Option<ConfirmationRow>)> = known_issues::table
        .left_join(reading_confirmations::table.on(reading_confirmations::known_issue_id.eq(known_issues::id)))
        .filter(known_issues::programme_id.eq_any(db_ids(programmes)))
        .order(known_issues::rank)
        .select((KnownIssueRow::as_select(), Option::<ConfirmationRow>::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(known_issue).collect())
}

/// The known defects that concern these tasks, in order.
pub fn known_issues_of_tasks(conn: &mut Conn, tasks: &[TaskId]) -> Result<Vec<(TaskId, KnownIssue)>, DbError> {
    let rows: Vec<(DbId, KnownIssueRow, Option<ConfirmationRow>)> = known_issue_tasks::table
        .inner_join(known_issues::table.on(known_issues::id.eq(known_issue_tasks::known_issue_id)))
        .left_join(reading_confirmations::table.on(reading_confirmations::known_issue_id.eq(known_issues::id)))
        .filter(known_issue_tasks::task_id.eq_any(db_ids(tasks)))
        .order(known_issues::rank)
        .select((known_issue_tasks::task_id, KnownIssueRow::as_select(), Option::<ConfirmationRow>::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(task, row, confirmed)| (task.of(), known_issue((row, confirmed)))).collect())
}

pub(crate) fn objective(row: ObjectiveRow) -> Result<Objective, DbError> {
    Ok(Objective {
        kind: parsed(&row.kind, "objectives", "kind", row.id)?,
        id: row.id.of(),
        programme: row.programme_id.of(),
        code: row.code,
        text: row.text,
        group: opt(row.group_id),
        due_year: row.due_year,
        note: row.note,
        validity: Validity { from: row.valid_from, to: row.valid_to },
    })
}

pub(crate) fn target(row: TargetRow) -> Result<Target, DbError> {
    Ok(Target {
        comparator: parsed(&row.comparator, "targets", "comparator", row.id)?,
        scope: row.scope.as_deref().map(|text| json(text, "targets", "scope", row.id)).transpose()?.unwrap_or_default(),
        id: row.id.of(),
        programme: row.programme_id.of(),
        objective: opt(row.objective_id),
        task: opt(row.task_id),
        code: row.code,
        section: row.section,
        text: row.text,
        unit: row.unit,
        value_min: row.value_min,
        value_max: row.value_max,
        due_year: row.due_year,
        numerator: row.numerator,
        denominator: row.denominator,
        note: row.note,
        validity: Validity { from: row.valid_from, to: row.valid_to },
        english: None,
    })
}

pub(crate) fn measure(row: MeasureRow) -> Measure {
    Measure {
        id: row.id.of(),
        programme: row.programme_id.of(),
        code: row.code,
        text: row.text,
        note: row.note,
        validity: Validity { from: row.valid_from, to: row.valid_to },
        links: None,
    }
}

pub(crate) fn responsibility(row: ResponsibilityRow) -> Result<Responsibility, DbError> {
    Ok(Responsibility {
        produces: row.produces.as_deref().map(|text| json(text, "responsibilities", "produces", row.id)).transpose()?.unwrap_or_default(),
        id: row.id.of(),
        programme: row.programme_id.of(),
        agency: row.agency_id.of(),
        code: row.code,
        role: row.role,
        text: row.text,
        recurrence: row.recurrence,
        note: row.note,
        validity: Validity { from: row.valid_from, to: row.valid_to },
        others: None,
    })
}

fn known_issue((row, confirmed): (KnownIssueRow, Option<ConfirmationRow>)) -> KnownIssue {
    KnownIssue {
        id: row.id.of(),
        programme: row.programme_id.of(),
        location: row.location,
        as_written: row.as_written,
        read_as: row.read_as,
        note: row.note,
        confirmation: confirmed.map(confirmation),
    }
}
