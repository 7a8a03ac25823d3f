//! Seats and whoever sits in them over time: heads of agencies under changing titles, names as printed, people in several seats.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, both, database::try_execute};

use crate::{
    committees::{DECISION, done, establishment, on, planned, seat, seated, send},
    persons::{made, open, personnel, whole},
};

both!(
    a_seat_goes_with_the_head_of_an_agency_whatever_the_title,
    there_is_no_committee_without_somebody_at_its_head,
    a_roster_prints_the_names_of_its_day,
    nobody_sits_twice_in_one_unit,
    a_unit_has_one_head_at_most,
    a_person_is_told_by_every_seat,
    no_two_hold_one_post_at_once,
    an_established_committee_is_dissolved_before_its_body_ends,
    a_grant_for_a_programme_reaches_the_committee_that_steers_it,
    a_committee_may_be_set_up_again,
);

pub fn head(client: &Client, agency: &str, body: &Value) {
    let (path, mut body) = (format!("/api/v1/admin/agencies/{agency}/head"), body.clone());
    body["basis"] = json!(DECISION);
    let reply = client.send("PUT", &path, &[("content-type", "application/json")], body.to_string().as_bytes());
    assert!(reply.status < 300, "{}", reply.body);
}

fn a_seat_goes_with_the_head_of_an_agency_whatever_the_title(backend: Backend) {
    let (_app, admin) = planned(backend);
    let named = |title: &str, name: &str, from: &str| head(&admin, "so-tai-chinh", &json!({"title": title, "name": name, "from": from}));
    named("Phó Giám đốc phụ trách", "Vũ Thị Một", "2013-01-01");
    named("Giám đốc", "Đỗ Văn Hai", "2014-01-01");
    let mut act = establishment();
    act["seats"][1] = json!({"role": "STANDING_DEPUTY_HEAD", "rank": 2, "post": "so-tai-chinh"});
    let first = done(&admin, 0, &act);
    assert_eq!(seated(&first)[1], "STANDING_DEPUTY_HEAD Đỗ Văn Hai");
    assert_eq!((&first["roster"][1]["postAgency"], &first["roster"][1]["post"]), (&json!("so-tai-chinh"), &json!("Giám đốc")));
    named("Quyền Giám đốc", "Bùi Ba", "2015-01-01");
    let deputies = ["2014-12-31", "2015-01-01"].map(|day| seated(&on(&admin, day))[1].clone());
    assert_eq!(deputies, ["STANDING_DEPUTY_HEAD Đỗ Văn Hai", "STANDING_DEPUTY_HEAD Bùi Ba"]);
}

fn there_is_no_committee_without_somebody_at_its_head(backend: Backend) {
    let (app, admin) = planned(backend);
    head(&admin, "so-tai-chinh", &json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2014-05-01"}));
    let mut act = establishment();
    act["seats"][0] = json!({"role": "HEAD", "rank": 1, "post": "so-tai-chinh"});
    let refused = send(&admin, 0, "", &act);
    assert_eq!(refused.faults(), [("/seats/0/post".to_owned(), "RULE_BROKEN".to_owned())], "{}", refused.body);
    act["effectiveOn"] = json!("2014-05-01");
    let first = done(&admin, 0, &act);
    assert_eq!(seated(&first)[0], "HEAD Đỗ Văn Hai");
    // A vacancy that comes by itself is told.
    let body = json!({"kind": "DISSOLVE", "effectiveOn": "2016-01-01", "basis": DECISION, "predecessors": ["so-tai-chinh"]});
    let reply = admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], body.to_string().as_bytes());
    assert_eq!(reply.status, 201, "{}", reply.body);
    let vacant = ["2015-12-31", "2016-01-01"].map(|day| on(&admin, day)["isHeadVacant"].clone());
    assert_eq!(vacant, [json!(false), json!(true)]);
    let read = "query($day: NaiveDate) { committee(code: \"bcd-ttdn\", asOf: $day) { isHeadVacant } }";
    assert_eq!(app.anonymous().graphql(read, &json!({"day": "2016-01-01"}))["committee"]["isHeadVacant"], true);
    assert_eq!(on(&admin, "2014-04-30")["isHeadVacant"], false, "there is no committee yet");
}

