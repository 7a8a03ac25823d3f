//! Committees: set up, seated, consolidated and read as of a day; nothing of the past is rewritten.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{rows, try_execute},
};

use crate::audit::verdict;

both!(
    a_committee_has_a_roster_for_every_day,
    whoever_heads_the_agency_sits_in_its_seat,
    an_act_needs_a_document_and_the_revision_it_rests_on,
    every_fault_of_an_act_is_told,
    a_rehearsal_tells_and_leaves_nothing,
    graphql_says_the_same,
    the_database_holds_that_no_two_sit_in_one_seat,
    statements_do_not_grow_with_seats,
);

pub const PATH: &str = "/api/v1/admin/committees/bcd-ttdn/acts";
pub const DECISION: &str = "1593/QĐ-UBND";

pub fn planned(backend: Backend) -> (TestApp, Client) {
    let app = TestApp::start(backend);
    let admin = app.person(None, Role::Admin);
    let reply = post(&admin, &json!({"agency": "bcd-ttdn", "plannedBy": DECISION}));
    assert_eq!((reply.status, &reply.json()["status"]), (201, &json!("PLANNED")), "{}", reply.body);
    (app, admin)
}

pub fn post(client: &Client, body: &Value) -> Reply {
    client.send("POST", "/api/v1/admin/committees", &[("content-type", "application/json")], body.to_string().as_bytes())
}

pub fn send(client: &Client, revision: i32, query: &str, act: &Value) -> Reply {
    let tag = format!("\"{revision}\"");
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    client.send("POST", &format!("{PATH}{query}"), &headers, act.to_string().as_bytes())
}

