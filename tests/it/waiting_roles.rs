//! What waits for an owner, to whom it is shown and who may name for it; what waited on a day; roles as the day of the decision, other words
//! and other agencies of the same role bound them.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

use crate::{
    duties_of_agencies::{event, happens, lines, names, seen, send, there, waiting},
    obligations::start,
};

both!(
    what_waits_is_shown_and_named_for_within_the_programmes_of_a_grant,
    events_before_a_decision_move_none_of_its_roles,
    what_waited_on_a_day_is_told_after_it_was_settled,
    words_of_which_a_part_is_left_wait,
    another_agency_of_the_same_role_gives_nobody_a_beginning,
);

const PROGRAMME: &str = "HP-1593-2013";
const BASIS: &str = "1593/QĐ-UBND";
const QUEUE: &str = "/api/v1/admin/succession-queue?limit=200";
const NAMING: &str = "admin/succession-queue/successor";

/// Somebody of the standing agency whose only grant is within a programme.
fn within(app: &TestApp, admin: &Client, programme: &str) -> Client {
    let user = app.user(Some("so-ngoai-vu"), &[]);
    let path = format!("admin/accounts/{}/grants", crate::access::id_of(admin, &user.login));
    assert_eq!(send(admin, &path, &json!({"role": "STANDING", "programme": programme})).status, 201);
    app.anonymous().sign_in_person(&user)
}

