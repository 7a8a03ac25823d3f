//! What a file says of rows that are there already: what it corrects is a change, what it cannot correct is told with its place.
//! Must not rewrite what happened, nor what rests on a document of its own.
//! New rows are `super` and `rolls`.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Display,
};

use domain::{
    agency::{Agency, AgencyCode, AgencyKind, AgencyMember, AgencyVersion, Attestation, Roll},
    error::{Code, Fault},
    organisation_file::{self as file, Attested},
    succession::{AgencyEvent, Function},
};
use persistence::{
    Conn, organisation as stored,
    rows::DocumentRow,
    sync::{Change, ChangeKind},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Run, drafted, placed, places::Row};
use crate::{Error, catalogue::Catalogue, succession::read_shares};

/// A row that is there, with how well the file says that it is attested.
pub(super) struct Told {
    id: Uuid,
    subject: &'static str,
    key: String,
    attestation: Attestation,
}

type Fields = BTreeMap<String, (Value, Value)>;

/// That the file says something else, which it cannot change.
fn otherwise(pointer: String, stored: impl Display) -> Fault {
    let (vi, en) = (
        format!("Đang lưu: {stored}. Tệp không sửa được điều này: hãy sửa tệp, hoặc ghi thay đổi theo văn bản."),
        format!("Stored is: {stored}. A file does not change this: correct the file, or record the change by its document."),
    );
    Fault::worded(pointer, Code::RuleBroken, vi, en)
}

/// A day, or that there is none.
fn day(day: Option<chrono::NaiveDate>) -> String {
    day.map_or_else(|| "–".to_owned(), |day| day.to_string())
}

