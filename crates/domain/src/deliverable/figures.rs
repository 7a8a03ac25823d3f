//! What everybody may know of the register as a whole: counts by year, and for rebuttals and commendations nothing else.
//! Must not count what is internal or withdrawn; tells of rebuttals neither channel nor audience, which would tell of their claims.
//! What everybody sees of one deliverable is `public`.

use std::collections::BTreeMap;

use super::{
    AffairsChannel, Audience, CommendationForm, Deliverable, DeliverableKind, Details, RebuttalFigures, RecipientKind, rebuttal_figures,
};

/// How many commendations of one sort there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommendationSort {
    pub form: CommendationForm,
    pub recipient_kind: RecipientKind,
    pub is_foreign: bool,
}

/// Counts of a year. What is not there was not recorded, which is not nought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearFigures {
    pub kinds: BTreeMap<DeliverableKind, u64>,
    /// Without rebuttals.
    pub channels: BTreeMap<AffairsChannel, u64>,
    /// Without rebuttals; one for several audiences counts for each.
    pub audiences: BTreeMap<Audience, u64>,
    /// None where none is recorded.
    pub rebuttals: Option<RebuttalFigures>,
    pub commendations: BTreeMap<CommendationSort, u64>,
}

/// The figures of deliverables that are public and stand, by year.
pub fn figures<'a>(deliverables: impl Iterator<Item = &'a Deliverable> + Clone) -> BTreeMap<i32, YearFigures> {
    let mut years: BTreeMap<i32, YearFigures> = BTreeMap::new();
    for deliverable in deliverables.clone() {
        let year = years.entry(deliverable.year).or_default();
        *year.kinds.entry(deliverable.kind()).or_default() += 1;
        if deliverable.kind() == DeliverableKind::Rebuttal {
            continue;
        }
        if let Some(channel) = deliverable.channel {
            *year.channels.entry(channel).or_default() += 1;
        }
        for audience in &deliverable.audiences {
            *year.audiences.entry(*audience).or_default() += 1;
        }
        if let Details::Commendation(of) = &deliverable.details {
            let sort = CommendationSort { form: of.form, recipient_kind: of.recipient_kind, is_foreign: of.is_foreign };
            *year.commendations.entry(sort).or_default() += 1;
        }
    }
    for (year, rebuttals) in rebuttal_figures(deliverables) {
        years.entry(year).or_default().rebuttals = Some(rebuttals);
    }
    years
}
