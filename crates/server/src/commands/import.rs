//! `haidang import programme`.
//! Must tell every fault and every difference; says so when there is nothing to do.
//! The use case is `app::import`.

use std::fmt::Write;

use app::{
    ChangeKind,
    import::{ImportOptions, ImportOutcome, programme as import_programme},
};

use super::{block_on, operator, passing_keys, say};
use crate::{cli::ImportArgs, config::Settings, failure::Failure, startup, telemetry};

pub fn programme(settings: &Settings, args: &ImportArgs) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let file = std::fs::read(&args.file).map_err(|error| Failure::Cannot(format!("cannot read {}: {error}", args.file.display())))?;
    let app = startup::app(settings, startup::open_current(settings)?, passing_keys()?)?;
    let options = ImportOptions { dry_run: args.dry_run, apply_changes: args.apply_changes };
    let outcome = block_on(import_programme(&app, &operator(), &file, options))?;
    if args.json {
        say(&serde_json::to_string_pretty(&outcome).map_err(Failure::cannot)?)?;
    } else {
        say(&summary(&outcome, args))?;
    }
    let is_left_alone = args.if_missing && !outcome.new_programme;
    if outcome.changes.is_empty() || outcome.applied || args.dry_run || is_left_alone {
        return Ok(());
    }
    Err(Failure::Refused("the file differs from what is stored; give --apply-changes to store it".into()))
}

fn summary(outcome: &ImportOutcome, args: &ImportArgs) -> String {
    let counts = &outcome.counts;
    let mut text = format!(
        "{}: {} groups, {} tasks, {} task-years, {} agencies ({} of them collectives), {} documents, {} targets, {} known issues",
        outcome.programme,
        counts.groups,
        counts.tasks,
        counts.task_years,
        counts.agencies,
        counts.collectives,
        counts.documents,
        counts.targets,
        counts.known_issues
    );
    let end = match (outcome.changes.is_empty(), args.dry_run, outcome.applied) {
        (true, _, _) => "Nothing changed: what is stored agrees with the file.".to_owned(),
        (_, true, _) => format!("Dry run: {} rows would change; nothing was stored.", outcome.changes.len()),
        (_, _, true) => format!("Stored: {} rows changed.", outcome.changes.len()),
        _ => format!("Not stored: {} rows differ.", outcome.changes.len()),
    };
    if !outcome.new_programme {
        for change in &outcome.changes {
            let sign = match change.change {
                ChangeKind::Added => '+',
                ChangeKind::Changed => '~',
                ChangeKind::Removed => '-',
            };
            let _ = write!(text, "\n  {sign} {} {}", change.subject, change.key);
            for (field, (old, new)) in &change.fields {
                let _ = write!(text, "\n      {field}: {old} -> {new}");
            }
        }
    }
    format!("{text}\n{end}")
}
