//! Tables: which columns there are, and how the cells of a row become the document of one.
//! Must not know a data form: cells of its fields stay as they are written, and are read where the form is known.
//! Columns are named as the fields of a row, with points: `values.so_luot`, `sections.ket_qua`, `produced.1.description`.

use std::collections::BTreeMap;

use domain::{
    data_form::not_a_number,
    error::{Code, Fault, Refusal},
    number::{self, Meaning},
};
use serde_json::{Map, Number, Value, json};

/// Columns at most.
pub const MAX_COLUMNS: usize = 500;
/// Things produced at most, as in a report that is sent alone.
const MAX_PRODUCED: usize = 200;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(Number),
    Flag(bool),
    /// A formula that came to nothing.
    Failed,
    /// A number of which the sheet does not keep every digit.
    Inexact,
    /// What stands as a number and is none.
    NoNumber,
    /// A number that its format may show as another.
    Unclear,
    /// Text in another encoding.
    NotUtf8,
}

impl Cell {
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Its text as it is written; nothing for what is none.
    pub fn as_text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            _ => 8,
        }
    }

    /// As it stands, without white space around it.
    fn plain(&self) -> Value {
        match self {
            Self::Text(text) => text.trim().into(),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Flag(flag) => (*flag).into(),
            Self::Empty | Self::Failed | Self::Inexact | Self::NoNumber | Self::Unclear | Self::NotUtf8 => Value::Null,
        }
    }

    fn text(&self) -> Value {
        match self.plain() {
            Value::String(text) => text.into(),
            Value::Null => "".into(),
            other => other.to_string().into(),
        }
    }
}

/// The columns of a table.
pub struct Columns(Vec<Column>);

struct Column {
    name: String,
    kind: Kind,
}

enum Kind {
    Text,
    Integer,
    Section(String),
    Value(String),
    /// A part of the product with this place, from 0.
    Product(usize, String),
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        const TEXTS: [&str; 8] = ["programme", "task", "agency", "period", "regime", "narrative", "externalRef", "ifMatch"];
        if TEXTS.contains(&name) {
            return Some(Self::Text);
        }
        if matches!(name, "year" | "percent") {
            return Some(Self::Integer);
        }
        let (group, rest) = name.split_once('.').filter(|(_, rest)| !rest.is_empty())?;
        match group {
            "sections" => Some(Self::Section(rest.to_owned())),
            "values" => Some(Self::Value(rest.to_owned())),
            "produced" => {
                let (number, part) = rest.split_once('.')?;
                let number: usize = number.parse().ok().filter(|number| (1..=MAX_PRODUCED).contains(number))?;
                matches!(part, "description" | "quantity" | "unit").then(|| Self::Product(number - 1, part.to_owned()))
            }
            _ => None,
        }
    }

    /// Whether its cells are texts, whatever they look like.
    fn is_text(&self) -> bool {
        match self {
            Self::Text | Self::Section(_) => true,
            Self::Product(_, part) => part != "quantity",
            Self::Integer | Self::Value(_) => false,
        }
    }
}

/// The column that a place in a row's document comes from.
pub fn column_of(pointer: &str) -> Option<String> {
    let path = pointer.strip_prefix('/')?;
    let parts = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
    let mut parts: Vec<String> = parts.collect();
    if let [group, place, ..] = parts.as_mut_slice()
        && group == "produced"
        && let Ok(number) = place.parse::<usize>()
    {
        *place = (number + 1).to_string();
    }
    Some(parts.join("."))
}

/// The place in a row's document that a column is for (RFC 6901).
fn pointer(kind: &Kind, name: &str) -> String {
    let escaped = |text: &str| text.replace('~', "~0").replace('/', "~1");
    match kind {
        Kind::Text | Kind::Integer => format!("/{name}"),
        Kind::Section(code) => format!("/sections/{}", escaped(code)),
        Kind::Value(code) => format!("/values/{}", escaped(code)),
        Kind::Product(i, part) => format!("/produced/{i}/{part}"),
    }
}

/// A cell in another encoding.
pub fn not_utf8(at: &str) -> Fault {
    Fault::worded(at, Code::PatternMismatch, "Văn bản không ở bảng mã UTF-8.", "The text is not in UTF-8.")
}

/// A row with something in cells that are under no column.
pub fn surplus(at: &str) -> Fault {
    Fault::worded(at, Code::FieldUnknown, "Dòng có ô nằm ngoài các cột của tiêu đề.", "The row has cells beyond the columns of the head.")
}

