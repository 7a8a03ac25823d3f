//! Searching: what is kept of each thing to find it by, how a search text is read, which of two hits comes first.
//! Must not know who asks or where entries are kept; both databases are given the same words to look for.
//! How a text falls into words is `words`, what a hit shows `marked`, what is kept of which thing `entry`.

mod entry;
mod marked;
mod query;
mod words;

pub use entry::{AgencyNames, Entry, NameOnce, Words, agency, deliverable, document, report, task};
pub use marked::{Fragment, beside_title, marked};
pub use query::{Form, Query, Term};
pub use words::{Word, initials, words};

use crate::labels::labelled_enum;

/// Raised with every change of the rules by which entries are made: what was kept by older rules is made anew.
pub const VERSION: i32 = 2;

labelled_enum! {
    /// What can be searched for, in the order in which hits of one rank come.
    pub enum SearchKind {
        Agency = "AGENCY",
        Task = "TASK",
        Document = "DOCUMENT",
        Report = "REPORT",
        Deliverable = "DELIVERABLE",
    }
}

labelled_enum! {
    /// How a hit fits, the best first: words as they were typed before words without their accents, names and titles before texts.
    pub enum Fit {
        /// Every word as typed, in the name or title.
        ExactTitle = "EXACT_TITLE",
        /// Every word as typed.
        ExactText = "EXACT_TEXT",
        /// Every word when accents are left out, in the name or title.
        FoldedTitle = "FOLDED_TITLE",
        /// Every word when accents are left out.
        FoldedText = "FOLDED_TEXT",
    }
}

impl Fit {
    /// From 0 for the best.
    pub const fn rank(self) -> usize {
        self as usize
    }

    /// What a word that fits so is marked with where it is kept: private characters, which no word has. All words are kept folded.
    const fn mark(self) -> Option<char> {
        match self {
            Self::ExactTitle => Some('\u{e003}'),
            Self::ExactText => Some('\u{e002}'),
            Self::FoldedTitle => Some('\u{e001}'),
            Self::FoldedText => None,
        }
    }

    /// A word as it is kept.
    fn kept(self, word: &str) -> String {
        self.mark().into_iter().chain(word.chars()).collect()
    }
}
