//! Operation × role: what the policy's table says is what happens, for every operation and every role, over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    account::Role,
    policy::operations::{Cell, Interface, OPERATIONS, Operation},
};
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, once};

once!(every_operation_is_in_the_table_and_no_other);
both!(every_cell_of_the_table_is_what_happens);

/// The agency of every role that has one, and another.
const OWN: &str = "bao-hai-phong";
const OTHER: &str = "dai-ptth-hai-phong";
/// Nothing has this identifier.
const NOTHING: &str = "0199b2a0-0000-7000-8000-000000000001";

fn every_operation_is_in_the_table_and_no_other() {
    let named = |interface| OPERATIONS.iter().filter(|op| op.interface == interface).map(|op| op.name.to_owned()).collect::<BTreeSet<_>>();
    let document = serde_json::to_value(server::openapi_document()).expect("a document");
    let methods = document["paths"].as_object().expect("paths").values().flat_map(|path| path.as_object().expect("methods").values());
    assert_eq!(methods.map(|op| op["operationId"].as_str().expect("a name").to_owned()).collect::<BTreeSet<_>>(), named(Interface::Rest));
    let sdl =
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/schema.graphql")).expect("the schema");
    let roots =
        [("type Query {", Interface::Query), ("type Mutation {", Interface::Mutation), ("type Subscription {", Interface::Subscription)];
    for (root, interface) in roots {
        // A root without fields is not in the schema.
        let body = sdl.split_once(root).map_or("", |(_, body)| body.split_once("\n}").expect("its end").0);
        // Fields stand one tab deep, arguments that have descriptions two; descriptions are in quotes.
        let is_field = |line: &&str| line.strip_prefix('\t').is_some_and(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        let fields = undescribed(body);
        let fields = fields.lines().filter(is_field).filter_map(|line| line.trim().split(['(', ':']).next()).map(str::to_owned);
        assert_eq!(fields.collect::<BTreeSet<_>>(), named(interface), "{root}");
    }
}

/// The text without its descriptions.
fn undescribed(text: &str) -> String {
    text.split("\"\"\"").step_by(2).collect::<Vec<_>>().join("\n")
}

/// What the checked-in table says of an operation and a role, by the labels of both. It is read and not computed, so that a line
/// that is gone from the policy is missed here.
fn checked_in() -> BTreeMap<(String, String), Cell> {
    let page = include_str!("../../docs/access.md");
    let (_, table) = page.split_once("## Operations").expect("the table");
    let cells = |line: &str| line.trim_matches(['|', ' ']).split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut rows = table.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).map(cells);
    let head = rows.next().expect("the head");
    let cell = |label: &str| {
        let all = [Cell::No, Cell::Published, Cell::Own, Cell::Yes];
        all.into_iter().find(|cell| cell.label() == label).unwrap_or_else(|| panic!("{label} is no cell"))
    };
    let mut table = BTreeMap::new();
    for row in rows.skip(1) {
        for (role, label) in head.iter().zip(&row).skip(1) {
            table.insert((row[0].clone(), role.clone()), cell(label));
        }
    }
    table
}

/// What the acts of one role are tried on.
struct Stage {
    app: TestApp,
    own_report: String,
    other_report: String,
    /// A service account and a person of another agency.
    system: String,
    person: String,
}

