//! Amending what a programme says beside its tasks: its own words, objectives, measures, duties and groups, each from its day on.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, TestApp, both};

use crate::{
    amendments::{APPLY, amend, amended, codes, counted, decision, differences, file, on, place, stripped, task, without},
    obligations::start,
};

both!(
    every_kind_is_amended_and_the_days_before_read_the_old_words,
    graphql_reads_every_kind_by_its_day,
    the_difference_tells_the_fields_of_every_kind,
    what_belongs_to_a_measure_or_a_duty_is_read_by_its_day,
    what_an_earlier_amendment_took_from_a_measure_stays_on_the_days_before,
    what_an_amendment_gave_a_measure_is_not_imported_away,
    a_taken_group_needs_its_tasks_gone_or_moved,
    a_corrected_file_changes_words_and_the_decision_keeps_its_own,
    reading_costs_the_same_however_often_it_was_amended,
);

pub(crate) fn list<'a>(file: &'a mut Value, name: &str) -> &'a mut Vec<Value> {
    file[name].as_array_mut().expect("a list")
}

pub(crate) fn at<'a>(file: &'a mut Value, name: &str, code: &str) -> &'a mut Value {
    list(file, name).iter_mut().find(|one| one["code"] == code).expect("the row")
}

fn coded(told: &Value, name: &str, code: &str) -> Value {
    told[name].as_array().expect("a list").iter().find(|one| one["code"] == code).cloned().unwrap_or_default()
}

const TITLE: &str = "Chương trình hành động về thông tin đối ngoại giai đoạn 2013 - 2020 (điều chỉnh)";

/// As the decision of 20/02/2016 has it: something of every kind is new, other and gone.
pub(crate) fn reworded() -> Value {
    let mut file = file();
    at(&mut file, "objectives", "O1")["text_vi"] = json!("Nâng cao chất lượng và tính kịp thời của thông tin đối ngoại.");
    list(&mut file, "objectives").retain(|one| one["code"] != "O4");
    list(&mut file, "objectives").push(json!({"code": "O6", "kind": "specific", "text_vi": "Thông tin đối ngoại trên mạng xã hội."}));
    at(&mut file, "measures", "3.1.a")["text_vi"] = json!("Quảng bá hình ảnh thành phố trên các nền tảng số.");
    list(&mut file, "measures").retain(|one| one["code"] != "3.6");
    list(&mut file, "measures").push(json!({"code": "3.7", "text_vi": "Đánh giá giữa kỳ.", "tasks_inferred": ["II.4"], "targets": []}));
    at(&mut file, "responsibilities", "D2.2.b")["text_vi"] = json!("Chủ trì cùng Sở Kế hoạch và Đầu tư xây dựng cơ chế.");
    at(&mut file, "responsibilities", "D2.2.b")["with_agencies"] = json!(["so-khdt"]);
    list(&mut file, "responsibilities").retain(|one| one["code"] != "D2.4.b");
    let new = json!({"code": "D2.4.d", "agency": "so-tai-chinh", "role": "lead", "text_vi": "Quyết toán kinh phí hằng năm.",
        "with_agencies": ["so-tttt"], "recurrence": "annual"});
    list(&mut file, "responsibilities").push(new);
    let programme = file["programme"].as_object_mut().expect("a programme");
    programme["title_vi"] = json!(TITLE);
    programme.remove("title_en");
    programme["midpoint_year"] = json!(2016);
    programme["standing_agency"] = json!("so-noi-vu");
    at(&mut file, "agencies", "bcd-ttdn")["standing_agency"] = json!("so-noi-vu");
    file["programme"]["scope_vi"] = json!("Chương trình này áp dụng cho mọi cơ quan của thành phố.");
    file
}

/// The programme amended by a decision of the city, from 01/03/2016 on.
pub(crate) fn with(backend: Backend, file: &Value) -> (TestApp, Value) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let before = on(&app.anonymous(), "2016-02-29");
    let done = amended(&admin, "2100/QĐ-UBND", "2016-03-01", file);
    assert_eq!(done["warnings"], json!([]));
    (app, before)
}

