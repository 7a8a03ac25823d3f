//! Tables of the migration `webhooks` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! What happened is in `outbox`.

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    webhooks (id) {
        id -> DbUuid,
        agency_id -> Nullable<DbUuid>,
        account_id -> DbUuid,
        url -> Text,
        description -> Nullable<Text>,
        kinds -> Text,
        programme_id -> Nullable<DbUuid>,
        status -> Text,
        disabled_reason -> Nullable<Text>,
        disabled_at -> Nullable<Timestamp>,
        secret_sealed -> Text,
        previous_sealed -> Nullable<Text>,
        previous_until -> Nullable<Timestamp>,
        revision -> Integer,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        seen_seq -> BigInt,
        last_success_at -> Nullable<Timestamp>,
        failing_since -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    webhook_deliveries (id) {
        id -> DbUuid,
        webhook_id -> DbUuid,
        event_seq -> Nullable<BigInt>,
        kind -> Text,
        subject_id -> DbUuid,
        state -> Text,
        attempts -> Integer,
        tries -> Integer,
        created_at -> Timestamp,
        due_at -> Timestamp,
        first_tried_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        lease -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    webhook_attempts (delivery_id, number) {
        delivery_id -> DbUuid,
        number -> Integer,
        at -> Timestamp,
        millis -> Integer,
        status -> Nullable<Integer>,
        fault -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}
