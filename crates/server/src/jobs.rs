//! What the running service does by itself: numbering events, sending them to webhooks, making what is owed, chasing it, forgetting what has run out, following its keys.
//! Must not hold rules: each job asks one use case, and a failure waits for the next turn. So does a panic, which is told in the log.
//! Started by the commands that serve; tests ask the use cases themselves, when they want it done.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use actix_web::web;
use app::{
    App, Error,
    chasing::{self, Chased},
    identity,
    obligation::{self, Generated},
    person,
};
use auth::KeySet;
use futures_util::FutureExt;
use tokio::time::MissedTickBehavior;

use crate::commands::operator;

/// A committed event waits for its number no longer than this.
const NUMBER_EVERY: Duration = Duration::from_millis(200);
/// Bytes that no file has are looked for this often.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// What has run out is forgotten this often.
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// What agencies will owe is made, and they are chased for it, this often.
const GENERATE_EVERY: Duration = Duration::from_hours(1);
/// The key file is looked at this often.
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
/// What is due to webhooks is sent this often, and when something happens.
const SEND_EVERY: Duration = Duration::from_secs(1);
/// Events are looked for this often by whoever is not told of them.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After a failure a job rests this long.
const REST: Duration = Duration::from_secs(5);

/// Starts every job; they run as long as the system that this is called on.
pub fn start(app: &App, keys_file: Option<PathBuf>) {
    actix_web::rt::spawn(number_events(app.clone()));
    actix_web::rt::spawn(sweep_evidence(app.clone()));
    actix_web::rt::spawn(generate(app.clone()));
    actix_web::rt::spawn(purge(app.clone()));
    actix_web::rt::spawn(send_webhooks(app.clone()));
    actix_web::rt::spawn(look_for_news(app.clone()));
    let hearing = app.clone();
    let listener = std::thread::Builder::new().name("listen".into()).spawn(move || {
        while let Err(panic) = catch_unwind(AssertUnwindSafe(|| hearing.hear_of_news())) {
            tell_panic(&*panic);
            std::thread::sleep(REST);
        }
    });
    if let Err(error) = listener {
        tracing::warn!(%error, "events of other processes are found by looking alone");
    }
    if let Some(path) = keys_file {
        actix_web::rt::spawn(follow_keys(app.clone(), path));
    }
}

/// What came of a turn of a job: a panic is a failure like others, which ends neither this job nor another.
async fn kept<T>(turn: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    AssertUnwindSafe(turn).catch_unwind().await.unwrap_or_else(|panic| {
        tell_panic(&*panic);
        Err(Error::Internal("a job panicked"))
    })
}

/// Tells in the log what a job said when it panicked.
fn tell_panic(panic: &(dyn Any + Send)) {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(said = said.unwrap_or("nothing"), "a job panicked");
}

/// Gives events their numbers. Every node does: one at a time is let to it, and who comes second finds nothing to do.
async fn number_events(app: App) {
    let mut ticks = tokio::time::interval(NUMBER_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = kept(app.number_events()).await {
            tracing::warn!(%error, "events could not be numbered");
            tokio::time::sleep(REST).await;
        }
    }
}

