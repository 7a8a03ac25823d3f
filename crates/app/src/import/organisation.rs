//! Importing an organisation: bodies, codes, rolls, kinds of work, and what happened to agencies, one event after the other.
//! Must not rewrite what happened: of a row that is there words are corrected and attested, and what cannot be changed is told.
//! The file's form is `data/organisation.schema.json`, its rules `domain::organisation_file`; events happen by `succession`.

mod known;
mod places;
mod rolls;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use auth::{Ctx, digest};
use chrono::NaiveDate;
use domain::{
    agency::{AgencyCode, AgencyKind, Attestation},
    document::{Citation, DocumentId, DocumentStatus},
    ecode,
    error::{Code, Fault, Refusal},
    id::Id,
    organisation_file::{Agency, Document, Event, Names, OrganisationFile, check},
    policy::Action,
    succession::Function,
    validity::Validity,
};
use persistence::{
    Conn, function as kinds, organisation as stored,
    rows::{AgencyAliasRow, AgencyRow, DbId, DocumentRow, Synced},
    search,
    seed::{documents_identified, documents_keyed, stamp_catalogue},
    sync::{Change, ChangeKind},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{ImportOptions, Obstacle, confirmed, in_use::unless_in_the_way, read, stamp, transact};
use crate::{
    App, Error,
    audit::{Deed, watched},
    catalogue::Catalogue,
    place::NewPlace,
    succession::{DutyDraft, EventDraft, NewAgency, SuccessorDraft, happen, read_event, settle_programme},
};
use known::{Told, by_id};

/// The form of an organisation file.
pub const ORGANISATION_SCHEMA: &str = include_str!("../../../../data/organisation.schema.json");

const OPERATION: &str = "import_organisation";

/// What an import did, or would do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationOutcome {
    /// SHA-256 of the file.
    pub content_sha256: String,
    /// No event of the file was recorded before.
    pub new_organisation: bool,
    /// Whether the changes are stored now.
    pub applied: bool,
    /// What the file adds to what was stored and corrects of it; empty when all of it is there.
    pub changes: Vec<Change>,
    /// What the file says otherwise and cannot change; where changes are to be stored, this is the refusal instead.
    pub obstacles: Vec<Obstacle>,
    /// What the file says otherwise of documents, which are corrected where they are kept.
    pub warnings: Vec<Obstacle>,
    /// Assignments and obligations that its events left without an owner.
    pub unowned: usize,
    pub counts: OrganisationCounts,
}

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationCounts {
    pub functions: usize,
    pub agencies: usize,
    pub rolls: usize,
    pub events: usize,
    /// Rows that somebody has to confirm.
    pub to_confirm: usize,
}

/// Imports an organisation file. What is not confirmed is done and undone, so that its outcome is that of storing it.
///
/// # Errors
/// `IMPORT_INVALID` with every fault; `FORBIDDEN` without the right.
pub async fn organisation(app: &App, ctx: &Ctx, file: &[u8], options: ImportOptions) -> Result<OrganisationOutcome, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ImportProgramme)?;
        let file_: Arc<OrganisationFile> = Arc::new(read(file, ORGANISATION_SCHEMA, check)?.finish(Vec::new())?);
        let sha256 = digest(file);
        let run = |dry_run: bool| {
            let (app_, ctx_, file_, sha256) = (app.clone(), ctx.clone(), Arc::clone(&file_), sha256.clone());
            let options = ImportOptions { dry_run, apply_changes: true };
            transact(app, ctx, options, move |conn| {
                let mut outcome = apply(&app_, conn, &ctx_, (&file_, &sha256), !dry_run)?;
                outcome.applied = !dry_run && !outcome.changes.is_empty();
                let after = json!({"fileSha256": sha256, "changes": outcome.changes.len(), "unowned": outcome.unowned});
                let deed = Deed::new(OPERATION).on("organisation", &sha256).with(json!({ "after": after }));
                Ok((outcome.applied.then_some(deed), outcome))
            })
        };
        let seen = run(true).await?;
        if options.dry_run || !confirmed(&seen.changes, seen.new_organisation, options) {
            return Ok(seen);
        }
        run(false).await
    })
    .await
}

