//! Batches of what programmes say, by day and as they stand: tasks, years, assignments, targets, measures, duties.
//! Must not ask a use case for one key at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error, occurrence, plan,
    target::{self, Evaluated, Wanted},
    task, version,
};
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    amendment::Version,
    id::Id,
    occurrence::{Claim, Extension, OccurrenceEvent, Principal},
    programme::{Channel, FundingSource, KnownIssue, Measure, Objective, Programme, ProgrammeId, Responsibility, Target, TaskGroup},
    task::{Assignment, Occurrence, OccurrenceId, Task, TaskId},
};

use super::Batches;

loader!(
    /// The task of a programme with a code.
    TaskByCode((ProgrammeId, String)) -> one Task, task::by_codes
);

loader!(
    /// The task of a programme with a code as it was on a day.
    TaskByCodeOn((ProgrammeId, String, NaiveDate)) -> one Task, version::tasks_by_codes_on
);

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
    /// What is reached of a target in a year, as known on a day, alone in a list.
    EvaluationOf(Wanted) -> Vec<Evaluated>, target::by_ids_on
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
    /// A task by its identifier.
    TaskBy(TaskId) -> one Task, task::by_ids
);
