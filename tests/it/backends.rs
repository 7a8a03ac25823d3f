//! Databases that cannot be used: one clear line, exit code 2, nothing left behind.

use std::process::{Command, Output};

use app::{View, access};
use domain::account::Role;
use serde_json::json;
use testkit::{
    Backend, Client, TestApp,
    app::{operator, wait},
    both,
    clock::TestClock,
    database::{TestDatabase, rows},
    once,
    process::Process,
};

use crate::access::{bearer, becomes, signed_in};

once!(
    an_empty_variable_is_no_setting,
    an_unknown_address_is_refused,
    an_unwritable_folder_is_told,
    an_unreachable_server_is_told,
    a_server_that_never_answers_is_given_up,
    serve_wants_keys_and_a_schema
);
both!(
    a_schema_that_does_not_fit_is_refused,
    the_command_line_imports_and_tells,
    the_command_line_administers,
    the_command_line_helps_in_an_emergency,
    the_command_line_tells_what_was_given_and_rotated,
    the_command_line_imports_calendars,
);

fn haidang(args: &[&str]) -> Output {
    Command::new(std::env::current_exe().expect("this program")).arg("--as-haidang").args(args).output().expect("a run")
}

/// The one line on stderr of a command that cannot run.
fn refusal(args: &[&str]) -> String {
    let output = haidang(args);
    let told = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
    let lines: Vec<&str> = told.lines().filter(|line| !line.starts_with('{')).collect();
    assert_eq!(lines.len(), 1, "{told}");
    assert!(lines[0].starts_with("haidang: ") && !told.contains("panicked"), "{told}");
    lines[0].to_owned()
}

fn an_unknown_address_is_refused() {
    for url in ["mysql://x", "haidang.db", "sqlite:", "sqlite::memory:", ""] {
        let line = refusal(&["--database-url", url, "migrate"]);
        assert!(line.contains("database URL"), "{line}");
    }
    assert!(!std::path::Path::new("haidang.db").exists());
}

fn an_empty_variable_is_no_setting() {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    for (_, _, variable) in server::settings_known() {
        command.env(variable, "");
    }
    let output = command.args(["--as-haidang", "--audience", "b", "config"]).output().expect("a run");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("listen = 127.0.0.1:8080") && shown.contains("audience = b"), "{shown}");
}

fn an_unwritable_folder_is_told() {
    let line = refusal(&["--database-url", "sqlite:/proc/nowhere/haidang.db", "migrate"]);
    assert!(line.contains("cannot open sqlite:/proc/nowhere/haidang.db"), "{line}");
    let line = refusal(&["demo", "--data", "/proc/nowhere"]);
    assert!(line.contains("cannot use the folder"), "{line}");
}

fn an_unreachable_server_is_told() {
    let line = refusal(&["--database-url", "postgres://u:s3cret@127.0.0.1:1/x", "migrate"]);
    assert!(line.contains("cannot open postgres://u:***@127.0.0.1:1/x") && !line.contains("s3cret"), "{line}");
}

fn a_server_that_never_answers_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let begun = std::time::Instant::now();
    let line = refusal(&["--database-url", &format!("postgres://u:s3cret@{address}/x?connect_timeout=2"), "migrate"]);
    assert!(line.contains("timeout expired") && !line.contains("s3cret"), "{line}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(20));
}

fn serve_wants_keys_and_a_schema() {
    let dir = tempfile::tempdir().expect("a folder");
    let (db, keys) = (format!("sqlite:{}", dir.path().join("x.db").display()), dir.path().join("keys.json").display().to_string());
    assert!(refusal(&["--database-url", &db, "serve"]).contains("haidang keys generate"));
    assert_eq!(haidang(&["--keys-file", &keys, "keys", "generate"]).status.code(), Some(0));
    assert!(
        refusal(&["--keys-file", &keys, "keys", "generate"]).contains("haidang keys rotate"),
        "a key file is never overwritten, and what to do instead is told"
    );
    assert!(refusal(&["--database-url", &db, "--keys-file", &keys, "serve"]).contains("run haidang migrate"));
    assert!(!dir.path().join("x.db").exists(), "serving never makes a database");
    assert_eq!(haidang(&["--database-url", &db, "migrate"]).status.code(), Some(0));
    let again = haidang(&["--database-url", &db, "migrate"]);
    assert_eq!(String::from_utf8_lossy(&again.stdout), "The schema is up to date.\n");
}

