//! What everybody sees of a deliverable.
//! Must not show a field that is not named here: what is new is internal until somebody says otherwise.
//! All fields are `details`.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value};

use super::{AffairsChannel, Deliverable, DeliverableId, DeliverableKind, Details};
use crate::{agency::AgencyId, document::DocumentId, task::TaskId};

impl DeliverableKind {
    /// The fields of the kind that are public.
    pub const fn public_fields(self) -> &'static [&'static str] {
        match self {
            Self::Publication => &["languages", "publishedOn", "printRun", "url", "partner"],
            Self::Film | Self::MajorProgramme => &["languages", "minutes", "completedOn", "broadcasts"],
            Self::ForeignEdition | Self::PortalSection | Self::Column => {
                &["outlet", "language", "contents", "url", "launchedOn", "lastCheckedOn", "closedOn"]
            }
            Self::Event => &["form", "from", "to", "place", "country", "jointOrganisers", "attendance", "result"],
            Self::DelegationExchange => &["direction", "reach", "countries", "from", "to"],
            Self::Campaign => &["from", "to", "locations", "items"],
            Self::Rebuttal => &["noticedOn", "respondedOn"],
            Self::MediaOutput => &["outlet", "direction", "language", "from", "to", "items"],
            Self::Agreement => &["form", "counterparty", "counterpartyKind", "country", "from", "to"],
            Self::PressVisit => &["outlet", "country", "from", "to", "pieces"],
            Self::LegalDocument => &["form", "issuedOn"],
            // How many gained from it, or came along, may be few enough to know them.
            Self::IncentiveInstrument => &["form", "state", "issuedOn", "appliedOn"],
            Self::Commendation => &["form", "recipientKind", "isForeign", "decidedOn"],
            Self::ItApplication => &["url", "launchedOn", "lastUpdatedOn", "closedOn", "uptime"],
            Self::Equipment => &["acquiredOn", "quantity"],
            Self::Assessment => &["criterion", "assessedOn", "narrative"],
        }
    }

    /// Whether its title, its agency and its documents are public. Of rebuttals they would tell what was claimed.
    pub const fn has_public_title(self) -> bool {
        !matches!(self, Self::Rebuttal)
    }

    /// Whether everybody may read of one at all. Rebuttals are told as counts and dates, and there is no public register of whom is
    /// commended.
    pub const fn is_listed_in_public(self) -> bool {
        !matches!(self, Self::Rebuttal | Self::Commendation)
    }
}

/// A deliverable as everybody sees it. Evidence and the revision are never in it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicDeliverable {
    pub id: DeliverableId,
    pub kind: DeliverableKind,
    pub task: Option<TaskId>,
    pub year: i32,
    pub agency: Option<AgencyId>,
    pub title: Option<String>,
    pub channel: Option<AffairsChannel>,
    pub documents: Vec<DocumentId>,
    pub fields: Map<String, Value>,
}

impl Deliverable {
    /// What everybody sees of it.
    pub fn public(&self) -> PublicDeliverable {
        let kind = self.kind();
        let mut fields = self.details.fields();
        fields.retain(|name, _| kind.public_fields().contains(&name.as_str()));
        let is_open = kind.has_public_title();
        PublicDeliverable {
            id: self.id,
            kind,
            task: self.task,
            year: self.year,
            agency: is_open.then_some(self.agency),
            title: is_open.then(|| self.title.to_string()),
            channel: self.channel.filter(|_| is_open),
            documents: if is_open { self.documents.clone() } else { Vec::new() },
            fields,
        }
    }
}

/// The rebuttal work of a year, as everybody sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RebuttalFigures {
    pub count: u64,
    pub answered: u64,
    /// Days of the answers, ascending.
    pub answered_on: Vec<NaiveDate>,
}

/// Counts and dates of rebuttals, by the year of the notice; a year without any on record is not there.
pub fn rebuttal_figures<'a>(deliverables: impl IntoIterator<Item = &'a Deliverable>) -> BTreeMap<i32, RebuttalFigures> {
    let mut years: BTreeMap<i32, RebuttalFigures> = BTreeMap::new();
    for deliverable in deliverables {
        let Details::Rebuttal(rebuttal) = &deliverable.details else { continue };
        let figures = years.entry(rebuttal.noticed_on.year()).or_default();
        figures.count += 1;
        figures.answered += u64::from(rebuttal.responded_on.is_some());
        figures.answered_on.extend(rebuttal.responded_on);
        figures.answered_on.sort_unstable();
    }
    years
}
