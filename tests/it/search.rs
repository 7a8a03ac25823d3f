//! Searching: what is found however it is typed, what comes first, what nobody is told of who may not see it.

use std::collections::BTreeSet;

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, app::wait, both, database::TestDatabase, dice::Dice, once};

use crate::{generate::filled, plans};

both!(
    names_are_found_however_they_are_typed,
    accents_as_typed_come_first_and_titles_before_texts,
    what_was_asked_for_is_marked_and_never_markup,
    initials_that_no_name_has_are_shown_marked,
    an_agency_is_found_by_the_names_of_a_day,
    signs_are_no_operators_and_bad_searches_are_told,
    pages_go_on_where_they_ended_in_both_directions,
    a_search_costs_the_same_however_much_is_found,
    an_index_finds_the_words,
    what_is_kept_is_what_would_be_made_anew,
    what_older_rules_made_is_made_anew,
    a_language_that_is_refused_gives_way_to_any_that_is_not,
);
once!(both_databases_find_the_same);

/// As it stands in an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A page of what is found, `more` being further parameters.
pub fn search(client: &Client, text: &str, more: &str) -> Value {
    let reply = client.get(&format!("/api/v1/search?q={}{more}", encoded(text)));
    assert_eq!(reply.status, 200, "{text}: {}", reply.body);
    let page = reply.json();
    let shown = page["items"].as_array().expect("items").len();
    assert!(page["hasNext"] == true || page["totalCount"] == shown || more.contains("after"), "{page}");
    page
}

fn joined(fragments: &Value) -> String {
    fragments.as_array().expect("fragments").iter().map(|one| one["text"].as_str().expect("a text")).collect()
}

fn marked(fragments: &Value) -> String {
    let one = |fragment: &Value| {
        let text = fragment["text"].as_str().expect("a text");
        if fragment["isMatch"] == true { format!("[{text}]") } else { text.to_owned() }
    };
    fragments.as_array().expect("fragments").iter().map(one).collect()
}

/// The titles of what is found.
fn titles(client: &Client, text: &str, more: &str) -> Vec<String> {
    search(client, text, more)["items"].as_array().expect("items").iter().map(|item| joined(&item["title"])).collect()
}

pub fn ids(client: &Client, text: &str, more: &str) -> BTreeSet<String> {
    let page = search(client, text, &format!("&limit=200{more}"));
    let found: Vec<String> =
        page["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("an id").into()).collect();
    let once: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(found.len(), once.len(), "each thing once");
    once
}

fn organised(app: &TestApp) {
    app.import_organisation(&testkit::seed::organisation(), app::import::ImportOptions::default()).expect("an organisation");
}

fn post(client: &Client, path: &str, body: &Value) -> Value {
    let reply = client.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes());
    assert!(reply.status < 300, "{path}: {}", reply.body);
    reply.json()
}

fn names_are_found_however_they_are_typed(backend: Backend) {
    let app = TestApp::start(backend);
    organised(&app);
    let client = app.anonymous();
    let is_found = |text: &str, name: &str| {
        let found = titles(&client, text, "&kinds=AGENCY&limit=200");
        assert!(found.iter().any(|title| title.contains(name)), "{text:?} finds {name:?} among {found:?}");
    };
    for text in ["bach long vi", "BACH LONG VY", "Bạch Long Vỹ", "Bạch Long Vĩ", "ba\u{323}ch long vi\u{303}", "vỹ long bạch"] {
        is_found(text, "Bạch Long V");
    }
    for text in ["stttt", "STTTT", "tttt", "so tttt", "Sở TT&TT", "thong tin truyen thong", "thông tin truyền th"] {
        is_found(text, "Sở Thông tin và Truyền thông");
    }
    for text in ["ubnd bach long vi", "UBND huyện Bạch Long Vĩ", "do son", "Đồ Sơn"] {
        assert!(!titles(&client, text, "&kinds=AGENCY").is_empty(), "{text}");
    }
    assert_eq!(ids(&client, "Uỷ ban nhân dân", "&kinds=AGENCY"), ids(&client, "Ủy ban nhân dân", "&kinds=AGENCY"));
    // The decision's own misprint, “Hài Phòng”, stands in the words of a task.
    let tasks: Vec<Value> = search(&client, "hai phong truyen hinh", "&kinds=TASK")["items"].as_array().expect("items").clone();
    assert!(tasks.iter().any(|task| joined(&task["excerpt"]).contains("Hài Phòng")), "{tasks:?}");
    assert_eq!(titles(&client, "tai", "&kinds=AGENCY&limit=200").iter().filter(|title| title.contains("Tay")).count(), 0);
}

