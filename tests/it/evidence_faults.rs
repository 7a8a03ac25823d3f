//! Files on reports when something fails: a connection that is cut, a row that is refused, a store that is away, a process that is
//! killed. Nothing is ever left half done.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use domain::id::Id;
use persistence::file_claim::{self, Claim};
use testkit::{
    Backend, Client, TestApp,
    app::{Secrets, wait},
    both,
    clock::TestClock,
    database::{TestDatabase, execute},
    process::Process,
};

use crate::{
    crash::prepared,
    evidence::{BOUNDARY, PDF, claims, drafted, form, hashes, listed, stored, sweep, upload, uploaded, url},
};

both!(
    a_cut_connection_leaves_nothing,
    a_killed_server_leaves_whole_files_or_none,
    bytes_whose_row_fails_are_swept,
    a_store_that_fails_leaves_no_row,
    bytes_that_an_upload_has_claimed_are_never_swept,
    an_upload_waits_for_equal_bytes_to_be_gone,
);

/// Sends the first bytes of a form and ends the connection; what came back by then.
fn cut(app: &TestApp, client: &Client, report: &str, body: &[u8], sent: usize) -> String {
    let address = app.base.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(
        stream,
        "POST /api/v1/reports/{report}/files HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: \
         multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        client.token(),
        body.len()
    )
    .expect("the head");
    stream.write_all(&body[..sent]).expect("some of the body");
    stream.shutdown(Shutdown::Write).expect("an end");
    let mut answer = Vec::new();
    // A connection that is reset has ended as well.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn a_cut_connection_leaves_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    let bytes = [PDF, &vec![7; 1024 * 1024]].concat();
    let body = form(&[("file", Some("x.pdf"), None, &bytes)]);
    for sent in [0, 40, 500, body.len() / 2, body.len() - 20, body.len() - 3] {
        let answer = cut(&app, &press, &report, &body, sent);
        assert!(!answer.starts_with("HTTP/1.1 2"), "{sent}: {answer}");
        assert_eq!((stored(&app).len(), hashes(&app).len(), claims(&app).len()), (0, 0, 0), "after {sent} of {} bytes", body.len());
    }
    // All of it arrived, and the caller is gone before the answer: there is a file or there is none, never a part of one.
    cut(&app, &press, &report, &body, body.len());
    app.clock.advance(TimeDelta::minutes(61));
    sweep(&app);
    assert_eq!(stored(&app), hashes(&app));
    assert_eq!(claims(&app), [""; 0]);
}

/// Makes the row of a file fail after its bytes are stored.
fn refuse_rows(app: &TestApp, backend: Backend) {
    execute(
        &app.database,
        match backend {
            Backend::Sqlite => "CREATE TRIGGER broken BEFORE INSERT ON report_files BEGIN SELECT RAISE(ABORT, 'broken'); END",
            Backend::Postgres => "ALTER TABLE report_files ADD CONSTRAINT broken CHECK (false) NOT VALID",
        },
    );
}
fn take_rows(app: &TestApp, backend: Backend) {
    execute(
        &app.database,
        match backend {
            Backend::Sqlite => "DROP TRIGGER broken",
            Backend::Postgres => "ALTER TABLE report_files DROP CONSTRAINT broken",
        },
    );
}

fn bytes_whose_row_fails_are_swept(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    let kept = uploaded(&press, &report, "kept.pdf", &[PDF, b"kept"].concat());
    refuse_rows(&app, backend);
    assert_eq!(upload(&press, &report, "x.pdf", PDF).status, 500);
    assert_eq!((stored(&app).len(), hashes(&app).len(), claims(&app)), (2, 1, vec!["STORE".to_owned()]), "bytes without a row are claimed");
    assert_eq!(listed(&press, &report), ["kept.pdf"]);
    assert_eq!((sweep(&app), stored(&app).len()), (0, 2), "whoever claimed them may still be at it");
    app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(sweep(&app), 1);
    assert_eq!((stored(&app), claims(&app).len()), (hashes(&app), 0));
    take_rows(&app, backend);
    let press = app.system_of("bao-hai-phong");
    assert_eq!(press.get(url(&kept)).status, 200, "what is a file's stays");
    assert_eq!(press.get(url(&uploaded(&press, &report, "x.pdf", PDF))).bytes, PDF);
}

fn a_store_that_fails_leaves_no_row(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let folder = app.database.dir.path().join("evidence").join(&file["sha256"].as_str().expect("a hash")[..2]);
    assert_eq!(press.send("DELETE", &format!("{}?reason=x", url(&file)), &[], b"").status, 204);
    // Where the folder was there is something else: bytes can be neither stored nor removed.
    std::fs::remove_dir_all(&folder).expect("no folder");
    std::fs::write(&folder, b"in the way").expect("a file");
    let reply = upload(&press, &report, "x.pdf", PDF);
    assert_eq!((reply.status, reply.code().as_str()), (503, "UNAVAILABLE"), "{}", reply.body);
    assert_eq!((listed(&press, &report).len(), claims(&app)), (0, vec!["STORE".to_owned()]));
    std::fs::remove_file(&folder).expect("out of the way");
    uploaded(&press, &report, "x.pdf", PDF);
    app.clock.advance(TimeDelta::minutes(61));
    assert_eq!((sweep(&app), claims(&app).len(), stored(&app)), (1, 0, hashes(&app)));
}

