//! What becomes of a person's data on their request or by law: processing restricted and let go on, and pseudonymising for good.
//! Must not touch what a document prints: the rows of posts and documents keep the name that was published.
//! Requests are `request`; giving out all that is kept is `export`.

use auth::Ctx;
use domain::{
    error::{Code, Fault, Refusal},
    person::{MAX_WORDS, Person, PersonField, PersonId, Pseudonymised, Restriction, pseudonym},
    personal_request::PersonalRequestId,
    policy::Action,
    revision::Revisions,
};
use persistence::{Conn, committee, person, reading, seed::stamp_catalogue, training_part};
use serde_json::json;

use super::{request::open_request, still, write::seen};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    document::named_in,
    import::stamp,
    words::words,
};

/// Why something is done with what is kept of a person.
#[derive(Clone, Debug)]
pub struct Ground {
    pub reason: String,
    /// Number or identifier of a document.
    pub document: Option<String>,
    /// The open request of the person on whose account it is done.
    pub request: Option<PersonalRequestId>,
}

/// Restricts the processing of a person's data, or lets it go on.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` where it is so already; `BODY_INVALID`.
pub async fn restrict(
    app: &App,
    ctx: &Ctx,
    (id, revision): (PersonId, impl Into<Revisions>),
    restricted: bool,
    ground: Ground,
) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("restrict_person").on("person", id), async {
        ctx.allow(Action::HandlePersonalRequests)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| restricting(&app_, conn, &ctx_, (id, &revision), restricted, &ground)).await
    })
    .await
}

fn restricting(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    (id, revision): (PersonId, &Revisions),
    restricted: bool,
    ground: &Ground,
) -> Result<(), Error> {
    let ctx = &still(app, conn, ctx, Action::HandlePersonalRequests)?;
    let person = seen(conn, id, revision)?;
    if person.restriction.is_some() == restricted {
        return Err(Refusal::new(Code::WrongState).into());
    }
    let reason = words("/reason", &ground.reason, MAX_WORDS)?;
    let document = ground.document.as_deref().map(|number| named_in(conn, "/document", number.trim())).transpose()?;
    let request = open_request(conn, id, ground.request)?;
    let restriction = restricted.then(|| Restriction { since: app.0.clock.now(), reason: reason.clone(), document });
    if !person::advance(conn, &Person { restriction, ..person })? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    let after = json!({"restricted": restricted, "reason": reason, "document": document.map(|id| id.to_string()),
                       "request": request.map(|id| id.to_string())});
    let told = json!({"before": {"restricted": !restricted}, "after": after});
    Ok(record(app, conn, ctx, Deed::new("restrict_person").on("person", id).with(told))?)
}

/// Leaves a pseudonym of a person and nothing else in the register, for good. What documents print stays as it was published.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` for somebody who is pseudonymised; `BODY_INVALID` without a reason or
/// a document.
pub async fn pseudonymise(app: &App, ctx: &Ctx, (id, revision): (PersonId, impl Into<Revisions>), ground: Ground) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("pseudonymise_person").on("person", id), async {
        ctx.allow(Action::HandlePersonalRequests)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| pseudonymising(&app_, conn, &ctx_, (id, &revision), &ground)).await
    })
    .await
}

fn pseudonymising(app: &App, conn: &mut Conn, ctx: &Ctx, (id, revision): (PersonId, &Revisions), ground: &Ground) -> Result<(), Error> {
    let ctx = &still(app, conn, ctx, Action::HandlePersonalRequests)?;
    let person = seen(conn, id, revision)?;
    let reason = words("/reason", &ground.reason, MAX_WORDS)?;
    let missing = || Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/document", Code::FieldRequired)]);
    let document = named_in(conn, "/document", ground.document.as_deref().ok_or_else(missing)?.trim())?;
    let request = open_request(conn, id, ground.request)?;
    let erased: Vec<&str> = person.open.keys().chain(&person.sealed).map(|field| field.label()).collect();
    let told = json!({"reason": reason, "document": document.to_string(), "erased": erased, "request": request.map(|id| id.to_string())});
    let account = person.account;
    let left = Person {
        open: [(PersonField::Name, pseudonym(id))].into(),
        account: None,
        restriction: None,
        pseudonymised: Some(Pseudonymised { at: app.0.clock.now(), reason, document }),
        ..person
    };
    if !person::advance(conn, &left)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    person::unseal(conn, id, PersonField::ALL)?;
    person::unlink_posts(conn, id)?;
    // That a reading is confirmed stays; by whom was never printed.
    if let Some(account) = account {
        reading::pseudonymise(conn, account, &pseudonym(id))?;
    }
    // Rosters go on naming whom documents name, as somebody whom nothing else is known of.
    if committee::has_sat(conn, id)? {
        let printed = nobody(app, conn, &left)?;
        committee::reseat(conn, id, printed)?;
    }
    // Who took part is counted as one person still: another than rosters name, which would tell who it was.
    if training_part::has_part(conn, id)? {
        let counted = nobody(app, conn, &left)?;
        training_part::pseudonymise(conn, id, counted)?;
    }
    // Whoever reads agencies reads who of the register holds their posts.
    stamp_catalogue(conn, stamp(app))?;
    Ok(record(app, conn, ctx, Deed::new("pseudonymise_person").on("person", id).with(told))?)
}

/// Somebody of whom nothing else is known, in the place of a person who is pseudonymised.
fn nobody(app: &App, conn: &mut Conn, left: &Person) -> Result<PersonId, Error> {
    let id: PersonId = app.0.ids.next();
    let nobody = Person { id, open: [(PersonField::Name, pseudonym(id))].into(), revision: 1, ..left.clone() };
    person::insert(conn, &nobody)?;
    Ok(id)
}
