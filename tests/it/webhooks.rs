//! Webhooks: who keeps them, what is sent to them, and by what receivers know that it is ours.

use app::webhook::Targets;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp,
    app::wait,
    both,
    receiver::{Message, Receiver},
};

use crate::workflow::{act, done, keyed};

both!(
    a_message_is_signed_and_says_what_the_feed_says,
    a_webhook_is_told_what_its_agency_may_know_and_what_it_asks_for,
    secrets_change_over_without_a_gap,
    a_webhook_is_kept_by_those_whose_it_is,
    nothing_leads_to_where_nothing_may_be_sent,
    what_is_wrong_with_a_webhook_is_told_at_once,
    a_webhook_tells_from_where_it_is_asked_to,
);

pub const OWN: &str = "bao-hai-phong";
pub const OTHER: &str = "dai-ptth-hai-phong";

pub fn report(task: &str, year: i32) -> Value {
    json!({"programme": "HP-1593-2013", "task": task, "year": year, "percent": 40, "narrative": "Đã làm."})
}

/// A server that may send to this receiver.
pub fn start(backend: Backend) -> (TestApp, Receiver) {
    let (app, receiver) = (TestApp::start(backend), Receiver::start());
    let targets = Targets { networks: vec!["127.0.0.0/8".parse().expect("a network")], ports: vec![receiver.port] };
    app.app.send_webhooks_with(server::webhook_setup(targets, 30));
    (app, receiver)
}

/// Numbers what happened and sends all that is due.
pub fn send(app: &TestApp) {
    wait(async {
        app.app.number_events().await.expect("numbers");
        app.app.finish_webhooks().await.expect("sending");
    });
}

/// Sends with a body, without a revision.
pub fn post(client: &Client, path: &str, body: &Value) -> testkit::Reply {
    client.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

/// A webhook and its secret.
pub fn made(client: &Client, body: &Value) -> (String, String) {
    let reply = post(client, "/api/v1/webhooks", body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    let text = |name: &str| reply.json()[name].as_str().expect("text").to_owned();
    assert_eq!(reply.headers["location"], format!("/api/v1/webhooks/{}", text("id")));
    (format!("/api/v1/webhooks/{}", text("id")), text("secret"))
}

/// HMAC-SHA256 as RFC 2104 defines it, over nothing but a hash, so that it rests on nothing that signs.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let hash = |bytes: &[u8]| -> Vec<u8> {
        let hex = auth::digest(bytes);
        (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hexadecimal")).collect()
    };
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let padded = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    hash(&[padded(0x5c), hash(&[padded(0x36), message.to_vec()].concat())].concat())
}

/// Whether one of a message's signatures is by this secret.
fn is_signed(message: &Message, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base 64");
    let signed = format!("{}.{}.{}", message.header("webhook-id"), message.header("webhook-timestamp"), message.body);
    let wanted = format!("v1,{}", STANDARD.encode(hmac(&key, signed.as_bytes())));
    message.header("webhook-signature").split(' ').any(|signature| signature == wanted)
}

fn a_message_is_signed_and_says_what_the_feed_says(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (_, secret) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    assert_eq!(press.push("a", &report("V.2", 2014)).status, 201);
    send(&app);
    let came = receiver.came();
    assert_eq!(came.len(), 1, "{came:?}");
    let (message, feed) = (&came[0], press.get("/api/v1/changes").json());
    assert_eq!(message.json()["data"], feed["items"][0]);
    assert_eq!((&message.json()["type"], &message.json()["timestamp"]), (&json!("REPORT_SUBMITTED"), &feed["items"][0]["at"]));
    assert_eq!(message.header("content-type"), "application/json");
    assert_eq!(message.header("webhook-timestamp"), app.now().timestamp().to_string());
    assert!(message.header("webhook-id").starts_with("msg_") && is_signed(message, &secret), "{message:?}");
    let other = Message { body: message.body.replace("V.2", "V.3").replace("40", "41") + " ", ..message.clone() };
    assert!(!is_signed(&other, &secret), "what was changed is not signed");
    send(&app);
    assert_eq!(receiver.came().len(), 1, "once");
    // The secret lies nowhere but here.
    let shown = press.get("/api/v1/webhooks").body;
    let stored = persistence::by_hand::lines(&app.db, "SELECT secret_sealed AS line FROM webhooks").expect("lines").concat();
    let audit = app.person(None, Role::Auditor).get("/api/v1/admin/audit?limit=200").body;
    for text in [shown, stored, audit] {
        assert!(!text.contains(&secret[6..]), "{text}");
    }
}

fn a_webhook_is_told_what_its_agency_may_know_and_what_it_asks_for(backend: Backend) {
    let (app, receiver) = start(backend);
    let (press, radio, admin) = (app.system_of(OWN), app.system_of(OTHER), app.person(None, Role::Admin));
    let standing = app.person(Some("so-noi-vu"), Role::Standing);
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN, "kinds": ["REPORT_SUBMITTED"]}));
    let theirs = crate::workflow::pushed(&radio, "a", &report("V.2", 2014));
    let ours = crate::workflow::pushed(&press, "a", &report("V.2", 2014));
    done(&standing, "POST", &ours, "/return", &json!({"reason": "Thiếu số liệu."}));
    send(&app);
    let told = |receiver: &Receiver| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        receiver.taken().iter().map(|message| (text(&message.json()["type"]), text(&message.json()["data"]["subjectId"]))).collect()
    };
    let id = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
    assert_eq!(told(&receiver), [("REPORT_SUBMITTED".to_owned(), id(&ours))], "neither another's nor of another kind");
    assert_eq!(press.send("DELETE", &hook, &[], b"").status, 204);
    assert_eq!(press.get(&hook).code(), "NOT_FOUND");
    // An administrator's is told of everybody; one of a programme of that alone.
    let (all, _) = made(&admin, &json!({"url": receiver.url(), "since": 0}));
    send(&app);
    let mut seen = told(&receiver);
    seen.sort();
    let mut wanted = [("REPORT_RETURNED", &ours), ("REPORT_SUBMITTED", &ours), ("REPORT_SUBMITTED", &theirs)]
        .map(|(kind, path)| (kind.to_owned(), id(path)));
    wanted.sort();
    assert_eq!(seen, wanted);
    // An administrator makes one for an agency, and it is told no more than that may know.
    assert_eq!(admin.send("DELETE", &all, &[], b"").status, 204);
    made(&admin, &json!({"url": receiver.url(), "agency": OTHER, "programme": "HP-1593-2013", "since": 0}));
    send(&app);
    assert_eq!(told(&receiver), [("REPORT_SUBMITTED".to_owned(), id(&theirs))]);
}

