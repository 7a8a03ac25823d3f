//! Parts of a file of which some may be malformed: each knows its JSON pointer and whether its form is right.
//! Must not guess: what is malformed is neither there nor absent, and no rule that needs it is asked.
//! The form itself is checked before, by `app::form`; the rules of each file are in `seed` and `calendar_file`.

use std::collections::{BTreeSet, HashSet};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Code, Fault};

/// The places whose form is wrong.
pub struct Malformed<'a>(BTreeSet<&'a str>);

impl<'a> Malformed<'a> {
    pub fn of(faults: &'a [Fault]) -> Self {
        // A field that nobody knows takes nothing away from what is known.
        Self(faults.iter().filter(|fault| fault.code != Code::FieldUnknown).map(|fault| fault.pointer.as_str()).collect())
    }
}

/// A value of a file, or where one would stand.
#[derive(Clone)]
pub struct Part<'a> {
    pub at: String,
    /// Absent where nothing is stated, or what is stated is malformed.
    value: Option<&'a Value>,
    /// Malformed, or within what is.
    pub is_open: bool,
    malformed: &'a Malformed<'a>,
}

impl<'a> Part<'a> {
    pub fn root(document: &'a Value, malformed: &'a Malformed<'a>) -> Self {
        Self { at: String::new(), value: None, is_open: false, malformed }.with("", Some(document))
    }

    fn with(&self, step: &str, value: Option<&'a Value>) -> Self {
        let at = format!("{}{step}", self.at);
        let is_open = self.is_open || self.malformed.0.contains(at.as_str());
        let value = value.filter(|value| !is_open && !value.is_null());
        Self { at, value, is_open, malformed: self.malformed }
    }

    pub fn field(&self, name: &str) -> Self {
        self.with(&format!("/{name}"), self.value.and_then(|value| value.get(name)))
    }

    /// The entries of a list.
    pub fn items(&self) -> Vec<Self> {
        let entries = self.value.and_then(Value::as_array).into_iter().flatten().enumerate();
        entries.map(|(i, entry)| self.with(&format!("/{i}"), Some(entry))).collect()
    }

    /// The fields of an object by name.
    pub fn fields(&self) -> Vec<(&'a str, Self)> {
        let fields = self.value.and_then(Value::as_object).into_iter().flatten();
        // The names of the format need no escapes in a pointer.
        fields.map(|(name, value)| (name.as_str(), self.with(&format!("/{name}"), Some(value)))).collect()
    }

    pub fn is_stated(&self) -> bool {
        self.value.is_some()
    }

    pub fn text(&self) -> Option<&'a str> {
        self.value.and_then(Value::as_str)
    }

    pub fn number(&self) -> Option<i64> {
        self.value.and_then(Value::as_i64)
    }

    pub fn flag(&self) -> Option<bool> {
        self.value.and_then(Value::as_bool)
    }

    /// A list of texts of which all are readable; none where nothing is stated.
    pub fn texts(&self) -> Option<Vec<&'a str>> {
        if self.is_open {
            return None;
        }
        self.items().iter().map(Self::text).collect()
    }

    /// The whole of it as its type, if nothing within is malformed.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        let below = format!("{}/", self.at);
        let next = self.malformed.0.range(below.as_str()..).next();
        let is_whole = !next.is_some_and(|place| place.starts_with(&below));
        self.value.filter(|_| is_whole).and_then(|value| serde_json::from_value(value.clone()).ok())
    }
}

/// The codes of a list's entries.
pub struct Codes<'a> {
    pub entries: Vec<Part<'a>>,
    known: HashSet<&'a str>,
    /// Whether every code is readable, so that one that is not among them is unknown.
    pub is_complete: bool,
}

impl<'a> Codes<'a> {
    /// Reads the codes of a list; doubles are faults.
    pub fn of(list: &Part<'a>, faults: &mut Vec<Fault>) -> Self {
        let entries = list.items();
        let codes: Vec<Part<'a>> = entries.iter().map(|entry| entry.field("code")).collect();
        doubles(&codes, faults);
        let is_complete = !list.is_open && codes.iter().all(|code| code.text().is_some());
        Self { known: codes.iter().filter_map(Part::text).collect(), entries, is_complete }
    }

    pub fn contains(&self, code: &str) -> bool {
        self.known.contains(code)
    }

    /// The readable codes.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.known.iter().copied()
    }

    /// The code at a place must be one of these.
    pub fn known(&self, part: &Part<'a>, faults: &mut Vec<Fault>) {
        if let Some(code) = part.text().filter(|code| self.is_complete && !self.known.contains(code)) {
            faults.push(unknown(&part.at, code));
        }
    }

    /// Every code of a list must be one of these, once.
    pub fn all_known(&self, list: &Part<'a>, faults: &mut Vec<Fault>) {
        let items = list.items();
        for item in &items {
            self.known(item, faults);
        }
        doubles(&items, faults);
    }
}

/// Tells the texts that stand above already.
pub fn doubles(parts: &[Part<'_>], faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for part in parts {
        if let Some(text) = part.text().filter(|text| !seen.insert(*text)) {
            faults.push(duplicate(&part.at, text));
        }
    }
}

pub fn duplicate(pointer: &str, value: &str) -> Fault {
    Fault::worded(pointer, Code::Duplicate, format!("“{value}” đã có ở trên."), format!("{value:?} stands above already."))
}

pub fn unknown(pointer: &str, code: &str) -> Fault {
    Fault::worded(
        pointer,
        Code::ReferenceUnknown,
        format!("Tệp không có mục nào mang mã “{code}”."),
        format!("Nothing in the file has the code {code:?}."),
    )
}

pub fn broken(pointer: &str, vi: &'static str, en: &'static str) -> Fault {
    Fault::worded(pointer, Code::RuleBroken, vi, en)
}
