//! The picture of a chart: bars with their names and numbers as SVG, and the same as PNG.
//! Must not say anything by colour alone, nor show "not recorded" as a bar of no length.
//! Where things stand is `layout`, the letters are `letters`.

use std::sync::{Arc, OnceLock};

use domain::chart::{Cell, Chart, Shape};
use plotters::{
    backend::SVGBackend,
    drawing::IntoDrawingArea,
    element::{PathElement, Rectangle, Text},
    style::{
        Color, RGBColor, ShapeStyle,
        colors::{BLACK, WHITE},
        text_anchor::{HPos, Pos, VPos},
    },
};
use resvg::{tiny_skia, usvg};

use crate::{
    NotDrawn,
    layout::{BAR, LEFT, Layout, MARGIN, Placed, WIDTH},
    letters::{self, Ink, drawable},
};

/// Colours that people who see colours differently tell apart (Okabe and Ito), dark enough for white ground.
const COLOURS: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(204, 121, 167),
    RGBColor(120, 120, 120),
    RGBColor(240, 228, 66),
];
const GREY: RGBColor = RGBColor(90, 90, 90);
const LINE: RGBColor = RGBColor(220, 220, 220);
/// Pixels of PNG for one of SVG.
const SCALE: f32 = 2.0;

type Area<'a> = plotters::drawing::DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn not_drawn(error: impl std::fmt::Display) -> NotDrawn {
    NotDrawn::Drawing(error.to_string())
}

fn colour(series: usize) -> ShapeStyle {
    COLOURS[series % COLOURS.len()].filled()
}

/// The chart as SVG, with its title and its words for those who do not see it.
///
/// # Errors
/// `Drawing`.
pub fn svg(chart: &Chart) -> Result<String, NotDrawn> {
    letters::register()?;
    let layout = Layout::of(chart)?;
    let mut drawn = String::new();
    {
        let size = (WIDTH.unsigned_abs(), layout.height.unsigned_abs());
        let area = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        area.fill(&WHITE).map_err(not_drawn)?;
        frame(&area, chart, &layout)?;
        for placed in &layout.rows {
            row(&area, chart, &layout, placed)?;
        }
        area.present().map_err(not_drawn)?;
    }
    told(&drawn, chart)
}

/// Title, legend, axis and notes.
fn frame(area: &Area<'_>, chart: &Chart, layout: &Layout<'_>) -> Result<(), NotDrawn> {
    let mut top = MARGIN;
    for line in &layout.title {
        text(area, line, (MARGIN, top), Ink::TITLE, BLACK, HPos::Left)?;
        top += Ink::TITLE.line();
    }
    text(area, &layout.under, (MARGIN, top), Ink::PLAIN, GREY, HPos::Left)?;
    for (series, key) in layout.keys.iter().enumerate() {
        area.draw(&Rectangle::new([(key.left, key.top), (key.left + 13, key.top + 13)], colour(series))).map_err(not_drawn)?;
        text(area, key.title, (key.left + 20, key.top), Ink::PLAIN, BLACK, HPos::Left)?;
    }
    let (begin, end) = layout.body;
    for mark in &layout.marks {
        let across = layout.across(*mark);
        area.draw(&PathElement::new([(across, begin), (across, end)], LINE.stroke_width(1))).map_err(not_drawn)?;
        text(area, &on_axis(*mark), (across, end + 4), Ink::SMALL, GREY, HPos::Center)?;
    }
    let zero = layout.across(0.0);
    area.draw(&PathElement::new([(zero, begin), (zero, end)], GREY.stroke_width(1))).map_err(not_drawn)?;
    if chart.rows.is_empty() {
        text(area, "Chưa có số liệu", (LEFT + 6, begin), Ink::PLAIN, GREY, HPos::Left)?;
    }
    let mut top = layout.height - MARGIN - i32::try_from(layout.notes.len()).unwrap_or(0) * Ink::SMALL.line();
    for line in &layout.notes {
        text(area, line, (MARGIN, top), Ink::SMALL, GREY, HPos::Left)?;
        top += Ink::SMALL.line();
    }
    Ok(())
}

/// The name of a row, its bars, and what they say.
fn row(area: &Area<'_>, chart: &Chart, layout: &Layout<'_>, placed: &Placed<'_>) -> Result<(), NotDrawn> {
    for (n, line) in (0..).zip(&placed.name) {
        text(area, line, (LEFT - 12, placed.top + n * Ink::PLAIN.line()), Ink::PLAIN, BLACK, HPos::Right)?;
    }
    match chart.shape {
        Shape::Grouped => grouped(area, chart, layout, placed),
        Shape::Stacked => stacked(area, chart, layout, placed),
    }
}