fn stage(backend: Backend) -> Stage {
    let app = TestApp::start(backend);
    let push = |agency: &str| {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "x"});
        let reply = app.system_of(agency).push("stage", &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let (own_report, other_report) = (push(OWN), push(OTHER));
    let admin = app.person(None, Role::Admin);
    let made = |kind: &str, login: &str| {
        let body = json!({"kind": kind, "login": login, "name": "X", "agency": OTHER, "roles": []});
        let reply = rest(&admin, "POST", "/api/v1/admin/accounts", Some(&body));
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let (system, person) = (made("SERVICE", "stage-system"), made("USER", "stage-person"));
    Stage { app, own_report, other_report, system, person }
}

fn rest(client: &Client, method: &str, path: &str, body: Option<&Value>) -> Reply {
    match body {
        Some(body) => {
            client.send(method, path, &[("content-type", "application/json"), ("if-match", "\"1\"")], body.to_string().as_bytes())
        }
        None => client.send(method, path, &[("if-match", "\"1\"")], b""),
    }
}

fn every_cell_of_the_table_is_what_happens(backend: Backend) {
    let (stage, table) = (stage(backend), checked_in());
    assert_eq!(table.len(), OPERATIONS.len() * (Role::ALL.len() + 1), "every operation and every role");
    for role in std::iter::once(None).chain(Role::ALL.iter().copied().map(Some)) {
        let client = match role {
            None => stage.app.anonymous(),
            Some(role) => stage.app.person(Some(OWN), role),
        };
        for operation in OPERATIONS {
            let (first, column) = (format!("{} `{}`", operation.interface.label(), operation.name), role.map_or("PUBLIC", Role::label));
            let at = format!("{first} as {column}");
            let wanted = table[&(first, column.to_owned())];
            match operation.interface {
                Interface::Rest => assert_rest(&stage, &client, *operation, wanted, role, &at),
                Interface::Query | Interface::Mutation | Interface::Subscription => {
                    assert_graphql(&stage, &client, *operation, wanted, role, &at);
                }
            }
        }
    }
}

/// What a refused caller is told.
fn denial(role: Option<Role>) -> (u16, &'static str) {
    if role.is_none() { (401, "UNAUTHENTICATED") } else { (403, "FORBIDDEN") }
}

fn assert_rest(stage: &Stage, client: &Client, operation: Operation, wanted: Cell, role: Option<Role>, at: &str) {
    if matches!(operation.name, "list_reports" | "get_report" | "list_changes") {
        return assert_reports_by_rest(stage, client, operation.name, wanted, at);
    }
    let reads_one = ["list_report_versions", "get_report_version", "list_version_changes", "list_report_events"];
    if reads_one.contains(&operation.name) {
        let reply = report_operation(client, operation.name);
        return assert_eq!((reply.status, reply.code().as_str()), (404, "NOT_FOUND"), "{at}: what is not there is told to nobody");
    }
    if matches!(operation.name, "list_report_files" | "get_report_file") {
        return assert_files_read(stage, client, operation.name, wanted, at);
    }
    if matches!(operation.name, "upload_report_file" | "remove_report_file") {
        return assert_files_changed(stage, client, operation.name, wanted, role, at);
    }
    if operation.name == "submit_report" {
        return assert_push(client, wanted, role, at);
    }
    let reply = rest_operation(stage, client, operation.name);
    match wanted {
        Cell::No => assert_eq!((reply.status, reply.code().as_str()), denial(role), "{at}: {}", reply.body),
        Cell::Yes | Cell::Own => match answered(operation.name) {
            Some(status) => assert_eq!(reply.status, status, "{at}: {}", reply.body),
            None => assert!((200..300).contains(&reply.status), "{at}: {} {}", reply.status, reply.body),
        },
        Cell::Published => panic!("{at} is no list of what is published"),
    }
}

/// What somebody with the right is told where it is not that the act is done: the acts are made so that they change nothing.
#[allow(clippy::match_same_arms)] // one line for each kind of operation
fn answered(name: &str) -> Option<u16> {
    Some(match name {
        // Without a key, for a request that needs one.
        "issue_token" | "request_reports" | "urge_obligation" | "freeze_statistics" => 400,
        "change_password" | "enrol_second_factor" | "remove_second_factor" | "create_account" | "create_client_key" => 422,
        "confirm_second_factor"
        | "end_my_session"
        | "revoke_grant"
        | "revoke_secret"
        | "revoke_client_key"
        | "reset_second_factor"
        | "end_account_session" => 404,
        // Acts on a report, an occurrence or an obligation that is not there.
        "update_draft" | "discard_draft" | "send_report" | "return_report" | "accept_report" | "reopen_report" | "list_similar_reports" => {
            404
        }
        "create_draft" | "submit_reports" | "put_report" | "enter_report" | "consolidate_reports" => 422,
        "get_frozen_statistics"
        | "get_regime_template"
        | "get_occurrence"
        | "get_principal"
        | "get_obligation"
        | "exclude_obligation"
        | "include_obligation" => 404,
        "start_occurrence"
        | "claim_occurrence"
        | "return_occurrence"
        | "confirm_occurrence"
        | "redo_occurrence"
        | "suspend_occurrence"
        | "resume_occurrence"
        | "cancel_occurrence"
        | "withdraw_occurrence"
        | "reopen_occurrence"
        | "request_extension"
        | "approve_extension"
        | "reject_extension"
        | "withdraw_extension"
        | "designate_principal" => 404,
        _ => return None,
    })
}

/// The same for the `problem` of a mutation.
#[allow(clippy::match_same_arms)] // one line for each kind of operation
fn problem(name: &str) -> Option<&'static str> {
    Some(match name {
        "changePassword" | "enrolSecondFactor" | "removeSecondFactor" | "createAccount" | "createGrant" | "createClientKey" => {
            "BODY_INVALID"
        }
        "confirmSecondFactor"
        | "endMySession"
        | "revokeGrant"
        | "createSecret"
        | "revokeSecret"
        | "revokeClientKey"
        | "resetPassword"
        | "resetSecondFactor"
        | "endAccountSession" => "NOT_FOUND",
        "updateDraft" | "discardDraft" | "sendReport" | "returnReport" | "acceptReport" | "reopenReport" => "NOT_FOUND",
        "startOccurrence" | "claimOccurrence" | "returnOccurrence" | "confirmOccurrence" | "redoOccurrence" | "suspendOccurrence"
        | "resumeOccurrence" | "cancelOccurrence" | "withdrawOccurrence" | "reopenOccurrence" | "requestExtension" | "approveExtension"
        | "rejectExtension" | "withdrawExtension" | "designatePrincipal" | "excludeObligation" | "includeObligation" => "NOT_FOUND",
        _ => return None,
    })
}

