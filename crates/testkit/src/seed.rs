//! Programme files for tests: decision 1593 as it ships, and made-up ones of any size.
//! Must not be valid by accident: the made-up file follows the published form.
//! The format is `domain::seed`.

use serde_json::{Value, json};

/// Decision 1593 as JSON.
pub fn decision_1593() -> Value {
    serde_json::from_slice(server::PROGRAMME_1593).unwrap_or_else(|e| panic!("decision 1593: {e}"))
}

/// The bodies of Hải Phòng through time, as they ship.
pub fn organisation() -> Value {
    serde_json::from_slice(server::ORGANISATION).unwrap_or_else(|e| panic!("the organisation: {e}"))
}

/// Working days as they ship.
pub fn working_days() -> Value {
    serde_json::from_slice(server::CALENDARS[0]).unwrap_or_else(|e| panic!("working days: {e}"))
}

/// The regimes of decision 1593 as they ship.
pub fn regimes_1593() -> Value {
    serde_json::from_slice(server::CALENDARS[1]).unwrap_or_else(|e| panic!("regimes: {e}"))
}

/// What the law gives for requests of people about their data, as it ships.
pub fn personal_clocks() -> Value {
    let file = include_bytes!("../../../data/calendars/personal-clocks.json");
    serde_json::from_slice(file).unwrap_or_else(|e| panic!("clocks: {e}"))
}

/// The code of the made-up programme.
pub const MADE_UP: &str = "TEST-2020";

/// A programme of `tasks` tasks in one group, each led by one of seven agencies and coordinated by three.
pub fn made_up(tasks: usize) -> Value {
    let mut file = decision_1593();
    let agencies: Vec<Value> = (0..10).map(agency).collect();
    file["decision"]["number"] = json!("77/QĐ-UBND");
    file["decision"]["issuer"] = json!("test-0");
    file["decision"]["legal_bases"] = json!([]);
    file["decision"]["related_documents"] = json!([]);
    let programme = &mut file["programme"];
    programme["code"] = json!(MADE_UP);
    if let Some(programme) = programme.as_object_mut() {
        programme.remove("parent_programme");
    }
    for field in ["steering_committee", "standing_agency", "reports_to"] {
        programme[field] = json!("test-0");
    }
    file["agencies"] = json!(agencies);
    file["groups"] = json!([{"code": "I", "number": "I", "order": 1, "title_vi": "Nhóm", "title_en": "Group", "body_section": "3.1"}]);
    file["tasks"] = (1..=tasks).map(task).collect();
    for list in ["objectives", "targets", "measures", "responsibilities", "systems", "known_defects_in_seed"] {
        file[list] = json!([]);
    }
    for field in ["allocation_lead", "settlement_lead"] {
        file["funding"][field] = json!("test-0");
    }
    file["funding"]["settlement_with"] = json!([]);
    if let Some(file) = file.as_object_mut() {
        file.remove("checks");
    }
    file
}

fn agency(i: usize) -> Value {
    json!({"code": format!("test-{i}"), "name_vi": format!("Cơ quan thử {i}"), "name_en": format!("Test agency {i}"), "kind": "department",
           "subkind": "provincial_department", "parent": null, "names_as_written": [format!("Cơ quan thử {i}")]})
}

fn task(number: usize) -> Value {
    let assigned = |codes: Vec<usize>| {
        let agencies: Vec<Value> = codes.iter().map(|i| json!({"agency": format!("test-{i}"), "collective": false})).collect();
        json!({"as_written_lines": ["Cơ quan thử"], "agencies": agencies})
    };
    json!({
        "code": format!("I.{number}"), "group": "I", "number": number,
        "title_vi": format!("Nhiệm vụ thử số {number}"), "title_en": format!("Test task {number}"),
        "lead": assigned(vec![number % 7]),
        "coordinating": assigned((0..3).map(|i| (number + i + 1) % 7).collect()),
        "period": {"as_written": "Hàng năm", "kind": "annual", "start_year": 2013, "end_year": 2020,
                   "years": (2013..=2020).collect::<Vec<i32>>(), "rule": "every year"},
    })
}
