//! What a report answers to: the obligation found or kept, and the regime by which its content is measured (`measure`).
//! Must not choose by itself; `domain::report::fit` does. One report answers to an obligation, which a unique index holds.
//! Where a report belongs is `facts`.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;
use domain::{
    error::{Code, Fault},
    obligation::ObligationId,
    regime::{Regime, RegimeSubject},
    report::{
        Report, ReportStatus,
        fit::{Candidate, is_ordinary, named, ordinary},
    },
};
use persistence::{
    Conn,
    fulfilment::{self, Owed},
};

use crate::{Error, catalogue::Catalogue};

pub(super) const NO_REGIME: Error = Error::Internal("an obligation rests on no regime");

/// An obligation that a report answers to.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub obligation: ObligationId,
    /// As it was in force for the period.
    pub regime: Arc<Regime>,
    /// The sender named it.
    pub is_named: bool,
}

/// Which of these obligations a new report answers to: exactly that of the regime it names, or else the ordinary one, if it is
/// open. Those that are taken are met by reports that are still to be stored.
///
/// # Errors
/// What is wrong with the regime that is named.
pub(super) fn to<'a>(
    catalogue: &Catalogue,
    owed: impl Iterator<Item = &'a Owed>,
    taken: &HashSet<ObligationId>,
    regime: Option<&str>,
) -> Result<Option<Answer>, Fault> {
    let found: Vec<(Candidate, Arc<Regime>)> = owed
        .filter_map(|owed| Some((owed, catalogue.regime(owed.regime)?)))
        .filter(|(_, row)| regime.is_none_or(|code| *row.code == *code))
        .map(|(owed, regime)| {
            let is_met = owed.is_met || taken.contains(&owed.obligation);
            (Candidate { obligation: owed.obligation, is_ordinary: is_ordinary(regime), is_met }, Arc::clone(regime))
        })
        .collect();
    let candidates: Vec<Candidate> = found.iter().map(|(candidate, _)| *candidate).collect();
    let is_named = regime.is_some();
    let chosen = if is_named { named(&candidates).map(Some) } else { Ok(ordinary(&candidates)) };
    chosen.map(|chosen| {
        let (one, regime) = found.into_iter().find(|(candidate, _)| Some(candidate.obligation) == chosen)?;
        Some(Answer { obligation: one.obligation, regime, is_named })
    })
}

/// The obligation that a report answers to already.
pub(super) fn of(conn: &mut Conn, catalogue: &Catalogue, report: &Report) -> Result<Option<Answer>, Error> {
    let Some(obligation) = report.obligation else { return Ok(None) };
    let found = fulfilment::regimes_of(conn, &[obligation])?;
    let regime = found.first().and_then(|(_, regime)| catalogue.regime(*regime)).cloned().ok_or(NO_REGIME)?;
    Ok(Some(Answer { obligation, regime, is_named: report.names_regime }))
}

/// The day up to which the regime of a report that was accepted estimates, if what was accepted is an estimate: afterwards a final
/// version may follow. Of other reports nothing depends on it, and nothing is looked up.
pub(crate) fn estimates_until(conn: &mut Conn, catalogue: &Catalogue, report: &Report) -> Result<Option<NaiveDate>, Error> {
    let is_accepted = matches!(report.status, ReportStatus::Accepted | ReportStatus::Aggregated);
    if !is_accepted || report.submission.as_ref().is_none_or(|submission| !submission.is_estimate) {
        return Ok(None);
    }
    Ok(of(conn, catalogue, report)?.and_then(|answer| answer.estimates_until(&report.period)))
}

impl Answer {
    /// The day up to which what comes in on a period is an estimate.
    pub fn estimates_until(&self, period: &str) -> Option<NaiveDate> {
        self.regime.estimates_until(period)
    }

    /// Whether what comes in on a day is an estimate.
    pub fn is_estimate(&self, period: &str, received_on: NaiveDate) -> bool {
        self.estimates_until(period).is_some_and(|until| received_on <= until)
    }

    /// That a report under the sender's reference stays with its regime.
    pub fn is_of(&self, code: &str) -> bool {
        *self.regime.code == *code
    }
}

/// What a report lacks that names no task and no regime whose reports are about the whole programme.
pub(super) fn task_needed(catalogue: &Catalogue, regime: Option<&str>) -> Option<Fault> {
    regime.is_none_or(|code| is_about_tasks(catalogue, code)).then(|| Fault::new("/task", Code::FieldRequired))
}

/// Whether a regime wants its reports task by task. An unknown one is told as such.
pub(super) fn is_about_tasks(catalogue: &Catalogue, code: &str) -> bool {
    let rows = catalogue.regime_rows(code);
    !rows.is_empty() && rows.iter().all(|row| row.subject == RegimeSubject::Task)
}
