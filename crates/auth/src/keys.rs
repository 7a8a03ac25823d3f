//! Signing keys: made once, kept in a file that only its owner can read, published as a JWK set.
//! Must not log, print or publish the private part.
//! Tokens are signed and checked with them in `tokens`.

use std::{fmt, fs::File, path::Path};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{seal::Seals, tokens::TOKEN_LIFETIME};

/// PKCS #8 wrapping of an Ed25519 seed (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key file cannot be read: {0}")]
    Read(#[source] std::io::Error),
    #[error("the key file cannot be written: {0}")]
    Write(#[source] std::io::Error),
    #[error("the key file can be read by others; make it mode 0600")]
    Exposed,
    #[error("the key file is not a JWK set of this service: {0}")]
    Malformed(&'static str),
    #[error("the operating system gives no randomness")]
    Randomness,
}

/// After a rotation the old key signs so many seconds longer, until every node has read the new one.
const HANDOVER: i64 = 60;
/// Seconds after its last signature at which the tokens of a key are dead, leeway and a margin included.
const AFTERLIFE: i64 = TOKEN_LIFETIME + 180;

/// A private JWK (RFC 8037 and RFC 7518, section 6.4).
#[derive(Clone, Deserialize, Serialize)]
#[serde(tag = "kty", deny_unknown_fields)]
enum PrivateJwk {
    #[serde(rename = "OKP")]
    Signing {
        crv: String,
        kid: String,
        alg: String,
        #[serde(rename = "use")]
        usage: String,
        x: String,
        d: String,
        /// Signs from this second on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nbf: Option<i64>,
        /// Verifies until this second.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exp: Option<i64>,
    },
    #[serde(rename = "oct")]
    Sealing {
        kid: String,
        alg: String,
        #[serde(rename = "use")]
        usage: String,
        k: String,
    },
}

/// What keys that seal say of themselves.
const SEAL_ALG: &str = "XC20P";

impl PrivateJwk {
    fn random_signing(nbf: Option<i64>) -> Result<Self, KeyError> {
        let seed = random()?;
        let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&seed).verifying_key().as_bytes());
        let (kid, d) = (thumbprint(&x), URL_SAFE_NO_PAD.encode(seed));
        Ok(Self::Signing { crv: "Ed25519".into(), kid, alg: "EdDSA".into(), usage: "sig".into(), x, d, nbf, exp: None })
    }

    fn random_sealing() -> Result<Self, KeyError> {
        let (name, key) = (random()?, random()?);
        let kid = URL_SAFE_NO_PAD.encode(&name[..12]);
        Ok(Self::Sealing { kid, alg: SEAL_ALG.into(), usage: "enc".into(), k: URL_SAFE_NO_PAD.encode(key) })
    }

    fn is_sealing(&self) -> bool {
        matches!(self, Self::Sealing { .. })
    }
}

pub(crate) fn random() -> Result<[u8; 32], KeyError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::Randomness)?;
    Ok(bytes)
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PrivateJwkSet {
    keys: Vec<PrivateJwk>,
}

impl PrivateJwkSet {
    fn random() -> Result<Self, KeyError> {
        Ok(Self { keys: vec![PrivateJwk::random_signing(None)?, PrivateJwk::random_sealing()?] })
    }

    fn read(path: &Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path).map_err(KeyError::Read)?;
        refuse_exposed(path)?;
        serde_json::from_str(&text).map_err(|_| KeyError::Malformed("it is not a private JWK set"))
    }

    fn text(&self) -> Result<String, KeyError> {
        serde_json::to_string_pretty(self).map_err(|_| KeyError::Malformed("it cannot be written as JSON"))
    }
}

/// A key that signs and verifies.
pub(crate) struct Key {
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
    x: String,
    nbf: Option<i64>,
    exp: Option<i64>,
}

/// The state of a signing key, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyState {
    pub kid: String,
    /// It signs now.
    pub signs: bool,
    /// It signs from this second on.
    pub signs_from: Option<i64>,
    /// It verifies until this second.
    pub verifies_until: Option<i64>,
}

/// The keys of the service.
pub struct KeySet {
    signing: Vec<Key>,
    seals: Seals,
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.signing.iter().map(|key| &key.kid)).finish()
    }
}

