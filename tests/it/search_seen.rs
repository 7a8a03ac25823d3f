//! Searching: whoever may not see a thing is not told of it, and what is found is what stands, at the address that is told.

use std::collections::BTreeSet;

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    amendments::decision,
    deliverables::{of, recorded, with},
    search::{ids, search},
    workflow::{act, done, keyed, pushed, tag},
};

both!(
    a_report_is_found_by_those_who_see_it_in_the_words_that_they_see,
    a_report_is_found_as_it_was_on_a_day,
    a_deliverable_is_found_in_public_by_what_is_public_of_it,
    documents_and_tasks_are_found_as_they_are_worded_now,
    an_address_leads_to_what_was_found,
    what_is_found_in_any_language_is_called_by_its_vietnamese_name,
    a_hit_has_an_identifier_that_nothing_else_has,
);

fn a_report_is_found_by_those_who_see_it_in_the_words_that_they_see(backend: Backend) {
    const OWN: &str = "bao-hai-phong";
    let app = TestApp::start(backend);
    let (system, approver) = (app.system_of(OWN), app.person(Some(OWN), Role::AgencyApprover));
    let (standing, auditor, other) =
        (app.person(Some("so-tttt"), Role::Standing), app.person(None, Role::Auditor), app.system_of("dai-ptth-hai-phong"));
    let public = app.anonymous();
    let report = |words: &str| {
        json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 50, "narrative": format!("Nội dung {words}."),
            "produced": [{"description": format!("Sản phẩm {words}")}]})
    };
    let callers =
        [("own", &system), ("approver", &approver), ("standing", &standing), ("auditor", &auditor), ("other", &other), ("public", &public)];
    let seen_by = |words: &str| -> Vec<&str> {
        let by = |(name, client): &(&'static str, &Client)| {
            let found = ids(client, words, "&kinds=REPORT");
            let listed = client.get("/api/v1/reports?limit=200").json()["items"].as_array().expect("items").clone();
            assert!(found.iter().all(|id| listed.iter().any(|report| report["id"] == *id)), "{name} finds what is not listed");
            (!found.is_empty()).then_some(*name)
        };
        callers.iter().filter_map(by).collect()
    };
    let inside = ["own", "approver", "standing", "auditor"];
    let everybody = ["own", "approver", "standing", "auditor", "other", "public"];
    // A draft is found by nobody; what is sent by those inside; what is accepted by everybody.
    let draft = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2015});
    let writer = app.person(Some(OWN), Role::AgencyReporter);
    let made = keyed(&writer, "/api/v1/reports/drafts", "d", &draft);
    assert_eq!(made.status, 201, "{}", made.body);
    done(&writer, "PUT", &made.headers["location"], "/draft", &json!({"percent": 30, "narrative": "nháp kwyjibo"}));
    assert_eq!(seen_by("kwyjibo"), Vec::<&str>::new());
    let path = pushed(&system, "k", &report("lầnđầu"));
    assert_eq!(seen_by("landau"), inside);
    done(&standing, "POST", &path, "/return", &json!({"reason": "Bổ sung số liệu."}));
    done(&system, "PUT", &path, "/draft", &json!({"percent": 60, "narrative": "Nội dung lầnhai."}));
    done(&system, "POST", &path, "/submit", &Value::Null);
    assert_eq!((seen_by("landau"), seen_by("lanhai")), (vec![], inside.to_vec()), "a correction takes the place of what was said");
    done(&standing, "POST", &path, "/accept", &Value::Null);
    assert_eq!(seen_by("lanhai"), everybody);
    let until = (app.now() + chrono::TimeDelta::days(9)).date_naive();
    done(&standing, "POST", &path, "/reopen", &json!({"reason": "Số liệu sai.", "until": until}));
    done(&system, "PUT", &path, "/draft", &json!({"percent": 70, "narrative": "Nội dung lầnba."}));
    done(&system, "POST", &path, "/submit", &Value::Null);
    assert_eq!(
        (seen_by("lanhai"), seen_by("lanba")),
        (vec!["other", "public"], inside.to_vec()),
        "what was accepted stands for the public"
    );
    let totals = "query($t: String!) { search(text: $t) { totalCount nodes { id node { ... on Report { narrative } } } } }";
    let told = |client: &Client, text: &str| client.graphql(totals, &json!({ "t": text }))["search"].take();
    assert_eq!(told(&public, "lanba"), json!({"totalCount": 0, "nodes": []}));
    assert_eq!(told(&public, "lanhai")["nodes"][0]["node"]["narrative"], "Nội dung lầnhai.");
    assert_eq!(told(&auditor, "lanba")["nodes"][0]["node"]["narrative"], "Nội dung lầnba.");
}

