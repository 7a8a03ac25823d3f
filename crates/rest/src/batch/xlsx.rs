//! Rows as XLSX: the first sheet, read cell by cell.
//! Must not unpack what has not been measured: an archive can hold a thousand times what it weighs.
//! What the columns mean is `table`, how a cell shows its number `xlsx_formats`.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

use calamine::{DataRef, Reader, Xlsx};
use domain::error::{Code, Refusal};
use serde_json::Number;
use zip::ZipArchive;

use super::{
    MAX_BYTES, MAX_ROW_BYTES, Rows, broken,
    table::{Cell, Columns, MAX_COLUMNS},
    unreadable,
    xlsx_formats::{Format, are_too_many},
};

/// Files in the archive at most.
const MAX_FILES: usize = 1000;
/// What all files hold at most, unpacked.
const MAX_UNPACKED: u64 = 96 * 1024 * 1024;
/// What a file that is taken into memory whole holds at most, unpacked: everything but the sheets.
const MAX_WHOLE: u64 = 32 * 1024 * 1024;
/// A sheet holds fifteen digits of a number, and a double tells all of these from their neighbours.
const EXACT: f64 = 999_999_999_999_999.0;
const CHUNK: usize = 64 * 1024;
/// Where XML names its encoding, if it does.
const BEGINNING: u64 = 256;
/// `uniqueCount="1234567"` and one byte more.
const ANNOUNCEMENT: usize = 23;

/// Reads the rows under the head of the first sheet.
pub fn read(mut file: File, rows: &mut Rows<'_>) -> Result<(), Refusal> {
    measure(&file)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| broken(&error))?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|_| no_workbook())?;
    let sheet = book.sheet_names().first().cloned().ok_or_else(no_workbook)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|_| no_workbook())?;
    let formats: Vec<Format> = cells.styles().iter().map(Format::of).collect();
    let mut table = Table { rows, columns: None, line: 0, cells: Vec::new(), bytes: 0 };
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|_| no_workbook())? {
        let (row, column) = cell.get_position();
        let format = formats.get(style).copied().unwrap_or_default();
        // Counted from 1, as people see them.
        table.put(row.saturating_add(1), usize::try_from(column).unwrap_or(usize::MAX), cell.get_value(), format)?;
    }
    table.flush()
}

fn no_workbook() -> Refusal {
    unreadable("Tệp không phải sổ tính XLSX đọc được.", "The file is no XLSX workbook that can be read.")
}

/// The row that is being put together.
struct Table<'a, 'b> {
    rows: &'a mut Rows<'b>,
    columns: Option<Columns>,
    line: u32,
    cells: Vec<Cell>,
    /// What they hold, or would hold.
    bytes: usize,
}

impl Table<'_, '_> {
    fn put(&mut self, line: u32, column: usize, value: &DataRef<'_>, format: Format) -> Result<(), Refusal> {
        if line < self.line {
            return Err(no_workbook());
        }
        if line > self.line {
            self.flush()?;
            self.line = line;
        }
        if *value == DataRef::Empty {
            return Ok(());
        }
        // One string can stand in every cell: what a row cannot hold is counted and not copied.
        self.bytes += size(value);
        if self.bytes > MAX_BYTES {
            return Err(Refusal::new(Code::BodyTooLarge));
        }
        let cell = if self.bytes > MAX_ROW_BYTES { Cell::Failed } else { cell_of(value, format) };
        // Whatever lies beyond the last column there can be is told as one cell too many.
        let column = column.min(MAX_COLUMNS);
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Cell::Empty);
        }
        self.cells[column] = cell;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let (cells, held) = (std::mem::take(&mut self.cells), std::mem::take(&mut self.bytes));
        match &self.columns {
            None if cells.is_empty() => Ok(()),
            None => {
                self.columns = Some(Columns::of(&cells)?);
                Ok(())
            }
            Some(columns) => match columns.document(&cells) {
                Some((document, faults, bytes)) => self.rows.add(Some(self.line), bytes.max(held), document, faults),
                None => Ok(()),
            },
        }
    }
}

fn size(value: &DataRef<'_>) -> usize {
    match value {
        DataRef::String(text) => text.len(),
        DataRef::SharedString(text) => text.len(),
        _ => 8,
    }
}

