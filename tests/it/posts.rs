//! Posts of agencies over time: heads and others, posts that fall vacant, and the seats of committees that go with them.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, both, database::try_execute};

use crate::{
    audit::verdict,
    committee_offices::head,
    committees::{DECISION, done, establishment, on, planned, seat, seated, send},
    persons::{self, made, personnel, whole},
};

both!(
    a_post_falls_vacant_by_a_document,
    a_post_has_a_holder_or_is_vacant,
    an_agency_that_ends_has_no_vacant_posts,
    everybody_who_held_a_post_is_told,
    a_seat_goes_with_another_post_than_the_heads,
    an_authority_is_there_on_the_day,
    statements_do_not_grow_with_holders,
);

const AGENCY: &str = "so-tai-chinh";

fn put(client: &Client, path: &str, body: &Value) -> Reply {
    let mut body = body.clone();
    body["basis"] = json!(DECISION);
    let headers = [("content-type", "application/json")];
    client.send("PUT", &format!("/api/v1/admin/agencies/{path}"), &headers, body.to_string().as_bytes())
}

fn post(client: &Client, agency: &str, body: &Value) {
    let reply = put(client, &format!("{agency}/posts"), body);
    assert_eq!(reply.status, 204, "{}", reply.body);
}

fn fault(at: &str, code: &str) -> (String, String) {
    (at.to_owned(), code.to_owned())
}

fn queued(client: &Client) -> Value {
    client.get("/api/v1/admin/succession-queue/seats").json()["items"].clone()
}

fn of_agency(client: &Client, agency: &str, day: &str) -> Value {
    client.get(&format!("/api/v1/agencies/{agency}?asOf={day}")).json()
}

