//! Batches: what many fields of one operation ask for is read in one statement per kind.
//! Must not be shared between operations; a loader belongs to one view.
//! Keys are typed, so that a task's identifier cannot be taken for an agency's.

use std::{collections::HashMap, hash::Hash, sync::Arc, time::Duration};

use app::{Error, View, listing::PageArgs};
use async_graphql::{
    Context, Result,
    dataloader::{DataLoader, HashMapCache, Loader},
    futures_util::future::BoxFuture,
};
use domain::page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};
use tokio::sync::Mutex;

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

/// Forgets what is known of occurrences, documents' files, places, readings, people, accounts and what is behind figures, once something
/// was done to one.
pub fn forget(ctx: &Context<'_>) -> Result<()> {
    let loaders = ctx.data::<Loaders>()?;
    loaders.clear::<HistoryOf>();
    loaders.clear::<FilesOfDocument>();
    loaders.clear::<PlacesOf>();
    loaders.clear::<PlacesOfAssignment>();
    loaders.clear::<IssuesOf>();
    loaders.clear::<IssuesOfTask>();
    loaders.clear::<ClaimsOf>();
    loaders.clear::<ExtensionsOf>();
    loaders.clear::<PrincipalsOf>();
    loaders.clear::<PostsOfPerson>();
    loaders.clear::<StepsOfRequest>();
    loaders.clear::<EvaluationOf>();
    loaders.clear::<BudgetOfLine>();
    loaders.clear::<BudgetOfTask>();
    loaders.clear::<BudgetOfAgency>();
    loaders.clear::<BudgetOfProgramme>();
    loaders.clear::<MovementsOf>();
    loaders.clear::<RemarksOn>();
    loaders.clear::<VersionsOfDeliverable>();
    loaders.clear::<DeliverableBy>();
    loaders.clear::<TranslationsOf>();
    loaders.clear::<OccurrencesBehind>();
    loaders.clear::<OccurrenceCountOf>();
    loaders.clear::<ObligationsBehind>();
    loaders.clear::<ObligationCountOf>();
    loaders.clear::<GrantsOf>();
    loaders.clear::<SecretsOf>();
    loaders.clear::<KeysOf>();
    loaders.clear::<SessionsOf>();
    Ok(())
}

/// A loader that asks one use case for many keys of one kind: for a list each, shared, or for `one` thing that may not be there.
macro_rules! loader {
    ($(#[doc = $doc:literal])+ $key:ident($inner:ty) -> one $value:ty, $read:path) => {
        loader!(@ $(#[doc = $doc])+ $key($inner), Option<Arc<$value>>, |value| Some(Arc::new(value)), $read);
    };
    ($(#[doc = $doc:literal])+ $key:ident($inner:ty) -> $value:ty, $read:path) => {
        loader!(@ $(#[doc = $doc])+ $key($inner), Arc<$value>, Arc::new, $read);
    };
    (@ $(#[doc = $doc:literal])+ $key:ident($inner:ty), $value:ty, $give:expr, $read:path) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        pub struct $key(pub $inner);

        impl Loader<$key> for Batches {
            type Value = $value;
            type Error = Arc<Error>;

            #[allow(clippy::clone_on_copy)] // most keys are
            async fn load(&self, keys: &[$key]) -> std::result::Result<HashMap<$key, $value>, Arc<Error>> {
                let found = $read(&self.0, keys.iter().map(|key| key.0.clone()).collect()).await.map_err(Arc::new)?;
                let give = $give;
                Ok(found.into_iter().map(|(key, value)| ($key(key), give(value))).collect())
            }
        }
    };
}

/// Entries at most that are read at once.
const AT_ONCE: u32 = 10_000;

/// Of how many lists pages are read at once; a page that may not be is refused where it is read.
fn at_once(page: &PageArgs) -> usize {
    let size = page.first.or(page.last).and_then(|size| u32::try_from(size).ok()).unwrap_or(DEFAULT_PAGE_SIZE).min(MAX_PAGE_SIZE);
    // One more tells whether there is another page.
    (AT_ONCE / (size + 1)).max(1) as usize
}

/// What keys ask for, by what else they say.
fn alike<K, R: Hash + Eq, T>(keys: &[K], rest: impl Fn(&K) -> R, wanted: impl Fn(&K) -> T) -> HashMap<R, Vec<T>> {
    let mut alike: HashMap<R, Vec<T>> = HashMap::new();
    for key in keys {
        alike.entry(rest(key)).or_default().push(wanted(key));
    }
    alike
}

mod accounts;
mod budget;
mod deliverables;
mod documents;
mod figures;
mod people;
mod programmes;
mod reports;

pub use accounts::{GrantsOf, KeysOf, SecretsOf, SessionsOf};
pub use budget::{BudgetOfAgency, BudgetOfLine, BudgetOfProgramme, BudgetOfTask, MovementsOf, RemarksOn};
pub use deliverables::{DeliverableBy, DeliverableCountBelow, DeliverablesBelow, VersionsOfDeliverable};
pub use documents::{
    CitationsOf, DocumentBy, FilesOfDocument, PlacesOf, PlacesOfAssignment, RecipientsOf, RelationsOf, RelationsTo, StagesOf,
    TranslationsOf,
};
pub use figures::{ObligationCountOf, ObligationsBehind, OccurrenceCountOf, OccurrencesBehind};
pub use people::{ActsOf, ConclusionOf, DirectionOf, PersonBy, PostsOfPerson, SeatsOfPerson, StepsOfRequest};
pub use programmes::{
    AgenciesOfDuty, AssignmentsOn, ChannelsOf, ClaimsOf, DueDaysOf, EvaluationOf, ExtensionsOf, FundingSourcesOf, HistoryOf, IssuesOf,
    IssuesOfTask, LeadsOf, MeasuresOf, MeasuresOn, ObjectiveBy, ObjectiveOn, ObjectivesOf, ObjectivesOn, OccurrencesOf, OccurrencesOn,
    PrincipalsOf, ProgrammeOn, ProgrammeVersionsOf, ResponsibilitiesOf, ResponsibilitiesOn, TargetBy, TargetOn, TargetsEverOfMeasure,
    TargetsOf, TargetsOfMeasure, TargetsOn, TaskBy, TaskByCode, TaskByCodeOn, TaskOn, TasksEverOfMeasure, TasksOf, TasksOfMeasure, TasksOn,
};
pub use reports::{
    DraftOf, EventsOf, FiguresOf, FilesEverOn, FilesOf, NameOf, NoticesOf, ObligationBy, ReportBy, ReportCountOf, ReportsOf, SourcesOf,
    VersionsOf,
};
