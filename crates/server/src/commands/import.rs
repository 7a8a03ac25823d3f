//! `haidang import programme|calendar|organisation`.
//! Must tell every fault and every difference; says so when there is nothing to do.
//! The use cases are `app::import`.

use std::fmt::Write;

use app::{
    App, Change, ChangeKind,
    import::{self, CalendarOutcome, ImportOptions, ImportOutcome, Obstacle, OrganisationOutcome},
};
use serde::Serialize;

use super::{block_on, operator, passing_keys, say};
use crate::{cli::ImportArgs, config::Settings, failure::Failure, startup, telemetry};

pub fn programme(settings: &Settings, args: &ImportArgs) -> Result<(), Failure> {
    let (app, file, options) = opened(settings, args)?;
    let outcome = block_on(import::programme(&app, &operator(), &file, options))?;
    let told = Told {
        is_new: outcome.new_programme,
        applied: outcome.applied,
        changes: &outcome.changes,
        obstacles: &outcome.obstacles,
        notes: notes(&outcome),
    };
    tell(&outcome, programme_counts(&outcome), &told, args)
}

pub fn calendar(settings: &Settings, args: &ImportArgs) -> Result<(), Failure> {
    let (app, file, options) = opened(settings, args)?;
    let outcome = block_on(import::calendar(&app, &operator(), &file, options))?;
    let told = Told {
        is_new: outcome.new_calendar,
        applied: outcome.applied,
        changes: &outcome.changes,
        obstacles: &outcome.obstacles,
        notes: outcome.warnings.iter().map(|warning| format!("{}: {} [{}]", warning.pointer, warning.en, warning.code)).collect(),
    };
    tell(&outcome, calendar_counts(&outcome), &told, args)
}

pub fn organisation(settings: &Settings, args: &ImportArgs) -> Result<(), Failure> {
    let (app, file, options) = opened(settings, args)?;
    let outcome = block_on(import::organisation(&app, &operator(), &file, options))?;
    let unowned = (outcome.unowned > 0).then(|| format!("{} duties wait for somebody to be named as their owner", outcome.unowned));
    let warnings = outcome.warnings.iter().map(|warning| format!("{}: {}", warning.pointer, warning.en));
    let told = Told {
        is_new: outcome.new_organisation,
        applied: outcome.applied,
        changes: &outcome.changes,
        obstacles: &outcome.obstacles,
        notes: unowned.into_iter().chain(warnings).collect(),
    };
    tell(&outcome, organisation_counts(&outcome), &told, args)
}

fn opened(settings: &Settings, args: &ImportArgs) -> Result<(App, Vec<u8>, ImportOptions), Failure> {
    telemetry::start(&settings.log)?;
    let file = std::fs::read(&args.file).map_err(|error| Failure::Cannot(format!("cannot read {}: {error}", args.file.display())))?;
    let app = startup::app(settings, startup::open_current(settings)?, passing_keys()?)?;
    Ok((app, file, ImportOptions { dry_run: args.dry_run, apply_changes: args.apply_changes }))
}

/// What every import's outcome has.
struct Told<'a> {
    is_new: bool,
    applied: bool,
    changes: &'a [Change],
    obstacles: &'a [Obstacle],
    /// What else to know, a line each.
    notes: Vec<String>,
}

/// What goes without being a row of the file, and what stays although the file names it no more.
fn notes(outcome: &ImportOutcome) -> Vec<String> {
    let mut notes = Vec::new();
    if outcome.withdrawn_obligations > 0 {
        let count = outcome.withdrawn_obligations;
        notes.push(format!("{count} obligations that nobody has acted on go with what they follow from"));
    }
    if !outcome.confirmations_withdrawn.is_empty() {
        let told = outcome.confirmations_withdrawn.join(", ");
        notes.push(format!("the file reads otherwise what was confirmed, and nobody answers for that yet: {told}"));
    }
    if !outcome.agencies_left.is_empty() {
        let codes = outcome.agencies_left.join(", ");
        notes.push(format!("no more in the file, kept in the register that programmes share: {codes}"));
    }
    notes
}

/// Tells an outcome; one that leaves differences unstored is a refusal.
fn tell(outcome: &impl Serialize, counts: String, told: &Told<'_>, args: &ImportArgs) -> Result<(), Failure> {
    if args.json {
        say(&serde_json::to_string_pretty(outcome).map_err(Failure::cannot)?)?;
    } else {
        say(&summary(counts, told, args))?;
    }
    let is_left_alone = args.if_missing && !told.is_new;
    let agrees = told.changes.is_empty() && told.obstacles.is_empty();
    if agrees || told.applied || args.dry_run || is_left_alone {
        return Ok(());
    }
    let advice = if told.obstacles.is_empty() {
        "the file differs from what is stored; give --apply-changes to store it"
    } else {
        "the file differs from what is stored, and cannot be stored as it is"
    };
    Err(Failure::Refused(advice.into()))
}

fn programme_counts(outcome: &ImportOutcome) -> String {
    let counts = &outcome.counts;
    format!(
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
    )
}

fn calendar_counts(outcome: &CalendarOutcome) -> String {
    let counts = &outcome.counts;
    format!(
        "{} working years, {} special days, {} rows of regimes, {} clocks",
        counts.working_years, counts.special_days, counts.regimes, counts.personal_clocks
    )
}

fn organisation_counts(outcome: &OrganisationOutcome) -> String {
    let counts = &outcome.counts;
    format!(
        "{} kinds of work, {} agencies, {} rolls, {} events; {} rows to be confirmed",
        counts.functions, counts.agencies, counts.rolls, counts.events, counts.to_confirm
    )
}

fn summary(mut text: String, told: &Told<'_>, args: &ImportArgs) -> String {
    let end = match (told.changes.is_empty(), args.dry_run, told.applied) {
        (true, _, _) if !told.obstacles.is_empty() => "Nothing stored: what the file says otherwise cannot be changed by it.".to_owned(),
        (true, _, _) => "Nothing changed: what is stored agrees with the file.".to_owned(),
        (_, true, _) => format!("Dry run: {} rows would change; nothing was stored.", told.changes.len()),
        (_, _, true) => format!("Stored: {} rows changed.", told.changes.len()),
        _ => format!("Not stored: {} rows differ.", told.changes.len()),
    };
    if !told.is_new {
        for change in told.changes {
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
    for obstacle in told.obstacles {
        let _ = write!(text, "\n  ! {}: {} [{}]", obstacle.pointer, obstacle.en, obstacle.code);
    }
    for note in &told.notes {
        let _ = write!(text, "\n  i {note}");
    }
    format!("{text}\n{end}")
}
