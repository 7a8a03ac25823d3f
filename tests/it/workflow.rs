//! Reports on their way: drafts, returns, acceptance, reopening, consolidation; who sees which version when.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

both!(
    a_draft_is_seen_by_its_agency_alone_until_it_is_sent,
    a_returned_report_is_mended_and_every_version_stays,
    what_was_sent_cannot_be_written_on,
    a_change_names_the_state_that_it_was_made_for,
    nobody_reviews_their_own_agency,
    a_reopened_report_shows_the_public_what_was_accepted,
    a_reopening_ends_with_its_day,
    a_consolidated_report_names_accepted_versions_only,
    a_reopening_that_came_to_nothing_leaves_what_was_accepted_to_be_taken_in,
    a_report_on_paper_counts_the_day_it_came_in,
    a_reference_names_one_report_for_good,
    a_copied_narrative_is_shown_to_reviewers,
    a_role_in_another_agency_is_enough,
    racing_reviewers_leave_one_decision,
    a_text_that_not_every_database_holds_is_a_fault_with_its_place,
);

const OWN: &str = "bao-hai-phong";

fn report(percent: i32) -> Value {
    json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": percent, "narrative": "Đã mở chuyên mục."})
}

pub fn act(client: &Client, method: &str, path: &str, tag: &str, body: &Value) -> Reply {
    let bytes = if body.is_null() { String::new() } else { body.to_string() };
    client.send(method, path, &[("content-type", "application/json"), ("if-match", tag)], bytes.as_bytes())
}

pub fn keyed(client: &Client, path: &str, key: &str, body: &Value) -> Reply {
    client.send("POST", path, &[("content-type", "application/json"), ("idempotency-key", key)], body.to_string().as_bytes())
}

/// A pushed report's path.
pub fn pushed(client: &Client, key: &str, body: &Value) -> String {
    let reply = client.push(key, body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    format!("/api/v1/reports/{}", reply.json()["id"].as_str().expect("an id"))
}

pub fn tag(client: &Client, path: &str) -> String {
    client.get(path).headers["etag"].clone()
}

/// Does something as of the state that the caller sees now.
pub fn now(client: &Client, method: &str, path: &str, verb: &str, body: &Value) -> (u16, String) {
    let reply = act(client, method, &format!("{path}{verb}"), &tag(client, path), body);
    (reply.status, if reply.status >= 400 { reply.code() } else { String::new() })
}

pub fn done(client: &Client, method: &str, path: &str, verb: &str, body: &Value) {
    assert_eq!(now(client, method, path, verb, body), (204, String::new()), "{method} {path}{verb}");
}

fn a_draft_is_seen_by_its_agency_alone_until_it_is_sent(backend: Backend) {
    let app = TestApp::start(backend);
    let (writer, approver) = (app.person(Some(OWN), Role::AgencyReporter), app.person(Some(OWN), Role::AgencyApprover));
    let (standing, auditor) = (app.person(Some("so-tttt"), Role::Standing), app.person(None, Role::Auditor));
    let draft = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014});
    let made = keyed(&writer, "/api/v1/reports/drafts", "d", &draft);
    assert_eq!((made.status, &made.json()["status"], &made.json()["version"]), (201, &json!("DRAFT"), &json!(0)), "{}", made.body);
    let path = made.headers["location"].clone();
    for other in [&standing, &auditor, &app.anonymous(), &app.system_of("dai-ptth-hai-phong")] {
        assert_eq!(other.get(&path).status, 404);
        assert_eq!(other.get("/api/v1/reports").json()["items"], json!([]));
    }
    // What does not say enough is not sent; who drafts does not send.
    assert_eq!(now(&approver, "POST", &path, "/submit", &Value::Null).1, "REPORT_REFUSED");
    done(&writer, "PUT", &path, "/draft", &json!({"percent": 30, "narrative": "Đã làm."}));
    assert_eq!(now(&writer, "POST", &path, "/submit", &Value::Null), (403, "FORBIDDEN".into()));
    done(&approver, "POST", &path, "/submit", &Value::Null);
    let seen = standing.get(&path).json();
    assert_eq!((&seen["status"], &seen["version"], &seen["percent"]), (&json!("SUBMITTED"), &json!(1), &json!(30)));
    // Author and approver are two people.
    let version = standing.get(&format!("{path}/versions/1")).json();
    assert!(version["author"] != version["approver"] && version["approver"] == version["submittedBy"], "{version}");
    // A draft that was never sent can go; one that was cannot.
    assert_eq!(now(&writer, "DELETE", &path, "", &Value::Null), (409, "WRONG_STATE".into()));
    let other = keyed(&writer, "/api/v1/reports/drafts", "e", &draft).headers["location"].clone();
    done(&writer, "DELETE", &other, "", &Value::Null);
    assert_eq!(writer.get(&other).status, 404);
}

