//! Operation × role: what the policy's table says is what happens, for every operation and every role, over HTTP.

use std::collections::BTreeSet;

use domain::{
    account::Role,
    policy::operations::{Cell, Interface, OPERATIONS, Operation, cell},
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
    for (root, interface) in [("type Query {", Interface::Query), ("type Mutation {", Interface::Mutation)] {
        let (_, body) = sdl.split_once(root).expect("the root");
        let body = body.split_once("\n}").expect("its end").0;
        // Fields stand one tab or two spaces deep, descriptions in quotes.
        let is_field = |line: &&str| line.starts_with(['\t', ' ']) && line.trim_start().starts_with(|c: char| c.is_ascii_lowercase());
        let fields = undescribed(body);
        let fields = fields.lines().filter(is_field).filter_map(|line| line.trim().split(['(', ':']).next()).map(str::to_owned);
        assert_eq!(fields.collect::<BTreeSet<_>>(), named(interface), "{root}");
    }
}

/// The text without its descriptions.
fn undescribed(text: &str) -> String {
    text.split("\"\"\"").step_by(2).collect::<Vec<_>>().join("\n")
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
        Some(body) => client.send(method, path, &[("content-type", "application/json")], body.to_string().as_bytes()),
        None => client.send(method, path, &[], b""),
    }
}

fn every_cell_of_the_table_is_what_happens(backend: Backend) {
    let stage = stage(backend);
    for role in std::iter::once(None).chain(Role::ALL.iter().copied().map(Some)) {
        let client = match role {
            None => stage.app.anonymous(),
            Some(role) => stage.app.person(Some(OWN), role),
        };
        for operation in OPERATIONS {
            let wanted = cell(operation.action, role);
            let at = format!("{} {} as {}", operation.interface.label(), operation.name, role.map_or("PUBLIC", Role::label));
            match operation.interface {
                Interface::Rest => assert_rest(&stage, &client, *operation, wanted, role, &at),
                Interface::Query | Interface::Mutation => assert_graphql(&stage, &client, *operation, wanted, role, &at),
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
        Cell::Yes | Cell::Own => assert!(!matches!(reply.status, 401 | 403 | 429 | 500), "{at}: {} {}", reply.status, reply.body),
        Cell::Published => panic!("{at} is no list of what is published"),
    }
}

/// Asks for an operation in a way that changes nothing that later rows rest on.
fn rest_operation(stage: &Stage, client: &Client, name: &str) -> Reply {
    let form =
        |path: &str| client.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], b"grant_type=none&token=none");
    let admin = |rest: &str| format!("/api/v1/admin/accounts/{}{rest}", stage.system);
    let person = |rest: &str| format!("/api/v1/admin/accounts/{}{rest}", stage.person);
    let password = json!({"currentPassword": "wrong", "newPassword": "wrong"});
    let (method, path, body) = match name {
        "issue_token" => return form("/api/v1/auth/token"),
        "revoke_token" => return form("/api/v1/auth/revoke"),
        "list_agencies" => ("GET", "/api/v1/agencies".into(), None),
        "list_tasks" => ("GET", "/api/v1/tasks".into(), None),
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
        other => panic!("nobody tries {other}"),
    };
    rest(client, method, &path, body.as_ref())
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
        // Without a file: let in, and then told what is missing.
        let told = if name == "remove_report_file" { (404, "NOT_FOUND") } else { (422, "BODY_INVALID") };
        assert_eq!((own.status, own.code().as_str()), told, "{at}: {}", own.body);
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
        Cell::Yes | Cell::Own => assert_eq!(code, None, "{at}: {reply}"),
        Cell::Published => panic!("{at} is no list of what is published"),
    }
}

/// A document that asks for a field in a way that changes nothing that later rows rest on.
fn graphql_operation(stage: &Stage, name: &str) -> String {
    let (system, person) = (&stage.system, &stage.person);
    match name {
        "programme" | "agency" => format!("{{ {name}(code: \"x\") {{ code }} }}"),
        "programmes" | "tasks" | "agencies" | "documents" => format!("{{ {name} {{ totalCount }} }}"),
        "node" => format!("{{ node(id: \"{NOTHING}\") {{ id }} }}"),
        "me" => "{ me { login sessions { id } } }".into(),
        "accounts" => "{ accounts { nodes { login } } }".into(),
        "account" => format!("{{ account(id: \"{system}\") {{ grants {{ id }} secrets {{ id }} keys {{ id }} sessions {{ id }} }} }}"),
        "signingKeys" => "{ signingKeys { kid } }".into(),
        "auditEntries" => "{ auditEntries(first: 1) { nodes { id } } }".into(),
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
        other => panic!("nobody tries {other}"),
    }
}
