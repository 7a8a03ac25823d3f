//! Targets whose values come from the register of deliverables: sets, tables, members and ranges, on fixtures with known answers.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    amendments::decision,
    deliverables::{of as made, recorded, with},
    targets::{RULE, define, of, targets},
};

both!(
    t4_the_portal_in_four_languages_tells_which_is_missing,
    t5_two_outlets_in_three_languages_with_two_kinds_of_content,
    t7_each_department_has_a_publication_or_a_section,
    t8_one_to_three_publications,
    t9_three_to_five_films_or_major_programmes,
    sets_tables_and_members_are_defined_anew_and_stated_beside_what_is_recorded,
    charts_tell_cells_and_agencies_with_what_is_wanted,
);

const PORTAL: &str = "cong-ttdt-tp";

fn told(client: &Client, target: &str, query: &str) -> Value {
    of(&targets(client, query), target)
}

fn missing(one: &Value) -> usize {
    one["value"]["missing"].as_array().expect("what is missing").len()
}

fn edition(kind: &str, outlet: &str, language: &str, contents: &[&str], launched: &str) -> Value {
    let details =
        json!({"outlet": outlet, "language": language, "contents": contents, "url": "https://example.vn/x", "launchedOn": launched});
    with(
        made(kind, Some("V.2"), &format!("{outlet} {language} {launched}"), details),
        "year",
        json!(launched[..4].parse::<i32>().expect("a year")),
    )
}

/// The records behind a value, each read by its identifier.
fn records(client: &Client, target: &str, query: &str) -> usize {
    let reply = client.get(&format!("/api/v1/programmes/HP-1593-2013/targets/{target}/records{query}")).json();
    let items = reply["items"].as_array().expect("records").clone();
    for item in &items {
        assert_eq!(item["kind"], "DELIVERABLE");
        let path = format!("/api/v1/deliverables/{}", item["id"].as_str().expect("an id"));
        assert_eq!(client.get(&path).status, 200, "a record that is told can be read");
    }
    items.len()
}

fn t4_the_portal_in_four_languages_tells_which_is_missing(backend: Backend) {
    let app = TestApp::start(backend);
    let (centre, public) = (app.system_of("trung-tam-tttt"), app.anonymous());
    // The words name the portal, which the decision has among its systems.
    let first = told(&public, "T4", "?year=2015");
    assert_eq!((&first["status"], &first["definition"]["population"]), (&json!("NO_DATA"), &json!([PORTAL])));
    assert_eq!(first["definition"]["certainty"], "INFERRED");
    for language in ["en", "zh", "ja"] {
        recorded(&centre, &edition("FOREIGN_EDITION", PORTAL, language, &[], "2015-03-01"));
    }
    // Another outlet, a column within the portal, and an edition that is prepared are none.
    recorded(&centre, &edition("FOREIGN_EDITION", "bao-hai-phong-dien-tu", "fr", &[], "2015-03-01"));
    recorded(&centre, &edition("COLUMN", PORTAL, "fr", &["tin tức"], "2015-03-01"));
    let one = told(&public, "T4", "?year=2015");
    assert_eq!((&one["status"], missing(&one)), (&json!("NOT_MET"), 1), "{one}");
    assert!(one["value"]["missing"].to_string().contains("fr"), "{one}");
    assert_eq!(one["value"]["percentAtLeast"], "75.00", "{one}");
    assert_eq!(records(&public, "T4", "?year=2015"), 3);
    recorded(&centre, &edition("FOREIGN_EDITION", PORTAL, "fr", &[], "2016-02-01"));
    assert_eq!(told(&public, "T4", "?year=2015")["status"], "NOT_MET", "what came later is of a later year");
    let one = told(&public, "T4", "?asOf=2016-02-01&year=2016");
    assert_eq!((&one["status"], missing(&one)), (&json!("MET"), 0), "{one}");
}

