//! The commands, one file each.
//! Must not hold rules: a command opens what is needed, asks one use case and tells the outcome.
//! The command line is `cli`.

mod accounts;
mod audit;
mod demo;
mod demo_facts;
mod evidence;
mod export;
mod generate;
mod import;
mod lists;
mod personal_keys;
mod search;
mod serve;

use std::{
    future::Future,
    io::{ErrorKind, Write},
    path::PathBuf,
};

use auth::{Ctx, KeyError, KeySet, RequestId};
use chrono::DateTime;
use domain::{
    clock::{Clock, SystemClock},
    id::SystemIds,
};

use crate::{
    cli::{Cli, Command, Import, Keys},
    config::Settings,
    failure::Failure,
    http, startup, telemetry,
};

/// Carries out a command.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let settings = match &cli.command {
        // Specifications need no settings.
        Command::Export(args) => return export::run(args),
        Command::Demo(_) => cli.flags.resolve_for_demo(http::refuse_documents)?,
        // What a server would not start with is not shown as being in force.
        Command::Serve | Command::Config => cli.flags.resolve_if(http::refuse_documents)?,
        _ => cli.flags.resolve()?,
    };
    match cli.command {
        Command::Demo(args) => demo::run(settings, &args),
        Command::Serve => serve::run(&settings),
        Command::Migrate => run_migrate(&settings),
        Command::Import(Import::Programme(args)) => import::programme(&settings, &args),
        Command::Import(Import::Calendar(args)) => import::calendar(&settings, &args),
        Command::Import(Import::Organisation(args)) => import::organisation(&settings, &args),
        Command::Generate(args) => generate::run(&settings, &args),
        Command::Export(args) => export::run(&args),
        Command::Keys(Keys::Generate) => generate_keys(&settings),
        Command::Keys(Keys::Rotate) => rotate_keys(&settings),
        Command::PersonalKeys(command) => personal_keys::run(&settings, command),
        Command::User(command) => accounts::user(&settings, command),
        Command::Client(command) => accounts::client(&settings, command),
        Command::Grant(command) => accounts::grant(&settings, command),
        Command::Audit(command) => audit::run(&settings, command),
        Command::Evidence(command) => evidence::run(&settings, &command),
        Command::Search(command) => search::run(&settings, &command),
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

fn keys_file(settings: &Settings) -> Result<PathBuf, Failure> {
    settings.keys_file.clone().ok_or_else(|| Failure::Cannot("name the file with --keys-file".into()))
}

/// Servers read the file again by themselves. Keys rotate in an emergency too: a database that cannot be reached does not stop it.
fn rotate_keys(settings: &Settings) -> Result<(), Failure> {
    let (path, now) = (keys_file(settings)?, SystemClock.now().timestamp());
    let cannot = |error| Failure::Cannot(format!("{}: {error}", path.display()));
    let keys = KeySet::rotate(&path, now).map_err(cannot)?;
    // The newest comes first, then the one that was the newest before it.
    let mut kids = keys.states(now).into_iter().map(|key| key.kid);
    let (after, before) = (kids.next(), kids.next());
    let noted = accounts::opened(settings).and_then(|app| {
        let noted = block_on(app::access::note_rotation(&app, &operator(), before, after));
        noted.map_err(Failure::from)
    });
    if noted.is_err() {
        say("The database cannot be reached: the audit log does not tell of this rotation.")?;
    }
    keys.states(now).iter().try_for_each(|key| {
        let at = |seconds: Option<i64>| seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let from = at(key.signs_from).map_or_else(String::new, |at| format!(", signs from {at}"));
        let until = at(key.verifies_until).map_or_else(String::new, |at| format!(", verifies until {at}"));
        say(&format!("{}{}{from}{until}", key.kid, if key.signs { ", signs now" } else { "" }))
    })
}

fn generate_keys(settings: &Settings) -> Result<(), Failure> {
    let path = keys_file(settings)?;
    KeySet::generate(&path).map_err(|error| {
        let told = match &error {
            KeyError::Write(cause) if cause.kind() == ErrorKind::AlreadyExists => {
                "the key file exists and is left as it is; name another with --keys-file, or add a new key to this one with haidang keys rotate".into()
            }
            _ => error.to_string(),
        };
        Failure::Cannot(format!("{}: {told}", path.display()))
    })?;
    say(&format!("Wrote a signing key to {}", path.display()))
}

fn show_config(settings: &Settings) -> Result<(), Failure> {
    settings.shown().iter().try_for_each(|(name, value)| say(&format!("{name} = {value}")))?;
    settings.transport.shown().iter().try_for_each(|(name, value)| say(&format!("http.{name} = {value}")))?;
    settings.allowances.named().try_for_each(|(caller, allowance)| {
        allowance.shown().iter().try_for_each(|(name, value)| say(&format!("limits.{caller}.{name} = {value}")))
    })
}

/// Runs a use case of a command to its end.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// Whoever runs the program here, by the number under which the system knows them, and the one under which they signed in to it
/// where it knows that.
pub fn operator() -> Ctx {
    const UNKNOWN: &str = "4294967295";
    let signed_in = std::fs::read_to_string("/proc/self/loginuid").ok().map(|number| number.trim().to_owned());
    let signed_in = signed_in.filter(|number| !number.is_empty() && number != UNKNOWN);
    let known = [user_number().map(|number| format!("uid {number}")), signed_in.map(|number| format!("signed in as uid {number}"))];
    let name = known.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ctx::operator(RequestId::new(&SystemIds::default()), &name)
}

/// The number of the user who runs this process.
#[cfg(unix)]
fn user_number() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(std::fs::metadata("/proc/self").ok()?.uid())
}

#[cfg(not(unix))]
fn user_number() -> Option<u32> {
    None
}

/// Keys that live as long as the command: for commands that issue no tokens.
fn passing_keys() -> Result<KeySet, Failure> {
    KeySet::ephemeral().map_err(Failure::cannot)
}
