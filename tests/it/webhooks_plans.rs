//! What sending costs the database: the same number of statements for each message, found by an index however long the log is.

use serde_json::json;
use testkit::{Backend, both, database::execute};

use crate::{
    plans::walks_over,
    webhooks::{OWN, made, report, send, start},
    workflow::pushed,
};

both!(what_is_due_is_found_however_long_the_log_is);

fn what_is_due_is_found_however_long_the_log_is(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    for _ in 0..20 {
        made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    }
    // Two thousand messages of each that were delivered, and some that wait until much later.
    let (id, numbers, later) = match backend {
        Backend::Sqlite => (
            "randomblob(16)",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT",
            "'2099-01-01 00:00:00'",
        ),
        Backend::Postgres => ("gen_random_uuid()", "WITH n AS (SELECT generate_series(1, 2000) AS i) SELECT", "TIMESTAMP '2099-01-01'"),
    };
    let rows = format!(
        "INSERT INTO webhook_deliveries (id, webhook_id, event_seq, kind, subject_id, state, attempts, tries, created_at, due_at, ended_at) \
         {numbers} {id}, w.id, 1000000 + n.i, 'REPORT_SUBMITTED', {id}, CASE WHEN n.i % 50 = 0 THEN 'PENDING' ELSE 'DELIVERED' END, 1, 1, w.created_at, \
         {later}, CASE WHEN n.i % 50 = 0 THEN NULL ELSE w.created_at END FROM n, webhooks w"
    );
    execute(&app.database, &rows);
    if backend == Backend::Postgres {
        execute(&app.database, "ANALYZE");
    }
    let path = pushed(&press, "a", &report("V.2", 2014));
    let (sent, ()) = app.sent(|| send(&app));
    assert_eq!(receiver.taken().len(), 20, "{path}");
    let follows = "UPDATE webhook_deliveries SET due_at = (SELECT";
    let is_read = |shown: &&String| shown.starts_with(follows) || (shown.starts_with("SELECT") && shown.contains("webhook_deliveries"));
    let reads: Vec<&String> = sent.iter().filter(is_read).collect();
    assert!(reads.len() >= 40, "{} statements", reads.len());
    for one in [follows, "SELECT id, agency_id FROM (SELECT w.id", "SELECT w.id FROM webhooks w"] {
        assert!(reads.iter().any(|shown| shown.starts_with(one)), "{one}");
    }
    for shown in reads {
        let walks = walks_over(&app, backend, shown, "webhook_deliveries");
        // An index that has nothing but what waits may be read as a whole.
        let walks: Vec<&String> =
            walks.iter().filter(|line| !line.contains("webhook_deliveries_due") && !line.contains("webhook_deliveries_order")).collect();
        assert!(walks.is_empty(), "{walks:?} in {shown}");
    }
    // Many wait for one webhook: each costs as many statements as one does.
    let counted = |count: usize| {
        for i in 0..count {
            pushed(&press, &format!("{count}-{i}"), &report("V.2", 2015));
        }
        let (statements, ()) = app.statements(|| send(&app));
        assert_eq!(receiver.taken().len(), 20 * count);
        statements / u64::try_from(20 * count).expect("a number")
    };
    let (few, many) = (counted(1), counted(8));
    assert!(many <= few, "{many} statements for each of many, {few} for each of few");
}
