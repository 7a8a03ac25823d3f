//! Logs: one JSON object a line on stderr, in UTC.
//! Must not log tokens, secrets or bodies; values are escaped, so that a header cannot break a line.
//! Metrics are `http::metrics`.

use tracing_subscriber::{EnvFilter, fmt};

use crate::failure::Failure;

/// What is logged, as the setting `log` says it.
pub fn filter(log: &str) -> Result<EnvFilter, Failure> {
    EnvFilter::try_new(log).map_err(|error| Failure::Cannot(format!("log: {error}; it is a filter such as info or haidang=debug")))
}

/// Starts logging. A second start in one process changes nothing.
pub fn start(log: &str) -> Result<(), Failure> {
    let filter = filter(log)?;
    // Fails only when a subscriber is set already, which is then the one to keep.
    drop(fmt().json().with_env_filter(filter).with_writer(std::io::stderr).flatten_event(true).try_init());
    Ok(())
}
