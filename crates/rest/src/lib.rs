//! REST: what agencies' systems push and read, under `/api/v1`.
//! Must not see the database or GraphQL; each handler asks exactly one use case of `app`.
//! Start at `routes`; bodies are `dto`, errors `problem`, the published document `openapi`.

mod dto;
mod extract;
mod openapi;
mod problem;
mod query;
mod routes;

pub use extract::{CallerSlot, require_json};
pub use openapi::{Forms, document};
pub use problem::{Problem, respond, status};
pub use routes::{JSON_LIMIT, configure};