fn a_returned_report_is_mended_and_every_version_stays(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let path = pushed(&press, "a", &report(40));
    let lost = json!({"reason": "Thiếu số liệu.", "remarks": [{"pointer": "/produced/0", "text": "Ở đâu?"}]});
    let reply = act(&standing, "POST", &format!("{path}/return"), &tag(&standing, &path), &lost);
    assert_eq!((reply.status, reply.faults()), (422, vec![("/remarks/0/pointer".to_owned(), "REFERENCE_UNKNOWN".to_owned())]));
    let reason = json!({"reason": "Thiếu số liệu.", "remarks": [{"pointer": "/percent", "text": "Cần giải trình."}]});
    done(&standing, "POST", &path, "/return", &reason);
    assert_eq!(press.get(&path).json()["status"], "RETURNED");
    done(&press, "PUT", &path, "/draft", &json!({"percent": 45, "narrative": "Đã mở chuyên mục."}));
    done(&press, "POST", &path, "/submit", &Value::Null);
    done(&standing, "POST", &path, "/accept", &Value::Null);
    let versions = press.get(&format!("{path}/versions")).json();
    let told: Vec<_> =
        versions["items"].as_array().expect("versions").iter().map(|v| (v["version"].clone(), v["percent"].clone())).collect();
    assert_eq!(told, [(json!(1), json!(40)), (json!(2), json!(45))]);
    let changes = press.get(&format!("{path}/versions/2/changes")).json()["items"].take();
    assert_eq!(changes, json!([{"pointer": "/percent", "before": 40, "after": 45}]));
    let history = press.get(&format!("{path}/history")).json();
    let acts: Vec<&str> = history["items"].as_array().expect("acts").iter().map(|event| event["act"].as_str().expect("a word")).collect();
    assert_eq!(acts, ["SUBMITTED", "RETURNED", "SUBMITTED", "ACCEPTED"]);
    assert_eq!(history["items"][1]["remarks"], reason["remarks"]);
    // The public reads the accepted version, no history and no names.
    let public = app.anonymous();
    let shown = public.get(&path).json();
    assert_eq!((&shown["status"], &shown["version"], &shown["percent"]), (&json!("ACCEPTED"), &json!(2), &json!(45)));
    assert_eq!(public.get(&format!("{path}/history")).status, 404);
    let versions = public.get(&format!("{path}/versions")).json();
    assert_eq!((versions["items"].as_array().map(Vec::len), &versions["items"][0]["author"]), (Some(1), &Value::Null));
    let document = "query($id: ID!) { node(id: $id) { ... on Report { version revision history { act } versions { version author
                    changes { pointer } } draft { percent } } } }";
    let id = json!({"id": path.rsplit('/').next()});
    assert_eq!(
        public.graphql(document, &id)["node"],
        json!({"version": 2, "revision": null, "history": [], "versions": [{"version": 2, "author": null, "changes": null}], "draft": null})
    );
    let inside = press.graphql(document, &id)["node"].take();
    assert_eq!(
        (&inside["history"].as_array().map(Vec::len), &inside["versions"][1]["changes"][0]["pointer"]),
        (&Some(4), &json!("/percent"))
    );
}

fn what_was_sent_cannot_be_written_on(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let path = pushed(&press, "a", &report(40));
    let body = json!({"percent": 99, "narrative": "x"});
    for _ in 0..2 {
        assert_eq!(now(&press, "PUT", &path, "/draft", &body), (409, "WRONG_STATE".into()));
        assert_eq!(now(&press, "POST", &path, "/submit", &Value::Null), (409, "WRONG_STATE".into()));
        assert_eq!(press.get(&path).json()["percent"], 40);
        // Once submitted, and once accepted.
        now(&standing, "POST", &path, "/accept", &Value::Null);
    }
    assert_eq!(now(&standing, "POST", &path, "/return", &json!({"reason": "x"})), (409, "WRONG_STATE".into()));
}

