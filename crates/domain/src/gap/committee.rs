//! What the steering committee of a programme leaves open: empty seats, acts and conclusions that rest on no document.
//! Must not tell of a meeting more than the facts hold: they are what the caller may read.
//! The other gaps are in the parent module.

use std::sync::Arc;

use super::{Facts, Gap, GapKind, GapSubject};
use crate::committee::{CommitteeAct, Place, Roster};

/// A committee, as far as gaps follow from it. Seats, and whoever sits in them, always rest on a document that was issued.
#[derive(Clone, Debug)]
pub struct CommitteeFacts {
    /// Of its body.
    pub code: Arc<str>,
    /// Of the day from which it is looked at.
    pub roster: Roster,
    pub acts: Vec<CommitteeAct>,
}

impl Facts {
    pub(super) fn of_committee(&self) -> impl Iterator<Item = Gap> {
        self.committee.iter().flat_map(move |committee| {
            let code = &*committee.code;
            let is_empty = |place: &&Place| place.occupant.is_none() && place.seat.office.is_none();
            let seats = committee.roster.places.iter().filter(is_empty).map(move |place| {
                let told = (code, place.seat.position.as_deref().unwrap_or(place.seat.role.label()), None);
                let gap = self.gap(GapKind::SeatWithoutHolder, GapSubject::Seat, place.seat.id.uuid(), told);
                Gap { document: Some(place.seat.basis), ..gap }
            });
            let acts = committee.acts.iter().filter(|act| act.basis.is_none()).map(move |act| {
                let text = format!("{} {}", act.kind.label(), act.effective_on);
                let told = (code, text.as_str(), act.note.as_deref());
                self.gap(GapKind::ActWithoutDocument, GapSubject::CommitteeAct, act.id.uuid(), told)
            });
            seats.chain(acts)
        })
    }

    pub(super) fn of_conclusions(&self) -> impl Iterator<Item = Gap> {
        self.unsigned.iter().map(|(conclusion, meeting)| {
            let code = conclusion.number.to_string();
            let told = (code.as_str(), &*conclusion.text, Some(&**meeting));
            self.gap(GapKind::ConclusionWithoutDocument, GapSubject::Conclusion, conclusion.id.uuid(), told)
        })
    }
}
