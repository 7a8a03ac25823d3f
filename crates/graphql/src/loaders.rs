//! Batches: what many fields of one operation ask for is read in one statement per kind.
//! Must not be shared between operations; a loader belongs to one view.
//! Keys are typed, so that a task's identifier cannot be taken for an agency's.

use std::{collections::HashMap, hash::Hash, sync::Arc, time::Duration};

use app::{
    Error, ReportFilter, View,
    chasing::{self, Told},
    committee, document,
    document::Translation,
    evidence,
    listing::{Listing, PageArgs},
    meeting::{self, Seen},
    obligation::{self, Owed},
    occurrence,
    person::{self, HeldPost},
    plan, report,
    statistics::{Statistics, frozen},
    task, version,
};
use async_graphql::{
    Context, Result,
    dataloader::{DataLoader, HashMapCache, Loader},
    futures_util::future::BoxFuture,
};
use chrono::NaiveDate;
use domain::{
    account::AccountId,
    agency::AgencyId,
    amendment::Version,
    committee::{CommitteeId, Logged, Person},
    document::{Citation, Document, DocumentId, DocumentRelation, file::DocumentFile, stage::StageReached},
    error::{Code, Refusal},
    evidence::ReportFile,
    id::Id,
    meeting::Conclusion,
    obligation::ObligationId,
    occurrence::{Claim, Extension, OccurrenceEvent, Principal},
    page::DEFAULT_PAGE_SIZE,
    person::PersonId,
    personal_request::{PersonalRequestId, RequestStep},
    programme::{Channel, FundingSource, KnownIssue, Measure, Objective, Programme, ProgrammeId, Responsibility, Target, TaskGroup},
    report::{Report, ReportDraft, ReportEvent, ReportId, ReportVersion},
    statistics::frozen::FrozenId,
    task::{Assignment, Occurrence, OccurrenceId, Task, TaskId},
};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::budget::{Budget, Entries};

/// Reads batches on one view.
pub struct Batches(View);

type Loaders = DataLoader<Batches, HashMapCache>;

/// Loaders for one operation.
pub fn new(view: View) -> Loaders {
    // Batches take turns, as they share one connection: while one is read, the next gathers what the fields ask for.
    let turns = Arc::new(Mutex::new(()));
    let spawn = move |batch: BoxFuture<'static, ()>| {
        let turns = Arc::clone(&turns);
        tokio::spawn(async move {
            let _turn = turns.lock_owned().await;
            // The fields that the batch before has answered ask for more first.
            tokio::task::yield_now().await;
            batch.await;
        })
    };
    DataLoader::with_cache(Batches(view), spawn, HashMapCache::default()).delay(Duration::ZERO)
}

