//! Ladders of money, each source apart: of a task, an agency, a programme, a line.
//! Must not show nought where nothing is recorded: such a field is null.
//! Lines and movements are `budget_line`.

use std::sync::Arc;

use async_graphql::{InputValueError, InputValueResult, Number, Object, Scalar, ScalarType, SimpleObject, Value};
use domain::{
    budget::{self as model, Ceiling, Ladders, MovementKind},
    money::{self, Total},
};

use crate::enums::{BudgetArrangement, FundingSourceKind};

/// An amount as it is answered, or as it was given and not read yet.
#[derive(Clone, Debug)]
pub enum Dong {
    Shown(money::Dong),
    Number(Number),
    Text(String),
}

/// An amount in whole đồng: a number, which may be larger than an `Int`. As input also a text with its unit, “1.234,5 triệu đồng”;
/// “1,234.5” is refused as ambiguous, and so is “1.00”, as đồng have no decimals.
#[Scalar]
impl ScalarType for Dong {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Number(number) => Ok(Self::Number(number)),
            Value::String(text) => Ok(Self::Text(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Shown(amount) => Value::Number(Number::from(amount.get())),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.clone()),
        }
    }
}

impl From<money::Dong> for Dong {
    fn from(amount: money::Dong) -> Self {
        Self::Shown(amount)
    }
}

impl From<Dong> for app::budget::AmountGiven {
    fn from(amount: Dong) -> Self {
        match amount {
            Dong::Shown(amount) => Self::Number(amount.get().into()),
            Dong::Number(number) => Self::Number(number),
            Dong::Text(text) => Self::Text(text),
        }
    }
}

/// Amounts of which some may be larger than 64 bits hold: those are told by their names.
#[derive(Default)]
pub(super) struct Shown(Vec<&'static str>);

impl Shown {
    /// An amount, unless it is too large.
    pub fn dong(&mut self, name: &'static str, sum: Option<Total>) -> Option<Dong> {
        let amount = sum.map(Total::dong);
        if amount.is_some_and(|amount| amount.is_err()) {
            self.0.push(name);
        }
        amount?.ok().map(Dong::from)
    }

    /// The names of what was too large.
    pub fn too_large(self) -> Vec<&'static str> {
        self.0
    }
}

/// What is recorded, rung by rung. Null is “not recorded”, which is not 0, but for what `tooLarge` names. Every figure is the sum of those
/// of the lines in it.
#[derive(SimpleObject)]
pub struct BudgetLadder {
    /// Nhu cầu.
    needed: Option<Dong>,
    /// Được giao (bố trí), with supplements and adjustments.
    assigned: Option<Dong>,
    /// Phân bổ.
    allocated: Option<Dong>,
    /// Cam kết đóng góp, of socialised means.
    pledged: Option<Dong>,
    /// Đã tiếp nhận, of socialised means.
    received: Option<Dong>,
    /// Giải ngân: advances and payments, without what came back.
    disbursed: Option<Dong>,
    /// Of what was paid, what stands in the books of a later year than its line's.
    disbursed_late: Option<Dong>,
    /// Quyết toán.
    settled: Option<Dong>,
    /// Chuyển nguồn: what was carried over into the books of the year after.
    carried_over: Option<Dong>,
    /// What came from the books of the year before. Over all books that is what was carried over.
    carried_in: Option<Dong>,
    /// Hủy dự toán.
    cancelled: Option<Dong>,
    /// Nộp trả.
    refunded: Option<Dong>,
    /// What may be spent: assigned, planned or received, by the source, without what was cancelled.
    available: Option<Dong>,
    /// What is left of it.
    left: Option<Dong>,
    /// Disbursed and not settled yet.
    unsettled: Option<Dong>,
    /// Disbursed beyond the need, or less than nought under it; of lines of which both are recorded.
    variance: Option<Dong>,
    /// Which of these sums are larger than 64 bits hold, and null for that.
    too_large: Vec<&'static str>,
}

impl BudgetLadder {
    /// The rungs of a ladder whose payments are bounded so.
    pub fn of(ladder: &model::Ladder, ceiling: Ceiling) -> Self {
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
#[derive(SimpleObject)]
pub struct BudgetSource {
    /// Where the money comes from.
    source: FundingSourceKind,
    /// What is recorded of the source, rung by rung.
    ladder: BudgetLadder,
}

/// The ladders of something, each source apart: socialised means never enter the state's.
pub struct Budget(pub Arc<Ladders>);

/// The ladders of something, each source apart: socialised means never enter the state's.
#[Object]
impl Budget {
    /// Whether any money is there for it.
    async fn arrangement(&self) -> BudgetArrangement {
        self.0.arrangement().into()
    }

    /// The same in Vietnamese words: “chưa bố trí” where nothing is.
    async fn label(&self) -> &'static str {
        self.0.arrangement().words().0
    }

    /// Those of which something is recorded.
    async fn sources(&self) -> Vec<BudgetSource> {
        let source = |(source, ladder): (model::FundingSourceKind, &model::Ladder)| BudgetSource {
            source: source.into(),
            ladder: BudgetLadder::of(ladder, source.ceiling()),
        };
        self.0.iter().map(source).collect()
    }

    /// The state budget's sources together.
    async fn state(&self) -> BudgetLadder {
        BudgetLadder::of(&self.0.state(), Ceiling::Assigned)
    }

    /// In per cent, what was disbursed of what the state budget assigned; null where either is not recorded.
    async fn state_disbursement_percent(&self) -> Option<String> {
        self.0.state_disbursement_rate().and_then(domain::statistics::Rate::percent)
    }
}
