//! Tables of the migration `reports` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    reports (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        task_id -> DbUuid,
        occurrence_id -> DbUuid,
        agency_id -> DbUuid,
        year -> Integer,
        external_ref -> Nullable<Text>,
        status -> Text,
        version -> Integer,
        created_by -> DbUuid,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text, Timestamp};
    use crate::sql_types::DbUuid;

    report_versions (report_id, version) {
        report_id -> DbUuid,
        version -> Integer,
        percent -> Integer,
        narrative -> Text,
        produced -> Text,
        submitted_by -> DbUuid,
        submitted_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    idempotency_keys (scope_id, operation, key) {
        scope_id -> DbUuid,
        operation -> Text,
        key -> Text,
        request_sha256 -> Text,
        status -> Integer,
        location -> Nullable<Text>,
        body -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}