fn a_change_names_the_state_that_it_was_made_for(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let path = pushed(&press, "a", &report(40));
    let accept = format!("{path}/accept");
    let bare = standing.send("POST", &accept, &[], b"");
    assert_eq!((bare.status, bare.code().as_str()), (428, "PRECONDITION_REQUIRED"));
    for stale in ["\"r0\"", "\"r2\"", "\"x\"", "\"r99999999999\"", "W/\"r1\"", "\"r0\", \"r2\"", "\"\""] {
        let reply = act(&standing, "POST", &accept, stale, &Value::Null);
        assert_eq!((reply.status, reply.code().as_str()), (412, "PRECONDITION_FAILED"), "{stale}");
    }
    for odd in ["r1", "*, \"r1\"", "\"r1\" \"r2\""] {
        let reply = act(&standing, "POST", &accept, odd, &Value::Null);
        assert_eq!((reply.status, reply.code().as_str()), (400, "HEADER_INVALID"), "{odd}");
    }
    assert_eq!(act(&standing, "POST", &accept, "\"r1\"", &Value::Null).status, 204);
    let graphql = "mutation($id: ID!) { reopenReport(id: $id, revision: 1, reason: \"x\", until: \"2099-01-01\") { problem { code } report { id } } }";
    let told = standing.graphql(graphql, &json!({"id": path.rsplit('/').next()}));
    assert_eq!(told["reopenReport"], json!({"problem": {"code": "PRECONDITION_FAILED"}, "report": null}));
}

fn nobody_reviews_their_own_agency(backend: Backend) {
    let app = TestApp::start(backend);
    let (own, standing) = (app.system_of("so-tttt"), app.person(Some("so-tttt"), Role::Standing));
    let mut body = report(40);
    body["task"] = json!("II.1");
    let path = pushed(&own, "a", &body);
    assert_eq!(now(&standing, "POST", &path, "/accept", &Value::Null), (403, "OWN_MATTER".into()));
    // The People's Committee can.
    done(&app.person(Some("ubnd-tp-hai-phong"), Role::Authority), "POST", &path, "/accept", &Value::Null);
}

fn a_reopened_report_shows_the_public_what_was_accepted(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing, public) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing), app.anonymous());
    let path = pushed(&press, "a", &report(40));
    done(&standing, "POST", &path, "/accept", &Value::Null);
    let before = public.get(&path);
    let until = (app.now() + chrono::TimeDelta::days(9)).date_naive();
    done(&standing, "POST", &path, "/reopen", &json!({"reason": "Bổ sung.", "until": until}));
    done(&press, "PUT", &path, "/draft", &json!({"percent": 90, "narrative": "Đã xong."}));
    done(&press, "POST", &path, "/submit", &Value::Null);
    assert_eq!(press.get(&path).json()["percent"], 90);
    let between = public.get(&path);
    assert_eq!((&between.body, &between.headers["etag"]), (&before.body, &before.headers["etag"]), "nothing of it is seen outside");
    for (status, wanted) in [("ACCEPTED", 1), ("SUBMITTED", 0), ("REOPENED", 0)] {
        let found = public.get(&format!("/api/v1/reports?status={status}")).json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(wanted), "{status}");
        let counted = format!(
            "{{ reports(filter: {{status: {status}}}) {{ totalCount }} programme(code: \"HP-1593-2013\") {{
            task(code: \"V.2\") {{ reports(status: {status}) {{ totalCount }} }} }} }}"
        );
        let counted = public.graphql(&counted, &json!({}));
        assert_eq!(counted["reports"]["totalCount"], wanted, "{status}");
        assert_eq!(counted["programme"]["task"]["reports"]["totalCount"], wanted, "{status}");
    }
    assert_eq!(press.get("/api/v1/reports?status=SUBMITTED").json()["items"].as_array().map(Vec::len), Some(1));
    done(&standing, "POST", &path, "/accept", &Value::Null);
    assert_eq!(public.get(&path).json()["percent"], 90);
}

