//! Pushing reports: once each, with every fault told.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, TestApp, both};

both!(
    a_report_says_something,
    a_retry_gives_the_first_answer_again,
    a_key_is_for_one_body_and_one_agency,
    racing_retries_leave_one_report,
    every_fault_of_a_body_is_listed,
    a_report_must_fit_its_task,
    members_of_a_collective_may_report,
    only_the_agency_itself_pushes,
    references_are_unique_within_an_agency,
    a_refused_report_leaves_its_key_unused,
    odd_bodies_and_headers_are_refused,
    a_key_is_a_string_of_its_header,
    a_media_type_is_read_as_it_is_written,
    text_is_stored_as_it_came,
);

fn report(task: &str, year: i32) -> Value {
    json!({"programme": "HP-1593-2013", "task": task, "year": year, "percent": 40, "narrative": "Đã làm."})
}

fn total(client: &testkit::Client) -> i64 {
    client.graphql("{ reports { totalCount } }", &json!({}))["reports"]["totalCount"].as_i64().expect("a total")
}

fn a_retry_gives_the_first_answer_again(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let first = press.push("k", &report("V.2", 2014));
    assert_eq!((first.status, first.headers.get("idempotency-replayed")), (201, None));
    let again = press.push("k", &report("V.2", 2014));
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(total(&press), 1);
    app.clock.advance(chrono::TimeDelta::minutes(10));
    assert_eq!(press.push("\"k\"", &report("V.2", 2014)).body, first.body, "a structured-field string is the same key");
    // A key is kept three days. The token has died by then.
    app.clock.advance(chrono::TimeDelta::hours(73));
    let press = app.system_of("bao-hai-phong");
    let late = press.push("k", &report("V.2", 2014));
    assert_eq!((late.status, late.headers.get("idempotency-replayed")), (201, None));
    assert_ne!(late.body, first.body);
}

