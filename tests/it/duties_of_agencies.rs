//! Roles that decisions give to agencies beside tasks (duties, standing agency, whom a programme reports to, who receives reports): when
//! agencies change they go to whoever takes the duty, or wait until a successor is named; days before read as they were.

use app::import::ImportOptions;
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, seed};

use crate::obligations::start;

both!(
    a_whole_successor_takes_every_role,
    an_import_after_the_event_undoes_nothing,
    what_nobody_takes_waits_and_goes_to_whoever_is_named,
    whoever_a_programme_reports_to_may_be_no_more,
    roles_go_with_the_programme_that_is_named,
    roles_go_with_the_function_of_their_programme,
    words_on_whose_roll_nobody_is_left_wait,
    a_file_may_name_who_is_no_more_and_be_corrected,
    an_amendment_of_other_words_gives_nothing_anew,
    a_split_off_agency_takes_what_is_named_and_the_rest_stays,
    a_divided_agency_leaves_what_nobody_takes,
    a_consolidated_agency_takes_all,
);

const PROGRAMME: &str = "HP-1593-2013";
const BASIS: &str = "1593/QĐ-UBND";
const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

pub fn send(client: &Client, path: &str, body: &Value) -> Reply {
    client.send("POST", &format!("/api/v1/{path}"), &[("content-type", "application/json")], body.to_string().as_bytes())
}

pub fn event(kind: &str, day: &str, from: &[&str], to: &[Value], duties: &[Value]) -> Value {
    json!({"kind": kind, "effectiveOn": day, "basis": BASIS, "predecessors": from, "successors": to, "duties": duties})
}

pub fn there(code: &str) -> Value {
    json!({ "code": code })
}

fn new(code: &str, name: &str) -> Value {
    json!({"code": code, "new": {"name": name}})
}

/// Records an event, seen first as it would be.
pub fn happens(client: &Client, event: &Value) -> Value {
    let preview = send(client, "admin/agencies/events?dryRun=true", event);
    assert_eq!(preview.status, 200, "{}", preview.body);
    let done = send(client, "admin/agencies/events", event);
    assert_eq!(done.status, 201, "{}", done.body);
    let (mut preview, done) = (preview.json(), done.json());
    assert_eq!(preview["roles"], done["roles"], "the preview shows every role");
    assert_eq!(preview["assignments"], done["assignments"]);
    assert_eq!(preview["event"].take(), Value::Null);
    done
}

/// Roles of an event or a queue as lines: role, subject, from, to.
pub fn lines(roles: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |one: &Value| ["role", "subject", "from", "to"].map(|field| text(&one[field])).join(" ");
    roles.as_array().expect("roles").iter().map(line).collect()
}

fn code(agency: &Value) -> String {
    agency["code"].as_str().unwrap_or("-").to_owned()
}