fn a_reopening_ends_with_its_day(backend: Backend) {
    let app = TestApp::start(backend);
    let standing = app.user(Some("so-tttt"), &[Role::Standing]);
    let system = app.service_account(OWN, &[Role::AgencySystem]);
    let sign_in = || (app.anonymous().sign_in_service(&system), app.anonymous().sign_in_person(&standing));
    let (press, reviewer) = sign_in();
    let path = pushed(&press, "a", &report(40));
    done(&reviewer, "POST", &path, "/accept", &Value::Null);
    let gone = json!({"reason": "x", "until": "2014-01-01"});
    assert_eq!(now(&reviewer, "POST", &path, "/reopen", &gone), (422, "BODY_INVALID".into()));
    let today = domain::clock::local_day(app.now());
    done(&reviewer, "POST", &path, "/reopen", &json!({"reason": "x", "until": today}));
    app.clock.advance(chrono::TimeDelta::days(1));
    let (press, _) = sign_in();
    assert_eq!(now(&press, "POST", &path, "/submit", &Value::Null), (409, "REOPENING_OVER".into()));
}

fn a_consolidated_report_names_accepted_versions_only(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio, standing) = (app.system_of(OWN), app.system_of("dai-ptth-hai-phong"), app.person(Some("so-tttt"), Role::Standing));
    let (first, second) = (pushed(&press, "a", &report(40)), pushed(&radio, "a", &report(60)));
    let id = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
    done(&standing, "POST", &first, "/accept", &Value::Null);
    let body = |sources: &[&str]| json!({"programme": "HP-1593-2013", "year": 2014, "sources": sources, "content": {"narrative": "Tổng hợp năm 2014."}});
    let refused = keyed(&standing, "/api/v1/reports/consolidated", "k", &body(&[&id(&first), &id(&second), &id(&first)]));
    let faults = [("/sources/1", "NOT_ACCEPTED"), ("/sources/2", "DUPLICATE")].map(|(at, code)| (at.to_owned(), code.to_owned()));
    assert_eq!((refused.status, refused.faults()), (422, faults.to_vec()));
    assert_eq!(standing.get(&first).json()["status"], "ACCEPTED", "nothing is half done");
    done(&standing, "POST", &second, "/accept", &Value::Null);
    let made = keyed(&standing, "/api/v1/reports/consolidated", "k", &body(&[&id(&first), &id(&second)]));
    assert_eq!((made.status, &made.json()["isConsolidated"], &made.json()["task"]), (201, &json!(true), &Value::Null), "{}", made.body);
    assert_eq!([&first, &second].map(|path| standing.get(path).json()["status"].clone()), [json!("AGGREGATED"), json!("AGGREGATED")]);
    let document = "query($id: ID!) { node(id: $id) { ... on Report { task { code } percent sources { report version } } } }";
    let shown = standing.graphql(document, &json!({"id": made.json()["id"]}))["node"].take();
    let mut wanted = [&first, &second].map(|path| json!({"report": id(path), "version": 1}));
    wanted.sort_by_key(|source| source["report"].to_string());
    assert_eq!(shown, json!({"task": null, "percent": null, "sources": wanted}));
    let built = made.headers["location"].as_str();
    assert_eq!(standing.get(&format!("{built}/versions")).json()["items"][0]["sources"], json!(wanted));
    assert_eq!(standing.get(built).json()["sources"], json!(wanted));
    assert_eq!(standing.get(&first).json().get("sources"), None);
    assert_eq!(standing.get(&format!("{first}/versions")).json()["items"][0]["sources"], json!([]));
    // After aggregation only a new version, by reopening.
    assert_eq!(now(&press, "PUT", &first, "/draft", &json!({})), (409, "WRONG_STATE".into()));
}

