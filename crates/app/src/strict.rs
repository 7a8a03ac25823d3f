//! JSON as clients and files write it: repeated names are refused, whole numbers are whole however they are written.
//! Must not know what a document means; its form is checked by `form`.
//! What cannot be read says where: line, column and JSON pointer.

use std::{
    cell::{Cell, RefCell},
    fmt,
    io::{self, Read},
};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, error::Category};

/// Doubles hold every whole number up to here exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Why a text is not a document, and where that was seen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unreadable {
    /// JSON pointer of what was being read.
    pub pointer: String,
    pub line: usize,
    pub column: usize,
    /// The text is JSON, but this name stands twice in one object.
    pub repeated: Option<String>,
    detail: String,
}

/// A name that stands in its object already, and where that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// JSON pointer, the name included.
    pub pointer: String,
    pub name: String,
    pub line: usize,
    pub column: usize,
}

/// Reads a document.
///
/// # Errors
/// When the text is not JSON, or repeats a name.
pub fn read(text: &[u8]) -> Result<Value, Unreadable> {
    let trail = RefCell::new(String::new());
    let mut source = serde_json::Deserializer::from_slice(text);
    let read = Reader { trail: &trail, repeats: None }.deserialize(&mut source).and_then(|value| source.end().map(|()| value));
    unless_unreadable(read, &trail)
}

/// Reads a document to its end although names may be repeated: each one that stands already is told, and the last counts.
///
/// # Errors
/// When the text is not JSON.
pub fn read_through(text: &[u8]) -> Result<(Value, Vec<Repeated>), Unreadable> {
    let (trail, repeats) = (RefCell::new(String::new()), Repeats::default());
    let mut source = serde_json::Deserializer::from_reader(Followed { text, repeats: &repeats });
    let read = Reader { trail: &trail, repeats: Some(&repeats) }.deserialize(&mut source).and_then(|value| source.end().map(|()| value));
    Ok((unless_unreadable(read, &trail)?, repeats.found.into_inner()))
}

fn unless_unreadable(read: serde_json::Result<Value>, trail: &RefCell<String>) -> Result<Value, Unreadable> {
    read.map_err(|error| {
        let pointer = trail.take();
        // The only rule that the reader adds: a name stands once.
        let is_repeated = error.classify() == Category::Data;
        let repeated = is_repeated.then(|| pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~"));
        Unreadable { line: error.line(), column: error.column(), repeated, detail: error.to_string(), pointer }
    })
}

/// Adds a step to a JSON pointer.
pub(crate) fn step(pointer: &mut String, name: &str) {
    pointer.push('/');
    for letter in name.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            plain => pointer.push(plain),
        }
    }
}

/// The names that are repeated, and how far the text is read: the line, from 1, and the bytes of it.
#[derive(Default)]
struct Repeats {
    found: RefCell<Vec<Repeated>>,
    lines: Cell<usize>,
    column: Cell<usize>,
}

/// A text that tells how far it is read; the parser takes a byte at a time.
struct Followed<'a> {
    text: &'a [u8],
    repeats: &'a Repeats,
}

impl Read for Followed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.text.read(buffer)?;
        for byte in &buffer[..count] {
            let is_end = *byte == b'\n';
            self.repeats.lines.set(self.repeats.lines.get() + usize::from(is_end));
            self.repeats.column.set(if is_end { 0 } else { self.repeats.column.get() + 1 });
        }
        Ok(count)
    }
}

/// Reads a value; where it stands is kept for as long as it is not read to its end.
#[derive(Clone, Copy)]
struct Reader<'t> {
    trail: &'t RefCell<String>,
    /// Where repeated names are noted; absent where they end the reading.
    repeats: Option<&'t Repeats>,
}

impl Reader<'_> {
    /// Goes down a step, and comes back where that went well.
    fn below<T, E>(self, name: &str, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let depth = self.trail.borrow().len();
        step(&mut self.trail.borrow_mut(), name);
        let value = read()?;
        self.trail.borrow_mut().truncate(depth);
        Ok(value)
    }

    /// A name that stands in its object already, at the end of the trail.
    fn repeated<E: Error>(self, name: &str) -> Result<(), E> {
        let Some(repeats) = self.repeats else { return Err(E::custom(format_args!("the name {name:?} is repeated"))) };
        let (line, column) = (repeats.lines.get() + 1, repeats.column.get());
        repeats.found.borrow_mut().push(Repeated { pointer: self.trail.borrow().clone(), name: name.to_owned(), line, column });
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        if value.fract() == 0.0 && value.abs() <= EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
            let whole = value as i64;
            return Ok(whole.into());
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = self.below(&list.len().to_string(), || entries.next_element_seed(self))? {
            list.push(entry);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = self.below(&name, || {
                if map.contains_key(&name) {
                    self.repeated::<A::Error>(&name)?;
                }
                members.next_value_seed(self)
            })?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_are_whole_and_names_come_once() {
        let read = |text: &str| read(text.as_bytes());
        assert_eq!(read(r#"{"a": [2014.0, 4e1, -0.5, null, true, "x"]}"#), Ok(json!({"a": [2014, 40, -0.5, null, true, "x"]})));
        assert_eq!(read("1e300"), Ok(json!(1e300)));
        assert!(read(r#"{"a": {"b": 1, "b": 1}}"#).is_err());
        assert!(read("{} x").is_err());
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let told = |text: &str| {
            let error = read(text.as_bytes()).expect_err("unreadable");
            (error.pointer, error.line, error.column, error.repeated)
        };
        let repeated = "{\"a\": [1, {}, {\n  \"b/c\": 1,\n  \"b/c\": 2}]}";
        assert_eq!(told(repeated), ("/a/2/b~1c".into(), 3, 7, Some("b/c".into())));
        assert_eq!(told("{\"a\": [1, tru]}"), ("/a/1".into(), 1, 14, None));
    }

    #[test]
    fn all_repeated_names_are_told_where_one_reads_on() {
        let text = "{\"a\": [1, {}, {\n  \"b/c\": 1,\n  \"b/c\": {\"d\": 0, \"d\": 0}}],\n\"a\": 2}";
        let (value, repeated) = read_through(text.as_bytes()).expect("a document");
        assert_eq!(value, json!({"a": 2}), "the last counts");
        let told: Vec<_> = repeated.iter().map(|found| (found.pointer.as_str(), found.line, found.column)).collect();
        assert_eq!(told, [("/a/2/b~1c", 3, 7), ("/a/2/b~1c/d", 3, 21), ("/a", 4, 3)]);
        assert!(read_through(b"{} x").is_err());
    }
}
