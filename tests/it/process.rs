//! The program as a process: what it serves, how it ends, what the demo leaves behind.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use testkit::{Client, once, process::Process};

once!(
    the_demo_writes_its_accounts_once_for_its_owner,
    a_demo_that_was_broken_off_starts_again,
    a_stalled_body_is_timed_out,
    a_request_in_flight_is_answered_before_the_end,
    production_shows_no_graphiql_and_metrics_for_its_token,
    a_token_in_the_address_is_neither_used_nor_logged,
    settings_with_which_nothing_is_served_are_not_shown_as_in_force,
);

fn demo(folder: &Path) -> Process {
    Process::start(&["demo", "--data", folder.to_str().expect("UTF-8")])
}

fn connect(server: &Process) -> TcpStream {
    let stream = TcpStream::connect(&server.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out");
    stream
}

fn the_demo_writes_its_accounts_once_for_its_owner() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("data");
    let file = folder.join("demo-credentials.json");
    let first = demo(&folder);
    let text = std::fs::read_to_string(&file).expect("credentials");
    let accounts: Value = serde_json::from_str(&text).expect("JSON");
    let shape: Vec<_> = accounts.as_array().expect("an array").iter().map(|a| (&a["kind"], &a["agency"], &a["roles"])).collect();
    let expected = [
        (&json!("service"), &json!("so-tttt"), &json!(["AGENCY_SYSTEM"])),
        (&json!("service"), &json!("bao-hai-phong"), &json!(["AGENCY_SYSTEM"])),
        (&json!("user"), &Value::Null, &json!(["ADMIN"])),
        (&json!("user"), &json!("so-tttt"), &json!(["STANDING"])),
        (&json!("service"), &json!("so-tai-chinh"), &json!(["FINANCE"])),
        (&json!("service"), &json!("so-noi-vu"), &json!(["PERSONNEL"])),
    ];
    assert_eq!(shape, expected);
    #[cfg(unix)]
    for (name, mode) in
        [("", 0o700), ("demo-credentials.json", 0o600), ("keys.json", 0o600), ("haidang.db", 0o600), ("haidang.db-wal", 0o600)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = std::fs::metadata(folder.join(name)).expect("a file").permissions().mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
    assert_eq!(first.anonymous().get("/graphiql").status, 200);
    drop(first);
    let settings = dir.path().join("haidang.toml");
    std::fs::write(&settings, "graphiql = false\n").expect("a file");
    let [settings, data] = [&settings, &folder].map(|path| path.to_str().expect("UTF-8"));
    let again = Process::start(&["--config", settings, "demo", "--data", data]);
    assert_eq!(again.anonymous().get("/graphiql").code(), "NOT_FOUND", "the file says otherwise");
    assert_eq!(std::fs::read_to_string(&file).expect("credentials"), text, "the second run reuses what is there");
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        accounts[0]["client_id"].as_str().expect("an id"),
        accounts[0]["client_secret"].as_str().expect("a secret")
    );
    let reply =
        again.anonymous().send("POST", "/api/v1/auth/token", &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    let token = reply.json()["access_token"].as_str().expect("a token").to_owned();
    // What is owed is made by itself: of I.2 and the like, and of the annual report of its sector.
    let system = Client::new(&again.base(), Some(token));
    let register = system.get("/api/v1/deliverables?agency=so-tttt&limit=200").json()["items"].as_array().map(Vec::len);
    assert_eq!(register, Some(16), "there is something to read, and nothing of it twice");
    // Every chart has figures.
    let figures = system.get("/api/v1/charts").json()["items"].as_array().expect("charts").clone();
    for name in figures.iter().map(|chart| chart["name"].as_str().expect("a name")) {
        let chart = system.get(&format!("/api/v1/charts/{name}.json?programme=HP-1593-2013&year=2015&asOf=2015-12-31")).json();
        let mut cells = chart["rows"].as_array().expect("rows").iter().flat_map(|row| row["cells"].as_array().expect("cells"));
        assert!(cells.any(|cell| cell["state"] == json!("VALUE")), "{name}: {chart}");
    }
    let owed = || system.graphql("{ obligations { totalCount } }", &json!({}))["obligations"]["totalCount"].as_i64();
    let all = (0..100).any(|_| {
        owed() > Some(100) || {
            std::thread::sleep(Duration::from_millis(100));
            false
        }
    });
    assert!(all, "{:?}", owed());
    drop(again);
    std::fs::remove_file(folder.join("haidang.db")).expect("removed");
    let args = ["--as-haidang", "--listen", "127.0.0.1:0", "demo", "--data", folder.to_str().expect("UTF-8")];
    let refused = Command::new(std::env::current_exe().expect("this program")).args(args).output().expect("a run");
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && told.contains("remove the folder") && told.lines().count() == 1, "{told}");
    let elsewhere = [&args[..], &["--database-url", "postgres://localhost/x"]].concat();
    let refused = Command::new(std::env::current_exe().expect("this program")).args(elsewhere).output().expect("a run");
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && told.contains("'--database-url' cannot be used with 'demo'"), "{told}");
}