/// Plans with these titles and summaries.
fn planned(admin: &Client, titles: &[(&str, Option<&str>)]) {
    for (title, summary) in titles {
        let mut body = json!({"kind": "PLAN", "status": "PLANNED", "title": title, "issuerAsWritten": "Cơ quan"});
        if let Some(summary) = summary {
            body["abstract"] = json!(summary);
        }
        post(admin, "/api/v1/admin/documents", &body);
    }
}

fn accents_as_typed_come_first_and_titles_before_texts(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    planned(
        &admin,
        &[
            ("Hội nghị quyên góp", None),
            ("Hội nghị quyền con người", None),
            ("Văn bản khác", Some("Về quyền con người qua biên giới")),
            ("Văn bản nữa", Some("Về quyên góp ở biên giới")),
            ("Hoà bình", None),
            ("Hòa bình lâu dài", None),
            ("Đào tạo", None),
            ("Dao tao", None),
        ],
    );
    let client = app.anonymous();
    let order = |text: &str| {
        let page = search(&client, text, "&kinds=DOCUMENT");
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|item| (joined(&item["title"]), item["fit"].as_str().expect("a fit").to_owned())).collect::<Vec<_>>()
    };
    let told = |pairs: &[(&str, &str)]| pairs.iter().map(|(title, fit)| ((*title).to_owned(), (*fit).to_owned())).collect::<Vec<_>>();
    assert_eq!(
        order("quyền "),
        told(&[
            ("Hội nghị quyền con người", "EXACT_TITLE"),
            ("Văn bản khác", "EXACT_TEXT"),
            ("Hội nghị quyên góp", "FOLDED_TITLE"),
            ("Văn bản nữa", "FOLDED_TEXT"),
        ])
    );
    // Where the tone stands in its syllable makes no difference; of one rank they are in Vietnamese order.
    assert_eq!(order("hòa bình"), told(&[("Hoà bình", "EXACT_TITLE"), ("Hòa bình lâu dài", "EXACT_TITLE")]));
    assert_eq!(order("đào tạo"), told(&[("Đào tạo", "EXACT_TITLE"), ("Dao tao", "FOLDED_TITLE")]));
    assert_eq!(order("dao tao"), told(&[("Dao tao", "EXACT_TITLE"), ("Đào tạo", "FOLDED_TITLE")]));
}

fn what_was_asked_for_is_marked_and_never_markup(backend: Backend) {
    let app = TestApp::start(backend);
    let long = format!("{} <script>alert('quyền')</script> & hết", "chữ ".repeat(120));
    planned(&app.person(None, Role::Admin), &[("<b onclick=\"x\">Kế hoạch</b> Bạch Long Vỹ", Some(&long))]);
    let hit = search(&app.anonymous(), "ke hoach bach script", "&kinds=DOCUMENT")["items"][0].take();
    assert_eq!(marked(&hit["title"]), "<b onclick=\"x\">[Kế] [hoạch]</b> [Bạch] Long Vỹ");
    let excerpt = marked(&hit["excerpt"]);
    assert!(excerpt.starts_with("… chữ") && excerpt.contains("<[script]>alert('quyền')</[script]> & hết"), "{excerpt}");
    assert_eq!((&hit["lang"], &hit["kind"]), (&json!("vi"), &json!("DOCUMENT")));
}

