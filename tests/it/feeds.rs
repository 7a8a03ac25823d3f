//! Calendars read by a secret link: what they show, to whom, and in which form.

use chrono::{NaiveDate, TimeDelta};
use domain::account::Role;
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime, Event};
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp, both,
    database::{execute, rows},
};

use crate::{
    audit::verdict,
    meetings::{act, called, change, established, plan},
    obligations::start,
};

both!(
    an_agency_reads_its_meetings_and_due_days,
    a_member_reads_the_meetings_of_the_seat,
    a_post_brings_what_its_agency_owes,
    a_calendar_is_the_same_until_something_changes,
    a_link_is_made_once_listed_without_its_secret_and_revoked,
    links_are_made_by_those_who_may,
    a_link_ends_with_the_account_that_made_it,
    a_link_ends_with_the_right_to_make_it,
    graphql_makes_and_revokes_links,
    statements_of_a_calendar_do_not_grow,
);

const LINKS: &str = "/api/v1/calendar-links";
const DECISION: &str = "1593/QĐ-UBND";

fn post(client: &Client, body: &Value) -> Reply {
    client.send("POST", LINKS, &[("content-type", "application/json")], body.to_string().as_bytes())
}

/// The path of a new link.
fn made(client: &Client, body: &Value) -> String {
    let reply = post(client, body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()["path"].as_str().expect("a path").to_owned()
}

fn text(app: &TestApp, path: &str) -> String {
    let reply = app.anonymous().get(path);
    assert_eq!((reply.status, reply.headers["content-type"].as_str()), (200, "text/calendar; charset=utf-8"), "{}", reply.body);
    assert_eq!(reply.headers["cache-control"], "private, no-cache");
    reply.body
}

/// As another program reads it.
fn events(app: &TestApp, path: &str) -> Vec<Event> {
    let calendar: Calendar = text(app, path).parse().unwrap_or_else(|e| panic!("a calendar: {e}"));
    calendar.events().cloned().collect()
}

fn summaries(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.get_summary().expect("a summary")).collect()
}

/// A meeting in so many days, to which an agency or seats are invited.
fn meeting(app: &TestApp, client: &Client, days: i64, title: &str, invited: &Value) -> Value {
    let at = (app.now() + TimeDelta::days(days)).to_rfc3339();
    let mut plan = plan(&at);
    plan["title"] = json!(title);
    plan["invited"] = invited.clone();
    let new = json!({"committee": "bcd-ttdn", "programme": "HP-1593-2013", "plan": plan});
    let reply = client.send("POST", "/api/v1/meetings", &[("content-type", "application/json")], new.to_string().as_bytes());
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}

/// Minutes of long ago with a conclusion that an agency carries out by a day.
fn concluded(client: &Client, lead: &str, due_on: &str) {
    let held = act(client, &called(client, "2014-03-11T18:00:00Z").json(), &json!({"kind": "HOLD"}));
    let minutes = json!({"text": "Biên bản mật.", "conclusions": [{"text": "Kết luận nội bộ.", "lead": lead, "dueOn": due_on}]});
    let written = change(client, &held, ("PUT", "/minutes"), &minutes).json();
    act(client, &written, &json!({"kind": "SIGN", "signer": "Nguyễn Văn A", "signedOn": "2014-03-14", "document": DECISION}));
}