fn a_roster_prints_the_names_of_its_day(backend: Backend) {
    let (app, admin) = planned(backend);
    let first = done(&admin, 0, &establishment());
    let person = first["roster"][2]["occupant"]["person"].as_str().expect("a person").to_owned();
    // The register knows the person by another name later, and the next decision prints that one.
    let staff = personnel(&app);
    let path = format!("/api/v1/admin/persons/{person}");
    let headers = [("content-type", "application/json"), ("if-match", "\"1\"")];
    let renamed = staff.send("PATCH", &path, &headers, json!({"name": "Lê Văn Cảnh"}).to_string().as_bytes());
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    let next = json!({"kind": "CONSOLIDATE", "effectiveOn": "2016-07-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                      "seats": [seat("HEAD", 1, "Hoàng Văn E"), {"role": "MEMBER", "rank": 2, "person": {"id": person}}]});
    assert_eq!(seated(&done(&admin, 1, &next))[1], "MEMBER Lê Văn Cảnh");
    assert_eq!(seated(&on(&admin, "2014-03-01"))[2], "MEMBER Lê Văn C", "as the first decision printed it");
    let read =
        "query($day: NaiveDate) { committee(code: \"bcd-ttdn\", asOf: $day) { roster { role occupant { name } history { name } } } }";
    let answer = app.anonymous().graphql(read, &json!({"day": "2014-03-01"}));
    assert_eq!(seated(&answer["committee"])[2], "MEMBER Lê Văn C");
}

fn nobody_sits_twice_in_one_unit(backend: Backend) {
    let (app, admin) = planned(backend);
    let person = made(&personnel(&app), &json!({"name": "Nguyễn Hai Ghế"}));
    let id = person["id"].as_str().expect("an id");
    head(&admin, "so-tai-chinh", &json!({"title": "Giám đốc", "name": "Nguyễn Hai Ghế", "from": "2013-01-01", "person": id}));
    let mut act = establishment();
    act["seats"][1] = json!({"role": "STANDING_DEPUTY_HEAD", "rank": 2, "post": "so-tai-chinh"});
    act["seats"][2] = json!({"role": "MEMBER", "rank": 3, "person": {"id": id}});
    let duplicate = |at: &str| [(at.to_owned(), "DUPLICATE".to_owned())];
    assert_eq!(send(&admin, 0, "", &act).faults(), duplicate("/seats/2/person"));
    // In a unit beside the body it may: the head of an agency may work in the secretariat too.
    act["seats"][2] = seat("MEMBER", 3, "Lê Văn C");
    act["seats"][3] = json!({"role": "SECRETARY", "rank": 1, "unit": "SECRETARIAT", "post": "so-tai-chinh"});
    let first = done(&admin, 0, &act);
    assert_eq!(seated(&first)[3], "SECRETARY Nguyễn Hai Ghế");
    let member = first["roster"][2]["seat"].clone();
    let again = json!({"kind": "APPOINT", "effectiveOn": "2014-06-01", "basis": DECISION, "seat": member, "person": {"id": id}});
    assert_eq!(send(&admin, 1, "", &again).faults(), duplicate("/person"));
}

fn a_person_is_told_by_every_seat(backend: Backend) {
    let (app, admin) = planned(backend);
    let staff = personnel(&app);
    let person = made(&staff, &whole("Nguyễn Theo Chức"));
    let id = person["id"].as_str().expect("an id");
    head(&admin, "so-tai-chinh", &json!({"title": "Giám đốc", "name": "Nguyễn Theo Chức", "from": "2013-01-01", "person": id}));
    let mut act = establishment();
    act["seats"][1] = json!({"role": "STANDING_DEPUTY_HEAD", "rank": 2, "post": "so-tai-chinh"});
    let first = done(&admin, 0, &act);
    assert_eq!(first["roster"][1]["occupant"]["person"], json!(id));
    head(&admin, "so-tai-chinh", &json!({"title": "Giám đốc", "name": "Người Kế", "from": "2015-01-01"}));
    let read = "{ committee(code: \"bcd-ttdn\", asOf: \"2014-03-01\") { roster { occupant { name person { id name seats { role validFrom validTo committee { code } } } } } } }";
    let told = app.anonymous().graphql(read, &json!({}))["committee"]["roster"][1]["occupant"]["person"].clone();
    let seats =
        json!([{"role": "STANDING_DEPUTY_HEAD", "validFrom": "2014-03-01", "validTo": "2015-01-01", "committee": {"code": "bcd-ttdn"}}]);
    assert_eq!(told, json!({"id": id, "name": "Nguyễn Theo Chức", "seats": seats}));

    // What is given out about the person has the seat, and the meeting.
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let meeting = crate::meetings::called(&standing, "2014-03-11T18:00:00Z").json();
    let invited = meeting["invited"].as_array().expect("invited").iter().find(|one| one["name"] == "Nguyễn Theo Chức").expect("invited");
    let came = json!({"kind": "HOLD", "attendance": [{"invitee": invited["id"], "attendance": "PRESENT"}]});
    crate::meetings::act(&standing, &meeting, &came);
    assert_eq!(open(&staff, &person, "Đối chiếu hồ sơ.").status, 200);
    let path = format!("/api/v1/admin/persons/{id}/export");
    let reply =
        staff.send("POST", &path, &[("content-type", "application/json")], json!({"purpose": "Theo yêu cầu."}).to_string().as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    let export = reply.json();
    let content = &export["content"];
    assert_eq!(content["seats"][0]["role"], "STANDING_DEPUTY_HEAD", "{export}");
    assert_eq!((&content["meetings"][0]["meeting"], &content["meetings"][0]["attendance"]), (&meeting["id"], &json!("PRESENT")));
}

fn no_two_hold_one_post_at_once(backend: Backend) {
    let (app, admin) = planned(backend);
    head(&admin, "so-tai-chinh", &json!({"title": "Giám đốc", "name": "Một", "from": "2013-01-01"}));
    head(&admin, "so-tai-chinh", &json!({"title": "Giám đốc", "name": "Hai", "from": "2017-01-01"}));
    let id = match backend {
        Backend::Sqlite => "randomblob(16)",
        Backend::Postgres => "gen_random_uuid()",
    };
    let sql = format!(
        "INSERT INTO post_holders (id, post_id, name, is_acting, valid_from, basis_document_id)
         SELECT {id}, post_id, name, is_acting, '2018-01-01', basis_document_id FROM post_holders LIMIT 1"
    );
    let refused = try_execute(&app.database, &sql).expect_err("overlap");
    assert!(refused.contains("post_holders_follow"), "{refused}");
    // An agency does not end under a head who comes later.
    let end = |day: &str| {
        let body = json!({"kind": "DISSOLVE", "effectiveOn": day, "basis": DECISION, "predecessors": ["so-tai-chinh"]});
        admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], body.to_string().as_bytes())
    };
    assert_eq!(end("2016-01-01").faults(), [("/predecessors/0".to_owned(), "PERIOD_INCONSISTENT".to_owned())]);
    assert_eq!(end("2018-01-01").status, 201);
    // Nor has it a head afterwards.
    let late = json!({"title": "Giám đốc", "name": "Ba", "from": "2019-01-01", "basis": DECISION});
    let path = "/api/v1/admin/agencies/so-tai-chinh/head";
    let reply = admin.send("PUT", path, &[("content-type", "application/json")], late.to_string().as_bytes());
    assert_eq!(reply.faults(), [("/from".to_owned(), "RULE_BROKEN".to_owned())]);
}

fn an_established_committee_is_dissolved_before_its_body_ends(backend: Backend) {
    let (_app, admin) = planned(backend);
    done(&admin, 0, &establishment());
    let end = |day: &str| {
        let body = json!({"kind": "DISSOLVE", "effectiveOn": day, "basis": DECISION, "predecessors": ["bcd-ttdn"]});
        admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], body.to_string().as_bytes())
    };
    assert_eq!(end("2021-01-01").faults(), [("/predecessors/0".to_owned(), "WRONG_STATE".to_owned())]);
    done(&admin, 1, &json!({"kind": "DISSOLVE", "effectiveOn": "2021-01-01", "basis": DECISION}));
    assert_eq!(end("2020-12-31").faults(), [("/predecessors/0".to_owned(), "WRONG_STATE".to_owned())]);
    let reply = end("2021-01-01");
    assert_eq!(reply.status, 201, "{}", reply.body);
}

