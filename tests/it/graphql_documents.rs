//! Documents as the specification has them, whatever they contain: what they may say, and where their faults are.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, TestApp, both, socket::Socket};

use crate::{
    subscriptions::{number, pushed},
    webhooks::OWN,
};

both!(
    an_object_of_which_everything_failed_is_an_object,
    faults_are_located_in_the_text_that_was_sent,
    definitions_and_variables_may_be_described,
    values_are_read_as_the_specification_writes_them,
    a_subscription_may_name_its_field_several_times,
    inputs_of_one_field_are_told_as_such,
);

fn an_object_of_which_everything_failed_is_an_object(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let of = |selected: &str| {
        let query =
            format!("{{ programme(code: \"HP-1593-2013\") {{ code task(code: \"I.1\") {{ code occurrences {{ {selected} }} }} }} }}");
        client.graphql_reply(&format!("{query} fragment F on TaskOccurrence {{ timeliness(nearlyDueDays: 367) }}"), &json!({}))
    };
    // The fragment is there to be used.
    for selected in ["...F", "timeliness(nearlyDueDays: 367) ...F", "... { timeliness(nearlyDueDays: 367) } ...F"] {
        let answer = of(selected);
        let occurrences = answer["data"]["programme"]["task"]["occurrences"].as_array().unwrap_or_else(|| panic!("{selected}: {answer}"));
        assert!(!occurrences.is_empty() && occurrences.iter().all(|each| *each == json!({"timeliness": null})), "{selected}: {answer}");
        assert_eq!(answer["errors"][0]["path"][4], "timeliness", "{answer}");
    }
    let beside = of("year ...F");
    assert_eq!(beside["data"]["programme"]["task"]["occurrences"][0]["timeliness"], Value::Null, "{beside}");
    assert!(beside["data"]["programme"]["task"]["occurrences"][0]["year"].is_number(), "{beside}");
    // What another field is called is its own matter.
    let named = of("__typename: timeliness(nearlyDueDays: 367) other: timeliness(nearlyDueDays: 367) ... @include(if: false) { ...F }");
    let occurrence = &named["data"]["programme"]["task"]["occurrences"][0];
    assert_eq!(*occurrence, json!({"__typename": null, "other": null}), "{named}");
    let id = client.graphql("{ agency(code: \"so-tttt\") { id } }", &json!({}))["agency"]["id"].clone();
    let node = client.graphql("query($i: ID!) { node(id: $i) { ... on Agency { __typename: code } } }", &json!({"i": id}));
    assert_eq!(node["node"], json!({"__typename": "so-tttt"}));
}

fn faults_are_located_in_the_text_that_was_sent(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let located = |text: &str| client.graphql_reply(text, &json!({}))["errors"][0]["locations"].clone();
    // Those of variables too, whatever stands before them.
    for (text, variables, place) in [
        ("query(\"Sở tài\" $d: NaiveDate) { agency(code: \"a\", asOf: $d) { code } }", json!({"d": "x"}), (1, 16)),
        ("query($e: String = \"Sở 😀\", $d: Int!) { agencies(first: $d, after: $e) { totalCount } }", json!({}), (1, 28)),
        ("# \u{2028} \u{2028}\nquery($d: NaiveDate) { agency(code: \"a\", asOf: $d) { code } }", json!({"d": "x"}), (2, 7)),
        ("query($f: Int) { tasks(first: $f) { totalCount } }", json!({"f": "1"}), (1, 7)),
        (
            "query($a: Int, $f: Int) { tasks(first: $f) { totalCount } agencies(first: $a) { totalCount } }",
            json!({"a": 1, "f": 1.5}),
            (1, 16),
        ),
        ("query(\"Sở tài\" $c: String!) { agency(code: $c) { code } }", json!({"c": null}), (1, 16)),
        ("query($k: [SearchKind!]) { search(text: \"a\", kinds: $k) { totalCount } }", json!({"k": ["AGENCY", "x"]}), (1, 7)),
        ("query($a: Int\n $o: AgencyOrder) { agencies(first: $a, orderBy: $o) { totalCount } }", json!({"o": {"x": 1}}), (2, 2)),
    ] {
        let told = client.graphql_reply(text, &variables);
        assert_eq!(told["errors"][0]["locations"], json!([{"line": place.0, "column": place.1}]), "{text}: {told}");
    }
    for code in ["A", "\\u0041", "\\u{1F600}", "\\uD83D\\uDE00"] {
        let text = format!("\n\n\n{{\n  # comment\n  b: agency(code: \"{code}\") {{ code }}\n\n  a: tasks(first: -1) {{ totalCount }} }}");
        assert_eq!(located(&text), json!([{"line": 8, "column": 3}]), "{code}");
        assert_eq!(located(&text.replace('\n', "\r")), json!([{"line": 8, "column": 3}]), "{code}");
        assert_eq!(located(&text.replace('\n', "\r\n")), json!([{"line": 8, "column": 3}]), "{code}");
    }
    // On one line, in characters; what is refused before it is executed is located as what fails.
    for (text, wanted) in [
        ("{ b: agency(code: \"Sở \\uD83D\\uDE00\") { code } a: tasks(first: -1) { totalCount } }", "a: tasks"),
        (
            "\"Sở\" query($of: [ SearchKind ! ], $t: String = \"\\u{41}\") { b: search(text: $t, kinds: $of) { __typename } \
             a: tasks(first: -1) { totalCount } }",
            "a: tasks",
        ),
        ("{ b: agency(code: \"Sở \\uD83D\\uDE00\") { code } a: nothing }", "nothing"),
    ] {
        let column = text[..text.find(wanted).expect("a field")].chars().count() + 1;
        assert_eq!(located(text), json!([{"line": 1, "column": column}]), "{text}");
    }
}