/// Who stands where on a day, the same over GraphQL and REST: standing agency, whom it reports to, the receiver of yearly reports, and each
/// duty with who has it, with whom, at whom.
pub fn seen(client: &Client, day: Option<&str>) -> Value {
    let query =
        "query($p: String!, $d: NaiveDate) { programme(code: $p, asOf: $d) { standingAgency { code } reportsTo { code } awaitsSuccessor
        responsibilities { code agency { code } awaitsSuccessor withAgencies { code } directedAt { code } } }
        regimes(asOf: $d) { code validTo awaitsReceiver receiver { code } } }";
    let told = client.graphql(query, &json!({"p": PROGRAMME, "d": day}));
    let programme = &told["programme"];
    let codes = |list: &Value| list.as_array().expect("agencies").iter().map(code).collect::<Vec<_>>();
    let duty = |one: &Value| {
        let awaits = if one["awaitsSuccessor"] == true { "?" } else { "" };
        let (with, at) = (codes(&one["withAgencies"]), codes(&one["directedAt"]));
        (one["code"].as_str().expect("a code").to_owned(), json!([format!("{}{awaits}", code(&one["agency"])), with, at]))
    };
    let duties: serde_json::Map<String, Value> = programme["responsibilities"].as_array().expect("duties").iter().map(duty).collect();
    let receivers: Vec<String> = told["regimes"]
        .as_array()
        .expect("regimes")
        .iter()
        .filter(|one| one["code"] == "HP-1593-NAM")
        .map(|one| code(&one["receiver"]))
        .collect();
    // The same over REST.
    let path = format!("/api/v1/programmes/{PROGRAMME}{}", day.map(|day| format!("?asOf={day}")).unwrap_or_default());
    let rest = client.get(&path).json();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    assert_eq!(text(&rest["standingAgency"]), code(&programme["standingAgency"]));
    assert_eq!(text(&rest["reportsTo"]), code(&programme["reportsTo"]));
    assert_eq!(rest["awaitsSuccessor"], programme["awaitsSuccessor"]);
    for one in rest["responsibilities"].as_array().expect("duties") {
        let awaits = if one["awaitsSuccessor"] == true { "?" } else { "" };
        let shown = json!([format!("{}{awaits}", text(&one["agency"])), one["withAgencies"], one["directedAt"]]);
        assert_eq!(duties[one["code"].as_str().expect("a code")], shown, "{path}");
    }
    json!({"standing": code(&programme["standingAgency"]), "reportsTo": code(&programme["reportsTo"]), "awaits": programme["awaitsSuccessor"],
        "receiver": receivers.last(), "duties": duties})
}

fn admin(app: &TestApp) -> Client {
    app.person(None, Role::Admin)
}

/// Roles that wait, with identifiers: REST and GraphQL tell the same.
pub fn waiting(client: &Client) -> Vec<(String, String)> {
    let rest = client.get("/api/v1/admin/succession-queue?limit=200").json()["items"].take();
    let roles: Vec<&Value> = rest.as_array().expect("items").iter().filter(|one| !one["agencyRole"].is_null()).collect();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told = client.graphql(
        "{ successionQueue(first: 200) { totalCount nodes { id since agencyRole subject agency { code } programme { code } task { code } role } } }",
        &json!({}),
    )["successionQueue"]
        .take();
    assert_eq!(told["totalCount"], rest.as_array().expect("items").len());
    let line =
        |one: &Value| format!("{} {} {} {}", text(&one["agencyRole"]), text(&one["subject"]), text(&one["agency"]), text(&one["since"]));
    let nodes = told["nodes"].as_array().expect("nodes").iter().filter(|one| !one["agencyRole"].is_null());
    let nodes: Vec<String> = nodes
        .map(|one| {
            assert_eq!((&one["task"], &one["role"], &one["programme"]["code"]), (&Value::Null, &Value::Null, &json!(PROGRAMME)));
            format!("{} {} {} {}", text(&one["agencyRole"]), text(&one["subject"]), code(&one["agency"]), text(&one["since"]))
        })
        .collect();
    assert_eq!(nodes, roles.iter().map(|one| line(one)).collect::<Vec<_>>());
    let mut found: Vec<(String, String)> = roles.iter().map(|one| (line(one), text(&one["id"]))).collect();
    found.sort();
    found
}

pub fn names(waiting: &[(String, String)]) -> Vec<&str> {
    waiting.iter().map(|(line, _)| line.as_str()).collect()
}

