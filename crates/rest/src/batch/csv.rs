//! Rows as CSV in UTF-8: with a byte order mark or without, parted by commas or semicolons.
//! Must not guess at an encoding; what is not UTF-8 is the fault of its cell, or of the file where its head is not.
//! What the columns mean is `table`.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
};

use csv::{ByteRecord, ReaderBuilder};
use domain::error::{Code, Fault, Refusal};

use super::{
    MAX_ROW_BYTES, Rows, broken, not_utf8,
    table::{Cell, Columns},
    unreadable,
};

const BUFFER: usize = 64 * 1024;

/// Reads the rows under the head.
pub fn read(file: File, rows: &mut Rows<'_>) -> Result<(), Refusal> {
    let mut reader = BufReader::with_capacity(BUFFER, file);
    if reader.fill_buf().map_err(|error| broken(&error))?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    let delimiter = delimiter(reader.fill_buf().map_err(|error| broken(&error))?);
    let lines = Lines { inner: reader, length: 0 };
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(lines);
    let (mut record, mut columns) = (ByteRecord::new(), None);
    while reader.read_byte_record(&mut record).map_err(|error| refusal(&error))? {
        let line = record.position().and_then(|position| u32::try_from(position.line()).ok());
        let cells: Vec<Cell> = record.iter().map(cell).collect();
        let Some(columns) = &columns else {
            // Without names nothing below them can be told.
            if cells.contains(&Cell::NotUtf8) {
                return Err(not_utf8());
            }
            columns = Some(Columns::of(&cells)?);
            continue;
        };
        let Some((document, mut faults, bytes)) = columns.document(&cells) else { continue };
        if cells.len() < columns.len() {
            let words = ("Dòng có ít ô hơn tiêu đề.", "The row has fewer cells than the head.");
            faults.push(Fault::worded("", Code::CountMismatch, words.0, words.1));
        }
        rows.add(line, bytes, document, faults)?;
    }
    Ok(())
}

/// What parts the names of the head.
fn delimiter(beginning: &[u8]) -> u8 {
    let head = beginning.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let count = |mark: u8| head.split(|byte| *byte == mark).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

fn cell(bytes: &[u8]) -> Cell {
    match std::str::from_utf8(bytes) {
        Ok("") => Cell::Empty,
        Ok(text) => Cell::Text(text.to_owned()),
        Err(_) => Cell::NotUtf8,
    }
}

fn refusal(error: &csv::Error) -> Refusal {
    match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() != std::io::ErrorKind::InvalidData => broken(error),
        _ => unreadable("Có dòng CSV dài quá 1 MiB.", "A line of the CSV is longer than 1 MiB."),
    }
}

/// Ends with a failure at a line so long that taking it in would cost too much memory.
struct Lines<R> {
    inner: R,
    length: usize,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = &buffer[..count];
        self.length = match read.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => count - last,
            None => self.length + count,
        };
        if self.length > MAX_ROW_BYTES { Err(std::io::ErrorKind::InvalidData.into()) } else { Ok(count) }
    }
}
