//! `haidang search rebuild`: making anew what everything is found by.
//! Must not decide what that is.
//! The use case is `app::search`.

use app::search;

use super::{block_on, operator, passing_keys, say};
use crate::{cli::Search, config::Settings, failure::Failure, startup, telemetry};

pub fn run(settings: &Settings, command: &Search) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let app = startup::app(settings, startup::open_current(settings)?, passing_keys()?)?;
    match command {
        Search::Rebuild => {
            let done = block_on(search::rebuild(&app, &operator()))?;
            say(&format!("{} entries, of which {} were not as they should be.", done.entries, done.mended))
        }
    }
}
