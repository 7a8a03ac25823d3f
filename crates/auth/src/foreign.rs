//! JWTs that others sign: assertions of systems (RFC 7523) and access tokens of other issuers (RFC 9068, RFC 8725).
//! Must not fetch keys or choose them by anything in a token but the name of one that is known already.
//! Own tokens are `tokens`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::VerifyingKey;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, crypto, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk},
};
use serde_json::{Map, Value};

use crate::{
    secrets::digest,
    tokens::{MAX_TOKEN_BYTES, TokenError},
};

/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 60;
/// Private members of any kind of key (RFC 7518, section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Shortest modulus in bytes: 2048 bits, the first of which is set.
const RSA_MODULUS: usize = 256;
/// Longest modulus in bytes with which anything is verified.
const RSA_LONGEST: usize = 512;

/// A public key of somebody else.
#[derive(Clone, Debug)]
pub struct PublicJwk(Jwk);

/// Why a public key is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    #[error("it is not a public JWK of RSA (2048 to 4096 bits), P-256, P-384 or Ed25519")]
    Unsuitable,
    #[error("it holds the private part, which must be thrown away now")]
    Private,
}

impl PublicJwk {
    /// Takes a JWK that verifies.
    ///
    /// # Errors
    /// `Private` when the private part came along; `Unsuitable` for other kinds of keys.
    pub fn parse(value: &Value) -> Result<Self, JwkError> {
        if PRIVATE.iter().any(|member| value.get(*member).is_some()) {
            return Err(JwkError::Private);
        }
        if value.get("use").is_some_and(|usage| usage != "sig") {
            return Err(JwkError::Unsuitable);
        }
        let key = Self(serde_json::from_value(value.clone()).map_err(|_| JwkError::Unsuitable)?);
        if key.algorithms().is_empty() || DecodingKey::from_jwk(&key.0).is_err() { Err(JwkError::Unsuitable) } else { Ok(key) }
    }

    /// Whether anything can be verified with it: its numbers make a key, and are not only written like one.
    pub fn is_sound(&self) -> bool {
        match &self.0.algorithm {
            AlgorithmParameters::RSA(rsa) => is_usable(&rsa.n, &rsa.e),
            AlgorithmParameters::OctetKeyPair(okp) => is_on_ed25519(&okp.x),
            // The library looks whether the point is on the curve before it looks at a signature.
            AlgorithmParameters::EllipticCurve(_) => match (DecodingKey::from_jwk(&self.0), self.algorithms().first()) {
                (Ok(key), Some(algorithm)) => crypto::verify("", b"", &key, *algorithm).is_ok(),
                _ => false,
            },
            _ => false,
        }
    }

    /// Its name.
    pub fn kid(&self) -> Option<&str> {
        self.0.common.key_id.as_deref()
    }

    /// What it may be used with.
    fn algorithms(&self) -> &'static [Algorithm] {
        match &self.0.algorithm {
            AlgorithmParameters::RSA(rsa) if is_strong(&rsa.n, &rsa.e) => &[Algorithm::RS256, Algorithm::PS256],
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => &[Algorithm::ES256],
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P384 => &[Algorithm::ES384],
            AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => &[Algorithm::EdDSA],
            _ => &[],
        }
    }
}

/// A number of a JWK, without leading zeros; none at all where it is not written as one.
fn number(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_default().into_iter().skip_while(|byte| *byte == 0).collect()
}

/// Whether the library verifies with such an RSA key: the modulus is odd and has 4096 bits at most, the exponent 33.
fn is_usable(modulus: &str, exponent: &str) -> bool {
    let (modulus, exponent) = (number(modulus), number(exponent));
    let is_short = exponent.len() < 5 || (exponent.len() == 5 && exponent[0] == 1);
    modulus.len() <= RSA_LONGEST && modulus.last().is_some_and(|last| last % 2 == 1) && is_short
}

