//! Extensions: the only thing that moves a due day, by a decision of somebody else than who asks.
//! Must not change anything by a request alone; the original day is kept with the occurrence.
//! Who may ask and decide is `policy`; the states are the parent module's.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Leads, OccurrenceEvent, Standing, not_from};
use crate::{
    account::AccountId,
    agency::AgencyId,
    clock::local_day,
    document::DocumentId,
    error::{Code, Fault, Refusal},
    id::Id,
    labels::labelled_enum,
    task::OccurrenceId,
};

pub type ExtensionId = Id<Extension>;

/// An occurrence that was given more time so often is flagged.
pub const EXTENDED_OFTEN: usize = 3;

labelled_enum! {
    /// Where a request for more time stands.
    pub enum ExtensionStatus {
        Requested = "REQUESTED",
        Approved = "APPROVED",
        Rejected = "REJECTED",
        /// Taken back by whoever asked.
        Withdrawn = "WITHDRAWN",
        /// Came to nothing, as the task's year ended before anybody decided.
        Lapsed = "LAPSED",
    }
}

/// A request for a later due day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub id: ExtensionId,
    pub occurrence: OccurrenceId,
    pub agency: AgencyId,
    pub requested_by: AccountId,
    pub requested_at: DateTime<Utc>,
    pub reason: String,
    pub proposed_due_on: NaiveDate,
    pub status: ExtensionStatus,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    /// The local day of the decision, from which on it counts.
    pub decided_on: Option<NaiveDate>,
    pub decision_reason: Option<String>,
    /// As decided, which may be another day than was asked for.
    pub decided_due_on: Option<NaiveDate>,
    pub document: Option<DocumentId>,
    /// Decided by an agency that leads the task itself.
    pub self_decided: bool,
}

/// How a request is settled, when and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub status: ExtensionStatus,
    pub by: AccountId,
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
    /// For an approval only.
    pub due_on: Option<NaiveDate>,
    pub document: Option<DocumentId>,
    pub self_decided: bool,
}

impl Extension {
    /// A request as it is made.
    pub fn requested(
        id: ExtensionId,
        (occurrence, agency): (OccurrenceId, AgencyId),
        (requested_by, requested_at): (AccountId, DateTime<Utc>),
        (proposed_due_on, reason): (NaiveDate, String),
    ) -> Self {
        Self {
            id,
            occurrence,
            agency,
            requested_by,
            requested_at,
            reason,
            proposed_due_on,
            status: ExtensionStatus::Requested,
            decided_by: None,
            decided_at: None,
            decided_on: None,
            decision_reason: None,
            decided_due_on: None,
            document: None,
            self_decided: false,
        }
    }

    /// The request once it is settled.
    #[must_use]
    pub fn settled(self, by: Settlement) -> Self {
        Self {
            status: by.status,
            decided_by: Some(by.by),
            decided_at: Some(by.at),
            decided_on: Some(local_day(by.at)),
            decision_reason: by.reason,
            decided_due_on: by.due_on,
            document: by.document,
            self_decided: by.self_decided,
            ..self
        }
    }

    /// The request once what ended its task's year has left nothing to decide.
    #[must_use]
    pub fn lapsed(self, end: &OccurrenceEvent) -> Self {
        // Who cancels says why; who confirms need not.
        let reason = end.reason.clone().or_else(|| Some("Nhiệm vụ đã được xác nhận hoàn thành.".to_owned()));
        self.settled(Settlement {
            status: ExtensionStatus::Lapsed,
            by: end.account,
            at: end.at,
            reason,
            due_on: None,
            document: end.document,
            self_decided: end.self_decided,
        })
    }
}

/// Whether an agency may ask for a later day.
///
/// # Errors
/// `NOT_A_LEAD`, `OCCURRENCE_STATE`, `NO_DEADLINE`, `EXTENSION_OPEN`, `BODY_INVALID` for a day that is not later.
pub fn ask(standing: &Standing, leads: &Leads, by: AgencyId, proposed: NaiveDate) -> Result<(), Refusal> {
    if !leads.has(by) {
        return Err(Refusal::new(Code::NotALead));
    }
    later(standing, proposed)?;
    if standing.has_open_extension {
        return Err(Refusal::new(Code::ExtensionOpen));
    }
    Ok(())
}

/// The due day that an approval sets: the one decided on, or the one asked for.
///
/// # Errors
/// `EXTENSION_DECIDED`, `OCCURRENCE_STATE`, `NO_DEADLINE`, `BODY_INVALID` for a day that is not later.
pub fn approve(standing: &Standing, extension: &Extension, decided: Option<NaiveDate>) -> Result<NaiveDate, Refusal> {
    is_undecided(extension)?;
    let due = decided.unwrap_or(extension.proposed_due_on);
    later(standing, due)?;
    Ok(due)
}

/// Whether a request still waits.
///
/// # Errors
/// `EXTENSION_DECIDED`.
pub fn is_undecided(extension: &Extension) -> Result<(), Refusal> {
    if extension.status == ExtensionStatus::Requested { Ok(()) } else { Err(Refusal::new(Code::ExtensionDecided)) }
}

fn later(standing: &Standing, due: NaiveDate) -> Result<(), Refusal> {
    if !standing.status.is_worked_on() {
        return Err(not_from(standing.status));
    }
    match standing.due_on {
        None => Err(Refusal::new(Code::NoDeadline)),
        Some(present) if due <= present => Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/dueOn", Code::DayNotLater)])),
        Some(_) => Ok(()),
    }
}

/// The due day as it was at the end of a day: an approval counts from its own day on.
pub fn due_as_of(original: Option<NaiveDate>, extensions: &[Extension], day: NaiveDate) -> Option<NaiveDate> {
    // Each approval sets a later day than the one before.
    let granted = extensions.iter().filter(|extension| extension.decided_on.is_some_and(|decided| decided <= day));
    // What was granted stays granted; a later day that an amendment promises holds for everybody.
    granted.filter_map(|extension| extension.decided_due_on).max().max(original)
}
