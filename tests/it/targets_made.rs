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
);

const PORTAL: &str = "cong-ttdt";

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
    assert_eq!(told(&public, "T4", "?year=2015")["status"], "NO_DATA");
    decision(&app.person(None, Role::Admin), RULE, "2013-12-01");
    define(&app.person(Some("so-noi-vu"), Role::Standing), "T4", &json!({"from": "2014-01-01", "population": [PORTAL]}));
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
    assert_eq!(ranged(&app, "T9", "FILM", 2..5), (json!("EXCEEDED"), json!(6)));
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
