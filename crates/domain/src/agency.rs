//! Agencies: legal persons with dated versions, and collectives with dated rolls.
//! Must not rewrite the past: a change is a new version.
//! Who leads or coordinates a task is `task::Assignment`.

use std::sync::Arc;

use crate::{document::Document, id::Id, labels::labelled_enum, lang::Multilingual, validity::Validity};

pub type AgencyId = Id<Agency>;

labelled_enum! {
    /// What kind of body an agency is.
    pub enum AgencyKind {
        /// People's Committee or steering committee.
        Committee = "COMMITTEE",
        /// Sở, văn phòng.
        Department = "DEPARTMENT",
        /// People's Committee of an urban or rural district.
        District = "DISTRICT",
        Press = "PRESS",
        /// Public service unit.
        Centre = "CENTRE",
        Party = "PARTY",
        /// Ministry, authority of a ministry, State Treasury.
        Central = "CENTRAL",
        Enterprise = "ENTERPRISE",
        /// Words that stand for several bodies ("Các sở, ngành").
        Collective = "COLLECTIVE",
    }
}

labelled_enum! {
    /// How the words of a collective are to be read.
    pub enum MembershipRule {
        /// A fixed list ("UBND các quận, huyện").
        Closed = "CLOSED",
        /// Only the relevant ones ("… liên quan"): needs a designation.
        Filtered = "FILTERED",
        /// Whoever falls under the words.
        Open = "OPEN",
    }
}

/// How a collective's roll is to be read and whether it is known to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectiveRule {
    pub rule: MembershipRule,
    pub complete: bool,
}

/// A body that can be given duties.
#[derive(Clone, Debug)]
pub struct Agency {
    pub id: AgencyId,
    /// Short, lower-case, never reused.
    pub code: Arc<str>,
    /// Set for a collective only.
    pub collective: Option<CollectiveRule>,
    /// In the order of their validity; never empty.
    pub versions: Vec<AgencyVersion>,
    /// Every name under which a document writes it.
    pub aliases: Vec<Arc<str>>,
    /// The roll, past and present; empty for a single body.
    pub members: Vec<AgencyMember>,
}

/// What an agency was called and where it stood for a time.
#[derive(Clone, Debug)]
pub struct AgencyVersion {
    pub name: Multilingual,
    pub kind: AgencyKind,
    pub subkind: Option<Arc<str>>,
    pub parent: Option<AgencyId>,
    pub validity: Validity,
    pub basis: Option<Id<Document>>,
    pub note: Option<Arc<str>>,
    /// Where the document that it rests on uses the words for a collective.
    pub used_in: Vec<Arc<str>>,
}

/// A body on the roll of a collective.
#[derive(Clone, Copy, Debug)]
pub struct AgencyMember {
    pub agency: AgencyId,
    pub validity: Validity,
    pub basis: Option<Id<Document>>,
}
