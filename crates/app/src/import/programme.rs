//! Importing a programme: compare with what is stored, then apply.
//! Must not skip anything silently: all faults are told together, all differences by name.
//! What the file means as rows is `wanted`; its form is `data/programme.schema.json`, its rules `domain::seed`.

use std::collections::{BTreeSet, HashSet};

use auth::{Ctx, digest};
use domain::{
    error::{Code, Fault},
    policy::Action,
    seed::{Seed, check},
};
use persistence::{
    Conn, amendment,
    in_use::{self, Met},
    reading as confirmations,
    rows::DbId,
    search, seed as stored,
    sync::{Change, ChangeKind, Names, Tables},
};
use serde::Serialize;
use serde_json::json;

use super::{
    ImportOptions, confirmed, forbidden,
    in_use::{Obstacle, kept_in_programme, unless_in_the_way, withdraw},
    read, stamp, transact, wanted,
};
use crate::{
    App, Error,
    audit::{Deed, watched},
    reading,
    succession::settle_programme,
};

pub use domain::seed::LEFT_OUT;

/// The form of a programme file.
pub const SCHEMA: &str = include_str!("../../../../data/programme.schema.json");

const OPERATION: &str = "import_programme";

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
    /// What stands in the way of storing them; where they are to be stored, this is the refusal instead.
    pub obstacles: Vec<Obstacle>,
    /// Obligations that go with task-years and assignments, as nobody has acted on them.
    pub withdrawn_obligations: usize,
    /// Codes of agencies that had a part in the programme and stand in the file no more. They stay in the register, which other
    /// programmes share.
    pub agencies_left: Vec<String>,
    /// Confirmations of readings that the file gives otherwise, by place and day; they fall away.
    pub confirmations_withdrawn: Vec<String>,
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

/// Imports a programme file.
///
/// # Errors
/// `IMPORT_INVALID` with every fault; `FORBIDDEN` without the right. Differences that nobody confirmed are no error: the
/// outcome tells them and that nothing was stored.
pub async fn programme(app: &App, ctx: &Ctx, file: &[u8], options: ImportOptions) -> Result<ImportOutcome, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ImportProgramme)?;
        let seed: Seed = read(file, SCHEMA, check)?.finish(Vec::new())?;
        let (app_, sha256) = (app.clone(), digest(file));
        transact(app, ctx, options, move |conn| {
            let outcome = apply(&app_, conn, &seed, &sha256, options)?;
            let after = json!({"fileSha256": sha256, "changes": outcome.changes.len(), "newProgramme": outcome.new_programme,
                "withdrawnObligations": outcome.withdrawn_obligations, "confirmationsWithdrawn": outcome.confirmations_withdrawn});
            let deed = Deed::new(OPERATION).on("programme", &outcome.programme).with(json!({ "after": after }));
            Ok((outcome.applied.then_some(deed), outcome))
        })
        .await
    })
    .await
}

/// Stores a programme file in a transaction whose entry of the audit log its caller writes.
///
/// # Errors
/// `IMPORT_INVALID` with every fault.
pub(crate) fn store_programme(app: &App, conn: &mut Conn, file: &[u8]) -> Result<(), Error> {
    let seed: Seed = read(file, SCHEMA, check)?.finish(Vec::new())?;
    apply(app, conn, &seed, &digest(file), ImportOptions { dry_run: false, apply_changes: true }).map(drop)
}

