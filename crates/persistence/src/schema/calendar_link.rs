//! Tables of the migration `calendar_links` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! Working days and obligations are in `calendar`.

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    calendar_links (id) {
        id -> DbUuid,
        agency_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        note -> Nullable<Text>,
        secret_sha256 -> Text,
        account_id -> DbUuid,
        created_at -> Timestamp,
        last_used_on -> Nullable<Date>,
        revoked_at -> Nullable<Timestamp>,
    }
}
