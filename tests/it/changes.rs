//! The feed of what happened: complete, in order, each event once, to those who may know of it.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
};

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp,
    app::{Secrets, wait},
    both,
    database::execute,
    socket::Events,
};

both!(
    a_caller_reads_its_own_change_at_once,
    a_reader_who_follows_misses_nothing_that_many_write,
    numbers_go_past_what_a_caller_may_not_see,
    what_a_caller_may_not_see_changes_nothing_that_it_is_told,
    a_role_in_one_programme_leaves_what_is_hidden_behind_by_whole_thousands,
    a_programme_s_standing_agency_sees_its_events_and_the_public_what_is_public,
    what_commits_late_gets_a_late_number,
    a_number_from_elsewhere_is_refused,
    both_interfaces_tell_the_same,
    a_piece_costs_the_same_however_much_there_is,
);

fn report(year: i32) -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": year, "percent": 40, "narrative": "Đã làm."})
}

fn pushed(client: &Client, key: &str) -> String {
    let reply = client.push(key, &report(2014));
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()["id"].as_str().expect("an id").to_owned()
}

fn piece(client: &Client, since: i64, limit: usize) -> Value {
    let reply = client.get(&format!("/api/v1/changes?since={since}&limit={limit}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

fn subjects(piece: &Value) -> Vec<String> {
    piece["items"].as_array().expect("items").iter().map(|item| item["subjectId"].as_str().expect("an id").to_owned()).collect()
}

fn a_caller_reads_its_own_change_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    assert_eq!(piece(&press, 0, 20), json!({"items": [], "nextSince": 0, "hasMore": false}));
    let id = pushed(&press, "k");
    let first = piece(&press, 0, 20);
    let item = &first["items"][0];
    assert_eq!((&first["nextSince"], &first["hasMore"]), (&json!(1), &json!(false)));
    assert_eq!((&item["seq"], &item["kind"], &item["subject"]), (&json!(1), &json!("REPORT_SUBMITTED"), &json!("report")));
    assert_eq!((&item["subjectId"], &item["agency"], &item["programme"]), (&json!(id), &json!("bao-hai-phong"), &json!("HP-1593-2013")));
    assert_eq!(item["body"], json!({"version": 1}));
    press.push("k", &report(2014));
    assert_eq!(piece(&press, 1, 20), json!({"items": [], "nextSince": 1, "hasMore": false}), "a retry is no event");
    assert_eq!(press.push("l", &report(2031)).status, 422);
    assert_eq!(piece(&press, 0, 20), first, "a refusal is none, and what was read is read again");
}

const THREADS: usize = 16;
const EACH: usize = 12;

fn a_reader_who_follows_misses_nothing_that_many_write(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let done = AtomicBool::new(false);
    let (written, read) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let press = press.clone();
                scope.spawn(move || (0..EACH).map(|i| pushed(&press, &format!("{thread}-{i}"))).collect::<Vec<_>>())
            })
            .collect();
        // One reads as callers do, one numbers beside it as another node would.
        let reader = scope.spawn(|| {
            let (mut since, mut seen) = (0, Vec::new());
            loop {
                let last = done.load(Ordering::SeqCst);
                let piece = piece(&press, since, 7);
                seen.extend(
                    piece["items"]
                        .as_array()
                        .expect("items")
                        .iter()
                        .map(|item| (item["seq"].as_i64().expect("a number"), item["subjectId"].as_str().expect("an id").to_owned())),
                );
                since = piece["nextSince"].as_i64().expect("a number");
                if last && piece["hasMore"] == false {
                    return seen;
                }
            }
        });
        let numbering = scope.spawn(|| {
            wait(async {
                while !done.load(Ordering::SeqCst) {
                    app.app.number_events().await.expect("numbers");
                }
            });
        });
        let written: Vec<String> = writers.into_iter().flat_map(|writer| writer.join().expect("a writer")).collect();
        done.store(true, Ordering::SeqCst);
        numbering.join().expect("the numbering");
        (written, reader.join().expect("the reader"))
    });
    let numbers: Vec<i64> = read.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, (1..=i64::try_from(THREADS * EACH).expect("a number")).collect::<Vec<_>>(), "each once, in order, none left out");
    assert_eq!(read.into_iter().map(|(_, id)| id).collect::<HashSet<_>>(), written.into_iter().collect());
}

