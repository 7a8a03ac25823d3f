//! An event as somebody writes it down: codes instead of identifiers, and what is wrong with it.
//! Must not store anything.
//! What an event that holds together moves is `happen`.

use chrono::NaiveDate;
use domain::{
    agency::{AgencyId, AgencyKind, AgencyVersion},
    committee::History,
    document::DocumentId,
    error::{Code, Fault, Refusal},
    id::Id,
    lang::Multilingual,
    succession::{AgencyEvent, AgencyEventKind, DutySet, Life, Share, judge},
    text,
    validity::Validity,
};
use persistence::{Conn, committee, task};

use super::{
    happen::{Created, Happening},
    held_version,
};
use crate::{App, Error, catalogue::Catalogue, document::named_in, place::NewPlace, words::read_among};

/// What an agency is called and where it stands from a day on.
#[derive(Clone, Debug, Default)]
pub struct NewAgency {
    pub name: String,
    pub short_name: Option<String>,
    /// As before, or of its predecessor, where nothing is said.
    pub kind: Option<AgencyKind>,
    pub subkind: Option<String>,
    /// Code; as before, or of its predecessor, where nothing is said.
    pub parent: Option<String>,
}

/// A successor: an agency that is there, or one that the event makes.
#[derive(Clone, Debug)]
pub struct SuccessorDraft {
    pub code: String,
    pub new: Option<NewAgency>,
}

/// Duties that a successor takes: of a programme, of a task of it, or of a kind.
#[derive(Clone, Debug, Default)]
pub struct DutyDraft {
    pub successor: String,
    pub programme: Option<String>,
    /// Needs `programme`.
    pub task: Option<String>,
    pub function: Option<String>,
}

/// An event as it is written down.
#[derive(Clone, Debug)]
pub struct EventDraft {
    /// Names the event; made up where nothing is said.
    pub code: Option<String>,
    pub kind: AgencyEventKind,
    pub effective_on: NaiveDate,
    /// Number or identifier of the document.
    pub basis: String,
    /// Where in it.
    pub place: NewPlace,
    pub predecessors: Vec<String>,
    pub successors: Vec<SuccessorDraft>,
    pub duties: Vec<DutyDraft>,
    /// What a renamed agency is called.
    pub becomes: Option<NewAgency>,
    pub note: Option<String>,
}

/// Longest name, short name, note.
const LONGEST: [usize; 3] = [500, 100, 2000];

/// Whether a text may be the code of an agency.
pub(crate) fn is_code(code: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=64).contains(&code.len()) && code.bytes().all(fits)
}

/// A version that holds from a day on; what nothing is said of is as in `like`.
pub(crate) fn version(
    app: &App,
    catalogue: &Catalogue,
    (pointer, new): (&str, &NewAgency),
    like: Option<&AgencyVersion>,
    (from, basis): (NaiveDate, Option<DocumentId>),
    faults: &mut Vec<Fault>,
) -> AgencyVersion {
    let name = read_among(&format!("{pointer}/name"), &new.name, LONGEST[0], faults);
    let short = new.short_name.as_deref().map(|short| read_among(&format!("{pointer}/shortName"), short, LONGEST[1], faults));
    let parent = match new.parent.as_deref() {
        None => like.and_then(|like| like.parent),
        Some(code) => {
            let found = catalogue.agency_by_code(code).map(|agency| agency.id);
            if found.is_none() {
                faults.push(Fault::new(format!("{pointer}/parent"), Code::ReferenceUnknown));
            }
            found
        }
    };
    let subkind = new.subkind.as_deref().map(|subkind| read_among(&format!("{pointer}/subkind"), subkind, LONGEST[1], faults).into());
    AgencyVersion {
        id: app.0.ids.next(),
        name: Multilingual { vi: name.into(), others: Vec::new() },
        short_name: short.map(Into::into),
        kind: new.kind.or(like.map(|like| like.kind)).unwrap_or(AgencyKind::Department),
        subkind: subkind.or_else(|| like.and_then(|like| like.subkind.clone())),
        parent,
        validity: Validity { from: Some(from), to: None },
        basis,
        note: None,
        used_in: like.map(|like| like.used_in.clone()).unwrap_or_default(),
        attestation: None,
    }
}