fn a_reopening_that_came_to_nothing_leaves_what_was_accepted_to_be_taken_in(backend: Backend) {
    let app = TestApp::start(backend);
    let standing = app.user(Some("so-tttt"), &[Role::Standing]);
    let system = app.service_account(OWN, &[Role::AgencySystem]);
    let sign_in = || (app.anonymous().sign_in_service(&system), app.anonymous().sign_in_person(&standing));
    let (press, reviewer) = sign_in();
    let path = pushed(&press, "a", &report(40));
    done(&reviewer, "POST", &path, "/accept", &Value::Null);
    let today = domain::clock::local_day(app.now());
    done(&reviewer, "POST", &path, "/reopen", &json!({"reason": "x", "until": today}));
    done(&press, "PUT", &path, "/draft", &json!({"percent": 90, "narrative": "Chưa gửi."}));
    let body =
        json!({"programme": "HP-1593-2013", "year": 2014, "sources": [path.rsplit('/').next()], "content": {"narrative": "Tổng hợp."}});
    let consolidate = |client: &Client, key: &str| keyed(client, "/api/v1/reports/consolidated", key, &body);
    // Up to its day the agency may still say something else.
    assert_eq!(consolidate(&reviewer, "a").faults(), [("/sources/0".to_owned(), "NOT_ACCEPTED".to_owned())]);
    app.clock.advance(chrono::TimeDelta::days(1));
    let (press, reviewer) = sign_in();
    let made = consolidate(&reviewer, "b");
    assert_eq!(made.status, 201, "{}", made.body);
    let document = "query($id: ID!) { node(id: $id) { ... on Report { sources { report version } } } }";
    let sources = reviewer.graphql(document, &json!({"id": made.json()["id"]}))["node"]["sources"].take();
    assert_eq!(sources, json!([{"report": path.rsplit('/').next(), "version": 1}]));
    // It is aggregated now, for all to see, and what was written and not sent is nowhere in it.
    for client in [&reviewer, &app.anonymous()] {
        let shown = client.get(&path).json();
        let told = [&shown["status"], &shown["version"], &shown["percent"], &shown["reopenedUntil"]];
        assert_eq!(told, [&json!("AGGREGATED"), &json!(1), &json!(40), &Value::Null]);
    }
    assert_eq!(now(&press, "POST", &path, "/submit", &Value::Null), (409, "WRONG_STATE".into()));
    let history = press.get(&format!("{path}/history")).json();
    assert_eq!((&history["items"][3]["act"], &history["items"][3]["version"]), (&json!("AGGREGATED"), &json!(1)));
    // Reopened once more and let go again, it is named once more.
    done(&reviewer, "POST", &path, "/reopen", &json!({"reason": "x", "until": today + chrono::Days::new(1)}));
    app.clock.advance(chrono::TimeDelta::days(2));
    let (_, reviewer) = sign_in();
    assert_eq!(consolidate(&reviewer, "c").status, 201);
    assert_eq!(reviewer.get(&path).json()["status"], "AGGREGATED");
}

