//! The log of a committee: what acts changed, kept as it is; the roster of any day follows from it alone; what has not taken effect can be
//! annulled.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, TestApp, both,
    database::{execute, rows, try_execute},
};

use crate::{
    committees::{DECISION, done, establishment, on, planned, seat, seated, send},
    meetings, persons,
};

both!(
    the_roster_of_every_day_follows_from_the_log,
    what_was_before_is_put_into_the_log,
    the_log_is_kept_as_it_is,
    what_has_not_taken_effect_is_annulled,
    what_others_build_on_is_not_annulled,
    seats_by_which_a_meeting_invites_stay,
    a_meeting_that_was_cancelled_holds_no_seat,
    nobody_sits_where_there_is_no_seat,
    who_was_to_sit_and_never_did_is_forgotten_too,
    an_act_that_is_earlier_than_its_document_is_warned_of,
    the_log_costs_as_much_for_many_rows_as_for_few,
);

fn log(client: &Client) -> Vec<Value> {
    client.get("/api/v1/committees/bcd-ttdn/acts").json()["items"].as_array().expect("acts").clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A row as the log tells of it, with its days.
struct Row {
    from: String,
    to: Option<String>,
    opened: Value,
}

/// What the log says by itself: rows by what they are and identifier. The rule is the documented one, written down once more.
fn told(log: &[Value]) -> BTreeMap<(String, String), Row> {
    let mut rows: BTreeMap<(String, String), Row> = BTreeMap::new();
    for act in log {
        let day = text(&act["effectiveOn"]);
        for change in act["changes"].as_array().expect("changes") {
            let id = (text(&change["what"]), text(&change["row"]));
            match change["change"].as_str().expect("a change") {
                "OPEN" => {
                    assert!(rows.insert(id, Row { from: day.clone(), to: None, opened: change.clone() }).is_none());
                }
                "END" => rows.get_mut(&id).expect("a row").to = Some(day.clone()),
                "WITHDRAW" => assert!(rows.remove(&id).is_some()),
                "RESUME" => rows.get_mut(&id).expect("a row").to = None,
                other => panic!("{other}"),
            }
        }
    }
    rows
}

/// The roster of a day from the log alone; of seats by name, as nobody holds a post here.
fn followed(log: &[Value], day: &str) -> (Option<String>, Vec<String>) {
    let rows = told(log);
    let holds = |row: &&Row| row.from.as_str() <= day && row.to.as_deref().is_none_or(|to| day < to);
    let of = |what: &str| rows.iter().filter(|(_, row)| row.opened["what"] == what && holds(row)).collect::<Vec<_>>();
    let standing = of("STANDING_AGENCY").first().map(|(_, row)| text(&row.opened["agency"]));
    let stays = of("STAY");
    let mut seats: Vec<(String, i64, String)> = of("SEAT")
        .iter()
        .map(|((_, id), row)| {
            let sits = stays.iter().find(|(_, stay)| stay.opened["seat"].as_str() == Some(id.as_str()));
            let name = sits.map_or("-".to_owned(), |(_, stay)| text(&stay.opened["name"]));
            (text(&row.opened["unit"]), row.opened["rank"].as_i64().expect("a rank"), format!("{} {name}", text(&row.opened["role"])))
        })
        .collect();
    seats.sort();
    (standing, seats.into_iter().map(|(_, _, seat)| seat).collect())
}

/// Compares the log with the rosters that the service tells of, on every day on which anything changes and on the days around it.
fn compare(client: &Client) {
    let log = log(client);
    let around = |act: &Value| {
        let day: chrono::NaiveDate = text(&act["effectiveOn"]).parse().expect("a day");
        [day.pred_opt().expect("a day"), day, day.succ_opt().expect("a day")]
    };
    let days: BTreeSet<chrono::NaiveDate> = log.iter().flat_map(around).collect();
    for day in days.iter().map(ToString::to_string) {
        let committee = on(client, &day);
        let told = (committee["term"]["standingAgency"].as_str().map(str::to_owned), seated(&committee));
        assert_eq!(followed(&log, &day), told, "{day}");
    }
}

/// Acts of every kind, one after the other; after each `check`.
fn lived(admin: &Client, check: impl Fn()) {
    let first = done(admin, 0, &establishment());
    check();
    let place = |i: usize| first["roster"][i]["seat"].clone();
    let basis = |mut act: Value| {
        act["basis"] = json!(DECISION);
        act
    };
    let acts = [
        json!({"kind": "APPOINT", "effectiveOn": "2014-06-01", "seat": place(3), "person": {"name": "Phạm D"}}),
        json!({"kind": "AMEND", "effectiveOn": "2014-06-01", "seats": [seat("DEPUTY_HEAD", 4, "Đinh Thị G")], "ended": [place(2)]}),
        json!({"kind": "RELEASE", "effectiveOn": "2014-09-01", "seat": place(3)}),
        json!({"kind": "APPOINT", "effectiveOn": "2015-01-01", "seat": place(0), "person": {"name": "Bùi Văn H"}}),
        json!({"kind": "CONSOLIDATE", "effectiveOn": "2016-07-01", "authority": "ubnd-tp-hai-phong", "standingAgency": "so-ngoai-vu",
               "seats": [seat("HEAD", 1, "Hoàng Văn E"), seat("MEMBER", 2, "Lê Văn C")]}),
        json!({"kind": "DISSOLVE", "effectiveOn": "2021-01-01"}),
    ];
    for (i, act) in (1_i32..).zip(acts) {
        done(admin, i, &basis(act));
        check();
    }
}

fn the_roster_of_every_day_follows_from_the_log(backend: Backend) {
    let (app, admin) = planned(backend);
    let public = app.anonymous();
    lived(&admin, || compare(&public));
    let again = json!({"kind": "ESTABLISH", "effectiveOn": "2150-01-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                       "standingAgency": "so-tttt", "seats": [seat("HEAD", 1, "Ngô K")]});
    done(&admin, 7, &again);
    done(&admin, 8, &json!({"kind": "ENTRUST", "effectiveOn": "2150-06-01", "basis": DECISION, "standingAgency": "so-noi-vu"}));
    compare(&public);
    let act = log(&public)[8]["id"].clone();
    done(&admin, 9, &json!({"kind": "ANNUL", "effectiveOn": "2150-06-01", "annuls": act, "note": "Nhầm cơ quan."}));
    compare(&public);
    assert_eq!(on(&public, "2150-06-01")["term"]["standingAgency"], "so-tttt");
    // GraphQL tells the same.
    let read = "{ committee(code: \"bcd-ttdn\") { acts { number kind effectiveOn note annuls annulledBy changes {
        change what row term seat unit role rank post position duty name agency { code } postAgency { code } } } } }";
    let mut over_graphql = public.graphql(read, &json!({}))["committee"]["acts"].as_array().expect("acts").clone();
    let mut over_rest = log(&public);
    for act in &mut over_rest {
        let act = act.as_object_mut().expect("an act");
        act.remove("id");
        for field in ["basis", "section", "quote"] {
            act.remove(field);
        }
        for change in act["changes"].as_array_mut().expect("changes") {
            change.as_object_mut().expect("a change").remove("person");
        }
    }
    for change in over_graphql.iter_mut().flat_map(|act| act["changes"].as_array_mut().expect("changes")) {
        for field in ["agency", "postAgency"] {
            change[field] = change[field]["code"].take();
        }
    }
    assert_eq!(over_graphql, over_rest);
}

