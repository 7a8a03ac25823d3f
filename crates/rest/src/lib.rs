//! REST: what agencies' systems push and read, under `/api/v1`.
//! Must not see the database or GraphQL; each handler asks exactly one use case of `app`.
//! Start at `routes`; bodies are `dto`, errors `problem`, the published document `openapi`.

mod batch;
mod condition;
mod dto;
mod extract;
mod file;
mod forms;
mod openapi;
mod problem;
mod query;
mod routes;
mod template;

pub use condition::{Tags, if_match, if_none_match};
pub use extract::{ByLanguage, CallerSlot, liked_langs, require_json, require_plain};
pub use forms::{Forms, PUBLISHED};
pub use openapi::document;
pub use problem::{Problem, challenge, respond, status};
pub use routes::{Bodies, configure, is_batch, is_unkept};
