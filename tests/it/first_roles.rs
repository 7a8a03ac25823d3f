//! Roles that an account is made with: for how long and on what ground, as those that are given to it later.

use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::rows, process::ENTRY};

use crate::access::{id_of, post};

both!(roles_from_the_start_have_days_and_a_ground, what_does_not_fit_is_refused_as_for_grants);

const ACCOUNTS: &str = "/api/v1/admin/accounts";

/// The decision's identifier.
fn decision(client: &Client) -> String {
    let found = client.graphql("{ documents(filter: {number: \"1593/QĐ-UBND\"}) { nodes { id } } }", &json!({}));
    found["documents"]["nodes"][0]["id"].as_str().expect("the decision").to_owned()
}

fn grants(admin: &Client, id: &str) -> Vec<Value> {
    let detail = admin.get(&format!("{ACCOUNTS}/{id}")).json();
    let shown = |grant: &Value| json!([grant["role"], grant["agency"], grant["validFrom"], grant["validTo"], grant["basis"]]);
    let mut grants: Vec<Value> = detail["grants"].as_array().expect("grants").iter().map(shown).collect();
    grants.sort_by_key(ToString::to_string);
    grants
}

fn roles_from_the_start_have_days_and_a_ground(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let basis = decision(&admin);
    let (from, to) = ("2026-01-01", "2027-01-01");
    let wanted = [json!(["AGENCY_APPROVER", "so-tttt", from, to, basis]), json!(["STANDING", null, from, to, basis])];
    let mut made = json!({"kind": "USER", "login": "over-rest", "name": "A", "agency": "so-tttt", "roles": ["STANDING", "AGENCY_APPROVER"],
                      "validFrom": from, "validTo": to, "basis": basis});
    let reply = post(&admin, ACCOUNTS, &made);
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert_eq!(grants(&admin, reply.json()["id"].as_str().expect("an id")), wanted);

    let mutation = "mutation($input: NewAccountInput!) { createAccount(input: $input) { account { id } problem { code } } }";
    made["login"] = json!("over-graphql");
    let answer = admin.graphql(mutation, &json!({ "input": made }));
    assert_eq!(grants(&admin, answer["createAccount"]["account"]["id"].as_str().expect("an id")), wanted);

    let url = app.database.url_text();
    let create = ["user", "create", "by-command", "--name", "A", "--agency", "so-tttt", "--role", "STANDING", "--role", "AGENCY_APPROVER"];
    let terms = ["--from", from, "--to", to, "--basis", "1593/QĐ-UBND"];
    let haidang = |args: &[&str]| {
        let program = std::env::current_exe().expect("this program");
        std::process::Command::new(program).args([ENTRY, "--database-url", &url, "--log", "error"]).args(args).output().expect("a run")
    };
    let done = haidang(&[&create[..], &terms].concat());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(grants(&admin, &id_of(&admin, "by-command")), wanted);

    // The log tells of them, each time alike.
    let entries = rows(&app.database, "SELECT changes AS line FROM audit_entries WHERE operation = 'create_account' ORDER BY at, id");
    let told: Vec<Value> = entries.iter().map(|entry| serde_json::from_str::<Value>(entry).expect("JSON")["after"].clone()).collect();
    for after in &told[told.len() - 3..] {
        let shown = (&after["validFrom"], &after["validTo"], &after["basis"], &after["roles"]);
        assert_eq!(shown, (&json!(from), &json!(to), &json!(basis), &json!(["STANDING", "AGENCY_APPROVER"])));
    }
    // They hold on their days: not yet, and no more.
    for (login, from, to, roles) in
        [("later", "2026-06-01", "2027-01-01", json!([])), ("now", "2026-01-15", "2026-01-16", json!(["STANDING"]))]
    {
        let new = json!({"kind": "USER", "login": login, "name": "A", "roles": ["STANDING"], "validFrom": from, "validTo": to});
        let id = post(&admin, ACCOUNTS, &new).json()["id"].as_str().expect("an id").to_owned();
        assert_eq!(admin.get(&format!("{ACCOUNTS}/{id}")).json()["roles"], roles, "{login}");
    }
    app.clock.advance(TimeDelta::days(1));
    let admin = app.person(None, Role::Admin);
    assert_eq!(admin.get(&format!("{ACCOUNTS}/{}", id_of(&admin, "now"))).json()["roles"], json!([]));
}

fn what_does_not_fit_is_refused_as_for_grants(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let other = app.user(None, &[]);
    let grants = format!("{ACCOUNTS}/{}/grants", id_of(&admin, &other.login));
    let nobody = "00000000-0000-7000-8000-000000000000";
    for (terms, pointer, code) in [
        (json!({"validFrom": "2026-02-01", "validTo": "2026-02-01"}), "/validTo", "PERIOD_INCONSISTENT"),
        (json!({"validFrom": "2026-02-02", "validTo": "2026-02-01"}), "/validTo", "PERIOD_INCONSISTENT"),
        (json!({"validTo": "2026-01-15"}), "/validTo", "RULE_BROKEN"),
        (json!({"basis": nobody}), "/basis", "REFERENCE_UNKNOWN"),
    ] {
        let mut account = json!({"kind": "USER", "login": "x-1", "name": "X", "roles": ["STANDING"]});
        let mut grant = json!({"role": "STANDING"});
        for (name, value) in terms.as_object().expect("an object") {
            account[name] = value.clone();
            grant[name] = value.clone();
        }
        let told = [(pointer.to_owned(), code.to_owned())];
        assert_eq!(post(&admin, ACCOUNTS, &account).faults(), told, "{terms}");
        assert_eq!(post(&admin, &grants, &grant).faults(), told, "{terms}");
    }
    // Days and a document of no role; beside other faults, all of them.
    let of_nothing = json!({"kind": "USER", "login": "x-1", "name": "X", "validTo": "2027-01-01"});
    assert_eq!(post(&admin, ACCOUNTS, &of_nothing).faults(), [("/roles".to_owned(), "RULE_BROKEN".to_owned())]);
    let many =
        json!({"kind": "SERVICE", "login": "x-1", "name": "X", "roles": ["STANDING"], "validFrom": "2027-01-01", "validTo": "2026-01-01"});
    let told = post(&admin, ACCOUNTS, &many).faults();
    assert_eq!(told.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(), ["/validTo", "/agency"]);
    // Nothing of it is there.
    assert_eq!(rows(&app.database, "SELECT login AS line FROM accounts WHERE login = 'x-1'"), Vec::<String>::new());
}
