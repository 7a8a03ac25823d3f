//! Sign-on elsewhere: access tokens of other `OpenID` Connect issuers, accepted beside our own.
//! Must not trust an issuer that is not configured, a key that it does not publish, or a role that nobody mapped.
//! Whoever comes for the first time gets an account of their own here; verifying is `auth::foreign`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use auth::{
    Ctx, Origin, TokenError, digest,
    foreign::{self, Expected, PublicJwk, Purpose, VerifiedForeign},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account::{Account, AccountKind, AccountStatus, Held, Limits, Role, RoleScope, Scopes},
    error::{Code, Refusal},
    text,
};
use persistence::account::{self, NewAccount};
use quick_cache::sync::Cache;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{App, Error, audit::Deed, audit::record, catalogue::Catalogue};

/// An issuer is asked for its keys at most this often, whatever comes of it.
const REFRESH: TimeDelta = TimeDelta::minutes(1);
/// Keys of an issuer are fetched again after this in any case, so that withdrawn ones die.
const STALE: TimeDelta = TimeDelta::hours(1);
/// Keys that could not be fetched again are worth nothing so long after they last were.
const DEAD: TimeDelta = TimeDelta::hours(4);
/// Tokens of others live so many seconds at most.
const LIFETIME: i64 = 24 * 3600;

/// An issuer whose access tokens are accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// As its tokens name it; its discovery document is found below it.
    pub issuer: String,
    /// Its tokens must be for one of these.
    pub audience: Vec<String>,
    /// The claim that holds the code of the caller's agency.
    pub agency_claim: Option<String>,
    /// The claim that holds the caller's name for people.
    #[serde(default = "name_claim")]
    pub name_claim: String,
    #[serde(default)]
    pub roles: Vec<RoleMapping>,
}

fn name_claim() -> String {
    "name".into()
}

/// A claim that stands for a role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleMapping {
    /// A claim with a string or a list of strings.
    pub claim: String,
    pub value: String,
    pub role: Role,
}

/// Fetches a document over HTTPS; blocks.
pub trait Fetch: Send + Sync {
    /// The body of a successful answer.
    ///
    /// # Errors
    /// Why there is none.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String>;
}

/// The issuers and what is known of their keys.
pub struct Issuers {
    all: Vec<Arc<Issuer>>,
    fetch: Arc<dyn Fetch>,
    known: Mutex<HashMap<String, Known>>,
    /// Who fetches the keys of an issuer holds its turn; the others wait without a thread and then read what was found.
    turns: HashMap<String, Arc<tokio::sync::Mutex<()>>>,
}

#[derive(Clone)]
struct Known {
    /// When the issuer was last asked.
    asked: DateTime<Utc>,
    /// When it last gave its keys, and these.
    fetched: DateTime<Utc>,
    keys: Arc<HashMap<String, PublicJwk>>,
}

impl Issuers {
    /// These issuers, reached by `fetch`.
    pub fn new(issuers: Vec<Issuer>, fetch: Arc<dyn Fetch>) -> Self {
        let turns = issuers.iter().map(|issuer| (issuer.issuer.clone(), Arc::default())).collect();
        Self { all: issuers.into_iter().map(Arc::new).collect(), fetch, known: Mutex::default(), turns }
    }

    fn known(&self, issuer: &Issuer) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&issuer.issuer).cloned()
    }

    /// The key of this name or that there is none, as far as that is known now; `None` where the keys must be fetched first.
    #[expect(clippy::option_option, reason = "whether it is known is not whether there is one")]
    fn settled(&self, issuer: &Issuer, kid: &str, now: DateTime<Utc>) -> Option<Option<PublicJwk>> {
        let known = self.known(issuer)?;
        let age = now - known.fetched;
        let key = known.keys.get(kid).filter(|_| age < DEAD);
        (now - known.asked < REFRESH || (key.is_some() && age < STALE)).then(|| key.cloned())
    }

    /// Fetches the keys of an issuer. Blocks.
    fn refresh(&self, issuer: &Issuer, now: DateTime<Utc>) {
        let known = match self.fetched(issuer) {
            Ok(keys) => Known { asked: now, fetched: now, keys },
            Err(error) => {
                tracing::warn!(issuer = issuer.issuer, %error, "the keys of an issuer could not be fetched");
                // What was known stays known, no longer than from when it was fetched.
                let before = self.known(issuer).unwrap_or_else(|| Known { asked: now, fetched: now, keys: Arc::default() });
                Known { asked: now, ..before }
            }
        };
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(issuer.issuer.clone(), known);
    }

    fn fetched(&self, issuer: &Issuer) -> Result<Arc<HashMap<String, PublicJwk>>, String> {
        let json = |url: &str| -> Result<Value, String> {
            serde_json::from_slice(&self.fetch.fetch(url)?).map_err(|error| format!("{url} is not JSON: {error}"))
        };
        let discovery = json(&format!("{}/.well-known/openid-configuration", issuer.issuer.trim_end_matches('/')))?;
        if discovery["issuer"] != issuer.issuer.as_str() {
            return Err(format!("the discovery document names another issuer: {}", discovery["issuer"]));
        }
        let jwks = json(discovery["jwks_uri"].as_str().ok_or("the discovery document has no jwks_uri")?)?;
        let keys = jwks["keys"].as_array().ok_or("the key set has no keys")?;
        // Keys for other purposes stand in the same set; they are left out.
        let usable = keys.iter().filter_map(|key| PublicJwk::parse(key).ok()).filter_map(|key| Some((key.kid()?.to_owned(), key)));
        Ok(Arc::new(usable.collect()))
    }
}

