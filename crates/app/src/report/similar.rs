//! What a narrative may have been copied from: the agency's earlier reports and other agencies' on the same task.
//! Must not be shown to the public or to the agency itself; a reviewer judges.
//! How resemblance is measured is `domain::report::similarity`.

use std::collections::HashMap;

use domain::{
    policy::Action,
    report::{Report, ReportId, similarity::Shingles},
};
use persistence::report as stored;

use super::history::seen;
use crate::{Error, View};

/// Reports of each kind that are compared with.
const COMPARED: i64 = 200;
/// Less than this is two offices writing about the same matter.
const THRESHOLD: f64 = 0.2;
/// Reports told at most.
const TOLD: usize = 10;

/// A report that resembles another.
#[derive(Clone, Debug)]
pub struct Similar {
    pub report: Report,
    /// Share of runs of three words that both have, 0 to 1.
    pub resemblance: f64,
}

/// The reports that a report resembles most, in the caller's scope.
///
/// # Errors
/// `FORBIDDEN` without the right, `NOT_FOUND`.
pub async fn similar(view: &View, id: ReportId) -> Result<Vec<Similar>, Error> {
    view.ctx().allow(Action::CompareReports)?;
    let report = seen(view, id).await?;
    let of = (report.id, report.agency, report.task);
    let others = view.read(move |conn| stored::narratives_like(conn, of, COMPARED)).await?;
    let own = Shingles::of(&report.content.narrative);
    let mut found: Vec<(ReportId, f64)> = others
        .iter()
        .map(|other| (other.report, own.resemblance(&Shingles::of(&other.text))))
        .filter(|(_, share)| *share >= THRESHOLD)
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(TOLD);
    let (scope, ids) = (view.ctx().report_scope(), found.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    let reports = view.read(move |conn| stored::by_ids(conn, &scope, &ids)).await?;
    let mut reports: HashMap<ReportId, Report> = reports.into_iter().map(|report| (report.id, report)).collect();
    let told = found.into_iter().filter_map(|(id, resemblance)| Some(Similar { report: reports.remove(&id)?, resemblance }));
    Ok(told.collect())
}
