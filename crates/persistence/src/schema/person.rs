//! Tables of the migration `persons` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    persons (id) {
        id -> DbUuid,
        name -> Text,
        name_folded -> Text,
        position_title -> Nullable<Text>,
        work_email -> Nullable<Text>,
        work_phone -> Nullable<Text>,
        account_id -> Nullable<DbUuid>,
        restricted_at -> Nullable<Timestamp>,
        restriction_reason -> Nullable<Text>,
        restriction_document_id -> Nullable<DbUuid>,
        pseudonymised_at -> Nullable<Timestamp>,
        pseudonym_reason -> Nullable<Text>,
        pseudonym_document_id -> Nullable<DbUuid>,
        revision -> Integer,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql_types::DbUuid;

    person_restricted_fields (person_id, field) {
        person_id -> DbUuid,
        field -> Text,
        key_id -> Text,
        sealed -> Text,
    }
}

diesel::table! {
    use crate::sql_types::DbUuid;

    post_holder_persons (holder_id) {
        holder_id -> DbUuid,
        person_id -> DbUuid,
    }
}
