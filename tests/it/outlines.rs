//! What a report says has to fit what its regime asks for: sections its outline, values its form, its period its year.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, seed};

use crate::workflow::{done, keyed, now, pushed, tag};

both!(
    sections_fit_the_outline_of_the_regime,
    a_report_that_answers_nothing_says_what_some_form_asks_for,
    a_period_is_of_the_year_that_is_named,
    equal_values_are_kept_alike_and_differ_in_nothing,
    what_was_given_back_can_be_sent_again_unchanged,
);

const OWN: &str = "bao-hai-phong";

/// With an outline of which one section is required and short.
fn start(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    let mut regimes = seed::regimes_1593();
    let outline = &mut regimes["regimes"][0]["outline"];
    (outline[0]["required"], outline[0]["maxLength"]) = (json!(true), json!(10));
    app.import_calendar(&seed::working_days(), ImportOptions::default()).expect("an import");
    app.import_calendar(&regimes, ImportOptions::default()).expect("an import");
    app.generate();
    app
}

fn report(changes: &Value) -> Value {
    let mut body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm.",
                          "values": {"muc_do": "HOÀN THÀNH", "ty_le": 100}});
    for (name, value) in changes.as_object().expect("changes") {
        body[name] = value.clone();
    }
    body
}

fn refused(reply: &Reply) -> Vec<String> {
    assert_eq!((reply.status, reply.code().as_str()), (422, "REPORT_REFUSED"), "{}", reply.body);
    reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
}

fn sections_fit_the_outline_of_the_regime(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    let named = |sections: Value| report(&json!({"regime": "HP-1593-NAM", "sections": sections}));
    let odd = json!({"ket_qua": "Dài quá mười ký tự.", "kho_khan": " ", "la": "x"});
    let wanted = ["/sections/la FIELD_UNKNOWN", "/sections/ket_qua LENGTH_OUT_OF_RANGE", "/sections/kho_khan LENGTH_OUT_OF_RANGE"];
    assert_eq!(refused(&press.push("a", &named(odd.clone()))), wanted);
    assert_eq!(refused(&press.push("a", &named(json!({})))), ["/sections/ket_qua FIELD_REQUIRED"]);
    assert_eq!(refused(&press.push("a", &named(json!({"ket_qua": "  "})))), ["/sections/ket_qua FIELD_REQUIRED"]);
    // Every way in says the same.
    let put = |body: &Value| {
        let headers = [("content-type", "application/json"), ("if-none-match", "*")];
        press.send("PUT", &format!("/api/v1/reports/by-ref/{OWN}/R-1"), &headers, body.to_string().as_bytes())
    };
    assert_eq!(refused(&put(&named(odd.clone()))), wanted);
    let dry = press.batch("?dryRun=true", "application/json", None, json!([named(odd.clone())]).to_string().as_bytes()).json();
    let faults: Vec<String> =
        dry["faults"].as_array().expect("faults").iter().map(|f| format!("{} {}", f["pointer"], f["code"]).replace('"', "")).collect();
    assert_eq!(faults, [wanted[1], wanted[2], wanted[0]], "{dry}");
    // Without the regime's name nothing has to be given, but what is given has to fit.
    assert_eq!(refused(&press.push("a", &report(&json!({"sections": {"la": "x"}})))), ["/sections/la FIELD_UNKNOWN"]);
    // A draft may be unfinished.
    let approver = app.person(Some(OWN), Role::AgencyApprover);
    let about = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "regime": "HP-1593-NAM"});
    let made = keyed(&approver, "/api/v1/reports/drafts", "d", &about);
    assert_eq!(made.status, 201, "{}", made.body);
    let path = made.headers["location"].clone();
    let says = |sections: Value| json!({"percent": 40, "narrative": "x", "values": report(&json!({}))["values"], "sections": sections});
    done(&approver, "PUT", &path, "/draft", &says(json!({"ket_qua": ""})));
    assert_eq!(now(&approver, "PUT", &path, "/draft", &says(odd)), (422, "REPORT_REFUSED".into()));
    assert_eq!(now(&approver, "POST", &path, "/submit", &Value::Null), (422, "REPORT_REFUSED".into()));
    done(&approver, "PUT", &path, "/draft", &says(json!({"ket_qua": "Đạt."})));
    done(&approver, "POST", &path, "/submit", &Value::Null);
}

