//! Versions of a programme: an amendment rests on a document and a day, shows what it changes, and leaves what was promised before.

use app::{
    ChangeKind,
    import::{ImportOptions, ImportOutcome},
};
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, dice::Dice, seed};

both!(
    an_amendment_holds_from_its_day_and_the_programme_as_signed_stays,
    a_dry_run_shows_the_same_and_keeps_nothing,
    an_amendment_without_document_or_order_is_refused,
    importing_corrects_the_version_in_force_and_no_other,
    what_is_owed_from_the_day_on_follows_the_new_version,
    years_that_are_taken_are_withdrawn_and_those_before_stay,
    a_day_reads_the_same_however_many_amendments_follow,
    what_an_amendment_ends_waits_for_nobody,
);

const PROGRAMME: &str = "HP-1593-2013";
pub(crate) const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

pub(crate) fn post(client: &Client, path: &str, body: &Value) -> Reply {
    let key = auth::digest(format!("{path}{body}").as_bytes());
    let headers = [("content-type", "application/json"), ("idempotency-key", &key[..32])];
    client.send("POST", &format!("/api/v1/admin/{path}"), &headers, body.to_string().as_bytes())
}

/// An issued decision of the city.
pub(crate) fn decision(client: &Client, number: &str, issued_on: &str) -> String {
    let body = json!({"kind": "DECISION", "number": number, "title": "Sửa đổi Chương trình", "issuer": "ubnd-tp-hai-phong", "issuedOn": issued_on});
    let made = post(client, "documents", &body);
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().expect("an id").to_owned()
}

pub(crate) fn amend(client: &Client, basis: &str, day: &str, file: &Value, dry_run: bool) -> Reply {
    let body = json!({"basis": basis, "effectiveOn": day, "section": "Điều 1", "programme": file});
    post(client, &format!("programmes/{PROGRAMME}/amendments?dryRun={dry_run}"), &body)
}

