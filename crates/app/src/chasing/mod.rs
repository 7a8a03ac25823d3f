//! Chasing: the log of who was reminded, urged or told, as callers may see it; `run` writes by the rules, `urge` by hand.
//! Must not show a notice to whom it does not concern, and never changes or removes one.
//! What is due when is `domain::chasing`, the queries are `persistence::chasing`.

mod run;
mod urge;

use std::collections::HashMap;

use domain::{
    chasing::{Notice, NoticeKind, NoticeLevel},
    event::EventKind,
    id::Id,
    obligation::{Obligation, ObligationId},
    policy::Action,
};
use persistence::chasing::{self, NoticeFilter as StoredFilter};
use serde_json::json;
use uuid::Uuid;

pub use persistence::chasing::Told;
pub use run::{Chased, run};
pub use urge::urge;

use crate::{
    Error, View,
    listing::{Listing, PageArgs},
    outbox::News,
};

/// Which notices, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeFilter {
    pub programme: Option<String>,
    /// Who owes the report.
    pub agency: Option<String>,
    /// To whom it is addressed.
    pub addressee: Option<String>,
    pub obligation: Option<ObligationId>,
    pub kind: Option<NoticeKind>,
    pub level: Option<NoticeLevel>,
    pub is_answered: Option<bool>,
}

/// A page of the notices that concern the caller, the newest first.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &NoticeFilter, args: &PageArgs) -> Result<Listing<Told>, Error> {
    view.ctx().allow(Action::ReadObligations)?;
    let scope = view.ctx().obligation_scope();
    let list = format!("notices {filter:?} {scope:?}");
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let Some(stored) = stored_filter(view, filter).await? else {
        return Ok(Listing::default());
    };
    let page = view.read(move |conn| chasing::page(conn, &scope, &stored, &request)).await?;
    Ok(Listing::of(page, &list, |told| told.notice.id.uuid()))
}

/// How many notices concern the caller.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn count(view: &View, filter: &NoticeFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadObligations)?;
    let scope = view.ctx().obligation_scope();
    let Some(stored) = stored_filter(view, filter).await? else { return Ok(0) };
    view.read(move |conn| chasing::count(conn, &scope, &stored)).await
}

/// The notices of these obligations that concern the caller, the oldest first; none where the caller knows of none.
///
/// # Errors
/// When the database fails.
pub async fn of_obligations(view: &View, ids: Vec<ObligationId>) -> Result<HashMap<ObligationId, Vec<Told>>, Error> {
    let mut found: HashMap<ObligationId, Vec<Told>> = HashMap::new();
    if view.ctx().allow(Action::ReadObligations).is_err() {
        return Ok(found);
    }
    let scope = view.ctx().obligation_scope();
    for told in view.read(move |conn| chasing::of_obligations(conn, &scope, &ids)).await? {
        found.entry(told.notice.obligation).or_default().push(told);
    }
    Ok(found)
}

/// The filter with identifiers for codes; `None` when a code is unknown, so that nothing can fit.
async fn stored_filter(view: &View, filter: &NoticeFilter) -> Result<Option<StoredFilter>, Error> {
    let catalogue = view.catalogue().await?;
    let mut stored = StoredFilter {
        obligation: filter.obligation,
        kind: filter.kind,
        level: filter.level,
        is_answered: filter.is_answered,
        ..StoredFilter::default()
    };
    if let Some(code) = &filter.programme {
        let Some(programme) = catalogue.programme_by_code(code) else { return Ok(None) };
        stored.programme = Some(programme.id);
    }
    for (code, of) in [(&filter.agency, &mut stored.agency), (&filter.addressee, &mut stored.addressee)] {
        if let Some(code) = code {
            let Some(agency) = catalogue.agency_by_code(code) else { return Ok(None) };
            *of = Some(agency.id);
        }
    }
    Ok(Some(stored))
}

/// What the feed says of a notice: to those who may read what the agency owes.
fn news(notice: &Notice, obligation: &Obligation) -> News {
    News {
        kind: match notice.kind {
            NoticeKind::Reminder => EventKind::ObligationReminded,
            NoticeKind::Urging => EventKind::ObligationUrged,
            NoticeKind::Escalation => EventKind::ObligationEscalated,
        },
        subject: ("obligation", obligation.id.uuid()),
        agency: Some(obligation.agency),
        addressee: notice.addressee,
        programme: Some(obligation.programme),
        is_public: false,
        body: json!({"notice": notice.id.to_string(), "level": notice.level, "regime": obligation.regime_code,
                     "period": obligation.period, "dueOn": obligation.deadline.day()}),
    }
}