fn a_whole_successor_takes_every_role(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    let before = seen(&admin, None);
    assert_eq!(
        (&before["standing"], &before["reportsTo"], &before["receiver"]),
        (&json!("so-tttt"), &json!("ubnd-tp-hai-phong"), &json!("so-tttt"))
    );
    let done = happens(&admin, &event("MERGE", "2018-01-01", &["so-tttt"], &[there("so-ngoai-vu")], &[]));
    let moved = lines(&done["roles"]);
    assert!(moved.iter().all(|line| line.ends_with(" so-tttt so-ngoai-vu") || line.ends_with(" so-tttt -")), "{moved:?}");
    for role in ["STANDING_AGENCY HP-1593-2013", "RESPONSIBLE D2.2.a", "WITH D2.3.a", "RECEIVER HP-1593-NAM"] {
        assert!(moved.contains(&format!("{role} so-tttt so-ngoai-vu")), "{role}: {moved:?}");
    }
    assert_eq!(seen(&admin, Some("2017-12-31")), before, "the days before read as they were signed");
    for day in [Some("2018-01-01"), Some("2018-06-30")] {
        let after = seen(&admin, day);
        assert_eq!(
            (&after["standing"], &after["reportsTo"], &after["receiver"]),
            (&json!("so-ngoai-vu"), &json!("ubnd-tp-hai-phong"), &json!("so-ngoai-vu"))
        );
        let duty = |code: &str| after["duties"][code].clone();
        assert_eq!(duty("D2.2.a"), json!(["so-ngoai-vu", ["cac-so-ban-nganh"], []]));
        assert_eq!(duty("D2.2.b"), json!(["so-ngoai-vu", ["so-khdt", "so-tai-chinh"], []]), "nobody works with itself");
        assert_eq!(duty("D2.4.a"), json!(["so-tai-chinh", ["so-ngoai-vu", "so-khdt"], []]), "each is told once");
        assert_eq!(duty("D2.3.a"), json!(["so-noi-vu", ["so-ngoai-vu"], []]));
        assert_eq!(after["awaits"], json!([]));
    }
    // The row of the regime of 2019 was signed later, to an agency that was no more.
    let receivers = names(&waiting(&admin)).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(
        !receivers.is_empty() && receivers.iter().all(|line| line.starts_with("RECEIVER ") && line.ends_with(" so-tttt 2019-03-12")),
        "{receivers:?}"
    );
    // A later event moves them on.
    let again = happens(&admin, &event("MERGE", "2020-01-01", &["so-ngoai-vu"], &[there("so-noi-vu")], &[]));
    assert!(lines(&again["roles"]).contains(&"STANDING_AGENCY HP-1593-2013 so-ngoai-vu so-noi-vu".to_owned()));
    assert_eq!(
        ["2017-12-31", "2019-12-31", "2020-01-01"].map(|day| seen(&admin, Some(day))["standing"].clone()),
        ["so-tttt", "so-ngoai-vu", "so-noi-vu"]
    );
    let events =
        admin.graphql("{ agencyEvents { kind effectiveOn roles { role subject from { code } to { code } isQueued } } }", &json!({}));
    let told = events["agencyEvents"][1]["roles"].as_array().expect("roles").clone();
    assert!(told.contains(&json!({"role": "STANDING_AGENCY", "subject": PROGRAMME, "from": {"code": "so-ngoai-vu"}, "to": {"code": "so-noi-vu"}, "isQueued": false})));
}

fn an_import_after_the_event_undoes_nothing(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    happens(&admin, &event("MERGE", "2018-01-01", &["so-tttt"], &[there("so-ngoai-vu")], &[]));
    let all = || (["2017-12-31", "2018-01-01", "2019-03-12"].map(|day| seen(&admin, Some(day))), seen(&admin, None), waiting(&admin));
    let before = all();
    assert_eq!(app.import(&seed::decision_1593(), APPLY).expect("an import").changes, []);
    assert_eq!(app.import_calendar(&seed::regimes_1593(), APPLY).expect("an import").changes, []);
    assert_eq!(all(), before);
    let mut corrected = seed::decision_1593();
    corrected["responsibilities"][1]["text_vi"] = json!("Chủ trì xây dựng kế hoạch.");
    assert!(app.import(&corrected, APPLY).expect("an import").applied);
    let mut regimes = seed::regimes_1593();
    regimes["regimes"][0]["name"] = json!("Báo cáo hằng năm (đính chính)");
    assert!(app.import_calendar(&regimes, APPLY).expect("an import").applied);
    assert_eq!(all(), before, "a corrected file leaves what the event moved");
}

