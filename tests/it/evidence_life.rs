//! Files on reports over time: who sees which when, who changes them while, and what a submitted version keeps.

use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::rows};

use crate::{
    evidence::{PDF, claims, drafted, hashes, listed, stored, sweep, upload, uploaded, url},
    workflow::{act, done, tag},
};

both!(
    a_file_is_as_open_as_its_report,
    only_the_agency_itself_changes_files,
    files_come_and_go_only_while_the_report_is_written,
    a_submitted_version_keeps_its_files,
    nobody_sends_a_report_whose_files_changed_unseen,
    a_draft_thrown_away_takes_its_files_along,
    a_file_taken_off_leaves_its_entry,
    versions_differ_in_their_files_too,
);

const OWN: &str = "bao-hai-phong";

fn path(report: &str) -> String {
    format!("/api/v1/reports/{report}")
}

fn a_file_is_as_open_as_its_report(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let report = drafted(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let seen = |client: &Client| {
        let bytes = client.get(url(&file));
        let list = client.get(&format!("/api/v1/reports/{report}/files"));
        assert_eq!(bytes.status, list.status);
        assert!(bytes.status == 200 || (bytes.status, bytes.code(), list.code()) == (404, "NOT_FOUND".into(), "NOT_FOUND".into()));
        bytes.status == 200
    };
    let own = [Role::AgencyReporter, Role::AgencyApprover, Role::AgencyViewer].map(|role| app.person(Some(OWN), role));
    let inside = [Role::Standing, Role::Auditor].map(|role| app.person(None, role));
    let strangers = [app.anonymous(), app.system_of("dai-ptth-hai-phong"), app.person(None, Role::Finance)];
    assert!(own.iter().all(seen), "the agency, while it writes");
    assert!(!inside.iter().chain(&strangers).any(seen), "nobody else knows of a draft");
    done(&press, "POST", &path(&report), "/submit", &Value::Null);
    assert!(own.iter().chain(&inside).all(seen), "those who watch it, once it is sent");
    assert!(!strangers.iter().any(seen), "nobody else before it is accepted");
    done(&inside[0], "POST", &path(&report), "/accept", &Value::Null);
    assert!(own.iter().chain(&inside).chain(&strangers).all(seen), "everybody afterwards");
}

fn only_the_agency_itself_changes_files(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let report = drafted(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let path = format!("{}?reason=x", url(&file));
    for (client, status, code) in [
        (app.anonymous(), 401, "UNAUTHENTICATED"),
        (app.system_of("dai-ptth-hai-phong"), 404, "NOT_FOUND"),
        (app.person(Some(OWN), Role::AgencyViewer), 403, "FORBIDDEN"),
        (app.person(None, Role::Standing), 403, "FORBIDDEN"),
    ] {
        for reply in [upload(&client, &report, "y.pdf", PDF), client.send("DELETE", &path, &[], b"")] {
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.body);
        }
    }
    assert_eq!(listed(&press, &report), ["x.pdf"]);
    let reporter = app.person(Some(OWN), Role::AgencyReporter);
    uploaded(&reporter, &report, "y.pdf", PDF);
}

fn files_come_and_go_only_while_the_report_is_written(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(None, Role::Standing));
    let report = drafted(&press, "k");
    let path = path(&report);
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let is_refused = |code: &str| {
        let remove = format!("{}?reason=x", url(&file));
        for reply in [upload(&press, &report, "y.pdf", PDF), press.send("DELETE", &remove, &[], b"")] {
            assert_eq!((reply.status, reply.code().as_str()), (409, code), "{}", reply.body);
        }
        assert_eq!(listed(&press, &report)[0], "x.pdf");
    };
    done(&press, "POST", &path, "/submit", &Value::Null);
    is_refused("EVIDENCE_CLOSED");
    done(&standing, "POST", &path, "/return", &json!({"reason": "Thiếu biên bản."}));
    uploaded(&press, &report, "returned.pdf", PDF);
    done(&press, "POST", &path, "/submit", &Value::Null);
    done(&standing, "POST", &path, "/accept", &Value::Null);
    is_refused("EVIDENCE_CLOSED");
    done(&standing, "POST", &path, "/reopen", &json!({"reason": "Bổ sung.", "until": "2026-01-20"}));
    uploaded(&press, &report, "reopened.pdf", PDF);
    app.clock.advance(TimeDelta::days(10));
    let press = app.system_of(OWN);
    let late = upload(&press, &report, "late.pdf", PDF);
    assert_eq!((late.status, late.code().as_str()), (409, "REOPENING_OVER"), "{}", late.body);
    assert_eq!(listed(&press, &report), ["x.pdf", "returned.pdf", "reopened.pdf"]);
}

