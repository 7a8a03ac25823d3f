//! Figures to look at: a titled table whose rows can be drawn, written as CSV or XLSX, and read aloud.
//! Must not draw or format a file, and must not turn "not recorded" or "not shown" into a number.
//! What is drawn is decided by `app::chart`; the drawing and the files are the crate `charts`.

use chrono::NaiveDate;

use crate::{
    labels::labelled_enum,
    money::{Dong, MoneyUnit},
    statistics::Rate,
};

/// Rows that are read aloud one by one; the others are counted.
const TOLD_ROWS: usize = 12;

labelled_enum! {
    /// The charts there are.
    pub enum ChartName {
        /// Tasks by how they stand.
        Tasks = "tasks",
        /// Reports that were owed, by how they came.
        Reports = "reports",
        /// Money from need to settlement.
        Budget = "budget",
        /// What was disbursed and is not settled, by its age.
        BudgetAgeing = "budget-ageing",
        /// What the state budget needs against what it can give, year by year.
        BudgetMeans = "budget-means",
        /// What is reached of targets.
        Targets = "targets",
        /// People who were trained.
        Trainings = "trainings",
        /// What the programme brought about.
        Deliverables = "deliverables",
    }
}

/// In what the cells of a column are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// How many of something, with its Vietnamese word: "nhiệm vụ".
    Count(&'static str),
    /// Whole đồng.
    Dong,
    /// Per cent, of [`Cell::Share`].
    Percent,
    /// Words, which are not drawn.
    Words,
}

/// What stands in one place of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Count(i64),
    Money(Dong),
    Share(Rate),
    Words(String),
    /// Nothing is recorded, which is not nought.
    NotRecorded,
    /// Kept back, so that few people are not told apart.
    Hidden,
}

/// A column of figures, drawn as one series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs, in camel case.
    pub key: &'static str,
    /// Its name in Vietnamese.
    pub title: &'static str,
    pub unit: Unit,
    /// Whether it is drawn; the others stand in the table alone.
    pub is_drawn: bool,
}

/// A row: what it is about, and one cell for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// A code or a year.
    pub key: String,
    /// In Vietnamese, for people.
    pub label: String,
    pub cells: Vec<Cell>,
}

/// How the series of a row stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Parts of a whole, one behind the other.
    Stacked,
    /// Beside each other.
    Grouped,
}

/// Figures to look at. All drawn columns are of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub name: ChartName,
    /// In Vietnamese.
    pub title: String,
    /// Where the figures come from, in Vietnamese; a formula stands here too.
    pub source: String,
    pub as_of: NaiveDate,
    pub shape: Shape,
    /// What the first column of the table is called.
    pub subject: &'static str,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

impl Chart {
    /// The columns that are drawn, with their places in a row.
    pub fn series(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.is_drawn)
    }

    /// The unit of what is drawn.
    pub fn unit(&self) -> Unit {
        self.series().next().map_or(Unit::Words, |(_, column)| column.unit)
    }

    /// In what amounts of money are drawn: the largest unit that leaves the highest amount at least 1.
    pub fn money_unit(&self) -> MoneyUnit {
        let amounts = self.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| match cell {
            Cell::Money(amount) => Some(amount.get().unsigned_abs()),
            _ => None,
        });
        let highest = amounts.max().unwrap_or_default();
        let fits = |unit: &MoneyUnit| highest >= 10_u64.pow(unit.power());
        [MoneyUnit::Billion, MoneyUnit::Million, MoneyUnit::Thousand].into_iter().find(fits).unwrap_or(MoneyUnit::Dong)
    }

    /// The unit in words, e.g. "tỷ đồng".
    pub fn unit_words(&self) -> &'static str {
        match self.unit() {
            Unit::Count(what) => what,
            Unit::Dong => self.money_unit().words(),
            Unit::Percent => "%",
            Unit::Words => "",
        }
    }

    /// How high a cell is drawn, in the unit of [`Self::unit_words`]. A picture is as fine as its pixels; the table has every digit.
    #[allow(clippy::cast_precision_loss, reason = "a place in a picture, not a figure")]
    pub fn height(&self, cell: &Cell) -> Option<f64> {
        match cell {
            Cell::Count(count) => Some(*count as f64),
            Cell::Money(amount) => Some(amount.get() as f64 / 10_f64.powi(i32::try_from(self.money_unit().power()).unwrap_or(0))),
            Cell::Share(rate) => rate.percent().and_then(|percent| percent.parse().ok()),
            Cell::Words(_) | Cell::NotRecorded | Cell::Hidden => None,
        }
    }

    /// A cell as Vietnamese readers write it: "1.234", "83,41%", "105.645,46 tỷ đồng", "chưa có số liệu".
    pub fn shown(&self, cell: &Cell) -> String {
        match cell {
            Cell::Count(count) => thousands(&count.to_string()),
            Cell::Money(amount) => amount.shown_in(self.money_unit()),
            Cell::Share(rate) => {
                rate.percent().map_or_else(|| NOT_RECORDED.to_owned(), |percent| format!("{}%", percent.replace('.', ",")))
            }
            Cell::Words(words) => words.clone(),
            Cell::NotRecorded => NOT_RECORDED.to_owned(),
            Cell::Hidden => HIDDEN.to_owned(),
        }
    }

    /// The chart in words, for those who do not see it: title, unit, day, the first rows, and how many more there are.
    pub fn alternative(&self) -> String {
        let as_of = self.as_of.format("%d/%m/%Y");
        let mut told = vec![format!("{}. Đơn vị: {}. Tính đến ngày {as_of}.", self.title, self.unit_words())];
        if self.rows.is_empty() {
            told.push("Chưa có số liệu.".to_owned());
        }
        for row in self.rows.iter().take(TOLD_ROWS) {
            let cells = self.series().filter_map(|(place, column)| Some(format!("{} {}", column.title, self.shown(row.cells.get(place)?))));
            told.push(format!("{}: {}.", row.label, cells.collect::<Vec<_>>().join("; ")));
        }
        if let Some(more) = self.rows.len().checked_sub(TOLD_ROWS).filter(|more| *more > 0) {
            told.push(format!("Còn {more} hàng nữa trong bảng số liệu."));
        }
        told.join(" ")
    }
}

