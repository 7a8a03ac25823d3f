//! Seats of committees through time: who sat there, which are left by agencies that end; and tasks with the conclusion they follow.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::meetings::{act, called, change, established};

both!(
    a_seat_tells_who_ever_sat_there,
    an_event_shows_the_seats_that_it_leaves,
    an_event_shows_the_committees_that_it_leaves_unserved,
    a_task_says_which_conclusion_it_follows,
    statements_do_not_grow_with_tasks_that_follow,
);

const DECISION: &str = "1593/QĐ-UBND";

fn sent(client: &Client, (method, path): (&str, &str), body: &Value, tag: Option<i64>) -> Value {
    let tag = tag.map(|tag| format!("\"{tag}\""));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(tag.as_deref().map(|tag| ("if-match", tag)));
    let reply = client.send(method, path, &headers, body.to_string().as_bytes());
    assert!(reply.status < 300, "{path}: {}", reply.body);
    if reply.body.is_empty() { Value::Null } else { reply.json() }
}

fn committee_act(client: &Client, revision: i64, body: &Value) -> Value {
    sent(client, ("POST", "/api/v1/admin/committees/bcd-ttdn/acts"), body, Some(revision))
}

fn head_of(client: &Client, agency: &str, name: &str, from: &str) {
    let head = json!({"title": "Giám đốc", "name": name, "from": from, "basis": DECISION});
    sent(client, ("PUT", &format!("/api/v1/admin/agencies/{agency}/head")), &head, None);
}

/// A committee with a seat by name and one by the post of an agency.
fn seated(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    head_of(&admin, "so-tttt", "Vũ Thị Một", "2013-01-01");
    sent(&admin, ("POST", "/api/v1/admin/committees"), &json!({"agency": "bcd-ttdn"}), None);
    let seats = json!([{"role": "HEAD", "rank": 1, "person": {"name": "Nguyễn Văn A"}}, {"role": "MEMBER", "rank": 2, "post": "so-tttt"}]);
    let establish =
        json!({"kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong", "seats": seats});
    committee_act(&admin, 0, &establish);
    (app, admin)
}

fn roster(client: &Client, day: &str) -> Value {
    client.get(&format!("/api/v1/committees/bcd-ttdn?asOf={day}")).json()["roster"].clone()
}

fn a_seat_tells_who_ever_sat_there(backend: Backend) {
    let (app, admin) = seated(backend);
    head_of(&admin, "so-tttt", "Đỗ Văn Hai", "2015-04-01");
    let places = roster(&admin, "2014-03-01");
    let named = |place: usize, who: &Value| json!({"kind": "APPOINT", "effectiveOn": "2016-01-01", "basis": DECISION, "seat": places[place]["seat"], "person": who});
    committee_act(&admin, 1, &named(0, &json!({"name": "Trần Thị B"})));
    let public = app.anonymous();
    let history = |place: usize| {
        let reply = public.get(&format!("/api/v1/committees/bcd-ttdn/seats/{}/history", places[place]["seat"].as_str().expect("an id")));
        assert_eq!(reply.status, 200, "{}", reply.body);
        let found = reply.json();
        let of = |one: &Value| format!("{} {}", one["name"].as_str().expect("a name"), one["validFrom"].as_str().expect("a day"));
        (
            found["role"].clone(),
            found["postAgency"].clone(),
            found["history"].as_array().expect("a history").iter().map(of).collect::<Vec<_>>(),
        )
    };
    let by_name = vec!["Nguyễn Văn A 2014-03-01".to_owned(), "Trần Thị B 2016-01-01".to_owned()];
    assert_eq!(history(0), (json!("HEAD"), Value::Null, by_name));
    let by_post = vec!["Vũ Thị Một 2014-03-01".to_owned(), "Đỗ Văn Hai 2015-04-01".to_owned()];
    assert_eq!(history(1), (json!("MEMBER"), json!("so-tttt"), by_post));
    // The same as over GraphQL.
    let read = "{ committee(code: \"bcd-ttdn\", asOf: \"2014-03-01\") { roster { history { name validFrom } occupant { person { id name seats { role validFrom validTo } } } } } }";
    let told = public.graphql(read, &json!({}))["committee"]["roster"].clone();
    let of = |one: &Value| format!("{} {}", one["name"].as_str().expect("a name"), one["validFrom"].as_str().expect("a day"));
    assert_eq!(told[0]["history"].as_array().expect("a history").iter().map(of).collect::<Vec<_>>(), history(0).2);
    let person = &told[0]["occupant"]["person"];
    let member = public.get(&format!("/api/v1/committee-members/{}", person["id"].as_str().expect("an id"))).json();
    assert_eq!((&member["name"], member["seats"].as_array().map(Vec::len)), (&person["name"], Some(1)));
    for field in ["role", "validFrom", "validTo"] {
        assert_eq!(member["seats"][0][field], person["seats"][0][field], "{field}");
    }
    assert_eq!(member["seats"][0]["committee"], "bcd-ttdn");
    // A seat of another committee is not found in this one.
    let nothing = "0199b2a0-0000-7000-8000-000000000001";
    assert_eq!(public.get(&format!("/api/v1/committees/bcd-ttdn/seats/{nothing}/history")).code(), "NOT_FOUND");
    assert_eq!(public.get(&format!("/api/v1/committee-members/{nothing}")).code(), "NOT_FOUND");
}

