//! How each REST operation is asked for, in a way that changes nothing that later tries rest on: what has a revision is asked for
//! with one that is not current, so that whoever is let in is told that and no more.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use testkit::{Client, Reply};

use super::{
    Answer,
    stage::{Of, Stage},
};

pub fn ask(stage: &Stage, client: &Client, name: &str, id: &str, of: Of) -> Answer {
    if let "issue_token" | "revoke_token" = name {
        let path = if name == "issue_token" { "/api/v1/auth/token" } else { "/api/v1/auth/revoke" };
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let reply = client.send("POST", path, &form, b"grant_type=none&token=none");
        let error = serde_json::from_str::<Value>(&reply.body).ok().and_then(|body| body["error"].as_str().map(str::to_owned));
        return Answer { code: error.unwrap_or_default(), whole: reply.body };
    }
    let (method, path, body) = request(stage, name, id, of);
    let (kind, body) = match name {
        "upload_report_file" | "upload_document_file" => ("multipart/form-data; boundary=x", Some("--x--\r\n".to_owned())),
        _ => ("application/json", body.map(|body| body.to_string())),
    };
    let key = key();
    let mut headers = vec![("idempotency-key", key.as_str())];
    // A dry run needs no key, what is under a reference is made where it is not, and what is read rests on nothing.
    headers.retain(|_| name != "submit_reports");
    if name != "put_report" && method != "GET" {
        headers.push(("if-match", if path.starts_with("/api/v1/reports") { "\"r99\"" } else { "\"99\"" }));
    }
    if body.is_some() {
        headers.push(("content-type", kind));
    }
    answer(&client.send(method, &path, &headers, body.unwrap_or_default().as_bytes()))
}

/// One that nobody has used.
fn key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("matrix-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn answer(reply: &Reply) -> Answer {
    if reply.status >= 400 {
        let code = reply.code();
        let mut problem = reply.json();
        problem.as_object_mut().expect("an object").remove("requestId");
        return Answer { code, whole: problem.to_string() };
    }
    // A batch answers for each row.
    let fault = serde_json::from_str::<Value>(&reply.body).ok().and_then(|body| body["faults"][0]["code"].as_str().map(str::to_owned));
    Answer { code: fault.unwrap_or_default(), whole: reply.body.clone() }
}

