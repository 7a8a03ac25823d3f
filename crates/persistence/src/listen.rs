//! Hearing of what other processes number, on a connection of its own: PostgreSQL tells whoever listens.
//! Must not be relied upon: a connection breaks, and what is told meanwhile is not told again; whoever follows looks by itself as well.
//! Told by `outbox::number`, in its transaction.

use std::{thread::sleep, time::Duration};

use diesel::{connection::SimpleConnection, pg::PgConnection};

use crate::{conn::Conn, db::Db, error::DbError};

/// What is told on.
pub(crate) const CHANNEL: &str = "haidang_events";

/// Looked at this often; nothing is sent for it.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// So many looks later the connection is tried.
const TRY_AFTER: u32 = 400;
/// A broken connection is made anew after this time.
const REST: Duration = Duration::from_secs(1);

/// Calls `heard` whenever something was numbered by whichever process, and whenever the connection was made anew, as something may have
/// been missed; until it gives false. Blocks. Where there is one process alone, on SQLite, nothing is heard and this ends at once.
pub fn listen(db: &Db, mut heard: impl FnMut() -> bool) {
    loop {
        match db.dedicated() {
            Ok(Conn::Sqlite(_)) => return,
            Ok(Conn::Pg(mut pg)) => match listen_on(&mut pg, &mut heard) {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "the connection that hears of events broke"),
            },
            Err(error) => tracing::warn!(%error, "no connection to hear of events"),
        }
        sleep(REST);
        if !heard() {
            return;
        }
    }
}

/// Ends well when `heard` gives false.
fn listen_on(pg: &mut PgConnection, heard: &mut impl FnMut() -> bool) -> Result<(), DbError> {
    pg.batch_execute(&format!("LISTEN {CHANNEL}"))?;
    if !heard() {
        return Ok(());
    }
    loop {
        for _ in 0..TRY_AFTER {
            let told = pg.notifications_iter().collect::<Result<Vec<_>, _>>()?;
            if !told.is_empty() && !heard() {
                return Ok(());
            }
            sleep(LOOK_EVERY);
        }
        pg.batch_execute("SELECT 1")?;
    }
}
