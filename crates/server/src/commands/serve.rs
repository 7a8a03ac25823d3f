//! `haidang serve`: production. No demo accounts, no default secrets.
//! Must refuse to start on a schema that does not fit or without keys.
//! The server itself is `http`.

use app::search;
use auth::KeySet;

use super::{block_on, operator};
use crate::{config::Settings, failure::Failure, http, jobs, startup, telemetry};

pub fn run(settings: &Settings) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let path = settings
        .keys_file
        .as_ref()
        .ok_or_else(|| Failure::Cannot("no keys: make them with haidang keys generate and name them with --keys-file".into()))?;
    let keys = KeySet::load(path).map_err(|error| Failure::Cannot(format!("{}: {error}", path.display())))?;
    let app = startup::app(settings, startup::open_current(settings)?, keys)?;
    block_on(async {
        app.open_evidence()?;
        if search::keep_current(&app, &operator()).await? {
            tracing::info!("what is searched was made anew by the rules of this version");
        }
        jobs::start(&app, settings.keys_file.clone());
        let running = http::serve(app.clone(), settings).await?;
        running.ended().await?;
        app.end_webhooks(settings.shutdown).await;
        Ok(())
    })
}
