//! What the content of a report is measured by: the form and the outline of a regime.
//! Must not choose what a report answers to; `answer` does. The regime of an answer comes first, else the one that would be meant.
//! The rules are `domain::data_form` and `domain::outline`.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    data_form::{self, DataForm},
    error::{Code, Fault, Refusal},
    outline,
    period::Period,
    programme::ProgrammeId,
    regime::{Regime, RegimeKind, RegimeSubject, row_of},
    report::{Report, ReportContent},
    text,
};

use super::{answer::Answer, facts::About};
use crate::{Error, catalogue::Catalogue};

/// What a content is measured by. Where no regime asks for the report, it has no fields and no sections.
#[derive(Clone, Debug, Default)]
pub(super) struct Measure {
    regime: Option<Arc<Regime>>,
    /// The sender named the regime: once it is sent, all that the regime requires must be there.
    is_named: bool,
}

impl Measure {
    /// Of a report that answers to something, or else falls under a regime.
    pub fn of(answer: Option<&Answer>, falls_under: impl FnOnce() -> Option<Arc<Regime>>) -> Self {
        match answer {
            Some(answer) => Self { regime: Some(Arc::clone(&answer.regime)), is_named: answer.is_named },
            None => Self { regime: falls_under(), is_named: false },
        }
    }

    /// Of a report that is stored.
    pub fn of_stored(answer: Option<&Answer>, catalogue: &Catalogue, report: &Report) -> Self {
        Self::of(answer, || meant(catalogue, report.programme, report.task.is_some(), &report.period).cloned())
    }

    /// Of a regime that is named, wherever the report belongs.
    pub fn named(regime: &Arc<Regime>) -> Self {
        Self { regime: Some(Arc::clone(regime)), is_named: true }
    }

    /// A content in the one way in which it is kept.
    pub fn kept(&self, mut content: ReportContent) -> ReportContent {
        if let Some(regime) = &self.regime {
            data_form::canonical(&regime.form, &mut content.values);
        }
        content
    }

    /// What does not fit, and once it is sent what is missing.
    pub fn faults(&self, content: &ReportContent, is_sent: bool) -> Vec<Fault> {
        let nothing = DataForm::default();
        let (form, sections) = self.regime.as_ref().map_or((&nothing, &[][..]), |regime| (&regime.form, &regime.outline));
        let mut faults = if is_sent && self.is_named {
            data_form::check(form, &content.values.clone().into())
        } else {
            data_form::check_given(form, &content.values)
        };
        faults.extend(if is_sent && self.is_named {
            outline::check(sections, &content.sections)
        } else {
            outline::check_given(sections, &content.sections)
        });
        faults
    }
}

/// The row of a regime that a report is about: the one that it names, else the one that its subject and period fall under.
pub(super) fn falls_under<'a>(catalogue: &'a Catalogue, about: &About) -> Option<&'a Arc<Regime>> {
    match &about.regime {
        Some(code) => row(catalogue.regime_rows(code), &about.label()),
        None => meant(catalogue, catalogue.programme_by_code(&about.programme)?.id, about.task.is_some(), &about.label()),
    }
}

/// The row of a code for a period.
fn row<'a>(rows: &'a [Arc<Regime>], label: &str) -> Option<&'a Arc<Regime>> {
    let period: Option<Period> = label.parse().ok();
    let of_period = period.and_then(|period| row_of(rows, period));
    // What is asked for has no cycle: its last row speaks for it.
    of_period.or_else(|| rows.last().filter(|row| row.kind != RegimeKind::Periodic))
}

/// The one regime in a set cycle that asks for reports on this, if there is one.
fn meant<'a>(catalogue: &'a Catalogue, programme: ProgrammeId, is_about_task: bool, label: &str) -> Option<&'a Arc<Regime>> {
    let subject = if is_about_task { RegimeSubject::Task } else { RegimeSubject::Programme };
    let fits = |regime: &&Arc<Regime>| {
        let is_ordinary = regime.kind == RegimeKind::Periodic && regime.subject == subject;
        is_ordinary && regime.programme.is_none_or(|own| own == programme)
    };
    let codes: BTreeSet<&str> = catalogue.regimes().iter().filter(fits).map(|regime| &*regime.code).collect();
    let mut rows = codes.into_iter().filter_map(|code| row(catalogue.regime_rows(code), label));
    let first = rows.next()?;
    rows.next().is_none().then_some(first)
}

/// Whether a content fits and, once it is sent, says all that must be said.
///
/// # Errors
/// `REPORT_REFUSED` with every fault.
pub(super) fn fits(is_about_task: bool, content: &ReportContent, measure: &Measure, is_sent: bool) -> Result<(), Error> {
    let faults = unfit(is_about_task, content, measure, is_sent);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::ReportRefused, faults).into()) }
}

/// What keeps a content from fitting and, once it is sent, what it leaves out that must be said.
pub(super) fn unfit(is_about_task: bool, content: &ReportContent, measure: &Measure, is_sent: bool) -> Vec<Fault> {
    let mut faults = if is_sent { unsaid(is_about_task, content) } else { Vec::new() };
    faults.extend(measure.faults(content, is_sent));
    faults
}

/// What every report says that is sent, whatever its regime asks for.
pub(super) fn unsaid(is_about_task: bool, content: &ReportContent) -> Vec<Fault> {
    let mut faults = Vec::new();
    if is_about_task && content.percent.is_none() {
        faults.push(Fault::new("/percent", Code::PercentNeeded));
    }
    faults.extend(text::silence(&content.narrative).map(|code| Fault::new("/narrative", code)));
    faults
}