fn a_report_on_paper_counts_the_day_it_came_in(backend: Backend) {
    let app = TestApp::start(backend);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let mut body = report(40);
    body["agency"] = json!(OWN);
    let enter = |key: &str, on: &str, report: &Value| {
        let body = json!({"channel": "PAPER", "receivedOn": on, "report": report});
        keyed(&standing, "/api/v1/reports/received", key, &body)
    };
    let stored = enter("a", "2014-11-20", &body);
    assert_eq!(stored.status, 201, "{}", stored.body);
    let told = stored.json();
    assert_eq!(
        (&told["channel"], &told["receivedOn"], &told["firstReceivedOn"]),
        (&json!("PAPER"), &json!("2014-11-20"), &json!("2014-11-20"))
    );
    let version = standing.get(&format!("{}/versions/1", stored.headers["location"])).json();
    assert!(version["approver"].is_null() && version["submittedBy"].is_string(), "{version}");
    for odd in ["2999-01-01", "2013-12-31"] {
        assert_eq!(enter("b", odd, &body).faults(), [("/receivedOn".to_owned(), "OUT_OF_RANGE".to_owned())], "{odd}");
    }
    // When the report of one's own agency came in is for others to say.
    let mut own = json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2014, "percent": 40, "narrative": "x", "agency": "so-tttt"});
    assert_eq!(enter("e", "2014-11-20", &own).code(), "OWN_MATTER");
    own["agency"] = json!("so-ngoai-vu");
    assert_eq!(enter("f", "2014-11-20", &own).code(), "REPORT_REFUSED", "of another that has no part in the task");
    assert_eq!(enter("c", "2014-11-20", &report(40)).faults(), [("/report/agency".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    let refused = keyed(&app.system_of(OWN), "/api/v1/reports/received", "d", &json!({}));
    assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"));
}

fn a_reference_names_one_report_for_good(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let at = format!("/api/v1/reports/by-ref/{OWN}/R-1");
    let put = |body: &Value, headers: &[(&str, &str)]| {
        let headers: Vec<_> = [("content-type", "application/json")].into_iter().chain(headers.iter().copied()).collect();
        press.send("PUT", &at, &headers, body.to_string().as_bytes())
    };
    let first = put(&report(40), &[("if-none-match", "*")]);
    assert_eq!(first.status, 201, "{}", first.body);
    let path = first.headers["location"].clone();
    assert_eq!(put(&report(40), &[("if-none-match", "*")]).code(), "PRECONDITION_FAILED");
    assert_eq!(put(&report(41), &[]).code(), "PRECONDITION_REQUIRED");
    let same = put(&report(40), &[("if-match", &first.headers["etag"])]);
    assert_eq!((same.status, &same.json()["version"], &same.headers["etag"]), (200, &json!(1), &first.headers["etag"]));
    assert_eq!(put(&report(41), &[("if-match", &first.headers["etag"])]).code(), "WRONG_STATE");
    done(&standing, "POST", &path, "/return", &json!({"reason": "x"}));
    let tag = tag(&press, &path);
    let mut elsewhere = report(41);
    elsewhere["year"] = json!(2015);
    let refused = put(&elsewhere, &[("if-match", &tag)]);
    assert_eq!((refused.status, refused.faults()), (422, vec![("/year".to_owned(), "EXTERNAL_REF_TAKEN".to_owned())]));
    let second = put(&report(41), &[("if-match", &tag)]);
    assert_eq!(
        (second.status, &second.json()["version"], &second.json()["status"]),
        (200, &json!(2), &json!("SUBMITTED")),
        "{}",
        second.body
    );
    let foreign =
        press.send("PUT", "/api/v1/reports/by-ref/so-tttt/R-1", &[("content-type", "application/json")], report(1).to_string().as_bytes());
    assert_eq!(foreign.code(), "AGENCY_NOT_YOURS");
}

fn a_copied_narrative_is_shown_to_reviewers(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio, standing) = (app.system_of(OWN), app.system_of("dai-ptth-hai-phong"), app.person(Some("so-tttt"), Role::Standing));
    let told = |text: &str| {
        let mut body = report(40);
        body["narrative"] = json!(text);
        body
    };
    let words = "Đã đăng ba mươi tin bằng tiếng Anh về cảng biển và du lịch của thành phố.";
    let original = pushed(&press, "a", &told(words));
    pushed(&press, "b", &told("Một chuyện khác hẳn, không dính dáng gì đến việc trên."));
    let copy = pushed(&radio, "a", &told(&words.to_uppercase()));
    let found = standing.get(&format!("{copy}/similar")).json();
    assert_eq!(found["items"], json!([{"id": original.rsplit('/').next(), "agency": OWN, "year": 2014, "percent": 100}]));
    assert_eq!(radio.get(&format!("{copy}/similar")).code(), "FORBIDDEN");
    assert_eq!(app.anonymous().get(&format!("{copy}/similar")).code(), "UNAUTHENTICATED");
}

fn a_role_in_another_agency_is_enough(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let secrets = app.user(None, &[]);
    let person = app.anonymous().sign_in_person(&secrets);
    assert_eq!(person.push("a", &report(1)).status, 403);
    let accounts = admin.get("/api/v1/admin/accounts?limit=200").json();
    let account = accounts["items"].as_array().expect("accounts").iter().find(|account| account["login"] == *secrets.login).expect("it");
    let grant = json!({"role": "AGENCY_APPROVER", "agency": OWN}).to_string();
    let path = format!("/api/v1/admin/accounts/{}/grants", account["id"].as_str().expect("an id"));
    assert_eq!(admin.send("POST", &path, &[("content-type", "application/json")], grant.as_bytes()).status, 201);
    app.clock.advance(chrono::TimeDelta::seconds(6));
    let person = app.anonymous().sign_in_person(&secrets);
    let stored = person.push("b", &report(1));
    assert_eq!((stored.status, &stored.json()["agency"]), (201, &json!(OWN)), "{}", stored.body);
    let mut foreign = report(1);
    foreign["agency"] = json!("so-tttt");
    assert_eq!(person.push("c", &foreign).code(), "AGENCY_NOT_YOURS");
}

fn racing_reviewers_leave_one_decision(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let path = pushed(&press, "a", &report(40));
    let tag = tag(&standing, &path);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let race = |n: usize| {
            let (verb, body) = if n.is_multiple_of(2) { ("accept", Value::Null) } else { ("return", json!({"reason": "x"})) };
            act(&standing, "POST", &format!("{path}/{verb}"), &tag, &body).status
        };
        let threads: Vec<_> = (0..8).map(|n| scope.spawn(move || race(n))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 204 | 412)), "{statuses:?}");
    let history = standing.get(&format!("{path}/history")).json();
    assert_eq!(history["items"].as_array().map(Vec::len), Some(2), "{history}");
}

