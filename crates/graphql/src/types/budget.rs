//! Ladders of money, each source apart: of a task, an agency, a programme, a line.
//! Must not show nought where nothing is recorded: such a field is null.
//! Lines and movements are `budget_line`.

use std::sync::Arc;

use async_graphql::{InputValueError, InputValueResult, Number, Object, Result, Scalar, ScalarType, SimpleObject, Value};
use domain::{
    budget::{self as model, Ceiling, Ladders, MovementKind},
    error::{Code, Refusal},
    money::{self, Overflow},
};

use crate::{
    enums::{BudgetArrangement, FundingSourceKind},
    error::failure,
};

/// An amount in whole đồng: a number, which may be larger than an `Int`. As input also a text with its unit, “1.234,5 triệu đồng”;
/// “1,234.5” is refused as ambiguous.
#[derive(Clone, Debug)]
pub enum Dong {
    Shown(money::Dong),
    Number(Number),
    Text(String),
}

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

/// That a sum is larger than 64 bits hold.
fn too_large(_: Overflow) -> async_graphql::Error {
    failure(&Refusal::new(Code::AmountOverflow).into())
}

/// What is recorded, rung by rung. Null is “not recorded”, which is not 0.
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
    /// Of what was disbursed, what stands in the books of a later year.
    disbursed_late: Option<Dong>,
    /// Quyết toán.
    settled: Option<Dong>,
    /// Chuyển nguồn.
    carried_over: Option<Dong>,
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
    /// Disbursed beyond the need, or less than nought under it.
    variance: Option<Dong>,
}

impl BudgetLadder {
    /// The rungs of a ladder whose payments are bounded so.
    pub fn of(ladder: &model::Ladder, ceiling: Ceiling) -> Result<Self> {
        let kind = |kind: MovementKind| ladder.of(kind).map(Dong::from);
        let rung = |sum: std::result::Result<Option<money::Dong>, Overflow>| sum.map(|sum| sum.map(Dong::from)).map_err(too_large);
        Ok(Self {
            needed: kind(MovementKind::Need),
            assigned: rung(ladder.assigned())?,
            allocated: kind(MovementKind::Allocated),
            pledged: kind(MovementKind::Pledged),
            received: kind(MovementKind::Received),
            disbursed: rung(ladder.disbursed())?,
            disbursed_late: ladder.disbursed_late().map(Dong::from),
            settled: kind(MovementKind::Settled),
            carried_over: kind(MovementKind::CarriedOver),
            cancelled: kind(MovementKind::Cancelled),
            refunded: kind(MovementKind::Refunded),
            available: rung(ladder.available(ceiling))?,
            left: rung(ladder.left(ceiling))?,
            unsettled: rung(ladder.unsettled())?,
            variance: rung(ladder.variance())?,
        })
    }
}

/// The ladder of a source.
#[derive(SimpleObject)]
pub struct BudgetSource {
    source: FundingSourceKind,
    ladder: BudgetLadder,
}

/// The ladders of something, each source apart: socialised means never enter the state's.
pub struct Budget(pub Arc<Ladders>);

/// The ladders of something, each source apart: socialised means never enter the state's.
#[Object]
impl Budget {
    /// Whether any money is there for it.
    async fn arrangement(&self) -> Result<BudgetArrangement> {
        Ok(self.0.arrangement().map_err(too_large)?.into())
    }

    /// The same in Vietnamese words: “chưa bố trí” where nothing is.
    async fn label(&self) -> Result<&'static str> {
        Ok(self.0.arrangement().map_err(too_large)?.words().0)
    }

    /// Those of which something is recorded.
    async fn sources(&self) -> Result<Vec<BudgetSource>> {
        let source = |(source, ladder): (model::FundingSourceKind, &model::Ladder)| -> Result<BudgetSource> {
            Ok(BudgetSource { source: source.into(), ladder: BudgetLadder::of(ladder, source.ceiling())? })
        };
        self.0.iter().map(source).collect()
    }

    /// The state budget's sources together.
    async fn state(&self) -> Result<BudgetLadder> {
        BudgetLadder::of(&self.0.state().map_err(too_large)?, Ceiling::Assigned)
    }

    /// In per cent, what was disbursed of what the state budget assigned; null where either is not recorded.
    async fn state_disbursement_percent(&self) -> Result<Option<String>> {
        Ok(self.0.state_disbursement_rate().map_err(too_large)?.and_then(domain::statistics::Rate::percent))
    }
}
