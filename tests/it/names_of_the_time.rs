//! What agencies were called when something was said of them, who answers for it on which day, and how well that is attested.

use app::import::ImportOptions;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

both!(
    a_report_tells_the_name_of_its_time_and_who_answers_on_a_day,
    a_report_tells_the_code_and_the_head_of_its_time,
    a_report_keeps_the_name_of_its_year_when_its_agency_gets_another,
    what_happened_names_who_did_it_as_they_were_called,
    lists_of_tasks_are_of_a_day,
    an_obligation_tells_the_name_of_its_time,
    what_is_yet_to_be_confirmed_is_told_and_found,
);

fn organised(app: &TestApp) {
    assert!(app.import_organisation(&seed::organisation(), ImportOptions::default()).expect("an import").applied);
}

fn a_report_tells_the_name_of_its_time_and_who_answers_on_a_day(backend: Backend) {
    let app = TestApp::start(backend);
    let system = app.system_of("so-tttt");
    let body = json!({"programme": "HP-1593-2013", "task": "I.4", "year": 2014, "percent": 100, "narrative": "Đã xong."});
    let pushed = system.push("a", &body);
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let id = pushed.json()["id"].as_str().expect("an id").to_owned();
    organised(&app);
    let one = system.get(&format!("/api/v1/reports/{id}")).json();
    assert_eq!(one["agencyName"], "Sở Thông tin và Truyền thông");
    let now = &one["answersNow"];
    assert_eq!((&now["agency"], &now["name"]), (&json!("so-vhttdl-2025"), &json!("Sở Văn hóa, Thể thao và Du lịch")));
    assert_eq!((&now["movedBy"]["kind"], &now["movedBy"]["effectiveOn"]), (&json!("FUNCTION_TRANSFER"), &json!("2025-03-01")));
    let listed = system.get("/api/v1/reports?year=2014&asOf=2025-02-28").json()["items"][0].take();
    assert_eq!(listed["agencyName"], one["agencyName"]);
    assert_eq!(
        listed["answersNow"],
        json!({"on": "2025-02-28", "agency": "so-tttt", "name": "Sở Thông tin và Truyền thông", "movedBy": null})
    );
    let query = "query($id: ID!) { node(id: $id) { ... on Report { answersNow { code } movedBy { code }
        then: answersNow(asOf: \"2025-02-28\") { code name } thenBy: movedBy(asOf: \"2025-02-28\") { code } } } }";
    let told = system.graphql(query, &json!({ "id": id }))["node"].take();
    assert_eq!((&told["answersNow"]["code"], &told["movedBy"]["code"]), (&json!("so-vhttdl-2025"), &now["movedBy"]["code"]));
    assert_eq!((&told["then"]["code"], &told["thenBy"]), (&json!("so-tttt"), &Value::Null));
}

fn a_report_tells_the_code_and_the_head_of_its_time(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, domain::account::Role::Admin);
    let put = |what: &str, body: Value| {
        let path = format!("/api/v1/admin/agencies/so-tttt/{what}");
        let reply = admin.send("PUT", &path, &[("content-type", "application/json")], body.to_string().as_bytes());
        assert!(reply.status < 300, "{what}: {}", reply.body);
    };
    for (from, name) in [("2013-09-01", "Nguyễn Văn An"), ("2016-02-01", "Trần Thị Bình")] {
        put("head", json!({"title": "Giám đốc", "name": name, "from": from, "basis": "1593/QĐ-UBND"}));
    }
    for (from, code) in [("2014-01-01", "000.00.13.H24"), ("2020-10-01", "H24.13")] {
        put("e-code", json!({"code": code, "from": from, "basis": "1593/QĐ-UBND"}));
    }
    let system = app.system_of("so-tttt");
    let pushed = |year: i32| {
        let body = json!({"programme": "HP-1593-2013", "task": "I.4", "year": year, "percent": 100, "narrative": "Đã xong."});
        let reply = system.push(&format!("k{year}"), &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let (first, last) = (pushed(2014), pushed(2020));
    organised(&app);
    let query = "query($id: ID!) { node(id: $id) { ... on Report {
        agency { asOf name eCodes { code } head { title name isActing } } answersNow { code name eCodes { code } head { name } } } } }";
    for (id, code, head, day) in
        [(&first, "000.00.13.H24", "Nguyễn Văn An", "2014-12-31"), (&last, "H24.13", "Trần Thị Bình", "2020-12-31")]
    {
        let one = system.get(&format!("/api/v1/reports/{id}")).json();
        let then = &one["agencyThen"];
        assert_eq!((&then["on"], &then["name"]), (&json!(day), &json!("Sở Thông tin và Truyền thông")));
        assert!(then["eCodes"].as_array().expect("codes").contains(&json!(code)), "{then}");
        assert_eq!((&then["head"]["title"], &then["head"]["name"]), (&json!("Giám đốc"), &json!(head)));
        assert_eq!(one["answersNow"]["agency"], "so-vhttdl-2025");
        let told = system.graphql(query, &json!({ "id": id }))["node"].take();
        let then = &told["agency"];
        assert_eq!((&then["asOf"], &then["name"]), (&json!(day), &json!("Sở Thông tin và Truyền thông")));
        assert!(then["eCodes"].as_array().expect("codes").contains(&json!({ "code": code })), "{then}");
        assert_eq!(then["head"], json!({"title": "Giám đốc", "name": head, "isActing": false}));
        assert_eq!((&told["answersNow"]["code"], &told["answersNow"]["head"]), (&json!("so-vhttdl-2025"), &Value::Null));
    }
    let public = app.anonymous().get("/api/v1/agencies/so-tttt?asOf=2014-12-31").json();
    assert_eq!(public["head"]["name"], "Nguyễn Văn An");
}

