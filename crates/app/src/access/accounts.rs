//! Accounts: listing, making, changing, disabling.
//! Must not change the caller's own, and never removes one: what it did stays its own.
//! Secrets and sessions are `credentials`, roles `grants`.

use std::{net::IpAddr, sync::Arc};

use auth::{ClientSecret, Ctx, random_token};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::{Account, AccountId, AccountKind, AccountStatus, Held, Limits, Role, RoleScope, Scopes},
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    patch::Patch,
    policy::Action,
    text,
    validity::Validity,
};
use ipnet::{IpNet, Ipv4Net};
use persistence::{Conn, DbError, account, account::Listed, account::NewAccount, secret, session};
use serde_json::{Value, json};

use super::{
    existing,
    grants::{self, GrantDraft, Terms},
    may_manage, still_managing,
};
use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    identity::password::turn,
    listing::{Listing, PageArgs},
};

/// An account to make.
#[derive(Clone, Debug)]
pub struct AccountDraft {
    pub kind: AccountKind,
    /// `client_id` or user name.
    pub login: String,
    pub name: String,
    /// Code; needed for a service account.
    pub agency: Option<String>,
    /// Roles from the start, those of agencies for the account's own.
    pub roles: Vec<Role>,
    /// For how long they are given, and on what ground.
    pub terms: Terms,
    pub scopes: Scopes,
    pub expires_at: Option<DateTime<Utc>>,
    /// Networks (CIDR) from which it may be used; any where there are none.
    pub networks: Vec<String>,
}

/// What to change of an account; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    pub name: Option<String>,
    pub status: Option<AccountStatus>,
    pub scopes: Option<Scopes>,
    pub expires_at: Patch<DateTime<Utc>>,
    pub networks: Option<Vec<String>>,
}

/// Which accounts.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    pub kind: Option<AccountKind>,
    /// Code.
    pub agency: Option<String>,
}

/// A page of accounts by login.
///
/// # Errors
/// `FORBIDDEN` without the right; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &AccountFilter, args: &PageArgs) -> Result<Listing<Listed>, Error> {
    watched(view.app(), view.ctx(), Deed::new("list_accounts"), async {
        view.ctx().allow(Action::ReadAccounts)?;
        let list = format!("accounts {filter:?}");
        let (request, today, kind) = (args.request::<String>(&list)?, view.today(), filter.kind);
        let agency = match &filter.agency {
            None => None,
            Some(code) => match view.catalogue().await?.agency_by_code(code) {
                Some(agency) => Some(agency.id),
                None => return Ok(Listing::default()),
            },
        };
        let page = view.read(move |conn| account::page(conn, kind, agency, &request, today)).await?;
        Ok(Listing::of(page, &list, |listed| listed.account.login.to_string()))
    })
    .await
}

/// The account with this identifier.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn by_id(view: &View, id: AccountId) -> Result<Option<Listed>, Error> {
    watched(view.app(), view.ctx(), Deed::new("get_account").on("account", id), async {
        view.ctx().allow(Action::ReadAccounts)?;
        let today = view.today();
        view.read(move |conn| account::listed(conn, id, today)).await
    })
    .await
}

/// The account with this login.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn by_login(view: &View, login: &str) -> Result<Option<Listed>, Error> {
    view.ctx().allow(Action::ReadAccounts)?;
    let (login, today) = (login.to_owned(), view.today());
    view.read(move |conn| account::by_login(conn, &login, today)).await
}

/// Makes an account and gives its secret: a client secret, or a random first password.
///
/// # Errors
/// `ALREADY_EXISTS` for a login in use; `BODY_INVALID` with every fault.
pub async fn create(app: &App, ctx: &Ctx, draft: AccountDraft) -> Result<(AccountId, String), Error> {
    watched(app, ctx, Deed::new("create_account"), async {
        ctx.allow(Action::ManageAccounts)?;
        let mut faults = faults(&draft, app.0.clock.today());
        faults.extend(over(draft.expires_at, app.0.clock.now()));
        if !faults.is_empty() {
            return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
        }
        let (kept, shown) = secret_for(app, ctx, draft.kind).await?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let id = app.0.db.write(move |conn| -> Result<AccountId, Error> { insert(&app_, conn, &ctx_, &draft, &kept) }).await?;
        Ok((id, shown))
    })
    .await
}

/// What is kept of a new secret.
enum Kept {
    Secret(String),
    Password(String),
}

async fn secret_for(app: &App, ctx: &Ctx, kind: AccountKind) -> Result<(Kept, String), Error> {
    let no_randomness = |_| Error::Internal("the operating system gives no randomness");
    match kind {
        AccountKind::Service => {
            let secret = ClientSecret::generate().map_err(no_randomness)?;
            Ok((Kept::Secret(secret.digest()), secret.reveal().to_owned()))
        }
        AccountKind::User => {
            let password = random_token().map_err(no_randomness)?;
            Ok((Kept::Password(hashed(app, ctx, password.clone()).await?), password))
        }
    }
}

