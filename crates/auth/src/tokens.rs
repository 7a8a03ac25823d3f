//! Access tokens: JWTs by RFC 9068, signed with Ed25519, checked by RFC 8725.
//! Must not trust anything in a token before its signature holds; header parameters never choose a key outside the set.
//! Whether the account is still active is asked of the database by `app::identity`.

use std::sync::{Arc, PoisonError, RwLock};

use domain::{
    account::{Account, AccountId, Role, Scopes},
    clock::Clock,
    id::IdSource,
};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::keys::KeySet;

/// Seconds from issue to expiry.
pub const TOKEN_LIFETIME: i64 = 15 * 60;
/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 60;
/// Longer tokens are refused unread.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// RFC 9068: an access token and nothing else.
const TYPE: &str = "at+jwt";

/// Who issues tokens and for whom.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    pub issuer: String,
    pub audience: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: AccountId,
    client_id: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// Labels of scopes between spaces (RFC 8693, section 4.2).
    scope: String,
    sid: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agency: Option<String>,
    roles: Vec<Role>,
}

/// A token as it is handed out.
pub struct AccessToken {
    pub token: String,
    /// Its own identifier (`jti`).
    pub id: String,
    /// Seconds.
    pub expires_in: i64,
    pub scopes: Scopes,
}

/// Why a token is not accepted. One answer for the client; the reason is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("too long")]
    TooLong,
    #[error("not a token of this service")]
    Malformed,
    #[error("unknown key")]
    UnknownKey,
    #[error("signature or claims do not hold")]
    Invalid,
    #[error("not an access token")]
    NotForAccess,
    #[error("expired or not yet valid")]
    OutOfTime,
    #[error("no key to sign with")]
    NoKey,
}

/// What a verified token says. Only [`Tokens::verify`] makes one.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    subject: AccountId,
    id: String,
    scopes: Scopes,
    rests_on: Uuid,
    agency: Option<String>,
}

impl VerifiedToken {
    /// The account that the token was issued to.
    pub fn subject(&self) -> AccountId {
        self.subject
    }

    /// The token's own identifier (`jti`).
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the token was given for.
    pub fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// What it was given for (`sid`): the session of a person, the secret or key of a system. Without that it is worth nothing.
    pub fn rests_on(&self) -> Uuid {
        self.rests_on
    }

    /// Code of the agency that the account had when the token was issued, where it had one.
    pub fn agency(&self) -> Option<&str> {
        self.agency.as_deref()
    }
}

/// Issues and verifies access tokens.
pub struct Tokens {
    keys: RwLock<Arc<KeySet>>,
    settings: TokenSettings,
    validation: Validation,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Tokens {
    /// With these keys and settings.
    pub fn new(keys: KeySet, settings: TokenSettings, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are checked below, against the service's own clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { keys: RwLock::new(Arc::new(keys)), settings, validation, clock, ids }
    }

    /// A token for an account with its scopes; `agency` is the code of its agency.
    ///
    /// # Errors
    /// `NoKey` when signing is impossible.
    pub fn issue(&self, account: &Account, agency: Option<&str>, rests_on: Uuid) -> Result<AccessToken, TokenError> {
        let (keys, now) = (self.keys(), self.clock.now().timestamp());
        let key = keys.signing(now).ok_or(TokenError::NoKey)?;
        let claims = Claims {
            iss: self.settings.issuer.clone(),
            aud: self.settings.audience.clone(),
            sub: account.id,
            client_id: account.login.to_string(),
            jti: self.ids.next_uuid().to_string(),
            iat: now,
            nbf: now,
            exp: now + TOKEN_LIFETIME,
            scope: account.scopes.to_string(),
            sid: rests_on,
            agency: agency.map(str::to_owned),
            roles: account.roles(),
        };
        let header = Header { typ: Some(TYPE.into()), kid: Some(key.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        let token = encode(&header, &claims, &key.encoding).map_err(|_| TokenError::NoKey)?;
        Ok(AccessToken { token, id: claims.jti, expires_in: TOKEN_LIFETIME, scopes: account.scopes })
    }

    /// Checks a token: form, type, key, signature, issuer, audience, then its times.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(&self, token: &str) -> Result<VerifiedToken, TokenError> {
        let (claims, now) = (self.signed(token)?, self.clock.now().timestamp());
        let in_time = claims.exp > now - LEEWAY && claims.nbf <= now + LEEWAY && claims.iat <= now + LEEWAY && claims.iat <= claims.exp;
        if !in_time {
            return Err(TokenError::OutOfTime);
        }
        let scopes = claims.scope.parse().map_err(|_| TokenError::Invalid)?;
        Ok(VerifiedToken { subject: claims.sub, id: claims.jti, scopes, rests_on: claims.sid, agency: claims.agency })
    }

    /// To whom this service issued a token, and its `jti`, whether its time has come or gone; for telling of it, not for trusting it.
    pub fn issued_to(&self, token: &str) -> Option<(AccountId, String)> {
        self.signed(token).ok().map(|claims| (claims.sub, claims.jti))
    }

    /// The claims of a token of this service whose signature holds, its times not looked at.
    fn signed(&self, token: &str) -> Result<Claims, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        let is_ours = header.alg == Algorithm::EdDSA
            && header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE))
            && header.crit.is_none()
            && header.enc.is_none()
            && header.zip.is_none();
        if !is_ours {
            return Err(TokenError::Malformed);
        }
        let (keys, now) = (self.keys(), self.clock.now().timestamp());
        let key = header.kid.as_deref().and_then(|kid| keys.find(kid, now)).ok_or(TokenError::UnknownKey)?;
        Ok(decode::<Claims>(token, &key.decoding, &self.validation).map_err(|_| TokenError::Invalid)?.claims)
    }

    /// The public keys.
    pub fn jwks(&self) -> serde_json::Value {
        self.keys().jwks(self.clock.now().timestamp())
    }

    /// Whether a token says that it was signed by a key of this service; nothing is verified.
    pub fn names_own_key(&self, token: &str) -> bool {
        let kid = Some(token).filter(|token| token.len() <= MAX_TOKEN_BYTES).and_then(|token| decode_header(token).ok()?.kid);
        kid.is_some_and(|kid| self.keys().find(&kid, self.clock.now().timestamp()).is_some())
    }

    /// The keys in use.
    pub fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Uses other keys from now on: those of the same file, read again.
    pub fn replace_keys(&self, keys: KeySet) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// Who issues the tokens and for whom.
    pub fn settings(&self) -> &TokenSettings {
        &self.settings
    }
}