impl KeySet {
    /// Makes new keys and writes them to `path`, which must not exist yet, readable by its owner only.
    ///
    /// # Errors
    /// `Write` when the file exists or cannot be made.
    pub fn generate(path: &Path) -> Result<Self, KeyError> {
        let set = PrivateJwkSet::random()?;
        write_private(path, &set.text()?).map_err(KeyError::Write)?;
        Self::from_set(set)
    }

    /// Keys that live as long as the process, for work that hands out no tokens.
    ///
    /// # Errors
    /// `Randomness` when the operating system has none to give.
    pub fn ephemeral() -> Result<Self, KeyError> {
        Self::from_set(PrivateJwkSet::random()?)
    }

    /// Reads the keys of a file.
    ///
    /// # Errors
    /// `Exposed` when others could read it; `Malformed` when it holds anything but keys of this service.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::from_set(PrivateJwkSet::read(path)?)
    }

    /// Adds a new signing key to a file, as its first: it signs once every node has had time to read it; the old one verifies until
    /// its tokens are dead. Keys that are dead already are left out. Whoever rotates at the same time waits, and no key is lost.
    ///
    /// # Errors
    /// As [`KeySet::load`], and `Write`.
    pub fn rotate(path: &Path, now: i64) -> Result<Self, KeyError> {
        // Held until the new file is in its place.
        let _held = held(path)?;
        let mut set = PrivateJwkSet::read(path)?;
        set.keys.retain(|key| !matches!(key, PrivateJwk::Signing { exp: Some(exp), .. } if *exp <= now));
        for key in &mut set.keys {
            if let PrivateJwk::Signing { exp: exp @ None, .. } = key {
                *exp = Some(now + HANDOVER + AFTERLIFE);
            }
        }
        set.keys.insert(0, PrivateJwk::random_signing(Some(now + HANDOVER))?);
        if !set.keys.iter().any(PrivateJwk::is_sealing) {
            set.keys.push(PrivateJwk::random_sealing()?);
        }
        replace_private(path, &set.text()?).map_err(KeyError::Write)?;
        Self::from_set(set)
    }

    fn from_set(set: PrivateJwkSet) -> Result<Self, KeyError> {
        let (sealing, signing): (Vec<_>, Vec<_>) = set.keys.into_iter().partition(PrivateJwk::is_sealing);
        let signing = signing.into_iter().map(Key::from_jwk).collect::<Result<Vec<_>, _>>()?;
        if signing.is_empty() {
            return Err(KeyError::Malformed("it has no signing key"));
        }
        let sealing = sealing.into_iter().map(|key| match key {
            PrivateJwk::Sealing { kid, alg, k, .. } if alg == SEAL_ALG => Ok((kid, decoded(&k)?)),
            _ => Err(KeyError::Malformed("a key that seals is not XC20P")),
        });
        Ok(Self { signing, seals: Seals::new(sealing.collect::<Result<_, _>>()?) })
    }

    /// The newest key whose time has come and that outlives what it signs now; of those from the same second the first in the file,
    /// where each new one is put.
    pub(crate) fn signing(&self, now: i64) -> Option<&Key> {
        let has_come = |key: &&Key| key.nbf.is_none_or(|nbf| nbf <= now);
        let outlives = |key: &&Key| key.exp.is_none_or(|exp| now + TOKEN_LIFETIME <= exp);
        // Of equals the last is taken.
        self.signing.iter().rev().filter(has_come).filter(outlives).max_by_key(|key| key.nbf)
    }

    pub(crate) fn find(&self, kid: &str, now: i64) -> Option<&Key> {
        self.signing.iter().find(|key| key.kid == kid && key.exp.is_none_or(|exp| now < exp))
    }

    /// The keys that seal what must not lie open.
    pub fn seals(&self) -> &Seals {
        &self.seals
    }

    /// The public JWK set: every key that verifies, or will.
    pub fn jwks(&self, now: i64) -> serde_json::Value {
        let alive = self.signing.iter().filter(|key| key.exp.is_none_or(|exp| now < exp));
        let public =
            |key: &Key| serde_json::json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": key.x});
        serde_json::json!({ "keys": alive.map(public).collect::<Vec<_>>() })
    }

    /// How each signing key stands, the newest first.
    pub fn states(&self, now: i64) -> Vec<KeyState> {
        let signs = self.signing(now).map(|key| key.kid.as_str());
        let state =
            |key: &Key| KeyState { kid: key.kid.clone(), signs: signs == Some(&key.kid), signs_from: key.nbf, verifies_until: key.exp };
        self.signing.iter().map(state).collect()
    }
}

