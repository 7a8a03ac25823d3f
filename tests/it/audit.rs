//! The audit log: every act is in it, nothing can be taken out of it unnoticed.

use app::audit::{Anchor, Verdict, anchor, verify};
use domain::{account::Role, audit::Broken};
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp,
    app::{operator, wait},
    both,
};

both!(
    acts_and_refusals_are_written,
    entries_swapped_cut_or_removed_are_found,
    the_service_itself_cannot_change_an_entry,
    another_program_can_check_an_export,
    writers_side_by_side_leave_one_log,
);

pub(super) fn verdict(app: &TestApp, anchor: Option<Anchor>) -> Verdict {
    wait(verify(&app.app, &operator(), anchor)).expect("the right to ask")
}

fn entries(auditor: &Client, filter: &str) -> Vec<Value> {
    let page = auditor.get(&format!("/api/v1/admin/audit?limit=200{filter}")).json();
    page["items"].as_array().expect("entries").clone()
}

/// A log with some entries in it.
fn some(app: &TestApp) {
    let press = app.system_of("bao-hai-phong");
    for i in 0..5 {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": i, "narrative": "Đã làm."});
        assert_eq!(press.push(&format!("k{i}"), &body).status, 201);
    }
}

fn acts_and_refusals_are_written(backend: Backend) {
    let app = TestApp::start(backend);
    let auditor = app.person(None, Role::Auditor);
    let press = app.system_of("bao-hai-phong");
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Bí mật.", "externalRef": "R"});
    let reply = press.push("k", &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    let pushed = entries(&auditor, "&operation=submit_report");
    assert_eq!(pushed.len(), 1);
    let wanted =
        json!({"actor": "SERVICE", "agency": "bao-hai-phong", "subject": "report", "subjectId": reply.json()["id"], "outcome": "DONE"});
    for (name, value) in wanted.as_object().expect("an object") {
        assert_eq!(&pushed[0][name], value, "{name}");
    }
    assert!(pushed[0]["token"].is_string() && pushed[0]["network"] == "127.0.0.1" && pushed[0]["request"].is_string());
    let changes = pushed[0]["changes"].as_str().expect("changes");
    assert!(changes.contains("\"percent\":40") && !changes.contains("Bí mật"), "{changes}");
    // A retry is no second act.
    press.push("k", &body);
    assert_eq!(entries(&auditor, "&operation=submit_report").len(), 1);

    // Refusals: another agency's report, a right that is not there, a broken token, a wrong password.
    let mut foreign = body.clone();
    foreign["agency"] = json!("dai-ptth-hai-phong");
    assert_eq!(press.push("f", &foreign).status, 403);
    assert_eq!(press.get("/api/v1/admin/accounts").status, 403);
    assert_eq!(press.graphql_code("{ auditEntries { nodes { id } } }"), "FORBIDDEN");
    assert_eq!(press.with_token(Some("eyJhbGciOiJub25lIn0.e30.")).get("/api/v1/tasks").status, 401);
    let form = b"grant_type=password&username=nobody&password=guess-guess";
    let wrong = press.send("POST", "/api/v1/auth/token", &[("content-type", "application/x-www-form-urlencoded")], form);
    assert_eq!(wrong.status, 400);
    let refused = entries(&auditor, "&refused=true");
    let told: Vec<(&str, &str)> =
        refused.iter().map(|entry| (entry["operation"].as_str().expect("text"), entry["code"].as_str().expect("text"))).collect();
    let wanted = [
        ("issue_token", "CREDENTIALS_INVALID"),
        ("authenticate", "TOKEN_INVALID"),
        ("list_audit_entries", "FORBIDDEN"),
        ("list_accounts", "FORBIDDEN"),
        ("submit_report", "AGENCY_NOT_YOURS"),
    ];
    assert_eq!(told, wanted);
    assert_eq!(refused[0]["login"], "nobody");
    let everything = refused.iter().chain(&pushed).map(ToString::to_string).collect::<String>();
    assert!(!everything.contains("eyJ") && !everything.contains("guess"), "{everything}");
    assert_eq!(verdict(&app, None).map(|entries| entries > 5), Ok(true));
}

/// Does something to the stored entries as whoever owns the database can.
pub(super) fn tamper(app: &TestApp, backend: Backend, sql: &str) {
    let (without, with) = match backend {
        Backend::Sqlite => (
            "DROP TRIGGER IF EXISTS audit_entries_not_changed; DROP TRIGGER IF EXISTS audit_entries_not_removed; PRAGMA foreign_keys = OFF"
                .to_owned(),
            "CREATE TRIGGER audit_entries_not_changed BEFORE UPDATE ON audit_entries BEGIN SELECT 1; END;
             CREATE TRIGGER audit_entries_not_removed BEFORE DELETE ON audit_entries BEGIN SELECT 1; END",
        ),
        Backend::Postgres => ("ALTER TABLE audit_entries DISABLE TRIGGER ALL".to_owned(), "ALTER TABLE audit_entries ENABLE TRIGGER ALL"),
    };
    let done = persistence::by_hand::execute(&app.db, &format!("{without}; {sql}; {with}"));
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The longest strand, and how many entries it has.
pub(super) fn longest(app: &TestApp) -> (i32, i64) {
    let sql = "SELECT strand || ' ' || entries AS line FROM audit_strands ORDER BY entries DESC, strand LIMIT 1";
    let line = persistence::by_hand::lines(&app.db, sql).expect("a line").remove(0);
    let (strand, entries) = line.split_once(' ').expect("two numbers");
    (strand.parse().expect("a number"), entries.parse().expect("a number"))
}

/// A server whose longest strand is long enough to be tampered with.
pub(super) fn with_a_long_strand(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    let mut rounds = 0;
    while longest(&app).1 < 6 {
        some(&app);
        rounds += 1;
        assert!(rounds < 200, "no strand grows");
    }
    assert!(verdict(&app, None).is_ok());
    app
}

fn entries_swapped_cut_or_removed_are_found(backend: Backend) {
    let app = with_a_long_strand(backend);
    let (strand, last) = longest(&app);
    let of = |number: i64| format!("strand = {strand} AND number = {number}");
    let kept = wait(anchor(&app.app, &operator())).expect("an anchor");
    assert!(verdict(&app, Some(kept.clone())).is_ok());
    // Two swapped.
    let swap = format!(
        "UPDATE audit_entries SET number = -1 * number WHERE strand = {strand} AND number IN (2, 3);
         UPDATE audit_entries SET number = CASE number WHEN -2 THEN 3 ELSE 2 END WHERE strand = {strand} AND number IN (-2, -3)"
    );
    let unchecked = match backend {
        Backend::Sqlite => "PRAGMA ignore_check_constraints = ON",
        Backend::Postgres => "ALTER TABLE audit_entries DROP CONSTRAINT IF EXISTS audit_entries_number_check",
    };
    tamper(&app, backend, &format!("{unchecked}; {swap}"));
    assert_eq!(verdict(&app, None), Err(Broken::Content { strand, number: 2 }));
    tamper(&app, backend, &format!("{unchecked}; {swap}"));
    assert!(verdict(&app, None).is_ok());
    // The last cut off; with the end mended too, which only the anchor shows.
    tamper(&app, backend, &format!("DELETE FROM audit_entries WHERE {}", of(last)));
    assert_eq!(verdict(&app, None), Err(Broken::Cut { strand, found: last - 1, expected: last }));
    let mend = format!(
        "UPDATE audit_strands SET entries = {n}, head_sha256 = (SELECT sha256 FROM audit_entries WHERE {at}) WHERE strand = {strand}",
        n = last - 1,
        at = of(last - 1)
    );
    tamper(&app, backend, &mend);
    assert!(verdict(&app, None).is_ok());
    assert_eq!(verdict(&app, Some(kept)), Err(Broken::Cut { strand, found: last - 1, expected: last }));
    // One in the middle removed.
    tamper(&app, backend, &format!("DELETE FROM audit_entries WHERE {}", of(2)));
    assert_eq!(verdict(&app, None), Err(Broken::Missing { strand, number: 2 }));
}

fn the_service_itself_cannot_change_an_entry(backend: Backend) {
    let app = TestApp::start(backend);
    some(&app);
    for sql in ["UPDATE audit_entries SET login = 'x'", "DELETE FROM audit_entries"] {
        let error = persistence::by_hand::execute(&app.db, sql).expect_err("a refusal").to_string();
        assert!(error.contains("audit entries are only ever added"), "{error}");
    }
    if backend == Backend::Postgres {
        assert!(persistence::by_hand::execute(&app.db, "TRUNCATE audit_entries").is_err());
    }
    assert!(verdict(&app, None).is_ok());
}

/// What the guide tells a second program to do.
const CHECKER: &str = include_str!("../../docs/check_audit.py");

fn another_program_can_check_an_export(backend: Backend) {
    let app = TestApp::start(backend);
    some(&app);
    let file = app.database.dir.path().join("audit.ndjson");
    let url = app.database.url_text();
    let haidang = |args: &[&str]| {
        std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--as-haidang", "--database-url", &url])
            .args(args)
            .output()
            .expect("a run")
    };
    let shown = haidang(&["audit", "export", file.to_str().expect("UTF-8")]);
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&file.metadata().expect("the export")) & 0o777, 0o600, "it names people");
    let check = || std::process::Command::new("python3").args(["-c", CHECKER]).arg(&file).output().expect("python3");
    let fine = check();
    assert!(fine.status.success(), "{}", String::from_utf8_lossy(&fine.stderr));
    let text = std::fs::read_to_string(&file).expect("an export");
    std::fs::write(&file, text.replacen("submit_report", "submit_repost", 1)).expect("a file");
    assert!(!check().status.success(), "a changed export is found");
    // The anchor of now holds now, and is no longer the end after the next act.
    let anchored = haidang(&["audit", "anchor"]);
    let kept = app.database.dir.path().join("anchor.json");
    std::fs::write(&kept, &anchored.stdout).expect("a file");
    let held = haidang(&["audit", "verify", "--anchor", kept.to_str().expect("UTF-8")]);
    assert!(held.status.success() && String::from_utf8_lossy(&held.stdout).contains("entries hold"), "{held:?}");
    let (strand, last) = longest(&app);
    tamper(&app, backend, &format!("UPDATE audit_entries SET login = 'x' WHERE strand = {strand} AND number = {last}"));
    let broken = haidang(&["audit", "verify"]);
    let told = String::from_utf8_lossy(&broken.stderr);
    assert!(broken.status.code() == Some(1) && told.contains(&format!("strand {strand}, entry {last}")), "{told}");
}

fn writers_side_by_side_leave_one_log(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let before = verdict(&app, None).expect("a log that holds");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let press = press.clone();
            scope.spawn(move || {
                for i in 0..10 {
                    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x"});
                    assert_eq!(press.push(&format!("{thread}-{i}"), &body).status, 201);
                }
            });
        }
    });
    assert_eq!(verdict(&app, None), Ok(before + 80));
}
