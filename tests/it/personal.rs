//! Restricted personal fields: who reads those of somebody else is in the audit log, or does not see them.

use domain::account::{Restricted, Role};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::rows, once};

use crate::access::{bearer, id_of, post, signed_in};

both!(
    reading_somebody_s_sessions_is_an_entry,
    a_page_of_accounts_is_an_entry_for_each_person,
    addresses_in_the_audit_log_are_read_with_an_entry,
    what_cannot_be_written_down_is_not_shown,
);
once!(the_guide_names_every_restricted_field);

/// What was read of whom by whom: login of the reader, account, fields.
fn reads(app: &TestApp) -> Vec<(String, String, Value)> {
    let sql = "SELECT COALESCE(login, actor) || ' ' || COALESCE(subject_id, '-') || ' ' || changes AS line FROM audit_entries
               WHERE operation = 'read_personal_fields' AND outcome = 'DONE' ORDER BY at, id";
    let split = |line: String| {
        let (login, rest) = line.split_once(' ').expect("a login");
        let (account, changes) = rest.split_once(' ').expect("an account");
        (login.to_owned(), account.to_owned(), serde_json::from_str(changes).expect("JSON"))
    };
    rows(&app.database, sql).into_iter().map(split).collect()
}

/// A person with two sessions, and the identifier of their account.
fn watched(app: &TestApp, admin: &Client) -> (Client, String) {
    let user = app.user(None, &[Role::Inspector]);
    signed_in(app, &user);
    let client = bearer(app, &signed_in(app, &user));
    // Asked for by login only, which is not restricted.
    (client, id_of(admin, &user.login))
}

fn reading_somebody_s_sessions_is_an_entry(backend: Backend) {
    let app = TestApp::start(backend);
    let secrets = app.user(None, &[Role::Admin]);
    let admin = bearer(&app, &signed_in(&app, &secrets));
    let auditor = app.person(None, Role::Auditor);
    let (own, id) = watched(&app, &admin);
    assert_eq!(reads(&app), [], "logins and roles are not restricted");

    // Over REST, with everything that it shows; each time anew.
    let path = format!("/api/v1/admin/accounts/{id}");
    let shown = admin.get(&path).json();
    assert_eq!(shown["sessions"].as_array().expect("sessions").len(), 2);
    let whole = json!({"externalSubject": 1, "lastUsedAt": 1, "networks": 1, "sessions": 2});
    assert_eq!(reads(&app), [(secrets.login.clone(), id.clone(), whole.clone())]);
    auditor.get(&path);
    assert_eq!(reads(&app).len(), 2);

    // Over GraphQL, however deep, under an alias and by a fragment; what is not asked for is not told of.
    let query = "query($id: ID!) { a: account(id: $id) { ...F } accounts(kind: USER) { nodes { login b: sessions { id } } } }
                 fragment F on Account { name c: sessions { network userAgent } }";
    let answer = auditor.graphql(query, &json!({ "id": id }));
    assert_eq!(answer["a"]["c"].as_array().expect("sessions").len(), 2);
    let told = reads(&app).split_off(2);
    // Twice two of one person, and of the administrator; none of the auditor's own.
    let admin_id = id_of(&admin, &secrets.login);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|(_, of, fields)| *of == id && *fields == json!({"sessions": 4})), "{told:?}");
    assert!(told.iter().any(|(_, of, fields)| *of == admin_id && *fields == json!({"sessions": 1})), "{told:?}");
    admin.graphql("query($id: ID!) { account(id: $id) { lastUsedAt networks } }", &json!({ "id": id }));
    assert_eq!(reads(&app).split_off(4), [(secrets.login.clone(), id.clone(), json!({"lastUsedAt": 1, "networks": 1}))]);

    // What a mutation shows afterwards counts as well.
    let change = "mutation($id: ID!) { updateAccount(id: $id, change: {name: \"Tên khác\"}) { account { sessions { network } } } }";
    admin.graphql(change, &json!({ "id": id }));
    assert_eq!(reads(&app).split_off(5), [(secrets.login.clone(), id.clone(), json!({"sessions": 2}))]);

    // One's own need no entry, whatever the path.
    assert_eq!(own.get("/api/v1/me/sessions").status, 200);
    own.graphql("{ me { sessions { network } } }", &json!({}));
    assert_eq!(admin.get(&format!("/api/v1/admin/accounts/{admin_id}")).status, 200);
    // Without the right nothing is seen, and what is told is the refusal.
    assert_eq!(own.get(&path).status, 403);
    assert_eq!(reads(&app).len(), 6);
    let everything = rows(&app.database, "SELECT changes AS line FROM audit_entries WHERE operation = 'read_personal_fields'").concat();
    assert!(!everything.contains("127.0.0.1") && !everything.contains("ureq"), "no values: {everything}");
}

