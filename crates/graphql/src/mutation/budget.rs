//! Writing down lines of the budget, and recording movements of money.
//! Must not decide anything.
//! The use cases are `app::budget`; what was recorded is read in `types::budget_line`.

use std::sync::Arc;

use app::{
    Error,
    budget::{self, LineDraft, MovementBatch, MovementRow, NewMovement, RowOutcome},
    place::NewPlace,
};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::budget::BudgetLineId;

use super::{InputFault, Problem, admitted, admitted_on, after, named, settled};
use crate::{
    enums::{BudgetMovementKind, ContributionForm, FundingSourceKind},
    error::failure,
    types::{budget::Dong, budget_line::BudgetLine, id},
};

/// The digits of a line in the classification of the state budget; every level may be left out.
#[derive(Default, InputObject)]
struct BudgetClassificationInput {
    /// Chương.
    chapter: Option<String>,
    /// Loại.
    category: Option<String>,
    /// Khoản; needs `category`.
    section: Option<String>,
    /// Mục.
    item: Option<String>,
    /// Tiểu mục; needs `item`.
    subitem: Option<String>,
}

/// What is known of socialised means.
#[derive(InputObject)]
struct BudgetContributionInput {
    /// Code of an agency of the register; or `name`.
    agency: Option<String>,
    /// Whoever else contributes.
    name: Option<String>,
    /// In money or in kind.
    form: ContributionForm,
    /// Number or identifier of a document.
    agreement: Option<String>,
    /// For what they are given, in words.
    purpose: Option<String>,
    /// How goods and services were valued; needed for what is in kind.
    valuation: Option<String>,
}

/// What of a line may change, as a whole: what is left out is taken off.
#[derive(Default, InputObject)]
struct BudgetLineDraft {
    /// How it stands in the classification of the state budget.
    classification: Option<BudgetClassificationInput>,
    /// Whether it buys or builds assets.
    #[graphql(default)]
    is_capital: bool,
    /// What it buys or builds; of capital lines only.
    asset_note: Option<String>,
    /// What the line is called, for people.
    title: Option<String>,
}

/// A line of the budget.
#[derive(InputObject)]
struct NewBudgetLine {
    /// Code.
    programme: String,
    /// Code of a task; the programme as a whole where nothing is said.
    task: Option<String>,
    /// The budget year, a calendar year.
    year: i32,
    /// Code of the agency that spends.
    agency: String,
    /// Where the money comes from.
    source: FundingSourceKind,
    /// For socialised means, and always for them.
    contribution: Option<BudgetContributionInput>,
    /// What of the line may change later.
    #[graphql(default)]
    draft: BudgetLineDraft,
}

/// A movement of money.
#[derive(InputObject)]
struct NewBudgetMovement {
    /// Identifier of the line.
    line: ID,
    /// What happens to the money.
    kind: BudgetMovementKind,
    /// Of a reversal, what it undoes where nothing is said.
    amount: Option<Dong>,
    /// When it happened, in Viet Nam: not before 1 January of the year before the line's, as estimates are drawn up in that (of
    /// socialised means, not before 2000); what is carried over, not before its books begin.
    on: NaiveDate,
    /// In the books of which year it stands; the line's where nothing is said. What was carried over into later books is paid, settled,
    /// refunded, cancelled and carried over again in those; what is carried over leaves the books that are named.
    booking_year: Option<i32>,
    /// The last day of the work that is paid for; needed where a payment of January stands in the books of the year before.
    work_done_on: Option<NaiveDate>,
    /// Number or identifier of a document.
    document: Option<String>,
    /// Where the document says it.
    section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    quote: Option<String>,
    /// Sent twice it is the same movement.
    external_ref: Option<String>,
    /// An identifier, or a reference of one's own.
    refers_to: Option<String>,
    /// Why it may break the order of the ladder.
    exception: Option<String>,
}

impl From<BudgetLineDraft> for LineDraft {
    fn from(input: BudgetLineDraft) -> Self {
        let class = input.classification.unwrap_or_default();
        Self {
            classification: [class.chapter, class.category, class.section, class.item, class.subitem],
            is_capital: input.is_capital,
            asset_note: input.asset_note,
            title: input.title,
        }
    }
}