fn a_report_that_answers_nothing_says_what_some_form_asks_for(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    pushed(&press, "a", &report(&json!({})));
    // The obligation is met: what stands beside it fits the same form, of which nothing has to be given.
    let beside = |values: Value| press.push("b", &report(&json!({ "values": values })));
    assert_eq!(refused(&beside(json!({"la": 1, "ty_le": 101}))), ["/values/la FIELD_UNKNOWN", "/values/ty_le OUT_OF_RANGE"]);
    let stored = beside(json!({"ty_le": 50}));
    assert_eq!((stored.status, &stored.json()["obligation"], &stored.json()["values"]), (201, &Value::Null, &json!({"ty_le": "50"})));
    // No regime asks for a month: there is no form that a value could be of.
    let monthly = press.push("c", &report(&json!({"period": "2014-M05"})));
    assert_eq!(refused(&monthly), ["/values/muc_do FIELD_UNKNOWN", "/values/ty_le FIELD_UNKNOWN"]);
    assert_eq!(press.push("c", &report(&json!({"period": "2014-M05", "values": {}}))).status, 201);
}

fn a_period_is_of_the_year_that_is_named(backend: Backend) {
    let app = start(backend);
    let press = app.system_of(OWN);
    let odd = report(&json!({"period": "2015-Q2", "values": {}}));
    assert_eq!(refused(&press.push("a", &odd)), ["/period PERIOD_INCONSISTENT"]);
    let dry = press.batch("?dryRun=true", "application/json", None, json!([odd]).to_string().as_bytes()).json();
    assert_eq!((&dry["faults"][0]["pointer"], &dry["faults"][0]["code"]), (&json!("/period"), &json!("PERIOD_INCONSISTENT")), "{dry}");
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let path = pushed(&press, "a", &report(&json!({})));
    done(&standing, "POST", &path, "/accept", &Value::Null);
    let body = json!({"programme": "HP-1593-2013", "year": 2014, "period": "2015", "sources": [path.rsplit('/').next()],
                      "content": {"narrative": "Tổng hợp."}});
    assert_eq!(refused(&keyed(&standing, "/api/v1/reports/consolidated", "k", &body)), ["/period PERIOD_INCONSISTENT"]);
}

fn differences(client: &Client, path: &str, version: i32) -> Value {
    client.get(&format!("{path}/versions/{version}/changes")).json()["items"].take()
}

fn equal_values_are_kept_alike_and_differ_in_nothing(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let path = pushed(&press, "a", &report(&json!({"externalRef": "R-1", "values": {"ty_le": 50, "tin_bai": 3}})));
    assert_eq!(press.get(&path).json()["values"], json!({"ty_le": "50", "tin_bai": 3}));
    done(&standing, "POST", &path, "/return", &json!({"reason": "x"}));
    // In a table all numbers are text; only the per cent of the task differs.
    let tag = tag(&press, &path);
    let rows = format!(
        "programme;task;year;percent;narrative;externalRef;values.ty_le;values.tin_bai;ifMatch\n\
         HP-1593-2013;V.2;2014;60;Đã làm.;R-1;50,0;3;{}\n",
        tag.trim_matches('"')
    );
    let reply = press.batch("", "text/csv", Some("k"), rows.as_bytes());
    assert_eq!((reply.status, &reply.json()["changed"]), (200, &json!(1)), "{}", reply.body);
    assert_eq!(differences(&press, &path, 2), json!([{"pointer": "/percent", "before": 40, "after": 60}]));
}

fn what_was_given_back_can_be_sent_again_unchanged(backend: Backend) {
    let app = start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let body = report(&json!({"externalRef": "R-1"}));
    let path = pushed(&press, "a", &body);
    let by_ref = format!("/api/v1/reports/by-ref/{OWN}/R-1");
    let put = || {
        let reply = crate::workflow::act(&press, "PUT", &by_ref, &tag(&press, &path), &body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        (reply.json()["status"].clone(), reply.json()["version"].clone())
    };
    let row = |key: &str| {
        let mut row = body.clone();
        row["ifMatch"] = json!(tag(&press, &path).trim_matches('"'));
        let reply = press.batch("", "application/json", Some(key), json!([row]).to_string().as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.body);
        (reply.json()["changed"].clone(), reply.json()["unchanged"].clone())
    };
    assert_eq!(put(), (json!("SUBMITTED"), json!(1)), "nothing new while it is under review");
    assert_eq!(row("a"), (json!(0), json!(1)));
    done(&standing, "POST", &path, "/return", &json!({"reason": "Kèm biên bản."}));
    assert_eq!(put(), (json!("SUBMITTED"), json!(2)));
    done(&standing, "POST", &path, "/return", &json!({"reason": "Kèm biên bản."}));
    assert_eq!(row("b"), (json!(1), json!(0)));
    done(&standing, "POST", &path, "/accept", &Value::Null);
    assert_eq!(put(), (json!("ACCEPTED"), json!(3)));
    let until = (app.now() + chrono::TimeDelta::days(9)).date_naive();
    done(&standing, "POST", &path, "/reopen", &json!({"reason": "x", "until": until}));
    assert_eq!(put(), (json!("SUBMITTED"), json!(4)));
}
