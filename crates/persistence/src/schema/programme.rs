//! Tables of the migration `programmes` as Diesel sees them.
//! Must not differ from the migrations; the migration tests hold it against both databases.
//! The other tables are in the files beside this one.

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    programmes (id) {
        id -> DbUuid,
        code -> Text,
        title -> Text,
        start_year -> Integer,
        end_year -> Integer,
        midpoint_year -> Nullable<Integer>,
        midpoint_note -> Nullable<Text>,
        period_as_written -> Text,
        scope -> Nullable<Text>,
        decision_id -> DbUuid,
        parent_document_id -> Nullable<DbUuid>,
        reports_to_id -> Nullable<DbUuid>,
        steering_committee_id -> Nullable<DbUuid>,
        standing_agency_id -> Nullable<DbUuid>,
        accountable_as_written -> Nullable<Text>,
        funding -> Nullable<Text>,
        annual_due_month -> Integer,
        annual_due_day -> Integer,
        marks_self_decisions -> Bool,
        valid_from -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text, Timestamp};
    use crate::sql_types::DbUuid;

    programme_imports (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        content_sha256 -> Text,
        changes -> Integer,
        imported_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    task_groups (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        code -> Text,
        rank -> Integer,
        title -> Text,
        section -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    objectives (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        code -> Text,
        rank -> Integer,
        kind -> Text,
        text -> Text,
        group_id -> Nullable<DbUuid>,
        due_year -> Nullable<Integer>,
        note -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    tasks (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        group_id -> DbUuid,
        code -> Text,
        number -> Integer,
        rank -> Integer,
        title -> Text,
        title_folded -> Text,
        title_key -> Text,
        recurrence -> Text,
        period_as_written -> Text,
        start_year -> Integer,
        end_year -> Integer,
        period_note -> Nullable<Text>,
        lead_as_written -> Text,
        coordinating_as_written -> Text,
        note -> Nullable<Text>,
        period_rule -> Nullable<Text>,
        period_start_on -> Nullable<Date>,
        period_end_on -> Nullable<Date>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    assignments (id) {
        id -> DbUuid,
        task_id -> DbUuid,
        agency_id -> DbUuid,
        role -> Text,
        rank -> Integer,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        basis_document_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    occurrences (id) {
        id -> DbUuid,
        task_id -> DbUuid,
        year -> Integer,
        status -> Text,
        due_on -> Nullable<Date>,
        original_due_on -> Nullable<Date>,
        completed_on -> Nullable<Date>,
        revision -> Integer,
        valid_from -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    targets (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        objective_id -> Nullable<DbUuid>,
        task_id -> Nullable<DbUuid>,
        code -> Text,
        rank -> Integer,
        section -> Text,
        text -> Text,
        comparator -> Text,
        unit -> Nullable<Text>,
        value_min -> Nullable<BigInt>,
        value_max -> Nullable<BigInt>,
        due_year -> Nullable<Integer>,
        numerator -> Nullable<Text>,
        denominator -> Nullable<Text>,
        scope -> Nullable<Text>,
        note -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    measures (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        code -> Text,
        rank -> Integer,
        text -> Text,
        note -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql_types::DbUuid;

    measure_tasks (measure_id, task_id) {
        measure_id -> DbUuid,
        task_id -> DbUuid,
        rank -> Integer,
        certainty -> Text,
        first_rank -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql_types::DbUuid;

    measure_targets (measure_id, target_id) {
        measure_id -> DbUuid,
        target_id -> DbUuid,
        rank -> Integer,
        first_rank -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    responsibilities (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        agency_id -> DbUuid,
        code -> Text,
        rank -> Integer,
        role -> Text,
        text -> Text,
        recurrence -> Nullable<Text>,
        produces -> Nullable<Text>,
        note -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql_types::DbUuid;

    responsibility_agencies (responsibility_id, relation, agency_id) {
        responsibility_id -> DbUuid,
        agency_id -> DbUuid,
        relation -> Text,
        rank -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    channels (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        operator_id -> Nullable<DbUuid>,
        code -> Text,
        rank -> Integer,
        name -> Text,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    funding_sources (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        code -> Text,
        rank -> Integer,
        name -> Text,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql_types::DbUuid;

    known_issues (id) {
        id -> DbUuid,
        programme_id -> DbUuid,
        rank -> Integer,
        location -> Text,
        as_written -> Nullable<Text>,
        read_as -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text, Timestamp};
    use crate::sql_types::DbUuid;

    reading_confirmations (id) {
        id -> DbUuid,
        known_issue_id -> DbUuid,
        account_id -> DbUuid,
        confirmed_by -> Text,
        post -> Nullable<Text>,
        agency_id -> Nullable<DbUuid>,
        confirmed_on -> Date,
        basis_document_id -> Nullable<DbUuid>,
        remark -> Nullable<Text>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    use crate::sql_types::DbUuid;

    known_issue_tasks (known_issue_id, task_id) {
        known_issue_id -> DbUuid,
        task_id -> DbUuid,
    }
}

diesel::joinable!(assignments -> tasks (task_id));