pub(crate) fn amended(client: &Client, basis: &str, day: &str, file: &Value) -> Value {
    let reply = amend(client, basis, day, file, false);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

pub(crate) fn on(client: &Client, day: &str) -> Value {
    let reply = client.get(&format!("/api/v1/programmes/{PROGRAMME}?asOf={day}"));
    assert_eq!(reply.status, 200, "{day}: {}", reply.body);
    reply.json()
}

pub(crate) fn task(programme: &Value, code: &str) -> Option<Value> {
    let groups = programme["groups"].as_array().expect("groups");
    groups.iter().flat_map(|group| group["tasks"].as_array().expect("tasks")).find(|task| task["code"] == code).cloned()
}

pub(crate) fn codes(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

pub(crate) fn place(file: &Value, code: &str) -> usize {
    file["tasks"].as_array().expect("tasks").iter().position(|task| task["code"] == code).expect("the task")
}

/// The decision with few counts of itself.
pub(crate) fn file() -> Value {
    counted(seed::decision_1593())
}

/// The file with the least that it must count of itself.
pub(crate) fn counted(mut file: Value) -> Value {
    let tasks = file["tasks"].as_array().expect("tasks");
    let of_kind = |kind: &str| tasks.iter().filter(|task| task["period"]["kind"] == kind).count();
    let years: usize = tasks.iter().map(|task| task["period"]["years"].as_array().expect("years").len()).sum();
    file["checks"] = json!({"groups": 5, "tasks": tasks.len(), "task_years": years, "annual_tasks": of_kind("annual"),
        "fixed_tasks": of_kind("fixed")});
    file
}

/// The file without a task, and without what speaks of it.
pub(crate) fn without(mut file: Value, code: &str) -> Value {
    file["tasks"].as_array_mut().expect("tasks").retain(|task| task["code"] != code);
    for measure in file["measures"].as_array_mut().expect("measures") {
        if let Some(tasks) = measure.get_mut("tasks_inferred").and_then(Value::as_array_mut) {
            tasks.retain(|task| task != code);
        }
    }
    for target in file["targets"].as_array_mut().expect("targets") {
        if target.get("task").is_some_and(|task| task == code) {
            target.as_object_mut().expect("a target").remove("task");
        }
    }
    for agency in file["agencies"].as_array_mut().expect("agencies") {
        if let Some(places) = agency.get_mut("used_in").and_then(Value::as_array_mut) {
            places.retain(|place| !place.as_str().is_some_and(|place| place.starts_with(code)));
            // Where nothing is left, nothing is said: an empty list is none that a file may have.
            if places.is_empty() {
                agency.as_object_mut().expect("an agency").remove("used_in");
            }
        }
    }
    // Whom no place names is not in the file.
    let is_named = |agency: &Value| agency.get("used_in").is_none_or(|places| places.as_array().is_none_or(|places| !places.is_empty()));
    file["agencies"].as_array_mut().expect("agencies").retain(is_named);
    counted(file)
}

/// New words for I.1, so-tttt leads V.3 no more, V.2 is no task any more.
fn changed() -> Value {
    let mut file = without(file(), "V.2");
    file["tasks"][0]["title_vi"] = json!("Xuất bản ấn phẩm mới");
    let v3 = place(&file, "V.3");
    file["tasks"][v3]["lead"]["agencies"].as_array_mut().expect("leads").retain(|lead| lead["agency"] != "so-tttt");
    file
}

fn an_amendment_holds_from_its_day_and_the_programme_as_signed_stays(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let before = on(&public, "2014-06-01");
    assert_eq!((&before["version"]["number"], &before["version"]["effectiveOn"]), (&json!(1), &json!("2013-08-20")));
    let basis = decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let done = amended(&admin, "2100/QĐ-UBND", "2016-03-01", &changed());
    assert_eq!((&done["version"], &done["applied"], &done["basis"]), (&json!(2), &json!(true), &json!(basis)));
    let mut signed = on(&public, "2016-02-29");
    assert_eq!(signed["version"]["endedOn"], "2016-03-01");
    assert_eq!(stripped(&mut signed)["groups"], stripped(&mut before.clone())["groups"]);
    let now = on(&public, "2016-03-01");
    assert_eq!(task(&now, "I.1").expect("I.1")["name"], "Xuất bản ấn phẩm mới");
    assert_eq!(task(&now, "I.1").expect("I.1")["validFrom"], "2016-03-01");
    assert_eq!(codes(&task(&now, "V.3").expect("V.3")["leadAgencies"]), ["so-khdt", "so-ngoai-vu", "so-vhttdl"]);
    assert!(task(&now, "V.2").is_none() && task(&signed, "V.2").is_some());
    // GraphQL says the same, and English of the old words stays with them.
    let query = "query($day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $day) { version { number basis { number } section }
      versions { number changes { subject key change fields { field before after } } } task(code: \"V.2\") { code }
      groups { tasks { code name nameText(lang: EN) { text lang } leadAgencies { code } citations { document { number } section quote } } } } }";
    let old = public.graphql(query, &json!({"day": "2014-06-01"}))["programme"].take();
    let new = public.graphql(query, &json!({"day": "2016-03-01"}))["programme"].take();
    assert_eq!(old["groups"][0]["tasks"][0]["name"], "Xuất bản ấn phẩm phục vụ thông tin đối ngoại");
    assert_eq!(old["groups"][0]["tasks"][0]["nameText"]["lang"], "EN");
    assert_eq!((&old["task"]["code"], &new["task"]), (&json!("V.2"), &Value::Null));
    assert_eq!(new["version"], json!({"number": 2, "basis": {"number": "2100/QĐ-UBND"}, "section": "Điều 1"}));
    assert_eq!(new["groups"][0]["tasks"][0]["name"], "Xuất bản ấn phẩm mới");
    let cited = &new["groups"][0]["tasks"][0]["citations"];
    let by = |number: &str| cited.as_array().unwrap().iter().find(|one| one["document"]["number"] == number).cloned().unwrap_or_default();
    assert_eq!(by("2100/QĐ-UBND")["quote"], "Xuất bản ấn phẩm mới");
    assert_eq!(by("1593/QĐ-UBND")["quote"], "Xuất bản ấn phẩm phục vụ thông tin đối ngoại", "the decision says what it said");
    // What is read without a day is what is in force.
    let listed = public.get("/api/v1/tasks?programme=HP-1593-2013&limit=100").json();
    assert!(!codes(&listed["items"]).contains(&"V.2".to_owned()));
    // The diff, by both interfaces.
    let diff = public.get("/api/v1/programmes/HP-1593-2013/versions/2/diff").json();
    assert_eq!(diff["changes"], done["changes"]);
    let told: Vec<String> = diff["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {}", one["change"], one["subject"], one["key"]).replace('"', ""))
        .collect();
    assert!(told.contains(&"CHANGED task I.1".to_owned()) && told.contains(&"REMOVED task V.2".to_owned()), "{told:?}");
    assert!(told.iter().any(|one| one.starts_with("REMOVED assignment V.3 / LEAD / so-tttt")), "{told:?}");
    let title = diff["changes"].as_array().unwrap().iter().find(|one| one["key"] == "I.1").unwrap()["fields"][0].clone();
    assert_eq!(title, json!({"field": "title", "before": "Xuất bản ấn phẩm phục vụ thông tin đối ngoại", "after": "Xuất bản ấn phẩm mới"}));
    assert_eq!(new["versions"][1]["changes"].as_array().unwrap().len(), told.len());
    assert_eq!(public.get("/api/v1/programmes/HP-1593-2013/versions").json()["items"].as_array().unwrap().len(), 2);
    assert_eq!(public.get("/api/v1/programmes/HP-1593-2013/versions/3/diff").status, 404);
    assert_eq!(public.get("/api/v1/programmes/HP-1593-2013?asOf=2013-08-19").status, 404, "before it was signed");
}

