//! Operation × role: what the policy's table says is what happens, for every operation and every role, over HTTP.
//! Each is tried on what the role's own agency has, on what another has, and on nothing: where the table gives a role its own alone,
//! what another has is as good as nothing. The things are `stage`, how each is asked for `rest` and `graphql`, what is answered
//! `expected`, what lists and nested fields show `seen`.

mod expected;
mod graphql;
mod rest;
mod seen;
mod stage;
mod table;
mod webhooks;

use domain::{
    account::Role,
    policy::{
        Action,
        operations::{Cell, Interface, OPERATIONS, Operation},
    },
};
use serde_json::json;
use testkit::{Backend, Client, both};

use stage::{Kind, OWN, Of, Stage};
use table::Table;

both!(every_cell_of_the_table_is_what_happens);

/// What came back.
pub struct Answer {
    /// Empty where nothing was refused.
    code: String,
    /// All that is told, but for what names the request.
    whole: String,
}

/// Who asks.
struct Caller {
    role: Option<Role>,
    client: Client,
    account: String,
    /// Whether another role reads everything beside.
    reads_all: bool,
}

impl Caller {
    fn new(stage: &Stage, role: Option<Role>, reads_all: bool) -> Self {
        let Some(one) = role else {
            return Self { role, client: stage.app.anonymous(), account: String::new(), reads_all };
        };
        let roles = if reads_all { vec![one, Role::Auditor] } else { vec![one] };
        let secrets = stage.app.user(Some(OWN), &roles);
        let client = stage.app.anonymous().sign_in_person(&secrets);
        let account = stage.account(&secrets.login);
        Self { role, client, account, reads_all }
    }

    /// What an operation is about.
    fn id<'a>(&'a self, stage: &'a Stage, name: &str, of: Of) -> &'a str {
        match (expected::kind(name), of) {
            (None, _) => stage::NOTHING,
            (Some(Kind::Account), Of::Own) => &self.account,
            // Somebody who reads all knows of no draft.
            (Some(Kind::Draft), of) if self.reads_all => stage.id(Kind::Report, of),
            (Some(kind), of) => stage.id(kind, of),
        }
    }

    fn ask(&self, stage: &Stage, operation: &Operation, of: Of) -> Answer {
        let id = self.id(stage, &in_rest(operation.name), of);
        match operation.interface {
            Interface::Rest => rest::ask(stage, &self.client, operation.name, id, of),
            Interface::Subscription => graphql::follow(stage, &self.client, operation.name),
            _ => graphql::ask(stage, &self.client, operation.name, id),
        }
    }
}

/// The name in REST of what has another in GraphQL.
fn in_rest(name: &str) -> String {
    let underscored = |c: char| if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.to_string() };
    name.chars().map(underscored).collect()
}

fn every_cell_of_the_table_is_what_happens(backend: Backend) {
    let (stage, table, mut wrong) = (Stage::start(backend), Table::checked_in(), Vec::new());
    for role in std::iter::once(None).chain(Role::ALL.iter().copied().map(Some)) {
        let caller = Caller::new(&stage, role, false);
        for operation in OPERATIONS {
            try_cell(&stage, &caller, operation, table.cell(operation, role), &mut wrong);
        }
        seen::try_fields(&stage, &caller.client, &table, role, &mut wrong);
        assert_own_session_ends(&caller);
        if OPERATIONS.iter().any(|operation| is_done_for_an_agency(operation) && table.cell(operation, role) == Cell::Own) {
            try_acting_on_what_is_read(&stage, &table, &Caller::new(&stage, role, true), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} answers are not what the table says:\n{}", wrong.len(), wrong.join("\n"));
}

fn told(caller: &Caller, operation: &Operation, of: Of) -> String {
    let column = caller.role.map_or("PUBLIC", Role::label);
    format!("{} `{}` as {column} on what is of {of:?}", operation.interface.label(), operation.name)
}

/// Notes what is not as it should be, so that one run tells of every cell.
fn note(wrong: &mut Vec<String>, at: &str, answer: &Answer, wanted: &str) {
    if answer.code != wanted {
        wrong.push(format!("{at}: {wanted:?} was wanted and {:?} came: {:.300}", answer.code, answer.whole));
    }
}

fn try_cell(stage: &Stage, caller: &Caller, operation: &Operation, cell: Cell, wrong: &mut Vec<String>) {
    let name = in_rest(operation.name);
    let at = |of| told(caller, operation, of);
    if seen::listed(operation.name).is_some() {
        let answer = caller.ask(stage, operation, Of::Nothing);
        note(wrong, &at(Of::Nothing), &answer, if cell == Cell::No { expected::denial(caller.role) } else { "" });
        if cell != Cell::No {
            seen::try_list(stage, operation.name, cell, &answer.whole, (&at(Of::Nothing), wrong));
        }
        return;
    }
    let Some(kind) = expected::kind(&name) else {
        let wanted = if operation.name == "node" { "NOT_FOUND" } else { expected::answer(&name, cell, caller.role, Of::Own) };
        return note(wrong, &at(Of::Own), &caller.ask(stage, operation, Of::Own), wanted);
    };
    // Whoever may not at all is told so before anything is looked for.
    let nothing = (cell != Cell::No).then(|| caller.ask(stage, operation, Of::Nothing));
    if let Some(nothing) = &nothing {
        note(wrong, &at(Of::Nothing), nothing, expected::answer(&name, cell, caller.role, Of::Nothing));
    }
    for of in [Of::Own, Of::Other] {
        // One's own session is ended last, and nobody has no account.
        if of == Of::Own && (kind == Kind::Session || (kind == Kind::Account && caller.role.is_none())) {
            continue;
        }
        let (answer, wanted) = (caller.ask(stage, operation, of), expected::answer(&name, cell, caller.role, of));
        note(wrong, &at(of), &answer, wanted);
        if let Some(nothing) = nothing.as_ref().filter(|nothing| wanted == "NOT_FOUND" && nothing.whole != answer.whole) {
            wrong.push(format!("{}: {} can be told from {}", at(of), answer.whole, nothing.whole));
        }
    }
}

/// What a role does in the name of its agency.
fn is_done_for_an_agency(operation: &Operation) -> bool {
    use Action::{DraftReport, ManageEvidence, PushReport, RecordDeliverables, StartTask, WorkOnTask};
    let is_done = matches!(operation.action, DraftReport | ManageEvidence | PushReport | RecordDeliverables | StartTask | WorkOnTask);
    is_done && expected::kind(&in_rest(operation.name)) != Some(Kind::Agency)
}

/// Whoever sees what another agency has, by another role, does not act for it by this one.
fn try_acting_on_what_is_read(stage: &Stage, table: &Table, caller: &Caller, wrong: &mut Vec<String>) {
    for operation in OPERATIONS.iter().filter(|operation| is_done_for_an_agency(operation)) {
        if table.cell(operation, caller.role) == Cell::Own {
            let at = format!("{}, read by another role", told(caller, operation, Of::Other));
            note(wrong, &at, &caller.ask(stage, operation, Of::Other), expected::to_whoever_reads_all(&in_rest(operation.name)));
        }
    }
}

fn assert_own_session_ends(caller: &Caller) {
    if let Some(role) = caller.role {
        let session = caller.client.graphql("{ me { sessions { id } } }", &json!({}))["me"]["sessions"][0]["id"].take();
        let path = format!("/api/v1/me/sessions/{}", session.as_str().expect("an id"));
        assert_eq!(caller.client.send("DELETE", &path, &[], b"").status, 204, "{role}");
    }
}
