//! Reading over GraphQL: what the decision says, in five languages, by any path.

use std::fmt::Write;

use serde_json::{Value, json};
use testkit::{Backend, TestApp, both};

both!(
    answers_have_the_shape_of_their_documents,
    names_fall_back_to_vietnamese_and_say_so,
    everything_has_an_identifier_that_finds_it,
    filters_find_what_they_say,
    facts_cite_their_document,
    known_issues_stand_by_their_tasks,
    the_body_of_the_decision_is_there,
    collectives_show_their_rolls,
    hostile_documents_are_refused,
    errors_have_codes,
);

fn names_fall_back_to_vietnamese_and_say_so(backend: Backend) {
    let app = TestApp::start(backend);
    let query =
        "{ agency(code: \"so-ngoai-vu\") { name en: name(lang: EN) ja: nameText(lang: JA) { text lang } t: nameText(lang: EN) { lang } }
      programme(code: \"HP-1593-2013\") { task(code: \"V.2\") { name(lang: EN) fr: nameText(lang: FR) { text lang } } } }";
    let data = app.anonymous().graphql(query, &json!({}));
    assert_eq!(data["agency"]["name"], "Sở Ngoại vụ");
    assert_eq!(data["agency"]["en"], "Department of Foreign Affairs");
    assert_eq!(data["agency"]["ja"], json!({"text": "Sở Ngoại vụ", "lang": "VI"}));
    assert_eq!(data["agency"]["t"]["lang"], "EN");
    let task = &data["programme"]["task"];
    assert_eq!(task["name"], "Build foreign-language editions serving external information");
    assert_eq!(task["fr"]["lang"], "VI");
}

fn everything_has_an_identifier_that_finds_it(backend: Backend) {
    let app = TestApp::start(backend);
    let query = "{ agency(code: \"so-tttt\") { id } documents { nodes { id } } programme(code: \"HP-1593-2013\") { id
      objectives { id } targets { id } groups { id tasks { id } } } }";
    let client = app.anonymous();
    let data = client.graphql(query, &json!({}));
    let programme = &data["programme"];
    let wanted = [
        ("Agency", &data["agency"]["id"]),
        ("Document", &data["documents"]["nodes"][0]["id"]),
        ("Programme", &programme["id"]),
        ("Objective", &programme["objectives"][3]["id"]),
        ("Target", &programme["targets"][8]["id"]),
        ("TaskGroup", &programme["groups"][4]["id"]),
        ("Task", &programme["groups"][4]["tasks"][2]["id"]),
    ];
    for (kind, id) in wanted {
        let found = client.graphql("query($id: ID!) { node(id: $id) { __typename id } }", &json!({"id": id}));
        assert_eq!(found["node"], json!({"__typename": kind, "id": id}));
    }
    for nowhere in ["", "x", "0199b2a0-0000-7000-8000-000000000001", "' OR 1=1 --", "\u{0}"] {
        let found = client.graphql("query($id: ID!) { node(id: $id) { id } }", &json!({"id": nowhere}));
        assert_eq!(found["node"], Value::Null, "{nowhere}");
    }
}

