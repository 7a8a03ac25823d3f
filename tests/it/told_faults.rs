//! What is wrong is told where it stands, and what was sent can be read back: by every way in, in both languages.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Reply, TestApp, both, only};

use crate::{
    access::{id_of, post, token},
    deliverables::{PROGRAMME, of, record},
    meetings::{PATH, change, established, plan},
    specs::openapi,
    workflow::{done, pushed},
};

both!(
    every_fault_of_the_fields_of_a_kind_is_told_at_its_place,
    a_report_that_is_written_over_graphql_has_the_bounds_of_rest,
    a_planned_quorum_is_read_where_the_plan_is,
    a_client_that_is_refused_is_told_what_proves_it,
    a_key_that_can_never_verify_is_not_taken,
);
only!(Sqlite: the_description_tells_the_bounds_and_headers_that_hold);

fn every_fault_of_the_fields_of_a_kind_is_told_at_its_place(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let edition = |details: Value| of("FOREIGN_EDITION", Some("V.2"), "Bản tin", details);
    let wrong = json!({"outlet": "x", "zz": 1, "yy": 2});
    let all = ["/details/language FIELD_REQUIRED", "/details/yy FIELD_UNKNOWN", "/details/zz FIELD_UNKNOWN"].map(str::to_owned);
    let told = |reply: &Reply| reply.faults().into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>();
    let single = record(&press, "a", &edition(wrong.clone()));
    assert_eq!((single.status, told(&single)), (422, all.to_vec()), "{}", single.body);
    let rehearse = |details: Value| {
        let body = json!({"items": [edition(details)]}).to_string();
        press.send("POST", "/api/v1/deliverables/batch?dryRun=true", &[("content-type", "application/json")], body.as_bytes())
    };
    assert_eq!(told(&rehearse(wrong)), all.map(|fault| format!("/items/0{fault}")));
    let types = rehearse(json!({"outlet": 5, "language": "en", "url": 7, "launchedOn": "2014-02-30"}));
    let wanted =
        ["/items/0/details/outlet TYPE_MISMATCH", "/items/0/details/url TYPE_MISMATCH", "/items/0/details/launchedOn PATTERN_MISMATCH"];
    assert_eq!(told(&types), wanted);
    for reply in [&single, &types] {
        for fault in reply.json()["errors"].as_array().expect("faults") {
            let (vi, en) = (fault["message"]["vi"].as_str().expect("words"), fault["message"]["en"].as_str().expect("words"));
            assert!(vi != en && !vi.contains("expected") && !en.contains("expected"), "{fault}");
        }
    }
    let long = rehearse(json!({"outlet": "x".repeat(4001), "yy": 2}));
    let wanted =
        ["/items/0/details/outlet LENGTH_OUT_OF_RANGE", "/items/0/details/language FIELD_REQUIRED", "/items/0/details/yy FIELD_UNKNOWN"];
    assert_eq!(told(&long), wanted, "what cannot be kept hides nothing else");

    let mutation = format!(
        "mutation {{ recordDeliverable(programme: \"{PROGRAMME}\", kind: EVENT, idempotencyKey: \"g\", input: {{task: \"I.2\", year: 2014, \
         title: \"Hội thảo\", visibility: PUBLIC, details: {{event: {{from: \"2014-05-01\", attendance: -1}}}}}}) \
         {{ problem {{ code faults {{ pointer code }} }} }} }}"
    );
    let problem = press.graphql(&mutation, &json!({}))["recordDeliverable"]["problem"].take();
    let fault = |at: &str, code: &str| json!({"pointer": at, "code": code});
    for wanted in
        [fault("/details/form", "FIELD_REQUIRED"), fault("/details/to", "FIELD_REQUIRED"), fault("/details/attendance", "OUT_OF_RANGE")]
    {
        assert!(problem["faults"].as_array().expect("faults").contains(&wanted), "{wanted} in {problem}");
    }
}

fn a_report_that_is_written_over_graphql_has_the_bounds_of_rest(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of("bao-hai-phong"), app.person(Some("so-tttt"), Role::Standing));
    let report = json!({"programme": PROGRAMME, "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã mở chuyên mục."});
    let path = pushed(&press, "a", &report);
    let id = json!(path.rsplit('/').next());
    let told = |mut answer: Value| {
        let problem = answer.as_object_mut().and_then(|answer| answer.values_mut().next()).expect("an answer")["problem"].take();
        assert_eq!(problem["code"], "BODY_INVALID", "{problem}");
        let fault = |fault: &Value| format!("{} {}", fault["pointer"].as_str().expect("a place"), fault["code"].as_str().expect("a code"));
        problem["faults"].as_array().expect("faults").iter().map(fault).collect::<Vec<_>>()
    };
    let give_back = "mutation($id: ID!, $reason: String!, $remarks: [RemarkInput!]!) { returnReport(id: $id, revision: 1, reason: $reason, \
                     remarks: $remarks) { problem { code faults { pointer code } } } }";
    let remarks = json!([{"pointer": "percent", "text": "\u{200b}"}, {"pointer": "/percent", "text": ""}]);
    let answer = standing.graphql(give_back, &json!({"id": id, "reason": " ", "remarks": remarks}));
    let wanted = [
        "/reason PATTERN_MISMATCH",
        "/remarks/0/pointer PATTERN_MISMATCH",
        "/remarks/0/text PATTERN_MISMATCH",
        "/remarks/1/text LENGTH_OUT_OF_RANGE",
    ];
    assert_eq!(told(answer), wanted);
    let answer = standing.graphql(give_back, &json!({"id": id, "reason": "x".repeat(5_001), "remarks": vec![json!({"text": "x"}); 201]}));
    assert_eq!(told(answer), ["/reason LENGTH_OUT_OF_RANGE", "/remarks LENGTH_OUT_OF_RANGE"]);
    done(&standing, "POST", &path, "/return", &json!({"reason": "Thiếu số liệu."}));
    let update = "mutation($id: ID!, $content: ReportContentInput!) { updateDraft(id: $id, revision: 2, content: $content) \
                  { problem { code faults { pointer code } } } }";
    let content = json!({"percent": 101, "narrative": "x".repeat(20_001), "produced": [{"description": " ", "quantity": -1, "unit": ""}],
                         "sections": [{"code": "", "text": "x"}]});
    let wanted = [
        "/percent OUT_OF_RANGE",
        "/narrative LENGTH_OUT_OF_RANGE",
        "/produced/0/description PATTERN_MISMATCH",
        "/produced/0/quantity OUT_OF_RANGE",
        "/produced/0/unit LENGTH_OUT_OF_RANGE",
        "/sections/0/code LENGTH_OUT_OF_RANGE",
    ];
    assert_eq!(told(press.graphql(update, &json!({"id": id, "content": content}))), wanted);
}

