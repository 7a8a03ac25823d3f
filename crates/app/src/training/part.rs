//! Who took part in a session: told to those who may know of the agency, written down by the agency as a whole.
//! Must not show the name of somebody whose data is not to be used, nor take anybody whom the register does not know.
//! Courses and sessions are the parent module's; figures are `figures`.

use std::collections::{HashMap, HashSet};

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    id::Id,
    person::{Person, PersonId},
    policy::{Action, ReportScope},
    programme::ProgrammeId,
    revision::Revisions,
    training::{Attendant, Certificate, Participation, Session, SessionId, SessionStatus, TrainingResult, people},
};
use persistence::{Conn, person, training as stored, training_part as rows};
use serde_json::json;
use uuid::Uuid;

use super::{Desk, at_desk, refused};
use crate::{
    App, Error, View,
    audit::{Deed, watched},
    listing::{Listing, PageArgs},
    words::line,
};

const LIST: &str = "list_participations";
const RECORD: &str = "record_participations";
/// Entries of one agency in one session.
const MAX_PARTS: usize = 2000;
const MAX_HEADS: u32 = 100_000;
const MAX_NUMBER: usize = 100;

/// Which agencies; nothing for all.
type OfAgencies = Option<Vec<AgencyId>>;

/// Somebody, or so many, who took part.
#[derive(Clone, Debug)]
pub struct NewPart {
    /// Identifier in the register of people; or else:
    pub person: Option<Uuid>,
    /// How many who are not named.
    pub headcount: Option<u32>,
    pub result: Option<TrainingResult>,
    pub certificate_number: Option<String>,
    pub certificate_on: Option<NaiveDate>,
}

/// Everybody of one agency who took part in a session.
#[derive(Clone, Debug)]
pub struct SessionParts {
    /// Code.
    pub agency: String,
    pub participants: Vec<NewPart>,
}

/// What was written down, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub entries: usize,
    /// Lượt người.
    pub attendances: u64,
    /// Different people who are named.
    pub named: u64,
    /// Entries that it took the place of.
    pub replaced: usize,
    pub is_dry_run: bool,
}

/// A part as the caller may see it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub part: Participation,
    /// Of the register; nothing where nobody is named, or may be.
    pub name: Option<String>,
    /// The processing of the person's data is restricted.
    pub is_restricted: bool,
}

/// The agencies of a programme of which the caller may know who took part; all where nothing is said.
pub(crate) fn open_to(scope: &ReportScope, programme: Option<ProgrammeId>) -> OfAgencies {
    let within = |of: &Option<ProgrammeId>| of.is_none() || programme.is_none() || *of == programme;
    let open = || scope.open.iter().filter(move |(_, of)| within(of)).map(|(agency, _)| *agency);
    if open().any(|agency| agency.is_none()) {
        return None;
    }
    let mut agencies: Vec<AgencyId> = open().flatten().collect();
    agencies.sort_unstable();
    agencies.dedup();
    Some(agencies)
}

/// The session, and of which agencies the caller may know who took part in it.
fn session_for(conn: &mut Conn, scope: &ReportScope, id: SessionId) -> Result<(Session, OfAgencies), Error> {
    let session = stored::session(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let course = stored::by_ids(conn, &[session.course])?.pop().ok_or(Error::Internal("a session without a course"))?;
    Ok((session, open_to(scope, Some(course.programme))))
}

/// A page of who took part in a session, of the agencies that the caller may know of, in the order in which they were written down.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn parts(view: &View, id: SessionId, args: &PageArgs) -> Result<Listing<Seen>, Error> {
    watched(view.app(), view.ctx(), Deed::new(LIST).on("training_session", id), async {
        view.ctx().allow(Action::ReadParticipations)?;
        let scope = view.ctx().participation_scope();
        let list = format!("participations {id} {scope:?}");
        let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
        let read = move |conn: &mut Conn| -> Result<_, Error> {
            let (_, agencies) = session_for(conn, &scope, id)?;
            let page = rows::page(conn, id, agencies.as_deref(), &request)?;
            let ids: Vec<PersonId> = page.items.iter().filter_map(named).collect();
            let people = if ids.is_empty() { Vec::new() } else { person::by_ids(conn, &ids)? };
            Ok((page, people))
        };
        let (page, people) = view.read(read).await?;
        let people: HashMap<PersonId, Person> = people.into_iter().map(|person| (person.id, person)).collect();
        let listing = Listing::of(page, &list, |part| part.id.uuid());
        let items = listing.items.into_iter().map(|(cursor, part)| (cursor, seen(part, &people))).collect();
        Ok(Listing { items, has_next: listing.has_next, has_previous: listing.has_previous })
    })
    .await
}