fn initials_that_no_name_has_are_shown_marked(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let shown = |text: &str, name: &str| {
        let found = search(&client, text, "&kinds=AGENCY&limit=200")["items"].as_array().expect("items").clone();
        let hit = found.iter().find(|hit| joined(&hit["title"]) == name);
        hit.map(|hit| (marked(&hit["title"]), marked(&hit["excerpt"]))).unwrap_or_default()
    };
    let told = |title: &str, excerpt: &str| (title.to_owned(), excerpt.to_owned());
    let name = "Sở Thông tin và Truyền thông";
    for text in ["stttt", "STTTT", "stttt "] {
        assert_eq!(shown(text, name), told(name, "[STTTT]"), "{text:?}");
    }
    assert_eq!(shown("sttvtt", name), told(name, "[STTVTT]"));
    assert_eq!(shown("so tttt", name), told("[Sở] Thông tin và Truyền thông", "[TTTT]"));
    assert_eq!(shown("thong tin truyen thong", name), told("Sở [Thông] [tin] và [Truyền] [thông]", ""));
    // A short name that was not asked for gives way, and one that was is enough.
    organised(&app);
    assert_eq!(shown("stttt", name), told(name, "[STTTT]"));
    assert_eq!(shown("tttt", name), told(name, "Sở [TT&TT]"));
    // A former name is the title, and has its own initials.
    let rename = json!({"kind": "RENAME", "effectiveOn": "2017-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-ngoai-vu"],
        "becomes": {"name": "Sở Đối ngoại"}});
    post(&app.person(None, Role::Admin), "/api/v1/admin/agencies/events", &rename);
    assert_eq!(shown("snv", "Sở Ngoại vụ"), told("Sở Ngoại vụ", "[SNV]"));
    assert_eq!(shown("ngoai vu", "Sở Ngoại vụ"), told("Sở [Ngoại] [vụ]", ""));
    let query = "{ search(text: \"stttt\", kinds: [AGENCY], first: 1) { nodes { excerpt { text isMatch } } } }";
    assert_eq!(client.graphql(query, &json!({}))["search"]["nodes"][0]["excerpt"], json!([{"text": "STTTT", "isMatch": true}]));
}

fn an_agency_is_found_by_the_names_of_a_day(backend: Backend) {
    let app = TestApp::start(backend);
    let rename = json!({"kind": "RENAME", "effectiveOn": "2017-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-ngoai-vu"],
        "becomes": {"name": "Sở Đối ngoại"}});
    post(&app.person(None, Role::Admin), "/api/v1/admin/agencies/events", &rename);
    let client = app.anonymous();
    let found = |text: &str, more: &str| titles(&client, text, &format!("&kinds=AGENCY{more}"));
    for (text, on, is_found) in [
        ("so ngoai vu", "2016-12-31", true),
        ("so ngoai vu", "2017-01-01", false),
        ("so doi ngoai", "2016-12-31", false),
        ("so doi ngoai", "2017-01-01", true),
    ] {
        assert_eq!(!found(text, &format!("&asOf={on}")).is_empty(), is_found, "{text} on {on}");
    }
    // Without a day by every name, each told once and called what it is called now.
    for text in ["so ngoai vu", "so doi ngoai"] {
        let page = search(&client, text, "&kinds=AGENCY");
        assert_eq!((&page["totalCount"], &page["items"][0]["name"]), (&json!(1), &json!("Sở Đối ngoại")), "{text}");
    }
    // Its address leads to it as it was on the day.
    let hit = search(&client, "so ngoai vu", "&kinds=AGENCY&asOf=2016-12-31")["items"][0].take();
    let led = client.get(hit["href"].as_str().expect("an address")).json();
    assert_eq!((&led["id"], &led["name"], &led["name"]), (&hit["id"], &hit["name"], &json!("Sở Ngoại vụ")));
    // A programme that was not signed yet has no tasks, and a document is there from its issue on.
    assert!(search(&client, "đối ngoại", "&kinds=TASK,DOCUMENT")["totalCount"].as_i64() > Some(0));
    assert_eq!(search(&client, "đối ngoại", "&kinds=TASK&asOf=2000-01-01")["totalCount"], 0);
    let number = |day: &str| search(&client, "1593/QĐ-UBND", &format!("&kinds=DOCUMENT&asOf={day}"))["totalCount"].clone();
    assert_eq!((number("2013-08-19"), number("2013-08-20")), (json!(0), json!(1)));
    let query = "query($t: String!, $d: NaiveDate) { search(text: $t, kinds: [AGENCY], asOf: $d) { totalCount nodes { name fit node {
        ... on Agency { code name asOf } } } } }";
    let told = client.graphql(query, &json!({"t": "so ngoai vu", "d": "2016-12-31"}))["search"].take();
    let node = json!({"code": "so-ngoai-vu", "name": "Sở Ngoại vụ", "asOf": "2016-12-31"});
    assert_eq!((&told["totalCount"], &told["nodes"][0]["node"], &told["nodes"][0]["name"]), (&json!(1), &node, &json!("Sở Ngoại vụ")));
}