/// What stands where nothing is recorded.
pub const NOT_RECORDED: &str = "chưa có số liệu";
/// What stands where a figure of few people is kept back.
pub const HIDDEN: &str = "không công bố";

/// Digits in groups of three.
pub fn thousands(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let mut shown = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            shown.push('.');
        }
        shown.push(digit);
    }
    shown
}

/// A text that no spreadsheet takes for a formula (CSV injection): what starts like one is preceded by an apostrophe, and by one more where
/// it is already; [`meant`] is the way back.
pub fn harmless(text: &str) -> String {
    let starts = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let bare = text.trim_start_matches('\'');
    if starts(bare) || starts(bare.trim_start()) { format!("'{text}") } else { text.to_owned() }
}

/// What a text was before it was made [`harmless`].
pub fn meant(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| harmless(rest) == text).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(cells: Vec<Cell>, unit: Unit) -> Chart {
        let column = Column { key: "paid", title: "Đã giải ngân", unit, is_drawn: true };
        let rows =
            cells.into_iter().enumerate().map(|(n, cell)| Row { key: n.to_string(), label: format!("Dòng {n}"), cells: vec![cell] });
        Chart {
            name: ChartName::Tasks,
            title: "Kinh phí".into(),
            source: "Sổ theo dõi".into(),
            as_of: NaiveDate::from_ymd_opt(2025, 3, 1).expect("a day"),
            shape: Shape::Grouped,
            subject: "Nguồn",
            columns: vec![column],
            rows: rows.collect(),
        }
    }

    #[test]
    fn money_is_drawn_in_the_unit_of_its_highest_amount() {
        let money = |dong| Cell::Money(Dong::new(dong));
        let drawn = chart(vec![money(105_645_460_000_000), money(0), Cell::NotRecorded], Unit::Dong);
        assert_eq!(drawn.unit_words(), "tỷ đồng");
        let shown: Vec<String> = drawn.rows.iter().map(|row| drawn.shown(&row.cells[0])).collect();
        assert_eq!(shown, ["105.645,46 tỷ đồng", "0 tỷ đồng", "chưa có số liệu"]);
        assert_eq!(drawn.rows.iter().map(|row| drawn.height(&row.cells[0])).collect::<Vec<_>>(), [Some(105_645.46), Some(0.0), None]);
        assert_eq!(chart(vec![money(999)], Unit::Dong).unit_words(), "đồng");
        assert_eq!(chart(vec![Cell::NotRecorded], Unit::Dong).unit_words(), "đồng");
    }

    #[test]
    fn a_share_of_nothing_is_not_nought() {
        let shares =
            chart(vec![Cell::Share(Rate::of(0, 0)), Cell::Share(Rate::of(0, 8)), Cell::Share(Rate::of(8_341, 10_000))], Unit::Percent);
        let shown: Vec<String> = shares.rows.iter().map(|row| shares.shown(&row.cells[0])).collect();
        assert_eq!(shown, ["chưa có số liệu", "0,00%", "83,41%"]);
        assert_eq!(shares.height(&shares.rows[0].cells[0]), None);
    }

    #[test]
    fn those_who_do_not_see_it_are_told_the_rows_and_how_many_more() {
        let told = chart((0..14).map(Cell::Count).collect(), Unit::Count("nhiệm vụ")).alternative();
        assert!(told.starts_with("Kinh phí. Đơn vị: nhiệm vụ. Tính đến ngày 01/03/2025. Dòng 0: Đã giải ngân 0."), "{told}");
        assert!(told.ends_with("Dòng 11: Đã giải ngân 11. Còn 2 hàng nữa trong bảng số liệu."), "{told}");
        assert!(chart(vec![], Unit::Dong).alternative().ends_with("Chưa có số liệu."));
    }

    #[test]
    fn digits_stand_in_threes() {
        for (number, shown) in [("0", "0"), ("999", "999"), ("1000", "1.000"), ("-1234567", "-1.234.567")] {
            assert_eq!(thousands(number), shown);
        }
    }

    #[test]
    fn nothing_looks_like_a_formula() {
        for text in ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "\n=1", "'=1", "'' =1"] {
            assert_eq!((harmless(text), meant(&harmless(text))), (format!("'{text}"), text));
        }
        for text in ["", "Sở Ngoại vụ", "a=b", "1-2", "'a", "'", "a'=1"] {
            assert_eq!((harmless(text).as_str(), meant(text)), (text, text));
        }
    }
}
