//! JSON as clients and files write it: repeated names are refused, whole numbers are whole however they are written.
//! Must not know what a document means; its form is checked by `form`.
//! What cannot be read says where: line, column and JSON pointer.

use std::{cell::RefCell, fmt};

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

/// Reads a document.
///
/// # Errors
/// When the text is not JSON, or repeats a name.
pub fn read(text: &[u8]) -> Result<Value, Unreadable> {
    let trail = RefCell::new(String::new());
    let mut source = serde_json::Deserializer::from_slice(text);
    let read = Reader(&trail).deserialize(&mut source).and_then(|value| source.end().map(|()| value));
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

/// Reads a value; where it stands is kept for as long as it is not read to its end.
#[derive(Clone, Copy)]
struct Reader<'t>(&'t RefCell<String>);

impl Reader<'_> {
    /// Goes down a step, and comes back where that went well.
    fn below<T, E>(self, name: &str, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let depth = self.0.borrow().len();
        step(&mut self.0.borrow_mut(), name);
        let value = read()?;
        self.0.borrow_mut().truncate(depth);
        Ok(value)
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
                    return Err(A::Error::custom(format_args!("the name {name:?} is repeated")));
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
}