pub type Request = (&'static str, String, Option<Value>);

fn request(stage: &Stage, name: &str, id: &str, of: Of) -> Request {
    let at = |path: &str| format!("/api/v1/{path}");
    let (method, path, body) = match name {
        "list_agencies" => ("GET", at("agencies"), None),
        "get_agency" => ("GET", at("agencies/so-tttt"), None),
        "list_succession_queue" => ("GET", at("admin/succession-queue"), None),
        "list_vacated_seats" => ("GET", at("admin/succession-queue/seats"), None),
        "record_agency_event"
        | "name_successor"
        | "create_agency"
        | "change_agency"
        | "set_agency_code"
        | "set_head_of_agency"
        | "set_post_of_agency"
        | "set_roll" => {
            return organisation(name);
        }
        "list_committees" => ("GET", at("committees"), None),
        "get_committee" => ("GET", at("committees/khong-co"), None),
        "list_committee_acts" => ("GET", at("committees/khong-co/acts"), None),
        "compare_committee_rosters" => ("GET", at("committees/khong-co/changes?from=2014-01-01&to=2015-01-01"), None),
        "get_seat_history" => ("GET", at(&format!("committees/khong-co/seats/{}/history", super::stage::NOTHING)), None),
        "get_committee_member" => ("GET", at(&format!("committee-members/{}", super::stage::NOTHING)), None),
        "plan_committee" => ("POST", at("admin/committees"), Some(json!({"agency": "khong-co"}))),
        "record_committee_act" => {
            let act = json!({"kind": "DISSOLVE", "effectiveOn": "2026-01-01", "basis": "khong-co"});
            ("POST", at("admin/committees/khong-co/acts"), Some(act))
        }
        "list_meetings" => ("GET", at("meetings"), None),
        "list_calendar_links" => ("GET", at("calendar-links"), None),
        // A note of nothing.
        "create_calendar_link" => ("POST", at("calendar-links"), Some(json!({"agency": id, "note": "\u{2003}"}))),
        name if name.contains("webhook") => return super::webhooks::request(name, id),
        "revoke_calendar_link" => ("DELETE", at(&format!("calendar-links/{id}")), None),
        "get_calendar" => ("GET", at("calendars/none.ics"), None),
        "get_meeting" | "create_meeting" | "update_meeting" | "write_minutes" | "record_meeting_act" => return meeting(name, id),
        "list_tasks" => ("GET", at("tasks"), None),
        name if name.contains("training") || name.contains("participations") || name.contains("staff_roll") => return training(name, id),
        name if name.contains("target") => return target(name),
        name if ["programme", "known_issues", "confirm_reading", "record_direction"].iter().any(|part| name.contains(part)) => {
            return programme(name, id);
        }
        "list_occurrences" => ("GET", at("occurrences"), None),
        "get_statistics" => ("GET", at("statistics"), None),
        "list_charts" => ("GET", at("charts"), None),
        "get_chart" => ("GET", at("charts/tasks.json"), None),
        "freeze_statistics" => ("POST", at("statistics/frozen"), Some(json!({"title": "\u{2003}"}))),
        "list_frozen_statistics" => ("GET", at("statistics/frozen"), None),
        "get_frozen_statistics" => ("GET", at("statistics/frozen/none"), None),
        "get_regime_template" => ("GET", at("regimes/none/template"), None),
        "request_reports" => ("POST", at("report-requests"), Some(json!({}))),
        "list_reports" => ("GET", at("reports?limit=200"), None),
        "search" => ("GET", at("search?q=th%C3%B4ng%20tin&limit=200"), None),
        "list_changes" => ("GET", at("changes?limit=200"), None),
        "list_notices" => ("GET", at("notices?limit=200"), None),
        name if name.contains("obligation") => return obligation(name, id),
        "get_principal" => ("GET", at(&format!("tasks/{id}/principal")), None),
        "designate_principal" => ("PUT", at(&format!("tasks/{id}/principal")), Some(json!({"document": "x"}))),
        "list_designations" => ("GET", at(&format!("tasks/{id}/designations")), None),
        "designate_members" => {
            let body = json!({"collective": "khong-co", "agencies": [], "from": "2026-01-01", "basis": "khong-co"});
            ("POST", at(&format!("admin/tasks/{id}/designations?dryRun=true")), Some(body))
        }
        name if name.contains("budget") || name.starts_with("list_un") => return budget(name, id),
        name if name.contains("translation") => return translation(name, id),
        name if name.contains("deliverable") => return deliverable(name, id),
        name if name.contains("person") => return person(name, id),
        name if name.ends_with("_document") || name.contains("documents") || name.contains("document_") || name == "list_gaps" => {
            return document(name, id);
        }
        name if name.ends_with("_extension") && name != "request_extension" => {
            let verb = name.trim_end_matches("_extension");
            ("POST", at(&format!("extensions/{id}/{verb}")), (verb != "withdraw").then(|| json!({"reason": "x"})))
        }
        name if name.ends_with("_occurrence") || name == "request_extension" => return occurrence(name, id),
        name if name.contains("report") || name.contains("draft") || name.contains("version") => return report(stage, name, id, of),
        name => return account(stage, name, id),
    };
    (method, path, body)
}

/// Texts in another language.
fn translation(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/admin/translations/en{rest}");
    match name {
        "export_translations" => ("GET", at(""), None),
        "import_translations" => ("POST", at(""), Some(json!({}))),
        "put_translation" => ("PUT", at(&format!("/{id}")), Some(json!({"text": "X", "state": "MACHINE"}))),
        "remove_translation" => ("DELETE", at(&format!("/{id}")), None),
        other => panic!("nobody tries {other}"),
    }
}

/// What is owed, or acts on it.
fn obligation(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/obligations/{id}{rest}");
    match name {
        "list_obligations" => ("GET", "/api/v1/obligations?regime=HP-1593-NAM&year=2016&limit=200".into(), None),
        "get_obligation" => ("GET", at(""), None),
        "exclude_obligation" => ("POST", at("/exclude"), Some(json!({"reason": "x"}))),
        "include_obligation" => ("POST", at("/include"), Some(json!({"reason": "x"}))),
        "urge_obligation" => ("POST", at("/urge"), Some(json!({"text": "x"}))),
        other => panic!("nobody tries {other}"),
    }
}

/// Of an agency with a title of nothing, or on a course, session or material that is not there.
fn training(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/trainings/{rest}");
    let course = |agency: &str| json!({"programme": "HP-1593-2013", "kind": "REFRESHER", "title": "\u{2003}", "organiser": agency});
    let session = json!({"status": "PLANNED", "from": "2014-01-01", "to": "2014-01-01"});
    match name {
        "list_training_courses" => ("GET", at("courses"), None),
        "get_training_course" => ("GET", at(&format!("courses/{id}")), None),
        "create_training_course" => ("POST", at("courses"), Some(course(id))),
        "update_training_course" => ("PUT", at(&format!("courses/{id}")), Some(course("so-tttt"))),
        "create_training_session" => ("POST", at(&format!("courses/{id}/sessions")), Some(session)),
        "update_training_session" => ("PUT", at(&format!("sessions/{id}")), Some(session)),
        "list_participations" => ("GET", at(&format!("sessions/{id}/participations")), None),
        "record_participations" => {
            ("PUT", at(&format!("sessions/{id}/participations")), Some(json!({"agency": "so-tttt", "participants": []})))
        }
        "get_training_figures" => ("GET", at("figures?programme=HP-1593-2013&year=2014"), None),
        "release_training_figures" => ("POST", "/api/v1/admin/programmes/NONE/training-releases".into(), Some(json!({"year": 2014}))),
        "get_training_people" => ("GET", at("people?programme=HP-1593-2013"), None),
        "list_training_materials" => ("GET", at("materials"), None),
        "create_training_material" => {
            ("POST", at("materials"), Some(json!({"programme": "HP-1593-2013", "agency": id, "title": "\u{2003}"})))
        }
        "add_training_material_version" => {
            let version = json!({"number": 1, "language": "vi", "issuedOn": "2014-01-01"});
            ("POST", at(&format!("materials/{id}/versions")), Some(version))
        }
        "list_training_plan" => ("GET", "/api/v1/training-plan?programme=HP-1593-2013&year=2014".into(), None),
        "plan_training" => {
            let item =
                json!({"programme": "HP-1593-2013", "year": 2014, "agency": id, "kind": "REFRESHER", "title": "\u{2003}", "document": "x"});
            ("POST", "/api/v1/training-plan".into(), Some(item))
        }
        "list_staff_rolls" => ("GET", "/api/v1/staff-rolls".into(), None),
        // A part that is larger than its whole.
        "record_staff_roll" => ("PUT", format!("/api/v1/staff-rolls/{id}/2014-12-31"), Some(json!({"headcount": 1, "inCharge": 2}))),
        other => panic!("nobody tries {other}"),
    }
}

/// Of a target that is not there.
fn target(name: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/{rest}");
    let admin = |rest: &str| format!("/api/v1/admin/programmes/HP-1593-2013/targets/T99/{rest}");
    match name {
        "list_target_evaluations" => ("GET", at("programmes/HP-1593-2013/targets"), None),
        "list_target_records" => ("GET", at("programmes/HP-1593-2013/targets/T1/records"), None),
        "define_target" => ("POST", admin("definitions"), Some(json!({"from": "2014-01-01", "basis": "x", "words": "x"}))),
        "state_target_value" => {
            let value = json!({"year": 2014, "count": 1, "finality": "FINAL", "on": "2014-01-01", "document": "x"});
            ("POST", admin("values"), Some(value))
        }
        other => panic!("nobody tries {other}"),
    }
}

fn programme(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/{rest}");
    match name {
        "get_programme" => ("GET", at("programmes/HP-1593-2013?asOf=2014-01-01"), None),
        "list_programme_versions" => ("GET", at("programmes/HP-1593-2013/versions"), None),
        "get_programme_diff" => ("GET", at("programmes/HP-1593-2013/versions/1/diff"), None),
        "amend_programme" => {
            let body = json!({"basis": "x", "effectiveOn": "2014-01-01", "programme": {}});
            ("POST", at("admin/programmes/HP-1593-2013/amendments?dryRun=true"), Some(body))
        }
        "record_direction" => {
            let body = json!({"basis": "x", "text": "X", "lead": "khong-co", "dueOn": "2026-01-01"});
            ("POST", at("admin/programmes/HP-1593-2013/directions"), Some(body))
        }
        "list_known_issues" => ("GET", at("programmes/HP-1593-2013/known-issues"), None),
        "confirm_reading" => ("POST", at(&format!("admin/programmes/HP-1593-2013/known-issues/{id}/confirmation")), Some(json!({}))),
        other => panic!("nobody tries {other}"),
    }
}

/// What has an identifier is asked for on nothing, which whoever is let in is told.
fn document(name: &str, id: &str) -> Request {
    let (at, admin) = (|rest: &str| format!("/api/v1/{rest}"), |rest: &str| format!("/api/v1/admin/documents/{id}{rest}"));
    match name {
        "list_documents" => ("GET", at("documents"), None),
        "get_document" => ("GET", at(&format!("documents/{id}")), None),
        "list_document_changes" => ("GET", at("documents/changes?since=2013-01-01&until=2013-12-31"), None),
        "list_gaps" => ("GET", at("programmes/HP-1593-2013/gaps"), None),
        "admin_list_documents" => ("GET", at("admin/documents"), None),
        "admin_get_document" => ("GET", admin(""), None),
        // It has neither a number nor a title.
        "create_document" => ("POST", at("admin/documents"), Some(json!({"kind": "DECISION", "issuer": "so-tttt"}))),
        "update_document" => ("PATCH", admin(""), Some(json!({"note": "x"}))),
        "relate_documents" => ("POST", admin("/relations"), Some(json!({"kind": "AMENDS", "related": "x"}))),
        "unrelate_documents" => ("DELETE", admin(&format!("/relations/AMENDS/{id}")), None),
        "get_document_file" => ("GET", at(&format!("documents/{id}/files/{id}")), None),
        "upload_document_file" => ("POST", admin("/files"), None),
        "update_document_file" => ("PATCH", admin(&format!("/files/{id}")), Some(json!({"visibility": "PUBLIC"}))),
        "remove_document_file" => ("DELETE", admin(&format!("/files/{id}?reason=x")), None),
        "move_document" => ("POST", admin("/stages"), Some(json!({"stage": "DRAFTED", "on": "2014-01-01"}))),
        "issue_document" => ("POST", admin("/issue"), Some(json!({"number": "1/CT-UBND", "issuedOn": "2014-01-01"}))),
        other => panic!("nobody tries {other}"),
    }
}

/// On a line that is not there, or in a way that is not right.
fn budget(name: &str, id: &str) -> Request {
    let (at, line) = (|rest: &str| format!("/api/v1/budget/{rest}"), |rest: &str| format!("/api/v1/budget/lines/{id}{rest}"));
    let new = json!({"programme": "khong-co", "year": 2020, "agency": "khong-co", "source": "STATE_PROVINCIAL"});
    match name {
        "list_budget_lines" => ("GET", at("lines"), None),
        "create_budget_line" => ("POST", at("lines"), Some(new)),
        "get_budget_line" => ("GET", line(""), None),
        "update_budget_line" => ("PUT", line(""), Some(json!({}))),
        "list_budget_movements" => ("GET", line("/movements"), None),
        "record_budget_movements" => {
            let movement = json!({"line": id, "kind": "NEED", "amount": 1, "on": "2020-01-01"});
            ("POST", at("movements"), Some(json!([movement])))
        }
        "list_budget_ladders" => ("GET", at("ladders?by=SOURCE"), None),
        "list_unallocated_supplements" => ("GET", at("unallocated"), None),
        "list_unsettled_money" => ("GET", at("unsettled"), None),
        "list_budget_means" => ("GET", at("means"), None),
        "record_budget_means" => {
            let means = json!({"programme": "khong-co", "year": 2020, "source": "FUND", "amount": 1, "on": "2020-01-01", "document": "x"});
            ("POST", at("means"), Some(means))
        }
        "get_budget_settings" => ("GET", at("settings"), None),
        "put_budget_rules" => {
            let day = json!({"month": 1, "day": 31});
            let rules =
                json!({"fromYear": 2026, "source": "x", "booksClose": day, "adjustedUntil": day, "allocationDays": 1, "ageing": [2, 1]});
            ("PUT", "/api/v1/admin/budget/rules".into(), Some(rules))
        }
        "put_budget_code" => {
            let code = json!({"level": "CHAPTER", "code": "abc", "name": "X", "from": "2018-01-01"});
            ("PUT", "/api/v1/admin/budget/codes".into(), Some(code))
        }
        "pseudonymise_budget_contributor" => {
            let wanted = json!({"name": "Không có", "reason": "\u{2003}", "document": "x"});
            ("POST", "/api/v1/admin/budget/contributor-pseudonyms".into(), Some(wanted))
        }
        other => panic!("nobody tries {other}"),
    }
}

/// What is said for an agency is said of a task that is not there.
fn deliverable(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/deliverables/{id}{rest}");
    let all = |rest: &str| format!("/api/v1/deliverables{rest}");
    let said =
        json!({"task": "X.9", "year": 2014, "title": "X", "visibility": "INTERNAL", "details": {"from": "2014-01-01", "to": "2014-01-02"}});
    let mut new = said.clone();
    for (field, value) in [("programme", "HP-1593-2013"), ("kind", "CAMPAIGN"), ("agency", id)] {
        new[field] = json!(value);
    }
    match name {
        "list_deliverables" => ("GET", all("?limit=200"), None),
        "get_deliverable_figures" => ("GET", all("/figures?programme=HP-1593-2013"), None),
        "get_deliverable" => ("GET", at(""), None),
        "list_deliverable_versions" => ("GET", at("/versions"), None),
        "record_deliverable" => ("POST", all(""), Some(new)),
        "record_deliverables" => ("POST", all("/batch?dryRun=true"), Some(json!({"items": [new]}))),
        "correct_deliverable" => ("PUT", at(""), Some(said)),
        "withdraw_deliverable" => ("POST", at("/withdraw"), Some(json!({"reason": "x"}))),
        other => panic!("nobody tries {other}"),
    }
}

/// What has an identifier is asked for on nothing, which whoever is let in is told.
fn person(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/admin/persons/{id}{rest}");
    match name {
        "list_persons" => ("GET", "/api/v1/admin/persons".into(), None),
        "get_person" => ("GET", at(""), None),
        "create_person" => ("POST", "/api/v1/admin/persons".into(), Some(json!({"name": "\u{2003}"}))),
        "update_person" => ("PATCH", at(""), Some(json!({"name": "X"}))),
        "read_personal_fields" => ("POST", at("/restricted"), Some(json!({"purpose": "x"}))),
        "export_person" => ("POST", at("/export"), Some(json!({"purpose": "x"}))),
        "restrict_person" => ("PUT", at("/restriction"), Some(json!({"restricted": true, "reason": "x"}))),
        "pseudonymise_person" => ("POST", at("/pseudonym"), Some(json!({"reason": "x", "document": "x"}))),
        "list_personal_requests" => ("GET", "/api/v1/admin/personal-requests".into(), None),
        "get_personal_request" => ("GET", format!("/api/v1/admin/personal-requests/{id}"), None),
        "create_personal_request" => {
            let body = json!({"person": id, "kind": "ACCESS", "channel": "PAPER", "receivedAt": "2026-01-01T00:00:00Z"});
            ("POST", "/api/v1/admin/personal-requests".into(), Some(body))
        }
        "move_personal_request" => ("POST", format!("/api/v1/admin/personal-requests/{id}/steps"), Some(json!({"step": "DONE"}))),
        other => panic!("nobody tries {other}"),
    }
}

/// Of a committee that nothing is known of, or on a meeting that is not there.
fn meeting(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/meetings/{id}{rest}");
    let plan = json!({"title": "X", "startsAt": "2026-01-01T01:00:00Z"});
    match name {
        "create_meeting" => {
            let new = json!({"committee": "khong-co", "programme": "khong-co", "plan": plan});
            ("POST", "/api/v1/meetings".to_owned(), Some(new))
        }
        "update_meeting" => ("PUT", at(""), Some(plan)),
        "write_minutes" => ("PUT", at("/minutes"), Some(json!({"text": "X"}))),
        "record_meeting_act" => ("POST", at("/acts"), Some(json!({"kind": "PUBLISH"}))),
        _ => ("GET", at(""), None),
    }
}

/// Of an agency that nothing is known of, or on a document that is not there.
fn organisation(name: &str) -> Request {
    let at = |path: &str| format!("/api/v1/admin/{path}");
    let (from, basis) = ("2026-01-01", "khong-co");
    let names = json!({"name": "X"});
    match name {
        "record_agency_event" => {
            let event = json!({"kind": "DISSOLVE", "effectiveOn": from, "basis": basis, "predecessors": ["khong-co"]});
            ("POST", at("agencies/events?dryRun=true"), Some(event))
        }
        "name_successor" => {
            let named = json!({"entries": [super::stage::NOTHING], "successor": "khong-co", "effectiveOn": from, "basis": basis});
            ("POST", at("succession-queue/successor"), Some(named))
        }
        "create_agency" => ("POST", at("agencies"), Some(json!({"code": "khong-co", "agency": names, "from": from, "basis": basis}))),
        "change_agency" => ("PUT", at("agencies/khong-co/version"), Some(json!({"agency": names, "from": from, "basis": basis}))),
        "set_agency_code" => ("PUT", at("agencies/khong-co/e-code"), Some(json!({"code": "H24.13", "from": from, "basis": basis}))),
        "set_head_of_agency" | "set_post_of_agency" => {
            let path = if name == "set_head_of_agency" { "agencies/khong-co/head" } else { "agencies/khong-co/posts" };
            ("PUT", at(path), Some(json!({"title": "Giám đốc", "name": "X", "from": from, "basis": basis})))
        }
        _ => {
            let roll = json!({"rule": "OPEN", "isComplete": false, "members": [], "from": from, "basis": basis});
            ("PUT", at("agencies/khong-co/roll"), Some(roll))
        }
    }
}

fn occurrence(name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/occurrences/{id}{rest}");
    match name {
        "get_occurrence" => ("GET", at(""), None),
        "start_occurrence" => ("POST", at("/start"), None),
        "claim_occurrence" => ("POST", at("/claim"), Some(json!({"deliveredOn": "2014-01-01", "note": "x"}))),
        "return_occurrence" => ("POST", at("/return"), Some(json!({"reason": "x", "agency": "khong-co"}))),
        "request_extension" => ("POST", at("/extensions"), Some(json!({"reason": "x", "dueOn": "2019-01-01"}))),
        name => ("POST", at(&format!("/{}", name.trim_end_matches("_occurrence"))), Some(json!({"reason": "x", "document": "x"}))),
    }
}

/// What says something for an agency says it of a task that is not there.
fn report(stage: &Stage, name: &str, id: &str, of: Of) -> Request {
    let at = |rest: &str| format!("/api/v1/reports/{id}{rest}");
    let file = || at(&format!("/files/{}", stage.id(super::Kind::File, of)));
    let said = json!({"programme": "HP-1593-2013", "task": "X.9", "year": 2014, "percent": 1, "narrative": "x"});
    let said_for = || {
        let mut said = said.clone();
        said["agency"] = json!(id);
        said
    };
    match name {
        "get_report" => ("GET", at(""), None),
        "list_report_versions" => ("GET", at("/versions"), None),
        "get_report_version" => ("GET", at("/versions/1"), None),
        "list_version_changes" => ("GET", at("/versions/1/changes"), None),
        "list_report_events" => ("GET", at("/history"), None),
        "list_similar_reports" => ("GET", at("/similar"), None),
        "list_report_files" => ("GET", at("/files"), None),
        "get_report_file" => ("GET", file(), None),
        "upload_report_file" => ("POST", at("/files"), None),
        "remove_report_file" => ("DELETE", format!("{}?reason=x", file()), None),
        "update_draft" => ("PUT", at("/draft"), Some(json!({"percent": 1, "narrative": "x"}))),
        "discard_draft" => ("DELETE", at(""), None),
        "send_report" => ("POST", at("/submit"), None),
        "return_report" => ("POST", at("/return"), Some(json!({"reason": "x"}))),
        "accept_report" => ("POST", at("/accept"), None),
        "reopen_report" => ("POST", at("/reopen"), Some(json!({"reason": "x", "until": "2030-01-01"}))),
        "create_draft" => {
            ("POST", "/api/v1/reports/drafts".into(), Some(json!({"programme": "HP-1593-2013", "task": "X.9", "year": 2014, "agency": id})))
        }
        "submit_report" => ("POST", "/api/v1/reports".into(), Some(said_for())),
        "submit_reports" => ("POST", "/api/v1/reports/batch?dryRun=true".into(), Some(json!([said_for()]))),
        "put_report" => ("PUT", format!("/api/v1/reports/by-ref/{id}/matrix"), Some(said)),
        "enter_report" => {
            let body = json!({"channel": "PAPER", "receivedOn": "2014-12-01", "report": said_for()});
            ("POST", "/api/v1/reports/received".into(), Some(body))
        }
        "consolidate_reports" => ("POST", "/api/v1/reports/consolidated".into(), Some(json!({}))),
        other => panic!("nobody tries {other}"),
    }
}

fn account(stage: &Stage, name: &str, id: &str) -> Request {
    let at = |rest: &str| format!("/api/v1/admin/accounts/{id}{rest}");
    let me = |rest: &str| format!("/api/v1/me{rest}");
    let wrong = || Some(json!({"currentPassword": "wrong"}));
    match name {
        "get_me" => ("GET", me(""), None),
        "list_my_sessions" => ("GET", me("/sessions"), None),
        "end_my_session" => ("DELETE", me(&format!("/sessions/{id}")), None),
        "change_password" => ("POST", me("/password"), Some(json!({"currentPassword": "wrong", "newPassword": "wrong"}))),
        "enrol_second_factor" => ("POST", me("/second-factor"), wrong()),
        "confirm_second_factor" => ("POST", me("/second-factor/confirm"), Some(json!({"code": "123456"}))),
        "remove_second_factor" => ("POST", me("/second-factor/remove"), wrong()),
        "list_signing_keys" => ("GET", "/api/v1/admin/signing-keys".into(), None),
        "list_audit_entries" => ("GET", "/api/v1/admin/audit".into(), None),
        "list_accounts" => ("GET", "/api/v1/admin/accounts".into(), None),
        "create_account" => ("POST", "/api/v1/admin/accounts".into(), Some(json!({"kind": "USER", "login": "x", "name": "X"}))),
        "get_account" => ("GET", at(""), None),
        "update_account" => ("PATCH", at(""), Some(json!({"name": "Y"}))),
        "create_grant" => ("POST", at("/grants"), Some(json!({"role": "ADMIN", "agency": "x"}))),
        "create_secret" => ("POST", at("/secrets"), Some(json!({"expiresAt": "2001-01-01T00:00:00Z"}))),
        "create_client_key" => ("POST", at("/keys"), Some(json!({"jwk": {}}))),
        "reset_password" => ("POST", at("/password"), None),
        "reset_second_factor" => ("DELETE", at("/second-factor"), None),
        // Real ones of other accounts.
        "revoke_grant" => ("DELETE", at(&format!("/grants/{}", stage.grant)), None),
        "revoke_secret" => ("DELETE", at(&format!("/secrets/{}", stage.secret)), None),
        "revoke_client_key" => ("DELETE", at(&format!("/keys/{}", stage.secret)), None),
        "end_account_session" => ("DELETE", at(&format!("/sessions/{}", stage.id(super::Kind::Session, Of::Other))), None),
        other => panic!("nobody tries {other}"),
    }
}
