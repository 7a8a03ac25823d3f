//! How deliverables are kept and who may know of what: history, batches, and that rebuttals are counts and dates to everybody else.

use chrono::TimeDelta;
use domain::{account::Role, id::Id};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, database::rows};

use crate::{
    audit::verdict,
    deliverables::{PROGRAMME, figures, list, of, record, recorded, titles, with},
    workflow::{act, keyed},
};

both!(
    c8_everybody_reads_counts_and_dates_of_rebuttals,
    c8_no_list_filter_count_or_cursor_tells_of_a_rebuttal,
    c8_neither_graphql_nor_the_log_tells_what_was_claimed,
    what_is_internal_is_for_its_agency_and_those_who_follow,
    a_correction_keeps_what_was_said_before,
    what_is_withdrawn_counts_no_more_and_is_not_deleted,
    a_reference_names_one_deliverable_of_its_agency,
    a_batch_is_recorded_whole_or_not_at_all,
    what_stands_on_a_day_is_read_in_one_statement,
    lists_cost_the_same_however_long_and_use_indexes,
    graphql_records_corrects_and_withdraws,
    details_of_another_kind_are_an_object_without_fields,
);

const CLAIM: &str = "Tin sai về cảng Lạch Huyện";

fn rebuttal(title: &str, answered: Option<&str>) -> Value {
    let mut details = json!({"noticedOn": "2014-05-02", "claim": CLAIM, "response": "Thông tin đúng"});
    if let Some(day) = answered {
        details["respondedOn"] = json!(day);
    }
    let body = with(of("REBUTTAL", Some("I.5"), title, details), "channel", json!("STATE"));
    with(with(body, "audiences", json!(["FOREIGN_PRESS"])), "externalRef", json!(format!("PB-{}", title.len())))
}

fn film(title: &str) -> Value {
    of("FILM", None, title, json!({"languages": ["vi"], "broadcasts": []}))
}

fn said(mut body: Value) -> Value {
    let members = body.as_object_mut().expect("an object");
    for field in ["programme", "kind", "agency", "externalRef"] {
        members.remove(field);
    }
    body
}

fn id(path: &str) -> String {
    path.rsplit('/').next().expect("an id").to_owned()
}

fn c8_everybody_reads_counts_and_dates_of_rebuttals(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let path = recorded(&press, &rebuttal("Phản bác một", Some("2014-05-05")));
    recorded(&press, &rebuttal("Phản bác thứ hai", None));
    let own = press.get(&path).json();
    assert_eq!((&own["responseDays"], &own["details"]["claim"]), (&json!(3), &json!(CLAIM)));
    let year = figures(&app.anonymous(), 2014);
    assert_eq!(year["rebuttals"], json!({"count": 2, "answered": 1, "answeredOn": ["2014-05-05"]}));
    assert_eq!(year["kinds"], json!([{"label": "REBUTTAL", "count": 2}]));
    assert_eq!((&year["channels"], &year["audiences"]), (&json!([]), &json!([])), "they would tell of the claims");
    let none = app.anonymous().get(&format!("/api/v1/deliverables/figures?programme={PROGRAMME}&year=2015")).json();
    assert_eq!(none, json!({"years": []}), "no year is nought");
    // What is internal is not even counted.
    recorded(&press, &with(rebuttal("Nội bộ", None), "visibility", json!("INTERNAL")));
    assert_eq!(figures(&app.anonymous(), 2014)["rebuttals"]["count"], json!(2));
}

