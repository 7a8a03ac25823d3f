//! What is wrong with a deliverable by itself.
//! Must not ask what others there are; references are looked up elsewhere.
//! The fields are `details`.

use chrono::{Datelike, NaiveDate};

use super::{Deliverable, Details, Edition, Instrument, InstrumentState};
use crate::{
    error::{Code, Fault},
    text,
};

/// Characters at most of a title.
const MAX_TITLE: usize = 500;

impl Deliverable {
    /// What is wrong with it, for `today` in Viet Nam.
    pub fn faults(&self, today: NaiveDate, at: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let is_long = self.title.trim().chars().count() > MAX_TITLE;
        let code = text::silence(&self.title).or(is_long.then_some(Code::LengthOutOfRange));
        faults.extend(code.map(|code| Fault::new(format!("{at}/title"), code)));
        // Days on which something has happened are not to come, and what happened first is of the year.
        let happened = self.details.happened();
        faults.extend(
            happened.iter().filter(|(_, day)| *day > today).map(|(field, _)| Fault::new(format!("{at}/{field}"), Code::DayInFuture)),
        );
        if self.details.counts_on().is_some_and(|day| day.year() != self.year) {
            faults.push(Fault::new(format!("{at}/year"), Code::PeriodInconsistent));
        }
        if matches!(&self.details, Details::LegalDocument(of) if of.issued_on.is_some()) && self.documents.is_empty() {
            faults.push(Fault::new(format!("{at}/documents"), Code::FieldRequired));
        }
        faults.extend(self.details.faults(at));
        faults
    }
}

impl Details {
    /// The day by which it counts to a year; none where it has none, or goes on.
    pub const fn counts_on(&self) -> Option<NaiveDate> {
        match self {
            Self::Publication(of) => of.published_on,
            Self::Film(of) | Self::MajorProgramme(of) => of.completed_on,
            Self::ForeignEdition(of) | Self::PortalSection(of) | Self::Column(of) => of.launched_on,
            Self::Event(of) => Some(of.from),
            Self::DelegationExchange(of) => Some(of.from),
            Self::Campaign(of) => Some(of.from),
            Self::Rebuttal(of) => Some(of.noticed_on),
            Self::MediaOutput(of) => Some(of.from),
            Self::Agreement(of) => Some(of.from),
            Self::PressVisit(of) => Some(of.from),
            Self::LegalDocument(of) => of.issued_on,
            Self::IncentiveInstrument(of) => of.issued_on,
            Self::Commendation(of) => Some(of.decided_on),
            Self::ItApplication(of) => of.launched_on,
            Self::Equipment(of) => of.acquired_on,
            Self::Assessment(of) => Some(of.assessed_on),
        }
    }

    /// Days of what has happened, with their fields.
    fn happened(&self) -> Vec<(&'static str, NaiveDate)> {
        let days = match self {
            Self::Publication(of) => vec![("publishedOn", of.published_on)],
            Self::Film(of) | Self::MajorProgramme(of) => vec![("completedOn", of.completed_on)],
            Self::ForeignEdition(of) | Self::PortalSection(of) | Self::Column(of) => {
                vec![("launchedOn", of.launched_on), ("lastCheckedOn", of.last_checked_on), ("closedOn", of.closed_on)]
            }
            Self::Rebuttal(of) => vec![("noticedOn", Some(of.noticed_on)), ("respondedOn", of.responded_on)],
            Self::LegalDocument(of) => vec![("issuedOn", of.issued_on)],
            Self::IncentiveInstrument(of) => vec![("issuedOn", of.issued_on), ("appliedOn", of.applied_on)],
            Self::Commendation(of) => vec![("decidedOn", Some(of.decided_on))],
            Self::ItApplication(of) => {
                vec![("launchedOn", of.launched_on), ("lastUpdatedOn", of.last_updated_on), ("closedOn", of.closed_on)]
            }
            Self::Equipment(of) => vec![("acquiredOn", of.acquired_on)],
            Self::Assessment(of) => vec![("assessedOn", Some(of.assessed_on))],
            // What is planned may lie ahead.
            Self::Event(_)
            | Self::DelegationExchange(_)
            | Self::Campaign(_)
            | Self::MediaOutput(_)
            | Self::Agreement(_)
            | Self::PressVisit(_) => Vec::new(),
        };
        days.into_iter().filter_map(|(field, day)| Some((field, day?))).collect()
    }

