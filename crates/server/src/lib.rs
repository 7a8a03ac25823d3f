//! The running service: command line, configuration, HTTP, telemetry.
//! Must not hold rules or queries; it wires the crates together.
//! Start at `cli`; the HTTP side is `http`, what happens before the first request `startup`.

// The executor's futures lie within each other as deep as the schema does; an optimised build looks through all of them.
#![recursion_limit = "512"]

mod cli;
mod commands;
mod config;
mod failure;
mod http;
mod jobs;
mod outgoing;
mod sign_on;
mod startup;
mod telemetry;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory, FromArgMatches};

pub use config::{Settings, Transport, http_known, settings_known};
pub use failure::Failure;
pub use http::{Running, serve as serve_http};
pub use rest::document as openapi_document;
pub use sign_on::Https;
pub use startup::{CALENDARS, ORGANISATION, PROGRAMME_1593, build_app, webhooks as webhook_setup};

/// Runs the command line. Exit codes: 0 done, 1 refused (faults, differences), 2 cannot run here.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = cli::Cli::command().mut_args(config::unless_empty);
    let parsed = command.try_get_matches_from(args).and_then(|matches| {
        let cli = cli::Cli::from_arg_matches(&matches)?;
        cli.refuse_idle(&matches).map(|()| cli)
    });
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}
