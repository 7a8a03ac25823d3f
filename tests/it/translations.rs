//! Names, titles and public texts in several languages: how far each can be relied on, who writes them, as one and as a table.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both};

use crate::{
    amendments::decision,
    deliverables::{of, recorded},
    workflow::act,
};

both!(
    a_text_tells_its_language_its_state_and_whether_it_is_stale,
    a_client_s_languages_set_what_it_is_given,
    a_client_of_rest_is_given_what_it_likes_beside_the_source,
    a_deliverable_over_rest_tells_the_language_of_its_title,
    targets_over_rest_tell_the_language_of_their_words,
    a_document_s_title_is_translated_like_any_other,
    a_table_goes_out_and_comes_back_with_its_states,
    what_is_wrong_with_a_table_is_told_by_line_and_nothing_is_written,
    a_table_whose_rows_do_not_fit_its_head_is_not_taken,
    a_table_comes_back_through_a_spreadsheet,
    what_is_translated_is_found_and_costs_no_more,
);

const NAMES: &str = "query($l: Lang) { agency(code: \"so-ngoai-vu\") { name(lang: $l) nameText(lang: $l) { text lang state isStale } }
  programme(code: \"HP-1593-2013\") { name(lang: $l) task(code: \"V.2\") { id nameText(lang: $l) { text lang state isStale } } } }";

fn names(client: &Client, lang: &str) -> Value {
    client.graphql(NAMES, &json!({ "l": lang }))
}

fn sent(client: &Client, method: &str, path: &str, media: &str, body: &str) -> (u16, Value) {
    let reply = client.send(method, &format!("/api/v1/admin/translations/{path}"), &[("content-type", media)], body.as_bytes());
    (reply.status, if reply.body.is_empty() { Value::Null } else { reply.json() })
}

fn put(client: &Client, path: &str, body: &Value) -> (u16, Value) {
    sent(client, "PUT", path, "application/json", &body.to_string())
}

/// The rows of the table in a language, each by the names of its columns.
fn table(client: &Client, lang: &str, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("/api/v1/admin/translations/{lang}{query}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    let mut reader = csv::Reader::from_reader(reply.body.as_bytes());
    let heads = reader.headers().expect("a head").clone();
    let row =
        |record: csv::StringRecord| heads.iter().zip(record.iter()).map(|(head, cell)| (head.to_owned(), json!(cell))).collect::<Value>();
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

fn subject(rows: &[Value], code: &str) -> String {
    let row = rows.iter().find(|row| row["code"] == code).expect("a row");
    row["subject"].as_str().expect("an id").to_owned()
}

fn a_text_tells_its_language_its_state_and_whether_it_is_stale(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, standing, public) = (app.person(None, Role::Admin), app.person(Some("so-tttt"), Role::Standing), app.anonymous());
    let of_agency = subject(&table(&admin, "fr", "?kinds=AGENCY"), "so-ngoai-vu");
    let text = json!({"text": "Département des affaires étrangères", "state": "REVIEWED"});
    assert_eq!(put(&public, &format!("fr/{of_agency}"), &text).0, 401);
    assert_eq!(put(&app.person(None, Role::Auditor), &format!("fr/{of_agency}"), &text).0, 403);
    assert_eq!(put(&standing, &format!("vi/{of_agency}"), &text).0, 404, "Vietnamese is no translation");
    let (status, written) = put(&standing, &format!("fr/{of_agency}"), &text);
    assert_eq!((status, written), (200, json!({"added": 1, "changed": 0, "unchanged": 0, "stale": 0, "dryRun": false})));
    let told = |lang: &str| names(&public, lang)["agency"]["nameText"].clone();
    let french = json!({"text": "Département des affaires étrangères", "lang": "FR", "state": "REVIEWED", "isStale": false});
    assert_eq!(told("FR"), french);
    assert_eq!(told("JA"), json!({"text": "Sở Ngoại vụ", "lang": "VI", "state": "SOURCE", "isStale": false}));
    // A translation of other words is told as such; so is one whose words change under it.
    let task = names(&public, "EN")["programme"]["task"]["id"].as_str().expect("an id").to_owned();
    let old = json!({"text": "Open a column", "state": "MACHINE", "source": "Mở một chuyên mục"});
    assert_eq!(put(&standing, &format!("en/{task}"), &old).1["stale"], 1);
    let told = names(&public, "EN")["programme"]["task"]["nameText"].clone();
    assert_eq!(told, json!({"text": "Open a column", "lang": "EN", "state": "MACHINE", "isStale": true}));
    let row = table(&standing, "en", "?kinds=TASK").into_iter().find(|row| row["subject"] == task.as_str()).expect("a row");
    assert_eq!((&row["stale"], &row["source"]), (&json!("STALE"), &json!("Mở một chuyên mục")), "{row}");
    assert_eq!(row["standing"], names(&public, "VI")["programme"]["task"]["nameText"]["text"], "what is to be translated stands beside");
    let mutation =
        "mutation($s: ID!) { putTranslation(subject: $s, lang: EN, text: \"Columns\", state: REVIEWED) { isStale problem { code } } }";
    let done = standing.graphql(mutation, &json!({ "s": task }))["putTranslation"].take();
    assert_eq!(done, json!({"isStale": false, "problem": null}));
    let gone = standing.send("DELETE", &format!("/api/v1/admin/translations/fr/{of_agency}"), &[], b"");
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert_eq!(names(&public, "FR")["agency"]["name"], "Sở Ngoại vụ");
    assert_eq!(standing.send("DELETE", &format!("/api/v1/admin/translations/fr/{of_agency}"), &[], b"").code(), "NOT_FOUND");
}

fn a_client_s_languages_set_what_it_is_given(backend: Backend) {
    let app = TestApp::start(backend);
    let body = json!({"query": "{ programme(code: \"HP-1593-2013\") { nameText { lang } vi: nameText(lang: VI) { lang } } }"}).to_string();
    let asked = |accepted: Option<&str>| {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(accepted.map(|accepted| ("accept-language", accepted)));
        let reply = app.anonymous().send("POST", "/graphql", &headers, body.as_bytes());
        assert!(reply.headers["vary"].to_lowercase().contains("accept-language"), "{:?}", reply.headers);
        let programme = reply.json()["data"]["programme"].take();
        assert_eq!(programme["vi"]["lang"], "VI");
        programme["nameText"]["lang"].as_str().expect("a language").to_owned()
    };
    assert_eq!((asked(None), asked(Some("en")), asked(Some("ja;q=0.5, en;q=0.1"))), ("VI".into(), "EN".into(), "EN".into()));
    assert_eq!((asked(Some("ja, vi;q=0.9, en;q=0.5")), asked(Some("ja"))), ("VI".into(), "VI".into()), "the source is there in any case");
    assert_eq!((asked(Some("de")), asked(Some("vi, en")), asked(Some(";;q=,"))), ("VI".into(), "VI".into(), "VI".into()));
    assert_eq!((asked(Some("en;q=0, de")), asked(Some("*"))), ("VI".into(), "VI".into()), "what is not wanted is not given");
    // The same as an event.
    let path = "/graphql?query=%7Bprogramme(code:%22HP-1593-2013%22)%7BnameText%7Blang%7D%7D%7D";
    let event = app.anonymous().send("GET", path, &[("accept", "text/event-stream"), ("accept-language", "en")], b"");
    assert!(event.body.contains(r#"{"lang":"EN"}"#), "{}", event.body);
}

/// What a client is told that likes these languages; whoever keeps the answer is told that it depends on them.
fn told(client: &Client, path: &str, accepted: &str) -> Reply {
    let reply = client.send("GET", path, &[("accept-language", accepted)], b"");
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    assert!(reply.headers["vary"].to_lowercase().contains("accept-language"), "{path}: {:?}", reply.headers);
    reply
}

/// How many statements a request takes in a language.
fn cost(app: &TestApp, path: &str, accepted: &str) -> u64 {
    let public = app.anonymous();
    app.fewest_statements(|| told(&public, path, accepted)).0
}

/// The item of a list with this value in a field.
fn one(list: &Value, field: &str, value: &str) -> Value {
    let items = list["items"].as_array().expect("items");
    items.iter().find(|item| item[field] == value).unwrap_or_else(|| panic!("{value} is not in {list}")).clone()
}

fn text(text: &str, lang: &str, state: &str, is_stale: bool) -> Value {
    json!({"text": text, "lang": lang, "state": state, "isStale": is_stale})
}

fn a_client_of_rest_is_given_what_it_likes_beside_the_source(backend: Backend) {
    let app = TestApp::start(backend);
    let public = app.anonymous();
    let asked = |path: &str, accepted: &str| told(&public, path, accepted).json();
    let agency = |accepted: &str| asked("/api/v1/agencies/so-ngoai-vu", accepted);
    let listed = |accepted: &str| {
        let page = asked("/api/v1/agencies?limit=200", accepted);
        let items = page["items"].as_array().expect("agencies").clone();
        items.into_iter().find(|one| one["code"] == "so-ngoai-vu").expect("the agency")
    };
    let english = text("Department of Foreign Affairs", "en", "MACHINE", false);
    let source = text("Sở Ngoại vụ", "vi", "SOURCE", false);
    let ways: [&dyn Fn(&str) -> Value; 2] = [&agency, &listed];
    for told in ways {
        assert_eq!((&told("en-GB, vi;q=0.5")["nameText"], &told("en")["name"]), (&english, &json!("Sở Ngoại vụ")));
        assert_eq!(told("ja, en;q=0.5")["nameText"], english, "nobody translated it into Japanese");
        assert_eq!(
            (&told("ja")["nameText"], &told("en;q=0.2, vi;q=0.9")["nameText"], &told(";;q=")["nameText"]),
            (&source, &source, &source)
        );
    }
    let history = agency("en")["history"].as_array().expect("its names").clone();
    assert!(history.iter().any(|term| term["nameText"] == english && term["name"] == "Sở Ngoại vụ"), "{history:?}");
    let long = public.send("GET", "/api/v1/tasks", &[("accept-language", &"vi,".repeat(400))], b"");
    assert_eq!((long.status, long.code().as_str()), (400, "HEADER_INVALID"), "as the description says");
    let path = "/api/v1/programmes/HP-1593-2013";
    let (programme, vietnamese) = (asked(path, "en"), asked(path, "vi"));
    let texts = |programme: &Value| {
        let (group, target) = (&programme["groups"][4], &programme["targets"][0]);
        let all = [&programme["nameText"], &group["nameText"], &group["tasks"][1]["nameText"], &target["indicatorText"]];
        all.map(|text| (text["lang"].clone(), text["text"].clone()))
    };
    assert!(texts(&programme).iter().all(|(lang, _)| lang == "en"), "{:?}", texts(&programme));
    let lead = |programme: &Value| programme["groups"][4]["tasks"][1]["leadAgencies"][0].clone();
    assert_eq!((&lead(&programme)["nameText"]["lang"], &lead(&vietnamese)["nameText"]["lang"]), (&json!("en"), &json!("vi")));
    assert_eq!(lead(&vietnamese)["nameText"]["text"], lead(&programme)["name"]);
    let told = [
        &vietnamese["name"],
        &vietnamese["groups"][4]["name"],
        &vietnamese["groups"][4]["tasks"][1]["name"],
        &vietnamese["targets"][0]["text"],
    ];
    assert_eq!(texts(&vietnamese), told.map(|text| (json!("vi"), text.clone())));
    let task = |accepted: &str| asked("/api/v1/tasks?programme=HP-1593-2013&limit=200", accepted)["items"][0]["nameText"]["lang"].clone();
    assert_eq!((task("en"), task("fr")), (json!("en"), json!("vi")));
    let statements = |path: &str| app.fewest_statements(|| public.send("GET", path, &[("accept-language", "en")], b"")).0;
    statements("/api/v1/tasks?limit=1");
    assert_eq!(statements("/api/v1/tasks?limit=2"), statements("/api/v1/tasks?limit=15"));
}

fn a_deliverable_over_rest_tells_the_language_of_its_title(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, press, public) = (app.person(None, Role::Admin), app.system_of("bao-hai-phong"), app.anonymous());
    let body = |title: &str| of("PUBLICATION", Some("V.2"), title, json!({"languages": ["vi"]}));
    let translated = |title: &str, english: &str| {
        let path = recorded(&press, &body(title));
        let id = path.rsplit('/').next().expect("an id").to_owned();
        assert_eq!(put(&admin, &format!("en/{id}"), &json!({"text": english, "state": "REVIEWED"})).0, 200);
        (path, id)
    };
    let (path, id) = translated("Hải Phòng xưa", "Old Haiphong");
    let list = "/api/v1/deliverables?programme=HP-1593-2013&limit=200";
    let single = |accepted: &str| told(&public, &path, accepted).json();
    let listed = |accepted: &str| one(&told(&public, list, accepted).json(), "id", &id);
    let (english, source) = (text("Old Haiphong", "en", "REVIEWED", false), text("Hải Phòng xưa", "vi", "SOURCE", false));
    let ways: [&dyn Fn(&str) -> Value; 2] = [&single, &listed];
    for way in ways {
        assert_eq!((&way("en")["titleText"], &way("ja, en;q=0.5")["titleText"]), (&english, &english));
        assert_eq!((&way("fr")["titleText"], &way("vi, en;q=0.5")["titleText"]), (&source, &source), "there is no French");
        assert_eq!(way("en")["title"], "Hải Phòng xưa", "the source stays where it was");
    }
    // Whoever has it in one language does not have it in another.
    for path in [path.as_str(), list] {
        let tag = told(&public, path, "en").headers["etag"].clone();
        assert_ne!(tag, told(&public, path, "vi").headers["etag"], "{path}");
        let again = |accepted: &str| public.send("GET", path, &[("accept-language", accepted), ("if-none-match", &tag)], b"").status;
        assert_eq!((again("en"), again("vi")), (304, 200), "{path}");
    }
    // The translations of a whole page come in one statement.
    for n in 2..6 {
        translated(&format!("Ấn phẩm {n}"), &format!("Publication {n}"));
    }
    let page = |limit: usize| format!("/api/v1/deliverables?programme=HP-1593-2013&limit={limit}");
    cost(&app, &page(1), "en");
    let of_two = cost(&app, &page(2), "en");
    assert_eq!((of_two, of_two), (cost(&app, &page(5), "en"), cost(&app, &page(2), "vi") + 1));
    // Another title makes the translation one of other words.
    let mut said = body("Hải Phòng ngày xưa");
    for field in ["programme", "kind"] {
        said.as_object_mut().expect("an object").remove(field);
    }
    let changed = act(&press, "PUT", &path, "\"1\"", &said);
    assert_eq!((changed.status, &changed.json()["titleText"]["lang"]), (200, &json!("vi")), "{}", changed.body);
    assert_eq!(single("en")["titleText"], text("Old Haiphong", "en", "REVIEWED", true));
    assert_eq!(listed("vi")["titleText"], text("Hải Phòng ngày xưa", "vi", "SOURCE", false));
}

fn targets_over_rest_tell_the_language_of_their_words(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let path = "/api/v1/programmes/HP-1593-2013/targets";
    let target = subject(&table(&admin, "fr", "?kinds=TARGET"), "HP-1593-2013 T1");
    assert_eq!(put(&admin, &format!("fr/{target}"), &json!({"text": "Un objectif", "state": "REVIEWED"})).0, 200);
    let asked = |accepted: &str| told(&public, path, accepted).json();
    let first = |accepted: &str| one(&asked(accepted), "target", "T1");
    assert_eq!(first("fr")["indicatorText"], text("Un objectif", "fr", "REVIEWED", false));
    let (english, vietnamese) = (first("en"), first("ja"));
    assert_eq!((&english["indicatorText"]["lang"], &english["indicatorText"]["state"]), (&json!("en"), &json!("MACHINE")));
    let words = vietnamese["text"].as_str().expect("words");
    assert_eq!((&vietnamese["indicatorText"], &english["text"]), (&text(words, "vi", "SOURCE", false), &json!(words)));
    // The same as within the programme, for each of them.
    let (programme, all) = (told(&public, "/api/v1/programmes/HP-1593-2013", "fr, en;q=0.5").json(), asked("fr, en;q=0.5"));
    let within = programme["targets"].as_array().expect("targets");
    assert_eq!(within.len(), all["items"].as_array().expect("targets").len());
    for target in within {
        let code = target["code"].as_str().expect("a code");
        assert_eq!(one(&all, "target", code)["indicatorText"], target["indicatorText"], "{code}");
    }
    cost(&app, path, "en");
    assert_eq!(cost(&app, path, "en"), cost(&app, path, "vi") + 1, "those of all targets come in one statement");
}

fn a_document_s_title_is_translated_like_any_other(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let id = decision(&admin, "1681/UBND-TCD", "2014-10-01");
    let rows = table(&admin, "fr", "?kinds=DOCUMENT");
    assert_eq!(subject(&rows, "1681/UBND-TCD"), id);
    let row = |rows: &[Value]| rows.iter().find(|row| row["subject"] == id.as_str()).expect("a row").clone();
    assert_eq!((&row(&rows)["source"], &row(&rows)["text"]), (&json!("Sửa đổi Chương trình"), &json!("")));
    let csv = format!("subject,text,state\n{id},Modification du programme,REVIEWED\n");
    let (status, written) = sent(&admin, "POST", "fr", "text/csv", &csv);
    assert_eq!((status, &written["added"], &written["stale"]), (200, &json!(1), &json!(0)), "{written}");
    let (own, kept) = (format!("/api/v1/documents/{id}"), format!("/api/v1/admin/documents/{id}"));
    let (list, list_kept) = ("/api/v1/documents?kind=DECISION&limit=200", "/api/v1/admin/documents?kind=DECISION&limit=200");
    let single = |accepted: &str| told(&public, &own, accepted).json();
    let listed = |accepted: &str| one(&told(&public, list, accepted).json(), "id", &id);
    let single_kept = |accepted: &str| told(&admin, &kept, accepted).json();
    let listed_kept = |accepted: &str| one(&told(&admin, list_kept, accepted).json(), "id", &id);
    let french = text("Modification du programme", "fr", "REVIEWED", false);
    let source = text("Sửa đổi Chương trình", "vi", "SOURCE", false);
    let ways: [&dyn Fn(&str) -> Value; 4] = [&single, &listed, &single_kept, &listed_kept];
    for way in ways {
        assert_eq!((&way("fr")["titleText"], &way("ja")["titleText"]), (&french, &source));
        assert_eq!(way("fr")["title"], "Sửa đổi Chương trình");
    }
    // What the programme's file brought is told with its language as well.
    let brought = one(&told(&public, list, "en").json(), "number", "1593/QĐ-UBND")["titleText"].take();
    assert_eq!((&brought["lang"], &brought["state"], &brought["isStale"]), (&json!("en"), &json!("MACHINE"), &json!(false)), "{brought}");
    let page = |limit: usize| format!("/api/v1/documents?limit={limit}");
    cost(&app, &page(1), "en");
    assert_eq!(cost(&app, &page(20), "en"), cost(&app, &page(20), "vi") + 1, "those of a page come in one statement");
    // Another title makes it stale, in REST, in the table and in GraphQL.
    let revision = format!("\"{}\"", single("vi")["revision"]);
    let changed = act(&admin, "PATCH", &kept, &revision, &json!({"title": "Sửa đổi, bổ sung Chương trình"}));
    assert_eq!(changed.status, 200, "{}", changed.body);
    let stale = text("Modification du programme", "fr", "REVIEWED", true);
    assert_eq!((&single("fr")["titleText"], &row(&table(&admin, "fr", ""))["stale"]), (&stale, &json!("STALE")));
    let query = "query($id: ID!) { document(id: $id) { titleText(lang: FR) { text lang state isStale } } }";
    let found = public.graphql(query, &json!({ "id": id }))["document"]["titleText"].take();
    assert_eq!((&found["text"], &found["lang"], &found["isStale"]), (&stale["text"], &json!("FR"), &json!(true)));
}

fn a_table_goes_out_and_comes_back_with_its_states(backend: Backend) {
    let app = TestApp::start(backend);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let before = table(&standing, "en", "");
    let kinds: std::collections::BTreeSet<&str> = before.iter().filter_map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["AGENCY", "DOCUMENT", "GROUP", "PROGRAMME", "TARGET", "TASK"]);
    let agency = subject(&before, "so-ngoai-vu");
    let whole = standing.get("/api/v1/admin/translations/en?bom=true").body;
    let same = sent(&standing, "POST", "en", "text/csv", &whole);
    assert_eq!((same.0, &same.1["changed"], &same.1["added"]), (200, &json!(0), &json!(0)), "{}", same.1);
    let more = format!("subject;text;state;source\n{agency};'=Foreign Affairs;REVIEWED;\n");
    for (query, dry) in [("en?dryRun=true", true), ("en", false)] {
        let (status, written) = sent(&standing, "POST", query, "text/csv", &more);
        assert_eq!(
            (status, &written["dryRun"], written["changed"].as_i64().unwrap() + written["added"].as_i64().unwrap()),
            (200, &json!(dry), 1)
        );
        let now = names(&app.anonymous(), "EN")["agency"]["nameText"].clone();
        assert_eq!(now["text"] == "=Foreign Affairs", !dry, "{now}");
    }
    let row = table(&standing, "en", "?kinds=AGENCY").into_iter().find(|row| row["subject"] == agency.as_str()).expect("a row");
    assert_eq!((&row["text"], &row["state"], &row["stale"]), (&json!("'=Foreign Affairs"), &json!("REVIEWED"), &json!("")));
    let me = standing.get("/api/v1/me").json();
    assert_eq!((&row["editor"], row["editedAt"].as_str().is_some_and(|at| at.contains('T'))), (&me["id"], true), "{row} {me}");
    assert!(before.iter().all(|row| row["editor"] == ""), "what the file brought was written by nobody");
}

fn what_is_wrong_with_a_table_is_told_by_line_and_nothing_is_written(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let agency = subject(&table(&admin, "ja", "?kinds=AGENCY"), "so-ngoai-vu");
    let nothing = "00000000-0000-0000-0000-000000000007";
    let faults = |rows: &str| {
        let reply = admin.send(
            "POST",
            "/api/v1/admin/translations/ja",
            &[("content-type", "text/csv")],
            format!("subject,text,state\n{rows}").as_bytes(),
        );
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        reply.faults()
    };
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    let told = faults(&format!("{agency},外務局,REVIEWED\n{nothing},x,MACHINE\n{agency},y,MACHINE\n"));
    assert_eq!(told, [fault("/3/subject", "REFERENCE_UNKNOWN"), fault("/4/subject", "DUPLICATE")]);
    assert_eq!(
        faults(&format!("{agency},外務局,DONE\nx,y,MACHINE\n")),
        [fault("/2/state", "NOT_ONE_OF"), fault("/3/subject", "REFERENCE_UNKNOWN")]
    );
    // Each column is told by its own name.
    for (row, column) in [("ab,MACHINE,x\0y", "source"), ("a\u{1}b,MACHINE,xy", "text")] {
        let table = format!("subject,text,state,source\n{agency},{row}\n");
        let path = "/api/v1/admin/translations/ja?dryRun=true";
        let reply = admin.send("POST", path, &[("content-type", "text/csv")], table.as_bytes());
        assert_eq!(reply.faults(), [fault(&format!("/2/{column}"), "PATTERN_MISMATCH")]);
    }
    // A text that shows nothing is none.
    assert_eq!(faults(&format!("{agency},\u{200b},REVIEWED\n")), [fault("/2/text", "PATTERN_MISMATCH")]);
    for blank in ["\u{200b}", " \u{feff}\u{2060} "] {
        let (status, told) = put(&admin, &format!("ja/{agency}"), &json!({"text": blank, "state": "REVIEWED"}));
        assert_eq!((status, &told["errors"][0]["code"]), (422, &json!("PATTERN_MISMATCH")), "{told}");
        let text =
            "mutation($s: ID!, $t: String!) { putTranslation(subject: $s, lang: JA, text: $t, state: REVIEWED) { problem { code } } }";
        let told = admin.graphql(text, &json!({"s": agency, "t": blank}))["putTranslation"].take();
        assert_eq!(told["problem"]["code"], "BODY_INVALID", "{told}");
    }
    assert_eq!(names(&app.anonymous(), "JA")["agency"]["nameText"]["lang"], "VI");
    assert_eq!(sent(&admin, "POST", "ja", "application/json", "{}").1["code"], "MEDIA_TYPE_UNSUPPORTED");
}

fn a_table_whose_rows_do_not_fit_its_head_is_not_taken(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let rows = table(&admin, "fr", "");
    let ids = ["so-ngoai-vu", "so-tttt", "so-noi-vu"].map(|code| subject(&rows, code));
    let [first, second, third] = &ids;
    let post = |body: &str| admin.send("POST", "/api/v1/admin/translations/fr", &[("content-type", "text/csv")], body.as_bytes());
    // A quote that is never closed would take the other rows in.
    let open = post(&format!("subject,state,text\n{first},REVIEWED,\"A\n{second},REVIEWED,B\n{third},REVIEWED,C\n"));
    assert_eq!((open.status, open.code().as_str()), (400, "BODY_UNREADABLE"), "{}", open.body);
    assert!(open.body.contains("on line 2 ") && open.body.contains("Dấu nháy kép mở ở dòng 2"), "{}", open.body);
    let faults = |body: &str| {
        let reply = post(body);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        reply.faults().into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>()
    };
    // What a comma without quotes parts, and what a line end does.
    let told = faults(&format!(
        "subject,state,text\n{first},REVIEWED,Direction de la culture, du sport\n{second},REVIEWED\n{third},REVIEWED,Affaires\nintérieures\n"
    ));
    assert_eq!(told, ["/2 FIELD_UNKNOWN", "/5 COUNT_MISMATCH", "/5/subject REFERENCE_UNKNOWN"]);
    let told = faults(&format!("subject,text,state\n{first},Culture\n{second}\n"));
    assert_eq!(told, ["/2 COUNT_MISMATCH", "/2/state NOT_ONE_OF"]);
    let told = faults(&format!("subject,state,text,text,note\n{first},REVIEWED,A,B,C\n"));
    assert_eq!(told, ["/1/text DUPLICATE", "/1/note FIELD_UNKNOWN"]);
    for end in ["\n", "\r\n", "\r"] {
        let body = format!("subject,state,text\n{first},REVIEWED,\"A\n\nB\"\n\n{second},DONE,C\n").replace('\n', end);
        assert_eq!(faults(&body), ["/6/state NOT_ONE_OF"], "{end:?}");
    }
    let written = table(&admin, "fr", "").into_iter().filter(|row| ids.iter().any(|id| row["subject"] == id.as_str()) && row["text"] != "");
    assert_eq!(written.count(), 0, "nothing of it is written");
}

fn a_table_comes_back_through_a_spreadsheet(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let task = subject(&table(&admin, "en", "?kinds=TASK"), "HP-1593-2013 V.2");
    assert_eq!(put(&admin, &format!("en/{task}"), &json!({"text": "=\"Open\", a column\nof; two", "state": "REVIEWED"})).0, 200);
    let whole = admin.get("/api/v1/admin/translations/en").body;
    let through = |mark: u8, change: &dyn Fn(usize, Vec<String>) -> Vec<String>| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(whole.as_bytes());
        let mut writer = csv::WriterBuilder::new().delimiter(mark).flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for (i, record) in reader.records().enumerate() {
            let cells = record.expect("a row").iter().map(str::to_owned).collect();
            writer.write_record(change(i, cells)).expect("a row");
        }
        String::from_utf8(writer.into_inner().expect("a table")).expect("text")
    };
    let wider = |_: usize, cells: Vec<String>| [cells, vec![String::new(); 3]].concat();
    // Behind the head, cells at the end that are empty are left out, and rows without anything follow.
    let shorter = |i: usize, mut cells: Vec<String>| {
        while i > 0 && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        cells
    };
    for body in [through(b';', &wider), through(b',', &shorter) + ",,,\r\n", through(b',', &wider) + ",,,\r\n"] {
        let (status, written) = sent(&admin, "POST", "en", "text/csv", &body);
        assert_eq!((status, &written["changed"], &written["added"]), (200, &json!(0), &json!(0)), "{written}");
    }
    // Where nothing is translated every row ends at its source; some programs write a blank behind quotes.
    let mut lines = vec!["kind,code,subject,source,text,state".to_owned()];
    lines.extend(table(&admin, "fr", "?kinds=AGENCY").iter().map(|row| format!("AGENCY,{} ,{},\"Tên\" ", row["code"], row["subject"])));
    let (status, written) = sent(&admin, "POST", "fr", "text/csv", &lines.join("\r\n"));
    assert_eq!((status, &written["changed"], &written["added"]), (200, &json!(0), &json!(0)), "{written}");
}

fn what_is_translated_is_found_and_costs_no_more(backend: Backend) {
    let app = TestApp::start(backend);
    let (admin, public) = (app.person(None, Role::Admin), app.anonymous());
    let path = recorded(&app.system_of("bao-hai-phong"), &of("PUBLICATION", Some("V.2"), "Hải Phòng xưa", json!({"languages": ["vi"]})));
    let rows = table(&admin, "zh", "");
    let agency = subject(&rows, "so-ngoai-vu");
    let shown = path.rsplit('/').next().expect("an id");
    assert_eq!(put(&admin, &format!("zh/{agency}"), &json!({"text": "外事厅", "state": "REVIEWED"})).0, 200);
    assert_eq!(put(&admin, &format!("zh/{shown}"), &json!({"text": "老海防", "state": "MACHINE"})).0, 200);
    let found = |text: &str| {
        let query = "query($t: String!) { search(text: $t) { nodes { id lang kind node { ... on Deliverable { titleText(lang: ZH) { text state } } } } } }";
        public.graphql(query, &json!({ "t": text }))["search"]["nodes"].take()
    };
    assert_eq!((&found("外事")[0]["kind"], &found("外事")[0]["lang"]), (&json!("AGENCY"), &json!("ZH")));
    let deliverable = found("海防")[0].take();
    assert_eq!(deliverable["node"]["titleText"], json!({"text": "老海防", "state": "MACHINE"}));
    assert_eq!(app.made_anew().mended, 0);
    let tasks = "query($n: Int!) { tasks(first: $n) { nodes { nameText(lang: EN) { text state isStale } group { name(lang: EN) } } } }";
    let cost = |n: usize| app.fewest_statements(|| public.graphql(tasks, &json!({ "n": n }))).0;
    cost(1);
    assert_eq!(cost(2), cost(15));
}
