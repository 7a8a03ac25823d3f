//! GraphQL: what can be read, for frontends that nobody here writes.
//! Must not see the database or HTTP; each field asks exactly one use case of `app`.
//! Start at `query`; the types are one file each under `types`, batches by key under `loaders`.

// Resolvers of an object must be async, whether they wait or not.
#![allow(clippy::unused_async)]

mod enums;
mod error;
mod limits;
mod loaders;
mod names;
mod paging;
mod query;
mod types;

use app::View;
use async_graphql::{EmptyMutation, EmptySubscription, Request, Response, SDLExportOptions, Schema};

pub use error::failure;

/// The schema with its resolvers.
pub type HaidangSchema = Schema<query::Query, EmptyMutation, EmptySubscription>;

/// Nesting of fields at most; the standard introspection query needs 15.
const MAX_DEPTH: usize = 16;
/// Fields at most, those of lists not multiplied.
const MAX_COMPLEXITY: usize = 1_000;

/// Builds the schema. Needs no database.
pub fn schema() -> HaidangSchema {
    Schema::build(query::Query, EmptyMutation, EmptySubscription).limit_depth(MAX_DEPTH).limit_complexity(MAX_COMPLEXITY).finish()
}

/// The schema in the schema definition language, sorted, as it is checked in.
pub fn sdl(schema: &HaidangSchema) -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    let sdl = schema.sdl_with_options(options);
    // One blank line between types and none with spaces, so that editors leave the file alone.
    let mut text: String = sdl.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    format!("{}\n", text.trim())
}

/// Executes one operation on one view: one caller, one state of the database.
pub async fn execute(schema: &HaidangSchema, mut request: Request, view: View) -> Response {
    match request.parsed_query() {
        Ok(document) if limits::within(document) => {}
        Ok(_) => return error::with_codes(Response::from_errors(vec![error::too_large()])),
        Err(error) => return error::with_codes(Response::from_errors(vec![error])),
    }
    let request = request.data(loaders::new(view.clone())).data(view.clone());
    let response = schema.execute(request).await;
    view.end().await;
    error::with_codes(response)
}