fn signs_are_no_operators_and_bad_searches_are_told(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    planned(&app.person(None, Role::Admin), &[("Độc nhất xyzzy 100% a_b", None), ("Khác xyzzq", None)]);
    let total = |text: &str| search(&client, text, "&kinds=DOCUMENT")["totalCount"].as_i64().expect("a number");
    for text in
        ["xyzzy 100%", "xyzzy \"doc nhat\"", "(xyzzy) -độc", "xyzzy:*'", "^xyzzy\\", "xyzzy & độc | ! <->", "xyzzy;--", "{xyzzy}+[độc]"]
    {
        assert_eq!(total(text), 1, "{text}");
    }
    for text in
        ["xyzz%", "xyzz_ ", "xyz* ", "xyzzy OR xyzzq", "xyzzy NOT khac", "NEAR(xyzzy)", "words:xyzzy", "xyzzy\u{e001}zz", "khôngcógì"]
    {
        assert_eq!(total(text), 0, "{text}");
    }
    // What is typed last may go on.
    assert_eq!((total("xyzz"), total("xyz"), total("x")), (2, 2, 0));
    let refused = |query: &str| {
        let reply = client.get(&format!("/api/v1/search{query}"));
        (reply.status, reply.code(), reply.faults())
    };
    let fault = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
    for signs in ["%25", "_", "%27", "%22", "%2A", "%00", "%20", "%E2%80%A6"] {
        assert_eq!(refused(&format!("?q={signs}")), (400, "QUERY_INVALID".into(), fault("/q", "FIELD_REQUIRED")), "{signs}");
    }
    assert_eq!(refused(""), (400, "QUERY_INVALID".into(), fault("/q", "FIELD_REQUIRED")));
    assert_eq!(refused(&format!("?q={}", "a".repeat(201))), (400, "QUERY_INVALID".into(), fault("/q", "LENGTH_OUT_OF_RANGE")));
    assert_eq!(refused("?q=a&kinds=PERSON"), (400, "QUERY_INVALID".into(), fault("/kinds", "PATTERN_MISMATCH")));
    assert_eq!(refused("?q=a&asOf=2014-02-30").1, "QUERY_INVALID");
    assert_eq!(refused("?q=a&limit=201").1, "QUERY_INVALID");
    assert_eq!(refused("?q=a&after=AAAA").1, "CURSOR_INVALID");
    for text in ["%", "", "a\".repeat"] {
        let reply = client.graphql_reply("query($t: String!) { search(text: $t) { totalCount } }", &json!({ "t": text }));
        let code = &reply["errors"][0]["extensions"]["code"];
        assert_eq!(code == "QUERY_INVALID", text != "a\".repeat", "{reply}");
    }
}

fn pages_go_on_where_they_ended_in_both_directions(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let whole: Vec<Value> = search(&client, "thông tin", "&limit=200")["items"].as_array().expect("items").clone();
    assert!(whole.len() > 12, "{}", whole.len());
    let kinds: BTreeSet<&str> = whole.iter().filter_map(|item| item["kind"].as_str()).collect();
    assert!(kinds.len() >= 3, "{kinds:?}");
    let (mut walked, mut after) = (Vec::new(), String::new());
    loop {
        let page = search(&client, "thông tin", &format!("&limit=3{after}"));
        walked.extend(page["items"].as_array().expect("items").clone());
        let Some(cursor) = page["endCursor"].as_str().filter(|_| page["hasNext"] == true) else { break };
        after = format!("&after={cursor}");
    }
    assert_eq!(walked, whole);
    let query = "query($b: String) { search(text: \"thông tin\", last: 4, before: $b) { nodes { subjectId } pageInfo { startCursor hasPreviousPage } } }";
    let (mut back, mut before) = (Vec::new(), Value::Null);
    loop {
        let page = client.graphql(query, &json!({ "b": before }))["search"].take();
        let mut nodes = page["nodes"].as_array().expect("nodes").clone();
        nodes.extend(back);
        back = nodes;
        before = page["pageInfo"]["startCursor"].clone();
        if page["pageInfo"]["hasPreviousPage"] == false {
            break;
        }
    }
    assert_eq!(back.iter().map(|node| &node["subjectId"]).collect::<Vec<_>>(), whole.iter().map(|item| &item["id"]).collect::<Vec<_>>());
    // A cursor belongs to its search and to what its caller sees.
    let cursor = search(&client, "thông tin", "&limit=1")["endCursor"].as_str().expect("a cursor").to_owned();
    for query in [format!("q=tin&after={cursor}"), format!("q={}&kinds=TASK&after={cursor}", encoded("thông tin"))] {
        assert_eq!(client.get(&format!("/api/v1/search?{query}")).code(), "CURSOR_INVALID");
    }
    let inside = app.person(None, Role::Auditor);
    assert_eq!(inside.get(&format!("/api/v1/search?q={}&after={cursor}", encoded("thông tin"))).code(), "CURSOR_INVALID");
}