fn a_report_keeps_the_name_of_its_year_when_its_agency_gets_another(backend: Backend) {
    let app = crate::obligations::start(backend);
    organised(&app);
    let foreign = app.system_of("so-ngoai-vu");
    let task = foreign.get("/api/v1/tasks?role=LEAD&agency=so-ngoai-vu&asOf=2016-12-31").json()["items"][0]["code"].take();
    let pushed = |year: i32| {
        let body = json!({"programme": "HP-1593-2013", "task": task, "year": year, "percent": 100, "narrative": "Đã xong."});
        let reply = foreign.push(&format!("k{year}"), &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let (before, after) = (pushed(2016), pushed(2017));
    let rename = json!({"kind": "RENAME", "effectiveOn": "2017-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-ngoai-vu"], "becomes": {"name": "Sở Đối ngoại"}});
    let admin = app.person(None, domain::account::Role::Admin);
    let done = admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], rename.to_string().as_bytes());
    assert_eq!(done.status, 201, "{}", done.body);
    let name = |id: &str| foreign.get(&format!("/api/v1/reports/{id}")).json()["agencyName"].take();
    assert_eq!((name(&before), name(&after)), (json!("Sở Ngoại vụ"), json!("Sở Đối ngoại")));
}

fn what_happened_names_who_did_it_as_they_were_called(backend: Backend) {
    let app = crate::obligations::start(backend);
    organised(&app);
    let admin = app.person(None, domain::account::Role::Admin);
    let issued = json!({"kind": "PLAN", "number": "12/KH-SNV", "issuedOn": "2015-02-01", "issuer": "so-ngoai-vu", "title": "Kế hoạch"});
    let issued =
        admin.send("POST", "/api/v1/admin/documents", &[("content-type", "application/json")], issued.to_string().as_bytes()).json();
    let rename = json!({"kind": "RENAME", "effectiveOn": "2017-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-ngoai-vu"], "becomes": {"name": "Sở Đối ngoại"}});
    let done = admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], rename.to_string().as_bytes());
    assert_eq!(done.status, 201, "{}", done.body);
    let public = app.anonymous();
    let document = public.graphql("query($id: ID!) { document(id: $id) { issuer { name } } }", &json!({"id": issued["id"]}));
    assert_eq!(document["document"]["issuer"]["name"], "Sở Ngoại vụ", "a document of 2015");
    let rows = |day: &str| {
        let query = "query($d: NaiveDate) { statistics(programme: \"HP-1593-2013\", asOf: $d, groupBy: AGENCY) { rows { code name agency { name } } } }";
        let rows = public.graphql(query, &json!({ "d": day }))["statistics"]["rows"].take();
        let row = rows.as_array().expect("rows").iter().find(|row| row["code"] == "so-ngoai-vu").expect("a row").clone();
        assert_eq!(row["name"], row["agency"]["name"], "{day}");
        row["name"].clone()
    };
    assert_eq!((rows("2016-12-31"), rows("2017-01-01")), (json!("Sở Ngoại vụ"), json!("Sở Đối ngoại")));
    let leads = |day: &str, year: i32| {
        let query = "query($d: NaiveDate, $y: Int) { occurrences(filter: {leadAgency: \"so-ngoai-vu\", fromYear: $y, toYear: $y, asOf: $d}, first: 1) { nodes { leadAgencies { code name } } } }";
        let told = public.graphql(query, &json!({"d": day, "y": year}))["occurrences"]["nodes"][0]["leadAgencies"].take();
        told.as_array().expect("leads").iter().find(|one| one["code"] == "so-ngoai-vu").expect("the lead")["name"].clone()
    };
    assert_eq!((leads("2016-06-01", 2016), leads("2018-06-01", 2018)), (json!("Sở Ngoại vụ"), json!("Sở Đối ngoại")));
}