fn a_schema_that_does_not_fit_is_refused(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let keys = database.dir.path().join("keys.json").display().to_string();
    haidang(&["--keys-file", &keys, "keys", "generate"]);
    let url = database.url_text();
    let serve = || refusal(&["--database-url", &url, "--keys-file", &keys, "serve"]);
    let run = |sql: &str| testkit::database::execute(&database, sql);
    run("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')");
    assert!(serve().contains("newer than this binary"), "{}", serve());
    assert!(refusal(&["--database-url", &url, "migrate"]).contains("newer"));
    run("DELETE FROM __diesel_schema_migrations WHERE version IN ('29991231000000', '20261124000002')");
    let half = serve();
    assert!(half.contains("half migrated") && half.contains("restore the database from a backup"), "{half}");
    assert!(!half.contains("haidang migrate"), "nothing is advised that does not help: {half}");
    assert_eq!(refusal(&["--database-url", &url, "migrate"]), half);
    run("DELETE FROM __diesel_schema_migrations WHERE version > '20261124000002'");
    assert!(serve().contains("older than this binary"), "{}", serve());
    run("DELETE FROM __diesel_schema_migrations");
    assert!(serve().contains("no schema yet"), "{}", serve());
}

fn the_command_line_imports_calendars(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let url = database.url_text();
    let file = database.dir.path().join("regimes.json");
    let path = file.display().to_string();
    std::fs::write(&file, server::CALENDARS[1]).expect("a file");
    let import = |more: &[&str]| {
        let output = haidang(&[&["--database-url", &url, "import", "calendar", &path], more].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    let (code, told) = import(&["--dry-run"]);
    assert!(code == Some(0) && told.contains("Dry run: 6 rows") && told.contains("5 rows of regimes"), "{told}");
    assert!(import(&[]).1.contains("Stored: 6 rows changed."));
    assert!(import(&[]).1.contains("Nothing changed"));
    std::fs::write(&file, String::from_utf8_lossy(server::CALENDARS[1]).replace("\"day\": 18", "\"day\": 20")).expect("a file");
    let (code, told) = import(&[]);
    assert!(code == Some(1) && told.contains("due_day: 18 -> 20") && told.contains("--apply-changes"), "{told}");
    assert_eq!(import(&["--if-missing"]).0, Some(0));
    let (_, told) = import(&["--apply-changes", "--json"]);
    let outcome: serde_json::Value = serde_json::from_str(told.trim()).expect("JSON");
    assert_eq!((&outcome["applied"], &outcome["newCalendar"], &outcome["counts"]["regimes"]), (&true.into(), &false.into(), &5.into()));
    std::fs::write(&file, "{\"schema\": \"calendar/1\", \"regimes\": [{}]}").expect("a file");
    let (code, told) = import(&[]);
    assert!(code == Some(1) && told.contains("/regimes/0/code"), "{told}");
}

fn the_command_line_imports_and_tells(backend: Backend) {
    let database = TestDatabase::empty(backend);
    let url = database.url_text();
    let file = database.dir.path().join("programme.json");
    std::fs::write(&file, server::PROGRAMME_1593).expect("a file");
    let import = |more: &[&str]| {
        let path = file.display().to_string();
        let output = haidang(&[&["--database-url", &url, "import", "programme", &path], more].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(haidang(&["--database-url", &url, "migrate"]).status.code(), Some(0));
    let (code, told, _) = import(&["--dry-run"]);
    assert!(code == Some(0) && told.contains("Dry run:") && told.contains("5 groups, 19 tasks, 117 task-years, 33 agencies"), "{told}");
    assert!(import(&[]).1.contains("Stored:"));
    assert!(import(&[]).1.contains("Nothing changed"));
    let changed =
        String::from_utf8_lossy(server::PROGRAMME_1593).replace("\"Sở Nội vụ\",\n   \"name_en\"", "\"Sở Nội Vụ\",\n   \"name_en\"");
    std::fs::write(&file, changed).expect("a file");
    let (code, told, refused) = import(&[]);
    assert_eq!(code, Some(1), "{told}{refused}");
    assert!(told.contains("~ agencyVersion so-noi-vu") && told.contains("\"Sở Nội vụ\" -> \"Sở Nội Vụ\""), "{told}");
    assert!(refused.contains("--apply-changes"), "{refused}");
    let (code, told, _) = import(&["--if-missing"]);
    assert!(code == Some(0) && told.contains("Not stored"), "{told}");
    assert_eq!(import(&["--apply-changes"]).0, Some(0));
    let create = ["client", "create", "so-x", "--name", "X", "--agency", "nowhere", "--role", "AGENCY_SYSTEM"];
    let output = haidang(&[&["--database-url", &url], &create[..]].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && told.contains("/agency: ") && told.contains("[REFERENCE_UNKNOWN]"), "{told}");
    std::fs::write(&file, "{\"programme\": 1}").expect("a file");
    let (code, _, refused) = import(&[]);
    assert!(code == Some(1) && refused.contains("/programme") && refused.contains("FIELD_REQUIRED"), "{refused}");
}

fn the_command_line_administers(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let url = database.url_text();
    let run = |args: &[&str]| {
        let output = haidang(&[&["--database-url", &url, "--log", "error"], args].concat());
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let fine = |args: &[&str]| {
        let (code, told, refused) = run(args);
        assert_eq!(code, Some(0), "{args:?}: {refused}");
        told
    };
    assert!(fine(&["user", "create", "lan", "--name", "Lan", "--role", "ADMIN"]).starts_with("lan: password "));
    assert!(fine(&["user", "reset-password", "lan"]).contains("password "));
    assert_eq!(fine(&["user", "disable", "lan"]), "lan: DISABLED\n");
    assert_eq!(fine(&["user", "enable", "lan"]), "lan: ACTIVE\n");
    fine(&["client", "create", "so-x", "--name", "X", "--agency", "so-tttt", "--role", "AGENCY_SYSTEM", "--network", "10.0.0.0/8"]);
    assert!(fine(&["client", "add-secret", "so-x"]).starts_with("so-x: client_secret hds_"));
    let secrets = fine(&["client", "secrets", "so-x"]);
    assert_eq!((secrets.lines().count(), secrets.contains("hds_")), (2, false), "{secrets}");
    let secret = secrets.split(' ').next().expect("an identifier");
    fine(&["client", "revoke-secret", "so-x", secret]);
    assert!(fine(&["client", "secrets", "so-x"]).contains("revoked"));
    let given = fine(&["grant", "give", "so-x", "STANDING", "--programme", "HP-1593-2013", "--from", "2014-01-01"]);
    let grant = given.trim_end().trim_end_matches('.').rsplit(' ').next().expect("an identifier");
    assert!(fine(&["grant", "list", "so-x"]).contains("STANDING in HP-1593-2013"));
    fine(&["grant", "withdraw", "so-x", grant]);
    assert!(fine(&["grant", "list", "so-x"]).contains("STANDING in HP-1593-2013, withdrawn"));
    for (args, told) in [
        (&["grant", "give", "so-x", "AGENCY_VIEWER"][..], "/agency"),
        (&["user", "disable", "nobody"], "there is no account nobody"),
        (&["client", "revoke-secret", "so-x", "x"], "x is no identifier"),
        (&["user", "reset-second-factor", "lan"], "Not found"),
    ] {
        let (code, _, refused) = run(args);
        assert!(code == Some(1) && refused.contains(told), "{args:?}: {code:?} {refused}");
    }
    // A label that there is not is told with its option and those that there are.
    for (args, option, known) in [
        (&["user", "create", "x1", "--name", "x", "--role", "NOPE"][..], "'--role <ROLE>'", "AGENCY_VIEWER, "),
        (
            &["client", "create", "x1", "--name", "x", "--role", "ADMIN", "--scope", "NOPE"],
            "'--scope <SCOPE>'",
            "read, reports, account, admin",
        ),
        (&["grant", "give", "lan", "NOPE"], "'<ROLE>'", "STANDING"),
    ] {
        let (code, _, refused) = run(args);
        assert!(
            code == Some(2) && refused.contains("'NOPE'") && refused.contains(option) && refused.contains(known),
            "{args:?}: {refused}"
        );
    }
    fine(&["client", "create", "so-y", "--name", "Y", "--agency", "so-tttt", "--role", "AGENCY_SYSTEM", "--scope", "read reports"]);
    assert!(fine(&["audit", "verify"]).contains("entries hold"));
}

fn the_command_line_helps_in_an_emergency(backend: Backend) {
    // A command has the machine's time.
    let app = TestApp::beside(TestDatabase::with_programme(backend), TestClock::of_the_machine(), Vec::new());
    let url = app.database.url_text();
    let run = |args: &[&str]| haidang(&[&["--database-url", &url, "--log", "error"], args].concat());
    let fine = |args: &[&str]| {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let (user, system) = (app.user(None, &[Role::Inspector]), app.service_account("bao-hai-phong", &[Role::AgencySystem]));
    let clients: Vec<Client> = (0..3).map(|_| bearer(&app, &signed_in(&app, &user))).collect();
    // Who is there; people and systems apart.
    let (people, systems) = (fine(&["user", "list"]), fine(&["client", "list"]));
    assert!(people.contains(&format!("{} ACTIVE, INSPECTOR, last used 20", user.login)), "{people}");
    assert_eq!(systems, format!("{0} of bao-hai-phong ACTIVE, AGENCY_SYSTEM, never used: {0}\n", system.login));
    assert!(!people.contains(&system.login), "{people}");
    // Sessions, the newest first.
    let told = fine(&["user", "sessions", &user.login]);
    let ids: Vec<&str> = told.lines().map(|line| line.split(' ').next().expect("an identifier")).collect();
    assert!(ids.len() == 3 && told.lines().all(|line| line.contains(" from 127.0.0.1 with ")), "{told}");
    assert_eq!(fine(&["user", "end-session", &user.login, ids[0]]), format!("{}: session {} has ended.\n", user.login, ids[0]));
    becomes(401, || clients[2].get("/api/v1/me"));
    assert_eq!(clients[0].get("/api/v1/me").status, 200);
    assert_eq!(fine(&["user", "end-sessions", &user.login]), format!("{}: sessions that have ended: 2\n", user.login));
    clients[..2].iter().for_each(|client| becomes(401, || client.get("/api/v1/me")));
    assert_eq!(fine(&["user", "sessions", &user.login]), "");
    // Keys.
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let id = wait(access::by_login(&View::new(&app.app, operator()), &system.login)).expect("a read").expect("the account").account.id;
    let key = wait(access::add_key(&app.app, &operator(), id, jwk, None)).expect("a key").to_string();
    assert!(fine(&["client", "keys", &system.login]).starts_with(&format!("{key} k1 in force, made ")));
    assert_eq!(fine(&["client", "revoke-key", &system.login, &key]), format!("{}: key {key} is revoked.\n", system.login));
    assert!(fine(&["client", "keys", &system.login]).starts_with(&format!("{key} k1 revoked, made ")));
    for (args, told) in [
        (&["user", "end-session", &user.login, ids[0]][..], "Not found"),
        (&["user", "end-sessions", &system.login], "is a service account and not one of a person"),
        (&["user", "sessions", &system.login], "is a service account"),
        (&["user", "reset-password", &system.login], "its commands are those of `haidang client`"),
        (&["user", "disable", &system.login], "is a service account"),
        (&["client", "disable", &user.login], "is the account of a person and no service account"),
        (&["client", "add-secret", &user.login], "its commands are those of `haidang user`"),
        (&["client", "revoke-key", &system.login, &key], "Not found"),
        (&["user", "sessions", "nobody"], "there is no account nobody"),
    ] {
        let (code, refused) = (run(args).status.code(), String::from_utf8(run(args).stderr).expect("text"));
        assert!(code == Some(1) && refused.contains(told), "{args:?}: {code:?} {refused}");
    }
    let sql = "SELECT operation || ' ' || changes AS line FROM audit_entries WHERE actor = 'OPERATOR' AND outcome = 'DONE'
               AND operation IN ('read_personal_fields', 'end_account_session', 'end_account_sessions', 'revoke_client_key') ORDER BY at, id";
    let wanted = [
        "read_personal_fields {\"lastUsedAt\":1}".to_owned(),
        "read_personal_fields {\"sessions\":3}".to_owned(),
        format!("end_account_session {{\"session\":\"{}\"}}", ids[0]),
        "end_account_sessions {\"sessionsEnded\":2}".to_owned(),
        "read_personal_fields {\"sessions\":0}".to_owned(),
        format!("revoke_client_key {{\"key\":\"{key}\"}}"),
    ];
    assert_eq!(rows(&app.database, sql), wanted);
}

fn the_command_line_tells_what_was_given_and_rotated(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let (url, keys) = (database.url_text(), database.dir.path().join("rotated.json").display().to_string());
    let run = |args: &[&str]| haidang(&[&["--database-url", &url, "--keys-file", &keys, "--log", "error"], args].concat());
    let fine = |args: &[&str]| {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let db = database.open();
    let line = |sql: &str| persistence::by_hand::lines(&db, sql).expect("a line").remove(0);
    let create = ["client", "create", "so-x", "--name", "X", "--agency", "so-tttt", "--role", "AGENCY_SYSTEM"];
    fine(&[&create[..], &["--scope", "read", "--scope", "reports", "--expires", "2099-01-01T00:00:00Z"]].concat());
    assert_eq!(line("SELECT scopes || ' ' || substr(CAST(expires_at AS TEXT), 1, 10) AS line FROM accounts"), "read reports 2099-01-01");
    // Every grant with its days, its document and how it stands.
    let give = |days: &[&str]| fine(&[&["grant", "give", "so-x", "STANDING", "--basis", "1593/QĐ-UBND"][..], days].concat());
    give(&["--to", "2097-01-01"]);
    persistence::by_hand::execute(&db, "UPDATE grants SET valid_to = '2014-01-01' WHERE valid_to = '2097-01-01'").expect("time passes");
    give(&["--from", "2098-01-01"]);
    give(&["--from", "2014-01-01", "--to", "2098-01-01"]);
    let told = fine(&["grant", "list", "so-x"]);
    for wanted in [
        "STANDING, over until before 2014-01-01, by 1593/QĐ-UBND",
        "STANDING, not yet from 2098-01-01, by 1593/QĐ-UBND",
        "STANDING, in force from 2014-01-01 until before 2098-01-01, by 1593/QĐ-UBND",
        "AGENCY_SYSTEM of so-tttt, in force\n",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert_eq!(run(&["grant", "give", "so-x", "AUDITOR", "--basis", "x"]).status.code(), Some(1));
    let unknown = run(&["grant", "give", "so-x", "AUDITOR", "--basis", "1/QĐ-UBND"]);
    assert!(unknown.status.code() == Some(1) && String::from_utf8_lossy(&unknown.stderr).contains("/basis"), "{unknown:?}");
    // Keys are rotated with an entry that names the old one and the new one; a server that follows writes one as well.
    fine(&["keys", "generate"]);
    let server = Process::serve(&database, std::path::Path::new(&keys));
    let rotated = fine(&["keys", "rotate"]);
    let kids: Vec<&str> = rotated.lines().map(|line| line.split(',').next().expect("a name")).collect();
    let entry = line("SELECT actor || ' ' || changes AS line FROM audit_entries WHERE operation = 'rotate_signing_keys'");
    assert!(entry.starts_with("OPERATOR ") && kids.len() == 2 && kids.iter().all(|kid| entry.contains(kid)), "{entry} {rotated}");
    // Several people may look after one machine.
    let who = line("SELECT login AS line FROM audit_entries WHERE operation = 'rotate_signing_keys'");
    assert!(who.contains("uid "), "{who}");
    let followed = || {
        persistence::by_hand::lines(
            &db,
            "SELECT actor || ' ' || changes AS line FROM audit_entries WHERE operation = 'follow_signing_keys'",
        )
    };
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while followed().expect("lines").is_empty() {
        assert!(std::time::Instant::now() < until, "the server does not tell that it follows");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let entry = followed().expect("lines").remove(0);
    assert!(entry.starts_with("OPERATOR ") && kids.iter().all(|kid| entry.contains(kid)), "{entry} {rotated}");
    drop(server);
}
