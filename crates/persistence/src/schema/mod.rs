//! All tables as Diesel sees them, one file per migration.
//! Must not differ from `migrations/`; the migration tests hold both databases against it.
//! Column types that Diesel does not know are in `sql_types`.

mod access;
mod amendment;
mod budget;
mod calendar;
mod calendar_link;
mod chasing;
mod committee;
mod deliverable;
mod designation;
mod evidence;
mod frozen;
mod identity;
mod meeting;
mod occurrence;
mod organisation;
mod outbox;
mod person;
mod personal_request;
mod programme;
mod report;
mod search;
mod succession;
mod target;
mod training;
mod webhook;

pub use access::{
    audit_entries, audit_strands, client_keys, failed_attempts, recovery_codes, refresh_tokens, second_factors, sessions, used_assertions,
};
pub use amendment::{assignment_endings, occurrence_due_days, programme_amendments, programme_past};
pub use budget::{budget_classification_codes, budget_lines, budget_means, budget_movements, budget_rules};
pub use calendar::{obligation_exclusions, obligations, regime_agencies, regimes, special_days, working_years};
pub use calendar_link::calendar_links;
pub use chasing::notices;
pub use committee::{
    committee_act_changes, committee_acts, committee_seats, committee_standing_agencies, committee_stays, committee_terms, committees,
};
pub use deliverable::{
    deliverable_audiences, deliverable_documents, deliverable_files, deliverable_languages, deliverable_versions, deliverables,
};
pub use designation::{designated_agencies, designations};
pub use evidence::{document_files, file_claims, files, report_files};
pub use frozen::frozen_statistics;
pub use identity::{accounts, client_secrets, grants};
pub use meeting::{
    conclusion_coordinators, conclusions, directions, meeting_invitees, meeting_items, meeting_seats, meetings, minutes_corrections,
};
pub use occurrence::{extensions, occurrence_claims, occurrence_events, task_principals};
pub use organisation::{
    agencies, agency_aliases, agency_members, agency_versions, catalogue_stamp, citations, document_recipients, document_relations,
    document_stages, documents, translations,
};
pub use outbox::{event_head, events};
pub use person::{person_restricted_fields, persons, post_holder_persons};
pub use personal_request::{personal_clocks, personal_request_steps, personal_requests};
pub use programme::{
    assignments, channels, funding_sources, known_issue_tasks, known_issues, measure_targets, measure_tasks, measures, objectives,
    occurrences, programme_imports, programmes, reading_confirmations, responsibilities, responsibility_agencies, targets, task_groups,
    tasks,
};
pub use report::{idempotency_keys, report_drafts, report_events, report_sources, report_versions, reports};
pub use search::{search_entries, search_rules};
pub use succession::{
    agency_codes, agency_event_duties, agency_event_parties, agency_events, agency_posts, agency_role_successions, agency_rolls,
    assignment_successions, attestations, function_duties, functions, post_holders, succession_queue,
};
pub use target::{target_definitions, target_values};
pub use training::{
    staff_rolls, training_courses, training_material_versions, training_materials, training_participations, training_plan_items,
    training_releases, training_session_materials, training_sessions,
};
pub use webhook::{webhook_attempts, webhook_deliveries, webhooks};

diesel::allow_tables_to_appear_in_same_query!(
    agencies,
    committees,
    committee_acts,
    committee_act_changes,
    committee_standing_agencies,
    committee_terms,
    committee_seats,
    committee_stays,
    meetings,
    meeting_items,
    meeting_invitees,
    meeting_seats,
    minutes_corrections,
    conclusions,
    conclusion_coordinators,
    directions,
    documents,
    document_files,
    document_relations,
    document_recipients,
    document_stages,
    agency_versions,
    agency_aliases,
    agency_members,
    citations,
    translations,
    catalogue_stamp,
    programmes,
    programme_imports,
    task_groups,
    objectives,
    tasks,
    assignments,
    occurrences,
    targets,
    measures,
    measure_tasks,
    measure_targets,
    responsibilities,
    responsibility_agencies,
    channels,
    funding_sources,
    known_issues,
    known_issue_tasks,
    reading_confirmations,
    accounts,
    client_secrets,
    grants,
    reports,
    report_versions,
    report_drafts,
    report_events,
    report_sources,
    idempotency_keys,
    audit_entries,
    audit_strands,
    client_keys,
    failed_attempts,
    recovery_codes,
    refresh_tokens,
    second_factors,
    sessions,
    used_assertions,
    working_years,
    special_days,
    regimes,
    regime_agencies,
    obligations,
    obligation_exclusions,
    events,
    event_head,
    occurrence_events,
    occurrence_claims,
    extensions,
    task_principals,
    files,
    report_files,
    file_claims,
    notices,
    frozen_statistics,
    agency_codes,
    agency_event_duties,
    agency_event_parties,
    agency_role_successions,
    agency_events,
    agency_posts,
    agency_rolls,
    assignment_successions,
    attestations,
    function_duties,
    functions,
    post_holders,
    succession_queue,
    persons,
    person_restricted_fields,
    post_holder_persons,
    personal_clocks,
    personal_requests,
    personal_request_steps,
    programme_amendments,
    programme_past,
    assignment_endings,
    occurrence_due_days,
    calendar_links,
    designations,
    designated_agencies,
    training_plan_items,
    training_courses,
    training_sessions,
    training_materials,
    training_material_versions,
    training_session_materials,
    training_participations,
    staff_rolls,
    target_definitions,
    target_values,
    training_releases,
    budget_rules,
    budget_classification_codes,
    budget_lines,
    budget_movements,
    budget_means,
    deliverables,
    deliverable_versions,
    deliverable_audiences,
    deliverable_languages,
    deliverable_documents,
    deliverable_files,
);
// They are read with each other alone.
diesel::allow_tables_to_appear_in_same_query!(webhooks, webhook_deliveries, webhook_attempts);
