//! What an amendment leaves of the days before it: figures, leads, years and titles read as they did; and what it gives from its day on.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, both};

use crate::{
    amendments::{APPLY, amend, amended, decision, file, on, place, post, task, without},
    obligations::start,
    occurrences::{done, id, of, refused, tried},
};

both!(
    figures_of_the_days_before_stay,
    a_lead_that_changes_within_a_year_takes_over_what_is_open,
    one_document_amends_in_steps,
    programmes_that_share_documents_and_agencies_are_amended_each_for_itself,
    years_that_came_later_are_not_of_the_days_before,
    what_is_given_back_is_owed_again_and_what_is_past_is_not_promised,
    a_document_that_versions_rest_on_keeps_their_order,
    what_was_withdrawn_carries_out_no_measure,
    what_carried_out_a_measure_keeps_its_order_on_the_days_before,
    what_was_owed_is_told_in_the_words_of_the_day,
    days_outside_the_calendar_are_refused,
);

/// II.1 led by the department of home affairs.
fn handed_on(mut file: Value) -> Value {
    let at = place(&file, "II.1");
    file["tasks"][at]["lead"]["agencies"] = json!([{"agency": "so-noi-vu", "collective": false}]);
    file
}

fn renamed(mut file: Value, code: &str, title: &str) -> Value {
    let at = place(&file, code);
    file["tasks"][at]["title_vi"] = json!(title);
    file
}

/// Every row of the figures of a day, by every grouping.
fn figures(client: &Client, day: &str) -> Vec<Value> {
    let of = |by: &str| {
        let path = format!("/api/v1/statistics?programme=HP-1593-2013&asOf={day}&groupBy={by}&comparedTo=2014-01-01");
        let told = client.get(&path).json();
        [told["total"].clone()].into_iter().chain(told["rows"].as_array().expect("rows").clone()).collect::<Vec<_>>()
    };
    ["AGENCY", "GROUP", "TASK", "YEAR"].into_iter().flat_map(of).collect()
}

fn figures_of_the_days_before_stay(backend: Backend) {
    let app = start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let (before, eve) = (figures(&standing, "2014-06-01"), figures(&standing, "2016-02-29"));
    let amendment = renamed(handed_on(without(file(), "V.2")), "II.1", "Xây dựng chiến lược");
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &amendment);
    app.generate();
    for (row, was) in figures(&standing, "2014-06-01").iter().zip(&before).chain(figures(&standing, "2016-02-29").iter().zip(&eve)) {
        assert_eq!(row, was);
    }
    assert_eq!((figures(&standing, "2014-06-01").len(), figures(&standing, "2016-02-29").len()), (before.len(), eve.len()));
    let after = figures(&standing, "2016-03-01");
    assert_ne!(after, eve, "from its day on they follow");
    let name = |told: &[Value]| told.iter().find(|row| row["task"] == "II.1").expect("a row")["name"].clone();
    assert_eq!((name(&after), name(&eve) == name(&after)), (json!("Xây dựng chiến lược"), false));
}

