//! Passwords of people: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).
//! Must not log or keep a password. Verifying takes tens of milliseconds: never call it on an async worker.
//! What is guessed first is `guessable`, random secrets are `secrets`.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::guessable::is_guessable;

/// Memory in KiB and passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Shorter ones are guessed, longer ones are an attack on the hash.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// Checked for an unknown user, so that the answer takes as long as for a known one. Salt and hash are random: no password is
/// known that fits. Made once for all, as hashing at every start would leave 19 MiB of memory behind.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$tHzXpL4eWmZLzzKCsRslQQ$fV10lB5gRu1OvmMYRU5dpZLFd3YkzQC9uPm3qSiCk/4";

/// Why a password cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("a password has 8 to 128 characters")]
    Length,
    #[error("the password is too easy to guess or has leaked before")]
    Weak,
    #[error("hashing failed")]
    Hashing,
}

/// Refuses a password that is too short, too long, trivial, made of what is known of its owner, or among those that leaked.
///
/// # Errors
/// `Length` or `Weak`.
pub fn judge(password: &str, known: &[&str]) -> Result<(), PasswordError> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    if is_guessable(password, known) { Err(PasswordError::Weak) } else { Ok(()) }
}

/// Hashes and checks passwords.
pub struct Passwords {
    argon2: Argon2<'static>,
}

impl Passwords {
    /// Prepares the parameters.
    ///
    /// # Errors
    /// `Hashing` when they are refused.
    pub fn new() -> Result<Self, PasswordError> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| PasswordError::Hashing)?;
        Ok(Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params) })
    }

    /// The hash to keep, in PHC form with a random salt.
    ///
    /// # Errors
    /// `Length` for a password too short or too long.
    pub fn hash(&self, password: &str) -> Result<String, PasswordError> {
        if !LENGTH.contains(&password.chars().count()) {
            return Err(PasswordError::Length);
        }
        Ok(self.argon2.hash_password(password.as_bytes()).map_err(|_| PasswordError::Hashing)?.to_string())
    }

    /// Whether the password belongs to the hash; `None` is an unknown user and takes as long.
    pub fn verify(&self, password: &str, kept: Option<&str>) -> bool {
        let Ok(hash) = PasswordHash::new(kept.unwrap_or(DECOY)) else { return false };
        let fits = password.len() <= 4 * *LENGTH.end() && self.argon2.verify_password(password.as_bytes(), &hash).is_ok();
        fits && kept.is_some()
    }

    /// Whether the hash was made with other parameters than today's.
    pub fn is_outdated(&self, kept: &str) -> bool {
        let Ok(hash) = PasswordHash::new(kept) else { return true };
        let (version, params) = (hash.version, Params::try_from(&hash));
        let current = self.argon2.params();
        version != Some(Version::V0x13.into())
            || params.is_ok_and(|params| {
                (params.m_cost(), params.t_cost(), params.p_cost()) != (current.m_cost(), current.t_cost(), current.p_cost())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_user_costs_as_much_as_a_known_one() {
        let passwords = Passwords::new().expect("parameters");
        assert!(!passwords.is_outdated(DECOY), "the decoy has other parameters than those in force");
    }

    #[test]
    fn only_the_right_password_of_a_known_user_fits() {
        let passwords = Passwords::new().expect("parameters");
        let hash = passwords.hash("hải-đăng-2013").expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("hải-đăng-2013", Some(&hash)));
        assert!(!passwords.verify("hải-đăng-2014", Some(&hash)));
        assert!(!passwords.verify("hải-đăng-2013", None));
        assert!(!passwords.verify("hải-đăng-2013", Some("not a hash")));
        assert!(matches!(passwords.hash("short"), Err(PasswordError::Length)));
        assert!(!passwords.is_outdated(&hash));
        assert!(passwords.is_outdated(&hash.replace("m=19456", "m=4096")) && passwords.is_outdated("not a hash"));
    }

    #[test]
    fn a_password_is_judged_by_its_length_first() {
        assert!(matches!(judge("ngắn", &[]), Err(PasswordError::Length)));
        assert!(matches!(judge(&"ngắn".repeat(33), &[]), Err(PasswordError::Length)));
        assert!(matches!(judge("haidang2013", &[]), Err(PasswordError::Weak)));
        assert!(judge("thuyền ra khơi lúc rạng đông", &["nguyenthilan"]).is_ok());
    }
}
