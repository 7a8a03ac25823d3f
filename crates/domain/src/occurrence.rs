//! The life of a task in one year: who may move it where, when it is late, what moves its due day.
//! Must not store timeliness, and knows no caller: rights are `policy`, own matters with them.
//! The occurrence itself is `task::Occurrence`; figures over many are `statistics`.

mod extension;

use chrono::{DateTime, NaiveDate, Utc};

pub use extension::{EXTENDED_OFTEN, Extension, ExtensionId, ExtensionStatus, Settlement, approve, ask, due_as_of, is_undecided};

use crate::{
    account::AccountId,
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault, Refusal},
    id::Id,
    labels::labelled_enum,
    report::ReportId,
    task::{OccurrenceId, OccurrenceStatus, TaskId},
    validity::Validity,
};

labelled_enum! {
    /// What can be done to an occurrence.
    pub enum OccurrenceAct {
        Start = "START",
        /// A lead says that it has delivered.
        Claim = "CLAIM",
        /// A lead gives it back before starting.
        Return = "RETURN",
        Confirm = "CONFIRM",
        /// What was delivered does not do.
        Redo = "REDO",
        Suspend = "SUSPEND",
        Resume = "RESUME",
        Cancel = "CANCEL",
        Withdraw = "WITHDRAW",
        /// What was given back is to be done after all.
        Reopen = "REOPEN",
    }
}

impl OccurrenceAct {
    /// Decided above the agencies that do the task, and published with its reason.
    pub const fn is_decided_above(self) -> bool {
        matches!(self, Self::Suspend | Self::Resume | Self::Cancel | Self::Withdraw | Self::Reopen)
    }
}

labelled_enum! {
    /// How an occurrence stands to its due day on a day. Derived, never stored.
    pub enum Timeliness {
        /// It has none, and is never late.
        NoDeadline = "NO_DEADLINE",
        /// Done on the due day or before.
        OnTime = "ON_TIME",
        /// Done after it.
        Late = "LATE",
        /// Open, and the due day is still far.
        Within = "WITHIN",
        /// Open, and the due day is a few days away at most.
        NearlyDue = "NEARLY_DUE",
        /// Open, and the due day is past.
        Overdue = "OVERDUE",
    }
}

/// So many days before the due day an occurrence is nearly due, where nobody asks otherwise.
pub const NEARLY_DUE_DAYS: u32 = 3;

impl OccurrenceStatus {
    /// Whether it counts as assigned: not while suspended, never when cancelled or taken back.
    pub const fn is_assigned(self) -> bool {
        !matches!(self, Self::Suspended | Self::Cancelled | Self::Withdrawn)
    }

    /// Whether it is still to be done.
    pub const fn is_open(self) -> bool {
        self.is_assigned() && !matches!(self, Self::Completed)
    }

    /// Whether it is over for good: nothing moves it any more.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Withdrawn)
    }

    /// Whether a lead is at work on it or could be.
    pub const fn is_worked_on(self) -> bool {
        matches!(self, Self::NotStarted | Self::InProgress | Self::Redo)
    }

    /// How it stands to its due day on a day; none where it does not count.
    pub fn timeliness(
        self,
        due_on: Option<NaiveDate>,
        completed_on: Option<NaiveDate>,
        as_of: NaiveDate,
        nearly: u32,
    ) -> Option<Timeliness> {
        if !self.is_assigned() {
            return None;
        }
        let Some(due) = due_on else { return Some(Timeliness::NoDeadline) };
        Some(match (self, completed_on) {
            (Self::Completed, Some(completed)) if completed > due => Timeliness::Late,
            (Self::Completed, _) => Timeliness::OnTime,
            // The due day is the last one: from midnight after it, local time, it is past.
            _ if due < as_of => Timeliness::Overdue,
            _ if (due - as_of).num_days() <= i64::from(nearly) => Timeliness::NearlyDue,
            _ => Timeliness::Within,
        })
    }
}

