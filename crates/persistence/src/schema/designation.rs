//! Tables of the migration `designations` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! Tasks are in `programme`, agencies in `organisation`.

diesel::table! {
    use diesel::sql_types::{Date, Nullable};
    use crate::sql_types::DbUuid;

    designations (id) {
        id -> DbUuid,
        task_id -> DbUuid,
        collective_id -> DbUuid,
        basis_document_id -> DbUuid,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql_types::DbUuid;

    designated_agencies (designation_id, agency_id) {
        designation_id -> DbUuid,
        agency_id -> DbUuid,
        rank -> Integer,
    }
}
