//! Where everything of a picture stands: lines of text, the legend, bars and their marks, in pixels.
//! Must not draw.
//! What is drawn with it is `picture`.

use domain::chart::{Chart, Row, Shape, Unit};
use plotters::coord::{ranged1d::Ranged, types::RangedCoordf64};

use crate::{NotDrawn, letters::Ink};

/// Pixels across.
pub const WIDTH: i32 = 960;
pub const MARGIN: i32 = 24;
/// Where bars begin.
pub const LEFT: i32 = 300;
/// Room beside the longest bar for what it says.
const SAYS: i32 = 150;
/// How thick a bar is, and what lies between rows.
pub const BAR: i32 = 18;
const GAP: i32 = 12;
/// Rows that are drawn; the table has all.
const MOST_ROWS: usize = 60;
/// Lines of a row's name.
const NAME_LINES: usize = 3;

/// A row in its place.
pub struct Placed<'a> {
    pub row: &'a Row,
    pub name: Vec<String>,
    pub top: i32,
}

/// A series in the legend.
pub struct Key {
    pub title: &'static str,
    pub left: i32,
    pub top: i32,
}

/// A picture's plan.
pub struct Layout<'a> {
    pub title: Vec<String>,
    pub under: String,
    pub keys: Vec<Key>,
    pub rows: Vec<Placed<'a>>,
    /// Where the rows begin and end.
    pub body: (i32, i32),
    /// The places of the axis, in the chart's unit.
    pub marks: Vec<f64>,
    /// Lowest and highest value of the axis.
    pub span: (f64, f64),
    pub notes: Vec<String>,
    pub height: i32,
}

impl<'a> Layout<'a> {
    /// Plans the picture of a chart.
    pub fn of(chart: &'a Chart) -> Result<Self, NotDrawn> {
        let title = Ink::TITLE.lines(&chart.title, WIDTH - 2 * MARGIN, 3)?;
        let under = format!("Đơn vị: {} · Tính đến ngày {}", chart.unit_words(), chart.as_of.format("%d/%m/%Y"));
        let mut top = MARGIN + lines(&title, Ink::TITLE) + Ink::PLAIN.line() + GAP;
        let keys = legend(chart, &mut top)?;
        let begin = top + GAP;
        let (rows, end) = placed(chart, begin)?;
        let span = span(chart);
        // Nobody counts fifths of a thing.
        let is_whole = |mark: &f64| !matches!(chart.unit(), Unit::Count(_)) || mark.fract() == 0.0;
        let marks = marks(span).into_iter().filter(is_whole).collect();
        let notes = Ink::SMALL.lines(&notes(chart), WIDTH - 2 * MARGIN, 4)?;
        let height = end + Ink::SMALL.line() + 2 * GAP + lines(&notes, Ink::SMALL) + MARGIN;
        Ok(Self { title, under, keys, rows, body: (begin, end), marks, span, notes, height })
    }

    /// Where a value stands from the left.
    #[allow(clippy::cast_possible_truncation, reason = "pixels")]
    pub fn across(&self, value: f64) -> i32 {
        let (low, high) = self.span;
        let width = f64::from(WIDTH - MARGIN - SAYS - LEFT);
        LEFT + ((value - low) / (high - low) * width).round() as i32
    }
}

fn lines(text: &[String], ink: Ink) -> i32 {
    i32::try_from(text.len()).unwrap_or(0) * ink.line()
}

/// The keys in rows that are not wider than the picture.
fn legend(chart: &Chart, top: &mut i32) -> Result<Vec<Key>, NotDrawn> {
    let mut keys = Vec::new();
    let mut left = MARGIN;
    for (_, column) in chart.series() {
        let width = 20 + Ink::PLAIN.width(column.title)? + 20;
        if left > MARGIN && left + width > WIDTH - MARGIN {
            left = MARGIN;
            *top += Ink::PLAIN.line() + 4;
        }
        keys.push(Key { title: column.title, left, top: *top });
        left += width;
    }
    *top += Ink::PLAIN.line();
    Ok(keys)
}

fn placed(chart: &Chart, mut top: i32) -> Result<(Vec<Placed<'_>>, i32), NotDrawn> {
    let bars = if chart.shape == Shape::Stacked { 1 } else { i32::try_from(chart.series().count().max(1)).unwrap_or(1) };
    let mut rows = Vec::new();
    for row in chart.rows.iter().take(MOST_ROWS) {
        let name = Ink::PLAIN.lines(&row.label, LEFT - MARGIN - GAP, NAME_LINES)?;
        let height = (bars * BAR).max(lines(&name, Ink::PLAIN));
        rows.push(Placed { row, name, top });
        top += height + GAP;
    }
    // A chart without rows says so in the room of one.
    Ok((rows, if chart.rows.is_empty() { top + BAR + GAP } else { top }))
}

fn span(chart: &Chart) -> (f64, f64) {
    let drawn = |row: &Row| -> Vec<f64> {
        chart.series().filter_map(|(place, _)| row.cells.get(place).and_then(|cell| chart.height(cell))).collect()
    };
    let reach = |row: &Row| -> (f64, f64) {
        let values = drawn(row);
        match chart.shape {
            Shape::Stacked => (0.0, values.iter().sum()),
            Shape::Grouped => (values.iter().copied().fold(0.0, f64::min), values.iter().copied().fold(0.0, f64::max)),
        }
    };
    let (low, high) =
        chart.rows.iter().take(MOST_ROWS).map(reach).fold((0.0_f64, 0.0_f64), |(low, high), (a, b)| (low.min(a), high.max(b)));
    // Shares are seen against the whole.
    let high = if chart.unit() == Unit::Percent { high.max(100.0) } else { high };
    if high - low > 0.0 { (low, high) } else { (0.0, 1.0) }
}

/// Round numbers of the axis.
fn marks((low, high): (f64, f64)) -> Vec<f64> {
    RangedCoordf64::from(low..high).key_points(6)
}

fn notes(chart: &Chart) -> String {
    let mut notes = vec![format!("Nguồn: {}", chart.source)];
    if chart.rows.len() > MOST_ROWS {
        notes.push(format!("Hình vẽ {MOST_ROWS} trong {} hàng; bảng số liệu có đủ.", chart.rows.len()));
    }
    if chart.rows.iter().flat_map(|row| &row.cells).any(|cell| *cell == domain::chart::Cell::Hidden) {
        notes.push("Số dưới 5 người và số có thể suy ra số đó không công bố.".to_owned());
    }
    notes.join(" · ")
}
