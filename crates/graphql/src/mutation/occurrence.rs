//! Moving occurrences: what leads and those who assigned do, requests for more time, who answers alone.
//! Must not move anything but from the revision that the caller names.
//! The use cases are `app::occurrence`.

use app::occurrence::{self, Change, Decided, Designation, Ground};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::task::{OccurrenceId, TaskId};

use super::{Problem, admitted_on, after, named, settled};
use crate::{
    error::failure,
    types::{occurrence::TaskOccurrence, task::Task},
};

/// That the caller's agency has delivered.
#[derive(InputObject)]
struct ClaimInput {
    /// When the product was delivered; not in the future.
    delivered_on: NaiveDate,
    /// What shows it.
    note: String,
    /// Identifier of the agency's own report that it rests on.
    report: Option<ID>,
}

/// How a request for more time is decided on.
#[derive(InputObject)]
struct ExtensionDecisionInput {
    /// Another day than was asked for; for an approval only.
    due_on: Option<NaiveDate>,
    /// A rejection needs one.
    reason: Option<String>,
    /// Identifier or number of a document.
    document: Option<String>,
}

/// What came of moving an occurrence.
#[derive(SimpleObject)]
struct OccurrencePayload {
    /// As it is after the change.
    occurrence: Option<TaskOccurrence>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of designating a principal.
#[derive(SimpleObject)]
struct PrincipalPayload {
    /// As it is after the change.
    task: Option<Task>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// The occurrence as it is after a change, or why there was none.
async fn payload(ctx: &Context<'_>, done: Result<OccurrenceId, app::Error>) -> Result<OccurrencePayload> {
    match settled(done)? {
        Ok(id) => {
            let found = occurrence::by_id(after(ctx).await?, id).await.map_err(|error| failure(&error))?;
            Ok(OccurrencePayload { occurrence: found.map(TaskOccurrence::now), problem: None })
        }
        Err(problem) => Ok(OccurrencePayload { occurrence: None, problem: Some(problem) }),
    }
}

async fn act(
    ctx: &Context<'_>,
    operation: &'static str,
    id: &ID,
    revision: i32,
    change: Result<Change, app::Error>,
) -> Result<OccurrencePayload> {
    let view = admitted_on(ctx, operation, "occurrence", id).await?;
    let done = async {
        let id: OccurrenceId = named(id)?;
        occurrence::act(view.app(), view.ctx(), id, revision, change?).await.map(|()| id)
    };
    payload(ctx, done.await).await
}

fn ground(reason: Option<String>, document: Option<String>) -> Ground {
    Ground { reason, document }
}

#[derive(Default)]
pub struct OccurrenceMutation;

#[Object]
impl OccurrenceMutation {
    /// Begins: the caller's agency, which leads the task, is at work.
    async fn start_occurrence(&self, ctx: &Context<'_>, id: ID, revision: i32) -> Result<OccurrencePayload> {
        act(ctx, "startOccurrence", &id, revision, Ok(Change::Start)).await
    }

    /// Says that the caller's agency has delivered. When every lead has, or the principal alone, it waits to be confirmed.
    async fn claim_occurrence(&self, ctx: &Context<'_>, id: ID, revision: i32, claim: ClaimInput) -> Result<OccurrencePayload> {
        let report = claim.report.as_ref().map(named).transpose();
        let change = report.map(|report| Change::Claim { delivered_on: claim.delivered_on, note: claim.note, report });
        act(ctx, "claimOccurrence", &id, revision, change).await
    }

    /// Gives a task back before it is begun, with the code of the agency that should do it instead.
    async fn return_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        agency: String,
    ) -> Result<OccurrencePayload> {
        act(ctx, "returnOccurrence", &id, revision, Ok(Change::Return { reason, agency })).await
    }

    /// Confirms what was delivered. Nobody confirms what their own agency leads.
    async fn confirm_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: Option<String>,
        document: Option<String>,
    ) -> Result<OccurrencePayload> {
        act(ctx, "confirmOccurrence", &id, revision, Ok(Change::Confirm(ground(reason, document)))).await
    }

