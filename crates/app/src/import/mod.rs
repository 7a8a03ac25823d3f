//! Importing a programme from a file: read, check, compare, then apply in one transaction or not at all.
//! Must not skip anything silently: all faults are told together, all differences by name.
//! What the file means as rows is `wanted`; its form is `data/programme.schema.json`, its rules `domain::seed`.

mod wanted;

use auth::{Ctx, digest};
use domain::{
    error::{Code, Fault, Refusal},
    policy::Action,
    seed::{Seed, check},
    text,
};
use persistence::{Conn, DbError, rows::DbId, seed as stored, sync::Change};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    App, Error,
    audit::{Deed, record, watched},
    form::Form,
};

/// The form of a programme file.
pub const SCHEMA: &str = include_str!("../../../../data/programme.schema.json");

const OPERATION: &str = "import_programme";

/// How to import.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions {
    /// Do everything, then undo it.
    pub dry_run: bool,
    /// Change what an earlier import stored.
    pub apply_changes: bool,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportOutcome {
    pub programme: String,
    /// SHA-256 of the file.
    pub content_sha256: String,
    /// Nothing of the programme was stored before.
    pub new_programme: bool,
    /// Whether the changes are stored now.
    pub applied: bool,
    /// Differences between what was stored and what the file says; empty when they agree.
    pub changes: Vec<Change>,
    pub counts: Counts,
}

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub groups: usize,
    pub tasks: usize,
    pub task_years: usize,
    pub agencies: usize,
    pub collectives: usize,
    pub documents: usize,
    pub targets: usize,
    pub known_issues: usize,
}

/// Ends a dry run's transaction without keeping it.
enum End {
    Undone(Box<ImportOutcome>),
    Failed(Error),
}

impl From<DbError> for End {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl persistence::error::TxError for End {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Failed(Error::Db(error)) => Some(error),
            _ => None,
        }
    }
}

/// Imports a programme file.
///
/// # Errors
/// `IMPORT_INVALID` with every fault; `FORBIDDEN` without the right. Differences that nobody confirmed are no error: the
/// outcome tells them and that nothing was stored.
pub async fn programme(app: &App, ctx: &Ctx, file: &[u8], options: ImportOptions) -> Result<ImportOutcome, Error> {
    watched(app, ctx, Deed::new(OPERATION), async { import(app, ctx, file, options).await }).await
}

async fn import(app: &App, ctx: &Ctx, file: &[u8], options: ImportOptions) -> Result<ImportOutcome, Error> {
    ctx.allow(Action::ImportProgramme)?;
    let seed = read(file)?;
    let sha256 = digest(file);
    let (app_, ctx_) = (app.clone(), ctx.clone());
    let done = app.0.db.write(move |conn| -> Result<ImportOutcome, End> {
        let outcome = apply(&app_, conn, &seed, &sha256, options).map_err(End::Failed)?;
        if outcome.applied && !options.dry_run {
            let after = json!({"fileSha256": sha256, "changes": outcome.changes.len(), "newProgramme": outcome.new_programme});
            record(&app_, conn, &ctx_, Deed::new(OPERATION).on("programme", &outcome.programme).with(json!({ "after": after })))?;
        }
        if options.dry_run { Err(End::Undone(Box::new(outcome))) } else { Ok(outcome) }
    });
    match done.await {
        Ok(outcome) => Ok(outcome),
        Err(End::Undone(outcome)) => Ok(ImportOutcome { applied: false, ..*outcome }),
        Err(End::Failed(error)) => Err(error),
    }
}

/// Reads a file into its types: JSON, then form, then rules.
fn read(file: &[u8]) -> Result<Seed, Refusal> {
    let invalid = |faults| Refusal::with_faults(Code::ImportInvalid, faults);
    let unreadable = |vi: String, en: String| invalid(vec![Fault::worded("", Code::BodyUnreadable, vi, en)]);
    let content = std::str::from_utf8(file)
        .map_err(|error| unreadable(format!("Tệp không phải UTF-8: {error}."), format!("The file is not UTF-8: {error}.")))?;
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let mut document: Value = serde_json::from_str(content)
        .map_err(|error| unreadable(format!("Tệp không phải JSON: {error}."), format!("The file is not JSON: {error}.")))?;
    let mut faults = form()?.faults(&document);
    normalise(&mut document, &mut String::new(), &mut faults);
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let seed: Seed = serde_json::from_value(document)
        .map_err(|error| unreadable(format!("Tệp sai khuôn dạng: {error}."), format!("The file does not have the form: {error}.")))?;
    let faults = check(&seed);
    if faults.is_empty() { Ok(seed) } else { Err(invalid(faults)) }
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

fn form() -> Result<Form, Refusal> {
    let compiled = serde_json::from_str::<Value>(SCHEMA).ok().and_then(|schema| Form::compile(&schema).ok());
    compiled.ok_or_else(|| Refusal::new(Code::Internal))
}

/// Compares and, where that is asked for and needed, writes.
fn apply(app: &App, conn: &mut Conn, seed: &Seed, sha256: &str, options: ImportOptions) -> Result<ImportOutcome, Error> {
    // 1. What is stored of this programme and of what the file names.
    let agencies: Vec<&str> = seed.agencies.iter().map(|agency| agency.code.as_str()).collect();
    let keys = seed.document_keys();
    let keys: Vec<&str> = keys.iter().map(|(_, key)| key.as_str()).collect();
    let before = stored::load(conn, &seed.programme.code, &agencies, &keys)?;
    // 2. What the file wants, with the identifiers of what is there already.
    let (after, names) = wanted::rows(seed, &before, &*app.0.ids, app.0.clock.now());
    let changes = before.changes(&after, &names);
    let new_programme = before.programmes.is_empty();
    let touches_stored = changes.iter().any(|change| change.change != persistence::sync::ChangeKind::Added);
    let confirmed = options.apply_changes || options.dry_run || (new_programme && !touches_stored);
    // 3. Make it so, unless there is nothing to do or nobody confirmed. A dry run is undone by its caller.
    let applied = !changes.is_empty() && confirmed;
    if applied {
        before.apply(&after, conn).map_err(in_use)?;
        stored::stamp_catalogue(conn, stamp(app))?;
        let programme = after.programmes.first().map(|row| row.id).ok_or(Error::Internal("an import without a programme"))?;
        let (id, count) = (DbId::from(app.0.ids.next::<()>()), i32::try_from(changes.len()).unwrap_or(i32::MAX));
        stored::record_import(conn, id, programme, sha256, count, app.0.clock.now().naive_utc())?;
    }
    let counts = counts(seed, &after);
    Ok(ImportOutcome { programme: seed.programme.code.clone(), content_sha256: sha256.to_owned(), new_programme, applied, changes, counts })
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

fn counts(seed: &Seed, after: &persistence::sync::Tables) -> Counts {
    Counts {
        groups: after.task_groups.len(),
        tasks: after.tasks.len(),
        task_years: after.occurrences.len(),
        agencies: after.agencies.len(),
        collectives: after.agencies.iter().filter(|agency| agency.is_collective).count(),
        documents: seed.document_keys().len(),
        targets: after.targets.len(),
        known_issues: after.known_issues.len(),
    }
}