fn items(client: &Client, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("{QUEUE}{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["items"].as_array().expect("items").clone()
}

fn total(client: &Client, day: Option<&str>) -> Value {
    client.graphql("query($d: NaiveDate) { successionQueue(asOf: $d) { totalCount } }", &json!({ "d": day }))["successionQueue"]["totalCount"].clone()
}

fn what_waits_is_shown_and_named_for_within_the_programmes_of_a_grant(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    app.import(&seed::made_up(1), ImportOptions::default()).expect("an import");
    happens(&admin, &event("DISSOLVE", "2018-01-01", &["so-noi-vu"], &[], &[]));
    let (own, other) = (within(&app, &admin, PROGRAMME), within(&app, &admin, seed::MADE_UP));
    let all = items(&admin, "");
    assert!(all.iter().any(|one| one["task"] == "III.4") && all.iter().any(|one| one["agencyRole"] == "RESPONSIBLE"), "{all:?}");
    assert_eq!((items(&own, ""), total(&own, None)), (all.clone(), json!(all.len())));
    assert_eq!((items(&other, ""), total(&other, None)), (Vec::new(), json!(0)));
    let entries: Vec<&Value> = all.iter().map(|one| &one["id"]).collect();
    let body = json!({"entries": entries, "successor": "so-tai-chinh", "effectiveOn": "2018-02-01", "basis": BASIS});
    let refused = send(&other, NAMING, &body);
    assert_eq!((refused.status, refused.code()), (403, "FORBIDDEN".to_owned()), "{}", refused.body);
    let faults: Vec<(String, String)> = (0..all.len()).map(|i| (format!("/entries/{i}"), "FORBIDDEN".to_owned())).collect();
    assert_eq!(refused.faults(), faults);
    assert_eq!(items(&own, ""), all, "nothing was named");
    let named = send(&own, NAMING, &body);
    assert_eq!((named.status, &named.json()["resolved"]), (201, &json!(all.len())), "{}", named.body);
}

fn events_before_a_decision_move_none_of_its_roles(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    app.import(&seed::made_up(1), ImportOptions::default()).expect("an import");
    happens(&admin, &event("MERGE", "2025-03-01", &["test-0"], &[there("test-1")], &[]));
    let mut later = seed::made_up(1);
    later["decision"]["number"] = json!("78/QĐ-UBND");
    later["decision"]["issuer"] = json!("test-5");
    for field in ["date", "effective_date"] {
        later["decision"][field] = json!("2026-01-05");
    }
    later["programme"]["code"] = json!("TEST-2026");
    later["programme"]["reports_to"] = json!("test-3");
    assert!(app.import(&later, ImportOptions { dry_run: false, apply_changes: true }).expect("an import").applied);
    let bodies = |code: &str, day: &str| {
        let told = admin.get(&format!("/api/v1/programmes/{code}?asOf={day}")).json();
        ["standingAgency", "reportsTo"].map(|field| told[field].as_str().unwrap_or("-").to_owned())
    };
    assert_eq!(bodies(seed::MADE_UP, "2026-01-10")[0], "test-1", "decided before");
    assert_eq!(bodies("TEST-2026", "2026-01-10"), ["-", "test-3"]);
    let waits = |one: &Value| one["programme"] == "TEST-2026" && one["agencyRole"] == "STANDING_AGENCY";
    let queued: Vec<Value> = items(&admin, "").into_iter().filter(waits).collect();
    assert_eq!((queued.len(), &queued[0]["agency"], &queued[0]["since"]), (1, &json!("test-0"), &json!("2026-01-05")));
    // A transfer of before the decision takes nothing from an agency that it names, and that is there.
    let share = json!({"successor": "test-2", "programme": "TEST-2026"});
    let done = happens(&admin, &event("FUNCTION_TRANSFER", "2025-06-01", &["test-3"], &[there("test-2")], &[share]));
    assert_eq!(done["roles"], json!([]));
    assert_eq!(bodies("TEST-2026", "2026-01-10"), ["-", "test-3"]);
}

fn what_waited_on_a_day_is_told_after_it_was_settled(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    happens(&admin, &event("DISSOLVE", "2018-01-01", &["so-noi-vu"], &[], &[]));
    let all = items(&admin, "");
    assert!(all.len() > 2, "{all:?}");
    let entries: Vec<&Value> = all.iter().map(|one| &one["id"]).collect();
    let body = json!({"entries": entries, "successor": "so-tai-chinh", "effectiveOn": "2018-06-01", "basis": BASIS});
    assert_eq!(send(&admin, NAMING, &body).status, 201);
    assert_eq!(items(&admin, ""), Vec::<Value>::new());
    let since_then: Vec<Value> = all.iter().filter(|one| one["since"] == "2018-01-01").cloned().collect();
    assert!(since_then.iter().any(|one| one["task"] == "III.4") && since_then.iter().any(|one| one["agencyRole"] == "RESPONSIBLE"));
    for day in ["2018-01-01", "2018-05-31"] {
        assert_eq!(items(&admin, &format!("&asOf={day}")), since_then, "{day}");
        assert_eq!(total(&admin, Some(day)), since_then.len(), "{day}");
    }
    for day in ["2017-12-31", "2018-06-01"] {
        assert_eq!(items(&admin, &format!("&asOf={day}")), Vec::<Value>::new(), "{day}");
        assert_eq!(total(&admin, Some(day)), 0, "{day}");
    }
}

fn words_of_which_a_part_is_left_wait(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    for (words, members) in [("cac-so-nganh", json!(["so-khdt"])), ("cac-so-ban-nganh", json!(["so-noi-vu", "cac-so-nganh"]))] {
        let roll = json!({"rule": "OPEN", "isComplete": false, "members": members, "from": "2014-01-01", "basis": BASIS}).to_string();
        let path = format!("/api/v1/admin/agencies/{words}/roll");
        let reply = admin.send("PUT", &path, &[("content-type", "application/json")], roll.as_bytes());
        assert_eq!(reply.status, 204, "{}", reply.body);
    }
    let done = happens(&admin, &event("DISSOLVE", "2018-01-01", &["so-khdt"], &[], &[]));
    let line = "WITH D2.2.a cac-so-nganh 2018-01-01";
    assert!(lines(&done["roles"]).contains(&"WITH D2.2.a cac-so-nganh -".to_owned()), "{done}");
    let queue = waiting(&admin);
    assert!(names(&queue).contains(&line), "{queue:?}");
    assert_eq!(seen(&admin, Some("2018-01-01"))["duties"]["D2.2.a"], json!(["so-tttt", ["cac-so-ban-nganh"], []]), "the words stand");
    let entry = &queue.iter().find(|(known, _)| known == line).expect("an entry").1;
    let body = json!({"entries": [entry], "successor": "so-tai-chinh", "effectiveOn": "2018-03-01", "basis": BASIS});
    let named = send(&admin, NAMING, &body);
    assert_eq!((named.status, &named.json()["resolved"]), (201, &json!(1)), "{}", named.body);
    assert!(!names(&waiting(&admin)).contains(&line));
    let waited = |day: &str| items(&admin, &format!("&asOf={day}")).iter().any(|one| one["id"] == entry.as_str());
    assert_eq!(["2017-12-31", "2018-01-01", "2018-03-01"].map(waited), [false, true, false]);
}

fn another_agency_of_the_same_role_gives_nobody_a_beginning(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    happens(&admin, &event("DISSOLVE", "2017-01-01", &["so-noi-vu"], &[], &[]));
    let mut amended = crate::amendments::file();
    amended["responsibilities"][2]["with_agencies"] = json!(["so-khdt", "so-tai-chinh", "so-ngoai-vu", "so-noi-vu"]);
    let basis = crate::amendments::decision(&admin, "2002/QĐ-UBND", "2017-12-01");
    crate::amendments::amended(&admin, &basis, "2018-01-01", &amended);
    let queue = waiting(&admin);
    let line = "WITH D2.2.b so-noi-vu 2018-01-01";
    let entry = &queue.iter().find(|(known, _)| known == line).unwrap_or_else(|| panic!("{queue:?}")).1;
    let awaited = |day: &str| {
        let query = "query($p: String!, $d: NaiveDate) { programme(code: $p, asOf: $d) { responsibilities { code withAwaiting { code } directedAtAwaiting { code } } } }";
        let told = admin.graphql(query, &json!({"p": PROGRAMME, "d": day}));
        let told = told["programme"]["responsibilities"]
            .as_array()
            .expect("duties")
            .iter()
            .find(|one| one["code"] == "D2.2.b")
            .expect("it")
            .clone();
        let rest = admin.get(&format!("/api/v1/programmes/{PROGRAMME}?asOf={day}")).json();
        let rest = rest["responsibilities"].as_array().expect("duties").iter().find(|one| one["code"] == "D2.2.b").expect("it").clone();
        let codes: Vec<Value> = told["withAwaiting"].as_array().expect("agencies").iter().map(|one| one["code"].clone()).collect();
        assert_eq!(
            (&json!(codes), &told["directedAtAwaiting"]),
            (&rest["withAwaiting"], &rest["directedAtAwaiting"]),
            "both tell the same"
        );
        (rest["withAgencies"].clone(), rest["withAwaiting"].clone())
    };
    let there = json!(["so-khdt", "so-tai-chinh", "so-ngoai-vu"]);
    assert_eq!((awaited("2017-12-31"), awaited("2018-01-01")), ((there.clone(), json!([])), (there.clone(), json!(["so-noi-vu"]))));
    let body = |day: &str| json!({"entries": [entry], "successor": "vp-ubnd-tp", "effectiveOn": day, "basis": BASIS});
    assert_eq!(send(&admin, NAMING, &body("2018-01-01")).faults()[0], ("/effectiveOn".to_owned(), "PERIOD_INCONSISTENT".to_owned()));
    let named = send(&admin, NAMING, &body("2018-01-02"));
    assert_eq!((named.status, &named.json()["resolved"]), (201, &json!(1)), "{}", named.body);
    assert_eq!(awaited("2018-01-02"), (json!(["so-khdt", "so-tai-chinh", "so-ngoai-vu", "vp-ubnd-tp"]), json!([])));
}
