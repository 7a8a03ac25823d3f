//! The outbox: telling others what has happened, in the transaction in which it happens.
//! Must not be written outside of that transaction: an event without its change, or the reverse, is a lie.
//! What an event says is `domain::event`, where it is kept `persistence::outbox`.

use domain::{
    agency::AgencyId,
    event::{Event, EventKind},
    programme::ProgrammeId,
};
use persistence::{Conn, DbError, outbox};
use serde_json::Value;
use uuid::Uuid;

use crate::App;

/// Something to tell.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub kind: EventKind,
    /// What it happened to: its kind in a word, and its identifier.
    pub subject: (&'static str, Uuid),
    pub agency: Option<AgencyId>,
    pub programme: Option<ProgrammeId>,
    pub is_public: bool,
    pub body: Value,
}

/// Writes an event.
pub(crate) fn announce(app: &App, conn: &mut Conn, news: News) -> Result<(), DbError> {
    announce_all(app, conn, vec![news])
}

/// Writes events in one statement.
pub(crate) fn announce_all(app: &App, conn: &mut Conn, news: Vec<News>) -> Result<(), DbError> {
    let event = |news: News| Event {
        id: app.0.ids.next(),
        at: app.0.clock.now(),
        kind: news.kind,
        subject: news.subject.0,
        subject_id: news.subject.1,
        agency: news.agency,
        programme: news.programme,
        is_public: news.is_public,
        body: news.body,
    };
    outbox::append(conn, &news.into_iter().map(event).collect::<Vec<_>>())
}
