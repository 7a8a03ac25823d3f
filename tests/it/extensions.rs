//! More time for a task: who asks, who decides, and that nothing else moves a due day.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, database::rows};

use crate::occurrences::{DECISION, LEADS, PROGRAMME, change, claim, done, id, of, refused, tried};

both!(
    only_an_approval_moves_the_due_day,
    one_request_is_open_and_its_author_never_decides,
    three_extensions_are_flagged,
    a_request_lapses_when_the_task_s_year_ends,
    the_public_learns_of_more_time_when_it_is_granted,
);

/// Asks for more time; gives the identifier of the request.
fn ask(client: &Client, id: &str, due_on: &str) -> String {
    let asked = done(client, id, "extensions", Some(&json!({"dueOn": due_on, "reason": "Chờ kinh phí."})));
    asked["extensions"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
}

/// Settles a request on the occurrence as it stands.
fn settle(client: &Client, occurrence: &str, extension: &str, verb: &str, body: Option<&Value>) -> Reply {
    let revision = client.get(&format!("/api/v1/occurrences/{occurrence}")).json()["revision"].as_i64().unwrap();
    change(client, &format!("/api/v1/extensions/{extension}/{verb}"), revision, body)
}

fn only_an_approval_moves_the_due_day(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, authority) = (app.system_of(LEADS[0]), app.person(None, Role::Authority));
    let id = id(&of(&press, "V.2", 2014));
    let due = || of(&press, "V.2", 2014)["dueOn"].clone();
    done(&press, &id, "start", None);
    let same = tried(&press, &id, "extensions", Some(&json!({"dueOn": "2015-12-31", "reason": "x"})));
    assert_eq!(same.faults(), [("/dueOn".to_owned(), "DAY_NOT_LATER".to_owned())]);
    let first = ask(&press, &id, "2026-06-30");
    assert_eq!(due(), "2015-12-31", "a request alone changes nothing");
    let rejected = settle(&authority, &id, &first, "reject", Some(&json!({"reason": "Không."})));
    assert_eq!((rejected.status, due()), (200, json!("2015-12-31")));
    assert_eq!(refused(&settle(&authority, &id, &first, "approve", Some(&json!({})))), (409, "EXTENSION_DECIDED".into()));
    let taken_back = ask(&press, &id, "2026-06-30");
    assert_eq!(settle(&press, &id, &taken_back, "withdraw", None).json()["extensions"][1]["status"], "WITHDRAWN");
    let third = ask(&press, &id, "2026-06-30");
    let approved = settle(&authority, &id, &third, "approve", Some(&json!({"dueOn": "2026-03-31", "document": DECISION}))).json();
    assert_eq!(
        (&approved["dueOn"], &approved["originalDueOn"]),
        (&json!("2026-03-31"), &json!("2015-12-31")),
        "another day than asked for"
    );
    assert_eq!((&approved["timeliness"], &approved["extendedOften"]), (&json!("WITHIN"), &json!(false)));
    // Yesterday the old day still held.
    let yesterday = press.get(&format!("/api/v1/occurrences?programme={PROGRAMME}&task=V.2&year=2014&asOf=2026-01-14")).json();
    assert_eq!((&yesterday["items"][0]["dueOn"], &yesterday["items"][0]["timeliness"]), (&json!("2015-12-31"), &json!("OVERDUE")));
    // Once it waits to be confirmed, nobody asks.
    for lead in LEADS {
        done(&app.system_of(lead), &id, "claim", Some(&claim("2014-06-01")));
    }
    let late = tried(&press, &id, "extensions", Some(&json!({"dueOn": "2026-12-31", "reason": "x"})));
    assert_eq!(refused(&late), (409, "OCCURRENCE_STATE".into()));
}

fn one_request_is_open_and_its_author_never_decides(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(LEADS[0]);
    let id = id(&of(&press, "V.2", 2014));
    let first = ask(&press, &id, "2026-06-30");
    let second = tried(&app.system_of(LEADS[1]), &id, "extensions", Some(&json!({"dueOn": "2026-07-31", "reason": "x"})));
    assert_eq!(refused(&second), (409, "EXTENSION_OPEN".into()));
    let approve = |client: &Client| settle(client, &id, &first, "approve", Some(&json!({})));
    assert_eq!(refused(&approve(&press)), (403, "FORBIDDEN".into()));
    // Whoever speaks for a lead does not decide, whichever role they hold; nor does another lead take the request back.
    assert_eq!(refused(&approve(&app.person(Some(LEADS[0]), Role::Authority))), (403, "OWN_MATTER".into()));
    assert_eq!(refused(&approve(&app.person(Some(LEADS[2]), Role::Standing))), (403, "OWN_MATTER".into()));
    let elsewhere = settle(&app.system_of(LEADS[1]), &id, &first, "withdraw", None);
    assert_eq!(refused(&elsewhere), (404, "NOT_FOUND".into()), "what is asked is between the lead and those who decide");
    // Not even how it stands.
    let stale = change(&app.system_of(LEADS[1]), &format!("/api/v1/extensions/{first}/withdraw"), 7, None);
    assert_eq!(refused(&stale), (404, "NOT_FOUND".into()));
    let stale = change(
        &app.person(Some(LEADS[2]), Role::Standing),
        &format!("/api/v1/extensions/{first}/reject"),
        7,
        Some(&json!({"reason": "x"})),
    );
    assert_eq!(refused(&stale), (403, "OWN_MATTER".into()));
    assert_eq!(approve(&app.person(None, Role::Standing)).json()["dueOn"], "2026-06-30");
}

