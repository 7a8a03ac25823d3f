//! What is owed on a task-year that is cancelled, taken back or suspended: out of the figures from that day on, and nobody is chased.

use chrono::TimeDelta;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, both};

use crate::{
    obligations::{list, standing, start},
    occurrences::{DECISION, done, id, of},
    statistics::tell,
};

both!(what_is_cancelled_or_taken_back_is_owed_no_more, what_is_suspended_is_not_missing_meanwhile, nobody_is_chased_for_what_is_at_rest,);

const OWN: &str = "bao-hai-phong";

fn report(year: i32) -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": year, "percent": 40, "narrative": "Đã làm."})
}

fn order() -> Value {
    json!({"reason": "Theo chỉ đạo của thành phố.", "document": DECISION})
}

/// Reports on V.2 of a year as of a day: how many are obliged, missing and excluded.
fn figures(client: &Client, year: i32, as_of: &str) -> [i64; 3] {
    let told = tell(client, &format!("programme=HP-1593-2013&task=V.2&fromYear={year}&toYear={year}&asOf={as_of}"));
    ["obliged", "missing", "excluded"].map(|figure| told["total"]["reports"][figure].as_i64().expect("a number"))
}

fn states(client: &Client, year: i32, as_of: &str) -> Vec<Value> {
    let found = list(client, &format!("&programme=HP-1593-2013&task=V.2&year={year}&asOf={as_of}"));
    found.iter().map(|owed| owed["state"].clone()).collect()
}

fn what_is_cancelled_or_taken_back_is_owed_no_more(backend: Backend) {
    let app = start(backend);
    let committee = app.person(None, Role::Committee);
    let press = app.system_of(OWN);
    assert_eq!(press.push("a", &report(2014)).status, 201);
    for (year, verb, received) in [(2014, "cancel", 1), (2015, "withdraw", 0)] {
        let occurrence = id(&of(&committee, "V.2", year));
        let before = figures(&committee, year, "2026-01-15");
        assert_eq!(before, [3, 3 - received, 0]);
        done(&committee, &occurrence, verb, Some(&order()));
        assert_eq!(figures(&committee, year, "2026-01-15"), [0, 0, 3], "{verb}");
        assert_eq!(figures(&committee, year, "2026-01-14"), [3, 3, 0], "{verb}: the day before stays as it was");
        assert_eq!(states(&committee, year, "2026-01-15"), vec![json!("EXCLUDED"); 3]);
        assert_eq!(states(&committee, year, "2026-01-14"), vec![json!("OVERDUE"); 3]);
        let behind = list(&committee, &format!("&programme=HP-1593-2013&task=V.2&year={year}&figure=EXCLUDED"));
        assert_eq!(behind.len(), 3);
        let refused = press.push("b", &report(year));
        assert_eq!(
            (refused.status, refused.faults()),
            (422, vec![("/task".to_owned(), "OCCURRENCE_STATE".to_owned())]),
            "{}",
            refused.body
        );
    }
    let row = json!([report(2015)]).to_string();
    let dry = press.batch("?dryRun=true", "application/json", None, row.as_bytes()).json();
    assert_eq!((&dry["faults"][0]["pointer"], &dry["faults"][0]["code"]), (&json!("/task"), &json!("OCCURRENCE_STATE")), "{dry}");
}

fn what_is_suspended_is_not_missing_meanwhile(backend: Backend) {
    let app = start(backend);
    let committee = app.user(None, &[Role::Committee]);
    let system = app.service_account(OWN, &[Role::AgencySystem]);
    let client = app.anonymous().sign_in_person(&committee);
    let occurrence = id(&of(&client, "V.2", 2014));
    done(&client, &occurrence, "suspend", Some(&order()));
    assert_eq!(figures(&client, 2014, "2026-01-15"), [0, 0, 3]);
    // Who reports all the same has reported.
    assert_eq!(app.anonymous().sign_in_service(&system).push("a", &report(2014)).status, 201);
    assert_eq!(figures(&client, 2014, "2026-01-15"), [1, 0, 2]);
    app.clock.advance(TimeDelta::days(2));
    let client = app.anonymous().sign_in_person(&committee);
    done(&client, &occurrence, "resume", Some(&order()));
    assert_eq!(figures(&client, 2014, "2026-01-17"), [3, 2, 0]);
    assert_eq!(figures(&client, 2014, "2026-01-16"), [1, 0, 2], "it rested that day");
}

fn nobody_is_chased_for_what_is_at_rest(backend: Backend) {
    let app = start(backend);
    let committee = app.person(None, Role::Committee);
    done(&committee, &id(&of(&committee, "V.2", 2014)), "cancel", Some(&order()));
    let owed = list(&standing(&app), &format!("&programme=HP-1593-2013&task=V.2&agency={OWN}&year=2014")).remove(0);
    let path = format!("/api/v1/obligations/{}/urge", owed["id"].as_str().expect("an id"));
    let headers = [("content-type", "application/json"), ("idempotency-key", "u")];
    let urged = standing(&app).send("POST", &path, &headers, json!({"text": "Đề nghị gửi báo cáo."}).to_string().as_bytes());
    assert!(urged.status >= 400, "{}", urged.body);
    // On the day before it is due in 2015 nobody is reminded of 2014 but those of other tasks.
    let reminded = |day: &str| {
        let days = day.parse::<chrono::NaiveDate>().expect("a day") - domain::clock::local_day(app.now());
        app.clock.advance(days);
        app.chase();
        let notices = standing(&app).get("/api/v1/notices?limit=200").json();
        let of_task = |notice: &&Value| notice["obligation"] == owed["id"];
        notices["items"].as_array().expect("items").iter().filter(of_task).count()
    };
    assert_eq!(reminded("2015-01-15"), 0);
}
