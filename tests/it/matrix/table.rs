//! The table that is checked in, and that it names every operation there is and no other.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    account::Role,
    policy::operations::{Cell, Interface, OPERATIONS, Operation},
};
use testkit::once;

once!(every_operation_is_in_the_table_and_no_other);

fn every_operation_is_in_the_table_and_no_other() {
    let named = |interface| OPERATIONS.iter().filter(|op| op.interface == interface).map(|op| op.name.to_owned()).collect::<BTreeSet<_>>();
    let document = server::openapi_document().expect("a document");
    let methods = document["paths"].as_object().expect("paths").values().flat_map(|path| path.as_object().expect("methods").values());
    assert_eq!(methods.map(|op| op["operationId"].as_str().expect("a name").to_owned()).collect::<BTreeSet<_>>(), named(Interface::Rest));
    let sdl =
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/schema.graphql")).expect("the schema");
    let roots =
        [("type Query {", Interface::Query), ("type Mutation {", Interface::Mutation), ("type Subscription {", Interface::Subscription)];
    for (root, interface) in roots {
        // A root without fields is not in the schema.
        let body = sdl.split_once(root).map_or("", |(_, body)| body.split_once("\n}").expect("its end").0);
        // Fields stand one tab deep, arguments that have descriptions two; descriptions are in quotes.
        let is_field = |line: &&str| line.strip_prefix('\t').is_some_and(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        let fields = undescribed(body);
        let fields = fields.lines().filter(is_field).filter_map(|line| line.trim().split(['(', ':']).next()).map(str::to_owned);
        assert_eq!(fields.collect::<BTreeSet<_>>(), named(interface), "{root}");
    }
}

/// The text without its descriptions.
fn undescribed(text: &str) -> String {
    text.split("\"\"\"").step_by(2).collect::<Vec<_>>().join("\n")
}

/// What the checked-in table says.
pub struct Table(BTreeMap<(String, String), Cell>);

impl Table {
    /// Read and not computed, so that a line that is gone from the policy, or reaches further, is missed here.
    pub fn checked_in() -> Self {
        let page = include_str!("../../../docs/access.md");
        let (_, table) = page.split_once("## Operations").expect("the table");
        let cells = |line: &str| line.trim_matches(['|', ' ']).split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let mut rows = table.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).map(cells);
        let head = rows.next().expect("the head");
        let cell = |label: &str| {
            let all = [Cell::No, Cell::Published, Cell::Own, Cell::Yes];
            all.into_iter().find(|cell| cell.label() == label).unwrap_or_else(|| panic!("{label} is no cell"))
        };
        let mut table = BTreeMap::new();
        for row in rows.skip(1) {
            for (role, label) in head.iter().zip(&row).skip(1) {
                table.insert((row[0].clone(), role.clone()), cell(label));
            }
        }
        assert_eq!(table.len(), OPERATIONS.len() * (Role::ALL.len() + 1), "every operation and every role");
        Self(table)
    }

    /// What it says of an operation and a role; `None` is the public.
    pub fn cell(&self, operation: &Operation, role: Option<Role>) -> Cell {
        self.of(operation.interface, operation.name, role)
    }

    pub fn of(&self, interface: Interface, name: &str, role: Option<Role>) -> Cell {
        self.0[&(format!("{} `{name}`", interface.label()), role.map_or("PUBLIC", Role::label).to_owned())]
    }
}
