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

loader!(
    /// The ladders of a task.
    BudgetOfTask((TaskId, Asked)) -> one Ladders, budget::of_tasks
);
loader!(
    /// The ladders of an agency.
    BudgetOfAgency((AgencyId, Asked)) -> one Ladders, budget::of_agencies
);
loader!(
    /// The ladders of a programme.
    BudgetOfProgramme((ProgrammeId, Asked)) -> one Ladders, budget::of_programmes
);
loader!(
    /// The ladders of a line.
    BudgetOfLine((BudgetLineId, Asked)) -> one Ladders, budget::of_lines
);

/// A page of movements, and how many there are in all.
type Paged = (Listing<(i32, Movement)>, usize);

loader!(
    /// A page of the movements of a line.
    MovementsOf((BudgetLineId, PageArgs)) -> one Paged, budget::movements_of
);
loader!(
    /// What is remarked of a line on a day.
    RemarksOn((BudgetLineId, Option<NaiveDate>)) -> Vec<Flag>, budget::remarks_on
);
