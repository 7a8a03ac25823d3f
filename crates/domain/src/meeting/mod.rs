//! Meetings of committees: agenda, who is invited and came, minutes that a signature locks, and what was concluded.
//! Must not change what was signed: corrections are appended.
//! Rosters are `committee`; a conclusion of signed minutes is a `task` of its programme.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    account::AccountId,
    agency::AgencyId,
    clock::local_day,
    committee::{CommitteeId, CommitteeRole, CommitteeUnit, PersonId, Place, SeatId},
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    policy::ReportScope,
    programme::ProgrammeId,
    task::TaskId,
    warning::Warning,
};

pub type MeetingId = Id<Meeting>;
pub type InviteeId = Id<Invitee>;
pub type ConclusionId = Id<Conclusion>;

labelled_enum! {
    /// How a meeting stands.
    pub enum MeetingStatus {
        Planned = "PLANNED",
        Held = "HELD",
        Cancelled = "CANCELLED",
    }
}

labelled_enum! {
    /// Whether somebody who was invited came.
    pub enum Attendance {
        Present = "PRESENT",
        /// With the reason.
        Absent = "ABSENT",
        /// By somebody who is named.
        Represented = "REPRESENTED",
    }
}

labelled_enum! {
    /// What is done to a meeting.
    pub enum MeetingActKind {
        /// It took place, and so many came.
        Hold = "HOLD",
        Cancel = "CANCEL",
        /// The minutes are signed; from then on they are locked, and each conclusion is a task.
        Sign = "SIGN",
        /// A correction is appended to signed minutes.
        Correct = "CORRECT",
        /// Everybody may read the minutes and the conclusions.
        Publish = "PUBLISH",
    }
}

/// Something that changes a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Agenda, invited, time and place are set anew.
    Replan,
    /// The minutes with their conclusions are written anew.
    Draft,
    Act(MeetingActKind),
}

/// A meeting of a committee about a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    pub id: MeetingId,
    pub committee: CommitteeId,
    pub programme: ProgrammeId,
    pub title: Arc<str>,
    pub place: Option<Arc<str>>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    /// How many members have to be there; more than half of them where nothing is said.
    pub quorum: Option<i32>,
    pub status: MeetingStatus,
    /// Why it was cancelled.
    pub reason: Option<Arc<str>>,
    /// Titles, in order.
    pub agenda: Vec<Arc<str>>,
    pub invitees: Vec<Invitee>,
    /// The roster of its day as it was known when the meeting was held; empty before.
    pub roster: Vec<SeatThen>,
    pub minutes: Option<Arc<str>>,
    pub signature: Option<Signature>,
    pub corrections: Vec<Correction>,
    pub conclusions: Vec<Conclusion>,
    pub published_at: Option<DateTime<Utc>>,
    /// Raised by every change, from 1.
    pub revision: i32,
}

/// A seat on the roster of a meeting's day. Kept with the meeting: what is recorded of the committee later does not change who was
/// entitled to be there, nor by which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatThen {
    pub seat: SeatId,
    /// None for members of the committee itself.
    pub unit: Option<CommitteeUnit>,
    pub role: CommitteeRole,
    /// As printed; none where nobody sat.
    pub name: Option<Arc<str>>,
    pub person: Option<PersonId>,
}

impl From<&Place> for SeatThen {
    fn from(place: &Place) -> Self {
        let occupant = place.occupant.as_ref();
        Self {
            seat: place.seat.id,
            unit: place.seat.unit,
            role: place.seat.role,
            name: occupant.map(|occupant| Arc::clone(&occupant.name)),
            person: occupant.and_then(|occupant| occupant.person),
        }
    }
}

/// Under signed minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub signer: Arc<str>,
    pub on: NaiveDate,
    /// The minutes, or the notice of what was concluded, as a document.
    pub document: DocumentId,
}

/// Somebody who is invited: a seat of the roster, an agency, or whoever is told in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    pub id: InviteeId,
    pub seat: Option<SeatId>,
    /// For a seat that goes with a post: the agency of the post.
    pub agency: Option<AgencyId>,
    pub words: Option<Arc<str>>,
    /// None before the meeting.
    pub attended: Option<Attended>,
}

/// Whether and how somebody came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    pub how: Attendance,
    /// Of an absence.
    pub reason: Option<Arc<str>>,
    pub represented_by: Option<Arc<str>>,
}

/// What was wrong in signed minutes, and what is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// From 1.
    pub number: i32,
    pub text: Arc<str>,
    pub reason: Arc<str>,
    pub account: AccountId,
    pub at: DateTime<Utc>,
}

/// A conclusion or direction, with who carries it out and by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    pub id: ConclusionId,
    /// From 1.
    pub number: i32,
    pub text: Arc<str>,
    pub lead: AgencyId,
    pub coordinators: Vec<AgencyId>,
    pub due_on: NaiveDate,
    /// As which it is followed, from the signature on.
    pub task: Option<TaskId>,
    /// Whoever has or had a part in that task, successors and those named later included.
    pub carried_by: Vec<AgencyId>,
}

