//! Tables of the migration `access` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    client_keys (id) {
        id -> DbUuid,
        account_id -> DbUuid,
        kid -> Text,
        jwk -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Timestamp};

    used_assertions (assertion_sha256) {
        assertion_sha256 -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    second_factors (account_id) {
        account_id -> DbUuid,
        secret_sealed -> Text,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        last_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    recovery_codes (account_id, code_sha256) {
        account_id -> DbUuid,
        code_sha256 -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    sessions (id) {
        id -> DbUuid,
        account_id -> DbUuid,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        scopes -> Text,
        network -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    refresh_tokens (token_sha256) {
        token_sha256 -> Text,
        session_id -> DbUuid,
        issued_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text, Timestamp};

    failed_attempts (key_sha256) {
        key_sha256 -> Text,
        failures -> Integer,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Text};

    audit_strands (strand) {
        strand -> Integer,
        entries -> BigInt,
        head_sha256 -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    audit_entries (strand, number) {
        strand -> Integer,
        number -> BigInt,
        id -> DbUuid,
        at -> Timestamp,
        actor -> Text,
        account_id -> Nullable<DbUuid>,
        login -> Nullable<Text>,
        agency -> Nullable<Text>,
        token -> Nullable<Text>,
        network -> Nullable<Text>,
        request -> Text,
        operation -> Text,
        subject -> Nullable<Text>,
        subject_id -> Nullable<Text>,
        changes -> Nullable<Text>,
        outcome -> Text,
        code -> Nullable<Text>,
        previous_sha256 -> Text,
        sha256 -> Text,
    }
}
