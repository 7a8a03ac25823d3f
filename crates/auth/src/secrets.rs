//! Random secrets and the digests that are kept of them.
//! Must not store or log a secret; only its digest leaves this process's memory.
//! Passwords, which people choose, are `passwords`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// The secret of a service account: `hds_` and 256 random bits. Shown once.
pub struct ClientSecret(String);

impl ClientSecret {
    /// A new one from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        Ok(Self(format!("hds_{}", random_token()?)))
    }

    /// For showing it, once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept: a secret of this strength needs no slow hash.
    pub fn digest(&self) -> String {
        digest(self.0.as_bytes())
    }
}

/// 256 random bits in base64url.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn random_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether `secret` has this digest, in a time that does not depend on where they differ.
pub fn matches_digest(secret: &str, kept: &str) -> bool {
    let given = digest(secret.as_bytes());
    given.len() == kept.len() && given.bytes().zip(kept.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_matches_its_own_digest_only() {
        let (one, other) = (ClientSecret::generate().expect("randomness"), ClientSecret::generate().expect("randomness"));
        assert!(matches_digest(one.reveal(), &one.digest()));
        assert!(!matches_digest(one.reveal(), &other.digest()));
        assert!(!matches_digest(one.reveal(), ""));
        assert_eq!(one.reveal().len(), 47);
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