fn what_nobody_takes_waits_and_goes_to_whoever_is_named(backend: Backend) {
    let app = start(backend);
    let (admin, standing) = (admin(&app), app.person(Some("so-ngoai-vu"), Role::Standing));
    let before = seen(&admin, None);
    let done = happens(&admin, &event("DISSOLVE", "2018-01-01", &["so-tttt"], &[], &[]));
    assert!(lines(&done["roles"]).iter().all(|line| line.ends_with(" so-tttt -")), "{done}");
    let queue = waiting(&standing);
    // The row of the regime that was in force until 2019 waits no more.
    assert_eq!(queue.len() + 1, done["roles"].as_array().expect("roles").len());
    let duties = ["D2.2.a", "D2.2.b", "D2.2.c", "D2.2.d", "D2.2.e", "D2.2.f"].map(|duty| format!("RESPONSIBLE {duty} so-tttt 2018-01-01"));
    let with = ["D2.3.a", "D2.4.a", "D2.4.b"].map(|duty| format!("WITH {duty} so-tttt 2018-01-01"));
    for line in duties
        .iter()
        .chain(&with)
        .map(String::as_str)
        .chain(["STANDING_AGENCY HP-1593-2013 so-tttt 2018-01-01", "RECEIVER HP-1593-NAM so-tttt 2019-03-12"])
    {
        assert!(names(&queue).contains(&line), "{line}: {queue:?}");
    }
    assert_eq!(seen(&admin, Some("2017-12-31")), before);
    let left = seen(&admin, Some("2018-01-01"));
    assert_eq!((&left["standing"], &left["awaits"], &left["receiver"]), (&json!("-"), &json!(["STANDING_AGENCY"]), &json!("-")));
    assert_eq!(left["duties"]["D2.2.a"], json!(["so-tttt?", ["cac-so-ban-nganh"], []]));
    assert_eq!(left["duties"]["D2.3.a"], json!(["so-noi-vu", [], []]));
    // The standing agency by REST, a duty by GraphQL; what is not named waits on.
    let entry = |role: &str| queue.iter().find(|(line, _)| line.starts_with(role)).expect("an entry").1.clone();
    let body = |day: &str| json!({"entries": [entry("STANDING_AGENCY")], "successor": "so-ngoai-vu", "effectiveOn": day, "basis": BASIS});
    let path = "admin/succession-queue/successor";
    assert_eq!(send(&standing, path, &body("2017-12-31")).faults()[0].0, "/effectiveOn");
    let named = send(&standing, path, &body("2018-06-01"));
    assert_eq!((named.status, &named.json()["resolved"]), (201, &json!(1)), "{}", named.body);
    assert_eq!(lines(&named.json()["events"][0]["roles"]), ["STANDING_AGENCY HP-1593-2013 so-tttt so-ngoai-vu"]);
    assert_eq!(named.json()["events"][0]["duties"], json!([]));
    assert_eq!(send(&standing, path, &body("2018-06-01")).faults()[0], ("/entries/0".to_owned(), "RULE_BROKEN".to_owned()));
    let mutation = "mutation($e: [ID!]!, $b: String!) { nameSuccessor(entries: $e, successor: \"so-noi-vu\", effectiveOn: \"2018-07-01\", basis: $b) { resolved problem { code } } }";
    let told = standing.graphql(mutation, &json!({"e": [entry("RESPONSIBLE D2.2.a"), entry("WITH D2.4.a")], "b": BASIS}));
    assert_eq!(told["nameSuccessor"], json!({"resolved": 2, "problem": null}));
    assert_eq!(waiting(&standing).len(), queue.len() - 3);
    assert_eq!(["2018-05-31", "2018-06-01"].map(|day| seen(&admin, Some(day))["standing"].clone()), ["-", "so-ngoai-vu"]);
    let duties = |day: &str| seen(&admin, Some(day))["duties"].take();
    assert_eq!(duties("2018-06-30")["D2.2.a"], json!(["so-tttt?", ["cac-so-ban-nganh"], []]));
    assert_eq!(duties("2018-07-01")["D2.2.a"], json!(["so-noi-vu", ["cac-so-ban-nganh"], []]));
    assert_eq!(duties("2018-07-01")["D2.4.a"], json!(["so-tai-chinh", ["so-noi-vu", "so-khdt", "so-ngoai-vu"], []]));
    assert_eq!(duties("2018-07-01")["D2.2.b"][0], "so-tttt?");
    // Importing again settles nothing that waits, and moves nothing that was named.
    let all = || (seen(&admin, None), waiting(&admin));
    let before = all();
    let mut corrected = seed::decision_1593();
    corrected["responsibilities"][1]["text_vi"] = json!("Chủ trì xây dựng kế hoạch.");
    assert!(app.import(&corrected, APPLY).expect("an import").applied);
    assert_eq!(all(), before);
}