    /// What is wrong with the fields of the kind.
    fn faults(&self, at: &str) -> Vec<Fault> {
        match self {
            Self::Publication(of) => {
                [languages(&of.languages, "languages", at), address(of.url.as_deref(), at)].into_iter().flatten().collect()
            }
            Self::Film(of) | Self::MajorProgramme(of) => languages(&of.languages, "languages", at).into_iter().collect(),
            Self::ForeignEdition(of) | Self::PortalSection(of) | Self::Column(of) => edition(of, at),
            Self::Event(of) => {
                [order(of.from, Some(of.to), "to", at), countries(of.country.iter(), "country", at)].into_iter().flatten().collect()
            }
            Self::DelegationExchange(of) => {
                let none = of.countries.is_empty().then(|| Fault::new(format!("{at}/countries"), Code::FieldRequired));
                [order(of.from, Some(of.to), "to", at), none, countries(of.countries.iter(), "countries", at)]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Self::Campaign(of) => order(of.from, Some(of.to), "to", at).into_iter().collect(),
            Self::Rebuttal(of) => order(of.noticed_on, of.responded_on, "respondedOn", at).into_iter().collect(),
            Self::MediaOutput(of) => {
                [order(of.from, Some(of.to), "to", at), languages(of.language.as_slice(), "language", at)].into_iter().flatten().collect()
            }
            Self::Agreement(of) => {
                let value = of.value.filter(|value| value.is_negative()).map(|_| Fault::new(format!("{at}/value"), Code::OutOfRange));
                [order(of.from, of.to, "to", at), countries(of.country.iter(), "country", at), value].into_iter().flatten().collect()
            }
            Self::PressVisit(of) => {
                [order(of.from, Some(of.to), "to", at), countries(of.country.iter(), "country", at)].into_iter().flatten().collect()
            }
            Self::IncentiveInstrument(of) => instrument(of, at),
            Self::ItApplication(of) => {
                let uptime = of.uptime.filter(|uptime| *uptime > 10_000).map(|_| Fault::new(format!("{at}/uptime"), Code::OutOfRange));
                [address(of.url.as_deref(), at), uptime].into_iter().flatten().collect()
            }
            Self::Assessment(of) => {
                text::silence(&of.narrative).map(|code| Fault::new(format!("{at}/narrative"), code)).into_iter().collect()
            }
            Self::LegalDocument(_) | Self::Commendation(_) | Self::Equipment(_) => Vec::new(),
        }
    }
}

fn order(from: NaiveDate, to: Option<NaiveDate>, field: &str, at: &str) -> Option<Fault> {
    to.is_some_and(|to| to < from).then(|| Fault::new(format!("{at}/{field}"), Code::PeriodInconsistent))
}

/// Language tags: two or three small letters.
fn languages(tags: &[String], field: &str, at: &str) -> Option<Fault> {
    let is_tag = |tag: &String| (2..=3).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase());
    (!tags.iter().all(is_tag)).then(|| Fault::new(format!("{at}/{field}"), Code::PatternMismatch))
}

/// Countries: ISO 3166, two capital letters.
fn countries<'a>(mut codes: impl Iterator<Item = &'a String>, field: &str, at: &str) -> Option<Fault> {
    let is_code = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    (!codes.all(is_code)).then(|| Fault::new(format!("{at}/{field}"), Code::PatternMismatch))
}

/// Addresses are of the web: nothing else is ever followed from a public page.
fn address(url: Option<&str>, at: &str) -> Option<Fault> {
    let rest = url?;
    let rest = rest.strip_prefix("https://").or_else(|| rest.strip_prefix("http://"));
    let is_fit =
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || c == '"' || c == '<'));
    (!is_fit).then(|| Fault::new(format!("{at}/url"), Code::PatternMismatch))
}

fn edition(of: &Edition, at: &str) -> Vec<Fault> {
    let not_launched = of.launched_on.is_none() && (of.last_checked_on.is_some() || of.closed_on.is_some());
    let order_of = |day, field| of.launched_on.and_then(|launched| order(launched, day, field, at));
    [
        languages(std::slice::from_ref(&of.language), "language", at),
        address(of.url.as_deref(), at),
        not_launched.then(|| Fault::new(format!("{at}/launchedOn"), Code::FieldRequired)),
        order_of(of.last_checked_on, "lastCheckedOn"),
        order_of(of.closed_on, "closedOn"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn instrument(of: &Instrument, at: &str) -> Vec<Fault> {
    let needed = |is_needed: bool, day: Option<NaiveDate>, field: &str| {
        let code = if is_needed { Code::FieldRequired } else { Code::RuleBroken };
        (is_needed != day.is_some()).then(|| Fault::new(format!("{at}/{field}"), code))
    };
    let issued = needed(of.state >= InstrumentState::Issued, of.issued_on, "issuedOn");
    let applied = needed(of.state == InstrumentState::Applied, of.applied_on, "appliedOn");
    let order = of.issued_on.and_then(|issued| order(issued, of.applied_on, "appliedOn", at));
    [issued, applied, order].into_iter().flatten().collect()
}
