//! What an amendment reaches beyond words and what it does not: documents, what is owed, due days, bodies that are no more, codes.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, database::execute, seed};

use crate::{
    amended_words::{at, list, reworded, with},
    amendments::{APPLY, amend, amended, counted, decision, file, on, place},
    committee_log::migrate,
    obligations::start,
};

both!(
    the_basis_amends_the_decision_among_documents,
    what_was_amended_before_that_was_told_is_told,
    what_no_amendment_reaches_is_refused_where_it_stands,
    a_code_that_was_given_up_is_not_given_again,
    a_longer_programme_is_owed_for_from_the_day_on,
    a_shorter_programme_is_owed_for_no_more_and_again_when_it_is_given_back,
    what_a_programme_owed_before_it_was_shortened_is_owed_whenever_it_is_looked_up,
    what_was_never_owed_is_not_owed_when_a_year_goes_again,
    what_a_task_owed_before_its_year_was_taken_is_owed_whenever_it_is_looked_up,
    a_day_that_is_past_when_the_rule_begins_makes_nothing_late,
    the_day_on_which_years_fall_due_moves_for_what_is_ahead,
    whoever_is_no_more_waits_in_the_queue_and_is_told,
);

fn found(client: &Client, number: &str) -> Value {
    let list = client.get(&format!("/api/v1/documents?number={}", number.replace('Đ', "%C4%90"))).json();
    client.get(&format!("/api/v1/documents/{}", list["items"][0]["id"].as_str().expect("an id"))).json()
}

fn the_basis_amends_the_decision_among_documents(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let made = found(&admin, "1593/QĐ-UBND");
    let dry = amend(&admin, "2100/QĐ-UBND", "2016-03-01", &reworded(), true);
    assert_eq!((dry.status, &found(&admin, "2100/QĐ-UBND")["relations"]), (200, &json!([])), "a dry run relates nothing");
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &reworded());
    let basis = found(&admin, "2100/QĐ-UBND");
    let of = |document: &Value| -> Vec<(Value, Value, Value)> {
        let all = document["relations"].as_array().expect("relations").iter();
        all.map(|one| (one["kind"].clone(), one["document"].clone(), one["section"].clone())).collect()
    };
    assert_eq!(of(&basis), [(json!("AMENDS"), made["id"].clone(), json!("Điều 1"))]);
    assert_eq!(basis["revision"], 2, "whoever saw it without the relation has seen another one");
    // A second amendment by the same document says nothing twice.
    let mut more = reworded();
    at(&mut more, "measures", "3.7")["text_vi"] = json!("Đánh giá giữa kỳ và cuối kỳ.");
    amended(&admin, "2100/QĐ-UBND", "2016-06-01", &more);
    assert_eq!((of(&found(&admin, "2100/QĐ-UBND")).len(), &found(&admin, "2100/QĐ-UBND")["revision"]), (1, &json!(2)));
    let changes = app.anonymous().get("/api/v1/documents/changes?since=2016-02-01&until=2016-12-31").json();
    let timeline: Vec<Value> = changes["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|one| json!([one["on"], one["event"], one["document"], one["by"]]))
        .collect();
    assert!(timeline.contains(&json!(["2016-02-20", "AMENDED", made["id"], basis["id"]])), "{changes}");
    let seen =
        app.anonymous().graphql("query($id: ID!) { document(id: $id) { amendedBy { document { number } } } }", &json!({"id": made["id"]}));
    assert_eq!(seen["document"]["amendedBy"], json!([{"document": {"number": "2100/QĐ-UBND"}}]));
    // The relation stays while the version rests on it.
    let path = format!(
        "/api/v1/admin/documents/{}/relations/AMENDS/{}",
        basis["id"].as_str().expect("an id"),
        made["id"].as_str().expect("an id")
    );
    let taken: Reply = admin.send("DELETE", &path, &[("if-match", "\"2\"")], b"");
    assert_eq!((taken.status, &taken.json()["code"]), (409, &json!("WRONG_STATE")), "{}", taken.body);
}