fn t5_two_outlets_in_three_languages_with_two_kinds_of_content(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, public) = (app.system_of("bao-hai-phong"), app.anonymous());
    assert_eq!(told(&public, "T5", "?year=2015")["status"], "NO_DATA");
    for outlet in ["bao-hai-phong-dien-tu", "dai-ptth-hai-phong"] {
        for language in ["en", "zh", "ja"] {
            let contents: &[&str] =
                if (outlet, language) == ("dai-ptth-hai-phong", "ja") { &["tin tức"] } else { &["tin tức", "pháp luật"] };
            recorded(&press, &edition("COLUMN", outlet, language, contents, "2015-04-01"));
        }
    }
    let one = told(&public, "T5", "?year=2015");
    assert_eq!((&one["status"], missing(&one)), (&json!("NOT_MET"), 1), "{one}");
    let cell = one["value"]["missing"].to_string();
    assert!(["dai-ptth-hai-phong", "ja", "pháp luật"].iter().all(|part| cell.contains(part)), "{cell}");
    assert_eq!(one["value"]["percentAtLeast"], "91.67", "{one}");
    recorded(&press, &edition("COLUMN", "dai-ptth-hai-phong", "ja", &["pháp luật"], "2015-05-01"));
    assert_eq!(told(&public, "T5", "?year=2015")["status"], "MET");
}

fn t7_each_department_has_a_publication_or_a_section(backend: Backend) {
    let app = TestApp::start(backend);
    let public = app.anonymous();
    assert_eq!(told(&public, "T7", "?year=2015")["status"], "NO_DATA");
    let section = |language: &str| {
        let details =
            json!({"outlet": PORTAL, "language": language, "contents": [], "url": "https://example.vn/x", "launchedOn": "2014-06-01"});
        made("PORTAL_SECTION", Some("V.3"), "Chuyên mục", details)
    };
    for (agency, language) in [("so-khdt", "en"), ("so-ngoai-vu", "zh"), ("so-vhttdl", "vi")] {
        recorded(&app.system_of(agency), &section(language));
    }
    let one = told(&public, "T7", "?year=2015");
    // One has a Vietnamese section alone, of one nothing is on record, which is not that it has none.
    assert_eq!((&one["status"], missing(&one)), (&json!("NOT_MET"), 2), "{one}");
    let told_missing = one["value"]["missing"].to_string();
    assert!(told_missing.contains("so-vhttdl") && told_missing.contains("so-tttt"), "{told_missing}");
    assert_eq!(records(&public, "T7", "?year=2015"), 2);
    recorded(&app.system_of("so-vhttdl"), &section("ja"));
    let publication = json!({"languages": ["vi", "en"], "publishedOn": "2014-09-01"});
    recorded(&app.system_of("so-tttt"), &made("PUBLICATION", Some("V.3"), "Guide to Hai Phong", publication));
    assert_eq!(told(&public, "T7", "?year=2015")["status"], "MET");
}

