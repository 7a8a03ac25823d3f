//! `haidang export openapi|graphql [--check]`: the published specifications, without a database.
//! Must write the same bytes for the same program.
//! The documents are made in `rest::openapi` and `graphql`.

use std::path::Path;

use super::say;
use crate::{
    cli::{ExportArgs, Specification},
    failure::Failure,
};

pub fn run(args: &ExportArgs) -> Result<(), Failure> {
    let (text, default) = match args.what {
        Specification::Openapi => (openapi()?, "openapi/openapi.json"),
        Specification::Graphql => (graphql::sdl(), "openapi/schema.graphql"),
    };
    let path = args.file.as_deref().unwrap_or(Path::new(default));
    let shown = path.display();
    if !args.check {
        std::fs::write(path, text).map_err(|error| Failure::Cannot(format!("cannot write {shown}: {error}")))?;
        return say(&format!("Wrote {shown}"));
    }
    let kept = std::fs::read_to_string(path).map_err(|error| Failure::Cannot(format!("cannot read {shown}: {error}")))?;
    if kept == text {
        return say(&format!("{shown} is up to date."));
    }
    let line = kept.lines().zip(text.lines()).take_while(|(a, b)| a == b).count() + 1;
    Err(Failure::Refused(format!("{shown} differs from the program, first in line {line}; write it again with haidang export")))
}

/// The OpenAPI document with sorted keys.
pub fn openapi() -> Result<String, Failure> {
    let document = serde_json::to_value(rest::document()).map_err(Failure::cannot)?;
    Ok(format!("{}\n", serde_json::to_string_pretty(&document).map_err(Failure::cannot)?))
}
