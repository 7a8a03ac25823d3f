//! What looks wrong about something that was done and is kept all the same.
//! Must not judge what looks wrong.
//! See `domain::warning`; warnings about numbers of documents are in `document`.

use async_graphql::SimpleObject;
use domain::warning as model;

use crate::enums::WarningCode;

/// Something that looks wrong; it was done all the same.
#[derive(SimpleObject)]
pub struct Warning {
    /// Stable.
    code: WarningCode,
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

impl From<model::Warning> for Warning {
    fn from(warning: model::Warning) -> Self {
        let meaning = warning.meaning();
        Self { code: warning.into(), vi: meaning.vi.to_string(), en: meaning.en.to_string() }
    }
}