fn numbers_go_past_what_a_caller_may_not_see(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"));
    let (ours, _, also_ours) = (pushed(&press, "a"), pushed(&radio, "a"), pushed(&press, "b"));
    pushed(&radio, "b");
    assert_eq!(piece(&app.anonymous(), 0, 20), json!({"items": [], "nextSince": 0, "hasMore": false}));
    let first = piece(&press, 0, 1);
    assert_eq!((subjects(&first), &first["nextSince"], &first["hasMore"]), (vec![ours], &json!(1), &json!(true)));
    let rest = piece(&press, 1, 1);
    assert_eq!((subjects(&rest), &rest["items"][0]["seq"]), (vec![also_ours], &json!(3)));
    assert_eq!((&rest["nextSince"], &rest["hasMore"]), (&json!(3), &json!(false)), "nothing of the radio's last");
    assert_eq!(piece(&press, 3, 20), json!({"items": [], "nextSince": 3, "hasMore": false}));
    assert_eq!(piece(&press, 4, 20)["nextSince"], 4, "what was kept of an earlier answer goes on");
    assert_eq!(subjects(&piece(&app.person(None, Role::Auditor), 0, 20)).len(), 4);
    let none = press.graphql("{ changes(first: 0) { nextSince hasMore } }", &json!({}))["changes"].take();
    assert_eq!(none, json!({"nextSince": 0, "hasMore": true}), "what was not shown is not passed");
}

fn what_a_caller_may_not_see_changes_nothing_that_it_is_told(backend: Backend) {
    const FEED: &str = "/graphql?query=%7Bchanges%7BnextSince%20hasMore%20nodes%7Bseq%7D%7D%7D";
    let app = TestApp::start(backend);
    let (press, radio, public) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"), app.anonymous());
    let told = |client: &Client| {
        ["/api/v1/changes", "/api/v1/changes?since=0&limit=1", FEED].map(|path| {
            let reply = client.get(path);
            assert_eq!(reply.status, 200, "{path}: {}", reply.body);
            (reply.body, reply.headers.get("etag").cloned())
        })
    };
    pushed(&radio, "a");
    let before = (told(&public), told(&press));
    for key in ["b", "c"] {
        pushed(&radio, key);
    }
    assert_eq!((told(&public), told(&press)), before);
    // Nor does trying numbers: without a token there is none beyond the last event that everybody sees.
    let tried = |since: i64| {
        let reply = public.get(&format!("/api/v1/changes?since={since}"));
        (reply.status, reply.faults())
    };
    let unknown = (400, vec![("/since".to_owned(), "SINCE_UNKNOWN".to_owned())]);
    assert_eq!([1, 3, 99].map(tried), [unknown.clone(), unknown.clone(), unknown.clone()]);
    assert_eq!(public.graphql_code("{ changes(since: 3) { hasMore } }"), "QUERY_INVALID");
    let followed = |after: i64| {
        let query = format!("subscription {{ changes(after: {after}) {{ seq }} }}");
        Events::open(&app.base, None, &query, "").status
    };
    assert_eq!([0, 3, 99].map(followed), [200, 400, 400]);
    execute(&app.database, "UPDATE events SET is_public = TRUE WHERE seq = 2");
    assert_eq!([0, 1, 2].map(|since| piece(&public, since, 20)["nextSince"].clone()), [json!(2), json!(2), json!(2)]);
    assert_eq!((tried(3), tried(99), followed(2), followed(3)), (unknown.clone(), unknown, 200, 400));
}