fn a_grant_for_a_programme_reaches_the_committee_that_steers_it(backend: Backend) {
    let (app, admin) = planned(backend);
    done(&admin, 0, &establishment());
    app.import(&testkit::seed::made_up(2), app::import::ImportOptions::default()).expect("an import");
    let within = |programme: &str| {
        let user = app.user(Some("so-tttt"), &[]);
        let path = format!("/api/v1/admin/accounts/{}/grants", crate::access::id_of(&admin, &user.login));
        let grant = json!({"role": "STANDING", "programme": programme}).to_string();
        assert_eq!(admin.send("POST", &path, &[("content-type", "application/json")], grant.as_bytes()).status, 201);
        app.anonymous().sign_in_person(&user)
    };
    let act = json!({"kind": "DISSOLVE", "effectiveOn": "2021-01-01", "basis": DECISION});
    assert_eq!(send(&within(testkit::seed::MADE_UP), 1, "?dryRun=true", &act).code(), "FORBIDDEN");
    let reply = send(&within("HP-1593-2013"), 1, "?dryRun=true", &act);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(send(&app.person(Some("so-tttt"), Role::Standing), 1, "?dryRun=true", &act).status, 200, "a grant for all of them");
}

fn a_committee_may_be_set_up_again(backend: Backend) {
    let (_app, admin) = planned(backend);
    done(&admin, 0, &establishment());
    done(&admin, 1, &json!({"kind": "DISSOLVE", "effectiveOn": "2016-01-01", "basis": DECISION}));
    let mut again = establishment();
    again["effectiveOn"] = json!("2018-01-01");
    done(&admin, 2, &again);
    let statuses = ["2015-12-31", "2016-01-01", "2018-01-01"].map(|day| on(&admin, day)["status"].clone());
    assert_eq!(statuses, ["ESTABLISHED", "DISSOLVED", "ESTABLISHED"]);
}