/// Wakes whoever follows when something was numbered that nobody told of: what is told may be lost with its connection.
async fn look_for_news(app: App) {
    let (mut ticks, mut seen) = (tokio::time::interval(LOOK_EVERY), None);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match kept(app.head_of_changes()).await {
            Ok(head) if seen == Some(head) => {}
            Ok(head) => {
                seen = Some(head);
                app.tell_news();
            }
            Err(error) => {
                tracing::warn!(%error, "it cannot be looked for events");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Sends to webhooks when something happens, and when something is due again. Every node does; each message is taken by one of them.
async fn send_webhooks(app: App) {
    let mut news = app.news();
    loop {
        // Whoever tells of news is this very application.
        let changed = tokio::time::timeout(SEND_EVERY, news.changed()).await;
        if matches!(changed, Ok(Err(_))) {
            return;
        }
        if let Err(error) = kept(app.begin_webhooks()).await {
            tracing::warn!(%error, "nothing could be sent to webhooks");
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
        match kept(app.sweep_evidence()).await {
            Ok(swept) if swept.claims == 0 => {}
            Ok(swept) => tracing::info!(swept.claims, swept.removed, "looked after uploads that did not end"),
            Err(error) => tracing::warn!(%error, "bytes that no file has could not be swept"),
        }
    }
}

/// Makes obligations ahead of time, dates requests that waited for working days, and chases whoever has not met them, at once and then for as long as the server runs. Other nodes may do the same.
async fn generate(app: App) {
    let mut ticks = actix_web::rt::time::interval(GENERATE_EVERY);
    loop {
        ticks.tick().await;
        match kept(obligation::generate(&app)).await {
            Ok(Generated { made: 0, dated: 0, withdrawn: 0, .. }) => {}
            Ok(Generated { made, dated, withdrawn, without_members }) => {
                tracing::info!(made, dated, withdrawn, without_members, "obligations are made");
            }
            Err(error) => tracing::warn!(%error, "obligations could not be made"),
        }
        match kept(person::request::date_unknown(&app, &operator())).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "requests about personal data are dated"),
            Err(error) => tracing::warn!(%error, "requests about personal data could not be dated"),
        }
        match kept(chasing::run(&app, &operator())).await {
            Ok(Chased { reminders: 0, escalations: 0 }) => {}
            Ok(Chased { reminders, escalations }) => tracing::info!(reminders, escalations, "agencies are chased"),
            Err(error) => tracing::warn!(%error, "agencies could not be chased"),
        }
    }
}

/// Forgets idempotency keys, counts and tokens that have run out, for as long as the server runs.
async fn purge(app: App) {
    let mut ticks = actix_web::rt::time::interval(PURGE_EVERY);
    loop {
        ticks.tick().await;
        match kept(app.purge_expired()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "forgot what has run out"),
            Err(error) => tracing::warn!(%error, "what has run out could not be forgotten"),
        }
        match kept(app.purge_webhooks()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "forgot what was delivered to webhooks long ago"),
            Err(error) => tracing::warn!(%error, "what was delivered to webhooks long ago could not be forgotten"),
        }
    }
}

/// Reads the key file again whenever it has changed, so that keys rotate without a restart.
async fn follow_keys(app: App, path: PathBuf) {
    let modified = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let mut ticks = actix_web::rt::time::interval(FOLLOW_EVERY);
    let mut seen = modified(&path);
    loop {
        ticks.tick().await;
        let now = modified(&path);
        if now.is_none() || now == seen {
            continue;
        }
        let read = path.clone();
        match web::block(move || KeySet::load(&read)).await {
            Ok(Ok(keys)) => {
                tracing::info!(?keys, "read the key file again");
                seen = now;
                if let Err(error) = kept(identity::follow_keys(&app, &operator(), keys)).await {
                    tracing::error!(%error, "the audit log does not tell of the keys that are in use now");
                }
            }
            // It is read again at the next tick; until then the keys in use stay.
            Ok(Err(error)) => tracing::error!(%error, "the key file cannot be read again"),
            Err(error) => tracing::error!(%error, "the key file cannot be read again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_panic_is_a_failure_like_others() {
        let overflows = kept(async {
            let days: Result<i32, Error> = "many".parse::<i32>().map_err(|_| Error::Internal("no number"));
            assert!(days.is_ok(), "on purpose");
            days
        });
        assert!(matches!(overflows.await, Err(Error::Internal("a job panicked"))));
        assert!(matches!(kept(async { Ok(1) }).await, Ok(1)));
        assert!(matches!(kept(async { Err::<(), _>(Error::Internal("another")) }).await, Err(Error::Internal("another"))));
    }
}
