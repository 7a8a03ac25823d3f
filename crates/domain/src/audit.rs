//! The audit log: who did or tried what, in strands of entries that each carry the hash of the one before.
//! Must hash exactly what an export shows, so that a second program can check it without this one.
//! Where strands are kept is `persistence::audit`; who may read them is `policy`.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{account::AccountId, error::Code, id::Id, labels::labelled_enum};

pub type EntryId = Id<Entry>;

labelled_enum! {
    pub enum ActorKind {
        /// No token.
        Nobody = "NOBODY",
        /// A system.
        Service = "SERVICE",
        /// A person.
        User = "USER",
        /// Whoever runs the program on the machine that holds the database and the keys.
        Operator = "OPERATOR",
    }
}

labelled_enum! {
    pub enum Outcome {
        Done = "DONE",
        Refused = "REFUSED",
    }
}

/// What the hash before the first of a strand is.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One thing done or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub at: DateTime<Utc>,
    pub actor: ActorKind,
    pub account: Option<AccountId>,
    /// The account's login then, or the one that was tried.
    pub login: Option<String>,
    /// Code of the agency that the account speaks for.
    pub agency: Option<String>,
    /// `jti` of the token.
    pub token: Option<String>,
    /// Network address.
    pub network: Option<String>,
    pub request: String,
    /// Name of the operation, as in `policy::operations` where it is offered there.
    pub operation: String,
    /// What kind of thing it was about, and which.
    pub subject: Option<(String, String)>,
    /// What changed, as a JSON object; secrets and restricted fields are masked.
    pub changes: Option<String>,
    pub outcome: Outcome,
    /// Why it was refused.
    pub code: Option<String>,
}

/// An entry at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub strand: i32,
    /// From 1.
    pub number: i64,
    pub entry: Entry,
    /// SHA-256 of the entry before in the strand, hexadecimal.
    pub previous: String,
    /// SHA-256 of this one, hexadecimal.
    pub sha256: String,
}

impl Entry {
    /// An entry that says why something was refused.
    pub fn refused(self, code: Code) -> Self {
        Self { outcome: Outcome::Refused, code: Some(code.label().to_owned()), ..self }
    }

    fn content(&self, strand: i32, number: i64, previous: &str) -> Value {
        let (kind, id) = self.subject.as_ref().map_or((None, None), |(kind, id)| (Some(kind), Some(id)));
        json!({
            "strand": strand, "number": number, "previous": previous,
            "id": self.id.to_string(), "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true), "actor": self.actor.label(),
            "account": self.account.map(|id| id.to_string()), "login": self.login, "agency": self.agency, "token": self.token,
            "network": self.network, "request": self.request, "operation": self.operation, "subject": kind, "subjectId": id,
            "changes": self.changes, "outcome": self.outcome.label(), "code": self.code,
        })
    }
}

impl Link {
    /// Puts an entry at the end of a strand.
    pub fn after(strand: i32, entries: i64, head: &str, entry: Entry) -> Self {
        let (number, previous) = (entries + 1, head.to_owned());
        let sha256 = hash(&entry.content(strand, number, &previous));
        Self { strand, number, entry, previous, sha256 }
    }

    /// Whether the hash is that of what stands here.
    pub fn holds(&self) -> bool {
        self.sha256 == hash(&self.entry.content(self.strand, self.number, &self.previous))
    }

    /// One line of an export: what is hashed, and the hash.
    pub fn exported(&self) -> Value {
        let mut line = self.entry.content(self.strand, self.number, &self.previous);
        line["sha256"] = self.sha256.as_str().into();
        line
    }
}

/// SHA-256 of the JSON object in UTF-8 with its names sorted and no white space.
fn hash(content: &Value) -> String {
    let sorted: BTreeMap<&String, &Value> = content.as_object().into_iter().flatten().collect();
    // Strings, numbers and nulls under strings, which JSON can always hold.
    hex(&Sha256::digest(serde_json::to_string(&sorted).unwrap_or_default()))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).map(char::from).collect()
}

/// Where a strand ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub strand: i32,
    pub entries: i64,
    pub sha256: String,
}

/// The first thing found wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("strand {strand}, entry {number}: its content does not fit its hash")]
    Content { strand: i32, number: i64 },
    #[error("strand {strand}, entry {number}: it does not follow the entry before it")]
    Link { strand: i32, number: i64 },
    #[error("strand {strand}: entry {number} is missing")]
    Missing { strand: i32, number: i64 },
    #[error("strand {strand}: it ends with entry {found} where {expected} was the last")]
    Cut { strand: i32, found: i64, expected: i64 },
    #[error("strand {strand}, entry {number}: it is not the one that was anchored")]
    Anchor { strand: i32, number: i64 },
    #[error("strand {strand}: the log does not know it")]
    Strand { strand: i32 },
}