fn an_event_shows_the_seats_that_it_leaves(backend: Backend) {
    let (app, admin) = seated(backend);
    let event = json!({"kind": "DISSOLVE", "effectiveOn": "2025-03-01", "basis": DECISION, "predecessors": ["so-tttt"]});
    let seat = roster(&admin, "2014-03-01")[1]["seat"].clone();
    let left = json!([{"what": "SEAT", "seat": seat, "committee": "bcd-ttdn", "unit": null, "role": "MEMBER", "rank": 2, "postAgency": "so-tttt",
                       "post": "Giám đốc", "since": "2025-03-01"}]);
    let queued = |client: &Client| client.get("/api/v1/admin/succession-queue/seats").json()["items"].clone();
    let preview = sent(&admin, ("POST", "/api/v1/admin/agencies/events?dryRun=true"), &event, None);
    assert_eq!((&preview["applied"], &preview["seats"]), (&json!(false), &left));
    assert_eq!(queued(&admin), json!([]), "a preview keeps nothing");
    let rename = json!({"kind": "RENAME", "effectiveOn": "2024-01-01", "basis": DECISION, "predecessors": ["so-tttt"],
                        "becomes": {"name": "Sở Thông tin"}});
    assert_eq!(sent(&admin, ("POST", "/api/v1/admin/agencies/events?dryRun=true"), &rename, None)["seats"], json!([]), "it stays");
    let graphql = "mutation($input: AgencyEventInput!) { recordAgencyEvent(dryRun: true, input: $input) { recorded { seats { id since postAgency { code } } } problem { code } } }";
    let told = admin.graphql_reply(graphql, &json!({ "input": event }));
    assert_eq!(told["data"]["recordAgencyEvent"]["recorded"]["seats"][0]["id"], seat, "{told}");
    let applied = sent(&admin, ("POST", "/api/v1/admin/agencies/events"), &event, None);
    assert_eq!(applied["seats"], left);

    // It waits, empty, until a document changes the roster.
    assert_eq!(queued(&app.person(Some("so-ngoai-vu"), Role::Standing)), left);
    assert_eq!(app.person(Some("so-ngoai-vu"), Role::AgencyApprover).get("/api/v1/admin/succession-queue/seats").code(), "FORBIDDEN");
    let occupants = |day: &str| roster(&admin, day)[1]["occupant"]["name"].clone();
    assert_eq!((occupants("2025-02-28"), occupants("2025-03-01")), (json!("Vũ Thị Một"), Value::Null));
    let counted = admin.graphql("{ vacatedSeats { totalCount nodes { committee { code } post } } }", &json!({}));
    assert_eq!(counted["vacatedSeats"], json!({"totalCount": 1, "nodes": [{"committee": {"code": "bcd-ttdn"}, "post": "Giám đốc"}]}));
    let amended = json!({"kind": "AMEND", "effectiveOn": "2025-06-01", "basis": DECISION, "ended": [seat],
                         "seats": [{"role": "MEMBER", "rank": 3, "person": {"name": "Lê Văn C"}}]});
    committee_act(&admin, 1, &amended);
    assert_eq!(queued(&admin), json!([]));
    let waited = |day: &str| admin.get(&format!("/api/v1/admin/succession-queue/seats?asOf={day}")).json()["items"].clone();
    assert_eq!(["2025-02-28", "2025-03-01", "2025-05-31", "2025-06-01"].map(waited), [json!([]), left.clone(), left, json!([])]);
}

