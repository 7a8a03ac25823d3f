//! Logs: one JSON object a line on stderr, in UTC.
//! Must not log tokens, secrets or bodies; values are escaped, so that a header cannot break a line.
//! Metrics are `http::metrics`.

use tracing_subscriber::{EnvFilter, fmt};

use crate::failure::Failure;

/// Starts logging. A second start in one process changes nothing.
pub fn start(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|error| Failure::Cannot(format!("log filter: {error}")))?;
    // Fails only when a subscriber is set already, which is then the one to keep.
    drop(fmt().json().with_env_filter(filter).with_writer(std::io::stderr).flatten_event(true).try_init());
    Ok(())
}
