//! Files of documents: who puts them there, who sees which, what is never published, what remains of one that was taken off.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, database::rows};

use crate::evidence::{BOUNDARY, PDF, Part, claims, docx, form, hashes, stored, sweep, uploaded, url};

both!(
    a_published_file_is_everybody_s_and_an_internal_one_is_not,
    nothing_is_published_before_its_document_is_issued,
    whoever_writes_documents_down_puts_files_on_them,
    a_form_says_what_the_file_is,
    a_secret_is_not_kept_and_the_attempt_is,
    the_same_file_is_on_a_document_once,
    a_file_taken_off_leaves_its_entry_and_its_bytes,
    what_is_said_of_a_file_changes_with_the_document_s_revision,
    files_of_many_documents_take_one_statement,
);

const DECISION: &str = "1593/QĐ-UBND";

pub fn decision(client: &Client) -> Value {
    let found = client.get(&format!("/api/v1/documents?number={}", DECISION.replace('/', "%2F").replace('Đ', "%C4%90")));
    found.json()["items"][0].clone()
}

pub fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

fn send(client: &Client, document: &Value, parts: &[Part<'_>]) -> Reply {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    client.send("POST", &format!("/api/v1/admin/documents/{}/files", id(document)), &[("content-type", &kind)], &form(parts))
}

/// Puts a file on a document.
fn put(client: &Client, document: &Value, name: &str, bytes: &[u8], said: &[(&str, &str)]) -> Reply {
    let beside = said.iter().map(|(name, words)| (*name, None, None, words.as_bytes()));
    let parts: Vec<Part<'_>> = beside.chain([("file", Some(name), None, bytes)]).collect();
    send(client, document, &parts)
}

pub fn made(client: &Client, document: &Value, name: &str, role: &str, visibility: &str) -> Value {
    let reply = put(client, document, name, &[PDF, name.as_bytes()].concat(), &[("role", role), ("visibility", visibility)]);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

/// Changes a file, or takes it off, from the revision that the document has now.
pub fn change(client: &Client, document: &Value, method: &str, rest: &str, body: &Value) -> Reply {
    let now = client.get(&format!("/api/v1/documents/{}", id(document)));
    let path = format!("/api/v1/admin/documents/{}/files/{rest}", id(document));
    client.send(method, &path, &[("content-type", "application/json"), ("if-match", &now.headers["etag"])], body.to_string().as_bytes())
}

fn names(client: &Client, document: &Value) -> Vec<String> {
    let mut rest = client.get(&format!("/api/v1/documents/{}", id(document))).json()["files"].take();
    // The two write instants differently.
    rest.as_array_mut().expect("files").iter_mut().for_each(|file| drop(file.as_object_mut().expect("a file").remove("uploadedAt")));
    let query = "query($id: ID!) { document(id: $id) { files { id role visibility name title mediaType size sha256 url } } }";
    let graphql = client.graphql(query, &json!({"id": id(document)}))["document"]["files"].take();
    assert_eq!(rest, graphql, "both skins show the same");
    rest.as_array().expect("files").iter().map(|file| file["name"].as_str().expect("a name").to_owned()).collect()
}

fn a_published_file_is_everybody_s_and_an_internal_one_is_not(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let decision = decision(&admin);
    let signed = made(&admin, &decision, "1593.pdf", "SIGNED", "PUBLIC");
    let annex = made(&admin, &decision, "danh mục.pdf", "ANNEX", "INTERNAL");
    assert_eq!((&signed["role"], &annex["visibility"]), (&json!("SIGNED"), &json!("INTERNAL")));
    let of_programmes =
        [Role::Standing, Role::Inspector, Role::Committee, Role::Authority, Role::Auditor].map(|role| app.person(None, role));
    let of_agency = [Role::AgencyViewer, Role::AgencyReporter, Role::AgencyApprover].map(|role| app.person(Some("so-noi-vu"), role));
    for client in of_programmes.iter().chain(&of_agency).chain([&admin, &app.system_of("bao-hai-phong")]) {
        assert_eq!(names(client, &decision), ["1593.pdf", "danh mục.pdf"]);
        assert_eq!((client.get(url(&signed)).status, client.get(url(&annex)).status), (200, 200));
    }
    for client in [app.anonymous(), app.person(None, Role::Finance), app.person(None, Role::Personnel)] {
        assert_eq!(names(&client, &decision), ["1593.pdf"]);
        let (there, not_there) = (client.get(url(&annex)), client.get(&url(&annex).replace(id(&annex), id(&decision))));
        assert_eq!((there.status, there.code()), (404, not_there.code()), "not even that it exists");
        assert_eq!(client.get(url(&signed)).status, 200);
    }
    let read = app.anonymous().get(url(&signed));
    assert_eq!(read.bytes, [PDF, b"1593.pdf"].concat());
    assert_eq!(read.headers["content-disposition"], "attachment; filename=\"1593.pdf\"; filename*=UTF-8''1593.pdf");
    assert_eq!(read.headers["content-security-policy"], "sandbox; default-src 'none'; frame-ancestors 'none'");
    let elsewhere = url(&signed).replace(id(&decision), id(&annex));
    assert_eq!(admin.get(&elsewhere).status, 404, "under its own document alone");
}

fn nothing_is_published_before_its_document_is_issued(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let planned =
        json!({"kind": "DIRECTIVE", "status": "PLANNED", "title": "Chỉ thị về thông tin đối ngoại", "issuer": "ubnd-tp-hai-phong"});
    let planned = admin.send("POST", "/api/v1/admin/documents", &[("content-type", "application/json")], planned.to_string().as_bytes());
    let planned = planned.json();
    let refused = |reply: Reply| (reply.status, reply.faults());
    let broken = |at: &str| (at.to_owned(), "RULE_BROKEN".to_owned());
    let public = put(&admin, &planned, "x.pdf", PDF, &[("role", "SIGNED"), ("visibility", "PUBLIC")]);
    assert_eq!(refused(public), (422, vec![broken("/role"), broken("/visibility")]));
    let draft = made(&admin, &planned, "dự thảo.pdf", "DRAFT", "INTERNAL");
    assert_eq!(names(&app.anonymous(), &planned), [""; 0]);
    assert_eq!(names(&app.system_of("so-tttt"), &planned), ["dự thảo.pdf"], "those asked for their opinion read it");
    assert_eq!(
        refused(change(&admin, &planned, "PATCH", id(&draft), &json!({"visibility": "PUBLIC"}))),
        (422, vec![broken("/visibility")])
    );
    // Issued, what was its draft is still none of the public's; its signed copy is.
    let now = admin.get(&format!("/api/v1/documents/{}", id(&planned))).headers["etag"].clone();
    let path = format!("/api/v1/admin/documents/{}/issue", id(&planned));
    let issue = json!({"number": "20/CT-UBND", "issuedOn": "2014-01-01"}).to_string();
    let issued = admin.send("POST", &path, &[("content-type", "application/json"), ("if-match", &now)], issue.as_bytes());
    assert_eq!(issued.status, 200, "{}", issued.body);
    assert_eq!(
        refused(change(&admin, &planned, "PATCH", id(&draft), &json!({"visibility": "PUBLIC"}))),
        (422, vec![broken("/visibility")])
    );
    made(&admin, &planned, "20-CT-UBND.pdf", "SIGNED", "PUBLIC");
    assert_eq!(names(&app.anonymous(), &planned), ["20-CT-UBND.pdf"]);
}

fn whoever_writes_documents_down_puts_files_on_them(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    let decision = decision(&admin);
    made(&standing, &decision, "a.pdf", "ANNEX", "PUBLIC");
    for client in [app.system_of("bao-hai-phong"), app.person(None, Role::Auditor), app.person(None, Role::Authority)] {
        let reply = put(&client, &decision, "b.pdf", PDF, &[("role", "ANNEX")]);
        assert_eq!((reply.status, reply.code().as_str()), (403, "FORBIDDEN"));
    }
    assert_eq!(put(&app.anonymous(), &decision, "b.pdf", PDF, &[("role", "ANNEX")]).status, 401);
    let nowhere = json!({"id": "0199b2a0-0000-7000-8000-000000000001"});
    assert_eq!(put(&admin, &nowhere, "b.pdf", PDF, &[("role", "ANNEX")]).status, 404);
    assert_eq!((names(&admin, &decision), claims(&app).len()), (vec!["a.pdf".to_owned()], 0));
    let told = "SELECT operation || ' ' || outcome AS line FROM audit_entries WHERE operation = 'upload_document_file' ORDER BY at, line";
    assert_eq!(rows(&app.database, told).len(), 5, "what was done and what was refused");
}

fn a_form_says_what_the_file_is(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let decision = decision(&admin);
    let faults = |said: &[(&str, &str)]| put(&admin, &decision, "x.pdf", PDF, said).faults();
    let one = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
    assert_eq!(faults(&[]), one("/role", "FIELD_REQUIRED"));
    assert_eq!(faults(&[("role", " ")]), one("/role", "FIELD_REQUIRED"));
    assert_eq!(faults(&[("role", "signed")]), one("/role", "NOT_ONE_OF"));
    assert_eq!(faults(&[("role", "ANNEX"), ("visibility", "ALL")]), one("/visibility", "NOT_ONE_OF"));
    assert_eq!(faults(&[("role", "ANNEX"), ("role", "ANNEX")]), one("/role", "DUPLICATE"));
    assert_eq!(faults(&[("role", "ANNEX"), ("documentNumber", "1")]), one("/documentNumber", "FIELD_UNKNOWN"));
    assert_eq!(faults(&[("role", "ANNEX"), ("title", &"ậ".repeat(501))]), one("/title", "LENGTH_OUT_OF_RANGE"));
    let odd = put(&admin, &decision, "x.png", PDF, &[("role", "ANNEX")]);
    assert_eq!((odd.code().as_str(), odd.faults()), ("FILE_REFUSED", one("/file", "FILE_TYPE_CONTRADICTS")));
    assert_eq!((stored(&app).len(), claims(&app).len()), (0, 0));
    let quiet = put(&admin, &decision, "x.pdf", PDF, &[("role", "ANNEX"), ("title", "Danh mục kèm theo")]).json();
    assert_eq!(
        (&quiet["visibility"], &quiet["title"]),
        (&json!("INTERNAL"), &json!("Danh mục kèm theo")),
        "internal where nothing is said"
    );
}

fn a_secret_is_not_kept_and_the_attempt_is(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let decision = decision(&admin);
    for reply in [
        put(&admin, &decision, "x.docx", &docx("TUYỆT MẬT", &[]), &[("role", "ANNEX")]),
        put(&admin, &decision, "x.pdf", PDF, &[("role", "ANNEX"), ("title", "Phụ lục TỐI MẬT")]),
    ] {
        assert_eq!((reply.status, reply.code().as_str()), (422, "DOCUMENT_SECRET"));
    }
    assert_eq!((stored(&app).len(), names(&admin, &decision)), (0, vec![]));
    let told = "SELECT code AS line FROM audit_entries WHERE operation = 'upload_document_file'";
    assert_eq!(rows(&app.database, told), ["DOCUMENT_SECRET", "DOCUMENT_SECRET"]);
    let file = made(&admin, &decision, "a.pdf", "ANNEX", "INTERNAL");
    let later = change(&admin, &decision, "PATCH", id(&file), &json!({"title": "Phụ lục TUYỆT MẬT"}));
    assert_eq!((later.status, later.code().as_str()), (422, "DOCUMENT_SECRET"), "nor is it named so later");
}

fn the_same_file_is_on_a_document_once(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let decision = decision(&admin);
    let first = put(&admin, &decision, "a.pdf", PDF, &[("role", "SIGNED")]);
    let again = put(&admin, &decision, "a.pdf", PDF, &[("role", "SIGNED")]);
    assert_eq!((first.status, again.status, first.json()), (201, 200, again.json()));
    // A report may have the same bytes: they are kept once.
    let press = app.system_of("bao-hai-phong");
    uploaded(&press, &crate::evidence::drafted(&press, "k"), "b.pdf", PDF);
    assert_eq!((stored(&app).len(), hashes(&app).len(), names(&admin, &decision).len()), (1, 1, 1));
}

fn a_file_taken_off_leaves_its_entry_and_its_bytes(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let decision = decision(&admin);
    let file = put(&admin, &decision, "a.pdf", PDF, &[("role", "SIGNED"), ("visibility", "PUBLIC")]).json();
    // The same bytes come and go with a draft; what the document has is not swept away with them.
    let press = app.system_of("bao-hai-phong");
    let draft = crate::evidence::drafted(&press, "k");
    uploaded(&press, &draft, "b.pdf", PDF);
    let etag = press.get(&format!("/api/v1/reports/{draft}")).headers["etag"].clone();
    assert_eq!(press.send("DELETE", &format!("/api/v1/reports/{draft}"), &[("if-match", &etag)], b"").status, 204);
    app.clock.advance(chrono::TimeDelta::hours(2));
    assert_eq!((sweep(&app), claims(&app).len()), (1, 0));
    assert_eq!(app.anonymous().get(url(&file)).bytes, PDF);
    let admin = app.person(None, Role::Admin);

    let bare = change(&admin, &decision, "DELETE", &format!("{}?reason=%20", id(&file)), &Value::Null);
    assert_eq!((bare.status, bare.faults()), (400, vec![("/reason".to_owned(), "FIELD_REQUIRED".to_owned())]));
    let done = change(&admin, &decision, "DELETE", &format!("{}?reason=T%E1%BA%A3i%20nh%E1%BA%A7m", id(&file)), &Value::Null);
    assert_eq!((done.status, done.json()["files"].clone()), (200, json!([])), "{}", done.body);
    assert_eq!(admin.get(url(&file)).status, 404);
    let again = change(&admin, &decision, "DELETE", &format!("{}?reason=x", id(&file)), &Value::Null);
    assert_eq!((again.status, again.code().as_str()), (404, "NOT_FOUND"));
    assert_eq!(rows(&app.database, "SELECT removed_reason AS line FROM document_files"), ["Tải nhầm"]);
    assert_eq!((stored(&app), hashes(&app).len()), (hashes(&app), 1), "the entry keeps its bytes");
    assert_eq!(put(&admin, &decision, "a.pdf", PDF, &[("role", "SIGNED")]).status, 201, "it may come back");
}

fn what_is_said_of_a_file_changes_with_the_document_s_revision(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let decision = decision(&admin);
    let file = made(&admin, &decision, "a.pdf", "OTHER", "INTERNAL");
    let path = format!("/api/v1/admin/documents/{}/files/{}", id(&decision), id(&file));
    let body = json!({"role": "ANNEX", "visibility": "PUBLIC", "title": "Phụ lục I"});
    let stale = format!("\"{}\"", decision["revision"]);
    let refused = admin.send("PATCH", &path, &[("content-type", "application/json"), ("if-match", &stale)], body.to_string().as_bytes());
    assert_eq!(refused.code(), "PRECONDITION_FAILED", "the document has a file that the change did not know of");
    assert_eq!(change(&admin, &decision, "PATCH", id(&file), &body).status, 200);
    assert_eq!(names(&app.anonymous(), &decision), ["a.pdf"]);
    // And over GraphQL: taken back, its title away, then off.
    let revision = || admin.get(&format!("/api/v1/documents/{}", id(&decision))).json()["revision"].clone();
    let mutation = "mutation($id: ID!, $revision: Int!, $file: ID!) { updateDocumentFile(id: $id, revision: $revision, file: $file, \
                    change: {visibility: INTERNAL, title: null}) { document { files { visibility title role } } problem { code } } }";
    let of = |revision: Value| json!({"id": id(&decision), "revision": revision, "file": id(&file)});
    let done = admin.graphql(mutation, &of(revision()))["updateDocumentFile"].take();
    let wanted = json!({"document": {"files": [{"visibility": "INTERNAL", "title": null, "role": "ANNEX"}]}, "problem": null});
    assert_eq!(done, wanted);
    assert_eq!(names(&app.anonymous(), &decision), [""; 0]);
    let mutation = "mutation($id: ID!, $revision: Int!, $file: ID!) { removeDocumentFile(id: $id, revision: $revision, file: $file, \
                    reason: \"Thay bản khác\") { document { files { id } } problem { code } } }";
    let done = admin.graphql(mutation, &of(revision()))["removeDocumentFile"].take();
    assert_eq!(done, json!({"document": {"files": []}, "problem": null}));
}

fn files_of_many_documents_take_one_statement(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let all = admin.get("/api/v1/documents?limit=5").json()["items"].as_array().expect("documents").clone();
    for document in &all {
        made(&admin, document, "a.pdf", "OTHER", "INTERNAL");
    }
    let query = "query($n: Int!) { documents(first: $n) { nodes { id files { name } } } }";
    let cost = |n: usize| app.fewest_statements(|| admin.graphql(query, &json!({"n": n}))).0;
    assert_eq!(cost(1), cost(all.len()));
}
