//! What reviewers ask about a report beyond the report itself.
//! Must not be asked row by row: each field here is about one report.
//! Lists of reports are in the root of the queries.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    error::failure,
    types::{
        report::{Report, SimilarReport},
        view,
    },
};

#[derive(Default)]
pub struct ReviewQuery;

#[Object]
impl ReviewQuery {
    /// The reports that a report resembles word for word, the most similar first; null where there is no such report. For reviewers.
    async fn similar_reports(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Vec<SimilarReport>>> {
        let view = view(ctx)?;
        view.ctx().allow(domain::policy::Action::CompareReports).map_err(|refusal| failure(&refusal.into()))?;
        let Ok(id) = id.parse() else { return Ok(None) };
        if app::report::by_id(view, id).await.map_err(|error| failure(&error))?.is_none() {
            return Ok(None);
        }
        let found = app::report::similar(view, id).await.map_err(|error| failure(&error))?.into_iter();
        let similar = found.map(|similar| SimilarReport { resemblance: similar.resemblance, report: Report(similar.report) });
        Ok(Some(similar.collect()))
    }
}