/// A standing agency that ends is in the preview and waits until a document names the next one.
fn an_event_shows_the_committees_that_it_leaves_unserved(backend: Backend) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    sent(&admin, ("POST", "/api/v1/admin/committees"), &json!({"agency": "bcd-ttdn"}), None);
    let establish = json!({"kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                           "standingAgency": "so-tttt", "seats": [{"role": "HEAD", "rank": 1, "person": {"name": "Nguyễn Văn A"}}]});
    committee_act(&admin, 0, &establish);
    let left = json!([{"what": "STANDING_AGENCY", "seat": null, "committee": "bcd-ttdn", "unit": null, "role": null, "rank": null,
                       "postAgency": "so-tttt", "post": null, "since": "2025-03-01"}]);
    let queued = || admin.get("/api/v1/admin/succession-queue/seats").json()["items"].clone();
    let event = json!({"kind": "DISSOLVE", "effectiveOn": "2025-03-01", "basis": DECISION, "predecessors": ["so-tttt"]});
    let preview = sent(&admin, ("POST", "/api/v1/admin/agencies/events?dryRun=true"), &event, None);
    assert_eq!((&preview["seats"], &queued()), (&left, &json!([])));
    let rename = json!({"kind": "RENAME", "effectiveOn": "2024-01-01", "basis": DECISION, "predecessors": ["so-tttt"],
                        "becomes": {"name": "Sở Thông tin"}});
    assert_eq!(sent(&admin, ("POST", "/api/v1/admin/agencies/events?dryRun=true"), &rename, None)["seats"], json!([]), "it stays");
    sent(&admin, ("POST", "/api/v1/admin/agencies/events"), &event, None);
    assert_eq!(queued(), left);
    let told =
        admin.graphql("{ vacatedSeats { totalCount nodes { what role rank since postAgency { code } committee { code } } } }", &json!({}));
    let node = json!({"what": "STANDING_AGENCY", "role": null, "rank": null, "since": "2025-03-01", "postAgency": {"code": "so-tttt"},
                      "committee": {"code": "bcd-ttdn"}});
    assert_eq!(told["vacatedSeats"], json!({"totalCount": 1, "nodes": [node]}));
    // Not by one that is no more, and not twice by one.
    for (next, code) in [("so-tttt", "RULE_BROKEN"), ("", "FIELD_REQUIRED")] {
        let mut act = json!({"kind": "ENTRUST", "effectiveOn": "2025-03-01", "basis": DECISION});
        if !next.is_empty() {
            act["standingAgency"] = json!(next);
        }
        let headers = [("content-type", "application/json"), ("if-match", "\"1\"")];
        let reply = admin.send("POST", "/api/v1/admin/committees/bcd-ttdn/acts", &headers, act.to_string().as_bytes());
        assert_eq!(reply.faults(), [("/standingAgency".to_owned(), code.to_owned())], "{}", reply.body);
    }
    committee_act(&admin, 1, &json!({"kind": "ENTRUST", "effectiveOn": "2025-03-01", "basis": DECISION, "standingAgency": "so-ngoai-vu"}));
    assert_eq!(queued(), json!([]), "the next one is named");
    let standing = ["2025-02-28", "2025-03-01"]
        .map(|day| admin.get(&format!("/api/v1/committees/bcd-ttdn?asOf={day}")).json()["term"]["standingAgency"].clone());
    assert_eq!(standing, [json!("so-tttt"), json!("so-ngoai-vu")]);
}

/// Two conclusions of one meeting; gives it as it stands after the signature.
fn concluded(client: &Client) -> Value {
    let held = act(client, &called(client, "2014-03-11T18:00:00Z").json(), &json!({"kind": "HOLD"}));
    let conclusion = |text: &str, lead: &str| json!({"text": text, "lead": lead, "dueOn": "2014-06-30"});
    let minutes = json!({"text": "Biên bản.", "conclusions": [conclusion("Việc một.", "so-tttt"), conclusion("Việc hai.", "so-ngoai-vu")]});
    let written = change(client, &held, ("PUT", "/minutes"), &minutes).json();
    act(client, &written, &json!({"kind": "SIGN", "signer": "Nguyễn Văn A", "signedOn": "2014-03-14", "document": DECISION}))
}

fn a_task_says_which_conclusion_it_follows(backend: Backend) {
    let (app, standing) = established(backend);
    let signed = concluded(&standing);
    let tasks = |client: &Client| client.get("/api/v1/tasks?programme=HP-1593-2013&group=KL").json()["items"].clone();
    let told = |client: &Client| [0, 1].map(|i| tasks(client)[i]["conclusion"]["text"].clone());
    assert_eq!(told(&standing), [json!("Việc một."), json!("Việc hai.")]);
    let first = tasks(&standing)[0]["conclusion"].clone();
    assert_eq!((&first["meeting"], &first["number"], &first["id"]), (&signed["id"], &json!(1), &signed["conclusions"][0]["id"]));
    // An agency is told of its own; the public once the minutes are published.
    let own = app.person(Some("so-ngoai-vu"), Role::AgencyViewer);
    assert_eq!(told(&own), [Value::Null, json!("Việc hai.")]);
    assert_eq!(told(&app.anonymous()), [Value::Null, Value::Null]);
    let of_file = app.anonymous().get("/api/v1/tasks?programme=HP-1593-2013&group=I").json()["items"][0].clone();
    assert_eq!((&of_file["code"], &of_file["conclusion"]), (&json!("I.1"), &Value::Null));
    let read = "{ tasks(filter: {programme: \"HP-1593-2013\", group: \"KL\"}) { nodes { conclusion { number text meeting { id title } task { code } } } } }";
    let over_graphql = |client: &Client| client.graphql(read, &json!({}))["tasks"]["nodes"].clone();
    assert_eq!(over_graphql(&own)[0], json!({"conclusion": null}));
    assert_eq!(over_graphql(&own)[1]["conclusion"]["meeting"]["id"], signed["id"]);
    act(&standing, &signed, &json!({"kind": "PUBLISH"}));
    assert_eq!(told(&app.anonymous()), [json!("Việc một."), json!("Việc hai.")]);
    let public = over_graphql(&app.anonymous());
    assert_eq!((&public[0]["conclusion"]["text"], &public[0]["conclusion"]["task"]["code"]), (&json!("Việc một."), &json!("KL.1")));
}

fn statements_do_not_grow_with_tasks_that_follow(backend: Backend) {
    let (app, standing) = established(backend);
    act(&standing, &concluded(&standing), &json!({"kind": "PUBLISH"}));
    let read = "query($n: Int!) { tasks(first: $n, filter: {programme: \"HP-1593-2013\", group: \"KL\"}) { nodes { conclusion { text meeting { title } } } } }";
    let client = app.anonymous();
    let cost = |n: usize| {
        let (statements, told) = app.fewest_statements(|| client.graphql(read, &json!({ "n": n })));
        assert_eq!(told["tasks"]["nodes"].as_array().map(Vec::len), Some(n));
        statements
    };
    cost(1); // reads the catalogue into memory
    assert_eq!(cost(1), cost(2));
}
