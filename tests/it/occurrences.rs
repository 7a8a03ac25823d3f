//! The life of occurrences: who moves them where, and when they count as late. What moves their due day is in `extensions`.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{execute, rows},
    seed::decision_1593,
};

both!(
    annual_tasks_fall_due_each_year_and_fixed_ones_in_their_last,
    a_task_goes_from_start_to_confirmation,
    a_change_needs_the_revision_that_it_rests_on,
    racing_changes_leave_one,
    coordinators_and_strangers_move_nothing,
    whoever_may_not_is_not_told_how_it_stands,
    a_role_in_a_lead_is_enough_whatever_the_account_is_of,
    members_of_a_collective_lead_each_for_themselves,
    a_reporter_starts_and_the_approver_says_that_it_is_done,
    nobody_confirms_what_their_own_agency_leads,
    a_programme_may_have_self_decisions_marked,
    a_principal_alone_is_enough,
    what_does_not_do_is_done_again,
    orders_rest_on_a_document_and_a_reason,
    a_task_is_given_back_before_it_is_begun,
    a_claim_may_rest_on_a_report_of_its_own,
    graphql_moves_and_shows_the_same,
    a_past_day_is_seen_as_it_was,
    an_import_leaves_what_life_did_and_sets_the_policy,
);

pub(crate) const PROGRAMME: &str = "HP-1593-2013";
/// The three leads of V.2.
pub(crate) const LEADS: [&str; 3] = ["bao-hai-phong", "dai-ptth-hai-phong", "trung-tam-tttt"];
pub(crate) const DECISION: &str = "1593/QĐ-UBND";

pub(crate) fn of(client: &Client, task: &str, year: i32) -> Value {
    let page = client.get(&format!("/api/v1/occurrences?programme={PROGRAMME}&task={task}&year={year}")).json();
    page["items"][0].clone()
}

pub(crate) fn id(occurrence: &Value) -> String {
    occurrence["id"].as_str().expect("an id").to_owned()
}

/// Sends a change that rests on a revision.
pub(crate) fn change(client: &Client, path: &str, revision: i64, body: Option<&Value>) -> Reply {
    let tag = format!("\"{revision}\"");
    let headers = [("if-match", tag.as_str()), ("content-type", "application/json")];
    let body = body.map(Value::to_string).unwrap_or_default();
    client.send("POST", path, if body.is_empty() { &headers[..1] } else { &headers }, body.as_bytes())
}

/// Does something to an occurrence as it stands, which must work.
pub(crate) fn done(client: &Client, id: &str, verb: &str, body: Option<&Value>) -> Value {
    let reply = tried(client, id, verb, body);
    assert_eq!(reply.status, 200, "{verb}: {}", reply.body);
    let after = reply.json();
    assert_eq!(reply.revision(), after["revision"].to_string());
    after
}

/// Does something to an occurrence as it stands.
pub(crate) fn tried(client: &Client, id: &str, verb: &str, body: Option<&Value>) -> Reply {
    let revision = client.get(&format!("/api/v1/occurrences/{id}")).json()["revision"].as_i64().expect("a revision");
    change(client, &format!("/api/v1/occurrences/{id}/{verb}"), revision, body)
}

pub(crate) fn refused(reply: &Reply) -> (u16, String) {
    (reply.status, reply.code())
}

pub(crate) fn claim(on: &str) -> Value {
    json!({"deliveredOn": on, "note": "Đã đăng trên báo."})
}

/// All three leads of V.2 have delivered.
fn delivered(app: &TestApp, year: i32) -> String {
    let clients = LEADS.map(|lead| app.system_of(lead));
    let id = id(&of(&clients[0], "V.2", year));
    done(&clients[0], &id, "start", None);
    for client in &clients {
        done(client, &id, "claim", Some(&claim(&format!("{year}-06-01"))));
    }
    id
}

