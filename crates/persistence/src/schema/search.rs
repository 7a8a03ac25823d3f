//! What everything is found by.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text};
    use crate::sql_types::{DbUuid, Words};

    search_entries (id) {
        id -> BigInt,
        subject_id -> DbUuid,
        ordinal -> Integer,
        kind -> Text,
        is_inside -> Bool,
        programme_id -> Nullable<DbUuid>,
        lang -> Text,
        title -> Text,
        body -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        sort_key -> Text,
        words -> Words,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;

    search_rules (id) {
        id -> Integer,
        version -> Integer,
    }
}
