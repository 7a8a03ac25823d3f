//! What entries of the audit log say: for whom, about what, before and after; and how they are found.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    access::id_of,
    evidence::{drafted, uploaded},
    occurrences,
    workflow::done,
};

both!(
    acts_for_an_agency_name_that_agency,
    refused_attempts_name_what_they_were_about,
    entries_tell_what_was_before,
    entries_are_found_by_login_time_kind_and_identifier,
    a_query_that_can_not_be_is_refused,
);

const PRESS: &str = "bao-hai-phong";

fn entries(auditor: &Client, filter: &str) -> Vec<Value> {
    let reply = auditor.get(&format!("/api/v1/admin/audit?limit=200&{filter}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("entries").clone()
}

fn changes(entry: &Value) -> Value {
    serde_json::from_str(entry["changes"].as_str().expect("changes")).expect("JSON")
}

fn report(percent: i32) -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": percent, "narrative": "Đã làm.", "agency": PRESS})
}

/// A system of one agency that acts for another, with the path of its account.
fn deputy(app: &TestApp, admin: &Client) -> (Client, String) {
    let secrets = app.service_account("so-noi-vu", &[]);
    let path = format!("/api/v1/admin/accounts/{}", id_of(admin, &secrets.login));
    let grant = json!({"role": "AGENCY_SYSTEM", "agency": PRESS, "programme": "HP-1593-2013", "validTo": "2099-01-01"}).to_string();
    let given = admin.send("POST", &format!("{path}/grants"), &[("content-type", "application/json")], grant.as_bytes());
    assert_eq!(given.status, 201, "{}", given.body);
    (app.anonymous().sign_in_service(&secrets), path)
}

fn acts_for_an_agency_name_that_agency(backend: Backend) {
    let app = TestApp::start(backend);
    let (auditor, admin) = (app.person(None, Role::Auditor), app.person(None, Role::Admin));
    let (deputy, _) = deputy(&app, &admin);
    let pushed = deputy.push("k", &report(40));
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let draft = drafted(&deputy, "d");
    uploaded(&deputy, &draft, "a.pdf", crate::evidence::PDF);
    let path = format!("/api/v1/reports/{draft}");
    done(&deputy, "PUT", &path, "/draft", &json!({"percent": 30, "narrative": "Đã làm."}));
    let batch = json!([report(50)]).to_string();
    assert_eq!(deputy.batch("", "application/json", Some("b"), batch.as_bytes()).status, 200);
    let occurrence = occurrences::id(&occurrences::of(&deputy, "V.2", 2014));
    occurrences::done(&deputy, &occurrence, "start", None);
    occurrences::done(&deputy, &occurrence, "claim", Some(&occurrences::claim("2014-06-01")));
    let mine =
        ["submit_report", "create_draft", "upload_report_file", "update_draft", "submit_reports", "start_occurrence", "claim_occurrence"];
    for operation in mine {
        let found = entries(&auditor, &format!("operation={operation}"));
        assert_eq!(found.iter().map(|entry| &entry["agency"]).collect::<Vec<_>>(), [PRESS], "{operation}");
    }
    // Who reviews does so for their own agency.
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let path = format!("/api/v1/reports/{}", pushed.json()["id"].as_str().expect("an id"));
    done(&standing, "POST", &path, "/accept", &Value::Null);
    assert_eq!(entries(&auditor, "operation=accept_report")[0]["agency"], "so-tttt");
}

fn refused_attempts_name_what_they_were_about(backend: Backend) {
    let app = TestApp::start(backend);
    let (auditor, admin) = (app.person(None, Role::Auditor), app.person(None, Role::Admin));
    let (system, account) = deputy(&app, &admin);
    let press = app.system_of(PRESS);
    let made = press.push("k", &report(40)).json();
    let (report, account) = (made["id"].as_str().expect("an id"), account.rsplit('/').next().expect("an id"));
    let occurrence = occurrences::id(&occurrences::of(&press, "V.2", 2014));
    let nothing = "0199b2a0-0000-7000-8000-000000000001";
    let json = [("content-type", "application/json")];
    let tries = [
        ("POST", format!("/api/v1/reports/{report}/accept"), "accept_report", "report", report),
        ("POST", format!("/api/v1/reports/{report}/reopen"), "reopen_report", "report", report),
        ("PATCH", format!("/api/v1/admin/accounts/{account}"), "update_account", "account", account),
        ("GET", format!("/api/v1/admin/accounts/{account}"), "get_account", "account", account),
        ("POST", format!("/api/v1/admin/accounts/{account}/password"), "reset_password", "account", account),
        ("DELETE", format!("/api/v1/admin/accounts/{account}/grants/{nothing}"), "revoke_grant", "account", account),
        ("POST", format!("/api/v1/occurrences/{occurrence}/cancel"), "cancel_occurrence", "occurrence", &occurrence),
        ("POST", format!("/api/v1/extensions/{nothing}/approve"), "approve_extension", "extension", nothing),
        ("POST", format!("/api/v1/obligations/{nothing}/exclude"), "exclude_obligation", "obligation", nothing),
        ("POST", format!("/api/v1/obligations/{nothing}/urge"), "urge_obligation", "obligation", nothing),
        ("PUT", format!("/api/v1/tasks/{nothing}/principal"), "designate_principal", "task", nothing),
    ];
    for (method, path, operation, kind, id) in &tries {
        assert_eq!(system.send(method, path, &json, b"{}").code(), "FORBIDDEN", "{path}");
        let found = entries(&auditor, &format!("operation={operation}&refused=true"));
        let told: Vec<_> = found.iter().map(|entry| (&entry["subject"], &entry["subjectId"])).collect();
        assert_eq!(told, [(&json!(kind), &json!(id))], "{operation}");
    }
    // Over GraphQL the same, by the same names.
    let mutations = [
        (format!("acceptReport(id: \"{report}\", revision: 1) {{ problem {{ code }} }}"), "accept_report", report),
        (format!("updateAccount(id: \"{account}\", change: {{}}) {{ problem {{ code }} }}"), "update_account", account),
        (format!("revokeGrant(account: \"{account}\", grant: \"{nothing}\") {{ problem {{ code }} }}"), "revoke_grant", account),
        (
            format!("resumeOccurrence(id: \"{occurrence}\", revision: 1, reason: \"x\") {{ problem {{ code }} }}"),
            "resume_occurrence",
            &occurrence,
        ),
        (format!("excludeObligation(id: \"{nothing}\", reason: \"x\") {{ problem {{ code }} }}"), "exclude_obligation", nothing),
    ];
    for (mutation, operation, id) in &mutations {
        let before = entries(&auditor, &format!("operation={operation}&refused=true")).len();
        assert_eq!(system.graphql_code(&format!("mutation {{ {mutation} }}")), "FORBIDDEN");
        let found = entries(&auditor, &format!("operation={operation}&refused=true"));
        assert_eq!((found.len(), &found[0]["subjectId"]), (before + 1, &json!(id)), "{operation}");
    }
    assert_eq!(system.graphql_code(&format!("{{ account(id: \"{account}\") {{ login }} }}")), "FORBIDDEN");
    assert_eq!(entries(&auditor, &format!("operation=get_account&subjectId={account}")).len(), 2);
    // What is no identifier names nothing.
    assert_eq!(system.send("PATCH", "/api/v1/admin/accounts/x", &json, b"{}").status, 403);
    assert!(entries(&auditor, "operation=update_account")[0]["subjectId"].is_null());
}

fn entries_tell_what_was_before(backend: Backend) {
    let app = TestApp::start(backend);
    let (auditor, admin) = (app.person(None, Role::Auditor), app.person(None, Role::Admin));
    let press = app.system_of(PRESS);
    let one = |operation: &str| changes(&entries(&auditor, &format!("operation={operation}"))[0]);
    assert_eq!(press.push("k", &report(40)).status, 201);
    let batch = json!([report(50)]).to_string();
    assert_eq!(press.batch("", "application/json", Some("b"), batch.as_bytes()).status, 200);
    for operation in ["submit_report", "submit_reports"] {
        let told = one(operation);
        assert!(told.get("before").is_none(), "there was none: {told}");
        assert_eq!((&told["after"]["status"], &told["after"]["version"]), (&json!("SUBMITTED"), &json!(1)));
    }
    let draft = drafted(&press, "d");
    let path = format!("/api/v1/reports/{draft}");
    let mut last = one("create_draft")["after"]["contentSha256"].clone();
    for percent in [10, 20] {
        done(&press, "PUT", &path, "/draft", &json!({"percent": percent, "narrative": "Đã làm."}));
        let told = one("update_draft");
        assert_eq!(told["before"]["contentSha256"], last);
        assert_ne!(told["after"]["contentSha256"], last);
        last = told["after"]["contentSha256"].clone();
    }
    done(&press, "POST", &path, "/submit", &Value::Null);
    let told = one("send_report");
    assert_eq!((&told["before"], &told["after"]["status"]), (&json!({"status": "DRAFT", "version": 0}), &json!("SUBMITTED")));
    let (_, account) = deputy(&app, &admin);
    let given = one("create_grant")["after"].take();
    let grant = given["grant"].as_str().expect("a grant");
    assert_eq!(admin.send("DELETE", &format!("{account}/grants/{grant}"), &[], b"").status, 204);
    assert_eq!(one("revoke_grant"), json!({ "before": given }));
    assert_eq!((&given["agency"], &given["validTo"]), (&json!(PRESS), &json!("2099-01-01")));
}

fn entries_are_found_by_login_time_kind_and_identifier(backend: Backend) {
    let app = TestApp::start(backend);
    let secrets = app.service_account(PRESS, &[Role::AgencySystem]);
    let press = app.anonymous().sign_in_service(&secrets);
    let id = press.push("k", &report(40)).json()["id"].as_str().expect("an id").to_owned();
    let names = |found: &[Value]| found.iter().map(|entry| entry["operation"].as_str().expect("text").to_owned()).collect::<Vec<_>>();
    let found = |filter: &str| names(&entries(&app.person(None, Role::Auditor), filter));
    assert_eq!(found(&format!("login={}", secrets.login)), ["submit_report", "issue_token"]);
    assert_eq!(found("login=nobody"), [""; 0]);
    assert_eq!(found("subject=report"), ["submit_report"]);
    assert_eq!(found(&format!("subjectId={id}")), ["submit_report"]);
    assert_eq!(found(&format!("subject=account&subjectId={id}")), [""; 0], "all that is given must hold");
    let later = app.clock_in(chrono::TimeDelta::hours(1)).to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    app.clock.advance(chrono::TimeDelta::hours(2));
    let press = app.anonymous().sign_in_service(&secrets);
    assert_eq!(press.push("l", &report(50)).status, 201);
    let login = &secrets.login;
    assert_eq!(found(&format!("login={login}&from={later}")), ["submit_report", "issue_token"]);
    assert_eq!(found(&format!("login={login}&to={later}&operation=submit_report")).len(), 1);
    assert_eq!(found(&format!("login={login}&from={later}&to={later}")), [""; 0]);
    let auditor = app.person(None, Role::Auditor);
    let query = "query($f: AuditFilter!) { auditEntries(first: 50, filter: $f) { nodes { operation } } }";
    for (filter, wanted) in [
        (json!({"login": login, "from": later}), &["submit_report", "issue_token"][..]),
        (json!({"subject": "report", "to": later}), &["submit_report"]),
        (json!({"subjectId": id}), &["submit_report"]),
    ] {
        let data = auditor.graphql(query, &json!({ "f": filter }));
        let nodes = data["auditEntries"]["nodes"].as_array().expect("nodes").clone();
        assert_eq!(names(&nodes), wanted, "{filter}");
    }
}

fn a_query_that_can_not_be_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let auditor = app.person(None, Role::Auditor);
    assert_eq!(auditor.get("/api/v1/admin/audit?from=yesterday").code(), "QUERY_INVALID");
    // A text that no database holds names nothing.
    assert_eq!(auditor.get("/api/v1/admin/audit?login=%00").json()["items"], json!([]));
}