/// Asks for an operation in a way that changes nothing that later rows rest on.
fn rest_operation(stage: &Stage, client: &Client, name: &str) -> Reply {
    let form =
        |path: &str| client.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], b"grant_type=none&token=none");
    let admin = |rest: &str| format!("/api/v1/admin/accounts/{}{rest}", stage.system);
    let person = |rest: &str| format!("/api/v1/admin/accounts/{}{rest}", stage.person);
    let occurrence = |rest: &str| format!("/api/v1/occurrences/{NOTHING}{rest}");
    let password = json!({"currentPassword": "wrong", "newPassword": "wrong"});
    let reasoned = Some(json!({"reason": "x", "document": "x"}));
    let (method, path, body) = match name {
        "issue_token" => return form("/api/v1/auth/token"),
        "revoke_token" => return form("/api/v1/auth/revoke"),
        "list_agencies" => ("GET", "/api/v1/agencies".into(), None),
        "list_tasks" => ("GET", "/api/v1/tasks".into(), None),
        "list_occurrences" => ("GET", "/api/v1/occurrences".into(), None),
        "get_occurrence" => ("GET", occurrence(""), None),
        "get_principal" => ("GET", format!("/api/v1/tasks/{NOTHING}/principal"), None),
        "get_statistics" => ("GET", "/api/v1/statistics".into(), None),
        "freeze_statistics" => ("POST", "/api/v1/statistics/frozen".into(), Some(json!({"title": "x"}))),
        "list_frozen_statistics" => ("GET", "/api/v1/statistics/frozen".into(), None),
        "get_frozen_statistics" => ("GET", format!("/api/v1/statistics/frozen/{NOTHING}"), None),
        "get_regime_template" => ("GET", "/api/v1/regimes/none/template".into(), None),
        "start_occurrence" => ("POST", occurrence("/start"), None),
        "claim_occurrence" => ("POST", occurrence("/claim"), Some(json!({"deliveredOn": "2014-01-01", "note": "x"}))),
        "return_occurrence" => ("POST", occurrence("/return"), Some(json!({"reason": "x", "agency": OTHER}))),
        "confirm_occurrence" => ("POST", occurrence("/confirm"), Some(json!({}))),
        "redo_occurrence" => ("POST", occurrence("/redo"), reasoned),
        "suspend_occurrence" => ("POST", occurrence("/suspend"), reasoned),
        "resume_occurrence" => ("POST", occurrence("/resume"), reasoned),
        "cancel_occurrence" => ("POST", occurrence("/cancel"), reasoned),
        "withdraw_occurrence" => ("POST", occurrence("/withdraw"), reasoned),
        "reopen_occurrence" => ("POST", occurrence("/reopen"), reasoned),
        "request_extension" => ("POST", occurrence("/extensions"), Some(json!({"reason": "x", "dueOn": "2019-01-01"}))),
        "approve_extension" => ("POST", format!("/api/v1/extensions/{NOTHING}/approve"), Some(json!({}))),
        "reject_extension" => ("POST", format!("/api/v1/extensions/{NOTHING}/reject"), reasoned),
        "withdraw_extension" => ("POST", format!("/api/v1/extensions/{NOTHING}/withdraw"), None),
        "designate_principal" => ("PUT", format!("/api/v1/tasks/{NOTHING}/principal"), Some(json!({"document": "x"}))),
        "list_obligations" => ("GET", "/api/v1/obligations".into(), None),
        "get_obligation" => ("GET", format!("/api/v1/obligations/{NOTHING}"), None),
        "exclude_obligation" => ("POST", format!("/api/v1/obligations/{NOTHING}/exclude"), Some(json!({"reason": "x"}))),
        "include_obligation" => ("POST", format!("/api/v1/obligations/{NOTHING}/include"), Some(json!({"reason": "x"}))),
        "list_notices" => ("GET", "/api/v1/notices".into(), None),
        "urge_obligation" => ("POST", format!("/api/v1/obligations/{NOTHING}/urge"), Some(json!({"text": "x"}))),
        "request_reports" => ("POST", "/api/v1/report-requests".into(), Some(json!({}))),
        "get_me" => ("GET", "/api/v1/me".into(), None),
        "list_my_sessions" => ("GET", "/api/v1/me/sessions".into(), None),
        "change_password" => ("POST", "/api/v1/me/password".into(), Some(password)),
        "enrol_second_factor" => ("POST", "/api/v1/me/second-factor".into(), Some(json!({"currentPassword": "wrong"}))),
        "confirm_second_factor" => ("POST", "/api/v1/me/second-factor/confirm".into(), Some(json!({"code": "123456"}))),
        "remove_second_factor" => ("POST", "/api/v1/me/second-factor/remove".into(), Some(json!({"currentPassword": "wrong"}))),
        "end_my_session" => ("DELETE", format!("/api/v1/me/sessions/{NOTHING}"), None),
        "list_accounts" => ("GET", "/api/v1/admin/accounts".into(), None),
        "get_account" => ("GET", admin(""), None),
        "create_account" => ("POST", "/api/v1/admin/accounts".into(), Some(json!({"kind": "USER", "login": "x", "name": "X"}))),
        "update_account" => ("PATCH", admin(""), Some(json!({"name": "Y"}))),
        "create_grant" => ("POST", admin("/grants"), Some(json!({"role": "AGENCY_SYSTEM", "agency": OTHER, "validTo": "2014-01-01"}))),
        "revoke_grant" => ("DELETE", admin(&format!("/grants/{NOTHING}")), None),
        "create_secret" => ("POST", admin("/secrets"), Some(json!({}))),
        "revoke_secret" => ("DELETE", admin(&format!("/secrets/{NOTHING}")), None),
        "create_client_key" => ("POST", admin("/keys"), Some(json!({"jwk": {}}))),
        "revoke_client_key" => ("DELETE", admin(&format!("/keys/{NOTHING}")), None),
        "reset_password" => ("POST", person("/password"), None),
        "reset_second_factor" => ("DELETE", person("/second-factor"), None),
        "end_account_session" => ("DELETE", person(&format!("/sessions/{NOTHING}")), None),
        "list_signing_keys" => ("GET", "/api/v1/admin/signing-keys".into(), None),
        "list_audit_entries" => ("GET", "/api/v1/admin/audit".into(), None),
        name => return report_operation(client, name),
    };
    rest(client, method, &path, body.as_ref())
}

