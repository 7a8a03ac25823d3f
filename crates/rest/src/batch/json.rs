//! Rows as JSON: an array, read item by item, or a document on each line.
//! Must not hold more than one row that is not read yet.
//! What one row must look like is its published form.

use std::{
    fmt,
    fs::File,
    io::{BufRead, BufReader, Read},
};

use app::strict::{self, Unreadable};
use domain::error::{Code, Fault, Refusal};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{MAX_ROW_BYTES, Rows, broken, too_long, unreadable};

/// Reads an array of rows.
pub fn read_array(file: File, rows: &mut Rows<'_>) -> Result<(), Refusal> {
    let mut refused = None;
    let mut reader = serde_json::Deserializer::from_reader(BufReader::new(file));
    let read = reader.deserialize_seq(Items { rows, refused: &mut refused }).and_then(|()| reader.end());
    match (refused, read) {
        (Some(refusal), _) => Err(refusal),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => {
            let (line, column) = (error.line(), error.column());
            Err(unreadable(
                format!("Nội dung không phải một mảng JSON hợp lệ (dòng {line}, cột {column})."),
                format!("The body is not an array in JSON (line {line}, column {column})."),
            ))
        }
    }
}

struct Items<'a, 'b> {
    rows: &'a mut Rows<'b>,
    refused: &'a mut Option<Refusal>,
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Box<RawValue>>()? {
            if let Err(refusal) = add(self.rows, None, item.get()) {
                *self.refused = Some(refusal);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

fn add(rows: &mut Rows<'_>, line: Option<u32>, text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_ROW_BYTES {
        return rows.add_unreadable(line, too_long());
    }
    match strict::read(text.as_bytes()) {
        Ok(document) => rows.add(line, text.len(), document, Vec::new()),
        Err(error) => rows.add_unreadable(line, no_document(&error)),
    }
}

/// A row that is no JSON, or repeats a name.
pub fn no_document(error: &Unreadable) -> Fault {
    let column = error.column;
    let (vi, en) = (
        format!("Dòng này không phải JSON hợp lệ, hoặc có tên bị lặp lại (cột {column})."),
        format!("The row is not JSON, or has a name that is repeated (column {column})."),
    );
    Fault::worded("", Code::BodyUnreadable, vi, en)
}

/// Reads a row from each line; empty lines are none.
pub fn read_lines(file: File, rows: &mut Rows<'_>) -> Result<(), Refusal> {
    let mut reader = BufReader::new(file);
    let limit = u64::try_from(MAX_ROW_BYTES + 1).unwrap_or(u64::MAX);
    let (mut number, mut bytes) = (0_u32, Vec::new());
    loop {
        bytes.clear();
        if reader.by_ref().take(limit).read_until(b'\n', &mut bytes).map_err(|error| broken(&error))? == 0 {
            return Ok(());
        }
        number += 1;
        if bytes.len() > MAX_ROW_BYTES && !bytes.ends_with(b"\n") {
            reader.skip_until(b'\n').map_err(|error| broken(&error))?;
            rows.add_unreadable(Some(number), too_long())?;
            continue;
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1).unwrap_or(&bytes);
        match std::str::from_utf8(text).map(str::trim) {
            Ok("") => {}
            Ok(text) => add(rows, Some(number), text)?,
            Err(_) => rows.add_unreadable(Some(number), super::table::not_utf8(""))?,
        }
    }
}
