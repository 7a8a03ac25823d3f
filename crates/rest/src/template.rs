//! Templates of batches: tables whose columns are the outline and the data form of a regime.
//! Must not write text that a spreadsheet would take for a formula.
//! How a filled-in table is read is `batch`.

use ::csv::Writer;
use domain::{
    chart::harmless,
    data_form::{DataField, FieldKind},
    regime::{Regime, RegimeSubject, Section},
};
use rust_xlsxwriter::{DataValidation, Format, Note, Worksheet, XlsxError};

use crate::dto::regime::Workbook;

/// CSV as it is sent.
pub const CSV: &str = "text/csv; charset=utf-8";
/// XLSX as it is sent.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The rows that choices are offered in.
const LAST_ROW: u32 = 10_000;

/// A column and what it wants to be told.
struct Column<'a> {
    name: String,
    title: String,
    needed: bool,
    note: String,
    /// Cells hold text, whatever it looks like.
    is_text: bool,
    options: &'a [String],
}

/// The columns of a regime's table.
fn columns(regime: &Regime) -> Vec<Column<'_>> {
    let about_task = regime.subject == RegimeSubject::Task;
    let fixed = |name: &str, title: &str, needed: bool, note: &str| Column {
        name: name.to_owned(),
        title: title.to_owned(),
        needed,
        note: note.to_owned(),
        is_text: !matches!(name, "year" | "percent"),
        options: &[],
    };
    let mut columns = vec![fixed("programme", "Mã chương trình", true, "Ví dụ HP-1593-2013")];
    if about_task {
        columns.push(fixed("task", "Mã nhiệm vụ", true, "Ví dụ V.2"));
    }
    columns.push(fixed("year", "Năm", true, "Số nguyên, ví dụ 2019"));
    columns.push(fixed("period", "Kỳ báo cáo", false, "Ví dụ 2019-Q2; để trống là cả năm"));
    columns.push(fixed("regime", "Mã chế độ báo cáo", true, &format!("Ghi {}", regime.code)));
    if about_task {
        columns.push(fixed("percent", "Tỷ lệ hoàn thành nhiệm vụ", true, "Số nguyên từ 0 đến 100"));
    }
    columns.push(fixed("narrative", "Nội dung báo cáo", true, "Nhiều nhất 20.000 ký tự"));
    columns.push(fixed("externalRef", "Số tham chiếu của cơ quan", false, "Mỗi báo cáo một số; ghi lại số này khi sửa báo cáo"));
    columns.push(fixed("ifMatch", "ETag của lần đọc trước", false, "Chỉ ghi khi sửa báo cáo đã có, ví dụ r1"));
    columns.extend(regime.outline.iter().map(of_section));
    columns.extend(regime.form.fields.iter().map(of_field));
    columns
}

fn of_section(section: &Section) -> Column<'_> {
    let note = section.max_length.map(|most| format!("Nhiều nhất {most} ký tự")).unwrap_or_default();
    Column {
        name: format!("sections.{}", section.code),
        title: section.title.clone(),
        needed: section.required,
        note,
        is_text: true,
        options: &[],
    }
}

fn of_field(field: &DataField) -> Column<'_> {
    let kind = match field.kind {
        FieldKind::Integer => "Số nguyên",
        FieldKind::Decimal => "Số thập phân, ví dụ 12,5",
        FieldKind::Money => "Tiền, ví dụ 1.234,5 triệu đồng",
        FieldKind::Text => "Văn bản",
        FieldKind::Choice => "Một trong các giá trị",
    };
    let mut notes = vec![kind.to_owned()];
    notes.extend((!field.options.is_empty()).then(|| field.options.join("; ")));
    notes.extend(field.unit.as_ref().map(|unit| format!("đơn vị {unit}")));
    notes.extend(field.min.as_ref().map(|min| format!("nhỏ nhất {min}")));
    notes.extend(field.max.as_ref().map(|max| format!("lớn nhất {max}")));
    notes.extend(field.decimals.map(|most| format!("nhiều nhất {most} chữ số thập phân")));
    notes.extend(field.max_length.map(|most| format!("nhiều nhất {most} ký tự")));
    Column {
        name: format!("values.{}", field.code),
        title: field.label.clone(),
        needed: field.required,
        note: notes.join("; "),
        is_text: matches!(field.kind, FieldKind::Text | FieldKind::Choice),
        options: &field.options,
    }
}

/// The head as CSV, with a byte order mark so that spreadsheets read it as UTF-8.
pub fn csv(regime: &Regime) -> Option<Vec<u8>> {
    let mut writer = Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(columns(regime).iter().map(|column| harmless(&column.name))).ok()?;
    writer.into_inner().ok()
}

/// A workbook with the table, and a sheet that tells what belongs into each column.
pub fn xlsx(regime: &Regime) -> Option<Workbook> {
    let columns = columns(regime);
    let mut book = charts::workbook().ok()?;
    table(book.add_worksheet(), &columns).ok()?;
    guide(book.add_worksheet(), regime, &columns).ok()?;
    book.save_to_buffer().ok().map(Workbook)
}

fn table(sheet: &mut Worksheet, columns: &[Column<'_>]) -> Result<(), XlsxError> {
    let (head, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    sheet.set_name("Báo cáo")?.set_freeze_panes(1, 0)?;
    for (i, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(i, 22)?;
        if column.is_text {
            sheet.set_column_format(i, &text)?;
        }
        sheet.write_string_with_format(0, i, &column.name, &head)?;
        sheet.insert_note(0, i, &Note::new(harmless(&format!("{}. {}", column.title, column.note))))?;
        // A list that is too long for a spreadsheet is told in the guide alone.
        if !column.options.is_empty()
            && let Ok(choices) = DataValidation::new().allow_list_strings(column.options)
        {
            sheet.add_data_validation(1, i, LAST_ROW, i, &choices)?;
        }
    }
    Ok(())
}

fn guide(sheet: &mut Worksheet, regime: &Regime, columns: &[Column<'_>]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name("Hướng dẫn")?;
    sheet.write_string_with_format(0, 0, harmless(&format!("{} ({})", regime.name, regime.code)), &bold)?;
    for (i, title) in (0_u16..).zip(["Cột", "Tên", "Bắt buộc", "Ghi chú"]) {
        sheet.set_column_width(i, 30)?;
        sheet.write_string_with_format(1, i, title, &bold)?;
    }
    for (row, column) in (2_u32..).zip(columns) {
        let needed = if column.needed { "Có" } else { "Không" };
        for (i, words) in (0_u16..).zip([column.name.as_str(), &column.title, needed, &column.note]) {
            sheet.write_string(row, i, harmless(words))?;
        }
    }
    Ok(())
}
