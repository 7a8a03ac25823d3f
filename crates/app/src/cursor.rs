//! Cursors: where a page ended, as opaque text that fits only the list it came from.
//! Must not carry anything the caller did not see in the list itself.
//! The comparison that continues from one is in `persistence`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::error::{Code, Refusal};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Length of the seal that binds a cursor to its list.
const SEAL: usize = 8;

fn seal(list: &str, key: &[u8]) -> [u8; SEAL] {
    let digest = Sha256::new().chain_update(list.len().to_be_bytes()).chain_update(list).chain_update(key).finalize();
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&digest[..SEAL]);
    seal
}

/// Writes a cursor down. `list` names the list with its order, filter and the caller's scope.
pub fn encode<K: Serialize>(list: &str, key: &K) -> String {
    // A key is a handful of numbers, strings and identifiers, which JSON can always hold.
    let key = serde_json::to_vec(key).unwrap_or_default();
    let mut bytes = seal(list, &key).to_vec();
    bytes.extend_from_slice(&key);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor of this list.
///
/// # Errors
/// `CURSOR_INVALID` for anything that [`encode`] did not write for the same list.
pub fn decode<K: DeserializeOwned>(list: &str, cursor: &str) -> Result<K, Refusal> {
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (sealed, key) = bytes.split_at_checked(SEAL)?;
        (sealed == seal(list, key)).then_some(())?;
        // The seal is no secret: whoever makes a cursor gets a place in a list that is open to it anyway. But a string with
        // U+0000, which JSON writes like this, is no place in any list.
        (!key.windows(6).any(|part| part == b"\\u0000")).then_some(())?;
        serde_json::from_slice(key).ok()
    };
    read().ok_or_else(|| Refusal::new(Code::CursorInvalid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_fits_its_own_list_only() {
        let cursor = encode("tasks by year", &(2014, "x"));
        assert_eq!(decode::<(i32, String)>("tasks by year", &cursor), Ok((2014, "x".into())));
        assert!(decode::<(i32, String)>("tasks by title", &cursor).is_err());
        let mut changed = cursor.clone().into_bytes();
        changed[14] ^= 1;
        assert!(decode::<(i32, String)>("tasks by year", &String::from_utf8_lossy(&changed)).is_err());
        for junk in ["", "AAAA", "%%%", "eyJ9", "AAAAAAAAAAAAAAAA"] {
            assert!(decode::<(i32, String)>("tasks by year", junk).is_err(), "{junk}");
        }
    }
}
