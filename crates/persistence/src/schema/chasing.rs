//! Tables of the migration `chasing` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    notices (id) {
        id -> DbUuid,
        obligation_id -> DbUuid,
        programme_id -> DbUuid,
        owing_id -> DbUuid,
        kind -> Text,
        level -> Text,
        addressee_id -> Nullable<DbUuid>,
        offset_days -> Nullable<Integer>,
        text -> Nullable<Text>,
        account_id -> Nullable<DbUuid>,
        day -> Date,
        sent_at -> Timestamp,
    }
}
