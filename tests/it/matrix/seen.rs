//! What lists, nested fields and `node` show: one's own, another agency's, what is published.

use domain::{
    account::Role,
    policy::operations::{Cell, Interface},
};
use serde_json::json;
use testkit::Client;

use super::{
    stage::{Kind, Of, Stage},
    table::Table,
};

/// The lists, and what of the stage is in them.
pub fn listed(name: &str) -> Option<Kind> {
    Some(match name {
        "list_reports" | "reports" | "list_changes" | "changes" => Kind::Report,
        "list_obligations" | "obligations" | "list_notices" | "notices" => Kind::Obligation,
        "list_deliverables" | "deliverables" => Kind::Deliverable,
        _ => return None,
    })
}

/// Whether one's own agency's and another's, neither accepted, are to be seen.
fn visible(cell: Cell) -> [bool; 2] {
    match cell {
        Cell::No | Cell::Published => [false, false],
        Cell::Own => [true, false],
        Cell::Yes => [true, true],
    }
}

fn stands(stage: &Stage, kind: Kind, answer: &str) -> [bool; 2] {
    [Of::Own, Of::Other].map(|of| answer.contains(stage.id(kind, of)))
}

pub fn try_list(stage: &Stage, name: &str, cell: Cell, answer: &str, (at, wrong): (&str, &mut Vec<String>)) {
    let mut note = |kind, wanted| {
        let shown = stands(stage, kind, answer);
        if shown != wanted {
            wrong.push(format!("{at}: of {kind:?}, own and another's, {wanted:?} were wanted and {shown:?} are shown"));
        }
    };
    let Some(kind) = listed(name) else { return };
    note(kind, visible(cell));
    if kind == Kind::Report {
        // Nothing has happened yet to what is only being written.
        let has_drafts = cell == Cell::Own && matches!(name, "list_reports" | "reports");
        note(Kind::Draft, [has_drafts, false]);
        note(Kind::Published, [true; 2]);
    }
}

/// Fields that lead from what everybody sees to what not everybody does.
const NESTED: [(Kind, &str); 10] = [
    (
        Kind::Deliverable,
        "{ tasks(filter: {programme: \"HP-1593-2013\"}, first: 200) { nodes { deliverables(first: 20) { nodes { id } } } } }",
    ),
    (Kind::Deliverable, "{ programme(code: \"HP-1593-2013\") { deliverables { nodes { id versions { revision } } } } }"),
    (Kind::Deliverable, "{ agencies(first: 200) { nodes { deliverables(first: 20) { nodes { id } } } } }"),
    (Kind::Report, "{ tasks(filter: {programme: \"HP-1593-2013\"}, first: 200) { nodes { reports(first: 20) { nodes { id } } } } }"),
    (Kind::Report, "{ programme(code: \"HP-1593-2013\") { groups { tasks { reports(first: 20) { nodes { id files { id } } } } } } }"),
    (Kind::File, "{ reports(first: 200) { nodes { files { id } } } }"),
    (Kind::Report, "{ obligations(filter: {regime: \"HP-1593-NAM\", year: 2014}, first: 200) { nodes { report { id } } } }"),
    (Kind::Extension, "{ occurrences(filter: {fromYear: 2015, toYear: 2015}, first: 200) { nodes { extensions { id } } } }"),
    (Kind::Obligation, "{ notices(first: 200) { nodes { obligation { id notices { id } } } } }"),
    (Kind::Excluded, "{ obligations(filter: {regime: \"HP-1593-NAM\", year: 2017}, first: 200) { nodes { id } } }"),
];

pub fn try_fields(stage: &Stage, client: &Client, table: &Table, role: Option<Role>, wrong: &mut Vec<String>) {
    let column = role.map_or("PUBLIC", Role::label);
    let (reports, owed) = (table.of(Interface::Query, "reports", role), table.of(Interface::Query, "obligations", role));
    for (kind, document) in NESTED {
        let cell = if document.contains("{ obligations") || document.contains("{ notices") { owed } else { reports };
        let answer = client.graphql_reply(document, &json!({})).to_string();
        if stands(stage, kind, &answer) != visible(cell) {
            wrong.push(format!("{column}: {document} shows {:?}: {answer:.300}", stands(stage, kind, &answer)));
        }
    }
    // By its identifier alone, as a node and at its address: as in the lists, and what is not shown is not there.
    let shown = |kind, cell| match kind {
        Kind::Draft => [cell == Cell::Own, false],
        Kind::Published | Kind::Task => [true; 2],
        _ => visible(cell),
    };
    let kinds = [
        (Kind::Deliverable, reports),
        (Kind::Report, reports),
        (Kind::Draft, reports),
        (Kind::Published, reports),
        (Kind::Obligation, owed),
        (Kind::Task, owed),
    ];
    for (kind, cell) in kinds {
        for (of, is_shown) in [Of::Own, Of::Other].into_iter().zip(shown(kind, cell)) {
            let node = |id: &str| {
                let mut answer = client.graphql_reply("query($id: ID!) { node(id: $id) { id } }", &json!({ "id": id }));
                answer.as_object_mut().and_then(|answer| answer.remove("extensions")).expect("what it cost");
                answer
            };
            let (answer, id) = (node(stage.id(kind, of)), stage.id(kind, of));
            let wanted = if is_shown { json!({"data": {"node": {"id": id}}}) } else { node(stage.id(kind, Of::Nothing)) };
            if answer != wanted {
                wrong.push(format!("{column}: node of {kind:?} of {of:?} is {answer}, not {wanted}"));
            }
        }
    }
    try_parts(stage, client, reports, (column, wrong));
}

/// The parts of a report: everybody reads what is published of it, its history only those who see it by their role.
fn try_parts(stage: &Stage, client: &Client, cell: Cell, (column, wrong): (&str, &mut Vec<String>)) {
    for (of, is_inside) in [Of::Own, Of::Other].into_iter().zip(visible(cell)) {
        let path = format!("/api/v1/reports/{}", stage.id(Kind::Published, of));
        let history = if is_inside { 200 } else { 404 };
        let parts =
            [("", 200), ("/versions", 200), ("/versions/1", 200), ("/versions/1/changes", 200), ("/files", 200), ("/history", history)];
        for (part, status) in parts {
            let reply = client.get(&format!("{path}{part}"));
            if reply.status != status {
                wrong.push(format!("{column}: {part} of what {of:?} published: {}", reply.body));
            }
        }
        let fields = "query($id: ID!) { node(id: $id) { ... on Report { revision history { act } versions { version } } } }";
        let node = client.graphql(fields, &json!({"id": stage.id(Kind::Published, of)}))["node"].take();
        let told = (node["revision"].is_null(), node["history"].as_array().map(Vec::is_empty), node["versions"].as_array().map(Vec::len));
        if told != (!is_inside, Some(!is_inside), Some(1)) {
            wrong.push(format!("{column}: {node} of what {of:?} published"));
        }
    }
}
