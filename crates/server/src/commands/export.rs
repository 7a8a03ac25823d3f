//! `haidang export openapi|graphql|access [--check]`: the published specifications, without a database.
//! Must write the same bytes for the same program.
//! The documents are made in `rest::openapi` and `graphql`.

use std::path::Path;

use domain::account::Role;

use super::say;
use crate::{
    cli::{ExportArgs, Specification},
    failure::Failure,
};

pub fn run(args: &ExportArgs) -> Result<(), Failure> {
    let (text, default) = match args.what {
        Specification::Openapi => (openapi()?, "openapi/openapi.json"),
        Specification::Graphql => (graphql::sdl(), "openapi/schema.graphql"),
        Specification::Access => (access(), "docs/access.md"),
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

/// The tables of roles and of operation × role, from the policy.
fn access() -> String {
    let roles: Vec<String> =
        Role::ALL.iter().map(|role| format!("| `{role}` | {} | {} |\n", role.purpose(), role.scope().label())).collect();
    let roles = roles.concat();
    format!(
        "# Who may do what\n\nMade by `haidang export access` from the policy; a test holds it against what runs.\n\n\
         ## Roles\n\n| role | what it is for | given for |\n|---|---|---|\n| `PUBLIC` | no token: reads what is published | – |\n{roles}\n\
         ## Operations\n\n`yes`: everything. `own`: what belongs to the role's agency, or to the caller alone. `published`: what is \
         published. `–`: refused. A role given for one programme reaches no further than it. Nobody decides in their own \
         matter, whatever the tables say.\n\n{}\n## Actions behind the operations\n\n`OPERATOR` is whoever runs `haidang` on the machine \
         that holds the database and the keys.\n\n{}",
        domain::policy::operations::table(),
        domain::policy::operations::actions_table()
    )
}

/// The OpenAPI document with sorted keys.
fn openapi() -> Result<String, Failure> {
    let document = rest::document().map_err(Failure::cannot)?;
    Ok(format!("{}\n", serde_json::to_string_pretty(&document).map_err(Failure::cannot)?))
}