fn annual_tasks_fall_due_each_year_and_fixed_ones_in_their_last(backend: Backend) {
    let app = TestApp::start(backend);
    let due = |task: &str| {
        let page = app.anonymous().get(&format!("/api/v1/occurrences?programme={PROGRAMME}&task={task}&limit=50")).json();
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|item| format!("{} {}", item["year"], item["dueOn"].as_str().expect("a day"))).collect::<Vec<_>>()
    };
    let annual: Vec<String> = (2013..=2020).map(|year| format!("{year} {year}-12-31")).collect();
    assert_eq!(due("I.2"), annual, "eight, none for 2012 or 2021");
    assert_eq!(due("I.1"), ["2013 2014-12-31", "2014 2014-12-31"]);
    assert_eq!(due("IV.1"), ["2013 2015-12-31", "2014 2015-12-31", "2015 2015-12-31"]);
}

fn a_task_goes_from_start_to_confirmation(backend: Backend) {
    let app = TestApp::start(backend);
    let [press, radio, centre] = LEADS.map(|lead| app.system_of(lead));
    let id = id(&of(&press, "V.2", 2014));
    let started = done(&press, &id, "start", None);
    assert_eq!((&started["status"], &started["revision"]), (&json!("IN_PROGRESS"), &json!(2)));
    assert_eq!(refused(&tried(&press, &id, "start", None)), (409, "OCCURRENCE_STATE".into()));
    let first = done(&press, &id, "claim", Some(&claim("2014-05-01")));
    assert_eq!(first["status"], "IN_PROGRESS", "two leads are still at work");
    done(&radio, &id, "claim", Some(&claim("2014-11-20")));
    // A lead corrects what it claimed.
    done(&radio, &id, "claim", Some(&claim("2014-11-25")));
    let waiting = done(&centre, &id, "claim", Some(&claim("2014-06-30")));
    assert_eq!(waiting["status"], "AWAITING_CONFIRMATION");
    let tomorrow = tried(&press, &id, "claim", Some(&claim("2099-01-01")));
    assert_eq!(refused(&tomorrow), (409, "OCCURRENCE_STATE".into()), "it waits already");
    let committee = app.person(None, Role::Committee);
    let completed = done(&committee, &id, "confirm", Some(&json!({"reason": "Đạt yêu cầu."})));
    assert_eq!(completed["status"], "COMPLETED");
    assert_eq!(completed["completedOn"], "2014-11-25", "the last delivery, not the click");
    assert_eq!(completed["timeliness"], "ON_TIME");
    let acts: Vec<&str> = completed["history"].as_array().unwrap().iter().map(|event| event["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["START", "CLAIM", "CLAIM", "CLAIM", "CLAIM", "CONFIRM"]);
    assert_eq!(completed["history"][5]["countsOn"], "2014-11-25");
    let withdrawn = completed["claims"].as_array().unwrap().iter().filter(|claim| !claim["withdrawnAt"].is_null()).count();
    assert_eq!((completed["claims"].as_array().unwrap().len(), withdrawn), (4, 1), "what was corrected is kept");
    assert_eq!(refused(&tried(&committee, &id, "redo", Some(&json!({"reason": "x"})))), (409, "OCCURRENCE_STATE".into()));
    // Each act is an entry and a public event.
    let told = rows(&app.database, "SELECT kind AS line FROM events WHERE subject = 'occurrence' AND is_public ORDER BY position");
    assert_eq!(
        told,
        [
            "OCCURRENCE_STARTED",
            "OCCURRENCE_CLAIMED",
            "OCCURRENCE_CLAIMED",
            "OCCURRENCE_CLAIMED",
            "OCCURRENCE_CLAIMED",
            "OCCURRENCE_CONFIRMED"
        ]
    );
    let entries = rows(
        &app.database,
        "SELECT operation AS line FROM audit_entries WHERE subject = 'occurrence' AND outcome = 'DONE' ORDER BY at, operation DESC",
    );
    assert_eq!(entries.iter().filter(|operation| *operation == "claim_occurrence").count(), 4);
    assert_eq!(entries.len(), 6, "{entries:?}");
}

fn a_change_needs_the_revision_that_it_rests_on(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(LEADS[0]);
    let id = id(&of(&press, "V.2", 2014));
    let path = format!("/api/v1/occurrences/{id}/start");
    let with = |headers: &[(&str, &str)]| refused(&press.send("POST", &path, headers, b""));
    assert_eq!(with(&[]), (428, "PRECONDITION_REQUIRED".into()));
    for stale in ["\"7\"", "\"0\"", "\"abc\"", "\"99999999999\"", "W/\"1\"", "\"2\", \"3\"", "\"\""] {
        assert_eq!(with(&[("if-match", stale)]), (412, "PRECONDITION_FAILED".into()), "{stale}");
    }
    for odd in ["1", "*, \"1\"", "\"1\" \"2\"", ""] {
        assert_eq!(with(&[("if-match", odd)]), (400, "HEADER_INVALID".into()), "{odd}");
    }
    assert_eq!(press.get(&format!("/api/v1/occurrences/{id}")).revision(), "1", "nothing was changed");
    assert_eq!(change(&press, &path, 1, None).status, 200);
    assert_eq!(refused(&change(&press, &path, 1, None)), (412, "PRECONDITION_FAILED".into()));
    for gone in ["0199b2a0-0000-7000-8000-000000000001", "x"] {
        assert_eq!(refused(&change(&press, &format!("/api/v1/occurrences/{gone}/start"), 1, None)), (404, "NOT_FOUND".into()));
    }
}

fn racing_changes_leave_one(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(LEADS[0]);
    let id = id(&of(&press, "V.2", 2014));
    done(&press, &id, "start", None);
    let path = format!("/api/v1/occurrences/{id}/extensions");
    let body = json!({"dueOn": "2016-06-30", "reason": "Chờ kinh phí."});
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| change(&press, &path, 2, Some(&body)).status)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 412)), "{statuses:?}");
}