fn filters_find_what_they_say(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let tasks = |filter: &str| -> Vec<String> {
        let data = client.graphql(&format!("{{ tasks(first: 100, filter: {{{filter}}}) {{ totalCount nodes {{ code }} }} }}"), &json!({}));
        let nodes = data["tasks"]["nodes"].as_array().unwrap();
        assert_eq!(data["tasks"]["totalCount"], nodes.len());
        nodes.iter().map(|node| node["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(tasks("").len(), 19);
    assert_eq!(tasks("leadAgency: \"so-tttt\"").len(), 13);
    assert_eq!(tasks("agency: \"so-tttt\", role: COORDINATING"), ["I.5", "III.1", "III.4"]);
    assert_eq!(tasks("agency: \"bao-hai-phong\""), ["V.2"]);
    assert_eq!(tasks("agency: \"bao-hai-phong\", throughCollectives: true, year: 2014"), ["I.4", "I.5", "V.2"]);
    assert_eq!(tasks("programme: \"HP-1593-2013\", group: \"III\", year: 2013"), ["III.2", "III.3", "III.4"]);
    assert_eq!(tasks("year: 2020").len(), 13);
    assert_eq!(tasks("year: 2021"), Vec::<String>::new());
    assert_eq!(tasks("text: \"PHIEN BAN\""), ["V.2"]);
    assert_eq!(tasks("text: \"biển, đảo\""), ["I.4"]);
    assert_eq!(tasks("text: \"%\""), Vec::<String>::new(), "a wildcard finds only itself");
    assert_eq!(tasks("leadAgency: \"so-tttt\", agency: \"bao-hai-phong\", throughCollectives: true"), ["I.4"], "both hold");
    assert_eq!(tasks("leadAgency: \"so-tttt\", role: COORDINATING").len(), 12, "led by it and coordinated by somebody");
    assert_eq!(tasks("agency: \"nobody\""), Vec::<String>::new());
    assert_eq!(client.graphql_code("{ tasks(filter: {group: \"I\"}) { totalCount } }"), "QUERY_INVALID");
    let agencies = |filter: &str| {
        client.graphql(&format!("{{ agencies(filter: {{{filter}}}) {{ totalCount }} }}"), &json!({}))["agencies"]["totalCount"].clone()
    };
    assert_eq!(agencies(""), 33);
    assert_eq!(agencies("collective: true"), 12);
    assert_eq!(agencies("text: \"hai phong\""), 4, "by alias too: “Hài Phòng”");
    assert_eq!(agencies("kind: PRESS"), 2);
    assert_eq!(agencies("parent: \"bo-tttt\""), 1);
}

fn facts_cite_their_document(backend: Backend) {
    let app = TestApp::start(backend);
    let query = "{ programme(code: \"HP-1593-2013\") { decision { number issuedOn effectiveOn signer issuer { code } recipientsAsWritten
      relations { kind document { number kind status issuedOn } } } parentDocument { number }
      task(code: \"IV.1\") { citations { section quote document { number } } assignments { role validFrom basis { number } } } } }";
    let data = app.anonymous().graphql(query, &json!({}));
    let decision = &data["programme"]["decision"];
    assert_eq!((&decision["number"], &decision["issuedOn"]), (&json!("1593/QĐ-UBND"), &json!("2013-08-20")));
    assert_eq!((&decision["signer"], &decision["issuer"]["code"]), (&json!("Dương Anh Điền"), &json!("ubnd-tp-hai-phong")));
    assert_eq!(decision["recipientsAsWritten"].as_array().unwrap().len(), 8);
    assert_eq!(decision["relations"].as_array().unwrap().len(), 7);
    let planned: Vec<&Value> = decision["relations"].as_array().unwrap().iter().filter(|r| r["document"]["status"] == "PLANNED").collect();
    assert_eq!(planned.len(), 1, "the directive that 3.2 calls for");
    assert_eq!(data["programme"]["parentDocument"]["number"], "368/QĐ-TTg");
    let task = &data["programme"]["task"];
    assert_eq!(task["citations"][0]["section"], "Danh mục, IV.1");
    assert_eq!(task["citations"][0]["document"]["number"], "1593/QĐ-UBND");
    assert_eq!(task["assignments"][0], json!({"role": "LEAD", "validFrom": "2013-08-20", "basis": {"number": "1593/QĐ-UBND"}}));
}

fn known_issues_stand_by_their_tasks(backend: Backend) {
    let app = TestApp::start(backend);
    let query = "{ programme(code: \"HP-1593-2013\") { knownIssues { location }
      a: task(code: \"IV.1\") { knownIssues { asWritten readAs } } b: task(code: \"I.5\") { knownIssues { location } }
      c: task(code: \"I.1\") { knownIssues { location } } } }";
    let programme = app.anonymous().graphql(query, &json!({}))["programme"].take();
    assert_eq!(programme["knownIssues"].as_array().unwrap().len(), 12);
    assert_eq!(programme["a"]["knownIssues"], json!([{"asWritten": "2013 -1015", "readAs": "2013-2015"}]));
    assert_eq!(programme["b"]["knownIssues"], json!([{"location": "I.2, I.5"}]));
    assert_eq!(programme["c"]["knownIssues"], json!([]));
}

fn the_body_of_the_decision_is_there(backend: Backend) {
    let app = TestApp::start(backend);
    let query = "{ programme(code: \"HP-1593-2013\") { objectives { code kind group { code } }
      targets { code comparator valueMin valueMax dueYear requiredItems agencies { code } indicatorText(lang: EN) { text } objective { code } task { code } }
      measures { code tasks { certainty task { code } } targets { code } }
      responsibilities { code agency { code } withAgencies { code } directedAt { code } produces }
      channels { code operator { code } } fundingSources { code name(lang: EN) nameText(lang: EN) { lang } }
      funding { section quotes allocationLead { code } settlementLead { code } settlementWith { code } }
      steeringCommittee { code } standingAgency { code } reportsTo { code } } }";
    let programme = app.anonymous().graphql(query, &json!({}))["programme"].take();
    let count = |field: &str| programme[field].as_array().unwrap().len();
    assert_eq!(["objectives", "targets", "measures", "responsibilities", "channels", "fundingSources"].map(count), [7, 9, 25, 13, 3, 3]);
    let t8 = &programme["targets"][7];
    assert_eq!((&t8["comparator"], &t8["valueMin"], &t8["valueMax"]), (&json!("RANGE"), &json!(1), &json!(3)));
    assert_eq!(programme["targets"][5]["valueMin"], Value::Null, "a qualitative target has no figure");
    assert_eq!(programme["targets"][3]["requiredItems"], json!(["en", "fr", "zh", "ja"]));
    let seven = &programme["targets"][6];
    assert_eq!((seven["agencies"].as_array().unwrap().len(), &seven["task"]["code"]), (4, &json!("V.3")));
    assert_eq!(programme["measures"][0]["tasks"][0], json!({"certainty": "INFERRED", "task": {"code": "I.3"}}));
    assert_eq!(programme["funding"]["settlementWith"], json!([{"code": "kho-bac-nha-nuoc"}]));
    assert_eq!(programme["standingAgency"]["code"], "so-tttt");
    let urge = programme["responsibilities"].as_array().unwrap().iter().find(|r| r["code"] == "D2.2.e").unwrap();
    assert_eq!(urge["directedAt"].as_array().unwrap().len(), 3);
}

fn collectives_show_their_rolls(backend: Backend) {
    let app = TestApp::start(backend);
    let query = "{ agency(code: \"cac-so-ban-nganh-ubnd-quan-huyen-lien-quan\") { isCollective kind collective { rule complete } aliases
      members { validFrom agency { code isCollective } basis { number } } } plain: agency(code: \"so-tttt\") { collective { rule } members { validFrom } } }";
    let data = app.anonymous().graphql(query, &json!({}));
    let collective = &data["agency"];
    assert_eq!((&collective["kind"], &collective["collective"]), (&json!("COLLECTIVE"), &json!({"rule": "OPEN", "complete": false})));
    let members = collective["members"].as_array().unwrap();
    assert_eq!(members.iter().filter(|m| m["agency"]["isCollective"] == true).count(), 2);
    assert_eq!(members.iter().filter(|m| m["agency"]["isCollective"] == false).count(), 9);
    assert_eq!(members[0]["basis"]["number"], "1593/QĐ-UBND");
    assert_eq!(data["plain"], json!({"collective": null, "members": []}));
}

fn hostile_documents_are_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let mut doubling = String::from("{ ...F0 }");
    for i in 0..32 {
        let next = i + 1;
        let _ = write!(doubling, " fragment F{i} on Query {{ ...F{next} ...F{next} }}");
    }
    doubling.push_str(" fragment F32 on Query { __typename }");
    assert_eq!(client.graphql_code(&doubling), "GRAPHQL_TOO_LARGE");
    let deep = format!("{{ agency(code: \"cuc-ttdn\") {}", "{ parent ".repeat(30) + "{ code }" + &" }".repeat(31));
    assert_eq!(client.graphql_code(&deep), "GRAPHQL_TOO_LARGE");
    let wide = (0..2_001).fold(String::new(), |mut wide, i| {
        let _ = write!(wide, " a{i}: __typename");
        wide
    });
    assert_eq!(client.graphql_code(&format!("{{ {wide} }}")), "GRAPHQL_TOO_LARGE");
    assert_eq!(client.graphql_code("{ ...A } fragment A on Query { ...A }"), "GRAPHQL_INVALID");
    let long = json!({"query": format!("{{ __typename }} #{}", "x".repeat(200_000))}).to_string();
    let reply = client.send("POST", "/graphql", &[("content-type", "application/json")], long.as_bytes());
    assert_eq!((reply.status, reply.code().as_str()), (413, "BODY_TOO_LARGE"));
    let cycle = "{ programme(code: \"HP-1593-2013\") ".to_owned()
        + &"{ groups { tasks { programme ".repeat(5)
        + "{ code }"
        + &" } } }".repeat(5)
        + "}";
    // Values nest as well, and the parser goes down the stack with them.
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for deep in [
        format!("{{ tasks(filter: {{text: {}}}) {{ totalCount }} }}", nested(20_000)),
        format!("query($a: Int = {}) {{ __typename }}", nested(20_000)),
        format!("query($a: {}) {{ __typename }}", nested(20_000)),
        format!("{{ tasks(filter: {}", "{a: ".repeat(20_000)),
        format!("{{ __typename @include(if: {}) }}", nested(20_000)),
    ] {
        assert_eq!(client.graphql_code(&deep), "GRAPHQL_TOO_LARGE");
    }
    let deep = format!("/graphql?query=%7Btasks(filter:{})%7BtotalCount%7D%7D", "%5B".repeat(2_500));
    let told = client.get(&deep);
    assert!(told.body.contains("GRAPHQL_TOO_LARGE"), "{} {}", told.status, told.body);
    assert_eq!(client.graphql_code(&cycle), "GRAPHQL_TOO_LARGE");
    let cycle = "{ programme(code: \"HP-1593-2013\") { groups { tasks { programme { groups { tasks { programme { groups { tasks { code } } } } } } } } } }";
    assert_eq!(client.graphql_code(cycle), "GRAPHQL_TOO_LARGE");
    // What is read beside what the schema tells of itself.
    let beside = client.graphql("{ __type(name: \"Task\") { name } tasks(first: 1) { totalCount nodes { code } } }", &json!({}));
    assert_eq!((&beside["__type"]["name"], beside["tasks"]["nodes"].as_array().map(Vec::len)), (&json!("Task"), Some(1)));
    let standard = include_str!("introspection.graphql");
    assert!(client.graphql(standard, &json!({}))["__schema"]["types"].as_array().unwrap().len() > 40);
}

fn errors_have_codes(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    for invalid in ["{", "{ nothing }", "mutation { x }", "{ tasks(first: \"x\") { totalCount } }"] {
        assert_eq!(client.graphql_code(invalid), "GRAPHQL_INVALID", "{invalid}");
    }
    for page in ["first: 201", "first: -1", "last: -1", "first: 1, last: 1", "last: 2147483647"] {
        assert_eq!(client.graphql_code(&format!("{{ tasks({page}) {{ totalCount }} }}")), "PAGE_INVALID", "{page}");
    }
    for cursor in ["", "x", "AAAA", "☃"] {
        assert_eq!(client.graphql_code(&format!("{{ tasks(after: \"{cursor}\") {{ totalCount }} }}")), "CURSOR_INVALID", "{cursor}");
    }
    let reply = client.send("POST", "/graphql", &[("content-type", "application/json")], b"{");
    assert_eq!((reply.status, reply.code().as_str()), (400, "BODY_UNREADABLE"));
    let reply = client.send("POST", "/graphql", &[("content-type", "text/plain")], b"{\"query\":\"{__typename}\"}");
    assert_eq!((reply.status, reply.code().as_str()), (415, "MEDIA_TYPE_UNSUPPORTED"));
    let coded = [("content-type", "application/json;charset=\"utf-8\""), ("content-encoding", "gzip")];
    let reply = client.send("POST", "/graphql", &coded, b"{\"query\":\"{__typename}\"}");
    assert_eq!((reply.status, reply.code().as_str()), (415, "CONTENT_ENCODING_UNSUPPORTED"));
    assert_eq!(reply.headers["accept-encoding"], "identity");
    assert_eq!(client.send("POST", "/graphql", &coded[..1], b"{\"query\":\"{__typename}\"}").status, 200);
    assert_eq!(client.get("/graphql?query=%7B__typename%7D").json()["data"], json!({"__typename": "Query"}));
    assert_eq!(client.get("/graphql?query=%7B__typename%7D&variables=x").code(), "QUERY_INVALID");
}

fn answers_have_the_shape_of_their_documents(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let text = |query: &str| {
        let body = json!({ "query": query }).to_string();
        client.send("POST", "/graphql", &[("content-type", "application/json")], body.as_bytes()).body
    };
    // Fields in the order of the document, merged and aliased, through fragments.
    let ordered = "{ tasks(first: 1) { pageInfo { hasNextPage } totalCount b: totalCount edges { cursor } pageInfo { hasPreviousPage } ...F } } \
                   fragment F on TaskConnection { nodes { code } }";
    let answer = text(ordered);
    let places: Vec<usize> = ["pageInfo", "hasNextPage", "hasPreviousPage", "totalCount", "\"b\"", "edges", "nodes"]
        .map(|name| answer.find(name).expect("every field"))
        .into();
    assert!(places.is_sorted(), "{answer}");
    // What is left out of an object leaves an object.
    let none = "{ programme(code: \"HP-1593-2013\") { code @skip(if: true) groups { code @include(if: false) } } }";
    assert_eq!(client.graphql(none, &json!({})), json!({"programme": {"groups": [{}, {}, {}, {}, {}]}}));
    let none = "query($no: Boolean = false) { programme(code: \"HP-1593-2013\") { code @include(if: $no) } agencies @include(if: $no) { totalCount } }";
    assert_eq!(client.graphql(none, &json!({})), json!({"programme": {}}));
    assert_eq!(client.graphql("{ __typename @skip(if: true) }", &json!({})), json!({}));
    // A failed field is null, or its nearest parent that may be.
    let failed = client.graphql_reply("{ agencies(first: 300) { totalCount } programme(code: \"HP-1593-2013\") { code } }", &json!({}));
    assert_eq!((&failed["data"], &failed["errors"][0]["path"]), (&Value::Null, &json!(["agencies"])));
    let query = "{ programme(code: \"HP-1593-2013\") { code groups { tasks { code reports(first: -1) { totalCount } } } } me { login } }";
    let failed = client.graphql_reply(query, &json!({}));
    assert_eq!(failed["data"], json!({"programme": null, "me": null}));
    assert_eq!(failed["errors"][0]["extensions"]["code"], "PAGE_INVALID");
    // Abstract types: fragments of the right type, and no name that nobody asked for.
    let id = client.graphql("{ agency(code: \"so-tttt\") { id } }", &json!({}))["agency"]["id"].clone();
    let node = "query($id: ID!) { node(id: $id) { ... on Agency { code } ... on Task { title: code } ...N } } fragment N on Node { id }";
    assert_eq!(client.graphql(node, &json!({ "id": id })), json!({"node": {"code": "so-tttt", "id": id}}));
    assert_eq!(
        client.graphql("query($id: ID!) { node(id: $id) { __typename } }", &json!({ "id": id })),
        json!({"node": {"__typename": "Agency"}})
    );
    assert_eq!(client.graphql("query($id: ID!) { node(id: $id) { ... on Task { code } } }", &json!({ "id": id })), json!({"node": {}}));
}
