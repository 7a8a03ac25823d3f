//! Making, changing, removing webhooks, and their secrets.
//! Must not let anybody have more sent than they may know: who makes, changes or enables a webhook answers for it from then on.
//! What is sent is decided anew for each message, in the parent module.

use auth::{Ctx, WebhookSecret, digest};
use chrono::TimeDelta;
use domain::{
    account::AccountId,
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    event::EventKind,
    policy::Action,
    programme::ProgrammeId,
    revision::Revisions,
    webhook::{
        Delivery, DeliveryState, DisabledReason, MAX_DESCRIPTION, MAX_WEBHOOKS, OVERLAP_HOURS, TEST, Webhook, WebhookId, WebhookStatus,
    },
};
use persistence::{
    Conn, delivery, outbox,
    webhook::{self as stored, Sealed},
};
use serde_json::{Value, json};

use super::may;
use crate::{
    App, Error, Made, OnceKey,
    audit::{Deed, record, watched},
    idempotency::made_once,
    identity::current,
    words::read,
};

/// A webhook as somebody wants it.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    pub url: String,
    /// Code; none for one that is told whatever its administrator may know. It stays as it was made.
    pub agency: Option<String>,
    pub description: Option<String>,
    /// Labels; all where none is named.
    pub kinds: Vec<String>,
    /// Code.
    pub programme: Option<String>,
    /// The number in the feed after which it is told; what happens from now on where nothing is said. It counts when one is made.
    pub since: Option<i64>,
}

/// A webhook that was made, or a secret of it, with that secret, which is shown to nobody but whoever makes it.
#[derive(Clone, Debug)]
pub struct NewlyMade {
    pub webhook: Webhook,
    pub secret: String,
}

/// What a sealed secret is bound to.
pub(super) fn purpose(id: WebhookId) -> String {
    format!("secret of webhook {id}")
}

/// A new secret, sealed.
fn new_secret(app: &App, id: WebhookId) -> Result<String, Error> {
    let secret = WebhookSecret::generate().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
    let sealed = app.0.tokens.keys().seals().seal(&purpose(id), secret.bytes());
    sealed.map_err(|_| Error::Internal("there is no key that seals"))
}

/// What is named in a webhook, resolved.
struct Named {
    url: String,
    description: Option<String>,
    kinds: Vec<EventKind>,
    programme: Option<ProgrammeId>,
}

fn resolved(app: &App, conn: &mut Conn, new: &NewWebhook) -> Result<Named, Error> {
    let mut faults = Vec::new();
    let url = app.0.webhooks.targets().read("/url", &new.url).map_err(|fault| faults.push(fault));
    let description = new.description.as_deref().map(|words| read("/description", words, MAX_DESCRIPTION)).transpose();
    let description = description.map_err(|fault| faults.push(fault));
    let mut kinds = Vec::new();
    for (i, label) in new.kinds.iter().enumerate() {
        match label.parse::<EventKind>() {
            Ok(kind) if kinds.contains(&kind) => faults.push(Fault::new(format!("/kinds/{i}"), Code::Duplicate)),
            Ok(kind) => kinds.push(kind),
            Err(_) => faults.push(Fault::new(format!("/kinds/{i}"), Code::NotOneOf)),
        }
    }
    let mut programme = None;
    if let Some(code) = &new.programme {
        programme = app.0.catalogue.current(conn)?.programme_by_code(code).map(|programme| programme.id);
        if programme.is_none() {
            faults.push(Fault::new("/programme", Code::ProgrammeUnknown));
        }
    }
    match (url, description) {
        (Ok(url), Ok(description)) if faults.is_empty() => Ok(Named { url: url.into(), description, kinds, programme }),
        _ => Err(Refusal::with_faults(Code::BodyInvalid, faults).into()),
    }
}

/// Whose a new webhook is.
fn agency(app: &App, conn: &mut Conn, ctx: &Ctx, code: Option<&str>) -> Result<Option<AgencyId>, Error> {
    let scope = ctx.webhook_scope();
    let found = match code {
        Some(code) => app.0.catalogue.current(conn)?.agency_by_code(code).map(|agency| agency.id),
        None => None,
    };
    match code {
        // Whoever speaks for one agency is not told which others there are.
        Some(_) if found.is_none() && scope.is_all() => {
            Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/agency", Code::ReferenceUnknown)]).into())
        }
        Some(_) if found.is_none() || !may(&scope, found) => Err(Refusal::new(Code::AgencyNotYours).into()),
        None if !may(&scope, None) => {
            let words = ("Nêu cơ quan của mình.", "Name the agency that it is for.");
            let fault = Fault::worded("/agency", Code::FieldRequired, words.0, words.1);
            Err(Refusal::with_faults(Code::BodyInvalid, vec![fault]).into())
        }
        _ => Ok(found),
    }
}