fn whoever_a_programme_reports_to_may_be_no_more(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    happens(&admin, &event("DISSOLVE", "2018-01-01", &["ubnd-tp-hai-phong"], &[], &[]));
    let queue = waiting(&admin);
    assert_eq!(names(&queue), ["DIRECTED_AT D2.2.f ubnd-tp-hai-phong 2018-01-01", "REPORTS_TO HP-1593-2013 ubnd-tp-hai-phong 2018-01-01"]);
    assert_eq!(seen(&admin, None)["awaits"], json!(["REPORTS_TO"]));
    let entries: Vec<&String> = queue.iter().map(|(_, id)| id).collect();
    let named = send(
        &admin,
        "admin/succession-queue/successor",
        &json!({"entries": entries, "successor": "so-noi-vu", "effectiveOn": "2018-02-01", "basis": BASIS}),
    );
    assert_eq!((named.status, &named.json()["resolved"]), (201, &json!(2)), "{}", named.body);
    assert_eq!(
        ["2017-12-31", "2018-01-01", "2018-02-01"].map(|day| seen(&admin, Some(day))["reportsTo"].clone()),
        ["ubnd-tp-hai-phong", "-", "so-noi-vu"]
    );
    assert_eq!(seen(&admin, None)["duties"]["D2.2.f"], json!(["so-tttt", [], ["so-noi-vu"]]));
    assert!(waiting(&admin).is_empty());
}

fn roles_go_with_the_programme_that_is_named(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    let task = json!({"successor": "so-ngoai-vu", "programme": PROGRAMME, "task": "I.1"});
    let done = happens(&admin, &event("FUNCTION_TRANSFER", "2017-01-01", &["so-tttt"], &[there("so-ngoai-vu")], &[task]));
    assert_eq!(done["roles"], json!([]), "a task takes no duty of the programme with it");
    let whole = json!({"successor": "so-ngoai-vu", "programme": PROGRAMME});
    let done = happens(&admin, &event("FUNCTION_TRANSFER", "2018-01-01", &["so-tttt"], &[there("so-ngoai-vu")], &[whole]));
    assert!(lines(&done["roles"]).contains(&"STANDING_AGENCY HP-1593-2013 so-tttt so-ngoai-vu".to_owned()));
    assert_eq!(["2017-12-31", "2018-01-01"].map(|day| seen(&admin, Some(day))["standing"].clone()), ["so-tttt", "so-ngoai-vu"]);
    assert_eq!(
        ["2018-01-01", "2019-03-12"].map(|day| seen(&admin, Some(day))["receiver"].clone()),
        ["so-ngoai-vu", "so-tttt"],
        "what is signed later counts"
    );
    assert!(waiting(&admin).is_empty());
}