fn coordinators_and_strangers_move_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    // III.3 is led by the department of information, coordinated by a central authority; the paper has nothing to do with it.
    let id = id(&of(&app.anonymous(), "III.3", 2014));
    for agency in ["cuc-ttdn", LEADS[0]] {
        let system = app.system_of(agency);
        assert_eq!(refused(&tried(&system, &id, "start", None)), (403, "NOT_A_LEAD".into()), "{agency}");
        let asked = tried(&system, &id, "extensions", Some(&json!({"dueOn": "2016-06-30", "reason": "x"})));
        assert_eq!(refused(&asked), (403, "NOT_A_LEAD".into()), "{agency}");
    }
    assert_eq!(refused(&tried(&app.anonymous(), &id, "start", None)), (401, "UNAUTHENTICATED".into()));
    assert_eq!(refused(&tried(&app.person(None, Role::Standing), &id, "start", None)), (403, "FORBIDDEN".into()));
    assert_eq!(of(&app.anonymous(), "III.3", 2014)["revision"], 1);
}

fn whoever_may_not_is_not_told_how_it_stands(backend: Backend) {
    let app = TestApp::start(backend);
    let id = id(&of(&app.anonymous(), "III.3", 2014));
    let path = |verb: &str| format!("/api/v1/occurrences/{id}/{verb}");
    let (stranger, standing) = (app.system_of(LEADS[0]), app.person(Some("so-tttt"), Role::Standing));
    let later = json!({"dueOn": "2016-06-30", "reason": "x"});
    let back = json!({"reason": "x", "agency": "khong-co"});
    for (verb, body) in [("start", None), ("claim", Some(claim("2014-06-01"))), ("return", Some(back)), ("extensions", Some(later))] {
        assert_eq!(refused(&change(&stranger, &path(verb), 7, body.as_ref())), (403, "NOT_A_LEAD".into()), "{verb}");
    }
    let nameless = stranger.send("POST", &path("start"), &[("if-match", "\"abc\"")], b"");
    assert_eq!(refused(&nameless), (403, "NOT_A_LEAD".into()));
    for verb in ["confirm", "cancel"] {
        let order = json!({"reason": "x", "document": "1/QĐ-KHONG"});
        assert_eq!(refused(&change(&standing, &path(verb), 7, Some(&order))), (403, "OWN_MATTER".into()), "{verb}");
    }
}