pub fn done(client: &Client, revision: i32, act: &Value) -> Value {
    let reply = send(client, revision, "", act);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

pub fn seat(role: &str, rank: i32, name: &str) -> Value {
    json!({"role": role, "rank": rank, "person": {"name": name}})
}

/// The first roster, in force from the beginning of March 2014.
pub fn establishment() -> Value {
    json!({
        "kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong", "standingAgency": "so-tttt",
        "seats": [
            {"role": "HEAD", "rank": 1, "position": "Phó Chủ tịch Ủy ban nhân dân thành phố", "duty": "Lãnh đạo chung.", "person": {"name": "Nguyễn Văn A"}},
            seat("STANDING_DEPUTY_HEAD", 2, "Trần Thị B"),
            seat("MEMBER", 3, "Lê Văn C"),
            {"role": "SECRETARY", "rank": 1, "unit": "SECRETARIAT"},
        ],
    })
}

pub fn on(client: &Client, day: &str) -> Value {
    client.get(&format!("/api/v1/committees/bcd-ttdn?asOf={day}")).json()
}

/// Role and name of everybody on a roster; a dash for an empty seat.
pub fn seated(committee: &Value) -> Vec<String> {
    let places = committee["roster"].as_array().unwrap_or_else(|| panic!("no roster: {committee}"));
    let of = |place: &Value| format!("{} {}", place["role"].as_str().expect("a role"), place["occupant"]["name"].as_str().unwrap_or("-"));
    places.iter().map(of).collect()
}

fn a_committee_has_a_roster_for_every_day(backend: Backend) {
    let (app, admin) = planned(backend);
    let public = app.anonymous();
    let first = done(&admin, 0, &establishment());
    assert_eq!(seated(&first), ["HEAD Nguyễn Văn A", "STANDING_DEPUTY_HEAD Trần Thị B", "MEMBER Lê Văn C", "SECRETARY -"]);
    let secretary = first["roster"][3]["seat"].clone();
    let member = first["roster"][2]["occupant"]["person"].clone();
    let appointed =
        json!({"kind": "APPOINT", "effectiveOn": "2014-06-01", "basis": DECISION, "seat": secretary, "person": {"name": "Phạm D"}});
    done(&admin, 1, &appointed);
    let consolidation = json!({
        "kind": "CONSOLIDATE", "effectiveOn": "2016-07-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong", "standingAgency": "so-ngoai-vu",
        "seats": [seat("HEAD", 1, "Hoàng Văn E"), {"role": "DEPUTY_HEAD", "rank": 2, "person": {"id": member}}],
    });
    done(&admin, 2, &consolidation);
    done(&admin, 3, &json!({"kind": "DISSOLVE", "effectiveOn": "2021-01-01", "basis": DECISION, "note": "Hết giai đoạn."}));

    // As of any day, whatever came later.
    let statuses = ["2014-02-28", "2014-03-01", "2016-06-30", "2016-07-01", "2020-12-31", "2021-01-01"].map(|day| {
        let committee = on(&public, day);
        (committee["status"].as_str().expect("a status").to_owned(), committee["term"]["standingAgency"].clone())
    });
    let stood = |status: &str, standing: Value| (status.to_owned(), standing);
    assert_eq!(
        statuses,
        [
            stood("PLANNED", Value::Null),
            stood("ESTABLISHED", json!("so-tttt")),
            stood("ESTABLISHED", json!("so-tttt")),
            stood("ESTABLISHED", json!("so-ngoai-vu")),
            stood("ESTABLISHED", json!("so-ngoai-vu")),
            stood("DISSOLVED", Value::Null),
        ]
    );
    let rosters = ["2014-05-31", "2014-06-01", "2016-06-30", "2016-07-01", "2021-01-01"].map(|day| seated(&on(&public, day)).join(", "));
    let full = "HEAD Nguyễn Văn A, STANDING_DEPUTY_HEAD Trần Thị B, MEMBER Lê Văn C, SECRETARY Phạm D";
    assert_eq!(
        rosters,
        [
            "HEAD Nguyễn Văn A, STANDING_DEPUTY_HEAD Trần Thị B, MEMBER Lê Văn C, SECRETARY -",
            full,
            full,
            "HEAD Hoàng Văn E, DEPUTY_HEAD Lê Văn C",
            "",
        ]
    );

    // What differs, and everything that was done.
    let differs = public.get("/api/v1/committees/bcd-ttdn/changes?from=2016-06-30&to=2016-07-01").json();
    let names = |what: &str| seated(&json!({"roster": differs[what]}));
    assert_eq!(names("joined"), ["HEAD Hoàng Văn E"]);
    assert_eq!(names("left"), ["HEAD Nguyễn Văn A", "STANDING_DEPUTY_HEAD Trần Thị B", "SECRETARY Phạm D"]);
    let changed = &differs["changed"][0];
    assert_eq!((&changed["before"]["role"], &changed["after"]["role"]), (&json!("MEMBER"), &json!("DEPUTY_HEAD")));
    let acts = public.get("/api/v1/committees/bcd-ttdn/acts").json();
    let kinds: Vec<&str> = acts["items"].as_array().expect("acts").iter().map(|act| act["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["ESTABLISH", "APPOINT", "CONSOLIDATE", "DISSOLVE"]);
    let told = rows(&app.database, "SELECT kind AS line FROM events WHERE subject = 'committee' ORDER BY seq");
    assert_eq!(told, ["COMMITTEE_CHANGED"; 4]);
    assert!(verdict(&app, None).is_ok());
}

/// A new director fills the seat without another decision on the committee.
fn whoever_heads_the_agency_sits_in_its_seat(backend: Backend) {
    let (app, admin) = planned(backend);
    let heads = |name: &str, from: &str| {
        let head = json!({"title": "Giám đốc", "name": name, "from": from, "basis": DECISION});
        let reply =
            admin.send("PUT", "/api/v1/admin/agencies/so-tttt/head", &[("content-type", "application/json")], head.to_string().as_bytes());
        assert!(reply.status < 300, "{}", reply.body);
    };
    let mut act = establishment();
    act["seats"][1] =
        json!({"role": "STANDING_DEPUTY_HEAD", "rank": 2, "post": "so-tttt", "position": "Giám đốc Sở Thông tin và Truyền thông"});
    assert_eq!(send(&admin, 0, "", &act).faults(), [("/seats/1/post".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    heads("Vũ Thị Một", "2013-01-01");
    let first = done(&admin, 0, &act);
    assert_eq!(seated(&first)[1], "STANDING_DEPUTY_HEAD Vũ Thị Một");
    heads("Đỗ Văn Hai", "2015-04-01");
    let deputies = ["2014-03-01", "2015-03-31", "2015-04-01"].map(|day| seated(&on(&admin, day))[1].clone());
    assert_eq!(deputies, ["Vũ Thị Một", "Vũ Thị Một", "Đỗ Văn Hai"].map(|name| format!("STANDING_DEPUTY_HEAD {name}")));
    assert_eq!(on(&admin, "2015-04-01")["revision"], 1, "no act was needed");
    let named = json!({"kind": "APPOINT", "effectiveOn": "2015-05-01", "basis": DECISION, "seat": first["roster"][1]["seat"], "person": {"name": "X"}});
    assert_eq!(send(&admin, 1, "", &named).faults(), [("/seat".to_owned(), "RULE_BROKEN".to_owned())]);
    drop(app);
}

fn an_act_needs_a_document_and_the_revision_it_rests_on(backend: Backend) {
    let (app, admin) = planned(backend);
    let json_alone = [("content-type", "application/json")];
    let without = admin.send("POST", PATH, &json_alone, establishment().to_string().as_bytes());
    assert_eq!((without.status, without.code().as_str()), (428, "PRECONDITION_REQUIRED"));
    assert_eq!(send(&admin, 1, "", &establishment()).code(), "PRECONDITION_FAILED");
    done(&admin, 0, &establishment());
    assert_eq!(send(&admin, 0, "", &establishment()).code(), "PRECONDITION_FAILED", "a repeated act is not done twice");
    assert_eq!(send(&admin, 1, "", &establishment()).code(), "WRONG_STATE");
    let mut act = json!({"kind": "DISSOLVE", "effectiveOn": "2015-01-01"});
    assert_eq!(send(&admin, 1, "", &act).faults(), [("/basis".to_owned(), "FIELD_REQUIRED".to_owned())]);
    act["basis"] = json!("9999/QĐ-UBND");
    assert_eq!(send(&admin, 1, "", &act).faults(), [("/basis".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    act["basis"] = json!(DECISION);
    act["effectiveOn"] = json!("2014-02-28");
    assert_eq!(send(&admin, 1, "", &act).faults(), [("/effectiveOn".to_owned(), "OUT_OF_RANGE".to_owned())]);
    assert_eq!(admin.get("/api/v1/committees/bcd-ttdn").revision(), "1");
    assert_eq!(post(&admin, &json!({"agency": "bcd-ttdn"})).code(), "ALREADY_EXISTS");
    let not_one = post(&admin, &json!({"agency": "so-tttt"}));
    assert_eq!(not_one.faults(), [("/agency".to_owned(), "RULE_BROKEN".to_owned())]);
    let viewer = app.person(Some("so-tttt"), Role::AgencyApprover);
    assert_eq!(send(&viewer, 1, "", &act).code(), "FORBIDDEN");
}

fn every_fault_of_an_act_is_told(backend: Backend) {
    let (_app, admin) = planned(backend);
    let act = json!({
        "kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": "none", "authority": "none", "seat": "0199b2a0-0000-7000-8000-000000000001",
        "seats": [
            seat("MEMBER", 1, "A"),
            {"role": "MEMBER", "rank": 1, "person": {"id": "0199b2a0-0000-7000-8000-000000000001"}},
            {"role": "MEMBER", "rank": 3, "post": "none"},
            {"role": "MEMBER", "rank": 4, "person": {}},
        ],
    });
    let told: Vec<String> = send(&admin, 0, "", &act).faults().into_iter().map(|(at, code)| format!("{at} {code}")).collect();
    let wanted = [
        "/authority REFERENCE_UNKNOWN",
        "/basis REFERENCE_UNKNOWN",
        "/seat RULE_BROKEN",
        "/seats RULE_BROKEN",
        "/seats/1/person/id REFERENCE_UNKNOWN",
        "/seats/1/rank DUPLICATE",
        "/seats/2/post REFERENCE_UNKNOWN",
        "/seats/3/person RULE_BROKEN",
    ];
    assert_eq!(told, wanted);
}

fn a_rehearsal_tells_and_leaves_nothing(backend: Backend) {
    let (app, admin) = planned(backend);
    let rehearsed = send(&admin, 0, "?dryRun=true", &establishment());
    assert_eq!(rehearsed.status, 200, "{}", rehearsed.body);
    let rehearsed = rehearsed.json();
    assert_eq!((seated(&rehearsed)[0].as_str(), &rehearsed["dryRun"]), ("HEAD Nguyễn Văn A", &json!(true)));
    for table in [
        "committee_acts",
        "committee_act_changes",
        "committee_standing_agencies",
        "committee_terms",
        "committee_seats",
        "committee_stays",
        "persons",
        "events",
    ] {
        assert_eq!(rows(&app.database, &format!("SELECT CAST(count(*) AS TEXT) AS line FROM {table}")), ["0"], "{table}");
    }
    let real = done(&admin, 0, &establishment());
    assert_eq!(seated(&real), seated(&rehearsed));
}

fn graphql_says_the_same(backend: Backend) {
    let (app, admin) = planned(backend);
    let act = "mutation($input: NewCommitteeActInput!, $dryRun: Boolean!) {
        recordCommitteeAct(code: \"bcd-ttdn\", revision: 0, input: $input, dryRun: $dryRun) {
            problem { code } act { number } committee { status revision roster { role occupant { name } } }
        } }";
    for dry_run in [true, false] {
        let answer = admin.graphql(act, &json!({"input": establishment(), "dryRun": dry_run}))["recordCommitteeAct"].clone();
        assert_eq!((&answer["problem"], &answer["act"]["number"]), (&Value::Null, &json!(1)), "{answer}");
        assert_eq!(seated(&answer["committee"])[0], "HEAD Nguyễn Văn A");
    }
    let again = admin.graphql(act, &json!({"input": establishment(), "dryRun": false}));
    assert_eq!(again["recordCommitteeAct"]["problem"]["code"], "PRECONDITION_FAILED");
    let read = "query($day: NaiveDate) { committee(code: \"bcd-ttdn\", asOf: $day) {
        status term { authority { code } standingAgency { code } basis { number } }
        roster { role rank duty isExOfficio occupant { name person { id seats { role committee { code } } } } history { name } }
        changesSince(day: \"2014-01-01\") { joined { role } left { role } }
        acts { kind number }
    } committees { totalCount } }";
    let answer = app.anonymous().graphql(read, &json!({"day": "2014-03-01"}));
    let committee = &answer["committee"];
    assert_eq!(seated(committee), seated(&on(&admin, "2014-03-01")));
    assert_eq!(committee["term"]["basis"]["number"], DECISION);
    let head = &committee["roster"][0];
    assert_eq!(head["occupant"]["person"]["seats"][0], json!({"role": "HEAD", "committee": {"code": "bcd-ttdn"}}));
    assert_eq!(head["history"], json!([{"name": "Nguyễn Văn A"}]));
    assert_eq!(committee["changesSince"]["joined"].as_array().map(Vec::len), Some(3), "an empty seat is nobody's");
    assert_eq!(answer["committees"]["totalCount"], 1);
    let before = app.anonymous().graphql(read, &json!({"day": "2014-02-01"}));
    assert_eq!((&before["committee"]["status"], &before["committee"]["roster"]), (&json!("PLANNED"), &json!([])));
}

fn the_database_holds_that_no_two_sit_in_one_seat(backend: Backend) {
    let (app, admin) = planned(backend);
    done(&admin, 0, &establishment());
    let id = match backend {
        Backend::Sqlite => "randomblob(16)",
        Backend::Postgres => "gen_random_uuid()",
    };
    let stay = format!(
        "INSERT INTO committee_stays SELECT {id}, seat_id, person_id, printed_name, '2015-01-01', NULL, basis_document_id FROM committee_stays LIMIT 1"
    );
    let head = format!(
        "INSERT INTO committee_seats (id, term_id, committee_id, role, rank, valid_from, valid_to, basis_document_id) \
         SELECT {id}, term_id, committee_id, role, 77, '2015-01-01', '2016-01-01', basis_document_id FROM committee_seats WHERE role = 'HEAD'"
    );
    let standing = format!(
        "INSERT INTO committee_standing_agencies (id, term_id, agency_id, valid_from, basis_document_id) \
         SELECT {id}, term_id, agency_id, '2015-01-01', basis_document_id FROM committee_standing_agencies"
    );
    let term = format!(
        "INSERT INTO committee_terms (id, committee_id, authority_id, valid_from, basis_document_id)
         SELECT {id}, committee_id, authority_id, '2015-01-01', basis_document_id FROM committee_terms"
    );
    for (sql, rule) in [
        (stay, "committee_stays_follow"),
        (head, "committee_seats_single"),
        (standing, "committee_standing_agencies_follow"),
        (term, "committee_terms_follow"),
    ] {
        let refused = try_execute(&app.database, &sql).expect_err(rule);
        assert!(refused.contains(rule), "{refused}");
    }
    let earlier = format!(
        "INSERT INTO committee_stays SELECT {id}, seat_id, person_id, printed_name, '2013-01-01', '2014-03-01', basis_document_id FROM committee_stays LIMIT 1"
    );
    try_execute(&app.database, &earlier).expect("one after the other");
}

fn statements_do_not_grow_with_seats(backend: Backend) {
    let (app, admin) = planned(backend);
    let mut act = establishment();
    let members = (10..60).map(|i| seat("MEMBER", i, &format!("Người {i}")));
    act["seats"].as_array_mut().expect("seats").extend(members);
    let (few, many) = (establishment(), act);
    let rehearse = |act: &Value| {
        let (statements, reply) = app.fewest_statements(|| send(&admin, 0, "?dryRun=true", act));
        assert_eq!(reply.status, 200, "{}", reply.body);
        statements
    };
    rehearse(&few); // reads the catalogue into memory
    assert_eq!(rehearse(&few), rehearse(&many));
    done(&admin, 0, &many);
    let read = "{ committee(code: \"bcd-ttdn\", asOf: \"2014-03-01\") { roster { occupant { name person { seats { role } } basis { number } } } } }";
    let (statements, _) = app.statements(|| app.anonymous().graphql(read, &json!({})));
    assert!(statements < 16, "{statements} statements");
}
