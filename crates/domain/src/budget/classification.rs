//! The state budget's classification: chương – loại – khoản – mục – tiểu mục, as digits whose meaning is a table's.
//! Must not give the digits a meaning; which are in force is data with validity.
//! The digits of a line are part of `BudgetLine`.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::{
    error::{Code, Fault},
    labels::labelled_enum,
    validity::Validity,
};

labelled_enum! {
    /// A level of the classification (circular 324/2016/TT-BTC).
    pub enum ClassificationLevel {
        /// Chương, three digits: who spends.
        Chapter = "CHAPTER",
        /// Loại, three digits: for which branch.
        Category = "CATEGORY",
        /// Khoản, three digits: within the branch.
        Section = "SECTION",
        /// Mục, four digits: on what.
        Item = "ITEM",
        /// Tiểu mục, four digits: on what exactly.
        Subitem = "SUBITEM",
    }
}

impl ClassificationLevel {
    /// How many digits its codes have.
    pub const fn digits(self) -> usize {
        match self {
            Self::Chapter | Self::Category | Self::Section => 3,
            Self::Item | Self::Subitem => 4,
        }
    }

    /// The field of a line.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Chapter => "chapter",
            Self::Category => "category",
            Self::Section => "section",
            Self::Item => "item",
            Self::Subitem => "subitem",
        }
    }

    /// The level without which this one says nothing.
    const fn needs(self) -> Option<Self> {
        match self {
            Self::Section => Some(Self::Category),
            Self::Subitem => Some(Self::Item),
            _ => None,
        }
    }
}

/// A code of the table in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassificationCode {
    pub level: ClassificationLevel,
    pub code: Arc<str>,
    pub name: Arc<str>,
    pub validity: Validity,
}

/// How a line is classified; every level may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classification {
    pub chapter: Option<Arc<str>>,
    pub category: Option<Arc<str>>,
    pub section: Option<Arc<str>>,
    pub item: Option<Arc<str>>,
    pub subitem: Option<Arc<str>>,
}

impl Classification {
    /// The digits of a level.
    pub fn level(&self, level: ClassificationLevel) -> Option<&str> {
        match level {
            ClassificationLevel::Chapter => self.chapter.as_deref(),
            ClassificationLevel::Category => self.category.as_deref(),
            ClassificationLevel::Section => self.section.as_deref(),
            ClassificationLevel::Item => self.item.as_deref(),
            ClassificationLevel::Subitem => self.subitem.as_deref(),
        }
    }

    /// What is wrong with it: digits of the wrong number, a level without the one above, or a code that the budget year does not know.
    /// Levels for which the table has no codes at all take any digits.
    pub fn faults(&self, year: i32, table: &[ClassificationCode], at: &str) -> Vec<Fault> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        let fault_of = |level: ClassificationLevel| {
            let digits = self.level(level)?;
            let at = format!("{at}/{}", level.field());
            if digits.len() != level.digits() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Some(Fault::new(at, Code::PatternMismatch));
            }
            if let Some(above) = level.needs().filter(|above| self.level(*above).is_none()) {
                return Some(Fault::new(format!("{}/{}", at.rsplit_once('/')?.0, above.field()), Code::FieldRequired));
            }
            let mut known = table.iter().filter(|code| code.level == level).peekable();
            known.peek()?;
            let holds = |code: &ClassificationCode| &*code.code == digits && first.is_some_and(|day| code.validity.contains(day));
            (!known.any(holds)).then(|| Fault::new(at, Code::ReferenceUnknown))
        };
        ClassificationLevel::ALL.iter().filter_map(|level| fault_of(*level)).collect()
    }
}
