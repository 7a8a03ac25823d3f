//! A deliverable as it is kept: what is said of it with each version, and who may know of it.
//! Must not show anything; what everybody sees is `public`.
//! Storing it is `persistence::deliverable`.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{AffairsChannel, Audience, Deliverable, DeliverableId, DeliverableKind, Details, alert::ALERT_DAYS};
use crate::{
    account::AccountId, agency::AgencyId, document::DocumentId, evidence::FileId, labels::labelled_enum, programme::ProgrammeId,
    task::TaskId,
};

labelled_enum! {
    /// Who may know of it.
    pub enum Visibility {
        /// Everybody, in the form that is public of its kind: a rebuttal and a commendation are only counted.
        Public = "PUBLIC",
        /// Its agency and those who follow the programme; it is not even counted for others.
        Internal = "INTERNAL",
    }
}

labelled_enum! {
    /// How a version came about.
    pub enum Change {
        Recorded = "RECORDED",
        Corrected = "CORRECTED",
        /// It does not count any more; what was said of it stays.
        Withdrawn = "WITHDRAWN",
    }
}

/// A document that it rests on or is, and where that speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub document: DocumentId,
    pub section: Option<String>,
    /// Verbatim.
    pub quote: Option<String>,
}

/// What is said of a deliverable; as JSON it is what is stored with each version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub task: Option<TaskId>,
    pub year: i32,
    pub title: String,
    pub channel: Option<AffairsChannel>,
    pub visibility: Visibility,
    pub audiences: BTreeSet<Audience>,
    pub sources: Vec<Source>,
    pub evidence: Vec<FileId>,
    pub details: Details,
}

impl Content {
    /// The languages that it is in.
    pub fn languages(&self) -> BTreeSet<&str> {
        match &self.details {
            Details::Publication(of) => of.languages.iter().map(String::as_str).collect(),
            Details::Film(of) | Details::MajorProgramme(of) => of.languages.iter().map(String::as_str).collect(),
            Details::ForeignEdition(of) | Details::PortalSection(of) | Details::Column(of) => [of.language.as_str()].into(),
            Details::MediaOutput(of) => of.language.as_deref().into_iter().collect(),
            _ => BTreeSet::new(),
        }
    }

    /// The code of the system or body that carries it.
    pub fn outlet(&self) -> Option<&str> {
        match &self.details {
            Details::ForeignEdition(of) | Details::PortalSection(of) | Details::Column(of) => Some(&of.outlet),
            Details::MediaOutput(of) => Some(&of.outlet),
            Details::PressVisit(of) => Some(&of.outlet),
            _ => None,
        }
    }

    /// Of an agreement that ends: the first day on which it is to be renewed, and its last day.
    pub fn renewal(&self) -> Option<(NaiveDate, NaiveDate)> {
        let Details::Agreement(of) = &self.details else { return None };
        let last = of.to?;
        let alert = last.checked_sub_days(Days::new(of.alert_days.unwrap_or(ALERT_DAYS).into()));
        Some((alert.unwrap_or(NaiveDate::MIN).max(of.from), last))
    }
}

/// A deliverable with how it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub id: DeliverableId,
    pub programme: ProgrammeId,
    pub agency: AgencyId,
    /// The agency's own, once in it.
    pub external_ref: Option<String>,
    pub content: Content,
    /// Raised by every change, from 1.
    pub revision: i32,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub changed_at: DateTime<Utc>,
    /// Whether the caller sees it by role, and not only because it is public.
    pub is_inside: bool,
}

impl Record {
    /// What kind it is.
    pub const fn kind(&self) -> DeliverableKind {
        self.content.details.kind()
    }

    /// The kind, where everybody may read it one by one.
    pub fn public_kind(&self) -> Option<DeliverableKind> {
        let is_public = self.content.visibility == Visibility::Public && self.withdrawn_at.is_none();
        Some(self.kind()).filter(|kind| is_public && kind.is_listed_in_public())
    }

    /// As rules and targets read it.
    pub fn deliverable(&self) -> Deliverable {
        let Content { task, year, title, channel, audiences, sources, evidence, details, .. } = self.content.clone();
        Deliverable {
            id: self.id,
            programme: self.programme,
            task,
            agency: self.agency,
            year,
            title: title.into(),
            channel,
            audiences,
            documents: sources.into_iter().map(|source| source.document).collect(),
            evidence,
            details,
            revision: self.revision,
        }
    }
}

/// A version of a deliverable.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub deliverable: DeliverableId,
    pub revision: i32,
    pub change: Change,
    pub content: Content,
    /// Of a withdrawal.
    pub reason: Option<String>,
    pub account: AccountId,
    pub recorded_at: DateTime<Utc>,
}
