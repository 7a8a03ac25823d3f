//! A report under its sender's own reference: made where there is none, submitted again where it may be, left alone where nothing changed.
//! Must not move a report to another task, year, period or regime: a reference names one report for good.
//! The first version goes the way of `submit`, later ones that of `draft`.

use std::sync::Arc;

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    error::{Code, Fault, Refusal},
    policy::Action,
    report::{Report, ReportContent, ReportStatus, state::Act},
    revision::Revisions,
};
use persistence::{Conn, report as stored};

use super::{
    acts::{begin, find},
    draft::add_version,
    facts::{About, Asked, Place, place},
    measure::fits,
    submit::{self, NewReport, Submitted},
};
use crate::{
    App, Error,
    audit::{Deed, watched},
};

const OPERATION: &str = "put_report";

/// What the sender says of the report that it expects to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing was said.
    Nothing,
    /// There must be none (`If-None-Match: *`).
    None,
    /// It must be there, at one of these revisions.
    Revision(Revisions),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Put {
    pub submitted: Submitted,
    pub is_new: bool,
}

/// Stores what the report with this reference says.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`, `PRECONDITION_REQUIRED` for a change without a revision, `PRECONDITION_FAILED`,
/// `WRONG_STATE`, `REPORT_REFUSED` with every fault.
pub async fn put(app: &App, ctx: &Ctx, new: NewReport, expected: Expected) -> Result<Put, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::PushReport)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.append(move |conn| store(&app_, conn, &ctx_, &new, &expected)).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewReport, expected: &Expected) -> Result<Put, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let (agency, code) = submit::whose(&catalogue, ctx, new, submit::Way::Sent)?;
    let reference = new.external_ref.as_deref().unwrap_or_default();
    let Some(id) = stored::by_external_ref(conn, agency, reference)? else {
        if let Expected::Revision(_) = expected {
            return Err(Refusal::new(Code::PreconditionFailed).into());
        }
        // Another with the same reference in between makes this one run again and find it.
        let made = submit::store(app, conn, ctx, new, submit::Way::Sent).map_err(again)?;
        submit::written_down(app, conn, ctx, &made, submit::Way::Sent, OPERATION)?;
        return Ok(Put { submitted: made, is_new: true });
    };
    let before = find(conn, ctx, id)?;
    let revision = expected.revision().map_err(Refusal::new)?;
    let place = place(conn, &catalogue, Asked { agency: Some(before.agency), about: &new.about, kept: Some(&before) })?;
    let coded = |report: Report| Submitted {
        report,
        programme: Arc::clone(&place.programme_code),
        task: place.task_code(),
        agency: Arc::clone(&code),
    };
    let faults = moved(&place, &before, &new.about);
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::ReportRefused, faults).into());
    }
    let content = place.measure.kept(new.contents.stored()?);
    let estimates_until = place.answer.as_ref().and_then(|answer| answer.estimates_until(&before.period));
    if revision.hold(before.seen_revision()) && says_the_same(&before, &content, (estimates_until, app.0.clock.today())) {
        return Ok(Put { submitted: coded(before), is_new: false });
    }
    fits(before.task.is_some(), &content, &place.measure, true)?;
    let acting = begin(app, conn, ctx, (id, revision), (Action::PushReport, Act::Submit))?;
    add_version(conn, &acting, content, acting.account, OPERATION)?;
    Ok(Put { submitted: coded(find(conn, ctx, id)?), is_new: false })
}

impl Expected {
    /// The revisions that a change of an existing report rests on.
    pub(super) fn revision(&self) -> Result<&Revisions, Code> {
        match self {
            Self::None => Err(Code::PreconditionFailed),
            Self::Nothing => Err(Code::PreconditionRequired),
            Self::Revision(revision) => Ok(revision),
        }
    }
}

/// Whether nothing comes of sending a content again. What is with its agency to be sent anew, given back or reopened, is sent anew by
/// that, and what was an estimate is final once its period is over.
pub(super) fn says_the_same(before: &Report, content: &ReportContent, (until, today): (Option<NaiveDate>, NaiveDate)) -> bool {
    let is_sent = matches!(before.status, ReportStatus::Submitted | ReportStatus::Accepted | ReportStatus::Aggregated);
    is_sent && !before.standing(until).awaits_final(today) && before.content == *content
}

/// Where the report would have to go elsewhere.
pub(super) fn moved(place: &Place, before: &Report, about: &About) -> Vec<Fault> {
    let differs = [
        ("/programme", place.programme != before.programme),
        ("/task", place.task.as_ref().map(|(task, _)| task.id) != before.task),
        ("/year", about.year != before.year),
        // The year stands for a period that is not said.
        ("/period", place.period != before.period && (about.period.is_some() || about.year == before.year)),
        ("/regime", about.regime.as_deref().is_some_and(|code| !place.answer.as_ref().is_some_and(|answer| answer.is_of(code)))),
    ];
    differs.iter().filter(|(_, differs)| *differs).map(|(pointer, _)| Fault::new(*pointer, Code::ExternalRefTaken)).collect()
}

fn again(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == Code::ExternalRefTaken => persistence::DbError::Serialisation.into(),
        other => other,
    }
}
