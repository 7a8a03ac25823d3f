//! One-time passwords by time (RFC 6238: SHA-1, six digits, 30 seconds) and the recovery codes that stand in for them.
//! Must not decide whether a code was used before; that is kept in the database.
//! The secret is sealed with `seal`.

use totp_rs::{Builder, Secret, Totp};

use crate::secrets::{digest, random_token};

/// So many recovery codes are given.
const RECOVERY_CODES: usize = 10;

/// Why a second factor cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the one-time password cannot be set up")]
pub struct OneTimeError;

/// A secret for one-time passwords.
pub struct OneTimeSecret(Vec<u8>);

impl OneTimeSecret {
    /// 160 random bits.
    ///
    /// # Errors
    /// Without randomness.
    pub fn generate() -> Result<Self, OneTimeError> {
        let mut bytes = vec![0; 20];
        getrandom::fill(&mut bytes).map_err(|_| OneTimeError)?;
        Ok(Self(bytes))
    }

    /// One that was kept.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What is to be kept, sealed.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    fn totp(&self, login: &str, issuer: &str) -> Result<Totp, OneTimeError> {
        let secret = Secret::from(self.0.clone());
        let builder = Builder::new()
            .with_secret(secret)
            .with_skew(1)
            .with_account_name(login.replace(':', "-"))
            .with_issuer(Some(issuer.replace(':', "-")));
        builder.build().map_err(|_| OneTimeError)
    }

    /// The `otpauth` address that an authenticator scans.
    ///
    /// # Errors
    /// For a name that does not fit.
    pub fn address(&self, login: &str, issuer: &str) -> Result<String, OneTimeError> {
        self.totp(login, issuer)?.to_url().map_err(|_| OneTimeError)
    }

    /// The step whose code this is, within one step of the second `now`.
    pub fn step_of(&self, code: &str, now: u64) -> Option<i64> {
        let step = self.totp("a", "b").ok()?.check(code, now)?;
        i64::try_from(step).ok()
    }

    /// The code of a second, as an authenticator would show it.
    #[cfg(feature = "testing")]
    pub fn code_at(&self, now: u64) -> Option<String> {
        Some(self.totp("a", "b").ok()?.generate(now).to_string())
    }
}

/// Recovery codes, each with its hash.
///
/// # Errors
/// Without randomness.
pub fn recovery_codes() -> Result<Vec<(String, String)>, OneTimeError> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let random = random_token().map_err(|_| OneTimeError)?;
            let code: String = random.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
            let hash = recovery_digest(&code);
            Ok((code, hash))
        })
        .collect()
}

/// The hash under which a recovery code is kept.
pub fn recovery_digest(code: &str) -> String {
    digest(code.trim().as_bytes())
}