fn definitions_and_variables_may_be_described(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    for described in [
        "\"desc\" query Q { __typename }",
        "\"\"\"d\"\"\" fragment F on Query { __typename } { ...F }",
        "# Of all.\n\"\"\"Cơ quan\n\\\"\"\" {\"\"\" query Q(\"d\" $is: Boolean! = true, \"e\" $b: Boolean = false) { \
         __typename @include(if: $is) @skip(if: $b) }",
    ] {
        assert_eq!(client.graphql(described, &json!({})), json!({"__typename": "Query"}), "{described}");
    }
    let counted = client.graphql("query Q(\"d\" $a: Int) { agencies(first: $a) { totalCount } }", &json!({"a": 1}));
    assert_eq!(counted["agencies"]["totalCount"], 33);
    for other in
        ["\"d\" { __typename }", "\"d\" \"e\" query Q { __typename }", "query \"d\" Q { __typename }", "\"\\q\" query Q { __typename }"]
    {
        assert_eq!(client.graphql_code(other), "GRAPHQL_INVALID", "{other}");
    }
}

fn values_are_read_as_the_specification_writes_them(backend: Backend) {
    let app = TestApp::start(backend);
    let none = app.anonymous().graphql("{ agencies(first: -0) { totalCount nodes { code } } }", &json!({}));
    assert_eq!(none["agencies"], json!({"totalCount": 33, "nodes": []}));
    let admin = app.person(None, Role::Admin);
    let titled = |title: &str, variable: &str, variables: Value| {
        let query = format!(
            "mutation{variable} {{ createPerson(input: {{name: \"A\", positionTitle: {title}}}) {{ person {{ positionTitle }} }} }}"
        );
        admin.graphql(&query, &variables)["createPerson"]["person"]["positionTitle"].take()
    };
    for (block, value) in [
        ("\"\"\"a\\\"\"\"b\"\"\"", "a\"\"\"b"),
        ("\"\"\"\n    Sở\\n \\\"\"\"\r\n\r      \"a\"\n    b\n  \"\"\"", "Sở\\n \"\"\"\n\n  \"a\"\nb"),
    ] {
        let sent = titled("$t", "($t: String)", json!({"t": value}));
        assert_eq!((&titled(block, "", json!({})), &sent), (&json!(value), &json!(value)), "{block}");
    }
}

fn a_subscription_may_name_its_field_several_times(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of(OWN);
    let id = pushed(&press, "a");
    number(&app);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    for (name, text) in [
        ("1", "subscription A { changes(after: 0) { seq kind } changes(after: 0) { kind subjectId } }"),
        ("2", "subscription { ...F changes(after: 0) { subjectId } } fragment F on Subscription { changes(after: 0) { seq kind } }"),
    ] {
        socket.subscribe(name, text);
        let event = json!({"changes": {"seq": 1, "kind": "REPORT_SUBMITTED", "subjectId": id}});
        let told = socket.message();
        assert_eq!((&told["id"], &told["payload"]["data"]), (&json!(name), &event), "{text}: {told}");
    }
    for several in ["subscription { a: changes { seq } b: changes { seq } }", "subscription { changes { seq } changes(after: 0) { seq } }"]
    {
        socket.subscribe("3", several);
        let refused = socket.message();
        assert_eq!(refused["type"], "error", "{refused}");
        assert_eq!(refused["payload"][0]["extensions"]["code"], "GRAPHQL_INVALID", "{refused}");
    }
    // Where nothing can be followed, all are told the same.
    let message = |text: &str| press.graphql_reply(text, &json!({}))["errors"][0]["message"].clone();
    let plain = message("subscription { changes { seq } }");
    assert!(plain.is_string());
    assert_eq!(message("subscription { ...F } fragment F on Subscription { changes { seq } }"), plain);
    assert_eq!(message("subscription { ... { changes { seq } } }"), plain);
}

fn inputs_of_one_field_are_told_as_such(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let asked = "{ one: __type(name: \"DeliverableDetailsInput\") { isOneOf } other: __type(name: \"TaskFilter\") { isOneOf }
      object: __type(name: \"Task\") { isOneOf } }";
    let told = json!({"one": {"isOneOf": true}, "other": {"isOneOf": false}, "object": {"isOneOf": null}});
    assert_eq!(client.graphql(asked, &json!({})), told);
    let standard = include_str!("introspection.graphql").replace("inputFields {", "isOneOf inputFields {");
    let schema = client.graphql(&standard, &json!({}));
    let marked = schema["__schema"]["types"].as_array().expect("types").iter().filter(|each| each["isOneOf"] == true).count();
    let published = client.get("/schema.graphql").body.matches(" @oneOf {").count();
    assert!(marked > 0 && marked == published, "{marked} and {published}");
}