const EVERYTHING: &str = "query($n: Int!) { search(text: \"báo\", first: $n) { totalCount nodes { title { text } excerpt { text isMatch } node {
  ... on Task { code name leadAgencies { code name } } ... on Document { number title } ... on Report { narrative } ... on Agency { code name }
  ... on Deliverable { title } } } } }";

fn a_search_costs_the_same_however_much_is_found(backend: Backend) {
    let (database, _) = filled(backend, "0.02");
    let app = TestApp::over(database);
    let auditor = app.person(None, Role::Auditor);
    let cost = |n: usize| {
        let (statements, data) = app.fewest_statements(|| auditor.graphql(EVERYTHING, &json!({ "n": n })));
        assert_eq!(data["search"]["nodes"].as_array().expect("nodes").len(), n);
        statements
    };
    cost(60);
    let (some, many) = (cost(60), cost(200));
    assert_eq!(some, many);
    assert!(many <= 12, "{many} statements");
    let bare = |n: usize| app.fewest_statements(|| auditor.get(&format!("/api/v1/search?q=b%C3%A1o&limit={n}"))).0;
    assert_eq!(bare(5), bare(200));
    assert!(bare(5) <= 4, "{} statements", bare(5));
    // A report that is pushed is found at the price of one statement.
    let (sent, ()) = app.sent(|| {
        let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 50, "narrative": "Một lần."});
        assert_eq!(app.system_of("bao-hai-phong").push("k", &body).status, 201);
    });
    assert_eq!(sent.iter().filter(|text| text.contains("search_")).count(), 1, "{sent:#?}");
}

fn an_index_finds_the_words(backend: Backend) {
    let (database, _) = filled(backend, "0.05");
    if backend == Backend::Postgres {
        testkit::database::execute(&database, "ANALYZE");
    }
    let app = TestApp::over(database);
    for client in [&app.person(None, Role::Auditor), &app.anonymous(), &app.system_of("tai-01-so-y-te")] {
        let (sent, _) = app.sent(|| search(client, "truyền thông hải phòng", "&limit=200"));
        let asked: Vec<&String> = sent.iter().filter(|text| text.contains("search_entries")).collect();
        assert_eq!(asked.len(), 2, "a page and its total");
        for shown in asked {
            for table in ["search_entries", "reports"] {
                let walks = plans::walks_over(&app, backend, shown, table);
                assert!(walks.is_empty(), "{walks:?} in {shown}");
            }
        }
    }
}

fn what_is_kept_is_what_would_be_made_anew(backend: Backend) {
    let (database, _) = filled(backend, "0.01");
    let app = TestApp::over(database);
    organised(&app);
    let rename = json!({"kind": "RENAME", "effectiveOn": "2017-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-ngoai-vu"],
        "becomes": {"name": "Sở Đối ngoại"}});
    post(&app.person(None, Role::Admin), "/api/v1/admin/agencies/events", &rename);
    let done = app.made_anew();
    assert_eq!(done.mended, 0, "{done:?}");
    assert!(done.entries > 1_000, "{done:?}");
    testkit::database::execute(&app.database, "DELETE FROM search_entries WHERE kind = 'TASK'");
    testkit::database::execute(&app.database, "UPDATE search_entries SET title = 'x' WHERE kind = 'DOCUMENT'");
    let broken = app.made_anew();
    assert!(broken.entries == done.entries && broken.mended > 20, "{broken:?}");
}

fn what_older_rules_made_is_made_anew(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let client = |app: &TestApp| titles(&app.anonymous(), "thông tin", "");
    let app = TestApp::over(database);
    let before = client(&app);
    assert!(!before.is_empty());
    testkit::database::execute(&app.database, "DELETE FROM search_entries");
    testkit::database::execute(&app.database, "UPDATE search_rules SET version = 0");
    assert_eq!(client(&app), Vec::<String>::new());
    persistence::migrate::up(&app.db).expect("an up-to-date schema");
    assert_eq!(client(&app), before);
    assert!(!wait(app::search::keep_current(&app.app, &testkit::app::operator())).expect("a look"));
    testkit::database::execute(&app.database, "UPDATE search_rules SET version = 0");
    assert!(wait(app::search::keep_current(&app.app, &testkit::app::operator())).expect("everything anew"));
    assert_eq!(client(&app), before);
}