fn account(ctx: &Ctx) -> Result<AccountId, Error> {
    Ok(ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id)
}

/// What the audit log tells of a webhook.
fn told(app: &App, conn: &mut Conn, webhook: &Webhook) -> Result<Value, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let kinds: Vec<&str> = webhook.kinds.iter().map(|kind| kind.label()).collect();
    let programme = webhook.programme.and_then(|id| catalogue.programme(id)).map(|programme| programme.code.to_string());
    Ok(json!({"url": webhook.url, "agency": catalogue.agency_code(webhook.agency).map(|code| code.to_string()), "kinds": kinds,
              "description": webhook.description, "programme": programme, "status": webhook.status.label(),
              "disabledReason": webhook.disabled.map(|(reason, _)| reason.label())}))
}

/// Makes a webhook.
///
/// # Errors
/// `FORBIDDEN`; `AGENCY_NOT_YOURS` for another agency; `TOO_MANY_WEBHOOKS`; `BODY_INVALID` with every fault.
pub async fn create(app: &App, ctx: &Ctx, new: NewWebhook, key: Option<OnceKey>) -> Result<Made<NewlyMade>, Error> {
    const CREATE: &str = "create_webhook";
    watched(app, ctx, Deed::new(CREATE), async {
        ctx.allow(Action::ManageWebhooks)?;
        let id: WebhookId = app.0.ids.next();
        let sealed = new_secret(app, id)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let store = move |conn: &mut Conn| -> Result<Signing, Error> {
            let ctx = &current(&app_, conn, &ctx_)?;
            ctx.allow(Action::ManageWebhooks)?;
            let agency = agency(&app_, conn, ctx, new.agency.as_deref())?;
            let named = resolved(&app_, conn, &new)?;
            let head = outbox::head(conn)?;
            let seen = new.since.unwrap_or(head);
            if !(0..=head).contains(&seen) {
                let code = if seen < 0 { Code::OutOfRange } else { Code::SinceUnknown };
                return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/since", code)]).into());
            }
            if stored::count_of(conn, agency)? >= MAX_WEBHOOKS {
                return Err(Refusal::new(Code::TooManyWebhooks).into());
            }
            let now = app_.0.clock.now();
            let webhook = Webhook {
                id,
                agency,
                owner: account(ctx)?,
                url: named.url.into(),
                description: named.description.map(Into::into),
                kinds: named.kinds,
                programme: named.programme,
                status: WebhookStatus::Active,
                disabled: None,
                revision: 1,
                created_at: now,
                changed_at: now,
                seen,
                previous_until: None,
                last_success_at: None,
                failing_since: None,
            };
            stored::insert(conn, &webhook, &sealed)?;
            let after = told(&app_, conn, &webhook)?;
            record(&app_, conn, ctx, Deed::new(CREATE).on("webhook", id).with(json!({"after": after})))?;
            Ok((id, digest(sealed.as_bytes())))
        };
        let done = made_by(app, ctx, CREATE, key, store).await?;
        app.tell_news();
        Ok(done)
    })
    .await
}

/// A webhook, and the digest of a secret of it as it was sealed.
type Signing = (WebhookId, String);

/// Makes a secret, once for the key where there is one: of the account and not of its agency, as the answer tells it.
async fn made_by(
    app: &App,
    ctx: &Ctx,
    operation: &'static str,
    key: Option<OnceKey>,
    make: impl FnMut(&mut Conn) -> Result<Signing, Error> + Send + 'static,
) -> Result<Made<NewlyMade>, Error> {
    let of = (operation, account(ctx)?.uuid());
    let done = made_once(app, (ctx, Action::ManageWebhooks), of, key, make).await?;
    let (app_, ctx_) = (app.clone(), ctx.clone());
    let made = app.0.db.read(move |conn| newly_made(&app_, conn, &ctx_, &done.made)).await?;
    Ok(Made { made, is_replay: done.is_replay })
}

