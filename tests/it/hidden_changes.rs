//! Changes that not everybody sees who sees the thing: they move neither its tag nor its revision for the others, and nothing that
//! these do fails because of them.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    document_files,
    evidence::{PDF, uploaded},
    workflow::{act, done, now, pushed, tag},
};

both!(
    what_is_written_between_two_versions_shows_to_its_agency_alone,
    what_is_drafted_before_the_first_version_is_counted_by_nobody_else,
    an_internal_file_of_a_document_shows_to_those_who_read_it_alone,
    a_tag_that_was_told_is_the_one_that_a_change_rests_on,
);

const OWN: &str = "bao-hai-phong";

fn report() -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã mở chuyên mục."})
}

/// What a caller is shown of a report, with its tag, over both interfaces.
fn shown(client: &Client, path: &str) -> (String, String, Value) {
    let reply = client.get(path);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let id = json!({"id": path.rsplit('/').next()});
    let node = client.graphql("query($id: ID!) { node(id: $id) { ... on Report { revision version status } } }", &id);
    (reply.headers["etag"].clone(), reply.body, node)
}

fn what_is_written_between_two_versions_shows_to_its_agency_alone(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let path = pushed(&press, "a", &report());
    let id = path.rsplit('/').next().expect("an identifier").to_owned();
    done(&standing, "POST", &path, "/return", &json!({"reason": "Thiếu số liệu."}));
    let (before, own) = (shown(&standing, &path), shown(&press, &path));
    assert_eq!(before.0, own.0, "both have seen the same changes so far");
    // Words, a file put there and taken off: each is another state to the agency, and none to whoever reviews it.
    done(&press, "PUT", &path, "/draft", &json!({"percent": 45, "narrative": "Đã mở hai chuyên mục."}));
    let drafted = tag(&press, &path);
    assert_ne!(drafted, own.0);
    let file = uploaded(&press, &id, "x.pdf", PDF);
    let with_file = tag(&press, &path);
    assert_ne!(with_file, drafted);
    let file = format!("{path}/files/{}?reason=x", file["id"].as_str().expect("an identifier"));
    assert_eq!(act(&press, "DELETE", &file, &drafted, &Value::Null).code(), "PRECONDITION_FAILED", "the agency has two who write");
    assert_eq!(act(&press, "DELETE", &file, &with_file, &Value::Null).status, 204);
    assert_ne!(tag(&press, &path), with_file);
    assert_eq!(shown(&standing, &path), before);
    // The next version shows to both, and what was seen before it is stale.
    done(&press, "POST", &path, "/submit", &Value::Null);
    assert_ne!(tag(&standing, &path), before.0);
    let accept = format!("{path}/accept");
    assert_eq!(act(&standing, "POST", &accept, &before.0, &Value::Null).code(), "PRECONDITION_FAILED");
    done(&standing, "POST", &path, "/accept", &Value::Null);
    let version = shown(&standing, &path).2["node"].take();
    assert_eq!(version, json!({"revision": 4, "version": 2, "status": "ACCEPTED"}));
}

fn what_is_drafted_before_the_first_version_is_counted_by_nobody_else(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let draft = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014});
    let made = press.send(
        "POST",
        "/api/v1/reports/drafts",
        &[("content-type", "application/json"), ("idempotency-key", "d")],
        draft.to_string().as_bytes(),
    );
    let path = made.headers["location"].clone();
    for percent in [10, 20, 30] {
        done(&press, "PUT", &path, "/draft", &json!({"percent": percent, "narrative": "Đã làm."}));
    }
    done(&press, "POST", &path, "/submit", &Value::Null);
    assert_eq!((standing.get(&path).revision(), press.get(&path).revision()), ("r2".into(), "r5".into()));
    assert_eq!(now(&standing, "POST", &path, "/accept", &Value::Null), (204, String::new()));
}