/// Whether this is a point of Ed25519, and none under which almost every signature holds.
fn is_on_ed25519(x: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(x).unwrap_or_default();
    <[u8; 32]>::try_from(bytes).is_ok_and(|bytes| VerifyingKey::from_bytes(&bytes).is_ok_and(|key| !key.is_weak()))
}

/// Whether an RSA key (RFC 7518, section 6.3.1) has 2048 bits or more and an exponent that is used: odd and 65,537 or more.
fn is_strong(modulus: &str, exponent: &str) -> bool {
    let (modulus, exponent) = (number(modulus), number(exponent));
    let has_bits = modulus.len() > RSA_MODULUS || (modulus.len() == RSA_MODULUS && modulus[0] >= 0x80);
    let is_used = exponent.last().is_some_and(|last| last % 2 == 1)
        && (exponent.len() > 3 || exponent.as_slice() >= &[1, 0, 1][..] && exponent.len() == 3);
    has_bits && is_used
}

/// The claims of a token that holds. Only [`verify`] makes one.
#[derive(Clone, Debug)]
pub struct VerifiedForeign {
    claims: Map<String, Value>,
    sha256: String,
}

impl VerifiedForeign {
    /// SHA-256 of what was signed: the same for the same token, however its signature is written.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// A claim that is a string.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Whether a claim is this string or a list with it, or holds it between spaces as `scope` does.
    pub fn holds(&self, claim: &str, value: &str) -> bool {
        match self.claims.get(claim) {
            Some(Value::String(text)) => text == value || (claim == "scope" && text.split(' ').any(|part| part == value)),
            Some(Value::Array(items)) => items.iter().any(|item| item == value),
            _ => false,
        }
    }
}

/// The name of the key that a token says it is signed with; nothing is verified.
pub fn named_key(token: &str) -> Option<String> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    decode_header(token).ok()?.kid
}

/// What a token of somebody else is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A system proves with it who it is.
    Assertion,
    /// Somebody gets in with it.
    Access,
}

impl Purpose {
    /// Kinds that a header may name, in lower case; an absent one counts as "jwt".
    const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Assertion => &["jwt", "client-authentication+jwt"],
            Self::Access => &[ACCESS, "jwt"],
        }
    }
}

/// What the header of an access token says that it is (RFC 9068, section 2.1); no other kind of token may say so.
const ACCESS: &str = "at+jwt";
/// Claims of ID tokens alone (`OpenID` Connect Core, sections 3.1.3.6 and 3.3.2.11; FAPI).
const OF_ID_TOKENS: [&str; 3] = ["at_hash", "c_hash", "s_hash"];
/// Claims of which access tokens have one at least, and ID tokens none: what the token may be used for, or by which client. The
/// last two are Entra's, whose tokens of applications have neither `scp` nor `client_id`.
const OF_ACCESS_TOKENS: [&str; 5] = ["scope", "scp", "client_id", "appid", "azpacr"];

/// Whether claims are those of an access token. Where the header says so, it is one; many issuers give `JWT` or nothing there, and
/// then the claims must show it: `typ` is `Bearer` (Keycloak, which has `ID`, `Refresh`, `Logout` for others), or one of
/// [`OF_ACCESS_TOKENS`] is there and no `nonce`.
fn is_for_access(kind: &str, claims: &Map<String, Value>) -> bool {
    if OF_ID_TOKENS.iter().any(|name| claims.contains_key(*name)) {
        return false;
    }
    if kind == ACCESS {
        return true;
    }
    match claims.get("typ") {
        Some(stated) => stated.as_str().is_some_and(|stated| stated.eq_ignore_ascii_case("bearer")),
        None => !claims.contains_key("nonce") && OF_ACCESS_TOKENS.iter().any(|name| claims.contains_key(*name)),
    }
}

/// What a token must say.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub audience: &'a [String],
    pub purpose: Purpose,
    /// Seconds that it may live at most.
    pub lifetime: i64,
    pub now: i64,
}

