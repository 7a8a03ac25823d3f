//! Targets as they are evaluated: by definitions of a day, from what is on record, with no data as a state of its own.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

use crate::{
    amendments::decision,
    audit::verdict,
    persons::{made, personnel, send},
    trainings::{came, course, held, release, roll},
    workflow::{done, pushed},
};

both!(
    t1_agencies_of_the_roll_with_an_accepted_report_carry_it_out,
    t2_people_trained_over_staff_of_a_day,
    t3_all_in_charge_are_fully_qualified,
    t6_a_qualitative_target_is_words_and_figures_and_never_a_per_cent,
    ranges_are_met_from_the_smaller_figure_and_more_is_shown,
    definitions_are_versions_that_hold_from_a_day,
    every_fault_of_a_definition_or_a_value_is_told,
    a_typed_in_value_counts_for_its_own_year_and_a_number_that_adds_up_for_later_ones,
    graphql_tells_targets_with_their_records,
    targets_send_as_many_statements_for_much_as_for_little,
);

/// What T3 is a share of, which the decision does not name.
pub fn qualified(population: &[&str]) -> Value {
    let percentage =
        json!({"numerator": "người đủ ba điều kiện", "denominator": "người làm quản lý nhà nước về thông tin đối ngoại", "goal": 10000});
    json!({"from": "2014-01-01", "population": population, "percentage": percentage})
}

/// The document that says how targets are measured.
pub const RULE: &str = "15/HD-STTTT";
const AGENCIES: [&str; 2] = ["so-tttt", "so-ngoai-vu"];

fn path(target: &str, what: &str) -> String {
    format!("/api/v1/admin/programmes/HP-1593-2013/targets/{target}/{what}")
}

fn defining(client: &Client, target: &str, change: &Value) -> Reply {
    let mut body = json!({"basis": RULE, "words": "Cách tính theo hướng dẫn."});
    for (field, value) in change.as_object().expect("an object") {
        body[field] = value.clone();
    }
    send(client, "POST", &path(target, "definitions"), None, &body)
}

pub fn define(client: &Client, target: &str, change: &Value) {
    let reply = defining(client, target, change);
    assert_eq!(reply.status, 201, "{}", reply.body);
}

