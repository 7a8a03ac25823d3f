//! What looks wrong about something that was done and is kept all the same, as REST shows it.
//! Must not judge what looks wrong.
//! See `domain::warning`; warnings about numbers of documents are in `document`.

use domain::warning as model;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::ProblemMessage;

/// Something that looks wrong; it was done all the same.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable.
    #[schema(example = "BELOW_QUORUM", max_length = 32, pattern = "^(EFFECTIVE_BEFORE_ISSUE|BELOW_QUORUM)$")]
    pub code: String,
    /// What looks wrong, in both languages.
    pub message: ProblemMessage,
}

impl From<model::Warning> for Warning {
    fn from(warning: model::Warning) -> Self {
        Self { code: warning.label().into(), message: (&warning.meaning()).into() }
    }
}
