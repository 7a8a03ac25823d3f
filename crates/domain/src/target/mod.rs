//! Targets as they are measured: what is counted, over what, until when, and what of it is reached.
//! Must not invent a figure: without data a target has no status but that, and what is qualitative stays in words.
//! How a value is judged is `evaluate`, how it comes from what is recorded `actual`; the words of the decision are `programme::Target`.

use std::{collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;

use crate::{
    account::AccountId,
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    programme::{Certainty, Comparator, Target, TargetScope},
    text,
    validity::Validity,
};

mod actual;
mod evaluate;
mod parts;

pub use actual::{carrying_out, counted, editions_of, fully_qualified, kinds_named, matrix_of, per_agency, share_named, trained};
pub use evaluate::{Evaluation, Missing, Status};
pub use parts::Part;

pub type DefinitionId = Id<Definition>;

/// What a target measures, and from when on it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A share of a named whole.
    Percentage {
        numerator: Arc<str>,
        denominator: Arc<str>,
        /// The share to reach, in hundredths of a per cent: 9000 is 90 %.
        goal: u32,
    },
    /// Everything of a set: languages of a portal.
    SetCoverage { required: BTreeSet<String> },
    /// Everything of a table: outlet, item and content.
    Matrix { outlets: BTreeSet<String>, items: BTreeSet<String>, contents: BTreeSet<String> },
    /// Words, with supporting figures. Never a figure of its own.
    Qualitative,
    /// A number that every member reaches, by code.
    CountPerMember { members: BTreeSet<String>, at_least: u64 },
    /// A number between two: reached from the smaller one on; beyond the larger one is shown and no error.
    Range { min: u64, max: u64 },
    /// A number.
    Count { goal: u64 },
}

labelled_enum! {
    /// Which way is better.
    pub enum TargetDirection {
        AtLeast = "AT_LEAST",
        AtMost = "AT_MOST",
    }
}

labelled_enum! {
    /// By what a figure is broken down.
    pub enum Disaggregation {
        Agency = "AGENCY",
        Year = "YEAR",
        Language = "LANGUAGE",
        Outlet = "OUTLET",
        Audience = "AUDIENCE",
    }
}

labelled_enum! {
    /// Where actual values come from.
    pub enum Reckoning {
        /// Members of a roll with an accepted report in the year.
        AcceptedReports = "ACCEPTED_REPORTS",
        /// Different people who were trained, over staff rolls.
        PeopleTrained = "PEOPLE_TRAINED",
        /// Those in charge who have degree, major and language, over those in charge.
        StaffQualified = "STAFF_QUALIFIED",
        /// Editions, sections and columns of the register of deliverables.
        Editions = "EDITIONS",
        /// Deliverables of some kinds.
        Deliverables = "DELIVERABLES",
        /// Typed in, with the document that states it.
        Stated = "STATED",
    }
}

/// Where a target began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// As the value of its measure is written, e.g. "12.50".
    pub value: Arc<str>,
    pub on: NaiveDate,
    pub document: Option<DocumentId>,
}

/// A version of how a target is measured. Versions are appended; a value keeps the version that it was found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub id: DefinitionId,
    pub target: Id<Target>,
    /// From 1.
    pub version: u32,
    pub measure: Measure,
    pub direction: TargetDirection,
    /// Whether values of the years add up from the first year on, or each year stands for itself.
    pub is_cumulative: bool,
    /// The last year for it; none where the decision states none, and the programme's end holds.
    pub due_year: Option<i32>,
    pub baseline: Option<Baseline>,
    pub disaggregations: Vec<Disaggregation>,
    /// Codes of the agencies, collectives or outlets over which it is counted, or kinds of deliverables that count; none where nothing says
    /// over which.
    pub population: Vec<Arc<str>>,
    pub reckoning: Reckoning,
    /// Whether the decision says so or a reader concluded it.
    pub certainty: Certainty,
    /// The definition in words, for whoever reads the figure.
    pub words: Arc<str>,
    pub basis: Option<DocumentId>,
    pub validity: Validity,
}

labelled_enum! {
    /// What kind of record a value rests on.
    pub enum RecordKind {
        Deliverable = "DELIVERABLE",
        Participation = "PARTICIPATION",
        StaffRoll = "STAFF_ROLL",
        Report = "REPORT",
    }
}

/// Which record a value rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordRef {
    pub kind: RecordKind,
    pub id: uuid::Uuid,
}

/// How a value came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// Counted from these records.
    Recorded(Vec<RecordRef>),
    /// Typed in by somebody, from a document.
    Stated { by: AccountId, document: DocumentId },
}

labelled_enum! {
    /// Whether a value may still change with its year.
    pub enum Finality {
        Estimate = "ESTIMATE",
        Final = "FINAL",
    }
}

