//! Movements of money, as REST takes and shows them.
//! Must not judge amounts or rules; it passes them on as they were said.
//! See `app::budget`; their lines are `budget`.

use app::{
    budget::{self as app_budget, AmountGiven, MovementOutcome},
    catalogue::Catalogue,
    place::NewPlace,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    budget::{self as model, MovementKind},
    id::Id,
};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{
    IntoParams, ToSchema,
    openapi::schema::{Object, ObjectBuilder, SchemaType, Type},
};
use uuid::Uuid;

use super::{page::page, place::Place};
use crate::problem::ProblemMessage;

/// An amount in whole đồng, or a text with its unit.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    Number(Number),
    Text(String),
}

impl From<Amount> for AmountGiven {
    fn from(amount: Amount) -> Self {
        match amount {
            Amount::Number(number) => Self::Number(number),
            Amount::Text(text) => Self::Text(text),
        }
    }
}

/// The form of an amount.
pub fn amount_form() -> Object {
    let said = "Whole đồng, or a text with its unit as officials write it: “1.234,5 triệu đồng”, “2 tỷ”. A point parts \
                thousands and a comma decimals; a point that cannot part thousands begins decimals, so that “1.5 triệu” is 1,500,000 and \
                “1234.00” is 1,234. What could mean two numbers is refused as ambiguous (`NUMBER_AMBIGUOUS`): “1,234.5”, “1,234”, \
                “1.234 triệu”, and of đồng, which have no decimals, “1.00” and “1.0000”. At most 10^15 đồng, about half of what \
                the whole State spends in a year: so much a movement may be, and so much a line may hold of a kind (`AMOUNT_OVERFLOW`).";
    let kinds = SchemaType::from_iter([Type::Integer, Type::String]);
    ObjectBuilder::new().schema_type(kinds).max_length(Some(100)).description(Some(said)).build()
}

/// How a batch is to be taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct MovementBatchParams {
    /// Everything is done and undone; the answer tells every fault of every row.
    pub dry_run: Option<bool>,
    /// All rows or none, which is meant where nothing is said; `false`: each row for itself.
    pub atomic: Option<bool>,
}

/// A movement of money to record. It is never changed; a `REVERSED` one undoes it whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewBudgetMovement {
    /// The line.
    pub line: Uuid,
    /// What happens to the money.
    #[schema(value_type = String, pattern = "^(NEED|ASSIGNED|SUPPLEMENTED|ADJUSTED|ALLOCATED|PLEDGED|RECEIVED|ADVANCED|PAID|SETTLED|CARRIED_OVER|CANCELLED|REFUNDED|REVERSED)$", max_length = 16)]
    pub kind: MovementKind,
    /// More than nought, but of an adjustment; of a reversal, what it undoes where nothing is said.
    #[schema(schema_with = amount_form)]
    pub amount: Option<Amount>,
    /// When it happened, in Viet Nam: not before 1 January of the year before the line's, as estimates are drawn up in that (of
    /// socialised means, not before 2000); what is carried over, not before its books begin.
    pub on: NaiveDate,
    /// In the books of which year it stands; the line's where nothing is said. What was carried over into later books is paid, settled,
    /// refunded, cancelled and carried over again in those; what is carried over leaves the books that are named.
    #[schema(minimum = 2000, maximum = 2101)]
    pub booking_year: Option<i32>,
    /// The last day of the work that is paid for; needed where a payment of January stands in the books of the year before.
    pub work_done_on: Option<NaiveDate>,
    /// Number or identifier of the document that it rests on; every change of the budget needs one.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
    /// Where the document says it.
    #[schema(example = "Điều 1", min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
    /// The recorder's or the treasury's own number of it: sent twice it is the same movement.
    #[schema(min_length = 1, max_length = 200)]
    pub external_ref: Option<String>,
    /// Of a reversal, what it undoes; of an allocation, the supplement that it allocates: an identifier, or a reference of one's own.
    #[schema(min_length = 1, max_length = 200)]
    pub refers_to: Option<String>,
    /// Why it may break the order of the ladder.
    #[schema(min_length = 1, max_length = 2000)]
    pub exception: Option<String>,
}

impl From<NewBudgetMovement> for app_budget::NewMovement {
    fn from(body: NewBudgetMovement) -> Self {
        Self {
            line: body.line.to_string(),
            kind: body.kind,
            amount: body.amount.map(Into::into),
            on: body.on,
            booking_year: body.booking_year,
            work_done_on: body.work_done_on,
            document: body.document,
            place: NewPlace { section: body.section, quote: body.quote },
            external_ref: body.external_ref,
            refers_to: body.refers_to,
            exception: body.exception,
        }
    }
}

