//! `haidang generate`: a database full of made-up data, for load tests.
//! Must not touch a database that may be real unless it is told to; says what was made and how long it took.
//! The use case is `app::generate`.

use std::time::Instant;

use app::generate::{Made, Order, Outcome, generate};

use super::{block_on, operator, passing_keys, say};
use crate::{cli::GenerateArgs, config::Settings, failure::Failure, startup, telemetry};

pub fn run(settings: &Settings, args: &GenerateArgs) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let app = startup::app(settings, startup::open_current(settings)?, passing_keys()?)?;
    let (begun, order) = (Instant::now(), Order { scale: args.scale, seed: args.seed, beside_existing: args.beside_existing });
    match block_on(generate(&app, &operator(), order))? {
        Outcome::Made(made) => {
            say(&told(&made))?;
            say(&format!("Made in {:.1} s (scale {}, seed {}).", begun.elapsed().as_secs_f64(), args.scale, args.seed))
        }
        Outcome::AlreadyMade(programme) => Err(Failure::Cannot(format!(
            "the database holds made-up programmes already, {programme} among them; take another database to make others"
        ))),
        Outcome::InUse(what) => Err(Failure::Cannot(format!(
            "the database is in use: it holds {what}, which may be real; \
             take an empty database, or give --beside-existing to put made-up data beside what is there"
        ))),
    }
}

fn told(made: &Made) -> String {
    format!(
        "{} agencies, {} programmes, {} tasks with {} years, {} obligations, {} reports in {} versions, {} events",
        made.agencies, made.programmes, made.tasks, made.occurrences, made.obligations, made.reports, made.versions, made.events
    )
}
