//! Amending a programme by a document: the file of the programme as amended, compared with what is in force, turned over on a day.
//! Must not touch what the days before rest on: old words stay readable, assignments end, reports stay; a dry run is undone.
//! What the file means as rows is `wanted`; writing it is `turn`, reading versions `crate::version`. A correction is `programme`.

mod assigned;
mod beside;
mod obligations;
mod reach;
mod turn;
mod words;
mod years;

use auth::{Ctx, digest};
use chrono::NaiveDate;
use domain::{
    account::AccountId,
    amendment::AmendmentId,
    document::{DocumentId, DocumentRelation, DocumentRelationKind, DocumentStatus},
    error::{Code, Fault, Refusal},
    event::EventKind,
    id::Id,
    policy::Action,
    programme::ProgrammeId,
    seed::{Seed, check},
};
use persistence::{
    Conn,
    amendment::{self as stored, AmendmentRow},
    document,
    rows::DbId,
    search, seed as rows,
    sync::{Change, Tables},
};
use serde_json::json;

use super::{ImportOptions, SCHEMA, programme::name_the_rest, read, stamp, transact, wanted};
use crate::{
    App, Error,
    audit::{Deed, watched},
    document::named_in,
    identity::current,
    outbox::{News, announce},
    place::{MAX_QUOTE, MAX_SECTION},
    succession::settle_programme,
    words::read_among,
};

const OPERATION: &str = "amend_programme";

/// An amendment as somebody states it.
#[derive(Clone, Debug)]
pub struct AmendmentDraft {
    /// Number or identifier of the document.
    pub basis: String,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    pub section: Option<String>,
    pub quote: Option<String>,
    /// The programme as amended, as a file that could be imported.
    pub file: Vec<u8>,
}

/// An amendment, and all that it changes.
#[derive(Clone, Debug)]
pub struct Amended {
    pub programme: ProgrammeId,
    /// Of the version that it makes.
    pub number: i32,
    pub basis: DocumentId,
    pub effective_on: NaiveDate,
    /// False for a preview: nothing was stored.
    pub applied: bool,
    pub changes: Vec<Change>,
    /// Obligations that are owed no more from the day on.
    pub excluded_obligations: usize,
    /// Obligations that an earlier change had excluded and that are owed again.
    pub readmitted_obligations: usize,
    /// What it gives to agencies that are not there, each with its place in the body.
    pub warnings: Vec<Fault>,
}

/// What turns a programme over: the document and its day.
struct Turning {
    id: AmendmentId,
    programme: ProgrammeId,
    basis: DocumentId,
    day: NaiveDate,
    section: Option<String>,
    account: AccountId,
}

/// Amends a programme, or only shows what that would change: the same code, undone at its end.
///
/// # Errors
/// `FORBIDDEN` without the right; `NOT_FOUND`; `IMPORT_INVALID` and `BODY_INVALID` with every fault.
pub async fn amend(app: &App, ctx: &Ctx, code: String, draft: AmendmentDraft, dry_run: bool) -> Result<Amended, Error> {
    watched(app, ctx, Deed::new(OPERATION).on("programme", &code), async {
        ctx.allow(Action::ImportProgramme)?;
        let seed: Seed = read(&draft.file, SCHEMA, check).and_then(|file| file.finish(Vec::new())).map_err(within)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let options = ImportOptions { dry_run, apply_changes: true };
        transact(app, ctx, options, move |conn| {
            let ctx = current(&app_, conn, &ctx_)?;
            ctx.allow(Action::ImportProgramme)?;
            let account = ctx.account().map(|account| account.id).ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
            let amended = apply(&app_, conn, account, (&code, &seed), &draft, !dry_run)?;
            let after = json!({"version": amended.number, "basis": amended.basis.to_string(), "effectiveOn": amended.effective_on,
                "changes": amended.changes.len(), "excludedObligations": amended.excluded_obligations,
                "readmittedObligations": amended.readmitted_obligations});
            Ok((Some(Deed::new(OPERATION).on("programme", &code).with(json!({ "after": after }))), amended))
        })
        .await
    })
    .await
}

/// Faults of the file as faults of the body that it is in.
fn within(refusal: Refusal) -> Refusal {
    let inside = |fault: Fault| Fault { pointer: format!("/programme{}", fault.pointer), ..fault };
    Refusal { faults: refusal.faults.into_iter().map(inside).collect(), ..refusal }
}

