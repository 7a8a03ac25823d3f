//! Importing a corrected file: what goes, what stays, what is told.

use app::{Error, import::ImportOptions};
use serde_json::{Value, json};
use testkit::{
    Backend, TestApp,
    app::{operator, wait},
    both,
    database::TestDatabase,
    seed,
};

both!(
    members_go_with_the_line_that_named_them,
    what_goes_is_first_let_go_of,
    two_programmes_may_share_a_decision,
    doubles_are_told_where_they_stand,
    what_people_translated_stays,
    text_is_brought_into_one_form,
    a_dry_run_finds_what_is_in_use,
    years_before_the_decision_belong_to_those_first_assigned,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

fn faults(app: &TestApp, file: &Value, options: ImportOptions) -> Vec<String> {
    match app.import(file, options) {
        Err(Error::Refused(refusal)) => refusal.faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

fn told(app: &TestApp, file: &Value) -> Vec<String> {
    let outcome = app.import(file, APPLY).expect("an import");
    assert_eq!(app.import(file, APPLY).expect("an import").changes, [], "a second import has nothing to do");
    outcome.changes.iter().map(|c| format!("{:?} {} {}", c.change, c.subject, c.key)).collect()
}

fn agency<'a>(file: &'a mut Value, code: &str) -> &'a mut Value {
    file["agencies"].as_array_mut().expect("agencies").iter_mut().find(|agency| agency["code"] == code).expect("the agency")
}

/// A collective with a roll, and its members.
fn roll(file: &Value) -> (String, Vec<Value>) {
    let agencies = file["agencies"].as_array().expect("agencies");
    let named = |agency: &Value| agency["members_named_in_seed"].as_array().is_some_and(|members| members.len() > 1);
    let collective = agencies.iter().find(|agency| named(agency)).expect("a collective with members");
    (collective["code"].as_str().expect("a code").into(), collective["members_named_in_seed"].as_array().expect("members").clone())
}

fn members(app: &TestApp, code: &str) -> usize {
    let query = "query($code: String!) { agency(code: $code) { members { agency { code } } } }";
    app.anonymous().graphql(query, &json!({ "code": code }))["agency"]["members"].as_array().expect("members").len()
}

fn members_go_with_the_line_that_named_them(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    let (code, named) = roll(&file);
    let before = members(&app, &code);
    let fewer = json!(named[1..]);
    agency(&mut file, &code)["members_named_in_seed"] = fewer.clone();
    for task in file["tasks"].as_array_mut().expect("tasks") {
        for role in ["lead", "coordinating"] {
            for assignee in task[role]["agencies"].as_array_mut().expect("assignees") {
                if assignee["agency"] == *code && assignee.get("members_named_in_seed").is_some() {
                    assignee["members_named_in_seed"] = fewer.clone();
                }
            }
        }
    }
    let gone = told(&app, &file);
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert!(gone[0].starts_with(&format!("Removed agencyMember {code} / {}", named[0].as_str().expect("a code"))), "{gone:?}");
    assert_eq!(members(&app, &code), before - 1);
    // Another day of effect moves the roll; it does not double it.
    file["decision"]["effective_date"] = json!("2013-09-01");
    told(&app, &file);
    assert_eq!(members(&app, &code), before - 1);
}

fn what_goes_is_first_let_go_of(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    let targets = file["targets"].as_array_mut().expect("targets");
    let used = targets[0]["objective"].clone();
    for target in targets.iter_mut().filter(|target| target["objective"] == used) {
        target.as_object_mut().expect("a target").remove("objective");
    }
    file["objectives"].as_array_mut().expect("objectives").retain(|objective| objective["code"] != used);
    let changes = told(&app, &file);
    assert!(changes.contains(&format!("Removed objective {}", used.as_str().expect("a code"))), "{changes:?}");
}

fn two_programmes_may_share_a_decision(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    file["programme"]["code"] = json!("HP-1593-2013-B");
    let changes = told(&app, &file);
    assert!(!changes.iter().any(|change| change.contains(" document")), "the decision is there already: {changes:?}");
    assert_eq!(app.import(&seed::decision_1593(), APPLY).expect("an import").changes, []);
}

fn doubles_are_told_where_they_stand(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    let bases = file["decision"]["legal_bases"].as_array_mut().expect("legal bases");
    let (last, first) = (bases.len(), bases[0].clone());
    bases.push(first);
    assert_eq!(faults(&app, &file, APPLY), [format!("/decision/legal_bases/{last} DUPLICATE")]);
    let mut file = seed::decision_1593();
    file["known_defects_in_seed"][0]["where"] = json!("I.1, I.1");
    app.import(&file, APPLY).expect("a task named twice is one task");
}

fn what_people_translated_stays(backend: Backend) {
    let app = TestApp::start(backend);
    let sql = "INSERT INTO translations (subject_id, field, lang, text, state) SELECT id, 'TITLE', 'FR', 'Titre', 'MACHINE' FROM tasks WHERE \
               code = 'I.1'; UPDATE translations SET text = 'Read by a person', state = 'REVIEWED' WHERE lang = 'EN' AND subject_id = \
               (SELECT id FROM tasks WHERE code = 'I.1')";
    persistence::by_hand::execute(&app.db, sql).expect("statements");
    let mut file = seed::decision_1593();
    file["tasks"][0].as_object_mut().expect("a task").remove("title_en");
    file["tasks"][1].as_object_mut().expect("a task").remove("title_en");
    let changes = told(&app, &file);
    assert_eq!(changes, ["Removed translation I.2 / TITLE / EN"]);
    let query = "{ programme(code: \"HP-1593-2013\") { task(code: \"I.1\") { en: name(lang: EN) fr: name(lang: FR) } } }";
    let task = &app.anonymous().graphql(query, &json!({}))["programme"]["task"];
    assert_eq!(task, &json!({"en": "Read by a person", "fr": "Titre"}));
}

fn text_is_brought_into_one_form(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    // An Eth for Đ, decomposed letters and a no-break space, all of them written as escapes.
    file["tasks"][0]["title_vi"] = json!("?");
    let import = |title: &str| {
        let text = file.to_string().replacen("\"title_vi\":\"?\"", &format!("\"title_vi\":\"{title}\""), 1);
        wait(app::import::programme(&app.app, &operator(), text.as_bytes(), APPLY))
    };
    import(r"\u00d0o\u00e0n v\u0061\u0300\u00a0b\u0061\u0323n").expect("an import");
    let query = "{ programme(code: \"HP-1593-2013\") { task(code: \"I.1\") { name } } }";
    assert_eq!(app.anonymous().graphql(query, &json!({}))["programme"]["task"]["name"], "Đoàn và bạn");
    match import(r"a\u0000b") {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.faults[0].pointer, "/tasks/0/title_vi"),
        other => panic!("not refused: {other:?}"),
    }
}

fn a_dry_run_finds_what_is_in_use(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "x"});
    assert_eq!(press.push("k", &body).status, 201);
    let mut file = seed::decision_1593();
    file["tasks"].as_array_mut().expect("tasks").retain(|task| task["code"] != "V.2");
    for measure in file["measures"].as_array_mut().expect("measures") {
        measure["tasks_inferred"].as_array_mut().expect("tasks").retain(|task| task != "V.2");
    }
    file.as_object_mut().expect("a file").remove("checks");
    let found = faults(&app, &file, ImportOptions { dry_run: true, apply_changes: false });
    assert_eq!(found, ["/tasks STILL_IN_USE"; 2], "the task and its year");
}

fn years_before_the_decision_belong_to_those_first_assigned(backend: Backend) {
    let database = TestDatabase::empty(backend);
    persistence::migrate::up(&database.open()).expect("migrations");
    let app = TestApp::over(database);
    let mut file = seed::decision_1593();
    file["decision"]["effective_date"] = json!("2014-03-01");
    app.import(&file, APPLY).expect("an import");
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2013, "percent": 40, "narrative": "x"});
    let pushed = app.system_of("bao-hai-phong").push("k", &body);
    assert_eq!(pushed.status, 201, "{}", pushed.body);
}
