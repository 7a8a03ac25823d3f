//! Tables of the migration `identity`, with the columns that `access` adds, as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    accounts (id) {
        id -> DbUuid,
        kind -> Text,
        login -> Text,
        name -> Text,
        agency_id -> Nullable<DbUuid>,
        status -> Text,
        password_hash -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        scopes -> Nullable<Text>,
        networks -> Nullable<Text>,
        last_used_at -> Nullable<Timestamp>,
        external_issuer -> Nullable<Text>,
        external_subject -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    client_secrets (id) {
        id -> DbUuid,
        account_id -> DbUuid,
        secret_sha256 -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    grants (id) {
        id -> DbUuid,
        account_id -> DbUuid,
        role -> Text,
        agency_id -> Nullable<DbUuid>,
        programme_id -> Nullable<DbUuid>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        basis_document_id -> Nullable<DbUuid>,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(grants -> accounts (account_id));