fn secrets_change_over_without_a_gap(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let (hook, first) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    let rotated = |body: &Value| {
        let reply = post(&press, &format!("{hook}/secret"), body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        (reply.json()["secret"].as_str().expect("a secret").to_owned(), reply.json()["previousSecretUntil"].clone())
    };
    let tried = || {
        assert_eq!(press.send("POST", &format!("{hook}/test"), &[], b"").status, 202);
        send(&app);
        receiver.taken().pop().expect("a message")
    };
    let message = tried();
    assert_eq!((&message.json()["type"], message.header("webhook-signature").split(' ').count()), (&json!("WEBHOOK_TEST"), 1));
    let (second, until) = rotated(&json!({"overlapHours": 2}));
    assert_eq!(until, json!(app.clock_in(TimeDelta::hours(2))));
    let message = tried();
    assert!(first != second && is_signed(&message, &first) && is_signed(&message, &second), "both");
    app.clock.advance(TimeDelta::hours(2));
    let press = app.system_of(OWN);
    let tried = || {
        assert_eq!(press.send("POST", &format!("{hook}/test"), &[], b"").status, 202);
        send(&app);
        receiver.taken().pop().expect("a message")
    };
    let message = tried();
    assert!(!is_signed(&message, &first) && is_signed(&message, &second), "the new one alone");
    let reply = post(&press, &format!("{hook}/secret"), &json!({"overlapHours": 0}));
    let third = reply.json()["secret"].as_str().expect("a secret").to_owned();
    let message = tried();
    assert!(!is_signed(&message, &second) && is_signed(&message, &third), "{message:?}");
    // Two are kept: another rotation ends the earlier one, whatever was said of it.
    let [fourth, fifth] = [(); 2].map(|()| {
        let reply = post(&press, &format!("{hook}/secret"), &json!({"overlapHours": 48}));
        reply.json()["secret"].as_str().expect("a secret").to_owned()
    });
    let message = tried();
    assert!(!is_signed(&message, &third) && is_signed(&message, &fourth) && is_signed(&message, &fifth), "{message:?}");
    assert_eq!(post(&press, &format!("{hook}/secret"), &json!({"overlapHours": 169})).code(), "BODY_INVALID");
}

fn a_webhook_is_kept_by_those_whose_it_is(backend: Backend) {
    let (app, receiver) = start(backend);
    let (press, radio, admin) = (app.system_of(OWN), app.system_of(OTHER), app.person(None, Role::Admin));
    let url = receiver.url();
    let (ours, _) = made(&press, &json!({"url": url, "agency": OWN, "description": "Của chúng tôi"}));
    let (all, _) = made(&admin, &json!({"url": url}));
    let ids = |client: &Client, query: &str| -> Vec<String> {
        let reply = client.get(&format!("/api/v1/webhooks{query}"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        let items = reply.json()["items"].as_array().expect("items").clone();
        items.iter().map(|item| format!("/api/v1/webhooks/{}", item["id"].as_str().expect("an id"))).collect()
    };
    assert_eq!((ids(&press, ""), ids(&radio, ""), ids(&admin, "")), (vec![ours.clone()], vec![], vec![all.clone(), ours.clone()]));
    assert_eq!((ids(&admin, &format!("?agency={OWN}")), ids(&radio, &format!("?agency={OWN}"))), (vec![ours.clone()], vec![]));
    assert_eq!(post(&radio, "/api/v1/webhooks", &json!({"url": url, "agency": OWN})).code(), "AGENCY_NOT_YOURS");
    assert_eq!(post(&radio, "/api/v1/webhooks", &json!({"url": url})).faults(), [("/agency".to_owned(), "FIELD_REQUIRED".to_owned())]);
    assert_eq!(
        post(&app.person(Some(OWN), Role::AgencyViewer), "/api/v1/webhooks", &json!({"url": url, "agency": OWN})).code(),
        "FORBIDDEN"
    );
    for path in [&ours, &all] {
        for (method, below) in
            [("GET", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/disable"), ("GET", "/deliveries"), ("POST", "/redeliver")]
        {
            assert_eq!(radio.send(method, &format!("{path}{below}"), &[], b"").code(), "NOT_FOUND", "{method} {below}");
        }
    }
    // A change rests on what was seen, and whoever makes it answers for the webhook from then on.
    let seen = press.get(&ours);
    assert_eq!((seen.revision().as_str(), &seen.json()["description"]), ("1", &json!("Của chúng tôi")));
    let body = json!({"url": url, "agency": OWN, "kinds": ["REPORT_RETURNED"]});
    let changed = act(&admin, "PUT", &ours, "\"1\"", &body);
    assert_eq!(
        (changed.status, &changed.json()["revision"], &changed.json()["description"]),
        (200, &json!(2), &Value::Null),
        "{}",
        changed.body
    );
    assert_ne!(changed.json()["owner"], seen.json()["owner"]);
    assert_eq!(act(&press, "PUT", &ours, "\"1\"", &body).code(), "PRECONDITION_FAILED");
    let elsewhere = json!({"url": url, "agency": OTHER});
    assert_eq!(act(&admin, "PUT", &ours, "\"2\"", &elsewhere).faults(), [("/agency".to_owned(), "RULE_BROKEN".to_owned())]);
    // By hand it is disabled and enabled, each once; what happens meanwhile is not lost.
    let post = |below: &str| press.send("POST", &format!("{ours}{below}"), &[], b"");
    assert_eq!(
        (post("/enable").code(), post("/disable").status, post("/disable").code()),
        ("WRONG_STATE".into(), 200, "WRONG_STATE".into())
    );
    assert_eq!(post("/test").code(), "WRONG_STATE");
    let told = press.get(&ours).json();
    assert_eq!((&told["status"], &told["disabledReason"]), (&json!("DISABLED"), &json!("BY_HAND")));
    let path = crate::workflow::pushed(&press, "a", &report("V.2", 2014));
    done(&app.person(Some("so-noi-vu"), Role::Standing), "POST", &path, "/return", &json!({"reason": "Thiếu số liệu."}));
    assert_eq!(admin.send("DELETE", &all, &[], b"").status, 204);
    send(&app);
    assert_eq!(receiver.came().len(), 0);
    assert_eq!(post("/enable").status, 200);
    send(&app);
    assert_eq!(receiver.taken().len(), 1);
    // The log is the webhook's.
    let log = press.get(&format!("{ours}/deliveries?state=DELIVERED")).json();
    let message = &log["items"][0];
    assert_eq!(
        (&message["kind"], &message["attempts"], &message["lastAttempt"]["status"]),
        (&json!("REPORT_RETURNED"), &json!(1), &json!(204))
    );
    assert_eq!(press.get(&format!("{ours}/deliveries?state=DEAD")).json()["items"], json!([]));
}

fn nothing_leads_to_where_nothing_may_be_sent(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    for url in [
        "http://127.0.0.1:1/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://[::1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://example.vn:22/",
        "http://example.vn:25/",
        "https://0300.0250.0.1/",
        "https://3232235521/",
    ] {
        let refused = post(&press, "/api/v1/webhooks", &json!({"url": url, "agency": OWN}));
        assert_eq!(refused.faults(), [("/url".to_owned(), "ADDRESS_FORBIDDEN".to_owned())], "{url}: {}", refused.body);
    }
    // What a name leads to is seen when it is connected to: nothing is sent, and the log tells why.
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    let at = |url: &str| testkit::database::execute(&app.database, &format!("UPDATE webhooks SET url = '{url}'"));
    at(&format!("https://localhost:{}/", receiver.port));
    press.send("POST", &format!("{hook}/test"), &[], b"");
    send(&app);
    // This network is let; another is not, however it is named.
    assert_ne!(press.get(&format!("{hook}/deliveries")).json()["items"][0]["lastAttempt"]["fault"], "ADDRESS_FORBIDDEN");
    for url in
        ["https://10.0.0.1/", "https://[::ffff:10.0.0.1]/", "http://0.0.0.0:443/", &format!("http://127.0.0.1:{}/", receiver.port ^ 1)]
    {
        at(url);
        press.send("POST", &format!("{hook}/test"), &[], b"");
        send(&app);
        let last = press.get(&format!("{hook}/deliveries")).json()["items"][0]["lastAttempt"].take();
        assert_eq!((&last["fault"], &last["status"]), (&json!("ADDRESS_FORBIDDEN"), &Value::Null), "{url}");
    }
    assert_eq!(receiver.came().iter().filter(|message| !message.header("webhook-id").is_empty()).count(), 0);
    // A redirect is not followed.
    at(&receiver.url());
    receiver.answer(|_| (307, "location: http://169.254.169.254/\r\n"));
    press.send("POST", &format!("{hook}/test"), &[], b"");
    send(&app);
    let last = press.get(&format!("{hook}/deliveries")).json()["items"][0]["lastAttempt"].take();
    assert_eq!((&last["fault"], &last["status"]), (&json!("REDIRECT"), &json!(307)));
}

fn what_is_wrong_with_a_webhook_is_told_at_once(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    let body = json!({"url": "https://a:b@example.vn/", "agency": OWN, "kinds": ["REPORT_SUBMITTED", "NOPE", "REPORT_SUBMITTED"], "programme": "X",
                      "description": "\u{2003}"});
    let mut faults = post(&press, "/api/v1/webhooks", &body).faults();
    faults.sort();
    let told = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let wanted = [
        told("/description", "FIELD_REQUIRED"),
        told("/kinds/1", "NOT_ONE_OF"),
        told("/kinds/2", "DUPLICATE"),
        told("/programme", "PROGRAMME_UNKNOWN"),
        told("/url", "PATTERN_MISMATCH"),
    ];
    assert_eq!(faults, wanted);
    let since = |since: i64| post(&press, "/api/v1/webhooks", &json!({"url": receiver.url(), "agency": OWN, "since": since})).faults();
    assert_eq!(since(1), [told("/since", "SINCE_UNKNOWN")]);
    assert_eq!(post(&press, "/api/v1/webhooks", &json!({"agency": OWN, "secret": "x"})).code(), "BODY_INVALID");
    for _ in 0..domain::webhook::MAX_WEBHOOKS {
        made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    }
    assert_eq!(post(&press, "/api/v1/webhooks", &json!({"url": receiver.url(), "agency": OWN})).code(), "TOO_MANY_WEBHOOKS");
    made(&app.system_of(OTHER), &json!({"url": receiver.url(), "agency": OTHER}));
    let page = press.get("/api/v1/webhooks?limit=30").json();
    let rest = press.get(&format!("/api/v1/webhooks?limit=30&after={}", page["endCursor"].as_str().expect("a cursor"))).json();
    assert_eq!((page["items"].as_array().map(Vec::len), rest["items"].as_array().map(Vec::len)), (Some(30), Some(20)));
    assert_eq!((&page["hasNext"], &rest["hasNext"]), (&json!(true), &json!(false)));
}

fn a_webhook_tells_from_where_it_is_asked_to(backend: Backend) {
    let (app, receiver) = start(backend);
    let press = app.system_of(OWN);
    for key in ["a", "b", "c"] {
        assert_eq!(keyed(&press, "/api/v1/reports", key, &report("V.2", 2014)).status, 201);
    }
    press.get("/api/v1/changes");
    made(&press, &json!({"url": receiver.url(), "agency": OWN}));
    send(&app);
    assert_eq!(receiver.taken().len(), 0, "what happens from now on");
    let (hook, _) = made(&press, &json!({"url": receiver.url(), "agency": OWN, "since": 1}));
    send(&app);
    let mut seqs: Vec<i64> = receiver.taken().iter().filter_map(|message| message.json()["data"]["seq"].as_i64()).collect();
    seqs.sort_unstable();
    assert_eq!((seqs, press.get(&hook).json()["seen"].as_i64()), (vec![2, 3], Some(3)));
}
