//! Tables of the migrations `meetings`, `rosters_kept` and `directions` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! Committees and their seats are in `committee`.

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    meetings (id) {
        id -> DbUuid,
        committee_id -> DbUuid,
        programme_id -> DbUuid,
        title -> Text,
        place -> Nullable<Text>,
        starts_at -> Timestamp,
        ends_at -> Nullable<Timestamp>,
        quorum -> Nullable<Integer>,
        status -> Text,
        reason -> Nullable<Text>,
        minutes -> Nullable<Text>,
        signer -> Nullable<Text>,
        signed_on -> Nullable<Date>,
        document_id -> Nullable<DbUuid>,
        published_at -> Nullable<Timestamp>,
        revision -> Integer,
        created_at -> Timestamp,
        changed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql_types::DbUuid;

    meeting_items (meeting_id, rank) {
        meeting_id -> DbUuid,
        rank -> Integer,
        title -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    meeting_invitees (id) {
        id -> DbUuid,
        meeting_id -> DbUuid,
        rank -> Integer,
        seat_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
        words -> Nullable<Text>,
        attendance -> Nullable<Text>,
        reason -> Nullable<Text>,
        represented_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    meeting_seats (meeting_id, seat_id) {
        meeting_id -> DbUuid,
        seat_id -> DbUuid,
        rank -> Integer,
        unit -> Nullable<Text>,
        role -> Text,
        name -> Nullable<Text>,
        person_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text, Timestamp};
    use crate::sql_types::DbUuid;

    minutes_corrections (meeting_id, number) {
        meeting_id -> DbUuid,
        number -> Integer,
        text -> Text,
        reason -> Text,
        account_id -> DbUuid,
        at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    conclusions (id) {
        id -> DbUuid,
        meeting_id -> DbUuid,
        number -> Integer,
        text -> Text,
        lead_id -> DbUuid,
        due_on -> Date,
        task_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql_types::DbUuid;

    conclusion_coordinators (conclusion_id, agency_id) {
        conclusion_id -> DbUuid,
        agency_id -> DbUuid,
        rank -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Timestamp;
    use crate::sql_types::DbUuid;

    directions (task_id) {
        task_id -> DbUuid,
        programme_id -> DbUuid,
        basis_document_id -> DbUuid,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}
