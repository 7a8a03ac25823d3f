//! Meetings: called, held, minuted, signed; what was concluded is followed as tasks of the programme.

use app::{ChangeKind, import::ImportOptions};
use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{rows, try_execute},
    seed,
};

use crate::audit::verdict;

both!(
    a_meeting_goes_from_its_call_to_published_minutes,
    what_was_concluded_is_a_task_that_its_lead_owes,
    everybody_sees_their_part_of_a_meeting,
    every_fault_of_a_plan_is_told,
    the_database_keeps_what_is_signed,
    an_import_leaves_what_was_concluded,
    graphql_says_the_same_of_meetings,
    statements_do_not_grow_with_what_is_concluded,
);

pub const PATH: &str = "/api/v1/meetings";
pub const DECISION: &str = "1593/QĐ-UBND";
pub const TASKS: &str = "/api/v1/tasks?programme=HP-1593-2013&group=KL";

/// A committee with three members and a secretary, and its standing agency.
pub fn established(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let typed = [("content-type", "application/json"), ("if-match", "\"0\"")];
    let plan = json!({"agency": "bcd-ttdn", "plannedBy": DECISION}).to_string();
    assert_eq!(admin.send("POST", "/api/v1/admin/committees", &typed[..1], plan.as_bytes()).status, 201);
    let seat = |role: &str, rank: i32, name: &str| json!({"role": role, "rank": rank, "person": {"name": name}});
    let act = json!({
        "kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong", "standingAgency": "so-tttt",
        "seats": [seat("HEAD", 1, "Nguyễn Văn A"), seat("STANDING_DEPUTY_HEAD", 2, "Trần Thị B"), seat("MEMBER", 3, "Lê Văn C"),
                  {"role": "SECRETARY", "rank": 1, "unit": "SECRETARIAT", "person": {"name": "Phạm D"}}],
    });
    let reply = admin.send("POST", "/api/v1/admin/committees/bcd-ttdn/acts", &typed, act.to_string().as_bytes());
    assert_eq!(reply.status, 201, "{}", reply.body);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    (app, standing)
}

pub fn plan(at: &str) -> Value {
    json!({"title": "Họp Ban chỉ đạo quý I", "place": "Trụ sở Ủy ban nhân dân thành phố", "startsAt": at, "agenda": ["Tình hình", "Kết luận"]})
}

pub fn called(client: &Client, at: &str) -> Reply {
    let new = json!({"committee": "bcd-ttdn", "programme": "HP-1593-2013", "plan": plan(at)});
    client.send("POST", PATH, &[("content-type", "application/json")], new.to_string().as_bytes())
}

/// A change of a meeting as it is known.
pub fn change(client: &Client, meeting: &Value, (method, path): (&str, &str), body: &Value) -> Reply {
    let (id, tag) = (meeting["id"].as_str().expect("an id"), format!("\"{}\"", meeting["revision"]));
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    client.send(method, &format!("{PATH}/{id}{path}"), &headers, body.to_string().as_bytes())
}

