//! What a change rests on: `If-Match` in its whole grammar (RFC 9110, section 13.1.1), evaluated wherever a thing has a revision.

use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

use crate::{
    evidence::{drafted, uploaded, url},
    trainings::course,
    webhooks::{made, post, start},
};

both!(
    whole_grammar_of_if_match_is_understood,
    a_webhook_is_left_alone_where_the_condition_fails,
    a_course_and_a_session_are_left_alone_where_the_condition_fails,
    files_are_left_alone_where_the_condition_fails,
    a_report_under_its_reference_is_there_or_is_not,
    what_is_not_as_the_caller_says_is_not_shown,
);

const JSON: (&str, &str) = ("content-type", "application/json");

fn send(client: &Client, method: &str, path: &str, tags: &[&str], body: &Value) -> Reply {
    let mut headers = vec![JSON];
    headers.extend(tags.iter().map(|tag| ("if-match", *tag)));
    client.send(method, path, &headers, body.to_string().as_bytes())
}

/// Sends without a body.
fn bare(client: &Client, method: &str, path: &str, tag: &str) -> Reply {
    client.send(method, path, &[("if-match", tag)], b"")
}

fn whole_grammar_of_if_match_is_understood(backend: Backend) {
    let (app, receiver) = start(backend);
    let admin = app.person(None, Role::Admin);
    let body = json!({"url": receiver.url()});
    let (path, _) = made(&admin, &body);
    let mut revision = 1;
    // Whatever is told of the current revision among others; `{}` stands for that.
    let met: [&[&str]; 7] = [
        &["*"],
        &["\"{}\""],
        &["\"99\", \"{}\""],
        &["\"99\",\"{}\""],
        &["\"99\"", "\"{}\""],
        &[",, \"{}\" ,"],
        &["W/\"1\", \"a,b\",\"{}\""],
    ];
    for tags in met {
        let tags: Vec<String> = tags.iter().map(|tag| tag.replace("{}", &revision.to_string())).collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let reply = send(&admin, "PUT", &path, &tags, &body);
        revision += 1;
        assert_eq!((reply.status, reply.revision()), (200, revision.to_string()), "{tags:?}: {}", reply.body);
    }
    let failed = ["\"99\"", "W/\"{}\"", "W/\"{}\", \"99\"", "\"\"", "\"r{}\"", "\"0{}\"", "\"a,b\""];
    let malformed = ["", ",", "{}", "\"{}", "w/\"{}\"", "\"1\" \"{}\"", "*, \"{}\"", "\"{}\", *", "\"1 {}\""];
    for (tags, code) in
        failed.map(|tags| (tags, (412, "PRECONDITION_FAILED"))).into_iter().chain(malformed.map(|tags| (tags, (400, "HEADER_INVALID"))))
    {
        let tags = tags.replace("{}", &revision.to_string());
        let reply = send(&admin, "PUT", &path, &[&tags], &body);
        assert_eq!((reply.status, reply.code().as_str()), code, "{tags}");
    }
    assert_eq!(send(&admin, "PUT", &path, &[], &body).code(), "PRECONDITION_REQUIRED");
    assert_eq!(admin.get(&path).revision(), revision.to_string());
    // Nothing is there that `*` could be true of.
    let nothing = format!("/api/v1/webhooks/{}", uuid::Uuid::nil());
    assert_eq!(send(&admin, "PUT", &nothing, &["*"], &body).code(), "NOT_FOUND");
}

fn a_webhook_is_left_alone_where_the_condition_fails(backend: Backend) {
    let (app, receiver) = start(backend);
    let admin = app.person(None, Role::Admin);
    let (path, _) = made(&admin, &json!({"url": receiver.url()}));
    assert_eq!(post(&admin, &format!("{path}/disable"), &json!({})).status, 200);
    let before = admin.get(&path);
    assert_eq!(before.revision(), "2");
    let tries = [("DELETE", ""), ("POST", "/enable"), ("POST", "/redeliver")];
    for (method, verb) in tries {
        for (tag, status) in [("\"1\"", 412), ("W/\"2\"", 412), ("2", 400)] {
            assert_eq!(bare(&admin, method, &format!("{path}{verb}"), tag).status, status, "{method} {verb} {tag}");
        }
    }
    let rotated = |tag: &str| send(&admin, "POST", &format!("{path}/secret"), &[tag], &json!({}));
    assert_eq!(rotated("\"1\"").code(), "PRECONDITION_FAILED");
    assert_eq!(admin.get(&path).body, before.body);
    assert_eq!(bare(&admin, "POST", &format!("{path}/enable"), "\"2\"").status, 200);
    assert_eq!(bare(&admin, "POST", &format!("{path}/test"), "\"2\"").code(), "PRECONDITION_FAILED");
    assert_eq!(admin.get(&format!("{path}/deliveries")).json()["items"], json!([]));
    assert_eq!(bare(&admin, "POST", &format!("{path}/disable"), "\"2\"").code(), "PRECONDITION_FAILED");
    let before = admin.get(&path);
    app.clock.advance(TimeDelta::minutes(1));
    // A secret that is put in the place of another is a change.
    let rotation = rotated("\"3\"");
    assert_eq!((rotation.status, rotation.revision().as_str()), (201, "4"), "{}", rotation.body);
    let after = admin.get(&path);
    assert_eq!(after.revision(), "4");
    assert_ne!(after.json()["changedAt"], before.json()["changedAt"]);
    assert_eq!(rotated("\"3\"").code(), "PRECONDITION_FAILED");
    assert_eq!(admin.get(&path).revision(), "4");
    assert_eq!(bare(&admin, "DELETE", &path, "\"1\", \"4\"").status, 204);
    assert_eq!(bare(&admin, "DELETE", &path, "*").code(), "NOT_FOUND");
}

