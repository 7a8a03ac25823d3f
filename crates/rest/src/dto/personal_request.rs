//! Requests of people about their data as REST shows them, and what is sent to write them down and move them.
//! Must not hold rules beyond form; clocks are counted by the domain.
//! See `app::person::request`.

use chrono::{DateTime, NaiveDate, Utc};
use domain::personal_request::{self as model, RequestChannel, RequestKind, RequestState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which requests.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct PersonalRequestParams {
    /// Identifier of the person.
    pub person: Option<Uuid>,
    #[param(value_type = Option<String>, max_length = 32, pattern = "^(ACCESS|CORRECT|DELETE|RESTRICT|OBJECT|WITHDRAW_CONSENT|OBTAIN_COPY)$")]
    pub kind: Option<RequestKind>,
    #[param(value_type = Option<String>, max_length = 16, pattern = "^(RECEIVED|ACKNOWLEDGED|EXTENDED|DONE|REFUSED)$")]
    pub state: Option<RequestState>,
    /// `true`: only those that are late; `false`: only those that are not.
    #[serde(default)]
    pub overdue: Option<bool>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A request that came.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewPersonalRequest {
    /// Identifier of the person that it is about.
    pub person: Uuid,
    /// What is asked.
    #[schema(value_type = String, max_length = 32, pattern = "^(ACCESS|CORRECT|DELETE|RESTRICT|OBJECT|WITHDRAW_CONSENT|OBTAIN_COPY)$")]
    pub kind: RequestKind,
    /// How it came.
    #[schema(value_type = String, max_length = 16, pattern = "^(PAPER|IN_PERSON|EMAIL|PHONE|ONLINE)$")]
    pub channel: RequestChannel,
    /// The law of this day gives the clock.
    pub received_at: DateTime<Utc>,
    /// A processor or a third party has to act as well.
    #[serde(default)]
    pub involves_third_party: bool,
}

/// A step of a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewPersonalRequestStep {
    /// How far it comes by it.
    #[schema(value_type = String, max_length = 16, pattern = "^(ACKNOWLEDGED|EXTENDED|DONE|REFUSED)$")]
    pub step: RequestState,
    /// When it was taken; now where nothing is said.
    pub at: Option<DateTime<Utc>>,
    /// Of an extension, and of nothing else: the new last day.
    pub until: Option<NaiveDate>,
    /// Needed for an extension, as the person is told, and for a refusal.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: Option<String>,
    /// Of a refusal, and of nothing else.
    #[schema(min_length = 1, max_length = 500)]
    pub legal_ground: Option<String>,
}

/// What a person asked, with its clock.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalRequest {
    pub id: Uuid,
    /// Identifier.
    pub person: Uuid,
    /// What is asked: ACCESS, CORRECT, DELETE, RESTRICT, OBJECT, `WITHDRAW_CONSENT` or `OBTAIN_COPY`.
    #[schema(max_length = 32, pattern = "^(ACCESS|CORRECT|DELETE|RESTRICT|OBJECT|WITHDRAW_CONSENT|OBTAIN_COPY)$")]
    pub kind: String,
    /// How it came: PAPER, `IN_PERSON`, EMAIL, PHONE or ONLINE.
    #[schema(max_length = 16, pattern = "^(PAPER|IN_PERSON|EMAIL|PHONE|ONLINE)$")]
    pub channel: String,
    /// When it came. The law of this day gives the clock.
    pub received_at: DateTime<Utc>,
    /// A processor or a third party has to act as well.
    pub involves_third_party: bool,
    /// How far it has come: RECEIVED, ACKNOWLEDGED, EXTENDED, DONE or REFUSED.
    #[schema(max_length = 16, pattern = "^(RECEIVED|ACKNOWLEDGED|EXTENDED|DONE|REFUSED)$")]
    pub state: String,
    /// `NO_STATUTORY_CLOCK` where the law of the day had none, `CALENDAR_UNKNOWN` while working days of a year are not known.
    #[schema(max_length = 32, pattern = "^(SET|NO_STATUTORY_CLOCK|CALENDAR_UNKNOWN)$")]
    pub clock: String,
    /// The law that the clock is of.
    #[schema(max_length = 200)]
    pub basis: Option<String>,
    /// Last day.
    pub acknowledge_by: Option<NaiveDate>,
    /// Last day.
    pub act_by: Option<NaiveDate>,
    /// The instant, where the law counts hours.
    pub act_by_at: Option<DateTime<Utc>>,
    /// Last day, once it is extended.
    pub extended_until: Option<NaiveDate>,
    /// `ACKNOWLEDGEMENT` or `ACTION` where that is late.
    #[schema(max_length = 16, pattern = "^(ACKNOWLEDGEMENT|ACTION)$")]
    pub overdue: Option<String>,
    /// Raised by every step; a step names it as `If-Match`.
    #[schema(minimum = 1)]
    pub revision: i32,
}

impl PersonalRequest {
    pub fn of(request: &model::PersonalRequest, now: DateTime<Utc>) -> Self {
        Self {
            id: request.id.uuid(),
            person: request.person.uuid(),
            kind: request.kind.label().into(),
            channel: request.channel.label().into(),
            received_at: request.received_at,
            involves_third_party: request.involves_third_party,
            state: request.state.label().into(),
            clock: request.deadlines.clock.label().into(),
            basis: request.deadlines.basis.clone(),
            acknowledge_by: request.deadlines.acknowledge_by,
            act_by: request.deadlines.act_by,
            act_by_at: request.deadlines.act_by_at,
            extended_until: request.extended_until,
            overdue: request.lateness(now).map(|late| late.label().into()),
            revision: request.revision,
        }
    }
}

page!(PersonalRequestPage of PersonalRequest, "A page of requests, the newest first.");

/// A step that a request took.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalRequestStep {
    /// How far it came by it: ACKNOWLEDGED, EXTENDED, DONE or REFUSED.
    #[schema(max_length = 16, pattern = "^(ACKNOWLEDGED|EXTENDED|DONE|REFUSED)$")]
    pub step: String,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// Of an extension: the new last day.
    pub until: Option<NaiveDate>,
    /// Why; an extension and a refusal always have one.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Of a refusal.
    #[schema(max_length = 500)]
    pub legal_ground: Option<String>,
}

impl From<&model::RequestStep> for PersonalRequestStep {
    fn from(step: &model::RequestStep) -> Self {
        Self {
            step: step.step.label().into(),
            at: step.taken_at,
            until: step.until,
            reason: step.reason.clone(),
            legal_ground: step.legal_ground.clone(),
        }
    }
}

/// A request with the steps that it took.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalRequestDetail {
    #[serde(flatten)]
    pub request: PersonalRequest,
    /// The steps that it took, in order.
    #[schema(max_items = 10)]
    pub steps: Vec<PersonalRequestStep>,
}
