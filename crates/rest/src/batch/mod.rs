//! Batches of reports as they are sent: JSON, lines of JSON, CSV and XLSX, read row by row from a file that is kept for the request.
//! Must not hold more of an upload in memory than its rows, and judges nothing but form; the rest is `app::report`.
//! Receiving is `upload`; tables become documents in `table`; each format has its file.

mod csv;
mod json;
mod table;
mod upload;
mod xlsx;
mod xlsx_formats;

use std::{
    fs::File,
    io::{Read, Seek},
};

use actix_web::HttpRequest;
use app::{
    form::Form,
    report::{Expected, MAX_ROW_FAULTS, MAX_ROWS, Row, RowReport},
};
use domain::error::{Code, Fault, Refusal};
use serde_json::Value;

use crate::{dto::report::BatchRow, extract::media_among, routes::Bodies};

pub use self::{csv::Records, json::no_document};
pub use table::{Cell, column_of, cut_short, named, surplus};
pub use upload::{Upload, receive};

/// What one row holds at most; as much as one report that is sent alone where nothing else is set.
const MAX_ROW_BYTES: usize = Bodies::MOST.json;
/// What all rows hold at most, unpacked.
const MAX_BYTES: usize = 48 * 1024 * 1024;
/// Faults of form kept at most; beyond them each row tells its first.
pub const MAX_FAULTS: usize = 50_000;

/// How a batch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// An array of rows.
    Json,
    /// A row on each line.
    Ndjson,
    Csv,
    Xlsx,
}

impl Media {
    /// What the request says that its body is.
    ///
    /// # Errors
    /// `MEDIA_TYPE_UNSUPPORTED`, also for text that is not UTF-8; `CONTENT_ENCODING_UNSUPPORTED`.
    pub fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        const KNOWN: [(&str, Media); 5] = [
            ("application/json", Media::Json),
            ("application/x-ndjson", Media::Ndjson),
            ("application/jsonl", Media::Ndjson),
            ("text/csv", Media::Csv),
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Media::Xlsx),
        ];
        // RFC 4180, section 3: a table without a head would have no columns.
        media_among(request, &KNOWN, &["header=present"])
    }

    /// Its name in digests.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Whether its rows are cells under columns.
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Xlsx)
    }
}

/// Reads the rows of a batch by the form of one; what is wrong with a row is the row's.
///
/// # Errors
/// `BODY_UNREADABLE`, `BODY_INVALID` for columns, no rows at all or a text that is not UTF-8, `BODY_TOO_LARGE` for too many rows.
pub fn read(mut file: File, media: Media, form: &Form) -> Result<Vec<Row>, Refusal> {
    if media != Media::Xlsx && is_utf16(&mut file).map_err(|error| broken(&error))? {
        return Err(not_utf8());
    }
    let mut rows = Rows { form, is_cells: media.is_table(), read: Vec::new(), bytes: 0, faults: 0 };
    match media {
        Media::Json => json::read_array(file, &mut rows)?,
        Media::Ndjson => json::read_lines(file, &mut rows)?,
        Media::Csv => csv::read(file, &mut rows)?,
        Media::Xlsx => xlsx::read(file, &mut rows)?,
    }
    if rows.read.is_empty() {
        let words = ("Không có dòng nào.", "There are no rows.");
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::worded("", Code::LengthOutOfRange, words.0, words.1)]));
    }
    Ok(rows.read)
}

/// The rows read so far.
struct Rows<'a> {
    form: &'a Form,
    is_cells: bool,
    read: Vec<Row>,
    bytes: usize,
    faults: usize,
}