fn a_submitted_version_keeps_its_files(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing, public) = (app.system_of(OWN), app.person(None, Role::Standing), app.anonymous());
    let report = drafted(&press, "k");
    let path = path(&report);
    let old = uploaded(&press, &report, "old.pdf", PDF);
    done(&press, "POST", &path, "/submit", &Value::Null);
    done(&standing, "POST", &path, "/accept", &Value::Null);
    done(&standing, "POST", &path, "/reopen", &json!({"reason": "Bổ sung.", "until": "2026-01-20"}));
    let new = uploaded(&press, &report, "new.pdf", &[PDF, b"new"].concat());
    assert_eq!(press.send("DELETE", &format!("{}?reason=x", url(&old)), &[], b"").status, 204);
    let never = uploaded(&press, &report, "never.pdf", &[PDF, b"never"].concat());
    assert_eq!(press.send("DELETE", &format!("{}?reason=x", url(&never)), &[], b"").status, 204);
    // What is being written is for its agency; the others see the version that they saw before.
    assert_eq!(
        (listed(&press, &report), listed(&standing, &report), listed(&public, &report)),
        names(&["new.pdf"], &["old.pdf"], &["old.pdf"])
    );
    assert_eq!([&press, &standing, &public].map(|client| client.get(url(&new)).status), [200, 404, 404]);
    assert_eq!([&press, &standing, &public].map(|client| client.get(url(&old)).status), [200; 3]);
    done(&press, "POST", &path, "/submit", &Value::Null);
    assert_eq!(
        (listed(&press, &report), listed(&standing, &report), listed(&public, &report)),
        names(&["new.pdf"], &["new.pdf"], &["old.pdf"])
    );
    assert_eq!([&press, &standing, &public].map(|client| client.get(url(&new)).status), [200, 200, 404]);
    done(&standing, "POST", &path, "/accept", &Value::Null);
    assert_eq!(
        (listed(&press, &report), listed(&standing, &report), listed(&public, &report)),
        names(&["new.pdf"], &["new.pdf"], &["new.pdf"])
    );
    // The version before is still readable by those who see it, with its file.
    let of = |client: &Client, version: i32| client.get(&format!("/api/v1/reports/{report}/files?version={version}"));
    assert_eq!(of(&standing, 1).json()["items"][0]["name"], "old.pdf");
    assert_eq!((of(&standing, 2).json()["items"][0]["name"].clone(), of(&standing, 3).status), (json!("new.pdf"), 404));
    assert_eq!((of(&public, 1).status, of(&public, 2).status, of(&public, 0).status), (404, 200, 400));
    assert_eq!([&press, &standing, &public].map(|client| client.get(url(&old)).status), [200, 200, 404]);
    assert_eq!([&press, &standing, &public].map(|client| client.get(url(&never)).status), [404; 3], "no version ever had it");
}

fn names(press: &[&str], standing: &[&str], public: &[&str]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    (owned(press), owned(standing), owned(public))
}

fn nobody_sends_a_report_whose_files_changed_unseen(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, writer) = (app.system_of(OWN), app.person(Some(OWN), Role::AgencyReporter));
    let report = drafted(&press, "k");
    let seen = tag(&press, &path(&report));
    uploaded(&writer, &report, "x.pdf", PDF);
    let sent = act(&press, "POST", &format!("{}/submit", path(&report)), &seen, &Value::Null);
    assert_eq!((sent.status, sent.code().as_str()), (412, "PRECONDITION_FAILED"));
    done(&press, "POST", &path(&report), "/submit", &Value::Null);
}

