//! What is recorded out of the order of time: names and rolls that were told before an event, drafts, periods that are over, owners named
//! before a later event. Nothing of it changes an earlier day, and nobody is left with what nobody answers for.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

use crate::{
    amendments::{amended, decision, file, on, place, task},
    duties_of_agencies::{event, happens, send, there},
    obligations::{list, standing, start},
};

both!(
    words_stand_on_whatever_is_recorded_beside,
    nothing_is_recorded_behind_what_an_agency_is_called_later,
    a_roll_to_come_does_not_hide_who_is_no_more,
    a_draft_and_a_period_that_is_over_keep_nothing_with_nobody,
    what_is_given_to_an_agency_goes_on_to_whoever_took_its_duty,
    work_that_goes_to_another_leaves_what_was_late_before,
    whether_the_end_or_the_regime_is_known_first_makes_no_difference,
    what_an_agency_gave_away_before_is_not_followed,
    a_report_on_a_quarter_tells_the_name_of_its_quarter,
);

const WORDS: &str = "cac-so-nganh";
const PRESS: &str = "bao-hai-phong";
const BASIS: &str = "1593/QĐ-UBND";
const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

fn put(client: &Client, path: &str, body: &Value) -> (u16, Vec<(String, String)>) {
    let path = format!("/api/v1/admin/agencies/{path}");
    let reply = client.send("PUT", &path, &[("content-type", "application/json")], body.to_string().as_bytes());
    (reply.status, if reply.status < 400 { Vec::new() } else { reply.faults() })
}

/// What waits for an owner in place of an agency or of words: the entry, its task, its regime, since when.
fn waiting(client: &Client, agency: &str) -> Vec<Value> {
    let queue = client.get("/api/v1/admin/succession-queue?limit=200").json()["items"].take();
    queue.as_array().expect("entries").iter().filter(|entry| entry["agency"] == agency).cloned().collect()
}

fn name(client: &Client, entries: &[&Value], successor: &str, day: &str) {
    let ids: Vec<&Value> = entries.iter().map(|entry| &entry["id"]).collect();
    let body = json!({"entries": ids, "successor": successor, "effectiveOn": day, "basis": BASIS});
    let named = send(client, "admin/succession-queue/successor", &body);
    assert_eq!(named.status, 201, "{}", named.body);
}

/// Who owes reports on a task in a year.
fn owing(client: &Client, task: &str, year: i32) -> Vec<String> {
    let of_year = list(client, &format!("&regime=HP-1593-NAM&programme=HP-1593-2013&task={task}&year={year}"));
    let owed = of_year.iter().filter(|one| one["state"] != "EXCLUDED");
    let mut owing: Vec<String> = owed.map(|one| one["agency"].as_str().expect("a code").to_owned()).collect();
    owing.sort();
    owing
}

fn words_stand_on_whatever_is_recorded_beside(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let roll =
        |members: &[&str], from: &str| json!({"rule": "CLOSED", "isComplete": true, "members": members, "from": from, "basis": BASIS});
    assert_eq!(put(&admin, &format!("{WORDS}/roll"), &roll(&["so-noi-vu"], "2016-01-01")), (204, Vec::new()));
    happens(&admin, &event("DISSOLVE", "2017-01-01", &["so-noi-vu"], &[], &[]));
    let queue = waiting(&admin, WORDS);
    let entry = queue.iter().find(|entry| entry["task"] == "I.2").expect("an entry");
    name(&admin, &[entry], "so-ngoai-vu", "2018-01-01");
    let leads = |day: &str| {
        let told = task(&on(&admin, day), "I.2").expect("the task")["leadAgencies"].take();
        told.as_array().expect("leads").iter().map(|lead| lead["code"].as_str().expect("a code").to_owned()).collect::<Vec<_>>()
    };
    let told = || ["2017-12-31", "2018-01-01", "2018-03-01", "2019-09-01"].map(leads);
    let before = told();
    assert_eq!(before[0], [WORDS]);
    assert!(before[1..].iter().all(|leads| leads.contains(&WORDS.to_owned()) && leads.contains(&"so-ngoai-vu".to_owned())), "{before:?}");
    let mut corrected = seed::decision_1593();
    let at = place(&corrected, "I.3");
    corrected["responsibilities"][1]["text_vi"] = json!("Chủ trì xây dựng kế hoạch.");
    app.import(&corrected, APPLY).expect("an import");
    assert_eq!(told(), before, "a corrected file of another task");
    decision(&admin, "2100/QĐ-UBND", "2018-02-20");
    let mut other = crate::amendments::counted(corrected);
    other["tasks"][at]["title_vi"] = json!("Tăng cường các hoạt động thông tin đối ngoại");
    amended(&admin, "2100/QĐ-UBND", "2018-03-01", &other);
    assert_eq!(told(), before, "an amendment of another task");
    // A roll that is told later has its duty from these words.
    assert_eq!(put(&admin, &format!("{WORDS}/roll"), &roll(&["so-tai-chinh"], "2019-10-01")), (204, Vec::new()));
    assert_eq!(told(), before);
    assert!(leads("2019-10-01").contains(&WORDS.to_owned()));
}

