//! Tables of the migration `personal_requests` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! People are in `person`.

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text};

    personal_clocks (kind, valid_from) {
        kind -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis -> Text,
        acknowledge_working_days -> Nullable<Integer>,
        act_hours -> Nullable<Integer>,
        act_days -> Nullable<Integer>,
        act_days_third_party -> Nullable<Integer>,
        extension_days -> Nullable<Integer>,
        rolls -> Bool,
        to_confirm -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    personal_requests (id) {
        id -> DbUuid,
        person_id -> DbUuid,
        kind -> Text,
        channel -> Text,
        received_at -> Timestamp,
        involves_third_party -> Bool,
        state -> Text,
        clock -> Text,
        basis -> Nullable<Text>,
        acknowledge_by -> Nullable<Date>,
        act_by -> Nullable<Date>,
        act_by_at -> Nullable<Timestamp>,
        extended_until -> Nullable<Date>,
        revision -> Integer,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    personal_request_steps (request_id, rank) {
        request_id -> DbUuid,
        rank -> Integer,
        step -> Text,
        taken_at -> Timestamp,
        until -> Nullable<Date>,
        reason -> Nullable<Text>,
        legal_ground -> Nullable<Text>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}