fn codes(page: &Value) -> Vec<String> {
    page.as_array().expect("tasks").iter().map(|task| task["code"].as_str().expect("a code").to_owned()).collect()
}

fn lists_of_tasks_are_of_a_day(backend: Backend) {
    let app = TestApp::start(backend);
    organised(&app);
    let public = app.anonymous();
    let rest = |agency: &str, day: &str| {
        codes(&public.get(&format!("/api/v1/tasks?role=LEAD&limit=200&agency={agency}&asOf={day}")).json()["items"])
    };
    let graphql = |agency: &str, day: &str| {
        let query = "query($a: String!, $d: NaiveDate) { tasks(filter: {leadAgency: $a}, asOf: $d, first: 200) { totalCount nodes { code leadAgencies { code } } } }";
        let page = public.graphql(query, &json!({"a": agency, "d": day}))["tasks"].take();
        assert_eq!(page["totalCount"], page["nodes"].as_array().expect("nodes").len());
        for task in page["nodes"].as_array().expect("nodes") {
            assert!(task["leadAgencies"].as_array().expect("leads").contains(&json!({ "code": agency })), "{task}");
        }
        codes(&page["nodes"])
    };
    let of = |agency: &str, day: &str| {
        assert_eq!(rest(agency, day), graphql(agency, day));
        rest(agency, day)
    };
    assert_eq!(of("so-tttt", "2025-02-28").len(), 13);
    assert_eq!(of("so-tttt", "2025-03-01"), Vec::<String>::new());
    assert_eq!(of("so-vhttdl-2025", "2025-02-28"), Vec::<String>::new());
    assert!(of("so-vhttdl-2025", "2025-03-01").contains(&"I.4".to_owned()));
}

