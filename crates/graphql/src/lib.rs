//! GraphQL: what can be read, for frontends that nobody here writes.
//! Must not see the database or HTTP; each field asks exactly one use case of `app`.
//! Start at `query`; the types are one file each under `types`, batches by key under `loaders`.

// Resolvers of an object must be async, whether they wait or not.
#![allow(clippy::unused_async)]

mod answer;
mod budget;
mod completion;
mod days;
mod documents;
mod enums;
mod error;
mod limits;
mod loaders;
mod mutation;
mod names;
mod nesting;
mod paging;
mod prices;
mod query;
mod types;

use std::time::Duration;

use app::View;
use async_graphql::{
    EmptySubscription, Pos, Request, SDLExportOptions, Schema, ValidationMode, Value,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};

use budget::Budget;
use completion::{Completion, Types};
use documents::Documents;
use prices::Prices;

pub use answer::Answer;
pub use error::failure;
pub use names::DefaultLang;

type Executor = Schema<query::Query, mutation::Mutation, EmptySubscription>;

/// The schema's own text as it is checked in, which a test holds against the resolvers.
pub const PUBLISHED: &str = include_str!("../../../openapi/schema.graphql");

/// Nesting of fields at most; the standard introspection query needs 15.
const MAX_DEPTH: usize = 16;
/// An operation ends after this time, answered or not.
const MAX_TIME: Duration = Duration::from_secs(20);

/// The schema with its resolvers and limits.
pub struct Graph {
    executor: Executor,
    documents: Documents,
    prices: Prices,
    types: Types,
}

impl Graph {
    /// Builds the schema. Needs no database.
    ///
    /// # Errors
    /// Only when the schema's own text cannot be read back, which a test would have found.
    pub fn new() -> Result<Self, String> {
        let unread = |error: async_graphql::parser::Error| error.to_string();
        let (prices, types) = (Prices::read(PUBLISHED).map_err(unread)?, Types::read(PUBLISHED).map_err(unread)?);
        Ok(Self { executor: executor(), documents: Documents::read(PUBLISHED)?, prices, types })
    }
}

/// It need not validate: whatever it is given was held against the schema in `documents`.
fn executor() -> Executor {
    let schema = Schema::build(query::Query::default(), mutation::Mutation::default(), EmptySubscription);
    schema.validation_mode(ValidationMode::Fast).limit_depth(MAX_DEPTH).finish()
}

/// The schema in the schema definition language, sorted, as it is checked in.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    let sdl = executor().sdl_with_options(options);
    // One blank line between types and none with spaces, so that editors leave the file alone.
    let mut text: String = sdl.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    format!("{}\n", text.trim())
}

/// Whether the operation that would be executed changes something, which must not be asked for by GET.
pub fn is_mutation(graph: &Graph, request: &Request) -> bool {
    let read = nesting::is_flat(&request.query).then(|| graph.documents.prepared(&request.query, &graph.types));
    read.and_then(Result::ok).is_some_and(|prepared| prepared.is_mutation(request.operation_name.as_deref()))
}

/// Executes one operation on one view: one caller, one state of the database.
pub async fn execute(graph: &Graph, mut request: Request, view: View) -> Answer {
    if request.query.trim().is_empty() {
        return Answer::refused(error::missing());
    }
    if !nesting::is_flat(&request.query) {
        return Answer::refused(error::too_large());
    }
    let prepared = match graph.documents.prepared(&request.query, &graph.types) {
        Ok(prepared) => prepared,
        Err(faults) => return Answer::new(faults, None),
    };
    let (document, variables) = (&prepared.document, std::mem::take(&mut request.variables));
    if !days::are_within(document, &variables) {
        return Answer::refused(error::no_day());
    }
    if !limits::within(document, &variables, &graph.prices) {
        return Answer::refused(error::too_large());
    }
    if let Err(why) = graph.documents.admit(&prepared, request.operation_name.as_deref(), &variables) {
        return Answer::refused(why);
    }
    request.set_parsed_query(prepared.told.as_ref().unwrap_or(document).clone());
    let (wanted, known) = (request.operation_name.clone(), variables.clone());
    let request = request.variables(variables).data(loaders::new(view.clone())).data(Budget::default()).data(view.clone());
    let executed = tokio::time::timeout(MAX_TIME, graph.executor.execute(request)).await;
    // What was seen and cannot be written down is not shown.
    if let Err(error) = view.end().await {
        return Answer::refused(failure(&error).into_server_error(Pos::default()));
    }
    let Ok(response) = executed else { return Answer::refused(error::too_slow()) };
    // The executor refuses a document before it reads anything: no such error has a place in the answer.
    if response.data == Value::Null && !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty()) {
        return Answer::new(response.errors, None);
    }
    let data = match operation(document, wanted.as_deref()) {
        Some(operation) => Completion::new(&graph.types, document, operation, &known).complete(response.data),
        None => response.data,
    };
    Answer::new(response.errors, Some(data))
}

/// The operation that is executed.
fn operation<'a>(document: &'a ExecutableDocument, wanted: Option<&str>) -> Option<&'a OperationDefinition> {
    match &document.operations {
        DocumentOperations::Single(operation) => Some(&operation.node),
        DocumentOperations::Multiple(operations) => match wanted {
            Some(name) => operations.iter().find(|(known, _)| known.as_str() == name).map(|(_, operation)| &operation.node),
            None => None,
        },
    }
}
