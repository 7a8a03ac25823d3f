//! Committees, rosters and acts as REST shows and takes them.
//! Must not derive who sits where; it comes from `app::committee`.
//! What is shown is `read`, what is sent `write`.

mod history;
mod read;
mod write;

pub use history::{CommitteeMember, SeatHistory};
pub use read::{
    Committee, CommitteeActOutcome, CommitteeActs, CommitteeDetail, CommitteeOccupant, CommitteePage, CommitteePlace, RosterDifference,
};
pub use write::{ActParams, CommitteeParams, CompareParams, NewCommittee, NewCommitteeAct, RosterParams};