fn a_demo_that_was_broken_off_starts_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("data");
    std::fs::create_dir(&folder).expect("a folder");
    let url = format!("sqlite:{}", folder.join("haidang.db").display());
    let programme = dir.path().join("programme.json");
    std::fs::write(&programme, server::PROGRAMME_1593).expect("a file");
    let command = |args: &[&str]| {
        let args = [&["--as-haidang", "--database-url", &url], args].concat();
        let done = Command::new(std::env::current_exe().expect("this program")).args(args).output().expect("a run");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    };
    // Killed after some of the accounts were made and before their secrets were written down.
    command(&["migrate"]);
    command(&["import", "programme", programme.to_str().expect("UTF-8")]);
    command(&["client", "create", "so-tttt-system", "--name", "X", "--agency", "so-tttt", "--role", "AGENCY_SYSTEM"]);
    command(&["client", "add-secret", "so-tttt-system"]);
    command(&["user", "create", "admin", "--name", "X", "--role", "ADMIN"]);
    let file = folder.join("demo-credentials.json");
    let forms = || -> Vec<String> {
        let accounts: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).expect("credentials")).expect("JSON");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let form = |account: &Value| match &account["client_id"] {
            Value::Null => format!("grant_type=password&username={}&password={}", text(&account["username"]), text(&account["password"])),
            id => format!("grant_type=client_credentials&client_id={}&client_secret={}", text(id), text(&account["client_secret"])),
        };
        accounts.iter().map(form).collect()
    };
    let status = |server: &Process, form: &String| {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        server.anonymous().send("POST", "/api/v1/auth/token", &kind, form.as_bytes()).status
    };
    let server = demo(&folder);
    let first = forms();
    assert!(first.len() == 6 && first.iter().all(|form| status(&server, form) == 200));
    drop(server);
    // The file is lost.
    std::fs::remove_file(&file).expect("removed");
    let server = demo(&folder);
    let second = forms();
    assert!(second.len() == 6 && second.iter().all(|form| status(&server, form) == 200));
    assert_eq!(
        first.iter().map(|form| status(&server, form)).collect::<Vec<_>>(),
        [401, 401, 400, 400, 401, 401],
        "the lost secrets are worth nothing"
    );
    drop(server);
    // The file is cut off.
    let whole = std::fs::read_to_string(&file).expect("credentials");
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("written");
    let server = demo(&folder);
    assert!(forms().iter().all(|form| status(&server, form) == 200));
    drop(server);
    let log = command(&["audit", "verify"]);
    assert!(log.contains("entries hold"), "{log}");
    let db = persistence::Db::open(&url.parse().expect("a URL"), &persistence::Options::default()).expect("a database");
    let sql = "SELECT operation || ' ' || count(*) AS line FROM audit_entries WHERE operation IN ('create_secret', 'revoke_secret', 'reset_password') GROUP BY operation ORDER BY 1";
    let told = persistence::by_hand::lines(&db, sql).expect("lines");
    assert_eq!(told, ["create_secret 10", "reset_password 5", "revoke_secret 10"]);
}

fn a_stalled_body_is_timed_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = demo(&dir.path().join("data"));
    let mut slow = connect(&server);
    let head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    slow.write_all(head.as_bytes()).expect("a request");
    let mut answer = String::new();
    slow.read_to_string(&mut answer).expect("an answer and the end of the connection");
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("REQUEST_TIMEOUT"), "{answer}");
    assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
}

fn a_request_in_flight_is_answered_before_the_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut server = demo(&dir.path().join("data"));
    let mut slow = connect(&server);
    let body = json!({"query": "{ __typename }"}).to_string();
    let head = format!("POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    slow.write_all(head.as_bytes()).expect("a head");
    slow.write_all(&body.as_bytes()[..5]).expect("half a body");
    // The half has arrived when another request, sent later, is answered by each of the workers.
    (0..8).for_each(|_| assert_eq!(server.anonymous().get("/healthz").status, 200));
    let rest = body.clone();
    let finisher = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        slow.write_all(&rest.as_bytes()[5..]).expect("the other half");
        let mut answer = String::new();
        slow.read_to_string(&mut answer).expect("an answer");
        answer
    });
    assert_eq!(server.terminated(), Some(0));
    let answer = finisher.join().expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"__typename\""), "{answer}");
}

