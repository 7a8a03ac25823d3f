//! Tables of the migrations `calendars` and `calendar_places` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    working_years (year) {
        year -> Integer,
        source -> Text,
        to_confirm -> Bool,
        basis_document_id -> Nullable<DbUuid>,
        section -> Nullable<Text>,
        quote -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Text};

    special_days (day) {
        day -> Date,
        year -> Integer,
        kind -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    regimes (id) {
        id -> DbUuid,
        code -> Text,
        name -> Text,
        programme_id -> Nullable<DbUuid>,
        kind -> Text,
        subject -> Text,
        frequency -> Nullable<Text>,
        window_day -> Nullable<Integer>,
        window_months_before -> Nullable<Integer>,
        due_rule -> Nullable<Text>,
        due_month_offset -> Nullable<Integer>,
        due_day -> Nullable<Integer>,
        due_working_days -> Nullable<Integer>,
        due_rolls -> Bool,
        is_estimate -> Bool,
        obliged_roles -> Nullable<Text>,
        receiver_id -> Nullable<DbUuid>,
        outline -> Text,
        form -> Text,
        chasing -> Text,
        basis_document_id -> Nullable<DbUuid>,
        basis_as_written -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        note -> Nullable<Text>,
        section -> Nullable<Text>,
        quote -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql_types::DbUuid;

    regime_agencies (regime_id, agency_id) {
        regime_id -> DbUuid,
        agency_id -> DbUuid,
        rank -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    obligations (id) {
        id -> DbUuid,
        regime_id -> DbUuid,
        programme_id -> DbUuid,
        agency_id -> DbUuid,
        occurrence_id -> Nullable<DbUuid>,
        task_id -> Nullable<DbUuid>,
        regime_code -> Text,
        period -> Text,
        year -> Integer,
        window_from -> Date,
        window_to -> Date,
        due_on -> Nullable<Date>,
        unknown_year -> Nullable<Integer>,
        through_id -> Nullable<DbUuid>,
        requester_id -> Nullable<DbUuid>,
        is_excluded -> Bool,
        created_at -> Timestamp,
        owed_from -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    obligation_exclusions (id) {
        id -> DbUuid,
        obligation_id -> DbUuid,
        is_excluded -> Bool,
        reason -> Text,
        account_id -> Nullable<DbUuid>,
        at -> Timestamp,
        counts_on -> Nullable<Date>,
    }
}