fn a_lead_that_changes_within_a_year_takes_over_what_is_open(backend: Backend) {
    let app = start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let (old, new) = (app.system_of("so-tttt"), app.system_of("so-noi-vu"));
    let leads = |year: i32| {
        let found = public.get(&format!("/api/v1/occurrences/{}", id(&of(&public, "II.1", year)))).json();
        found["leadAgencies"]
            .as_array()
            .expect("agencies")
            .iter()
            .map(|one| one.as_str().or(one["code"].as_str()).expect("a code").to_owned())
            .collect::<Vec<_>>()
    };
    done(&old, &id(&of(&old, "II.1", 2015)), "start", None);
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &handed_on(file()));
    assert_eq!(
        (leads(2015), leads(2016), leads(2017)),
        (vec!["so-tttt".to_owned()], vec!["so-noi-vu".to_owned()], vec!["so-noi-vu".to_owned()])
    );
    let of_year = id(&of(&old, "II.1", 2016));
    assert_eq!(refused(&tried(&old, &of_year, "start", None)), (403, "NOT_A_LEAD".into()));
    done(&new, &of_year, "start", None);
    let led = |lead: &str, day: &str| {
        let query = "query($lead: String!, $day: NaiveDate!) { occurrences(filter: {programme: \"HP-1593-2013\", task: \"II.1\", fromYear: 2016, toYear: 2016, leadAgency: $lead, asOf: $day}) { totalCount nodes { leadAgencies { code } } } }";
        public.graphql(query, &json!({"lead": lead, "day": day}))["occurrences"].take()
    };
    assert_eq!(led("so-tttt", "2016-02-29")["nodes"], json!([{"leadAgencies": [{"code": "so-tttt"}]}]));
    assert_eq!(led("so-noi-vu", "2016-02-29")["totalCount"], 0);
    assert_eq!(led("so-noi-vu", "2016-03-01")["nodes"], json!([{"leadAgencies": [{"code": "so-noi-vu"}]}]));
    assert_eq!(led("so-tttt", "2016-03-01")["totalCount"], 0);
}

fn one_document_amends_in_steps(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let first = renamed(file(), "I.5", "Bước một");
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &first);
    amended(&admin, "2100/QĐ-UBND", "2017-01-01", &renamed(first, "I.5", "Bước hai"));
    let query = "{ programme(code: \"HP-1593-2013\") { task(code: \"I.5\") { citations { quote document { number } } } } }";
    let cited = app.anonymous().graphql(query, &json!({}))["programme"]["task"]["citations"].take();
    let of = |words: &str| {
        cited.as_array().expect("citations").iter().any(|one| one["quote"] == words && one["document"]["number"] == "2100/QĐ-UBND")
    };
    assert!(of("Bước một") && of("Bước hai"), "{cited}");
}

/// Another programme of the same agencies, made by a document that also amends the first.
fn second() -> Value {
    let mut file = file();
    file["programme"]["code"] = json!("HP-2500-2016");
    file["decision"]["number"] = json!("2500/QĐ-UBND");
    file["decision"]["date"] = json!("2016-02-20");
    file["decision"]["effective_date"] = json!("2016-02-20");
    file
}

fn programmes_that_share_documents_and_agencies_are_amended_each_for_itself(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    assert!(app.import(&second(), APPLY).expect("an import").applied);
    amended(&admin, "2500/QĐ-UBND", "2016-03-01", &renamed(file(), "I.5", "Lời khác"));
    let again = app.import(&second(), ImportOptions::default()).expect("an import");
    assert_eq!(again.changes.len(), 0, "{:?}", again.changes.iter().take(3).collect::<Vec<_>>());
    let first = app.import(&renamed(file(), "I.5", "Lời khác"), ImportOptions::default()).expect("an import");
    // The register of agencies, which both share, names the document of whoever spoke last.
    let own: Vec<_> = first.changes.iter().filter(|change| change.subject != "agencyVersion").take(3).collect();
    assert!(own.is_empty(), "{own:?}");
}

fn years_that_came_later_are_not_of_the_days_before(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2015-02-20");
    let mut longer = file();
    let at = place(&longer, "IV.1");
    longer["tasks"][at]["period"] =
        json!({"as_written": "2013-2017", "kind": "fixed", "start_year": 2013, "end_year": 2017, "years": [2013, 2014, 2015, 2016, 2017]});
    amended(&admin, "2100/QĐ-UBND", "2015-03-01", &crate::amendments::counted(longer));
    let years = |day: &str| {
        let query = "query($day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $day) { task(code: \"IV.1\") { occurrences { year dueOn status } } } }";
        app.anonymous().graphql(query, &json!({"day": day}))["programme"]["task"]["occurrences"].take()
    };
    let all = |years: std::ops::RangeInclusive<i32>, due: &str| {
        years.map(|year| json!({"year": year, "dueOn": due, "status": "NOT_STARTED"})).collect::<Vec<_>>()
    };
    assert_eq!(years("2014-06-01"), json!(all(2013..=2015, "2015-12-31")));
    assert_eq!(years("2015-03-01"), json!(all(2013..=2017, "2017-12-31")));
}