fn a_role_in_a_lead_is_enough_whatever_the_account_is_of(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, user) = (app.person(None, Role::Admin), app.user(None, &[]));
    let account = admin.get("/api/v1/admin/accounts?limit=200").json()["items"].take();
    let account = account.as_array().expect("accounts").iter().find(|account| account["login"] == user.login).expect("it")["id"].clone();
    let grant = json!({"role": "AGENCY_APPROVER", "agency": LEADS[1]}).to_string();
    let path = format!("/api/v1/admin/accounts/{}/grants", account.as_str().expect("an id"));
    let given = admin.send("POST", &path, &[("content-type", "application/json")], grant.as_bytes());
    assert_eq!(given.status, 201, "{}", given.body);
    let approver = app.anonymous().sign_in_person(&user);
    let started = done(&approver, &id(&of(&approver, "V.2", 2014)), "start", None);
    assert_eq!(started["history"][0]["agency"], LEADS[1]);
    assert_eq!(refused(&tried(&approver, &id(&of(&approver, "III.3", 2014)), "start", None)), (403, "NOT_A_LEAD".into()));
}

fn members_of_a_collective_lead_each_for_themselves(backend: Backend) {
    let app = TestApp::start(backend);
    let id = id(&of(&app.anonymous(), "I.5", 2015));
    let shown = app.anonymous().get(&format!("/api/v1/occurrences/{id}")).json();
    let leads: Vec<String> = shown["leadAgencies"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    assert!(leads.len() > 1 && leads.contains(&LEADS[0].to_owned()), "{leads:?}");
    assert!(!leads.contains(&"cac-co-quan-bao-chi-hai-phong".to_owned()));
    for (i, lead) in leads.iter().enumerate() {
        let client = app.system_of(lead);
        if i == 0 {
            done(&client, &id, "start", None);
        }
        let after = done(&client, &id, "claim", Some(&claim("2015-03-01")));
        let wanted = if i + 1 == leads.len() { "AWAITING_CONFIRMATION" } else { "IN_PROGRESS" };
        assert_eq!(after["status"], wanted, "{lead}");
    }
    let path = format!("/api/v1/occurrences?programme={PROGRAMME}&task=I.5&year=2015&leadAgency={}", leads[0]);
    assert_eq!(app.anonymous().get(&path).json()["items"].as_array().unwrap().len(), 1, "found by a member");
}

fn a_reporter_starts_and_the_approver_says_that_it_is_done(backend: Backend) {
    let app = TestApp::start(backend);
    let (reporter, approver) = (app.person(Some(LEADS[0]), Role::AgencyReporter), app.person(Some(LEADS[0]), Role::AgencyApprover));
    let id = id(&of(&reporter, "V.2", 2013));
    done(&reporter, &id, "start", None);
    assert_eq!(refused(&tried(&reporter, &id, "claim", Some(&claim("2014-01-01")))), (403, "FORBIDDEN".into()));
    done(&approver, &id, "claim", Some(&claim("2014-01-01")));
    let blank = tried(&approver, &id, "claim", Some(&json!({"deliveredOn": "2014-01-01", "note": " \u{200b} "})));
    assert_eq!((blank.status, blank.faults()), (422, vec![("/note".into(), "PATTERN_MISMATCH".into())]));
    let tomorrow = tried(&approver, &id, "claim", Some(&claim("2026-01-16")));
    assert_eq!(tomorrow.faults(), [("/deliveredOn".to_owned(), "DAY_IN_FUTURE".to_owned())]);
    let mistyped = tried(&approver, &id, "claim", Some(&claim("1014-01-01")));
    assert_eq!(mistyped.faults(), [("/deliveredOn".to_owned(), "OUT_OF_RANGE".to_owned())]);
}

fn nobody_confirms_what_their_own_agency_leads(backend: Backend) {
    let app = TestApp::start(backend);
    let department = app.system_of("so-tttt");
    let id = id(&of(&department, "III.3", 2014));
    done(&department, &id, "start", None);
    done(&department, &id, "claim", Some(&claim("2014-12-31")));
    let remark = json!({});
    // The standing agency is the department itself.
    let standing = app.person(Some("so-tttt"), Role::Standing);
    assert_eq!(refused(&tried(&standing, &id, "confirm", Some(&remark))), (403, "OWN_MATTER".into()));
    assert_eq!(refused(&tried(&standing, &id, "redo", Some(&json!({"reason": "x"})))), (403, "OWN_MATTER".into()));
    let refusals =
        rows(&app.database, "SELECT code AS line FROM audit_entries WHERE operation = 'confirm_occurrence' AND outcome <> 'DONE'");
    assert_eq!(refusals, ["OWN_MATTER"]);
    let authority = app.person(Some("ubnd-tp-hai-phong"), Role::Authority);
    let completed = done(&authority, &id, "confirm", Some(&remark));
    assert_eq!((&completed["status"], &completed["timeliness"]), (&json!("COMPLETED"), &json!("ON_TIME")));
    assert_eq!(completed["history"][2]["selfDecided"], false);
    // What others lead it decides on.
    let press = delivered(&app, 2014);
    assert_eq!(done(&standing, &press, "confirm", Some(&remark))["status"], "COMPLETED");
}

fn a_programme_may_have_self_decisions_marked(backend: Backend) {
    let app = TestApp::start(backend);
    execute(&app.database, "UPDATE programmes SET marks_self_decisions = (1 = 1); UPDATE catalogue_stamp SET stamp = 7;");
    let department = app.system_of("so-tttt");
    let id = id(&of(&department, "III.3", 2014));
    done(&department, &id, "start", None);
    done(&department, &id, "claim", Some(&claim("2014-12-31")));
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let completed = done(&standing, &id, "confirm", Some(&json!({})));
    assert_eq!(completed["history"][2]["selfDecided"], true, "and shown to everybody");
}

fn a_principal_alone_is_enough(backend: Backend) {
    let app = TestApp::start(backend);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let task = of(&standing, "V.2", 2014)["taskId"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tasks/{task}/principal");
    let put = |tag: &str, body: &Value| {
        standing.send("PUT", &path, &[("if-match", tag), ("content-type", "application/json")], body.to_string().as_bytes())
    };
    let none = app.anonymous().get(&path);
    assert_eq!((none.revision().as_str(), &none.json()["agency"]), ("0", &Value::Null));
    let wanted = json!({"agency": LEADS[0], "document": DECISION});
    let named = put("\"0\"", &wanted);
    assert_eq!((named.status, &named.json()["agency"]), (200, &json!(LEADS[0])), "{}", named.body);
    assert_eq!(refused(&put("\"0\"", &wanted)), (412, "PRECONDITION_FAILED".into()));
    let stranger = put("\"1\"", &json!({"agency": "so-tai-chinh", "document": DECISION}));
    assert_eq!(stranger.faults(), [("/agency".to_owned(), "RULE_BROKEN".to_owned())]);
    let groundless = put("\"1\"", &json!({"agency": LEADS[1], "document": "0/QĐ-X"}));
    assert_eq!(groundless.faults(), [("/document".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    let press = app.system_of(LEADS[0]);
    let id = id(&of(&press, "V.2", 2014));
    done(&press, &id, "start", None);
    assert_eq!(done(&app.system_of(LEADS[1]), &id, "claim", Some(&claim("2014-02-01")))["status"], "IN_PROGRESS");
    assert_eq!(done(&press, &id, "claim", Some(&claim("2014-03-01")))["status"], "AWAITING_CONFIRMATION");
    // Nobody alone any more.
    assert_eq!(put("\"1\"", &json!({"agency": null, "document": DECISION})).json()["agency"], Value::Null);
    let said = app.anonymous().graphql(
        "{ tasks(filter: {programme: \"HP-1593-2013\", code: \"V.2\"}) { nodes { principal { agency { code } revision } } } }",
        &json!({}),
    );
    assert_eq!(said["tasks"]["nodes"][0]["principal"], json!({"agency": null, "revision": 2}));
}

fn what_does_not_do_is_done_again(backend: Backend) {
    let app = TestApp::start(backend);
    let committee = app.person(None, Role::Committee);
    let id = delivered(&app, 2015);
    let reasonless = tried(&committee, &id, "redo", Some(&json!({})));
    assert_eq!(reasonless.faults(), [("/reason".to_owned(), "FIELD_REQUIRED".to_owned())]);
    let again = done(&committee, &id, "redo", Some(&json!({"reason": "Chưa có bản tiếng Nhật."})));
    assert_eq!(again["status"], "REDO");
    assert!(again["claims"].as_array().unwrap().iter().all(|claim| !claim["withdrawnAt"].is_null()), "what was delivered does not do");
    assert_eq!(again["timeliness"], "OVERDUE", "due at the end of 2015");
    for lead in LEADS {
        done(&app.system_of(lead), &id, "claim", Some(&claim("2016-02-01")));
    }
    let completed = done(&committee, &id, "confirm", Some(&json!({})));
    assert_eq!((&completed["completedOn"], &completed["timeliness"]), (&json!("2016-02-01"), &json!("LATE")), "late, never overdue");
}

fn orders_rest_on_a_document_and_a_reason(backend: Backend) {
    let app = TestApp::start(backend);
    let authority = app.person(None, Role::Authority);
    let press = app.system_of(LEADS[0]);
    let id = id(&of(&press, "V.2", 2014));
    done(&press, &id, "start", None);
    let bare = tried(&authority, &id, "suspend", Some(&json!({"reason": "x"})));
    assert_eq!(bare.faults(), [("/document".to_owned(), "FIELD_REQUIRED".to_owned())]);
    let unknown = tried(&authority, &id, "suspend", Some(&json!({"reason": "x", "document": "1/QĐ-KHONG"})));
    assert_eq!(unknown.faults(), [("/document".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    let order = json!({"reason": "Chờ hướng dẫn.", "document": DECISION});
    let suspended = done(&authority, &id, "suspend", Some(&order));
    assert_eq!((&suspended["status"], &suspended["timeliness"]), (&json!("SUSPENDED"), &Value::Null));
    assert!(suspended["history"][1]["document"].is_string());
    assert_eq!(refused(&tried(&press, &id, "claim", Some(&claim("2014-01-01")))), (409, "OCCURRENCE_STATE".into()));
    assert_eq!(done(&authority, &id, "resume", Some(&json!({"reason": "Đã có."})))["status"], "IN_PROGRESS", "where it was");
    let document = suspended["history"][1]["document"].clone();
    let cancelled = done(&authority, &id, "cancel", Some(&json!({"reason": "Thôi.", "document": document})));
    assert_eq!(cancelled["status"], "CANCELLED", "a document by its identifier");
    assert_eq!(refused(&tried(&authority, &id, "withdraw", Some(&order))), (409, "OCCURRENCE_STATE".into()));
    let other = self::id(&of(&press, "V.2", 2015));
    assert_eq!(done(&authority, &other, "withdraw", Some(&order))["status"], "WITHDRAWN");
}

fn a_task_is_given_back_before_it_is_begun(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, authority) = (app.system_of(LEADS[0]), app.person(None, Role::Authority));
    let id = id(&of(&press, "V.2", 2014));
    let back = |agency: &str| tried(&press, &id, "return", Some(&json!({"reason": "Không đúng chức năng.", "agency": agency})));
    assert_eq!(back("khong-co").faults(), [("/agency".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    assert_eq!(back(LEADS[0]).faults(), [("/agency".to_owned(), "RULE_BROKEN".to_owned())]);
    let returned = back("so-ngoai-vu").json();
    assert_eq!((&returned["status"], &returned["history"][0]["proposedAgency"]), (&json!("RETURNED"), &json!("so-ngoai-vu")));
    assert_eq!(returned["timeliness"], "OVERDUE", "somebody still has to do it");
    assert_eq!(done(&authority, &id, "reopen", Some(&json!({"reason": "Vẫn giao."})))["status"], "NOT_STARTED");
    done(&press, &id, "start", None);
    assert_eq!(refused(&back("so-ngoai-vu")), (409, "OCCURRENCE_STATE".into()));
}

fn a_claim_may_rest_on_a_report_of_its_own(backend: Backend) {
    let app = TestApp::start(backend);
    let [press, radio, _] = LEADS.map(|lead| app.system_of(lead));
    let body = json!({"programme": PROGRAMME, "task": "V.2", "year": 2014, "percent": 100, "narrative": "Đã xong."});
    let report = press.push("k", &body).json()["id"].clone();
    let id = id(&of(&press, "V.2", 2014));
    done(&press, &id, "start", None);
    let resting = json!({"deliveredOn": "2014-06-01", "note": "Theo báo cáo.", "report": report});
    let foreign = tried(&radio, &id, "claim", Some(&resting));
    assert_eq!(foreign.faults(), [("/report".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    assert_eq!(done(&press, &id, "claim", Some(&resting))["claims"][0]["report"], report);
}

fn graphql_moves_and_shows_the_same(backend: Backend) {
    const START: &str = "mutation($id: ID!, $revision: Int!) { startOccurrence(id: $id, revision: $revision) {
      occurrence { status revision timeliness(asOf: \"2014-01-01\") history { act agency { code } to } leadAgencies { code } } problem { code } } }";
    let app = TestApp::start(backend);
    let press = app.system_of(LEADS[0]);
    let id = id(&of(&press, "V.2", 2014));
    let started = press.graphql(START, &json!({"id": id, "revision": 1}));
    let moved = &started["startOccurrence"]["occurrence"];
    assert_eq!((&moved["status"], &moved["revision"]), (&json!("IN_PROGRESS"), &json!(2)));
    assert_eq!(moved["history"], json!([{"act": "START", "agency": {"code": LEADS[0]}, "to": "IN_PROGRESS"}]));
    assert_eq!((&moved["timeliness"], moved["leadAgencies"].as_array().unwrap().len()), (&json!("WITHIN"), 3));
    let stale = press.graphql(START, &json!({"id": id, "revision": 1}));
    assert_eq!(stale["startOccurrence"], json!({"occurrence": null, "problem": {"code": "PRECONDITION_FAILED"}}));
    // What one mutation did the next one in the same request sees, with its history.
    let both = "mutation($id: ID!) { a: claimOccurrence(id: $id, revision: 2, claim: {deliveredOn: \"2014-05-01\", note: \"x\"}) {
        occurrence { revision history { act } claims { deliveredOn } } }
      b: requestExtension(occurrence: $id, revision: 3, dueOn: \"2016-12-31\", reason: \"x\") {
        occurrence { revision history { act } extensions { status proposedDueOn } } } }";
    let told = press.graphql(both, &json!({"id": id}));
    assert_eq!(told["a"]["occurrence"]["claims"], json!([{"deliveredOn": "2014-05-01"}]));
    assert_eq!(told["b"]["occurrence"]["history"].as_array().unwrap().len(), 2);
    assert_eq!(told["b"]["occurrence"]["extensions"], json!([{"status": "REQUESTED", "proposedDueOn": "2016-12-31"}]));
    let code = app.person(Some(LEADS[0]), Role::Authority).graphql_code(&format!(
        "mutation {{ cancelOccurrence(id: \"{id}\", revision: 4, reason: \"x\", document: \"{DECISION}\") {{ problem {{ code }} }} }}"
    ));
    assert_eq!(code, "OWN_MATTER");
    let blank = app.person(None, Role::Authority).graphql(
        &format!("mutation {{ cancelOccurrence(id: \"{id}\", revision: 4, reason: \" \", document: \"{DECISION}\") {{ problem {{ code faults {{ pointer code }} }} }} }}"),
        &json!({}),
    );
    assert_eq!(blank["cancelOccurrence"]["problem"]["faults"], json!([{"pointer": "/reason", "code": "LENGTH_OUT_OF_RANGE"}]));
}

fn a_past_day_is_seen_as_it_was(backend: Backend) {
    let app = TestApp::start(backend);
    let id = delivered(&app, 2014);
    done(&app.person(None, Role::Committee), &id, "confirm", Some(&json!({})));
    let on = |day: &str, status: &str| {
        let path = format!("/api/v1/occurrences?programme={PROGRAMME}&task=V.2&year=2014&asOf={day}&status={status}");
        app.anonymous().get(&path).json()["items"].as_array().unwrap().len()
    };
    assert_eq!([on("2014-05-31", "NOT_STARTED"), on("2014-06-01", "COMPLETED"), on("2026-01-15", "COMPLETED")], [1, 1, 1]);
    assert_eq!(on("2014-05-31", "COMPLETED"), 0, "completed later, open then");
    let query =
        "query($id: ID!) { occurrence(id: $id) { then: status(asOf: \"2014-05-31\") now: status late: timeliness(asOf: \"2016-01-01\") } }";
    let told = app.anonymous().graphql(query, &json!({"id": id}));
    assert_eq!(told["occurrence"], json!({"then": "NOT_STARTED", "now": "COMPLETED", "late": "ON_TIME"}));
    for odd in ["asOf=1900-01-01", "asOf=2014-02-30", "nearlyDueDays=9999", "task=V.2", "timeliness=SOON"] {
        assert_eq!(refused(&app.anonymous().get(&format!("/api/v1/occurrences?{odd}"))), (400, "QUERY_INVALID".into()), "{odd}");
    }
}

fn an_import_leaves_what_life_did_and_sets_the_policy(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(LEADS[0]);
    let id = id(&of(&press, "V.2", 2014));
    done(&press, &id, "start", None);
    let mut file = decision_1593();
    file["policy"] = json!({"annual_due": {"month": 12, "day": 14}, "self_decisions_marked": true});
    let outcome = app.import(&file, ImportOptions { apply_changes: true, ..ImportOptions::default() }).expect("an import");
    assert_eq!(outcome.changes.len(), 1, "the programme alone: {:?}", outcome.changes);
    let after = of(&press, "V.2", 2014);
    assert_eq!((&after["status"], &after["dueOn"]), (&json!("IN_PROGRESS"), &json!("2015-12-31")));
    let policy = "{ programme(code: \"HP-1593-2013\") { policy { annualDueMonth annualDueDay selfDecisionsMarked } } }";
    let told = app.anonymous().graphql(policy, &json!({}));
    assert_eq!(told["programme"]["policy"], json!({"annualDueMonth": 12, "annualDueDay": 14, "selfDecisionsMarked": true}));
    file["policy"]["annual_due"] = json!({"month": 2, "day": 29});
    assert!(app.import(&file, ImportOptions::default()).is_err(), "not every year has that day");
}
