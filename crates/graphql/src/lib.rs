//! GraphQL: what can be read, for frontends that nobody here writes.
//! Must not see the database or HTTP; each field asks exactly one use case of `app`.
//! Start at `query`; the types are one file each under `types`, batches by key under `loaders`.

// Resolvers of an object must be async, whether they wait or not.
#![allow(clippy::unused_async)]

mod answer;
mod aside;
mod budget;
mod completion;
mod counts;
mod days;
mod documents;
mod enums;
mod error;
mod follow;
mod known;
mod limits;
mod loaders;
mod mutation;
mod names;
mod nesting;
mod paging;
mod prices;
mod query;
mod subscription;
mod types;
mod values;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::View;
use async_graphql::{
    Request, SDLExportOptions, Schema, ServerError, ValidationMode, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
};
use domain::{
    allowance::Allowance,
    error::{Code, Refusal},
    lang::Liked,
};

use answer::Cost;
use aside::Aside;
use budget::Budget;
use completion::Completion;
use documents::{Documents, Prepared};
use limits::Size;
use prices::Prices;
use tokio::sync::Semaphore;

pub use answer::Answer;
pub use error::failure;
pub use follow::{Following, Piece, follow};
pub use known::{DOCUMENT_ID, Known};

type Executor = Schema<query::Query, mutation::Mutation, subscription::Subscriptions>;

/// The schema's own text as it is checked in, which a test holds against the resolvers.
pub const PUBLISHED: &str = include_str!("../../../openapi/schema.graphql");

/// What a caller may ask for, and whom to tell what an operation asks for.
pub struct Terms<'a> {
    pub may: Allowance,
    /// In which languages texts are given where a field asks for none.
    pub liked: Liked,
    /// The hash under which the document may be asked for again.
    pub keep: Option<Arc<str>>,
    /// Charges the caller for so many requests more than the one that it made, or tells to come back later.
    pub charge: &'a (dyn Fn(u32) -> Result<(), Refusal> + Sync),
}

/// The schema with its resolvers and limits.
pub struct Graph {
    executor: Executor,
    documents: Arc<Documents>,
    aside: Arc<Aside>,
    prices: Prices,
    known: Known,
}

impl Graph {
    /// Builds the schema, for callers who may ask for so much at most. Needs no database.
    ///
    /// # Errors
    /// When a known document is refused by the schema; else only when the schema's own text cannot be read back, or there are no threads.
    pub fn new(most: &Allowance, known: Known) -> Result<Self, String> {
        let unread = |error: async_graphql::parser::Error| error.to_string();
        let aside = Arc::new(Aside::new().map_err(|error| error.to_string())?);
        let (prices, mut documents) = (Prices::read(PUBLISHED).map_err(unread)?, Documents::read(PUBLISHED, Arc::clone(&aside))?);
        for text in known.texts() {
            let refused =
                |faults: Vec<ServerError>| format!("{text}: {}", faults.first().map(|fault| fault.message.as_str()).unwrap_or_default());
            documents.trust(text, most).map_err(refused)?;
        }
        Ok(Self { executor: executor(), documents: Arc::new(documents), aside, prices, known })
    }
}

/// Selections within selections, spreads included, that the executor takes: more than any document has that `limits` and `nesting` let in.
const MAX_RECURSION: usize = 128;

