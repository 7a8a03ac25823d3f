//! Writing people down and changing what is kept of them.
//! Must not store a restricted value but sealed, nor tell one to the audit log.
//! What may be a value is `domain::person`; sealing is `keys`.

use auth::Ctx;
use domain::{
    account::{AccountId, AccountKind},
    error::{Code, Fault, Refusal},
    patch::Patch,
    person::{Person, PersonField, PersonId, PersonValues, Secret, told},
    personal_request::PersonalRequestId,
    policy::Action,
    revision::Revisions,
};
use persistence::{Conn, DbError, account, person};
use serde_json::{Value, json};

use super::{keys, restricted::may_open, still};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    words::read,
};

/// Writes a person down.
///
/// # Errors
/// `FORBIDDEN`; `BODY_INVALID` with every fault; `ALREADY_EXISTS` for an account that another person has; `PERSONAL_KEY_MISSING`.
pub async fn create(app: &App, ctx: &Ctx, values: PersonValues, account: Option<AccountId>) -> Result<PersonId, Error> {
    watched(app, ctx, Deed::new("create_person"), async {
        ctx.allow(Action::ManagePersons)?;
        let mut values = values;
        values.entry(PersonField::Name).or_insert(None);
        let values = checked(app, values)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| store(&app_, conn, &ctx_, &values, account)).await
    })
    .await
}

/// The values in the form in which they are kept; every fault at once, none with the value.
fn checked(app: &App, values: PersonValues) -> Result<PersonValues, Refusal> {
    let (today, mut faults) = (app.0.clock.today(), Vec::new());
    let mut kept = PersonValues::new();
    for (field, value) in values {
        let value = match value {
            None if field == PersonField::Name => Err(Fault::new(field.pointer(), Code::FieldRequired)),
            None => Ok(None),
            Some(secret) => read(&field.pointer(), secret.reveal(), field.most())
                .and_then(|text| field.check(&text, today).map(|()| Some(Secret::new(text)))),
        };
        match value {
            Ok(value) => drop(kept.insert(field, value)),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(kept) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults)) }
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, values: &PersonValues, account: Option<AccountId>) -> Result<PersonId, Error> {
    let ctx = &still(app, conn, ctx, Action::ManagePersons)?;
    let mut person = Person {
        id: app.0.ids.next(),
        open: std::collections::BTreeMap::default(),
        sealed: Vec::new(),
        account: None,
        restriction: None,
        pseudonymised: None,
        revision: 1,
        recorded_at: app.0.clock.now(),
    };
    let changes = told(&person.open, values);
    linked(app, conn, &mut person, account)?;
    set_open(&mut person, values);
    person::insert(conn, &person).map_err(is_taken)?;
    set_sealed(app, conn, person.id, values)?;
    record(app, conn, ctx, Deed::new("create_person").on("person", person.id).with(noted(&changes, person.account, None)))?;
    Ok(person.id)
}

fn noted(changes: &Value, account: Option<AccountId>, request: Option<PersonalRequestId>) -> Value {
    json!({"fields": changes, "account": account.map(|id| id.to_string()), "request": request.map(|id| id.to_string())})
}

/// Links a person with somebody's account.
fn linked(app: &App, conn: &mut Conn, person: &mut Person, account: Option<AccountId>) -> Result<(), Error> {
    if let Some(id) = account {
        let found = account::by_id(conn, id, app.0.clock.today())?.filter(|account| account.kind == AccountKind::User);
        found.ok_or_else(|| Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/account", Code::ReferenceUnknown)]))?;
    }
    person.account = account;
    Ok(())
}

/// An account is one person's.
fn is_taken(error: DbError) -> Error {
    match error {
        DbError::Unique(_) => Refusal::with_faults(Code::AlreadyExists, vec![Fault::new("/account", Code::Duplicate)]).into(),
        other => other.into(),
    }
}

fn set_open(person: &mut Person, values: &PersonValues) {
    for (field, value) in values.iter().filter(|(field, _)| !field.is_restricted()) {
        match value {
            Some(secret) => drop(person.open.insert(*field, secret.reveal().to_owned())),
            None => drop(person.open.remove(field)),
        }
    }
}

/// Seals what is restricted in the place of what was there.
fn set_sealed(app: &App, conn: &mut Conn, id: PersonId, values: &PersonValues) -> Result<(), Error> {
    let restricted: Vec<_> = values.iter().filter(|(field, _)| field.is_restricted()).collect();
    if restricted.is_empty() {
        return Ok(());
    }
    let given: Vec<_> = restricted.iter().filter_map(|(field, value)| Some((**field, value.as_ref()?))).collect();
    let sealed = if given.is_empty() { Vec::new() } else { keys::seal(&keys::loaded(app)?, id, &given)? };
    person::unseal(conn, id, &restricted.iter().map(|(field, _)| **field).collect::<Vec<_>>())?;
    Ok(person::seal(conn, &sealed)?)
}

/// What to change of a person.
#[derive(Clone, Debug)]
pub struct Edit {
    pub values: PersonValues,
    pub account: Patch<AccountId>,
    /// The open request of the person on whose account it is; needed while processing is restricted.
    pub request: Option<PersonalRequestId>,
}

/// Changes what is kept of a person whose revision the caller has seen.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` for somebody who is pseudonymised; and as [`create`].
pub async fn update(app: &App, ctx: &Ctx, (id, revision): (PersonId, impl Into<Revisions>), edit: Edit) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("update_person").on("person", id), async {
        ctx.allow(Action::ManagePersons)?;
        let edit = Edit { values: checked(app, edit.values)?, ..edit };
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| change(&app_, conn, &ctx_, (id, &revision), &edit)).await
    })
    .await
}

/// The person, if it is there, has the revision that the caller has seen, and is not only a pseudonym.
pub(super) fn seen(conn: &mut Conn, id: PersonId, revision: &Revisions) -> Result<Person, Error> {
    let found = person::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    revision.check(found.revision)?;
    if found.pseudonymised.is_some() { Err(Refusal::new(Code::WrongState).into()) } else { Ok(found) }
}

fn change(app: &App, conn: &mut Conn, ctx: &Ctx, (id, revision): (PersonId, &Revisions), edit: &Edit) -> Result<(), Error> {
    let Edit { values, account, request } = edit;
    let ctx = &still(app, conn, ctx, Action::ManagePersons)?;
    let mut person = seen(conn, id, revision)?;
    let request = may_open(conn, &person, *request)?;
    let changes = told(&person.open, values);
    if *account != Patch::Absent {
        let after = account.apply(person.account);
        linked(app, conn, &mut person, after)?;
    }
    set_open(&mut person, values);
    if !person::advance(conn, &person).map_err(is_taken)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    set_sealed(app, conn, id, values)?;
    Ok(record(app, conn, ctx, Deed::new("update_person").on("person", id).with(noted(&changes, person.account, request)))?)
}
