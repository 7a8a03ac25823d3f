//! Rows as CSV in UTF-8: with a byte order mark or without, parted by commas or semicolons.
//! Must not guess at an encoding; what is not UTF-8 is the fault of its cell, or of the file where its head is not.
//! What the columns of reports mean is `table`; those of translations, which are read from here too, are in their `dto`.

use std::{
    collections::VecDeque,
    fs::File,
    io::{BufRead, BufReader, Read},
};

use csv::{ByteRecord, Reader, ReaderBuilder};
use domain::error::Refusal;

use super::{
    MAX_ROW_BYTES, Rows, broken, not_utf8,
    table::{Cell, Columns, cut_short},
    unreadable,
};

const BUFFER: usize = 64 * 1024;

/// Reads the rows under the head.
pub fn read(file: File, rows: &mut Rows<'_>) -> Result<(), Refusal> {
    let (mut records, mut columns) = (Records::of(BufReader::with_capacity(BUFFER, file))?, None);
    while let Some((line, cells)) = records.row()? {
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
            faults.push(cut_short(""));
        }
        rows.add(line, bytes, document, faults)?;
    }
    Ok(())
}

/// The line on which a row begins, and its cells.
type Row = (Option<u32>, Vec<Cell>);

/// The rows of a CSV, of which the first is the head.
pub struct Records<R> {
    reader: Reader<Lines<R>>,
    record: ByteRecord,
}

impl<R: BufRead> Records<R> {
    /// Those of a text from its beginning.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(mut inner: R) -> Result<Self, Refusal> {
        if inner.fill_buf().map_err(|error| broken(&error))?.starts_with(b"\xef\xbb\xbf") {
            inner.consume(3);
        }
        let delimiter = delimiter(inner.fill_buf().map_err(|error| broken(&error))?);
        let lines = Lines { inner, length: 0, quotes: Quotes::new(delimiter) };
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(lines);
        Ok(Self { reader, record: ByteRecord::new() })
    }

    /// The next row, with the line on which it begins; nothing behind the last.
    ///
    /// # Errors
    /// `BODY_UNREADABLE` for a line that is too long, and for a quote that is not closed where a cell ends.
    pub fn row(&mut self) -> Result<Option<Row>, Refusal> {
        let is_there = self.reader.read_byte_record(&mut self.record).map_err(|error| refusal(&error))?;
        let quotes = &mut self.reader.get_mut().quotes;
        // What a quote that is never closed takes in are other rows.
        if let Some(line) = quotes.broken {
            return Err(open_quote(line));
        }
        let line = quotes.begun.pop_front();
        Ok(is_there.then(|| (line, self.record.iter().map(cell).collect())))
    }
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

/// Where in a row the reading is (RFC 4180).
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// Before a row, whatever empty lines there are.
    Row,
    Cell,
    Bare,
    Quoted,
    /// Behind a quote in a quoted cell, which ends it or stands for itself with the next.
    Quote,
    /// In blanks between that quote and the end of the cell, which some programs write; the parser leaves them in the cell.
    Closed,
}

/// Follows what is read, ahead of the parser: on which line each row begins, and the first quoted cell that does not end where a cell can
/// end; the parser would take whatever follows into it. Lines end as texts have it: with a line feed, a carriage return, or both.
struct Quotes {
    delimiter: u8,
    at: At,
    line: u32,
    is_behind_return: bool,
    opened: u32,
    /// The line on which that cell begins.
    broken: Option<u32>,
    /// Where the rows begin that the parser has not given out.
    begun: VecDeque<u32>,
}

impl Quotes {
    const fn new(delimiter: u8) -> Self {
        Self { delimiter, at: At::Row, line: 1, is_behind_return: false, opened: 1, broken: None, begun: VecDeque::new() }
    }

