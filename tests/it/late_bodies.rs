//! Whoever's rights are withdrawn while a request is still on its way has none when it has come.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::Ordering,
    time::Duration,
};

use domain::account::Role;
use serde_json::json;
use testkit::{Backend, Client, TestApp, app::Secrets, both, database::rows};

use crate::{
    access::id_of,
    evidence::{self, BOUNDARY, PDF, drafted, form},
};

both!(a_report_that_came_too_late_is_not_stored, a_change_that_came_too_late_is_not_made, a_file_that_came_too_late_leaves_nothing);

const OWN: &str = "bao-hai-phong";

/// A request of which half the body is still to come.
struct Half {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Half {
    /// Sends the first half, and waits until the server knows who sends it.
    fn sent(app: &TestApp, client: &Client, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let address = app.base.strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(address).expect("a connection");
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\nConnection: close\r\n",
            client.token(),
            body.len()
        );
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").expect("room");
        }
        let (first, rest) = body.split_at(body.len() / 2);
        let before = app.database.statements.load(Ordering::Relaxed);
        stream.write_all(&[head.as_bytes(), b"\r\n", first].concat()).expect("half a request");
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(10));
            if app.database.statements.load(Ordering::Relaxed) > before {
                break;
            }
        }
        std::thread::sleep(Duration::from_millis(300));
        Self { stream, rest: rest.to_vec() }
    }

    /// Sends the other half; the answer.
    fn finish(mut self) -> (u16, String) {
        self.stream.write_all(&self.rest).expect("the other half");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, answer)
    }
}

/// A way to take an account's rights away.
type Withdraw = fn(&TestApp, &Secrets);

fn signed_in(app: &TestApp) -> (Secrets, Client) {
    let secrets = app.service_account(OWN, &[Role::AgencySystem]);
    let client = app.anonymous().sign_in_service(&secrets);
    (secrets, client)
}

fn disable(app: &TestApp, secrets: &Secrets) {
    let admin = app.person(None, Role::Admin);
    let body = json!({"status": "DISABLED"}).to_string();
    let path = format!("/api/v1/admin/accounts/{}", id_of(&admin, &secrets.login));
    let reply = admin.send("PATCH", &path, &[("content-type", "application/json")], body.as_bytes());
    assert_eq!(reply.status, 204, "{}", reply.body);
}

fn withdraw_all(app: &TestApp, secrets: &Secrets) {
    let admin = app.person(None, Role::Admin);
    let path = format!("/api/v1/admin/accounts/{}", id_of(&admin, &secrets.login));
    let grants = admin.get(&path).json()["grants"].take();
    for grant in grants.as_array().expect("grants") {
        let grant = grant["id"].as_str().expect("an id");
        assert_eq!(admin.send("DELETE", &format!("{path}/grants/{grant}"), &[], b"").status, 204);
    }
}

fn reports(app: &TestApp) -> Vec<String> {
    rows(&app.database, "SELECT status AS line FROM reports")
}

fn a_report_that_came_too_late_is_not_stored(backend: Backend) {
    let app = TestApp::start(backend);
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm."}).to_string();
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "k")];
    let ways: [(Withdraw, u16, &str); 2] = [(disable, 401, "TOKEN_INVALID"), (withdraw_all, 403, "FORBIDDEN")];
    for (withdraw, status, code) in ways {
        let (secrets, client) = signed_in(&app);
        let half = Half::sent(&app, &client, "/api/v1/reports", &headers, body.as_bytes());
        withdraw(&app, &secrets);
        let (told, answer) = half.finish();
        assert!(told == status && answer.contains(code), "{answer}");
        assert!(reports(&app).is_empty());
    }
    // Who still may is not refused for being slow.
    let (_, client) = signed_in(&app);
    let (told, answer) = Half::sent(&app, &client, "/api/v1/reports", &headers, body.as_bytes()).finish();
    assert_eq!(told, 201, "{answer}");
}

fn a_change_that_came_too_late_is_not_made(backend: Backend) {
    let app = TestApp::start(backend);
    let (secrets, client) = signed_in(&app);
    let id = drafted(&client, "d");
    let query = format!("mutation {{ discardDraft(id: \"{id}\", revision: 1) {{ problem {{ code }} }} }}");
    let body = json!({ "query": query }).to_string();
    let half = Half::sent(&app, &client, "/graphql", &[("Content-Type", "application/json")], body.as_bytes());
    disable(&app, &secrets);
    let (told, answer) = half.finish();
    assert!(told == 401 && answer.contains("TOKEN_INVALID"), "{answer}");
    assert_eq!(reports(&app), ["DRAFT"]);
    let refused = rows(&app.database, "SELECT login AS line FROM audit_entries WHERE operation = 'authenticate' AND outcome = 'REFUSED'");
    assert_eq!(refused, [secrets.login], "the attempt is in the log");
}

fn a_file_that_came_too_late_leaves_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let ways: [(Withdraw, u16); 2] = [(disable, 401), (withdraw_all, 403)];
    for (withdraw, status) in ways {
        let (secrets, client) = signed_in(&app);
        let id = drafted(&client, &secrets.login);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let body = form(&[("file", Some("a.pdf"), None, PDF)]);
        let half = Half::sent(&app, &client, &format!("/api/v1/reports/{id}/files"), &[("Content-Type", &kind)], &body);
        withdraw(&app, &secrets);
        let (told, answer) = half.finish();
        assert_eq!(told, status, "{answer}");
        assert!(evidence::stored(&app).is_empty() && evidence::claims(&app).is_empty() && evidence::hashes(&app).is_empty());
    }
}