fn what_was_amended_before_that_was_told_is_told(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &reworded());
    let mut more = reworded();
    at(&mut more, "measures", "3.7")["text_vi"] = json!("Đánh giá giữa kỳ và cuối kỳ.");
    amended(&admin, "2100/QĐ-UBND", "2016-06-01", &more);
    let told = found(&admin, "2100/QĐ-UBND");
    // As it was recorded while nothing of it was told among documents.
    execute(&app.database, "DELETE FROM document_relations WHERE kind = 'AMENDS'");
    assert_eq!(found(&admin, "2100/QĐ-UBND")["relations"], json!([]));
    let migrated = || {
        migrate(&app, backend, "2026-11-29-000056_amendments_related", "up.sql");
        found(&admin, "2100/QĐ-UBND")
    };
    let again = migrated();
    assert_eq!((&again["relations"], &again["revision"]), (&told["relations"], &json!(3)));
    assert_eq!(migrated(), again, "what is told is not told twice");
    // It is held as any: the version rests on it, and the file of the programme does not take it away.
    let path = format!(
        "/api/v1/admin/documents/{}/relations/AMENDS/{}",
        again["id"].as_str().expect("an id"),
        again["relations"][0]["document"].as_str().expect("an id")
    );
    let taken: Reply = admin.send("DELETE", &path, &[("if-match", "\"3\"")], b"");
    assert_eq!((taken.status, &taken.json()["code"]), (409, &json!("WRONG_STATE")), "{}", taken.body);
    app.import(&more, APPLY).expect("an import");
    assert_eq!(found(&admin, "2100/QĐ-UBND"), again);
}

fn what_no_amendment_reaches_is_refused_where_it_stands(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let faults = |change: &dyn Fn(&mut Value)| {
        let mut file = reworded();
        change(&mut file);
        let reply = amend(&admin, "2100/QĐ-UBND", "2016-03-01", &file, true);
        assert_eq!(reply.status, 422, "{}", reply.body);
        reply.faults()
    };
    let is = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    assert_eq!(faults(&|file| file["systems"][0]["name_vi"] = json!("Cổng khác")), [is("/programme/systems/0", "RULE_BROKEN")]);
    assert_eq!(
        faults(&|file| file["funding"]["sources"][1]["name_vi"] = json!("khác")),
        [is("/programme/funding/sources/1", "RULE_BROKEN")]
    );
    let other = faults(&|file| file["decision"]["number"] = json!("1600/QĐ-UBND"));
    assert!(other.contains(&is("/programme/decision", "RULE_BROKEN")), "{other:?}");
    let mut elsewhere = reworded();
    elsewhere["decision"]["number"] = json!("1600/QĐ-UBND");
    let told = amend(&admin, "2100/QĐ-UBND", "2016-03-01", &elsewhere, true).body;
    assert!(told.contains("(programme HP-1593-2013)"), "that another decision made it is no change of the programme: {told}");
    assert_eq!(faults(&|file| file["programme"]["code"] = json!("HP-1600-2013")), [is("/programme/programme/code", "REFERENCE_UNKNOWN")]);
}

fn a_code_that_was_given_up_is_not_given_again(backend: Backend) {
    let (app, _) = with(backend, &reworded());
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2101/QĐ-UBND", "2016-03-20");
    let mut back = file();
    for name in ["objectives", "measures", "responsibilities"] {
        let new = reworded()[name].as_array().expect("a list").last().cloned().expect("a row");
        list(&mut back, name).push(new);
    }
    let again = amend(&admin, "2101/QĐ-UBND", "2016-04-01", &back, true).faults();
    let place = |name: &str, code: &str| back[name].as_array().expect("a list").iter().position(|one| one["code"] == code).expect("a row");
    let wanted = [("measures", "3.6"), ("objectives", "O4"), ("responsibilities", "D2.4.b")]
        .map(|(name, code)| (format!("/programme/{name}/{}/code", place(name, code)), "DUPLICATE".to_owned()));
    let mut told = again.clone();
    told.sort();
    assert_eq!(told, wanted);
}

