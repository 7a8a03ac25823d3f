//! What is sent to move an occurrence, to extend it, or to say who answers for its task.
//! Must not judge: whether an act is allowed and fits is decided in `app::occurrence`.

use app::occurrence::{Change, Decided, Ground};
use chrono::NaiveDate;
use domain::id::Id;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// That the caller's agency has delivered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewClaim {
    /// When the product was delivered; not in the future.
    pub delivered_on: NaiveDate,
    /// What shows it.
    #[schema(
        example = "Quyết định số 12/QĐ-STTTT, đã đăng trên cổng.",
        min_length = 1,
        max_length = 5000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub note: String,
    /// Identifier of the agency's own report that it rests on.
    pub report: Option<Uuid>,
}

impl From<NewClaim> for Change {
    fn from(body: NewClaim) -> Self {
        Self::Claim { delivered_on: body.delivered_on, note: body.note, report: body.report.map(Id::from_uuid) }
    }
}

/// Why the caller's agency gives a task back, and who should do it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewReturn {
    /// Why it is not the agency's to do; the public does not read it.
    #[schema(min_length = 1, max_length = 5000, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub reason: String,
    /// Code of another agency.
    #[schema(example = "so-ngoai-vu", min_length = 1, max_length = 64)]
    pub agency: String,
}

impl From<NewReturn> for Change {
    fn from(body: NewReturn) -> Self {
        Self::Return { reason: body.reason, agency: body.agency }
    }
}

/// What may be said to a confirmation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Remark {
    /// What is said to it; the public does not read it.
    #[schema(min_length = 1, max_length = 5000, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub reason: Option<String>,
    /// Identifier or number of a document.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

/// Why something is decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reasoned {
    /// Kept with the decision.
    #[schema(min_length = 1, max_length = 5000, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub reason: String,
    /// Identifier or number of a document.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

/// Why something is ordered, and by which document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Order {
    /// Kept with the decision, for everybody to read.
    #[schema(min_length = 1, max_length = 5000, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub reason: String,
    /// Identifier or number of a document.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub document: String,
}

impl From<Remark> for Ground {
    fn from(body: Remark) -> Self {
        Self { reason: body.reason, document: body.document }
    }
}

impl From<Reasoned> for Ground {
    fn from(body: Reasoned) -> Self {
        Self { reason: Some(body.reason), document: body.document }
    }
}

impl From<Order> for Ground {
    fn from(body: Order) -> Self {
        Self { reason: Some(body.reason), document: Some(body.document) }
    }
}

/// A later due day to ask for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewExtension {
    /// Later than the present one.
    pub due_on: NaiveDate,
    /// Why more time is needed; everybody may read it once it is granted.
    #[schema(min_length = 1, max_length = 5000, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub reason: String,
}

/// How an extension is granted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Approval {
    /// Another day than was asked for.
    pub due_on: Option<NaiveDate>,
    /// Kept with the decision, for everybody to read.
    #[schema(min_length = 1, max_length = 5000, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub reason: Option<String>,
    /// Identifier or number of a document.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

impl From<Approval> for Decided {
    fn from(body: Approval) -> Self {
        Self { due_on: body.due_on, reason: body.reason, document: body.document }
    }
}

impl From<Reasoned> for Decided {
    fn from(body: Reasoned) -> Self {
        Self { due_on: None, reason: Some(body.reason), document: body.document }
    }
}

/// Who answers alone for a task from today on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewPrincipal {
    /// Code of a lead; null or left out: nobody alone.
    #[schema(example = "bao-hai-phong", min_length = 1, max_length = 64)]
    pub agency: Option<String>,
    /// Identifier or number of the document that says so.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub document: String,
}
