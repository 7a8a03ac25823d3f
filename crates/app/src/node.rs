//! Anything by its identifier alone, if the caller may know of it.
//! Must not find more than the lists show to the same caller.
//! The look-up of the kind is `persistence::node`.

use std::sync::Arc;

use domain::{
    agency::Agency,
    budget::{BudgetLine, Movement},
    document::Document,
    id::Id,
    policy::Action,
    programme::{Objective, Programme, Target, TaskGroup},
    report::Report,
    statistics::frozen::Frozen,
    task::Task,
};
use persistence::node::{self, NodeKind};
use uuid::Uuid;

use crate::{
    Error, View, audit::hidden, budget, deliverable, deliverable::Shown, document, obligation, obligation::Owed, plan, report,
    statistics::frozen, task,
};

/// A thing with an identifier.
pub enum Node {
    Agency(Arc<Agency>),
    Programme(Arc<Programme>),
    /// A group with its programme.
    Group(Arc<Programme>, Box<TaskGroup>),
    Document(Box<Document>),
    Task(Box<Task>),
    Objective(Box<Objective>),
    Target(Box<Target>),
    Report(Box<Report>),
    Obligation(Box<Owed>),
    Frozen(Box<Frozen>),
    Deliverable(Box<Shown>),
    BudgetLine(Box<BudgetLine>),
    /// With its number among those of its line.
    BudgetMovement(i32, Box<Movement>),
}

/// The thing with this identifier.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: Uuid) -> Result<Option<Node>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let catalogue = view.catalogue().await?;
    if let Some(agency) = catalogue.agency(Id::from_uuid(id)) {
        return Ok(Some(Node::Agency(Arc::clone(agency))));
    }
    if let Some(programme) = catalogue.programme(Id::from_uuid(id)) {
        return Ok(Some(Node::Programme(Arc::clone(programme))));
    }
    if let Some((programme, group)) = catalogue.group(Id::from_uuid(id)).and_then(|(of, place)| Some((of, of.group_at(place)?))) {
        return Ok(Some(Node::Group(Arc::clone(programme), Box::new(group.clone()))));
    }
    let Some(kind) = view.read(move |conn| node::kind_of(conn, id)).await? else { return Ok(None) };
    Ok(match kind {
        NodeKind::Document => {
            document::by_ids(view, vec![Id::from_uuid(id)]).await?.into_values().next().map(|found| Node::Document(Box::new(found)))
        }
        NodeKind::Task => task::by_ids(view, vec![Id::from_uuid(id)]).await?.into_values().next().map(|found| Node::Task(Box::new(found))),
        NodeKind::Objective => plan::objectives_by_ids(view, vec![Id::from_uuid(id)])
            .await?
            .into_values()
            .flatten()
            .next()
            .map(|found| Node::Objective(Box::new(found))),
        NodeKind::Target => plan::targets_by_ids(view, vec![Id::from_uuid(id)])
            .await?
            .into_values()
            .flatten()
            .next()
            .map(|found| Node::Target(Box::new(found))),
        NodeKind::Report => {
            let found = report::by_id(view, Id::from_uuid(id)).await?;
            if found.is_none() {
                hidden(view, "node", "report", id);
            }
            found.map(|report| Node::Report(Box::new(report)))
        }
        NodeKind::BudgetLine => {
            let found = budget::node(view, id).await?;
            if found.is_none() {
                hidden(view, "node", "budget_line", id);
            }
            found.map(|line| Node::BudgetLine(Box::new(line)))
        }
        NodeKind::BudgetMovement => {
            let found = budget::movement_node(view, id).await?;
            if found.is_none() {
                hidden(view, "node", "budget_movement", id);
            }
            found.map(|(number, movement)| Node::BudgetMovement(number, Box::new(movement)))
        }
        NodeKind::Frozen => frozen::by_id(view, Id::from_uuid(id)).await?.map(|found| Node::Frozen(Box::new(found))),
        NodeKind::Deliverable => deliverable::node(view, id).await?.map(|found| Node::Deliverable(Box::new(found))),
        // Nobody in public may know of any; whoever asks by identifier is told that there is nothing.
        NodeKind::Obligation => {
            let may = view.ctx().allow(Action::ReadObligations).is_ok();
            let found = if may { obligation::by_id(view, Id::from_uuid(id), None).await? } else { None };
            if found.is_none() {
                hidden(view, "node", "obligation", id);
            }
            found.map(|owed| Node::Obligation(Box::new(owed)))
        }
    })
}

/// Notes in the audit log that the caller asked for something that exists but is not theirs to know of; for whoever reads by
/// identifier and has just found nothing in the caller's scope.
///
/// # Errors
/// When the database fails.
pub async fn note_hidden(view: &View, operation: &'static str, id: Uuid) -> Result<(), Error> {
    let subject = match view.read(move |conn| node::kind_of(conn, id)).await? {
        Some(NodeKind::Report) => "report",
        Some(NodeKind::Obligation) => "obligation",
        Some(NodeKind::BudgetLine) => "budget_line",
        Some(NodeKind::BudgetMovement) => "budget_movement",
        Some(NodeKind::Deliverable) => "deliverable",
        _ => return Ok(()),
    };
    hidden(view, operation, subject, id);
    view.clone().end().await
}
