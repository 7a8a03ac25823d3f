//! Sums of money as REST shows them: ladders, and what waits.
//! Must not show nought where nothing is recorded: such a field is null.
//! See `app::budget`; single movements are `budget_movement`, means and settings `budget_year`.

use app::{
    budget::{Aged, AgedLine, Figures, FiguresFilter, LineFilter, Told, Waiting},
    catalogue::Catalogue,
};
use chrono::NaiveDate;
use domain::{
    budget::{AgeBucket, Ceiling, Dimension, FundingSourceKind, Ladder, Ladders, MovementKind},
    money::{Dong, Total},
    regime::Deadline,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;
use crate::problem::ProblemMessage;

/// Amounts of which some may be larger than 64 bits hold: those are told by their names.
#[derive(Default)]
pub(super) struct Shown(Vec<&'static str>);

impl Shown {
    /// An amount, unless it is too large.
    pub fn dong(&mut self, name: &'static str, sum: Option<Total>) -> Option<i64> {
        let amount = sum.map(|sum| sum.dong().map(Dong::get));
        if amount.is_some_and(|amount| amount.is_err()) {
            self.0.push(name);
        }
        amount?.ok()
    }

    /// What was too large, if anything was.
    pub fn too_large(self) -> Option<Vec<&'static str>> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

/// What is recorded, rung by rung, in đồng. Null is “not recorded”, which is not 0, but for what `tooLarge` names. Every figure is the sum
/// of those of the lines in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceLadder {
    /// Nhu cầu.
    pub needed: Option<i64>,
    /// Được giao (bố trí), with supplements and adjustments.
    pub assigned: Option<i64>,
    /// Phân bổ.
    pub allocated: Option<i64>,
    /// Cam kết đóng góp, of socialised means.
    pub pledged: Option<i64>,
    /// Đã tiếp nhận, of socialised means.
    pub received: Option<i64>,
    /// Giải ngân: advances and payments, without what came back.
    pub disbursed: Option<i64>,
    /// Of what was paid, what stands in the books of a later year than its line's.
    pub disbursed_late: Option<i64>,
    /// Quyết toán.
    pub settled: Option<i64>,
    /// Chuyển nguồn: what was carried over into the books of the year after.
    pub carried_over: Option<i64>,
    /// What came from the books of the year before. Over all books that is what was carried over; by booking year, what a year's books
    /// have of the year before.
    pub carried_in: Option<i64>,
    /// Hủy dự toán.
    pub cancelled: Option<i64>,
    /// Nộp trả.
    pub refunded: Option<i64>,
    /// What may be spent: assigned, planned or received, by the source, without what was cancelled; by booking year, with what came from
    /// the year before and without what went to the next.
    pub available: Option<i64>,
    /// What is left of it.
    pub left: Option<i64>,
    /// Disbursed and not settled yet.
    pub unsettled: Option<i64>,
    /// Disbursed beyond the need, or less than nought under it; of lines of which both are recorded.
    pub variance: Option<i64>,
    /// Which of these sums are larger than 64 bits hold, and null for that; null where all fit.
    #[schema(max_items = 20)]
    pub too_large: Option<Vec<&'static str>>,
}

impl SourceLadder {
    /// The rungs of a ladder whose payments are bounded so.
    pub fn of(ladder: &Ladder, ceiling: Ceiling) -> Self {
        let mut shown = Shown::default();
        Self {
            needed: shown.dong("needed", ladder.needed()),
            assigned: shown.dong("assigned", ladder.assigned()),
            allocated: shown.dong("allocated", ladder.allocated()),
            pledged: shown.dong("pledged", ladder.of(MovementKind::Pledged)),
            received: shown.dong("received", ladder.of(MovementKind::Received)),
            disbursed: shown.dong("disbursed", ladder.disbursed()),
            disbursed_late: shown.dong("disbursedLate", ladder.disbursed_late()),
            settled: shown.dong("settled", ladder.settled()),
            carried_over: shown.dong("carriedOver", ladder.of(MovementKind::CarriedOver)),
            carried_in: shown.dong("carriedIn", ladder.carried_in()),
            cancelled: shown.dong("cancelled", ladder.of(MovementKind::Cancelled)),
            refunded: shown.dong("refunded", ladder.of(MovementKind::Refunded)),
            available: shown.dong("available", ladder.available(ceiling)),
            left: shown.dong("left", ladder.left(ceiling)),
            unsettled: shown.dong("unsettled", ladder.unsettled()),
            variance: shown.dong("variance", ladder.variance()),
            too_large: shown.too_large(),
        }
    }
}

/// The ladder of a source.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetSource {
    /// Where the money comes from.
    #[schema(
        pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$",
        max_length = 32
    )]
    pub source: &'static str,
    /// What is recorded of the source, rung by rung.
    pub ladder: SourceLadder,
}

