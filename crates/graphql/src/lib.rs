//! GraphQL: what can be read, for frontends that nobody here writes.
//! Must not see the database or HTTP; each field asks exactly one use case of `app`.
//! Start at `query`; the types are one file each under `types`, batches by key under `loaders`.

// Resolvers of an object must be async, whether they wait or not.
#![allow(clippy::unused_async)]

mod budget;
mod enums;
mod error;
mod limits;
mod loaders;
mod names;
mod paging;
mod prices;
mod query;
mod types;

use std::time::Duration;

use app::View;
use async_graphql::{EmptyMutation, EmptySubscription, Request, Response, SDLExportOptions, Schema};

use budget::Budget;
use prices::Prices;

pub use error::failure;

type Executor = Schema<query::Query, EmptyMutation, EmptySubscription>;

/// Nesting of fields at most; the standard introspection query needs 15.
const MAX_DEPTH: usize = 16;
/// An operation ends after this time, answered or not.
const MAX_TIME: Duration = Duration::from_secs(20);

/// The schema with its resolvers and limits.
pub struct Graph {
    executor: Executor,
    prices: Prices,
}

impl Graph {
    /// Builds the schema. Needs no database.
    ///
    /// # Errors
    /// Only when the schema's own text cannot be read back, which a test would have found.
    pub fn new() -> Result<Self, async_graphql::parser::Error> {
        let executor = executor();
        let prices = Prices::read(&executor.sdl())?;
        Ok(Self { executor, prices })
    }
}

fn executor() -> Executor {
    Schema::build(query::Query, EmptyMutation, EmptySubscription).limit_depth(MAX_DEPTH).finish()
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

/// Executes one operation on one view: one caller, one state of the database.
pub async fn execute(graph: &Graph, mut request: Request, view: View) -> Response {
    let refused = |error| error::with_codes(Response::from_errors(vec![error]));
    if let Err(error) = request.parsed_query() {
        return refused(error);
    }
    let variables = std::mem::take(&mut request.variables);
    let within = request.parsed_query().is_ok_and(|document| limits::within(document, &variables, &graph.prices));
    if !within {
        return refused(error::too_large());
    }
    let request = request.variables(variables).data(loaders::new(view.clone())).data(Budget::default()).data(view.clone());
    let executed = tokio::time::timeout(MAX_TIME, graph.executor.execute(request)).await;
    view.end().await;
    executed.map_or_else(|_| refused(error::too_slow()), error::with_codes)
}