fn roles_go_with_the_function_of_their_programme(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    let signed = seen(&admin, None);
    assert!(app.import_organisation(&seed::organisation(), ImportOptions::default()).expect("an import").applied);
    assert_eq!(seen(&admin, Some("2025-02-28")), signed);
    let after = seen(&admin, Some("2025-03-01"));
    assert_eq!((&after["standing"], &after["receiver"]), (&json!("so-vhttdl-2025"), &json!("so-vhttdl-2025")));
    assert_eq!(after["duties"]["D2.2.a"], json!(["so-vhttdl-2025", ["cac-so-ban-nganh"], []]));
    assert_eq!(after["duties"]["D2.4.a"], json!(["so-tai-chinh", ["so-vhttdl-2025", "so-ngoai-vu"], []]));
    assert_eq!(seen(&admin, Some("2025-02-28")), signed);
}

fn words_on_whose_roll_nobody_is_left_wait(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    assert!(app.import_organisation(&seed::organisation(), ImportOptions::default()).expect("an import").applied);
    let queue = waiting(&admin);
    // The words of D2.5 mean them too, beside others.
    let left = ["DIRECTED_AT D2.2.e ubnd-cac-quan-huyen 2025-07-01", "RESPONSIBLE D2.5 ubnd-cac-quan-huyen 2025-07-01"];
    assert_eq!(names(&queue), left);
    let at = |day: &str| seen(&admin, Some(day))["duties"]["D2.2.e"][2].clone();
    assert_eq!(at("2025-06-30"), json!(["cac-so-ban-nganh", "ubnd-cac-quan-huyen", "cac-co-quan-don-vi-lien-quan"]));
    assert_eq!(at("2025-07-01"), json!(["cac-so-ban-nganh", "cac-co-quan-don-vi-lien-quan"]));
    let named = send(
        &admin,
        "admin/succession-queue/successor",
        &json!({"entries": [queue[0].1], "successor": "ubnd-tp-hai-phong", "effectiveOn": "2025-08-01", "basis": BASIS}),
    );
    assert_eq!((named.status, &named.json()["resolved"]), (201, &json!(1)), "{}", named.body);
    assert_eq!(at("2025-08-01"), json!(["cac-so-ban-nganh", "ubnd-tp-hai-phong", "cac-co-quan-don-vi-lien-quan"]));
}

fn a_file_may_name_who_is_no_more_and_be_corrected(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    happens(&admin, &event("DISSOLVE", "2018-01-01", &["so-khdt"], &[], &[]));
    let with = names(&waiting(&admin)).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(with, ["WITH D2.2.b so-khdt 2018-01-01", "WITH D2.4.a so-khdt 2018-01-01"]);
    let mut file = seed::decision_1593();
    file["responsibilities"][8]["agency"] = json!("so-khdt");
    assert!(app.import(&file, APPLY).expect("an import").applied);
    let queue = waiting(&admin);
    assert_eq!(names(&queue)[0], "RESPONSIBLE D2.3.b so-khdt 2018-01-01");
    assert_eq!(seen(&admin, None)["duties"]["D2.3.b"][0], "so-khdt?");
    assert!(app.import(&seed::decision_1593(), APPLY).expect("an import").applied);
    assert_eq!(names(&waiting(&admin)), with, "corrected, it waits for nobody");
    assert_eq!(seen(&admin, None)["duties"]["D2.3.b"][0], "so-noi-vu");
    let named = send(
        &admin,
        "admin/succession-queue/successor",
        &json!({"entries": [queue[0].1], "successor": "so-ngoai-vu", "effectiveOn": "2019-01-01", "basis": BASIS}),
    );
    assert_eq!(named.faults()[0], ("/entries/0".to_owned(), "RULE_BROKEN".to_owned()));
}