/// One run through the file.
struct Run<'a> {
    app: &'a App,
    changes: Vec<Change>,
    faults: Vec<Fault>,
    attested: Vec<(Uuid, Attestation)>,
    /// Rows that were there.
    told: Vec<Told>,
    /// What is stored otherwise and cannot be changed by a file.
    against: Vec<Fault>,
    /// What is stored otherwise and is changed elsewhere.
    aside: Vec<Fault>,
    /// The day of the first roll that was told, or that somebody joined.
    first_roll: Option<NaiveDate>,
    /// By what the file calls them.
    documents: HashMap<&'a str, DocumentId>,
    /// Where events and rolls stand that were there.
    places: HashMap<Uuid, Vec<Citation>>,
}

fn apply(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    (file, sha256): (&OrganisationFile, &str),
    writes: bool,
) -> Result<OrganisationOutcome, Error> {
    let before = app.0.catalogue.current(conn)?;
    let known = |event: &Event| before.events().iter().any(|other| *other.code == *event.code);
    let new_organisation = !file.events.iter().any(known);
    let mut run = Run::new(app);
    // 1. Bodies, papers, kinds of work and codes, each resting on those before.
    run.agencies(conn, file, &before)?;
    stamp_catalogue(conn, stamp(app))?;
    let catalogue = app.0.catalogue.current(conn)?;
    run.documents(conn, file, &catalogue)?;
    run.functions(conn, file, &catalogue)?;
    run.codes(conn, file, &catalogue)?;
    stamp_catalogue(conn, stamp(app))?;
    run.finish()?;
    // 2. Rolls and what happened, in the order of time.
    run.read_places(conn, &before)?;
    let unowned = run.in_time(conn, ctx, file)?;
    run.attest_known(conn)?;
    stored::attest(conn, &std::mem::take(&mut run.attested))?;
    run.finish()?;
    let obstacles = unless_in_the_way(std::mem::take(&mut run.against), writes)?;
    stamp_catalogue(conn, stamp(app))?;
    // 3. Kinds of work that became known may decide what was recorded before.
    if !run.changes.is_empty() {
        for programme in app.0.catalogue.current(conn)?.programmes() {
            settle_programme(app, conn, programme.id)?;
        }
    }
    Ok(OrganisationOutcome {
        content_sha256: sha256.to_owned(),
        new_organisation,
        applied: false,
        unowned,
        counts: counts(file),
        changes: run.changes,
        obstacles,
        warnings: run.aside.into_iter().map(Obstacle::from).collect(),
    })
}

fn counts(file: &OrganisationFile) -> OrganisationCounts {
    let attested = file.functions.iter().map(|row| &row.attested).chain(file.documents.iter().map(|row| &row.attested));
    let attested = attested.chain(file.agencies.iter().map(|row| &row.attested)).chain(file.codes.iter().map(|row| &row.attested));
    let attested = attested.chain(file.rolls.iter().map(|row| &row.attested)).chain(file.events.iter().map(|row| &row.attested));
    OrganisationCounts {
        functions: file.functions.len(),
        agencies: file.agencies.len(),
        rolls: file.rolls.len(),
        events: file.events.len(),
        to_confirm: attested.filter(|attested| attested.to_confirm).count(),
    }
}

fn names(names: &Names) -> NewAgency {
    let Names { name, short_name, kind, subkind, parent } = names.clone();
    NewAgency { name, short_name, kind, subkind, parent }
}

impl<'a> Run<'a> {
    fn new(app: &'a App) -> Self {
        Self {
            app,
            changes: Vec::new(),
            faults: Vec::new(),
            attested: Vec::new(),
            told: Vec::new(),
            against: Vec::new(),
            aside: Vec::new(),
            first_roll: None,
            documents: HashMap::new(),
            places: HashMap::new(),
        }
    }

    fn added(&mut self, subject: &'static str, key: String) {
        self.changes.push(Change { subject, key, change: ChangeKind::Added, fields: BTreeMap::new() });
    }