impl Run<'_> {
    pub(super) fn told(&mut self, id: Uuid, (subject, key): (&'static str, String), attested: &Attested) {
        self.told.push(Told { id, subject, key, attestation: attested.attestation() });
    }

    pub(super) fn differs(&mut self, pointer: String, stored: impl Display) {
        self.against.push(otherwise(pointer, stored));
    }

    fn corrected(&mut self, subject: &'static str, key: String, fields: Fields) {
        self.changes.push(Change { subject, key, change: ChangeKind::Changed, fields });
    }

    /// Stores how well rows are attested that were there, where the file says otherwise or nothing was said; two statements, and one
    /// for each that changes.
    pub(super) fn attest_known(&mut self, conn: &mut Conn) -> Result<(), Error> {
        let told = std::mem::take(&mut self.told);
        let ids: Vec<Uuid> = told.iter().map(|row| row.id).collect();
        let (before, mut seen) = (stored::attestations_of(conn, &ids)?, HashSet::new());
        for row in told.into_iter().filter(|row| seen.insert(row.id)) {
            let wanted = row.attestation;
            let Some(had) = before.get(&row.id) else {
                let key = format!("{} {}", row.subject, row.key);
                self.changes.push(Change { subject: "attestation", key, change: ChangeKind::Added, fields: BTreeMap::new() });
                self.attested.push((row.id, wanted));
                continue;
            };
            let mut fields = Fields::new();
            let mut field = |name: &str, had: Value, wanted: Value| {
                if had != wanted {
                    fields.insert(name.to_owned(), (had, wanted));
                }
            };
            field("source", json!(&*had.source), json!(&*wanted.source));
            field("confidence", json!(had.confidence.label()), json!(wanted.confidence.label()));
            field("toConfirm", json!(had.to_confirm), json!(wanted.to_confirm));
            if !fields.is_empty() {
                stored::attest_otherwise(conn, row.id, &wanted)?;
                self.corrected(row.subject, row.key, fields);
            }
        }
        Ok(())
    }

    /// An agency's first version: what it was called is corrected, unless it rests on a document; when it began is not.
    pub(super) fn known_agency(
        &mut self,
        conn: &mut Conn,
        catalogue: &Catalogue,
        (i, agency): (usize, &file::Agency),
        known: &Agency,
    ) -> Result<(), Error> {
        let Some(version) = known.versions.first() else { return Ok(()) };
        self.told(version.id.uuid(), ("agency", agency.code.clone()), &agency.attested);
        if agency.from.is_some() && agency.from != version.validity.from {
            self.differs(format!("/agencies/{i}/from"), day(version.validity.from));
        }
        let (fields, corrected) = words(catalogue, &agency.names, version);
        let is_collective = |kind: AgencyKind| kind == AgencyKind::Collective;
        if version.basis.is_some() || is_collective(version.kind) != is_collective(corrected.kind) {
            for (field, (had, _)) in fields {
                let fault = otherwise(format!("/agencies/{i}/{field}"), had);
                // Documents rarely have a short name: another one is told, and stands in nobody's way.
                if field == "shortName" { &mut self.aside } else { &mut self.against }.push(fault);
            }
            return Ok(());
        }
        if !fields.is_empty() {
            stored::correct_version(conn, known.id, &corrected)?;
            self.corrected("agency", agency.code.clone(), fields);
        }
        Ok(())
    }

    /// Documents are corrected where they are kept: what the file says otherwise is told, and stands in nobody's way.
    pub(super) fn known_document(&mut self, (i, document): (usize, &file::Document), row: &DocumentRow) {
        let key = document.number.clone().unwrap_or_else(|| document.title.clone());
        self.told(row.id.0, ("document", key), &document.attested);
        let mut differs = |field: &str, had: String| self.aside.push(otherwise(format!("/documents/{i}/{field}"), had));
        if row.kind != document.kind.label() {
            differs("kind", row.kind.clone());
        }
        if row.title.as_ref() != Some(&document.title) {
            differs("title", row.title.clone().unwrap_or_else(|| "–".to_owned()));
        }
        if document.issued_on.is_some() && document.issued_on != row.issued_on {
            differs("issuedOn", day(row.issued_on));
        }
        if document.effective_on.is_some() && document.effective_on != row.effective_on {
            differs("effectiveOn", day(row.effective_on));
        }
    }

    /// A kind of work is called otherwise; what is of it is only added.
    pub(super) fn known_function(
        &mut self,
        conn: &mut Conn,
        (i, function): (usize, &file::Function),
        known: &Function,
        duties: &[(String, String, Option<String>)],
    ) -> Result<(), Error> {
        self.told(known.id.uuid(), ("function", function.code.clone()), &function.attested);
        if *known.name != *function.name {
            stored::correct_function(conn, known.id, &function.name)?;
            let fields = Fields::from([("name".to_owned(), (json!(&*known.name), json!(function.name)))]);
            self.corrected("function", function.code.clone(), fields);
        }
        for (_, programme, task) in duties.iter().filter(|(of, _, _)| *of == function.code) {
            let (list, is_told) = match task {
                None => ("programmes", function.programmes.contains(programme)),
                Some(task) => ("tasks", function.tasks.iter().any(|of| (&of.programme, &of.task) == (programme, task))),
            };
            if !is_told {
                self.differs(format!("/functions/{i}/{list}"), format!("{programme} {}", task.as_deref().unwrap_or_default()).trim_end());
            }
        }
        Ok(())
    }

    pub(super) fn known_code(&mut self, (i, new): (usize, &file::ECode), known: &AgencyCode) {
        self.told(known.id.uuid(), ("agencyCode", format!("{} / {}", new.agency, known.code)), &new.attested);
        if *known.code != *new.code {
            self.differs(format!("/codes/{i}/code"), &known.code);
        }
        if new.to.is_some() && new.to != known.validity.to {
            self.differs(format!("/codes/{i}/to"), day(known.validity.to));
        }
    }

    /// A roll of the same day, with the places that began on it.
    pub(super) fn known_roll(&mut self, catalogue: &Catalogue, (i, new): (usize, &file::Roll), known: &Roll, on: &[&AgencyMember]) {
        self.told(known.id.uuid(), ("roll", format!("{} / {}", new.collective, new.from)), &new.attested);
        if known.rule.rule != new.rule {
            self.differs(format!("/rolls/{i}/rule"), known.rule.rule.label());
        }
        if known.rule.complete != new.complete {
            self.differs(format!("/rolls/{i}/complete"), known.rule.complete);
        }
        let basis = new.basis.as_deref().and_then(|code| self.documents.get(code).copied());
        if basis != known.basis {
            self.differs(format!("/rolls/{i}/basis"), known.basis.map_or_else(|| "–".to_owned(), |id| id.to_string()));
        }
        // What rests on another document than the roll is beside the file.
        for member in on.iter().filter(|member| member.basis.is_none() || member.basis == known.basis) {
            let code = catalogue.agency_code(Some(member.agency)).unwrap_or_default();
            if !new.members.iter().any(|named| **named == *code) {
                self.differs(format!("/rolls/{i}/members"), &code);
            } else if member.basis.is_none() && member.validity.from == Some(new.from) {
                self.told(member.id.uuid(), ("agencyMember", format!("{} / {code} / {}", new.collective, new.from)), &new.attested);
            }
        }
    }

    /// An event that was recorded: its note and how well it is attested are corrected, what happened is not.
    pub(super) fn known_event(
        &mut self,
        conn: &mut Conn,
        catalogue: &Catalogue,
        (i, event): (usize, &file::Event),
        known: &AgencyEvent,
    ) -> Result<(), Error> {
        self.told(known.id.uuid(), ("agencyEvent", event.code.clone()), &event.attested);
        if known.note.as_deref() != event.note.as_deref() {
            stored::correct_note(conn, known.id, event.note.as_deref())?;
            let fields = Fields::from([("note".to_owned(), (json!(known.note.as_deref()), json!(event.note)))]);
            self.corrected("agencyEvent", event.code.clone(), fields);
        }
        let at = |field: &str| format!("/events/{i}/{field}");
        if known.kind != event.kind {
            self.differs(at("kind"), known.kind);
        }
        if known.effective_on != event.effective_on {
            self.differs(at("effectiveOn"), known.effective_on);
        }
        let basis = self.documents.get(event.basis.as_str()).copied();
        if basis != Some(known.basis) {
            self.differs(at("basis"), known.basis);
        }
        let codes = |ids: &[domain::agency::AgencyId]| {
            let mut codes: Vec<String> =
                ids.iter().filter_map(|id| catalogue.agency_code(Some(*id))).map(|code| code.to_string()).collect();
            codes.sort();
            codes
        };
        let sorted = |mut codes: Vec<String>| {
            codes.sort();
            codes
        };
        let (before, after) = (codes(&known.predecessors), codes(&known.successors));
        if before != sorted(event.predecessors.clone()) {
            self.differs(at("predecessors"), before.join(", "));
        }
        if after != sorted(event.successors.iter().map(|successor| successor.code.clone()).collect()) {
            self.differs(at("successors"), after.join(", "));
        }
        let mut unread = Vec::new();
        let shares = read_shares(conn, catalogue, &drafted(event, known.basis), &[], &mut unread)?;
        let is_same = shares.len() == known.shares.len() && shares.iter().all(|share| known.shares.contains(share));
        if !unread.is_empty() || !is_same {
            let told: Vec<String> =
                known.shares.iter().filter_map(|share| catalogue.agency_code(Some(share.successor))).map(|code| code.to_string()).collect();
            self.differs(at("duties"), format!("{} ({})", known.shares.len(), told.join(", ")));
        }
        self.known_names(catalogue, (i, event), known);
        let row = Row { at: format!("/events/{i}"), subject: "eventPlace", key: event.code.clone() };
        self.known_place(conn, &row, (known.id.uuid(), Some(known.basis)), &placed(event.section.as_ref(), event.quote.as_ref()))
    }

    /// What agencies are called that an event made or renamed: that rests on its document.
    fn known_names(&mut self, catalogue: &Catalogue, (i, event): (usize, &file::Event), known: &AgencyEvent) {
        let renamed = event.becomes.as_ref().zip(event.predecessors.first()).map(|(names, code)| ("becomes".to_owned(), names, code));
        let made = event.successors.iter().enumerate();
        let made = made.filter_map(|(j, successor)| Some((format!("successors/{j}/new"), successor.new.as_ref()?, &successor.code)));
        for (place, names, code) in renamed.into_iter().chain(made) {
            let agency = catalogue.agency_by_code(code);
            let version =
                agency.and_then(|agency| agency.versions.iter().find(|version| version.validity.from == Some(known.effective_on)));
            let Some(version) = version else { continue };
            self.told(version.id.uuid(), ("agencyVersion", format!("{code} / {}", known.effective_on)), &event.attested);
            let (fields, _) = words(catalogue, names, version);
            for (field, (had, _)) in fields {
                self.differs(format!("/events/{i}/{place}/{field}"), had);
            }
        }
    }
}