fn what_is_given_back_is_owed_again_and_what_is_past_is_not_promised(backend: Backend) {
    let app = start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    for (number, day) in [("2100/QĐ-UBND", "2016-02-20"), ("2101/QĐ-UBND", "2016-05-20"), ("2102/QĐ-UBND", "2018-05-20")] {
        decision(&admin, number, day);
    }
    let owed = || {
        let list = crate::obligations::list(&standing, "&programme=HP-1593-2013&regime=HP-1593-NAM&agency=so-tttt");
        let mut of: Vec<String> = list
            .iter()
            .filter(|one| one["task"] == "II.1" && one["state"] != "EXCLUDED")
            .map(|one| one["period"].as_str().unwrap().to_owned())
            .collect();
        of.sort();
        of
    };
    let before = owed();
    let mut fixed = file();
    let at = place(&fixed, "II.1");
    let annual = fixed["tasks"][at]["period"].clone();
    fixed["tasks"][at]["period"] =
        json!({"as_written": "2013-2016", "kind": "fixed", "start_year": 2013, "end_year": 2016, "years": [2013, 2014, 2015, 2016]});
    let fixed = crate::amendments::counted(fixed);
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &fixed);
    assert!(owed().len() < before.len());
    let back = {
        let mut back = fixed.clone();
        back["tasks"][at]["period"] = annual;
        crate::amendments::counted(back)
    };
    let late = amend(&admin, "2102/QĐ-UBND", "2018-06-01", &back, true).faults();
    assert_eq!(late, [(format!("/programme/tasks/{at}/period/years"), "PERIOD_INCONSISTENT".to_owned())], "2017 was due before");
    let given = amended(&admin, "2101/QĐ-UBND", "2016-06-01", &back);
    let told: Vec<&str> = given["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .filter(|one| one["subject"] == "occurrence")
        .map(|one| one["change"].as_str().expect("a kind"))
        .collect();
    assert_eq!(told, ["ADDED"; 4], "{given}");
    app.generate();
    assert_eq!(owed(), before);
}

fn a_document_that_versions_rest_on_keeps_their_order(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    let basis = decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &renamed(file(), "I.5", "Lời khác"));
    let made = admin.get("/api/v1/documents?number=1593/Q%C4%90-UBND").json()["items"][0].clone();
    let patch = |id: &str, revision: &Value, body: &Value| {
        let tag = format!("\"{revision}\"");
        admin.send(
            "PATCH",
            &format!("/api/v1/admin/documents/{id}"),
            &[("content-type", "application/json"), ("if-match", &tag)],
            body.to_string().as_bytes(),
        )
    };
    let broken = |reply: testkit::Reply| (reply.status, reply.faults().first().cloned());
    let at = |pointer: &str| (422, Some((pointer.to_owned(), "RULE_BROKEN".to_owned())));
    assert_eq!(
        broken(patch(made["id"].as_str().expect("an id"), &made["revision"], &json!({"effectiveOn": "2017-01-01"}))),
        at("/effectiveOn")
    );
    // The amendment added that it amends the decision.
    assert_eq!(broken(patch(&basis, &json!(2), &json!({"issuedOn": "2025-01-01"}))), at("/issuedOn"));
    assert_eq!(patch(&basis, &json!(2), &json!({"issuedOn": "2016-02-25"})).status, 200);
    assert!(task(&on(&app.anonymous(), "2014-01-01"), "I.5").is_some());
}