/// Walks a strand entry by entry.
#[derive(Debug)]
pub struct Walk {
    strand: i32,
    number: i64,
    head: String,
    anchor: Option<Head>,
}

impl Walk {
    /// At the beginning of a strand, of which an anchor may be known.
    pub fn new(strand: i32, anchor: Option<Head>) -> Self {
        Self { strand, number: 0, head: BEGINNING.to_owned(), anchor }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn step(&mut self, link: &Link) -> Result<(), Broken> {
        let (strand, number) = (self.strand, self.number + 1);
        if link.number != number {
            return Err(Broken::Missing { strand, number });
        }
        if !link.holds() {
            return Err(Broken::Content { strand, number });
        }
        if link.previous != self.head {
            return Err(Broken::Link { strand, number });
        }
        if self.anchor.as_ref().is_some_and(|anchor| anchor.entries == number && anchor.sha256 != link.sha256) {
            return Err(Broken::Anchor { strand, number });
        }
        self.number = number;
        self.head.clone_from(&link.sha256);
        Ok(())
    }

    /// Compares the end with where the strand should end.
    ///
    /// # Errors
    /// When entries were cut off.
    pub fn end(self, stored: &Head) -> Result<(), Broken> {
        let expected = stored.entries.max(self.anchor.map_or(0, |anchor| anchor.entries));
        if self.number != expected {
            return Err(Broken::Cut { strand: self.strand, found: self.number, expected });
        }
        if self.head != stored.sha256 {
            return Err(Broken::Link { strand: self.strand, number: self.number });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn entry(n: u128) -> Entry {
        Entry {
            id: Id::from_uuid(Uuid::from_u128(n)),
            at: DateTime::from_timestamp_micros(1_700_000_000_000_001).expect("a time"),
            actor: ActorKind::Service,
            account: None,
            login: Some("Đài".into()),
            agency: None,
            token: None,
            network: None,
            request: "r".into(),
            operation: "submit_report".into(),
            subject: Some(("report".into(), "1".into())),
            changes: Some(r#"{"percent":[null,40]}"#.into()),
            outcome: Outcome::Done,
            code: None,
        }
    }

    fn strand(entries: u128) -> (Vec<Link>, Head) {
        let mut links: Vec<Link> = Vec::new();
        for n in 1..=entries {
            let head = links.last().map_or(BEGINNING, |link| &link.sha256).to_owned();
            links.push(Link::after(0, i64::try_from(n - 1).expect("few"), &head, entry(n)));
        }
        let sha256 = links.last().map_or(BEGINNING, |link| &link.sha256).to_owned();
        let entries = i64::try_from(links.len()).expect("few");
        (links, Head { strand: 0, entries, sha256 })
    }

    fn walked(links: &[Link], head: &Head, anchor: Option<Head>) -> Result<(), Broken> {
        let mut walk = Walk::new(0, anchor);
        links.iter().try_for_each(|link| walk.step(link))?;
        walk.end(head)
    }

    #[test]
    fn whatever_is_done_to_a_strand_is_found() {
        let (links, head) = strand(5);
        assert_eq!(walked(&links, &head, Some(head.clone())), Ok(()));
        let mut changed = links.clone();
        changed[2].entry.login = Some("đài".into());
        assert_eq!(walked(&changed, &head, None), Err(Broken::Content { strand: 0, number: 3 }));
        let mut rewritten = links.clone();
        rewritten[2] = Link::after(0, 2, &links[1].sha256, entry(99));
        assert_eq!(walked(&rewritten, &head, None), Err(Broken::Link { strand: 0, number: 4 }));
        let mut missing = links.clone();
        missing.remove(1);
        assert_eq!(walked(&missing, &head, None), Err(Broken::Missing { strand: 0, number: 2 }));
        let mut swapped = links.clone();
        swapped.swap(1, 2);
        assert!(walked(&swapped, &head, None).is_err());
        assert_eq!(walked(&links[..4], &head, None), Err(Broken::Cut { strand: 0, found: 4, expected: 5 }));
        // Whoever also mends where the strand ends is found by the anchor alone.
        let (shorter, lower) = strand(4);
        assert_eq!(walked(&shorter, &lower, None), Ok(()));
        assert_eq!(walked(&shorter, &lower, Some(head.clone())), Err(Broken::Cut { strand: 0, found: 4, expected: 5 }));
        let mut again = shorter.clone();
        again.push(Link::after(0, 4, &shorter[3].sha256, entry(77)));
        let end = Head { strand: 0, entries: 5, sha256: again[4].sha256.clone() };
        assert_eq!(walked(&again, &end, Some(head)), Err(Broken::Anchor { strand: 0, number: 5 }));
    }
}