/// What a key stands for; empty where there is nothing.
pub async fn load<K>(ctx: &Context<'_>, key: K) -> Result<<Batches as Loader<K>>::Value>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Batches: Loader<K, Error = Arc<Error>>,
    <Batches as Loader<K>>::Value: Default + Entries,
{
    let loaders = ctx.data::<Loaders>()?;
    let value = loaders.load_one(key).await.map_err(crate::error::shared)?.unwrap_or_default();
    ctx.data::<Budget>()?.take(value.entries())?;
    Ok(value)
}

/// Forgets what is known of occurrences, documents' files and people, once something was done to one.
pub fn forget(ctx: &Context<'_>) -> Result<()> {
    let loaders = ctx.data::<Loaders>()?;
    loaders.clear::<HistoryOf>();
    loaders.clear::<FilesOfDocument>();
    loaders.clear::<ClaimsOf>();
    loaders.clear::<ExtensionsOf>();
    loaders.clear::<PrincipalsOf>();
    loaders.clear::<PostsOfPerson>();
    loaders.clear::<StepsOfRequest>();
    Ok(())
}

/// A loader that asks one use case for many keys of one kind.
macro_rules! loader {
    ($(#[doc = $doc:literal])+ $key:ident($inner:ty) -> $value:ty, $read:path) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $key(pub $inner);

        impl Loader<$key> for Batches {
            type Value = Arc<$value>;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$key]) -> std::result::Result<HashMap<$key, Arc<$value>>, Arc<Error>> {
                let found = $read(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
                Ok(found.into_iter().map(|(key, value)| ($key(key), Arc::new(value))).collect())
            }
        }
    };
}

loader!(
    /// The tasks of a group.
    TasksOf(Id<TaskGroup>) -> Vec<Task>, task::by_groups
);
loader!(
    /// The tasks of a group as they were on a day.
    TasksOn((Id<TaskGroup>, NaiveDate)) -> Vec<Task>, version::tasks_on
);
loader!(
    /// The targets of a programme as they were on a day.
    TargetsOn((ProgrammeId, NaiveDate)) -> Vec<Target>, version::targets_on
);
loader!(
    /// A programme as it was on a day, alone in a list.
    ProgrammeOn((ProgrammeId, NaiveDate)) -> Vec<Arc<Programme>>, version::programmes_on
);
loader!(
    /// The objectives of a programme as they were on a day.
    ObjectivesOn((ProgrammeId, NaiveDate)) -> Vec<Objective>, version::objectives_on
);
loader!(
    /// The measures of a programme as they were on a day.
    MeasuresOn((ProgrammeId, NaiveDate)) -> Vec<Measure>, version::measures_on
);
loader!(
    /// The duties that a programme gave on a day.
    ResponsibilitiesOn((ProgrammeId, NaiveDate)) -> Vec<Responsibility>, version::responsibilities_on
);
loader!(
    /// A task as it was on a day, alone in a list.
    TaskOn((TaskId, NaiveDate)) -> Vec<Task>, version::tasks_by_ids_on
);
loader!(
    /// A target as it was on a day, alone in a list.
    TargetOn((Id<Target>, NaiveDate)) -> Vec<Target>, version::targets_by_ids_on
);
loader!(
    /// An objective as it was on a day, alone in a list.
    ObjectiveOn((Id<Objective>, NaiveDate)) -> Vec<Objective>, version::objectives_by_ids_on
);
loader!(
    /// The tasks that ever carried out a measure.
    TasksEverOfMeasure(Id<Measure>) -> Vec<plan::MeasureTask>, plan::measure_tasks_ever
);
loader!(
    /// The targets that ever belonged to a measure.
    TargetsEverOfMeasure(Id<Measure>) -> Vec<plan::MeasureTarget>, plan::measure_targets_ever
);
loader!(
    /// The due days that amendments set for an occurrence.
    DueDaysOf(OccurrenceId) -> Vec<(NaiveDate, NaiveDate)>, version::due_days
);
loader!(
    /// The assignments of a task on a day.
    AssignmentsOn((TaskId, NaiveDate)) -> Vec<Assignment>, task::assignments_on
);
loader!(
    /// The occurrences of a task.
    OccurrencesOf(TaskId) -> Vec<Occurrence>, task::occurrences
);
loader!(
    /// The versions of a programme.
    ProgrammeVersionsOf(ProgrammeId) -> Vec<Version>, version::versions_of
);
loader!(
    /// The years of a task as of a day.
    OccurrencesOn((TaskId, NaiveDate)) -> Vec<Occurrence>, version::occurrences_on
);
loader!(
    /// What was done to an occurrence.
    HistoryOf(OccurrenceId) -> Vec<OccurrenceEvent>, occurrence::history
);
loader!(
    /// Who said that an occurrence was delivered.
    ClaimsOf(OccurrenceId) -> Vec<Claim>, occurrence::claims
);
loader!(
    /// The requests for more time of an occurrence.
    ExtensionsOf(OccurrenceId) -> Vec<Extension>, occurrence::extensions
);
loader!(
    /// Who leads a task on a day.
    LeadsOf((TaskId, NaiveDate)) -> Vec<AgencyId>, occurrence::leads
);
loader!(
    /// Who was designated to answer alone for a task.
    PrincipalsOf(TaskId) -> Vec<Principal>, occurrence::principals
);
loader!(
    /// The known issues of a task.
    IssuesOfTask(TaskId) -> Vec<(TaskId, KnownIssue)>, plan::known_issues_of_tasks
);
loader!(
    /// The objectives of a programme.
    ObjectivesOf(ProgrammeId) -> Vec<Objective>, plan::objectives
);
loader!(
    /// The targets of a programme.
    TargetsOf(ProgrammeId) -> Vec<Target>, plan::targets
);
loader!(
    /// The measures of a programme.
    MeasuresOf(ProgrammeId) -> Vec<Measure>, plan::measures
);
loader!(
    /// The duties that a programme gives.
    ResponsibilitiesOf(ProgrammeId) -> Vec<Responsibility>, plan::responsibilities
);
loader!(
    /// The channels of a programme.
    ChannelsOf(ProgrammeId) -> Vec<Channel>, plan::channels
);
loader!(
    /// The sources of money of a programme.
    FundingSourcesOf(ProgrammeId) -> Vec<FundingSource>, plan::funding_sources
);
loader!(
    /// The known issues of a programme.
    IssuesOf(ProgrammeId) -> Vec<KnownIssue>, plan::known_issues
);
loader!(
    /// An objective, alone in a list.
    ObjectiveBy(Id<Objective>) -> Vec<Objective>, plan::objectives_by_ids
);
loader!(
    /// A target, alone in a list.
    TargetBy(Id<Target>) -> Vec<Target>, plan::targets_by_ids
);
loader!(
    /// The tasks that carry out a measure.
    TasksOfMeasure(Id<Measure>) -> Vec<plan::MeasureTask>, plan::measure_tasks
);
loader!(
    /// The targets of a measure.
    TargetsOfMeasure(Id<Measure>) -> Vec<plan::MeasureTarget>, plan::measure_targets
);
loader!(
    /// The other agencies of a duty.
    AgenciesOfDuty(Id<Responsibility>) -> Vec<plan::ResponsibilityAgency>, plan::responsibility_agencies
);
loader!(
    /// What a document refers to.
    RelationsOf(DocumentId) -> Vec<DocumentRelation>, document::relations
);
loader!(
    /// What refers to a document.
    RelationsTo(DocumentId) -> Vec<DocumentRelation>, document::relations_to
);
loader!(
    /// The stages that a document went through.
    StagesOf(DocumentId) -> Vec<StageReached>, document::stages
);
loader!(
    /// To whom a document went.
    RecipientsOf(DocumentId) -> Vec<String>, document::recipients
);
loader!(
    /// Where a thing stands in documents.
    CitationsOf(Uuid) -> Vec<Citation>, document::citations
);
loader!(
    /// The texts of a thing in other languages.
    TranslationsOf(Uuid) -> Vec<Translation>, document::translations
);

loader!(
    /// The posts that a person holds or held.
    PostsOfPerson(PersonId) -> Vec<HeldPost>, person::posts
);
loader!(
    /// The steps that a request about personal data took.
    StepsOfRequest(PersonalRequestId) -> Vec<RequestStep>, person::request::steps
);
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
    /// The files of a document.
    FilesOfDocument(DocumentId) -> Vec<DocumentFile>, document::files
);
loader!(
    /// The files on a report.
    FilesOf(ReportId) -> Vec<ReportFile>, evidence::of_reports
);
loader!(
    /// The files that a report has or had in some version.
    FilesEverOn(ReportId) -> Vec<ReportFile>, evidence::ever_on
);