impl From<NewBudgetLine> for budget::NewLine {
    fn from(input: NewBudgetLine) -> Self {
        let contribution = input.contribution.map(|given| budget::NewContribution {
            agency: given.agency,
            name: given.name,
            form: given.form.into(),
            agreement: given.agreement,
            purpose: given.purpose,
            valuation: given.valuation,
        });
        Self {
            programme: input.programme,
            task: input.task,
            year: input.year,
            agency: input.agency,
            source: input.source.into(),
            contribution,
            draft: input.draft.into(),
        }
    }
}

impl From<NewBudgetMovement> for MovementRow {
    fn from(input: NewBudgetMovement) -> Self {
        let new = NewMovement {
            line: input.line.to_string(),
            kind: input.kind.into(),
            amount: input.amount.map(Into::into),
            on: input.on,
            booking_year: input.booking_year,
            work_done_on: input.work_done_on,
            document: input.document,
            place: NewPlace { section: input.section, quote: input.quote },
            external_ref: input.external_ref,
            refers_to: input.refers_to,
            exception: input.exception,
        };
        Self { said: Some(Box::new(new)), faults: Vec::new() }
    }
}

/// What came of writing down a line.
#[derive(SimpleObject)]
struct BudgetLinePayload {
    /// As it is after it; null where it was not done.
    line: Option<BudgetLine>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What became of a movement.
#[derive(SimpleObject)]
struct RecordedMovement {
    /// Null where it was refused.
    id: Option<ID>,
    /// False for what was on record under its reference before.
    is_new: bool,
    /// Everything for which it was refused; empty where it was not.
    faults: Vec<InputFault>,
}

impl RecordedMovement {
    fn of(row: &RowOutcome) -> Self {
        match row {
            Ok(recorded) => Self { id: Some(id(recorded.id)), is_new: recorded.is_new, faults: Vec::new() },
            Err(faults) => Self { id: None, is_new: false, faults: faults.iter().map(Into::into).collect() },
        }
    }
}

/// What came of recording movements.
#[derive(SimpleObject)]
struct BudgetMovementsPayload {
    /// One for each, in their order.
    movements: Vec<RecordedMovement>,
    /// Null when they are recorded, each as it is told.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct BudgetMutation;

/// The line as it stands after a change.
async fn shown(ctx: &Context<'_>, done: std::result::Result<BudgetLineId, Error>) -> Result<BudgetLinePayload> {
    match settled(done)? {
        Err(problem) => Ok(BudgetLinePayload { line: None, problem: Some(problem) }),
        Ok(id) => {
            let found = budget::by_id(after(ctx).await?, id).await.map_err(|error| failure(&error))?;
            Ok(BudgetLinePayload { line: found.map(|line| BudgetLine(Arc::new(line))), problem: None })
        }
    }
}

#[Object]
impl BudgetMutation {
    /// Writes down a line: an agency its own, finance any.
    async fn create_budget_line(&self, ctx: &Context<'_>, input: NewBudgetLine) -> Result<BudgetLinePayload> {
        let view = admitted(ctx, "createBudgetLine").await?;
        shown(ctx, budget::create(view.app(), view.ctx(), input.into()).await).await
    }

    /// Sets anew what may change of a line.
    async fn update_budget_line(&self, ctx: &Context<'_>, id: ID, revision: i32, change: BudgetLineDraft) -> Result<BudgetLinePayload> {
        let view = admitted_on(ctx, "updateBudgetLine", "budget_line", &id).await?;
        let done = async {
            let line = named(&id)?;
            budget::update(view.app(), view.ctx(), line, revision, change.into()).await.map(|()| line)
        };
        shown(ctx, done.await).await
    }

    /// Records movements in their order, each against what its line holds with those before it: all or none, or each for itself.
    async fn record_budget_movements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "100 at most; more are recorded over REST.")] input: Vec<NewBudgetMovement>,
        #[graphql(default = true)] atomic: bool,
    ) -> Result<BudgetMovementsPayload> {
        let view = admitted(ctx, "recordBudgetMovements").await?;
        let batch = MovementBatch { rows: input.into_iter().map(Into::into).collect(), atomic };
        Ok(match settled(budget::record(view.app(), view.ctx(), batch).await)? {
            Err(problem) => BudgetMovementsPayload { movements: Vec::new(), problem: Some(problem) },
            Ok(outcome) => {
                after(ctx).await?;
                BudgetMovementsPayload { movements: outcome.rows.iter().map(RecordedMovement::of).collect(), problem: None }
            }
        })
    }
}