fn production_shows_no_graphiql_and_metrics_for_its_token() {
    let dir = tempfile::tempdir().expect("a folder");
    let (db, keys) = (format!("sqlite:{}", dir.path().join("x.db").display()), dir.path().join("keys.json").display().to_string());
    for command in [&["--keys-file", &keys, "keys", "generate"][..], &["--database-url", &db, "migrate"]] {
        let status =
            Command::new(std::env::current_exe().expect("this program")).arg("--as-haidang").args(command).stdout(Stdio::null()).status();
        assert!(status.expect("a run").success());
    }
    // A flag wins over the file.
    let file = dir.path().join("haidang.toml");
    std::fs::write(&file, "metrics_token = \"from-the-file\"\naudience = \"a\"\n").expect("a file");
    let config = file.display().to_string();
    let server = Process::start(&["--config", &config, "--metrics-token", "t", "--database-url", &db, "--keys-file", &keys, "serve"]);
    let client = server.anonymous();
    assert_eq!(client.get("/graphiql").code(), "NOT_FOUND");
    assert_eq!(client.get("/readyz").status, 200);
    assert_eq!(client.get("/metrics").code(), "NOT_FOUND");
    let metrics = |token: &str| client.send("GET", "/metrics", &[("authorization", token)], b"").status;
    assert_eq!((metrics("Bearer t"), metrics("Bearer from-the-file"), metrics("Bearer "), metrics("t")), (200, 404, 404, 404));
    assert_eq!((metrics("bearer t"), metrics("BEARER t"), metrics("Basic t")), (200, 200, 404));
}

fn a_token_in_the_address_is_neither_used_nor_logged() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("data");
    let server = demo(&folder);
    let accounts: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("demo-credentials.json")).expect("a file")).expect("JSON");
    let text = |name: &str| accounts[0][name].as_str().expect("text").to_owned();
    let secrets = testkit::app::Secrets { login: text("client_id"), secret: text("client_secret") };
    let system = server.anonymous().sign_in_service(&secrets);
    let token = system.token().to_owned();
    assert_eq!(system.get("/api/v1/me").status, 200);
    // Nobody is known by it: answered as to nobody, or as a parameter that is none.
    let client = server.anonymous();
    for path in ["/api/v1/me", "/api/v1/admin/accounts", "/api/v1/tasks", "/api/v1/nowhere", "/nowhere", "/graphql", "/docs"] {
        let reply = client.get(&format!("{path}?access_token={token}"));
        assert!(!reply.body.contains(&token), "{path}: {}", reply.body);
    }
    let asked = json!({"query": "{ me { login } }"}).to_string();
    let posted = client.send("POST", &format!("/graphql?access_token={token}"), &[("content-type", "application/json")], asked.as_bytes());
    assert!(!posted.body.contains(&secrets.login), "{}", posted.body);
    let form = format!("access_token={token}");
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(client.send("POST", "/api/v1/me/password", &kind, form.as_bytes()).status, 401);
    // Nor is the secret of a calendar, however its address is written.
    for path in ["/api/v1/calendars/of-nobody.ics", "/api/v1/calendar%73/of-nobody.ics", "/api/v1/calendars/of-nobody/more"] {
        assert_eq!(client.get(path).status, 404);
    }
    assert_eq!(client.get("/api/v1/the-last-one").status, 404);
    let log = server.log_with("/api/v1/the-last-one");
    assert!(log.iter().any(|line| line.contains("/api/v1/me")), "{log:?}");
    let parts: Vec<&str> = token.split('.').collect();
    assert!(!log.iter().any(|line| line.contains("access_token") || parts.iter().any(|part| line.contains(part))), "{log:?}");
    assert!(log.iter().any(|line| line.contains("/api/v1/calendars/")) && !log.iter().any(|line| line.contains("of-nobody")), "{log:?}");
}

fn settings_with_which_nothing_is_served_are_not_shown_as_in_force() {
    let dir = tempfile::tempdir().expect("a folder");
    let (file, manifest) = (dir.path().join("haidang.toml"), dir.path().join("manifest.json"));
    std::fs::write(&manifest, json!({"one": "{ nothing }"}).to_string()).expect("a manifest");
    let (config, odd) = (file.display().to_string(), format!("persisted_manifest = {:?}", manifest.display().to_string()));
    let run = |command: &str| {
        let args = ["--as-haidang", "--config", &config, command];
        let done = Command::new(std::env::current_exe().expect("this program")).args(args).output().expect("a run");
        (done.status.code(), String::from_utf8(done.stderr).expect("text"), String::from_utf8(done.stdout).expect("text"))
    };
    for (text, told) in [
        ("log = \"[[[\"", "log: "),
        ("persisted_queries = \"required\"", "persisted_queries: where they are required, a persisted_manifest names them"),
        ("persisted_manifest = \"/nonexistent\"", "persisted_manifest: /nonexistent: "),
        (&*odd, "persisted_manifest: "),
        ("webhook_ports = \"0\"", "webhook_ports: \"0\" is not a port such as 9443"),
        ("webhook_log_days = 100000000", "webhook_log_days: it is a number from 1 to 36500"),
        ("workers = 513", "workers: it is a number from 1 to 512"),
    ] {
        std::fs::write(&file, format!("graphiql = false\n{text}\n")).expect("a file");
        let (shown, served) = (run("config"), run("serve"));
        assert_eq!(shown, served, "{text}");
        let (code, refused, said) = shown;
        assert!(refused.starts_with(&format!("haidang: {config}: line 2: {told}")), "{refused}");
        assert_eq!((code, refused.lines().count(), said.as_str()), (Some(2), 1, ""), "{refused}");
    }
    std::fs::write(&file, "workers = 512\n").expect("a file");
    let (code, _, said) = run("config");
    assert!(code == Some(0) && said.contains("workers = 512\n"), "{said}");
}