/// The ladders of something, each source apart: socialised means never enter the state's.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetLadders {
    /// Whether any money is there for it: `NOT_ARRANGED` is “chưa bố trí”, which is not 0.
    #[schema(pattern = "^(NOT_ARRANGED|ARRANGED)$", max_length = 16)]
    pub arrangement: &'static str,
    /// The same in words: “chưa bố trí” where nothing is.
    pub label: ProblemMessage,
    /// Those of which something is recorded.
    #[schema(max_items = 8)]
    pub sources: Vec<BudgetSource>,
    /// The state budget's sources together.
    pub state: SourceLadder,
    /// In per cent, what was disbursed of what the state budget assigned; null where either is not recorded.
    #[schema(example = "40.00", max_length = 32)]
    pub state_disbursement_percent: Option<String>,
}

impl BudgetLadders {
    pub fn of(ladders: &Ladders) -> Self {
        let arrangement = ladders.arrangement();
        let source = |(source, ladder): (FundingSourceKind, &Ladder)| BudgetSource {
            source: source.label(),
            ladder: SourceLadder::of(ladder, source.ceiling()),
        };
        Self {
            arrangement: arrangement.label(),
            label: ProblemMessage::of(arrangement.words()),
            sources: ladders.iter().map(source).collect(),
            state: SourceLadder::of(&ladders.state(), Ceiling::Assigned),
            state_disbursement_percent: ladders.state_disbursement_rate().and_then(domain::statistics::Rate::percent),
        }
    }
}

/// By what ladders are told, of which movements, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BudgetLadderParams {
    /// `LINE` tells of lines that the caller may know of. By `TASK` a programme's tasks are told with those for which there is no line.
    #[param(value_type = String, pattern = "^(LINE|TASK|AGENCY|SOURCE|YEAR|BOOKING_YEAR)$", max_length = 16)]
    pub by: Dimension,
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of a task of the programme, which is named too.
    #[param(max_length = 64)]
    pub task: Option<String>,
    /// Code of the agency that lines are of.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Where the money comes from.
    #[param(value_type = Option<String>, pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$", max_length = 32)]
    pub source: Option<FundingSourceKind>,
    /// The budget year of lines.
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i32>,
    /// The year in whose books movements stand.
    #[param(minimum = 2000, maximum = 2101)]
    pub booking_year: Option<i32>,
    /// Whether lines buy or build assets.
    pub capital: Option<bool>,
    /// What stood on this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl BudgetLadderParams {
    /// Of which movements.
    pub fn filter(&self) -> FiguresFilter {
        FiguresFilter {
            lines: LineFilter {
                programme: self.programme.clone(),
                task: self.task.clone(),
                agency: self.agency.clone(),
                source: self.source,
                year: self.year,
                is_capital: self.capital,
            },
            booking_year: self.booking_year,
        }
    }
}

/// The ladders of a line, task, agency, source or year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetFigures {
    /// Identifier of the line or task; null for programmes as a whole, by task.
    pub id: Option<Uuid>,
    /// Code of the agency; null unless it is told by agency.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Where the money comes from; null unless it is told by source.
    #[schema(
        pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$",
        max_length = 32
    )]
    pub source: Option<&'static str>,
    /// The budget year, or that of the books; null unless it is told by either.
    pub year: Option<i32>,
    /// Each source apart.
    pub ladders: BudgetLadders,
}

impl BudgetFigures {
    fn of(figures: &Figures, by: Dimension, catalogue: &Catalogue) -> Self {
        let id = figures.key.id;
        let agency = id.filter(|_| by == Dimension::Agency).map(domain::id::Id::from_uuid);
        Self {
            id: id.filter(|_| by != Dimension::Agency),
            agency: catalogue.agency_code(agency).map(|code| code.to_string()),
            source: figures.key.source.map(FundingSourceKind::label),
            year: figures.key.year,
            ladders: BudgetLadders::of(&figures.ladders),
        }
    }
}

/// A page of ladders, and the ladders of everything that was asked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetFiguresPage {
    /// The day as of which it is told.
    pub as_of: NaiveDate,
    /// Of all, not of the page alone.
    pub total: BudgetLadders,
    #[schema(max_items = 200)]
    pub items: Vec<BudgetFigures>,
    /// Whether more follow.
    pub has_next: bool,
    /// Give it as `after` to continue; null on an empty page.
    #[schema(max_length = 2000)]
    pub end_cursor: Option<String>,
}

impl crate::dto::page::Paged for BudgetFiguresPage {
    fn next(&self) -> Option<&str> {
        self.end_cursor.as_deref().filter(|_| self.has_next)
    }
}