fn a_report_is_found_as_it_was_on_a_day(backend: Backend) {
    let app = TestApp::start(backend);
    let first = app.now().date_naive();
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 50, "narrative": "Nội dung lầnđầu."});
    let path = pushed(&app.system_of("bao-hai-phong"), "k", &body);
    app.clock.advance(chrono::TimeDelta::days(40));
    let (system, standing) = (app.system_of("bao-hai-phong"), app.person(Some("so-tttt"), Role::Standing));
    done(&standing, "POST", &path, "/return", &json!({"reason": "Bổ sung số liệu."}));
    done(&system, "PUT", &path, "/draft", &json!({"percent": 60, "narrative": "Nội dung lầnhai."}));
    done(&system, "POST", &path, "/submit", &Value::Null);
    let found = |text: &str, day: Option<chrono::NaiveDate>| {
        let day = day.map(|day| format!("&asOf={day}")).unwrap_or_default();
        ids(&system, text, &format!("&kinds=REPORT{day}")).len()
    };
    let yesterday = app.now().date_naive() - chrono::TimeDelta::days(1);
    for (text, day, count) in [
        ("landau", Some(first), 1),
        ("landau", Some(yesterday), 1),
        ("landau", Some(first - chrono::TimeDelta::days(1)), 0),
        ("landau", None, 0),
        ("lanhai", Some(yesterday), 0),
        ("lanhai", Some(app.now().date_naive()), 1),
        ("lanhai", None, 1),
    ] {
        assert_eq!(found(text, day), count, "{text} on {day:?}");
    }
}

fn a_deliverable_is_found_in_public_by_what_is_public_of_it(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, other, public) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"), app.anonymous());
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let total = |client: &Client, text: &str| search(client, text, "&kinds=DELIVERABLE")["totalCount"].as_i64().expect("a number");
    let all = |text: &str| [&press, &standing, &other, &public].map(|client| total(client, text));
    let details = json!({"languages": ["vi"], "partner": "Đốitácxuấtbản"});
    let body = of("PUBLICATION", Some("V.2"), "Ấnphẩmđặcbiệt", details.clone());
    let path = recorded(&press, &body);
    assert_eq!((all("anphamdacbiet"), all("doitacxuatban")), ([1; 4], [1; 4]));
    recorded(&press, &with(of("PUBLICATION", Some("V.2"), "Nộibộthôi", details), "visibility", json!("INTERNAL")));
    assert_eq!(all("noibothoi"), [1, 1, 0, 0]);
    // Of rebuttals and commendations everybody reads counts alone.
    let rebuttal = json!({"noticedOn": "2014-05-02", "claim": "Tinđồnthấtthiệt", "response": "Thôngtinđúng"});
    recorded(&press, &with(of("REBUTTAL", Some("I.5"), "Phảnbáckín", rebuttal), "channel", json!("STATE")));
    assert_eq!((all("phanbackin"), all("tindonthatthiet")), ([1, 1, 0, 0], [1, 1, 0, 0]));
    // A correction and a withdrawal are found as they stand, at once.
    let changed = with(body, "title", json!("Tênđãsửa"));
    let mut said = changed.clone();
    for field in ["programme", "kind"] {
        said.as_object_mut().expect("an object").remove(field);
    }
    let reply = act(&press, "PUT", &path, &tag(&press, &path), &said);
    assert!(reply.status < 300, "{}", reply.body);
    assert_eq!((all("anphamdacbiet"), all("tendasua")), ([0; 4], [1; 4]));
    let withdrawn = act(&press, "POST", &format!("{path}/withdraw"), &tag(&press, &path), &json!({"reason": "Nhập nhầm."}));
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    assert_eq!(all("tendasua"), [0; 4]);
}