fn an_agency_reads_its_meetings_and_due_days(backend: Backend) {
    let (app, standing) = established(backend);
    let title = "Họp đột xuất: Sở Ngoại vụ, báo Hải Phòng; mục \\1 – nội dung thông tin đối ngoại của thành phố năm 2026";
    let invited = json!([{"agency": "so-ngoai-vu"}, {"agency": "bao-hai-phong"}]);
    meeting(&app, &standing, 10, title, &invited);
    let cancelled = meeting(&app, &standing, 20, "Họp bị hủy", &invited);
    act(&standing, &cancelled, &json!({"kind": "CANCEL", "reason": "Lý do nội bộ."}));
    meeting(&app, &standing, 30, "Họp của Sở khác", &json!([{"agency": "so-tai-chinh"}]));
    meeting(&app, &standing, -400, "Họp đã lâu", &invited);
    concluded(&standing, "so-ngoai-vu", "2026-06-30");

    let path = made(&app.person(Some("so-ngoai-vu"), Role::AgencyViewer), &json!({"agency": "so-ngoai-vu"}));
    let text = text(&app, &path);
    assert!(text.contains("\r\nNAME;VALUE=TEXT:Hải Đăng: Sở Ngoại vụ\r\n"), "{text}");
    assert!(text.split_terminator("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    assert!(text.replace("\r\n ", "").contains("SUMMARY:Họp đột xuất: Sở Ngoại vụ\\, báo Hải Phòng\\; mục \\\\1 –"), "{text}");
    for internal in ["Tình hình", "nội bộ", "mật", "bao-hai-phong"] {
        assert!(!text.replace("\r\n ", "").contains(internal), "{internal}: {text}");
    }
    let events = events(&app, &path);
    assert_eq!(summaries(&events)[..2], [title, "Họp bị hủy"]);
    let due: Vec<&Event> = events[2..].iter().filter(|event| event.get_summary().is_some_and(|text| text.contains("KL"))).collect();
    assert!(events.iter().all(|event| !event.get_summary().is_some_and(|text| text.contains("Sở khác") || text.contains("đã lâu"))));
    assert_eq!(due.len(), 1, "{text}");
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    assert_eq!(due[0].get_start(), Some(DatePerhapsTime::Date(day("2026-06-30"))));
    assert_eq!(due[0].get_end(), Some(DatePerhapsTime::Date(day("2026-07-01"))));
    let (at, stamp) = (app.now() + TimeDelta::days(10), app.now());
    assert_eq!(events[0].get_start(), Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(at))));
    assert_eq!((events[0].get_timestamp(), events[0].get_sequence()), (Some(stamp), Some(0)));
    let status = |event: &Event| (event.property_value("STATUS").map(str::to_owned), event.get_sequence());
    assert_eq!(status(&events[1]), (Some("CANCELLED".into()), Some(1)));
    assert_eq!(status(&events[0]), (Some("CONFIRMED".into()), Some(0)));
}

fn a_member_reads_the_meetings_of_the_seat(backend: Backend) {
    let (app, standing) = established(backend);
    let admin = app.person(None, Role::Admin);
    let roster = admin.get("/api/v1/committees/bcd-ttdn?asOf=2014-03-01").json()["roster"].clone();
    let (seat, person) = (roster[2]["seat"].clone(), roster[2]["occupant"]["person"].clone());
    meeting(&app, &standing, 10, "Họp toàn thể", &json!([]));
    meeting(&app, &standing, 40, "Họp hẹp", &json!([{"seat": roster[0]["seat"]}]));
    let path = made(&admin, &json!({"member": person, "note": "Đồng chí Lê Văn C"}));
    assert_eq!(summaries(&events(&app, &path)), ["Họp toàn thể"]);
    assert!(text(&app, &path).contains("Hải Đăng: Lê Văn C"));
    // Whoever left the seat is not invited by it any more.
    let tag = format!("\"{}\"", admin.get("/api/v1/committees/bcd-ttdn").json()["revision"]);
    let release = json!({"kind": "RELEASE", "effectiveOn": "2026-01-16", "basis": DECISION, "seat": seat});
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    let left = admin.send("POST", "/api/v1/admin/committees/bcd-ttdn/acts", &headers, release.to_string().as_bytes());
    assert_eq!(left.status, 201, "{}", left.body);
    assert!(events(&app, &path).is_empty());
    // Somebody whose data may not be used has no calendar.
    execute(&app.database, "UPDATE persons SET restricted_at = '2026-01-15 00:00:00', restriction_reason = 'x' WHERE name = 'Lê Văn C'");
    assert_eq!(app.anonymous().get(&path).code(), "NOT_FOUND");
}