fn c8_no_list_filter_count_or_cursor_tells_of_a_rebuttal(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, public, other) = (app.system_of("bao-hai-phong"), app.anonymous(), app.system_of("so-vhttdl"));
    recorded(&press, &film("Phim một"));
    let before = public.get(&format!("/api/v1/deliverables?programme={PROGRAMME}&limit=1")).json();
    let hidden = recorded(&press, &rebuttal("Phản bác", Some("2014-05-05")));
    recorded(&press, &film("Phim hai"));
    for client in [&public, &other] {
        assert_eq!(titles(client, ""), ["Phim một", "Phim hai"]);
        for filter in [
            "kind=REBUTTAL",
            "task=I.5",
            "channel=STATE",
            "audience=FOREIGN_PRESS",
            "externalRef=PB-11",
            "externalRef=PB-14",
            "withdrawn=true",
        ] {
            assert!(list(client, &format!("&{filter}")).is_empty(), "{filter}");
        }
        // A page ends where it would end without it.
        let first = client.get(&format!("/api/v1/deliverables?programme={PROGRAMME}&limit=1")).json();
        let cursor = first["endCursor"].as_str().expect("a cursor");
        let next = client.get(&format!("/api/v1/deliverables?programme={PROGRAMME}&limit=1&after={cursor}")).json();
        assert_eq!((&next["items"][0]["title"], &next["hasNext"]), (&json!("Phim hai"), &json!(false)));
        let nothing = client.get("/api/v1/deliverables/0199b2a0-0000-7000-8000-000000000001");
        for path in [hidden.clone(), format!("{hidden}?knownOn=2026-01-15"), format!("{hidden}/versions")] {
            let reply = client.get(&path);
            assert_eq!((reply.status, reply.code()), (nothing.status, nothing.code()), "{path}");
        }
    }
    assert_eq!(before["hasNext"], json!(false));
    // A cursor of whoever sees it is none of anybody else's list.
    let own = press.get(&format!("/api/v1/deliverables?programme={PROGRAMME}&limit=2")).json();
    let cursor = own["endCursor"].as_str().expect("a cursor");
    assert_eq!(public.get(&format!("/api/v1/deliverables?programme={PROGRAMME}&limit=2&after={cursor}")).code(), "CURSOR_INVALID");
    // Whoever tries to change it is told that there is nothing, and the log that they tried.
    assert_eq!(act(&other, "PUT", &hidden, "\"1\"", &said(rebuttal("X", None))).code(), "NOT_FOUND");
    let tried =
        format!("SELECT operation AS line FROM audit_entries WHERE subject_id = '{}' AND outcome = 'REFUSED' ORDER BY 1", id(&hidden));
    let tried = rows(&app.database, &tried);
    assert!(tried.contains(&"correct_deliverable".to_owned()) && tried.contains(&"get_deliverable".to_owned()), "{tried:?}");
}