fn nothing_is_recorded_behind_what_an_agency_is_called_later(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let version = json!({"agency": {"name": "Sở Đối ngoại"}, "from": "2022-01-01", "basis": BASIS});
    assert_eq!(put(&admin, "so-ngoai-vu/version", &version), (204, Vec::new()));
    let mut rename = event("RENAME", "2020-01-01", &["so-ngoai-vu"], &[], &[]);
    rename["becomes"] = json!({"name": "Sở Ngoại giao"});
    for refused in [
        event("DISSOLVE", "2020-01-01", &["so-ngoai-vu"], &[], &[]),
        event("DISSOLVE", "2022-01-01", &["so-ngoai-vu"], &[], &[]),
        event("MERGE", "2020-01-01", &["so-ngoai-vu"], &[there("so-noi-vu")], &[]),
        rename,
    ] {
        let reply = send(&admin, "admin/agencies/events", &refused);
        assert_eq!(reply.faults(), [("/predecessors/0".to_owned(), "PERIOD_INCONSISTENT".to_owned())], "{refused}");
    }
    happens(&admin, &event("DISSOLVE", "2022-01-02", &["so-ngoai-vu"], &[], &[]));
    let is_there = |day: &str| admin.get(&format!("/api/v1/agencies/so-ngoai-vu?asOf={day}")).json()["isActive"] == true;
    assert_eq!(["2019-12-31", "2022-01-01", "2022-01-02"].map(is_there), [true, true, false]);
}

fn a_roll_to_come_does_not_hide_who_is_no_more(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    let roll = json!({"rule": "CLOSED", "isComplete": true, "members": ["so-noi-vu", "so-tnmt"], "from": "2019-06-01", "basis": BASIS});
    assert_eq!(put(&admin, &format!("{WORDS}/roll"), &roll), (204, Vec::new()));
    happens(&admin, &event("DISSOLVE", "2019-02-01", &["so-tnmt"], &[], &[]));
    assert_eq!(waiting(&admin, WORDS).len(), 0, "another is on the roll to come");
    happens(&admin, &event("DISSOLVE", "2019-03-01", &["so-noi-vu"], &[], &[]));
    let queue = waiting(&admin, WORDS);
    assert!(queue.iter().any(|entry| !entry["task"].is_null()), "{queue:?}");
    assert!(queue.iter().all(|entry| entry["since"] == "2019-06-01"), "{queue:?}");
    // Nobody who is no more comes to owe anything through the words.
    app.generate();
    let owed = list(&standing(&app), "&agency=so-noi-vu&year=2020");
    assert!(owed.iter().all(|one| one["state"] == "EXCLUDED"), "{owed:?}");
}

