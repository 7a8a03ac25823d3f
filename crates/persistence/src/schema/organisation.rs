//! Tables of the migration `organisation` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    agencies (id) {
        id -> DbUuid,
        code -> Text,
        is_collective -> Bool,
        membership_rule -> Nullable<Text>,
        membership_complete -> Nullable<Bool>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    documents (id) {
        id -> DbUuid,
        natural_key -> Text,
        kind -> Text,
        status -> Text,
        number -> Nullable<Text>,
        title -> Nullable<Text>,
        issuer_id -> Nullable<DbUuid>,
        issuer_as_written -> Nullable<Text>,
        issued_on -> Nullable<Date>,
        effective_on -> Nullable<Date>,
        signer -> Nullable<Text>,
        note -> Nullable<Text>,
        kind_as_written -> Nullable<Text>,
        issued_on_as_written -> Nullable<Text>,
        effective_on_as_written -> Nullable<Text>,
        number_and_date_source -> Nullable<Text>,
        signer_position -> Nullable<Text>,
        signer_note -> Nullable<Text>,
        recipients_note -> Nullable<Text>,
        serial -> Nullable<Integer>,
        symbol -> Nullable<Text>,
        class -> Nullable<Text>,
        year -> Nullable<Integer>,
        identity -> Nullable<Text>,
        expires_on -> Nullable<Date>,
        summary -> Nullable<Text>,
        capacity -> Nullable<Text>,
        revision -> Integer,
        hidden_revisions -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    document_relations (document_id, kind, related_id) {
        document_id -> DbUuid,
        related_id -> DbUuid,
        kind -> Text,
        rank -> Integer,
        section -> Nullable<Text>,
        quote -> Nullable<Text>,
        note -> Nullable<Text>,
        is_partial -> Bool,
        account_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    document_stages (document_id, rank) {
        document_id -> DbUuid,
        rank -> Integer,
        stage -> Text,
        reached_on -> Date,
        note -> Nullable<Text>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql_types::DbUuid;

    document_recipients (document_id, rank) {
        document_id -> DbUuid,
        rank -> Integer,
        as_written -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::sql_types::DbUuid;

    agency_versions (id) {
        id -> DbUuid,
        agency_id -> DbUuid,
        name -> Text,
        kind -> Text,
        subkind -> Nullable<Text>,
        parent_id -> Nullable<DbUuid>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        basis_document_id -> Nullable<DbUuid>,
        note -> Nullable<Text>,
        used_in -> Nullable<Text>,
        short_name -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql_types::DbUuid;

    agency_aliases (agency_id, alias) {
        agency_id -> DbUuid,
        alias -> Text,
        rank -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable};
    use crate::sql_types::DbUuid;

    agency_members (id) {
        id -> DbUuid,
        collective_id -> DbUuid,
        member_id -> DbUuid,
        rank -> Integer,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    citations (id) {
        id -> DbUuid,
        subject_id -> DbUuid,
        document_id -> DbUuid,
        rank -> Integer,
        section -> Text,
        quote -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    translations (subject_id, field, lang) {
        subject_id -> DbUuid,
        field -> Text,
        lang -> Text,
        text -> Text,
        state -> Text,
        source -> Text,
        account_id -> Nullable<DbUuid>,
        edited_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};

    catalogue_stamp (id) {
        id -> Integer,
        stamp -> BigInt,
    }
}
