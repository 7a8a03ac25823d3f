//! Seats that go with a post from a day on, where people were put into them by name before.

use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, both};

use crate::{
    committee_offices::head,
    committees::{DECISION, done, establishment, on, planned, seated, send},
};

both!(an_appointment_binds_a_seat_to_a_post, a_bound_seat_is_called_as_its_act_says, what_cannot_be_bound_is_refused_where_it_stands,);

const AGENCY: &str = "so-tai-chinh";

fn appointment(seat: &Value, more: &Value) -> Value {
    let mut act = json!({"kind": "APPOINT", "effectiveOn": "2015-01-01", "basis": DECISION, "seat": seat});
    for (field, value) in more.as_object().expect("fields") {
        act[field] = value.clone();
    }
    act
}

fn deputy_head(client: &Client, name: &str, from: &str) {
    let body = json!({"title": "Phó Giám đốc", "name": name, "from": from, "basis": DECISION});
    let path = format!("/api/v1/admin/agencies/{AGENCY}/posts");
    let reply: Reply = client.send("PUT", &path, &[("content-type", "application/json")], body.to_string().as_bytes());
    assert_eq!(reply.status, 204, "{}", reply.body);
}

fn an_appointment_binds_a_seat_to_a_post(backend: Backend) {
    let (app, admin) = planned(backend);
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2014-01-01"}));
    deputy_head(&admin, "Vũ Thị Một", "2014-01-01");
    let first = done(&admin, 0, &establishment());
    let seat = |i: usize| first["roster"][i]["seat"].clone();
    // The deputy's seat goes with the head of an agency from then on, as it stood before in everything else.
    let rehearsed = send(&admin, 1, "?dryRun=true", &appointment(&seat(1), &json!({"post": AGENCY})));
    assert_eq!(seated(&rehearsed.json())[1], "STANDING_DEPUTY_HEAD Đỗ Văn Hai", "{}", rehearsed.body);
    let bound = done(&admin, 1, &appointment(&seat(1), &json!({"post": AGENCY})));
    let place = &bound["roster"][1];
    assert_eq!((&place["postAgency"], &place["post"], &place["rank"]), (&json!(AGENCY), &json!("Giám đốc"), &first["roster"][1]["rank"]));
    let before_and_after = ["2014-12-31", "2015-01-01"].map(|day| seated(&on(&admin, day))[1].clone());
    assert_eq!(before_and_after, ["STANDING_DEPUTY_HEAD Trần Thị B", "STANDING_DEPUTY_HEAD Đỗ Văn Hai"]);
    let changes: Vec<(Value, Value)> = bound["act"]["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| (change["change"].clone(), change["what"].clone()))
        .collect();
    let told = |change: &str, what: &str| (json!(change), json!(what));
    assert_eq!(changes, [told("END", "STAY"), told("END", "SEAT"), told("OPEN", "SEAT")]);
    // The next head follows without another act, and the head's own seat may go with another post.
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Bùi Ba", "from": "2016-01-01"}));
    assert_eq!(seated(&on(&admin, "2016-01-01"))[1], "STANDING_DEPUTY_HEAD Bùi Ba");
    let titled = json!({"post": AGENCY, "postTitle": "Phó Giám đốc"});
    let headed = done(&admin, 2, &appointment(&seat(0), &titled));
    assert_eq!(seated(&headed)[0], "HEAD Vũ Thị Một");
    assert_eq!(on(&admin, "2015-06-01")["isHeadVacant"], false);
    // Through GraphQL as well, for a seat in which nobody sat.
    let secretary = seat(3);
    let input = json!({"kind": "APPOINT", "effectiveOn": "2017-01-01", "basis": DECISION, "seat": secretary, "post": AGENCY});
    let query = "mutation($input: NewCommitteeActInput!) { recordCommitteeAct(code: \"bcd-ttdn\", revision: 3, input: $input) {
        problem { code } committee { roster { role isExOfficio occupant { name } } } } }";
    let told = admin.graphql(query, &json!({ "input": input }))["recordCommitteeAct"].take();
    assert_eq!(told["problem"], Value::Null, "{told}");
    let last = told["committee"]["roster"].as_array().expect("a roster").last().expect("a place").clone();
    assert_eq!(last, json!({"role": "SECRETARY", "isExOfficio": true, "occupant": {"name": "Bùi Ba"}}));
    assert!(crate::audit::verdict(&app, None).is_ok());
}

