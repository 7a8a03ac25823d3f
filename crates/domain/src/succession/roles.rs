//! Roles that decisions give to agencies beside tasks, and who holds each on a day once events of agencies moved it.
//! Must not rewrite what was signed: what an event moved stands beside it.
//! What an event moves is decided in `settle_roles`; assignments and rolls are `settle`.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use uuid::Uuid;

use super::AgencyEventId;
use crate::{
    agency::AgencyId,
    labels::labelled_enum,
    programme::{ProgrammeId, ResponsibilityRelation},
    validity::Validity,
};

labelled_enum! {
    /// What an agency is to a programme or a regime, beside its part in tasks.
    pub enum AgencyRoleKind {
        /// Has a duty of the decision ("Điều 2").
        Responsible = "RESPONSIBLE",
        /// Carries out such a duty with whoever has it.
        With = "WITH",
        /// Such a duty is directed at it.
        DirectedAt = "DIRECTED_AT",
        /// Receives the reports of a regime.
        Receiver = "RECEIVER",
        /// Cơ quan thường trực of a programme.
        StandingAgency = "STANDING_AGENCY",
        /// Receives the reviews of a programme.
        ReportsTo = "REPORTS_TO",
    }
}

impl From<ResponsibilityRelation> for AgencyRoleKind {
    fn from(relation: ResponsibilityRelation) -> Self {
        match relation {
            ResponsibilityRelation::With => Self::With,
            ResponsibilityRelation::DirectedAt => Self::DirectedAt,
        }
    }
}

/// A role: which, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgencyRole {
    pub kind: AgencyRoleKind,
    /// Of the duty, the regime or the programme.
    pub subject: Uuid,
}

/// To whom a role was given by what is signed, and for which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRole {
    pub role: AgencyRole,
    pub agency: AgencyId,
    pub validity: Validity,
    /// From which day the document holds that gave it, where `validity` has no beginning: events of before are none of its matter.
    pub signed_on: Option<NaiveDate>,
    /// None for a regime of every programme.
    pub programme: Option<ProgrammeId>,
    /// Of the duty, the regime or the programme.
    pub code: Arc<str>,
}

/// That an event moved a role, or that a successor was named for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleSuccession {
    pub role: AgencyRole,
    pub from: AgencyId,
    pub to: AgencyId,
    pub event: AgencyEventId,
    /// The event's day and its place among those of the day.
    pub at: (NaiveDate, i32),
}

/// A role that an event left without an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuedRole {
    pub event: AgencyEventId,
    pub role: AgencyRole,
    /// Whose it was; a collective where its roll became empty.
    pub agency: AgencyId,
    pub since: NaiveDate,
}

impl SignedRole {
    /// The day from which it was given; none where that is not known.
    pub fn given_from(&self) -> Option<NaiveDate> {
        self.validity.from.or(self.signed_on)
    }

    /// Who holds it after those of these successions that `counts` takes; they are in the order of time.
    fn after(&self, successions: &[RoleSuccession], counts: impl Fn((NaiveDate, i32)) -> bool) -> AgencyId {
        let began = |day: NaiveDate| self.given_from().is_none_or(|from| from < day);
        let of = successions.iter().filter(|one| one.role == self.role && began(one.at.0) && counts(one.at));
        of.fold(self.agency, |holder, one| if one.from == holder { one.to } else { holder })
    }

    /// Who holds it at the end of a day, or held it last where it had ended by then.
    pub fn holder_on(&self, successions: &[RoleSuccession], day: NaiveDate) -> AgencyId {
        let last = self.validity.to.and_then(|to| to.pred_opt()).map_or(day, |last| last.min(day));
        self.after(successions, |(on, _)| on <= last)
    }

    /// Who holds it when an event comes.
    pub fn holder_before(&self, successions: &[RoleSuccession], event: (NaiveDate, i32)) -> AgencyId {
        self.after(successions, |at| at < event)
    }
}

/// As signed, but with one row where the same agency is named by one wording after the other: an amendment of other words gives nothing
/// anew.
pub fn joined(signed: Vec<SignedRole>) -> Vec<SignedRole> {
    let mut by_role: BTreeMap<(AgencyRole, AgencyId), Vec<SignedRole>> = BTreeMap::new();
    for one in signed {
        by_role.entry((one.role, one.agency)).or_default().push(one);
    }
    let mut found: Vec<SignedRole> = Vec::new();
    for mut rows in by_role.into_values() {
        rows.sort_by_key(|one| one.validity.from);
        for row in rows {
            match found.last_mut() {
                Some(last)
                    if (last.role, last.agency) == (row.role, row.agency)
                        && last.validity.to.is_some()
                        && last.validity.to == row.validity.from =>
                {
                    last.validity.to = row.validity.to;
                    last.code = row.code;
                }
                _ => found.push(row),
            }
        }
    }
    found
}
