//! Tables of the migrations `evidence` and `document_files` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{BigInt, Text, Timestamp};

    files (sha256) {
        sha256 -> Text,
        size -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    report_files (id) {
        id -> DbUuid,
        report_id -> DbUuid,
        sha256 -> Text,
        name -> Text,
        title -> Nullable<Text>,
        document_number -> Nullable<Text>,
        media_type -> Text,
        since_version -> Integer,
        until_version -> Nullable<Integer>,
        uploaded_by -> DbUuid,
        uploaded_at -> Timestamp,
        removed_by -> Nullable<DbUuid>,
        removed_at -> Nullable<Timestamp>,
        removed_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Timestamp};
    use crate::sql_types::DbUuid;

    file_claims (id) {
        id -> DbUuid,
        sha256 -> Text,
        purpose -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    document_files (id) {
        id -> DbUuid,
        document_id -> DbUuid,
        sha256 -> Text,
        role -> Text,
        visibility -> Text,
        name -> Text,
        title -> Nullable<Text>,
        media_type -> Text,
        uploaded_by -> DbUuid,
        uploaded_at -> Timestamp,
        removed_by -> Nullable<DbUuid>,
        removed_at -> Nullable<Timestamp>,
        removed_reason -> Nullable<Text>,
    }
}

diesel::joinable!(report_files -> files (sha256));
diesel::joinable!(document_files -> files (sha256));
