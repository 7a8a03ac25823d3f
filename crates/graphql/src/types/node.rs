//! Anything by its identifier.
//! Must not find what the lists would not show to the same caller.
//! See `app::node`.

use std::sync::Arc;

use app::node as found;
use async_graphql::{ID, Interface};

use super::{
    agency::Agency,
    budget_line::{BudgetLine, BudgetMovement},
    deliverable::Deliverable,
    document::Document,
    frozen::FrozenStatistics,
    obligation::Obligation,
    programme::{Programme, TaskGroup},
    report::Report,
    target::{Objective, Target},
    task::Task,
};

/// A thing with an identifier that is unique in the whole service.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub enum Node {
    Agency(Agency),
    BudgetLine(BudgetLine),
    BudgetMovement(BudgetMovement),
    Deliverable(Deliverable),
    Document(Document),
    FrozenStatistics(FrozenStatistics),
    Objective(Objective),
    Obligation(Obligation),
    Programme(Programme),
    Report(Report),
    Target(Target),
    Task(Task),
    TaskGroup(TaskGroup),
}

impl From<found::Node> for Node {
    fn from(node: found::Node) -> Self {
        match node {
            found::Node::Agency(agency) => Agency::now(agency).into(),
            found::Node::Programme(programme) => Programme::now(programme).into(),
            found::Node::Group(programme, group) => TaskGroup { programme, group: *group, as_of: None }.into(),
            found::Node::Document(document) => Document(Arc::from(document)).into(),
            found::Node::Task(task) => Task::now(Arc::from(task)).into(),
            found::Node::Objective(objective) => Objective(*objective, None).into(),
            found::Node::Target(target) => Target(*target, None).into(),
            found::Node::Report(report) => Report(*report).into(),
            found::Node::Frozen(frozen) => FrozenStatistics(*frozen).into(),
            found::Node::Deliverable(shown) => Deliverable(Arc::from(shown)).into(),
            found::Node::BudgetLine(line) => BudgetLine(Arc::from(line)).into(),
            found::Node::BudgetMovement(number, movement) => BudgetMovement(number, *movement).into(),
            found::Node::Obligation(owed) => Obligation(*owed).into(),
        }
    }
}
