//! Keys that seal restricted fields of people: a file of their own, outside the database.
//! Must not log, print or give out a key; tokens and second factors have others, see `keys`.
//! How something is sealed is `seal`; which values are under which key is known to the database.

use std::path::Path;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    keys::{KeyError, decoded, held, random, refuse_exposed, replace_private, write_private},
    seal::{SealError, Seals},
};

/// What such a key says of itself.
const ALG: &str = "XC20P";
/// Seconds after which nobody seals with the key that was the first before: whoever had read the file then has written by then.
pub const SETTLED: i64 = 60;

/// A symmetric JWK (RFC 7518, section 6.4).
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Jwk {
    kty: String,
    kid: String,
    alg: String,
    #[serde(rename = "use")]
    usage: String,
    k: String,
    /// The second in which it was made.
    iat: i64,
}

impl Jwk {
    fn random(now: i64) -> Result<Self, KeyError> {
        let (name, key) = (random()?, random()?);
        let kid = URL_SAFE_NO_PAD.encode(&name[..12]);
        Ok(Self { kty: "oct".into(), kid, alg: ALG.into(), usage: "enc".into(), k: URL_SAFE_NO_PAD.encode(key), iat: now })
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    fn read(path: &Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path).map_err(KeyError::Read)?;
        refuse_exposed(path)?;
        serde_json::from_str(&text).map_err(|_| KeyError::Malformed("it is not a set of keys for personal data"))
    }

    fn text(&self) -> Result<String, KeyError> {
        serde_json::to_string_pretty(self).map_err(|_| KeyError::Malformed("it cannot be written as JSON"))
    }
}

/// The keys of a file: the first seals, all open.
pub struct PersonalKeys {
    /// Each with the second in which it was made.
    kids: Vec<(String, i64)>,
    seals: Seals,
}

impl PersonalKeys {
    /// Makes a key and writes it to `path`, which must not exist yet, readable by its owner only.
    ///
    /// # Errors
    /// `Write` when the file exists or cannot be made.
    pub fn generate(path: &Path, now: i64) -> Result<Self, KeyError> {
        let set = JwkSet { keys: vec![Jwk::random(now)?] };
        write_private(path, &set.text()?).map_err(KeyError::Write)?;
        Self::of(set)
    }

    /// Reads the keys of a file.
    ///
    /// # Errors
    /// `Exposed` when others could read it; `Malformed` when it holds anything but such keys.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::of(JwkSet::read(path)?)
    }

    /// Adds a new key to a file, as its first. Whoever changes the file at the same time waits, and no key is lost.
    ///
    /// # Errors
    /// As [`PersonalKeys::load`], and `Write`.
    pub fn add(path: &Path, now: i64) -> Result<Self, KeyError> {
        let _held = held(path)?;
        let mut set = JwkSet::read(path)?;
        set.keys.insert(0, Jwk::random(now)?);
        replace_private(path, &set.text()?).map_err(KeyError::Write)?;
        Self::of(set)
    }

    /// Takes a key out of a file for good. Never the first; whether something is still sealed with it the caller knows.
    ///
    /// # Errors
    /// As [`PersonalKeys::load`], and `Write`; `Malformed` when it is the first key or not there.
    pub fn remove(path: &Path, kid: &str) -> Result<Self, KeyError> {
        let _held = held(path)?;
        let mut set = JwkSet::read(path)?;
        match set.keys.iter().position(|key| key.kid == kid) {
            None => return Err(KeyError::Malformed("it has no such key")),
            Some(0) => return Err(KeyError::Malformed("its first key seals and stays")),
            Some(at) => drop(set.keys.remove(at)),
        }
        replace_private(path, &set.text()?).map_err(KeyError::Write)?;
        Self::of(set)
    }

    fn of(set: JwkSet) -> Result<Self, KeyError> {
        if set.keys.is_empty() {
            return Err(KeyError::Malformed("it has no key"));
        }
        let (mut kids, mut keys) = (Vec::new(), Vec::new());
        for key in set.keys {
            let is_one = key.kty == "oct" && key.alg == ALG && key.usage == "enc" && !key.kid.is_empty() && !key.kid.contains('.');
            if !is_one || kids.iter().any(|(kid, _)| *kid == key.kid) {
                return Err(KeyError::Malformed("a key is not a key of its own that seals by XC20P"));
            }
            keys.push((key.kid.clone(), decoded(&key.k)?));
            kids.push((key.kid, key.iat));
        }
        Ok(Self { kids, seals: Seals::new(keys) })
    }

    /// The name of the key that seals.
    pub fn first(&self) -> &str {
        self.kids.first().map_or("", |(kid, _)| kid)
    }

    /// The names of the keys, the one that seals first, each with the second in which it was made.
    pub fn kids(&self) -> &[(String, i64)] {
        &self.kids
    }

    pub fn has(&self, kid: &str) -> bool {
        self.kids.iter().any(|(own, _)| own == kid)
    }

    /// Seals for one place.
    ///
    /// # Errors
    /// `NoKey` when the operating system gives no randomness.
    pub fn seal(&self, place: &str, open: &[u8]) -> Result<String, SealError> {
        self.seals.seal(place, open)
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// `Broken` for what was changed, or sealed for another place or with another key.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        self.seals.open(place, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_seals_and_older_ones_open_until_they_are_taken_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("personal-keys.json");
        let first = PersonalKeys::generate(&path, 1).expect("keys");
        assert!(PersonalKeys::generate(&path, 1).is_err(), "a file that is there is left alone");
        let old = first.seal("a", b"x").expect("sealed");
        let both = PersonalKeys::add(&path, 2).expect("keys");
        assert_ne!(both.first(), first.first());
        assert_eq!(both.open("a", &old).as_deref(), Ok(&b"x"[..]));
        assert!(both.seal("a", b"x").expect("sealed").starts_with(both.first()));
        assert!(PersonalKeys::remove(&path, both.first()).is_err() && PersonalKeys::remove(&path, "none").is_err());
        let one = PersonalKeys::remove(&path, first.first()).expect("keys");
        assert_eq!((one.kids().len(), one.open("a", &old)), (1, Err(SealError::Broken)));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("personal-keys.json");
        PersonalKeys::generate(&path, 1).expect("keys");
        assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("a mode");
        assert!(matches!(PersonalKeys::load(&path), Err(KeyError::Exposed)));
    }

    #[test]
    fn a_file_of_anything_else_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("personal-keys.json");
        for text in [
            "",
            "{}",
            "{\"keys\": []}",
            "{\"keys\": [{\"kty\": \"oct\", \"kid\": \"a\", \"alg\": \"XC20P\", \"use\": \"enc\", \"k\": \"AAAA\", \"iat\": 1}]}",
        ] {
            drop(std::fs::remove_file(&path));
            write_private(&path, text).expect("a file");
            assert!(matches!(PersonalKeys::load(&path), Err(KeyError::Malformed(_))), "{text}");
        }
    }
}