/// Asks for an act on a report that is not there, or for one that is refused for what it says.
fn report_operation(client: &Client, name: &str) -> Reply {
    let report = |rest: &str| format!("/api/v1/reports/{NOTHING}{rest}");
    let (method, path, body) = match name {
        "list_report_versions" => ("GET", report("/versions"), None),
        "get_report_version" => ("GET", report("/versions/1"), None),
        "list_version_changes" => ("GET", report("/versions/1/changes"), None),
        "list_report_events" => ("GET", report("/history"), None),
        "list_similar_reports" => ("GET", report("/similar"), None),
        "create_draft" => ("POST", "/api/v1/reports/drafts".into(), Some(json!({}))),
        "submit_reports" => ("POST", "/api/v1/reports/batch".into(), Some(json!([]))),
        "update_draft" => ("PUT", report("/draft"), Some(json!({}))),
        "discard_draft" => ("DELETE", report(""), None),
        "send_report" => ("POST", report("/submit"), None),
        "put_report" => ("PUT", format!("/api/v1/reports/by-ref/{OWN}/matrix"), Some(json!({}))),
        "enter_report" => ("POST", "/api/v1/reports/received".into(), Some(json!({}))),
        "return_report" => ("POST", report("/return"), Some(json!({"reason": "x"}))),
        "accept_report" => ("POST", report("/accept"), None),
        "reopen_report" => ("POST", report("/reopen"), Some(json!({"reason": "x", "until": "2030-01-01"}))),
        "consolidate_reports" => ("POST", "/api/v1/reports/consolidated".into(), Some(json!({}))),
        other => panic!("nobody tries {other}"),
    };
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let headers = [("content-type", "application/json"), ("if-match", "\"r1\""), ("idempotency-key", "matrix")];
    client.send(method, &path, &headers, body.as_bytes())
}