fn sets_tables_and_members_are_defined_anew_and_stated_beside_what_is_recorded(backend: Backend) {
    let app = TestApp::start(backend);
    decision(&app.person(None, Role::Admin), RULE, "2013-12-01");
    let (public, standing) = (app.anonymous(), app.person(Some("so-noi-vu"), Role::Standing));
    // A new version of each kind.
    define(
        &standing,
        "T4",
        &json!({"from": "2014-01-01", "setCoverage": {"required": ["en", "ko"]}, "population": [PORTAL], "disaggregations": ["LANGUAGE"]}),
    );
    let matrix = json!({"outlets": ["bao-hai-phong-dien-tu"], "items": ["en", "zh"], "contents": ["tin tức"]});
    define(&standing, "T5", &json!({"from": "2014-01-01", "matrix": matrix}));
    define(&standing, "T7", &json!({"from": "2014-01-01", "countPerMember": {"members": ["so-tttt", "so-ngoai-vu"], "atLeast": 2}}));
    define(&standing, "T8", &json!({"from": "2014-01-01", "range": {"min": 2, "max": 4}}));
    define(&standing, "T9", &json!({"from": "2014-01-01", "count": {"goal": 4}}));
    define(&standing, "T6", &json!({"from": "2014-01-01", "qualitative": {}}));
    let definition = |target: &str| told(&public, target, "?year=2015")["definition"].take();
    assert_eq!((&definition("T4")["items"], &definition("T5")["outlets"]), (&json!(["en", "ko"]), &json!(["bao-hai-phong-dien-tu"])));
    assert_eq!(
        (&definition("T7")["goal"], &definition("T8")["goalMax"], &definition("T9")["measure"]),
        (&json!(2), &json!(4), &json!("COUNT"))
    );
    // What documents state of a set, a table and members, while nothing is on record.
    let state = |target: &str, value: Value| {
        let mut body = json!({"year": 2015, "finality": "FINAL", "on": "2015-12-31", "document": RULE});
        body.as_object_mut().expect("an object").extend(value.as_object().expect("an object").clone());
        let path = format!("/api/v1/admin/programmes/HP-1593-2013/targets/{target}/values");
        crate::persons::send(&standing, "POST", &path, None, &body)
    };
    assert_eq!(state("T4", json!({"items": ["en"]})).status, 201);
    let one = told(&public, "T4", "?year=2015");
    assert_eq!(
        (&one["status"], &one["source"], &one["value"]["there"], &one["value"]["missing"]),
        (&json!("NOT_MET"), &json!("STATED"), &json!(["en"]), &json!(["ko"]))
    );
    let parts: Vec<_> = one["parts"].as_array().expect("parts").iter().map(|part| (&part["key"], &part["reached"], &part["of"])).collect();
    assert_eq!(parts, [(&json!("en"), &json!(1), &json!(1)), (&json!("ko"), &json!(0), &json!(1))]);
    let cell = json!({"outlet": "bao-hai-phong-dien-tu", "item": "en", "content": "tin tức"});
    assert_eq!(state("T5", json!({ "cells": [cell] })).status, 201);
    assert_eq!(told(&public, "T5", "?year=2015")["value"]["percentAtLeast"], "50.00");
    assert_eq!(state("T7", json!({"members": [{"agency": "so-tttt", "count": 2}]})).status, 201);
    let one = told(&public, "T7", "?year=2015");
    assert_eq!(
        (&one["value"]["there"], &one["value"]["missing"]),
        (&json!(["so-tttt: 2"]), &json!(["so-ngoai-vu: –"])),
        "of one nothing is stated"
    );
    // What is recorded counts, and what is stated stands beside it.
    recorded(&app.system_of("trung-tam-tttt"), &edition("FOREIGN_EDITION", PORTAL, "ko", &[], "2015-03-01"));
    let one = told(&public, "T4", "?year=2015");
    assert_eq!((&one["source"], &one["value"]["there"], &one["document"]), (&json!("RECORDED"), &json!(["ko"]), &Value::Null));
    assert_eq!((&one["stated"]["value"]["there"], one["stated"]["document"].is_string()), (&json!(["en"]), true), "{one}");
    let query = "{ targetEvaluations(programme: \"HP-1593-2013\", year: 2015) { target value { there } stated { value { there } document { number } } } }";
    let over = public.graphql(query, &json!({}))["targetEvaluations"].take();
    let over = over.as_array().expect("targets").iter().find(|one| one["target"] == "T4").expect("the target").clone();
    assert_eq!(
        (&over["value"]["there"], &over["stated"]),
        (&json!(["ko"]), &json!({"value": {"there": ["en"]}, "document": {"number": RULE}}))
    );
    // What the measure does not take.
    let fault = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
    assert_eq!(state("T4", json!({"items": ["en", "fr"]})).faults(), fault("/items/1", "NOT_ONE_OF"));
    assert_eq!(state("T4", json!({"items": ["en", "en"]})).faults(), fault("/items/1", "DUPLICATE"));
    assert_eq!(state("T4", json!({"members": []})).faults(), fault("/value", "RULE_BROKEN"));
    assert_eq!(state("T7", json!({"members": [{"agency": "so-khdt", "count": 1}]})).faults(), fault("/members/0", "NOT_ONE_OF"));
    assert_eq!(state("T4", json!({"items": ["en"], "count": 1})).faults(), fault("", "RULE_BROKEN"));
    let over = "mutation { stateTargetValue(programme: \"HP-1593-2013\", target: \"T7\", input: {year: 2014, finality: FINAL, on: \"2014-12-31\", \
                document: \"15/HD-STTTT\", members: [{agency: \"so-tttt\", count: 1}, {agency: \"so-ngoai-vu\", count: 3}]}) { problem { code } } \
                defineTarget(programme: \"HP-1593-2013\", target: \"T7\", input: {from: \"2016-01-01\", basis: \"15/HD-STTTT\", words: \"x\", \
                countPerMember: {members: [\"so-tttt\"], atLeast: 1}, qualitative: true}) { problem { faults { pointer code } } } }";
    let done = standing.graphql(over, &json!({}));
    assert_eq!(done["stateTargetValue"]["problem"], Value::Null, "{done}");
    assert_eq!(done["defineTarget"]["problem"]["faults"][0], json!({"pointer": "/qualitative", "code": "RULE_BROKEN"}));
    assert_eq!(told(&public, "T7", "?year=2014")["value"]["missing"], json!(["so-tttt: 1"]));
}