/// Events up to the number 1004 that none of these callers may see.
fn hidden(app: &TestApp, backend: Backend) {
    let rows = match backend {
        Backend::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1004) \
             SELECT i, randomblob(16), '2026-01-01 00:00:00', 'REPORT_RETURNED', 'report', randomblob(16), FALSE, '{}' FROM n"
        }
        Backend::Postgres => {
            "SELECT i, gen_random_uuid(), now(), 'REPORT_RETURNED', 'report', gen_random_uuid(), FALSE, '{}' \
             FROM generate_series(2, 1004) i"
        }
    };
    execute(&app.database, &format!("INSERT INTO events (seq, id, at, kind, subject, subject_id, is_public, body) {rows}"));
    execute(&app.database, "UPDATE event_head SET seq = 1004");
}

fn a_role_in_one_programme_leaves_what_is_hidden_behind_by_whole_thousands(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let id = pushed(&press, "a");
    let viewer = app.user(None, &[Role::Finance]);
    granted(&app, &viewer, &json!({"role": "AGENCY_VIEWER", "agency": "bao-hai-phong", "programme": "HP-1593-2013"}));
    let viewer = app.anonymous().sign_in_person(&viewer);
    assert_eq!((subjects(&piece(&viewer, 0, 20)), &piece(&viewer, 0, 20)["nextSince"]), (vec![id.clone()], &json!(1)));
    hidden(&app, backend);
    for (client, next) in [(&viewer, 1000), (&press, 1)] {
        let first = piece(client, 0, 20);
        assert_eq!((subjects(&first), &first["nextSince"], &first["hasMore"]), (vec![id.clone()], &json!(next), &json!(false)));
        assert_eq!(piece(client, next, 20), json!({"items": [], "nextSince": next, "hasMore": false}));
    }
    let late = pushed(&press, "b");
    let rest = piece(&viewer, 1000, 20);
    assert_eq!((subjects(&rest), &rest["nextSince"]), (vec![late], &json!(1005)));
}

/// Gives somebody a role.
fn granted(app: &TestApp, to: &Secrets, grant: &Value) {
    let admin = app.person(None, Role::Admin);
    let accounts = admin.get("/api/v1/admin/accounts?limit=200").json()["items"].take();
    let account = accounts.as_array().expect("items").iter().find(|account| account["login"] == to.login).expect("the account");
    let path = format!("/api/v1/admin/accounts/{}/grants", account["id"].as_str().expect("an id"));
    let given = admin.send("POST", &path, &[("content-type", "application/json")], grant.to_string().as_bytes());
    assert_eq!(given.status, 201, "{}", given.body);
}

fn a_programme_s_standing_agency_sees_its_events_and_the_public_what_is_public(backend: Backend) {
    let app = TestApp::start(backend);
    let ids = [pushed(&app.system_of("bao-hai-phong"), "a"), pushed(&app.system_of("dai-ptth-hai-phong"), "a")];
    app.anonymous().get("/api/v1/changes");
    execute(
        &app.database,
        if backend == Backend::Sqlite {
            "UPDATE events SET is_public = 1 WHERE seq = 2"
        } else {
            "UPDATE events SET is_public = TRUE WHERE seq = 2"
        },
    );
    assert_eq!(subjects(&piece(&app.anonymous(), 0, 20)), ids[1..]);
    assert_eq!(subjects(&piece(&app.system_of("dai-ptth-hai-phong"), 0, 20)), ids[1..], "what is seen for two reasons comes once");
    let standing = app.user(None, &[Role::Finance]);
    assert_eq!(subjects(&piece(&app.anonymous().sign_in_person(&standing), 0, 20)), ids[1..]);
    granted(&app, &standing, &json!({"role": "STANDING", "programme": "HP-1593-2013"}));
    assert_eq!(subjects(&piece(&app.anonymous().sign_in_person(&standing), 0, 20)), ids);
}

