//! The commands, one file each.
//! Must not hold rules: a command opens what is needed, asks one use case and tells the outcome.
//! The command line is `cli`.

mod accounts;
mod demo;
mod export;
mod import;
mod serve;

pub use export::openapi;

use std::{future::Future, io::Write};

use auth::{Ctx, KeySet, RequestId};
use domain::{account::AccountKind, id::SystemIds};

use crate::{
    cli::{Cli, Client, Command, Import, Keys, User},
    config::Settings,
    failure::Failure,
    startup, telemetry,
};

/// Carries out a command.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let settings = cli.flags.resolve()?;
    match cli.command {
        Command::Demo(args) => demo::run(settings, &args),
        Command::Serve => serve::run(&settings),
        Command::Migrate => run_migrate(&settings),
        Command::Import(Import::Programme(args)) => import::programme(&settings, &args),
        Command::Export(args) => export::run(&args),
        Command::Keys(Keys::Generate) => generate_keys(&settings),
        Command::User(User::Create(args)) => accounts::create(&settings, AccountKind::User, args),
        Command::Client(Client::Create(args)) => accounts::create(&settings, AccountKind::Service, args),
        Command::Config => show_config(&settings),
    }
}

/// Tells something on stdout.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| Failure::Cannot(format!("cannot write to stdout: {error}")))
}

fn run_migrate(settings: &Settings) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let applied = startup::migrate(&startup::open(settings)?)?;
    if applied.is_empty() { say("The schema is up to date.") } else { say(&format!("Applied: {}", applied.join(", "))) }
}

fn generate_keys(settings: &Settings) -> Result<(), Failure> {
    let path = settings.keys_file.clone().ok_or_else(|| Failure::Cannot("name the file with --keys-file".into()))?;
    KeySet::generate(&path).map_err(|error| Failure::Cannot(format!("{}: {error}", path.display())))?;
    say(&format!("Wrote a signing key to {}", path.display()))
}

fn show_config(settings: &Settings) -> Result<(), Failure> {
    settings.shown().iter().try_for_each(|(name, value)| say(&format!("{name} = {value}")))
}

/// Runs a use case of a command to its end.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// Whoever runs the program here.
fn operator() -> Ctx {
    Ctx::operator(RequestId::new(&SystemIds::default()))
}

/// Keys that live as long as the command: for commands that issue no tokens.
fn passing_keys() -> Result<KeySet, Failure> {
    KeySet::ephemeral().map_err(Failure::cannot)
}
