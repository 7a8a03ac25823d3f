//! What the audit log costs: a hundred writers side by side on PostgreSQL, without an entry, with one in a free strand, and with
//! one in the only strand there is.
//! Must be run by hand: `cargo bench -p haidang-tests --bench audit`.

#![allow(clippy::expect_used, clippy::print_stdout)] // a benchmark fails by panicking and tells its figures

use std::time::Instant;

use chrono::{DateTime, Utc};
use domain::{
    audit::{ActorKind, Entry, Outcome},
    clock::{Clock, SystemClock},
    id::{Id, IdSource, SystemIds},
};
use persistence::{Conn, Db, DbError, Options, attempts, audit};
use testkit::{Backend, database::TestDatabase};

const WRITERS: usize = 100;
const EACH: usize = 50;
const ROUNDS: usize = 3;

fn entry(ids: &SystemIds, at: DateTime<Utc>) -> Entry {
    Entry {
        id: Id::from_uuid(ids.next_uuid()),
        at,
        actor: ActorKind::Service,
        account: None,
        login: Some("bench".into()),
        agency: Some("so-tttt".into()),
        token: None,
        network: Some("127.0.0.1".into()),
        request: "bench".into(),
        operation: "bench".into(),
        subject: None,
        changes: Some(r#"{"after":{"percent":40}}"#.into()),
        outcome: Outcome::Done,
        code: None,
    }
}

/// Transactions a second.
fn rate(db: &Db, with_entry: bool) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let begun = Instant::now();
    runtime.block_on(async {
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let db = db.clone();
            writers.push(tokio::spawn(async move {
                let ids = SystemIds::default();
                for i in 0..EACH {
                    let (key, now) = (format!("{writer}-{i}-{with_entry}"), SystemClock.now());
                    let entry = entry(&ids, now);
                    let write = move |conn: &mut Conn| -> Result<(), DbError> {
                        attempts::count(conn, &key, now, now)?;
                        if with_entry { audit::append(conn, entry.clone()) } else { Ok(()) }
                    };
                    loop {
                        match db.append(write.clone()).await {
                            Ok(()) => break,
                            // All connections are busy: come back, as a client would.
                            Err(DbError::Unavailable(_)) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
            }));
        }
        for writer in writers {
            writer.await.expect("a writer");
        }
    });
    let transactions = u32::try_from(WRITERS * EACH).expect("few");
    f64::from(transactions) / begun.elapsed().as_secs_f64()
}

fn main() {
    let database = TestDatabase::with_programme(Backend::Postgres);
    let db = Db::open(&database.url, &Options { connections: 16, ..Options::default() }).expect("a database");
    for round in 1..=ROUNDS {
        let (plain, audited) = (rate(&db, false), rate(&db, true));
        println!("round {round}: {plain:.0}/s without, {audited:.0}/s with an entry ({:.2} of it)", audited / plain);
    }
    persistence::by_hand::execute(
        &db,
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL; DELETE FROM audit_entries; DELETE FROM audit_strands WHERE strand > 0;
         UPDATE audit_strands SET entries = 0, head_sha256 = repeat('0', 64); ALTER TABLE audit_entries ENABLE TRIGGER ALL",
    )
    .expect("statements");
    let (plain, audited) = (rate(&db, false), rate(&db, true));
    println!("one strand: {plain:.0}/s without, {audited:.0}/s with an entry ({:.2} of it)", audited / plain);
}
