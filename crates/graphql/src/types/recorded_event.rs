//! What an event of agencies moves, or would move: assignments, obligations, roles, seats, accounts and grants.
//! Must not decide what moves; `app::succession` does.
//! The event itself, and what waits for an owner, are `succession`.

use std::sync::Arc;

use app::{
    View,
    succession::{self, Moves, Recorded},
};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::agency as model;

use super::{agency, agency_opt, id, made_id, programme_opt};
use crate::{
    enums::{AgencyRole, AssignmentRole},
    error::failure,
    types::{agency::Agency, programme::Programme, succession::AgencyEvent, vacated_seat::VacatedSeat},
};

/// An event with all that it moves.
pub struct RecordedEvent(pub Recorded);

/// An event with all that it moves.
#[Object]
impl RecordedEvent {
    /// Null for a preview, which keeps nothing.
    async fn event(&self) -> Option<AgencyEvent> {
        self.0.applied.then(|| AgencyEvent(self.0.event.clone()))
    }

    /// False for a preview.
    async fn applied(&self) -> bool {
        self.0.applied
    }

    /// Parts in tasks that go to a successor, or to the queue.
    async fn assignments(&self) -> Vec<MovedAssignment> {
        self.0.moves.assignments.iter().cloned().map(MovedAssignment).collect()
    }

    /// Reports owed that go to a successor, or to the queue.
    async fn obligations(&self) -> Vec<MovedObligation> {
        self.0.moves.obligations.iter().cloned().map(MovedObligation).collect()
    }

    /// Roles beside tasks: duties of a programme, its standing agency, whom it reports to, who receives the reports of a regime.
    async fn roles(&self) -> Vec<MovedRole> {
        self.0.moves.roles.iter().cloned().map(MovedRole).collect()
    }

    /// Accounts of agencies that end; they stay, and somebody has to look after them.
    async fn accounts(&self, ctx: &Context<'_>) -> Result<Vec<TouchedAccount>> {
        touched(ctx, &self.0.moves).await
    }

    /// Seats of committees that go with posts of agencies that end; they wait until a document changes the roster.
    async fn seats(&self) -> Vec<VacatedSeat> {
        self.0.moves.seats.iter().cloned().map(VacatedSeat).collect()
    }

    /// How many places on rolls are left or taken.
    async fn roll_changes(&self) -> usize {
        self.0.moves.rolls.len()
    }
}

/// A role beside tasks that goes to a successor, or to the queue.
pub struct MovedRole(pub succession::MovedRole);

/// A role beside tasks that goes to a successor, or to the queue.
#[Object]
impl MovedRole {
    /// What the agency is to the programme or the regime.
    async fn role(&self) -> AgencyRole {
        self.0.kind.into()
    }

    /// Null for a regime of every programme.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        programme_opt(ctx, self.0.programme).await
    }

    /// Code of the duty, the regime or the programme.
    async fn subject(&self) -> &str {
        &self.0.code
    }

    /// Whose it was.
    async fn from(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.from).await
    }

    /// Null where nobody takes it: it waits in the queue. Null too for an agency that a preview alone would make.
    async fn to(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        known(ctx, self.0.to).await
    }

    /// Whether it is left without an owner.
    async fn is_queued(&self) -> bool {
        self.0.to.is_none()
    }
}

async fn touched(ctx: &Context<'_>, moves: &Moves) -> Result<Vec<TouchedAccount>> {
    let catalogue = super::view(ctx)?.catalogue().await.map_err(|error| failure(&error))?;
    let code = |id| catalogue.agency_code(Some(id));
    let accounts =
        moves.accounts.iter().map(|(_, login, agency)| TouchedAccount { login: login.clone(), role: None, agency: code(*agency) });
    let grants = moves.grants.iter();
    let grants =
        grants.map(|(_, login, role, agency)| TouchedAccount { login: login.clone(), role: Some(role.clone()), agency: code(*agency) });
    Ok(accounts.chain(grants).collect())
}

/// An account of an agency that ends, or a role that one holds for it.
#[derive(SimpleObject)]
pub struct TouchedAccount {
    /// `client_id` of a service account, user name of a person.
    login: String,
    /// The role held for the agency; null where the account itself is of it.
    role: Option<String>,
    /// Code.
    agency: Option<Arc<str>>,
}

/// An assignment that goes to a successor, or to the queue.
pub struct MovedAssignment(succession::MovedAssignment);

/// An assignment that goes to a successor, or to the queue.
#[Object]
impl MovedAssignment {
    /// Code of the task.
    async fn task(&self) -> &str {
        &self.0.task_code
    }

    /// What the agency is to the task.
    async fn role(&self) -> AssignmentRole {
        self.0.role.into()
    }

    /// Whose it was.
    async fn from(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.from).await
    }

    /// Null where nobody takes it: it waits in the queue. Null too for an agency that a preview alone would make.
    async fn to(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        known(ctx, self.0.to).await
    }

    /// Whether it is left without an owner.
    async fn is_queued(&self) -> bool {
        self.0.to.is_none()
    }
}

/// An agency that a preview made is not there any more.
async fn known(ctx: &Context<'_>, id: Option<model::AgencyId>) -> Result<Option<Agency>> {
    let view: &View = super::view(ctx)?;
    let catalogue = view.catalogue().await.map_err(|error| failure(&error))?;
    agency_opt(ctx, id.filter(|id| catalogue.agency(*id).is_some())).await
}

/// A report owed that goes to a successor, or to the queue.
pub struct MovedObligation(succession::MovedObligation);

/// A report owed that goes to a successor, or to the queue.
#[Object]
impl MovedObligation {
    /// Of this move alone, for caches: opaque, and the same whenever the same agency gives the same report to the same one.
    async fn id(&self) -> ID {
        let to = self.0.to.map(|to| to.to_string()).unwrap_or_default();
        made_id(&format!("MovedObligation {} {} {to}", self.0.id, self.0.from))
    }

    /// The identifier of what is owed, for `node`.
    async fn obligation_id(&self) -> ID {
        id(self.0.id)
    }

    /// Code.
    async fn regime(&self) -> &str {
        &self.0.regime
    }

    /// Label of the period, or of the request.
    async fn period(&self) -> &str {
        &self.0.period
    }

    /// Whose it was.
    async fn from(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.from).await
    }

    /// Null where nobody takes it: it waits in the queue. Null too for an agency that a preview alone would make.
    async fn to(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        known(ctx, self.0.to).await
    }

    /// Whether it is left without an owner.
    async fn is_queued(&self) -> bool {
        self.0.to.is_none()
    }
}
