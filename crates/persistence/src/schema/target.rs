//! Tables of the migration `target_definitions` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The targets themselves are in `programme`.

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    target_definitions (id) {
        id -> DbUuid,
        target_id -> DbUuid,
        version -> Integer,
        measure -> Text,
        direction -> Text,
        is_cumulative -> Bool,
        due_year -> Nullable<Integer>,
        baseline_value -> Nullable<Text>,
        baseline_on -> Nullable<Date>,
        baseline_document_id -> Nullable<DbUuid>,
        disaggregations -> Text,
        population -> Text,
        reckoning -> Text,
        certainty -> Text,
        words -> Text,
        basis_document_id -> DbUuid,
        valid_from -> Date,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Text, Timestamp};
    use crate::sql_types::DbUuid;

    target_values (id) {
        id -> DbUuid,
        target_id -> DbUuid,
        year -> Integer,
        value -> Text,
        finality -> Text,
        stated_on -> Date,
        document_id -> DbUuid,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}