fn grouped(area: &Area<'_>, chart: &Chart, layout: &Layout<'_>, placed: &Placed<'_>) -> Result<(), NotDrawn> {
    let mut top = placed.top;
    for (series, (place, _)) in chart.series().enumerate() {
        let Some(cell) = placed.row.cells.get(place) else { continue };
        let ends = chart.height(cell).map(|value| (layout.across(value.min(0.0)), layout.across(value.max(0.0))));
        if let Some((from, to)) = ends {
            area.draw(&Rectangle::new([(from, top + 1), (to, top + BAR - 1)], colour(series))).map_err(not_drawn)?;
        }
        let ink = if ends.is_some() { BLACK } else { GREY };
        let beside = ends.map_or_else(|| layout.across(0.0), |(_, to)| to) + 6;
        text(area, &chart.shown(cell), (beside, top + 1), Ink::SMALL, ink, HPos::Left)?;
        top += BAR;
    }
    Ok(())
}

fn stacked(area: &Area<'_>, chart: &Chart, layout: &Layout<'_>, placed: &Placed<'_>) -> Result<(), NotDrawn> {
    let (mut reached, mut says) = (0.0, Vec::new());
    for (series, (place, _)) in chart.series().enumerate() {
        let Some(cell) = placed.row.cells.get(place) else { continue };
        match chart.height(cell) {
            Some(value) => {
                let (from, to) = (layout.across(reached), layout.across(reached + value));
                area.draw(&Rectangle::new([(from, placed.top + 1), (to, placed.top + BAR - 1)], colour(series))).map_err(not_drawn)?;
                reached += value;
                says.push(chart.shown(cell));
            }
            None => says.push(if *cell == Cell::Hidden { "*".to_owned() } else { "–".to_owned() }),
        }
    }
    text(area, &says.join(" · "), (layout.across(reached) + 6, placed.top + 1), Ink::SMALL, BLACK, HPos::Left)
}

fn text(area: &Area<'_>, words: &str, at: (i32, i32), ink: Ink, colour: RGBColor, side: HPos) -> Result<(), NotDrawn> {
    let style = ink.style().color(&colour).pos(Pos::new(side, VPos::Top));
    area.draw(&Text::new(drawable(words), at, style)).map_err(not_drawn)
}

/// A number of the axis as Vietnamese readers write it.
fn on_axis(value: f64) -> String {
    let digits = if value.fract().abs() < 1e-9 { 0 } else { 2 };
    let written = format!("{value:.digits$}");
    let (whole, rest) = written.split_once('.').map_or((written.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let whole = domain::chart::thousands(whole);
    rest.map_or_else(|| whole.clone(), |rest| format!("{whole},{}", rest.trim_end_matches('0')))
}

/// The drawing with `<title>` and `<desc>` (SVG Accessibility): browsers show the one, screen readers read both.
fn told(drawn: &str, chart: &Chart) -> Result<String, NotDrawn> {
    let begin = drawn.find("<svg").ok_or_else(|| not_drawn("no svg"))?;
    let end = begin + drawn[begin..].find('>').ok_or_else(|| not_drawn("no end of the tag"))?;
    let (tag, rest) = (&drawn[begin..end], &drawn[end + 1..]);
    let (title, words) = (escaped(&chart.title), escaped(&chart.alternative()));
    Ok(format!(
        "{tag} role=\"img\" lang=\"vi\" aria-labelledby=\"chart-title chart-words\">\n\
         <title id=\"chart-title\">{title}</title>\n<desc id=\"chart-words\">{words}</desc>{rest}"
    ))
}

fn escaped(text: &str) -> String {
    drawable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The same picture as PNG, twice as fine, with the built-in letters and no other file.
///
/// # Errors
/// `Picture`.
pub fn png(svg: &str) -> Result<Vec<u8>, NotDrawn> {
    static LETTERS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    let letters = LETTERS.get_or_init(|| {
        let mut known = usvg::fontdb::Database::new();
        for face in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
            known.load_font_source(usvg::fontdb::Source::Binary(Arc::new(face)));
        }
        Arc::new(known)
    });
    let not_drawn = |error: String| NotDrawn::Picture(error);
    let options = usvg::Options { fontdb: Arc::clone(letters), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| not_drawn(error.to_string()))?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or_else(|| not_drawn("no size".into()))?;
    let mut picture = tiny_skia::Pixmap::new(size.width(), size.height()).ok_or_else(|| not_drawn("too large".into()))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    picture.encode_png().map_err(|error| not_drawn(error.to_string()))
}