/// Somebody who sits by a post is told what the agency of the post leads and owes.
fn a_post_brings_what_its_agency_owes(backend: Backend) {
    let app = start(backend);
    let admin = app.person(None, Role::Admin);
    let typed = [("content-type", "application/json")];
    let sent = |method: &str, path: &str, body: Value, headers: &[(&str, &str)]| {
        let reply = admin.send(method, path, headers, body.to_string().as_bytes());
        assert!(reply.status < 300, "{}", reply.body);
        if reply.body.is_empty() { Value::Null } else { reply.json() }
    };
    let person = sent("POST", "/api/v1/admin/persons", json!({"name": "Vũ Thị Một"}), &typed)["id"].clone();
    let head = json!({"title": "Giám đốc", "name": "Vũ Thị Một", "person": person, "from": "2013-01-01", "basis": DECISION});
    sent("PUT", "/api/v1/admin/agencies/so-tttt/head", head, &typed);
    sent("POST", "/api/v1/admin/committees", json!({"agency": "bcd-ttdn"}), &typed);
    let establish = json!({
        "kind": "ESTABLISH", "effectiveOn": "2014-03-01", "basis": DECISION, "authority": "ubnd-tp-hai-phong",
        "seats": [{"role": "HEAD", "rank": 1, "person": {"name": "Nguyễn Văn A"}}, {"role": "MEMBER", "rank": 2, "post": "so-tttt"}],
    });
    let first = [("content-type", "application/json"), ("if-match", "\"0\"")];
    sent("POST", "/api/v1/admin/committees/bcd-ttdn/acts", establish, &first);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    meeting(&app, &standing, 5, "Họp quý I", &json!([]));
    let path = made(&standing, &json!({"member": person}));
    assert_eq!(summaries(&events(&app, &path)), ["Họp quý I"], "everything else is of other years");
    execute(
        &app.database,
        "UPDATE obligations SET due_on = '2026-12-20', unknown_year = NULL WHERE year = 2019 AND regime_code = 'HP-1593-NAM'",
    );
    let of_agency = made(&standing, &json!({"agency": "so-tttt"}));
    let (of_member, of_agency) = (events(&app, &path), events(&app, &of_agency));
    assert!(of_member.len() > 1, "{:?}", summaries(&of_member));
    assert_eq!(summaries(&of_member), summaries(&of_agency));
    assert!(summaries(&of_member)[1].starts_with("Hạn báo cáo HP-1593-NAM kỳ "), "{:?}", summaries(&of_member));
}

fn a_calendar_is_the_same_until_something_changes(backend: Backend) {
    let (app, standing) = established(backend);
    let planned = meeting(&app, &standing, 10, "Họp", &json!([{"agency": "so-ngoai-vu"}]));
    let path = made(&standing, &json!({"agency": "so-ngoai-vu"}));
    let anonymous = app.anonymous();
    let first = anonymous.get(&path);
    let tag = first.headers["etag"].clone();
    app.clock.advance(TimeDelta::minutes(5));
    let again = anonymous.send("GET", &path, &[("if-none-match", &tag)], b"");
    assert_eq!((again.status, again.body.as_str(), &again.headers["etag"]), (304, "", &tag));
    assert_eq!(anonymous.get(&path).body, first.body);
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).map(str::to_owned).expect("a UID");
    let mut moved = plan(&(app.now() + TimeDelta::days(11)).to_rfc3339());
    moved["invited"] = json!([{"agency": "so-ngoai-vu"}]);
    let reply = change(&standing, &planned, ("PUT", ""), &moved);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let after = anonymous.send("GET", &path, &[("if-none-match", &tag)], b"");
    assert_eq!(after.status, 200);
    assert_eq!(uid(&after.body), uid(&first.body));
    let stamp = app.now().format("DTSTAMP:%Y%m%dT%H%M%SZ").to_string();
    assert!(after.body.contains(&stamp) && after.body.contains("SEQUENCE:1\r\n"), "{}", after.body);
    let used = rows(&app.database, "SELECT CAST(last_used_on AS TEXT) AS line FROM calendar_links");
    assert_eq!(used, ["2026-01-15"], "a day and no more");
}