    fn see(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let is_end = matches!(byte, b'\n' | b'\r');
            let is_rest_of_end = self.is_behind_return && *byte == b'\n';
            self.line += u32::from(is_end && !is_rest_of_end);
            self.is_behind_return = *byte == b'\r';
            if self.at == At::Row && !is_end {
                self.begun.push_back(self.line);
            }
            self.at = match (self.at, *byte) {
                (At::Row | At::Cell, b'"') => {
                    self.opened = self.line;
                    At::Quoted
                }
                (At::Quoted, b'"') => At::Quote,
                (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
                (_, _) if is_end => At::Row,
                (_, mark) if mark == self.delimiter => At::Cell,
                (At::Quote | At::Closed, b' ' | b'\t') => At::Closed,
                (At::Quote | At::Closed, _) => {
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
    quotes: Quotes,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = &buffer[..count];
        self.quotes.see(read);
        if count == 0 {
            self.quotes.end();
        }
        self.length = match read.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(last) => count - last,
            None => self.length + count,
        };
        if self.length > MAX_ROW_BYTES { Err(std::io::ErrorKind::InvalidData.into()) } else { Ok(count) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use domain::error::Code;

    use super::*;

    /// Gives a byte at a time, so that every piece of what is read begins anew.
    struct Drops<R>(R);

    impl<R: Read> Read for Drops<R> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let most = buffer.len().min(1);
            self.0.read(&mut buffer[..most])
        }
    }

    /// The rows, as the line of each and its cells.
    fn rows(reader: impl BufRead) -> Result<Vec<String>, Refusal> {
        let (mut records, mut rows) = (Records::of(reader)?, Vec::new());
        while let Some((line, cells)) = records.row()? {
            let cells: Vec<&str> = cells.iter().map(Cell::as_text).collect();
            rows.push(format!("{} {cells:?}", line.expect("a line")));
        }
        Ok(rows)
    }

    #[test]
    fn lines_are_counted_as_they_end() {
        let text = "a,b\n1,2\n\n\"x\ny\n\",\"\"\n,\n\n\n3,4";
        for end in ["\n", "\r\n", "\r"] {
            let text = text.replace('\n', end);
            let x = format!("x{end}y{end}");
            let wanted = [
                r#"1 ["a", "b"]"#.to_owned(),
                r#"2 ["1", "2"]"#.to_owned(),
                format!("4 {:?}", [x.as_str(), ""]),
                r#"7 ["", ""]"#.to_owned(),
                r#"10 ["3", "4"]"#.to_owned(),
            ];
            assert_eq!(rows(text.as_bytes()).expect("rows"), wanted, "{text:?}");
            let drops = BufReader::with_capacity(3, Drops(Cursor::new(text.clone())));
            assert_eq!(rows(drops).expect("rows"), wanted, "{text:?}");
            let open = format!("\u{feff}a,b{end}\"1{end}2\",3{end}\"4,5{end}6,7{end}");
            let refused = rows(open.as_bytes()).expect_err("a quote");
            assert_eq!(refused.code, Code::BodyUnreadable);
            assert!(refused.message.en.contains("on line 4 "), "{open:?}: {}", refused.message.en);
        }
        let mixed = rows(&b"a\r\r\nb\n\rc"[..]).expect("rows");
        assert_eq!(mixed, [r#"1 ["a"]"#, r#"3 ["b"]"#, r#"5 ["c"]"#]);
    }

    #[test]
    fn blanks_may_stand_behind_a_quoted_cell() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("\"a\" ,\"b\"\t{end}\"1,\"\"\" \t,\"2\" {end}\"3\",\"4\"  ");
            let wanted = [r#"1 ["a ", "b\t"]"#, r#"2 ["1,\" \t", "2 "]"#, r#"3 ["3", "4  "]"#];
            assert_eq!(rows(text.as_bytes()).expect("rows"), wanted, "{text:?}");
            let drops = BufReader::with_capacity(3, Drops(Cursor::new(text.clone())));
            assert_eq!(rows(drops).expect("rows"), wanted, "{text:?}");
            for open in ["\"1\" x,2", "\"1\" \"x\",2", "\"1\"\u{a0},2", "1,\"2 "] {
                let refused = rows(format!("a,b{end}{open}{end}3,4{end}").as_bytes()).expect_err("a quote");
                assert!(refused.message.en.contains("on line 2 "), "{open:?}: {}", refused.message.en);
            }
        }
    }

    #[test]
    fn a_file_is_not_one_line_whatever_ends_its_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("{}{end}", "x".repeat(1000)).repeat(2 * MAX_ROW_BYTES / 1000);
            assert!(rows(text.as_bytes()).is_ok(), "{end:?}");
        }
        assert!(rows("x".repeat(2 * MAX_ROW_BYTES).as_bytes()).is_err());
    }
}