/// A webhook with the secret that was made, as long as that is the one that signs: another may be somebody else's.
fn newly_made(app: &App, conn: &mut Conn, ctx: &Ctx, (id, made): &Signing) -> Result<NewlyMade, Error> {
    let ctx = &current(app, conn, ctx)?;
    let webhook = own(conn, ctx, (*id, &Revisions::Any))?;
    let sealed = stored::sealed(conn, *id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if digest(sealed.present.as_bytes()) != *made {
        let words = (
            "Khóa bí mật mà yêu cầu này tạo ra đã được thay bằng khóa khác.",
            "Another secret is in the place of the one that this request made.",
        );
        return Err(Refusal::worded(Code::WrongState, words.0, words.1).into());
    }
    let opened = app.0.tokens.keys().seals().open(&purpose(*id), &sealed.present);
    let secret = opened.map_err(|_| Error::Internal("the secret of a webhook cannot be opened"))?;
    Ok(NewlyMade { webhook, secret: WebhookSecret::of(secret).reveal() })
}

/// Changes a webhook that is the caller's to keep and has this revision.
async fn changed(
    app: &App,
    ctx: &Ctx,
    operation: &'static str,
    (id, revision): (WebhookId, Revisions),
    change: impl Fn(&App, &mut Conn, &Ctx, Webhook) -> Result<Webhook, Error> + Send + 'static,
) -> Result<Webhook, Error> {
    let done = watched(app, ctx, Deed::new(operation).on("webhook", id), async {
        ctx.allow(Action::ManageWebhooks)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<Webhook, Error> {
            let ctx = &current(&app_, conn, &ctx_)?;
            let before = own(conn, ctx, (id, &revision))?;
            let next = Webhook { revision: before.revision + 1, changed_at: app_.0.clock.now(), owner: account(ctx)?, ..before.clone() };
            let after = change(&app_, conn, ctx, next)?;
            if !stored::advance(conn, &after)? {
                return Err(Refusal::new(Code::PreconditionFailed).into());
            }
            let is_enabled = before.status == WebhookStatus::Disabled && after.status == WebhookStatus::Active;
            if is_enabled || before.url != after.url {
                // What failed has failed for a reason that may be gone.
                delivery::afresh(conn, id, None, after.changed_at)?;
            }
            let changes = json!({"before": told(&app_, conn, &before)?, "after": told(&app_, conn, &after)?});
            record(&app_, conn, ctx, Deed::new(operation).on("webhook", id).with(changes))?;
            Ok(after)
        };
        app.0.db.write(work).await
    })
    .await?;
    app.tell_news();
    Ok(done)
}

/// The webhook, if it is the caller's to keep and has this revision.
pub(super) fn own(conn: &mut Conn, ctx: &Ctx, (id, revision): (WebhookId, &Revisions)) -> Result<Webhook, Error> {
    ctx.allow(Action::ManageWebhooks)?;
    let found = stored::by_id(conn, id)?.filter(|webhook| may(&ctx.webhook_scope(), webhook.agency));
    let found = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    revision.check(found.revision)?;
    Ok(found)
}

/// Writes a webhook anew, which has this revision. Its agency stays, and what waits is sent as it was queued: at once, and with all
/// tries before it, where the address is another.
///
/// # Errors
/// As [`create`]; `NOT_FOUND`, `PRECONDITION_FAILED`.
pub async fn update(app: &App, ctx: &Ctx, id: WebhookId, revision: Revisions, new: NewWebhook) -> Result<Webhook, Error> {
    changed(app, ctx, "update_webhook", (id, revision), move |app, conn, _, next| {
        let named = resolved(app, conn, &new)?;
        let agency = new.agency.as_deref().map(|code| app.0.catalogue.current(conn).map(|known| known.agency_by_code(code).map(|a| a.id)));
        if agency.transpose()?.is_some_and(|agency| agency != next.agency) {
            let words =
                ("Không đổi được cơ quan của một webhook; hãy tạo webhook khác.", "The agency of a webhook stays; make another one.");
            let fault = Fault::worded("/agency", Code::RuleBroken, words.0, words.1);
            return Err(Refusal::with_faults(Code::BodyInvalid, vec![fault]).into());
        }
        let (url, description) = (named.url.into(), named.description.map(Into::into));
        Ok(Webhook { url, description, kinds: named.kinds, programme: named.programme, ..next })
    })
    .await
}

/// Sends to a webhook again, from where it stopped: what waits is due at once, and has all its tries before it.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` for one that is active; `BODY_INVALID` where its address is not let any more.
pub async fn enable(app: &App, ctx: &Ctx, id: WebhookId, revision: Revisions) -> Result<Webhook, Error> {
    changed(app, ctx, "enable_webhook", (id, revision), |app, _, _, next| {
        if next.status == WebhookStatus::Active {
            return Err(Refusal::new(Code::WrongState).into());
        }
        app.0.webhooks.targets().read("/url", &next.url).map_err(|fault| Refusal::with_faults(Code::BodyInvalid, vec![fault]))?;
        Ok(Webhook { status: WebhookStatus::Active, disabled: None, failing_since: None, ..next })
    })
    .await
}

/// Ends sending to a webhook until it is enabled again; what happens meanwhile waits.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` for one that is disabled.
pub async fn disable(app: &App, ctx: &Ctx, id: WebhookId, revision: Revisions) -> Result<Webhook, Error> {
    changed(app, ctx, "disable_webhook", (id, revision), |_, _, _, next| {
        if next.status == WebhookStatus::Disabled {
            return Err(Refusal::new(Code::WrongState).into());
        }
        Ok(Webhook { status: WebhookStatus::Disabled, disabled: Some((DisabledReason::ByHand, next.changed_at)), ..next })
    })
    .await
}

/// Removes a webhook with the log of what was sent to it; the audit log keeps that it was there.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`.
pub async fn delete(app: &App, ctx: &Ctx, id: WebhookId, revision: Revisions) -> Result<(), Error> {
    const DELETE: &str = "delete_webhook";
    watched(app, ctx, Deed::new(DELETE).on("webhook", id), async {
        ctx.allow(Action::ManageWebhooks)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<(), Error> {
            let ctx = &current(&app_, conn, &ctx_)?;
            let before = own(conn, ctx, (id, &revision))?;
            stored::delete(conn, id)?;
            let before = told(&app_, conn, &before)?;
            Ok(record(&app_, conn, ctx, Deed::new(DELETE).on("webhook", id).with(json!({ "before": before })))?)
        };
        app.0.db.write(work).await
    })
    .await
}

/// Puts a new secret in the place of the present one, which signs for so many hours as well, [`OVERLAP_HOURS`] where nothing is said.
/// Two are kept at most: what the present one was put in the place of signs no more, whatever was said of it, so that a secret which
/// is known to somebody can be got rid of at once.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `BODY_INVALID` for hours out of range.
pub async fn rotate(
    app: &App,
    ctx: &Ctx,
    (id, revision): (WebhookId, Revisions),
    overlap_hours: Option<i32>,
    key: Option<OnceKey>,
) -> Result<Made<NewlyMade>, Error> {
    const ROTATE: &str = "rotate_webhook_secret";
    watched(app, ctx, Deed::new(ROTATE).on("webhook", id), async {
        ctx.allow(Action::ManageWebhooks)?;
        let (usual, most) = OVERLAP_HOURS;
        let hours = overlap_hours.unwrap_or(usual);
        let present = new_secret(app, id)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<Signing, Error> {
            let ctx = &current(&app_, conn, &ctx_)?;
            let webhook = own(conn, ctx, (id, &revision))?;
            if !(0..=most).contains(&hours) {
                return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/overlapHours", Code::OutOfRange)]).into());
            }
            let before = stored::sealed(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
            let now = app_.0.clock.now();
            let until = (hours > 0).then(|| now + TimeDelta::hours(hours.into()));
            let sealed = Sealed { present: present.clone(), previous: until.map(|until| (before.present, until)) };
            if !stored::rotate(conn, (id, webhook.revision), &sealed, now)? {
                return Err(Refusal::new(Code::PreconditionFailed).into());
            }
            let after = json!({"secret": "***", "previousUntil": until});
            record(&app_, conn, ctx, Deed::new(ROTATE).on("webhook", id).with(json!({ "after": after })))?;
            Ok((id, digest(present.as_bytes())))
        };
        made_by(app, ctx, ROTATE, key, work).await
    })
    .await
}

/// Sends a message that tells of nothing.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`; `WRONG_STATE` for one that is disabled.
pub async fn test(app: &App, ctx: &Ctx, id: WebhookId, revision: Revisions) -> Result<Delivery, Error> {
    const SEND: &str = "test_webhook";
    let sent = watched(app, ctx, Deed::new(SEND).on("webhook", id), async {
        ctx.allow(Action::ManageWebhooks)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let work = move |conn: &mut Conn| -> Result<Delivery, Error> {
            let ctx = &current(&app_, conn, &ctx_)?;
            if own(conn, ctx, (id, &revision))?.status == WebhookStatus::Disabled {
                return Err(Refusal::new(Code::WrongState).into());
            }
            let message = queued(&app_, id, (None, TEST.to_owned(), id.uuid()));
            delivery::insert(conn, std::slice::from_ref(&message))?;
            record(&app_, conn, ctx, Deed::new(SEND).on("webhook", id).with(json!({"after": {"delivery": message.id}})))?;
            Ok(message)
        };
        app.0.db.write(work).await
    })
    .await?;
    app.tell_news();
    Ok(sent)
}

/// A message that waits: number of the event, kind, what it is about.
pub(super) fn queued(app: &App, webhook: WebhookId, (seq, kind, subject): (Option<i64>, String, uuid::Uuid)) -> Delivery {
    let now = app.0.clock.now();
    Delivery {
        id: app.0.ids.next(),
        webhook,
        seq,
        kind,
        subject,
        state: DeliveryState::Pending,
        attempts: 0,
        tries: 0,
        created_at: now,
        due_at: now,
        first_tried_at: None,
        ended_at: None,
        last: None,
    }
}