fn a_draft_and_a_period_that_is_over_keep_nothing_with_nobody(backend: Backend) {
    let app = start(backend);
    let (admin, press) = (app.person(None, Role::Admin), app.person(Some(PRESS), Role::AgencyReporter));
    for year in [2014, 2015] {
        let draft = json!({"programme": "HP-1593-2013", "task": "V.2", "year": year, "content": {"percent": 10}});
        let headers = [("content-type", "application/json"), ("idempotency-key", if year == 2014 { "a" } else { "b" })];
        let made = press.send("POST", "/api/v1/reports/drafts", &headers, draft.to_string().as_bytes());
        assert_eq!(made.status, 201, "{}", made.body);
        assert!(made.json()["obligation"].is_string(), "{}", made.body);
    }
    let merge = event("MERGE", "2015-01-01", &[PRESS], &[there("so-ngoai-vu")], &[]);
    // Over GraphQL a move has an identifier of its own beside that of what is owed.
    let preview = "mutation($input: AgencyEventInput!) { recordAgencyEvent(dryRun: true, input: $input) {
        recorded { obligations { id obligationId } } problem { code } } }";
    let seen = admin.graphql(preview, &json!({ "input": merge }))["recordAgencyEvent"]["recorded"]["obligations"].take();
    let moves = seen.as_array().expect("obligations");
    assert!(!moves.is_empty() && moves.iter().all(|one| one["id"] != one["obligationId"]), "{seen}");
    let node = "query($id: ID!) { node(id: $id) { __typename } }";
    let found = |id: &Value| standing(&app).graphql(node, &json!({ "id": id }))["node"].take();
    assert_eq!((found(&moves[0]["id"]), found(&moves[0]["obligationId"])), (Value::Null, json!({"__typename": "Obligation"})));
    let done = happens(&admin, &merge);
    let moved: Vec<&Value> = done["obligations"].as_array().expect("obligations").iter().map(|one| &one["period"]).collect();
    assert!(moved.contains(&&json!("2014")) && moved.contains(&&json!("2015")) && !moved.contains(&&json!("2013")), "{moved:?}");
    let client = standing(&app);
    let has = |agency: &str| [2013, 2014, 2015].map(|year| owing(&client, "V.2", year).iter().any(|one| one == agency));
    // The report on 2014 was due on 15 January 2015, that on 2013 was late before.
    assert_eq!((has(PRESS), has("so-ngoai-vu")), ([true, false, false], [false, true, true]));
}

fn what_is_given_to_an_agency_goes_on_to_whoever_took_its_duty(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    happens(&admin, &event("DISSOLVE", "2014-01-01", &[PRESS], &[], &[]));
    happens(&admin, &event("MERGE", "2015-01-01", &["so-ngoai-vu"], &[there("so-noi-vu")], &[]));
    let queue = waiting(&admin, PRESS);
    let of_task: Vec<&Value> = queue.iter().filter(|entry| entry["task"] == "V.2").collect();
    assert!(of_task.len() > 3, "the task and what is owed for its years: {queue:?}");
    name(&admin, &of_task, "so-ngoai-vu", "2014-06-01");
    let client = standing(&app);
    for year in [2014, 2015] {
        let owing = owing(&client, "V.2", year);
        assert!(owing.contains(&"so-noi-vu".to_owned()), "{year}: {owing:?}");
        assert!(!owing.contains(&"so-ngoai-vu".to_owned()) && !owing.contains(&PRESS.to_owned()), "{year}: {owing:?}");
    }
    assert!(waiting(&admin, PRESS).iter().all(|entry| entry["task"] != "V.2"));
    assert_eq!(waiting(&admin, "so-ngoai-vu"), Vec::<Value>::new());
}

fn work_that_goes_to_another_leaves_what_was_late_before(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    let all = json!({"successor": "so-ngoai-vu", "programme": "HP-1593-2013"});
    happens(&admin, &event("FUNCTION_TRANSFER", "2015-01-01", &[PRESS], &[there("so-ngoai-vu")], &[all]));
    let client = standing(&app);
    let has = |agency: &str| [2013, 2014, 2015].map(|year| owing(&client, "V.2", year).iter().any(|one| one == agency));
    assert_eq!((has(PRESS), has("so-ngoai-vu")), ([true, true, false], [false, false, true]));
}

fn whether_the_end_or_the_regime_is_known_first_makes_no_difference(backend: Backend) {
    let told = [true, false].map(|is_owed_first| {
        let app = TestApp::start(backend);
        let admin = app.person(None, Role::Admin);
        let ends = || happens(&admin, &event("MERGE", "2015-01-01", &[PRESS], &[there("so-ngoai-vu")], &[]));
        if !is_owed_first {
            ends();
        }
        for file in [seed::working_days(), seed::regimes_1593()] {
            app.import_calendar(&file, ImportOptions::default()).expect("an import");
        }
        app.generate();
        if is_owed_first {
            ends();
        }
        let client = standing(&app);
        [2013, 2014, 2015].map(|year| owing(&client, "V.2", year))
    });
    assert!(told[0][1].contains(&"so-ngoai-vu".to_owned()) && told[0][0].contains(&PRESS.to_owned()), "{told:?}");
    assert_eq!(told[0], told[1]);
}