fn assert_push(client: &Client, wanted: Cell, role: Option<Role>, at: &str) {
    let body =
        |agency: &str| json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 1, "narrative": "x", "agency": agency});
    let key = |agency: &str| format!("{}-{agency}", role.map_or("PUBLIC", Role::label));
    let (own, other) = (client.push(&key(OWN), &body(OWN)), client.push(&key(OTHER), &body(OTHER)));
    if wanted == Cell::Own {
        assert_eq!(own.status, 201, "{at}: {}", own.body);
        assert_eq!((other.status, other.code().as_str()), (403, "AGENCY_NOT_YOURS"), "{at}");
    } else {
        assert_eq!(wanted, Cell::No, "{at}");
        assert_eq!([(own.status, own.code().as_str()), (other.status, other.code().as_str())], [denial(role); 2], "{at}");
    }
}

/// Whether the reports of one's own agency and of another, both not accepted yet, are to be seen.
fn visible(wanted: Cell) -> (bool, bool) {
    match wanted {
        Cell::No | Cell::Published => (false, false),
        Cell::Own => (true, false),
        Cell::Yes => (true, true),
    }
}

fn assert_reports_by_rest(stage: &Stage, client: &Client, name: &str, wanted: Cell, at: &str) {
    let seen = |id: &str| match name {
        "get_report" => {
            let reply = client.get(&format!("/api/v1/reports/{id}"));
            assert!(reply.status == 200 || (reply.status, reply.code().as_str()) == (404, "NOT_FOUND"), "{at}: {}", reply.body);
            reply.status == 200
        }
        "list_changes" => {
            let items = client.get("/api/v1/changes?limit=200").json()["items"].take();
            items.as_array().expect("items").iter().any(|change| change["subjectId"] == id)
        }
        _ => client.get("/api/v1/reports?limit=200").json()["items"].as_array().expect("items").iter().any(|report| report["id"] == id),
    };
    assert_eq!((seen(&stage.own_report), seen(&stage.other_report)), visible(wanted), "{at}");
}

/// Where the files of a report are; one that nobody has put there stands for all.
fn files(name: &str, report: &str) -> String {
    let file = if name.ends_with("_file") && name != "upload_report_file" { format!("/{NOTHING}") } else { String::new() };
    format!("/api/v1/reports/{report}/files{file}")
}

fn assert_files_read(stage: &Stage, client: &Client, name: &str, wanted: Cell, at: &str) {
    for (report, is_visible) in [(&stage.own_report, visible(wanted).0), (&stage.other_report, visible(wanted).1)] {
        let reply = client.get(&files(name, report));
        // A report without a file has an empty list, and nothing under a file's address.
        let status = if is_visible && name == "list_report_files" { 200 } else { 404 };
        assert_eq!(reply.status, status, "{at}: {}", reply.body);
    }
}

