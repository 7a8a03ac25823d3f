//! Tables of the migration `frozen` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    frozen_statistics (id) {
        id -> DbUuid,
        title -> Text,
        programme_id -> Nullable<DbUuid>,
        document_id -> Nullable<DbUuid>,
        as_of -> Date,
        compared_to -> Date,
        told_by -> Text,
        formula_version -> Integer,
        inputs_head -> Text,
        content -> Text,
        content_sha256 -> Text,
        agency_id -> Nullable<DbUuid>,
        account_id -> DbUuid,
        frozen_at -> Timestamp,
    }
}