/// Reads what is written down, with every fault of it.
///
/// # Errors
/// `BODY_INVALID` with every fault; `ALREADY_EXISTS` for a code that an event has, and for what is recorded already.
pub(crate) fn read(app: &App, conn: &mut Conn, catalogue: &Catalogue, draft: &EventDraft) -> Result<Happening, Error> {
    let mut faults = Vec::new();
    let basis = match named_in(conn, "/basis", draft.basis.trim()) {
        Ok(id) => Some(id),
        Err(Error::Refused(refusal)) => {
            faults.extend(refusal.faults);
            None
        }
        Err(error) => return Err(error),
    };
    let place = draft.place.read(&mut faults);
    let id = app.0.ids.next();
    let code = draft.code.clone().unwrap_or_else(|| format!("{id}"));
    if !is_code(&code) {
        faults.push(Fault::new("/code", Code::PatternMismatch));
    }
    if catalogue.events().iter().any(|event| *event.code == *code) {
        return Err(Refusal::new(Code::AlreadyExists).into());
    }
    let predecessors = known(catalogue, "/predecessors", draft.predecessors.iter().map(String::as_str), &mut faults);
    let first = predecessors.first().and_then(|id| catalogue.agency(*id));
    let like = first.and_then(|agency| held_version(agency, draft.effective_on.pred_opt()?)).cloned();
    let (successors, created) = successors(app, catalogue, draft, (basis, like.as_ref()), &mut faults);
    let shares = shares(conn, catalogue, draft, &created, &mut faults)?;
    let becomes = becomes(app, catalogue, draft, (basis, like.as_ref()), &mut faults);
    let note = draft.note.as_deref().map(|note| read_among("/note", note, LONGEST[2], &mut faults));
    let event = AgencyEvent {
        id,
        code: code.into(),
        kind: draft.kind,
        effective_on: draft.effective_on,
        rank: next_rank(catalogue, draft.effective_on),
        basis: basis.unwrap_or(Id::from_uuid(uuid::Uuid::nil())),
        predecessors,
        successors,
        shares,
        note: note.map(Into::into),
        attestation: None,
    };
    // Rules over parties that are not known would only tell the same fault again.
    if faults.is_empty() {
        let created: Vec<AgencyId> = created.iter().map(|created| created.id).collect();
        let life = |id| catalogue.agency(id).map(|agency| Life::of(agency));
        faults.extend(judge(&event, &created, &life, catalogue.events()));
        faults.extend(established(conn, &event)?);
    }
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    if catalogue.events().iter().any(|known| known.says_the_same(&event)) {
        return Err(Refusal::new(Code::AlreadyExists).into());
    }
    Ok(Happening { event, place, created, becomes })
}

/// A body that is an established committee does not end under it: the committee is dissolved first, by its own document.
fn established(conn: &mut Conn, event: &AgencyEvent) -> Result<Vec<Fault>, Error> {
    if !event.kind.ends() {
        return Ok(Vec::new());
    }
    let histories = committee::histories(conn, &event.predecessors)?;
    let goes_on = |history: &History| history.terms.iter().any(|term| term.validity.to.is_none_or(|to| event.effective_on < to));
    let words = (
        "Ban chỉ đạo còn hoạt động từ ngày đó; hãy ghi quyết định giải thể ban trước.",
        "The committee is established from that day on; record its dissolution first.",
    );
    let standing = event.predecessors.iter().enumerate().filter(|(_, agency)| histories.get(agency).is_some_and(goes_on));
    Ok(standing.map(|(i, _)| Fault::worded(format!("/predecessors/{i}"), Code::WrongState, words.0, words.1)).collect())
}

/// The place of the next event of a day.
pub(super) fn next_rank(catalogue: &Catalogue, day: NaiveDate) -> i32 {
    catalogue.events().iter().filter(|event| event.effective_on == day).map(|event| event.rank).max().unwrap_or(0) + 1
}

fn known<'a>(catalogue: &Catalogue, list: &str, codes: impl Iterator<Item = &'a str>, faults: &mut Vec<Fault>) -> Vec<AgencyId> {
    let mut found = Vec::new();
    for (i, code) in codes.enumerate() {
        match catalogue.agency_by_code(code) {
            Some(agency) => found.push(agency.id),
            None => faults.push(Fault::new(format!("{list}/{i}"), Code::ReferenceUnknown)),
        }
    }
    found
}

type Like<'a> = (Option<DocumentId>, Option<&'a AgencyVersion>);