fn refused(faults: Vec<Fault>) -> Error {
    Refusal::with_faults(Code::BodyInvalid, faults).into()
}

fn apply(
    app: &App,
    conn: &mut Conn,
    account: AccountId,
    (code, seed): (&str, &Seed),
    draft: &AmendmentDraft,
    applied: bool,
) -> Result<Amended, Error> {
    // 1. Which programme, by which document, from when on.
    let catalogue = app.0.catalogue.current(conn)?;
    let programme = catalogue.programme_by_code(code).cloned().ok_or_else(|| Refusal::new(Code::NotFound))?;
    if seed.programme.code != code {
        return Err(refused(vec![Fault::new("/programme/programme/code", Code::ReferenceUnknown)]));
    }
    let earlier = stored::of_programmes(conn, &[programme.id])?;
    let (turning, quote) = turning(app, conn, account, (programme.id, programme.decision), draft, &earlier)?;
    // 2. What is in force, and what the file wants from that day on.
    let before = load(conn, seed)?;
    let (mut after, mut names) = wanted::rows(seed, &before, &*app.0.ids, app.0.clock.now());
    name_the_rest(app, conn, &before, &mut names)?;
    names.extend(rows::documents_called(conn, &[turning.basis.into()])?);
    assigned::date_assignments(&turning, &before, &mut after, &*app.0.ids);
    let promised = years::promised(&before);
    let changes = reach::told(promised.changes(&after, &names), (&before, &after), &names);
    let mut faults = reach::out_of_reach(seed, &changes);
    faults.extend(years::untimely(&turning, seed, &promised, &after));
    faults.extend(reach::taken_again(&before, &after, &stored::withdrawn(conn, programme.id)?));
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    // 3. The version, and the rows that it turns over.
    let number = earlier.last().map_or(2, |last| last.number + 1);
    let row = AmendmentRow {
        id: turning.id.into(),
        programme_id: programme.id.into(),
        number,
        basis_document_id: turning.basis.into(),
        section: turning.section.clone(),
        quote,
        effective_on: turning.day,
        content_sha256: digest(&draft.file),
        changes: serde_json::to_string(&changes).map_err(|_| Error::Internal("differences that are no JSON"))?,
        account_id: account.into(),
        recorded_at: app.0.clock.now().naive_utc(),
    };
    stored::insert(conn, &row)?;
    relate(conn, &turning, programme.decision)?;
    let touched = turn::over(app, conn, &turning, (&before, &after))?;
    rows::stamp_catalogue(conn, stamp(app))?;
    search::sync_tasks_of(conn, programme.id)?;
    settle_programme(app, conn, programme.id)?;
    let warnings = assigned::without_owner(app, conn, &turning, (&before, &after), seed)?;
    // 4. What is owed from that day on.
    let (excluded, readmitted) =
        obligations::follow(app, conn, (&turning, number), &touched, obligations::other_years(&before, &after).as_ref())?;
    let news = News {
        kind: EventKind::ProgrammeAmended,
        subject: ("programme", programme.id.uuid()),
        agency: None,
        addressee: None,
        programme: Some(programme.id),
        is_public: true,
        body: json!({"programme": code, "version": number, "effectiveOn": turning.day}),
    };
    announce(app, conn, news)?;
    Ok(Amended {
        programme: programme.id,
        number,
        basis: turning.basis,
        effective_on: turning.day,
        applied,
        changes,
        excluded_obligations: excluded,
        readmitted_obligations: readmitted,
        warnings,
    })
}

fn load(conn: &mut Conn, seed: &Seed) -> Result<Tables, Error> {
    let agencies: Vec<&str> = seed.agencies.iter().map(|agency| agency.code.as_str()).collect();
    let keys = seed.document_keys();
    let keys: Vec<&str> = keys.iter().map(|(_, key)| key.as_str()).collect();
    let (decision, identities) = (seed.decision.identity(), seed.document_identities());
    let named = rows::DocumentKeys { keys: &keys, decision: decision.as_deref(), identities: &identities };
    Ok(rows::load(conn, &seed.programme.code, &agencies, &named)?)
}