fn cell_of(value: &DataRef<'_>, format: Format) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) if format == Format::default() => Cell::Number((*number).into()),
        DataRef::Int(_) => Cell::Unclear,
        DataRef::Float(number) => format.cell(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(flag) => Cell::Flag(*flag),
        DataRef::DateTime(instant) => {
            let (year, month, day, ..) = instant.to_ymd_hms_milli();
            Cell::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::Error(_) => Cell::Failed,
    }
}

/// A number as the program that wrote the sheet shows it: it keeps fifteen digits, which a double gives back as they were. What the
/// reader gives is a double whatever was written, so that a number with more digits, or one that would be shown with an exponent, is
/// told and not taken for another.
pub fn number_of(number: f64) -> Cell {
    if number.fract() == 0.0 {
        if number.abs() > EXACT {
            return Cell::Inexact;
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
        let whole = number as i64;
        return Cell::Number(whole.into());
    }
    match Number::from_f64(number) {
        None => Cell::NoNumber,
        Some(number) if number.to_string().contains('e') => Cell::Inexact,
        Some(number) => Cell::Number(number),
    }
}

/// Whether the archive can be unpacked within bounds, whatever it says of itself.
fn measure(file: &File) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| no_workbook())?;
    if archive.len() > MAX_FILES {
        return Err(Refusal::new(Code::BodyTooLarge));
    }
    let mut left = MAX_UNPACKED;
    for i in 0..archive.len() {
        let packed = archive.by_index(i).map_err(|_| no_workbook())?;
        let name = packed.name().map_err(|_| no_workbook())?.to_ascii_lowercase();
        let limit = if name.contains("worksheets/") { left } else { left.min(MAX_WHOLE) };
        left -= size_within(packed.take(limit + 1), limit)?;
        if name.ends_with("styles.xml") {
            let styles = archive.by_index(i).map_err(|_| no_workbook())?;
            if are_too_many(BufReader::new(styles)).map_err(|_| no_workbook())? {
                return Err(Refusal::new(Code::BodyTooLarge));
            }
        }
    }
    Ok(())
}

/// How much there is to read, if it is within the limit. XML is in UTF-8, and announces no more strings than there can be, as the
/// reader makes room for as many as are announced.
fn size_within(mut packed: impl Read, limit: u64) -> Result<u64, Refusal> {
    let (mut window, mut buffer) = (Vec::new(), vec![0; CHUNK]);
    packed.by_ref().take(BEGINNING).read_to_end(&mut window).map_err(|_| no_workbook())?;
    if !is_utf8_text(&window) {
        return Err(no_workbook());
    }
    let mut size = u64::try_from(window.len()).unwrap_or(u64::MAX);
    loop {
        if size > limit || announces_too_many(&window) {
            return Err(Refusal::new(Code::BodyTooLarge));
        }
        let count = packed.read(&mut buffer).map_err(|_| no_workbook())?;
        if count == 0 {
            return Ok(size);
        }
        size += u64::try_from(count).unwrap_or(u64::MAX);
        // What is announced may lie across two chunks.
        window.drain(..window.len().saturating_sub(2 * ANNOUNCEMENT));
        window.extend_from_slice(&buffer[..count]);
    }
}

/// Whether a number of strings is announced in another way than as up to seven digits, or is longer.
fn announces_too_many(window: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    let complete = window.windows(ANNOUNCEMENT).filter(|part| part.starts_with(NAME));
    complete.map(|part| &part[NAME.len()..]).any(|rest| {
        let Some((quote @ (b'"' | b'\''), digits)) = rest.strip_prefix(b"=").and_then(<[u8]>::split_first) else { return true };
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        length > 7 || digits.get(length) != Some(quote)
    })
}

/// Whether XML names no other encoding; what is no XML is not read as such.
fn is_utf8_text(beginning: &[u8]) -> bool {
    let head = beginning.to_ascii_lowercase();
    let names = |words: &[u8]| head.windows(words.len()).any(|part| part == words);
    !head.starts_with(b"\xff\xfe") && !head.starts_with(b"\xfe\xff") && (!names(b"encoding") || names(b"utf-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_were_written() {
        for (given, whole) in [(2014.0, 2014), (-0.0, 0), (999_999_999_999_999.0, 999_999_999_999_999_i64)] {
            assert_eq!(number_of(given), Cell::Number(whole.into()), "{given}");
        }
        assert!(matches!(number_of(1.23), Cell::Number(number) if number.to_string() == "1.23"));
        for given in [9_007_199_254_740_992.0, -1e16, 10_000_000_000_000_004.0, 1e300, 1.5e-7] {
            assert_eq!(number_of(given), Cell::Inexact, "{given}");
        }
        for given in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(number_of(given), Cell::NoNumber, "{given}");
        }
    }

    #[test]
    fn what_is_announced_is_bounded() {
        let told = |text: &str| size_within(text.as_bytes(), 1_000_000).is_ok();
        assert!(told(r#"<?xml version="1.0" encoding="UTF-8"?><sst count="3" uniqueCount="1234567"><si/></sst>"#));
        for bad in [
            r#"<?xml version="1.0" encoding="UTF-16"?><sst></sst>"#,
            r#"<sst uniqueCount="12345678"><si/></sst>      "#,
            r#"<sst uniqueCount = "12345678"><si/></sst>      "#,
            r#"<sst uniqueCount="&#57;9999999"><si/></sst>      "#,
        ] {
            assert!(!told(bad), "{bad}");
        }
        let late = format!("{}<sst uniqueCount='123456789'></sst>", " ".repeat(CHUNK + 240));
        assert!(!told(&late));
        assert!(size_within(std::io::repeat(b' '), 1_000_000).is_err());
    }
}