/// Checks a token of somebody else with their key and gives its claims.
///
/// # Errors
/// The first thing that does not hold.
pub fn verify(token: &str, key: &PublicJwk, expected: &Expected<'_>) -> Result<VerifiedForeign, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::TooLong);
    }
    let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
    let kind = header.typ.as_deref().unwrap_or("jwt").to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    let is_fine = expected.purpose.kinds().contains(&kind)
        && key.algorithms().contains(&header.alg)
        && header.crit.is_none()
        && header.enc.is_none()
        && header.zip.is_none();
    if !is_fine {
        return Err(TokenError::Malformed);
    }
    if !key.is_sound() {
        return Err(TokenError::UnknownKey);
    }
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(expected.audience);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Times are checked below, against the service's own clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let decoding = DecodingKey::from_jwk(&key.0).map_err(|_| TokenError::UnknownKey)?;
    let claims = decode::<Map<String, Value>>(token, &decoding, &validation).map_err(|_| TokenError::Invalid)?.claims;
    // An ID token is for the client that it was made for; nobody gets in with it.
    if expected.purpose == Purpose::Access && !is_for_access(kind, &claims) {
        return Err(TokenError::NotForAccess);
    }
    let at =
        |name: &str| claims.get(name).map(|value| value.as_i64().or_else(|| whole(value.as_f64()?)).ok_or(TokenError::Invalid)).transpose();
    let (exp, nbf, iat) = (at("exp")?.ok_or(TokenError::Invalid)?, at("nbf")?, at("iat")?);
    let now = expected.now;
    let in_time = exp > now - LEEWAY
        && exp <= now + expected.lifetime + LEEWAY
        && nbf.is_none_or(|nbf| nbf <= now + LEEWAY)
        && iat.is_none_or(|iat| iat <= now + LEEWAY && iat <= exp);
    let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
    if in_time { Ok(VerifiedForeign { claims, sha256: digest(signed.as_bytes()) }) } else { Err(TokenError::OutOfTime) }
}

/// Seconds with a fraction, without it.
#[expect(clippy::cast_possible_truncation, reason = "checked to be in range")]
fn whole(seconds: f64) -> Option<i64> {
    (0.0..1e12).contains(&seconds).then_some(seconds as i64)
}