fn documents_and_tasks_are_found_as_they_are_worded_now(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let client = app.anonymous();
    decision(&admin, "77/QĐ-UBND", "2014-10-01");
    assert_eq!(search(&client, "77/QĐ-UBND", "&kinds=DOCUMENT")["totalCount"], 1);
    let mut file = testkit::seed::decision_1593();
    let tasks = file["tasks"].as_array_mut().expect("tasks");
    let at = tasks.iter().position(|task| task["code"] == "V.2").expect("V.2");
    let old = tasks[at]["title_vi"].as_str().expect("a text").to_owned();
    let beginning = old.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    assert_eq!(search(&client, &beginning, "&kinds=TASK")["totalCount"], 1);
    tasks[at]["title_vi"] = json!("Mở chuyên mục zyxwv");
    file.as_object_mut().expect("a file").remove("checks");
    for (is_dry, found) in [(true, 0), (false, 1)] {
        let options = app::import::ImportOptions { dry_run: is_dry, apply_changes: true };
        app.import(&file, options).expect("an import");
        assert_eq!(search(&client, "zyxwv", "&kinds=TASK")["totalCount"], found, "what is rehearsed is not found");
    }
}

fn an_address_leads_to_what_was_found(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, standing, public) = (app.system_of("bao-hai-phong"), app.person(Some("so-tttt"), Role::Standing), app.anonymous());
    let said = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 50, "narrative": "Nội dung chỉđường."});
    let report = pushed(&press, "k", &said);
    done(&standing, "POST", &report, "/accept", &Value::Null);
    let details = json!({"languages": ["vi"], "partner": "Nhà xuất bản"});
    let deliverable = recorded(&press, &of("PUBLICATION", Some("V.2"), "Ấn phẩm chỉđường", details));
    for (kind, text, address) in [
        ("AGENCY", "Sở Thông tin và Truyền thông", Some("/api/v1/agencies/so-tttt")),
        ("AGENCY", "sở", None),
        ("DOCUMENT", "1593/QĐ-UBND", None),
        ("REPORT", "chiduong", Some(report.as_str())),
        ("DELIVERABLE", "chiduong", Some(deliverable.as_str())),
    ] {
        for client in [&press, &standing, &public] {
            let page = search(client, text, &format!("&kinds={kind}&limit=200"));
            let hits = page["items"].as_array().expect("items");
            assert!(!hits.is_empty(), "{kind} {text}");
            for hit in hits {
                let href = hit["href"].as_str().unwrap_or_else(|| panic!("no address: {hit}"));
                let reply = client.get(href);
                assert_eq!((reply.status, &reply.json()["id"]), (200, &hit["id"]), "{href}");
            }
            assert!(address.is_none_or(|address| hits.iter().any(|hit| hit["href"] == address)), "{address:?} in {page}");
        }
    }
    // A task has no address of its own, which is told, and is in the list under its identifier.
    let page = search(&public, "thông tin", "&kinds=TASK&limit=200");
    let listed = public.get("/api/v1/tasks?limit=200").json();
    for hit in page["items"].as_array().expect("items") {
        assert_eq!(hit.get("href"), Some(&Value::Null), "{hit}");
        assert!(listed["items"].as_array().expect("items").iter().any(|task| task["id"] == hit["id"]), "{hit}");
    }
}

