//! A movement of money: recorded once, never changed, undone only by another one.
//! Must not know what others were recorded; that is `ledger`.
//! What kinds of movements add up to is `ladder`.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{BudgetLineId, Ceiling, FundingSourceKind, MAX_AMOUNT, YEARS};
use crate::{
    account::AccountId,
    agency::AgencyId,
    document::{DocumentId, Place},
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    money::{Dong, Total},
    text,
};

pub type MovementId = Id<Movement>;

labelled_enum! {
    /// What happens to money. Amounts are more than nought; an adjustment may be less.
    pub enum MovementKind {
        /// Nhu cầu: what is planned to be needed.
        Need = "NEED",
        /// Giao dự toán (bố trí).
        Assigned = "ASSIGNED",
        /// Bổ sung dự toán.
        Supplemented = "SUPPLEMENTED",
        /// Điều chỉnh dự toán, up or down.
        Adjusted = "ADJUSTED",
        /// Phân bổ to those who spend; of a supplement where it refers to one.
        Allocated = "ALLOCATED",
        /// Cam kết đóng góp: socialised means are promised.
        Pledged = "PLEDGED",
        /// Tiếp nhận: socialised means have come.
        Received = "RECEIVED",
        /// Tạm ứng.
        Advanced = "ADVANCED",
        /// Thanh toán: what is paid beyond what was advanced before.
        Paid = "PAID",
        /// Quyết toán.
        Settled = "SETTLED",
        /// Chuyển nguồn: may still be paid after the books are closed.
        CarriedOver = "CARRIED_OVER",
        /// Hủy dự toán.
        Cancelled = "CANCELLED",
        /// Nộp trả: disbursed money that came back.
        Refunded = "REFUNDED",
        /// Undoes one movement whole.
        Reversed = "REVERSED",
    }
}

/// Who records a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorder {
    /// The finance role alone.
    Finance,
    /// The agency of the line, or finance.
    Agency,
}

impl MovementKind {
    /// Whether money leaves: advances and payments together are what is disbursed.
    pub const fn is_disbursement(self) -> bool {
        matches!(self, Self::Advanced | Self::Paid)
    }

    /// Whether it makes up what is disbursed, which what came back lowers.
    pub const fn is_of_disbursement(self) -> bool {
        matches!(self, Self::Advanced | Self::Paid | Self::Refunded)
    }

    /// Whether it makes up what is assigned.
    pub const fn is_assignment(self) -> bool {
        matches!(self, Self::Assigned | Self::Supplemented | Self::Adjusted)
    }

    /// Whether it may stand in the books of a later year than the line's: what happens to money that was carried over into them.
    pub const fn may_stand_later(self) -> bool {
        matches!(self, Self::Advanced | Self::Paid | Self::Refunded | Self::Settled | Self::Cancelled | Self::CarriedOver | Self::Reversed)
    }

    /// Who records it. Reversing takes who may record what is reversed.
    pub const fn recorder(self) -> Recorder {
        match self {
            Self::Assigned | Self::Supplemented | Self::Adjusted | Self::Settled | Self::CarriedOver | Self::Cancelled => Recorder::Finance,
            _ => Recorder::Agency,
        }
    }

    /// Whether it rests on a document. Every change of the budget does; of payments the treasury's reference is enough.
    pub const fn needs_document(self) -> bool {
        matches!(
            self,
            Self::Assigned | Self::Supplemented | Self::Adjusted | Self::Allocated | Self::Settled | Self::CarriedOver | Self::Cancelled
        )
    }

    /// Whether lines of a source have such movements: what is socialised is pledged and received, other money is assigned.
    pub const fn is_of(self, source: FundingSourceKind) -> bool {
        let is_socialised = matches!(source.ceiling(), Ceiling::Received);
        match self {
            Self::Pledged | Self::Received => is_socialised,
            Self::Assigned | Self::Supplemented | Self::Adjusted | Self::Allocated | Self::CarriedOver | Self::Cancelled => !is_socialised,
            _ => true,
        }
    }
}