/// The file with a programme until another year, and annual tasks as long as that.
fn until(year: i32) -> Value {
    let mut file = file();
    file["programme"]["end_year"] = json!(year);
    file["programme"]["period_vi"] = json!(format!("Từ năm 2013 đến hết năm {year}."));
    for task in list(&mut file, "tasks").iter_mut().filter(|task| task["period"]["kind"] == "annual") {
        task["period"]["end_year"] = json!(year);
        task["period"]["years"] = json!((2013..=year).collect::<Vec<_>>());
        if task["period"].get("normalised").is_some_and(|days| !days.is_null()) {
            task["period"]["normalised"]["end"] = json!(format!("{year}-12-31"));
        }
    }
    counted(file)
}

/// The years for which the programme as a whole is reported on, as of a day.
fn whole(client: &Client, day: &str) -> Vec<String> {
    let owed = crate::obligations::list(client, &format!("&programme=HP-1593-2013&regime=HP-1593-TTTT-NAM{day}"));
    let mut years: Vec<String> =
        owed.iter().filter(|one| one["state"] != "EXCLUDED").map(|one| one["period"].as_str().expect("a period").to_owned()).collect();
    years.sort();
    years
}

fn years(range: std::ops::RangeInclusive<i32>) -> Vec<String> {
    range.map(|year| year.to_string()).collect()
}

fn a_longer_programme_is_owed_for_from_the_day_on(backend: Backend) {
    let app = start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    decision(&admin, "2100/QĐ-UBND", "2019-02-20");
    assert_eq!(whole(&standing, ""), years(2013..=2020));
    let figures = || standing.get("/api/v1/statistics?programme=HP-1593-2013&asOf=2019-02-28&comparedTo=2014-01-01").json();
    let before = figures();
    amended(&admin, "2100/QĐ-UBND", "2019-03-01", &until(2022));
    app.generate();
    assert_eq!(whole(&standing, ""), years(2013..=2022));
    assert_eq!(whole(&standing, "&asOf=2019-02-28"), years(2013..=2020), "nobody owed the years that came later");
    assert_eq!(figures(), before);
    let told = |day: &str| on(&app.anonymous(), day)["endYear"].clone();
    assert_eq!((told("2019-02-28"), told("2019-03-01")), (json!(2020), json!(2022)));
}

fn a_shorter_programme_is_owed_for_no_more_and_again_when_it_is_given_back(backend: Backend) {
    let app = start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    for (number, day) in [("2100/QĐ-UBND", "2016-02-20"), ("2101/QĐ-UBND", "2017-02-20")] {
        decision(&admin, number, day);
    }
    let before = whole(&standing, "&asOf=2016-02-29");
    let done = amended(&admin, "2100/QĐ-UBND", "2016-03-01", &until(2018));
    assert!(done["excludedObligations"].as_i64().is_some_and(|count| count >= 2), "{done}");
    app.generate();
    assert_eq!((whole(&standing, ""), whole(&standing, "&asOf=2016-02-29")), (years(2013..=2018), before));
    amended(&admin, "2101/QĐ-UBND", "2017-03-01", &until(2020));
    app.generate();
    assert_eq!((whole(&standing, ""), whole(&standing, "&asOf=2017-02-28")), (years(2013..=2020), years(2013..=2018)));
}

fn what_a_programme_owed_before_it_was_shortened_is_owed_whenever_it_is_looked_up(backend: Backend) {
    for is_known_before in [true, false] {
        let app = TestApp::start(backend);
        for file in [seed::working_days(), seed::regimes_1593()] {
            app.import_calendar(&file, ImportOptions::default()).expect("an import");
        }
        if is_known_before {
            app.generate();
        }
        let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
        decision(&admin, "2100/QĐ-UBND", "2019-02-20");
        amended(&admin, "2100/QĐ-UBND", "2019-03-01", &until(2017));
        app.generate();
        assert_eq!(whole(&standing, ""), years(2013..=2018), "the period of 2018 had ended: {is_known_before}");
    }
}

