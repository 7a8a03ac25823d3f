//! Lines of the budget and their movements.
//! Must not make a statement per line: everything below one is read in batches.
//! Sums are `budget`, the batches `loaders::budget`.

use std::sync::Arc;

use app::{
    budget::{self, LineFilter},
    listing::Listing,
};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::budget::{self as model, Contributor, Flag};

use super::{agency, agency_opt, document_opt, id, programme, view};
use crate::{
    budget::Budget as Spent,
    enums::{BudgetMovementKind, ContributionForm, FundingSourceKind},
    error::failure,
    loaders::{self, BudgetOfLine, MovementsOf, RemarksOn},
    paging::{Page, args, connection, total},
    types::{
        agency::Agency,
        budget::{BudgetLadder, Dong},
        document::Document,
        programme::Programme,
        task::Task,
    },
};

/// A line of the budget: money of a source for a task, or for the programme as a whole, in a budget year, under an agency.
pub struct BudgetLine(pub Arc<model::BudgetLine>);

/// A line of the budget: money of a source for a task, or for the programme as a whole, in a budget year, under an agency.
#[Object]
impl BudgetLine {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// The programme that the money is for.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    /// Null for the programme as a whole.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.0.task {
            Some(task) => Task::on_day(ctx, task, None).await,
            None => Ok(None),
        }
    }

    /// The budget year, a calendar year.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The agency that spends.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.agency).await
    }

    /// Where the money comes from.
    async fn source(&self) -> FundingSourceKind {
        self.0.source.into()
    }

    /// Of socialised means only.
    async fn contribution(&self) -> Option<Contribution> {
        self.0.contribution.clone().map(Contribution)
    }

    /// How it stands in the classification of the state budget.
    async fn classification(&self) -> Classification {
        let digits = |digits: &Option<Arc<str>>| digits.as_ref().map(Arc::clone);
        let class = &self.0.classification;
        Classification {
            chapter: digits(&class.chapter),
            category: digits(&class.category),
            section: digits(&class.section),
            item: digits(&class.item),
            subitem: digits(&class.subitem),
        }
    }

    /// Whether it buys or builds assets.
    async fn is_capital(&self) -> bool {
        self.0.is_capital
    }

    /// What it buys or builds; of capital lines only.
    async fn asset_note(&self) -> Option<&str> {
        self.0.asset_note.as_deref()
    }

    /// What the line is called, for people; null where nobody named it.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Raised by every change, which names it.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// What is recorded of it by a day, today where nothing is said; every rung is null of which nothing is.
    async fn ladder(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<BudgetLadder> {
        let ladders = loaders::load(ctx, BudgetOfLine((self.0.id, (None, as_of)))).await?;
        let of_it = ladders.and_then(|ladders| ladders.of(self.0.source).cloned()).unwrap_or_default();
        Ok(BudgetLadder::of(&of_it, self.0.source.ceiling()))
    }

    /// What is remarked of it on a day, today where nothing is said.
    async fn flags(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Vec<BudgetFlag>> {
        Ok(loaders::load(ctx, RemarksOn((self.0.id, as_of))).await?.iter().map(BudgetFlag::of).collect())
    }

    /// Its movements in the order in which they were recorded; what was undone stands beside what undoes it.
    async fn movements(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<BudgetMovement, BudgetMovementTotal>> {
        let key = MovementsOf((self.0.id, args(first, after, last, before)));
        let nothing = || (Listing { items: Vec::new(), has_next: false, has_previous: false }, 0);
        let (listing, count) = loaders::load(ctx, key).await?.map_or_else(nothing, |found| (*found).clone());
        ctx.data::<Spent>()?.take(listing.items.len())?;
        Ok(connection(listing, BudgetMovementTotal { count }, |(number, movement)| BudgetMovement(number, movement)))
    }
}

total!(
    /// The total of movements.
    BudgetMovementTotal { count: usize } |this, _ctx| {
        Ok(i64::try_from(this.count)?)
    }
);
total!(
    /// The total of lines.
    BudgetLineTotal { filter: LineFilter } |this, ctx| {
        budget::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);

/// What is known of socialised means.
pub struct Contribution(model::Contribution);

/// What is known of socialised means.
#[Object(name = "BudgetContribution")]
impl Contribution {
    /// The agency that contributes.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        let of = if let Contributor::Agency(agency) = self.0.contributor { Some(agency) } else { None };
        agency_opt(ctx, of).await
    }

    /// Whoever else does, by name.
    async fn name(&self) -> Option<&str> {
        if let Contributor::Named(name) = &self.0.contributor { Some(name) } else { None }
    }

    /// In money or in kind.
    async fn form(&self) -> ContributionForm {
        self.0.form.into()
    }

    /// The agreement as a document; null where none is named.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.agreement).await
    }

    /// For what they are given, in words.
    async fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }

    /// How goods and services were valued.
    async fn valuation(&self) -> Option<&str> {
        self.0.valuation.as_deref()
    }
}

