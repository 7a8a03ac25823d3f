//! Importing a programme: twice changes nothing, differences are told, faults all together.

use app::{
    ChangeKind, Error,
    import::{ImportOptions, ImportOutcome},
};
use serde_json::{Value, json};
use testkit::{Backend, TestApp, app::import_into, both, database::TestDatabase, seed};

both!(
    the_decision_comes_out_as_it_is,
    a_second_import_changes_nothing,
    a_changed_file_needs_confirmation,
    a_dry_run_does_the_same_and_keeps_nothing,
    all_faults_of_a_file_are_told_together,
    what_reports_rest_on_cannot_go,
    readers_see_an_import_at_once,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };

fn the_decision_comes_out_as_it_is(backend: Backend) {
    let database = TestDatabase::empty(backend);
    let db = database.open();
    persistence::migrate::up(&db).expect("migrations");
    let outcome = import_into(&db, server::PROGRAMME_1593);
    assert!(outcome.new_programme && outcome.applied);
    let counts = outcome.counts;
    assert_eq!((counts.groups, counts.tasks, counts.task_years), (5, 19, 117));
    assert_eq!((counts.agencies, counts.collectives, counts.documents), (33, 12, 8));
    assert_eq!((counts.targets, counts.known_issues), (9, 12));
    assert!(outcome.changes.iter().all(|change| change.change == ChangeKind::Added));
}

fn a_second_import_changes_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let before = everything(&app);
    for options in [ImportOptions::default(), APPLY, DRY] {
        let outcome = app.import(&seed::decision_1593(), options).expect("an import");
        assert_eq!((outcome.changes.len(), outcome.applied, outcome.new_programme), (0, false, false));
    }
    assert_eq!(everything(&app), before);
}

/// Enough of the programme to see any change.
fn everything(app: &TestApp) -> Value {
    let query = "{ programme(code: \"HP-1593-2013\") { id name groups { id name tasks { id code name note period { asWritten }
      leadAgencies { code } coordinatingAgencies { code } occurrences { year } citations { quote } } } measures { code text tasks { task { code } } }
      targets { id text } knownIssues { location readAs } } agencies(first: 200) { nodes { id code name aliases members { agency { code } } } } }";
    app.anonymous().graphql(query, &json!({}))
}

fn changed() -> Value {
    let mut file = seed::decision_1593();
    file["tasks"][0]["title_vi"] = json!("Xuất bản ấn phẩm mới");
    file["tasks"][18]["lead"]["agencies"].as_array_mut().unwrap().pop();
    file["checks"]["tasks_led_by_so_tttt_named"] = json!(12);
    file["known_defects_in_seed"].as_array_mut().unwrap().pop();
    file["agencies"][2]["names_as_written"].as_array_mut().unwrap().push(json!("SNgV"));
    file
}

fn told(outcome: &ImportOutcome) -> Vec<String> {
    outcome.changes.iter().map(|c| format!("{:?} {} {}", c.change, c.subject, c.key)).collect()
}

