//! Tables of the budget as Diesel sees them: settings, lines, movements, means.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    budget_rules (id) {
        id -> DbUuid,
        valid_from -> Nullable<Date>,
        source -> Text,
        to_confirm -> Bool,
        books_close_month -> Integer,
        books_close_day -> Integer,
        adjusted_until_month -> Integer,
        adjusted_until_day -> Integer,
        allocation_days -> Integer,
        ageing -> Text,
        account_id -> Nullable<DbUuid>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    budget_classification_codes (id) {
        id -> DbUuid,
        level -> Text,
        code -> Text,
        name -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    budget_lines (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        task_id -> Nullable<DbUuid>,
        year -> Integer,
        agency_id -> DbUuid,
        source -> Text,
        contributor_id -> Nullable<DbUuid>,
        contributor_name -> Nullable<Text>,
        contribution_form -> Nullable<Text>,
        agreement_id -> Nullable<DbUuid>,
        purpose -> Nullable<Text>,
        valuation -> Nullable<Text>,
        chapter -> Nullable<Text>,
        category -> Nullable<Text>,
        section -> Nullable<Text>,
        item -> Nullable<Text>,
        subitem -> Nullable<Text>,
        is_capital -> Bool,
        asset_note -> Nullable<Text>,
        title -> Nullable<Text>,
        identity -> Text,
        revision -> Integer,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    budget_movements (id) {
        id -> DbUuid,
        line_id -> DbUuid,
        year -> Integer,
        number -> Integer,
        kind -> Text,
        amount -> BigInt,
        day -> Date,
        booking_year -> Integer,
        work_done_on -> Nullable<Date>,
        document_id -> Nullable<DbUuid>,
        section -> Nullable<Text>,
        quote -> Nullable<Text>,
        agency_id -> Nullable<DbUuid>,
        recorder_id -> DbUuid,
        external_ref -> Nullable<Text>,
        refers_to_id -> Nullable<DbUuid>,
        exception -> Nullable<Text>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    budget_means (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        year -> Integer,
        source -> Text,
        amount -> BigInt,
        day -> Date,
        document_id -> DbUuid,
        section -> Nullable<Text>,
        quote -> Nullable<Text>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}