    fn unknown(&mut self, pointer: String) {
        self.faults.push(Fault::new(pointer, Code::ReferenceUnknown));
    }

    fn finish(&mut self) -> Result<(), Error> {
        let faults = std::mem::take(&mut self.faults);
        if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::ImportInvalid, faults).into()) }
    }

    fn agencies(&mut self, conn: &mut Conn, file: &'a OrganisationFile, catalogue: &Catalogue) -> Result<(), Error> {
        let new: HashMap<&str, Id<domain::agency::Agency>> = file
            .agencies
            .iter()
            .filter(|agency| catalogue.agency_by_code(&agency.code).is_none())
            .map(|agency| (agency.code.as_str(), self.app.0.ids.next()))
            .collect();
        let (mut rows, mut versions) = (Vec::new(), Vec::new());
        for (i, agency) in file.agencies.iter().enumerate() {
            let Some(id) = new.get(agency.code.as_str()).copied() else { continue };
            let parent = agency.names.parent.as_deref();
            let found = parent.and_then(|code| new.get(code).copied().or_else(|| Some(catalogue.agency_by_code(code)?.id)));
            if parent.is_some() && found.is_none() {
                self.unknown(format!("/agencies/{i}/parent"));
            }
            let version = self.version(agency, found);
            self.attested.push((version.id.uuid(), agency.attested.attestation()));
            rows.push(self.agency_row(id, agency));
            versions.push(stored::version_row(id, &version));
            self.added("agency", agency.code.clone());
        }
        self.complete(conn, file, catalogue)?;
        // A parent may stand below: the bodies first, then what they are called.
        stored::insert_agencies(conn, &rows, &versions)?;
        for agency in &file.agencies {
            let Some(id) = new.get(agency.code.as_str()).copied() else { continue };
            for (rank, alias) in (1..).zip(&agency.aliases) {
                AgencyAliasRow { agency_id: id.into(), alias: alias.clone(), rank }.insert(conn)?;
            }
        }
        Ok(())
    }

    /// Short names and other spellings of bodies that are there without them.
    fn complete(&mut self, conn: &mut Conn, file: &OrganisationFile, catalogue: &Catalogue) -> Result<(), Error> {
        for (i, agency) in file.agencies.iter().enumerate() {
            let Some(known) = catalogue.agency_by_code(&agency.code) else { continue };
            self.known_agency(conn, catalogue, (i, agency), known)?;
            let first = known.versions.first().filter(|version| version.short_name.is_none());
            if let (Some(version), Some(short)) = (first, &agency.names.short_name) {
                stored::shorten(conn, version.id, short)?;
                self.added("shortName", format!("{} / {short}", agency.code));
            }
            let first_rank = i32::try_from(known.aliases.len() + 1).unwrap_or(i32::MAX);
            let new = agency.aliases.iter().filter(|alias| !known.aliases.iter().any(|had| **had == ***alias));
            for (rank, alias) in (first_rank..).zip(new) {
                AgencyAliasRow { agency_id: known.id.into(), alias: alias.clone(), rank }.insert(conn)?;
                self.added("agencyAlias", format!("{} / {alias}", agency.code));
            }
        }
        Ok(())
    }

    fn agency_row(&self, id: Id<domain::agency::Agency>, agency: &Agency) -> AgencyRow {
        let is_collective = agency.names.kind == Some(AgencyKind::Collective);
        AgencyRow {
            id: id.into(),
            code: agency.code.clone(),
            is_collective,
            membership_rule: is_collective.then(|| "OPEN".to_owned()),
            membership_complete: is_collective.then_some(false),
            created_at: self.app.0.clock.now().naive_utc(),
        }
    }

    fn version(&self, agency: &Agency, parent: Option<Id<domain::agency::Agency>>) -> domain::agency::AgencyVersion {
        let words = |text: &Option<String>| text.as_deref().map(Into::into);
        domain::agency::AgencyVersion {
            id: self.app.0.ids.next(),
            name: domain::lang::Multilingual { vi: agency.names.name.as_str().into(), others: Vec::new() },
            short_name: words(&agency.names.short_name),
            kind: agency.names.kind.unwrap_or(AgencyKind::Department),
            subkind: words(&agency.names.subkind),
            parent,
            validity: Validity { from: agency.from, to: None },
            basis: None,
            note: None,
            used_in: Vec::new(),
            attestation: None,
        }
    }

    fn documents(&mut self, conn: &mut Conn, file: &'a OrganisationFile, catalogue: &Catalogue) -> Result<(), Error> {
        let keys: Vec<String> = file.documents.iter().map(Document::key).collect();
        let known: HashMap<String, DbId> =
            documents_keyed(conn, &keys.iter().map(String::as_str).collect::<Vec<_>>())?.into_iter().collect();
        let identities: Vec<Option<String>> = file.documents.iter().map(Document::identity).collect();
        let named: Vec<&str> = identities.iter().flatten().map(String::as_str).collect();
        let identified: HashMap<String, DbId> = documents_identified(conn, &named)?.into_iter().collect();
        let there: Vec<DbId> = known.values().chain(identified.values()).copied().collect();
        let there = by_id(stored::documents(conn, &there)?);
        for (i, ((document, key), identity)) in file.documents.iter().zip(keys).zip(identities).enumerate() {
            // People may have written it down before, under a key of their own.
            if let Some(id) = known.get(&key).or_else(|| identified.get(identity.as_ref()?)) {
                self.documents.insert(&document.code, id.of());
                if let Some(row) = there.get(&id.0) {
                    self.known_document((i, document), row);
                }
                continue;
            }
            let issuer = document.issuer.as_deref().map(|code| catalogue.agency_by_code(code).map(|agency| agency.id));
            if issuer == Some(None) {
                self.unknown(format!("/documents/{i}/issuer"));
            }
            let id: DocumentId = self.app.0.ids.next();
            let mut row = DocumentRow {
                id: id.into(),
                natural_key: key,
                revision: 1,
                kind: document.kind.label().into(),
                status: DocumentStatus::Issued.label().into(),
                number: document.number.clone(),
                title: Some(document.title.clone()),
                issuer_id: issuer.flatten().map(DbId::from),
                issuer_as_written: document.issuer_as_written.clone(),
                issued_on: document.issued_on,
                effective_on: document.effective_on,
                ..DocumentRow::default()
            };
            row.read_number(document.issuer.as_deref().or(document.issuer_as_written.as_deref()));
            row.insert(conn)?;
            search::sync_documents(conn, &[id])?;
            self.documents.insert(&document.code, id);
            self.attested.push((id.uuid(), document.attested.attestation()));
            self.added("document", document.number.clone().unwrap_or_else(|| document.title.clone()));
        }
        Ok(())
    }

    fn functions(&mut self, conn: &mut Conn, file: &OrganisationFile, catalogue: &Catalogue) -> Result<(), Error> {
        let known = kinds::classified(conn)?;
        for (i, function) in file.functions.iter().enumerate() {
            let id = if let Some(known_) = catalogue.function(&function.code) {
                self.known_function(conn, (i, function), known_, &known)?;
                known_.id
            } else {
                let new = Function { id: self.app.0.ids.next(), code: function.code.as_str().into(), name: function.name.as_str().into() };
                kinds::insert(conn, &new)?;
                self.attested.push((new.id.uuid(), function.attested.attestation()));
                self.added("function", function.code.clone());
                new.id
            };
            let programmes = function.programmes.iter().map(|programme| (programme.as_str(), None));
            let duties = programmes.chain(function.tasks.iter().map(|of| (of.programme.as_str(), Some(of.task.as_str()))));
            for (programme, task) in duties {
                match known.iter().find(|(_, p, t)| (p.as_str(), t.as_deref()) == (programme, task)) {
                    Some((of, _, _)) if *of == function.code => {}
                    Some(_) => self.faults.push(Fault::new(format!("/functions/{i}"), Code::Duplicate)),
                    None => {
                        kinds::classify(conn, self.app.0.ids.next(), id, (programme, task))?;
                        self.added("functionDuty", format!("{} / {programme} / {}", function.code, task.unwrap_or("*")));
                    }
                }
            }
        }
        Ok(())
    }

    fn codes(&mut self, conn: &mut Conn, file: &OrganisationFile, catalogue: &Catalogue) -> Result<(), Error> {
        for (i, new) in file.codes.iter().enumerate() {
            let Some(agency) = catalogue.agency_by_code(&new.agency) else {
                self.unknown(format!("/codes/{i}/agency"));
                continue;
            };
            let Some(scheme) = ecode::scheme_of(&new.code) else { continue };
            if let Some(known) = agency.codes.iter().find(|code| code.scheme == scheme && code.validity.from == Some(new.from)) {
                self.known_code((i, new), known);
                continue;
            }
            let (id, validity) = (self.app.0.ids.next(), Validity { from: Some(new.from), to: new.to });
            let code = AgencyCode { id, scheme, code: new.code.as_str().into(), validity, basis: None, attestation: None };
            stored::set_code(conn, agency.id, &code, new.from)?;
            self.attested.push((id.uuid(), new.attested.attestation()));
            self.added("agencyCode", format!("{} / {}", new.agency, new.code));
        }
        Ok(())
    }

    /// Lets an event happen that was not recorded; tells how much it leaves without an owner.
    fn event(&mut self, conn: &mut Conn, ctx: &Ctx, (i, event): (usize, &Event)) -> Result<usize, Error> {
        let catalogue = self.app.0.catalogue.current(conn)?;
        if let Some(known) = catalogue.events().iter().find(|known| *known.code == *event.code) {
            self.known_event(conn, &catalogue, (i, event), known)?;
            return Ok(0);
        }
        let Some(basis) = self.documents.get(event.basis.as_str()) else {
            self.unknown(format!("/events/{i}/basis"));
            return Ok(0);
        };
        let draft = drafted(event, *basis);
        let happening = match read_event(self.app, conn, &catalogue, &draft) {
            Ok(happening) => happening,
            Err(Error::Refused(refusal)) => {
                let placed = |fault: Fault| Fault { pointer: format!("/events/{i}{}", fault.pointer), ..fault };
                self.faults.extend(refusal.faults.into_iter().map(placed));
                return Ok(0);
            }
            Err(error) => return Err(error),
        };
        let made = happening.created.iter().map(|created| created.version.id).chain(happening.becomes.as_ref().map(|version| version.id));
        self.attested.extend(made.map(|id| (id.uuid(), event.attested.attestation())));
        self.attested.push((happening.event.id.uuid(), event.attested.attestation()));
        let moves = happen(self.app, conn, &catalogue, &happening, ctx.account().map(|account| account.id))?;
        self.added("agencyEvent", event.code.clone());
        let left = moves.assignments.iter().filter(|moved| moved.to.is_none()).count();
        Ok(left + moves.obligations.iter().filter(|moved| moved.to.is_none()).count())
    }
}

fn placed(section: Option<&String>, quote: Option<&String>) -> NewPlace {
    NewPlace { section: section.cloned(), quote: quote.cloned() }
}

fn drafted(event: &Event, basis: DocumentId) -> EventDraft {
    let duty = |duty: &domain::organisation_file::Duty| DutyDraft {
        successor: duty.successor.clone(),
        programme: duty.programme.clone(),
        task: duty.task.clone(),
        function: duty.function.clone(),
    };
    EventDraft {
        code: Some(event.code.clone()),
        kind: event.kind,
        effective_on: event.effective_on,
        basis: basis.to_string(),
        place: placed(event.section.as_ref(), event.quote.as_ref()),
        predecessors: event.predecessors.clone(),
        successors: event.successors.iter().map(|s| SuccessorDraft { code: s.code.clone(), new: s.new.as_ref().map(names) }).collect(),
        duties: event.duties.iter().map(duty).collect(),
        becomes: event.becomes.as_ref().map(names),
        note: event.note.clone(),
    }
}
