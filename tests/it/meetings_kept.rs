//! Meetings in a world that goes on: agencies end, rosters are recorded late, duties move; what was held and signed stays as it was.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp, both,
    database::{rows, try_execute},
};

use crate::{
    committees::send as committee_act,
    meetings::{DECISION, PATH, act, called, change, established, minuted, minutes, plan, sign},
};

both!(
    a_signature_leaves_nothing_to_an_agency_that_is_no_more,
    what_was_held_keeps_its_roster_whatever_is_recorded_later,
    whoever_is_no_longer_on_the_roster_is_invited_anew,
    whoever_carries_it_out_may_read_it,
    a_plan_has_bounds_on_either_side,
    what_is_signed_is_whole,
    minutes_below_quorum_are_signed_with_a_warning,
    small_faults_of_meetings_are_told,
);

/// Lets something happen to an agency.
fn event(app: &TestApp, body: &Value) {
    let admin = app.person(None, Role::Admin);
    let reply = admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], body.to_string().as_bytes());
    assert_eq!(reply.status, 201, "{}", reply.body);
}

fn dissolved(app: &TestApp, agency: &str, day: &str) {
    event(app, &json!({"kind": "DISSOLVE", "effectiveOn": day, "basis": DECISION, "predecessors": [agency]}));
}

fn open_assignments(app: &TestApp, code: &str) -> Vec<String> {
    let sql = format!(
        "SELECT a.role || ' ' || g.code || CASE WHEN q.id IS NULL THEN '' ELSE ' queued' END AS line
         FROM assignments a JOIN tasks t ON t.id = a.task_id JOIN agencies g ON g.id = a.agency_id
         LEFT JOIN succession_queue q ON q.assignment_id = a.id
         WHERE t.code = '{code}' AND a.valid_to IS NULL ORDER BY a.role, g.code"
    );
    rows(&app.database, &sql)
}

