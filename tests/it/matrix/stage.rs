//! What the operations are tried on: of everything that belongs to an agency, one of the role's own and one of another.

use std::collections::BTreeMap;

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp};

use crate::{
    evidence::{PDF, uploaded},
    obligations::{list, start},
    workflow::{done, keyed},
};

/// The agency of every role that has one, and another; both lead tasks, none of them together.
pub const OWN: &str = "bao-hai-phong";
pub const OTHER: &str = "so-tttt";
/// Nothing has this identifier.
pub const NOTHING: &str = "0199b2a0-0000-7000-8000-000000000001";
/// A task of each.
const TASKS: [(Of, &str, &str); 2] = [(Of::Own, OWN, "I.5"), (Of::Other, OTHER, "III.3")];

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    Own,
    Other,
    /// It is not there.
    Nothing,
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Submitted, with a file.
    Report,
    /// The file on it.
    File,
    /// Never submitted.
    Draft,
    /// Accepted: everybody reads it.
    Published,
    Task,
    Occurrence,
    /// A request that waits for its decision.
    Extension,
    /// Owed, and urged.
    Obligation,
    Excluded,
    /// What was brought about, for inside only.
    Deliverable,
    /// For whom something is said.
    Agency,
    Account,
    Session,
}

pub struct Stage {
    pub app: TestApp,
    objects: BTreeMap<(Kind, Of), String>,
    /// A grant and a secret of an account that no operation is tried on.
    pub grant: String,
    pub secret: String,
    admin: Client,
}

impl Stage {
    pub fn id(&self, kind: Kind, of: Of) -> &str {
        match (kind, of) {
            (Kind::Agency, Of::Nothing) => "khong-co",
            (_, Of::Nothing) => NOTHING,
            _ => self.objects.get(&(kind, of)).unwrap_or_else(|| panic!("no {kind:?} of {of:?}")),
        }
    }

    pub fn start(backend: Backend) -> Self {
        let app = start(backend);
        let mut objects = BTreeMap::new();
        // Of neither agency, and of another one that decides.
        let decides = app.person(Some("so-noi-vu"), Role::Standing);
        for (of, agency, task) in TASKS {
            let system = app.system_of(agency);
            let mut add = |kind, id: &Value| objects.insert((kind, of), id.as_str().expect("an id").to_owned());
            reports(&system, &decides, task, &mut add);
            deliverable(&system, task, &mut add);
            tasks(&system, task, &mut add);
            obligations(&system, &decides, task, &mut add);
            add(Kind::Agency, &json!(agency));
        }
        // Two service accounts, and somebody who is signed in.
        let (admin, system, other) =
            (app.person(None, Role::Admin), app.service_account(OTHER, &[]), app.service_account(OTHER, &[Role::AgencySystem]));
        objects.insert((Kind::Account, Of::Other), account(&admin, &system.login));
        let signed_in = app.person(Some(OTHER), Role::AgencyViewer);
        let session = signed_in.graphql("{ me { sessions { id } } }", &json!({}))["me"]["sessions"][0]["id"].clone();
        objects.insert((Kind::Session, Of::Other), session.as_str().expect("an id").to_owned());
        let of = "query($id: ID!) { account(id: $id) { grants { id } secrets { id } } }";
        let of = admin.graphql(of, &json!({"id": account(&admin, &other.login)}));
        let first = |what: &str| of["account"][what][0]["id"].as_str().expect("an id").to_owned();
        let (grant, secret) = (first("grants"), first("secrets"));
        Self { app, objects, grant, secret, admin }
    }

    /// The account with this login.
    pub fn account(&self, login: &str) -> String {
        account(&self.admin, login)
    }
}

fn account(admin: &Client, login: &str) -> String {
    let all = admin.graphql("{ accounts(first: 200) { nodes { id login } } }", &json!({}))["accounts"]["nodes"].take();
    let found = all.as_array().expect("accounts").iter().find(|account| account["login"] == login);
    found.expect("an account")["id"].as_str().expect("an id").to_owned()
}

fn reports(system: &Client, decides: &Client, task: &str, add: &mut impl FnMut(Kind, &Value) -> Option<String>) {
    let draft = |key: &str, year: i32| {
        let content = json!({"percent": 40, "narrative": "Đã làm."});
        let body = json!({"programme": "HP-1593-2013", "task": task, "year": year, "content": content});
        let reply = keyed(system, "/api/v1/reports/drafts", key, &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["id"].clone()
    };
    let path = |id: &Value| format!("/api/v1/reports/{}", id.as_str().expect("an id"));
    add(Kind::Draft, &draft("draft", 2013));
    let report = draft("report", 2014);
    add(Kind::File, &uploaded(system, report.as_str().expect("an id"), "a.pdf", PDF)["id"]);
    done(system, "POST", &path(&report), "/submit", &Value::Null);
    add(Kind::Report, &report);
    let published = draft("published", 2015);
    done(system, "POST", &path(&published), "/submit", &Value::Null);
    done(decides, "POST", &path(&published), "/accept", &Value::Null);
    add(Kind::Published, &published);
}

fn deliverable(system: &Client, task: &str, add: &mut impl FnMut(Kind, &Value) -> Option<String>) {
    let details = json!({"from": "2014-05-01", "to": "2014-05-02"});
    let body = json!({"programme": "HP-1593-2013", "task": task, "kind": "CAMPAIGN", "year": 2014, "title": "Đợt tuyên truyền",
                      "visibility": "INTERNAL", "details": details});
    let reply = keyed(system, "/api/v1/deliverables", "deliverable", &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    add(Kind::Deliverable, &reply.json()["id"]);
}

fn tasks(system: &Client, task: &str, add: &mut impl FnMut(Kind, &Value) -> Option<String>) {
    let of = |year: i32| crate::occurrences::of(system, task, year);
    add(Kind::Occurrence, &of(2014)["id"]);
    add(Kind::Task, &of(2014)["taskId"]);
    let later = json!({"dueOn": "2030-12-31", "reason": "Chờ kinh phí."});
    let id = of(2015)["id"].as_str().expect("an id").to_owned();
    let asked = crate::occurrences::done(system, &id, "extensions", Some(&later));
    add(Kind::Extension, &asked["extensions"][0]["id"]);
}

fn obligations(system: &Client, decides: &Client, task: &str, add: &mut impl FnMut(Kind, &Value) -> Option<String>) {
    let of =
        |year: i32| list(system, &format!("&programme=HP-1593-2013&task={task}&regime=HP-1593-NAM&year={year}")).remove(0)["id"].clone();
    let (owed, excluded) = (of(2016), of(2017));
    let path = |id: &Value, verb: &str| format!("/api/v1/obligations/{}/{verb}", id.as_str().expect("an id"));
    let urged = keyed(decides, &path(&owed, "urge"), task, &json!({"text": "Đề nghị báo cáo."}));
    assert_eq!(urged.status, 201, "{}", urged.body);
    let out = keyed(decides, &path(&excluded, "exclude"), "out", &json!({"reason": "Không phải làm."}));
    assert_eq!(out.status, 200, "{}", out.body);
    add(Kind::Obligation, &owed);
    add(Kind::Excluded, &excluded);
}
