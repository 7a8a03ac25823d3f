//! Everything that is kept of a person, given out at once, what is restricted included.
//! Must not be given without the entry that says for what, and to whom nobody asked: it is opened like a restricted field.
//! Opening single fields is `restricted`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    committee::CommitteeId,
    error::{Code, Refusal},
    page::{Direction, PageRequest},
    person::{MAX_WORDS, Person, PersonField, PersonId},
    personal_request::{PersonalRequestId, RequestStep},
    policy::Action,
    programme::ProgrammeId,
    reading::Confirmation,
};
use persistence::{
    Conn, account,
    audit::{self, AuditFilter},
    committee_log, feed, meeting_roster, person, personal_request, reading, session, training_part,
};
use serde_json::{Map, Value, json};

use super::{restricted, still};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    committee::{Sat, sat},
    words::words,
};

/// Entries of the audit log read at once.
const BATCH: u32 = 1000;

/// Gives out everything that is kept of a person.
///
/// # Errors
/// As opening a restricted field.
pub async fn export(app: &App, ctx: &Ctx, id: PersonId, purpose: String, request: Option<PersonalRequestId>) -> Result<Value, Error> {
    watched(app, ctx, Deed::new("export_person").on("person", id), async {
        ctx.allow(Action::ReadRestricted)?;
        let purpose = words("/purpose", &purpose, MAX_WORDS)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| exported(&app_, conn, &ctx_, id, &purpose, request)).await
    })
    .await
}

fn exported(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    id: PersonId,
    purpose: &str,
    request: Option<PersonalRequestId>,
) -> Result<Value, Error> {
    let ctx = &still(app, conn, ctx, Action::ReadRestricted)?;
    let person = person::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let request = restricted::may_open(conn, &person, request)?;
    let sealed: Vec<PersonField> = person.sealed.clone();
    // Where nothing is sealed no key is needed.
    let opened = if sealed.is_empty() { Vec::new() } else { restricted::open(app, conn, id, &sealed)? };
    let mut fields: Map<String, Value> = person
        .open
        .iter()
        .map(|(field, value)| (field.label().to_owned(), json!({"class": field.class().label(), "value": value})))
        .collect();
    fields.extend(
        opened.iter().map(|(field, value)| (field.label().to_owned(), json!({"class": field.class().label(), "value": value.reveal()}))),
    );
    let content = json!({
        "person": of_person(&person),
        "fields": fields,
        "posts": posts(app, conn, id)?,
        "seats": seats(app, conn, id)?,
        "committeeActs": committee_acts(app, conn, id)?,
        "meetings": meetings(conn, id)?,
        "trainings": trainings(app, conn, id)?,
        "confirmations": confirmations(app, conn, &person)?,
        "account": account_of(app, conn, &person)?,
        "requests": requests(conn, id)?,
        "calendarLinks": calendar_links(conn, id)?,
        "entries": entries(conn, &AuditFilter { subject: Some("person".into()), subject_id: Some(id.to_string()), ..AuditFilter::default() })?,
        "acts": acts(conn, &person)?,
        "madeAt": app.0.clock.now(),
    });
    let labels: Vec<&str> = sealed.iter().map(|field| field.label()).collect();
    let told = json!({"purpose": purpose, "fields": labels, "request": request.map(|id| id.to_string())});
    record(app, conn, ctx, Deed::new("export_person").on("person", id).with(told))?;
    Ok(content)
}

fn of_person(person: &Person) -> Value {
    json!({
        "id": person.id.to_string(), "recordedAt": person.recorded_at,
        "restriction": person.restriction.as_ref().map(|restriction| json!({"since": restriction.since, "reason": restriction.reason})),
        "pseudonymisedAt": person.pseudonymised.as_ref().map(|done| done.at),
    })
}

fn posts(app: &App, conn: &mut Conn, id: PersonId) -> Result<Vec<Value>, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let post = |(_, post): (PersonId, person::HeldPost)| {
        let agency = catalogue.agency_code(Some(post.agency)).map(|code| code.to_string());
        json!({"agency": agency, "title": post.title, "name": post.name, "isActing": post.is_acting, "from": post.from, "to": post.to,
               "document": post.document.to_string()})
    };
    Ok(person::posts(conn, &[id])?.into_iter().map(post).collect())
}

fn seats(app: &App, conn: &mut Conn, id: PersonId) -> Result<Vec<Value>, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let seat = |sat: Sat| {
        let (committee, occupant) = (catalogue.agency_code(Some(sat.committee)).map(|code| code.to_string()), sat.occupant);
        json!({"committee": committee, "role": sat.seat.role.label(), "name": occupant.name, "isExOfficio": sat.seat.office.is_some(),
               "from": occupant.validity.from, "to": occupant.validity.to, "document": occupant.basis.to_string()})
    };
    Ok(sat(conn, &catalogue, &[id])?.remove(&id).unwrap_or_default().into_iter().map(seat).collect())
}

/// The acts on committees that put the person into a seat, also those that were annulled.
fn committee_acts(app: &App, conn: &mut Conn, id: PersonId) -> Result<Vec<Value>, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let act = |(committee, day, name): (CommitteeId, NaiveDate, String)| json!({"committee": catalogue.agency_code(Some(committee)).map(|code| code.to_string()), "effectiveOn": day, "name": name});
    Ok(committee_log::naming(conn, id)?.into_iter().map(act).collect())
}

/// The meetings that were held while the person had a seat, and whether the person came.
fn meetings(conn: &mut Conn, id: PersonId) -> Result<Vec<Value>, Error> {
    let at = |sat: meeting_roster::SatAt| json!({"meeting": sat.meeting.to_string(), "startsAt": sat.starts_at, "role": sat.role, "name": sat.name, "attendance": sat.attendance});
    Ok(meeting_roster::attended_by(conn, id)?.into_iter().map(at).collect())
}

