//! Committees (ban chỉ đạo): who set them up, when, with which seats, and who sat where.
//! Must not rewrite a roster: an act closes rows on its day and opens others.
//! What an act may do is `history`, who sits where on a day `roster`; the body itself is an `agency`.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::{
    agency::{AgencyId, Post},
    document::DocumentId,
    id::Id,
    labels::labelled_enum,
    validity::Validity,
};

mod history;
mod roster;

pub use history::{Change, Matter, SeatDraft, Sitter, apply};
pub use roster::{Difference, Holders, Occupant, Place, Roster, difference, held, in_office, occupants, roster};

/// A committee is a body of the register; it has that body's identifier and code.
pub type CommitteeId = AgencyId;
pub type ActId = Id<CommitteeAct>;
pub type TermId = Id<Term>;
pub type SeatId = Id<Seat>;
pub type StayId = Id<Stay>;
pub use crate::person::PersonId;

labelled_enum! {
    /// How a committee stands on a day.
    pub enum CommitteeStatus {
        /// A document calls for it; it has no seats yet.
        Planned = "PLANNED",
        /// Set up by a document.
        Established = "ESTABLISHED",
        Dissolved = "DISSOLVED",
    }
}

labelled_enum! {
    /// What somebody is in a committee.
    pub enum CommitteeRole {
        /// Trưởng ban.
        Head = "HEAD",
        /// Phó trưởng ban thường trực.
        StandingDeputyHead = "STANDING_DEPUTY_HEAD",
        /// Phó trưởng ban.
        DeputyHead = "DEPUTY_HEAD",
        /// Ủy viên thường trực.
        StandingMember = "STANDING_MEMBER",
        /// Ủy viên.
        Member = "MEMBER",
        /// Thư ký.
        Secretary = "SECRETARY",
    }
}

impl CommitteeRole {
    /// At most one seat of a committee has such a role at any instant.
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Head | Self::StandingDeputyHead)
    }
}

labelled_enum! {
    /// A part of a committee that works for it.
    pub enum CommitteeUnit {
        /// Tổ thư ký.
        Secretariat = "SECRETARIAT",
        /// Tổ giúp việc.
        SupportTeam = "SUPPORT_TEAM",
    }
}

labelled_enum! {
    /// What is done to a committee.
    pub enum CommitteeActKind {
        /// Quyết định thành lập.
        Establish = "ESTABLISH",
        /// Kiện toàn: one roster ends on the day before, another begins.
        Consolidate = "CONSOLIDATE",
        /// Seats are added or taken away within a roster.
        Amend = "AMEND",
        /// Somebody is put into a seat; whoever sat there leaves it.
        Appoint = "APPOINT",
        /// Somebody leaves a seat, which stays empty.
        Release = "RELEASE",
        Dissolve = "DISSOLVE",
    }
}

/// Something done to a committee. Appended, never changed; every roster follows from the acts.
#[derive(Clone, Debug)]
pub struct CommitteeAct {
    pub id: ActId,
    pub committee: CommitteeId,
    pub kind: CommitteeActKind,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// The order among the acts of a committee, from 1.
    pub number: i32,
    pub basis: DocumentId,
    pub note: Option<Arc<str>>,
}

/// A roster as one document constituted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub id: TermId,
    pub committee: CommitteeId,
    /// Who set it up.
    pub authority: AgencyId,
    /// Cơ quan thường trực.
    pub standing_agency: Option<AgencyId>,
    pub validity: Validity,
    pub basis: DocumentId,
}

/// What an ex officio seat goes with: whoever holds it sits there, without another decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Office {
    /// To be at the head of an agency, under whatever title.
    HeadOf(AgencyId),
    Post(Id<Post>),
}

/// A place in a committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub id: SeatId,
    pub term: TermId,
    pub unit: Option<CommitteeUnit>,
    pub role: CommitteeRole,
    /// Position in the decision, from 1.
    pub rank: i32,
    /// Ex officio.
    pub office: Option<Office>,
    /// The post as the decision writes it, e.g. "Giám đốc Sở Nội vụ".
    pub position: Option<Arc<str>>,
    /// What the member is charged with.
    pub duty: Option<Arc<str>>,
    pub validity: Validity,
    pub basis: DocumentId,
}

/// A person in a seat that goes with no office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub id: StayId,
    pub seat: SeatId,
    pub person: PersonId,
    /// As the document prints it, whatever the register calls the person later.
    pub printed_name: Arc<str>,
    pub validity: Validity,
    pub basis: DocumentId,
}

/// A person, as decisions print the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: Arc<str>,
}

/// Everything that a committee ever was, as far as rosters go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// In the order of time.
    pub terms: Vec<Term>,
    pub seats: Vec<Seat>,
    pub stays: Vec<Stay>,
    /// The day of the last act.
    pub last_act_on: Option<NaiveDate>,
}

impl History {
    /// How the committee stands on a day.
    pub fn status_on(&self, day: NaiveDate) -> CommitteeStatus {
        match self.term_on(day) {
            Some(_) => CommitteeStatus::Established,
            None if self.terms.iter().any(|term| term.validity.from.is_some_and(|from| from <= day)) => CommitteeStatus::Dissolved,
            None => CommitteeStatus::Planned,
        }
    }

    /// The roster in force on a day.
    pub fn term_on(&self, day: NaiveDate) -> Option<&Term> {
        self.terms.iter().find(|term| term.validity.contains(day))
    }

    /// Adds what an act changed.
    pub fn take(&mut self, changes: &[Change], act: &CommitteeAct) {
        for change in changes {
            match change {
                Change::Open(term) => self.terms.push(term.clone()),
                Change::Close(id, day) => end(self.terms.iter_mut().filter(|term| term.id == *id).map(|term| &mut term.validity), *day),
                Change::AddSeat(seat) => self.seats.push(seat.clone()),
                Change::EndSeat(id, day) => end(self.seats.iter_mut().filter(|seat| seat.id == *id).map(|seat| &mut seat.validity), *day),
                Change::Sit(stay) => self.stays.push(stay.clone()),
                Change::Leave(id, day) => end(self.stays.iter_mut().filter(|stay| stay.id == *id).map(|stay| &mut stay.validity), *day),
            }
        }
        self.last_act_on = Some(act.effective_on);
    }
}

fn end<'a>(rows: impl Iterator<Item = &'a mut Validity>, day: NaiveDate) {
    for validity in rows {
        validity.to = Some(day);
    }
}

#[cfg(test)]
mod tests;
