//! Importing from files: read, check, compare, then apply in one transaction or not at all.
//! Must not skip anything silently: all faults are told together, all differences by name.
//! One file per kind (`programme`, `calendar`); here is what they share.

mod calendar;
mod programme;
mod wanted;

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

pub use calendar::{CALENDAR_SCHEMA, CalendarCounts, CalendarOutcome, calendar};
pub use programme::{Counts, ImportOutcome, SCHEMA, programme};

use crate::{
    App, Error,
    audit::{Deed, record},
    form::Form,
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
async fn transact<O: Send + 'static>(
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

/// Reads a file into its types: JSON, then form, then rules.
fn read<T: DeserializeOwned>(file: &[u8], schema: &str, check: impl FnOnce(&T) -> Vec<Fault>) -> Result<T, Refusal> {
    let invalid = |faults| Refusal::with_faults(Code::ImportInvalid, faults);
    let unreadable = |vi: String, en: String| invalid(vec![Fault::worded("", Code::BodyUnreadable, vi, en)]);
    let content = std::str::from_utf8(file)
        .map_err(|error| unreadable(format!("Tệp không phải UTF-8: {error}."), format!("The file is not UTF-8: {error}.")))?;
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let mut document: Value = serde_json::from_str(content)
        .map_err(|error| unreadable(format!("Tệp không phải JSON: {error}."), format!("The file is not JSON: {error}.")))?;
    let mut faults = form(schema)?.faults(&document);
    normalise(&mut document, &mut String::new(), &mut faults);
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let read: T = serde_json::from_value(document)
        .map_err(|error| unreadable(format!("Tệp sai khuôn dạng: {error}."), format!("The file does not have the form: {error}.")))?;
    let faults = check(&read);
    if faults.is_empty() { Ok(read) } else { Err(invalid(faults)) }
}

/// Brings every string into the form in which it is stored, and finds those that cannot be.
fn normalise(value: &mut Value, pointer: &mut String, faults: &mut Vec<Fault>) {
    let depth = pointer.len();
    match value {
        Value::String(string) if !text::storable(string) => faults.push(Fault::new(pointer.as_str(), Code::PatternMismatch)),
        Value::String(string) => *string = text::normalise(string),
        Value::Array(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                pointer.push('/');
                pointer.push_str(&i.to_string());
                normalise(item, pointer, faults);
                pointer.truncate(depth);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
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
fn stamp(app: &App) -> i64 {
    app.0.ids.next::<()>().uuid().as_u64_pair().1.cast_signed()
}

/// A removal that the schema forbids means that something rests on the row.
fn in_use(error: DbError) -> Error {
    match error {
        DbError::ForeignKey(_) => Refusal::with_faults(Code::ImportInvalid, vec![Fault::new("", Code::StillInUse)]).into(),
        other => other.into(),
    }
}