fn c8_neither_graphql_nor_the_log_tells_what_was_claimed(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let hidden = recorded(&press, &rebuttal("Phản bác", Some("2014-05-05")));
    let all = "query($id: ID!) { node(id: $id) { id } deliverable(id: $id) { id } deliverables { totalCount nodes { id title } }
        programme(code: \"HP-1593-2013\") { deliverables { totalCount nodes { id } } task(code: \"I.5\") { deliverables { totalCount nodes { id } } } }
        agency(code: \"bao-hai-phong\") { deliverables(filter: {kind: REBUTTAL}) { totalCount nodes { id versions { title } } } } }";
    let nothing = json!({"totalCount": 0, "nodes": []});
    let told = app.anonymous().graphql(all, &json!({"id": id(&hidden)}));
    let wanted = json!({"node": null, "deliverable": null, "deliverables": nothing, "agency": {"deliverables": nothing},
                        "programme": {"deliverables": nothing, "task": {"deliverables": nothing}}});
    assert_eq!(told, wanted);
    let own = press.graphql(all, &json!({"id": id(&hidden)}));
    assert_eq!((&own["deliverables"]["totalCount"], &own["programme"]["task"]["deliverables"]["totalCount"]), (&json!(1), &json!(1)));
    let counts = "{ deliverableFigures(programme: \"HP-1593-2013\") { year rebuttals { count answered answeredOn } } }";
    let figures = json!([{"year": 2014, "rebuttals": {"count": 1, "answered": 1, "answeredOn": ["2014-05-05"]}}]);
    assert_eq!(app.anonymous().graphql(counts, &json!({}))["deliverableFigures"], figures);
    // The log tells that it was recorded, not what; nothing is told to those who follow.
    let log = app.person(None, Role::Auditor).get(&format!("/api/v1/admin/audit?subjectId={}", id(&hidden)));
    assert!(log.body.contains("record_deliverable") && !log.body.contains("Lạch Huyện") && !log.body.contains("Phản bác"), "{}", log.body);
    assert!(!app.anonymous().get("/api/v1/changes").body.contains(&id(&hidden)));
    assert!(verdict(&app, None).is_ok());
}

fn what_is_internal_is_for_its_agency_and_those_who_follow(backend: Backend) {
    let app = TestApp::start(backend);
    let path = recorded(&app.system_of("bao-hai-phong"), &with(film("Phim nội bộ"), "visibility", json!("INTERNAL")));
    let seen = |client: &Client| (client.get(&path).status, titles(client, "").len());
    for client in
        [app.person(Some("bao-hai-phong"), Role::AgencyViewer), app.person(None, Role::Inspector), app.person(None, Role::Auditor)]
    {
        assert_eq!(seen(&client), (200, 1));
    }
    for client in [app.anonymous(), app.system_of("so-vhttdl"), app.person(None, Role::Finance)] {
        assert_eq!(seen(&client), (404, 0));
    }
    assert_eq!(figures(&app.anonymous(), 2014), Value::Null);
}

fn a_correction_keeps_what_was_said_before(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let path = recorded(&press, &film("Phim đầu"));
    app.clock.advance(TimeDelta::days(2));
    // A token does not live so long.
    let press = app.system_of("bao-hai-phong");
    let changed = |tag: &str, title: &str| act(&press, "PUT", &path, tag, &said(film(title)));
    let reply = press.send("PUT", &path, &[("content-type", "application/json")], said(film("X")).to_string().as_bytes());
    assert_eq!(reply.code(), "PRECONDITION_REQUIRED");
    let reply = changed("\"1\"", "Phim sửa");
    assert_eq!((reply.status, reply.revision().as_str()), (200, "2"), "{}", reply.body);
    assert_eq!(changed("\"1\"", "Phim khác").code(), "PRECONDITION_FAILED");
    assert_eq!(act(&press, "PUT", &path, "\"2\"", &with(said(film("X")), "kind", json!("EVENT"))).code(), "BODY_INVALID", "a kind stays");
    let known = |client: &Client, day: &str| {
        let reply = client.get(&format!("{path}?knownOn={day}"));
        if reply.status == 404 { Value::Null } else { reply.json()["title"].take() }
    };
    let days = ["2026-01-14", "2026-01-15", "2026-01-16", "2026-01-17"].map(|day| known(&press, day));
    assert_eq!(days, [Value::Null, json!("Phim đầu"), json!("Phim đầu"), json!("Phim sửa")]);
    let public = app.anonymous();
    assert_eq!((public.get(&path).json()["title"].take(), known(&public, "2026-01-15")), (json!("Phim sửa"), Value::Null));
    let versions = press.get(&format!("{path}/versions")).json()["items"].take();
    let told: Vec<_> = versions.as_array().expect("versions").iter().map(|of| (of["change"].clone(), of["title"].clone())).collect();
    assert_eq!(told, [(json!("RECORDED"), json!("Phim đầu")), (json!("CORRECTED"), json!("Phim sửa"))]);
    let kept = testkit::database::try_execute(&app.database, "UPDATE deliverable_versions SET content = '{}'");
    assert!(kept.is_err(), "a version is never changed");
    let standing = app.person(Some("so-tttt"), Role::Standing);
    assert_eq!(act(&standing, "PUT", &path, "\"2\"", &said(film("X"))).code(), "FORBIDDEN", "only the agency says what it did");
}

fn what_is_withdrawn_counts_no_more_and_is_not_deleted(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let path = recorded(&press, &film("Phim ghi nhầm"));
    let withdraw = |tag: &str, reason: &str| act(&press, "POST", &format!("{path}/withdraw"), tag, &json!({"reason": reason}));
    assert_eq!(withdraw("\"1\"", "\u{2003}").code(), "BODY_INVALID");
    assert_eq!(withdraw("\"1\"", "\u{200b}").faults(), [("/reason".to_owned(), "PATTERN_MISMATCH".to_owned())]);
    assert_eq!(withdraw("\"9\"", "Ghi hai lần").code(), "PRECONDITION_FAILED");
    assert_eq!(withdraw("\"1\"", "Ghi hai lần").status, 200);
    assert_eq!(withdraw("\"2\"", "Ghi hai lần").code(), "WRONG_STATE");
    assert_eq!(act(&press, "PUT", &path, "\"2\"", &said(film("X"))).code(), "WRONG_STATE");
    assert!(
        titles(&press, "").is_empty() && titles(&app.anonymous(), "").is_empty() && titles(&app.anonymous(), "&withdrawn=true").is_empty()
    );
    assert_eq!(titles(&press, "&withdrawn=true"), ["Phim ghi nhầm"]);
    assert_eq!((app.anonymous().get(&path).status, figures(&app.anonymous(), 2014)), (404, Value::Null));
    let own = press.get(&path).json();
    assert!(own["internal"]["withdrawnAt"].is_string(), "{own}");
    let last = press.get(&format!("{path}/versions")).json()["items"][1].take();
    assert_eq!((&last["change"], &last["reason"]), (&json!("WITHDRAWN"), &json!("Ghi hai lần")));
}

fn a_reference_names_one_deliverable_of_its_agency(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"));
    let body = with(film("Phim"), "externalRef", json!("SP-1"));
    let first = record(&press, "k", &body);
    assert_eq!(first.status, 201, "{}", first.body);
    let again = record(&press, "k", &body);
    assert_eq!((again.status, &again.body, again.headers["idempotency-replayed"].as_str()), (201, &first.body, "true"));
    assert_eq!(record(&press, "k", &with(body.clone(), "title", json!("Khác"))).code(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(record(&press, "k2", &body).code(), "EXTERNAL_REF_TAKEN");
    assert_eq!(record(&radio, "k", &body).status, 201, "another agency's references are its own");
    assert_eq!(titles(&press, "&externalRef=SP-1"), ["Phim"]);
    assert_eq!(
        app.person(None, Role::Auditor).get("/api/v1/deliverables?externalRef=SP-1").json()["items"].as_array().map(Vec::len),
        Some(2)
    );
}

fn a_batch_is_recorded_whole_or_not_at_all(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let rows = |n: usize| (0..n).map(|i| with(film(&format!("Phim {i}")), "externalRef", json!(format!("P-{i}")))).collect::<Vec<_>>();
    let rehearse = |items: &[Value]| {
        let body = json!({"items": items}).to_string();
        press.send("POST", "/api/v1/deliverables/batch?dryRun=true", &[("content-type", "application/json")], body.as_bytes())
    };
    let send = |key: &str, items: &[Value]| keyed(&press, "/api/v1/deliverables/batch", key, &json!({"items": items}));
    let dry = rehearse(&rows(3));
    assert_eq!((dry.status, dry.json()), (200, json!({"dryRun": true, "recorded": 3, "items": []})), "{}", dry.body);
    assert!(titles(&press, "").is_empty(), "nothing of a rehearsal remains");
    let mut wrong = rows(3);
    wrong[1]["details"]["languages"] = json!(["x"]);
    wrong[2]["externalRef"] = json!("P-0");
    let faults = [("/items/1/details/languages", "PATTERN_MISMATCH"), ("/items/2/externalRef", "EXTERNAL_REF_TAKEN")];
    let faults = faults.map(|(at, code)| (at.to_owned(), code.to_owned()));
    assert_eq!(rehearse(&wrong).faults(), faults);
    assert_eq!(send("w", &wrong).faults(), faults);
    assert!(titles(&press, "").is_empty());
    // What it costs does not grow with the rows.
    let cost = |n: usize, key: &str| {
        let items: Vec<Value> = (0..n).map(|i| with(film("Phim"), "externalRef", json!(format!("{key}-{i}")))).collect();
        let (statements, reply) = app.statements(|| send(key, &items));
        assert_eq!((reply.status, &reply.json()["recorded"]), (200, &json!(n)), "{}", reply.body);
        statements
    };
    assert_eq!(cost(2, "a"), cost(60, "b"));
    let reply = send("b", &(0..60).map(|i| with(film("Phim"), "externalRef", json!(format!("b-{i}")))).collect::<Vec<_>>());
    assert_eq!(reply.headers["idempotency-replayed"], "true");
    assert_eq!(send("c", &[]).code(), "BODY_INVALID");
    let other = with(film("Phim"), "agency", json!("so-tttt"));
    assert_eq!(send("d", &[film("Phim"), other]).code(), "AGENCY_NOT_YOURS");
}

fn what_stands_on_a_day_is_read_in_one_statement(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let edition = |language: &str, launched: &str| {
        let details = json!({"outlet": "bao-hai-phong-dien-tu", "language": language, "launchedOn": launched});
        with(of("FOREIGN_EDITION", Some("V.2"), language, details), "year", json!(launched[..4].parse::<i32>().expect("a year")))
    };
    recorded(&press, &edition("en", "2014-01-10"));
    recorded(&press, &with(edition("zh", "2014-12-31"), "visibility", json!("INTERNAL")));
    recorded(&press, &edition("ja", "2015-01-01"));
    let out = recorded(&press, &edition("fr", "2014-02-01"));
    assert_eq!(act(&press, "POST", &format!("{out}/withdraw"), "\"1\"", &json!({"reason": "Nhầm"})).status, 200);
    recorded(&press, &with(film("Phim đang làm"), "year", json!(2016)));
    let programme = app.anonymous().graphql("{ programme(code: \"HP-1593-2013\") { id } }", &json!({}))["programme"]["id"].take();
    let programme: Id<domain::programme::Programme> = programme.as_str().expect("an id").parse().expect("an id");
    let day = "2014-12-31".parse().expect("a day");
    let read = || testkit::app::wait(app.db.read(move |conn| persistence::deliverable::standing(conn, programme, day))).expect("a read");
    let (statements, found) = app.statements(read);
    let titles: Vec<&str> = found.iter().map(|(one, _)| &*one.title).collect();
    assert_eq!(titles, ["en", "zh", "Phim đang làm"], "internal too, neither withdrawn nor of a later day");
    assert!(statements <= 3, "{statements} with the bounds of the transaction");
}

fn lists_cost_the_same_however_long_and_use_indexes(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let task = |n: usize| {
        of(
            "MEDIA_OUTPUT",
            Some(if n.is_multiple_of(2) { "I.5" } else { "V.2" }),
            "Tin",
            json!({"outlet": "x", "direction": "INWARD", "from": "2014-01-01", "to": "2014-12-31"}),
        )
    };
    let items: Vec<Value> = (0..80).map(task).collect();
    assert_eq!(keyed(&press, "/api/v1/deliverables/batch", "many", &json!({"items": items})).status, 200);
    let public = app.anonymous();
    let page = |n: usize| app.fewest_statements(|| public.get(&format!("/api/v1/deliverables?programme={PROGRAMME}&limit={n}"))).0;
    page(1);
    assert_eq!(page(2), page(70));
    let nested = "query($n: Int!) { tasks(filter: {programme: \"HP-1593-2013\"}, first: $n) { nodes { code deliverables(first: 3) { totalCount nodes { id title } } } } }";
    let cost = |n: usize| app.fewest_statements(|| public.graphql(nested, &json!({"n": n}))).0;
    cost(1);
    assert_eq!(cost(3), cost(19));
    // Each list is found by an index, whoever asks.
    for query in ["&task=I.5", "&agency=bao-hai-phong", "&outlet=x", "&language=en", "&audience=TOURISTS", "&toRenewOn=2014-12-01"] {
        for client in [&public, &press] {
            let (sent, _) = app.sent(|| list(client, query));
            for shown in sent.iter().filter(|shown| shown.contains("FROM deliverables d")) {
                let walks = crate::plans::walks_over(&app, backend, shown, "deliverables");
                assert!(walks.is_empty(), "{query}: {walks:?} in {shown}");
            }
        }
    }
}

fn graphql_records_corrects_and_withdraws(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let fields = "{ problem { code faults { pointer code } } deliverable { id title internal { revision withdrawnAt } editionState(asOf: \"2014-02-01\")
        details { __typename ... on EditionDetails { outlet language launchedOn } } versions { change title } } }";
    let record = format!(
        "mutation($details: DeliverableDetailsInput!, $key: String!) {{ recordDeliverable(programme: \"{PROGRAMME}\", kind: FOREIGN_EDITION, \
         idempotencyKey: $key, input: {{task: \"V.2\", year: 2014, title: \"Bản tiếng Anh\", visibility: PUBLIC, audiences: [FOREIGNERS], \
         details: $details}}) {fields} }}"
    );
    let edition = json!({"edition": {"outlet": "bao-hai-phong-dien-tu", "language": "en", "launchedOn": "2014-01-10"}});
    let made = press.graphql(&record, &json!({"details": edition, "key": "g"}))["recordDeliverable"].take();
    let one = &made["deliverable"];
    assert_eq!((&made["problem"], &one["title"], &one["editionState"]), (&Value::Null, &json!("Bản tiếng Anh"), &json!("LIVE")));
    let details = json!({"__typename": "EditionDetails", "outlet": "bao-hai-phong-dien-tu", "language": "en", "launchedOn": "2014-01-10"});
    assert_eq!((&one["details"], &one["internal"]["revision"]), (&details, &json!(1)));
    let again = press.graphql(&record, &json!({"details": edition, "key": "g"}))["recordDeliverable"]["deliverable"]["id"].take();
    assert_eq!(again, one["id"], "a retry gives the first");
    let wrong = json!({"edition": {"outlet": "x", "language": "EN", "launchedOn": "2014-01-10"}});
    let told = press.graphql(&record, &json!({"details": wrong, "key": "h"}))["recordDeliverable"]["problem"].take();
    assert_eq!(told, json!({"code": "BODY_INVALID", "faults": [{"pointer": "/details/language", "code": "PATTERN_MISMATCH"}]}));
    let other = json!({"rebuttal": {"noticedOn": "2014-01-10"}});
    let told = press.graphql(&record, &json!({"details": other, "key": "i"}))["recordDeliverable"]["problem"].take();
    let of = |at: &str, code: &str| json!({"pointer": at, "code": code});
    let all =
        [of("/details/outlet", "FIELD_REQUIRED"), of("/details/language", "FIELD_REQUIRED"), of("/details/noticedOn", "FIELD_UNKNOWN")];
    assert_eq!(told["faults"], json!(all));
    let id = one["id"].as_str().expect("an id");
    let input = "{year: 2014, title: \"Bản tiếng Anh, sửa\", visibility: PUBLIC, details: {edition: {outlet: \"x\", language: \"en\", launchedOn: \"2014-01-10\"}}}";
    let correct = format!("mutation {{ correctDeliverable(id: \"{id}\", revision: 1, input: {input}) {fields} }}");
    let changed = press.graphql(&correct, &json!({}))["correctDeliverable"]["deliverable"].take();
    assert_eq!(
        changed["versions"],
        json!([{"change": "RECORDED", "title": "Bản tiếng Anh"}, {"change": "CORRECTED", "title": "Bản tiếng Anh, sửa"}])
    );
    let public = app
        .anonymous()
        .graphql("{ deliverables { nodes { title internal { revision } versions { title } agency { code } } } }", &json!({}));
    let shown = json!([{"title": "Bản tiếng Anh, sửa", "internal": null, "versions": [], "agency": {"code": "bao-hai-phong"}}]);
    assert_eq!(public["deliverables"]["nodes"], shown);
    let withdraw = format!("mutation {{ withdrawDeliverable(id: \"{id}\", revision: 2, reason: \"Nhầm\") {fields} }}");
    let gone = press.graphql(&withdraw, &json!({}))["withdrawDeliverable"]["deliverable"].take();
    assert!(gone["internal"]["withdrawnAt"].is_string(), "{gone}");
}

fn details_of_another_kind_are_an_object_without_fields(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let edition = json!({"outlet": "cong-ttdt", "language": "en", "contents": ["tin tức"], "launchedOn": "2014-01-10"});
    recorded(&press, &of("FOREIGN_EDITION", Some("V.2"), "Bản tin", edition));
    let told = |details: &str| {
        let query = format!("{{ a: __typename deliverables(first: 1) {{ nodes {{ title details {{ {details} }} }} }} }}");
        app.anonymous().graphql(&query, &json!({}))
    };
    let whole = |details: Value| json!({"a": "Query", "deliverables": {"nodes": [{"title": "Bản tin", "details": details}]}});
    assert_eq!(told("... on PublicationDetails { languages }"), whole(json!({})));
    assert_eq!(told("... on EditionDetails { launchedOn outlet }"), whole(json!({"launchedOn": "2014-01-10", "outlet": "cong-ttdt"})));
    // In the order of the document, whichever of them applies.
    let details = "... on EditionDetails { outlet } ... on PublicationDetails { languages } ... on EditionDetails { launchedOn }";
    let body = json!({"query": format!("{{ deliverables(first: 1) {{ nodes {{ details {{ {details} }} }} }} }}")}).to_string();
    let text = app.anonymous().send("POST", "/graphql", &[("content-type", "application/json")], body.as_bytes()).body;
    assert!(text.contains(r#"{"outlet":"cong-ttdt","launchedOn":"2014-01-10"}"#), "{text}");
}