fn an_amendment_of_other_words_gives_nothing_anew(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    happens(&admin, &event("MERGE", "2015-01-01", &["so-tttt"], &[there("so-ngoai-vu")], &[]));
    let mut amended = crate::amendments::file();
    amended["programme"]["title_vi"] = json!("Chương trình hành động (sửa đổi)");
    amended["responsibilities"][1]["text_vi"] = json!("Chủ trì xây dựng kế hoạch.");
    let basis = crate::amendments::decision(&admin, "2001/QĐ-UBND", "2015-12-01");
    crate::amendments::amended(&admin, &basis, "2016-01-01", &amended);
    for (day, standing) in [("2014-12-31", "so-tttt"), ("2015-01-01", "so-ngoai-vu"), ("2016-01-01", "so-ngoai-vu")] {
        let seen = seen(&admin, Some(day));
        assert_eq!((&seen["standing"], &seen["duties"]["D2.2.a"][0]), (&json!(standing), &json!(standing)), "{day}");
    }
    // Given anew by a later amendment, to whoever is no more: it waits from that day on, until another gives it to somebody who is there.
    amended["responsibilities"][8]["agency"] = json!("so-khdt");
    happens(&admin, &event("DISSOLVE", "2017-01-01", &["so-khdt"], &[], &[]));
    let basis = crate::amendments::decision(&admin, "2002/QĐ-UBND", "2017-12-01");
    crate::amendments::amended(&admin, &basis, "2018-01-01", &amended);
    let line = "RESPONSIBLE D2.3.b so-khdt 2018-01-01";
    assert!(names(&waiting(&admin)).contains(&line));
    let has = |day: &str| seen(&admin, Some(day))["duties"]["D2.3.b"][0].clone();
    assert_eq!((has("2017-12-31"), has("2018-01-01")), (json!("so-noi-vu"), json!("so-khdt?")));
    amended["responsibilities"][8]["agency"] = json!("so-tai-chinh");
    let basis = crate::amendments::decision(&admin, "2003/QĐ-UBND", "2018-12-01");
    crate::amendments::amended(&admin, &basis, "2019-01-01", &amended);
    assert!(!names(&waiting(&admin)).contains(&line));
    assert_eq!((has("2018-12-31"), has("2019-01-01")), (json!("so-khdt?"), json!("so-tai-chinh")));
}

/// Assignments of an event as lines: task, role, to.
fn assignments(done: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut found: Vec<String> = done["assignments"]
        .as_array()
        .expect("assignments")
        .iter()
        .map(|one| ["task", "role", "to"].map(|field| text(&one[field])).join(" "))
        .collect();
    found.sort();
    found
}

fn leads(client: &Client, task: &str, day: &str) -> Vec<String> {
    let query =
        "query($p: String!, $t: String!, $d: NaiveDate) { programme(code: $p) { task(code: $t) { leadAgencies(asOf: $d) { code } } } }";
    let told = client.graphql(query, &json!({"p": PROGRAMME, "t": task, "d": day}));
    told["programme"]["task"]["leadAgencies"].as_array().expect("leads").iter().map(code).collect()
}

fn is_there(client: &Client, agency: &str, day: &str) -> bool {
    client.get(&format!("/api/v1/agencies/{agency}?asOf={day}")).json()["isActive"] == true
}