fn a_draft_thrown_away_takes_its_files_along(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let (gone, stays) = (drafted(&press, "a"), drafted(&press, "b"));
    uploaded(&press, &gone, "x.pdf", PDF);
    let alone = uploaded(&press, &gone, "y.pdf", &[PDF, b"alone"].concat());
    let shared = uploaded(&press, &stays, "x.pdf", PDF);
    done(&press, "DELETE", &path(&gone), "", &Value::Null);
    assert_eq!((press.get(url(&alone)).status, press.get(url(&shared)).status), (404, 200));
    assert_eq!((sweep(&app), stored(&app).len(), claims(&app).len()), (2, 1, 0));
    assert_eq!((stored(&app), press.get(url(&shared)).bytes), (hashes(&app), PDF.to_vec()));
    // What was swept can come again.
    uploaded(&press, &stays, "y.pdf", &[PDF, b"alone"].concat());
    assert_eq!((stored(&app).len(), stored(&app)), (2, hashes(&app)));
}

fn a_file_taken_off_leaves_its_entry(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let report = drafted(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let remove = |query: &str| press.send("DELETE", &format!("{}{query}", url(&file)), &[], b"");
    for query in ["", "?reason=", "?reason=%20", "?reason=x&force=1"] {
        assert_eq!((remove(query).status, remove(query).code().as_str()), (400, "QUERY_INVALID"), "{query}");
    }
    assert_eq!(remove("?reason=T%E1%BA%A3i%20nh%E1%BA%A7m").status, 204);
    assert_eq!((remove("?reason=x").status, press.get(url(&file)).status), (404, 404));
    assert_eq!(listed(&press, &report), [""; 0]);
    assert_eq!(rows(&app.database, "SELECT removed_reason AS line FROM report_files WHERE removed_by IS NOT NULL"), ["Tải nhầm"]);
    uploaded(&press, &report, "x.pdf", PDF);
}

fn versions_differ_in_their_files_too(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(None, Role::Standing));
    let report = drafted(&press, "k");
    let path = path(&report);
    let (old, kept) = (uploaded(&press, &report, "old.pdf", PDF), uploaded(&press, &report, "kept.pdf", PDF));
    done(&press, "POST", &path, "/submit", &Value::Null);
    // A remark is bound to a file of the version that is given back.
    let remark = |pointer: &str| json!({"reason": "Sai tệp.", "remarks": [{"pointer": pointer, "text": "Thiếu chữ ký."}]});
    let lost = act(&standing, "POST", &format!("{path}/return"), &tag(&standing, &path), &remark("/files/2"));
    assert_eq!(lost.faults(), [("/remarks/0/pointer".to_owned(), "REFERENCE_UNKNOWN".to_owned())], "{}", lost.body);
    done(&standing, "POST", &path, "/return", &remark("/files/1"));
    let new = uploaded(&press, &report, "new.pdf", &[PDF, b"new"].concat());
    assert_eq!(press.send("DELETE", &format!("{}?reason=x", url(&old)), &[], b"").status, 204);
    done(&press, "POST", &path, "/submit", &Value::Null);
    let file = |file: &Value| json!({"name": file["name"], "sha256": file["sha256"]});
    let of_files = |changes: &Value| -> Value {
        let changes = changes.as_array().expect("changes").iter();
        changes.filter(|change| change["pointer"].as_str().is_some_and(|at| at.starts_with("/files"))).cloned().collect()
    };
    let changes = |version: i32| of_files(&press.get(&format!("{path}/versions/{version}/changes")).json()["items"]);
    assert_eq!(
        changes(1),
        json!([{"pointer": "/files/0", "before": null, "after": file(&old)}, {"pointer": "/files/1", "before": null, "after": file(&kept)}])
    );
    let second =
        json!([{"pointer": "/files/0", "before": file(&old), "after": null}, {"pointer": "/files/1", "before": null, "after": file(&new)}]);
    assert_eq!(changes(2), second);
    let query = "query($id: ID!) { node(id: $id) { ... on Report { versions { version changes { pointer before after } } } } }";
    let told = standing.graphql(query, &json!({ "id": report }))["node"]["versions"].take();
    assert!(told[0]["changes"].is_array(), "{told}");
    assert_eq!((of_files(&told[0]["changes"]), of_files(&told[1]["changes"])), (changes(1), second));
}