fn what_was_withdrawn_carries_out_no_measure(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let without_task = || {
        let gaps = app.anonymous().get("/api/v1/programmes/HP-1593-2013/gaps").json();
        let list = gaps.as_array().cloned().or_else(|| gaps["items"].as_array().cloned()).expect("gaps");
        list.iter()
            .filter(|gap| gap["kind"] == "MEASURE_WITHOUT_TASK")
            .map(|gap| gap["code"].as_str().expect("a code").to_owned())
            .collect::<Vec<_>>()
    };
    assert!(!without_task().contains(&"3.5.b".to_owned()));
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &without(file(), "V.2"));
    assert!(without_task().contains(&"3.5.b".to_owned()), "{:?}", without_task());
    let query = "{ programme(code: \"HP-1593-2013\") { measures { code tasks { task { code } } } } }";
    let measures = app.anonymous().graphql(query, &json!({}))["programme"]["measures"].take();
    assert!(!measures.to_string().contains("\"V.2\""), "{measures}");
}

fn days_outside_the_calendar_are_refused(backend: Backend) {
    let app = start(backend);
    for day in ["-262143-01-01", "+262142-12-31", "0000-12-31", "+10000-01-01"] {
        let body =
            json!({"query": "query($day: NaiveDate) { documents(filter: {inForceOn: $day}) { totalCount } }", "variables": {"day": day}});
        let headers = [("content-type", "application/json"), ("accept", "application/graphql-response+json")];
        let reply = app.anonymous().send("POST", "/graphql", &headers, body.to_string().as_bytes()).json();
        assert_eq!(reply["errors"][0]["extensions"]["code"], "GRAPHQL_INVALID", "{day}: {reply}");
    }
    let key = post(
        &app.person(None, Role::Admin),
        "documents",
        &json!({"kind": "DECISION", "number": "1/QĐ-UBND", "title": "x", "issuedOn": "+10000-01-01"}),
    );
    assert_eq!(key.status, 422, "{}", key.body);
}

/// Tasks go one after the other; on each day before, those that were there stand as the decision has them.
fn what_carried_out_a_measure_keeps_its_order_on_the_days_before(backend: Backend) {
    let mut signed = file();
    let at = signed["measures"].as_array().expect("measures").iter().position(|measure| measure["code"] == "3.3.b").expect("3.3.b");
    // Against the order in which the tasks are known.
    let order = json!(["III.4", "V.3", "III.2", "I.1"]);
    signed["measures"][at]["tasks_inferred"] = order.clone();
    let app = testkit::TestApp::start(backend);
    app.import(&signed, APPLY).expect("an import");
    let admin = app.person(None, Role::Admin);
    let read = |day: &str| {
        let measures = on(&app.anonymous(), day)["measures"].take();
        measures.as_array().expect("measures").iter().find(|measure| measure["code"] == "3.3.b").expect("3.3.b")["tasks"].clone()
    };
    assert_eq!(read("2014-01-01"), order);
    for (i, (gone, day)) in [("V.3", "2015-01-15"), ("III.4", "2015-02-15"), ("I.1", "2015-03-15")].into_iter().enumerate() {
        let number = format!("{}/QĐ-UBND", 2100 + i);
        decision(&admin, &number, "2014-12-01");
        signed = without(signed, gone);
        amended(&admin, &number, day, &signed);
    }
    let told = ["2014-01-01", "2015-01-15", "2015-02-15", "2015-03-15"].map(read);
    assert_eq!(told, [order, json!(["III.4", "III.2", "I.1"]), json!(["III.2", "I.1"]), json!(["III.2"])]);
}

fn what_was_owed_is_told_in_the_words_of_the_day(backend: Backend) {
    let app = start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let query = "query($day: NaiveDate) { obligations(filter: {programme: \"HP-1593-2013\", task: \"II.1\"}, asOf: $day, first: 1) {
        nodes { task { name } programme { version { number } } through { name } } } }";
    let told = |day: Value| standing.graphql(query, &json!({"day": day}))["obligations"]["nodes"][0].take();
    let before = told(json!("2016-02-29"));
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &renamed(file(), "II.1", "Xây dựng chiến lược"));
    assert_eq!(told(json!("2016-02-29")), before);
    let after = told(json!("2016-03-01"));
    assert_eq!((&after["task"]["name"], &after["programme"]["version"]["number"]), (&json!("Xây dựng chiến lược"), &json!(2)));
    assert_eq!(told(Value::Null)["task"], after["task"]);
}
