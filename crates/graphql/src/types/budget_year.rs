//! Budget years: need against means, days and thresholds, the codes of the classification, and what waits.
//! Must not show nought where nothing is recorded: such a field is null.
//! Ladders are `budget`, lines and movements `budget_line`.

use std::sync::Arc;

use app::budget::{self as found, AgedLine, MeansOfYear, Settings, Waiting};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{Datelike, NaiveDate};
use domain::{
    budget::{AgeBucket, DayOfYear, YearlyMeans as Means},
    regime::Deadline,
};

use super::{document_opt, id, programme};
use crate::{
    enums::{BudgetClassificationLevel, FundingSourceKind},
    types::{
        budget::{Dong, Shown},
        budget_line::BudgetLine,
        document::Document,
        programme::Programme,
    },
};

/// Need against means. Null is “not recorded”, which is not 0, but for what `tooLarge` names.
#[derive(SimpleObject)]
#[graphql(name = "BudgetYearlyMeans")]
pub struct YearlyMeans {
    /// Nhu cầu.
    needed: Option<Dong>,
    /// Khả năng: what can be given, as a document tells it.
    able: Option<Dong>,
    /// Được bố trí: assigned, planned or received, by the source.
    assigned: Option<Dong>,
    /// What is needed and not assigned; less than nought where more was.
    short_of_need: Option<Dong>,
    /// What could be given and is not assigned.
    not_yet_assigned: Option<Dong>,
    /// Which of these sums are larger than 64 bits hold, and null for that.
    too_large: Vec<&'static str>,
}

impl YearlyMeans {
    fn of(means: &Means) -> Self {
        let mut shown = Shown::default();
        Self {
            needed: shown.dong("needed", means.needed),
            able: shown.dong("able", means.able),
            assigned: shown.dong("assigned", means.assigned),
            short_of_need: shown.dong("shortOfNeed", means.short_of_need()),
            not_yet_assigned: shown.dong("notYetAssigned", means.not_yet_assigned()),
            too_large: shown.too_large(),
        }
    }
}

/// What a programme needs in a year against what is there for it.
pub struct BudgetMeans(pub MeansOfYear);

/// What a programme needs in a year against what is there for it.
#[Object]
impl BudgetMeans {
    /// The programme whose need and means they are.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    /// The budget year, a calendar year.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// Each source apart.
    async fn sources(&self) -> Vec<SourceMeans> {
        self.0.sources.iter().map(|(source, means, told)| SourceMeans(*source, *means, told.clone())).collect()
    }

    /// The state budget's sources together.
    async fn state(&self) -> YearlyMeans {
        YearlyMeans::of(&self.0.state)
    }
}

/// Need against means of a source.
pub struct SourceMeans(domain::budget::FundingSourceKind, Means, Option<found::Mean>);

/// Need against means of a source.
#[Object(name = "BudgetSourceMeans")]
impl SourceMeans {
    /// Where the money comes from.
    async fn source(&self) -> FundingSourceKind {
        self.0.into()
    }

    /// Need against means of the source alone.
    async fn means(&self) -> YearlyMeans {
        YearlyMeans::of(&self.1)
    }

    /// The document that tells what it can give.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.2.as_ref().map(|told| told.document)).await
    }

    /// Where the document says it.
    async fn section(&self) -> Option<&str> {
        self.2.as_ref()?.place.as_ref().map(|place| place.section.as_str())
    }

    /// Its words there, verbatim.
    async fn quote(&self) -> Option<&str> {
        self.2.as_ref()?.place.as_ref()?.quote.as_deref()
    }
}

/// A day of every year; in a month that is shorter, its last day.
#[derive(SimpleObject)]
pub struct BudgetDay {
    /// From 1 to 12.
    month: u32,
    /// In a month that is shorter, its last day.
    day: u32,
}

impl From<DayOfYear> for BudgetDay {
    fn from(day: DayOfYear) -> Self {
        Self { month: day.month, day: day.day }
    }
}

/// Days and thresholds of budget years.
#[derive(SimpleObject)]
pub struct BudgetRules {
    /// The first budget year; null for what held before anybody wrote rules down.
    from_year: Option<i32>,
    /// The first budget year for which they hold no more.
    to_year: Option<i32>,
    /// On what law they rest.
    source: Arc<str>,
    /// Not attested yet.
    to_confirm: bool,
    /// The last day, in the year after, on which the books of a year take payments.
    books_close: BudgetDay,
    /// The last day for adjustments between units; later ones are flagged.
    adjusted_until: BudgetDay,
    /// Working days after a supplement within which it is to be allocated.
    allocation_days: u32,
    /// Bounds in days, ascending, of the ages of what is not settled.
    ageing: Vec<u32>,
}