/// A document by its identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DocumentBy(pub DocumentId);

impl Loader<DocumentBy> for Batches {
    type Value = Option<Arc<Document>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DocumentBy]) -> std::result::Result<HashMap<DocumentBy, Option<Arc<Document>>>, Arc<Error>> {
        let found = document::by_ids(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, document)| (DocumentBy(id), Some(Arc::new(document)))).collect())
    }
}

loader!(
    /// What was done to a committee.
    ActsOf(CommitteeId) -> Vec<Logged>, committee::acts
);
loader!(
    /// Where a person sat.
    SeatsOfPerson(PersonId) -> Vec<committee::Sat>, committee::seats_of
);

/// A person by identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PersonBy(pub PersonId);

impl Loader<PersonBy> for Batches {
    type Value = Option<Person>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[PersonBy]) -> std::result::Result<HashMap<PersonBy, Option<Person>>, Arc<Error>> {
        let found = committee::people(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, person)| (PersonBy(id), Some(person))).collect())
    }
}

/// What a task follows.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ConclusionOf(pub TaskId);

impl Loader<ConclusionOf> for Batches {
    type Value = Option<(Arc<Seen>, Conclusion)>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ConclusionOf]) -> std::result::Result<HashMap<ConclusionOf, Self::Value>, Arc<Error>> {
        let found = meeting::concluded(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, concluded)| (ConclusionOf(id), Some(concluded))).collect())
    }
}

