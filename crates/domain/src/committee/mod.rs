//! Committees (ban chỉ đạo): who set them up, when, with which seats, and who sat where.
//! Must not rewrite a roster: an act closes rows on its day and opens others.
//! What an act may do is `history`, what its log says `log`, who sits where on a day `roster`; the body itself is an `agency`.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::{
    agency::{AgencyId, Post},
    document::DocumentId,
    id::Id,
    labels::labelled_enum,
    validity::Validity,
};

mod change;
mod history;
mod log;
mod roster;

pub use change::{Change, ChangeKind, Opened, RowId, RowKind};
pub use history::{Matter, SeatDraft, Sitter, apply};
pub use log::{Logged, annulment, folded};
pub use roster::{Difference, Holders, Occupant, Place, Roster, difference, held, in_office, occupants, roster};

/// A committee is a body of the register; it has that body's identifier and code.
pub type CommitteeId = AgencyId;
pub type ActId = Id<CommitteeAct>;
pub type TermId = Id<Term>;
pub type StandingId = Id<StandingAgency>;
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
        /// Tổ trưởng, Chánh Văn phòng: at the head of a unit.
        UnitHead = "UNIT_HEAD",
    }
}

impl CommitteeRole {
    /// At most one seat of a committee has such a role at any instant, or one of a unit.
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Head | Self::StandingDeputyHead | Self::UnitHead)
    }

    /// Of a unit, not of the committee itself.
    pub const fn is_of_unit(self) -> bool {
        matches!(self, Self::UnitHead)
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
        /// Another agency becomes the standing agency.
        Entrust = "ENTRUST",
        /// An act that has not taken effect is taken back.
        Annul = "ANNUL",
        Dissolve = "DISSOLVE",
    }
}

labelled_enum! {
    /// What an agency that ends, or a post that falls vacant, leaves in a committee.
    pub enum VacatedPlace {
        /// Nobody holds the post that the seat goes with any more.
        Seat = "SEAT",
        /// It was the standing agency.
        StandingAgency = "STANDING_AGENCY",
    }
}

/// Something done to a committee. Appended, never changed; every roster follows from the acts.
#[derive(Clone, Debug)]
pub struct CommitteeAct {
    pub id: ActId,
    pub committee: CommitteeId,
    pub kind: CommitteeActKind,
    /// The first day on which it holds; of an annulment the day on which the other act would have.
    pub effective_on: NaiveDate,
    /// The order among the acts of a committee, from 1.
    pub number: i32,
    /// An annulment may have none, and then a note says why.
    pub basis: Option<DocumentId>,
    pub note: Option<Arc<str>>,
    /// The act that an annulment takes back.
    pub annuls: Option<ActId>,
}

/// A roster as one document constituted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub id: TermId,
    pub committee: CommitteeId,
    /// Who set it up.
    pub authority: AgencyId,
    pub validity: Validity,
    pub basis: DocumentId,
}

/// Cơ quan thường trực: the agency that serves a committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingAgency {
    pub id: StandingId,
    pub term: TermId,
    pub agency: AgencyId,
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

impl Office {
    pub const fn post(self) -> Option<Id<Post>> {
        if let Self::Post(post) = self { Some(post) } else { None }
    }

    /// The agency whose head it is.
    pub const fn headed(self) -> Option<AgencyId> {
        if let Self::HeadOf(agency) = self { Some(agency) } else { None }
    }
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
    pub standing: Vec<StandingAgency>,
    pub seats: Vec<Seat>,
    pub stays: Vec<Stay>,
    /// The day of the last act that was not annulled.
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

    /// The agency that serves the committee on a day.
    pub fn standing_on(&self, day: NaiveDate) -> Option<&StandingAgency> {
        self.standing.iter().find(|standing| standing.validity.contains(day))
    }

    /// Adds what an act changed. After an annulment the day of the last act follows from the whole log: see [`folded`].
    pub fn take(&mut self, changes: &[Change], act: &CommitteeAct) {
        for change in changes {
            match change {
                Change::Open(Opened::Term(term)) => self.terms.push(term.clone()),
                Change::Open(Opened::Standing(standing)) => self.standing.push(standing.clone()),
                Change::Open(Opened::Seat(seat)) => self.seats.push(seat.clone()),
                Change::Open(Opened::Stay(stay)) => self.stays.push(stay.clone()),
                Change::End(row, day) => self.end(*row, Some(*day)),
                Change::Resume(row) => self.end(*row, None),
                Change::Withdraw(RowId::Term(id)) => self.terms.retain(|row| row.id != *id),
                Change::Withdraw(RowId::Standing(id)) => self.standing.retain(|row| row.id != *id),
                Change::Withdraw(RowId::Seat(id)) => self.seats.retain(|row| row.id != *id),
                Change::Withdraw(RowId::Stay(id)) => self.stays.retain(|row| row.id != *id),
            }
        }
        self.last_act_on = Some(act.effective_on);
    }

    fn end(&mut self, row: RowId, day: Option<NaiveDate>) {
        let validity = match row {
            RowId::Term(id) => self.terms.iter_mut().find(|row| row.id == id).map(|row| &mut row.validity),
            RowId::Standing(id) => self.standing.iter_mut().find(|row| row.id == id).map(|row| &mut row.validity),
            RowId::Seat(id) => self.seats.iter_mut().find(|row| row.id == id).map(|row| &mut row.validity),
            RowId::Stay(id) => self.stays.iter_mut().find(|row| row.id == id).map(|row| &mut row.validity),
        };
        if let Some(validity) = validity {
            validity.to = day;
        }
    }
}

#[cfg(test)]
mod tests;