/// A year that is added and taken again is owed for the periods that ended while it was there.
fn what_was_never_owed_is_not_owed_when_a_year_goes_again(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    for (number, day) in [("2100/QĐ-UBND", "2021-05-20"), ("2101/QĐ-UBND", "2021-08-20")] {
        decision(&admin, number, day);
    }
    amended(&admin, "2100/QĐ-UBND", "2021-06-01", &until(2021));
    amended(&admin, "2101/QĐ-UBND", "2021-09-01", &until(2020));
    let mut regimes = seed::regimes_1593();
    for regime in regimes["regimes"].as_array_mut().expect("regimes").iter_mut().filter(|one| one["code"] == "HP-1593-TTTT-NAM") {
        regime["frequency"] = json!("QUARTER");
    }
    for file in [seed::working_days(), regimes] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    let owed = whole(&standing, "");
    assert_eq!((owed.len(), owed.last().map(String::as_str)), (2 + 7 * 4 + 1, Some("2021-Q2")), "{owed:?}");
}

fn what_a_task_owed_before_its_year_was_taken_is_owed_whenever_it_is_looked_up(backend: Backend) {
    let mut told = Vec::new();
    for is_known_before in [true, false] {
        let app = TestApp::start(backend);
        let mut regimes = seed::regimes_1593();
        // Tasks are reported on every quarter.
        for regime in regimes["regimes"].as_array_mut().expect("regimes").iter_mut().filter(|one| one["subject"] == "TASK") {
            if !regime["frequency"].is_null() {
                regime["frequency"] = json!("QUARTER");
            }
        }
        for file in [seed::working_days(), regimes] {
            app.import_calendar(&file, ImportOptions::default()).expect("an import");
        }
        if is_known_before {
            app.generate();
        }
        let admin = app.person(None, Role::Admin);
        decision(&admin, "2100/QĐ-UBND", "2020-05-20");
        amended(&admin, "2100/QĐ-UBND", "2020-06-01", &until(2019));
        app.generate();
        let owed = "SELECT o.period || ' ' || t.code || ' ' || g.code AS line FROM obligations o JOIN tasks t ON t.id = o.task_id \
                    JOIN agencies g ON g.id = o.agency_id WHERE o.year = 2020 AND NOT o.is_excluded ORDER BY 1";
        told.push(testkit::database::rows(&app.database, owed));
    }
    assert!(
        told[0].iter().any(|line| line.starts_with("2020-Q1 ")) && told[0].iter().all(|line| line.starts_with("2020-Q1 ")),
        "{:?}",
        told[0]
    );
    assert_eq!(told[0], told[1]);
}

fn the_day_on_which_years_fall_due_moves_for_what_is_ahead(backend: Backend) {
    let mut file = file();
    file["policy"] = json!({"annual_due": {"month": 12, "day": 14}});
    let (app, _) = with(backend, &file);
    let query = "query($day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $day) { policy { annualDueDay } task(code: \"I.3\") { occurrences { year dueOn } } } }";
    let read = |day: Value| {
        let told = app.anonymous().graphql(query, &json!({ "day": day }))["programme"].take();
        let due = told["task"]["occurrences"].as_array().expect("years").iter().map(|one| one["dueOn"].as_str().expect("a day").to_owned());
        (told["policy"]["annualDueDay"].clone(), due.collect::<Vec<_>>())
    };
    let due = |moved_from: i32| -> Vec<String> {
        (2013..=2020).map(|year| format!("{year}-12-{}", if year < moved_from { 31 } else { 14 })).collect()
    };
    assert_eq!(read(json!("2016-02-29")), (json!(31), due(9999)));
    assert_eq!(read(json!("2016-03-01")), (json!(14), due(2016)), "what was due before stays");
    assert_eq!(read(Value::Null), (json!(14), due(2016)));
}

fn a_day_that_is_past_when_the_rule_begins_makes_nothing_late(backend: Backend) {
    let mut file = file();
    file["policy"] = json!({"annual_due": {"month": 1, "day": 31}});
    let (app, _) = with(backend, &file);
    let query =
        "query($day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $day) { task(code: \"I.3\") { occurrences { year dueOn } } } }";
    let told = app.anonymous().graphql(query, &json!({"day": "2016-03-01"}))["programme"]["task"]["occurrences"].take();
    let due: Vec<&str> = told.as_array().expect("years").iter().map(|one| one["dueOn"].as_str().expect("a day")).collect();
    assert_eq!(due[3..6], ["2016-12-31", "2017-01-31", "2018-01-31"], "2016 keeps the day that it has");
}

