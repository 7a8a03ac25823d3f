//! Kinds of work, and of which kind the duties of programmes are.
//! Must not decide who takes a duty; `domain::succession` does, and `succession` stores it.

use diesel::prelude::*;
use domain::{
    id::Id,
    succession::{Function, Functions},
};

use crate::{
    conn::Conn,
    error::DbError,
    rows::DbId,
    schema::{function_duties, functions, programmes, tasks},
};

/// The kinds of work by code, and of which kind duties are.
pub fn all(conn: &mut Conn) -> Result<(Vec<Function>, Functions), DbError> {
    let rows: Vec<(DbId, String, String)> = functions::table.order(functions::code).load(conn)?;
    let known = rows.into_iter().map(|(id, code, name)| Function { id: id.of(), code: code.into(), name: name.into() }).collect();
    let mut duties = Functions::default();
    let of_programmes = function_duties::table
        .inner_join(programmes::table.on(programmes::code.eq(function_duties::programme_code)))
        .filter(function_duties::task_code.is_null());
    let rows: Vec<(DbId, DbId)> = of_programmes.select((programmes::id, function_duties::function_id)).load(conn)?;
    duties.of_programme = rows.into_iter().map(|(programme, function)| (programme.of(), function.of())).collect();
    let of_tasks = function_duties::table
        .inner_join(programmes::table.on(programmes::code.eq(function_duties::programme_code)))
        .inner_join(tasks::table.on(tasks::programme_id.eq(programmes::id).and(function_duties::task_code.eq(tasks::code.nullable()))));
    let rows: Vec<(DbId, DbId)> = of_tasks.select((tasks::id, function_duties::function_id)).load(conn)?;
    duties.of_task = rows.into_iter().map(|(task, function)| (task.of(), function.of())).collect();
    Ok((known, duties))
}

/// Stores a kind of work.
pub fn insert(conn: &mut Conn, function: &Function) -> Result<(), DbError> {
    let row = (functions::id.eq(DbId::from(function.id)), functions::code.eq(&*function.code), functions::name.eq(&*function.name));
    diesel::insert_into(functions::table).values(row).execute(conn)?;
    Ok(())
}

/// Which duties are of a kind, by codes: function, programme, task.
pub fn classified(conn: &mut Conn) -> Result<Vec<(String, String, Option<String>)>, DbError> {
    let query = function_duties::table.inner_join(functions::table.on(functions::id.eq(function_duties::function_id)));
    Ok(query.select((functions::code, function_duties::programme_code, function_duties::task_code)).load(conn)?)
}

/// Stores of which kind a duty is.
pub fn classify(conn: &mut Conn, id: Id<()>, function: Id<Function>, (programme, task): (&str, Option<&str>)) -> Result<(), DbError> {
    let row = (
        function_duties::id.eq(DbId::from(id)),
        function_duties::function_id.eq(DbId::from(function)),
        function_duties::programme_code.eq(programme),
        function_duties::task_code.eq(task),
    );
    diesel::insert_into(function_duties::table).values(row).execute(conn)?;
    Ok(())
}
