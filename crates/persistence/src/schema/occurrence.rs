//! Tables of the migration `occurrences` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The occurrences themselves are in `programme`, the other tables in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    occurrence_events (id) {
        id -> DbUuid,
        occurrence_id -> DbUuid,
        number -> Integer,
        act -> Text,
        from_status -> Text,
        to_status -> Text,
        agency_id -> Nullable<DbUuid>,
        account_id -> DbUuid,
        at -> Timestamp,
        counts_on -> Date,
        reason -> Nullable<Text>,
        document_id -> Nullable<DbUuid>,
        proposed_agency_id -> Nullable<DbUuid>,
        self_decided -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    occurrence_claims (id) {
        id -> DbUuid,
        occurrence_id -> DbUuid,
        agency_id -> DbUuid,
        delivered_on -> Date,
        note -> Text,
        report_id -> Nullable<DbUuid>,
        claimed_by -> DbUuid,
        claimed_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    extensions (id) {
        id -> DbUuid,
        occurrence_id -> DbUuid,
        agency_id -> DbUuid,
        requested_by -> DbUuid,
        requested_at -> Timestamp,
        reason -> Text,
        proposed_due_on -> Date,
        status -> Text,
        decided_by -> Nullable<DbUuid>,
        decided_at -> Nullable<Timestamp>,
        decided_on -> Nullable<Date>,
        decision_reason -> Nullable<Text>,
        decided_due_on -> Nullable<Date>,
        document_id -> Nullable<DbUuid>,
        self_decided -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable};
    use crate::sql_types::DbUuid;

    task_principals (id) {
        id -> DbUuid,
        task_id -> DbUuid,
        number -> Integer,
        agency_id -> Nullable<DbUuid>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        document_id -> DbUuid,
    }
}
