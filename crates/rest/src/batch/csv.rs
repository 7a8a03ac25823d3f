//! Rows as CSV in UTF-8: with a byte order mark or without, parted by commas or semicolons.
//! Must not guess at an encoding; what is not UTF-8 is the fault of its cell, or of the file where its head is not.
//! What the columns mean is `table`.

use std::{
    cell::RefCell,
    fs::File,
    io::{BufRead, BufReader, Read},
    rc::Rc,
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
    let quotes = Rc::new(RefCell::new(Quotes::new(delimiter)));
    let lines = Lines { inner: reader, length: 0, quotes: Rc::clone(&quotes) };
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
    // What a quote that is never closed takes in are other rows.
    quotes.borrow().broken.map_or(Ok(()), |line| Err(open_quote(line)))
}

fn open_quote(line: u32) -> Refusal {
    unreadable(
        format!("Dấu nháy kép mở ở dòng {line} không được đóng đúng chỗ, nên không biết các dòng sau bắt đầu từ đâu."),
        format!("The quote that is opened on line {line} is not closed where a cell ends, so nobody can tell where the next rows begin."),
    )
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

/// Where in a cell the reading is (RFC 4180).
#[derive(Clone, Copy, PartialEq)]
enum At {
    Beginning,
    Bare,
    Quoted,
    /// Behind a quote in a quoted cell, which ends it or stands for itself with the next.
    Quote,
}

/// Finds the first quoted cell that does not end where a cell can end; the parser would take whatever follows into it.
struct Quotes {
    delimiter: u8,
    at: At,
    line: u32,
    opened: u32,
    /// The line on which that cell begins.
    broken: Option<u32>,
}

impl Quotes {
    const fn new(delimiter: u8) -> Self {
        Self { delimiter, at: At::Beginning, line: 1, opened: 1, broken: None }
    }

    fn see(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.line += u32::from(*byte == b'\n');
            let ends = *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
            self.at = match (self.at, *byte) {
                (At::Beginning, b'"') => {
                    self.opened = self.line;
                    At::Quoted
                }
                (At::Quoted, b'"') => At::Quote,
                (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
                (_, _) if ends => At::Beginning,
                (At::Quote, _) => {
                    self.broken = self.broken.or(Some(self.opened));
                    At::Bare
                }
                _ => At::Bare,
            };
        }
    }

    fn end(&mut self) {
        if self.at == At::Quoted {
            self.broken = self.broken.or(Some(self.opened));
        }
    }
}

/// Ends with a failure at a line so long that taking it in would cost too much memory.
struct Lines<R> {
    inner: R,
    length: usize,
    quotes: Rc<RefCell<Quotes>>,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = &buffer[..count];
        let mut quotes = self.quotes.borrow_mut();
        quotes.see(read);
        if count == 0 {
            quotes.end();
        }
        self.length = match read.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => count - last,
            None => self.length + count,
        };
        if self.length > MAX_ROW_BYTES { Err(std::io::ErrorKind::InvalidData.into()) } else { Ok(count) }
    }
}