fn a_course_and_a_session_are_left_alone_where_the_condition_fails(backend: Backend) {
    let app = TestApp::start(backend);
    let agency = app.system_of("so-noi-vu");
    let made = post(&agency, "/api/v1/trainings/courses", &course("so-noi-vu", "Bồi dưỡng thông tin đối ngoại"));
    assert_eq!(made.status, 201, "{}", made.body);
    let path = format!("/api/v1/trainings/courses/{}", made.json()["id"].as_str().expect("an id"));
    let (sessions, held) = (format!("{path}/sessions"), json!({"status": "HELD", "from": "2014-05-06", "to": "2014-05-07"}));
    assert_eq!(send(&agency, "POST", &sessions, &["\"9\""], &held).code(), "PRECONDITION_FAILED");
    assert_eq!(app.anonymous().get(&path).json()["sessions"], json!([]));
    let done = send(&agency, "POST", &sessions, &["\"1\""], &held);
    assert_eq!(done.status, 201, "{}", done.body);
    let id = done.json()["sessions"][0]["id"].as_str().expect("an id").to_owned();
    let parts = format!("/api/v1/trainings/sessions/{id}/participations");
    let came = json!({"agency": "so-noi-vu", "participants": [{"headcount": 12}]});
    assert_eq!(send(&agency, "PUT", &parts, &["\"9\""], &came).code(), "PRECONDITION_FAILED");
    assert_eq!(agency.get(&parts).json()["items"], json!([]));
    assert_eq!(send(&agency, "PUT", &parts, &["\"1\""], &came).status, 200);
}

fn files_are_left_alone_where_the_condition_fails(backend: Backend) {
    let app = TestApp::start(backend);
    let agency = app.system_of("bao-hai-phong");
    let draft = drafted(&agency, "a-key");
    let path = format!("/api/v1/reports/{draft}");
    let file = uploaded(&agency, &draft, "ghi-chu.txt", "Đã làm.".as_bytes());
    let now = agency.get(&path).revision();
    let removal = format!("{}?reason=nham", url(&file));
    assert_eq!(bare(&agency, "DELETE", &removal, "\"r99\"").code(), "PRECONDITION_FAILED");
    let form = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"khac.txt\"\r\n\r\nKhác.\r\n--x--\r\n";
    let put = |tag: &str| {
        let headers = [("content-type", "multipart/form-data; boundary=x"), ("if-match", tag)];
        agency.send("POST", &format!("{path}/files"), &headers, form.as_bytes())
    };
    assert_eq!(put("\"r99\"").code(), "PRECONDITION_FAILED");
    assert_eq!(agency.get(&format!("{path}/files")).json()["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(agency.get(&path).revision(), now);
    assert_eq!(put(&format!("\"{now}\"")).status, 201);
    // Whoever did not hear of that sends the same again.
    assert_eq!(put(&format!("\"{now}\"")).status, 200);
    assert_eq!(bare(&agency, "DELETE", &removal, &format!("\"{now}\"")).code(), "PRECONDITION_FAILED");
    assert_eq!(bare(&agency, "DELETE", &removal, "*").status, 204);
}

fn a_report_under_its_reference_is_there_or_is_not(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("so-ngoai-vu");
    let path = "/api/v1/reports/by-ref/so-ngoai-vu/A-1";
    let report =
        |percent: i32| json!({"programme": "HP-1593-2013", "task": "I.3", "year": 2014, "percent": percent, "narrative": "Đã làm"});
    assert_eq!(send(&system, "PUT", path, &["*"], &report(10)).code(), "PRECONDITION_FAILED");
    let made = send(&system, "PUT", path, &[], &report(10));
    assert_eq!(made.status, 201, "{}", made.body);
    let tag = made.headers["etag"].clone();
    assert_eq!(send(&system, "PUT", path, &[&format!("W/{tag}")], &report(10)).code(), "PRECONDITION_FAILED");
    for tags in ["*".to_owned(), format!("\"r99\", {tag}")] {
        assert_eq!(send(&system, "PUT", path, &[&tags], &report(10)).status, 200, "{tags}");
    }
    let both = [JSON, ("if-match", tag.as_str()), ("if-none-match", "*")];
    assert_eq!(system.send("PUT", path, &both, report(10).to_string().as_bytes()).code(), "PRECONDITION_FAILED");
}

fn what_is_not_as_the_caller_says_is_not_shown(backend: Backend) {
    let (app, receiver) = start(backend);
    let admin = app.person(None, Role::Admin);
    let (path, _) = made(&admin, &json!({"url": receiver.url()}));
    let tag = admin.get(&path).headers["etag"].clone();
    for (tags, status) in [("*", 200), (tag.as_str(), 200), ("\"9\", \"1\"", 200), ("\"9\"", 412), ("W/\"1\"", 412), ("1", 400)] {
        assert_eq!(admin.send("GET", &path, &[("if-match", tags)], b"").status, status, "{tags}");
    }
    // `If-Match` comes first (RFC 9110, section 13.2.2).
    for (tags, status) in [(tag.as_str(), 304), ("\"9\"", 412)] {
        assert_eq!(admin.send("GET", &path, &[("if-match", tags), ("if-none-match", &tag)], b"").status, status, "{tags}");
    }
}