    /// Has it done again: what was delivered does not do.
    async fn redo_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        document: Option<String>,
    ) -> Result<OccurrencePayload> {
        act(ctx, "redoOccurrence", &id, revision, Ok(Change::Redo(ground(Some(reason), document)))).await
    }

    /// Suspends it by a document; until it is resumed it does not count.
    async fn suspend_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        document: String,
    ) -> Result<OccurrencePayload> {
        act(ctx, "suspendOccurrence", &id, revision, Ok(Change::Suspend(ground(Some(reason), Some(document))))).await
    }

    /// Takes it up again where it was suspended.
    async fn resume_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        document: Option<String>,
    ) -> Result<OccurrencePayload> {
        act(ctx, "resumeOccurrence", &id, revision, Ok(Change::Resume(ground(Some(reason), document)))).await
    }

    /// Cancels it for good, by a document.
    async fn cancel_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        document: String,
    ) -> Result<OccurrencePayload> {
        act(ctx, "cancelOccurrence", &id, revision, Ok(Change::Cancel(ground(Some(reason), Some(document))))).await
    }

    /// Takes it back from whom it was given to, for good, by a document.
    async fn withdraw_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        document: String,
    ) -> Result<OccurrencePayload> {
        act(ctx, "withdrawOccurrence", &id, revision, Ok(Change::Withdraw(ground(Some(reason), Some(document))))).await
    }

    /// Has a task that was given back done after all.
    async fn reopen_occurrence(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        reason: String,
        document: Option<String>,
    ) -> Result<OccurrencePayload> {
        act(ctx, "reopenOccurrence", &id, revision, Ok(Change::Reopen(ground(Some(reason), document)))).await
    }

    /// Asks for a later due day. A request alone changes nothing; one is open at a time.
    async fn request_extension(
        &self,
        ctx: &Context<'_>,
        occurrence: ID,
        revision: i32,
        due_on: NaiveDate,
        reason: String,
    ) -> Result<OccurrencePayload> {
        let view = admitted_on(ctx, "requestExtension", "occurrence", &occurrence).await?;
        let done = async {
            let id: OccurrenceId = named(&occurrence)?;
            occurrence::ask(view.app(), view.ctx(), id, revision, due_on, reason).await.map(|_| id)
        };
        payload(ctx, done.await).await
    }

    /// Grants a request: the due day moves. `revision` is the occurrence's.
    async fn approve_extension(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        decision: Option<ExtensionDecisionInput>,
    ) -> Result<OccurrencePayload> {
        let view = admitted_on(ctx, "approveExtension", "extension", &id).await?;
        let done = async { occurrence::approve(view.app(), view.ctx(), named(&id)?, revision, decided(decision)).await };
        payload(ctx, done.await).await
    }

    /// Refuses a request; the due day stays. `revision` is the occurrence's.
    async fn reject_extension(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        decision: ExtensionDecisionInput,
    ) -> Result<OccurrencePayload> {
        let view = admitted_on(ctx, "rejectExtension", "extension", &id).await?;
        let done = async { occurrence::reject(view.app(), view.ctx(), named(&id)?, revision, decided(Some(decision))).await };
        payload(ctx, done.await).await
    }

    /// Takes a request of the caller's own agency back. `revision` is the occurrence's.
    async fn withdraw_extension(&self, ctx: &Context<'_>, id: ID, revision: i32) -> Result<OccurrencePayload> {
        let view = admitted_on(ctx, "withdrawExtension", "extension", &id).await?;
        let done = async { occurrence::withdraw(view.app(), view.ctx(), named(&id)?, revision).await };
        payload(ctx, done.await).await
    }

    /// Designates the lead that alone answers for a task from today on, or nobody; `revision` is the principal's, 0 where there
    /// was none.
    async fn designate_principal(
        &self,
        ctx: &Context<'_>,
        task: ID,
        revision: i32,
        agency: Option<String>,
        document: String,
    ) -> Result<PrincipalPayload> {
        let view = admitted_on(ctx, "designatePrincipal", "task", &task).await?;
        let done = async {
            let id: TaskId = named(&task)?;
            occurrence::designate(view.app(), view.ctx(), id, revision, Designation { agency, document }).await.map(|()| id)
        };
        Ok(match settled(done.await)? {
            Ok(id) => {
                let found = app::task::by_ids(after(ctx).await?, vec![id]).await.map_err(|error| failure(&error))?.remove(&id);
                PrincipalPayload { task: found.map(|task| Task::now(std::sync::Arc::new(task))), problem: None }
            }
            Err(problem) => PrincipalPayload { task: None, problem: Some(problem) },
        })
    }
}

fn decided(input: Option<ExtensionDecisionInput>) -> Decided {
    input.map_or_else(Decided::default, |input| Decided { due_on: input.due_on, reason: input.reason, document: input.document })
}