/// A held meeting of March 2014 with minutes; nobody has signed.
fn drafted(standing: &Client, draft: &Value) -> Value {
    let meeting = called(standing, "2014-03-11T18:00:00Z").json();
    let held = act(standing, &meeting, &json!({"kind": "HOLD"}));
    let reply = change(standing, &held, ("PUT", "/minutes"), draft);
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

fn a_signature_leaves_nothing_to_an_agency_that_is_no_more(backend: Backend) {
    let (app, standing) = established(backend);
    // Both end between the meeting and its signature: one for nobody, one for a successor; a third one day after it.
    let written = drafted(
        &standing,
        &json!({"text": "Biên bản.", "conclusions": [
            {"text": "Một.", "lead": "so-noi-vu", "coordinators": ["so-tttt"], "dueOn": "2014-12-31"},
            {"text": "Hai.", "lead": "so-tttt", "coordinators": ["so-noi-vu"], "dueOn": "2014-12-31"},
            {"text": "Ba.", "lead": "so-ngoai-vu", "dueOn": "2014-12-31"},
        ]}),
    );
    dissolved(&app, "so-noi-vu", "2014-03-13");
    event(
        &app,
        &json!({"kind": "MERGE", "effectiveOn": "2014-03-20", "basis": DECISION, "predecessors": ["so-ngoai-vu"],
                "successors": [{"code": "so-tai-chinh"}], "duties": [{"successor": "so-tai-chinh", "programme": "HP-1593-2013"}]}),
    );
    act(&standing, &written, &sign());
    assert_eq!(open_assignments(&app, "KL.1"), ["COORDINATING so-tttt", "LEAD so-noi-vu queued"]);
    assert_eq!(open_assignments(&app, "KL.2"), ["COORDINATING so-noi-vu queued", "LEAD so-tttt"]);
    assert_eq!(open_assignments(&app, "KL.3"), ["LEAD so-tai-chinh"], "the duty went to the successor");
    let queue = standing.get("/api/v1/admin/succession-queue").json();
    let waiting = queue["items"].as_array().expect("items").iter().filter(|one| one["task"] == "KL.1").count();
    assert_eq!(waiting, 1, "{queue}");
}

fn consolidation(day: &str) -> Value {
    let seat = |role: &str, rank: i32, name: &str| json!({"role": role, "rank": rank, "person": {"name": name}});
    json!({"kind": "CONSOLIDATE", "effectiveOn": day, "basis": DECISION, "authority": "ubnd-tp-hai-phong",
           "seats": [seat("HEAD", 1, "Hoàng Văn E"), seat("MEMBER", 2, "Đặng F")]})
}

fn everybody_came(meeting: &Value) -> Value {
    let of = |one: &Value| json!({"invitee": one["id"], "attendance": "PRESENT"});
    let attendance: Vec<Value> = meeting["invited"].as_array().expect("invited").iter().map(of).collect();
    json!({"kind": "HOLD", "attendance": attendance})
}

fn what_was_held_keeps_its_roster_whatever_is_recorded_later(backend: Backend) {
    let (app, standing) = established(backend);
    let admin = app.person(None, Role::Admin);
    let meeting = called(&standing, "2014-03-11T18:00:00Z").json();
    let held = act(&standing, &meeting, &everybody_came(&meeting));
    let shown = |meeting: &Value| {
        let of = |one: &Value| format!("{} {}", one["role"].as_str().unwrap_or("-"), one["name"].as_str().unwrap_or("-"));
        let invited: Vec<String> = meeting["invited"].as_array().expect("invited").iter().map(of).collect();
        (meeting["quorum"].clone(), invited)
    };
    let before = shown(&held);
    assert_eq!(before.0, json!({"entitled": 3, "present": 3, "needed": 2, "isMet": true}));
    let reply = committee_act(&admin, 1, "", &consolidation("2014-03-05"));
    assert_eq!(reply.status, 201, "{}", reply.body);
    let again = standing.get(&format!("{PATH}/{}", held["id"].as_str().expect("an id"))).json();
    assert_eq!(shown(&again), before, "it is told as it was held");
    // Who came can still be set right, for those who were invited.
    let mut corrected = everybody_came(&meeting);
    corrected["attendance"][2] = json!({"invitee": meeting["invited"][2]["id"], "attendance": "ABSENT", "reason": "Ốm."});
    let corrected = act(&standing, &held, &corrected);
    assert_eq!(corrected["quorum"], json!({"entitled": 3, "present": 2, "needed": 2, "isMet": true}));
    let written = change(&standing, &corrected, ("PUT", "/minutes"), &minutes()).json();
    let signed = act(&standing, &written, &sign());
    assert_eq!(shown(&signed).1, before.1);
}

/// Such meetings happen: they are kept, and it is told.
fn minutes_below_quorum_are_signed_with_a_warning(backend: Backend) {
    let (app, standing) = established(backend);
    let written = minuted(&standing);
    let codes =
        |meeting: &Value| meeting["warnings"].as_array().expect("warnings").iter().map(|one| one["code"].clone()).collect::<Vec<_>>();
    let signed = act(&standing, &written, &sign());
    assert_eq!((&signed["quorum"]["isMet"], codes(&signed)), (&json!(false), vec![json!("BELOW_QUORUM")]), "nobody came");
    assert!(signed["warnings"][0]["message"]["vi"].as_str().expect("words").contains("chưa đủ"), "{signed}");
    let path = format!("{PATH}/{}", signed["id"].as_str().expect("an id"));
    assert_eq!(codes(&standing.get(&path).json()), [json!("BELOW_QUORUM")], "the meeting shows it");
    let read = "query($id: ID!) { meeting(id: $id) { warnings { code vi en } } }";
    let told = standing.graphql(read, &json!({"id": signed["id"]}));
    assert_eq!(told["meeting"]["warnings"][0]["code"], "BELOW_QUORUM", "{told}");
    // Enough members: nothing to warn of, and nothing before the meeting.
    let meeting = called(&standing, "2014-06-11T18:00:00Z").json();
    assert_eq!(codes(&meeting), Vec::<Value>::new());
    assert_eq!(codes(&act(&standing, &meeting, &everybody_came(&meeting))), Vec::<Value>::new());
    drop(app);
}

fn whoever_is_no_longer_on_the_roster_is_invited_anew(backend: Backend) {
    let (app, standing) = established(backend);
    let admin = app.person(None, Role::Admin);
    let meeting = called(&standing, "2014-03-11T18:00:00Z").json();
    let reply = committee_act(&admin, 1, "", &consolidation("2014-03-05"));
    assert_eq!(reply.status, 201, "{}", reply.body);
    let refused = change(&standing, &meeting, ("POST", "/acts"), &everybody_came(&meeting));
    assert_eq!(refused.code(), "BODY_INVALID", "{}", refused.body);
    assert_eq!(refused.faults(), [("/kind".to_owned(), "RULE_BROKEN".to_owned())]);
    let replanned = change(&standing, &meeting, ("PUT", ""), &plan("2014-03-11T18:00:00Z")).json();
    let held = act(&standing, &replanned, &everybody_came(&replanned));
    assert_eq!(held["quorum"], json!({"entitled": 2, "present": 2, "needed": 2, "isMet": true}));
}

fn whoever_carries_it_out_may_read_it(backend: Backend) {
    let (app, standing) = established(backend);
    let written = minuted(&standing);
    let id = written["id"].as_str().expect("an id").to_owned();
    let coordinator = app.person(Some("so-ngoai-vu"), Role::AgencyViewer);
    let successor = app.person(Some("so-noi-vu"), Role::AgencyViewer);
    let numbers = |client: &Client| {
        let listed = client.get(PATH).json()["items"].as_array().map(Vec::len).unwrap_or_default();
        let reply = client.get(&format!("{PATH}/{id}"));
        let meeting = if reply.status == 200 { reply.json() } else { json!({"conclusions": []}) };
        let of = |one: &Value| one["number"].as_i64().expect("a number");
        (listed, meeting["conclusions"].as_array().expect("conclusions").iter().map(of).collect::<Vec<i64>>())
    };
    assert_eq!(numbers(&coordinator), (0, vec![]), "nothing is signed");
    act(&standing, &written, &sign());
    assert_eq!(numbers(&coordinator), (1, vec![1]), "whoever coordinates sees what it coordinates");
    let told = rows(
        &app.database,
        "SELECT g.code AS line FROM events e JOIN agencies g ON g.id = e.agency_id WHERE e.kind = 'CONCLUSION_ASSIGNED' ORDER BY g.code",
    );
    assert_eq!(told, ["so-ngoai-vu", "so-tai-chinh", "so-tttt"], "whoever has a part is told");
    assert_eq!(numbers(&successor), (0, vec![]));
    event(
        &app,
        &json!({"kind": "MERGE", "effectiveOn": "2014-08-01", "basis": DECISION, "predecessors": ["so-tai-chinh"],
                "successors": [{"code": "so-noi-vu"}], "duties": [{"successor": "so-noi-vu", "programme": "HP-1593-2013"}]}),
    );
    assert_eq!(numbers(&successor), (1, vec![2]), "the successor sees what it took over");
    // A collective is whoever is on its roll.
    let member = app.person(Some("bao-hai-phong"), Role::AgencyViewer);
    let before = numbers(&member).0;
    let other = called(&standing, "2014-04-11T01:00:00Z").json();
    let mut invited = plan("2014-04-11T01:00:00Z");
    invited["invited"] = json!([{"agency": "cac-co-quan-bao-chi-hai-phong"}]);
    let reply = change(&standing, &other, ("PUT", ""), &invited);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(numbers(&member).0, before + 1, "its members are invited with it");
}

fn a_plan_has_bounds_on_either_side(backend: Backend) {
    let (_app, standing) = established(backend);
    let create = "mutation($plan: MeetingPlanInput!) {
        createMeeting(committee: \"bcd-ttdn\", programme: \"HP-1593-2013\", plan: $plan) { problem { code faults { pointer code } } } }";
    let told = |plan: Value| {
        let answer = standing.graphql(create, &json!({"plan": plan}))["createMeeting"]["problem"].clone();
        let of = |fault: &Value| format!("{} {}", fault["pointer"].as_str().unwrap_or("?"), fault["code"].as_str().unwrap_or("?"));
        answer["faults"].as_array().map(|faults| faults.iter().map(of).collect::<Vec<_>>()).unwrap_or_default()
    };
    for far in ["9999-12-31T23:00:00Z", "2201-01-01T00:00:00Z", "1900-01-01T00:00:00Z"] {
        assert_eq!(told(plan(far)), ["/plan/startsAt OUT_OF_RANGE"], "{far}");
    }
    let mut ends = plan("2014-03-12T01:00:00Z");
    ends["endsAt"] = json!("9999-12-31T23:00:00Z");
    assert_eq!(told(ends), ["/plan/endsAt OUT_OF_RANGE"]);
    let mut long = plan("2014-03-12T01:00:00Z");
    long["agenda"] = json!(vec!["x"; 12_000]);
    long["invited"] = json!(vec![json!({"words": "Khách"}); 501]);
    assert_eq!(told(long), ["/plan/agenda LENGTH_OUT_OF_RANGE", "/plan/invited LENGTH_OUT_OF_RANGE"]);
    let mut unseen = plan("2014-03-12T01:00:00Z");
    unseen["title"] = json!("\u{200b}");
    unseen["agenda"] = json!(["Tình hình", "\u{3164}"]);
    assert_eq!(told(unseen), ["/plan/title PATTERN_MISMATCH", "/plan/agenda/1 PATTERN_MISMATCH"]);
}

fn what_is_signed_is_whole(backend: Backend) {
    let (app, standing) = established(backend);
    act(&standing, &minuted(&standing), &sign());
    for sql in [
        "UPDATE meetings SET title = 'X'",
        "UPDATE meetings SET quorum = 9",
        "DELETE FROM meeting_invitees",
        "UPDATE meeting_invitees SET words = 'X'",
        "DELETE FROM meeting_items",
        "UPDATE meeting_seats SET name = 'X'",
        "DELETE FROM meeting_seats",
        "DELETE FROM conclusion_coordinators",
        "INSERT INTO conclusions SELECT task_id, meeting_id, 77, text, lead_id, due_on, NULL FROM conclusions WHERE number = 1",
    ] {
        let refused = try_execute(&app.database, sql).expect_err(sql);
        assert!(refused.contains("kept as"), "{sql}: {refused}");
    }
    for sql in ["UPDATE committee_acts SET note = 'X'", "DELETE FROM committee_acts"] {
        let refused = try_execute(&app.database, sql).expect_err(sql);
        assert!(refused.contains("kept as"), "{sql}: {refused}");
    }
}

fn small_faults_of_meetings_are_told(backend: Backend) {
    let (app, standing) = established(backend);
    let meeting = called(&standing, "2014-03-11T18:00:00Z").json();
    let twice = json!({"invitee": meeting["invited"][0]["id"], "attendance": "PRESENT"});
    let reply = change(&standing, &meeting, ("POST", "/acts"), &json!({"kind": "HOLD", "attendance": [twice, twice]}));
    assert_eq!(reply.faults(), [("/attendance/1/invitee".to_owned(), "DUPLICATE".to_owned())]);
    dissolved(&app, "so-noi-vu", "2014-02-01");
    let mut invited = plan("2014-03-11T18:00:00Z");
    invited["invited"] = json!([{"agency": "so-noi-vu"}, {"agency": "so-tttt"}, {"agency": "so-tttt"}]);
    let told = change(&standing, &meeting, ("PUT", ""), &invited).faults();
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    assert_eq!(told, [fault("/invited/0/agency", "RULE_BROKEN"), fault("/invited/2/agency", "DUPLICATE")]);
    // What falls due before it binds anybody cannot be done in time.
    let held = act(&standing, &meeting, &json!({"kind": "HOLD"}));
    let draft = json!({"text": "X", "conclusions": [{"text": "A", "lead": "so-tttt", "dueOn": "2014-03-13"}]});
    let written = change(&standing, &held, ("PUT", "/minutes"), &draft).json();
    assert_eq!(change(&standing, &written, ("POST", "/acts"), &sign()).faults(), [fault("/signedOn", "OUT_OF_RANGE")]);
    // A meeting that has not begun was not held, although its day has come.
    let now = app.now();
    let soon = (now + chrono::TimeDelta::minutes(5)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let today = called(&standing, &soon).json();
    assert_eq!(change(&standing, &today, ("POST", "/acts"), &json!({"kind": "HOLD"})).code(), "WRONG_STATE");
}