/// Claims the bytes of a hash as another upload would.
fn claimed_by_another(app: &TestApp, sha256: &str) -> bool {
    let now = app.now();
    let claim = Claim { id: Id::from_uuid(uuid::Uuid::from_u128(1)), sha256: sha256.to_owned(), expires_at: now + TimeDelta::hours(1) };
    wait(app.db.write(move |conn| file_claim::claim(conn, &claim, now))).expect("a claim")
}

fn bytes_that_an_upload_has_claimed_are_never_swept(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    refuse_rows(&app, backend);
    assert_eq!(upload(&press, &report, "x.pdf", PDF).status, 500);
    let sha256 = stored(&app).pop_first().expect("bytes");
    app.clock.advance(TimeDelta::minutes(61));
    // Somebody else has found the bytes in the store, and is about to write their row.
    assert!(claimed_by_another(&app, &sha256));
    assert_eq!((sweep(&app), stored(&app).len(), claims(&app).len()), (1, 1, 2));
    // That one died as well.
    app.clock.advance(TimeDelta::minutes(61));
    sweep(&app);
    sweep(&app);
    assert_eq!((stored(&app).len(), claims(&app).len()), (0, 0));
}

fn an_upload_waits_for_equal_bytes_to_be_gone(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    let sha256 = uploaded(&press, &report, "first.pdf", PDF)["sha256"].as_str().expect("a hash").to_owned();
    assert!(claimed_by_another(&app, &sha256));
    execute(&app.database, "UPDATE file_claims SET purpose = 'REMOVE'");
    let reply = upload(&press, &report, "x.pdf", PDF);
    assert_eq!((reply.status, reply.code().as_str()), (503, "UNAVAILABLE"), "{}", reply.body);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| upload(&press, &report, "x.pdf", PDF));
        std::thread::sleep(Duration::from_millis(300));
        execute(&app.database, "DELETE FROM file_claims");
        assert_eq!(waiting.join().expect("a thread").status, 201);
    });
}

const ROUNDS: usize = 5;
const THREADS: usize = 4;

/// The bytes of an upload: no two have the same, and every third is more than one piece of the store.
fn bytes_of(round: usize, i: usize) -> Vec<u8> {
    let filler = if i.is_multiple_of(3) { 6 * 1024 * 1024 } else { 40 * 1024 };
    [PDF, format!("{round}-{i}").as_bytes(), &vec![7; filler]].concat()
}

/// Uploads to a report until the server dies; what was acknowledged, by name, and what that file holds.
fn uploads_until_killed(
    database: &TestDatabase,
    keys: &std::path::Path,
    secrets: &Secrets,
    round: usize,
) -> (String, Vec<(String, usize)>) {
    let mut process = Process::serve(database, keys);
    let client = process.anonymous().sign_in_service(secrets);
    let report = drafted(&client, &format!("round-{round}"));
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let acknowledged = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let (client, mut mine) = (client.clone(), Vec::new());
                    loop {
                        let i = next.fetch_add(1, Ordering::SeqCst);
                        let name = format!("{i}.pdf");
                        let body = form(&[("file", Some(&name), None, &bytes_of(round, i))]);
                        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
                        match client.try_send("POST", &format!("/api/v1/reports/{report}/files"), &[("content-type", &kind)], &body) {
                            Ok(reply) if reply.status == 201 => mine.push((name, i)),
                            Ok(reply) => panic!("{i}: {} {}", reply.status, reply.body),
                            Err(_) => return mine,
                        }
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        while done.load(Ordering::SeqCst) < 6 {
            assert!(!senders.iter().all(std::thread::ScopedJoinHandle::is_finished), "the senders gave up before the kill");
            std::thread::sleep(Duration::from_millis(1));
        }
        // Each round dies at another moment of its uploads.
        std::thread::sleep(Duration::from_millis(11 * u64::try_from(round).expect("a number")));
        process.kill();
        senders.into_iter().flat_map(|sender| sender.join().expect("a sender")).collect()
    });
    (report, acknowledged)
}

fn a_killed_server_leaves_whole_files_or_none(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let (secrets, keys) = prepared(&database);
    let rounds: Vec<(String, Vec<(String, usize)>)> =
        (0..ROUNDS).map(|round| uploads_until_killed(&database, &keys, &secrets, round)).collect();

    // The next server finds whole files, and claims on what the dead ones were at.
    let app = TestApp::beside(database, TestClock::of_the_machine(), Vec::new());
    app.clock.advance(TimeDelta::minutes(61));
    sweep(&app);
    assert_eq!((stored(&app), claims(&app).len()), (hashes(&app), 0), "bytes without a file, or a file without bytes");
    let client = app.anonymous().sign_in_service(&secrets);
    for (round, (report, acknowledged)) in rounds.iter().enumerate() {
        let files = client.get(&format!("/api/v1/reports/{report}/files")).json()["items"].take();
        let files: BTreeMap<String, serde_json::Value> =
            files.as_array().expect("items").iter().map(|file| (file["name"].as_str().expect("a name").to_owned(), file.clone())).collect();
        for (name, _) in acknowledged {
            assert!(files.contains_key(name), "{name} got its 201 and is gone");
        }
        for (name, file) in &files {
            let i = name.trim_end_matches(".pdf").parse().expect("a number");
            assert!(client.get(url(file)).bytes == bytes_of(round, i), "{name} is another file than was sent");
        }
    }
}