/// The digits of a line in the classification of the state budget.
#[derive(SimpleObject)]
#[graphql(name = "BudgetClassification")]
pub struct Classification {
    /// Chương.
    chapter: Option<Arc<str>>,
    /// Loại.
    category: Option<Arc<str>>,
    /// Khoản.
    section: Option<Arc<str>>,
    /// Mục.
    item: Option<Arc<str>>,
    /// Tiểu mục.
    subitem: Option<Arc<str>>,
}

/// A remark on a line, which refuses nothing.
#[derive(Default, SimpleObject)]
pub struct BudgetFlag {
    /// `LATE_ADJUSTMENT`: adjusted after the last day for it; `SUPPLEMENT_UNALLOCATED`: not wholly allocated, and its working days are
    /// over; `SUPPLEMENT_DEADLINE_UNKNOWN`: not wholly allocated, and its last day is not known; `EXCEPTED`: recorded against the order of
    /// the ladder; `CONTRIBUTOR_IS_ASSIGNEE`: whoever contributes has a part in the task; `UNSPENT_AFTER_CLOSING`: left when books were
    /// closed.
    kind: &'static str,
    /// Identifier of the movement that it is about.
    movement: Option<ID>,
    /// What is not allocated, or not spent; null where that is larger than 64 bits hold.
    amount: Option<Dong>,
    /// The last working day for it.
    due_on: Option<NaiveDate>,
    /// The year whose days off are not known.
    year: Option<i32>,
}

impl BudgetFlag {
    fn of(flag: &Flag) -> Self {
        let kind = |kind| Self { kind, ..Self::default() };
        match *flag {
            Flag::LateAdjustment { movement } => Self { movement: Some(id(movement)), ..kind("LATE_ADJUSTMENT") },
            Flag::SupplementUnallocated { movement, open, due_on } => {
                Self { movement: Some(id(movement)), amount: Some(open.into()), due_on: Some(due_on), ..kind("SUPPLEMENT_UNALLOCATED") }
            }
            Flag::SupplementDeadlineUnknown { movement, open, year } => {
                Self { movement: Some(id(movement)), amount: Some(open.into()), year: Some(year), ..kind("SUPPLEMENT_DEADLINE_UNKNOWN") }
            }
            Flag::Excepted { movement } => Self { movement: Some(id(movement)), ..kind("EXCEPTED") },
            Flag::ContributorIsAssignee => kind("CONTRIBUTOR_IS_ASSIGNEE"),
            Flag::UnspentAfterClosing { amount } => Self { amount: amount.dong().ok().map(Dong::from), ..kind("UNSPENT_AFTER_CLOSING") },
        }
    }
}

/// A movement of money with its place among those of its line.
pub struct BudgetMovement(pub(super) i32, pub(super) model::Movement);

/// A movement of money. It is never changed; a `REVERSED` one undoes it whole.
#[Object]
impl BudgetMovement {
    pub(crate) async fn id(&self) -> ID {
        id(self.1.id)
    }

    /// Its place among those of its line, from 1.
    async fn number(&self) -> i32 {
        self.0
    }

    /// What happens to the money.
    async fn kind(&self) -> BudgetMovementKind {
        self.1.kind.into()
    }

    /// More than nought, but for an adjustment; of a reversal, the amount that is undone.
    async fn amount(&self) -> Dong {
        self.1.amount.into()
    }

    /// When it happened, in Viet Nam.
    async fn on(&self) -> NaiveDate {
        self.1.on
    }

    /// In the books of which year it stands.
    async fn booking_year(&self) -> i32 {
        self.1.booking_year
    }

    /// The last day of the work that is paid for.
    async fn work_done_on(&self) -> Option<NaiveDate> {
        self.1.work_done_on
    }

    /// The document that it rests on; null where none is named.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.1.document).await
    }

    /// Where the document says it.
    async fn section(&self) -> Option<&str> {
        self.1.place.as_ref().map(|place| place.section.as_str())
    }

    /// Its words there, verbatim.
    async fn quote(&self) -> Option<&str> {
        self.1.place.as_ref()?.quote.as_deref()
    }

    /// The agency that recorded it.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.1.agency).await
    }

    /// The recorder's or the treasury's own number of it.
    async fn external_ref(&self) -> Option<&str> {
        self.1.external_ref.as_deref()
    }

    /// Identifier of what it undoes, or of the supplement that it allocates.
    async fn refers_to(&self) -> Option<ID> {
        self.1.refers_to.map(id)
    }

    /// Why it may break the order of the ladder.
    async fn exception(&self) -> Option<&str> {
        self.1.exception.as_deref()
    }

    /// When it was recorded here.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.1.recorded_at
    }
}
