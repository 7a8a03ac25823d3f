//! The column types that Diesel does not have for both databases: identifiers, and the words of an inverted index.
//! Must not hold queries.
//! Identifiers are native `uuid` on PostgreSQL, 16 bytes on SQLite.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{HasSqlType, SqlType},
    sqlite::Sqlite,
};
use domain::id::Id;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::conn::MultiBackend;

/// SQL type of identifiers.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct DbUuid;

/// SQL type of the words that a thing is found by; no program reads them back.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(name = "tsvector"))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Words;

impl HasSqlType<DbUuid> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<DbUuid>(lookup)
    }
}

/// An identifier as stored, without the type of what it identifies.
#[derive(AsExpression, Clone, Copy, Debug, Default, Deserialize, Eq, FromSqlRow, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[diesel(sql_type = DbUuid)]
#[serde(transparent)]
pub struct DbId(pub Uuid);

impl DbId {
    /// As an identifier of `T`.
    pub fn of<T>(self) -> Id<T> {
        Id::from_uuid(self.0)
    }
}

impl<T> From<Id<T>> for DbId {
    fn from(id: Id<T>) -> Self {
        Self(id.uuid())
    }
}

/// As identifiers of `T`.
pub fn opt<T>(id: Option<DbId>) -> Option<Id<T>> {
    id.map(DbId::of)
}

/// As stored.
pub fn db_ids<T>(ids: &[Id<T>]) -> Vec<DbId> {
    ids.iter().map(|id| DbId(id.uuid())).collect()
}

impl ToSql<DbUuid, Pg> for DbId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl ToSql<DbUuid, Sqlite> for DbId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}
impl ToSql<DbUuid, MultiBackend> for DbId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((DbUuid, self));
        Ok(IsNull::No)
    }
}

impl FromSql<DbUuid, Pg> for DbId {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}
impl FromSql<DbUuid, Sqlite> for DbId {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.read_blob())?))
    }
}
impl FromSql<DbUuid, MultiBackend> for DbId {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, DbUuid>()
    }
}
