//! Tables of the migrations `agency_events` and `agency_roles` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! Agencies and their versions are in `organisation`.

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql_types::DbUuid;

    functions (id) {
        id -> DbUuid,
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql_types::DbUuid;

    function_duties (id) {
        id -> DbUuid,
        function_id -> DbUuid,
        programme_code -> Text,
        task_code -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    agency_events (id) {
        id -> DbUuid,
        code -> Text,
        kind -> Text,
        effective_on -> Date,
        rank -> Integer,
        basis_document_id -> DbUuid,
        note -> Nullable<Text>,
        account_id -> Nullable<DbUuid>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql_types::DbUuid;

    agency_event_parties (event_id, role, agency_id) {
        event_id -> DbUuid,
        role -> Text,
        rank -> Integer,
        agency_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable};
    use crate::sql_types::DbUuid;

    agency_event_duties (id) {
        id -> DbUuid,
        event_id -> DbUuid,
        successor_id -> DbUuid,
        rank -> Integer,
        programme_id -> Nullable<DbUuid>,
        task_id -> Nullable<DbUuid>,
        function_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use crate::sql_types::DbUuid;

    assignment_successions (assignment_id) {
        assignment_id -> DbUuid,
        follows_id -> DbUuid,
        event_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql_types::DbUuid;

    agency_role_successions (role, subject_id, from_id, event_id) {
        role -> Text,
        subject_id -> DbUuid,
        from_id -> DbUuid,
        to_id -> DbUuid,
        event_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::sql_types::DbUuid;

    succession_queue (id) {
        id -> DbUuid,
        event_id -> DbUuid,
        agency_id -> DbUuid,
        assignment_id -> Nullable<DbUuid>,
        obligation_id -> Nullable<DbUuid>,
        since -> Date,
        resolved_by_id -> Nullable<DbUuid>,
        role -> Nullable<Text>,
        subject_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::sql_types::DbUuid;

    agency_codes (id) {
        id -> DbUuid,
        agency_id -> DbUuid,
        scheme -> Text,
        code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Text};
    use crate::sql_types::DbUuid;

    agency_posts (id) {
        id -> DbUuid,
        agency_id -> DbUuid,
        title -> Text,
        is_head -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Nullable, Text};
    use crate::sql_types::DbUuid;

    post_holders (id) {
        id -> DbUuid,
        post_id -> DbUuid,
        name -> Text,
        is_acting -> Bool,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> DbUuid,
        ended_by_document_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Nullable, Text};
    use crate::sql_types::DbUuid;

    agency_rolls (id) {
        id -> DbUuid,
        collective_id -> DbUuid,
        rule -> Text,
        is_complete -> Bool,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Text};
    use crate::sql_types::DbUuid;

    attestations (subject_id) {
        subject_id -> DbUuid,
        source -> Text,
        confidence -> Text,
        to_confirm -> Bool,
    }
}