fn a_dry_run_shows_the_same_and_keeps_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let before = on(&public, "2016-03-01");
    let dry = amend(&admin, "2100/QĐ-UBND", "2016-03-01", &changed(), true);
    assert_eq!((dry.status, &dry.json()["applied"]), (200, &json!(false)), "{}", dry.body);
    assert_eq!(on(&public, "2016-03-01"), before);
    let done = amended(&admin, "2100/QĐ-UBND", "2016-03-01", &changed());
    assert_eq!(done["changes"], dry.json()["changes"]);
}

fn an_amendment_without_document_or_order_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let planned =
        post(&admin, "documents", &json!({"kind": "DECISION", "status": "PLANNED", "title": "Dự thảo", "issuer": "ubnd-tp-hai-phong"}));
    assert_eq!(planned.status, 201, "{}", planned.body);
    let planned = planned.json()["id"].as_str().unwrap().to_owned();
    let first = |basis: &str, day: &str, file: &Value| {
        let reply = amend(&admin, basis, day, file, false);
        let fault = reply.faults().into_iter().next().unwrap_or_default();
        (reply.status, fault.0, fault.1)
    };
    let is = |at: &str, code: &str| (422, at.to_owned(), code.to_owned());
    assert_eq!(first("9999/QĐ-UBND", "2016-03-01", &changed()), is("/basis", "REFERENCE_UNKNOWN"));
    assert_eq!(first(&planned, "2016-03-01", &changed()), is("/basis", "REFERENCE_UNKNOWN"), "what is only planned is no ground");
    assert_eq!(first("1593/QĐ-UBND", "2016-03-01", &changed()), is("/basis", "RULE_BROKEN"));
    assert_eq!(first("2100/QĐ-UBND", "2016-02-19", &changed()), is("/effectiveOn", "OUT_OF_RANGE"));
    assert_eq!(first("2100/QĐ-UBND", "2099-01-01", &changed()), is("/effectiveOn", "DAY_IN_FUTURE"));
    assert_eq!(first("2100/QĐ-UBND", "2016-03-01", &file()), is("/programme", "RULE_BROKEN"));
    let mut elsewhere = changed();
    elsewhere["systems"][0]["name_vi"] = json!("Khác");
    assert_eq!(first("2100/QĐ-UBND", "2016-03-01", &elsewhere), is("/programme/systems/0", "RULE_BROKEN"));
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &changed());
    decision(&admin, "2200/QĐ-UBND", "2016-02-25");
    assert_eq!(first("2200/QĐ-UBND", "2016-03-01", &file()), is("/effectiveOn", "DAY_NOT_LATER"));
    // A code that was given up is not given again.
    let again = amend(&admin, "2200/QĐ-UBND", "2016-04-01", &file(), false).faults();
    assert!(again.iter().any(|(at, code)| at.starts_with("/programme/tasks/") && code == "DUPLICATE"), "{again:?}");
    // Nor is a year promised that was due before.
    assert!(again.iter().any(|(_, code)| code == "PERIOD_INCONSISTENT"), "{again:?}");
    let reporter = app.person(Some("so-tttt"), Role::Standing);
    assert_eq!(amend(&reporter, "2200/QĐ-UBND", "2016-04-01", &changed(), true).status, 403);
}