/// The figures of frozen statistics.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FiguresOf(pub FrozenId);

impl Loader<FiguresOf> for Batches {
    type Value = Option<Arc<Statistics>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[FiguresOf]) -> std::result::Result<HashMap<FiguresOf, Option<Arc<Statistics>>>, Arc<Error>> {
        let found = frozen::contents(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, figures)| (FiguresOf(id), Some(Arc::new(figures)))).collect())
    }
}

/// A task by its identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TaskBy(pub TaskId);

impl Loader<TaskBy> for Batches {
    type Value = Option<Arc<Task>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[TaskBy]) -> std::result::Result<HashMap<TaskBy, Option<Arc<Task>>>, Arc<Error>> {
        let found = task::by_ids(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, task)| (TaskBy(id), Some(Arc::new(task)))).collect())
    }
}

/// A report by its identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ReportBy(pub ReportId);

impl Loader<ReportBy> for Batches {
    type Value = Option<Arc<Report>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ReportBy]) -> std::result::Result<HashMap<ReportBy, Option<Arc<Report>>>, Arc<Error>> {
        let found = report::by_ids(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, report)| (ReportBy(id), Some(Arc::new(report)))).collect())
    }
}

/// An obligation by its identifier, as it stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ObligationBy(pub ObligationId);

impl Loader<ObligationBy> for Batches {
    type Value = Option<Arc<Owed>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ObligationBy]) -> std::result::Result<HashMap<ObligationBy, Option<Arc<Owed>>>, Arc<Error>> {
        let found = obligation::by_ids(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, owed)| (ObligationBy(id), Some(Arc::new(owed)))).collect())
    }
}

/// Reports at most that one field is read for at once, over all its tasks.
const MAX_REPORTS: usize = 10_000;

/// A page of a task's reports.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ReportsOf {
    pub task: TaskId,
    pub filter: ReportFilter,
    pub descending: bool,
    pub page: PageArgs,
}

impl Loader<ReportsOf> for Batches {
    type Value = Option<Arc<Listing<Report>>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ReportsOf]) -> std::result::Result<HashMap<ReportsOf, Option<Arc<Listing<Report>>>>, Arc<Error>> {
        let mut alike: HashMap<(ReportFilter, bool, PageArgs), Vec<TaskId>> = HashMap::new();
        for key in keys {
            alike.entry((key.filter.clone(), key.descending, key.page.clone())).or_default().push(key.task);
        }
        let mut pages = HashMap::new();
        for ((filter, descending, page), tasks) in alike {
            let size = page.first.or(page.last).and_then(|size| usize::try_from(size).ok()).unwrap_or(DEFAULT_PAGE_SIZE as usize);
            if tasks.len().saturating_mul(size) > MAX_REPORTS {
                return Err(Arc::new(Refusal::new(Code::GraphqlTooLarge).into()));
            }
            let found = report::by_tasks(&self.0, tasks, filter.clone(), descending, &page).await.map_err(Arc::new)?;
            pages.extend(found.into_iter().map(|(task, listing)| {
                (ReportsOf { task, filter: filter.clone(), descending, page: page.clone() }, Some(Arc::new(listing)))
            }));
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

    async fn load(&self, keys: &[ReportCountOf]) -> std::result::Result<HashMap<ReportCountOf, i64>, Arc<Error>> {
        let mut alike: HashMap<ReportFilter, Vec<TaskId>> = HashMap::new();
        for key in keys {
            alike.entry(key.filter.clone()).or_default().push(key.task);
        }
        let mut counts = HashMap::new();
        for (filter, tasks) in alike {
            let found = report::count_by_tasks(&self.0, tasks, filter.clone()).await.map_err(Arc::new)?;
            counts.extend(found.into_iter().map(|(task, count)| (ReportCountOf { task, filter: filter.clone() }, count)));
        }
        Ok(counts)
    }
}