pub fn act(client: &Client, meeting: &Value, body: &Value) -> Value {
    let reply = change(client, meeting, ("POST", "/acts"), body);
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

pub fn minutes() -> Value {
    json!({"text": "Biên bản họp.", "conclusions": [
        {"text": "Xây dựng quy chế.", "lead": "so-tttt", "coordinators": ["so-ngoai-vu"], "dueOn": "2014-06-30"},
        {"text": "Bố trí kinh phí.", "lead": "so-tai-chinh", "dueOn": "2015-01-31"},
    ]})
}

pub fn sign() -> Value {
    json!({"kind": "SIGN", "signer": "Nguyễn Văn A", "signedOn": "2014-03-14", "document": DECISION})
}

/// A meeting with minutes that are not signed yet.
pub fn minuted(client: &Client) -> Value {
    let meeting = called(client, "2014-03-11T18:00:00Z").json();
    let held = act(client, &meeting, &json!({"kind": "HOLD"}));
    let reply = change(client, &held, ("PUT", "/minutes"), &minutes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

pub fn codes(client: &Client, path: &str) -> Vec<String> {
    let items = client.get(path).json()["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["code"].as_str().expect("a code").to_owned()).collect()
}

fn a_meeting_goes_from_its_call_to_published_minutes(backend: Backend) {
    let (app, standing) = established(backend);
    let reply = called(&standing, "2014-03-11T18:00:00Z");
    assert_eq!(reply.status, 201, "{}", reply.body);
    let meeting = reply.json();
    let names: Vec<&str> =
        meeting["invited"].as_array().expect("invited").iter().map(|one| one["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["Nguyễn Văn A", "Trần Thị B", "Lê Văn C", "Phạm D"], "the roster of the day where nobody is named");
    assert_eq!((&meeting["status"], &meeting["quorum"], &meeting["revision"]), (&json!("PLANNED"), &Value::Null, &json!(1)));
    assert_eq!(called(&standing, "2014-03-11T18:00:00Z").code(), "ALREADY_EXISTS");
    let mut later = plan("2014-03-12T01:00:00Z");
    later["invited"] = json!([{"seat": meeting["invited"][0]["seat"]}, {"seat": meeting["invited"][1]["seat"]}, {"agency": "so-ngoai-vu"},
                              {"words": "Đại biểu Hội đồng nhân dân"}]);
    let reply = change(&standing, &meeting, ("PUT", ""), &later);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let planned = reply.json();
    assert_eq!(change(&standing, &meeting, ("PUT", ""), &later).code(), "PRECONDITION_FAILED");
    assert_eq!(change(&standing, &planned, ("PUT", "/minutes"), &minutes()).code(), "WRONG_STATE", "it was not held");

    // Held: two of three members, one of them represented.
    let invited = |i: usize| planned["invited"][i]["id"].clone();
    let mut held = json!({"kind": "HOLD", "attendance": [
        {"invitee": invited(0), "attendance": "PRESENT"},
        {"invitee": invited(1), "attendance": "REPRESENTED"},
        {"invitee": invited(2), "attendance": "ABSENT", "reason": "Đi công tác."},
    ]});
    let told = change(&standing, &planned, ("POST", "/acts"), &held);
    assert_eq!(told.faults(), [("/attendance/1/representedBy".to_owned(), "FIELD_REQUIRED".to_owned())]);
    held["attendance"][1]["representedBy"] = json!("Vũ E");
    let held = act(&standing, &planned, &held);
    assert_eq!(held["quorum"], json!({"entitled": 3, "present": 2, "needed": 2, "isMet": true}));
    assert_eq!(change(&standing, &held, ("POST", "/acts"), &sign()).code(), "WRONG_STATE", "there are no minutes");
    let written = change(&standing, &held, ("PUT", "/minutes"), &minutes()).json();

    // Signed, locked, corrected, published.
    let mut unsigned = sign();
    unsigned["signedOn"] = json!("2014-03-11");
    unsigned["document"] = json!("9999/QĐ-UBND");
    let told = change(&standing, &written, ("POST", "/acts"), &unsigned).faults();
    let wanted = [("/document".to_owned(), "REFERENCE_UNKNOWN".to_owned()), ("/signedOn".to_owned(), "OUT_OF_RANGE".to_owned())];
    assert_eq!(told, wanted);
    let signed = act(&standing, &written, &sign());
    assert_eq!(signed["signature"]["signer"], "Nguyễn Văn A");
    assert_eq!(change(&standing, &signed, ("PUT", "/minutes"), &minutes()).code(), "WRONG_STATE");
    assert_eq!(change(&standing, &signed, ("POST", "/acts"), &sign()).code(), "WRONG_STATE");
    let correction = json!({"kind": "CORRECT", "text": "Họp tại phòng 2.", "reason": "Ghi nhầm phòng."});
    let corrected = act(&standing, &signed, &correction);
    assert_eq!((&corrected["corrections"][0]["number"], &corrected["minutes"]), (&json!(1), &json!("Biên bản họp.")));
    let published = act(&standing, &corrected, &json!({"kind": "PUBLISH"}));
    assert!(published["publishedAt"].is_string());

    // One that is called off.
    let other = called(&standing, "2014-06-11T01:00:00Z").json();
    assert_eq!(change(&standing, &other, ("POST", "/acts"), &json!({"kind": "CANCEL"})).faults()[0].0, "/reason");
    let unseen = change(&standing, &other, ("POST", "/acts"), &json!({"kind": "CANCEL", "reason": "\u{200b}"}));
    assert_eq!(unseen.faults(), [("/reason".to_owned(), "PATTERN_MISMATCH".to_owned())]);
    let cancelled = act(&standing, &other, &json!({"kind": "CANCEL", "reason": "Hoãn."}));
    assert_eq!(cancelled["status"], "CANCELLED");
    assert_eq!(change(&standing, &cancelled, ("POST", "/acts"), &json!({"kind": "HOLD"})).code(), "WRONG_STATE");
    assert_eq!(called(&standing, "2014-06-11T01:00:00Z").status, 201, "the time is free again");
    let page = standing.get(&format!("{PATH}?committee=bcd-ttdn&limit=2")).json();
    assert_eq!((page["items"].as_array().map(Vec::len), &page["hasNext"]), (Some(2), &json!(true)));
    let rest = standing.get(&format!("{PATH}?limit=2&after={}&committee=bcd-ttdn", page["endCursor"].as_str().expect("a cursor"))).json();
    assert_eq!((rest["items"][0]["id"].clone(), &rest["hasNext"]), (meeting["id"].clone(), &json!(false)), "the newest first");
    assert!(verdict(&app, None).is_ok());
}

fn what_was_concluded_is_a_task_that_its_lead_owes(backend: Backend) {
    let (app, standing) = established(backend);
    let public = app.anonymous();
    let due = |client: &Client, agency: &str| {
        let occurrences = client.get(&format!("/api/v1/occurrences?programme=HP-1593-2013&group=KL&leadAgency={agency}")).json();
        let of = |item: &Value| (item["dueOn"].as_str().expect("a day").to_owned(), item["status"].as_str().expect("a status").to_owned());
        occurrences["items"].as_array().map(|items| items.iter().map(of).collect::<Vec<_>>()).unwrap_or_default()
    };
    let total = |client: &Client| client.get("/api/v1/statistics?programme=HP-1593-2013").json()["total"].clone();
    let assigned = |day: &str| {
        let told = public.get(&format!("/api/v1/statistics?programme=HP-1593-2013&asOf={day}")).json();
        told["total"]["tasks"]["assigned"].as_i64().expect("a figure")
    };
    let written = minuted(&standing);
    let before = total(&public);
    let then = [assigned("2014-03-13"), assigned("2014-03-14")];
    assert!(codes(&public, TASKS).is_empty(), "what is not signed binds nobody");
    let signed = act(&standing, &written, &sign());
    assert_eq!(codes(&public, TASKS), ["KL.1", "KL.2"]);
    assert_eq!(due(&public, "so-tttt"), [("2014-06-30".to_owned(), "NOT_STARTED".to_owned())]);
    assert_eq!(due(&public, "so-tai-chinh"), [("2015-01-31".to_owned(), "NOT_STARTED".to_owned())]);
    assert_ne!(total(&public), before, "it counts");
    assert_eq!([assigned("2014-03-13"), assigned("2014-03-14")], [then[0], then[1] + 2], "from the day of the signature on");
    // Its lead owes reports on it as on any task.
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app.generate();
    let owed = "SELECT o.regime_code AS line FROM obligations o JOIN tasks t ON t.id = o.task_id WHERE t.code = 'KL.1'";
    assert!(!rows(&app.database, owed).is_empty(), "reports on it are owed");
    let task = signed["conclusions"][0]["task"].as_str().expect("a task").to_owned();
    let titles = || {
        public.graphql(
            "{ tasks(filter: {programme: \"HP-1593-2013\", group: \"KL\"}) { nodes { id name citations { section } } } }",
            &json!({}),
        )
    };
    let node =
        |found: &Value| found["tasks"]["nodes"].as_array().expect("tasks").iter().find(|node| node["id"] == *task).expect("one").clone();
    assert_eq!(node(&titles())["name"], "Kết luận số 1, cuộc họp ngày 12/03/2014", "its words are not published");
    assert_eq!(node(&titles())["citations"][0]["section"], "Kết luận số 1");
    act(&standing, &signed, &json!({"kind": "PUBLISH"}));
    assert_eq!(node(&titles())["name"], "Xây dựng quy chế.");
    // A second meeting goes on counting.
    let second = called(&standing, "2014-09-11T01:00:00Z").json();
    let held = act(&standing, &second, &json!({"kind": "HOLD"}));
    let mut draft = minutes();
    draft["conclusions"][0]["dueOn"] = json!("2014-12-31");
    let written = change(&standing, &held, ("PUT", "/minutes"), &draft).json();
    let mut later = sign();
    later["signedOn"] = json!("2014-09-15");
    act(&standing, &written, &later);
    assert_eq!(codes(&public, TASKS), ["KL.1", "KL.2", "KL.3", "KL.4"]);
    let told = rows(&app.database, "SELECT kind AS line FROM events WHERE kind = 'CONCLUSION_ASSIGNED'");
    assert_eq!(told.len(), 6, "whoever has a part is told");
}

fn everybody_sees_their_part_of_a_meeting(backend: Backend) {
    let (app, standing) = established(backend);
    let written = minuted(&standing);
    let id = written["id"].as_str().expect("an id");
    let (public, committee) = (app.anonymous(), app.person(None, Role::Committee));
    let (lead, other) = (app.person(Some("so-tai-chinh"), Role::AgencyViewer), app.person(Some("so-ngoai-vu"), Role::AgencyViewer));
    let seen = |client: &Client| {
        let reply = client.get(&format!("{PATH}/{id}"));
        let listed = client.get(PATH).json()["items"].as_array().map(Vec::len).unwrap_or_default();
        if reply.status == 404 {
            return (listed, false, Vec::new());
        }
        let meeting = reply.json();
        let numbers =
            meeting["conclusions"].as_array().expect("conclusions").iter().map(|one| one["number"].as_i64().expect("one")).collect();
        (listed, meeting["minutes"].is_string(), numbers)
    };
    let everyone = || [&public, &other, &lead, &committee].map(seen);
    let (nothing, all): ((usize, bool, Vec<i64>), _) = ((0, false, vec![]), (1, true, vec![1, 2]));
    assert_eq!(everyone(), [nothing.clone(), nothing.clone(), nothing.clone(), all.clone()], "nothing is signed");
    let signed = act(&standing, &written, &sign());
    assert_eq!(everyone(), [nothing, (1, false, vec![1]), (1, false, vec![2]), all.clone()], "each sees what it carries out");
    assert_eq!(change(&committee, &signed, ("POST", "/acts"), &json!({"kind": "PUBLISH"})).code(), "FORBIDDEN");
    assert_eq!(change(&public, &signed, ("POST", "/acts"), &json!({"kind": "PUBLISH"})).code(), "UNAUTHENTICATED");
    let published = act(&standing, &signed, &json!({"kind": "PUBLISH"}));
    assert_eq!(everyone(), [all.clone(), all.clone(), all.clone(), all]);
    let told = public.get(&format!("{PATH}/{id}")).json();
    assert_eq!((&told["invited"], &told["revision"]), (&json!([]), &published["revision"]), "who came is not published");
}

fn every_fault_of_a_plan_is_told(backend: Backend) {
    let (_app, standing) = established(backend);
    let post = |new: &Value| standing.send("POST", PATH, &[("content-type", "application/json")], new.to_string().as_bytes());
    let told = |reply: &Reply| reply.faults().into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>();
    let unknown = post(&json!({"committee": "none", "programme": "none", "plan": plan("2014-03-12T01:00:00Z")}));
    assert_eq!(told(&unknown), ["/programme REFERENCE_UNKNOWN", "/committee REFERENCE_UNKNOWN"]);
    let another = post(&json!({"committee": "so-tttt", "programme": "HP-1593-2013", "plan": plan("2014-03-12T01:00:00Z")}));
    assert_eq!(told(&another), ["/committee RULE_BROKEN"]);
    assert_eq!(told(&called(&standing, "2014-02-28T16:59:59Z")), ["/plan/startsAt RULE_BROKEN"], "it was not established");
    assert_eq!(called(&standing, "2014-02-28T17:00:00Z").status, 201, "the day begins in Viet Nam");
    let mut wrong = plan("2014-03-12T01:00:00Z");
    wrong["endsAt"] = json!("2014-03-12T01:00:00Z");
    wrong["invited"] = json!([{"seat": "0199b2a0-0000-7000-8000-000000000001"}, {"agency": "none"}, {}]);
    let reply = post(&json!({"committee": "bcd-ttdn", "programme": "HP-1593-2013", "plan": wrong}));
    let places =
        ["/endsAt OUT_OF_RANGE", "/invited/0/seat REFERENCE_UNKNOWN", "/invited/1/agency REFERENCE_UNKNOWN", "/invited/2 RULE_BROKEN"];
    assert_eq!(told(&reply), places.map(|at| format!("/plan{at}")), "the plan is a part of the body");
    let meeting = called(&standing, "2014-03-12T01:00:00Z").json();
    assert_eq!(told(&change(&standing, &meeting, ("PUT", ""), &wrong)), places, "the plan is the body");
    let held = act(&standing, &meeting, &json!({"kind": "HOLD"}));
    let draft = json!({"text": "X", "conclusions": [
        {"text": "A", "lead": "none", "coordinators": ["so-tttt", "so-tttt"], "dueOn": "2014-03-11"},
        {"text": "B", "lead": "ubnd-cac-quan-huyen", "dueOn": "2014-04-01"},
    ]});
    let faults = told(&change(&standing, &held, ("PUT", "/minutes"), &draft));
    assert_eq!(
        faults[..3],
        ["/conclusions/0/lead REFERENCE_UNKNOWN", "/conclusions/0/coordinators/1 DUPLICATE", "/conclusions/0/dueOn OUT_OF_RANGE"]
    );
    assert_eq!(faults.len(), 4, "a collective leads nothing: {faults:?}");
    assert_eq!(change(&standing, &held, ("POST", "/acts"), &json!({"kind": "HOLD", "signer": "X"})).faults()[0].0, "/signer");
    let far = called(&standing, "2030-03-12T01:00:00Z").json();
    assert_eq!(change(&standing, &far, ("POST", "/acts"), &json!({"kind": "HOLD"})).code(), "WRONG_STATE", "its day has not come");
}

fn the_database_keeps_what_is_signed(backend: Backend) {
    let (app, standing) = established(backend);
    let signed = act(&standing, &minuted(&standing), &sign());
    act(&standing, &signed, &json!({"kind": "CORRECT", "text": "Y", "reason": "X"}));
    for sql in [
        "UPDATE meetings SET minutes = 'X'",
        "UPDATE meetings SET signer = 'X'",
        "UPDATE minutes_corrections SET text = 'X'",
        "DELETE FROM minutes_corrections",
        "UPDATE conclusions SET text = 'X'",
    ] {
        let refused = try_execute(&app.database, sql).expect_err(sql);
        assert!(refused.contains("kept as"), "{sql}: {refused}");
    }
}

/// A programme's file states the annex; what meetings concluded is not its to remove.
fn an_import_leaves_what_was_concluded(backend: Backend) {
    let (app, standing) = established(backend);
    act(&standing, &minuted(&standing), &sign());
    let options = ImportOptions { dry_run: false, apply_changes: true };
    let again = app.import(&seed::decision_1593(), options).expect("an import");
    assert_eq!(again.changes.len(), 0, "{:?}", again.changes);
    let mut file = seed::decision_1593();
    file["tasks"][0]["title_vi"] = json!("Xuất bản ấn phẩm mới");
    let changed = app.import(&file, options).expect("an import");
    assert!(changed.applied && changed.changes.iter().all(|change| change.change == ChangeKind::Changed), "{:?}", changed.changes);
    assert_eq!(codes(&app.anonymous(), TASKS), ["KL.1", "KL.2"]);
}

fn graphql_says_the_same_of_meetings(backend: Backend) {
    let (app, standing) = established(backend);
    let create = "mutation($plan: MeetingPlanInput!) { createMeeting(committee: \"bcd-ttdn\", programme: \"HP-1593-2013\", plan: $plan) {
        problem { code } meeting { id revision status committee { code } programme { code } invited { id name role seat attendance } } } }";
    let made = standing.graphql(create, &json!({"plan": plan("2014-03-11T18:00:00Z")}))["createMeeting"].clone();
    assert_eq!(made["problem"], Value::Null, "{made}");
    let (meeting, id) = (&made["meeting"], made["meeting"]["id"].clone());
    assert_eq!((&meeting["status"], &meeting["invited"][3]["role"]), (&json!("PLANNED"), &json!("SECRETARY")));
    let update = "mutation($id: ID!, $plan: MeetingPlanInput!) { updateMeeting(id: $id, revision: 1, plan: $plan) { problem { code } meeting { revision } } }";
    let updated = standing.graphql(update, &json!({"id": id, "plan": plan("2014-03-12T01:00:00Z")}));
    assert_eq!(updated["updateMeeting"]["meeting"]["revision"], 2);
    let record =
        "mutation($id: ID!, $revision: Int!, $input: NewMeetingActInput!) { recordMeetingAct(id: $id, revision: $revision, input: $input) {
        problem { code faults { pointer code } } meeting { revision status quorum { isMet } signature { signer document { number } }
          conclusions { number text lead { code } coordinators { code } dueOn task { code } } corrections { number } publishedAt } } }";
    let acted = |revision: i32, input: Value| {
        let answer = standing.graphql(record, &json!({"id": id, "revision": revision, "input": input}))["recordMeetingAct"].clone();
        assert_eq!(answer["problem"], Value::Null, "{answer}");
        answer["meeting"].clone()
    };
    assert_eq!(acted(2, json!({"kind": "HOLD"}))["quorum"]["isMet"], false, "nobody came");
    let write = "mutation($id: ID!, $text: String!, $conclusions: [NewConclusionInput!]!) {
        writeMinutes(id: $id, revision: 3, text: $text, conclusions: $conclusions) { problem { code } meeting { minutes } } }";
    let draft = minutes();
    let written = standing.graphql(write, &json!({"id": id, "text": draft["text"], "conclusions": draft["conclusions"]}));
    assert_eq!(written["writeMinutes"]["meeting"]["minutes"], "Biên bản họp.");
    let signed = acted(4, sign());
    assert_eq!((&signed["signature"]["document"]["number"], &signed["conclusions"][1]["task"]["code"]), (&json!(DECISION), &json!("KL.2")));
    assert_eq!(signed["conclusions"][0]["coordinators"], json!([{"code": "so-ngoai-vu"}]));
    let read = "query($id: ID!) { meeting(id: $id) { title revision } meetings(committee: \"bcd-ttdn\") { totalCount nodes { id } } }";
    let answer = standing.graphql(read, &json!({"id": id}));
    assert_eq!((&answer["meeting"]["revision"], &answer["meetings"]["totalCount"]), (&json!(5), &json!(1)));
    assert_eq!(app.anonymous().graphql(read, &json!({"id": id})), json!({"meeting": null, "meetings": {"totalCount": 0, "nodes": []}}));
    let again = standing.graphql(record, &json!({"id": id, "revision": 4, "input": {"kind": "PUBLISH"}}));
    assert_eq!(again["recordMeetingAct"]["problem"]["code"], "PRECONDITION_FAILED");
}

fn statements_do_not_grow_with_what_is_concluded(backend: Backend) {
    let (app, standing) = established(backend);
    let signed = |day: i32, conclusions: usize| {
        let meeting = called(&standing, &format!("2014-03-{day}T01:00:00Z")).json();
        let held = act(&standing, &meeting, &json!({"kind": "HOLD"}));
        let one = json!({"text": "Việc.", "lead": "so-tttt", "coordinators": ["so-ngoai-vu", "so-tai-chinh"], "dueOn": "2014-06-30"});
        let draft = json!({"text": "X", "conclusions": vec![one; conclusions]});
        let (writing, written) = of_meetings(&app, || change(&standing, &held, ("PUT", "/minutes"), &draft).json());
        let mut sign = sign();
        sign["signedOn"] = json!("2014-03-31");
        let (signing, signed) = of_meetings(&app, || act(&standing, &written, &sign));
        let (publishing, _) = of_meetings(&app, || act(&standing, &signed, &json!({"kind": "PUBLISH"})));
        [writing, signing, publishing]
    };
    signed(12, 1); // opens the group
    standing.get(PATH);
    assert_eq!(signed(13, 1), signed(14, 20));
    let list = |limit: i32| of_meetings(&app, || standing.get(&format!("{PATH}?limit={limit}"))).0;
    assert_eq!(list(1), list(3));
}

/// How many statements are about meetings and tasks; what numbers events beside them comes when it comes.
fn of_meetings<T>(app: &TestApp, f: impl FnOnce() -> T) -> (usize, T) {
    const TABLES: [&str; 7] = ["meeting", "minutes_", "conclusion", "tasks", "assignments", "occurrences", "citations"];
    let (sent, value) = app.sent(f);
    (sent.iter().filter(|statement| TABLES.iter().any(|table| statement.contains(table))).count(), value)
}