pub(crate) fn differences(outcome: &ImportOutcome) -> Vec<String> {
    outcome.changes.iter().map(|c| format!("{:?} {} {}", c.change, c.subject, c.key)).collect()
}

fn importing_corrects_the_version_in_force_and_no_other(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let mut file = changed();
    let v3 = place(&file, "V.3");
    file["tasks"][v3]["lead"]["agencies"].as_array_mut().unwrap().push(json!({"agency": "so-noi-vu", "collective": false}));
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &file);
    let (signed, versions) = (on(&public, "2014-01-01"), public.get("/api/v1/programmes/HP-1593-2013/versions").json());
    let again = app.import(&file, APPLY).expect("an import");
    assert_eq!(differences(&again), [] as [String; 0]);
    file["tasks"][0]["title_vi"] = json!("Xuất bản ấn phẩm mới (đính chính)");
    let corrected = app.import(&file, APPLY).expect("an import");
    assert_eq!(differences(&corrected), ["Changed task I.1"]);
    assert!(corrected.changes.iter().all(|change| change.change != ChangeKind::Removed));
    assert_eq!(task(&on(&public, "2016-03-01"), "I.1").unwrap()["name"], "Xuất bản ấn phẩm mới (đính chính)");
    assert_eq!(on(&public, "2014-01-01"), signed, "what was signed stays");
    assert_eq!(public.get("/api/v1/programmes/HP-1593-2013/versions").json(), versions);
    // What is promised is added and taken by amendments alone.
    let told = app.import(&without(file.clone(), "III.1"), ImportOptions::default()).expect("a preview");
    assert!(!told.applied && !told.obstacles.is_empty(), "{told:?}");
    assert!(app.import(&without(file, "III.1"), APPLY).is_err());
    assert_eq!(on(&public, "2014-01-01"), signed, "what was signed stays");
}

fn what_is_owed_from_the_day_on_follows_the_new_version(backend: Backend) {
    let app = crate::obligations::start(backend);
    let (admin, standing) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing));
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let owed = |agency: &str, task: &str| -> Vec<String> {
        let list = crate::obligations::list(&standing, &format!("&programme=HP-1593-2013&regime=HP-1593-NAM&agency={agency}"));
        let of_task = list.iter().filter(|one| one["task"] == task && one["state"] != "EXCLUDED");
        let mut periods: Vec<String> = of_task.map(|one| one["period"].as_str().unwrap().to_owned()).collect();
        periods.sort();
        periods
    };
    let before = owed("so-tttt", "II.1");
    assert!(before.iter().any(|period| period.as_str() < "2016") && before.iter().any(|period| period.as_str() >= "2016"), "{before:?}");
    let mut file = file();
    let at = place(&file, "II.1");
    file["tasks"][at]["lead"]["agencies"] = json!([{"agency": "so-noi-vu", "collective": false}]);
    let done = amended(&admin, "2100/QĐ-UBND", "2016-03-01", &file);
    assert_eq!(done["excludedObligations"].as_u64().unwrap(), before.iter().filter(|period| period.as_str() >= "2016").count() as u64);
    app.generate();
    let earlier: Vec<String> = before.iter().filter(|period| period.as_str() < "2016").cloned().collect();
    let later: Vec<String> = before.iter().filter(|period| period.as_str() >= "2016").cloned().collect();
    assert_eq!(owed("so-tttt", "II.1"), earlier, "what ended before stays");
    assert_eq!(owed("so-noi-vu", "II.1"), later, "what ends later is the new lead's");
    assert_eq!(app.generate().made, 0);
}

