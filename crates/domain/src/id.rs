//! Identifiers: UUID version 7, typed by what they identify, given out by one source that can be replaced.
//! Must not be made anywhere else (the `v7` feature of `uuid` is used in this file only).
//! The clock behind them is `clock`.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr, sync::Mutex};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{ContextV7, Timestamp, Uuid};

/// The identifier of a `T`. The same text in REST, GraphQL, the log and the database.
pub struct Id<T: ?Sized>(Uuid, PhantomData<fn() -> Box<T>>);

impl<T: ?Sized> Id<T> {
    /// Takes a UUID as an identifier of `T`.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The sixteen bytes of the UUID.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The bare UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T: ?Sized> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Id<T> {}
impl<T: ?Sized> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T: ?Sized> Eq for Id<T> {}
impl<T: ?Sized> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: ?Sized> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T: ?Sized> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T: ?Sized> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T: ?Sized> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T: ?Sized> FromStr for Id<T> {
    type Err = uuid::Error;
    /// Only the hyphenated form is an identifier; braces, URN and bare hexadecimal are not.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse::<uuid::fmt::Hyphenated>().map(|h| Self::from_uuid(h.into_uuid()))
    }
}
impl<T: ?Sized> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T: ?Sized> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// Gives out new identifiers.
pub trait IdSource: Send + Sync {
    /// A UUID never given out before.
    fn next_uuid(&self) -> Uuid;
}

impl dyn IdSource + '_ {
    /// A new identifier of a `T`.
    pub fn next<T: ?Sized>(&self) -> Id<T> {
        Id::from_uuid(self.next_uuid())
    }
}

/// The identifier that would have been given at an instant, made of these bytes: for what is written down long afterwards.
pub fn given_at(instant: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(instant.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Identifiers of the running service: UUID version 7, ascending within the process also inside one millisecond.
#[derive(Default)]
pub struct SystemIds(Mutex<ContextV7>);

impl IdSource for SystemIds {
    fn next_uuid(&self) -> Uuid {
        let context = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(Timestamp::now(&*context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_within_one_millisecond() {
        let source = SystemIds::default();
        let ids: Vec<Uuid> = (0..10_000).map(|_| source.next_uuid()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let text = "0199b2a0-0000-7000-8000-000000000001";
        assert_eq!(text.parse::<Id<()>>().map(|id| id.to_string()), Ok(text.to_owned()));
        for bad in ["", "x", "0199b2a0000070008000000000000001", "{0199b2a0-0000-7000-8000-000000000001}"] {
            assert!(bad.parse::<Id<()>>().is_err(), "{bad}");
        }
    }
}