/// A row that ends before its columns do.
pub fn cut_short(at: &str) -> Fault {
    Fault::worded(at, Code::CountMismatch, "Dòng có ít ô hơn tiêu đề.", "The row has fewer cells than the head.")
}

/// The columns under these names, with what each is, and every name that is unknown or repeated; places are under `at`, a slash and the
/// name. Where nothing is told, the columns are those of the cells, in their order. Names that are empty at the end are none.
pub fn named<K>(names: &[Cell], at: &str, kind: impl Fn(&str) -> Option<K>) -> (Vec<(String, K)>, Vec<Fault>) {
    let mut names: Vec<String> = names.iter().map(|name| name.text().as_str().unwrap_or_default().to_owned()).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    if names.len() > MAX_COLUMNS {
        let (vi, en) = (format!("Bảng có nhiều nhất {MAX_COLUMNS} cột."), format!("A table has at most {MAX_COLUMNS} columns."));
        return (Vec::new(), vec![Fault::worded(at, Code::LengthOutOfRange, vi, en)]);
    }
    let (mut columns, mut faults) = (Vec::<(String, K)>::new(), Vec::new());
    for name in names {
        let shown: String = name.chars().take(100).collect();
        let at = format!("{at}/{shown}");
        match kind(&name) {
            None => faults.push(Fault::worded(
                at,
                Code::FieldUnknown,
                format!("Không có cột “{shown}”."),
                format!("There is no column {shown:?}."),
            )),
            Some(_) if columns.iter().any(|(known, _)| *known == name) => faults.push(Fault::new(at, Code::Duplicate)),
            Some(kind) => columns.push((name, kind)),
        }
    }
    (columns, faults)
}

impl Columns {
    /// The columns under these names.
    ///
    /// # Errors
    /// `BODY_INVALID` with every name that is unknown or repeated; places are a slash and the name.
    pub fn of(names: &[Cell]) -> Result<Self, Refusal> {
        let (columns, faults) = named(names, "", Kind::of);
        if !faults.is_empty() {
            return Err(Refusal::with_faults(Code::BodyInvalid, faults));
        }
        Ok(Self(columns.into_iter().map(|(name, kind)| Column { name, kind }).collect()))
    }

    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// The document of a row, what is wrong with its cells, and how much they hold. `None` for a row without anything in it.
    pub fn document(&self, cells: &[Cell]) -> Option<(Value, Vec<Fault>, usize)> {
        if cells.iter().all(Cell::is_empty) {
            return None;
        }
        let (mut document, mut faults) = (Map::new(), Vec::new());
        let (mut sections, mut values, mut produced) = (Map::new(), Map::new(), BTreeMap::<usize, Map<String, Value>>::new());
        for (column, cell) in self.0.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let at = || pointer(&column.kind, &column.name);
            faults.extend(fault_of(cell, column.kind.is_text(), at));
            match &column.kind {
                Kind::Text => drop(document.insert(column.name.clone(), cell.text())),
                Kind::Integer => drop(document.insert(column.name.clone(), whole(cell, at, &mut faults))),
                Kind::Section(code) => drop(sections.insert(code.clone(), cell.text())),
                Kind::Value(code) => drop(values.insert(code.clone(), cell.plain())),
                Kind::Product(i, part) => {
                    let value = if part == "quantity" { whole(cell, at, &mut faults) } else { cell.text() };
                    produced.entry(*i).or_default().insert(part.clone(), value);
                }
            }
        }
        if cells.iter().skip(self.0.len()).any(|cell| !cell.is_empty()) {
            faults.push(surplus(""));
        }
        let groups = [("sections", sections), ("values", values)];
        document
            .extend(groups.into_iter().filter(|(_, group)| !group.is_empty()).map(|(name, group)| (name.to_owned(), Value::Object(group))));
        if let Some(last) = produced.keys().last().copied() {
            // A gap stays one, so that places are those of the columns; the form tells of it.
            let products = (0..=last).map(|i| json!(produced.remove(&i).unwrap_or_default()));
            document.insert("produced".into(), products.collect());
        }
        Some((Value::Object(document), faults, cells.iter().map(Cell::bytes).sum()))
    }
}