fn assert_files_changed(stage: &Stage, client: &Client, name: &str, wanted: Cell, role: Option<Role>, at: &str) {
    let change = |report: &str| {
        let path = files(name, report);
        if name == "remove_report_file" {
            return client.send("DELETE", &format!("{path}?reason=x"), &[], b"");
        }
        client.send("POST", &path, &[("content-type", "multipart/form-data; boundary=x")], b"--x--\r\n")
    };
    let (own, other) = (change(&stage.own_report), change(&stage.other_report));
    if wanted == Cell::Own {
        // Let in, and then told that the report is not being written.
        assert_eq!((own.status, own.code().as_str()), (409, "EVIDENCE_CLOSED"), "{at}: {}", own.body);
        assert_eq!((other.status, other.code().as_str()), (404, "NOT_FOUND"), "{at}");
    } else {
        assert_eq!(wanted, Cell::No, "{at}");
        assert_eq!([(own.status, own.code().as_str()), (other.status, other.code().as_str())], [denial(role); 2], "{at}");
    }
}

fn assert_graphql(stage: &Stage, client: &Client, operation: Operation, wanted: Cell, role: Option<Role>, at: &str) {
    if operation.name == "reports" {
        let nodes = client.graphql("{ reports(first: 200) { nodes { id } } }", &json!({}))["reports"]["nodes"].take();
        let seen = |id: &str| nodes.as_array().expect("nodes").iter().any(|report| report["id"] == id);
        return assert_eq!((seen(&stage.own_report), seen(&stage.other_report)), visible(wanted), "{at}");
    }
    if operation.name == "changes" {
        let nodes = client.graphql("{ changes(first: 200) { nodes { subjectId } } }", &json!({}))["changes"]["nodes"].take();
        let seen = |id: &str| nodes.as_array().expect("nodes").iter().any(|change| change["subjectId"] == id);
        return assert_eq!((seen(&stage.own_report), seen(&stage.other_report)), visible(wanted), "{at}");
    }
    let document = graphql_operation(stage, operation.name);
    let reply = client.graphql_reply(&document, &json!({}));
    let code = reply["errors"][0]["extensions"]["code"].as_str();
    match wanted {
        // Nobody has no account, which is an answer and no error.
        Cell::No if operation.name == "me" => assert_eq!(reply["data"]["me"], Value::Null, "{at}"),
        Cell::No => assert_eq!(code, Some(denial(role).1), "{at}: {reply}"),
        Cell::Yes | Cell::Own => {
            assert_eq!(code, None, "{at}: {reply}");
            assert_eq!(reply["data"][operation.name]["problem"]["code"].as_str(), problem(operation.name), "{at}: {reply}");
        }
        Cell::Published => panic!("{at} is no list of what is published"),
    }
}

/// A mutation of what is not there.
fn moved(name: &str, more: &str) -> String {
    format!("mutation {{ {name}(id: \"{NOTHING}\", revision: 1, {more}) {{ problem {{ code }} }} }}")
}

