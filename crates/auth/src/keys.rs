//! Signing keys: made once, kept in a file that only its owner can read, published as a JWK set.
//! Must not log, print or publish the private part.
//! Tokens are signed and checked with them in `tokens`.

use std::{fmt, path::Path};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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
    #[error("the key file is not a JWK set of Ed25519 keys: {0}")]
    Malformed(&'static str),
    #[error("the operating system gives no randomness")]
    Randomness,
}

/// A private JWK (RFC 8037).
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PrivateJwk {
    kty: String,
    crv: String,
    kid: String,
    alg: String,
    #[serde(rename = "use")]
    usage: String,
    x: String,
    d: String,
}

impl PrivateJwk {
    fn random() -> Result<Self, KeyError> {
        let mut seed = [0_u8; 32];
        getrandom::fill(&mut seed).map_err(|_| KeyError::Randomness)?;
        let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&seed).verifying_key().as_bytes());
        Ok(Self {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            kid: thumbprint(&x),
            alg: "EdDSA".into(),
            usage: "sig".into(),
            x,
            d: URL_SAFE_NO_PAD.encode(seed),
        })
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PrivateJwkSet {
    keys: Vec<PrivateJwk>,
}

/// A key that signs and verifies.
pub(crate) struct Key {
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
    x: String,
}

/// The keys of the service; the first signs, all verify.
pub struct KeySet(Vec<Key>);

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.kid)).finish()
    }
}

impl KeySet {
    /// Makes a new key and writes it to `path`, which must not exist yet, readable by its owner only.
    ///
    /// # Errors
    /// `Write` when the file exists or cannot be made.
    pub fn generate(path: &Path) -> Result<Self, KeyError> {
        let set = PrivateJwkSet { keys: vec![PrivateJwk::random()?] };
        let text = serde_json::to_string_pretty(&set).map_err(|_| KeyError::Malformed("it cannot be written as JSON"))?;
        write_private(path, &text).map_err(KeyError::Write)?;
        Self::from_set(set)
    }

    /// A key that lives as long as the process, for work that hands out no tokens.
    ///
    /// # Errors
    /// `Randomness` when the operating system has none to give.
    pub fn ephemeral() -> Result<Self, KeyError> {
        Self::from_set(PrivateJwkSet { keys: vec![PrivateJwk::random()?] })
    }

    /// Reads the keys of a file.
    ///
    /// # Errors
    /// `Exposed` when others could read it; `Malformed` when it holds anything but Ed25519 keys.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path).map_err(KeyError::Read)?;
        refuse_exposed(path)?;
        Self::from_set(serde_json::from_str(&text).map_err(|_| KeyError::Malformed("it is not a private JWK set"))?)
    }

    fn from_set(set: PrivateJwkSet) -> Result<Self, KeyError> {
        if set.keys.is_empty() {
            return Err(KeyError::Malformed("it has no keys"));
        }
        set.keys.into_iter().map(Key::from_jwk).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn signing(&self) -> Option<&Key> {
        self.0.first()
    }

    pub(crate) fn find(&self, kid: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.kid == kid)
    }

    /// The public JWK set.
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self
            .0
            .iter()
            .map(|key| serde_json::json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": key.x}))
            .collect();
        serde_json::json!({ "keys": keys })
    }
}

impl Key {
    fn from_jwk(jwk: PrivateJwk) -> Result<Self, KeyError> {
        if (jwk.kty.as_str(), jwk.crv.as_str(), jwk.alg.as_str()) != ("OKP", "Ed25519", "EdDSA") {
            return Err(KeyError::Malformed("a key is not Ed25519"));
        }
        let seed = URL_SAFE_NO_PAD.decode(&jwk.d).map_err(|_| KeyError::Malformed("d is not base64url"))?;
        let seed: [u8; 32] = seed.try_into().map_err(|_| KeyError::Malformed("d has not 32 bytes"))?;
        let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&seed).verifying_key().as_bytes());
        if x != jwk.x || jwk.kid != thumbprint(&x) {
            return Err(KeyError::Malformed("x, d and kid do not belong together"));
        }
        let encoding = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), &seed].concat());
        let decoding = DecodingKey::from_ed_components(&x).map_err(|_| KeyError::Malformed("x is not a public key"))?;
        Ok(Self { kid: jwk.kid, encoding, decoding, x })
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
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::hard_link(&beside, path)
    });
    let removed = std::fs::remove_file(&beside);
    written.and(removed)
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(KeyError::Read)?.permissions().mode();
    // Secrets mounted into containers are often readable by a group; never by everybody.
    if mode.trailing_zeros() >= 3 { Ok(()) } else { Err(KeyError::Exposed) }
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path) -> Result<(), KeyError> {
    Ok(())
}
