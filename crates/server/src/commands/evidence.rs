//! `haidang evidence sweep`: removing the bytes that no file has, when a server does not run or shall not be waited for.
//! Must not decide what is nobody's; the use case does.
//! The use case is `app::evidence`.

use super::{block_on, passing_keys, say};
use crate::{cli::Evidence, config::Settings, failure::Failure, startup, telemetry};

pub fn run(settings: &Settings, command: &Evidence) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let app = startup::app(settings, startup::open_current(settings)?, passing_keys()?)?;
    match command {
        Evidence::Sweep => {
            app.open_evidence()?;
            let swept = block_on(app.sweep_evidence())?;
            let more = if swept.has_more { " There are more; sweep again." } else { "" };
            say(&format!("Looked at {} uploads that did not end, removed the bytes of {}.{more}", swept.claims, swept.removed))
        }
    }
}