fn what_is_found_in_any_language_is_called_by_its_vietnamese_name(backend: Backend) {
    const NAMED: &str =
        "query($t: String!, $d: NaiveDate) { search(text: $t, asOf: $d, first: 200) { nodes { id: subjectId kind lang name node {
        ... on Agency { name } ... on Task { name } ... on Deliverable { title } } } } }";
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let path = recorded(&app.system_of("bao-hai-phong"), &of("PUBLICATION", Some("V.2"), "Hải Phòng xưa", json!({"languages": ["vi"]})));
    let path = format!("/api/v1/admin/translations/en/{}", path.rsplit('/').next().expect("an id"));
    let english = json!({"text": "Old Haiphong", "state": "REVIEWED"}).to_string();
    assert_eq!(admin.send("PUT", &path, &[("content-type", "application/json")], english.as_bytes()).status, 200);
    let named = |hits: &Value| -> Vec<Value> { hits.as_array().expect("hits").iter().map(|hit| json!([hit["id"], hit["name"]])).collect() };
    for (text, kind) in [("foreign affairs", "AGENCY"), ("hai phong", "TASK"), ("image friends", "TASK"), ("old haiphong", "DELIVERABLE")] {
        let found = |day: Option<&str>| public.graphql(NAMED, &json!({"t": text, "d": day}))["search"]["nodes"].take();
        let (now, then) = (found(None), found(Some("2014-06-01")));
        let all = now.as_array().expect("hits").iter();
        assert!(all.clone().any(|hit| hit["kind"] == kind && hit["lang"] == "EN"), "{text} finds no {kind} in English: {now}");
        for hit in all.chain(then.as_array().expect("hits")).filter(|hit| hit["kind"] != "DOCUMENT") {
            let field = if hit["kind"] == "DELIVERABLE" { "title" } else { "name" };
            assert_eq!(hit["name"], hit["node"][field], "{text}: {hit}");
        }
        // The same over REST, whatever language is liked.
        let address = format!("/api/v1/search?q={}&limit=200", text.replace(' ', "%20"));
        let told = public.send("GET", &address, &[("accept-language", "en")], b"").json();
        assert_eq!(named(&told["items"]), named(&now), "{text}");
    }
    let cost = |n: usize| app.fewest_statements(|| search(&public, "hai phong", &format!("&kinds=TASK&limit={n}"))).0;
    cost(1);
    assert_eq!(cost(1), cost(15), "the names of a page are read at once");
}

fn a_hit_has_an_identifier_that_nothing_else_has(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let found = |text: &str, day: Option<&str>| {
        let query = "query($t: String!, $d: NaiveDate) { search(text: $t, asOf: $d, first: 200) { nodes { id subjectId node { id } } } }";
        client.graphql(query, &json!({"t": text, "d": day}))["search"]["nodes"].as_array().expect("hits").clone()
    };
    let hits = found("thông tin", None);
    assert!(hits.len() > 12 && hits.iter().all(|hit| hit["subjectId"] == hit["node"]["id"]), "{hits:?}");
    assert_eq!(found("thông tin", None), hits, "it stays");
    // What the same things are found by, and as of which day, tells the hits apart: each shows something else.
    let all = [hits.clone(), found("thong tin", None), found("thông tin", Some("2014-06-01"))].concat();
    let text = |value: &Value| value.as_str().expect("an identifier").to_owned();
    let own: BTreeSet<String> = all.iter().map(|hit| text(&hit["id"])).collect();
    assert_eq!(own.len(), all.len());
    assert!(all.iter().all(|hit| !own.contains(&text(&hit["subjectId"]))));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(client.graphql(node, &json!({"id": hits[0]["id"]}))["node"], Value::Null);
    assert_eq!(client.graphql(node, &json!({"id": hits[0]["subjectId"]}))["node"]["id"], hits[0]["subjectId"]);
}
