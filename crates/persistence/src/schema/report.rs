//! Tables of the migrations `reports`, `workflow` and `fulfilment` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    reports (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        task_id -> Nullable<DbUuid>,
        occurrence_id -> Nullable<DbUuid>,
        obligation_id -> Nullable<DbUuid>,
        agency_id -> DbUuid,
        year -> Integer,
        period -> Text,
        external_ref -> Nullable<Text>,
        is_consolidated -> Bool,
        status -> Text,
        version -> Integer,
        accepted_version -> Nullable<Integer>,
        public_status -> Nullable<Text>,
        first_received_on -> Nullable<Date>,
        reopened_until -> Nullable<Date>,
        revision -> Integer,
        created_by -> DbUuid,
        created_at -> Timestamp,
        names_regime -> Bool,
        hidden_revisions -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    report_versions (report_id, version) {
        report_id -> DbUuid,
        version -> Integer,
        percent -> Nullable<Integer>,
        narrative -> Text,
        produced -> Text,
        sections -> Text,
        form_values -> Text,
        is_estimate -> Bool,
        channel -> Text,
        received_on -> Date,
        author_id -> DbUuid,
        approver_id -> Nullable<DbUuid>,
        submitted_by -> DbUuid,
        submitted_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    report_drafts (report_id) {
        report_id -> DbUuid,
        percent -> Nullable<Integer>,
        narrative -> Text,
        produced -> Text,
        sections -> Text,
        form_values -> Text,
        author_id -> DbUuid,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    report_events (id) {
        id -> DbUuid,
        report_id -> DbUuid,
        version -> Integer,
        kind -> Text,
        reason -> Nullable<Text>,
        remarks -> Text,
        until -> Nullable<Date>,
        account_id -> DbUuid,
        at -> Timestamp,
        is_self_decided -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql_types::DbUuid;

    report_sources (report_id, version, source_id) {
        report_id -> DbUuid,
        version -> Integer,
        source_id -> DbUuid,
        source_version -> Integer,
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