/// A movement of money.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetMovement {
    pub id: Uuid,
    /// Its place among those of its line, from 1.
    #[schema(minimum = 1)]
    pub number: i32,
    /// What happens to the money.
    #[schema(
        pattern = "^(NEED|ASSIGNED|SUPPLEMENTED|ADJUSTED|ALLOCATED|PLEDGED|RECEIVED|ADVANCED|PAID|SETTLED|CARRIED_OVER|CANCELLED|REFUNDED|REVERSED)$",
        max_length = 16
    )]
    pub kind: &'static str,
    /// In đồng: more than nought, but for an adjustment; of a reversal, the amount that is undone.
    pub amount: i64,
    /// When it happened, in Viet Nam.
    pub on: NaiveDate,
    /// In the books of which year it stands.
    pub booking_year: i32,
    /// The last day of the work that is paid for.
    pub work_done_on: Option<NaiveDate>,
    /// Identifier of the document.
    pub document: Option<Uuid>,
    #[serde(flatten)]
    pub place: Place,
    /// Code of the agency that recorded it.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// The recorder's or the treasury's own number of it.
    #[schema(max_length = 200)]
    pub external_ref: Option<String>,
    /// Identifier of what it undoes, or of the supplement that it allocates.
    pub refers_to: Option<Uuid>,
    /// Why it may break the order of the ladder.
    #[schema(max_length = 2000)]
    pub exception: Option<String>,
    /// When it was recorded here.
    pub recorded_at: DateTime<Utc>,
}

impl BudgetMovement {
    pub fn of(number: i32, movement: &model::Movement, catalogue: &Catalogue) -> Self {
        Self {
            id: movement.id.uuid(),
            number,
            kind: movement.kind.label(),
            amount: movement.amount.get(),
            on: movement.on,
            booking_year: movement.booking_year,
            work_done_on: movement.work_done_on,
            document: movement.document.map(Id::uuid),
            place: movement.place.as_ref().map(Place::of).unwrap_or_default(),
            agency: catalogue.agency_code(movement.agency).map(|code| code.to_string()),
            external_ref: movement.external_ref.as_deref().map(str::to_owned),
            refers_to: movement.refers_to.map(Id::uuid),
            exception: movement.exception.as_deref().map(str::to_owned),
            recorded_at: movement.recorded_at,
        }
    }
}

page!(BudgetMovementPage of BudgetMovement, "A page of the movements of a line, in the order in which they were recorded.");

/// What became of a batch of movements, or would become of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovementBatchResult {
    /// Nothing was recorded.
    pub dry_run: bool,
    /// All rows or none.
    pub atomic: bool,
    /// Rows without faults that are new.
    #[schema(maximum = 10_000)]
    pub created: usize,
    /// They say what is on record already.
    #[schema(maximum = 10_000)]
    pub unchanged: usize,
    /// Rows with faults.
    #[schema(maximum = 10_000)]
    pub refused: usize,
    /// One for each row, in their order.
    #[schema(max_items = 10_000)]
    pub rows: Vec<MovementRowResult>,
    /// Every fault of every row.
    #[schema(max_items = 1_000_000)]
    pub faults: Vec<MovementFault>,
}

/// What became of a row.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovementRowResult {
    /// From 1.
    #[schema(minimum = 1, maximum = 10_000)]
    pub row: usize,
    /// `UNCHANGED`: the same is on record under its reference already.
    #[schema(pattern = "^(CREATED|UNCHANGED|REFUSED)$", max_length = 16)]
    pub outcome: &'static str,
    /// The movement; null where there is none, or none yet.
    pub id: Option<Uuid>,
    /// The reference that the row gives; null where it was refused.
    #[schema(max_length = 200)]
    pub external_ref: Option<String>,
}

/// One thing wrong with a row, and where.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovementFault {
    /// From 1.
    #[schema(minimum = 1, maximum = 10_000)]
    pub row: usize,
    /// JSON pointer into the row.
    #[schema(example = "/amount", max_length = 500)]
    pub pointer: String,
    /// Stable.
    #[schema(example = "DISBURSED_OVER_ASSIGNED", max_length = 64)]
    pub code: &'static str,
    pub message: ProblemMessage,
}

impl MovementBatchResult {
    pub fn of(outcome: &MovementOutcome, atomic: bool, dry_run: bool) -> Self {
        let is_kept = !(dry_run || (atomic && outcome.refused() > 0));
        let row = |(i, row): (usize, &app_budget::RowOutcome)| MovementRowResult {
            row: i + 1,
            outcome: match row {
                Ok(recorded) if recorded.is_new => "CREATED",
                Ok(_) => "UNCHANGED",
                Err(_) => "REFUSED",
            },
            id: row.as_ref().ok().filter(|recorded| is_kept || !recorded.is_new).map(|recorded| recorded.id.uuid()),
            external_ref: row.as_ref().ok().and_then(|recorded| recorded.external_ref.as_deref().map(str::to_owned)),
        };
        let fault = |(i, fault): (usize, &domain::error::Fault)| MovementFault {
            row: i + 1,
            pointer: fault.pointer.clone(),
            code: fault.code.label(),
            message: ProblemMessage::from(&fault.message),
        };
        Self {
            dry_run,
            atomic,
            created: outcome.count(true),
            unchanged: outcome.count(false),
            refused: outcome.refused(),
            rows: outcome.rows.iter().enumerate().map(row).collect(),
            faults: outcome.faults().map(fault).collect(),
        }
    }
}
