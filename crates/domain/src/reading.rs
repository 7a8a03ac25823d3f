//! Who answers for how a defect of a decision's text is read.
//! Must not read the text anew: what is confirmed is the reading that the programme's file gives.
//! Defects themselves are `programme::KnownIssue`; confirming is `app::reading`.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    account::AccountId,
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    programme::KnownIssue,
};

/// Who answers for a reading, and what they say of it. No document prints it: it is told to whoever may know (`ReadConfirmers`).
#[derive(Clone, Debug)]
pub struct Confirmer {
    /// As the account was called then.
    pub name: String,
    /// In which post, where that is told.
    pub post: Option<String>,
    pub remark: Option<String>,
}

/// That somebody answers for a reading.
#[derive(Clone, Debug)]
pub struct Confirmation {
    pub id: Id<Confirmation>,
    pub issue: Id<KnownIssue>,
    pub account: AccountId,
    /// `None` where it is not told.
    pub by: Option<Confirmer>,
    /// For which the account spoke then.
    pub agency: Option<AgencyId>,
    pub on: NaiveDate,
    /// The document that says so, where there is one.
    pub basis: Option<DocumentId>,
    pub recorded_at: DateTime<Utc>,
}

impl KnownIssue {
    /// As it stood on a day: nobody answered for the reading before the day of the confirmation.
    #[must_use]
    pub fn on(mut self, day: NaiveDate) -> Self {
        self.confirmation = self.confirmation.filter(|confirmed| confirmed.on <= day);
        self
    }
}

/// What is wrong with confirming a defect's reading on a day: one that has none, a day to come, a day before the decision was there.
pub fn faults(issue: &KnownIssue, on: NaiveDate, (issued, today): (Option<NaiveDate>, NaiveDate)) -> Vec<Fault> {
    let mut faults = Vec::new();
    if issue.read_as.is_none() {
        let words = ("Chỗ sai sót này không có cách đọc nào để xác nhận.", "This defect has no reading that could be confirmed.");
        faults.push(Fault::worded("", Code::RuleBroken, words.0, words.1));
    }
    if today < on {
        faults.push(Fault::new("/confirmedOn", Code::DayInFuture));
    }
    if issued.is_some_and(|issued| on < issued) {
        let words = ("Không thể xác nhận trước ngày ban hành quyết định.", "A decision is not read before it was issued.");
        faults.push(Fault::worded("/confirmedOn", Code::OutOfRange, words.0, words.1));
    }
    faults
}