/// How many entries of a session the caller may see.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`.
pub async fn count_parts(view: &View, id: SessionId) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadParticipations)?;
    let scope = view.ctx().participation_scope();
    let read = move |conn: &mut Conn| -> Result<i64, Error> {
        let (_, agencies) = session_for(conn, &scope, id)?;
        Ok(rows::count(conn, id, agencies.as_deref())?)
    };
    view.read(read).await
}

fn named(part: &Participation) -> Option<PersonId> {
    match part.attendant {
        Attendant::Person(person) => Some(person),
        Attendant::Headcount(_) => None,
    }
}

/// Of somebody whose data is not to be used nothing is shown but that there is an entry.
fn seen(part: Participation, people: &HashMap<PersonId, Person>) -> Seen {
    let person = named(&part).and_then(|id| people.get(&id));
    let is_restricted = person.is_some_and(|person| person.restriction.is_some());
    let name = person.filter(|_| !is_restricted).map(|person| person.name().to_owned());
    let part = if is_restricted { Participation { result: None, certificate: None, ..part } } else { part };
    Seen { part, name, is_restricted }
}

/// Writes down who of an agency took part in a session that was held, in the place of what was written down before.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`, `NOT_FOUND`; `WRONG_STATE` for a session that was not held, `PRECONDITION_FAILED` for one with another
/// revision; `BODY_INVALID` with every fault of every entry.
pub async fn record_parts(
    app: &App,
    ctx: &Ctx,
    (id, revision): (SessionId, impl Into<Revisions>),
    given: SessionParts,
    is_dry_run: bool,
) -> Result<Recorded, Error> {
    let revision: Revisions = revision.into();
    at_desk(app, ctx, Deed::new(RECORD).on("training_session", id), move |desk, conn| {
        let session = stored::session(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
        let course = stored::by_ids(conn, &[session.course])?.pop().ok_or(Error::Internal("a session without a course"))?;
        let mut faults = Vec::new();
        let agency = desk.acting(Some(course.programme), "/agency", &given.agency, &mut faults)?;
        revision.check(session.revision)?;
        if session.status != SessionStatus::Held {
            return Err(Refusal::new(Code::WrongState).into());
        }
        let parts = read(desk, conn, &session, agency, &given.participants, &mut faults)?;
        let (Some(agency), true) = (agency, faults.is_empty()) else { return Err(refused(faults)) };
        let counted = people(&parts);
        let named = parts.iter().filter_map(named).collect::<HashSet<_>>().len() as u64;
        let attendances = counted.map_or(0, |people| people.attendances);
        let replaced = if is_dry_run { 0 } else { rows::replace(conn, (id, agency), &parts, desk.stamp())? };
        let done = Recorded { entries: parts.len(), attendances, named, replaced, is_dry_run };
        if !is_dry_run {
            let after = json!({"agency": given.agency, "entries": done.entries, "attendances": attendances, "replaced": replaced});
            desk.record(
                conn,
                Deed::new(RECORD).on("training_session", id).for_agency(Some(&given.agency)).with(json!({ "after": after })),
            )?;
        }
        Ok(done)
    })
    .await
}

fn read(
    desk: &Desk,
    conn: &mut Conn,
    session: &Session,
    agency: Option<AgencyId>,
    given: &[NewPart],
    faults: &mut Vec<Fault>,
) -> Result<Vec<Participation>, Error> {
    if given.len() > MAX_PARTS {
        faults.push(Fault::new("/participants", Code::LengthOutOfRange));
        return Ok(Vec::new());
    }
    let Some(agency) = agency else { return Ok(Vec::new()) };
    if desk.catalogue.agency(agency).is_some_and(|agency| !agency.is_active_on(session.from)) {
        let words = ("Cơ quan này không hoạt động vào ngày đó.", "The agency is not there on that day.");
        faults.push(Fault::worded("/agency", Code::RuleBroken, words.0, words.1));
    }
    let ids: Vec<PersonId> = given.iter().filter_map(|one| one.person.map(Id::from_uuid)).collect();
    let known = if ids.is_empty() { Vec::new() } else { person::by_ids(conn, &ids)? };
    let known: HashMap<PersonId, Person> = known.into_iter().map(|person| (person.id, person)).collect();
    let mut taken: HashSet<PersonId> =
        if ids.is_empty() { HashSet::new() } else { rows::elsewhere(conn, session.id, agency, &ids)?.into_iter().collect() };
    let mut parts = Vec::with_capacity(given.len());
    for (i, one) in given.iter().enumerate() {
        let at = format!("/participants/{i}");
        let Some(attendant) = attendant(&at, one, &known, &mut taken, faults) else { continue };
        let certificate = certificate(&at, one, session, desk.today, faults);
        let id = desk.app.0.ids.next();
        let part = Participation { id, session: session.id, agency, attendant, result: one.result, certificate };
        faults.extend(part.faults(&at));
        parts.push(part);
    }
    Ok(parts)
}

/// Somebody of the register whose data may be used, once in a session; or so many.
fn attendant(
    at: &str,
    one: &NewPart,
    known: &HashMap<PersonId, Person>,
    taken: &mut HashSet<PersonId>,
    faults: &mut Vec<Fault>,
) -> Option<Attendant> {
    match (one.person.map(Id::from_uuid), one.headcount) {
        (Some(id), None) => {
            let code = match known.get(&id) {
                Some(person) if person.restriction.is_some() => Some(Code::PersonalDataRestricted),
                Some(person) if person.pseudonymised.is_none() => (!taken.insert(id)).then_some(Code::Duplicate),
                _ => Some(Code::ReferenceUnknown),
            };
            faults.extend(code.map(|code| Fault::new(format!("{at}/person"), code)));
            Some(Attendant::Person(id))
        }
        (None, Some(heads)) => {
            if heads > MAX_HEADS {
                faults.push(Fault::new(format!("{at}/headcount"), Code::OutOfRange));
            }
            Some(Attendant::Headcount(heads))
        }
        _ => {
            let words = ("Nêu một người hoặc một số người.", "Name a person or a number of people, one of both.");
            faults.push(Fault::worded(at.to_owned(), Code::RuleBroken, words.0, words.1));
            None
        }
    }
}

fn certificate(at: &str, one: &NewPart, session: &Session, today: NaiveDate, faults: &mut Vec<Fault>) -> Option<Certificate> {
    match (&one.certificate_number, one.certificate_on) {
        (None, None) => None,
        (Some(number), Some(on)) => {
            if on < session.from || today < on {
                faults.push(Fault::new(format!("{at}/certificateOn"), Code::OutOfRange));
            }
            match line(&format!("{at}/certificateNumber"), number, MAX_NUMBER) {
                Ok(number) => Some(Certificate { number: number.into(), issued_on: on }),
                Err(fault) => {
                    faults.push(fault);
                    None
                }
            }
        }
        (number, _) => {
            let field = if number.is_none() { "certificateNumber" } else { "certificateOn" };
            faults.push(Fault::new(format!("{at}/{field}"), Code::FieldRequired));
            None
        }
    }
}