/// On SQLite nothing commits beside another; there the order is that of the writer.
fn what_commits_late_gets_a_late_number(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let early = pushed(&press, "a");
    // Transactions that began first and have not ended: their events have their positions, and nobody sees them.
    let open = |note: &str| {
        let sql = format!(
            "BEGIN; INSERT INTO events (id, at, kind, subject, subject_id, is_public, body) VALUES \
             (gen_random_uuid(), now(), 'REPORT_RETURNED', 'report', gen_random_uuid(), TRUE, '{{\"note\": \"{note}\"}}')"
        );
        persistence::by_hand::hold(&app.db, &sql).expect("a transaction")
    };
    let held = (backend == Backend::Postgres).then(|| (open("kept"), open("undone")));
    let late = pushed(&press, "b");
    let first = piece(&press, 0, 20);
    assert_eq!((subjects(&first), &first["nextSince"]), (vec![early, late], &json!(2)), "nobody waits for it, and none has its number");
    let mut wanted = Vec::new();
    if let Some((kept, undone)) = held {
        kept.keep().expect("it lasts");
        undone.let_go().expect("it is undone");
        wanted.push(json!({"note": "kept"}));
    }
    pushed(&press, "c");
    wanted.push(json!({"version": 1}));
    let rest = piece(&press, 2, 20);
    let bodies: Vec<Value> = rest["items"].as_array().expect("items").iter().map(|item| item["body"].clone()).collect();
    let numbers: Vec<i64> = rest["items"].as_array().expect("items").iter().filter_map(|item| item["seq"].as_i64()).collect();
    assert_eq!((bodies, numbers), (wanted.clone(), (3..).take(wanted.len()).collect()), "what was undone leaves no gap");
}

fn a_number_from_elsewhere_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    pushed(&press, "a");
    for (since, code) in [("2", "SINCE_UNKNOWN"), ("9223372036854775807", "SINCE_UNKNOWN"), ("-1", "OUT_OF_RANGE"), ("x", "TYPE_MISMATCH")]
    {
        let reply = press.get(&format!("/api/v1/changes?since={since}"));
        assert_eq!((reply.status, reply.faults()), (400, vec![("/since".to_owned(), code.to_owned())]), "{since}");
    }
    assert_eq!(press.graphql_code("{ changes(since: 2) { hasMore } }"), "QUERY_INVALID");
    assert_eq!(press.graphql_code("{ changes(since: -1) { hasMore } }"), "QUERY_INVALID");
    assert_eq!(press.graphql_code("{ changes(first: 201) { hasMore } }"), "PAGE_INVALID");
    assert_eq!(piece(&press, 1, 20)["nextSince"], 1);
}

fn both_interfaces_tell_the_same(backend: Backend) {
    const FEED: &str = "query($since: Int!) { changes(since: $since, first: 2) { nextSince hasMore nodes { seq id at kind subject
      subjectId agency { code } programme { code } body } } }";
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    for key in ["a", "b", "c"] {
        pushed(&press, key);
    }
    for since in [0, 2] {
        let feed = press.graphql(FEED, &json!({"since": since}))["changes"].take();
        let mut told = piece(&press, since, 2);
        for item in told["items"].as_array_mut().expect("items") {
            item["agency"] = json!({"code": item["agency"]});
            item["programme"] = json!({"code": item["programme"]});
        }
        assert_eq!(feed["nodes"].as_array().expect("nodes").len(), told["items"].as_array().expect("items").len());
        for (node, item) in feed["nodes"].as_array().expect("nodes").iter().zip(told["items"].as_array().expect("items")) {
            for field in ["seq", "id", "kind", "subject", "subjectId", "agency", "programme", "body"] {
                assert_eq!(node[field], item[field], "{field}");
            }
        }
        assert_eq!((&feed["nextSince"], &feed["hasMore"]), (&told["nextSince"], &told["hasMore"]));
    }
}

fn a_piece_costs_the_same_however_much_there_is(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    for i in 0..30 {
        pushed(&press, &i.to_string());
    }
    piece(&press, 0, 1);
    let (few, _) = app.fewest_statements(|| piece(&press, 0, 2));
    let (many, found) = app.fewest_statements(|| piece(&press, 0, 25));
    assert_eq!((found["items"].as_array().expect("items").len(), many), (25, few));
    assert!(many <= 6, "{many} statements");
}
