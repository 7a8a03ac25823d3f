//! Obligations: what agencies owe, by when, and how it stands; listed by `list`, made ahead by `generate`, withdrawn by `leave`,
//! changed by `exclude` and `request`.
//! Must not show one outside the caller's scope, not even that it exists, and removes none that somebody has acted on.
//! The rules are `domain::obligation` and `domain::regime`, the queries `persistence::obligation`.

mod exclude;
mod generate;
mod leave;
mod list;
mod request;

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    event::EventKind,
    obligation::{Obligation, ObligationId, ObligationState},
    policy::Action,
    report::ReportId,
};
use persistence::obligation::{self, AsOf, Standing};
use serde_json::json;

pub use exclude::{exclude, include};
pub use generate::{Generated, generate};
pub(crate) use generate::{obliged, owed_from_the_start};
pub(crate) use list::stored_filter;
pub use list::{ObligationFilter, count, counts, heads, list};
pub use request::{NewRequest, Requested, request};

use crate::{Error, View, outbox::News};

/// An obligation and how it stands as of a day.
#[derive(Clone, Debug)]
pub struct Owed {
    pub obligation: Obligation,
    pub state: ObligationState,
    /// When the report that answers to it was first received, as far as that was known on the day. It stays met while the
    /// report is given back: what timeliness counts is the first receipt, and mending is what a return asks for.
    pub fulfilled_on: Option<NaiveDate>,
    /// The report that answers to it; one that is being written is known to its agency alone.
    pub report: Option<ReportId>,
    /// The day as of which this is said.
    pub as_of: NaiveDate,
}

/// What followers are told of an obligation.
pub(crate) fn news(kind: EventKind, obligation: &Obligation) -> News {
    News {
        kind,
        subject: ("obligation", obligation.id.uuid()),
        agency: Some(obligation.agency),
        addressee: None,
        programme: Some(obligation.programme),
        is_public: false,
        body: json!({"regime": obligation.regime_code, "period": obligation.period}),
    }
}

impl Owed {
    /// The one place where an obligation meets the report that fulfils it.
    pub(crate) fn of(Standing { obligation, answer }: Standing, as_of: NaiveDate) -> Self {
        let fulfilled_on = answer.and_then(|answer| answer.received_on).filter(|day| *day <= as_of);
        Self { state: obligation.state(fulfilled_on, as_of), fulfilled_on, report: answer.map(|answer| answer.report), as_of, obligation }
    }

    /// As of which day it is told who receives the report: when it came in, else the day as of which the obligation is read.
    pub fn received_as_of(&self) -> NaiveDate {
        self.fulfilled_on.unwrap_or(self.as_of)
    }
}

/// The obligation with this identifier as of a day, if the caller may know of it.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn by_id(view: &View, id: ObligationId, as_of: Option<NaiveDate>) -> Result<Option<Owed>, Error> {
    view.ctx().allow(Action::ReadObligations)?;
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, as_of));
    let found = view.read(move |conn| obligation::by_id(conn, &scope, id, as_of)).await?;
    Ok(found.map(|standing| Owed::of(standing, as_of.day)))
}

/// The obligations with these identifiers as of today that the caller may know of; none where the caller knows of none.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(view: &View, ids: Vec<ObligationId>) -> Result<HashMap<ObligationId, Owed>, Error> {
    if view.ctx().allow(Action::ReadObligations).is_err() {
        return Ok(HashMap::new());
    }
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, None));
    let found = view.read(move |conn| obligation::by_ids(conn, &scope, &ids, as_of)).await?;
    Ok(found.into_iter().map(|standing| (standing.obligation.id, Owed::of(standing, as_of.day))).collect())
}

pub(crate) fn as_of_day(view: &View, day: Option<NaiveDate>) -> AsOf {
    let today = view.today();
    AsOf::day(day.unwrap_or(today), today)
}
