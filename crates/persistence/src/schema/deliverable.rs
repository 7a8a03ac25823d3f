//! Tables of the migration `deliverables` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    deliverables (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        agency_id -> DbUuid,
        task_id -> Nullable<DbUuid>,
        kind -> Text,
        public_kind -> Nullable<Text>,
        visibility -> Text,
        year -> Integer,
        channel -> Nullable<Text>,
        outlet -> Nullable<Text>,
        begun_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        alert_on -> Nullable<Date>,
        external_ref -> Nullable<Text>,
        content -> Text,
        revision -> Integer,
        withdrawn_at -> Nullable<Timestamp>,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    deliverable_versions (deliverable_id, revision) {
        deliverable_id -> DbUuid,
        revision -> Integer,
        change -> Text,
        content -> Text,
        reason -> Nullable<Text>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql_types::DbUuid;

    deliverable_audiences (deliverable_id, audience) {
        deliverable_id -> DbUuid,
        audience -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql_types::DbUuid;

    deliverable_languages (deliverable_id, language) {
        deliverable_id -> DbUuid,
        language -> Text,
    }
}

diesel::table! {
    use crate::sql_types::DbUuid;

    deliverable_documents (deliverable_id, document_id) {
        deliverable_id -> DbUuid,
        document_id -> DbUuid,
    }
}

diesel::table! {
    use crate::sql_types::DbUuid;

    deliverable_files (deliverable_id, file_id) {
        deliverable_id -> DbUuid,
        file_id -> DbUuid,
    }
}