/// What keeps a cell from being read. A number is a text where it is whole, and nowhere else: `1.10` in a cell is 1.1, and of a longer
/// one digits are lost.
fn fault_of(cell: &Cell, is_text: bool, at: impl Fn() -> String) -> Option<Fault> {
    const INEXACT: (&str, &str) = (
        "Ô chứa một số mà bảng tính không giữ đúng từng chữ số; hãy định dạng ô là văn bản rồi nhập lại.",
        "The cell holds a number, of which a sheet does not keep every digit; format the cell as text and write it again.",
    );
    let (vi, en) = match cell {
        Cell::Failed => ("Công thức trong ô bị lỗi.", "The formula of the cell failed."),
        Cell::NoNumber => ("Giá trị số trong ô không phải là số.", "What the cell holds as a number is none."),
        Cell::Inexact => INEXACT,
        Cell::Unclear => (
            "Định dạng phần trăm của ô không cho biết chắc ô hiển thị số nào; hãy định dạng ô là văn bản rồi nhập lại.",
            "The per cent format of the cell leaves open which number it shows; format the cell as text and write it again.",
        ),
        Cell::Number(number) if is_text && number.is_f64() => INEXACT,
        Cell::NotUtf8 => return Some(not_utf8(&at())),
        _ => return None,
    };
    Some(Fault::worded(at(), Code::TypeMismatch, vi, en))
}

/// A whole number as people write it, with a sign of per cent or without.
fn whole(cell: &Cell, at: impl Fn() -> String, faults: &mut Vec<Fault>) -> Value {
    let Cell::Text(text) = cell else { return cell.plain() };
    match number::read(text, Meaning::Whole { unit: Some("%") }) {
        Ok(number) => number.whole().map_or_else(|| cell.plain(), Value::from),
        Err(why) => {
            faults.push(not_a_number(why, at()));
            cell.plain()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|text| Cell::Text((*text).to_owned())).collect()
    }

    #[test]
    fn cells_become_the_document_of_a_row() {
        let columns =
            Columns::of(&cells(&["task", "year", "percent", "values.a", "sections.b", "produced.2.quantity", ""])).expect("columns");
        let (document, faults, _) = columns.document(&cells(&["V.2", " 2014 ", "40%", "1.234,5", "Xong", "3"])).expect("a row");
        let wanted = json!({"task": "V.2", "year": 2014, "percent": 40, "values": {"a": "1.234,5"}, "sections": {"b": "Xong"},
                            "produced": [{}, {"quantity": 3}]});
        assert_eq!((document, faults), (wanted, Vec::new()));
        assert!(columns.document(&cells(&["", " ", ""])).is_none());
        let (_, faults, _) = columns.document(&cells(&["V.2", "1,234", "x", "", "", "", "", "beyond"])).expect("a row");
        let told: Vec<String> = faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect();
        assert_eq!(told, ["/year NUMBER_AMBIGUOUS", "/percent TYPE_MISMATCH", " FIELD_UNKNOWN"]);
    }

    #[test]
    fn a_number_is_a_text_where_it_is_whole() {
        let columns = Columns::of(&cells(&["task", "sections.a", "values.b", "produced.1.unit", "produced.1.quantity"])).expect("columns");
        let told = |cell: &Cell| {
            let row: Vec<Cell> = (0..5).map(|_| cell.clone()).collect();
            let (document, faults, _) = columns.document(&row).expect("a row");
            (document, faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect::<Vec<_>>())
        };
        let (document, faults) = told(&Cell::Number(2014.into()));
        let wanted =
            json!({"task": "2014", "sections": {"a": "2014"}, "values": {"b": 2014}, "produced": [{"unit": "2014", "quantity": 2014}]});
        assert_eq!((document, faults), (wanted, Vec::new()));
        let texts = ["/task TYPE_MISMATCH", "/sections/a TYPE_MISMATCH", "/produced/0/unit TYPE_MISMATCH"];
        assert_eq!(told(&Cell::Number(Number::from_f64(1.1).expect("a number"))).1, texts);
        for odd in [Cell::Inexact, Cell::NoNumber, Cell::Unclear, Cell::Failed] {
            assert_eq!(told(&odd).1.len(), 5, "{odd:?}");
        }
    }

    #[test]
    fn places_and_columns_name_each_other() {
        for name in ["year", "values.so/luot~x", "sections.a", "produced.3.unit"] {
            let kind = Kind::of(name).expect("a column");
            assert_eq!(column_of(&pointer(&kind, name)).as_deref(), Some(name));
        }
        assert_eq!(column_of(""), None);
        let Err(refusal) = Columns::of(&cells(&["task", "Nhiệm vụ", "task", "produced.0.unit", "values."])) else { panic!("no fault") };
        let told: Vec<_> = refusal.faults.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
        let unknown = |name| (name, Code::FieldUnknown);
        assert_eq!(told, [unknown("/Nhiệm vụ"), ("/task", Code::Duplicate), unknown("/produced.0.unit"), unknown("/values.")]);
    }
}