impl Rows<'_> {
    /// Adds a row of so many bytes; `faults` are what was wrong with it before it was a document.
    fn add(&mut self, line: Option<u32>, bytes: usize, document: Value, mut faults: Vec<Fault>) -> Result<(), Refusal> {
        self.room(bytes)?;
        if bytes > MAX_ROW_BYTES {
            self.push(line, None, vec![too_long()]);
            return Ok(());
        }
        let of_form = self.form.faults(&document);
        let told: Vec<String> = faults.iter().map(|fault| fault.pointer.clone()).collect();
        faults.extend(of_form.into_iter().filter(|fault| !told.contains(&fault.pointer)));
        let said = if faults.is_empty() { Some(document) } else { readable(document, &faults) };
        let said = said.and_then(|document| self.report(document, &mut faults));
        self.push(line, said, faults);
        Ok(())
    }

    /// Adds a row that is no document.
    fn add_unreadable(&mut self, line: Option<u32>, fault: Fault) -> Result<(), Refusal> {
        self.room(0)?;
        self.push(line, None, vec![fault]);
        Ok(())
    }

    fn report(&self, document: Value, faults: &mut Vec<Fault>) -> Option<Box<RowReport>> {
        let row: BatchRow = match serde_json::from_value(document) {
            Ok(row) => row,
            Err(error) => {
                if faults.is_empty() {
                    tracing::error!(%error, "the form of a row lets through what its type does not take");
                    faults.push(Fault::new("", Code::TypeMismatch));
                }
                return None;
            }
        };
        let (new, expected) = row.split();
        let expected = expected.unwrap_or_else(|fault| {
            faults.push(fault);
            Expected::Nothing
        });
        Some(Box::new(RowReport { new, expected, is_cells: self.is_cells }))
    }

    fn room(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.bytes += bytes;
        if self.read.len() >= MAX_ROWS {
            return Err(Refusal::worded(
                Code::BodyTooLarge,
                format!("Một lô có nhiều nhất {MAX_ROWS} dòng."),
                format!("A batch has at most {MAX_ROWS} rows."),
            ));
        }
        if self.bytes > MAX_BYTES { Err(Refusal::new(Code::BodyTooLarge)) } else { Ok(()) }
    }

    fn push(&mut self, line: Option<u32>, said: Option<Box<RowReport>>, mut faults: Vec<Fault>) {
        faults.truncate(if self.faults < MAX_FAULTS { MAX_ROW_FAULTS } else { 1 });
        self.faults += faults.len();
        // Where not every fault is told, what is read without the others would bring faults of its own.
        let said = said.filter(|_| faults.is_empty() || faults.len() < MAX_ROW_FAULTS && self.faults < MAX_FAULTS);
        self.read.push(Row { line, said, faults });
    }
}

/// What can be read of a document: without what is wrong in it, and with nothing where something must stand.
fn readable(document: Value, faults: &[Fault]) -> Option<Value> {
    let Value::Object(mut fields) = document else { return None };
    for fault in faults {
        let mut path = fault.pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
        let Some(field) = path.next() else { continue };
        let of_object = path.next().zip(fields.get_mut(&field).filter(|_| matches!(&*field, "sections" | "values")));
        match of_object.and_then(|(name, value)| Some((name, value.as_object_mut()?))) {
            Some((name, members)) => drop(members.remove(&name)),
            None => drop(fields.remove(&field)),
        }
    }
    for (field, nothing) in [("programme", "".into()), ("year", 0.into()), ("narrative", "".into())] {
        fields.entry(field).or_insert(nothing);
    }
    Some(fields.into())
}

fn too_long() -> Fault {
    Fault::worded("", Code::LengthOutOfRange, "Một dòng chứa nhiều nhất 1 MiB.", "A row holds at most 1 MiB.")
}

/// Whether a text is in UTF-16, by its mark or by every other byte of what such texts begin with.
fn is_utf16(file: &mut File) -> std::io::Result<bool> {
    let mut beginning = Vec::new();
    file.take(2).read_to_end(&mut beginning)?;
    file.rewind()?;
    Ok(matches!(*beginning, [0xff, 0xfe] | [0xfe, 0xff] | [0, _] | [_, 0]))
}

/// A file in another encoding, which is one fault of the whole and not one of each of its cells.
fn not_utf8() -> Refusal {
    let (vi, en) = (
        "Tệp phải ở bảng mã UTF-8, nhưng tệp này không phải. Trong Excel hãy lưu thành “CSV UTF-8 (Comma delimited)”.",
        "The file must be in UTF-8, and this one is not. In Excel, save it as “CSV UTF-8 (Comma delimited)”.",
    );
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::worded("", Code::PatternMismatch, vi, en)])
}

/// A batch that cannot be read at all.
fn unreadable(vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::worded(Code::BodyUnreadable, vi.into(), en.into())
}

/// The file kept for the request failed.
fn broken(error: &std::io::Error) -> Refusal {
    tracing::error!(%error, "an upload cannot be read back");
    Refusal::new(Code::Internal)
}
