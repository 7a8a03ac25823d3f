//! Tables of the migrations `trainings`, `staff_rolls` and `training_releases` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    training_plan_items (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        year -> Integer,
        agency_id -> DbUuid,
        kind -> Text,
        title -> Text,
        audience -> Nullable<Text>,
        sessions -> Nullable<Integer>,
        attendances -> Nullable<Integer>,
        document_id -> DbUuid,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    training_courses (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        task_id -> Nullable<DbUuid>,
        kind -> Text,
        title -> Text,
        organiser_id -> Nullable<DbUuid>,
        central_organiser -> Nullable<Text>,
        is_central -> Bool,
        audiences -> Text,
        hours -> Nullable<Integer>,
        plan_item_id -> Nullable<DbUuid>,
        document_id -> Nullable<DbUuid>,
        revision -> Integer,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    training_sessions (id) {
        id -> DbUuid,
        course_id -> DbUuid,
        status -> Text,
        held_from -> Date,
        held_to -> Date,
        place -> Nullable<Text>,
        revision -> Integer,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    training_materials (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        task_id -> Nullable<DbUuid>,
        agency_id -> DbUuid,
        title -> Text,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    training_material_versions (material_id, number, language) {
        material_id -> DbUuid,
        number -> Integer,
        language -> Text,
        issued_on -> Date,
        document_id -> Nullable<DbUuid>,
        link -> Nullable<Text>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql_types::DbUuid;

    training_session_materials (session_id, material_id, version) {
        session_id -> DbUuid,
        material_id -> DbUuid,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    training_participations (id) {
        id -> DbUuid,
        session_id -> DbUuid,
        agency_id -> DbUuid,
        person_id -> Nullable<DbUuid>,
        headcount -> Nullable<Integer>,
        result -> Nullable<Text>,
        certificate_number -> Nullable<Text>,
        certificate_on -> Nullable<Date>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Timestamp};
    use crate::sql_types::DbUuid;

    staff_rolls (id) {
        id -> DbUuid,
        agency_id -> DbUuid,
        on_day -> Date,
        headcount -> Nullable<Integer>,
        in_charge -> Nullable<Integer>,
        with_degree -> Nullable<Integer>,
        with_fitting_major -> Nullable<Integer>,
        with_language -> Nullable<Integer>,
        fully_qualified -> Nullable<Integer>,
        posts -> Nullable<Integer>,
        full_time -> Nullable<Integer>,
        part_time -> Nullable<Integer>,
        has_focal_point -> Nullable<Bool>,
        document_id -> Nullable<DbUuid>,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    training_releases (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        year -> Integer,
        number -> Integer,
        as_of -> Date,
        document_id -> Nullable<DbUuid>,
        figures -> Text,
        account_id -> DbUuid,
        recorded_at -> Timestamp,
    }
}