fn a_link_is_made_once_listed_without_its_secret_and_revoked(backend: Backend) {
    let (app, standing) = established(backend);
    let reply = post(&standing, &json!({"agency": "so-tttt", "note": "Văn thư"}));
    let link = reply.json();
    let path = link["path"].as_str().expect("a path").to_owned();
    let secret = path.rsplit('/').next().and_then(|file| file.strip_suffix(".ics")).expect("a secret").to_owned();
    assert!(secret.len() >= 43, "256 bits: {secret}");
    text(&app, &path);
    let listed = standing.get(&format!("{LINKS}?agency=so-tttt"));
    assert_eq!((&listed.json()["items"][0]["id"], &listed.json()["items"][0]["lastUsedOn"]), (&link["id"], &json!("2026-01-15")));
    assert!(!listed.body.contains(&secret));
    for (table, column) in [("calendar_links", "secret_sha256"), ("audit_entries", "changes"), ("events", "body")] {
        let kept = rows(&app.database, &format!("SELECT coalesce({column}, '') AS line FROM {table}"));
        assert!(!kept.is_empty() && kept.iter().all(|line| !line.contains(&secret)), "{table}");
    }
    let revoke = || standing.send("DELETE", &format!("{LINKS}/{}", link["id"].as_str().expect("an id")), &[], b"");
    assert_eq!(revoke().status, 204);
    assert_eq!(revoke().code(), "WRONG_STATE");
    // Nobody can tell it from one that never was.
    let whole = |path: &str| {
        let reply = app.anonymous().get(path);
        let mut problem = reply.json();
        problem.as_object_mut().expect("a problem").remove("requestId");
        (reply.status, problem)
    };
    assert_eq!(whole(&path), whole("/api/v1/calendars/none.ics"));
    assert_eq!(whole(&path), whole("/api/v1/calendars/none"));
    assert_eq!(whole(&path).0, 404);
    assert!(verdict(&app, None).is_ok());
}