fn successors(
    app: &App,
    catalogue: &Catalogue,
    draft: &EventDraft,
    (basis, like): Like<'_>,
    faults: &mut Vec<Fault>,
) -> (Vec<AgencyId>, Vec<Created>) {
    let (mut found, mut created) = (Vec::new(), Vec::<Created>::new());
    for (i, successor) in draft.successors.iter().enumerate() {
        let pointer = format!("/successors/{i}");
        match (&successor.new, catalogue.agency_by_code(&successor.code)) {
            (None, Some(agency)) => found.push(agency.id),
            (None, None) => faults.push(Fault::new(format!("{pointer}/code"), Code::ReferenceUnknown)),
            // Codes are never used again.
            (Some(_), Some(_)) => faults.push(Fault::new(format!("{pointer}/code"), Code::Duplicate)),
            (Some(new), None) => {
                if !is_code(&successor.code) {
                    faults.push(Fault::new(format!("{pointer}/code"), Code::PatternMismatch));
                }
                if created.iter().any(|other| other.code == successor.code) {
                    faults.push(Fault::new(format!("{pointer}/code"), Code::Duplicate));
                }
                let place = format!("{pointer}/new");
                let version = version(app, catalogue, (&place, new), like, (draft.effective_on, basis), faults);
                let id = app.0.ids.next();
                found.push(id);
                created.push(Created { id, code: successor.code.clone(), version });
            }
        }
    }
    (found, created)
}

/// Who takes which duties.
pub(crate) fn shares(
    conn: &mut Conn,
    catalogue: &Catalogue,
    draft: &EventDraft,
    created: &[Created],
    faults: &mut Vec<Fault>,
) -> Result<Vec<Share>, Error> {
    let programmes: Vec<_> =
        draft.duties.iter().filter_map(|duty| catalogue.programme_by_code(duty.programme.as_deref()?)).map(|p| p.id).collect();
    let codes: Vec<&str> = draft.duties.iter().filter_map(|duty| duty.task.as_deref()).filter(|code| text::storable(code)).collect();
    let tasks = if codes.is_empty() { Vec::new() } else { task::by_codes(conn, &programmes, &codes)? };
    let mut shares = Vec::new();
    for (i, duty) in draft.duties.iter().enumerate() {
        let pointer = format!("/duties/{i}");
        let made = created.iter().find(|created| created.code == duty.successor).map(|created| created.id);
        let successor = made.or_else(|| catalogue.agency_by_code(&duty.successor).map(|agency| agency.id));
        if successor.is_none() {
            faults.push(Fault::new(format!("{pointer}/successor"), Code::ReferenceUnknown));
        }
        let programme = duty.programme.as_deref().map(|code| catalogue.programme_by_code(code).map(|programme| programme.id));
        let set = match (programme, duty.task.as_deref(), duty.function.as_deref()) {
            (Some(None), _, _) => Err("/programme"),
            (Some(Some(programme)), None, None) => Ok(DutySet::Programme(programme)),
            (Some(Some(programme)), Some(code), None) => {
                let task = tasks.iter().find(|task| task.programme == programme && *task.code == *code);
                task.map(|task| DutySet::Task(task.id)).ok_or("/task")
            }
            (None, None, Some(code)) => catalogue.function(code).map(|function| DutySet::Function(function.id)).ok_or("/function"),
            _ => {
                let words = (
                    "Phải nêu đúng một trong: chương trình, nhiệm vụ của chương trình, hoặc chức năng.",
                    "Exactly one is named: a programme, a task of a programme, or a function.",
                );
                faults.push(Fault::worded(pointer.as_str(), Code::RuleBroken, words.0, words.1));
                continue;
            }
        };
        match (set, successor) {
            (Err(field), _) => faults.push(Fault::new(format!("{pointer}{field}"), Code::ReferenceUnknown)),
            (Ok(duties), Some(successor)) => shares.push(Share { successor, duties }),
            (Ok(_), None) => {}
        }
    }
    Ok(shares)
}

fn becomes(
    app: &App,
    catalogue: &Catalogue,
    draft: &EventDraft,
    (basis, like): Like<'_>,
    faults: &mut Vec<Fault>,
) -> Option<AgencyVersion> {
    match (&draft.becomes, draft.kind) {
        (Some(new), AgencyEventKind::Rename) => Some(version(app, catalogue, ("/becomes", new), like, (draft.effective_on, basis), faults)),
        (None, AgencyEventKind::Rename) => {
            faults.push(Fault::new("/becomes", Code::FieldRequired));
            None
        }
        (Some(_), _) => {
            faults.push(Fault::new("/becomes", Code::FieldUnknown));
            None
        }
        (None, _) => None,
    }
}
