//! Secrets of webhooks, and what they sign (Standard Webhooks 1.0, <https://github.com/standard-webhooks/standard-webhooks>).
//! Must not log or show a secret but where it is made; it is sealed in the database, as it must sign again.
//! What is sent and when is `app::webhook`.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const PREFIX: &str = "whsec_";
/// Bytes of a new secret; the specification wants 24 to 64.
const LENGTH: usize = 32;

/// A secret shared with a receiver: `whsec_` and its bytes in base 64.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(***)")
    }
}

impl WebhookSecret {
    /// A new one from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = vec![0_u8; LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The secret of these bytes, as they were sealed.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The secret that was shown so.
    pub fn parse(text: &str) -> Option<Self> {
        STANDARD.decode(text.strip_prefix(PREFIX)?).ok().filter(|bytes| !bytes.is_empty()).map(Self)
    }

    /// For showing it, once.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// For sealing it.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The signature of a message: `v1,` and HMAC-SHA256 over identifier, seconds since 1970 and body, in base 64. None where the
    /// secret is no key, which no length is for HMAC (RFC 2104, section 2).
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn every_part_counts() {
        let secret = WebhookSecret::generate().expect("a secret");
        let signature = secret.sign("a", 1, b"x");
        for other in
            [secret.sign("b", 1, b"x"), secret.sign("a", 2, b"x"), secret.sign("a", 1, b"y"), WebhookSecret::of(vec![1]).sign("a", 1, b"x")]
        {
            assert_ne!(other, signature);
        }
        assert_eq!(WebhookSecret::parse(&secret.reveal()), Some(secret.clone()));
        assert!(!format!("{secret:?}").contains(&secret.reveal()));
        for none in ["", "whsec_", "whsec_!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert_eq!(WebhookSecret::parse(none), None, "{none}");
        }
    }
}