/// Runs the statements of a file of a migration, one after the other; a trigger is one statement.
pub fn migrate(app: &TestApp, backend: Backend, name: &str, file: &str) {
    let folder = if backend == Backend::Sqlite { "sqlite" } else { "postgres" };
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("migrations").join(folder).join(name).join(file);
    execute(&app.database, &std::fs::read_to_string(path).expect("a migration"));
}

/// A database of before knows of each act no more than its day, document and kind.
fn what_was_before_is_put_into_the_log(backend: Backend) {
    let (app, admin) = planned(backend);
    lived(&admin, || ());
    let before: Vec<Vec<String>> =
        ["2014-05-31", "2014-06-01", "2016-06-30", "2016-07-01"].iter().map(|day| seated(&on(&admin, day))).collect();
    let changes = |log: &[Value]| told(log).values().map(|row| (row.from.clone(), row.to.clone(), row.opened.clone())).collect::<Vec<_>>();
    let known = changes(&log(&admin));
    for name in ["2026-11-29-000047_unit_heads", "2026-11-29-000046_committee_log"] {
        migrate(&app, backend, name, "down.sql");
    }
    for name in ["2026-11-29-000046_committee_log", "2026-11-29-000047_unit_heads"] {
        migrate(&app, backend, name, "up.sql");
    }
    compare(&admin);
    let after: Vec<Vec<String>> =
        ["2014-05-31", "2014-06-01", "2016-06-30", "2016-07-01"].iter().map(|day| seated(&on(&admin, day))).collect();
    assert_eq!(after, before);
    // Standing agencies had no identity of their own.
    let but_standing =
        |rows: Vec<(String, Option<String>, Value)>| rows.into_iter().filter(|row| row.2["what"] != "STANDING_AGENCY").collect::<Vec<_>>();
    assert_eq!(but_standing(changes(&log(&admin))), but_standing(known));
    done(
        &admin,
        7,
        &json!({"kind": "ESTABLISH", "effectiveOn": "2022-01-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                            "seats": [seat("HEAD", 1, "Ngô K")]}),
    );
    compare(&admin);
}

fn the_log_is_kept_as_it_is(backend: Backend) {
    let (app, admin) = planned(backend);
    done(&admin, 0, &establishment());
    for sql in [
        "UPDATE committee_act_changes SET printed_name = 'X' WHERE printed_name IS NOT NULL",
        "UPDATE committee_act_changes SET position = position + 100",
        "DELETE FROM committee_act_changes",
        "UPDATE committee_acts SET note = 'X'",
        "DELETE FROM committee_acts",
    ] {
        let refused = try_execute(&app.database, sql).expect_err(sql);
        assert!(refused.contains("acts are kept as they are"), "{refused}");
    }
    // Who that was may be forgotten.
    try_execute(&app.database, "UPDATE committee_act_changes SET person_id = person_id").expect("a person");
}

fn annul(act: &Value, day: &str) -> Value {
    json!({"kind": "ANNUL", "effectiveOn": day, "annuls": act["id"], "note": "Nhập nhầm ngày."})
}

fn what_has_not_taken_effect_is_annulled(backend: Backend) {
    let (app, admin) = planned(backend);
    done(&admin, 0, &establishment());
    let consolidation = json!({"kind": "CONSOLIDATE", "effectiveOn": "2150-07-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                               "standingAgency": "so-ngoai-vu", "seats": [seat("HEAD", 1, "Hoàng Văn E")]});
    let entered = done(&admin, 1, &consolidation)["act"].clone();
    let (before, wrong) = (seated(&on(&admin, "2014-03-01")), seated(&on(&admin, "2150-07-01")));
    assert_eq!(wrong, ["HEAD Hoàng Văn E"]);
    let mut act = annul(&entered, "2150-07-01");
    act["note"].take();
    assert_eq!(send(&admin, 2, "", &act).faults(), [("/note".to_owned(), "FIELD_REQUIRED".to_owned())], "a document or a reason");
    let rehearsed = send(&admin, 2, "?dryRun=true", &annul(&entered, "2150-07-01")).json();
    assert_eq!((seated(&rehearsed), seated(&on(&admin, "2150-07-01"))), (before.clone(), wrong));
    let undone = done(&admin, 2, &annul(&entered, "2150-07-01"));
    assert_eq!((seated(&undone), &undone["act"]["annuls"], &undone["act"]["basis"]), (before.clone(), &entered["id"], &Value::Null));
    let after = on(&admin, "2150-07-01");
    assert_eq!((seated(&after), &after["term"]["standingAgency"], &after["term"]["validTo"]), (before, &json!("so-tttt"), &Value::Null));
    // The log keeps both, each with the other.
    let acts = log(&app.anonymous());
    let kinds: Vec<&str> = acts.iter().map(|act| act["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["ESTABLISH", "CONSOLIDATE", "ANNUL"]);
    assert_eq!((&acts[1]["annulledBy"], &acts[2]["annuls"]), (&acts[2]["id"], &acts[1]["id"]));
    assert_eq!(send(&admin, 3, "", &annul(&entered, "2150-07-01")).faults(), [("/annuls".to_owned(), "WRONG_STATE".to_owned())], "once");
    assert_eq!(send(&admin, 3, "", &annul(&acts[2], "2150-07-01")).faults(), [("/annuls".to_owned(), "WRONG_STATE".to_owned())]);
    // The day of the annulled act does not count: the right one is entered, even before it.
    let mut right = consolidation;
    right["effectiveOn"] = json!("2016-07-01");
    done(&admin, 3, &right);
    compare(&admin);
    let told = rows(
        &app.database,
        "SELECT changes AS line FROM audit_entries WHERE operation = 'record_committee_act' AND changes LIKE '%ANNUL%'",
    );
    assert!(told.iter().any(|line| line.contains(entered["id"].as_str().expect("an id"))), "{told:?}");
    // Over GraphQL as well.
    let future = json!({"kind": "DISSOLVE", "effectiveOn": "2150-01-01", "basis": DECISION});
    let dissolved = done(&admin, 4, &future)["act"].clone();
    let mutation = "mutation($input: NewCommitteeActInput!) { recordCommitteeAct(code: \"bcd-ttdn\", revision: 5, input: $input) {
        problem { code } act { annuls changes { change } } committee { status } } }";
    let told = admin.graphql(mutation, &json!({"input": annul(&dissolved, "2150-01-01")}))["recordCommitteeAct"].clone();
    assert_eq!(
        (&told["problem"], &told["act"]["annuls"], &told["committee"]["status"]),
        (&Value::Null, &dissolved["id"], &json!("ESTABLISHED")),
        "{told}"
    );
}

fn what_others_build_on_is_not_annulled(backend: Backend) {
    let (app, admin) = planned(backend);
    let first = done(&admin, 0, &establishment());
    let place = |i: usize| first["roster"][i]["seat"].clone();
    let refused = |revision: i32, act: &Value, day: &str| {
        let reply = send(&admin, revision, "", &annul(act, day));
        let problem = reply.json();
        let message = problem["errors"][0]["message"].to_string();
        (reply.faults(), message)
    };
    let (faults, why) = refused(1, &first["act"], "2014-03-01");
    assert_eq!(faults, [("/annuls".to_owned(), "WRONG_STATE".to_owned())]);
    assert!(why.contains("in effect"), "{why}");
    let appoint = |day: &str, place: &Value, name: &str| json!({"kind": "APPOINT", "effectiveOn": day, "basis": DECISION, "seat": place, "person": {"name": name}});
    let one = done(&admin, 1, &appoint("2150-01-01", &place(0), "Bùi Văn H"))["act"].clone();
    let beside = done(&admin, 2, &appoint("2150-02-01", &place(1), "Tô I"))["act"].clone();
    let two = done(&admin, 3, &appoint("2150-03-01", &place(0), "Ngô K"))["act"].clone();
    let (faults, why) = refused(4, &one, "2150-01-01");
    assert_eq!(faults, [("/annuls".to_owned(), "WRONG_STATE".to_owned())]);
    assert!(why.contains("Act 4 changes the same rows"), "{why}");
    assert_eq!(refused(4, &two, "2150-01-01").0, [("/effectiveOn".to_owned(), "RULE_BROKEN".to_owned())]);
    let nothing = json!({"id": "0199b2a0-0000-7000-8000-000000000001"});
    assert_eq!(refused(4, &nothing, "2150-01-01").0, [("/annuls".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    // What is about another seat does not stand in the way.
    done(&admin, 4, &annul(&beside, "2150-02-01"));
    done(&admin, 5, &annul(&two, "2150-03-01"));
    done(&admin, 6, &annul(&one, "2150-01-01"));
    compare(&admin);
    assert_eq!(seated(&on(&admin, "2150-03-01")), seated(&on(&admin, "2014-03-01")));
    // What a later act has taken is not given back.
    let ended = json!({"kind": "AMEND", "effectiveOn": "2150-01-01", "basis": DECISION, "ended": [place(2)]});
    let ended = done(&admin, 7, &ended)["act"].clone();
    done(&admin, 8, &json!({"kind": "AMEND", "effectiveOn": "2150-02-01", "basis": DECISION, "seats": [seat("MEMBER", 3, "Lý M")]}));
    let (faults, why) = refused(9, &ended, "2150-01-01");
    assert_eq!(faults, [("/annuls".to_owned(), "WRONG_STATE".to_owned())]);
    assert!(why.contains("has taken what this would give back"), "{why}");
    let viewer = app.person(Some("so-tttt"), Role::AgencyApprover);
    assert_eq!(send(&viewer, 9, "", &annul(&ended, "2150-01-01")).code(), "FORBIDDEN");
}

fn seats_by_which_a_meeting_invites_stay(backend: Backend) {
    let (app, admin) = planned(backend);
    let establish = json!({"kind": "ESTABLISH", "effectiveOn": "2150-01-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                           "seats": [seat("HEAD", 1, "Ngô K")]});
    let act = done(&admin, 0, &establish)["act"].clone();
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let meeting = meetings::called(&standing, "2150-02-01T01:00:00Z").json();
    let refused = send(&admin, 1, "", &annul(&act, "2150-01-01"));
    assert_eq!(refused.faults(), [("/annuls".to_owned(), "WRONG_STATE".to_owned())], "{}", refused.body);
    assert!(refused.body.contains("A meeting invites by seats of this act"), "{}", refused.body);
    let mut plan = meetings::plan("2150-02-01T01:00:00Z");
    plan["invited"] = json!([{"agency": "so-ngoai-vu"}]);
    let changed = meetings::change(&standing, &meeting, ("PUT", ""), &plan);
    assert_eq!(changed.status, 200, "{}", changed.body);
    done(&admin, 1, &annul(&act, "2150-01-01"));
    assert_eq!(on(&admin, "2150-02-01")["status"], "PLANNED");
}

fn a_meeting_that_was_cancelled_holds_no_seat(backend: Backend) {
    let (app, admin) = planned(backend);
    let establish = json!({"kind": "ESTABLISH", "effectiveOn": "2150-01-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                           "seats": [{"role": "HEAD", "rank": 1, "position": "Chủ tịch", "person": {"name": "Ngô K"}}]});
    let act = done(&admin, 0, &establish)["act"].clone();
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let meeting = meetings::called(&standing, "2150-02-01T01:00:00Z").json();
    meetings::act(&standing, &meeting, &json!({"kind": "CANCEL", "reason": "Hoãn."}));
    done(&admin, 1, &annul(&act, "2150-01-01"));
    let kept = standing.get(&format!("/api/v1/meetings/{}", text(&meeting["id"]))).json();
    let words: Vec<&Value> = kept["invited"].as_array().expect("invited").iter().map(|one| &one["words"]).collect();
    assert_eq!((&kept["status"], words), (&json!("CANCELLED"), vec![&json!("Chủ tịch")]), "whom it invited is still told");
    compare(&admin);
}

/// A stay that would outlive its seat is not given back.
fn nobody_sits_where_there_is_no_seat(backend: Backend) {
    let (_app, admin) = planned(backend);
    let first = done(&admin, 0, &establishment());
    let release = json!({"kind": "RELEASE", "effectiveOn": "2150-01-10", "basis": DECISION, "seat": first["roster"][1]["seat"]});
    let release = done(&admin, 1, &release)["act"].clone();
    let dissolve = json!({"kind": "DISSOLVE", "effectiveOn": "2150-01-20", "basis": DECISION});
    let dissolve = done(&admin, 2, &dissolve)["act"].clone();
    let refused = send(&admin, 3, "", &annul(&release, "2150-01-10"));
    assert_eq!(refused.faults(), [("/annuls".to_owned(), "WRONG_STATE".to_owned())], "{}", refused.body);
    done(&admin, 3, &annul(&dissolve, "2150-01-20"));
    done(&admin, 4, &annul(&release, "2150-01-10"));
    compare(&admin);
}

/// Somebody who stands in an annulled act alone is no more found through it than whoever sat.
fn who_was_to_sit_and_never_did_is_forgotten_too(backend: Backend) {
    let (app, admin) = planned(backend);
    let client = persons::personnel(&app);
    let person = persons::made(&client, &persons::whole("Đặng Thị Lụa"));
    let id = person["id"].as_str().expect("an id");
    let establish = json!({"kind": "ESTABLISH", "effectiveOn": "2150-01-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
                           "seats": [{"role": "HEAD", "rank": 1, "person": {"id": id}}]});
    let act = done(&admin, 0, &establish)["act"].clone();
    done(&admin, 1, &annul(&act, "2150-01-01"));
    let body = || app.anonymous().get("/api/v1/committees/bcd-ttdn/acts").body;
    assert!(body().contains(id));
    // Nobody who never sat is a member.
    assert_eq!(app.anonymous().get(&format!("/api/v1/committee-members/{id}")).code(), "NOT_FOUND");
    let ground = json!({"reason": "Theo yêu cầu xóa.", "document": DECISION});
    let done = persons::send(&client, "POST", &persons::of(&person, "/pseudonym"), Some(&json!(1)), &ground);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(body().contains("Đặng Thị Lụa") && !body().contains(id), "{}", body());
}

fn an_act_that_is_earlier_than_its_document_is_warned_of(backend: Backend) {
    let (app, admin) = planned(backend);
    let codes = |outcome: &Value| -> Vec<String> {
        outcome["warnings"].as_array().expect("warnings").iter().map(|one| text(&one["code"])).collect()
    };
    let mut act = establishment();
    act["effectiveOn"] = json!("2013-08-19");
    // The decision was issued on 20/08/2013.
    let rehearsed = send(&admin, 0, "?dryRun=true", &act).json();
    assert_eq!(codes(&rehearsed), ["EFFECTIVE_BEFORE_ISSUE"]);
    assert!(rehearsed["warnings"][0]["message"]["vi"].as_str().expect("words").contains("ngày ban hành"));
    let mutation =
        "mutation($input: NewCommitteeActInput!) { recordCommitteeAct(code: \"bcd-ttdn\", revision: 0, input: $input, dryRun: true) {
        problem { code } warnings { code vi en } } }";
    let told = admin.graphql(mutation, &json!({"input": act}));
    assert_eq!(told["recordCommitteeAct"]["warnings"][0]["code"], "EFFECTIVE_BEFORE_ISSUE", "{told}");
    assert_eq!(codes(&send(&admin, 0, "?dryRun=true", &establishment()).json()), Vec::<String>::new());
    assert_eq!(codes(&done(&admin, 0, &act)), ["EFFECTIVE_BEFORE_ISSUE"]);
    drop(app);
}

fn the_log_costs_as_much_for_many_rows_as_for_few(backend: Backend) {
    let (app, admin) = planned(backend);
    let few = {
        done(&admin, 0, &establishment());
        log(&admin);
        app.fewest_statements(|| log(&admin)).0
    };
    let seats: Vec<Value> = (10..60).map(|i| seat("MEMBER", i, &format!("Người {i}"))).collect();
    done(&admin, 1, &json!({"kind": "AMEND", "effectiveOn": "2014-04-01", "basis": DECISION, "seats": seats}));
    log(&admin);
    assert_eq!(app.fewest_statements(|| log(&admin)).0, few);
}
