//! The behavioural suite: every test runs on SQLite and on PostgreSQL, against a real server.
//! Must stay one binary, so that one private PostgreSQL server serves all tests.
//! Called with `--as-haidang` it is the program itself, for tests that kill it.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::needless_pass_by_value)] // a test fails by panicking

mod access;
mod agencies;
mod amended_bounds;
mod amended_days;
mod amended_words;
mod amendments;
mod arrows;
mod as_written;
mod at_rest;
mod attacks;
mod audit;
mod audit_told;
mod authz;
mod backends;
mod batch_crash;
mod batch_files;
mod batches;
mod bound_seats;
mod budget;
mod budget_books;
mod budget_charts;
mod budget_contributors;
mod budget_graphql;
mod budget_rows;
mod budget_sums;
mod calendars;
mod changes;
mod charts;
mod chasing;
mod committee_log;
mod committee_offices;
mod committees;
mod contract;
mod corrected_bodies;
mod corrections;
mod crash;
mod deliverables;
mod deliverables_kept;
mod designations;
mod directions;
mod document_files;
mod documents;
mod duties_of_agencies;
mod estimates;
mod evidence;
mod evidence_faults;
mod evidence_life;
mod evidence_s3;
mod extensions;
mod failures;
mod feeds;
mod first_roles;
mod fresh;
mod frozen;
mod fulfilment;
mod gaps;
mod generate;
mod graphql;
mod graphql_admin;
mod graphql_http;
mod guides;
mod house;
mod import_faults;
mod imports;
mod known;
mod late_bodies;
mod late_facts;
mod limits;
mod matrix;
mod meetings;
mod meetings_kept;
mod migrations;
mod names_of_the_time;
mod nodes;
mod not_yours;
mod obligations;
mod occurrences;
mod outlines;
mod outside;
mod pages;
mod personal;
mod personal_keys;
mod personal_requests;
mod persons;
mod places;
mod plans;
mod posts;
mod process;
mod rates;
mod readings;
mod readme;
mod reports;
mod requests;
mod rolls;
mod search;
mod search_seen;
mod seats;
mod sequences;
mod sign_in;
mod sign_on;
mod specs;
mod statements;
mod statistics;
mod subscriptions;
mod subscriptions_ending;
mod tampering;
mod targets;
mod targets_made;
mod tls;
mod tokens;
mod trainings;
mod trainings_hidden;
mod translations;
mod waiting_roles;
mod walk;
mod webhooks;
mod webhooks_again;
mod webhooks_failing;
mod webhooks_fair;
mod webhooks_plans;
mod withdrawn;
mod workflow;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    if args.nth(1).is_some_and(|arg| arg == testkit::process::ENTRY) {
        return server::run(std::iter::once("haidang".into()).chain(args));
    }
    testkit::harness::main(testkit::database::postgres_available())
}
