//! The register of test bodies and the runner that runs each of them on both databases.
//! Must not open a database: a body is told which one to use and gets it elsewhere.
//! The PostgreSQL server that the bodies share comes from `postgres`.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// What the registering macros expand to needs it, whatever the calling crate depends on.
#[doc(hidden)]
pub use inventory;

/// Set to anything but `0` it turns a missing PostgreSQL server from a reason to skip into a failure.
const REQUIRE: &str = "HAIDANG_REQUIRE_POSTGRES";

/// Set to anything but `0` it makes a failure of every test that this machine lacks something for.
const REQUIRE_ALL: &str = "HAIDANG_REQUIRE_ALL";

/// The database a test body runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backend {
    /// A file of its own.
    Sqlite,
    /// A database of its own in the server of the test process.
    Postgres,
}

impl Backend {
    /// The last part of a test's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// One registered test body; made by [`both!`](crate::both), [`only!`](crate::only) and [`once!`](crate::once).
pub struct Case {
    /// The function's name.
    pub name: &'static str,
    /// The module path, with the crate's name.
    pub module: &'static str,
    /// The body.
    pub run: fn(Backend),
    /// Whether this machine can run it, or why not.
    pub needs: fn() -> Result<(), String>,
    /// Where it runs. Empty for a test that needs no database: that one runs once, and what it is handed means nothing.
    pub backends: &'static [Backend],
}

inventory::collect!(Case);

/// Registers functions `fn(Backend)` to be run on SQLite and on PostgreSQL: `testkit::both!(imports_twice, refuses_a_stale_version);`.
///
/// The functions stay ordinary ones outside of the macro, so that they are formatted, and one that was not registered is dead code.
#[macro_export]
macro_rules! both {
    ($($name:ident),+ $(,)?) => { $crate::only!(Sqlite, Postgres: $($name),+); };
}

/// Registers functions `fn(Backend)` to be run on the named databases only: `testkit::only!(Postgres: survives_an_outage);`.
#[macro_export]
macro_rules! only {
    ($($backend:ident),+ : $($name:ident),+ $(,)?) => {
        $crate::only!(@each [$($crate::harness::Backend::$backend),+] $($name)+);
    };
    (@each $backends:tt $($name:ident)+) => { $(
        $crate::harness::inventory::submit! {
            $crate::harness::Case { name: stringify!($name), module: module_path!(), run: $name, needs: || Ok(()), backends: &$backends }
        }
    )+ };
}

/// Registers functions `fn(Backend)` that need more than a database: `testkit::needing!(an_issuer: signs_on, rotates);`. Where the
/// check says why not, they are skipped and counted as such; with `HAIDANG_REQUIRE_ALL=1` that is a failure.
#[macro_export]
macro_rules! needing {
    ($check:ident: $($name:ident),+ $(,)?) => { $(
        $crate::harness::inventory::submit! {
            $crate::harness::Case {
                name: stringify!($name),
                module: module_path!(),
                run: $name,
                needs: $check,
                backends: &[$crate::harness::Backend::Sqlite, $crate::harness::Backend::Postgres],
            }
        }
    )+ };
}

/// Registers functions `fn()` that need no database: `testkit::once!(the_openapi_file_is_current);`.
#[macro_export]
macro_rules! once {
    ($($name:ident),+ $(,)?) => { $(
        $crate::harness::inventory::submit! {
            $crate::harness::Case { name: stringify!($name), module: module_path!(), run: |_| $name(), needs: || Ok(()), backends: &[] }
        }
    )+ };
}

/// Runs all registered cases as the arguments of the process say; the `main` of a test target with `harness = false`.
///
/// `postgres` tells whether there is a server to test with, or why not.
pub fn main(postgres: Result<(), String>) -> ExitCode {
    let args = Arguments::from_args();
    // A list names every test there is, whatever this machine can run.
    let missing = postgres.err().filter(|_| !args.list);
    let mut trials = trials(missing.as_deref());
    // A run that was asked for none of the PostgreSQL tests misses nothing.
    let missed = trials.iter().filter(|trial| trial.has_ignored_flag() && !args.is_filtered_out(trial)).count();
    let mut refused = false;
    if let Some(why) = missing.filter(|_| missed > 0) {
        refused = env(REQUIRE).is_some_and(|value| !matches!(value.as_str(), "" | "0"));
        shout(&why, missed, refused);
        if refused {
            trials.push(Trial::test("postgres_is_required", move || Err(format!("{REQUIRE} is set and {why}").into())));
        }
    }
    let conclusion = libtest_mimic::run(&args, trials);
    // The arguments may have filtered out the failing trial too.
    if refused { ExitCode::from(101) } else { conclusion.exit_code() }
}

/// One trial for each case and database, in the order of their names: the register keeps none.
fn trials(missing: Option<&str>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for case in inventory::iter::<Case> {
        let run = case.run;
        let lacks = (case.needs)().err();
        if case.backends.is_empty() {
            trials.push(passing_unless_it_panics(case.path(), move || run(Backend::Sqlite)));
        }
        for &backend in case.backends {
            let name = format!("{}::{}", case.path(), backend.name());
            if let Some(why) = &lacks {
                let (why, is_required) = (why.clone(), env(REQUIRE_ALL).is_some_and(|value| !matches!(value.as_str(), "" | "0")));
                eprintln!("NOT run: {name}, because {why}. Set {REQUIRE_ALL}=1 to make this a failure.");
                trials.push(Trial::test(name, move || Err(why.into())).with_ignored_flag(!is_required));
                continue;
            }
            trials.push(match missing.filter(|_| backend == Backend::Postgres) {
                // It still runs when the arguments ask for ignored tests, and must not pass then.
                Some(why) => {
                    let why = why.to_owned();
                    Trial::test(name, move || Err(why.into())).with_ignored_flag(true)
                }
                None => passing_unless_it_panics(name, move || run(backend)),
            });
        }
    }
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    trials
}

/// The runner turns a panic into a failure that carries the panic's message.
fn passing_unless_it_panics(name: String, body: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        body();
        Ok(())
    })
}

impl Case {
    /// The path of the function without the crate's name, which is the same for all of them.
    fn path(&self) -> String {
        match self.module.split_once("::") {
            Some((_, module)) => format!("{module}::{}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// Says what is not tested so that nobody takes the run for a full one.
fn shout(why: &str, missed: usize, refused: bool) {
    let bar = "!".repeat(100);
    let outcome = if refused {
        format!("{REQUIRE} is set: this run FAILS.")
    } else {
        format!("They are counted as ignored. Set {REQUIRE}=1 to make this a failure.")
    };
    eprintln!("\n{bar}\nTests on PostgreSQL that are NOT run: {missed}, because {why}.\n{outcome}\n{bar}");
}

/// What the environment sets; the only place of this crate that asks.
#[expect(clippy::disallowed_methods, reason = "the test kit has no configuration of its own")]
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