fn a_text_that_not_every_database_holds_is_a_fault_with_its_place(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing) = (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing));
    let refused = |reply: Reply, pointers: &[&str]| {
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        let wanted: Vec<_> = pointers.iter().map(|pointer| ((*pointer).to_owned(), "PATTERN_MISMATCH".to_owned())).collect();
        assert_eq!(reply.faults(), wanted);
    };
    let nul = json!({"sections": {"a": "x\u{0}y", "b\u{0}": "x"}, "values": {"n": "\u{0}", "list": [{"k\u{0}": 1}], "fine": "x"}});
    let nul = |more: &Value| {
        let mut body = nul.as_object().expect("an object").clone();
        body.extend(more.as_object().expect("an object").clone());
        Value::Object(body)
    };
    let at = |root: &str| ["/sections/a", "/sections/b\u{0}", "/values/list", "/values/n"].map(|pointer| format!("{root}{pointer}"));
    let same = |reply: Reply, root: &str| {
        let mut wanted = at(root);
        wanted.sort();
        let mut told: Vec<String> = reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect();
        told.sort();
        assert_eq!((reply.status, told), (422, wanted.map(|pointer| format!("{pointer} PATTERN_MISMATCH")).to_vec()), "{}", reply.body);
    };
    same(press.push("a", &nul(&report(40))), "");
    let draft = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "content": nul(&json!({}))});
    same(keyed(&press, "/api/v1/reports/drafts", "b", &draft), "/content");
    let entered = json!({"channel": "PAPER", "receivedOn": "2026-01-10", "report": nul(&json!({"programme": "HP-1593-2013", "task": "V.2",
                         "year": 2014, "percent": 1, "narrative": "x", "agency": OWN}))});
    same(keyed(&standing, "/api/v1/reports/received", "c", &entered), "/report");
    assert_eq!(press.get("/api/v1/reports").json()["items"], json!([]));
    // What is fine is kept, and what is not takes nothing of it along.
    let path = pushed(&press, "d", &report(40));
    refused(act(&standing, "POST", &format!("{path}/return"), &tag(&standing, &path), &json!({"reason": "\u{0}"})), &["/reason"]);
    let id = json!({"id": path.rsplit('/').next()});
    let give_back = "mutation($id: ID!, $reason: String!) { returnReport(id: $id, revision: 1, reason: $reason, remarks:
                     [{pointer: \"/percent\", text: \"x\\u0000\"}]) { problem { code faults { pointer code } } } }";
    let mut variables = id.clone();
    variables["reason"] = json!("x\u{0}");
    let problem = standing.graphql(give_back, &variables)["returnReport"]["problem"].take();
    let faults: Vec<&str> = problem["faults"].as_array().expect("faults").iter().filter_map(|fault| fault["pointer"].as_str()).collect();
    assert_eq!((problem["code"].as_str(), faults), (Some("BODY_INVALID"), vec!["/reason", "/remarks/0/text"]));
    done(&standing, "POST", &path, "/return", &json!({"reason": "Thiếu."}));
    same(act(&press, "PUT", &format!("{path}/draft"), &tag(&press, &path), &nul(&json!({"percent": 1, "narrative": "x"}))), "");
    let update = "mutation($id: ID!, $text: String!) { updateDraft(id: $id, revision: 2, content: {percent: 1, narrative: $text,
                  sections: [{code: \"a\", text: $text}], values: {n: $text}}) { problem { code faults { pointer } } } }";
    let mut variables = id;
    variables["text"] = json!("x\u{0}");
    let problem = press.graphql(update, &variables)["updateDraft"]["problem"].take();
    let faults: Vec<&str> = problem["faults"].as_array().expect("faults").iter().filter_map(|fault| fault["pointer"].as_str()).collect();
    assert_eq!((problem["code"].as_str(), faults), (Some("BODY_INVALID"), vec!["/narrative", "/sections/a", "/values/n"]));
}
