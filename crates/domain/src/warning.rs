//! What looks wrong about something that was done and is kept all the same.
//! Must not refuse anything; that is for `error`.
//! What looks wrong about a document's number is `document_number`.

use crate::{error::Message, labels::labelled_enum};

labelled_enum! {
    /// What looks wrong.
    pub enum Warning {
        /// The act takes effect before its document was issued.
        EffectiveBeforeIssue = "EFFECTIVE_BEFORE_ISSUE",
        /// Fewer members came to the meeting than its quorum asks for.
        BelowQuorum = "BELOW_QUORUM",
    }
}

impl Warning {
    /// What it means, in both languages.
    pub fn meaning(self) -> Message {
        match self {
            Self::EffectiveBeforeIssue => Message::new(
                "Ngày hiệu lực sớm hơn ngày ban hành của văn bản.",
                "It takes effect before the day on which its document was issued.",
            ),
            Self::BelowQuorum => Message::new("Số thành viên dự họp chưa đủ theo quy định.", "Fewer members came than the meeting needs."),
        }
    }
}
