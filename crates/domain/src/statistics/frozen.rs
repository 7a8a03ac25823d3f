//! Figures that were published, kept as they were told, so that they can be cited.
//! Must not change: what was published wrongly is frozen again, under another identifier.
//! What is kept of them is written by `app::statistics::frozen`, stored by `persistence::frozen`.

use chrono::{DateTime, NaiveDate, Utc};

use super::Grouping;
use crate::{account::AccountId, agency::AgencyId, document::DocumentId, id::Id, programme::ProgrammeId};

pub type FrozenId = Id<Frozen>;

/// Frozen figures, without the figures themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    pub id: FrozenId,
    pub title: String,
    /// None for figures over all programmes.
    pub programme: Option<ProgrammeId>,
    /// The document that they are published in.
    pub document: Option<DocumentId>,
    pub as_of: NaiveDate,
    pub compared_to: NaiveDate,
    pub grouping: Grouping,
    /// By which formulas they were computed.
    pub formula_version: i32,
    /// SHA-256 over the ends of the audit log's strands in the state that was counted: whatever counted had been entered before.
    pub inputs_head: String,
    /// SHA-256 of the content as it is kept.
    pub content_sha256: String,
    /// For whom it was frozen.
    pub agency: Option<AgencyId>,
    pub frozen_by: AccountId,
    pub frozen_at: DateTime<Utc>,
}
