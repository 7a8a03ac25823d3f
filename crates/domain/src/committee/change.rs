//! What acts do to the rows of a committee: terms, standing agencies, seats, people in them.
//! Must not hold a rule; those of acts are `history`.
//! The log that keeps changes is `log`.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Seat, SeatId, StandingAgency, StandingId, Stay, StayId, Term, TermId};
use crate::{agency::AgencyId, labels::labelled_enum};

/// A row that an act opens; it begins on the day of the act and rests on its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    Term(Term),
    Standing(StandingAgency),
    Seat(Seat),
    Stay(Stay),
}

impl Opened {
    pub const fn seat(&self) -> Option<&Seat> {
        if let Self::Seat(seat) = self { Some(seat) } else { None }
    }

    pub const fn stay(&self) -> Option<&Stay> {
        if let Self::Stay(stay) = self { Some(stay) } else { None }
    }

    /// The authority of a term, or the standing agency.
    pub const fn agency(&self) -> Option<AgencyId> {
        match self {
            Self::Term(term) => Some(term.authority),
            Self::Standing(standing) => Some(standing.agency),
            _ => None,
        }
    }

    /// The term to which a seat or a standing agency belongs.
    pub const fn term(&self) -> Option<TermId> {
        match self {
            Self::Seat(seat) => Some(seat.term),
            Self::Standing(standing) => Some(standing.term),
            _ => None,
        }
    }
}

/// Which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowId {
    Term(TermId),
    Standing(StandingId),
    Seat(SeatId),
    Stay(StayId),
}

/// What an act does to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Open(Opened),
    /// From the day on it is no more; it was open before.
    End(RowId, NaiveDate),
    /// An annulled act opened it: it never was.
    Withdraw(RowId),
    /// An annulled act ended it: it goes on.
    Resume(RowId),
}

labelled_enum! {
    /// What is done to a row.
    pub enum ChangeKind {
        /// It begins.
        Open = "OPEN",
        /// From the day of the act on it is no more.
        End = "END",
        /// An annulled act opened it: it never was.
        Withdraw = "WITHDRAW",
        /// An annulled act ended it: it goes on.
        Resume = "RESUME",
    }
}

labelled_enum! {
    /// What a row of a committee is.
    pub enum RowKind {
        /// A roster as one document constituted it, with the authority that set it up.
        Term = "TERM",
        StandingAgency = "STANDING_AGENCY",
        Seat = "SEAT",
        /// A person in a seat, by name.
        Stay = "STAY",
    }
}

impl RowId {
    pub const fn kind(self) -> RowKind {
        match self {
            Self::Term(_) => RowKind::Term,
            Self::Standing(_) => RowKind::StandingAgency,
            Self::Seat(_) => RowKind::Seat,
            Self::Stay(_) => RowKind::Stay,
        }
    }

    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Term(id) => id.uuid(),
            Self::Standing(id) => id.uuid(),
            Self::Seat(id) => id.uuid(),
            Self::Stay(id) => id.uuid(),
        }
    }
}

impl Change {
    pub const fn kind(&self) -> ChangeKind {
        match self {
            Self::Open(_) => ChangeKind::Open,
            Self::End(..) => ChangeKind::End,
            Self::Withdraw(_) => ChangeKind::Withdraw,
            Self::Resume(_) => ChangeKind::Resume,
        }
    }

    /// What it opens.
    pub const fn opened(&self) -> Option<&Opened> {
        if let Self::Open(opened) = self { Some(opened) } else { None }
    }

    /// The row that it opens or changes.
    pub const fn row(&self) -> RowId {
        match self {
            Self::Open(Opened::Term(term)) => RowId::Term(term.id),
            Self::Open(Opened::Standing(standing)) => RowId::Standing(standing.id),
            Self::Open(Opened::Seat(seat)) => RowId::Seat(seat.id),
            Self::Open(Opened::Stay(stay)) => RowId::Stay(stay.id),
            Self::End(row, _) | Self::Withdraw(row) | Self::Resume(row) => *row,
        }
    }
}