/// Reads document, day and place; versions follow each other, and none is recorded before it holds.
fn turning(
    app: &App,
    conn: &mut Conn,
    account: AccountId,
    (programme, decision): (ProgrammeId, DocumentId),
    draft: &AmendmentDraft,
    earlier: &[domain::amendment::Amendment],
) -> Result<(Turning, Option<String>), Error> {
    let mut faults = Vec::new();
    let basis = match named_in(conn, "/basis", draft.basis.trim()) {
        Ok(id) => Some(id),
        Err(Error::Refused(refusal)) => {
            faults.extend(refusal.faults);
            None
        }
        Err(error) => return Err(error),
    };
    let ids: Vec<DocumentId> = basis.into_iter().chain([decision]).collect();
    let documents = document::by_ids(conn, &ids)?;
    let of = |id: DocumentId| documents.iter().find(|document| document.id == id);
    if let Some(document) = basis.and_then(of) {
        if document.status != DocumentStatus::Issued || document.issued_on.is_none() {
            let (vi, en) = ("Văn bản này chưa được ban hành.", "This document has not been issued.");
            faults.push(Fault::worded("/basis", Code::RuleBroken, vi, en));
        } else if document.id == decision {
            let (vi, en) = ("Chương trình không thể tự sửa đổi mình.", "The decision that makes the programme does not amend it.");
            faults.push(Fault::worded("/basis", Code::RuleBroken, vi, en));
        } else if document.issued_on.is_some_and(|issued| draft.effective_on < issued) {
            let (vi, en) =
                ("Sửa đổi không thể có hiệu lực trước ngày ban hành.", "An amendment cannot hold before its document was issued.");
            faults.push(Fault::worded("/effectiveOn", Code::OutOfRange, vi, en));
        }
    }
    let signed = of(decision).and_then(|document| document.effective_on.or(document.issued_on));
    if let Some(last) = earlier.last().map(|last| last.effective_on).or(signed).filter(|last| draft.effective_on <= *last) {
        let (vi, en) = (
            format!("Phiên bản hiện hành có hiệu lực từ {}; sửa đổi phải có hiệu lực sau ngày đó.", last.format("%d/%m/%Y")),
            format!("The version in force holds from {last}; an amendment holds from a later day."),
        );
        faults.push(Fault::worded("/effectiveOn", Code::DayNotLater, vi, en));
    }
    if draft.effective_on > app.0.clock.today() {
        faults.push(Fault::new("/effectiveOn", Code::DayInFuture));
    }
    let section = draft.section.as_deref().map(|text| read_among("/section", text, MAX_SECTION, &mut faults));
    let quote = draft.quote.as_deref().map(|text| read_among("/quote", text, MAX_QUOTE, &mut faults));
    match basis.filter(|_| faults.is_empty()) {
        Some(basis) => {
            let id: AmendmentId = app.0.ids.next();
            Ok((Turning { id, programme, basis, day: draft.effective_on, section, account }, quote))
        }
        None => Err(refused(faults)),
    }
}

/// Says among documents what the amendment does: its document amends the one that made the programme, unless that is said already.
fn relate(conn: &mut Conn, turning: &Turning, decision: DocumentId) -> Result<(), Error> {
    let kind = DocumentRelationKind::Amends;
    if document::relation_origin(conn, turning.basis, kind, decision)?.is_some() {
        return Ok(());
    }
    let (section, added_by) = (turning.section.clone(), Some(turning.account));
    let relation = DocumentRelation { related: decision, kind, section, quote: None, note: None, is_partial: false, added_by };
    document::insert_relation(conn, turning.basis, &relation)?;
    // Whoever saw the document without it has seen another one.
    let revision = document::by_ids(conn, &[turning.basis])?.first().map(|found| found.revision);
    match revision {
        Some(revision) if document::touch(conn, turning.basis, revision, false)? => Ok(()),
        _ => Err(Refusal::new(Code::PreconditionFailed).into()),
    }
}

impl Turning {
    fn row_id(app: &App) -> DbId {
        DbId::from(app.0.ids.next::<()>())
    }

    /// Where in its document what it says of a row stands.
    fn place(&self, usual: String) -> String {
        self.section.clone().unwrap_or(usual)
    }

    fn reason(number: i32, day: NaiveDate) -> String {
        format!("Chương trình được sửa đổi (phiên bản {number}) từ ngày {}.", day.format("%d/%m/%Y"))
    }

    fn at<T>(&self) -> Id<T> {
        Id::from_uuid(self.id.uuid())
    }
}