fn three_extensions_are_flagged(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, authority) = (app.system_of(LEADS[0]), app.person(None, Role::Authority));
    let id = id(&of(&press, "V.2", 2014));
    for (i, due_on) in ["2016-06-30", "2016-12-31", "2017-06-30"].iter().enumerate() {
        let asked = ask(&press, &id, due_on);
        let after = settle(&authority, &id, &asked, "approve", Some(&json!({}))).json();
        assert_eq!(after["extendedOften"], i == 2, "{after}");
    }
}

fn a_request_lapses_when_the_task_s_year_ends(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, authority) = (app.system_of(LEADS[0]), app.person(None, Role::Authority));
    let order = json!({"reason": "Không còn kinh phí.", "document": DECISION});
    let begin = |year: i32| {
        let id = id(&of(&press, "V.2", year));
        let asked = ask(&press, &id, "2026-06-30");
        (id, asked)
    };
    let last = |id: &str| press.get(&format!("/api/v1/occurrences/{id}")).json();
    for (year, verb) in [(2013, "cancel"), (2014, "withdraw")] {
        let (id, asked) = begin(year);
        // What may still go on leaves the request open.
        done(&authority, &id, "suspend", Some(&order));
        assert_eq!(last(&id)["extensions"][0]["status"], "REQUESTED");
        done(&authority, &id, "resume", Some(&order));
        let ended = done(&authority, &id, verb, Some(&order));
        let closed = &ended["extensions"][0];
        assert_eq!(
            [&closed["status"], &closed["decisionReason"], &closed["decidedDueOn"], &closed["document"]],
            [&json!("LAPSED"), &order["reason"], &Value::Null, &ended["history"][2]["document"]],
            "{verb}"
        );
        assert_eq!((&closed["decidedAt"], &ended["dueOn"]), (&ended["history"][2]["at"], &ended["originalDueOn"]));
        let again = settle(&authority, &id, &asked, "reject", Some(&json!({"reason": "x"})));
        assert_eq!(refused(&again), (409, "EXTENSION_DECIDED".into()));
    }
    // What was done in time needs no more of it.
    let (id, _) = begin(2015);
    done(&press, &id, "start", None);
    for lead in LEADS {
        done(&app.system_of(lead), &id, "claim", Some(&claim("2014-06-01")));
    }
    let completed = done(&authority, &id, "confirm", Some(&json!({})));
    assert_eq!(
        [&completed["extensions"][0]["status"], &completed["extensions"][0]["decisionReason"]],
        [&json!("LAPSED"), &json!("Nhiệm vụ đã được xác nhận hoàn thành.")]
    );
    // Each is an event beside that of what ended it, and an entry of its own.
    let told = rows(&app.database, "SELECT kind AS line FROM events WHERE kind = 'EXTENSION_LAPSED'");
    assert_eq!(told.len(), 3);
    let entries = rows(
        &app.database,
        "SELECT operation AS line FROM audit_entries WHERE subject = 'extension' AND operation LIKE '%_occurrence' ORDER BY 1",
    );
    assert_eq!(entries, ["cancel_occurrence", "confirm_occurrence", "withdraw_occurrence"]);
    let query = "query($id: ID!) { occurrence(id: $id) { extensions { status } } }";
    assert_eq!(authority.graphql(query, &json!({ "id": id }))["occurrence"]["extensions"], json!([{"status": "LAPSED"}]));
}

fn the_public_learns_of_more_time_when_it_is_granted(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, authority) = (app.system_of(LEADS[0]), app.person(None, Role::Authority));
    let id = id(&of(&press, "V.2", 2014));
    let told = |client: &Client| {
        let items = client.get("/api/v1/changes?limit=200").json()["items"].take();
        let of_extensions = items.as_array().expect("items").iter().filter(|item| item["body"]["extension"].is_string());
        of_extensions.map(|item| format!("{} {}", item["kind"], item["body"]["status"]).replace('"', "")).collect::<Vec<_>>()
    };
    let (public, other) = (app.anonymous(), app.system_of("so-tai-chinh"));
    let first = ask(&press, &id, "2026-06-30");
    settle(&authority, &id, &first, "reject", Some(&json!({"reason": "Không."})));
    for (client, wanted) in [(&public, 0), (&other, 0), (&press, 2), (&authority, 2)] {
        assert_eq!(told(client).len(), wanted, "what is asked is between the lead and those who decide");
    }
    let second = ask(&press, &id, "2026-06-30");
    settle(&authority, &id, &second, "approve", Some(&json!({})));
    for client in [&public, &other] {
        assert_eq!(told(client), ["EXTENSION_DECIDED APPROVED"], "what is granted is told with the task");
    }
    assert_eq!(told(&press).len(), 4);
}