/// Whom a token says that it is about; nothing is verified, so this only tells whose key to try.
pub fn named_subject(token: &str) -> Option<String> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let claims: Map<String, Value> = jsonwebtoken::dangerous::insecure_decode(token).ok()?.claims;
    claims.get("sub").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rsa_keys_are_judged_by_their_numbers() {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (usual, long) = (text(&[1, 0, 1]), text(&[0xc3; 256]));
        assert!(is_strong(&long, &usual));
        let padded = [vec![0; 130], vec![0xc3; 128]].concat();
        for weak in [text(&[0xc3; 255]), text(&padded), text(&[&[0x7f][..], &[0xc3; 255]].concat()), String::new(), "*".into()] {
            assert!(!is_strong(&weak, &usual), "{weak}");
        }
        for exponent in [text(&[1]), text(&[3]), text(&[1, 0, 0]), text(&[0, 0, 0, 1]), String::new()] {
            assert!(!is_strong(&long, &exponent), "{exponent}");
        }
    }

    #[test]
    fn keys_that_can_never_verify_are_known() {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let rsa = |modulus: &[u8], exponent: &[u8]| json!({"kty": "RSA", "n": text(modulus), "e": text(exponent)});
        let ec = |curve: &str, x: &str, y: &str| json!({"kty": "EC", "crv": curve, "x": x, "y": y});
        let ed = |x: &str| json!({"kty": "OKP", "crv": "Ed25519", "x": x});
        let is_sound = |jwk: &Value| PublicJwk::parse(jwk).expect("written like a key").is_sound();
        // RFC 7515, appendix A.3, and RFC 8037, appendix A.2.
        let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        let edwards = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        for right in [ec("P-256", x, y), ed(edwards), rsa(&[0xc3; 256], &[1, 0, 1]), rsa(&[0xc3; 512], &[1, 0xff, 0xff, 0xff, 0xff])] {
            assert!(is_sound(&right), "{right}");
        }
        let ones = text(&[1; 32]);
        for wrong in [
            ec("P-256", &ones, &ones),
            ec("P-256", "AA", "AA"),
            ec("P-256", y, x),
            ec("P-384", x, y),
            ed("AA"),
            ed(&text(&[&[2][..], &[0; 31]].concat())),
            ed(&text(&[0; 32])),
            rsa(&[&[0xc3; 255][..], &[0xc2]].concat(), &[1, 0, 1]),
            rsa(&[0xc3; 513], &[1, 0, 1]),
            rsa(&[0xc3; 256], &[3, 0, 0, 0, 1]),
        ] {
            assert!(!is_sound(&wrong), "{wrong}");
        }
    }

    /// As issuers write them: what a header says, claims beside `iss`, `sub`, `aud` and times, and whether somebody gets in.
    #[test]
    fn tokens_that_are_not_for_access_are_known() {
        let scope = "openid profile";
        for (issuer, kind, claims, wanted) in [
            ("RFC 9068", "at+jwt", json!({"client_id": "c", "jti": "1"}), true),
            ("RFC 9068, of a person", "at+jwt", json!({"client_id": "c", "auth_time": 1, "acr": "1", "amr": ["pwd"]}), true),
            ("no access token whatever it says", "at+jwt", json!({"client_id": "c", "at_hash": "x"}), false),
            ("Keycloak", "jwt", json!({"typ": "Bearer", "azp": "c", "scope": scope, "sid": "s", "acr": "1"}), true),
            ("Keycloak before 25", "jwt", json!({"typ": "Bearer", "azp": "c", "scope": scope, "nonce": "n", "auth_time": 1}), true),
            ("Keycloak, light", "jwt", json!({"typ": "Bearer", "azp": "c"}), true),
            ("Keycloak, ID", "jwt", json!({"typ": "ID", "azp": "c", "auth_time": 1, "sid": "s"}), false),
            ("Keycloak, ID with a scope", "jwt", json!({"typ": "ID", "azp": "c", "scope": scope}), false),
            ("Keycloak, refresh", "jwt", json!({"typ": "Refresh", "azp": "c", "scope": scope}), false),
            ("Entra", "jwt", json!({"ver": "2.0", "azp": "c", "azpacr": "1", "scp": "read", "uti": "u"}), true),
            ("Entra, application", "jwt", json!({"ver": "2.0", "azp": "c", "azpacr": "1", "roles": ["r"], "idtyp": "app"}), true),
            ("Entra 1.0", "jwt", json!({"ver": "1.0", "appid": "c", "appidacr": "1", "roles": ["r"]}), true),
            ("Entra, ID", "jwt", json!({"ver": "2.0", "nonce": "n", "roles": ["r"], "uti": "u"}), false),
            ("Entra, ID without a nonce", "jwt", json!({"ver": "2.0", "roles": ["r"], "preferred_username": "a@b"}), false),
            ("Okta", "jwt", json!({"ver": 1, "cid": "c", "uid": "u", "scp": ["openid"], "auth_time": 1}), true),
            ("Okta, ID", "jwt", json!({"ver": 1, "amr": ["pwd"], "auth_time": 1, "nonce": "n", "at_hash": "x"}), false),
            ("Auth0", "jwt", json!({"azp": "c", "scope": scope}), true),
            ("Auth0, ID", "jwt", json!({"nonce": "n", "sid": "s"}), false),
            ("oidc-provider, ID", "jwt", json!({"auth_time": 1, "acr": "1"}), false),
            ("a hybrid flow, ID", "jwt", json!({"c_hash": "x", "scope": scope}), false),
            ("FAPI, ID", "jwt", json!({"s_hash": "x", "scope": scope}), false),
            ("a nonce beside a scope", "jwt", json!({"nonce": "n", "scope": scope}), false),
            ("nothing that tells", "jwt", json!({}), false),
        ] {
            assert_eq!(is_for_access(kind, claims.as_object().expect("claims")), wanted, "{issuer}");
        }
    }
}