/// It need not validate: whatever it is given was held against the schema in `documents`.
fn executor() -> Executor {
    let schema = Schema::build(query::Query::default(), mutation::Mutation::default(), subscription::Subscriptions);
    schema.validation_mode(ValidationMode::Fast).limit_recursive_depth(MAX_RECURSION).finish()
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

/// A request whose document was read, whatever came of that.
pub struct Asked {
    request: Request,
    read: Result<Arc<Prepared>, Vec<ServerError>>,
    /// When it was begun to be answered.
    begun: Instant,
}

impl Asked {
    /// Reads the document of a request; a caller's long ones one after another by `turn`.
    pub async fn read(graph: &Graph, request: Request, may: &Allowance, turn: &Semaphore) -> Self {
        let begun = Instant::now();
        let is_missing = request.query.trim().is_empty();
        let read = if is_missing { Err(vec![error::missing()]) } else { graph.documents.prepared(&request.query, may, turn).await };
        Self { request, read, begun }
    }

    /// Whether the operation that would be executed is of this type: what changes something must not be asked for by GET, and a
    /// subscription is followed.
    pub fn is(&self, ty: OperationType) -> bool {
        self.read.as_ref().is_ok_and(|prepared| prepared.is(ty, self.request.operation_name.as_deref()))
    }

    /// The time that is left of what an operation may take.
    fn left(&self, may: &Allowance) -> Duration {
        Duration::from_secs(may.seconds.into()).saturating_sub(self.begun.elapsed())
    }

    /// The document that may be executed, and its size.
    fn admitted(&self, graph: &Graph, may: &Allowance) -> Result<(Arc<Prepared>, Size), Answer> {
        let prepared = self.read.clone().map_err(|faults| Answer::new(faults, None))?;
        let (document, name, variables) = (&prepared.document, self.request.operation_name.as_deref(), &self.request.variables);
        let size = limits::size(document, name, variables, &graph.prices);
        if size.introspection > 0 && may.introspection == 0 {
            return Err(Answer::refused(error::closed()));
        }
        size.within(may).map_err(|exceeded| Answer::refused(error::too_large(&exceeded)))?;
        graph.documents.admit(&prepared, name, variables).map_err(Answer::refused)?;
        Ok((prepared, size))
    }
}

/// The answer to what a use case refuses before anything is executed.
pub fn refused(error: &app::Error) -> Answer {
    Answer::refused(error::nowhere(failure(error)))
}

/// Puts the document in a request that names it, by its hash or as [`DOCUMENT_ID`] says; what is to be given to [`execute`] then.
///
/// # Errors
/// When it is not known, not that of its name, or not one that may be sent.
pub fn complete(graph: &Graph, request: &mut Request) -> Result<Option<Arc<str>>, Answer> {
    graph.known.complete(request).map_err(Answer::refused)
}

/// Executes one operation on one view: one caller, one state of the database.
///
/// # Errors
/// When the caller has asked for too much of late.
pub async fn execute(graph: &Graph, asked: Asked, view: View, terms: &Terms<'_>) -> Result<Answer, Refusal> {
    let (prepared, size) = match asked.admitted(graph, &terms.may) {
        Ok(admitted) => admitted,
        Err(answer) => return Ok(answer),
    };
    let within = asked.left(&terms.may);
    let mut request = asked.request;
    (terms.charge)(size.requests() - 1)?;
    if let Some(hash) = &terms.keep {
        graph.known.keep(Arc::clone(hash), &request.query);
    }
    let view = view.within(within);
    let waiting = view.waiting();
    let mut variables = std::mem::take(&mut request.variables);
    let mut document = prepared.told.as_ref().unwrap_or(&prepared.document).clone();
    values::settle(&mut document, operation(&prepared.document, request.operation_name.as_deref()), &mut variables);
    request.set_parsed_query(document);
    let (name, known, budget) = (request.operation_name.clone(), variables.clone(), Budget::new(terms.may.entries));
    let request = request.variables(variables).data(loaders::new(view.clone())).data(budget.clone()).data(view.clone()).data(terms.liked);
    let cost = Cost { estimated: size.cost, limit: terms.may.cost, requests: size.requests(), entries: 0 };
    let (executor, documents) = (graph.executor.clone(), Arc::clone(&graph.documents));
    let run = Run { executor, documents, prepared, name, variables: known, request, cost, budget: budget.clone() };
    let executed = tokio::time::timeout(within, async {
        if size.introspection == 0 {
            return run.answer().await;
        }
        // What the schema tells of itself is long; what is asked for beside it is read where it always is.
        let told = graph.aside.run(async { run.answer().await.written() }).await;
        told.unwrap_or_else(|_| Answer::refused(error::known(Code::Internal)))
    });
    let executed = executed.await.ok().filter(|_| !view.is_over());
    // What is still being read is for nobody.
    drop(waiting);
    // What was seen and cannot be written down is not shown.
    if let Err(error) = view.end().await {
        return Ok(Answer::refused(error::nowhere(failure(&error))));
    }
    Ok(executed.unwrap_or_else(|| Answer::refused(error::too_slow()).at(Cost { entries: budget.given(), ..cost })))
}

/// What an operation is executed with.
struct Run {
    executor: Executor,
    documents: Arc<Documents>,
    prepared: Arc<Prepared>,
    name: Option<String>,
    variables: Variables,
    request: Request,
    /// Before anything is read.
    cost: Cost,
    budget: Budget,
}

impl Run {
    async fn answer(self) -> Answer {
        let response = self.executor.execute(self.request).await;
        // The executor refuses a document before it reads anything: no such error has a place in the answer.
        if response.data == Value::Null && !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty()) {
            return Answer::new(response.errors, None);
        }
        let document = &self.prepared.document;
        let data = match operation(document, self.name.as_deref()) {
            Some(operation) => Completion::new(self.documents.types(), document, operation, &self.variables).complete(response.data),
            None => response.data,
        };
        Answer::new(response.errors, Some(data)).at(Cost { entries: self.budget.given(), ..self.cost })
    }
}

/// The operation that is executed.
fn operation<'a>(document: &'a ExecutableDocument, wanted: Option<&str>) -> Option<&'a OperationDefinition> {
    match &document.operations {
        DocumentOperations::Single(operation) => Some(&operation.node),
        DocumentOperations::Multiple(operations) => match wanted {
            Some(name) => operations.iter().find(|(known, _)| known.as_str() == name).map(|(_, operation)| &operation.node),
            // One that is alone is meant, whether it has a name or not.
            None => operations.values().next().filter(|_| operations.len() == 1).map(|operation| &operation.node),
        },
    }
}
