//! Notices of chasing as REST shows them, and urging.
//! Must not decide whether one is answered; that comes from `app::chasing`.
//! The published schema of `NewUrging` is what bodies are checked against.

use app::{
    catalogue::Catalogue,
    chasing::{NoticeFilter, Told},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    chasing::{NoticeKind, NoticeLevel},
    id::Id,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which notices, of those that concern the caller.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct NoticeParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the agency that owes the report.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Code of the agency to which it is addressed.
    #[param(max_length = 64)]
    pub addressee: Option<String>,
    /// Identifier of the obligation.
    pub obligation: Option<Uuid>,
    /// How the agency is chased.
    #[param(value_type = Option<String>, pattern = "^(REMINDER|URGING|ESCALATION)$", max_length = 16)]
    pub kind: Option<NoticeKind>,
    /// To whom it is addressed.
    #[param(value_type = Option<String>, pattern = "^(AGENCY|STANDING|COMMITTEE|AUTHORITY)$", max_length = 16)]
    pub level: Option<NoticeLevel>,
    /// Whether the report has come in.
    pub is_answered: Option<bool>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&NoticeParams> for NoticeFilter {
    fn from(params: &NoticeParams) -> Self {
        Self {
            programme: params.programme.clone(),
            agency: params.agency.clone(),
            addressee: params.addressee.clone(),
            obligation: params.obligation.map(Id::from_uuid),
            kind: params.kind,
            level: params.level,
            is_answered: params.is_answered,
        }
    }
}

/// That an agency was reminded or urged, or that others were told of its silence.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub id: Uuid,
    /// REMINDER by a rule and URGING by the standing agency go to who owes the report, ESCALATION to those above.
    #[schema(pattern = "^(REMINDER|URGING|ESCALATION)$", max_length = 16)]
    pub kind: String,
    /// To whom it is addressed: who owes the report, the standing agency, the steering committee, or the People's Committee.
    #[schema(pattern = "^(AGENCY|STANDING|COMMITTEE|AUTHORITY)$", max_length = 16)]
    pub level: String,
    /// Code of the agency to which it is addressed; null where the programme names nobody at the level.
    #[schema(example = "so-tttt", max_length = 64)]
    pub addressee: Option<String>,
    /// Code of the agency that owes the report.
    #[schema(example = "bao-hai-phong", max_length = 64)]
    pub agency: String,
    /// Identifier of the obligation.
    pub obligation: Uuid,
    /// Code of the programme of the report that is owed.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Code of the regime.
    #[schema(example = "HP-1593-NAM", max_length = 64)]
    pub regime: String,
    /// Label of the period, or of the request.
    #[schema(example = "2019", min_length = 4, max_length = 64)]
    pub period: String,
    /// When the report is due; null where the working days of a year are not known.
    pub due_on: Option<NaiveDate>,
    /// Days after the due day (negative: before) at which a rule asked for it; null where a person did.
    #[schema(minimum = -365, maximum = 365)]
    pub offset_days: Option<i32>,
    /// What a person wrote.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
    /// The day in Vietnam on which it was sent.
    pub day: NaiveDate,
    /// The instant at which it was sent.
    pub sent_at: DateTime<Utc>,
    /// Whether the report has come in.
    pub is_answered: bool,
    /// When it was first received.
    pub answered_on: Option<NaiveDate>,
}

impl Notice {
    pub fn of(told: &Told, catalogue: &Catalogue) -> Self {
        let notice = &told.notice;
        let code = |id| catalogue.agency_code(id).map(|code| code.to_string());
        Self {
            id: notice.id.uuid(),
            kind: notice.kind.label().into(),
            level: notice.level.label().into(),
            addressee: code(notice.addressee),
            agency: code(Some(notice.owing)).unwrap_or_default(),
            obligation: notice.obligation.uuid(),
            programme: catalogue.programme(notice.programme).map(|programme| programme.code.to_string()).unwrap_or_default(),
            regime: told.regime_code.clone(),
            period: told.period.clone(),
            due_on: told.due_on,
            offset_days: notice.offset_days,
            text: notice.text.clone(),
            day: notice.day,
            sent_at: notice.sent_at,
            is_answered: told.answered_on.is_some(),
            answered_on: told.answered_on,
        }
    }
}

page!(NoticePage of Notice, "A page of notices, the newest first.");

/// What an agency is told that is urged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUrging {
    /// The words to the agency, kept with the notice.
    #[schema(
        example = "Đề nghị đơn vị gửi báo cáo trước ngày 20/12.",
        min_length = 1,
        max_length = 2000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub text: String,
}