fn years_that_are_taken_are_withdrawn_and_those_before_stay(backend: Backend) {
    let app = crate::obligations::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let query = "query($day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: \"2014-01-01\") { task(code: \"V.1\") {
      occurrences { year status(asOf: $day) } } } }";
    let statuses = |day: &str| -> Vec<(i64, String)> {
        let found = public.graphql(query, &json!({ "day": day }))["programme"]["task"]["occurrences"].take();
        found.as_array().unwrap().iter().map(|one| (one["year"].as_i64().unwrap(), one["status"].as_str().unwrap().to_owned())).collect()
    };
    let before = statuses("2016-02-29");
    let withdrawn = without(file(), "V.1");
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &withdrawn);
    assert_eq!(statuses("2016-02-29"), before, "the day before reads as it did");
    let after = statuses("2016-03-01");
    assert!(after.iter().all(|(year, status)| (status == "WITHDRAWN") == (*year >= 2016)), "{after:?}");
    let assigned = |day: &str| {
        let figures = public.get(&format!("/api/v1/statistics?programme=HP-1593-2013&task=V.1{day}")).json();
        figures["total"]["tasks"]["assigned"].as_i64().expect("a figure")
    };
    assert_eq!((assigned("&asOf=2016-02-29"), assigned("")), (8, 3));
    app.generate();
    let owed = crate::obligations::list(&app.person(Some("so-tttt"), Role::Standing), "&programme=HP-1593-2013&regime=HP-1593-NAM");
    let left: Vec<&str> =
        owed.iter().filter(|one| one["task"] == "V.1" && one["state"] != "EXCLUDED").map(|one| one["period"].as_str().unwrap()).collect();
    assert!(!left.is_empty() && left.iter().all(|period| *period < "2016"), "{left:?}");
}

/// Without what says how long it held: that is known only later.
pub(crate) fn stripped(value: &mut Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.remove("validTo");
            fields.remove("endedOn");
            fields.remove("asOf");
            fields.values_mut().for_each(|value| drop(stripped(value)));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| drop(stripped(value))),
        _ => {}
    }
    value.clone()
}

