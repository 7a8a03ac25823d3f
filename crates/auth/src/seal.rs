//! Sealing: what must not lie open in the database, under a key that is not in it.
//! Must not be used for anything that is only compared; that is hashed.
//! XChaCha20-Poly1305 with a random nonce; what is sealed is bound to what it is for.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

const NONCE: usize = 24;

/// Keys that seal; the first seals, all open.
pub struct Seals(Vec<(String, XChaCha20Poly1305)>);

/// Why something cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("there is no key that seals; haidang keys rotate makes one")]
    NoKey,
    #[error("sealed with a key that is not there, for something else, or changed since")]
    Broken,
}

impl Seals {
    pub(crate) fn new(keys: Vec<(String, [u8; 32])>) -> Self {
        Self(keys.into_iter().map(|(kid, key)| (kid, XChaCha20Poly1305::new(&key.into()))).collect())
    }

    /// Seals for one purpose, e.g. "second factor of ACCOUNT".
    ///
    /// # Errors
    /// `NoKey`.
    pub fn seal(&self, purpose: &str, open: &[u8]) -> Result<String, SealError> {
        let (kid, cipher) = self.0.first().ok_or(SealError::NoKey)?;
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoKey)?;
        let payload = Payload { msg: open, aad: purpose.as_bytes() };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Broken)?;
        Ok(format!("{kid}.{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what was sealed for the same purpose.
    ///
    /// # Errors
    /// `Broken`.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let (kid, text) = sealed.split_once('.').ok_or(SealError::Broken)?;
        let (_, cipher) = self.0.iter().find(|(own, _)| own == kid).ok_or(SealError::Broken)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::Broken)?;
        let (nonce, msg) = bytes.split_at_checked(NONCE).ok_or(SealError::Broken)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| SealError::Broken)?;
        cipher.decrypt(&XNonce::from(nonce), Payload { msg, aad: purpose.as_bytes() }).map_err(|_| SealError::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_purpose_open() {
        let seals = Seals::new(vec![("new".into(), [1; 32]), ("old".into(), [2; 32])]);
        let old = Seals::new(vec![("old".into(), [2; 32])]);
        let sealed = old.seal("a", b"secret").expect("sealed");
        assert_eq!(seals.open("a", &sealed).as_deref(), Ok(&b"secret"[..]));
        assert_eq!(seals.open("b", &sealed), Err(SealError::Broken));
        assert!(seals.seal("a", b"x").expect("sealed").starts_with("new."));
        assert_eq!(old.open("a", &seals.seal("a", b"x").expect("sealed")), Err(SealError::Broken));
        for bad in ["", "old", "old.", "old.AAAA", &sealed.replace("old.", "old.A")] {
            assert_eq!(seals.open("a", bad), Err(SealError::Broken), "{bad}");
        }
        assert_eq!(Seals::new(Vec::new()).seal("a", b"x"), Err(SealError::NoKey));
    }
}