/// What a file calls an agency other than a version does, and the version as the file has it. What it leaves out stays.
fn words(catalogue: &Catalogue, names: &file::Names, version: &AgencyVersion) -> (Fields, AgencyVersion) {
    let (mut fields, mut corrected) = (Fields::new(), version.clone());
    let text = |text: &Option<std::sync::Arc<str>>| json!(text.as_deref());
    if *version.name.vi != *names.name {
        fields.insert("name".into(), (json!(&*version.name.vi), json!(names.name)));
        corrected.name.vi = names.name.as_str().into();
    }
    if let Some(short) = names.short_name.as_deref().filter(|short| version.short_name.as_deref().is_some_and(|had| had != *short)) {
        fields.insert("shortName".into(), (text(&version.short_name), json!(short)));
        corrected.short_name = Some(short.into());
    }
    if let Some(kind) = names.kind.filter(|kind| *kind != version.kind) {
        fields.insert("kind".into(), (json!(version.kind.label()), json!(kind.label())));
        corrected.kind = kind;
    }
    if let Some(subkind) = names.subkind.as_deref().filter(|subkind| version.subkind.as_deref() != Some(*subkind)) {
        fields.insert("subkind".into(), (text(&version.subkind), json!(subkind)));
        corrected.subkind = Some(subkind.into());
    }
    if let Some(parent) = names.parent.as_deref() {
        let found = catalogue.agency_by_code(parent).map(|agency| agency.id);
        if found.is_none() || found != version.parent {
            fields.insert("parent".into(), (text(&catalogue.agency_code(version.parent)), json!(parent)));
            corrected.parent = found;
        }
    }
    (fields, corrected)
}

/// Stored documents by their identifiers.
pub(super) fn by_id(rows: Vec<DocumentRow>) -> HashMap<Uuid, DocumentRow> {
    rows.into_iter().map(|row| (row.id.0, row)).collect()
}
