//! What a report answers to: the obligation found or kept, and whether its content fits that regime's form.
//! Must not choose by itself; `domain::report::fit` does. One report answers to an obligation, which a unique index holds.
//! Where a report belongs is `facts`.

use std::sync::Arc;

use domain::{
    data_form,
    error::{Code, Fault},
    obligation::ObligationId,
    regime::Regime,
    report::{
        Report, ReportContent,
        fit::{Candidate, is_ordinary, named, ordinary},
    },
};
use persistence::{
    Conn, DbError,
    fulfilment::{self, Sought},
};
use serde_json::Value;

use crate::{Error, catalogue::Catalogue};

const NO_REGIME: Error = Error::Internal("an obligation rests on no regime");

/// An obligation that a report answers to.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub obligation: ObligationId,
    /// As it was in force for the period.
    pub regime: Arc<Regime>,
    /// The sender named it.
    pub is_named: bool,
}

/// The obligation that a new report answers to: exactly that of the regime it names, or else the ordinary one, if it is open.
pub(super) fn to(conn: &mut Conn, catalogue: &Catalogue, sought: &Sought<'_>) -> Result<Result<Option<Answer>, Fault>, DbError> {
    let found = fulfilment::sought(conn, sought)?;
    let of = |id| catalogue.regime(id).cloned();
    let candidates: Vec<Candidate> = found
        .iter()
        .map(|(obligation, regime, is_met)| Candidate {
            obligation: *obligation,
            is_ordinary: of(*regime).is_some_and(|regime| is_ordinary(&regime)),
            is_met: *is_met,
        })
        .collect();
    let is_named = sought.regime.is_some();
    let chosen = if is_named { named(&candidates).map(Some) } else { Ok(ordinary(&candidates)) };
    let answer = |obligation| {
        let regime = found.iter().find(|(id, ..)| *id == obligation).and_then(|(_, regime, _)| of(*regime))?;
        Some(Answer { obligation, regime, is_named })
    };
    Ok(chosen.map(|chosen| chosen.and_then(answer)))
}

/// The obligation that a report answers to already.
pub(super) fn of(conn: &mut Conn, catalogue: &Catalogue, report: &Report) -> Result<Option<Answer>, Error> {
    let Some(obligation) = report.obligation else { return Ok(None) };
    let regime = fulfilment::regime_of(conn, obligation)?;
    let regime = catalogue.regime(regime).cloned().ok_or(NO_REGIME)?;
    Ok(Some(Answer { obligation, regime, is_named: report.names_regime }))
}

impl Answer {
    /// What keeps values from fitting the regime's form. All that it requires must be there once a report is sent that names
    /// the regime.
    pub fn faults(&self, content: &ReportContent, is_sent: bool) -> Vec<Fault> {
        if is_sent && self.is_named {
            data_form::check(&self.regime.form, &Value::Object(content.values.clone()))
        } else {
            data_form::check_given(&self.regime.form, &content.values)
        }
    }

    /// That a report under the sender's reference stays with its regime.
    pub fn is_of(&self, code: &str) -> bool {
        *self.regime.code == *code
    }
}

/// What a report lacks that names no task and no regime whose reports are about the whole programme.
pub(super) fn task_needed(catalogue: &Catalogue, regime: Option<&str>) -> Option<Fault> {
    use domain::regime::RegimeSubject;
    let rows = regime.map(|code| catalogue.regime_rows(code)).unwrap_or_default();
    let is_about_tasks = rows.iter().all(|row| row.subject == RegimeSubject::Task);
    // An unknown regime is told as such.
    let is_needed = regime.is_none() || (is_about_tasks && !rows.is_empty());
    is_needed.then(|| Fault::new("/task", Code::FieldRequired))
}
