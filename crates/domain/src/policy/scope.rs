//! How far a caller reads: what every query over reports, deliverables, money and the like starts from.
//! Must not decide on single acts; the parent does, by the same rules.

use super::{
    Action, Caller, Resource, covers,
    rules::{Holder, RULES, Reach, Rule},
};
use crate::{
    account::{Held, Scope},
    agency::AgencyId,
    programme::ProgrammeId,
};

/// Which reports a caller may know of, besides what is published. Every query over reports starts from one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportScope {
    /// Each entry opens the reports of an agency, of a programme, or of an agency within a programme; one without both opens all.
    pub open: Vec<(Option<AgencyId>, Option<ProgrammeId>)>,
}

impl ReportScope {
    /// Every report that was ever submitted.
    pub fn is_all(&self) -> bool {
        self.open.contains(&(None, None))
    }

    /// Whether a report of the agency in the programme is seen by right, not only once it is published. What was never
    /// submitted is seen by those who hold a role in the agency alone.
    pub fn opens(&self, agency: AgencyId, programme: ProgrammeId, is_submitted: bool) -> bool {
        self.open.iter().any(|(of, within)| of.map_or(is_submitted, |of| of == agency) && within.is_none_or(|within| within == programme))
    }

    /// The programmes that are open as a whole; none where everything is, of whatever programme.
    pub fn programmes(&self) -> Option<Vec<ProgrammeId>> {
        let whole = self.open.iter().filter(|(agency, _)| agency.is_none());
        (!self.is_all()).then(|| whole.filter_map(|(_, programme)| *programme).collect())
    }

    /// What of this one agency has, beside what is published.
    #[must_use]
    pub fn within(&self, agency: AgencyId) -> Self {
        let of = self.open.iter().filter(|(of, _)| of.is_none_or(|of| of == agency));
        let mut open: Vec<_> = of.map(|(_, programme)| (Some(agency), *programme)).collect();
        open.sort_unstable();
        open.dedup();
        Self { open }
    }

    /// Accepted reports only.
    pub fn is_published(&self) -> bool {
        self.open.is_empty()
    }
}

/// The reports that a caller may know of.
pub fn report_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadReports)
}

/// The deliverables that a caller may know of, besides those that are public.
pub fn deliverable_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadDeliverables)
}

/// The obligations, with their notices, that a caller may know of: those of the reports that it would open.
pub fn obligation_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadObligations)
}

/// The meetings that a caller may know of, besides those whose minutes are published: an agency's are those to which it is invited or
/// that gave it something to do.
pub fn meeting_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadMeetings)
}

/// The programmes of which a caller may know what waits for an owner.
pub fn succession_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadSuccession)
}

/// Whether a caller may know of files of documents that are not published.
pub fn reads_internal_files(caller: Caller<'_>) -> bool {
    !scope_by(RULES, caller, Action::ReadDocumentFiles).is_published()
}

/// The agencies for whose calendars a caller may make links; where it is all, for those of people too.
pub fn calendar_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ManageCalendarLinks)
}

/// The agencies whose webhooks a caller may keep; where it is all, those of nobody's agency too.
pub fn webhook_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ManageWebhooks)
}

/// The agencies of which a caller may know who took part in trainings, and what their staff rolls count.
pub fn participation_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadParticipations)
}

/// The lines of the budget, with their movements, that a caller may know of.
pub fn budget_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadBudget)
}

/// The reports and obligations of which a caller is told what happened, besides what is told to everybody.
pub fn change_scope(caller: Caller<'_>) -> ReportScope {
    scope_by(RULES, caller, Action::ReadChanges)
}

pub(super) fn scope_by(rules: &[Rule], caller: Caller<'_>, action: Action) -> ReportScope {
    // What happened to a report is told to those who may read it.
    let is_asked = |rule: &&Rule| rule.action == action || (action == Action::ReadChanges && rule.action == Action::ReadReports);
    let rules = || rules.iter().filter(is_asked);
    let everything = |holder| rules().filter(move |rule| (rule.holder, rule.reach) == (holder, Reach::All)).map(|_| (None, None));
    let mut open: Vec<_> = match caller {
        Caller::Nobody => Vec::new(),
        Caller::Operator => everything(Holder::Operator).collect(),
        Caller::Account(account) if !account.scopes.contain(Scope::Read) => Vec::new(),
        Caller::Account(account) => {
            let opened = |held: &Held| {
                let held = *held;
                let lines = rules().filter(move |rule| rule.holder == Holder::Role(held.role));
                let lines = lines.filter(move |rule| covers(&held, rule.reach, &Resource::default()));
                lines.map(move |rule| (held.agency.filter(|_| rule.reach == Reach::Own), held.programme))
            };
            account.held.iter().flat_map(opened).collect()
        }
    };
    open.extend(everything(Holder::Anyone));
    open.sort_unstable();
    open.dedup();
    ReportScope { open }
}
