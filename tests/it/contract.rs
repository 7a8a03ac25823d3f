//! The documents that frontends and agencies start from: they work as they stand.

use serde_json::{Value, json};
use testkit::{Backend, TestApp, both};

both!(the_programme_document_gives_the_whole_annex, a_pushed_report_is_read_over_graphql);

const PROGRAMME: &str = "query($code: String!) { programme(code: $code) { code name(lang: EN) startYear endYear
  groups { code name tasks { code name leadAgencies { code name } coordinatingAgencies { code name }
    period { asWritten startYear endYear } occurrences { year status } } } } }";

const REPORTS: &str = "query($code: String!) { programme(code: $code) { task(code: \"V.2\") {
  reports(first: 10) { totalCount nodes { id agency { code } year percent narrative status } pageInfo { hasNextPage endCursor } } } } }";

fn the_programme_document_gives_the_whole_annex(backend: Backend) {
    let app = TestApp::start(backend);
    let data = app.anonymous().graphql(PROGRAMME, &json!({"code": "HP-1593-2013"}));
    let programme = &data["programme"];
    assert_eq!((&programme["startYear"], &programme["endYear"]), (&json!(2013), &json!(2020)));
    assert_eq!(programme["name"], "Action programme of the City People's Committee on external information, 2013-2020");
    let groups = programme["groups"].as_array().expect("groups");
    let sizes: Vec<(String, usize)> =
        groups.iter().map(|g| (g["code"].as_str().unwrap().to_owned(), g["tasks"].as_array().unwrap().len())).collect();
    assert_eq!(sizes, [("I", 6), ("II", 4), ("III", 4), ("IV", 2), ("V", 3)].map(|(code, n)| (code.to_owned(), n)));
    let tasks: Vec<&Value> = groups.iter().flat_map(|g| g["tasks"].as_array().unwrap()).collect();
    let codes = |task: &Value, role: &str| -> Vec<String> {
        task[role].as_array().unwrap().iter().map(|a| a["code"].as_str().unwrap().to_owned()).collect()
    };
    let named = |role: &str, wanted: &dyn Fn(&[String]) -> bool| -> Vec<&str> {
        tasks.iter().filter(|t| wanted(&codes(t, role))).map(|t| t["code"].as_str().unwrap()).collect()
    };
    assert_eq!(named("coordinatingAgencies", &<[String]>::is_empty), ["I.2", "V.2", "V.3"]);
    assert_eq!(named("leadAgencies", &|leads| leads.len() > 1), ["I.3", "V.2", "V.3"]);
    assert_eq!(named("leadAgencies", &|leads| leads.contains(&"so-tttt".to_owned())).len(), 13);
    assert_eq!(named("leadAgencies", &|leads| leads.iter().all(|lead| lead.starts_with("cac-"))), ["I.2", "I.5"]);
    let v2 = tasks.iter().find(|t| t["code"] == "V.2").unwrap();
    assert_eq!(codes(v2, "leadAgencies"), ["bao-hai-phong", "dai-ptth-hai-phong", "trung-tam-tttt"], "in the order of the decision");
    let years: usize = tasks.iter().map(|t| t["occurrences"].as_array().unwrap().len()).sum();
    assert_eq!(years, 117);
    let iv1 = tasks.iter().find(|t| t["code"] == "IV.1").unwrap();
    assert_eq!(iv1["period"], json!({"asWritten": "2013 -1015", "startYear": 2013, "endYear": 2015}));
}

fn a_pushed_report_is_read_over_graphql(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "…", "externalRef": "BHP-1"});
    let reply = press.push("key-1", &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    let report = reply.json();
    assert_eq!((&report["version"], &report["status"]), (&json!(1), &json!("SUBMITTED")));
    assert_eq!(reply.headers["location"], format!("/api/v1/reports/{}", report["id"].as_str().unwrap()));
    // Whoever reads it is told beside what was sent how its agency was called and stood, and who answers for it.
    let mut read = press.get(&reply.headers["location"]).json();
    let told = read.as_object_mut().expect("an object");
    assert_eq!(told.remove("agencyName"), Some(json!("Báo Hải Phòng")));
    assert_eq!(told.remove("agencyThen").expect("how its agency stood")["on"], "2014-12-31");
    assert_eq!(told.remove("answersNow").expect("who answers")["agency"], "bao-hai-phong");
    assert_eq!(read, report);
    let data = press.graphql(REPORTS, &json!({"code": "HP-1593-2013"}));
    let reports = &data["programme"]["task"]["reports"];
    assert_eq!(reports["totalCount"], 1);
    let node = json!({"id": report["id"], "agency": {"code": "bao-hai-phong"}, "year": 2014, "percent": 40, "narrative": "…",
                      "status": "SUBMITTED"});
    assert_eq!(reports["nodes"], json!([node]));
    assert_eq!(reports["pageInfo"]["hasNextPage"], false);
}
