//! Tasks in the words of a day, of those that an amendment has worded otherwise since.
//! Must not read what still holds, nor page: the parent module does both.
//! Keeping what was said before is `amendment`; every wording of a task is `wording`.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Date},
};
use domain::task::{Task, TaskId};

use super::{NOT_YET, TaskFilter, carried_out, task};
use crate::{
    amendment::{PastRow, TASK, read},
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::TaskRow,
    schema::{programme_past, tasks},
    sql_types::DbId,
};

/// The tasks of a filter that are worded otherwise now, as they were on a day, in no particular order: two statements at most.
pub(super) fn reworded(conn: &mut Conn, filter: &TaskFilter, day: NaiveDate) -> Result<Vec<Task>, DbError> {
    // Told by programme, which the index begins with.
    let of_programmes =
        format!("programme_past.programme_id IN (SELECT programmes.id FROM programmes) AND programme_past.programme_id NOT IN ({NOT_YET}");
    let mut query = programme_past::table
        .into_boxed::<MultiBackend>()
        .filter(sql::<Bool>(&of_programmes).bind::<Date, _>(day).sql(")"))
        .filter(programme_past::kind.eq(TASK))
        .filter(programme_past::valid_from.is_null().or(programme_past::valid_from.le(day)))
        .filter(programme_past::valid_to.gt(day));
    // Whatever was worded otherwise after the day, which is as many tasks or more.
    let once = format!(
        "tasks.id IN (SELECT programme_past.subject_id FROM programme_past WHERE programme_past.programme_id IN \
         (SELECT programmes.id FROM programmes) AND programme_past.kind = '{TASK}' AND programme_past.valid_to > "
    );
    let mut these = tasks::table.into_boxed::<MultiBackend>().filter(sql::<Bool>(&once).bind::<Date, _>(day).sql(")"));
    if let Some(programme) = filter.programme {
        query = query.filter(programme_past::programme_id.eq(DbId::from(programme)));
        these = these.filter(tasks::programme_id.eq(DbId::from(programme)));
    }
    let rows: Vec<PastRow> = query.select(PastRow::as_select()).load(conn)?;
    let mut found = Vec::new();
    for past in rows {
        let row = TaskRow { valid_from: past.valid_from, valid_to: Some(past.valid_to), ..read(&past)? };
        if says(filter, &row) {
            found.push(Task { english: past.english.map(Arc::from), is_reworded: true, ..task(row)? });
        }
    }
    if found.is_empty() || (filter.year.is_none() && filter.assigned.is_empty()) {
        return Ok(found);
    }
    let fitting: Vec<DbId> = carried_out(these, filter, day).select(tasks::id).load(conn)?;
    let fitting: HashSet<TaskId> = fitting.into_iter().map(DbId::of).collect();
    found.retain(|task| fitting.contains(&task.id));
    Ok(found)
}

/// The twin of the conditions on words in the parent module.
fn says(filter: &TaskFilter, row: &TaskRow) -> bool {
    filter.group.is_none_or(|group| row.group_id == DbId::from(group))
        && filter.code.as_ref().is_none_or(|code| row.code == *code)
        && filter.title_part.as_ref().is_none_or(|part| row.title_folded.contains(part.as_str()))
}
