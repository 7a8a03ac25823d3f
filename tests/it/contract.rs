//! The documents that frontends and agencies start from: they work as they stand.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, only};

use crate::{obligations::start, specs::openapi};

both!(the_programme_document_gives_the_whole_annex, a_pushed_report_is_read_over_graphql);
only!(Sqlite: every_example_of_a_request_is_of_its_form, a_wrong_word_is_refused_where_it_stands);

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

/// Nothing has this identifier.
const NOTHING: &str = "0199b2a0-0000-7000-8000-000000000001";
/// What a body can be refused for whatever is stored.
const OF_THE_FORM: [&str; 6] = ["FIELD_REQUIRED", "TYPE_MISMATCH", "PATTERN_MISMATCH", "NOT_ONE_OF", "LENGTH_OUT_OF_RANGE", "OUT_OF_RANGE"];
/// Here the body holds a whole programme, which is as that programme is then.
const AS_STORED: [&str; 1] = ["/api/v1/admin/programmes/{code}/amendments"];
/// A word that no list has.
const NO_WORD: &str = "không có";

/// A request with a body, as it is described.
struct Described<'d> {
    method: String,
    path: &'d str,
    media: &'d str,
    schema: &'d Value,
    example: &'d Value,
    headers: Vec<&'d str>,
}

fn described(document: &Value) -> Vec<Described<'_>> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let headers = operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "header");
            let headers: Vec<&str> = headers.filter_map(|one| one["name"].as_str()).collect();
            for (media, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                let named = content["examples"]["whole"]["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
                let example = named.map_or(&content["example"], |named| &named["value"]);
                // Of files nothing is shown.
                if !example.is_null() {
                    let (method, headers) = (method.to_uppercase(), headers.clone());
                    all.push(Described { method, path, media, schema: &content["schema"], example, headers });
                }
            }
        }
    }
    all
}

impl Described<'_> {
    /// Sends a body like that of the example; each has a number of its own.
    fn send(&self, client: &Client, number: usize, body: &Value) -> Reply {
        let key = format!("contract-{number}");
        let mut headers = vec![("content-type", self.media)];
        headers.extend(self.headers.iter().filter_map(|name| match *name {
            "Idempotency-Key" => Some(("idempotency-key", key.as_str())),
            "If-Match" => Some(("if-match", "\"99\"")),
            _ => None,
        }));
        let fields = |body: &Value| -> Vec<String> {
            let fields = body.as_object().expect("fields").iter();
            fields.map(|(name, value)| format!("{name}={}", value.as_str().expect("a text"))).collect()
        };
        let text = match self.media {
            "application/json" => body.to_string(),
            "application/x-www-form-urlencoded" => fields(body).join("&"),
            _ => body.as_str().expect("a text").to_owned(),
        };
        client.send(&self.method, &concrete(self.path), &headers, text.as_bytes())
    }
}

/// A path of what decision 1593 names, and of nothing where identifiers stand.
fn concrete(path: &str) -> String {
    let named = [
        ("/agencies/{code}", "/agencies/bao-hai-phong"),
        ("/committees/{code}", "/committees/bcd-ttdn"),
        ("{code}", "HP-1593-2013"),
        ("{agency}", "bao-hai-phong"),
        ("{externalRef}", "BHP-1"),
        ("{lang}", "en"),
        ("{on}", "2014-12-31"),
        ("{target}", "T1"),
    ];
    let path = named.into_iter().fold(path.to_owned(), |path, (place, name)| path.replace(place, name));
    path.split('/').map(|part| if part.starts_with('{') { NOTHING } else { part }).collect::<Vec<_>>().join("/")
}

/// Somebody who has every role.
fn with_every_role(app: &TestApp) -> Client {
    app.anonymous().sign_in_person(&app.user(Some("bao-hai-phong"), Role::ALL))
}