fn a_bound_seat_is_called_as_its_act_says(backend: Backend) {
    let (_app, admin) = planned(backend);
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2014-01-01"}));
    head(&admin, "so-noi-vu", &json!({"title": "Giám đốc", "name": "Cao Bốn", "from": "2014-01-01"}));
    let mut act = establishment();
    act["seats"][1]["position"] = json!("Giám đốc Sở Nội vụ");
    let first = done(&admin, 0, &act);
    assert_eq!(first["roster"][0]["position"], "Phó Chủ tịch Ủy ban nhân dân thành phố");
    // The post that the document writes is told, the one of before is another.
    let named = json!({"post": AGENCY, "position": "Giám đốc Sở Tài chính"});
    let bound = done(&admin, 1, &appointment(&first["roster"][1]["seat"], &named));
    assert_eq!((&bound["roster"][1]["position"], &bound["roster"][1]["postAgency"]), (&json!("Giám đốc Sở Tài chính"), &json!(AGENCY)));
    let bound = done(&admin, 2, &appointment(&first["roster"][0]["seat"], &json!({"post": "so-noi-vu"})));
    assert_eq!((&bound["roster"][0]["position"], &bound["roster"][0]["duty"]), (&Value::Null, &json!("Lãnh đạo chung.")));
    assert_eq!(on(&admin, "2014-12-31")["roster"][0]["position"], "Phó Chủ tịch Ủy ban nhân dân thành phố");
}

fn what_cannot_be_bound_is_refused_where_it_stands(backend: Backend) {
    let (_app, admin) = planned(backend);
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2014-01-01"}));
    head(&admin, "so-noi-vu", &json!({"title": "Giám đốc", "name": "Cao Bốn", "from": "2016-01-01"}));
    let mut act = establishment();
    act["seats"][2] = json!({"role": "MEMBER", "rank": 3, "post": AGENCY});
    let first = done(&admin, 0, &act);
    let seat = |i: usize| first["roster"][i]["seat"].clone();
    let person = json!({"name": "X"});
    for (i, more, faults) in [
        (1, json!({"post": AGENCY, "person": person}), vec![("/person", "RULE_BROKEN"), ("/post", "DUPLICATE")]),
        (1, json!({"post": AGENCY}), vec![("/post", "DUPLICATE")]),
        (1, json!({"post": "khong-co"}), vec![("/post", "REFERENCE_UNKNOWN")]),
        (1, json!({"postTitle": "Giám đốc"}), vec![("/post", "FIELD_REQUIRED")]),
        (1, json!({"post": AGENCY, "postTitle": "Phó Giám đốc"}), vec![("/postTitle", "REFERENCE_UNKNOWN")]),
        (2, json!({"post": "so-noi-vu"}), vec![("/seat", "RULE_BROKEN")]),
        // Nobody holds it yet, and a committee has a head.
        (0, json!({"post": "so-noi-vu"}), vec![("/post", "RULE_BROKEN")]),
        (1, json!({"person": person, "position": "Giám đốc"}), vec![("/position", "RULE_BROKEN")]),
        (1, json!({}), vec![("/person", "FIELD_REQUIRED")]),
    ] {
        let reply = send(&admin, 1, "", &appointment(&seat(i), &more));
        let wanted: Vec<(String, String)> = faults.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
        assert_eq!(reply.faults(), wanted, "{more}: {}", reply.body);
    }
    let mut release = appointment(&seat(1), &json!({"post": AGENCY}));
    release["kind"] = json!("RELEASE");
    assert_eq!(send(&admin, 1, "", &release).faults(), [("/post".to_owned(), "RULE_BROKEN".to_owned())]);
}
