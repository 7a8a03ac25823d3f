//! What the running service does by itself: numbering events, sweeping bytes that no file has.
//! Must not hold rules: each job asks one use case, and a failure waits for the next turn.
//! Started by the commands that serve; tests ask the use cases themselves, when they want it done.

use std::time::Duration;

use app::App;
use tokio::time::MissedTickBehavior;

/// A committed event waits for its number no longer than this.
const NUMBER_EVERY: Duration = Duration::from_millis(200);
/// Bytes that no file has are looked for this often.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// After a failure a job rests this long.
const REST: Duration = Duration::from_secs(5);

/// Starts every job; they run as long as the system that this is called on.
pub fn start(app: &App) {
    actix_web::rt::spawn(number_events(app.clone()));
    actix_web::rt::spawn(sweep_evidence(app.clone()));
}

/// Gives events their numbers. Every node does: one at a time is let to it, and who comes second finds nothing to do.
async fn number_events(app: App) {
    let mut ticks = tokio::time::interval(NUMBER_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = app.number_events().await {
            tracing::warn!(%error, "events could not be numbered");
            tokio::time::sleep(REST).await;
        }
    }
}

/// Removes the bytes of uploads that died. Nodes do not hinder each other.
async fn sweep_evidence(app: App) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match app.sweep_evidence().await {
            Ok(swept) if swept.claims == 0 => {}
            Ok(swept) => tracing::info!(swept.claims, swept.removed, "looked after uploads that did not end"),
            Err(error) => tracing::warn!(%error, "bytes that no file has could not be swept"),
        }
    }
}
