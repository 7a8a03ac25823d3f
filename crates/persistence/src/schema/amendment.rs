//! Tables of the migration `programme_amendments` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! What they amend is in `programme`, the other tables in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    programme_amendments (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        number -> Integer,
        basis_document_id -> DbUuid,
        section -> Nullable<Text>,
        quote -> Nullable<Text>,
        effective_on -> Date,
        content_sha256 -> Text,
        changes -> Text,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::sql_types::DbUuid;

    programme_past (id) {
        id -> DbUuid,
        amendment_id -> DbUuid,
        programme_id -> DbUuid,
        kind -> Text,
        subject_id -> DbUuid,
        content -> Text,
        english -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Date,
    }
}

diesel::table! {
    use crate::sql_types::DbUuid;

    assignment_endings (assignment_id) {
        assignment_id -> DbUuid,
        amendment_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::Date;
    use crate::sql_types::DbUuid;

    occurrence_due_days (id) {
        id -> DbUuid,
        occurrence_id -> DbUuid,
        amendment_id -> DbUuid,
        effective_on -> Date,
        due_on -> Date,
    }
}