fn a_planned_quorum_is_read_where_the_plan_is(backend: Backend) {
    let (_app, standing) = established(backend);
    let mut planned = plan("2014-03-11T18:00:00Z");
    planned["quorum"] = json!(7);
    let new = json!({"committee": "bcd-ttdn", "programme": "HP-1593-2013", "plan": planned});
    let made = standing.send("POST", PATH, &[("content-type", "application/json")], new.to_string().as_bytes());
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let id = made["id"].as_str().expect("an id");
    let read = standing.get(&format!("{PATH}/{id}")).json();
    for shown in [&made, &read] {
        assert_eq!((&shown["plannedQuorum"], &shown["quorum"]), (&json!(7), &Value::Null), "it was not held yet");
    }
    let again = |quorum: &Value, meeting: &Value| {
        let mut planned = plan("2014-03-12T01:00:00Z");
        planned["quorum"] = quorum.clone();
        let reply = change(&standing, meeting, ("PUT", ""), &planned);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    };
    let kept = again(&read["plannedQuorum"], &read);
    assert_eq!(kept["plannedQuorum"], 7, "put back as it was read");
    let asked = "query($id: ID!) { meeting(id: $id) { plannedQuorum quorum { needed } } }";
    assert_eq!(standing.graphql(asked, &json!({"id": id})), json!({"meeting": {"plannedQuorum": 7, "quorum": null}}));
    assert_eq!(again(&Value::Null, &kept)["plannedQuorum"], Value::Null);
}

fn a_client_that_is_refused_is_told_what_proves_it(backend: Backend) {
    let app = TestApp::start(backend);
    let assertion = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=a.b.c&client_id=x";
    for proof in ["client_id=x&client_secret=y", assertion] {
        let reply = token(&app, &format!("grant_type=client_credentials&{proof}"));
        assert_eq!(reply.status, 401, "{}", reply.body);
        assert_eq!(reply.headers.get("www-authenticate").map(String::as_str), Some("Basic realm=\"haidang\""), "{proof}");
    }
    let reply = token(&app, "grant_type=password&username=x&password=y");
    assert_eq!((reply.status, reply.headers.get("www-authenticate")), (400, None), "people are asked by no header");
}

fn a_key_that_can_never_verify_is_not_taken(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let system = app.service_account("bao-hai-phong", &[Role::AgencySystem]);
    let path = format!("/api/v1/admin/accounts/{}/keys", id_of(&admin, &system.login));
    let ec = |x: &str, y: &str| json!({"kty": "EC", "crv": "P-256", "kid": "e", "x": x, "y": y});
    // 32 times 0x01; and 256 bytes of which the last is even.
    let ones = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    let even = format!("{}xA", "xMTE".repeat(85));
    for bad in [
        ec(ones, ones),
        ec("AA", "AA"),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "o", "x": "AA"}),
        json!({"kty": "RSA", "kid": "r", "n": even, "e": "AQAB"}),
    ] {
        let reply = post(&admin, &path, &json!({ "jwk": bad }));
        assert_eq!(reply.status, 422, "{bad}");
        assert_eq!(reply.faults(), [("/jwk".to_owned(), "RULE_BROKEN".to_owned())], "{bad}");
    }
    // The key of RFC 7515, appendix A.3.
    let right = ec("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    let reply = post(&admin, &path, &json!({ "jwk": right }));
    assert_eq!(reply.status, 201, "{}", reply.body);
}

fn the_description_tells_the_bounds_and_headers_that_hold(_: Backend) {
    let document = openapi();
    let at = |path: &str, method: &str| &document["paths"][path][method];
    for path in ["/api/v1/reports/batch", "/api/v1/budget/movements"] {
        assert_eq!(at(path, "post")["requestBody"]["content"]["application/json"]["schema"]["maxItems"], 10_000, "{path}");
    }
    let header = |path: &str, method: &str, status: &str, name: &str| {
        let headers = &at(path, method)["responses"][status]["headers"];
        assert!(headers[name].is_object(), "{method} {path} {status} {name}: {headers}");
    };
    for status in ["200", "201"] {
        header("/api/v1/reports/by-ref/{agency}/{externalRef}", "put", status, "ETag");
    }
    header("/api/v1/reports/drafts", "post", "201", "Idempotency-Replayed");
    header("/api/v1/admin/translations/{lang}", "get", "200", "Content-Disposition");
    header("/api/v1/auth/token", "post", "401", "WWW-Authenticate");
    for answer in ["Unauthenticated", "Forbidden"] {
        assert!(document["components"]["responses"][answer]["headers"]["WWW-Authenticate"].is_object(), "{answer}");
    }
}
