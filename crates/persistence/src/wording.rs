//! Every wording that rows of programmes ever had: what holds now, and what amendments ended.
//! Must not pick a day; `app::version` does.
//! Keeping what ended is `amendment`; what holds now alone is read by `task`, `plan` and `catalogue`.

use std::sync::Arc;

use diesel::prelude::*;
use domain::{
    lang::Multilingual,
    programme::{Measure, MeasureLinks, Objective, Programme, ProgrammeId, Responsibility, Target, TaskGroup},
    task::Task,
    validity::Validity,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    amendment::{DUTY, GROUP, MEASURE, OBJECTIVE, PROGRAMME, PastRow, TARGET, TASK, read},
    catalogue,
    conn::{Conn, MultiBackend},
    error::DbError,
    plan,
    rows::{
        DbId, MeasureRow, MeasureTargetRow, MeasureTaskRow, ObjectiveRow, ProgrammeRow, ResponsibilityAgencyRow, ResponsibilityRow,
        TargetRow, TaskGroupRow, TaskRow,
    },
    schema::{measures, objectives, programme_past, responsibilities, targets, task_groups, tasks},
    sql_types::db_ids,
    task,
};

/// Whose wordings are read.
#[derive(Clone, Debug)]
pub enum Whose {
    /// All rows of these programmes.
    Programmes(Vec<Uuid>),
    /// These rows.
    Rows(Vec<Uuid>),
}

/// What belongs to the words of a measure.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MeasureBeside {
    pub tasks: Vec<MeasureTaskRow>,
    pub targets: Vec<MeasureTargetRow>,
}

/// What belongs to the words of a duty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct DutyBeside {
    pub agencies: Vec<ResponsibilityAgencyRow>,
}

fn ids(of: &[Uuid]) -> Vec<DbId> {
    of.iter().map(|id| DbId(*id)).collect()
}

fn past(conn: &mut Conn, kind: &'static str, whose: &Whose) -> Result<Vec<PastRow>, DbError> {
    let query = programme_past::table.filter(programme_past::kind.eq(kind)).into_boxed::<MultiBackend>();
    let query = match whose {
        Whose::Programmes(of) => query.filter(programme_past::programme_id.eq_any(ids(of))),
        Whose::Rows(of) => query.filter(programme_past::subject_id.eq_any(ids(of))),
    };
    Ok(query.order(programme_past::valid_to).select(PastRow::as_select()).load(conn)?)
}

/// Reads a table and what was ended of it, in two statements.
macro_rules! wordings {
    ($(#[doc = $doc:literal])+ $name:ident($table:ident, $row:ident, $kind:ident) -> $model:ty, $make:path) => {
        $(#[doc = $doc])+
        pub fn $name(conn: &mut Conn, whose: &Whose) -> Result<Vec<$model>, DbError> {
            let query = $table::table.into_boxed::<MultiBackend>();
            let query = match whose {
                Whose::Programmes(of) => query.filter($table::programme_id.eq_any(ids(of))),
                Whose::Rows(of) => query.filter($table::id.eq_any(ids(of))),
            };
            let rows: Vec<$row> = query.select($row::as_select()).load(conn)?;
            let mut found = rows.into_iter().map(|row| $make(row, None)).collect::<Result<Vec<_>, _>>()?;
            for past in &past(conn, $kind, whose)? {
                let row = $row { valid_from: past.valid_from, valid_to: Some(past.valid_to), ..read(past)? };
                found.push($make(row, Some(past))?);
            }
            Ok(found)
        }
    };
}

wordings!(
    /// Groups, each with its place in the annex and the days on which it is worded so.
    groups(task_groups, TaskGroupRow, GROUP) -> (TaskGroup, i32, Validity), group
);
wordings!(
    /// Tasks.
    tasks(tasks, TaskRow, TASK) -> Task, task_worded
);
wordings!(
    /// Targets.
    targets(targets, TargetRow, TARGET) -> Target, target
);
wordings!(
    /// Objectives.
    objectives(objectives, ObjectiveRow, OBJECTIVE) -> Objective, objective
);
wordings!(
    /// Measures, those that are worded otherwise now with what belonged to them.
    measures(measures, MeasureRow, MEASURE) -> Measure, measure
);
wordings!(
    /// Duties, those that are worded otherwise now with their other agencies.
    responsibilities(responsibilities, ResponsibilityRow, DUTY) -> Responsibility, duty
);

/// What programmes said of themselves before amendments, each with the days on which it did, in the order of time. Without groups.
pub fn programmes(conn: &mut Conn, of: &[ProgrammeId]) -> Result<Vec<(Programme, Validity)>, DbError> {
    let whose = Whose::Rows(db_ids(of).into_iter().map(|id| id.0).collect());
    let said = |past: PastRow| {
        let row: ProgrammeRow = read(&past)?;
        let title = worded(row.title.clone(), Some(&past));
        Ok((catalogue::programme(row, title)?, Validity { from: past.valid_from, to: Some(past.valid_to) }))
    };
    past(conn, PROGRAMME, &whose)?.into_iter().map(said).collect()
}

fn english(past: Option<&PastRow>) -> Option<Arc<str>> {
    past.and_then(|past| past.english.as_deref()).map(Arc::from)
}

/// Words that hold no more have their own translation, or none.
fn worded(vi: String, past: Option<&PastRow>) -> Multilingual {
    Multilingual::with_english(vi.into(), english(past))
}

#[allow(clippy::unnecessary_wraps)] // as the others of `wordings`
fn group(row: TaskGroupRow, past: Option<&PastRow>) -> Result<(TaskGroup, i32, Validity), DbError> {
    let group = TaskGroup {
        id: row.id.of(),
        programme: row.programme_id.of(),
        code: row.code.into(),
        title: worded(row.title, past),
        section: row.section.map(Arc::from),
    };
    Ok((group, row.rank, Validity { from: row.valid_from, to: row.valid_to }))
}

fn task_worded(row: TaskRow, past: Option<&PastRow>) -> Result<Task, DbError> {
    Ok(Task { english: english(past), is_reworded: past.is_some(), ..task::task(row)? })
}

fn target(row: TargetRow, past: Option<&PastRow>) -> Result<Target, DbError> {
    Ok(Target { english: english(past), ..plan::target(row)? })
}

fn objective(row: ObjectiveRow, _: Option<&PastRow>) -> Result<Objective, DbError> {
    plan::objective(row)
}

fn measure(row: MeasureRow, past: Option<&PastRow>) -> Result<Measure, DbError> {
    let linked = |past: &PastRow| {
        let beside: MeasureBeside = read(past)?;
        let tasks = beside.tasks.iter().map(|row| Ok((row.task_id.of(), plan::certainty(row)?))).collect::<Result<_, DbError>>()?;
        Ok::<_, DbError>(MeasureLinks { tasks, targets: beside.targets.iter().map(|row| row.target_id.of()).collect() })
    };
    Ok(Measure { links: past.map(linked).transpose()?, ..plan::measure(row) })
}

fn duty(row: ResponsibilityRow, past: Option<&PastRow>) -> Result<Responsibility, DbError> {
    let beside = |past: &PastRow| {
        let beside: DutyBeside = read(past)?;
        beside.agencies.iter().map(|row| Ok((plan::relation(row)?, row.agency_id.of()))).collect::<Result<_, DbError>>()
    };
    Ok(Responsibility { others: past.map(beside).transpose()?, ..plan::responsibility(row)? })
}
