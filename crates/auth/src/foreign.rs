//! JWTs that others sign: assertions of systems (RFC 7523) and access tokens of other issuers (RFC 9068, RFC 8725).
//! Must not fetch keys or choose them by anything in a token but the name of one that is known already.
//! Own tokens are `tokens`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk},
};
use serde_json::{Map, Value};

use crate::tokens::{MAX_TOKEN_BYTES, TokenError};

/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 60;
/// Private members of any kind of key (RFC 7518, section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Shortest modulus in bytes: 2048 bits, the first of which is set.
const RSA_MODULUS: usize = 256;

/// A public key of somebody else.
#[derive(Clone, Debug)]
pub struct PublicJwk(Jwk);

/// Why a public key is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    #[error("it is not a public JWK of RSA (2048 bits or more), P-256, P-384 or Ed25519")]
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

/// Whether an RSA key (RFC 7518, section 6.3.1) has 2048 bits or more and an exponent that is used: odd and 65,537 or more.
fn is_strong(modulus: &str, exponent: &str) -> bool {
    let number =
        |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap_or_default().into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    let (modulus, exponent) = (number(modulus), number(exponent));
    let has_bits = modulus.len() > RSA_MODULUS || (modulus.len() == RSA_MODULUS && modulus[0] >= 0x80);
    let is_used = exponent.last().is_some_and(|last| last % 2 == 1)
        && (exponent.len() > 3 || exponent.as_slice() >= &[1, 0, 1][..] && exponent.len() == 3);
    has_bits && is_used
}

/// The claims of a token that holds. Only [`verify`] makes one.
#[derive(Clone, Debug)]
pub struct VerifiedForeign(Map<String, Value>);

impl VerifiedForeign {
    /// A claim that is a string.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Whether a claim is this string or a list with it, or holds it between spaces as `scope` does.
    pub fn holds(&self, claim: &str, value: &str) -> bool {
        match self.0.get(claim) {
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

/// What a token must say.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub audience: &'a [String],
    /// Kinds in lower case; an absent one counts as "jwt".
    pub types: &'a [&'a str],
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
    let is_fine = expected.types.contains(&kind)
        && key.algorithms().contains(&header.alg)
        && header.crit.is_none()
        && header.enc.is_none()
        && header.zip.is_none();
    if !is_fine {
        return Err(TokenError::Malformed);
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
    if ["at_hash", "c_hash"].iter().any(|name| claims.contains_key(*name)) {
        return Err(TokenError::Invalid);
    }
    let at =
        |name: &str| claims.get(name).map(|value| value.as_i64().or_else(|| whole(value.as_f64()?)).ok_or(TokenError::Invalid)).transpose();
    let (exp, nbf, iat) = (at("exp")?.ok_or(TokenError::Invalid)?, at("nbf")?, at("iat")?);
    let now = expected.now;
    let in_time = exp > now - LEEWAY
        && exp <= now + expected.lifetime + LEEWAY
        && nbf.is_none_or(|nbf| nbf <= now + LEEWAY)
        && iat.is_none_or(|iat| iat <= now + LEEWAY && iat <= exp);
    if in_time { Ok(VerifiedForeign(claims)) } else { Err(TokenError::OutOfTime) }
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
}
