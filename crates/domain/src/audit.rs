//! The audit log: who did or tried what, in strands of entries that each carry the hash of the one before.
//! Must hash exactly what an export shows, so that a second program can check it without this one.
//! Where strands are kept is `persistence::audit`; who may read them is `policy`.

use std::{collections::BTreeMap, ops::Range};

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
}

impl Link {
    /// Puts an entry at the end of a strand.
    pub fn after(strand: i32, entries: i64, head: &str, entry: Entry) -> Self {
        let link = Self { strand, number: entries + 1, entry, previous: head.to_owned(), sha256: String::new() };
        Self { sha256: hash(&Written::from(&link).content()), ..link }
    }
}

/// An entry as it stands in the database, column by column; what is hashed is made of this and of nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub strand: i32,
    pub number: i64,
    pub previous: String,
    pub id: String,
    /// RFC 3339 with microseconds.
    pub at: String,
    pub actor: String,
    pub account: Option<String>,
    pub login: Option<String>,
    pub agency: Option<String>,
    pub token: Option<String>,
    pub network: Option<String>,
    pub request: String,
    pub operation: String,
    pub subject: Option<String>,
    pub subject_id: Option<String>,
    pub changes: Option<String>,
    pub outcome: String,
    pub code: Option<String>,
    pub sha256: String,
}

impl From<&Link> for Written {
    fn from(link: &Link) -> Self {
        let entry = link.entry.clone();
        let (subject, subject_id) = entry.subject.unzip();
        Self {
            strand: link.strand,
            number: link.number,
            previous: link.previous.clone(),
            id: entry.id.to_string(),
            at: shown(entry.at),
            actor: entry.actor.label().to_owned(),
            account: entry.account.map(|id| id.to_string()),
            login: entry.login,
            agency: entry.agency,
            token: entry.token,
            network: entry.network,
            request: entry.request,
            operation: entry.operation,
            subject,
            subject_id,
            changes: entry.changes,
            outcome: entry.outcome.label().to_owned(),
            code: entry.code,
            sha256: link.sha256.clone(),
        }
    }
}

impl Written {
    fn content(&self) -> Value {
        json!({
            "strand": self.strand, "number": self.number, "previous": self.previous, "id": self.id, "at": self.at, "actor": self.actor,
            "account": self.account, "login": self.login, "agency": self.agency, "token": self.token, "network": self.network,
            "request": self.request, "operation": self.operation, "subject": self.subject, "subjectId": self.subject_id,
            "changes": self.changes, "outcome": self.outcome, "code": self.code,
        })
    }
}

/// The instant of an entry as it is hashed and exported.
pub fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A row of the log, whatever stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub strand: i64,
    pub number: i64,
    /// None where a column holds what the service never writes.
    pub written: Option<Written>,
}

impl From<&Link> for Row {
    fn from(link: &Link) -> Self {
        Self { strand: link.strand.into(), number: link.number, written: Some(link.into()) }
    }
}

impl Row {
    /// One line of an export: what is hashed, and the hash. A row that cannot be read gives a line that no check lets pass.
    pub fn exported(&self) -> Value {
        let Some(written) = &self.written else {
            return json!({"strand": self.strand, "number": self.number, "previous": null, "sha256": null, "unreadable": true});
        };
        let mut line = written.content();
        line["sha256"] = written.sha256.as_str().into();
        line
    }