/// The hash of a password.
pub(super) async fn hashed(app: &App, ctx: &Ctx, password: String) -> Result<String, Error> {
    let (turn, app) = (turn(app, ctx).await?, app.clone());
    let hashed = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        app.0.passwords.hash(&password)
    });
    hashed.await.ok().and_then(Result::ok).ok_or(Error::Internal("hashing a password failed"))
}

/// What an administrator may write of an account.
fn faults(draft: &AccountDraft, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let is_login = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    if !(2..=64).contains(&draft.login.len()) || !draft.login.chars().all(is_login) {
        faults.push(Fault::new("/login", Code::PatternMismatch));
    }
    faults.extend(name_fault(&draft.name));
    faults.extend(network_faults(&draft.networks));
    faults.extend(draft.terms.fault(today));
    if draft.scopes.is_empty() {
        faults.push(Fault::new("/scopes", Code::FieldRequired));
    }
    if draft.kind == AccountKind::Service && draft.agency.is_none() {
        faults.push(Fault::new("/agency", Code::FieldRequired));
    }
    if draft.roles.is_empty() && draft.terms != Terms::default() {
        let words = ("Không có vai trò nào cho thời hạn hay văn bản này.", "There is no role that these days or this document are for.");
        faults.push(Fault::worded("/roles", Code::RuleBroken, words.0, words.1));
    }
    for (i, role) in draft.roles.iter().enumerate() {
        if role.scope() == RoleScope::Agency && draft.agency.is_none() {
            let words = ("Vai trò này cần có cơ quan.", "This role needs an agency.");
            faults.push(Fault::worded(format!("/roles/{i}"), Code::RuleBroken, words.0, words.1));
        }
        if draft.roles[..i].contains(role) {
            faults.push(Fault::new(format!("/roles/{i}"), Code::Duplicate));
        }
    }
    faults
}

/// An end that has passed already would make what nobody can use.
fn over(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Fault> {
    expires_at.is_some_and(|end| end <= now).then(|| Fault::new("/expiresAt", Code::OutOfRange))
}

fn name_fault(name: &str) -> Option<Fault> {
    let is_fine = (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control) && text::storable(name);
    if !is_fine {
        return Some(Fault::new("/name", Code::LengthOutOfRange));
    }
    text::shows_nothing(name).then(|| Fault::new("/name", Code::PatternMismatch))
}

fn network_faults(networks: &[String]) -> impl Iterator<Item = Fault> {
    let bad = networks.iter().enumerate().filter(|(_, network)| network_of(network).is_none());
    bad.map(|(i, _)| Fault::new(format!("/networks/{i}"), Code::PatternMismatch))
}

/// The network that a text names: an address alone is a network of one, and IPv4 written as IPv6 is what callers are compared as.
fn network_of(text: &str) -> Option<IpNet> {
    let net = text.parse::<IpNet>().ok().or_else(|| Some(text.parse::<IpAddr>().ok()?.into()))?;
    match net {
        IpNet::V6(mapped) if mapped.prefix_len() >= 96 => {
            let plain = mapped.addr().to_ipv4_mapped().and_then(|address| Ipv4Net::new(address, mapped.prefix_len() - 96).ok());
            Some(plain.map_or(net, IpNet::V4))
        }
        _ => Some(net),
    }
}

/// Networks as they are kept.
fn joined(networks: &[String]) -> Option<Arc<str>> {
    let kept: Vec<String> = networks.iter().filter_map(|network| network_of(network)).map(|net| net.to_string()).collect();
    (!kept.is_empty()).then(|| kept.join(" ").into())
}

/// A collective speaks through its members, each with a system of its own.
fn of_collective() -> Refusal {
    let words =
        ("Tài khoản hệ thống thuộc về một cơ quan, không phải một nhóm cơ quan.", "A system belongs to one agency, not to a collective.");
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::worded("/agency", Code::RuleBroken, words.0, words.1)])
}

/// What the roles of a draft give, each as if it were given by itself.
fn given(catalogue: &Catalogue, draft: &AccountDraft, today: NaiveDate) -> Result<Vec<(Held, Validity)>, Vec<Fault>> {
    let one = |role: &Role| {
        let agency = draft.agency.clone().filter(|_| role.scope() == RoleScope::Agency);
        grants::judged(catalogue, &GrantDraft { role: *role, agency, programme: None, terms: draft.terms.clone() }, today)
    };
    draft.roles.iter().map(one).collect()
}

