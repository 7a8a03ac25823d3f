//! Importing from files: read, check, compare, then apply in one transaction or not at all.
//! Must not skip anything silently: all faults are told together, all differences by name.
//! One file per kind (`programme`, `calendar`, `organisation`); here is what they share.

mod amendment;
mod calendar;
mod in_use;
mod organisation;
mod programme;
mod wanted;

use std::collections::HashSet;

use auth::Ctx;
use domain::{
    error::{Code, Fault, Refusal},
    text,
};
use persistence::{
    Conn, DbError,
    sync::{Change, ChangeKind},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use amendment::{Amended, AmendmentDraft, amend};
pub(crate) use calendar::store_calendar;
pub use calendar::{CALENDAR_SCHEMA, CalendarCounts, CalendarOutcome, calendar};
pub use in_use::Obstacle;
pub use organisation::{ORGANISATION_SCHEMA, OrganisationCounts, OrganisationOutcome, organisation};
pub(crate) use programme::store_programme;
pub use programme::{Counts, ImportOutcome, LEFT_OUT, SCHEMA, programme};

use crate::{
    App, Error,
    audit::{Deed, record},
    form::Form,
    strict::{self, Repeated, Unreadable, step},
};

/// How to import.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions {
    /// Do everything, then undo it.
    pub dry_run: bool,
    /// Change what an earlier import stored.
    pub apply_changes: bool,
}

/// Ends a dry run's transaction without keeping it.
enum End<O> {
    Undone(Box<O>),
    Failed(Error),
}

impl<O> From<DbError> for End<O> {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl<O: Send + 'static> persistence::error::TxError for End<O> {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Failed(Error::Db(error)) => Some(error),
            _ => None,
        }
    }
}

/// Does an import in one transaction, which a dry run undoes. What was stored is an entry of the audit log.
pub(crate) async fn transact<O: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    options: ImportOptions,
    mut apply: impl FnMut(&mut Conn) -> Result<(Option<Deed>, O), Error> + Send + 'static,
) -> Result<O, Error> {
    let (app_, ctx_) = (app.clone(), ctx.clone());
    let done = app.0.db.write(move |conn| -> Result<O, End<O>> {
        let (deed, outcome) = apply(conn).map_err(End::Failed)?;
        if options.dry_run {
            return Err(End::Undone(Box::new(outcome)));
        }
        if let Some(deed) = deed {
            record(&app_, conn, &ctx_, deed)?;
        }
        Ok(outcome)
    });
    match done.await {
        Ok(outcome) => Ok(outcome),
        Err(End::Undone(outcome)) => Ok(*outcome),
        Err(End::Failed(error)) => Err(error),
    }
}

/// Whether there is something to write and leave to write it: what touches nothing stored needs no confirmation.
fn confirmed(changes: &[Change], is_new: bool, options: ImportOptions) -> bool {
    let touches_stored = changes.iter().any(|change| change.change != ChangeKind::Added);
    !changes.is_empty() && (options.apply_changes || options.dry_run || (is_new && !touches_stored))
}

/// A file as far as it can be read, and what is known to be wrong with it.
#[derive(Clone)]
struct Draft {
    document: Value,
    /// Faults of the form, which no rule rests on.
    form: Vec<Fault>,
    rules: Vec<Fault>,
}

/// Reads a file: JSON, its form, then the rules that hold between the parts whose form is right.
fn read(file: &[u8], schema: &str, check: impl FnOnce(&Value, &[Fault]) -> Vec<Fault>) -> Result<Draft, Refusal> {
    let unreadable = |fault| Refusal::with_faults(Code::ImportInvalid, vec![fault]);
    let content = std::str::from_utf8(file).map_err(|error| {
        let (vi, en) = (format!("Tệp không phải UTF-8: {error}."), format!("The file is not UTF-8: {error}."));
        unreadable(Fault::worded("", Code::BodyUnreadable, vi, en))
    })?;
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let (mut document, repeated) = strict::read_through(content.as_bytes()).map_err(|error| unreadable(not_json(&error)))?;
    let mut form = form(schema)?.faults(&document);
    normalise(&mut document, &mut String::new(), &mut form);
    form.extend(repeated.iter().map(told_twice));
    let rules = check(&document, &form);
    Ok(Draft { document, form, rules })
}

/// Why a text is not a document, as a fault where that was seen.
fn not_json(error: &Unreadable) -> Fault {
    let (vi, en) = (format!("Tệp không phải JSON: {error}."), format!("The file is not JSON: {error}."));
    Fault::worded(error.pointer.as_str(), Code::BodyUnreadable, vi, en)
}

fn told_twice(found: &Repeated) -> Fault {
    let Repeated { pointer, name, line, column } = found;
    Fault::worded(
        pointer.as_str(),
        Code::Duplicate,
        format!("Tên “{name}” bị lặp lại trong cùng một đối tượng (dòng {line}, cột {column})."),
        format!("The name {name:?} is repeated within one object (line {line}, column {column})."),
    )
}

impl Draft {
    /// The file as its type, if nothing is wrong with it; else everything that is, in the order of its places.
    fn finish<T: DeserializeOwned>(&self, more: Vec<Fault>) -> Result<T, Refusal> {
        let mut faults: Vec<Fault> = self.form.iter().chain(&self.rules).cloned().chain(more).collect();
        if faults.is_empty() {
            match serde_json::from_value(self.document.clone()) {
                Ok(file) => return Ok(file),
                Err(error) => {
                    let (vi, en) = (format!("Tệp sai khuôn dạng: {error}."), format!("The file does not have the form: {error}."));
                    faults.push(Fault::worded("", Code::BodyUnreadable, vi, en));
                }
            }
        }
        faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        let mut told = HashSet::new();
        faults.retain(|fault| told.insert((fault.pointer.clone(), fault.code, fault.message.en.clone())));
        Err(Refusal::with_faults(Code::ImportInvalid, faults))
    }
}

/// Brings every string into the form in which it is stored, and finds those that cannot be.
fn normalise(value: &mut Value, pointer: &mut String, faults: &mut Vec<Fault>) {
    let depth = pointer.len();
    match value {
        Value::String(string) if !text::storable(string) || text::silence(string) == Some(Code::PatternMismatch) => {
            faults.push(Fault::new(pointer.as_str(), Code::PatternMismatch));
        }
        Value::String(string) => *string = text::normalise(string),
        Value::Array(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                step(pointer, &i.to_string());
                normalise(item, pointer, faults);
                pointer.truncate(depth);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                step(pointer, name);
                normalise(item, pointer, faults);
                pointer.truncate(depth);
            }
        }
        _ => {}
    }
}

fn form(schema: &str) -> Result<Form, Refusal> {
    let compiled = serde_json::from_str::<Value>(schema).ok().and_then(|schema| Form::compile(&schema).ok());
    compiled.ok_or_else(|| Refusal::new(Code::Internal))
}

/// 64 bits that no catalogue had before.
pub(crate) fn stamp(app: &App) -> i64 {
    app.0.ids.next::<()>().uuid().as_u64_pair().1.cast_signed()
}

/// A removal that the schema forbids means that something rests on the row: what was looked for is told by name, so that this
/// is something that came meanwhile, or that nobody looks for.
fn forbidden(error: DbError) -> Error {
    match error {
        DbError::ForeignKey(_) => Refusal::with_faults(Code::ImportInvalid, vec![Fault::new("", Code::StillInUse)]).into(),
        other => other.into(),
    }
}