/// Words of made-up texts: with and without accents, in old and new spelling, in other scripts, with signs.
const WORDS: [&str; 24] = [
    "hải",
    "hai",
    "HẢI",
    "phòng",
    "phong",
    "hoà",
    "hòa",
    "hoá",
    "thuý",
    "thúy",
    "kỹ",
    "kĩ",
    "quý",
    "quí",
    "Đồ",
    "do",
    "đo",
    "外事",
    "外",
    "ガイド",
    "TT&TT",
    "a_b%c",
    "<b>",
    "o\u{302}\u{309}",
];

fn both_databases_find_the_same() {
    if testkit::database::postgres_available().is_err() {
        return;
    }
    let (apps, mut dice) = ([Backend::Sqlite, Backend::Postgres].map(TestApp::start), Dice::of(7));
    let mut text = |most: usize| {
        let words: Vec<&str> = (0..=dice.below(most + 1)).map(|_| WORDS[dice.below(WORDS.len())]).collect();
        words.join(if dice.below(5) == 0 { ", " } else { " " })
    };
    let corpus: Vec<(String, String)> = (0..60).map(|i| (format!("{} {i}", text(4)), text(30))).collect();
    for app in &apps {
        let rows: Vec<(&str, Option<&str>)> = corpus.iter().map(|(title, summary)| (title.as_str(), Some(summary.as_str()))).collect();
        planned(&app.person(None, Role::Admin), &rows);
    }
    let told = |app: &TestApp, asked: &str, more: &str| -> Option<Vec<Value>> {
        let reply = app.anonymous().get(&format!("/api/v1/search?q={}{more}&limit=200", encoded(asked)));
        (reply.status == 200).then(|| {
            let items = reply.json()["items"].as_array().expect("items").clone();
            items.iter().map(|item| json!([item["kind"], item["fit"], item["title"], item["excerpt"], item["name"]])).collect()
        })
    };
    let mut found = 0;
    for i in 0..150 {
        let asked = if i % 3 == 0 { text(0) } else { text(3) };
        let asked = if i % 4 == 0 { asked.chars().take(3).collect() } else { asked };
        for more in ["", "&kinds=DOCUMENT", "&asOf=2014-06-01"] {
            let [one, other] = [&apps[0], &apps[1]].map(|app| told(app, &asked, more));
            assert_eq!(one, other, "{asked:?}{more}");
            found += one.map_or(0, |items| items.len());
        }
    }
    assert!(found > 500, "{found}");
}

/// Here as well as over a search: by `Accept-Language` a text is given in the first language that is liked, and in none that is refused.
fn a_language_that_is_refused_gives_way_to_any_that_is_not(backend: Backend) {
    let app = TestApp::start(backend);
    let client = app.anonymous();
    let body = json!({"query": "{ agency(code: \"so-ngoai-vu\") { nameText { lang } vi: nameText(lang: VI) { lang } } }"}).to_string();
    for (accepted, lang) in [
        ("vi;q=0, *", "EN"),
        ("*;q=0.1, vi;q=0", "EN"),
        ("ja, vi;q=0, *;q=0.5", "EN"),
        ("en-US;q=0, vi;q=0, *", "EN"),
        ("*, en", "EN"),
        ("*", "VI"),
        ("*, en;q=0.5", "VI"),
        ("ja, *;q=0.5", "VI"),
        ("en;q=0, *", "VI"),
        // A text is better than none.
        ("vi;q=0, en;q=0, *", "VI"),
        ("vi;q=0, ja", "VI"),
        ("*;q=0", "VI"),
    ] {
        let headers = [("content-type", "application/json"), ("accept-language", accepted)];
        let told = client.send("POST", "/graphql", &headers, body.as_bytes()).json()["data"]["agency"].take();
        assert_eq!((&told["nameText"]["lang"], &told["vi"]["lang"]), (&json!(lang), &json!("VI")), "{accepted}");
        let told = client.send("GET", "/api/v1/agencies/so-ngoai-vu", &[("accept-language", accepted)], b"").json();
        assert_eq!(told["nameText"]["lang"], lang.to_lowercase(), "{accepted}");
    }
}