fn what_an_agency_gave_away_before_is_not_followed(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let all = json!({"successor": "so-ngoai-vu", "programme": "HP-1593-2013"});
    happens(&admin, &event("FUNCTION_TRANSFER", "2016-01-01", &["so-tttt"], &[there("so-ngoai-vu")], &[all]));
    decision(&admin, "2100/QĐ-UBND", "2018-02-20");
    let mut given = file();
    let at = place(&given, "I.3");
    given["tasks"][at]["lead"]["agencies"] = json!([{"agency": "so-tttt", "collective": false}]);
    amended(&admin, "2100/QĐ-UBND", "2018-03-01", &given);
    let system = app.system_of("so-tttt");
    let pushed =
        system.push("a", &json!({"programme": "HP-1593-2013", "task": "I.3", "year": 2019, "percent": 40, "narrative": "Đã làm."}));
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let id = pushed.json()["id"].take();
    let answers = || {
        let rest = system.get(&format!("/api/v1/reports/{}", id.as_str().expect("an id"))).json()["answersNow"].take();
        let query = "query($id: ID!) { node(id: $id) { ... on Report { answersNow { code } movedBy { effectiveOn } } } }";
        let told = system.graphql(query, &json!({ "id": id }))["node"].take();
        assert_eq!((&rest["agency"], &rest["movedBy"]["effectiveOn"]), (&told["answersNow"]["code"], &told["movedBy"]["effectiveOn"]));
        (rest["agency"].clone(), rest["movedBy"]["effectiveOn"].clone())
    };
    assert_eq!(answers(), (json!("so-tttt"), Value::Null), "what it gave away in 2016 was given to it again");
    happens(&admin, &event("MERGE", "2025-01-01", &["so-tttt"], &[there("so-noi-vu")], &[]));
    assert_eq!(answers(), (json!("so-noi-vu"), json!("2025-01-01")));
}

fn a_report_on_a_quarter_tells_the_name_of_its_quarter(backend: Backend) {
    let app = TestApp::start(backend);
    let mut regimes = seed::regimes_1593();
    for regime in regimes["regimes"].as_array_mut().expect("regimes").iter_mut().filter(|one| one["subject"] == "TASK") {
        if !regime["frequency"].is_null() {
            regime["frequency"] = json!("QUARTER");
        }
    }
    for file in [seed::working_days(), regimes] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    let admin = app.person(None, Role::Admin);
    let mut rename = event("RENAME", "2014-07-01", &[PRESS], &[], &[]);
    rename["becomes"] = json!({"name": "Báo và Truyền hình Hải Phòng"});
    happens(&admin, &rename);
    let press = app.system_of(PRESS);
    for (period, name, last) in [("2014-Q1", "Báo Hải Phòng", "2014-03-31"), ("2014-Q3", "Báo và Truyền hình Hải Phòng", "2014-09-30")]
    {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "regime": "HP-1593-NAM", "year": 2014, "period": period, "percent": 40,
            "narrative": "Đã mở chuyên mục.", "values": {"muc_do": "HOÀN THÀNH", "ty_le": 100, "tin_bai": 12}});
        let pushed = press.push(period, &body);
        assert_eq!(pushed.status, 201, "{}", pushed.body);
        let id = pushed.json()["id"].take();
        let one = press.get(&format!("/api/v1/reports/{}", id.as_str().expect("an id"))).json();
        assert_eq!((&one["agencyName"], &one["agencyThen"]["on"]), (&json!(name), &json!(last)));
        let query = "query($id: ID!) { node(id: $id) { ... on Report { agency { name asOf } } } }";
        let told = press.graphql(query, &json!({ "id": id }))["node"]["agency"].take();
        assert_eq!(told, json!({"name": name, "asOf": last}));
    }
}