    /// The entry, where its hash is that of what stands here.
    fn holding(&self) -> Option<&Written> {
        self.written.as_ref().filter(|written| written.sha256 == hash(&written.content()))
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
    #[error("strand {strand}, entry {number}: no entry has this place")]
    Stray { strand: i32, number: i64 },
    #[error("strand {strand}: the log does not know it")]
    Strand { strand: i32 },
    #[error("strand {strand}: where it ends is not kept, or is kept twice")]
    End { strand: i32 },
    #[error("the log has {stored} rows, of which {walked} are in their places")]
    Count { stored: i64, walked: i64 },
}

/// The number of a strand as an error names it; none that exists is out of range.
pub fn named(strand: i64) -> i32 {
    i32::try_from(strand).unwrap_or(if strand < 0 { i32::MIN } else { i32::MAX })
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

    /// Takes the next row.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn step(&mut self, row: &Row) -> Result<(), Broken> {
        let (strand, number) = (self.strand, self.number + 1);
        if row.number < number {
            return Err(Broken::Stray { strand, number: row.number });
        }
        if row.number > number {
            return Err(Broken::Missing { strand, number });
        }
        let written = row.holding().ok_or(Broken::Content { strand, number })?;
        if written.previous != self.head {
            return Err(Broken::Link { strand, number });
        }
        if self.anchor.as_ref().is_some_and(|anchor| anchor.entries == number && anchor.sha256 != written.sha256) {
            return Err(Broken::Anchor { strand, number });
        }
        self.number = number;
        self.head.clone_from(&written.sha256);
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

/// Checks a whole log: every row there is, in the order of strands and numbers, then the ends.
#[derive(Debug)]
pub struct Check {
    strands: Vec<Walk>,
    walked: i64,
}

impl Check {
    /// Of a log with these strands, of which an anchor may be known.
    ///
    /// # Errors
    /// When the anchor is not of such a log.
    pub fn new(strands: Range<i32>, anchor: Option<&[Head]>) -> Result<Self, Broken> {
        if let Some(other) = anchor.into_iter().flatten().find(|head| !strands.contains(&head.strand)) {
            return Err(Broken::Strand { strand: other.strand });
        }
        let walk = |strand: i32| {
            let anchored = anchor.map(|heads| only(heads, strand)).transpose()?;
            Ok(Walk::new(strand, anchored.cloned()))
        };
        Ok(Self { strands: strands.map(walk).collect::<Result<_, _>>()?, walked: 0 })
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn step(&mut self, row: &Row) -> Result<(), Broken> {
        let strand = named(row.strand);
        let walk = self.strands.iter_mut().find(|walk| walk.strand == strand).ok_or(Broken::Strand { strand })?;
        walk.step(row)?;
        self.walked += 1;
        Ok(())
    }

    /// Compares the ends with where the strands should end, and what was walked with the rows there are.
    ///
    /// # Errors
    /// When entries were cut off, put in, or are out of sight.
    pub fn end(self, heads: &[Head], stored: i64) -> Result<i64, Broken> {
        if let Some(other) = heads.iter().find(|head| !self.strands.iter().any(|walk| walk.strand == head.strand)) {
            return Err(Broken::Strand { strand: other.strand });
        }
        for walk in self.strands {
            let head = only(heads, walk.strand)?;
            walk.end(head)?;
        }
        if self.walked == stored { Ok(stored) } else { Err(Broken::Count { stored, walked: self.walked }) }
    }
}

/// Where a strand ends, of which there must be one.
fn only(heads: &[Head], strand: i32) -> Result<&Head, Broken> {
    let mut found = heads.iter().filter(|head| head.strand == strand);
    match (found.next(), found.next()) {
        (Some(head), None) => Ok(head),
        _ => Err(Broken::End { strand }),
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
        links.iter().try_for_each(|link| walk.step(&link.into()))?;
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

    fn checked(rows: &[Row], heads: &[Head], anchor: Option<&[Head]>) -> Result<i64, Broken> {
        let mut check = Check::new(0..2, anchor)?;
        rows.iter().try_for_each(|row| check.step(row))?;
        check.end(heads, i64::try_from(rows.len()).expect("few"))
    }

    #[test]
    fn what_has_no_place_in_the_log_is_found() {
        let (links, head) = strand(3);
        let empty = Head { strand: 1, entries: 0, sha256: BEGINNING.to_owned() };
        let rows: Vec<Row> = links.iter().map(Row::from).collect();
        let heads = [head.clone(), empty.clone()];
        assert_eq!(checked(&rows, &heads, Some(&heads)), Ok(3));
        let with = |row: Row, at: usize| {
            let mut more = rows.clone();
            more.insert(at, row);
            checked(&more, &heads, None)
        };
        let zero = Link { number: 0, ..Link::after(0, -1, BEGINNING, entry(9)) };
        assert_eq!(with((&zero).into(), 0), Err(Broken::Stray { strand: 0, number: 0 }));
        assert_eq!(with((&links[2]).into(), 3), Err(Broken::Stray { strand: 0, number: 3 }));
        assert_eq!(with((&Link::after(0, 3, &head.sha256, entry(9))).into(), 3), Err(Broken::Cut { strand: 0, found: 4, expected: 3 }));
        assert_eq!(with((&Link::after(7, 0, BEGINNING, entry(9))).into(), 3), Err(Broken::Strand { strand: 7 }));
        assert_eq!(with(Row { strand: i64::MAX, number: 1, written: None }, 3), Err(Broken::Strand { strand: i32::MAX }));
        let mut unreadable = rows.clone();
        unreadable[1].written = None;
        assert_eq!(checked(&unreadable, &heads, None), Err(Broken::Content { strand: 0, number: 2 }));
        assert_eq!(unreadable[1].exported()["sha256"], Value::Null);
        // The ends: one too few, one too many, one twice, none at all.
        assert_eq!(checked(&rows, std::slice::from_ref(&head), None), Err(Broken::End { strand: 1 }));
        let strange = Head { strand: 5, ..empty.clone() };
        assert_eq!(checked(&rows, &[head.clone(), empty.clone(), strange.clone()], None), Err(Broken::Strand { strand: 5 }));
        assert_eq!(checked(&rows, &[head.clone(), head.clone(), empty.clone()], None), Err(Broken::End { strand: 0 }));
        assert_eq!(checked(&[], &[], None), Err(Broken::End { strand: 0 }));
        // Emptied with the ends put back to the beginning, which only the anchor shows.
        let blank = [Head { strand: 0, ..empty.clone() }, empty.clone()];
        assert_eq!(checked(&[], &blank, None), Ok(0));
        assert_eq!(checked(&[], &blank, Some(&heads)), Err(Broken::Cut { strand: 0, found: 0, expected: 3 }));
        assert_eq!(checked(&rows, &heads, Some(&[strange])), Err(Broken::Strand { strand: 5 }));
        assert_eq!(checked(&rows, &heads, Some(std::slice::from_ref(&head))), Err(Broken::End { strand: 1 }));
        // Rows that no walk sees.
        let mut check = Check::new(0..2, None).expect("a check");
        for row in &rows {
            check.step(row).expect("a row");
        }
        assert_eq!(check.end(&heads, 4), Err(Broken::Count { stored: 4, walked: 3 }));
    }
}
