//! Money for tasks: lines by task, year, agency and source, and the movements that alone change them.
//! Must not add socialised money to the state's, and must not show nought for what is not recorded.
//! The kinds of movements are `movement`, what they add up to `ladder`, what may be added `ledger`, dates and thresholds `rules`.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    money::Dong,
    programme::ProgrammeId,
    task::TaskId,
    text,
};

mod breach;
mod classification;
mod flag;
mod ladder;
mod ledger;
mod movement;
mod rules;
mod view;

pub use classification::{Classification, ClassificationCode, ClassificationLevel};
pub use flag::{AgeBucket, Flag, Unallocated, ageing, flags, unallocated};
pub use ladder::{Arrangement, Ladder, Ladders, Stood, YearlyMeans, stood};
pub use ledger::{Ledger, NotFolded, standing, standing_on};
pub use movement::{Movement, MovementId, MovementKind, Recorder};
pub use rules::{BudgetRules, DayOfYear};
pub use view::{Dimension, Key, views};

pub type BudgetLineId = Id<BudgetLine>;

labelled_enum! {
    /// Where money comes from.
    pub enum FundingSourceKind {
        /// Ngân sách trung ương.
        StateCentral = "STATE_CENTRAL",
        /// Ngân sách thành phố.
        StateProvincial = "STATE_PROVINCIAL",
        /// Ngân sách quận, huyện.
        StateDistrict = "STATE_DISTRICT",
        /// Ngân sách xã, phường.
        StateCommune = "STATE_COMMUNE",
        /// Nguồn thu sự nghiệp.
        ServiceRevenue = "SERVICE_REVENUE",
        /// Xã hội hóa: from whoever is not the state, in cash or in kind.
        Socialised = "SOCIALISED",
        /// Nguồn quỹ.
        Fund = "FUND",
        /// Viện trợ, ODA.
        Aid = "AID",
    }
}

/// What bounds the payments from a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceiling {
    /// What was assigned, with supplements and adjustments.
    Assigned,
    /// What the agency planned of its own means, or what was assigned where that is recorded (decision 1593, article 2.5).
    Planned,
    /// What was received of what was pledged.
    Received,
}

impl FundingSourceKind {
    /// Whether it is the state budget's: only such money enters the state disbursement rate.
    pub const fn is_state(self) -> bool {
        matches!(self, Self::StateCentral | Self::StateProvincial | Self::StateDistrict | Self::StateCommune)
    }

    /// What bounds its payments.
    pub const fn ceiling(self) -> Ceiling {
        match self {
            Self::Socialised => Ceiling::Received,
            Self::ServiceRevenue | Self::Fund => Ceiling::Planned,
            _ => Ceiling::Assigned,
        }
    }
}

labelled_enum! {
    /// In what socialised means are given.
    pub enum ContributionForm {
        Cash = "CASH",
        InKind = "IN_KIND",
    }
}

/// Who gives socialised means: an agency of the register, or whoever is named. A name may be a person's: it is internal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contributor {
    Agency(AgencyId),
    Named(Arc<str>),
}

/// What is known of socialised means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub contributor: Contributor,
    pub form: ContributionForm,
    pub agreement: Option<DocumentId>,
    pub purpose: Option<Arc<str>>,
    /// How goods and services were valued; needed for what is in kind.
    pub valuation: Option<Arc<str>>,
}

/// A place in the budget that money is recorded under. A task may have none: agencies balance within their own estimates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetLine {
    pub id: BudgetLineId,
    pub programme: ProgrammeId,
    /// None for the programme as a whole.
    pub task: Option<TaskId>,
    /// The budget year, a calendar year.
    pub year: i32,
    pub agency: AgencyId,
    pub source: FundingSourceKind,
    /// For socialised means only, and always for them.
    pub contribution: Option<Contribution>,
    pub classification: Classification,
    /// Chi đầu tư: it buys or builds assets.
    pub is_capital: bool,
    /// What it buys or builds; of capital lines only.
    pub asset_note: Option<Arc<str>>,
    pub title: Option<Arc<str>>,
    /// Raised by every change, from 1.
    pub revision: i32,
}

/// The largest amount of a movement, and of what one line may hold of a kind: a million billion đồng. The whole State spends some two of
/// them a year, so that whatever is larger is a slip of the keys; and no line makes the sums of others unreadable.
pub const MAX_AMOUNT: Dong = Dong::new(1_000_000_000_000_000);

/// Years that a budget can be of.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

impl BudgetLine {
    /// What is wrong with it by itself; the classification against the codes of its year is [`Classification::faults`].
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !YEARS.contains(&self.year) {
            faults.push(Fault::new(format!("{at}/year"), Code::OutOfRange));
        }
        if self.asset_note.is_some() && !self.is_capital {
            faults.push(Fault::worded(
                format!("{at}/assetNote"),
                Code::RuleBroken,
                "Chỉ dòng chi đầu tư mới có ghi chú tài sản.",
                "Only capital lines have a note on assets.",
            ));
        }
        match (self.source == FundingSourceKind::Socialised, &self.contribution) {
            (true, None) => faults.push(Fault::new(format!("{at}/contribution"), Code::FieldRequired)),
            (false, Some(_)) => faults.push(Fault::worded(
                format!("{at}/contribution"),
                Code::RuleBroken,
                "Chỉ nguồn xã hội hóa mới có bên đóng góp.",
                "Only socialised means have a contributor.",
            )),
            (true, Some(given)) if given.form == ContributionForm::InKind && given.valuation.is_none() => {
                faults.push(Fault::new(format!("{at}/contribution/valuation"), Code::FieldRequired));
            }
            _ => {}
        }
        faults
    }

    /// Whether whoever contributes has a part in the work as well, which everybody is told.
    pub fn contributor_is_assignee(&self, parts: &Parts) -> bool {
        self.contribution.as_ref().is_some_and(|contribution| parts.has(&contribution.contributor))
    }
}

/// Who has a part in the work that a line pays for: agencies, and all names that they have and had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    agencies: BTreeSet<AgencyId>,
    names: BTreeSet<String>,
}

impl Parts {
    /// Adds an agency with every name of it.
    pub fn add<'a>(&mut self, agency: AgencyId, names: impl IntoIterator<Item = &'a str>) {
        if self.agencies.insert(agency) {
            self.names.extend(names.into_iter().map(text::fold));
        }
    }

    /// Whether it is one of them, or is called like one: without regard to case, diacritics and spaces.
    fn has(&self, contributor: &Contributor) -> bool {
        match contributor {
            Contributor::Agency(agency) => self.agencies.contains(agency),
            Contributor::Named(name) => self.names.contains(&text::fold(name)),
        }
    }
}

#[cfg(test)]
mod tests;