fn every_kind_is_amended_and_the_days_before_read_the_old_words(backend: Backend) {
    let (app, mut before) = with(backend, &reworded());
    let public = app.anonymous();
    let (eve, now) = (on(&public, "2016-02-29"), on(&public, "2016-03-01"));
    assert_eq!(stripped(&mut eve.clone()), stripped(&mut before), "all of version 1 reads as it did");
    assert_eq!((&eve["version"]["number"], &now["version"]["number"]), (&json!(1), &json!(2)));
    // The programme's own words.
    assert_ne!(eve["name"], TITLE);
    assert_eq!((&now["name"], &now["midpointYear"], &now["standingAgency"]), (&json!(TITLE), &json!(2016), &json!("so-noi-vu")));
    assert_eq!((&eve["midpointYear"], &eve["standingAgency"]), (&json!(2015), &json!("so-tttt")));
    assert_eq!(now["scope"], "Chương trình này áp dụng cho mọi cơ quan của thành phố.");
    // Other words, from the day on; what is gone is there until then, what is new from then on.
    for (name, other, gone, new) in
        [("objectives", "O1", "O4", "O6"), ("measures", "3.1.a", "3.6", "3.7"), ("responsibilities", "D2.2.b", "D2.4.b", "D2.4.d")]
    {
        let (was, is) = (coded(&eve, name, other), coded(&now, name, other));
        assert_ne!(was["text"], is["text"], "{name}");
        assert_eq!((&was["validFrom"], &was["validTo"]), (&Value::Null, &json!("2016-03-01")), "{name}");
        assert_eq!((&is["validFrom"], &is["validTo"]), (&json!("2016-03-01"), &Value::Null), "{name}");
        assert_eq!(coded(&eve, name, gone)["validTo"], "2016-03-01", "{name}");
        assert!(!codes(&now[name]).contains(&gone.to_owned()), "{name}");
        assert_eq!(coded(&now, name, new)["validFrom"], "2016-03-01", "{name}");
        assert!(!codes(&eve[name]).contains(&new.to_owned()), "{name}");
    }
    assert_eq!(coded(&now, "objectives", "O5")["validFrom"], Value::Null, "what only moved up in the file says what it said");
    let duty = |told: &Value| coded(told, "responsibilities", "D2.2.b")["withAgencies"].clone();
    assert_eq!((duty(&eve), duty(&now)), (json!(["so-khdt", "so-tai-chinh", "so-ngoai-vu"]), json!(["so-khdt"])));
    assert_eq!(coded(&now, "measures", "3.7")["tasks"], json!(["II.4"]));
}

const WORDS: &str = "{ name nameText(lang: EN) { lang } midpointYear standingAgency { code } scope
  objectives { code text validFrom validTo } measures { code text validFrom tasks { task { code } } }
  responsibilities { code text agency { code } withAgencies { code } validTo } targets { code objective { code text } }
  citations { section quote document { number } } }";