/// A document that asks for a field in a way that changes nothing that later rows rest on.
#[allow(clippy::match_same_arms)] // one line for each kind of operation
fn graphql_operation(stage: &Stage, name: &str) -> String {
    let (system, person) = (&stage.system, &stage.person);
    match name {
        "programme" | "agency" => format!("{{ {name}(code: \"x\") {{ code }} }}"),
        "programmes" | "tasks" | "agencies" | "documents" | "obligations" | "notices" => format!("{{ {name} {{ totalCount }} }}"),
        "node" => format!("{{ node(id: \"{NOTHING}\") {{ id }} }}"),
        "regimes" => "{ regimes { code } }".into(),
        "workingDays" => "{ workingDays(year: 2019) { year } }".into(),
        "excludeObligation" | "includeObligation" => {
            format!("mutation {{ {name}(id: \"{NOTHING}\", reason: \"x\") {{ problem {{ code }} }} }}")
        }
        "me" => "{ me { login sessions { id } } }".into(),
        "accounts" => "{ accounts { nodes { login } } }".into(),
        "account" => format!("{{ account(id: \"{system}\") {{ grants {{ id }} secrets {{ id }} keys {{ id }} sessions {{ id }} }} }}"),
        "signingKeys" => "{ signingKeys { kid } }".into(),
        "auditEntries" => "{ auditEntries(first: 1) { nodes { id } } }".into(),
        "occurrences" => "{ occurrences { totalCount } }".into(),
        "occurrence" => format!("{{ occurrence(id: \"{NOTHING}\") {{ id }} }}"),
        "frozenStatistics" => "{ frozenStatistics { totalCount } }".into(),
        "statistics" => "{ statistics { total { tasks { assigned } } } }".into(),
        "startOccurrence" => moved(name, ""),
        "claimOccurrence" => moved(name, "claim: {deliveredOn: \"2014-01-01\", note: \"x\"}"),
        "returnOccurrence" => moved(name, "reason: \"x\", agency: \"x\""),
        "confirmOccurrence" | "approveExtension" | "withdrawExtension" => moved(name, ""),
        "redoOccurrence" | "resumeOccurrence" | "reopenOccurrence" => moved(name, "reason: \"x\""),
        "suspendOccurrence" | "cancelOccurrence" | "withdrawOccurrence" => moved(name, "reason: \"x\", document: \"x\""),
        "rejectExtension" => moved(name, "decision: {reason: \"x\"}"),
        "requestExtension" => moved(name, "dueOn: \"2019-01-01\", reason: \"x\"").replacen("id:", "occurrence:", 1),
        "designatePrincipal" => moved(name, "document: \"x\"").replacen("id:", "task:", 1),
        "changePassword" => "mutation { changePassword(currentPassword: \"wrong\", newPassword: \"wrong\") { problem { code } } }".into(),
        "enrolSecondFactor" => "mutation { enrolSecondFactor(currentPassword: \"wrong\") { problem { code } } }".into(),
        "confirmSecondFactor" => "mutation { confirmSecondFactor(code: \"123456\") { problem { code } } }".into(),
        "removeSecondFactor" => "mutation { removeSecondFactor(currentPassword: \"wrong\") { problem { code } } }".into(),
        "endMySession" => format!("mutation {{ endMySession(id: \"{NOTHING}\") {{ problem {{ code }} }} }}"),
        "createAccount" => "mutation { createAccount(input: {kind: USER, login: \"x\", name: \"X\"}) { problem { code } } }".into(),
        "updateAccount" => format!("mutation {{ updateAccount(id: \"{system}\", change: {{name: \"Z\"}}) {{ account {{ name }} }} }}"),
        "createGrant" => {
            format!("mutation {{ createGrant(account: \"{system}\", grant: {{role: ADMIN, agency: \"x\"}}) {{ problem {{ code }} }} }}")
        }
        "revokeGrant" => format!("mutation {{ revokeGrant(account: \"{system}\", grant: \"{NOTHING}\") {{ problem {{ code }} }} }}"),
        "createSecret" => format!("mutation {{ createSecret(account: \"{person}\") {{ problem {{ code }} }} }}"),
        "revokeSecret" => format!("mutation {{ revokeSecret(account: \"{system}\", secret: \"{NOTHING}\") {{ problem {{ code }} }} }}"),
        "createClientKey" => format!("mutation {{ createClientKey(account: \"{system}\", jwk: {{}}) {{ problem {{ code }} }} }}"),
        "revokeClientKey" => format!("mutation {{ revokeClientKey(account: \"{system}\", key: \"{NOTHING}\") {{ problem {{ code }} }} }}"),
        "resetPassword" => format!("mutation {{ resetPassword(account: \"{system}\") {{ problem {{ code }} }} }}"),
        "resetSecondFactor" => format!("mutation {{ resetSecondFactor(account: \"{person}\") {{ problem {{ code }} }} }}"),
        "endAccountSession" => {
            format!("mutation {{ endAccountSession(account: \"{person}\", session: \"{NOTHING}\") {{ problem {{ code }} }} }}")
        }
        "similarReports" => format!("{{ similarReports(id: \"{NOTHING}\") {{ resemblance }} }}"),
        "updateDraft" => format!("mutation {{ updateDraft(id: \"{NOTHING}\", revision: 1, content: {{}}) {{ problem {{ code }} }} }}"),
        "returnReport" => {
            format!("mutation {{ returnReport(id: \"{NOTHING}\", revision: 1, reason: \"x\") {{ problem {{ code }} }} }}")
        }
        "reopenReport" => format!(
            "mutation {{ reopenReport(id: \"{NOTHING}\", revision: 1, reason: \"x\", until: \"2030-01-01\") {{ problem {{ code }} }} }}"
        ),
        "discardDraft" | "sendReport" | "acceptReport" => {
            format!("mutation {{ {name}(id: \"{NOTHING}\", revision: 1) {{ problem {{ code }} }} }}")
        }
        other => panic!("nobody tries {other}"),
    }
}