fn a_page_of_accounts_is_an_entry_for_each_person(backend: Backend) {
    let app = TestApp::start(backend);
    let secrets = app.user(None, &[Role::Admin]);
    let admin = bearer(&app, &signed_in(&app, &secrets));
    let people: Vec<String> = (0..3).map(|_| id_of(&admin, &app.user(None, &[]).login)).collect();
    app.service_account("bao-hai-phong", &[Role::AgencySystem]);
    assert_eq!(admin.get("/api/v1/admin/accounts").json()["items"].as_array().expect("accounts").len(), 5);
    let told = reads(&app);
    // Neither the system nor the caller.
    let fields = json!({"externalSubject": 1, "lastUsedAt": 1, "networks": 1});
    assert!(told.iter().all(|(by, _, seen)| *by == secrets.login && *seen == fields), "{told:?}");
    let mut of: Vec<&String> = told.iter().map(|(_, of, _)| of).collect();
    of.sort_unstable();
    let mut wanted: Vec<&String> = people.iter().collect();
    wanted.sort_unstable();
    assert_eq!(of, wanted);
}

fn addresses_in_the_audit_log_are_read_with_an_entry(backend: Backend) {
    let app = TestApp::start(backend);
    let auditor = app.user(None, &[Role::Auditor]);
    let client = bearer(&app, &signed_in(&app, &auditor));
    let own = id_of(&client, &auditor.login);
    let signed = "/api/v1/admin/audit?operation=issue_token";
    assert_eq!(client.get(&format!("{signed}&account={own}")).status, 200);
    assert_eq!(reads(&app), [], "one's own address");
    app.person(None, Role::Admin);
    app.system_of("bao-hai-phong");
    assert_eq!(client.get(signed).json()["items"].as_array().expect("entries").len(), 3);
    let told = (auditor.login.clone(), "-".to_owned(), json!({"auditNetwork": 1}));
    assert_eq!(reads(&app), std::slice::from_ref(&told), "neither the auditor's nor the system's");
    client.graphql("{ auditEntries(filter: {operation: \"issue_token\"}) { nodes { operation login } } }", &json!({}));
    assert_eq!(reads(&app).len(), 1, "no address was asked for");
    client.graphql("{ auditEntries(filter: {operation: \"issue_token\"}) { nodes { network } } }", &json!({}));
    assert_eq!(reads(&app), [told.clone(), told]);
}

fn what_cannot_be_written_down_is_not_shown(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let (_, id) = watched(&app, &admin);
    let sql = match backend {
        Backend::Sqlite => {
            "CREATE TRIGGER no_reads BEFORE INSERT ON audit_entries WHEN NEW.operation = 'read_personal_fields'
             BEGIN SELECT RAISE(ABORT, 'full'); END"
        }
        Backend::Postgres => "ALTER TABLE audit_entries ADD CONSTRAINT no_reads CHECK (operation <> 'read_personal_fields') NOT VALID",
    };
    persistence::by_hand::execute(&app.db, sql).expect("a rule");
    let refused = admin.get(&format!("/api/v1/admin/accounts/{id}"));
    assert!(refused.status >= 500 && !refused.body.contains("127.0.0.1"), "{} {}", refused.status, refused.body);
    assert!(admin.get("/api/v1/admin/accounts").status >= 500);
    let answer = admin.graphql_reply("query($id: ID!) { account(id: $id) { sessions { network } } }", &json!({ "id": id }));
    assert!(answer["data"].is_null() && answer["errors"][0]["extensions"]["code"].is_string(), "{answer}");
    // What is not restricted is shown all the same.
    assert!(admin.graphql("query($id: ID!) { account(id: $id) { name } }", &json!({ "id": id }))["account"]["name"].is_string());
    assert_eq!(post(&admin, &format!("/api/v1/admin/accounts/{id}/grants"), &json!({"role": "AUDITOR"})).status, 201);
}

fn the_guide_names_every_restricted_field() {
    let guide = include_str!("../../docs/administration.md");
    for field in Restricted::ALL {
        assert!(guide.contains(&format!("`{field}`")), "{field}");
    }
}