fn an_internal_file_of_a_document_shows_to_those_who_read_it_alone(backend: Backend) {
    let app = TestApp::start(backend);
    let (public, admin) = (app.anonymous(), app.person(None, Role::Admin));
    let viewer = app.person(Some(OWN), Role::AgencyViewer);
    let decision = document_files::decision(&admin);
    let path = format!("/api/v1/documents/{}", document_files::id(&decision));
    let id = json!({"id": document_files::id(&decision)});
    let revisions = |client: &Client| {
        let (reply, listed) = (client.get(&path), document_files::decision(client));
        let node = client.graphql("query($id: ID!) { node(id: $id) { ... on Document { revision } } }", &id);
        assert_eq!(
            (&reply.json()["revision"], &node["node"]["revision"]),
            (&listed["revision"], &listed["revision"]),
            "everywhere the same"
        );
        (reply.headers["etag"].clone(), listed["revision"].as_i64().expect("a revision"))
    };
    let (before, seen) = (revisions(&public), revisions(&viewer));
    // Put there, told otherwise and taken off, all of it internal.
    let file = document_files::made(&admin, &decision, "a.pdf", "OTHER", "INTERNAL");
    let stale = format!("\"{}\"", before.1);
    let refused =
        act(&admin, "PATCH", &format!("/api/v1/admin{}/files/{}", &path[7..], document_files::id(&file)), &stale, &json!({"title": "x"}));
    assert_eq!(refused.code(), "PRECONDITION_FAILED", "there are two who manage files");
    assert_eq!(document_files::change(&admin, &decision, "PATCH", document_files::id(&file), &json!({"title": "Nháp"})).status, 200);
    let gone = format!("{}?reason=x", document_files::id(&file));
    assert_eq!(document_files::change(&admin, &decision, "DELETE", &gone, &Value::Null).status, 200);
    assert_eq!(revisions(&public), before);
    assert_eq!(revisions(&viewer).1, seen.1 + 3);
    // Shown to everybody, then to nobody any more: both are changes for everybody.
    let file = document_files::made(&admin, &decision, "b.pdf", "OTHER", "INTERNAL");
    for (visibility, moved) in [("PUBLIC", 1), ("INTERNAL", 2)] {
        let body = json!({"visibility": visibility});
        assert_eq!(document_files::change(&admin, &decision, "PATCH", document_files::id(&file), &body).status, 200);
        assert_eq!(revisions(&public).1, before.1 + moved, "{visibility}");
    }
    assert_eq!(revisions(&viewer).1, seen.1 + 6);
}

/// Whoever writes documents down with a token that was not given for reading is not told of internal files, and is held to what they
/// were told.
fn a_tag_that_was_told_is_the_one_that_a_change_rests_on(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, secrets) = (app.person(None, Role::Admin), app.user(None, &[Role::Admin]));
    let form = format!("grant_type=password&scope=admin&username={}&password={}", secrets.login, secrets.secret);
    let token =
        app.anonymous().send("POST", "/api/v1/auth/token", &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes());
    let narrow = app.anonymous().with_token(token.json()["access_token"].as_str());
    let decision = document_files::decision(&admin);
    document_files::made(&admin, &decision, "a.pdf", "OTHER", "INTERNAL");
    let path = format!("/api/v1/admin/documents/{}", document_files::id(&decision));
    let seen = narrow.get(&path);
    assert_eq!((seen.status, &seen.json()["files"]), (200, &json!([])), "{}", seen.body);
    let note = |client: &Client, tag: &str| act(client, "PATCH", &path, tag, &json!({"note": "Bản lưu tại Văn thư."})).status;
    assert_eq!(note(&narrow, &seen.headers["etag"]), 200);
    assert_eq!(note(&narrow, &seen.headers["etag"]), 412);
    assert_eq!(note(&admin, &tag(&narrow, &path)), 412, "the file was not in what was seen");
    assert_eq!(note(&admin, &tag(&admin, &path)), 200);
}