/// Something that was done to an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceEvent {
    pub id: Id<OccurrenceEvent>,
    pub occurrence: OccurrenceId,
    /// The revision that it made.
    pub number: i32,
    pub act: OccurrenceAct,
    pub from: OccurrenceStatus,
    pub to: OccurrenceStatus,
    /// For whom it was done; nobody, where the one who decides speaks for no agency.
    pub agency: Option<AgencyId>,
    pub account: AccountId,
    pub at: DateTime<Utc>,
    /// From this day on it counts.
    pub counts_on: NaiveDate,
    pub reason: Option<String>,
    pub document: Option<DocumentId>,
    /// Who should do it instead.
    pub proposed_agency: Option<AgencyId>,
    /// Decided by an agency that leads the task itself.
    pub self_decided: bool,
}

/// That a lead has delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: Id<Claim>,
    pub occurrence: OccurrenceId,
    pub agency: AgencyId,
    /// When the product was delivered.
    pub delivered_on: NaiveDate,
    /// What shows it.
    pub note: String,
    pub report: Option<ReportId>,
    pub claimed_by: AccountId,
    pub claimed_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// The lead that alone answers for a task with several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub id: Id<Principal>,
    pub task: TaskId,
    /// How many designations the task had, this one included.
    pub number: i32,
    /// None: from then on nobody alone.
    pub agency: Option<AgencyId>,
    pub validity: Validity,
    pub document: DocumentId,
}

/// Who answers for an occurrence: every lead, each member of a collective as one of its own, or one of them alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leads {
    pub all: Vec<AgencyId>,
    pub principal: Option<AgencyId>,
}

impl Leads {
    /// Whether an agency leads.
    pub fn has(&self, agency: AgencyId) -> bool {
        self.all.contains(&agency)
    }

    /// Whether those who have delivered are enough.
    fn are_content(&self, delivered: &[(AgencyId, NaiveDate)]) -> bool {
        let has_delivered = |lead: &AgencyId| delivered.iter().any(|(agency, _)| agency == lead);
        self.principal.as_ref().is_some_and(has_delivered) || (!self.all.is_empty() && self.all.iter().all(has_delivered))
    }
}

/// Where an occurrence stands, as far as what may come next depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub status: OccurrenceStatus,
    pub due_on: Option<NaiveDate>,
    /// What it was before it was suspended.
    pub suspended_from: Option<OccurrenceStatus>,
    /// Who has delivered when, by the claims that count.
    pub delivered: Vec<(AgencyId, NaiveDate)>,
    pub has_open_extension: bool,
}

/// Something to do to an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Start { by: AgencyId },
    Claim { by: AgencyId, delivered_on: NaiveDate },
    Return { by: AgencyId, to: AgencyId },
    Confirm,
    Redo,
    Suspend,
    Resume,
    Cancel,
    Withdraw,
    Reopen,
}

impl Move {
    /// Its name.
    pub const fn act(self) -> OccurrenceAct {
        match self {
            Self::Start { .. } => OccurrenceAct::Start,
            Self::Claim { .. } => OccurrenceAct::Claim,
            Self::Return { .. } => OccurrenceAct::Return,
            Self::Confirm => OccurrenceAct::Confirm,
            Self::Redo => OccurrenceAct::Redo,
            Self::Suspend => OccurrenceAct::Suspend,
            Self::Resume => OccurrenceAct::Resume,
            Self::Cancel => OccurrenceAct::Cancel,
            Self::Withdraw => OccurrenceAct::Withdraw,
            Self::Reopen => OccurrenceAct::Reopen,
        }
    }

    /// The agency that it is done for, where it is a lead's.
    const fn by(self) -> Option<AgencyId> {
        match self {
            Self::Start { by } | Self::Claim { by, .. } | Self::Return { by, .. } => Some(by),
            _ => None,
        }
    }
}

