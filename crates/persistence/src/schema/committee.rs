//! Tables of the migration `committees` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The bodies themselves are agencies, in `organisation`.

diesel::table! {
    use diesel::sql_types::{Nullable, Timestamp};
    use crate::sql_types::DbUuid;

    committees (agency_id) {
        agency_id -> DbUuid,
        planned_document_id -> Nullable<DbUuid>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    committee_acts (id) {
        id -> DbUuid,
        committee_id -> DbUuid,
        number -> Integer,
        kind -> Text,
        effective_on -> Date,
        basis_document_id -> Nullable<DbUuid>,
        note -> Nullable<Text>,
        account_id -> Nullable<DbUuid>,
        recorded_at -> Timestamp,
        annuls_id -> Nullable<DbUuid>,
        is_inferred -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    committee_act_changes (act_id, position) {
        act_id -> DbUuid,
        position -> Integer,
        change -> Text,
        what -> Text,
        row_id -> DbUuid,
        term_id -> Nullable<DbUuid>,
        seat_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
        unit -> Nullable<Text>,
        role -> Nullable<Text>,
        rank -> Nullable<Integer>,
        post_id -> Nullable<DbUuid>,
        head_of_id -> Nullable<DbUuid>,
        post_as_written -> Nullable<Text>,
        duty -> Nullable<Text>,
        person_id -> Nullable<DbUuid>,
        printed_name -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable};
    use crate::sql_types::DbUuid;

    committee_standing_agencies (id) {
        id -> DbUuid,
        term_id -> DbUuid,
        agency_id -> DbUuid,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable};
    use crate::sql_types::DbUuid;

    committee_terms (id) {
        id -> DbUuid,
        committee_id -> DbUuid,
        authority_id -> DbUuid,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    committee_seats (id) {
        id -> DbUuid,
        term_id -> DbUuid,
        committee_id -> DbUuid,
        unit -> Nullable<Text>,
        role -> Text,
        rank -> Integer,
        post_id -> Nullable<DbUuid>,
        position -> Nullable<Text>,
        duty -> Nullable<Text>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> DbUuid,
        head_of_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::sql_types::DbUuid;

    committee_stays (id) {
        id -> DbUuid,
        seat_id -> DbUuid,
        person_id -> DbUuid,
        printed_name -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> DbUuid,
    }
}