/// A movement of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub id: MovementId,
    pub line: BudgetLineId,
    pub kind: MovementKind,
    /// More than nought; of an adjustment only it may be less. Of a reversal, the amount that is undone.
    pub amount: Dong,
    /// When it happened, in Viet Nam.
    pub on: NaiveDate,
    /// In the books of which year it stands: the line's, or a later one for what was carried over into it. What is carried over leaves
    /// the books that are named here for those of the year after.
    pub booking_year: i32,
    /// The last day of the work that is paid for; needed where a payment of the year after stands in the books of the line's year.
    pub work_done_on: Option<NaiveDate>,
    pub document: Option<DocumentId>,
    /// Where the document says it.
    pub place: Option<Place>,
    /// The agency that records it; none where whoever records it is of none.
    pub agency: Option<AgencyId>,
    /// The recorder's or the treasury's own number of it; one of a recorder names one movement.
    pub external_ref: Option<Arc<str>>,
    /// Of a reversal, what it undoes; of an allocation, the supplement that it allocates, if any.
    pub refers_to: Option<MovementId>,
    /// Why it may break the order of the ladder.
    pub exception: Option<Arc<str>>,
    pub recorded_by: AccountId,
    pub recorded_at: DateTime<Utc>,
}

impl Movement {
    /// What is wrong with it by itself, on a line of this source and year, for `today` in Viet Nam. Estimates are drawn up in the year
    /// before the line's: nothing happens to its money before that, but to what whoever is not the state promised and gave long before;
    /// and nothing leaves books that have not begun.
    pub fn faults(&self, source: FundingSourceKind, year: i32, today: NaiveDate, at: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code: Code| faults.push(Fault::new(format!("{at}/{field}"), code));
        let is_fit = if self.kind == MovementKind::Adjusted { self.amount != Dong::ZERO } else { self.amount.is_positive() };
        // A reversal has the sign of what it undoes.
        if !is_fit && (self.kind != MovementKind::Reversed || self.amount == Dong::ZERO) {
            fault("amount", Code::OutOfRange);
        }
        if Total::from(self.amount).size() > Total::from(MAX_AMOUNT) {
            faults.push(too_large(at));
        }
        let mut fault = |field: &str, code: Code| faults.push(Fault::new(format!("{at}/{field}"), code));
        if !self.kind.is_of(source) {
            fault("kind", Code::NotOneOf);
        }
        if self.on > today {
            fault("on", Code::DayInFuture);
        }
        let first = if source == FundingSourceKind::Socialised { *YEARS.start() } else { year - 1 };
        if self.on.year() < first {
            faults.push(too_early(first, at));
        } else if self.kind == MovementKind::CarriedOver && self.booking_year == year && self.on.year() < year {
            faults.push(too_early(year, at));
        }
        let mut fault = |field: &str, code: Code| faults.push(Fault::new(format!("{at}/{field}"), code));
        if self.kind.needs_document() && self.document.is_none() {
            fault("document", Code::FieldRequired);
        }
        if self.place.is_some() && self.document.is_none() {
            faults.push(Place::without_document(format!("{at}/section"), Code::RuleBroken));
        }
        let mut fault = |field: &str, code: Code| faults.push(Fault::new(format!("{at}/{field}"), code));
        if self.kind == MovementKind::Reversed && self.refers_to.is_none() {
            fault("refersTo", Code::FieldRequired);
        }
        if self.refers_to.is_some() && !matches!(self.kind, MovementKind::Reversed | MovementKind::Allocated) {
            fault("refersTo", Code::RuleBroken);
        }
        if let Some(code) = self.exception.as_deref().and_then(text::silence) {
            fault("exception", code);
        }
        let is_later = self.booking_year > year;
        // A payment's own books are looked at by the day.
        let is_early =
            is_later && !self.kind.is_disbursement() && self.kind != MovementKind::Reversed && self.on.year() < self.booking_year;
        if self.booking_year < year || is_early || (is_later && !self.kind.may_stand_later()) {
            fault("bookingYear", Code::PeriodInconsistent);
        }
        faults
    }
}

/// That it happened before the first year in which it can.
fn too_early(first: i32, at: &str) -> Fault {
    Fault::worded(
        format!("{at}/on"),
        Code::PeriodInconsistent,
        format!("Bút toán này không thể có ngày trước ngày 01/01/{first}."),
        format!("This movement is not before 1 January {first}."),
    )
}

/// That an amount is larger than [`MAX_AMOUNT`], by itself or with what the line holds.
pub(super) fn too_large(at: &str) -> Fault {
    Fault::worded(
        format!("{at}/amount"),
        Code::AmountOverflow,
        "Mỗi bút toán, và tổng mỗi loại của một dòng, không quá 10^15 đồng (một triệu tỷ đồng).",
        "A movement, and what a line holds of a kind, is at most 10^15 đồng.",
    )
}
