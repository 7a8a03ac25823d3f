//! Batches of money: ladders of many things, movements and remarks of many lines.
//! Must not ask a use case for one key at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error, budget,
    listing::{Listing, PageArgs},
};
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    budget::{BudgetLineId, Flag, Ladders, Movement},
    programme::ProgrammeId,
    task::TaskId,
};

use super::Batches;

/// A budget year, all where nothing is said, and a day.
type Asked = (Option<i32>, Option<NaiveDate>);

/// A loader of ladders.
macro_rules! ladders {
    ($($(#[doc = $doc:literal])+ $key:ident($inner:ty), $read:path;)+) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $key(pub ($inner, Asked));

        impl Loader<$key> for Batches {
            type Value = Option<Arc<Ladders>>;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Option<Arc<Ladders>>>, Arc<Error>> {
                let found = $read(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
                Ok(found.into_iter().map(|(key, ladders)| ($key(key), Some(Arc::new(ladders)))).collect())
            }
        }
    )+ };
}

ladders! {
    /// The ladders of a task.
    BudgetOfTask(TaskId), budget::of_tasks;
    /// The ladders of an agency.
    BudgetOfAgency(AgencyId), budget::of_agencies;
    /// The ladders of a programme.
    BudgetOfProgramme(ProgrammeId), budget::of_programmes;
    /// The ladders of a line.
    BudgetOfLine(BudgetLineId), budget::of_lines;
}

/// A page of the movements of a line.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct MovementsOf(pub (BudgetLineId, PageArgs));

/// A page of movements, and how many there are in all.
type Paged = (Listing<(i32, Movement)>, usize);

impl Loader<MovementsOf> for Batches {
    type Value = Option<Arc<Paged>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[MovementsOf]) -> Result<HashMap<MovementsOf, Option<Arc<Paged>>>, Arc<Error>> {
        let found = budget::movements_of(&self.0, keys.iter().map(|key| key.0.clone()).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(key, paged)| (MovementsOf(key), Some(Arc::new(paged)))).collect())
    }
}

loader!(
    /// What is remarked of a line on a day.
    RemarksOn((BudgetLineId, Option<NaiveDate>)) -> Vec<Flag>, budget::remarks_on
);