/// Pointers and codes of what is wrong with a body or with rows of it.
fn told(reply: &Reply) -> Vec<(String, String)> {
    let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let faults = ["errors", "faults"].into_iter().flat_map(|list| body[list].as_array().into_iter().flatten());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    faults.map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect()
}

fn every_example_of_a_request_is_of_its_form(backend: Backend) {
    let (app, document) = (start(backend), openapi());
    let (anonymous, client) = (app.anonymous(), with_every_role(&app));
    let (requests, mut wrong) = (described(&document), Vec::new());
    assert!(requests.len() > 80, "{}", requests.len());
    for (i, request) in requests.iter().enumerate() {
        let is_sign_in = request.path.starts_with("/api/v1/auth/");
        let reply = request.send(if is_sign_in { &anonymous } else { &client }, i, request.example);
        let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        // Credentials that are made up are not right.
        let is_read = if is_sign_in { body["error"].is_null() || body["error"] == "invalid_client" } else { reply.status != 400 };
        let is_formal = told(&reply).iter().any(|(_, code)| OF_THE_FORM.contains(&code.as_str())) && !AS_STORED.contains(&request.path);
        if !is_read || is_formal || reply.status >= 500 || body["code"] == "FORBIDDEN" {
            wrong.push(format!("{} {} {}: {}", request.method, request.path, request.media, reply.body));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The form that a schema names, or has beside null.
fn form<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let named = schema["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
    let other = schema["oneOf"].as_array().and_then(|all| all.iter().find(|one| one["type"] != "null"));
    named.or(other).map_or(schema, |inner| form(document, inner))
}

fn takes_text(form: &Value) -> bool {
    form["type"] == "string" || form["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "string"))
}

/// Where texts stand in a body: pointers, and whether it is a place in a list of words of which there are few. Lists that the example
/// leaves out are among them.
fn texts(document: &Value, schema: &Value, example: &Value, at: &str, found: &mut Vec<(String, bool)>) {
    let schema = form(document, schema);
    if let Some(first) = example.get(0) {
        return texts(document, &schema["items"], first, &format!("{at}/0"), found);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let (field, at) = (form(document, field), format!("{at}/{name}"));
        let items = form(document, &field["items"]);
        if takes_text(items) {
            found.push((format!("{at}/0"), items["enum"].is_array()));
        } else if let Some(shown) = example.get(name) {
            if takes_text(field) {
                found.push((at, false));
            } else {
                texts(document, field, shown, &at, found);
            }
        }
    }
}

/// A body with another word at a place.
fn with_word(example: &Value, pointer: &str) -> Value {
    let mut body = example.clone();
    let list = pointer.strip_suffix("/0");
    let (above, name) = list.unwrap_or(pointer).rsplit_once('/').expect("a place");
    body.pointer_mut(above).expect("an object")[name] = if list.is_some() { json!([NO_WORD]) } else { json!(NO_WORD) };
    body
}

fn a_wrong_word_is_refused_where_it_stands(backend: Backend) {
    let (app, document) = (start(backend), openapi());
    let client = with_every_role(&app);
    let (mut tried, mut few, mut wrong) = (0, 0, Vec::new());
    for request in described(&document).iter().filter(|request| request.media == "application/json") {
        let mut places = Vec::new();
        texts(&document, request.schema, request.example, "", &mut places);
        for (pointer, is_of_few) in places {
            tried += 1;
            few += usize::from(is_of_few);
            let reply = request.send(&client, tried, &with_word(request.example, &pointer));
            let faults = told(&reply);
            // A form that lets through what its type does not take says that the whole body is wrong.
            let is_vague = faults.contains(&(String::new(), "TYPE_MISMATCH".to_owned()));
            if is_vague || (is_of_few && !faults.contains(&(pointer.clone(), "NOT_ONE_OF".to_owned()))) {
                wrong.push(format!("{} {} {pointer}: {}", request.method, request.path, reply.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 300 && few >= 10, "{tried} places, {few} in lists of few words");
}
