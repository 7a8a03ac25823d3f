//! Tables of the migration `outbox` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    events (position) {
        position -> BigInt,
        seq -> Nullable<BigInt>,
        id -> DbUuid,
        at -> Timestamp,
        kind -> Text,
        subject -> Text,
        subject_id -> DbUuid,
        agency_id -> Nullable<DbUuid>,
        programme_id -> Nullable<DbUuid>,
        is_public -> Bool,
        body -> Text,
        addressee_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};

    event_head (id) {
        id -> Integer,
        seq -> BigInt,
    }
}