fn links_are_made_by_those_who_may(backend: Backend) {
    let (app, standing) = established(backend);
    let admin = app.person(None, Role::Admin);
    let person = admin.get("/api/v1/committees/bcd-ttdn?asOf=2014-03-01").json()["roster"][0]["occupant"]["person"].clone();
    let own = app.person(Some("so-ngoai-vu"), Role::AgencyReporter);
    assert_eq!(post(&own, &json!({"agency": "so-tttt"})).code(), "AGENCY_NOT_YOURS");
    assert_eq!(post(&own, &json!({"agency": "khong-co"})).code(), "AGENCY_NOT_YOURS");
    assert_eq!(post(&own, &json!({ "member": person })).code(), "FORBIDDEN");
    assert_eq!(post(&app.person(None, Role::Inspector), &json!({"agency": "so-tttt"})).code(), "FORBIDDEN");
    assert_eq!(post(&app.anonymous(), &json!({"agency": "so-tttt"})).code(), "UNAUTHENTICATED");
    let faults = |body: Value| post(&admin, &body).faults();
    assert_eq!(faults(json!({"agency": "khong-co"})), [("/agency".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    assert_eq!(faults(json!({"agency": "so-tttt", "member": person})), [(String::new(), "RULE_BROKEN".to_owned())]);
    let nobody = "0199b2a0-0000-7000-8000-000000000001";
    assert_eq!(faults(json!({ "member": nobody })), [("/member".to_owned(), "REFERENCE_UNKNOWN".to_owned())]);
    for body in [json!({"agency": "so-ngoai-vu"}), json!({"agency": "so-tttt"}), json!({ "member": person })] {
        made(&standing, &body);
    }
    // Everybody sees their part, and revokes no other.
    let seen = |client: &Client, query: &str| client.get(&format!("{LINKS}{query}")).json()["items"].as_array().map(Vec::len);
    assert_eq!([seen(&own, ""), seen(&own, "?agency=so-tttt"), seen(&admin, "")], [Some(1), Some(0), Some(3)]);
    assert_eq!(seen(&admin, &format!("?member={}", person.as_str().expect("an id"))), Some(1));
    let foreign = admin.get(&format!("{LINKS}?agency=so-tttt")).json()["items"][0]["id"].clone();
    let reply = own.send("DELETE", &format!("{LINKS}/{}", foreign.as_str().expect("an id")), &[], b"");
    assert_eq!(reply.code(), "NOT_FOUND");
}

fn a_link_ends_with_the_account_that_made_it(backend: Backend) {
    let (app, _) = established(backend);
    let path = made(&app.person(Some("so-ngoai-vu"), Role::AgencyViewer), &json!({"agency": "so-ngoai-vu"}));
    text(&app, &path);
    let set = |status: &str| {
        execute(&app.database, &format!("UPDATE accounts SET status = '{status}' WHERE id IN (SELECT account_id FROM calendar_links)"));
    };
    set("DISABLED");
    assert_eq!(app.anonymous().get(&path).code(), "NOT_FOUND");
    set("ACTIVE");
    text(&app, &path);
}

fn a_link_ends_with_the_right_to_make_it(backend: Backend) {
    let (app, _) = established(backend);
    let path = made(&app.person(Some("so-ngoai-vu"), Role::AgencyViewer), &json!({"agency": "so-ngoai-vu"}));
    let grant = "(SELECT id FROM grants WHERE account_id IN (SELECT account_id FROM calendar_links))";
    let (other, own) = ("(SELECT id FROM agencies WHERE code = 'so-tttt')", "(SELECT id FROM agencies WHERE code = 'so-ngoai-vu')");
    execute(&app.database, &format!("UPDATE grants SET agency_id = {other} WHERE id IN {grant}"));
    assert_eq!(app.anonymous().get(&path).code(), "NOT_FOUND", "who speaks for another agency now shows nothing of this one");
    execute(&app.database, &format!("UPDATE grants SET agency_id = {own} WHERE id IN {grant}"));
    text(&app, &path);
    execute(&app.database, &format!("UPDATE grants SET revoked_at = created_at WHERE id IN {grant}"));
    assert_eq!(app.anonymous().get(&path).code(), "NOT_FOUND");
    execute(&app.database, &format!("UPDATE grants SET revoked_at = NULL WHERE id IN {grant}"));
    text(&app, &path);
}

fn graphql_makes_and_revokes_links(backend: Backend) {
    let (app, _) = established(backend);
    let own = app.person(Some("so-ngoai-vu"), Role::AgencyApprover);
    let make = "mutation($agency: String!) { createCalendarLink(agency: $agency, note: \"Văn thư\") { path link { id note agency { code } } problem { code } } }";
    let foreign = own.graphql_reply(make, &json!({"agency": "so-tttt"}));
    let code = foreign["data"]["createCalendarLink"]["problem"]["code"].as_str().or(foreign["errors"][0]["extensions"]["code"].as_str());
    assert_eq!(code, Some("AGENCY_NOT_YOURS"), "{foreign}");
    let made = own.graphql(make, &json!({"agency": "so-ngoai-vu"}))["createCalendarLink"].clone();
    assert_eq!((&made["link"]["agency"]["code"], &made["link"]["note"]), (&json!("so-ngoai-vu"), &json!("Văn thư")), "{made}");
    text(&app, made["path"].as_str().expect("a path"));
    let list = own.graphql("{ calendarLinks(first: 5) { totalCount nodes { id lastUsedOn revokedAt member { name } } } }", &json!({}));
    assert_eq!((&list["calendarLinks"]["totalCount"], &list["calendarLinks"]["nodes"][0]["id"]), (&json!(1), &made["link"]["id"]));
    let revoke = "mutation($id: ID!) { revokeCalendarLink(id: $id) { link { revokedAt } problem { code } } }";
    let revoked = own.graphql(revoke, &json!({"id": made["link"]["id"]}))["revokeCalendarLink"].clone();
    assert!(revoked["link"]["revokedAt"].is_string(), "{revoked}");
    assert_eq!(own.graphql(revoke, &json!({"id": made["link"]["id"]}))["revokeCalendarLink"]["problem"]["code"], "WRONG_STATE");
    assert_eq!(app.anonymous().get(made["path"].as_str().expect("a path")).status, 404);
}

fn statements_of_a_calendar_do_not_grow(backend: Backend) {
    let (app, standing) = established(backend);
    let path = made(&standing, &json!({"agency": "so-tttt"}));
    let cost = || app.fewest_statements(|| app.anonymous().get(&path));
    meeting(&app, &standing, 1, "Họp 1", &json!([{"agency": "so-tttt"}]));
    text(&app, &path);
    let (few, _) = cost();
    for day in 2..12 {
        meeting(&app, &standing, day, "Họp", &json!([{"agency": "so-tttt"}]));
    }
    execute(&app.database, "UPDATE occurrences SET due_on = '2026-12-20' WHERE year > 2015");
    let (many, reply) = cost();
    assert!(reply.body.matches("BEGIN:VEVENT").count() > 20, "{}", reply.body);
    assert_eq!(few, many);
    assert!(many <= 12, "{many} statements");
}
