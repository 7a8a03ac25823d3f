//! Batches of reports and of what is owed: versions, events, files, notices, figures that were frozen.
//! Must not ask a use case for one key at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error, ReportFilter,
    chasing::{self, Told},
    evidence,
    listing::{Listing, PageArgs},
    obligation::{self, Owed},
    report,
    statistics::{Statistics, frozen},
};
use async_graphql::dataloader::Loader;
use domain::{
    account::AccountId,
    evidence::ReportFile,
    obligation::ObligationId,
    report::{Report, ReportDraft, ReportEvent, ReportId, ReportVersion},
    statistics::frozen::FrozenId,
    task::TaskId,
};

use super::{Batches, alike, at_once};

loader!(
    /// The versions of a report.
    VersionsOf(ReportId) -> Vec<ReportVersion>, report::versions_of
);
loader!(
    /// What was done with a report.
    EventsOf(ReportId) -> Vec<ReportEvent>, report::events_of
);
loader!(
    /// What is being written on a report.
    DraftOf(ReportId) -> Vec<ReportDraft>, report::drafts_of
);
loader!(
    /// What a report was built from, by version.
    SourcesOf(ReportId) -> Vec<(i32, ReportId, i32)>, report::sources
);
loader!(
    /// The name of an account.
    NameOf(AccountId) -> String, report::names
);
loader!(
    /// What was told of an obligation.
    NoticesOf(ObligationId) -> Vec<Told>, chasing::of_obligations
);
loader!(
    /// The files on a report.
    FilesOf(ReportId) -> Vec<ReportFile>, evidence::of_reports
);
loader!(
    /// The files that a report has or had in some version.
    FilesEverOn(ReportId) -> Vec<ReportFile>, evidence::ever_on
);
loader!(
    /// The figures of frozen statistics.
    FiguresOf(FrozenId) -> one Statistics, frozen::contents
);
loader!(
    /// A report by its identifier.
    ReportBy(ReportId) -> one Report, report::by_ids
);
loader!(
    /// An obligation by its identifier, as it stands.
    ObligationBy(ObligationId) -> one Owed, obligation::by_ids
);
/// A page of a task's reports.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ReportsOf {
    pub task: TaskId,
    pub filter: ReportFilter,
    pub descending: bool,
    pub page: PageArgs,
}
impl Loader<ReportsOf> for Batches {
    type Value = Arc<Listing<Report>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ReportsOf]) -> Result<HashMap<ReportsOf, Self::Value>, Arc<Error>> {
        let mut pages = HashMap::new();
        let rest = |key: &ReportsOf| (key.filter.clone(), key.descending, key.page.clone());
        for ((filter, descending, page), tasks) in alike(keys, rest, |key| key.task) {
            let key = |task| ReportsOf { task, filter: filter.clone(), descending, page: page.clone() };
            for tasks in tasks.chunks(at_once(&page)) {
                let found = report::by_tasks(&self.0, tasks.to_vec(), filter.clone(), descending, &page).await.map_err(Arc::new)?;
                pages.extend(found.into_iter().map(|(task, listing)| (key(task), Arc::new(listing))));
            }
        }
        Ok(pages)
    }
}
/// How many reports a task has.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ReportCountOf {
    pub task: TaskId,
    pub filter: ReportFilter,
}
impl Loader<ReportCountOf> for Batches {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ReportCountOf]) -> Result<HashMap<ReportCountOf, i64>, Arc<Error>> {
        let mut counts = HashMap::new();
        for (filter, tasks) in alike(keys, |key| key.filter.clone(), |key| key.task) {
            let found = report::count_by_tasks(&self.0, tasks, filter.clone()).await.map_err(Arc::new)?;
            counts.extend(found.into_iter().map(|(task, count)| (ReportCountOf { task, filter: filter.clone() }, count)));
        }
        Ok(counts)
    }
}
