//! Committees, rosters and acts as REST shows and takes them.
//! Must not derive who sits where; it comes from `app::committee`.
//! Rosters are `read`, acts `log`, seats and people through time `history`; what is sent is `write`.

mod history;
mod log;
mod read;
mod write;

pub use history::{CommitteeMember, SeatHistory};
pub use log::{CommitteeActOutcome, CommitteeActs};
pub use read::{Committee, CommitteeDetail, CommitteeOccupant, CommitteePage, CommitteePlace, CommitteeSeat, RosterDifference};
pub use write::{ActParams, CommitteeParams, CompareParams, NewCommittee, NewCommitteeAct, RosterParams};