/// What an import of a file would change.
fn app_changes(app: &TestApp, file: &Value) -> usize {
    app.import(file, ImportOptions::default()).expect("an import").changes.len()
}

fn whoever_is_no_more_waits_in_the_queue_and_is_told(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    app.import_organisation(&seed::organisation(), APPLY).expect("an import");
    decision(&admin, "2100/QĐ-UBND", "2025-08-01");
    let mut given = file();
    let first = place(&given, "II.2");
    given["tasks"][first]["lead"]["agencies"] = json!([{"agency": "ubnd-huyen-cat-hai", "collective": false}]);
    at(&mut given, "responsibilities", "D2.3.a")["agency"] = json!("so-khdt");
    let waiting = || -> Vec<(Value, Value)> {
        let queue = admin.get("/api/v1/admin/succession-queue?limit=200").json();
        queue["items"].as_array().expect("items").iter().map(|one| (one["task"].clone(), one["agency"].clone())).collect()
    };
    let of = (json!("II.2"), json!("ubnd-huyen-cat-hai"));
    let duty = given["responsibilities"].as_array().expect("duties").iter().position(|one| one["code"] == "D2.3.a").expect("the duty");
    let wanted = [format!("/programme/responsibilities/{duty}/agency"), format!("/programme/tasks/{first}/lead/agencies/0/agency")];
    let told = |reply: &Value| -> Vec<String> {
        let mut all: Vec<String> = reply["warnings"]
            .as_array()
            .expect("warnings")
            .iter()
            .map(|one| one["pointer"].as_str().expect("a place").to_owned())
            .collect();
        all.sort();
        all
    };
    let dry = amend(&admin, "2100/QĐ-UBND", "2025-08-10", &given, true);
    assert_eq!((dry.status, told(&dry.json())), (200, wanted.to_vec()), "{}", dry.body);
    assert!(!waiting().contains(&of), "a dry run queues nothing");
    let query = "mutation($input: AmendmentInput!) { amendProgramme(code: \"HP-1593-2013\", input: $input, dryRun: true) { recorded { warnings { pointer code message { vi en } } } problem { code } } }";
    let input = json!({"basis": "2100/QĐ-UBND", "effectiveOn": "2025-08-10", "programme": given});
    let reply = admin.graphql(query, &json!({ "input": input }))["amendProgramme"].take();
    assert_eq!(told(&reply["recorded"]), wanted, "{reply}");
    assert_eq!(told(&amended(&admin, "2100/QĐ-UBND", "2025-08-10", &given)), wanted);
    assert!(waiting().contains(&of), "{:?}", waiting());
    // Whoever is not there yet answers to nobody, ever: that is refused.
    let mut early = file();
    let name = json!({"code": "so-du-lich", "name_vi": "Sở Du lịch", "kind": "department", "subkind": "provincial_department", "parent": "ubnd-tp-hai-phong",
        "names_as_written": ["Sở Du lịch"]});
    list(&mut early, "agencies").push(name);
    let leads = early["tasks"][first]["lead"]["agencies"].as_array_mut().expect("leads");
    leads.push(json!({"agency": "so-du-lich", "collective": false}));
    let place = format!("/programme/tasks/{first}/lead/agencies/{}/agency", leads.len() - 1);
    let fresh = TestApp::start(backend);
    let admin = fresh.person(None, Role::Admin);
    fresh.import_organisation(&seed::organisation(), APPLY).expect("an import");
    decision(&admin, "2000/QĐ-UBND", "2014-02-20");
    let refused = amend(&admin, "2000/QĐ-UBND", "2014-03-01", &early, false);
    assert_eq!((refused.status, refused.faults()), (422, vec![(place, "RULE_BROKEN".to_owned())]), "{}", refused.body);
    // From its first day on it may be given work.
    decision(&admin, "2016/QĐ-UBND", "2016-09-01");
    assert_eq!(amended(&admin, "2016/QĐ-UBND", "2016-10-01", &early)["warnings"], json!([]));
    assert_eq!(app_changes(&fresh, &early), 0);
}