pub(crate) fn decoded(text: &str) -> Result<[u8; 32], KeyError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Malformed("a key is not base64url"))?;
    bytes.try_into().map_err(|_| KeyError::Malformed("a key has not 32 bytes"))
}

impl Key {
    fn from_jwk(jwk: PrivateJwk) -> Result<Self, KeyError> {
        let PrivateJwk::Signing { crv, kid, alg, x, d, nbf, exp, .. } = jwk else {
            return Err(KeyError::Malformed("a key does not sign"));
        };
        if (crv.as_str(), alg.as_str()) != ("Ed25519", "EdDSA") {
            return Err(KeyError::Malformed("a key is not Ed25519"));
        }
        let seed = decoded(&d)?;
        let own = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&seed).verifying_key().as_bytes());
        if own != x || kid != thumbprint(&x) {
            return Err(KeyError::Malformed("x, d and kid do not belong together"));
        }
        let encoding = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), &seed].concat());
        let decoding = DecodingKey::from_ed_components(&x).map_err(|_| KeyError::Malformed("x is not a public key"))?;
        Ok(Self { kid, encoding, decoding, x, nbf, exp })
    }
}

/// The key's own hash as its name (RFC 7638).
fn thumbprint(x: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}

/// Writes a file that did not exist, readable by its owner only.
///
/// # Errors
/// When the file exists or cannot be made.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Written beside and linked in, so that the file is whole or not there, and never replaces another.
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    // One that is there is of a process that was killed and had the same number: in a container every one has.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::hard_link(&beside, path)
    });
    let removed = std::fs::remove_file(&beside);
    written.and(removed)
}

/// The file at `path`, locked against others who would change it until it is closed.
pub(crate) fn held(path: &Path) -> Result<File, KeyError> {
    loop {
        let file = File::open(path).map_err(KeyError::Read)?;
        file.lock().map_err(KeyError::Write)?;
        // Whoever had to wait may hold a file that was replaced meanwhile.
        if is_at(&file, path).map_err(KeyError::Read)? {
            return Ok(file);
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (held, there) = (file.metadata()?, std::fs::metadata(path)?);
    Ok((held.dev(), held.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> std::io::Result<bool> {
    Ok(true)
}

/// Writes a file in the place of one that is there and [`held`], for the same owner and group and with the same mode: the service that reads it
/// may run as another user than whoever rotates its keys.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn replace_private(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("rotated");
    // One that is there is of a process that was killed: the file is held by this one.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_private(&beside, text)?;
    keep_owner(path, &beside).and_then(|()| std::fs::rename(&beside, path)).inspect_err(|_| {
        // What could not be put in place must not lie about; why it could not matters more.
        drop(std::fs::remove_file(&beside));
    })?;
    sync_folder(path)
}

/// Makes a file's place last: before that, a loss of power may bring back what was there before.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn keep_owner(from: &Path, to: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (old, new) = (std::fs::metadata(from)?, std::fs::metadata(to)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        chown(to, Some(old.uid()), Some(old.gid()))?;
    }
    std::fs::set_permissions(to, old.permissions())
}

#[cfg(not(unix))]
fn keep_owner(_from: &Path, _to: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub(crate) fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(KeyError::Read)?.permissions().mode();
    // Secrets mounted into containers are often readable by a group; never by everybody.
    if mode.trailing_zeros() >= 3 { Ok(()) } else { Err(KeyError::Exposed) }
}

#[cfg(not(unix))]
pub(crate) fn refuse_exposed(_path: &Path) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_rotated_file_keeps_its_owner_and_mode() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
        let path = std::env::temp_dir().join(format!("haidang-keys-{}.json", std::process::id()));
        KeySet::generate(&path).expect("keys");
        let stat = || std::fs::metadata(&path).expect("the file");
        assert_eq!(stat().mode() & 0o777, 0o600);
        // Only root can give a file away.
        let owner = if stat().uid() == 0 { (1234, 4321) } else { (stat().uid(), stat().gid()) };
        chown(&path, Some(owner.0), Some(owner.1)).expect("an owner");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("a mode");
        KeySet::rotate(&path, 0).expect("a rotation");
        let kept = (stat().uid(), stat().gid(), stat().mode() & 0o777);
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(kept, (owner.0, owner.1, 0o640));
    }
}