/// The key of this name, fetched if it must be: once for all who ask at the same time.
async fn key(app: &App, issuer: &Arc<Issuer>, kid: &str, now: DateTime<Utc>) -> Option<PublicJwk> {
    let issuers = &app.0.issuers;
    if let Some(settled) = issuers.settled(issuer, kid, now) {
        return settled;
    }
    let turn = Arc::clone(issuers.turns.get(&issuer.issuer)?).lock_owned().await;
    if let Some(settled) = issuers.settled(issuer, kid, now) {
        return settled;
    }
    let (app_, issuer_) = (app.clone(), Arc::clone(issuer));
    let fetched = tokio::task::spawn_blocking(move || {
        // A caller that goes away does not give the turn back before the keys are there.
        let _turn = turn;
        app_.0.issuers.refresh(&issuer_, now);
    });
    fetched.await.ok()?;
    issuers.settled(issuer, kid, now).flatten()
}

/// Tries the token with every issuer that knows the key.
async fn verify(app: &App, token: &str, now: DateTime<Utc>) -> Result<(Arc<Issuer>, VerifiedForeign), TokenError> {
    let kid = foreign::named_key(token).ok_or(TokenError::UnknownKey)?;
    let mut last = TokenError::UnknownKey;
    for issuer in &app.0.issuers.all {
        let Some(key) = key(app, issuer, &kid, now).await else { continue };
        let expected = Expected {
            issuer: &issuer.issuer,
            audience: &issuer.audience,
            purpose: Purpose::Access,
            lifetime: LIFETIME,
            now: now.timestamp(),
        };
        match foreign::verify(token, &key, &expected) {
            Ok(verified) => return Ok((Arc::clone(issuer), verified)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The caller that a token of another issuer stands for.
pub(super) async fn authenticate(app: &App, token: &str, origin: Origin, deed: &mut Deed) -> Result<Ctx, Error> {
    if app.0.issuers.all.is_empty() {
        return Err(Refusal::new(Code::TokenInvalid).into());
    }
    let (issuer, verified) = verify(app, token, app.0.clock.now()).await.map_err(|reason| {
        tracing::info!(%reason, "token refused");
        Refusal::new(Code::TokenInvalid)
    })?;
    let subject = verified.text("sub").filter(|sub| text::storable(sub)).ok_or_else(|| Refusal::new(Code::TokenInvalid))?.to_owned();
    let kept = match stored(app, &issuer.issuer, &subject).await? {
        Some(kept) => kept,
        None => provide(app, &issuer, &verified, &subject, &origin).await?,
    };
    let (account, brought, agency) = mapped(kept.account, &issuer, &verified, &kept.catalogue);
    *deed = deed.clone().by(&account, agency.as_deref(), verified.text("jti"));
    if account.status != AccountStatus::Active || !account.limits.hold_at(app.0.clock.now()) {
        return Err(Refusal::new(Code::TokenInvalid).into());
    }
    if !super::admits(&account, origin.network) {
        return Err(Refusal::new(Code::NetworkNotAllowed).into());
    }
    let entered = deed.clone().on("account", account.id).with(json!({"grant": "sign_on", "issuer": issuer.issuer}));
    signed_in(app, &verified, entered, &origin).await?;
    Ok(Ctx::of_foreign(&verified, Arc::new(account), brought, agency, origin))
}

/// Tokens of other issuers that signed somebody in here; so many are remembered, so that each is an entry once. One that was
/// forgotten, or comes to another node, is an entry again.
pub struct SignedIn(Cache<String, ()>);

const REMEMBERED: usize = 16_384;

impl Default for SignedIn {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

/// Writes down that somebody signs in with a token which this node has not seen yet. Nobody gets in unwritten.
async fn signed_in(app: &App, verified: &VerifiedForeign, deed: Deed, origin: &Origin) -> Result<(), Error> {
    let write = async {
        let (app_, ctx) = (app.clone(), Ctx::anonymous(origin.clone()));
        app.0.db.append(move |conn| -> Result<(), Error> { Ok(record(&app_, conn, &ctx, deed.clone())?) }).await
    };
    // Whoever comes with the same token meanwhile waits for the entry.
    app.0.signed_in.0.get_or_insert_async(verified.sha256(), write).await
}

struct Kept {
    account: Account,
    catalogue: Arc<Catalogue>,
}

async fn stored(app: &App, issuer: &str, subject: &str) -> Result<Option<Kept>, Error> {
    let (app_, issuer, subject, today) = (app.clone(), issuer.to_owned(), subject.to_owned(), app.0.clock.today());
    let found = app.0.db.read(move |conn| -> Result<Option<Kept>, Error> {
        let Some(account) = account::by_external(conn, &issuer, &subject, today)? else { return Ok(None) };
        Ok(Some(Kept { account, catalogue: app_.0.catalogue.current(conn)? }))
    });
    found.await
}

/// Makes the account of somebody who comes for the first time.
async fn provide(app: &App, issuer: &Issuer, verified: &VerifiedForeign, subject: &str, origin: &Origin) -> Result<Kept, Error> {
    let name = verified.text(&issuer.name_claim).unwrap_or(subject);
    let id = app.0.ids.next();
    let new = NewAccount {
        id,
        kind: AccountKind::User,
        login: format!("sso-{}", &digest(format!("{}|{subject}", issuer.issuer).as_bytes())[..24]),
        name: text::normalise(&name.chars().filter(|c| !c.is_control()).take(200).collect::<String>()),
        agency: None,
        password_hash: None,
        limits: Limits::default(),
        scopes: Scopes::ALL,
        external: Some((issuer.issuer.clone(), subject.to_owned())),
        created_at: app.0.clock.now(),
    };
    let (app_, ctx) = (app.clone(), Ctx::anonymous(origin.clone()));
    let deed =
        Deed::new("provide_account").tried_by(&new.login).on("account", id).with(json!({"issuer": issuer.issuer, "subject": subject}));
    let made = app.0.db.write(move |conn| -> Result<(), Error> {
        account::insert(conn, &new)?;
        record(&app_, conn, &ctx, deed.clone())?;
        Ok(())
    });
    match made.await {
        // Another request of the same caller was quicker.
        Ok(()) | Err(Error::Db(persistence::DbError::Unique(_))) => {}
        Err(error) => return Err(error),
    }
    stored(app, &issuer.issuer, subject).await?.ok_or(Error::Internal("an account that was just made is not there"))
}

/// The account with the agency and the roles that its token brings, and those roles. What is granted to it here counts as well.
fn mapped(
    account: Account,
    issuer: &Issuer,
    verified: &VerifiedForeign,
    catalogue: &Catalogue,
) -> (Account, Arc<[Held]>, Option<Arc<str>>) {
    let agency = issuer.agency_claim.as_deref().and_then(|claim| verified.text(claim)).and_then(|code| catalogue.agency_by_code(code));
    let mut brought = Vec::new();
    for mapping in issuer.roles.iter().filter(|mapping| verified.holds(&mapping.claim, &mapping.value)) {
        let agency = match mapping.role.scope() {
            // A role of an agency without an agency is worth nothing.
            RoleScope::Agency => match agency {
                Some(agency) => Some(agency.id),
                None => continue,
            },
            _ => None,
        };
        brought.push(Held { role: mapping.role, agency, programme: None });
    }
    let mut held = [account.held.as_slice(), &brought].concat();
    held.sort_unstable();
    held.dedup();
    let code = agency.map(|agency| Arc::clone(&agency.code)).or_else(|| catalogue.agency_code(account.agency));
    (Account { agency: agency.map(|agency| agency.id).or(account.agency), held, ..account }, brought.into(), code)
}
