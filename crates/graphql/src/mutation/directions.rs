//! What a document directs becomes a task.
//! Must not decide anything.
//! The use case is `app::direction`.

use std::sync::Arc;

use app::{direction, place::NewPlace, task};
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;

use super::{Problem, admitted, settled};
use crate::{error::failure, types::task::Task};

/// What a document directs, to be followed as a task.
#[derive(InputObject)]
struct NewDirectionInput {
    /// Number or identifier of the document, which is issued.
    basis: String,
    /// Where the document says it; the whole of it where nothing is said.
    section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    quote: Option<String>,
    /// What is to be done: the title of the task, which everybody may read.
    text: String,
    /// Code of the agency that carries it out.
    lead: String,
    /// Codes.
    #[graphql(default)]
    coordinators: Vec<String>,
    /// The first day on which it holds; the day from which the document is in force where nothing is said.
    effective_on: Option<NaiveDate>,
    /// The day by which it is to be done.
    due_on: NaiveDate,
}

impl From<NewDirectionInput> for direction::NewDirection {
    fn from(input: NewDirectionInput) -> Self {
        Self {
            basis: input.basis,
            place: NewPlace { section: input.section, quote: input.quote },
            text: input.text,
            lead: input.lead,
            coordinators: input.coordinators,
            effective_on: input.effective_on,
            due_on: input.due_on,
        }
    }
}

/// What came of a direction.
#[derive(SimpleObject)]
struct DirectionPayload {
    /// The task that follows it.
    task: Option<Task>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct DirectionsMutation;

#[Object]
impl DirectionsMutation {
    /// Makes what a document directs, and no meeting concluded, a task of the programme: led, due, reported and counted like those of
    /// its annex.
    async fn record_direction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the programme.")] programme: String,
        input: NewDirectionInput,
    ) -> Result<DirectionPayload> {
        let view = admitted(ctx, "recordDirection").await?;
        match settled(direction::record_direction(view.app(), view.ctx(), &programme, input.into()).await)? {
            Err(problem) => Ok(DirectionPayload { task: None, problem: Some(problem) }),
            Ok(id) => {
                let now = view.after();
                let found = task::by_ids(&now, vec![id]).await.map_err(|error| failure(&error))?.remove(&id);
                now.end().await.map_err(|error| failure(&error))?;
                Ok(DirectionPayload { task: found.map(|task| Task(Arc::new(task), None)), problem: None })
            }
        }
    }
}