fn a_key_is_for_one_body_and_one_agency(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"));
    assert_eq!(press.push("k", &report("V.2", 2014)).status, 201);
    let other = press.push("k", &report("V.2", 2015));
    assert_eq!((other.status, other.code().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(radio.push("k", &report("V.2", 2014)).status, 201, "another agency's equal key is another key");
    assert_eq!(total(&app.person(None, Role::Auditor)), 2);
}

fn racing_retries_leave_one_report(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let replies: Vec<testkit::Reply> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| press.push("k", &report("V.2", 2014)))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    let stored: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert!(!stored.is_empty());
    assert!(stored.iter().all(|reply| reply.body == stored[0].body));
    assert_eq!(stored.iter().filter(|reply| !reply.headers.contains_key("idempotency-replayed")).count(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!((reply.status, reply.code().as_str()), (409, "IDEMPOTENCY_IN_PROGRESS"));
    }
    assert_eq!(total(&press), 1);
}

fn every_fault_of_a_body_is_listed(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let body = json!({"programme": "HP-1593-2013", "year": "2014", "percent": 101, "narrative": "", "status": "ACCEPTED",
                      "produced": [{"description": "Một ấn phẩm", "quantity": -1, "author": "x"}]});
    let reply = press.push("k", &body);
    assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"));
    let wanted = [
        ("/narrative", "LENGTH_OUT_OF_RANGE"),
        ("/percent", "OUT_OF_RANGE"),
        ("/produced/0/author", "FIELD_UNKNOWN"),
        ("/produced/0/quantity", "OUT_OF_RANGE"),
        ("/status", "FIELD_UNKNOWN"),
        ("/task", "FIELD_REQUIRED"),
        ("/year", "TYPE_MISMATCH"),
    ];
    assert_eq!(reply.faults(), wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let message = &reply.json()["errors"][1]["message"];
    assert_eq!(message, &json!({"vi": "Giá trị lớn nhất là 100.", "en": "The largest value is 100."}));
    assert_eq!(total(&press), 0);
}

fn a_report_must_fit_its_task(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let refused = |body: &Value| {
        let reply = press.push("k", body);
        assert_eq!((reply.status, reply.code().as_str()), (422, "REPORT_REFUSED"), "{}", reply.body);
        reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>()
    };
    assert_eq!(refused(&report("V.9", 2014)), ["/task TASK_UNKNOWN"]);
    assert_eq!(refused(&report("V.2", 2016)), ["/year YEAR_NOT_SCHEDULED"]);
    assert_eq!(refused(&report("III.4", 2013)), ["/task AGENCY_NOT_ASSIGNED"]);
    assert_eq!(refused(&report("III.4", 2014)), ["/year YEAR_NOT_SCHEDULED", "/task AGENCY_NOT_ASSIGNED"]);
    let mut elsewhere = report("V.2", 2014);
    elsewhere["programme"] = json!("HP-0");
    assert_eq!(refused(&elsewhere), ["/programme PROGRAMME_UNKNOWN"]);
}

fn members_of_a_collective_may_report(backend: Backend) {
    let app = TestApp::start(backend);
    // I.5 is led by "Các cơ quan báo chí Hải Phòng" only; the paper is on that roll, the finance department is not.
    assert_eq!(app.system_of("bao-hai-phong").push("k", &report("I.5", 2014)).status, 201);
    // II.1 is coordinated by a collective that holds the departments through another one.
    assert_eq!(app.system_of("so-tai-chinh").push("k", &report("II.1", 2014)).status, 201);
    assert_eq!(app.system_of("so-tai-chinh").push("l", &report("I.5", 2014)).code(), "REPORT_REFUSED");
}

fn only_the_agency_itself_pushes(backend: Backend) {
    let app = TestApp::start(backend);
    assert_eq!(app.anonymous().push("k", &report("V.2", 2014)).code(), "UNAUTHENTICATED");
    let mut foreign = report("V.2", 2014);
    foreign["agency"] = json!("dai-ptth-hai-phong");
    let reply = app.system_of("bao-hai-phong").push("k", &foreign);
    assert_eq!((reply.status, reply.code().as_str()), (403, "AGENCY_NOT_YOURS"));
    for role in Role::ALL {
        let status = app.person(Some("bao-hai-phong"), *role).push("k", &report("V.2", 2014)).status;
        let allowed = matches!(role, Role::AgencySystem | Role::AgencyApprover);
        assert_eq!(status, if allowed { 201 } else { 403 }, "{role}");
    }
    let homeless = app.person(None, Role::Standing).push("k", &report("V.2", 2014));
    assert_eq!((homeless.status, homeless.code().as_str()), (403, "FORBIDDEN"));
}

fn references_are_unique_within_an_agency(backend: Backend) {
    let app = TestApp::start(backend);
    let with_ref = |year| {
        let mut body = report("V.2", year);
        body["externalRef"] = json!("R-1");
        body
    };
    let (press, radio) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"));
    assert_eq!(press.push("a", &with_ref(2013)).status, 201);
    let taken = press.push("b", &with_ref(2014));
    assert_eq!((taken.status, taken.code().as_str()), (409, "EXTERNAL_REF_TAKEN"));
    assert_eq!(radio.push("a", &with_ref(2013)).status, 201);
    // What a path takes for a step of it names nothing.
    for (step, reference) in [".", "..", "...", ".a"].into_iter().enumerate() {
        let mut body = report("V.2", 2015);
        body["externalRef"] = json!(reference);
        let fault = vec![("/externalRef".to_owned(), "PATTERN_MISMATCH".to_owned())];
        let wanted = if step < 2 { (422, fault) } else { (201, Vec::new()) };
        let reply = radio.push(&format!("r{step}"), &body);
        assert_eq!((reply.status, if reply.status == 201 { Vec::new() } else { reply.faults() }), wanted, "{reference}: {}", reply.body);
    }
    assert_eq!(press.push("c", &report("V.2", 2013)).status, 201, "without a reference there is nothing to take");
    assert_eq!(total(&press), 2);
}

fn a_refused_report_leaves_its_key_unused(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    assert_eq!(press.push("k", &report("V.2", 2019)).status, 422);
    let mended = press.push("k", &report("V.2", 2015));
    assert_eq!((mended.status, mended.headers.get("idempotency-replayed")), (201, None));
}

fn odd_bodies_and_headers_are_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let send = |headers: &[(&str, &str)], body: &[u8]| {
        let reply = press.send("POST", "/api/v1/reports", headers, body);
        (reply.status, reply.code())
    };
    let (json, key) = (("content-type", "application/json"), ("idempotency-key", "k"));
    let body = report("V.2", 2014).to_string();
    assert_eq!(send(&[json], body.as_bytes()), (400, "IDEMPOTENCY_KEY_MISSING".into()));
    for bad in
        ["", " ", "a b", "\"\"", "\"q", "\"", "\"a\"b\"", "\"a\\x\"", "\"a\" b", "\"a\", \"b\"", "\"a\tb\"", "\"k\";", &"x".repeat(256)]
    {
        assert_eq!(send(&[json, ("idempotency-key", bad)], body.as_bytes()), (400, "IDEMPOTENCY_KEY_INVALID".into()), "{bad:?}");
    }
    assert_eq!(send(&[key], body.as_bytes()), (415, "MEDIA_TYPE_UNSUPPORTED".into()));
    for media in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
        assert_eq!(send(&[("content-type", media), key], body.as_bytes()), (415, "MEDIA_TYPE_UNSUPPORTED".into()), "{media}");
    }
    for coding in ["gzip", "br", "identity, gzip", "x"] {
        let reply = press.send("POST", "/api/v1/reports", &[json, key, ("content-encoding", coding)], body.as_bytes());
        assert_eq!((reply.status, reply.code().as_str()), (415, "CONTENT_ENCODING_UNSUPPORTED"), "{coding}");
        assert_eq!(reply.headers["accept-encoding"], "identity");
    }
    for broken in [&b"{"[..], b"", b"\xff\xfe", b"[1,", b"{\"a\":1}{"] {
        assert_eq!(send(&[json, key], broken), (400, "BODY_UNREADABLE".into()));
    }
    let twice = body.replacen('{', "{\"year\":2015,", 1);
    assert_eq!(send(&[json, key], twice.as_bytes()), (400, "BODY_UNREADABLE".into()), "a name that is repeated");
    for odd in ["null", "[]", "7", "\"x\""] {
        assert_eq!(send(&[json, key], odd.as_bytes()), (422, "BODY_INVALID".into()), "{odd}");
    }
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(send(&[json, key], deep.as_bytes()), (400, "BODY_UNREADABLE".into()));
    let huge = format!("{{\"narrative\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    assert_eq!(send(&[json, key], huge.as_bytes()), (413, "BODY_TOO_LARGE".into()));
    assert_eq!(total(&press), 0);
    let whole = body.replace("2014", "2014.0").replace("40", "4e1");
    let stored = press.send("POST", "/api/v1/reports", &[json, key], whole.as_bytes());
    assert_eq!((stored.status, &stored.json()["percent"]), (201, &Value::from(40)), "{}", stored.body);
}

fn a_key_is_a_string_of_its_header(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let first = press.push("\"a b\"", &report("V.2", 2014));
    assert_eq!(first.status, 201, "{}", first.body);
    for same in ["\"a b\";x=1", "\"a b\";x;y=\"z\""] {
        assert_eq!(press.push(same, &report("V.2", 2014)).body, first.body, "{same}");
    }
    let escaped = press.push(r#""q\"\\""#, &report("V.2", 2014));
    assert_eq!(press.push(r#"q"\"#, &report("V.2", 2014)).body, escaped.body, "the key is what the string says");
    assert_eq!(press.push("k;x=1", &report("V.2", 2014)).headers.get("idempotency-replayed"), None, "no string, no parameters");
    assert_eq!(total(&press), 3);
}

fn a_media_type_is_read_as_it_is_written(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let body = report("V.2", 2014).to_string();
    let media = [
        "application/json;charset=\"utf-8\"",
        "Application/JSON ; Charset=UTF-8",
        "application/json;",
        "application/json; charset=\"UTF-8\"",
    ];
    for (i, media) in media.iter().enumerate() {
        let headers = [("content-type", *media), ("idempotency-key", &format!("k{i}")), ("content-encoding", "identity")];
        assert_eq!(press.send("POST", "/api/v1/reports", &headers, body.as_bytes()).status, 201, "{media}");
    }
}

fn text_is_stored_as_it_came(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let odd = "=1+1 <b>&amp;</b> \u{202e}ngược\u{202c} 🏮 %_\\ Đà Nẵng\nhai dòng\ttab";
    let mut body = report("V.2", 2014);
    body["narrative"] = json!(odd);
    body["produced"] = json!([{"description": "Ấn phẩm", "quantity": 1_000_000_000_000_i64, "unit": "bản"}]);
    let stored = press.push("k", &body).json();
    assert_eq!(stored["narrative"], odd);
    let data = press.graphql("{ reports { nodes { narrative produced { description quantity unit } } } }", &json!({}));
    assert_eq!(data["reports"]["nodes"][0]["narrative"], odd);
    assert_eq!(data["reports"]["nodes"][0]["produced"], body["produced"]);
    // Decomposed letters are composed at the door, so that equal words are equal.
    body["narrative"] = json!("Hoa\u{300} bi\u{300}nh");
    assert_eq!(press.push("l", &body).json()["narrative"], "Hoà bình");
    body["narrative"] = json!("null\u{0}byte");
    let reply = press.push("m", &body);
    assert_eq!((reply.status, reply.faults()), (422, vec![("/narrative".to_owned(), "PATTERN_MISMATCH".to_owned())]));
}

fn a_report_says_something(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    for blank in ["", "   ", "\n\t", "\u{200b}\n", "\u{feff}"] {
        let mut body = report("V.2", 2014);
        body["narrative"] = json!(blank);
        body["produced"] = json!([{"description": blank}]);
        let reply = press.push("k", &body);
        let told: Vec<String> = reply.faults().into_iter().map(|(pointer, _)| pointer).collect();
        assert!(
            reply.status == 422 && told.contains(&"/narrative".into()) && told.contains(&"/produced/0/description".into()),
            "{blank:?}"
        );
    }
    let mut body = report("V.2", 2014);
    body["narrative"] = json!(" ổ\n");
    assert_eq!(press.push("k", &body).status, 201);
}