fn a_unit_has_one_head_at_most(backend: Backend) {
    let (app, admin) = planned(backend);
    let of = |unit: &str, rank: i32, name: &str| json!({"unit": unit, "role": "UNIT_HEAD", "rank": rank, "person": {"name": name}});
    let mut act = establishment();
    act["seats"] = json!([seat("HEAD", 1, "Nguyễn Văn A"), of("SUPPORT_TEAM", 1, "Lê Văn C"), of("SUPPORT_TEAM", 2, "Trần D"),
                          {"role": "UNIT_HEAD", "rank": 3, "person": {"name": "Vũ E"}}]);
    let told = send(&admin, 0, "", &act).faults();
    let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
    assert_eq!(told, [fault("/seats/2/role", "DUPLICATE"), fault("/seats/3/role", "RULE_BROKEN")]);
    act["seats"] = json!([seat("HEAD", 1, "Nguyễn Văn A"), of("SUPPORT_TEAM", 1, "Lê Văn C"), of("SECRETARIAT", 1, "Trần D")]);
    assert_eq!(seated(&done(&admin, 0, &act)), ["HEAD Nguyễn Văn A", "UNIT_HEAD Trần D", "UNIT_HEAD Lê Văn C"]);
    let more = json!({"kind": "AMEND", "effectiveOn": "2014-04-01", "basis": DECISION, "seats": [of("SECRETARIAT", 2, "Vũ E")]});
    assert_eq!(send(&admin, 1, "", &more).faults(), [fault("/seats/0/role", "DUPLICATE")]);
    // The database holds it too, and that none is of no unit.
    let id = match backend {
        Backend::Sqlite => "randomblob(16)",
        Backend::Postgres => "gen_random_uuid()",
    };
    let insert = |unit: &str| {
        let sql = format!(
            "INSERT INTO committee_seats (id, term_id, committee_id, unit, role, rank, valid_from, basis_document_id)
             SELECT {id}, term_id, committee_id, {unit}, role, 9, '2015-01-01', basis_document_id FROM committee_seats
             WHERE role = 'UNIT_HEAD' AND unit = 'SECRETARIAT'"
        );
        try_execute(&app.database, &sql)
    };
    assert!(insert("unit").expect_err("two").contains("committee_seats_single"));
    assert!(insert("NULL").expect_err("of no unit").to_lowercase().contains("check"));
    let read = "{ committee(code: \"bcd-ttdn\", asOf: \"2014-03-01\") { roster { role unit } } }";
    let roster = admin.graphql(read, &json!({}))["committee"]["roster"].clone();
    assert_eq!(roster[1], json!({"role": "UNIT_HEAD", "unit": "SECRETARIAT"}));
}