/// Compares and, where that is asked for and needed, writes.
fn apply(app: &App, conn: &mut Conn, seed: &Seed, sha256: &str, options: ImportOptions) -> Result<ImportOutcome, Error> {
    // 1. What is stored of this programme and of what the file names.
    let agencies: Vec<&str> = seed.agencies.iter().map(|agency| agency.code.as_str()).collect();
    let keys = seed.document_keys();
    let keys: Vec<&str> = keys.iter().map(|(_, key)| key.as_str()).collect();
    let (decision, identities) = (seed.decision.identity(), seed.document_identities());
    let named = stored::DocumentKeys { keys: &keys, decision: decision.as_deref(), identities: &identities };
    let before = stored::load(conn, &seed.programme.code, &agencies, &named)?;
    // 2. What the file wants, with the identifiers of what is there already.
    let (after, mut names) = wanted::rows(seed, &before, &*app.0.ids, app.0.clock.now());
    name_the_rest(app, conn, &before, &mut names)?;
    let changes = before.changes(&after, &names);
    let new_programme = before.programmes.is_empty();
    // 3. Make it so, unless there is nothing to do or nobody confirmed. A dry run is undone by its caller.
    let writes = confirmed(&changes, new_programme, options);
    let met = if changes.is_empty() { Met::default() } else { in_use::by_programme(conn, &before, &after)? };
    let mut faults = kept_in_programme(&met.in_use, seed, &before, &names);
    faults.extend(promised(conn, &before, &changes)?);
    let obstacles = unless_in_the_way(faults, writes)?;
    let unread = reading::unread(conn, (&before, &after))?;
    if writes {
        confirmations::withdraw(conn, &unread.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
        withdraw(app, conn, &met.untouched)?;
        before.apply(&after, conn).map_err(forbidden)?;
        stored::stamp_catalogue(conn, stamp(app))?;
        let programme = after.programmes.first().map(|row| row.id).ok_or(Error::Internal("an import without a programme"))?;
        search::sync_tasks_of(conn, programme.of())?;
        search::sync_documents(conn, &after.documents.iter().map(|row| row.id.of()).collect::<Vec<_>>())?;
        settle_programme(app, conn, programme.of())?;
        let (id, count) = (DbId::from(app.0.ids.next::<()>()), i32::try_from(changes.len()).unwrap_or(i32::MAX));
        stored::record_import(conn, id, programme, sha256, count, app.0.clock.now().naive_utc())?;
    }
    Ok(ImportOutcome {
        programme: seed.programme.code.clone(),
        content_sha256: sha256.to_owned(),
        new_programme,
        applied: writes && !options.dry_run,
        obstacles,
        withdrawn_obligations: met.untouched.len(),
        confirmations_withdrawn: unread.into_iter().map(|(_, told)| told).collect(),
        agencies_left: left(&before, &after, &names),
        counts: counts(seed, &after),
        changes,
    })
}

/// That a programme which was amended is promised otherwise by an amendment alone: a file corrects words, but neither adds nor takes.
fn promised(conn: &mut Conn, before: &Tables, changes: &[Change]) -> Result<Vec<Fault>, Error> {
    let programmes: Vec<_> = before.programmes.iter().map(|row| row.id.of()).collect();
    if changes.is_empty() || amendment::of_programmes(conn, &programmes)?.is_empty() {
        return Ok(Vec::new());
    }
    // What an amendment worded is its own, with the tasks and targets that belong to it; as signed, who belongs may be corrected.
    let reworded: HashSet<&str> = before.measures.iter().filter(|row| row.valid_from.is_some()).map(|row| row.code.as_str()).collect();
    let is_reworded = |key: &str| key.split(" / ").next().is_some_and(|code| reworded.contains(code));
    let place = |change: &Change| match change.subject {
        "taskGroup" => Some("/groups"),
        "task" | "assignment" | "occurrence" => Some("/tasks"),
        "target" => Some("/targets"),
        "objective" => Some("/objectives"),
        "measure" => Some("/measures"),
        "measureTask" | "measureTarget" if is_reworded(&change.key) => Some("/measures"),
        "responsibility" | "responsibilityAgency" => Some("/responsibilities"),
        _ => None,
    };
    let fault = |change: &Change| {
        let at = place(change).filter(|_| change.change != ChangeKind::Changed)?;
        let (vi, en) = (
            format!("Chương trình đã được sửa đổi: phần này ({}) chỉ thêm hoặc bớt bằng văn bản sửa đổi.", change.key),
            format!("The programme was amended: this ({}) is added or taken by an amendment alone.", change.key),
        );
        Some(Fault::worded(at, Code::RuleBroken, vi, en))
    };
    Ok(changes.iter().filter_map(fault).collect())
}

/// Adds what to call the agencies and documents that what is stored refers to and the file names no more.
pub(super) fn name_the_rest(app: &App, conn: &mut Conn, before: &Tables, names: &mut Names) -> Result<(), Error> {
    if before.programmes.is_empty() {
        return Ok(());
    }
    for agency in app.0.catalogue.current(conn)?.agencies() {
        names.entry(agency.id.uuid()).or_insert_with(|| agency.code.to_string());
    }
    let unnamed: Vec<DbId> = before.documents_referred_to().filter(|id| !names.contains_key(&id.0)).collect();
    names.extend(stored::documents_called(conn, &unnamed)?);
    Ok(())
}

/// The agencies with a part in what is stored and none in the file.
fn left(before: &Tables, after: &Tables, names: &Names) -> Vec<String> {
    let stay: HashSet<DbId> = after.agencies.iter().map(|row| row.id).collect();
    let gone: BTreeSet<&String> = before.agencies_with_a_part().filter(|id| !stay.contains(id)).filter_map(|id| names.get(&id.0)).collect();
    gone.into_iter().cloned().collect()
}

fn counts(seed: &Seed, after: &Tables) -> Counts {
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