fn insert(app: &App, conn: &mut Conn, ctx: &Ctx, draft: &AccountDraft, kept: &Kept) -> Result<AccountId, Error> {
    let ctx = &still_managing(app, conn, ctx, None)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let agency: Option<AgencyId> = match &draft.agency {
        Some(code) => {
            let agency = catalogue.agency_by_code(code).ok_or_else(|| super::invalid("/agency", Code::ReferenceUnknown))?;
            if draft.kind == AccountKind::Service && agency.collective.is_some() {
                return Err(of_collective().into());
            }
            Some(agency.id)
        }
        None => None,
    };
    let given = given(&catalogue, draft, app.0.clock.today()).map_err(|faults| Refusal::with_faults(Code::BodyInvalid, faults))?;
    let (id, now) = (app.0.ids.next(), app.0.clock.now());
    let new = NewAccount {
        id,
        kind: draft.kind,
        login: draft.login.clone(),
        name: text::normalise(&draft.name),
        agency,
        password_hash: match kept {
            Kept::Password(hash) => Some(hash.clone()),
            Kept::Secret(_) => None,
        },
        limits: Limits { expires_at: draft.expires_at, networks: joined(&draft.networks) },
        scopes: draft.scopes,
        external: None,
        created_at: now,
    };
    account::insert(conn, &new).map_err(|error| match error {
        DbError::Unique(_) => Error::Refused(Refusal::new(Code::AlreadyExists)),
        other => Error::Db(other),
    })?;
    if let Kept::Secret(digest) = kept {
        secret::insert_secret(conn, app.0.ids.next_uuid(), id, digest, now, None)?;
    }
    for given in given {
        grants::keep(app, conn, id, given, draft.terms.basis)?;
    }
    let roles: Vec<&str> = draft.roles.iter().map(|role| role.label()).collect();
    let mut after = json!({"kind": draft.kind.label(), "login": draft.login, "name": draft.name, "agency": draft.agency, "roles": roles,
                       "scopes": draft.scopes.to_string(), "expiresAt": draft.expires_at, "networks": draft.networks});
    draft.terms.tell(&mut after);
    record(app, conn, ctx, Deed::new("create_account").on("account", id).with(json!({ "after": after })))?;
    Ok(id)
}

/// Changes an account. Disabling it ends its sessions; its tokens are worth nothing within seconds.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`, `BODY_INVALID` with every fault.
pub async fn update(app: &App, ctx: &Ctx, id: AccountId, change: AccountChange) -> Result<(), Error> {
    watched(app, ctx, Deed::new("update_account").on("account", id), async {
        may_manage(ctx, id)?;
        let mut faults: Vec<Fault> = change.name.as_deref().and_then(name_fault).into_iter().collect();
        faults.extend(network_faults(change.networks.as_deref().unwrap_or_default()));
        if change.scopes.is_some_and(Scopes::is_empty) {
            faults.push(Fault::new("/scopes", Code::FieldRequired));
        }
        if !faults.is_empty() {
            return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
        }
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| -> Result<(), Error> { apply(&app_, conn, &ctx_, id, &change) }).await
    })
    .await
}

fn apply(app: &App, conn: &mut Conn, ctx: &Ctx, id: AccountId, change: &AccountChange) -> Result<(), Error> {
    let ctx = &still_managing(app, conn, ctx, Some(id))?;
    let before = existing(app, conn, id)?.account;
    let mut after = before.clone();
    if let Some(name) = &change.name {
        after.name = text::normalise(name).into();
    }
    after.status = change.status.unwrap_or(after.status);
    after.scopes = change.scopes.unwrap_or(after.scopes);
    after.limits.expires_at = change.expires_at.apply(after.limits.expires_at);
    if let Some(networks) = &change.networks {
        after.limits.networks = joined(networks);
    }
    let (old, new) = (shown(&before), shown(&after));
    if old == new {
        return Ok(());
    }
    account::update(conn, &after)?;
    if after.status == AccountStatus::Disabled {
        session::end_all(conn, id, None, app.0.clock.now())?;
    }
    Ok(record(app, conn, ctx, Deed::new("update_account").on("account", id).with(json!({"before": old, "after": new})))?)
}

/// What can change of an account.
fn shown(account: &Account) -> Value {
    json!({"name": *account.name, "status": account.status.label(), "scopes": account.scopes.to_string(),
           "expiresAt": account.limits.expires_at, "networks": account.limits.networks.as_deref()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_kept_as_callers_are_compared() {
        for (written, kept) in [
            ("10.0.0.0/8", Some("10.0.0.0/8")),
            ("203.0.113.9", Some("203.0.113.9/32")),
            ("2001:db8::1", Some("2001:db8::1/128")),
            ("::ffff:203.0.113.0/120", Some("203.0.113.0/24")),
            ("::ffff:203.0.113.9", Some("203.0.113.9/32")),
            ("::/0", Some("::/0")),
            ("10.0.0.1/99", None),
            ("haidang.example", None),
        ] {
            assert_eq!(network_of(written).map(|net| net.to_string()).as_deref(), kept, "{written}");
        }
    }
}
