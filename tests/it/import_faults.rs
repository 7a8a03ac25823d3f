//! What is told of a file with faults: all of them at once, each by its place, and the file's own account held against it.

use app::{Error, import::ImportOptions};
use serde_json::{Value, json};
use testkit::{
    Backend, TestApp,
    app::{operator, wait},
    both, seed,
};

both!(
    names_that_are_repeated_are_told_by_their_place,
    faults_of_form_and_of_rules_are_told_together,
    no_rule_rests_on_what_is_malformed,
    faults_of_a_calendar_are_told_together_too,
    every_check_of_the_file_is_held_against_it,
    counts_under_an_agencys_code_are_compared_as_well,
    what_a_file_says_of_collectives_must_agree_with_its_tasks,
    what_cannot_go_is_named_with_what_rests_on_it,
);

const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };
const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<(String, String)> {
    match outcome {
        Err(Error::Refused(refusal)) => {
            assert_eq!(refusal.code.label(), "IMPORT_INVALID");
            let told = |fault: &domain::error::Fault| (format!("{} {}", fault.pointer, fault.code.label()), fault.message.en.to_string());
            refusal.faults.iter().map(told).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}

fn faults(app: &TestApp, file: &Value) -> Vec<String> {
    refused(app.import(file, DRY)).into_iter().map(|(fault, _)| fault).collect()
}

fn changed(pointer: &str, value: &Value) -> Value {
    let mut file = seed::decision_1593();
    *file.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value.clone();
    file
}

fn names_that_are_repeated_are_told_by_their_place(backend: Backend) {
    let app = TestApp::start(backend);
    let text = String::from_utf8(server::PROGRAMME_1593.to_vec()).expect("UTF-8");
    let repeated = text.replacen("{\n", "{\n \"tasks\": [1],\n", 1);
    let import = |text: &str| refused(wait(app::import::programme(&app.app, &operator(), text.as_bytes(), APPLY)));
    let line = 1 + repeated.lines().position(|line| line.starts_with(" \"tasks\": [") && !line.contains("[1]")).expect("the tasks");
    let found = import(&repeated);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "/tasks DUPLICATE");
    assert_eq!(found[0].1, format!("The name \"tasks\" is repeated within one object (line {line}, column 8)."));
    // All of them, and what else is wrong.
    let mut file = seed::decision_1593();
    file["tasks"][0]["colour"] = json!("red");
    let twice = file.to_string().replacen("\"code\":\"I.2\"", "\"code\":\"I.2\",\"code\":\"I.2\"", 1);
    let twice = twice.replacen('{', "{\"schema\":\"x\",", 1);
    let found: Vec<_> = import(&twice).into_iter().map(|(fault, _)| fault).collect();
    assert_eq!(found, ["/schema DUPLICATE", "/tasks/0/colour FIELD_UNKNOWN", "/tasks/1/code DUPLICATE"]);
    let calendar = br#"{"schema": "calendar/1", "regimes": [{"code": "A", "basis": {"asWritten": "x", "asWritten": "y"}}]}"#;
    let found = refused(wait(app::import::calendar(&app.app, &operator(), calendar, APPLY)));
    assert_eq!(found[0].0, "/regimes/0/basis/asWritten DUPLICATE");
    assert!(found[0].1.contains("line 1, column 90"), "{found:?}");
}

fn faults_of_form_and_of_rules_are_told_together(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    file["decision"]["date"] = json!("2013-02-30");
    file["decision"]["issuer"] = json!("ai-do");
    file["programme"]["standing_agency"] = json!("ai-do");
    file["tasks"][0]["colour"] = json!("red");
    file["tasks"][0]["title_vi"] = json!(7);
    file["tasks"][0]["lead"]["agencies"][0]["agency"] = json!("so-khong-co");
    file["tasks"][1]["period"]["years"] = json!([2013]);
    file["checks"]["tasks"] = json!(20);
    let wanted = [
        "/agencies/12/standing_agency RULE_BROKEN",
        "/checks/task_years COUNT_MISMATCH",
        "/checks/tasks COUNT_MISMATCH",
        "/checks/tasks_led_by_so_tttt_named COUNT_MISMATCH",
        "/decision/date PATTERN_MISMATCH",
        "/decision/issuer REFERENCE_UNKNOWN",
        "/programme/standing_agency REFERENCE_UNKNOWN",
        "/tasks/0/colour FIELD_UNKNOWN",
        "/tasks/0/lead/agencies/0/agency REFERENCE_UNKNOWN",
        "/tasks/0/title_vi TYPE_MISMATCH",
        "/tasks/1/period/years PERIOD_INCONSISTENT",
    ];
    let committee = file["agencies"].as_array().expect("agencies").iter().position(|agency| agency.get("standing_agency").is_some());
    let found = faults(&app, &file);
    assert_eq!(found, wanted.map(|fault| fault.replace("/12/", &format!("/{}/", committee.expect("a committee")))));
}

fn no_rule_rests_on_what_is_malformed(backend: Backend) {
    let app = TestApp::start(backend);
    // Who leads is unknown now, not wrong; nor is a code that cannot be read one that does not exist.
    assert_eq!(faults(&app, &changed("/tasks/0/lead", &json!("so-tttt"))), ["/tasks/0/lead TYPE_MISMATCH"]);
    assert_eq!(faults(&app, &changed("/agencies/1/code", &json!("Sở"))), ["/agencies/1/code PATTERN_MISMATCH"]);
    assert_eq!(faults(&app, &changed("/groups", &json!({}))), ["/groups TYPE_MISMATCH"]);
    assert_eq!(faults(&app, &changed("/tasks/3/period/years/0", &json!("2013"))), ["/tasks/3/period/years/0 TYPE_MISMATCH"]);
    assert_eq!(faults(&app, &changed("/programme", &json!([]))), ["/programme TYPE_MISMATCH"]);
    assert_eq!(faults(&app, &changed("/decision/legal_bases/2/number", &json!(368))), ["/decision/legal_bases/2/number RULE_BROKEN"]);
    assert_eq!(faults(&app, &json!([])), [" TYPE_MISMATCH"]);
}

fn faults_of_a_calendar_are_told_together_too(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::regimes_1593();
    file["regimes"][0]["frequency"] = json!("WEEK");
    file["regimes"][0]["receiver"] = json!("so-khong-co");
    file["regimes"][1]["form"]["fields"][1]["min"] = json!("200");
    file["regimes"][2]["isEstimate"] = json!(false);
    file["regimes"][2]["agencies"] = json!(["so-tttt", "ai-do"]);
    let wanted = [
        "/regimes/0/frequency NOT_ONE_OF",
        "/regimes/0/receiver REFERENCE_UNKNOWN",
        "/regimes/1/form/fields/1/max OUT_OF_RANGE",
        "/regimes/2/agencies/1 REFERENCE_UNKNOWN",
        "/regimes/2/due PERIOD_INCONSISTENT",
    ];
    let found: Vec<String> = refused(app.import_calendar(&file, DRY)).into_iter().map(|(fault, _)| fault).collect();
    assert_eq!(found, wanted);
}

fn every_check_of_the_file_is_held_against_it(backend: Backend) {
    let app = TestApp::start(backend);
    let wrong = [
        ("groups", json!(6), "/checks/groups"),
        ("tasks", json!(18), "/checks/tasks"),
        ("annual_tasks", json!(12), "/checks/annual_tasks"),
        ("fixed_tasks", json!(7), "/checks/fixed_tasks"),
        ("task_years", json!(118), "/checks/task_years"),
        ("tasks_per_group", json!({"I": 60, "II": 4, "III": 4, "IV": 2, "V": 3}), "/checks/tasks_per_group/I"),
        ("tasks_led_by_so_tttt_named", json!(99), "/checks/tasks_led_by_so_tttt_named"),
        ("tasks_with_collective_lead", json!(["I.2", "I.5", "V.1"]), "/checks/tasks_with_collective_lead/2"),
        ("tasks_without_coordinating", json!(["I.2", "V.2"]), "/checks/tasks_without_coordinating"),
        ("multi_lead", json!(["I.3", "V.2", "V.3", "I.1"]), "/checks/multi_lead/3"),
    ];
    let file = seed::decision_1593();
    let keys: Vec<&String> = file["checks"].as_object().expect("checks").keys().collect();
    assert!(keys.iter().all(|key| wrong.iter().any(|(name, ..)| name == key)), "a check that nobody breaks here: {keys:?}");
    for (name, value, pointer) in wrong {
        assert_eq!(faults(&app, &changed(&format!("/checks/{name}"), &value)), [format!("{pointer} COUNT_MISMATCH")], "{name}");
    }
    let fewer = changed("/checks/tasks_per_group", &json!({"I": 6, "II": 4, "III": 4, "IV": 2, "VI": 0}));
    assert_eq!(faults(&app, &fewer), ["/checks/tasks_per_group/V FIELD_REQUIRED", "/checks/tasks_per_group/VI REFERENCE_UNKNOWN"]);
}

fn counts_under_an_agencys_code_are_compared_as_well(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    file["checks"]["tasks_led_by_named"] = json!({"so-tttt": 13, "bao-hai-phong": 90, "ai-do": 1});
    file["checks"]["tasks_led_by_ai_do_named"] = json!(1);
    let wanted = [
        "/checks/tasks_led_by_ai_do_named REFERENCE_UNKNOWN",
        "/checks/tasks_led_by_named/ai-do REFERENCE_UNKNOWN",
        "/checks/tasks_led_by_named/bao-hai-phong COUNT_MISMATCH",
    ];
    assert_eq!(faults(&app, &file), wanted);
}

fn what_a_file_says_of_collectives_must_agree_with_its_tasks(backend: Backend) {
    let app = TestApp::start(backend);
    let file = seed::decision_1593();
    let agencies = file["agencies"].as_array().expect("agencies");
    let user = agencies.iter().position(|agency| agency["used_in"] == json!(["I.3"])).expect("a collective");
    let at = format!("/agencies/{user}/used_in");
    let wanted = [format!("{at} COUNT_MISMATCH"), format!("{at}/0 RULE_BROKEN"), format!("{at}/1 RULE_BROKEN")];
    assert_eq!(faults(&app, &changed(&at, &json!(["V.3", "nope"]))), wanted);
    let complete = "/tasks/1/lead/agencies/0/membership_complete";
    assert_eq!(file.pointer(complete), Some(&json!(false)));
    assert_eq!(faults(&app, &changed(complete, &json!(true))), [format!("{complete} RULE_BROKEN")]);
    assert_eq!(faults(&app, &changed("/groups/1/number", &json!("III"))), ["/groups/1/number RULE_BROKEN"]);
}

fn what_cannot_go_is_named_with_what_rests_on_it(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    for (key, year) in [("a", 2014), ("b", 2015), ("c", 2015)] {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": year, "percent": 40, "narrative": "x", "externalRef": key});
        assert_eq!(press.push(key, &body).status, 201);
    }
    let mut file = seed::decision_1593();
    file.as_object_mut().expect("a file").remove("checks");
    let task = file["tasks"].as_array().expect("tasks").iter().position(|task| task["code"] == "V.2").expect("V.2");
    let period = &mut file["tasks"][task]["period"];
    *period = json!({"as_written": "2013", "kind": "fixed", "start_year": 2013, "end_year": 2013, "years": [2013]});
    let at = format!("/tasks/{task}/period/years");
    let wanted = [("V.2 / 2014", "1 report"), ("V.2 / 2015", "2 reports")];
    for options in [APPLY, DRY] {
        let found = refused(app.import(&file, options));
        let told: Vec<_> = found.iter().map(|(fault, _)| fault.as_str()).collect();
        assert_eq!(told, vec![format!("{at} STILL_IN_USE"); 2]);
        for ((_, words), (row, what)) in found.iter().zip(wanted) {
            assert!(words.contains(row) && words.contains(what), "{row}, {what} in {words:?}");
        }
    }
}