fn a_split_off_agency_takes_what_is_named_and_the_rest_stays(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    let duties = [
        json!({"successor": "so-dt", "programme": PROGRAMME, "task": "III.3"}),
        json!({"successor": "so-dt-hai", "programme": PROGRAMME, "task": "V.1"}),
    ];
    let split = event("SPLIT", "2018-01-01", &["so-tttt"], &[new("so-dt", "Sở Đối ngoại mới"), new("so-dt-hai", "Sở Số")], &duties);
    let done = happens(&admin, &split);
    assert_eq!(assignments(&done), ["III.3 LEAD so-dt", "V.1 LEAD so-dt-hai"]);
    assert_eq!(done["roles"], json!([]), "duties of the programme are no part of a task");
    assert_eq!(
        (leads(&admin, "III.3", "2017-12-31"), leads(&admin, "III.3", "2018-01-01")),
        (vec!["so-tttt".to_owned()], vec!["so-dt".to_owned()])
    );
    assert_eq!(leads(&admin, "I.1", "2018-01-01"), ["so-tttt"], "the rest stays");
    assert!(
        is_there(&admin, "so-tttt", "2018-01-01") && is_there(&admin, "so-dt", "2018-01-01") && !is_there(&admin, "so-dt", "2017-12-31")
    );
    let whole = event(
        "SPLIT",
        "2019-01-01",
        &["so-tttt"],
        &[new("so-dt-ba", "Sở Ba")],
        &[json!({"successor": "so-dt-ba", "programme": PROGRAMME})],
    );
    let done = happens(&admin, &whole);
    assert!(lines(&done["roles"]).contains(&"STANDING_AGENCY HP-1593-2013 so-tttt so-dt-ba".to_owned()));
    assert_eq!(["2018-12-31", "2019-01-01"].map(|day| seen(&admin, Some(day))["standing"].clone()), ["so-tttt", "so-dt-ba"]);
    let queue = admin.get("/api/v1/admin/succession-queue?limit=200").json();
    assert_eq!(queue["items"], json!([]), "nothing waits");
}

fn a_divided_agency_leaves_what_nobody_takes(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    let duties = [
        json!({"successor": "so-noi-mot", "programme": PROGRAMME, "task": "III.4"}),
        json!({"successor": "so-noi-hai", "programme": PROGRAMME, "task": "I.1"}),
    ];
    let divide =
        event("DIVIDE", "2018-01-01", &["so-noi-vu"], &[new("so-noi-mot", "Sở Nội vụ Một"), new("so-noi-hai", "Sở Nội vụ Hai")], &duties);
    let done = happens(&admin, &divide);
    assert_eq!(assignments(&done), ["III.4 LEAD so-noi-mot"]);
    assert_eq!(lines(&done["roles"]), ["RESPONSIBLE D2.3.a so-noi-vu -", "RESPONSIBLE D2.3.b so-noi-vu -"]);
    assert!(!is_there(&admin, "so-noi-vu", "2018-01-01") && is_there(&admin, "so-noi-hai", "2018-01-01"));
    assert_eq!(names(&waiting(&admin)), ["RESPONSIBLE D2.3.a so-noi-vu 2018-01-01", "RESPONSIBLE D2.3.b so-noi-vu 2018-01-01"]);
    assert_eq!(leads(&admin, "III.4", "2018-01-01"), ["so-noi-mot"]);
}

fn a_consolidated_agency_takes_all(backend: Backend) {
    let app = start(backend);
    let admin = admin(&app);
    let consolidate = event("CONSOLIDATE", "2018-01-01", &["so-noi-vu", "so-tai-chinh"], &[new("so-noi-chinh", "Sở Nội chính")], &[]);
    let done = happens(&admin, &consolidate);
    assert!(!assignments(&done).is_empty() && assignments(&done).iter().all(|line| line.ends_with(" so-noi-chinh")), "{done}");
    let moved = lines(&done["roles"]);
    for line in [
        "RESPONSIBLE D2.3.a so-noi-vu so-noi-chinh",
        "RESPONSIBLE D2.4.b so-tai-chinh so-noi-chinh",
        "WITH D2.2.b so-tai-chinh so-noi-chinh",
    ] {
        assert!(moved.contains(&line.to_owned()), "{moved:?}");
    }
    assert_eq!(
        (leads(&admin, "III.4", "2017-12-31"), leads(&admin, "III.4", "2018-01-01")),
        (vec!["so-noi-vu".to_owned()], vec!["so-noi-chinh".to_owned()])
    );
    assert!(
        !is_there(&admin, "so-noi-vu", "2018-01-01")
            && !is_there(&admin, "so-tai-chinh", "2018-01-01")
            && is_there(&admin, "so-noi-chinh", "2018-01-01")
    );
    assert_eq!(admin.get("/api/v1/admin/succession-queue?limit=200").json()["items"], json!([]), "nothing waits");
}