/// A code of the classification of the state budget.
#[derive(SimpleObject)]
pub struct BudgetCode {
    /// The level of the classification that it is of.
    level: BudgetClassificationLevel,
    /// Three digits of a chapter, category or section, four of an item or subitem.
    code: Arc<str>,
    /// What the digits stand for.
    name: Arc<str>,
    /// The first day on which it holds.
    from: Option<NaiveDate>,
    /// The first day on which it holds no more.
    to: Option<NaiveDate>,
}

/// What holds for budget years.
#[derive(SimpleObject)]
pub struct BudgetSettings {
    /// The oldest first.
    rules: Vec<BudgetRules>,
    /// By level, digits and time.
    codes: Vec<BudgetCode>,
}

impl BudgetSettings {
    pub fn of(settings: Settings) -> Self {
        let year = |day: Option<NaiveDate>| day.map(|day| day.year());
        let rules = |rules: domain::budget::BudgetRules| BudgetRules {
            from_year: year(rules.validity.from),
            to_year: year(rules.validity.to),
            source: rules.source,
            to_confirm: rules.to_confirm,
            books_close: rules.books_close.into(),
            adjusted_until: rules.adjusted_until.into(),
            allocation_days: rules.allocation_days,
            ageing: rules.ageing,
        };
        let code = |code: domain::budget::ClassificationCode| BudgetCode {
            level: code.level.into(),
            code: code.code,
            name: code.name,
            from: code.validity.from,
            to: code.validity.to,
        };
        Self { rules: settings.rules.into_iter().map(rules).collect(), codes: settings.codes.into_iter().map(code).collect() }
    }
}

/// A supplement of which something is not allocated.
#[derive(SimpleObject)]
pub struct UnallocatedSupplement {
    /// The line that was supplemented.
    line: BudgetLine,
    /// Identifier of the movement.
    movement: ID,
    /// The day of the supplement.
    on: NaiveDate,
    /// The whole supplement.
    amount: Dong,
    /// What is not allocated yet.
    open: Dong,
    /// The last working day for it; null where the days off of a year that matters are not known.
    due_on: Option<NaiveDate>,
    /// Whether that day is over; null where it is not known.
    is_overdue: Option<bool>,
}

impl UnallocatedSupplement {
    pub fn of(waiting: Waiting, as_of: NaiveDate) -> Self {
        let due_on = if let Deadline::On(day) = waiting.open.due { Some(day) } else { None };
        Self {
            line: BudgetLine(Arc::new(waiting.line)),
            movement: id(waiting.supplement.id),
            on: waiting.supplement.on,
            amount: waiting.supplement.amount.into(),
            open: waiting.open.open.into(),
            due_on,
            is_overdue: due_on.map(|due| as_of > due),
        }
    }
}

/// What was disbursed and is not settled, of an age.
#[derive(SimpleObject)]
pub struct BudgetAge {
    /// Days since the payment, at the least.
    from_days: u32,
    /// At the most; null for the oldest.
    to_days: Option<u32>,
    /// Null where nothing of this age is open.
    amount: Option<Dong>,
    /// Whether the amount is larger than 64 bits hold, and null for that.
    is_too_large: bool,
}

impl BudgetAge {
    pub fn all(buckets: &[AgeBucket]) -> Vec<Self> {
        let age = |bucket: &AgeBucket| {
            let mut shown = Shown::default();
            let amount = shown.dong("amount", bucket.amount);
            Self { from_days: bucket.from_days, to_days: bucket.to_days, amount, is_too_large: !shown.too_large().is_empty() }
        };
        buckets.iter().map(age).collect()
    }
}

/// What of a line is not settled.
#[derive(SimpleObject)]
pub struct UnsettledLine {
    /// The line of which something is not settled.
    line: BudgetLine,
    /// Null where it is larger than 64 bits hold.
    unsettled: Option<Dong>,
    /// The same, by the age of the payments.
    ages: Vec<BudgetAge>,
}

impl UnsettledLine {
    pub fn of(aged: AgedLine) -> Self {
        let ages = BudgetAge::all(&aged.buckets);
        Self { line: BudgetLine(Arc::new(aged.line)), unsettled: aged.unsettled.dong().ok().map(Dong::from), ages }
    }
}

/// The total of supplements that are not wholly allocated.
#[derive(SimpleObject)]
pub struct UnallocatedTotal {
    /// How many there are in the whole list, as far as the caller may see it.
    pub total_count: usize,
}

/// The total of lines with something unsettled, and what is unsettled of all of them.
#[derive(SimpleObject)]
pub struct UnsettledTotal {
    /// How many there are in the whole list, as far as the caller may see it.
    pub total_count: usize,
    /// The day as of which it is told.
    pub as_of: NaiveDate,
    /// Of all lines, not of the page alone.
    pub ages: Vec<BudgetAge>,
}