/// Something else that the programme says.
fn altered(mut file: Value, dice: &mut Dice, step: usize) -> Value {
    let tasks = file["tasks"].as_array().expect("tasks").len();
    let at = dice.below(tasks);
    match dice.below(10) {
        0 => file["tasks"][at]["title_vi"] = json!(format!("Nhiệm vụ được sửa lần {step}")),
        1 => file["groups"][dice.below(5)]["title_vi"] = json!(format!("Nhóm được sửa lần {step}")),
        2 => file["targets"][dice.below(9)]["quote_vi"] = json!(format!("Chỉ tiêu được sửa lần {step}")),
        3 => {
            let list = file["tasks"][at]["coordinating"]["agencies"].as_array_mut().expect("agencies");
            let has = list.iter().position(|one| one["agency"] == "so-tai-chinh");
            match has {
                Some(place) => drop(list.remove(place)),
                None => list.push(json!({"agency": "so-tai-chinh", "collective": false})),
            }
        }
        6 => file["programme"]["title_vi"] = json!(format!("Chương trình được sửa lần {step}")),
        7 => file["objectives"][dice.below(3)]["text_vi"] = json!(format!("Mục tiêu được sửa lần {step}")),
        8 => {
            let measures = file["measures"].as_array_mut().expect("measures");
            let at = dice.below(measures.len());
            if step.is_multiple_of(2) {
                measures.remove(at);
            } else {
                measures[at]["text_vi"] = json!(format!("Biện pháp được sửa lần {step}"));
            }
        }
        9 => {
            let duties = file["responsibilities"].as_array_mut().expect("duties");
            let at = dice.below(duties.len());
            let with = duties[at]["with_agencies"].as_array_mut().expect("agencies");
            match with.iter().position(|one| one == "so-noi-vu") {
                Some(place) => drop(with.remove(place)),
                None => with.push(json!("so-noi-vu")),
            }
        }
        4 if tasks > 15 => {
            let code = file["tasks"][at]["code"].as_str().expect("a code").to_owned();
            file = without(file, &code);
        }
        _ => {
            let mut new = file["tasks"][at].clone();
            let group = new["group"].as_str().expect("a group").to_owned();
            let number = 20 + step;
            new["number"] = json!(number);
            new["code"] = json!(format!("{group}.{number}"));
            new["title_vi"] = json!(format!("Nhiệm vụ mới {step}"));
            new["lead"] = json!({"as_written_lines": ["Sở Nội vụ"], "agencies": [{"agency": "so-noi-vu", "collective": false}]});
            new["coordinating"] = json!({"as_written_lines": [], "agencies": []});
            new["period"] = json!({"as_written": "2020", "kind": "fixed", "start_year": 2020, "end_year": 2020, "years": [2020]});
            file["tasks"].as_array_mut().expect("tasks").push(new);
        }
    }
    counted(file)
}

fn a_day_reads_the_same_however_many_amendments_follow(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let seed = 1 + u64::try_from(Dice::random().below(1_000_000)).expect("a number");
    let mut dice = Dice::of(seed);
    let mut file = file();
    let days: Vec<String> = (0..10).map(|step| format!("{}-0{}-15", 2014 + step / 2, 1 + 5 * (step % 2))).collect();
    let mut read: Vec<(String, Value)> = vec![("2013-12-31".into(), stripped(&mut on(&public, "2013-12-31")))];
    for (step, day) in days.iter().enumerate() {
        let number = format!("{}/QĐ-UBND", 3000 + step);
        decision(&admin, &number, "2013-10-01");
        let next = altered(file.clone(), &mut dice, step);
        let reply = amend(&admin, &number, day, &next, false);
        assert_eq!(reply.status, 201, "seed {seed}, step {step}: {}", reply.body);
        file = next;
        read.push((day.clone(), stripped(&mut on(&public, day))));
        for (day, before) in &read {
            assert_eq!(&stripped(&mut on(&public, day)), before, "seed {seed}, step {step}, {day}");
        }
        assert_ne!(read[read.len() - 2].1["groups"], Value::Null);
    }
    assert_eq!(differences(&app.import(&file, ImportOptions::default()).expect("an import")), [] as [String; 0], "seed {seed}");
}

fn what_an_amendment_ends_waits_for_nobody(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    app.import_organisation(&seed::organisation(), APPLY).expect("an import");
    decision(&admin, "2100/QĐ-UBND", "2025-08-01");
    let waiting = || -> Vec<String> {
        let queue = admin.get("/api/v1/admin/succession-queue?limit=200").json();
        queue["items"].as_array().unwrap().iter().map(|one| one["task"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(waiting().contains(&"II.1".to_owned()), "{:?}", waiting());
    amended(&admin, "2100/QĐ-UBND", "2025-08-10", &without(file(), "II.1"));
    assert!(!waiting().contains(&"II.1".to_owned()), "{:?}", waiting());
    let query = "{ programme(code: \"HP-1593-2013\", asOf: \"2025-08-09\") { task(code: \"II.1\") { assignments(asOf: \"2025-08-10\") { agency { code } } } } }";
    let left = app.anonymous().graphql(query, &json!({}))["programme"]["task"]["assignments"].take();
    assert_eq!(left, json!([]), "whoever had it by succession has it no more");
}