/// The trainings that the person took part in, with result and certificate.
fn trainings(app: &App, conn: &mut Conn, id: PersonId) -> Result<Vec<Value>, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let part = |took: training_part::TookPart| {
        let agency = catalogue.agency_code(Some(took.agency)).map(|code| code.to_string());
        let certificate = took.certificate.map(|(number, on)| json!({"number": number, "issuedOn": on}));
        json!({"course": took.course, "from": took.from, "to": took.to, "agency": agency, "result": took.result, "certificate": certificate})
    };
    Ok(training_part::of_person(conn, id)?.into_iter().map(part).collect())
}

/// The readings of decisions that the person answers for, by the account.
fn confirmations(app: &App, conn: &mut Conn, person: &Person) -> Result<Vec<Value>, Error> {
    let Some(account) = person.account else { return Ok(Vec::new()) };
    let catalogue = app.0.catalogue.current(conn)?;
    let one = |(programme, location, confirmed): (ProgrammeId, String, Confirmation)| {
        let by = confirmed.by.as_ref();
        json!({"programme": catalogue.programme(programme).map(|programme| programme.code.to_string()), "location": location,
               "confirmedBy": by.map(|by| &by.name), "post": by.map(|by| &by.post), "remark": by.map(|by| &by.remark),
               "agency": catalogue.agency_code(confirmed.agency).map(|code| code.to_string()), "confirmedOn": confirmed.on,
               "document": confirmed.basis.map(|id| id.to_string()), "recordedAt": confirmed.recorded_at})
    };
    Ok(reading::of_account(conn, account)?.into_iter().map(one).collect())
}

fn account_of(app: &App, conn: &mut Conn, person: &Person) -> Result<Option<Value>, Error> {
    let Some(id) = person.account else { return Ok(None) };
    let found = account::by_id(conn, id, app.0.clock.today())?;
    let shown = |account: domain::account::Account| {
        let roles: Vec<&str> = account.roles().into_iter().map(domain::account::Role::label).collect();
        json!({"id": account.id.to_string(), "login": &*account.login, "name": &*account.name, "status": account.status.label(), "roles": roles})
    };
    let Some(mut told) = found.map(shown) else { return Ok(None) };
    told["sessions"] = session::of_account(conn, id)?.iter().map(of_session).collect();
    Ok(Some(told))
}

fn of_session(session: &domain::account::Session) -> Value {
    json!({"createdAt": session.created_at, "lastUsedAt": session.last_used_at, "expiresAt": session.expires_at, "endedAt": session.ended_at,
           "network": session.network, "userAgent": session.user_agent})
}

fn requests(conn: &mut Conn, id: PersonId) -> Result<Vec<Value>, Error> {
    let found = personal_request::of_person(conn, id)?;
    let ids: Vec<PersonalRequestId> = found.iter().map(|request| request.id).collect();
    let steps = personal_request::steps(conn, &ids)?;
    let step = |step: &RequestStep| json!({"step": step.step.label(), "at": step.taken_at, "until": step.until, "reason": step.reason, "legalGround": step.legal_ground});
    let request = |request: &domain::personal_request::PersonalRequest| {
        let steps: Vec<Value> = steps.iter().filter(|(of, _)| *of == request.id).map(|(_, one)| step(one)).collect();
        json!({"id": request.id.to_string(), "kind": request.kind.label(), "channel": request.channel.label(),
               "receivedAt": request.received_at, "state": request.state.label(), "steps": steps})
    };
    Ok(found.iter().map(request).collect())
}

/// The links by which the person's calendar is read, without their secrets, which nobody has.
fn calendar_links(conn: &mut Conn, id: PersonId) -> Result<Vec<Value>, Error> {
    let link = |link: &domain::feed::FeedLink| json!({"id": link.id.to_string(), "note": link.note, "createdAt": link.created_at, "lastUsedOn": link.last_used_on, "revokedAt": link.revoked_at});
    Ok(feed::of_member(conn, id)?.iter().map(link).collect())
}

/// What the person's account did, and what was done to it, by the audit log.
fn acts(conn: &mut Conn, person: &Person) -> Result<Value, Error> {
    let Some(account) = person.account else { return Ok(Value::Null) };
    let of_account = AuditFilter { subject: Some("account".into()), subject_id: Some(account.to_string()), ..AuditFilter::default() };
    let by_account = AuditFilter { account: Some(account), ..AuditFilter::default() };
    let (mut done, on_account) = (entries(conn, &by_account)?, entries(conn, &of_account)?);
    // What was written by it is of whom it is about.
    done.iter_mut().filter_map(Value::as_object_mut).for_each(|entry| drop(entry.remove("changes")));
    Ok(json!({"done": done, "onAccount": on_account}))
}

/// What the audit log tells, the newest first; neither who acted nor from where, which is others' data.
fn entries(conn: &mut Conn, filter: &AuditFilter) -> Result<Vec<Value>, Error> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = audit::page(conn, filter, &PageRequest { direction: Direction::Forward, size: BATCH, cursor, until: None })?;
        cursor = page.items.last().map(|link| link.entry.id);
        all.extend(page.items.iter().map(|link| {
            let entry = &link.entry;
            json!({"at": entry.at, "operation": entry.operation, "subject": entry.subject.as_ref().map(|(kind, id)| json!({"kind": kind, "id": id})), "outcome": entry.outcome.label(), "changes": entry.changes})
        }));
        if !page.has_next || cursor.is_none() {
            return Ok(all);
        }
    }
}