impl BudgetFiguresPage {
    pub fn of(told: &Told, by: Dimension, catalogue: &Catalogue) -> Self {
        Self {
            as_of: told.as_of,
            total: BudgetLadders::of(&told.total),
            items: told.page.items.iter().map(|(_, item)| BudgetFigures::of(item, by, catalogue)).collect(),
            has_next: told.page.has_next,
            end_cursor: told.page.end().map(str::to_owned),
        }
    }
}

/// A supplement of which something is not allocated.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnallocatedSupplement {
    /// Identifier of the movement.
    pub movement: Uuid,
    /// Identifier of the line.
    pub line: Uuid,
    /// Code of the agency of the line.
    #[schema(max_length = 64)]
    pub agency: String,
    /// The budget year of the line.
    pub year: i32,
    /// The day of the supplement.
    pub on: NaiveDate,
    /// The whole supplement, in đồng.
    pub amount: i64,
    /// What is not allocated yet, in đồng.
    pub open: i64,
    /// The last working day for it; null where the days off of a year that matters are not known.
    pub due_on: Option<NaiveDate>,
    /// Whether that day is over; null where it is not known.
    pub is_overdue: Option<bool>,
}

impl UnallocatedSupplement {
    pub fn of(waiting: &Waiting, as_of: NaiveDate, catalogue: &Catalogue) -> Self {
        let due_on = if let Deadline::On(day) = waiting.open.due { Some(day) } else { None };
        Self {
            movement: waiting.supplement.id.uuid(),
            line: waiting.line.id.uuid(),
            agency: catalogue.agency_code(Some(waiting.line.agency)).map(|code| code.to_string()).unwrap_or_default(),
            year: waiting.line.year,
            on: waiting.supplement.on,
            amount: waiting.supplement.amount.get(),
            open: waiting.open.open.get(),
            due_on,
            is_overdue: due_on.map(|due| as_of > due),
        }
    }
}

page!(UnallocatedPage of UnallocatedSupplement, "A page of supplements that are not wholly allocated.");

/// What was disbursed and is not settled, of an age.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetAge {
    /// Days since the payment, at the least.
    pub from_days: u32,
    /// At the most; null for the oldest.
    pub to_days: Option<u32>,
    /// In đồng; null where nothing of this age is open.
    pub amount: Option<i64>,
    /// Whether the amount is larger than 64 bits hold, and null for that.
    pub is_too_large: bool,
}

impl BudgetAge {
    fn all(buckets: &[AgeBucket]) -> Vec<Self> {
        let age = |bucket: &AgeBucket| {
            let amount = bucket.amount.map(|amount| amount.dong().map(Dong::get));
            let is_too_large = amount.is_some_and(|amount| amount.is_err());
            Self { from_days: bucket.from_days, to_days: bucket.to_days, amount: amount.and_then(Result::ok), is_too_large }
        };
        buckets.iter().map(age).collect()
    }
}

/// What of a line is not settled.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnsettledLine {
    /// Identifier.
    pub line: Uuid,
    /// Code.
    #[schema(max_length = 64)]
    pub agency: String,
    /// The budget year of the line.
    pub year: i32,
    /// In đồng; null where it is larger than 64 bits hold.
    pub unsettled: Option<i64>,
    /// The same, by the age of the payments.
    #[schema(max_items = 20)]
    pub ages: Vec<BudgetAge>,
}

/// What is not settled, by its age.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnsettledPage {
    /// The day as of which it is told.
    pub as_of: NaiveDate,
    /// Of all, not of the page alone.
    #[schema(max_items = 20)]
    pub total: Vec<BudgetAge>,
    #[schema(max_items = 200)]
    pub items: Vec<UnsettledLine>,
    /// Whether more follow.
    pub has_next: bool,
    /// Give it as `after` to continue; null on an empty page.
    #[schema(max_length = 2000)]
    pub end_cursor: Option<String>,
}

impl crate::dto::page::Paged for UnsettledPage {
    fn next(&self) -> Option<&str> {
        self.end_cursor.as_deref().filter(|_| self.has_next)
    }
}

impl UnsettledPage {
    pub fn of(aged: &Aged, catalogue: &Catalogue) -> Self {
        let line = |(_, one): &(String, AgedLine)| UnsettledLine {
            line: one.line.id.uuid(),
            agency: catalogue.agency_code(Some(one.line.agency)).map(|code| code.to_string()).unwrap_or_default(),
            year: one.line.year,
            unsettled: one.unsettled.dong().ok().map(Dong::get),
            ages: BudgetAge::all(&one.buckets),
        };
        Self {
            as_of: aged.as_of,
            total: BudgetAge::all(&aged.total),
            items: aged.page.items.iter().map(line).collect(),
            has_next: aged.page.has_next,
            end_cursor: aged.page.end().map(str::to_owned),
        }
    }
}