fn an_obligation_tells_the_name_of_its_time(backend: Backend) {
    let app = crate::obligations::start(backend);
    organised(&app);
    let rename = json!({"kind": "RENAME", "effectiveOn": "2017-01-01", "basis": "1593/QĐ-UBND", "predecessors": ["so-ngoai-vu"], "becomes": {"name": "Sở Đối ngoại"}});
    let admin = app.person(None, domain::account::Role::Admin);
    let done = admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], rename.to_string().as_bytes());
    assert_eq!(done.status, 201, "{}", done.body);
    let follows = crate::obligations::standing(&app);
    let name = |year: i32| {
        crate::obligations::list(&follows, &format!("&agency=so-ngoai-vu&regime=HP-1593-NAM&year={year}"))[0]["agencyName"].clone()
    };
    assert_eq!((name(2016), name(2017)), (json!("Sở Ngoại vụ"), json!("Sở Đối ngoại")));
    let query =
        "{ obligations(filter: {agency: \"so-ngoai-vu\", regime: \"HP-1593-NAM\", year: 2016}, first: 1) { nodes { agency { name } } } }";
    assert_eq!(follows.graphql(query, &json!({}))["obligations"]["nodes"][0]["agency"]["name"], "Sở Ngoại vụ");
}

fn what_is_yet_to_be_confirmed_is_told_and_found(backend: Backend) {
    let app = TestApp::start(backend);
    organised(&app);
    let public: Client = app.anonymous();
    let file = seed::organisation();
    let event = file["events"].as_array().expect("events").iter().find(|event| event["toConfirm"] == true).expect("one to confirm");
    let party = event["predecessors"][0].as_str().expect("a code");
    let told = public.get(&format!("/api/v1/agencies/{party}")).json();
    let stored = told["events"].as_array().expect("events").iter().find(|one| one["code"] == event["code"]).expect("the event");
    assert_eq!([&stored["source"], &stored["confidence"], &stored["toConfirm"]], [&event["source"], &event["confidence"], &json!(true)]);
    let query = "query($open: Boolean) { agencyEvents(toConfirm: $open) { code attestation { source confidence toConfirm } } }";
    let all = public.graphql(query, &json!({}))["agencyEvents"].as_array().expect("events").len();
    let open = public.graphql(query, &json!({"open": true}))["agencyEvents"].take();
    let open = open.as_array().expect("events");
    assert!(open.iter().all(|one| one["attestation"]["toConfirm"] == true) && open.iter().any(|one| one["code"] == event["code"]));
    assert_eq!(public.graphql(query, &json!({"open": false}))["agencyEvents"].as_array().expect("events").len(), all - open.len());
    // Rolls and places on them, and electronic codes.
    let collective = public.get("/api/v1/agencies/cac-so-nganh").json();
    let roll = file["rolls"].as_array().expect("rolls").iter().find(|roll| roll["collective"] == "cac-so-nganh").expect("a roll");
    assert_eq!((&collective["rolls"][0]["source"], &collective["rolls"][0]["toConfirm"]), (&roll["source"], &json!(true)));
    assert!(collective["memberships"].as_array().expect("places").iter().any(|place| place["source"] == roll["source"]));
    let city = public.get("/api/v1/agencies/ubnd-tp-hai-phong").json();
    assert_eq!((&city["codes"][0]["code"], &city["codes"][0]["confidence"]), (&json!("000.00.00.H24"), &json!("LOW")));
    let find = |wanted: bool| {
        let page = public.get(&format!("/api/v1/agencies?limit=200&toConfirm={wanted}")).json()["items"].take();
        page.as_array().expect("agencies").iter().map(|one| (one["code"].clone(), one["isToConfirm"] == true)).collect::<Vec<_>>()
    };
    assert!(find(true).contains(&(json!("cac-so-nganh"), true)) && find(true).iter().all(|(_, open)| *open));
    assert!(!find(false).is_empty() && find(false).iter().all(|(_, open)| !*open));
    let counts = public.graphql(
        "{ all: agencies { totalCount } open: agencies(filter: {toConfirm: true}) { totalCount nodes { isToConfirm } } rest: agencies(filter: {toConfirm: false}) { totalCount } }",
        &json!({}),
    );
    let count = |what: &str| counts[what]["totalCount"].as_i64().expect("a count");
    assert_eq!((count("open") + count("rest"), count("open")), (count("all"), i64::try_from(find(true).len()).expect("few")));
}
