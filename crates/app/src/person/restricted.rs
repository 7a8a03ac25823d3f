//! Opening restricted fields of a person: for a purpose, which is an entry of the audit log in the same transaction.
//! Must not give a value whose entry was not written, nor put one into the entry, the log or an error.
//! Which fields are restricted is `domain::person`.

use auth::Ctx;
use domain::{
    error::{Code, Fault, Refusal},
    person::{MAX_WORDS, Person, PersonField, PersonId, Secret},
    personal_request::PersonalRequestId,
    policy::Action,
};
use persistence::{Conn, person};
use serde_json::json;

use super::{keys, request::open_request, still};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    words::words,
};

/// Which fields are wanted, and why.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Why; it is kept in the audit log.
    pub purpose: String,
    /// Restricted ones; all where none is named.
    pub fields: Vec<PersonField>,
    /// The open request of the person on whose account it is; needed while processing is restricted.
    pub request: Option<PersonalRequestId>,
}

/// What was opened: the fields that have a value.
pub type Opened = Vec<(PersonField, Secret)>;

/// Opens restricted fields of a person.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`; `BODY_INVALID` without a purpose and for fields that are not restricted; `PERSONAL_KEY_MISSING`,
/// `PERSONAL_DATA_BROKEN`.
pub async fn read(app: &App, ctx: &Ctx, id: PersonId, wanted: Wanted) -> Result<Opened, Error> {
    watched(app, ctx, Deed::new("read_personal_fields").on("person", id), async {
        ctx.allow(Action::ReadRestricted)?;
        let purpose = words("/purpose", &wanted.purpose, MAX_WORDS)?;
        let fields = restricted(wanted.fields)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let why = (purpose, wanted.request);
        app.0.db.write(move |conn| opened(&app_, conn, &ctx_, id, &why, &fields)).await
    })
    .await
}

/// The fields in their order, each once.
fn restricted(mut fields: Vec<PersonField>) -> Result<Vec<PersonField>, Refusal> {
    let wrong = fields.iter().enumerate().filter(|(_, field)| !field.is_restricted());
    let faults: Vec<Fault> = wrong.map(|(i, _)| Fault::new(format!("/fields/{i}"), Code::NotOneOf)).collect();
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults));
    }
    if fields.is_empty() {
        fields = PersonField::restricted().collect();
    }
    fields.sort_unstable();
    fields.dedup();
    Ok(fields)
}

/// A purpose, and the request behind it.
type Why = (String, Option<PersonalRequestId>);

fn opened(app: &App, conn: &mut Conn, ctx: &Ctx, id: PersonId, why: &Why, fields: &[PersonField]) -> Result<Opened, Error> {
    let ctx = &still(app, conn, ctx, Action::ReadRestricted)?;
    let person = person::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let request = may_open(conn, &person, why.1)?;
    let opened = open(app, conn, id, fields)?;
    let labels: Vec<&str> = fields.iter().map(|field| field.label()).collect();
    let told = json!({"purpose": why.0, "fields": labels, "request": request.map(|id| id.to_string())});
    record(app, conn, ctx, Deed::new("read_personal_fields").on("person", id).with(told))?;
    Ok(opened)
}

/// Whether what is kept of a person may be opened: while processing is restricted, on account of a request of the person alone.
///
/// # Errors
/// `PERSONAL_DATA_RESTRICTED`; `BODY_INVALID` for a request that is not the person's, or not open.
pub(super) fn may_open(conn: &mut Conn, person: &Person, request: Option<PersonalRequestId>) -> Result<Option<PersonalRequestId>, Error> {
    let request = open_request(conn, person.id, request)?;
    if person.restriction.is_some() && request.is_none() {
        return Err(Refusal::new(Code::PersonalDataRestricted).into());
    }
    Ok(request)
}

/// The values of these fields of a person, as far as there are any.
pub(super) fn open(app: &App, conn: &mut Conn, id: PersonId, fields: &[PersonField]) -> Result<Opened, Error> {
    let keys = keys::loaded(app)?;
    let sealed = person::sealed(conn, id)?;
    sealed.iter().filter(|one| fields.contains(&one.field)).map(|one| Ok((one.field, keys::open(&keys, one)?))).collect()
}