/// What is actually so, as far as it is on record: none is no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actual {
    /// Part and whole; the part at the least and at the most, the same where it is exact.
    Share {
        at_least: Option<u64>,
        at_most: Option<u64>,
        whole: Option<u64>,
    },
    /// Items that are there; none where nobody recorded any.
    Items(Option<BTreeSet<String>>),
    /// Outlet, item and content of what is there.
    Cells(Option<BTreeSet<(String, String, String)>>),
    /// Words and supporting figures, label and value.
    Narrative {
        text: Option<String>,
        figures: Vec<(String, String)>,
    },
    /// A number of each member that has one on record.
    PerMember(std::collections::BTreeMap<String, u64>),
    Count(Option<u64>),
}

/// A target's text has no measure that could be built from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the target states no figure that could be measured")]
pub struct NotMeasurable;

impl Measure {
    /// What a measure is called where one is given.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Percentage { .. } => "percentage",
            Self::SetCoverage { .. } => "setCoverage",
            Self::Matrix { .. } => "matrix",
            Self::Qualitative => "qualitative",
            Self::CountPerMember { .. } => "countPerMember",
            Self::Range { .. } => "range",
            Self::Count { .. } => "count",
        }
    }

    /// How the decision's own words measure a target. What they leave open an administrator defines.
    ///
    /// # Errors
    /// When a figure is missing or negative.
    pub fn of(target: &Target) -> Result<Self, NotMeasurable> {
        let figure = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok()).ok_or(NotMeasurable);
        let set = |items: &[String]| items.iter().cloned().collect::<BTreeSet<String>>();
        let scope: &TargetScope = &target.scope;
        if target.comparator == Comparator::Qualitative {
            return Ok(Self::Qualitative);
        }
        if target.unit.as_deref() == Some("percent") {
            let goal = u32::try_from(figure(target.value_min)?).ok().and_then(|goal| goal.checked_mul(100)).ok_or(NotMeasurable)?;
            let named = |name: &Option<String>| name.as_deref().unwrap_or_default().into();
            return Ok(Self::Percentage { numerator: named(&target.numerator), denominator: named(&target.denominator), goal });
        }
        if !scope.required_items.is_empty() {
            let items = set(&scope.required_items);
            let is_matrix = !scope.outlets.is_empty();
            let matrix = Self::Matrix { outlets: set(&scope.outlets), items: items.clone(), contents: set(&scope.content) };
            return Ok(if is_matrix { matrix } else { Self::SetCoverage { required: items } });
        }
        let min = figure(target.value_min)?;
        if !scope.agencies.is_empty() {
            return Ok(Self::CountPerMember { members: set(&scope.agencies), at_least: min });
        }
        if target.comparator == Comparator::Range {
            return Ok(Self::Range { min, max: figure(target.value_max)? });
        }
        Ok(Self::Count { goal: min })
    }
}

impl Definition {
    /// What is wrong with it by itself.
    pub fn faults(&self, at: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code: Code| faults.push(Fault::new(format!("{at}/{field}"), code));
        match &self.measure {
            Measure::Percentage { numerator, denominator, goal } => {
                for (field, words) in [("percentage/numerator", numerator), ("percentage/denominator", denominator)] {
                    if let Some(code) = text::silence(words) {
                        fault(field, code);
                    }
                }
                if *goal > 10_000 {
                    fault("percentage/goal", Code::OutOfRange);
                }
            }
            Measure::SetCoverage { required } if required.is_empty() => fault("setCoverage/required", Code::FieldRequired),
            Measure::Matrix { outlets, items, contents } => {
                for (field, of) in [("matrix/outlets", outlets), ("matrix/items", items), ("matrix/contents", contents)] {
                    if of.is_empty() {
                        fault(field, Code::FieldRequired);
                    }
                }
            }
            Measure::CountPerMember { members, .. } if members.is_empty() => fault("countPerMember/members", Code::FieldRequired),
            Measure::Range { min, max } if min > max => fault("range/max", Code::OutOfRange),
            _ => {}
        }
        let has_figure = matches!(self.measure, Measure::Percentage { .. } | Measure::Count { .. });
        if self.direction == TargetDirection::AtMost && !has_figure {
            fault("direction", Code::RuleBroken);
        }
        if let Some(code) = text::silence(&self.words) {
            fault("words", code);
        }
        faults
    }

    /// The version that holds on a day.
    pub fn on(versions: &[Self], day: NaiveDate) -> Option<&Self> {
        versions.iter().filter(|version| version.validity.contains(day)).max_by_key(|version| version.version)
    }

    /// Whether a value that is stated for a year still holds in later ones: a number that adds up does, what was so in a year does not.
    pub const fn carries(&self) -> bool {
        self.is_cumulative && matches!(self.measure, Measure::Range { .. } | Measure::Count { .. })
    }

    /// A value of one year, from those of each year: its own, or all up to it where years add up. None where none is on record.
    pub fn value_of(&self, year: i32, by_year: &std::collections::BTreeMap<i32, u64>) -> Option<u64> {
        if !self.is_cumulative {
            return by_year.get(&year).copied();
        }
        let mut upto = by_year.range(..=year).map(|(_, value)| *value).peekable();
        upto.peek()?;
        upto.try_fold(0_u64, u64::checked_add)
    }
}

#[cfg(test)]
mod tests;