fn state(client: &Client, target: &str, value: &Value) -> Value {
    let mut body = json!({"year": 2015, "finality": "FINAL", "on": "2015-12-31", "document": RULE});
    for (field, value) in value.as_object().expect("an object") {
        body[field] = value.clone();
    }
    let reply = send(client, "POST", &path(target, "values"), None, &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

pub fn targets(client: &Client, query: &str) -> Value {
    let reply = client.get(&format!("/api/v1/programmes/HP-1593-2013/targets{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

pub fn of(told: &Value, target: &str) -> Value {
    told["items"].as_array().expect("targets").iter().find(|one| one["target"] == target).expect("the target").clone()
}

fn stage(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), RULE, "2013-12-01");
    let standing = app.person(Some("so-noi-vu"), Role::Standing);
    (app, standing)
}

fn share(one: &Value) -> [Value; 4] {
    [one["status"].clone(), one["value"]["atLeast"].clone(), one["value"]["whole"].clone(), one["value"]["percentAtLeast"].clone()]
}

fn t1_agencies_of_the_roll_with_an_accepted_report_carry_it_out(backend: Backend) {
    let (app, standing) = stage(backend);
    let public = app.anonymous();
    let t1 = |query: &str| of(&targets(&public, query), "T1");
    let first = t1("?year=2014");
    assert_eq!(share(&first)[0], json!("NO_DATA"), "no report is on record");
    // The words name the bodies; whom they stand for their rolls tell.
    let definition = &first["definition"];
    assert_eq!(
        (&definition["reckoning"], &definition["population"], &definition["certainty"]),
        (&json!("ACCEPTED_REPORTS"), &json!(["cac-so-nganh", "ubnd-cac-quan-huyen"]), &json!("INFERRED"))
    );
    assert_eq!(
        (&first["definition"]["version"], &first["definition"]["goal"], &first["source"]),
        (&json!(1), &json!(10000), &json!("NOTHING"))
    );
    let roll = json!(["bao-hai-phong", "so-tttt", "so-ngoai-vu", "so-tai-chinh"]);
    define(&standing, "T1", &json!({"from": "2014-01-01", "reckoning": "ACCEPTED_REPORTS", "population": roll}));
    assert_eq!(share(&t1("?year=2014"))[0], json!("NO_DATA"), "no report is on record, which is not that nobody carries it out");
    for (agency, task, is_accepted) in [("bao-hai-phong", "I.5", true), ("so-tttt", "III.3", false)] {
        let report = json!({"programme": "HP-1593-2013", "task": task, "year": 2014, "percent": 50, "narrative": "Đã làm."});
        let at = pushed(&app.system_of(agency), agency, &report);
        if is_accepted {
            done(&standing, "POST", &at, "/accept", &Value::Null);
        }
    }
    let told = t1("?year=2014");
    assert_eq!(share(&told), [json!("IN_PROGRESS"), json!(1), json!(4), json!("25.00")]);
    assert_eq!((&told["status"], &told["finality"], &told["records"]), (&json!("IN_PROGRESS"), &json!("FINAL"), &json!(1)));
    let with_report: Vec<&Value> =
        told["byAgency"].as_array().expect("agencies").iter().filter(|one| one["value"]["atLeast"] == 1).collect();
    assert_eq!((with_report.len(), &with_report[0]["agency"]), (1, &json!("bao-hai-phong")));
    let records = public.get("/api/v1/programmes/HP-1593-2013/targets/T1/records?year=2014").json()["items"].take();
    assert_eq!((&records[0]["kind"], &records[0]["agency"]), (&json!("REPORT"), &json!("bao-hai-phong")));
    let report = format!("/api/v1/reports/{}", records[0]["id"].as_str().expect("an id"));
    assert_eq!(public.get(&report).status, 200, "the record is one step away");
    // The last year of the programme is past, so what is not reached in it is not met; other years stand for themselves.
    assert_eq!(t1("?year=2020")["status"], json!("NO_DATA"));
    assert_eq!(t1("?asOf=2014-12-31")["status"], json!("NO_DATA"), "nothing was accepted by then");
    // Another definition from a later day on: the same facts, another figure.
    define(&standing, "T1", &json!({"from": "2020-01-01", "population": ["bao-hai-phong"]}));
    assert_eq!(share(&t1("?year=2014")), [json!("MET"), json!(1), json!(1), json!("100.00")]);
    assert!(verdict(&app, None).is_ok());
}

fn t2_people_trained_over_staff_of_a_day(backend: Backend) {
    let (app, standing) = stage(backend);
    let staff = personnel(&app);
    let t2 = |query: &str| of(&targets(&staff, query), "T2");
    // Of whom the words say nothing: the officials of the city's bodies that have tasks of the programme.
    let first = t2("?year=2014")["definition"].take();
    assert_eq!((&first["reckoning"], &first["isCumulative"]), (&json!("PEOPLE_TRAINED"), &json!(true)));
    let natural = first["population"].as_array().expect("codes").clone();
    assert!(natural.contains(&json!("so-tttt")) && !natural.contains(&json!("bo-tttt")), "{natural:?}");
    define(&standing, "T2", &json!({"from": "2014-01-01", "population": AGENCIES, "disaggregations": ["AGENCY", "YEAR"]}));
    let all: Vec<Value> = (0..18).map(|i| made(&staff, &json!({"name": format!("Người {i}")}))["id"].take()).collect();
    let entries = |people: &[Value]| people.iter().map(|id| json!({ "person": id })).collect::<Value>();
    let first = held(&staff, &course("so-noi-vu", "Đợt 1"), "2014-05-05");
    came(&staff, &first, "so-tttt", &entries(&all[..9]));
    assert_eq!(t2("?asOf=2014-12-31")["status"], json!("NO_DATA"), "without staff there is no share");
    roll(&staff, "so-tttt", "2014-06-30", &json!({"headcount": 10, "inCharge": 5}));
    let told = t2("?asOf=2014-12-31");
    assert_eq!(
        (share(&told)[0].clone(), &told["alternatives"][0]["missingAgencies"]),
        (json!("NO_DATA"), &json!(1)),
        "one agency has not told"
    );
    roll(&staff, "so-ngoai-vu", "2014-06-30", &json!({"headcount": 10}));
    let told = t2("?asOf=2014-12-31");
    assert_eq!(share(&told), [json!("IN_PROGRESS"), json!(9), json!(20), json!("45.00")]);
    assert_eq!(told["finality"], json!("ESTIMATE"));
    let bases: Vec<_> =
        told["alternatives"].as_array().expect("bases").iter().map(|one| (&one["base"], &one["status"], &one["value"]["whole"])).collect();
    assert_eq!(bases, [(&json!("ALL_STAFF"), &json!("IN_PROGRESS"), &json!(20)), (&json!("IN_CHARGE"), &json!("NO_DATA"), &Value::Null)]);
    // Who comes again is one person; nine more make ninety per cent by the end of 2015.
    let second = held(&staff, &course("so-noi-vu", "Đợt 2"), "2015-05-05");
    came(&staff, &second, "so-tttt", &entries(&all[..4]));
    assert_eq!(share(&t2("?year=2015")), [json!("NOT_MET"), json!(9), json!(20), json!("45.00")]);
    came(&staff, &second, "so-ngoai-vu", &entries(&all[9..]));
    let told = t2("?year=2015");
    assert_eq!(share(&told), [json!("MET"), json!(18), json!(20), json!("90.00")]);
    assert_eq!((&told["records"], &told["finality"], &told["definition"]["dueYear"]), (&json!(22), &json!("FINAL"), &json!(2015)));
    let by: Vec<_> =
        told["byAgency"].as_array().expect("agencies").iter().map(|one| (&one["value"]["atLeast"], &one["value"]["whole"])).collect();
    assert_eq!(by, [(&json!(9), &json!(10)), (&json!(9), &json!(10))]);
    // Parts add up to the whole; each person counts for the agency and in the year that reached them first.
    let parts: Vec<_> =
        told["parts"].as_array().expect("parts").iter().map(|one| (&one["dimension"], &one["reached"], &one["of"])).collect();
    let (agency, year) = (json!("AGENCY"), json!("YEAR"));
    let part = |by, of| (by, json!(9), of);
    let wanted = [part(&agency, json!(10)), part(&agency, json!(10)), part(&year, Value::Null), part(&year, Value::Null)];
    assert_eq!(parts, wanted.iter().map(|(by, reached, of)| (*by, reached, of)).collect::<Vec<_>>(), "{told}");
    // People who are not named may have come before: the share is a range, and nobody can tell.
    came(&staff, &second, "so-ngoai-vu", &json!([{"headcount": 9}]));
    came(&staff, &first, "so-ngoai-vu", &json!([{"headcount": 3}]));
    let told = t2("?year=2015");
    assert_eq!((share(&told)[0].clone(), &told["value"]["atLeast"], &told["value"]["atMost"]), (json!("MET"), &json!(18), &json!(21)));
    let own = of(&targets(&app.system_of("so-tttt"), "?year=2015"), "T2");
    let agencies: Vec<_> = own["byAgency"].as_array().expect("agencies").iter().map(|one| &one["agency"]).collect();
    assert_eq!((agencies, &own["records"]), (vec![&json!("so-tttt")], &json!(13)));
}

fn t3_all_in_charge_are_fully_qualified(backend: Backend) {
    let (app, standing) = stage(backend);
    let staff = personnel(&app);
    let t3 = |query: &str| of(&targets(&staff, query), "T3");
    assert_eq!((&t3("?year=2015")["definition"]["reckoning"], &t3("?year=2015")["status"]), (&json!("STAFF_QUALIFIED"), &json!("NO_DATA")));
    assert!(!t3("?year=2015")["definition"]["population"].as_array().expect("codes").is_empty(), "those who have tasks of the programme");
    define(&standing, "T3", &qualified(&AGENCIES));
    roll(
        &staff,
        "so-tttt",
        "2015-06-30",
        &json!({"headcount": 60, "inCharge": 3, "withDegree": 3, "withFittingMajor": 3, "withLanguage": 3, "fullyQualified": 3}),
    );
    assert_eq!(t3("?year=2015")["status"], json!("NO_DATA"), "of one agency nothing is known");
    // Three of four in each respect, and two in all: the three counts do not tell it.
    let counts = json!({"inCharge": 4, "withDegree": 3, "withFittingMajor": 3, "withLanguage": 3});
    roll(&staff, "so-ngoai-vu", "2015-06-30", &counts);
    assert_eq!(t3("?year=2015")["status"], json!("NO_DATA"));
    let mut whole = counts;
    whole["fullyQualified"] = json!(2);
    roll(&staff, "so-ngoai-vu", "2015-06-30", &whole);
    assert_eq!(share(&t3("?year=2015")), [json!("NOT_MET"), json!(5), json!(7), json!("71.43")]);
    roll(&staff, "so-ngoai-vu", "2015-10-30", &json!({"inCharge": 2, "fullyQualified": 2}));
    assert_eq!(share(&t3("?year=2015")), [json!("MET"), json!(5), json!(5), json!("100.00")]);
    assert_eq!(share(&t3("?asOf=2015-07-01"))[..3], [json!("IN_PROGRESS"), json!(5), json!(7)]);
    assert_eq!(t3("?year=2015")["records"], json!(2));
}

fn t6_a_qualitative_target_is_words_and_figures_and_never_a_per_cent(backend: Backend) {
    let (app, standing) = stage(backend);
    let public = app.anonymous();
    let t6 = |query: &str| of(&targets(&public, query), "T6");
    assert_eq!((&t6("?year=2015")["status"], &t6("?year=2015")["definition"]["measure"]), (&json!("NO_DATA"), &json!("QUALITATIVE")));
    let words = json!({"text": "Người Việt Nam ở nước ngoài đọc Cổng thông tin điện tử.", "figures": [{"label": "Lượt truy cập từ nước ngoài", "value": "12.000"}]});
    let told = state(&standing, "T6", &json!({ "narrative": words }));
    assert_eq!((&told["status"], &told["source"], &told["statedOn"]), (&json!("DESCRIBED"), &json!("STATED"), &json!("2015-12-31")));
    let told = t6("?year=2015");
    assert_eq!((&told["value"]["narrative"], &told["value"]["figures"]), (&words["text"], &words["figures"]));
    assert_eq!((&told["value"]["percentAtLeast"], &told["value"]["count"]), (&Value::Null, &Value::Null));
    let letter = public.get("/api/v1/documents?number=15/HD-STTTT").json()["items"][0]["id"].take();
    assert_eq!(told["document"], letter, "a typed-in value carries its document");
    assert_eq!(t6("?year=2014")["status"], json!("NO_DATA"));
    assert_eq!(t6("?asOf=2015-12-30&year=2015")["status"], json!("NO_DATA"), "the document states it as of a later day");
    let wrong = json!({"year": 2015, "finality": "FINAL", "on": "2015-12-31", "document": RULE, "share": {"part": 1, "whole": 2}});
    let refused = send(&standing, "POST", &path("T6", "values"), None, &wrong);
    assert_eq!(refused.faults(), [("/value".to_owned(), "RULE_BROKEN".to_owned())], "{}", refused.body);
}

/// Known answers of "1–3: met from the smaller figure, beyond the larger one is shown, not an error".
fn ranges_are_met_from_the_smaller_figure_and_more_is_shown(backend: Backend) {
    let (app, standing) = stage(backend);
    let range = |target: &str| of(&targets(&app.anonymous(), "?year=2020"), target);
    for (target, few, met, most, more) in [("T8", 0, 1, 3, 4), ("T9", 2, 3, 5, 6)] {
        assert_eq!(range(target)["status"], json!("NO_DATA"), "nothing on record is not nought");
        for (count, status) in [(few, "NOT_MET"), (met, "MET"), (most, "MET"), (more, "EXCEEDED")] {
            state(&standing, target, &json!({"year": 2020, "on": "2020-12-31", "count": count}));
            let told = range(target);
            assert_eq!((&told["status"], &told["value"]["count"]), (&json!(status), &json!(count)), "{target}");
        }
    }
    for target in ["T4", "T5", "T7"] {
        assert_eq!(range(target)["status"], json!("NO_DATA"));
    }
}

fn definitions_are_versions_that_hold_from_a_day(backend: Backend) {
    let (app, standing) = stage(backend);
    let public = app.anonymous();
    let percentage = json!({"numerator": "người được bồi dưỡng", "denominator": "cán bộ, công chức", "goal": 8000});
    define(
        &standing,
        "T2",
        &json!({"from": "2015-01-01", "words": "Ngưỡng 80%.", "percentage": percentage, "baseline": {"value": "12.50", "on": "2013-12-31", "document": RULE}}),
    );
    let version = |query: &str| of(&targets(&public, query), "T2")["definition"].take();
    let (before, after) = (version("?asOf=2014-12-31"), version("?asOf=2015-01-01"));
    assert_eq!([&before["version"], &before["goal"], &before["validTo"]], [&json!(1), &json!(9000), &json!("2015-01-01")]);
    assert_eq!([&after["version"], &after["goal"], &after["words"]], [&json!(2), &json!(8000), &json!("Ngưỡng 80%.")]);
    assert_eq!(
        [&after["numerator"], &after["baseline"], &after["dueYear"]],
        [&json!("người được bồi dưỡng"), &json!("12.50"), &json!(2015)]
    );
    // What is not said stays; a version never begins before the one before it.
    define(&standing, "T2", &json!({"from": "2016-01-01", "dueYear": 2018}));
    let third = version("?asOf=2017-01-01");
    assert_eq!([&third["goal"], &third["dueYear"], &third["baseline"]], [&json!(8000), &json!(2018), &json!("12.50")]);
    let early = defining(&standing, "T2", &json!({"from": "2016-01-01"}));
    assert_eq!(early.faults(), [("/from".to_owned(), "OUT_OF_RANGE".to_owned())]);
    assert_eq!(public.get("/api/v1/programmes/HP-1593-2013/targets?asOf=2013-01-01").status, 404, "it was not signed");
}

fn a_typed_in_value_counts_for_its_own_year_and_a_number_that_adds_up_for_later_ones(backend: Backend) {
    let (app, standing) = stage(backend);
    let public = app.anonymous();
    let told = |target: &str, year: i32| of(&targets(&public, &format!("?year={year}")), target);
    state(&standing, "T2", &json!({"year": 2014, "on": "2014-12-31", "share": {"part": 450, "whole": 1000}}));
    state(&standing, "T8", &json!({"year": 2014, "on": "2014-12-31", "count": 2}));
    assert_eq!(
        (share(&told("T2", 2014)), &told("T2", 2014)["source"]),
        ([json!("IN_PROGRESS"), Value::Null, Value::Null, json!("45.00")], &json!("STATED")),
        "of people everybody is told the points alone"
    );
    let staff = personnel(&app);
    let live = |year: i32| of(&targets(&staff, &format!("?year={year}")), "T2");
    assert_eq!(share(&live(2014)), [json!("IN_PROGRESS"), json!(450), json!(1000), json!("45.00")]);
    for year in [2013, 2015, 2016] {
        assert_eq!((&told("T2", year)["status"], &told("T2", year)["stated"]), (&json!("NO_DATA"), &Value::Null), "{year}");
    }
    let later = told("T8", 2016);
    assert_eq!((&later["value"]["count"], &later["stated"]["year"]), (&json!(2), &json!(2014)), "what was published stays published");
    assert_eq!(told("T8", 2013)["status"], json!("NO_DATA"));
    // The baseline with its document, and what changed since.
    define(&standing, "T2", &json!({"from": "2014-06-01", "baseline": {"value": "12.50", "on": "2013-12-31", "document": RULE}}));
    let baseline = live(2014)["baseline"].take();
    assert_eq!((&baseline["value"], &baseline["change"], &baseline["on"]), (&json!("12.50"), &json!("32.50"), &json!("2013-12-31")));
    assert!(baseline["document"].is_string());
    assert_eq!(told("T2", 2015)["baseline"]["change"], Value::Null, "no data is no change");
}

fn every_fault_of_a_definition_or_a_value_is_told(backend: Backend) {
    let (app, standing) = stage(backend);
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    let wrong = json!({"from": "2014-01-01", "words": "\u{2003}", "basis": "khong-co", "reckoning": "EDITIONS", "population": []});
    let faults = defining(&standing, "T2", &wrong).faults();
    assert_eq!(faults, [fault("/words", "FIELD_REQUIRED"), fault("/basis", "REFERENCE_UNKNOWN"), fault("/reckoning", "RULE_BROKEN")]);
    let unknown = json!({"from": "2014-01-01", "reckoning": "PEOPLE_TRAINED", "population": ["khong-co"]});
    assert_eq!(defining(&standing, "T2", &unknown).faults(), [fault("/population/0", "REFERENCE_UNKNOWN")]);
    assert_eq!(
        defining(&standing, "T8", &json!({"from": "2014-01-01", "direction": "AT_MOST"})).faults(),
        [fault("/direction", "RULE_BROKEN")]
    );
    // One measure, with the fields of its kind.
    let two = json!({"from": "2014-01-01", "range": {"min": 3, "max": 1}, "matrix": {"outlets": ["x"], "items": [], "contents": ["y"]}});
    assert_eq!(
        defining(&standing, "T8", &two).faults(),
        [fault("/range", "RULE_BROKEN"), fault("/reckoning", "RULE_BROKEN"), fault("/matrix/items", "FIELD_REQUIRED")]
    );
    let range = json!({"from": "2014-01-01", "range": {"min": 3, "max": 1}});
    assert_eq!(defining(&standing, "T8", &range).faults(), [fault("/range/max", "OUT_OF_RANGE")]);
    let members = json!({"from": "2014-01-01", "countPerMember": {"members": ["khong-co"], "atLeast": 1}, "disaggregations": ["LANGUAGE"]});
    let faults = defining(&standing, "T7", &members).faults();
    assert_eq!(faults, [fault("/countPerMember/members", "REFERENCE_UNKNOWN"), fault("/disaggregations/0", "RULE_BROKEN")]);
    assert_eq!(defining(&standing, "T99", &json!({"from": "2014-01-01"})).code(), "NOT_FOUND");
    let value = |body: Value| send(&standing, "POST", &path("T2", "values"), None, &body).faults();
    let stated = |more: Value| {
        let mut body = json!({"year": 2015, "finality": "FINAL", "on": "2199-01-01", "document": "khong-co"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    let all = [fault("/value/part", "OUT_OF_RANGE"), fault("/on", "OUT_OF_RANGE"), fault("/document", "REFERENCE_UNKNOWN")];
    assert_eq!(value(stated(json!({"share": {"part": 2, "whole": 1}}))), all);
    assert_eq!(value(stated(json!({"share": {"part": 1, "whole": 1}, "count": 1}))), [fault("", "RULE_BROKEN")]);
    let reporter = app.person(Some("so-tttt"), Role::AgencyReporter);
    assert_eq!(defining(&reporter, "T2", &json!({"from": "2014-01-01"})).code(), "FORBIDDEN");
}

fn graphql_tells_targets_with_their_records(backend: Backend) {
    let (app, standing) = stage(backend);
    let staff = personnel(&app);
    let define = "mutation($input: TargetDefinitionInput!) { defineTarget(programme: \"HP-1593-2013\", target: \"T2\", input: $input) \
                  { evaluation { definition { version population } } problem { code faults { pointer } } } }";
    let input =
        json!({"from": "2014-01-01", "basis": RULE, "words": "Theo hướng dẫn.", "reckoning": "PEOPLE_TRAINED", "population": ["so-tttt"]});
    let done = standing.graphql(define, &json!({ "input": input }))["defineTarget"].take();
    assert_eq!(done["evaluation"]["definition"], json!({"version": 2, "population": ["so-tttt"]}), "{done}");
    let session = held(&staff, &course("so-noi-vu", "Đợt 1"), "2014-05-05");
    came(&staff, &session, "so-tttt", &json!([{"headcount": 9}]));
    roll(&staff, "so-tttt", "2014-06-30", &json!({"headcount": 10}));
    let query = "{ programme(code: \"HP-1593-2013\") { targets { code evaluation(year: 2014) { status value { atLeast whole percentAtLeast } \
                 finality records(first: 5) { totalCount nodes { kind agency { code } } } } } } }";
    let find = |client: &Client| {
        let told = client.graphql(query, &json!({}))["programme"]["targets"].take();
        told.as_array().expect("targets").iter().find(|one| one["code"] == "T2").expect("the target")["evaluation"].clone()
    };
    let told = find(&staff);
    assert_eq!((&told["status"], &told["value"]), (&json!("MET"), &json!({"atLeast": 9, "whole": 10, "percentAtLeast": "90.00"})));
    assert_eq!(told["records"], json!({"totalCount": 1, "nodes": [{"kind": "PARTICIPATION", "agency": {"code": "so-tttt"}}]}));
    // The entry has an identifier of its own beside that of the record.
    let named = query.replace("kind agency { code }", "id subjectId");
    let entries = staff.graphql(&named, &json!({}))["programme"]["targets"].as_array().expect("targets").clone();
    let entry = entries.iter().find(|one| one["code"] == "T2").expect("the target")["evaluation"]["records"]["nodes"][0].clone();
    assert!(entry["id"].is_string() && entry["subjectId"].is_string() && entry["id"] != entry["subjectId"], "{entry}");
    assert_eq!(find(&app.anonymous())["status"], json!("NO_DATA"), "it is not released");
    release(&standing, 2014);
    let told = find(&app.anonymous());
    assert_eq!((&told["status"], &told["records"]["totalCount"]), (&json!("UNDETERMINED"), &json!(0)), "one of ten was not trained");
    let state = "mutation { stateTargetValue(programme: \"HP-1593-2013\", target: \"T8\", input: {year: 2015, count: 2, finality: FINAL, \
                 on: \"2015-12-31\", document: \"15/HD-STTTT\"}) { evaluation { status document { number } } problem { code } } }";
    let done = standing.graphql(state, &json!({}))["stateTargetValue"]["evaluation"].take();
    assert_eq!(done, json!({"status": "MET", "document": {"number": RULE}}));
    let below = "mutation { defineTarget(programme: \"HP-1593-2013\", target: \"T8\", input: {from: \"2016-01-01\", basis: \"15/HD-STTTT\", words: \"x\", \
                 range: {min: -1, max: 5}}) { problem { faults { pointer code } } } stateTargetValue(programme: \"HP-1593-2013\", target: \"T8\", \
                 input: {year: 2015, count: -2, finality: FINAL, on: \"2015-12-31\", document: \"15/HD-STTTT\"}) { problem { faults { pointer code } } } }";
    let told = standing.graphql(below, &json!({}));
    for (change, at) in [("defineTarget", "/range/min"), ("stateTargetValue", "/count")] {
        assert_eq!(told[change]["problem"]["faults"], json!([{"pointer": at, "code": "OUT_OF_RANGE"}]), "{told}");
    }
}

fn targets_send_as_many_statements_for_much_as_for_little(backend: Backend) {
    let (app, standing) = stage(backend);
    let staff = personnel(&app);
    let rest = || app.fewest_statements(|| targets(&staff, "?year=2014")).0;
    let query = "{ programme(code: \"HP-1593-2013\") { targets { evaluation(year: 2014) { status byAgency { status } records { totalCount } } } } }";
    let graphql = || app.fewest_statements(|| staff.graphql(query, &json!({}))).0;
    let few = (rest(), graphql());
    define(&standing, "T1", &json!({"from": "2014-01-01", "population": AGENCIES, "reckoning": "ACCEPTED_REPORTS"}));
    define(&standing, "T2", &json!({"from": "2014-01-01", "population": AGENCIES, "reckoning": "PEOPLE_TRAINED"}));
    define(&standing, "T3", &qualified(&AGENCIES));
    for i in 0..5 {
        let session = held(&staff, &course("so-noi-vu", &format!("Khóa {i}")), "2014-05-05");
        came(&staff, &session, "so-tttt", &json!([{"headcount": 9}, {"headcount": 2}]));
        roll(&staff, "so-tttt", &format!("2014-0{}-01", i + 1), &json!({"headcount": 10, "inCharge": 2}));
    }
    assert_eq!((rest(), graphql()), few);
}