/// Whether enough members were there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Members on the roster of the day.
    pub entitled: usize,
    /// Of these, in person or represented.
    pub present: usize,
    pub needed: usize,
}

impl Quorum {
    pub const fn is_met(self) -> bool {
        self.present >= self.needed
    }
}

impl Meeting {
    /// The day in Viet Nam on which it begins.
    pub fn day(&self) -> NaiveDate {
        local_day(self.starts_at)
    }

    /// Whether something may be done to it as it stands.
    pub fn may(&self, step: Step) -> bool {
        use MeetingActKind as Kind;
        let is_open = self.signature.is_none();
        match step {
            Step::Replan | Step::Act(Kind::Cancel) => self.status == MeetingStatus::Planned,
            // Who came can be set right until the minutes are signed.
            Step::Act(Kind::Hold) => self.status != MeetingStatus::Cancelled && is_open,
            Step::Draft => self.status == MeetingStatus::Held && is_open,
            Step::Act(Kind::Sign) => self.status == MeetingStatus::Held && is_open && self.minutes.is_some(),
            Step::Act(Kind::Correct) => !is_open,
            Step::Act(Kind::Publish) => !is_open && self.published_at.is_none(),
        }
    }

    /// Invited seats that are not on a roster, which has changed since they were invited.
    pub fn not_on(&self, roster: &[SeatThen]) -> usize {
        let seats = self.invitees.iter().filter_map(|invitee| invitee.seat);
        seats.filter(|seat| !roster.iter().any(|known| known.seat == *seat)).count()
    }

    /// Whether enough members were there; none before the meeting. Units work for the committee: its members are the seats of the
    /// body itself.
    pub fn quorum(&self) -> Option<Quorum> {
        let members: Vec<SeatId> = self.roster.iter().filter(|seat| seat.unit.is_none()).map(|seat| seat.seat).collect();
        if self.status != MeetingStatus::Held {
            return None;
        }
        let came = |attended: &Attended| attended.how != Attendance::Absent;
        let was_there = |seat: &&SeatId| {
            self.invitees.iter().any(|invitee| invitee.seat == Some(**seat) && invitee.attended.as_ref().is_some_and(came))
        };
        let needed = self.quorum.and_then(|needed| usize::try_from(needed).ok()).unwrap_or(members.len() / 2 + 1);
        Some(Quorum { entitled: members.len(), present: members.iter().filter(was_there).count(), needed })
    }
}

impl Quorum {
    /// What looks wrong about it.
    pub fn warnings(self) -> Vec<Warning> {
        if self.is_met() { Vec::new() } else { vec![Warning::BelowQuorum] }
    }
}

/// How much of a meeting somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everything, as who manages it and who follows the programme.
    Whole,
    /// Its plan, and what the caller's own agency has to do, as an agency that is invited or carries something out.
    Party,
    /// What is published.
    Public,
}

impl Meeting {
    /// What a caller with this scope may see of it. The query has found that it is anything at all.
    pub fn seen_by(mut self, scope: &ReportScope) -> (Self, Sight) {
        let within = |programme: &Option<ProgrammeId>| programme.is_none_or(|programme| programme == self.programme);
        let reaching = || scope.open.iter().filter(|(_, programme)| within(programme));
        if reaching().any(|(agency, _)| agency.is_none()) {
            return (self, Sight::Whole);
        }
        let own: Vec<AgencyId> = reaching().filter_map(|(agency, _)| *agency).collect();
        let is_own = |agency: &AgencyId| own.contains(agency);
        let is_signed = self.signature.is_some();
        let carries = |one: &Conclusion| is_signed && one.carried_by.iter().any(is_own);
        let is_party = self.conclusions.iter().any(carries) || self.invitees.iter().filter_map(|one| one.agency.as_ref()).any(is_own);
        if is_party {
            // Why somebody else did not come is not for everybody.
            for invitee in &mut self.invitees {
                invitee.attended = invitee.attended.take().filter(|_| invitee.agency.as_ref().is_some_and(is_own));
            }
        } else {
            self.invitees.clear();
        }
        if self.published_at.is_none() {
            self.conclusions.retain(carries);
            self.minutes = None;
            self.corrections.clear();
        }
        (self, if is_party { Sight::Party } else { Sight::Public })
    }
}

impl Attended {
    /// What is wrong with it: an absence has a reason, a representative a name, and nobody has what is not theirs.
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let needed = |is_needed: bool, is_given: bool, field: &str| {
            let code = if is_needed { Code::FieldRequired } else { Code::RuleBroken };
            (is_needed != is_given).then(|| Fault::new(format!("{at}/{field}"), code))
        };
        let reason = needed(self.how == Attendance::Absent, self.reason.is_some(), "reason");
        let represented = needed(self.how == Attendance::Represented, self.represented_by.is_some(), "representedBy");
        reason.into_iter().chain(represented).collect()
    }
}

#[cfg(test)]
mod tests;
