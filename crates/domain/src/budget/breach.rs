//! What is out of order of a line on a day, and by how much: more spent than there is, settled than disbursed, carried than left.
//! Must not know in which order things were recorded; days are `ledger`.
//! Sums are `ladder`.

use std::collections::{BTreeMap, BTreeSet};

use super::{FundingSourceKind, Ladder, MAX_AMOUNT, MovementKind, Stood, ledger::Standing, movement::too_large, stood};
use crate::{
    error::{Code, Fault},
    money::Total,
};

/// What is out of order; by the year of the books where each year's are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breach {
    Of(Kind),
    OfBooks(Kind, i32),
    /// More than [`MAX_AMOUNT`] of a kind.
    TooLarge(MovementKind),
}

/// What kind of disorder it is, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// More is disbursed than may be spent.
    Disbursed,
    /// More is settled than was disbursed.
    Settled,
    /// More is allocated than was assigned.
    Allocated,
    /// Something is less than nought.
    Negative,
    /// More is carried over than is left in the books.
    Carried,
    /// More is paid or cancelled in the books of a later year than was carried over into them.
    Late,
    TooLarge,
}

impl Breach {
    pub const fn kind(self) -> Kind {
        match self {
            Self::Of(kind) | Self::OfBooks(kind, _) => kind,
            Self::TooLarge(_) => Kind::TooLarge,
        }
    }

    /// Everything that is out of order of a line, each with how much it is.
    pub fn all((source, year): (FundingSourceKind, i32), standing: &Standing) -> BTreeMap<Self, Total> {
        let (ceiling, stood) = (source.ceiling(), stood(year, &standing.rows()));
        let mut found = BTreeMap::new();
        let mut note = |breach: Self, by: Total| {
            if by.is_positive() {
                found.insert(breach, by);
            }
        };
        let nought = Option::<Total>::unwrap_or_default;
        let whole = Ladder::of_all(&stood, None);
        let available = nought(whole.available(ceiling));
        note(Self::Of(Kind::Disbursed), nought(whole.disbursed()) - available.max(Total::ZERO));
        note(Self::Of(Kind::Allocated), nought(whole.allocated()) - available.max(Total::ZERO));
        note(Self::Of(Kind::Negative), -available);
        let books: BTreeSet<i32> = stood.iter().flat_map(Stood::years).collect();
        for books in books {
            let of_year = Ladder::of_all(&stood, Some(books));
            let (disbursed, available) = (nought(of_year.disbursed()), nought(of_year.available(ceiling)));
            note(Self::OfBooks(Kind::Negative, books), -disbursed);
            note(Self::OfBooks(Kind::Settled, books), nought(of_year.settled()) - disbursed.max(Total::ZERO));
            if of_year.of(MovementKind::CarriedOver).is_some() {
                note(Self::OfBooks(Kind::Carried, books), disbursed.max(Total::ZERO) - available);
            }
            if books > year {
                let taken = disbursed.max(Total::ZERO) + nought(of_year.of(MovementKind::Cancelled));
                note(Self::OfBooks(Kind::Late, books), taken - nought(of_year.carried_in()));
            }
        }
        for kind in MovementKind::ALL {
            note(Self::TooLarge(*kind), nought(whole.of(*kind)).size() - Total::from(MAX_AMOUNT));
        }
        found
    }
}

impl Kind {
    /// Whether the reason of an exception lets it pass.
    pub const fn is_excused(self) -> bool {
        matches!(self, Self::Disbursed | Self::Settled | Self::Allocated)
    }

    /// What is wrong, as a fault of the movement at this place.
    pub fn fault(self, at: &str) -> Fault {
        let worded = |vi: &'static str, en: &'static str| Fault::worded(format!("{at}/amount"), Code::OutOfRange, vi, en);
        let fault = |code| Fault::new(format!("{at}/amount"), code);
        match self {
            Self::Disbursed => fault(Code::DisbursedOverAssigned),
            Self::Settled => fault(Code::SettledOverDisbursed),
            Self::Allocated => {
                worded("Số phân bổ vượt quá kinh phí được giao.", "More would be allocated than was assigned; an exception is needed.")
            }
            Self::Negative => {
                worded("Số hủy, điều chỉnh giảm hoặc nộp trả vượt quá số hiện có.", "More would be taken away than there is.")
            }
            Self::Carried => worded("Số chuyển nguồn vượt quá số còn lại.", "More would be carried over than is left."),
            Self::Late => fault(Code::BooksClosed),
            Self::TooLarge => too_large(at),
        }
    }
}
