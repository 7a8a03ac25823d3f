//! Values that documents write and variables carry, held against the schema before anything is executed: what the validation of
//! documents leaves to the executor, which would find it when half of a mutation is done.
//! Must not read a value, nor ask what it is for.
//! What is written is read once for a document (`literals`), what is carried for each request (`given`).

mod absent;
mod given;
mod literals;
mod scalars;

use async_graphql::{Pos, ServerError};
use domain::error::Code;

use crate::error;

pub use absent::settle;
pub use given::misfit;
pub use literals::faults;
pub use scalars::Wrong;

/// A fault in Vietnamese and English, at a place of a document.
fn fault((vi, en): (String, String), place: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(en, place);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", Code::GraphqlInvalid.label());
    extensions.set("messageVi", vi);
    error
}

/// What is told of a value that is none of its type, and of which variable it is.
fn told(wrong: Wrong, variable: Option<&str>, place: Option<Pos>) -> ServerError {
    let Some((vi, en)) = wrong.words() else {
        return ServerError { locations: place.into_iter().collect(), ..error::no_day() };
    };
    let words = match variable {
        Some(name) => (format!("Biến ${name}: {vi}"), format!("Variable ${name}: {en}")),
        None => (vi.to_owned(), en.to_owned()),
    };
    fault(words, place)
}
