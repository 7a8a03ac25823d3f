//! Passwords of people: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).
//! Must not log or keep a password. Verifying takes tens of milliseconds: never call it on an async worker.
//! Random secrets are `secrets`.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use domain::text;

/// Memory in KiB and passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Shorter ones are guessed, longer ones are an attack on the hash.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// Shorter words stand in too many others.
const SHORTEST_WORD: usize = 4;
/// A password of known words needs so many letters besides.
const LETTERS_LEFT: usize = 5;
/// What people here are known to make passwords of: the place, the product, offices, and words for secrets, days and feelings.
const WORDS: [&str; 36] = [
    "haidang",
    "hải đăng",
    "haiphong",
    "thanh pho hai phong",
    "thanhpho",
    "hoaphuongdo",
    "hoaphuong",
    "doson",
    "catba",
    "catbi",
    "hongbang",
    "ngoquyen",
    "lechan",
    "kienan",
    "thuynguyen",
    "vietnam",
    "hanoi",
    "saigon",
    "quantri",
    "quantrivien",
    "quanly",
    "nguoidung",
    "admin",
    "administrator",
    "matkhau",
    "password",
    "bimat",
    "ubnd",
    "uybannhandan",
    "soyte",
    "vanphong",
    "chuongtrinh",
    "anhyeuem",
    "emyeuanh",
    "xinchao",
    "khongbiet",
];

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
    if is_of_known_words(password, known) {
        return Err(PasswordError::Weak);
    }
    let known: Vec<&str> = known.iter().copied().chain(WORDS).collect();
    // Three of four: more than 10⁸ guesses with the lists of leaked passwords at hand.
    if zxcvbn::zxcvbn(password, &known).score() >= zxcvbn::Score::Three { Ok(()) } else { Err(PasswordError::Weak) }
}

/// Whether little is left of the letters without words that everybody here would try first.
fn is_of_known_words(password: &str, known: &[&str]) -> bool {
    let letters = |text: &str| text::fold(text).chars().filter(char::is_ascii_lowercase).collect::<String>();
    let mut words: Vec<String> = known.iter().copied().chain(WORDS).map(letters).filter(|word| word.len() >= SHORTEST_WORD).collect();
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    let password = letters(password);
    let mut left = password.clone();
    for word in words {
        left = left.replace(&word, "");
    }
    left != password && left.len() < LETTERS_LEFT
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
    fn trivial_and_leaked_passwords_are_refused() {
        for weak in [
            "password",
            "12345678",
            "qwertyuiop",
            "haidang2013",
            "nguyenthilan",
            "Abcd1234!",
            "iloveyou1",
            "Haiphong2013",
            "Haiphong@123",
            "quantri@2024",
        ] {
            assert!(matches!(judge(weak, &["nguyenthilan", "Nguyễn Thị Lan"]), Err(PasswordError::Weak)), "{weak}");
        }
        assert!(matches!(judge("ngắn", &[]), Err(PasswordError::Length)));
        assert!(matches!(judge("SoTTTT-2026!", &["so-tttt"]), Err(PasswordError::Weak)));
        for fine in ["thuyền ra khơi lúc rạng đông", "sóng vỗ bờ Hải Phòng đêm 30", "kX9#vq-2Lr7w"] {
            assert!(judge(fine, &["nguyenthilan"]).is_ok(), "{fine}");
        }
    }
}