fn a_changed_file_needs_confirmation(backend: Backend) {
    let app = TestApp::start(backend);
    let before = everything(&app);
    let outcome = app.import(&changed(), ImportOptions::default()).expect("an import");
    assert!(!outcome.applied);
    assert_eq!(everything(&app), before, "nothing is stored without confirmation");
    let wanted = [
        "Added agencyAlias so-ngoai-vu / SNgV",
        "Changed task I.1",
        "Removed assignment V.3 / LEAD / so-tttt / 2013-08-20",
        "Removed knownIssue 3.1.h, 3.2.b, 3.3.d, 3.4.b, 3.5.d (films), Điều 2.3 (rewards)",
        "Changed citation I.1 / 1593/QĐ-UBND / 1",
    ];
    assert_eq!(told(&outcome), wanted);
    let title = &outcome.changes[1].fields["title"];
    assert_eq!(title, &(json!("Xuất bản ấn phẩm phục vụ thông tin đối ngoại"), json!("Xuất bản ấn phẩm mới")));
    let applied = app.import(&changed(), APPLY).expect("an import");
    assert!(applied.applied);
    assert_eq!(told(&applied), wanted);
    let after = everything(&app);
    assert_eq!(after["programme"]["groups"][0]["tasks"][0]["name"], "Xuất bản ấn phẩm mới");
    assert_eq!(after["programme"]["groups"][0]["tasks"][0]["id"], before["programme"]["groups"][0]["tasks"][0]["id"], "the same task");
    assert_eq!(app.import(&changed(), ImportOptions::default()).expect("an import").changes, []);
    app.import(&seed::decision_1593(), APPLY).expect("an import");
    let mut back = everything(&app);
    // Names under which an agency was written are only ever gathered.
    assert_eq!(
        back["agencies"]["nodes"].as_array().unwrap().iter().find(|a| a["code"] == "so-ngoai-vu").unwrap()["aliases"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    back["agencies"] = before["agencies"].clone();
    assert_eq!(back, before);
}

fn a_dry_run_does_the_same_and_keeps_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let before = everything(&app);
    let dry = app.import(&changed(), ImportOptions { dry_run: true, apply_changes: true }).expect("a dry run");
    assert!(!dry.applied);
    assert_eq!(everything(&app), before);
    let real = app.import(&changed(), APPLY).expect("an import");
    assert_eq!(told(&dry), told(&real));
    let new = app.import(&seed::made_up(3), DRY).expect("a dry run");
    assert!(new.new_programme && !new.applied && !new.changes.is_empty());
    assert_eq!(app.anonymous().graphql("{ programmes { totalCount } }", &json!({}))["programmes"]["totalCount"], 1);
}

fn all_faults_of_a_file_are_told_together(backend: Backend) {
    let app = TestApp::start(backend);
    let faults = |file: &Value| match app.import(file, APPLY) {
        Err(Error::Refused(refusal)) => {
            assert_eq!(refusal.code.label(), "IMPORT_INVALID");
            refusal.faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect::<Vec<_>>()
        }
        other => panic!("not refused: {other:?}"),
    };
    let mut form = seed::decision_1593();
    form["programme"]["start_year"] = json!("2013");
    form["tasks"][3]["colour"] = json!("red");
    form["decision"]["date"] = json!("2013-02-30");
    form["groups"][1].as_object_mut().unwrap().remove("title_vi");
    let wanted = [
        "/decision/date PATTERN_MISMATCH",
        "/groups/1/title_vi FIELD_REQUIRED",
        "/programme/start_year TYPE_MISMATCH",
        "/tasks/3/colour FIELD_UNKNOWN",
    ];
    assert_eq!(faults(&form), wanted);
    let mut rules = seed::decision_1593();
    rules["tasks"][0]["lead"]["agencies"][0]["agency"] = json!("so-khong-co");
    rules["tasks"][1]["code"] = json!("I.1");
    rules["tasks"][2]["period"]["years"] = json!([2013]);
    rules["programme"]["standing_agency"] = json!("ai-do");
    rules["checks"]["tasks"] = json!(20);
    let found = faults(&rules);
    for wanted in [
        "/tasks/0/lead/agencies/0/agency REFERENCE_UNKNOWN",
        "/tasks/1/code DUPLICATE",
        "/tasks/2/period/years PERIOD_INCONSISTENT",
        "/programme/standing_agency REFERENCE_UNKNOWN",
        "/checks/tasks COUNT_MISMATCH",
    ] {
        assert!(found.iter().any(|fault| fault == wanted), "{wanted} in {found:?}");
    }
    for (name, field, value) in [
        ("a heading", "name_vi", json!("Hoạt động nâng cao chất lượng thông tin đối ngoại")),
        ("a heading in capitals", "name_vi", json!("I. HOẠT ĐỘNG NÂNG CAO CHẤT LƯỢNG THÔNG TIN ĐỐI NGOẠI ")),
        ("a heading as written", "names_as_written", json!(["Hoạt động nâng cao chất lượng thông tin đối ngoại"])),
        ("a circle", "parent", json!("so-tttt")),
    ] {
        let mut file = seed::decision_1593();
        file["agencies"][1][field] = value;
        assert!(faults(&file).iter().any(|fault| fault.ends_with("RULE_BROKEN")), "{name}");
    }
}

fn what_reports_rest_on_cannot_go(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "x"});
    assert_eq!(press.push("k", &body).status, 201);
    let mut file = seed::decision_1593();
    file["tasks"].as_array_mut().unwrap().remove(17);
    file["measures"][20]["tasks_inferred"] = json!([]);
    file.as_object_mut().unwrap().remove("checks");
    let measures = file["measures"].as_array_mut().unwrap();
    for measure in measures {
        measure["tasks_inferred"].as_array_mut().unwrap().retain(|task| task != "V.2");
    }
    match app.import(&file, APPLY) {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.faults[0].code.label(), "STILL_IN_USE"),
        other => panic!("not refused: {other:?}"),
    }
    assert_eq!(
        press.graphql("{ reports { totalCount } tasks { totalCount } }", &json!({})),
        json!({"reports": {"totalCount": 1}, "tasks": {"totalCount": 19}})
    );
}

fn readers_see_an_import_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let codes = || client.graphql("{ programmes { nodes { code } } agencies { totalCount } }", &json!({}));
    assert_eq!(codes()["agencies"]["totalCount"], 33);
    // Another process imports; this one keeps its catalogue in memory.
    let elsewhere = app.database.open();
    import_into(&elsewhere, seed::made_up(2).to_string().as_bytes());
    assert_eq!(
        codes(),
        json!({"programmes": {"nodes": [{"code": "HP-1593-2013"}, {"code": "TEST-2020"}]}, "agencies": {"totalCount": 43}})
    );
}