/// A committee whose head is whoever heads an agency.
fn headed(admin: &Client) -> Value {
    head(admin, AGENCY, &json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2013-01-01"}));
    let mut act = establishment();
    act["seats"][0] = json!({"role": "HEAD", "rank": 1, "post": AGENCY});
    done(admin, 0, &act)
}

fn a_post_falls_vacant_by_a_document(backend: Backend) {
    let (app, admin) = planned(backend);
    let first = headed(&admin);
    assert_eq!(queued(&admin), json!([]));
    head(&admin, AGENCY, &json!({"vacant": true, "from": "2016-01-01"}));

    // Nobody heads the agency from the day on, and nobody sits in the seat of its head.
    let heads = ["2015-12-31", "2016-01-01"].map(|day| of_agency(&app.anonymous(), AGENCY, day)["head"]["name"].clone());
    assert_eq!(heads, [json!("Đỗ Văn Hai"), Value::Null]);
    let read = "query($day: NaiveDate) { agency(code: \"so-tai-chinh\", asOf: $day) { head { name } }
        committee(code: \"bcd-ttdn\", asOf: $day) { isHeadVacant roster { occupant { name } } } }";
    let told = app.anonymous().graphql(read, &json!({"day": "2016-01-01"}));
    assert_eq!((&told["agency"]["head"], &told["committee"]["isHeadVacant"]), (&Value::Null, &json!(true)));
    assert_eq!(told["committee"]["roster"][0]["occupant"], Value::Null);
    let vacant = ["2015-12-31", "2016-01-01"].map(|day| on(&admin, day)["isHeadVacant"].clone());
    assert_eq!(vacant, [json!(false), json!(true)]);
    assert_eq!(seated(&on(&admin, "2016-01-01"))[0], "HEAD -");
    let waiting = json!([{"what": "SEAT", "seat": first["roster"][0]["seat"], "committee": "bcd-ttdn", "unit": null, "role": "HEAD", "rank": 1,
                          "postAgency": AGENCY, "post": "Giám đốc", "since": "2016-01-01"}]);
    assert_eq!(queued(&admin), waiting);

    // What the document says is not rewritten, and nobody leaves twice.
    let again = put(&admin, "so-tai-chinh/head", &json!({"vacant": true, "from": "2016-06-01"}));
    assert_eq!(again.faults(), [fault("/from", "RULE_BROKEN")], "{}", again.body);
    let before = put(&admin, "so-tai-chinh/head", &json!({"title": "Giám đốc", "name": "X", "from": "2015-06-01"}));
    assert_eq!(before.faults(), [fault("/from", "PERIOD_INCONSISTENT")], "{}", before.body);

    // The next head fills both again, under whatever title.
    head(&admin, AGENCY, &json!({"title": "Quyền Giám đốc", "name": "Bùi Ba", "from": "2017-01-01", "isActing": true}));
    assert_eq!(queued(&admin), json!([]));
    let heads = ["2016-12-31", "2017-01-01"].map(|day| seated(&on(&admin, day))[0].clone());
    assert_eq!(heads, ["HEAD -", "HEAD Bùi Ba"]);
    assert_eq!(on(&admin, "2017-01-01")["revision"], 1, "no act was needed");
    assert!(verdict(&app, None).is_ok());
}

fn a_post_has_a_holder_or_is_vacant(backend: Backend) {
    let (app, admin) = planned(backend);
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Đỗ Văn Hai", "from": "2013-01-01"}));
    let title_and = |at: &str, code: &str| vec![fault("/title", "FIELD_REQUIRED"), fault(at, code)];
    for (body, faults) in [
        (json!({"title": "Giám đốc", "name": "X", "vacant": true}), vec![fault("/vacant", "RULE_BROKEN")]),
        (json!({}), title_and("/name", "FIELD_REQUIRED")),
        (json!({"vacant": true, "isActing": true}), vec![fault("/isActing", "RULE_BROKEN")]),
        (json!({"vacant": true, "title": "Quyền Giám đốc"}), vec![fault("/from", "RULE_BROKEN")]),
        (json!({"vacant": true, "from": "2013-01-01"}), vec![fault("/from", "PERIOD_INCONSISTENT")]),
    ] {
        let mut body = body;
        if body.get("from").is_none() {
            body["from"] = json!("2016-01-01");
        }
        let reply = put(&admin, "so-tai-chinh/head", &body);
        assert_eq!(reply.faults(), faults, "{body}: {}", reply.body);
    }
    let none = put(&admin, "so-tttt/head", &json!({"vacant": true, "from": "2016-01-01"}));
    assert_eq!(none.faults(), [fault("/from", "RULE_BROKEN")], "nobody was known to head it");
    let untitled = put(&admin, "so-tai-chinh/posts", &json!({"vacant": true, "from": "2016-01-01"}));
    assert_eq!(untitled.faults(), [fault("/title", "FIELD_REQUIRED")]);
    let mutation = "mutation($name: String) { setHeadOfAgency(agency: \"so-tai-chinh\", name: $name, vacant: true, from: \"2016-01-01\", \
                    basis: \"1593/QĐ-UBND\") { problem { code faults { pointer } } } }";
    let both = admin.graphql(mutation, &json!({"name": "X"}))["setHeadOfAgency"]["problem"].take();
    assert_eq!((&both["code"], &both["faults"][0]["pointer"]), (&json!("BODY_INVALID"), &json!("/vacant")), "{both}");
    let unseen = put(&admin, "so-tai-chinh/head", &json!({"title": "\u{200b}", "name": "\u{ad}", "from": "2016-01-01"}));
    assert_eq!(unseen.faults(), [fault("/title", "PATTERN_MISMATCH"), fault("/name", "PATTERN_MISMATCH")]);
    assert_eq!(admin.graphql(mutation, &json!({}))["setHeadOfAgency"]["problem"], Value::Null);
    assert_eq!(of_agency(&app.anonymous(), AGENCY, "2016-01-01")["head"], Value::Null);
}

fn an_agency_that_ends_has_no_vacant_posts(backend: Backend) {
    let (_app, admin) = planned(backend);
    headed(&admin);
    head(&admin, AGENCY, &json!({"vacant": true, "from": "2019-01-01"}));
    let event = json!({"kind": "DISSOLVE", "effectiveOn": "2018-01-01", "basis": DECISION, "predecessors": [AGENCY]});
    let reply = admin.send("POST", "/api/v1/admin/agencies/events", &[("content-type", "application/json")], event.to_string().as_bytes());
    assert_eq!(reply.status, 201, "{}", reply.body);
    let heads = ["2017-12-31", "2018-01-01"].map(|day| of_agency(&admin, AGENCY, day)["head"]["name"].clone());
    assert_eq!(heads, [json!("Đỗ Văn Hai"), Value::Null], "it ended before");
    let held = &of_agency(&admin, AGENCY, "2017-12-31")["postHolders"][0];
    assert_eq!((&held["validTo"], &held["endedBy"]), (&json!("2018-01-01"), &Value::Null));
    assert_eq!(queued(&admin)[0]["since"], "2018-01-01");
    // Who comes before the end leaves with it.
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Bùi Ba", "from": "2017-07-01"}));
    let heads = ["2017-12-31", "2018-01-01"].map(|day| of_agency(&admin, AGENCY, day)["head"]["name"].clone());
    assert_eq!(heads, [json!("Bùi Ba"), Value::Null]);
}

fn everybody_who_held_a_post_is_told(backend: Backend) {
    let (app, admin) = planned(backend);
    let staff = personnel(&app);
    let person = made(&staff, &whole("Đặng Thị Lụa"));
    let id = person["id"].as_str().expect("an id");
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Đặng Thị Lụa", "from": "2013-01-01", "person": id}));
    head(&admin, AGENCY, &json!({"vacant": true, "from": "2016-01-01"}));
    head(&admin, AGENCY, &json!({"title": "Quyền Giám đốc", "name": "Bùi Ba", "from": "2017-01-01", "isActing": true}));
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Bùi Ba", "from": "2018-01-01"}));
    post(&admin, AGENCY, &json!({"title": "Phó Giám đốc", "name": "Vũ Tư", "from": "2014-01-01"}));

    let public = app.anonymous();
    let line = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
        let marks = [("isHead", "head"), ("isActing", "acting")].map(|(name, mark)| if one[name] == json!(true) { mark } else { "" });
        format!("{} {} {}..{} {}", text("title"), text("name"), text("validFrom"), text("validTo"), marks.join(" ")).trim_end().to_owned()
    };
    let expected = [
        "Giám đốc Đặng Thị Lụa 2013-01-01..2016-01-01 head",
        "Phó Giám đốc Vũ Tư 2014-01-01..-",
        "Quyền Giám đốc Bùi Ba 2017-01-01..2018-01-01 head acting",
        "Giám đốc Bùi Ba 2018-01-01..- head",
    ];
    let told = of_agency(&public, AGENCY, "2013-06-01")["postHolders"].clone();
    let told = told.as_array().expect("holders");
    assert_eq!(told.iter().map(line).collect::<Vec<_>>(), expected);
    let ended: Vec<bool> = told.iter().map(|one| one["endedBy"].is_string()).collect();
    assert_eq!(ended, [true, false, false, false], "by a document, not because the next one followed");
    let read = "{ agency(code: \"so-tai-chinh\") { postHolders { title isHead name isActing validFrom validTo basis { id } endedBy { number } } } }";
    let held = public.graphql(read, &json!({}))["agency"]["postHolders"].clone();
    let held = held.as_array().expect("holders");
    assert_eq!(held.iter().map(line).collect::<Vec<_>>(), expected);
    assert!(held.iter().zip(told).all(|(one, other)| one["basis"]["id"] == other["basis"]), "{told:?}");
    assert_eq!((&held[0]["endedBy"]["number"], &held[2]["endedBy"]), (&json!(DECISION), &Value::Null));

    // A name as a document prints it leads to nobody, before a pseudonym and after it.
    let body = || public.get("/api/v1/agencies/so-tai-chinh").body;
    assert!(body().contains("Đặng Thị Lụa") && !body().contains(id));
    let ground = json!({"reason": "Theo yêu cầu xóa.", "document": DECISION});
    let hidden = persons::send(&staff, "POST", &persons::of(&person, "/pseudonym"), Some(&json!(1)), &ground);
    assert_eq!(hidden.status, 200, "{}", hidden.body);
    let pseudonym = hidden.json()["name"].as_str().expect("a name").to_owned();
    assert!(body().contains("Đặng Thị Lụa") && !body().contains(id) && !body().contains(&pseudonym));
}

fn a_seat_goes_with_another_post_than_the_heads(backend: Backend) {
    let (app, admin) = planned(backend);
    let (agency, title) = ("ubnd-tp-hai-phong", "Phó Chủ tịch phụ trách văn xã");
    head(&admin, agency, &json!({"title": "Chủ tịch", "name": "Nguyễn Một", "from": "2013-01-01"}));
    let mut act = establishment();
    act["seats"][0] = json!({"role": "HEAD", "rank": 1, "post": agency, "postTitle": title});
    act["seats"][2] = json!({"role": "MEMBER", "rank": 3, "postTitle": title});
    let faults = [fault("/seats/0/postTitle", "REFERENCE_UNKNOWN"), fault("/seats/2/post", "FIELD_REQUIRED")];
    assert_eq!(send(&admin, 0, "", &act).faults(), faults);
    post(&admin, agency, &json!({"title": title, "name": "Lê Hai", "from": "2013-01-01"}));
    act["seats"][2] = seat("MEMBER", 3, "Lê Văn C");
    let first = done(&admin, 0, &act);
    assert_eq!(seated(&first)[0], "HEAD Lê Hai");
    let place = &first["roster"][0];
    assert_eq!((&place["postAgency"], &place["post"]), (&json!(agency), &json!(title)));

    // Its holders follow one another without another decision, and it falls vacant.
    post(&admin, agency, &json!({"title": title, "name": "Trần Ba", "from": "2015-01-01"}));
    post(&admin, agency, &json!({"title": title, "vacant": true, "from": "2016-01-01"}));
    let rosters = ["2014-12-31", "2015-01-01", "2016-01-01"].map(|day| seated(&on(&admin, day))[0].clone());
    assert_eq!(rosters, ["HEAD Lê Hai", "HEAD Trần Ba", "HEAD -"]);
    assert_eq!(on(&admin, "2016-01-01")["isHeadVacant"], true);
    assert_eq!((&queued(&admin)[0]["post"], &queued(&admin)[0]["since"]), (&json!(title), &json!("2016-01-01")));
    assert_eq!(of_agency(&admin, agency, "2016-01-01")["head"]["name"], "Nguyễn Một", "the head stays");
    let mutation = "mutation($title: String!) { setPostOfAgency(agency: \"ubnd-tp-hai-phong\", title: $title, name: \"Vũ Tư\", from: \"2016-03-01\", \
                    basis: \"1593/QĐ-UBND\") { problem { code } } }";
    assert_eq!(admin.graphql(mutation, &json!({ "title": title }))["setPostOfAgency"]["problem"], Value::Null);
    assert_eq!(seated(&on(&admin, "2016-03-01"))[0], "HEAD Vũ Tư");
    assert_eq!(queued(&admin), json!([]));

    // A title is of the head's post or of another.
    for (path, title) in [("head", title), ("posts", "Chủ tịch")] {
        let reply = put(&admin, &format!("{agency}/{path}"), &json!({"title": title, "name": "X", "from": "2020-01-01"}));
        assert_eq!(reply.faults(), [fault("/title", "RULE_BROKEN")], "{}", reply.body);
    }
    let of = |app: &testkit::TestApp| app.person(Some("so-tttt"), Role::AgencyApprover);
    assert_eq!(put(&of(&app), &format!("{agency}/posts"), &json!({"title": "X", "name": "X", "from": "2020-01-01"})).code(), "FORBIDDEN");

    // A seat by name becomes one of a post within a roster, and a consolidation names posts as well.
    post(&admin, "so-tttt", &json!({"title": "Phó Giám đốc", "name": "Hoàng Năm", "from": "2013-01-01"}));
    let ended = first["roster"][2]["seat"].clone();
    let amend = json!({"kind": "AMEND", "effectiveOn": "2016-05-01", "basis": DECISION, "ended": [ended],
                       "seats": [{"role": "MEMBER", "rank": 3, "post": "so-tttt", "postTitle": "Phó Giám đốc"}]});
    assert_eq!(seated(&done(&admin, 1, &amend))[2], "MEMBER Hoàng Năm");
    let input = json!({"kind": "CONSOLIDATE", "effectiveOn": "2017-01-01", "basis": DECISION, "authority": agency,
                       "seats": [{"role": "HEAD", "rank": 1, "post": agency, "postTitle": "Chủ tịch"},
                                 {"role": "DEPUTY_HEAD", "rank": 2, "post": agency, "postTitle": title}]});
    let mutation = "mutation($input: NewCommitteeActInput!) { recordCommitteeAct(code: \"bcd-ttdn\", revision: 2, input: $input) { problem { code } } }";
    assert_eq!(admin.graphql(mutation, &json!({ "input": input }))["recordCommitteeAct"]["problem"], Value::Null);
    assert_eq!(seated(&on(&admin, "2017-01-01")), ["HEAD Nguyễn Một", "DEPUTY_HEAD Vũ Tư"]);
    // Whoever heads the agency sits there under any title.
    head(&admin, agency, &json!({"title": "Quyền Chủ tịch", "name": "Đinh Sáu", "from": "2018-01-01"}));
    assert_eq!(seated(&on(&admin, "2018-01-01"))[0], "HEAD Đinh Sáu");

    // No two hold it at once, says the database too.
    let id = match backend {
        Backend::Sqlite => "randomblob(16)",
        Backend::Postgres => "gen_random_uuid()",
    };
    let sql = format!(
        "INSERT INTO post_holders (id, post_id, name, is_acting, valid_from, basis_document_id)
         SELECT {id}, post_id, name, is_acting, '2019-01-01', basis_document_id FROM post_holders WHERE name = 'Vũ Tư'"
    );
    let refused = try_execute(&app.database, &sql).expect_err("overlap");
    assert!(refused.contains("post_holders_follow"), "{refused}");
}

fn an_authority_is_there_on_the_day(backend: Backend) {
    let (_app, admin) = planned(backend);
    let new = json!({"code": "so-moi", "agency": {"name": "Sở mới", "kind": "DEPARTMENT"}, "from": "2016-01-01", "basis": DECISION});
    let made = admin.send("POST", "/api/v1/admin/agencies", &[("content-type", "application/json")], new.to_string().as_bytes());
    assert_eq!(made.status, 204, "{}", made.body);
    let of = |kind: &str, day: &str| {
        let mut act = establishment();
        (act["kind"], act["effectiveOn"]) = (json!(kind), json!(day));
        (act["authority"], act["standingAgency"]) = (json!("so-moi"), json!("so-moi"));
        act
    };
    let faults = [fault("/authority", "RULE_BROKEN"), fault("/standingAgency", "RULE_BROKEN")];
    assert_eq!(send(&admin, 0, "", &of("ESTABLISH", "2015-12-31")).faults(), faults);
    done(&admin, 0, &establishment());
    assert_eq!(send(&admin, 1, "", &of("CONSOLIDATE", "2015-12-31")).faults(), faults);
    done(&admin, 1, &of("CONSOLIDATE", "2016-01-01"));
    assert_eq!(on(&admin, "2016-01-01")["term"]["authority"], "so-moi");
}

fn statements_do_not_grow_with_holders(backend: Backend) {
    let (app, admin) = planned(backend);
    head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": "Người 0", "from": "2013-01-01"}));
    let public = app.anonymous();
    let read = "{ agency(code: \"so-tai-chinh\") { postHolders { name basis { number } endedBy { number } } } }";
    let cost = || {
        public.graphql(read, &json!({})); // reads the catalogue into memory
        let (over_graphql, _) = app.fewest_statements(|| public.graphql(read, &json!({})));
        let (over_rest, _) = app.fewest_statements(|| of_agency(&public, AGENCY, "2014-01-01"));
        (over_graphql, over_rest)
    };
    head(&admin, AGENCY, &json!({"vacant": true, "from": "2013-06-01"}));
    let few = cost();
    for i in 1..9 {
        head(&admin, AGENCY, &json!({"title": "Giám đốc", "name": format!("Người {i}"), "from": format!("2014-0{i}-01")}));
        post(&admin, AGENCY, &json!({"title": format!("Phó Giám đốc {i}"), "name": format!("Phó {i}"), "from": "2014-01-01"}));
    }
    assert_eq!(cost(), few);
}