/// What a move comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub act: OccurrenceAct,
    pub from: OccurrenceStatus,
    pub to: OccurrenceStatus,
    pub counts_on: NaiveDate,
    pub completed_on: Option<NaiveDate>,
    /// What the leads have claimed counts no more.
    pub withdraws_claims: bool,
}

/// Whether and where a move leads.
///
/// # Errors
/// `NOT_A_LEAD`, `OCCURRENCE_STATE`, `BODY_INVALID` for a day that has not come or an agency that cannot be meant.
pub fn step(standing: &Standing, leads: &Leads, what: Move, today: NaiveDate) -> Result<Step, Refusal> {
    use OccurrenceStatus::{AwaitingConfirmation, Cancelled, Completed, InProgress, NotStarted, Redo, Returned, Suspended, Withdrawn};
    if what.by().is_some_and(|agency| !leads.has(agency)) {
        return Err(Refusal::new(Code::NotALead));
    }
    let from = standing.status;
    let to = match (from, what) {
        (NotStarted, Move::Start { .. }) => InProgress,
        (InProgress | Redo, Move::Claim { by, delivered_on }) => claimed(standing, leads, by, delivered_on, today)?,
        (NotStarted, Move::Return { by, to }) => returned(by, to)?,
        (AwaitingConfirmation, Move::Confirm) => Completed,
        (AwaitingConfirmation, Move::Redo) => Redo,
        (NotStarted | InProgress | AwaitingConfirmation | Redo | Returned, Move::Suspend) => Suspended,
        (Suspended, Move::Resume) => standing.suspended_from.unwrap_or(NotStarted),
        (Completed | Cancelled | Withdrawn, Move::Cancel | Move::Withdraw) => return Err(not_from(from)),
        (_, Move::Cancel) => Cancelled,
        (_, Move::Withdraw) => Withdrawn,
        (Returned, Move::Reopen) => NotStarted,
        _ => return Err(not_from(from)),
    };
    let completed_on = if to == Completed { standing.delivered.iter().map(|(_, day)| *day).max() } else { None };
    if to == Completed && completed_on.is_none() {
        return Err(not_from(from));
    }
    let counts_on = completed_on.unwrap_or(today);
    Ok(Step { act: what.act(), from, to, counts_on, completed_on, withdraws_claims: to == Redo && what == Move::Redo })
}

/// Where a claim leads: the leads together, or the principal, make it ready to be confirmed.
fn claimed(
    standing: &Standing,
    leads: &Leads,
    by: AgencyId,
    delivered_on: NaiveDate,
    today: NaiveDate,
) -> Result<OccurrenceStatus, Refusal> {
    if delivered_on > today {
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/deliveredOn", Code::DayInFuture)]));
    }
    let mut delivered = standing.delivered.clone();
    delivered.push((by, delivered_on));
    Ok(if leads.are_content(&delivered) { OccurrenceStatus::AwaitingConfirmation } else { standing.status })
}

fn returned(by: AgencyId, to: AgencyId) -> Result<OccurrenceStatus, Refusal> {
    if by == to {
        let words = ("Cơ quan được đề nghị phải là cơ quan khác.", "The agency proposed must be another one.");
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::worded("/agency", Code::RuleBroken, words.0, words.1)]));
    }
    Ok(OccurrenceStatus::Returned)
}

fn not_from(status: OccurrenceStatus) -> Refusal {
    Refusal::worded(
        Code::OccurrenceState,
        format!("Không thể làm việc này khi nhiệm vụ ở trạng thái {status}."),
        format!("This cannot be done while the task is {status}."),
    )
}

/// Where an occurrence stood at the end of a day, by what was done to it in order.
pub fn state_as_of(history: &[OccurrenceEvent], day: NaiveDate) -> OccurrenceStatus {
    history.iter().rfind(|event| event.counts_on <= day).map_or(OccurrenceStatus::NotStarted, |event| event.to)
}

#[cfg(test)]
mod tests;
