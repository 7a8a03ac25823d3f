//! The table of a chart as CSV and XLSX: numbers as numbers, words as words that nothing runs.
//! Must not round, and must not write nought where nothing is recorded.
//! The picture of the same is `picture`.

use csv::Writer;
use domain::chart::{Cell, Chart, Unit, harmless};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::NotDrawn;

/// What CSV has where a figure of few people is kept back; where nothing is recorded it has nothing.
const HIDDEN: &str = "*";
/// Tells programs, and some spreadsheets, that the text is UTF-8.
const BOM: &str = "\u{FEFF}";
/// Excel has 15 digits of a number.
const EXACT: i64 = 999_999_999_999_999;

/// The table as CSV (RFC 4180), its first line the names of the columns.
///
/// # Errors
/// `Table`.
pub fn csv(chart: &Chart, with_bom: bool) -> Result<Vec<u8>, NotDrawn> {
    let not_written = |error: &dyn std::fmt::Display| NotDrawn::Table(error.to_string());
    let start = if with_bom { BOM.as_bytes().to_vec() } else { Vec::new() };
    let mut table = Writer::from_writer(start);
    let heads = ["Mã".to_owned(), harmless(chart.subject)].into_iter().chain(chart.columns.iter().map(head));
    table.write_record(heads).map_err(|error| not_written(&error))?;
    for row in &chart.rows {
        let named = [harmless(&row.key), harmless(&row.label)].into_iter().chain(row.cells.iter().map(plain));
        table.write_record(named).map_err(|error| not_written(&error))?;
    }
    table.into_inner().map_err(|error| not_written(&error))
}

/// The name of a column with its unit.
fn head(column: &domain::chart::Column) -> String {
    match column.unit {
        Unit::Count(what) => format!("{} ({what})", column.title),
        Unit::Dong => format!("{} (đồng)", column.title),
        Unit::Percent => format!("{} (%)", column.title),
        Unit::Words => column.title.to_owned(),
    }
}

/// A cell for programs: digits, with a point before decimals.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Count(count) => count.to_string(),
        Cell::Money(amount) => amount.get().to_string(),
        Cell::Share(rate) => rate.percent().unwrap_or_default(),
        Cell::Words(words) => harmless(words),
        Cell::NotRecorded => String::new(),
        Cell::Hidden => HIDDEN.to_owned(),
    }
}

/// The table as XLSX, with a second sheet that says what it is of.
///
/// # Errors
/// `Table`.
pub fn xlsx(chart: &Chart) -> Result<Vec<u8>, NotDrawn> {
    let written = workbook().and_then(|mut book| {
        figures(book.add_worksheet(), chart)?;
        about(book.add_worksheet(), chart)?;
        book.save_to_buffer()
    });
    written.map_err(|error| NotDrawn::Table(error.to_string()))
}

/// An empty workbook that does not say when it was made: with the same in it, it is the same file, whenever it is asked for. Its day is
/// that of the files in such an archive.
///
/// # Errors
/// When a library does not take that day.
pub fn workbook() -> Result<Workbook, XlsxError> {
    let first = ExcelDateTime::from_ymd(1980, 1, 1)?;
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&first));
    Ok(book)
}

fn figures(sheet: &mut Worksheet, chart: &Chart) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap();
    let (whole, share) = (Format::new().set_num_format("#,##0"), Format::new().set_num_format("0.00"));
    sheet.set_name("Số liệu")?;
    sheet.write_string_with_format(0, 0, "Mã", &bold)?.write_string_with_format(0, 1, chart.subject, &bold)?;
    sheet.set_column_width(1, 48)?.set_freeze_panes(1, 2)?;
    for (place, column) in (2..).zip(&chart.columns) {
        sheet.write_string_with_format(0, place, head(column), &bold)?.set_column_width(place, 18)?;
    }
    for (line, row) in (1..).zip(&chart.rows) {
        sheet.write_string(line, 0, &row.key)?.write_string(line, 1, &row.label)?;
        for (place, cell) in (2..).zip(&row.cells) {
            match cell {
                Cell::Count(number) => number_in(sheet, (line, place), *number, &whole)?,
                Cell::Money(amount) => number_in(sheet, (line, place), amount.get(), &whole)?,
                Cell::Share(rate) => {
                    if let Some(percent) = rate.percent().and_then(|percent| percent.parse::<f64>().ok()) {
                        sheet.write_number_with_format(line, place, percent, &share)?;
                    }
                }
                Cell::Words(words) => {
                    sheet.write_string(line, place, words)?;
                }
                Cell::NotRecorded => {}
                Cell::Hidden => {
                    sheet.write_string(line, place, HIDDEN)?;
                }
            }
        }
    }
    Ok(())
}

/// A number as a number; one with more digits than a spreadsheet keeps as its digits, for no digit is to be lost.
#[allow(clippy::cast_precision_loss, reason = "what is written as a number has at most 15 digits")]
fn number_in(sheet: &mut Worksheet, (line, place): (u32, u16), number: i64, format: &Format) -> Result<(), XlsxError> {
    if number.unsigned_abs() <= EXACT.unsigned_abs() {
        sheet.write_number_with_format(line, place, number as f64, format)?;
    } else {
        sheet.write_string(line, place, number.to_string())?;
    }
    Ok(())
}

fn about(sheet: &mut Worksheet, chart: &Chart) -> Result<(), XlsxError> {
    sheet.set_name("Giới thiệu")?.set_column_width(0, 20)?.set_column_width(1, 90)?;
    let told = [
        ("Tên", chart.title.clone()),
        ("Tính đến ngày", chart.as_of.format("%d/%m/%Y").to_string()),
        ("Nguồn", chart.source.clone()),
        ("Ô trống", domain::chart::NOT_RECORDED.to_owned()),
        (HIDDEN, format!("{}: dưới 5 người, hoặc từ đó suy ra được số như vậy", domain::chart::HIDDEN)),
    ];
    for (line, (name, words)) in (0..).zip(told) {
        sheet.write_string(line, 0, name)?.write_string(line, 1, words)?;
    }
    Ok(())
}