fn graphql_reads_every_kind_by_its_day(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let mut file = reworded();
    at(&mut file, "objectives", "O2")["text_vi"] = json!("Mục tiêu hai, lời mới.");
    let query = format!("query($day: NaiveDate) {{ programme(code: \"HP-1593-2013\", asOf: $day) {WORDS} }}");
    let read = |day: Value| public.graphql(&query, &json!({ "day": day }))["programme"].take();
    let signed = read(json!("2016-02-29"));
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &file);
    let (eve, day, now) = (read(json!("2016-02-29")), read(json!("2016-03-01")), read(Value::Null));
    let without_days = |mut told: Value| {
        told["citations"].take();
        stripped(&mut told)
    };
    assert_eq!(without_days(eve.clone()), without_days(signed));
    for told in [&day, &now] {
        assert_eq!((&told["name"], &told["standingAgency"]["code"]), (&json!(TITLE), &json!("so-noi-vu")));
        assert_eq!(told["nameText"]["lang"], "VI", "the translation was of the old words");
        assert!(codes(&told["objectives"]).contains(&"O6".to_owned()) && !codes(&told["objectives"]).contains(&"O4".to_owned()));
        assert!(codes(&told["measures"]).contains(&"3.7".to_owned()) && !codes(&told["measures"]).contains(&"3.6".to_owned()));
        assert_eq!(coded(told, "measures", "3.1.a")["text"], "Quảng bá hình ảnh thành phố trên các nền tảng số.");
        assert_eq!(coded(told, "responsibilities", "D2.2.b")["withAgencies"], json!([{"code": "so-khdt"}]));
        assert_eq!(coded(told, "targets", "T1")["objective"], json!({"code": "O2", "text": "Mục tiêu hai, lời mới."}));
    }
    assert_eq!(eve["nameText"]["lang"], "EN");
    assert_ne!(coded(&eve, "targets", "T1")["objective"]["text"], "Mục tiêu hai, lời mới.", "an objective below a target is of its day");
    assert_eq!(coded(&eve, "responsibilities", "D2.4.b")["validTo"], "2016-03-01");
    let by = |number: &str| -> Vec<String> {
        let all = now["citations"].as_array().expect("citations").iter().filter(|one| one["document"]["number"] == number);
        all.map(|one| one["quote"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(by("2100/QĐ-UBND"), [TITLE]);
    assert!(by("1593/QĐ-UBND").contains(&"Từ năm 2013 đến hết năm 2020.".to_owned()));
    // A task, its group and its programme are of its day too.
    let deep = "query($day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $day) { task(code: \"I.3\") { programme { name } group { code programme { name } } } } }";
    let names = |day: &str| {
        let task = public.graphql(deep, &json!({ "day": day }))["programme"]["task"].take();
        (task["programme"]["name"].clone(), task["group"]["programme"]["name"].clone())
    };
    assert_eq!(names("2016-03-01"), (json!(TITLE), json!(TITLE)));
    assert_eq!(names("2016-02-29"), (eve["name"].clone(), eve["name"].clone()));
}

fn the_difference_tells_the_fields_of_every_kind(backend: Backend) {
    let (app, _) = with(backend, &reworded());
    let public = app.anonymous();
    let diff = public.get("/api/v1/programmes/HP-1593-2013/versions/2/diff").json();
    let told = |change: &str, subject: &str, key: &str| {
        let all = diff["changes"].as_array().expect("changes").iter();
        all.clone().find(|one| (&one["change"], &one["subject"], &one["key"]) == (&json!(change), &json!(subject), &json!(key))).cloned()
    };
    for (subject, gone, new) in [("objective", "O4", "O6"), ("measure", "3.6", "3.7"), ("responsibility", "D2.4.b", "D2.4.d")] {
        assert!(told("REMOVED", subject, gone).is_some() && told("ADDED", subject, new).is_some(), "{subject}: {diff}");
    }
    let fields = |subject: &str, key: &str| {
        let change = told("CHANGED", subject, key).unwrap_or_else(|| panic!("{subject} {key}: {diff}"));
        change["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .map(|one| one["field"].as_str().expect("a field").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(fields("objective", "O1"), ["text"]);
    assert_eq!(fields("measure", "3.1.a"), ["text"]);
    assert_eq!(fields("responsibility", "D2.2.b"), ["text"]);
    assert_eq!(fields("programme", "HP-1593-2013"), ["midpoint_year", "scope", "standing_agency_id", "title"]);
    assert!(told("REMOVED", "responsibilityAgency", "D2.2.b / WITH / so-ngoai-vu").is_some(), "{diff}");
    assert!(!diff.to_string().contains("D2.4.b / WITH"), "what belonged to a duty that is gone goes with it: {diff}");
    // Where a row stands in the file is no word of it.
    assert!(told("CHANGED", "objective", "O5").is_none(), "{diff}");
    let query =
        "{ programme(code: \"HP-1593-2013\") { versions { number changes { subject key change fields { field before after } } } } }";
    let versions = public.graphql(query, &json!({}))["programme"]["versions"].take();
    let change = versions[1]["changes"].as_array().expect("changes").iter().find(|one| one["subject"] == "programme").cloned();
    let standing = change.expect("a change")["fields"][2].clone();
    assert_eq!(standing, json!({"field": "standing_agency_id", "before": "so-tttt", "after": "so-noi-vu"}));
}

fn what_belongs_to_a_measure_or_a_duty_is_read_by_its_day(backend: Backend) {
    let mut file = file();
    at(&mut file, "measures", "3.1.a")["tasks_inferred"] = json!(["I.3", "I.4"]);
    at(&mut file, "measures", "3.3.c")["targets"] = json!([]);
    at(&mut file, "responsibilities", "D2.2.f")["directed_at"] = json!(["ubnd-tp-hai-phong", "so-noi-vu"]);
    let (app, mut before) = with(backend, &file);
    let public = app.anonymous();
    let (eve, now) = (on(&public, "2016-02-29"), on(&public, "2016-03-01"));
    assert_eq!(stripped(&mut eve.clone()), stripped(&mut before));
    let tasks = |told: &Value| coded(told, "measures", "3.1.a")["tasks"].clone();
    assert_eq!((tasks(&eve), tasks(&now)), (json!(["I.3", "I.5"]), json!(["I.3", "I.4"])));
    let targets = |told: &Value| coded(told, "measures", "3.3.c")["targets"].clone();
    assert_eq!((targets(&eve), targets(&now)), (json!(["T2"]), json!([])));
    let directed = |told: &Value| coded(told, "responsibilities", "D2.2.f")["directedAt"].clone();
    assert_eq!((directed(&eve), directed(&now)), (json!(["ubnd-tp-hai-phong"]), json!(["ubnd-tp-hai-phong", "so-noi-vu"])));
    let query = "query($day: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $day) { measures { code tasks { task { code } } targets { code } }
      responsibilities { code directedAt { code } } } }";
    let read = |day: Value| public.graphql(query, &json!({ "day": day }))["programme"].take();
    let of = |told: &Value| {
        let measure = coded(told, "measures", "3.1.a")["tasks"].clone();
        let tasks: Vec<Value> = measure.as_array().expect("tasks").iter().map(|one| one["task"]["code"].clone()).collect();
        (tasks, codes(&coded(told, "measures", "3.3.c")["targets"]), codes(&coded(told, "responsibilities", "D2.2.f")["directedAt"]))
    };
    let old = (vec![json!("I.3"), json!("I.5")], vec!["T2".to_owned()], vec!["ubnd-tp-hai-phong".to_owned()]);
    let new = (vec![json!("I.3"), json!("I.4")], vec![], vec!["ubnd-tp-hai-phong".to_owned(), "so-noi-vu".to_owned()]);
    assert_eq!(of(&read(json!("2016-02-29"))), old);
    assert_eq!((of(&read(json!("2016-03-01"))), of(&read(Value::Null))), (new.clone(), new));
    let diff = public.get("/api/v1/programmes/HP-1593-2013/versions/2/diff").json();
    let told: Vec<String> =
        diff["changes"].as_array().expect("changes").iter().map(|one| format!("{} {}", one["change"], one["key"])).collect();
    assert_eq!(
        told,
        [
            "\"REMOVED\" \"3.1.a / I.5\"",
            "\"ADDED\" \"3.1.a / I.4\"",
            "\"REMOVED\" \"3.3.c / T2\"",
            "\"ADDED\" \"D2.2.f / DIRECTED_AT / so-noi-vu\""
        ]
    );
}

/// The tasks of the fifth group stand in the fourth, under new codes.
fn moved() -> Value {
    let mut file = file();
    let moved: Vec<Value> = list(&mut file, "tasks").iter().filter(|task| task["group"] == "V").cloned().collect();
    for code in ["V.1", "V.2", "V.3"] {
        file = without(file, code);
    }
    for (mut task, number) in moved.into_iter().zip(3..) {
        (task["group"], task["number"], task["code"]) = (json!("IV"), json!(number), json!(format!("IV.{number}")));
        // What was due before is not promised anew.
        let years: Vec<i32> = (2016..=2020).collect();
        task["period"] = json!({"as_written": "2016 - 2020", "kind": "fixed", "start_year": 2016, "end_year": 2020, "years": years});
        // Collectives say by themselves where they are named; here single bodies are enough.
        task["lead"]["agencies"] = json!([{"agency": "so-tttt", "collective": false}]);
        task["coordinating"]["agencies"] = json!([]);
        list(&mut file, "tasks").push(task);
    }
    list(&mut file, "groups").retain(|group| group["code"] != "V");
    for objective in list(&mut file, "objectives").iter_mut().filter(|one| one.get("group").is_some_and(|group| group == "V")) {
        objective.as_object_mut().expect("an objective").remove("group");
    }
    let mut file = counted(file);
    file["checks"]["groups"] = json!(4);
    file
}

fn what_an_earlier_amendment_took_from_a_measure_stays_on_the_days_before(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let measure = "3.1.a";
    let read = |day: &str| {
        let rest = coded(&on(&public, day), "measures", measure)["tasks"].clone();
        let query = "query($d: NaiveDate) { programme(code: \"HP-1593-2013\", asOf: $d) { measures { code tasks { task { code } } } } }";
        let told = public.graphql(query, &json!({ "d": day }))["programme"]["measures"].take();
        let of = told.as_array().expect("measures").iter().find(|one| one["code"] == measure).expect("the measure");
        let graphql: Vec<&Value> = of["tasks"].as_array().expect("tasks").iter().map(|one| &one["task"]["code"]).collect();
        assert_eq!(json!(graphql), rest, "{day}");
        rest
    };
    let signed = read("2016-02-29");
    let taken = signed[0].as_str().expect("a task").to_owned();
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    decision(&admin, "2101/QĐ-UBND", "2017-02-20");
    let mut file = without(file(), &taken);
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &file);
    let left = read("2016-03-01");
    assert!(!left.as_array().expect("tasks").contains(&json!(taken)), "{left}");
    assert_eq!(read("2016-02-29"), signed);
    at(&mut file, "measures", measure)["text_vi"] = json!("Quảng bá hình ảnh thành phố.");
    amended(&admin, "2101/QĐ-UBND", "2017-03-01", &file);
    assert_eq!((read("2016-02-29"), read("2016-03-01"), read("2017-03-01")), (signed, left.clone(), left));
}

fn what_an_amendment_gave_a_measure_is_not_imported_away(backend: Backend) {
    let mut other = file();
    let links = at(&mut other, "measures", "3.1.a")["tasks_inferred"].as_array_mut().expect("tasks");
    let last = links.pop().expect("a task");
    let (app, _) = with(backend, &other);
    let refused = app.import(&file(), APPLY).expect_err("a refusal").refusal();
    let places: Vec<&str> = refused.faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(places, ["/measures"], "{refused:?}");
    assert!(!coded(&on(&app.anonymous(), "2016-03-01"), "measures", "3.1.a")["tasks"].as_array().expect("tasks").contains(&last));
    assert_eq!(app.import(&other, ImportOptions::default()).expect("an import").changes, vec![]);
}

fn a_taken_group_needs_its_tasks_gone_or_moved(backend: Backend) {
    let app = start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    decision(&admin, "2100/QĐ-UBND", "2016-02-20");
    let mut orphaned = file();
    list(&mut orphaned, "groups").retain(|group| group["code"] != "V");
    orphaned["checks"]["groups"] = json!(4);
    let faults = amend(&admin, "2100/QĐ-UBND", "2016-03-01", &orphaned, true).faults();
    assert!(
        faults.contains(&(format!("/programme/tasks/{}/group", place(&orphaned, "V.1")), "REFERENCE_UNKNOWN".to_owned())),
        "{faults:?}"
    );
    let figures = |day: &str| {
        let told = public.get(&format!("/api/v1/statistics?programme=HP-1593-2013&asOf={day}&groupBy=GROUP&comparedTo=2014-01-01")).json();
        told["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| (row["group"].clone(), row["name"].clone(), row["tasks"].clone()))
            .collect::<Vec<_>>()
    };
    let (mut before, counted) = (on(&public, "2016-02-29"), figures("2016-02-29"));
    amended(&admin, "2100/QĐ-UBND", "2016-03-01", &moved());
    let (mut eve, now) = (on(&public, "2016-02-29"), on(&public, "2016-03-01"));
    assert_eq!(stripped(&mut eve), stripped(&mut before));
    assert_eq!(
        (codes(&eve["groups"]), codes(&now["groups"])),
        (codes(&before["groups"]), ["I", "II", "III", "IV"].map(str::to_owned).to_vec())
    );
    assert!(task(&now, "IV.3").is_some() && task(&now, "V.1").is_none() && task(&eve, "V.1").is_some());
    assert_eq!(figures("2016-02-29"), counted, "figures of the days before are told by the group of those days");
    assert!(counted.iter().any(|(group, _, _)| group == "V"));
    let alone = public.get("/api/v1/statistics?programme=HP-1593-2013&group=V&asOf=2016-02-29").json();
    assert!(alone["total"]["tasks"]["assigned"].as_i64().is_some_and(|count| count > 0), "{alone}");
    let query = "{ programme(code: \"HP-1593-2013\", asOf: \"2016-02-29\") { objectives { code group { code } } task(code: \"V.1\") { group { code name tasks { code } } } } }";
    let told = public.graphql(query, &json!({}))["programme"].take();
    assert_eq!((&told["task"]["group"]["code"], codes(&told["task"]["group"]["tasks"]).len()), (&json!("V"), 3));
    assert_eq!(coded(&told, "objectives", "O5")["group"]["code"], "V");
    // Nor is it given again.
    decision(&admin, "2101/QĐ-UBND", "2016-03-20");
    let again = amend(&admin, "2101/QĐ-UBND", "2016-04-01", &file(), true).faults();
    assert!(again.contains(&("/programme/groups/4/code".to_owned(), "DUPLICATE".to_owned())), "{again:?}");
}

fn a_corrected_file_changes_words_and_the_decision_keeps_its_own(backend: Backend) {
    let mut file = reworded();
    // Less is quoted of the money than the decision has.
    file["funding"]["quotes_vi"] = json!(["Ngân sách nhà nước."]);
    let (app, _) = with(backend, &file);
    let public = app.anonymous();
    let versions = || public.get("/api/v1/programmes/HP-1593-2013/versions").json();
    let (eve, told) = (on(&public, "2016-02-29"), versions());
    assert_eq!(differences(&app.import(&file, APPLY).expect("an import")), [] as [String; 0]);
    at(&mut file, "objectives", "O1")["text_vi"] = json!("Nâng cao chất lượng thông tin đối ngoại (đính chính).");
    at(&mut file, "measures", "3.7")["text_vi"] = json!("Đánh giá giữa kỳ (đính chính).");
    at(&mut file, "responsibilities", "D2.2.b")["role"] = json!("coordinate");
    file["programme"]["scope_vi"] = json!("Áp dụng cho mọi cơ quan (đính chính).");
    let mut corrected = differences(&app.import(&file, APPLY).expect("an import"));
    corrected.sort();
    assert_eq!(
        corrected,
        ["Changed measure 3.7", "Changed objective O1", "Changed programme HP-1593-2013", "Changed responsibility D2.2.b"]
    );
    let now = on(&public, "2016-03-01");
    assert_eq!(coded(&now, "objectives", "O1")["text"], "Nâng cao chất lượng thông tin đối ngoại (đính chính).");
    assert_eq!(coded(&now, "objectives", "O1")["validFrom"], "2016-03-01");
    assert_eq!(now["scope"], "Áp dụng cho mọi cơ quan (đính chính).");
    assert_eq!((on(&public, "2016-02-29"), versions()), (eve, told), "what was signed stays, and no version is new");
    let quoted = public.graphql("{ programme(code: \"HP-1593-2013\") { citations { quote document { number } } } }", &json!({}));
    let quoted =
        quoted["programme"]["citations"].as_array().expect("citations").iter().filter(|one| one["document"]["number"] == "1593/QĐ-UBND");
    assert_eq!(quoted.count(), 3, "the decision says what it said");
    for (name, code) in [("objectives", "O1"), ("measures", "3.1.a"), ("responsibilities", "D2.1")] {
        let mut less = file.clone();
        list(&mut less, name).retain(|one| one["code"] != code);
        let told = app.import(&less, ImportOptions::default()).expect("a preview");
        assert!(!told.applied && told.obstacles.iter().any(|one| one.pointer == format!("/{name}")), "{name}: {told:?}");
        assert!(app.import(&less, APPLY).is_err(), "{name}");
    }
}

fn reading_costs_the_same_however_often_it_was_amended(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let query = format!("query($day: NaiveDate) {{ programme(code: \"HP-1593-2013\", asOf: $day) {WORDS} }}");
    let cost = || {
        let rest = app.fewest_statements(|| on(&public, "2016-02-29")).0;
        (rest, app.fewest_statements(|| public.graphql(&query, &json!({"day": "2016-02-29"}))).0)
    };
    let before = cost();
    for (i, year) in (2016..2020).enumerate() {
        let number = format!("21{i:02}/QĐ-UBND");
        decision(&admin, &number, &format!("{year}-02-20"));
        let mut file = reworded();
        for name in ["objectives", "measures", "responsibilities"] {
            for one in list(&mut file, name) {
                one["text_vi"] = json!(format!("Lời của năm {year}."));
            }
        }
        amended(&admin, &number, &format!("{year}-03-01"), &file);
    }
    assert_eq!(cost(), before);
    assert!(before.0 <= 24, "{before:?} statements");
}