fn charts_tell_cells_and_agencies_with_what_is_wanted(backend: Backend) {
    let app = TestApp::start(backend);
    let public = app.anonymous();
    let chart = |query: &str| {
        let reply = public.get(&format!("/api/v1/charts/{query}"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    };
    let rows = |told: &Value, start: &str| -> Vec<(String, Vec<Value>)> {
        let all = told["rows"].as_array().expect("rows").iter().filter(|row| row["key"].as_str().is_some_and(|key| key.starts_with(start)));
        all.map(|row| {
            let cells = row["cells"].as_array().expect("cells").iter().map(|cell| cell["value"].clone()).collect();
            (row["key"].as_str().expect("a key").to_owned(), cells)
        })
        .collect()
    };
    let cells = |start: &str| rows(&chart("targets.json?programme=HP-1593-2013&year=2015&by=CELL"), start);
    assert_eq!(cells("T5").len(), 12);
    assert!(cells("T5").iter().chain(&cells("T7")).all(|(_, cells)| cells[0].is_null() && cells[1] == "1"), "no data is not nought");
    recorded(&app.system_of("bao-hai-phong"), &edition("COLUMN", "bao-hai-phong-dien-tu", "en", &["tin tức"], "2015-04-01"));
    let held: Vec<_> = cells("T5").into_iter().filter(|(_, cells)| cells[0] == "1").collect();
    assert_eq!(held.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["T5/bao-hai-phong-dien-tu/en/tin tức"]);
    assert!(cells("T5").iter().filter(|(_, cells)| cells[0] == "0").count() == 11, "on record, and not there");
    let whole = rows(&chart("targets.json?programme=HP-1593-2013&year=2015"), "T5");
    assert_eq!(whole[0].1[..3], [json!("8.33"), json!("1"), json!("12")]);
    // By agency: T1 over a roll.
    decision(&app.person(None, Role::Admin), RULE, "2013-12-01");
    define(&app.person(None, Role::Standing), "T1", &json!({"from": "2014-01-01", "population": ["so-tttt", "bao-hai-phong"]}));
    let report = json!({"programme": "HP-1593-2013", "task": "I.5", "year": 2015, "percent": 50, "narrative": "Đã làm."});
    let at = crate::workflow::pushed(&app.system_of("bao-hai-phong"), "bao-hai-phong", &report);
    crate::workflow::done(&app.person(Some("so-noi-vu"), Role::Standing), "POST", &at, "/accept", &Value::Null);
    let by = rows(&chart("targets.json?programme=HP-1593-2013&year=2015&by=AGENCY"), "T1");
    let told: Vec<_> = by.iter().map(|(key, cells)| (key.as_str(), cells[1].clone(), cells[2].clone())).collect();
    let (held, none) = (("T1/bao-hai-phong", json!("1"), json!("1")), ("T1/so-tttt", json!("0"), json!("1")));
    assert!(told.len() == 2 && told.contains(&held) && told.contains(&none), "{told:?}");
    // Deliverables by channel and audience, as of a day; trainings planned against held.
    let details = json!({"form": "SEMINAR", "from": "2015-06-10", "to": "2015-06-10"});
    let event =
        with(with(made("EVENT", None, "Hội thảo", details), "channel", json!("PEOPLE")), "audiences", json!(["TOURISTS", "INVESTORS"]));
    recorded(&app.system_of("so-ngoai-vu"), &with(event, "year", json!(2015)));
    let made = |query: &str, key: &str| rows(&chart(&format!("deliverables.json?programme=HP-1593-2013{query}")), key)[0].1[0].clone();
    assert_eq!([made("&by=CHANNEL", "PEOPLE"), made("&by=CHANNEL", "PARTY")], [json!("1"), Value::Null]);
    assert_eq!(
        [made("&by=AUDIENCE", "TOURISTS"), made("&by=AUDIENCE", "INVESTORS"), made("&by=AUDIENCE", "DOMESTIC")],
        [json!("1"), json!("1"), Value::Null]
    );
    assert_eq!([made("&asOf=2015-06-09", "EVENT"), made("&asOf=2015-06-10", "EVENT")], [Value::Null, json!("1")]);
    assert_eq!(chart("deliverables.json?programme=HP-1593-2013&asOf=2015-06-09")["asOf"], "2015-06-09");
}

/// Status and count of a target by so many of a kind, each of another title.
fn ranged(app: &TestApp, target: &str, kind: &str, count: std::ops::Range<usize>) -> (Value, Value) {
    let field = if kind == "PUBLICATION" { "publishedOn" } else { "completedOn" };
    let (agency, task) = if kind == "PUBLICATION" { ("so-tttt", Some("V.3")) } else { ("dai-ptth-hai-phong", None) };
    for n in count {
        let mut details = json!({"languages": ["vi"]});
        details[field] = json!("2014-05-05");
        recorded(&app.system_of(agency), &made(kind, task, &format!("{kind} {n}"), details));
    }
    let one = told(&app.anonymous(), target, "?year=2020");
    (one["status"].clone(), one["value"]["count"].clone())
}

fn t8_one_to_three_publications(backend: Backend) {
    let app = TestApp::start(backend);
    let one = told(&app.anonymous(), "T8", "?year=2020");
    assert_eq!((&one["status"], &one["definition"]["population"]), (&json!("NO_DATA"), &json!(["PUBLICATION"])));
    assert_eq!(ranged(&app, "T8", "PUBLICATION", 0..1), (json!("MET"), json!(1)));
    assert_eq!(ranged(&app, "T8", "PUBLICATION", 1..3), (json!("MET"), json!(3)));
    assert_eq!(ranged(&app, "T8", "PUBLICATION", 3..4), (json!("EXCEEDED"), json!(4)));
    assert_eq!(told(&app.anonymous(), "T9", "?year=2020")["status"], "NO_DATA", "publications are no films");
}

fn t9_three_to_five_films_or_major_programmes(backend: Backend) {
    let app = TestApp::start(backend);
    let one = told(&app.anonymous(), "T9", "?year=2020");
    assert_eq!((&one["status"], &one["definition"]["population"]), (&json!("NO_DATA"), &json!(["FILM", "MAJOR_PROGRAMME"])));
    assert_eq!(ranged(&app, "T9", "FILM", 0..2), (json!("NOT_MET"), json!(2)));
    assert_eq!(ranged(&app, "T9", "MAJOR_PROGRAMME", 0..1), (json!("MET"), json!(3)));
    assert_eq!(ranged(&app, "T9", "FILM", 2..4), (json!("MET"), json!(5)));
    assert_eq!(ranged(&app, "T9", "FILM", 4..5), (json!("EXCEEDED"), json!(6)));
    // What is internal counts for those alone who see it by role.
    let hidden =
        with(made("FILM", None, "Phim nội bộ", json!({"languages": ["vi"], "completedOn": "2014-05-05"})), "visibility", json!("INTERNAL"));
    recorded(&app.system_of("dai-ptth-hai-phong"), &hidden);
    let standing = app.person(None, Role::Standing);
    for (client, count) in [(&app.anonymous(), 6), (&standing, 7)] {
        assert_eq!(told(client, "T9", "?year=2020")["value"]["count"], count);
        assert_eq!(records(client, "T9", "?year=2020"), count);
    }
}
