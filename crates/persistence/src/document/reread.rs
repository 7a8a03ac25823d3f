//! Reading the numbers of documents that were stored before anybody read them.
//! Must not change what was written; only what is read from it is filled in.
//! Called once after a migration that leaves it to the program (`migrate`).

use std::collections::HashSet;

use diesel::prelude::*;

use crate::{
    conn::Conn,
    error::DbError,
    rows::{DbId, DocumentRow},
    schema::{agencies, documents},
};

/// Fills in what is read from the numbers of documents that have one and nothing read from it; gives how many.
///
/// Two that turn out to be one document (a zero before the number of one) stay two: the second is left unread, as no two may
/// share number, symbol, issuer and year.
///
/// # Errors
/// When the database fails.
pub fn reread(conn: &mut Conn) -> Result<usize, DbError> {
    let numbered = documents::table.left_join(agencies::table.on(documents::issuer_id.eq(agencies::id.nullable())));
    let numbered = numbered.filter(documents::number.is_not_null()).order(documents::id);
    let rows: Vec<(DocumentRow, Option<String>)> = numbered.select((DocumentRow::as_select(), agencies::code.nullable())).load(conn)?;
    let mut known: HashSet<String> = rows.iter().filter_map(|(row, _)| row.identity.clone()).collect();
    let mut read = 0;
    for (mut row, issuer) in rows.into_iter().filter(|(row, _)| row.identity.is_none()) {
        let issuer = issuer.or_else(|| row.issuer_as_written.clone());
        row.read_number(issuer.as_deref());
        if row.identity.as_ref().is_some_and(|identity| !known.insert(identity.clone())) {
            continue;
        }
        diesel::update(documents::table.find(DbId(row.id.0))).set(&row).execute(conn)?;
        read += 1;
    }
    Ok(read)
}
