//! Obligations: what agencies owe, by when, and how it stands; made ahead by `generate`, withdrawn by `leave`, changed by
//! `exclude` and `request`.
//! Must not show one outside the caller's scope, not even that it exists, and removes none that somebody has acted on.
//! The rules are `domain::obligation` and `domain::regime`, the queries `persistence::obligation`.

mod exclude;
mod generate;
mod leave;
mod request;

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    event::EventKind,
    id::Id,
    obligation::{Obligation, ObligationId, ObligationState},
    policy::Action,
    report::ReportId,
    statistics::reporting::ReportFigure,
    text,
};
use persistence::obligation::{self, AsOf, ObligationFilter as StoredFilter, ObligationKey, Standing};
use serde_json::json;
use uuid::Uuid;

pub use exclude::{exclude, include};
pub use generate::{Generated, generate};
pub(crate) use generate::{obliged, owed_from_the_start};
pub use request::{NewRequest, Requested, request};

use crate::{
    Error, View,
    listing::{Listing, PageArgs},
    outbox::News,
};

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

/// Which obligations, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObligationFilter {
    pub programme: Option<String>,
    pub agency: Option<String>,
    /// Needs `programme`, as codes of tasks are unique only within one.
    pub task: Option<String>,
    pub regime: Option<String>,
    pub year: Option<i32>,
    pub period: Option<String>,
    pub due_before: Option<NaiveDate>,
    pub state: Option<ObligationState>,
    /// Code; needs `programme`.
    pub group: Option<String>,
    /// About the whole programme, not about a task.
    pub is_about_programme: bool,
    pub from_year: Option<i32>,
    /// Included.
    pub to_year: Option<i32>,
    /// Those that a figure counts.
    pub figure: Option<ReportFigure>,
}

/// A page of the obligations in the caller's scope by due day; those whose due day is not known come last.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`, `QUERY_INVALID`.
pub async fn list(view: &View, filter: &ObligationFilter, as_of: Option<NaiveDate>, args: &PageArgs) -> Result<Listing<Owed>, Error> {
    view.ctx().allow(Action::ReadObligations)?;
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, as_of));
    let list = format!("obligations {filter:?} {} {scope:?}", as_of.day);
    let request = args.request::<(Option<NaiveDate>, Uuid)>(&list)?;
    let request = request.map(|(due_on, id)| ObligationKey { due_on, id: Id::from_uuid(id) });
    let Some(stored) = stored_filter(view, filter).await? else {
        return Ok(Listing { items: Vec::new(), has_next: false, has_previous: false });
    };
    let page = view.read(move |conn| obligation::page(conn, &scope, &stored, as_of, &request)).await?;
    let page = page.map(|standing| Owed::of(standing, as_of.day));
    Ok(Listing::of(page, &list, |owed| (owed.obligation.deadline.day(), owed.obligation.id.uuid())))
}

/// How many obligations are in the caller's scope.
///
/// # Errors
/// `FORBIDDEN`, `QUERY_INVALID`.
pub async fn count(view: &View, filter: &ObligationFilter, as_of: Option<NaiveDate>) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadObligations)?;
    let (scope, as_of) = (view.ctx().obligation_scope(), as_of_day(view, as_of));
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(0) };
    view.read(move |conn| obligation::count(conn, &scope, &stored, as_of)).await
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

/// The filter with identifiers for codes; `None` when a code is unknown, so that nothing can fit.
pub(crate) async fn stored_filter(view: &View, filter: &ObligationFilter) -> Result<Option<StoredFilter>, Error> {
    let catalogue = view.catalogue().await?;
    if [&filter.regime, &filter.period].into_iter().flatten().any(|text| !text::storable(text)) {
        return Ok(None);
    }
    let mut stored = StoredFilter {
        regime: filter.regime.clone(),
        year: filter.year,
        period: filter.period.clone(),
        due_before: filter.due_before,
        state: filter.state,
        is_about_programme: filter.is_about_programme,
        from_year: filter.from_year,
        to_year: filter.to_year,
        figure: filter.figure,
        ..StoredFilter::default()
    };
    if let Some(code) = &filter.programme {
        let Some(programme) = catalogue.programme_by_code(code) else { return Ok(None) };
        stored.programme = Some(programme.id);
    }
    if let Some(code) = &filter.agency {
        let Some(agency) = catalogue.agency_by_code(code) else { return Ok(None) };
        stored.agency = Some(agency.id);
    }
    if let Some(code) = &filter.group {
        let of = stored.programme.and_then(|id| catalogue.programme(id)).ok_or_else(crate::report::task_without_programme)?;
        let Some(group) = of.group_coded(code) else { return Ok(None) };
        stored.group = Some(group.id);
    }
    if let Some(code) = &filter.task {
        let Some(programme) = stored.programme else { return Err(crate::report::task_without_programme().into()) };
        let Some(task) = crate::task::by_code(view, programme, code.clone()).await? else { return Ok(None) };
        stored.task = Some(task.id);
    }
    Ok(Some(stored))
}
