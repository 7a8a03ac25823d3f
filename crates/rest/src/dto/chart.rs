//! Charts as REST tells them beside their pictures: the same table, with words for those who do not see it.
//! Must not turn "not recorded" or "not shown" into a number.
//! See `app::chart`.

use app::chart::{self, ChartWanted};
use chrono::NaiveDate;
use domain::chart::{Cell, Chart as Figures, ChartName, Unit};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a chart is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ChartParams {
    /// Code of the programme; all programmes where nothing is said.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// What the rows are about; `GET /api/v1/charts` tells what each chart has.
    #[param(max_length = 16, pattern = "^[A-Z_]+$")]
    pub by: Option<String>,
    /// The year of the figures; all of them, or that of the day, where nothing is said.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// The day of the figures; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Of CSV: whether it begins with a byte order mark, which some spreadsheets want before UTF-8.
    pub bom: Option<bool>,
}

impl From<ChartParams> for ChartWanted {
    fn from(params: ChartParams) -> Self {
        Self { programme: params.programme, by: params.by, year: params.year, as_of: params.as_of }
    }
}

/// Every chart.
#[derive(Serialize, ToSchema)]
pub struct ChartList {
    #[schema(max_items = 32)]
    pub items: Vec<ChartEntry>,
}

/// A chart that can be asked for.
#[derive(Serialize, ToSchema)]
pub struct ChartEntry {
    /// As the address of the chart names it.
    #[schema(max_length = 32, pattern = "^[a-z-]+$", example = "tasks")]
    pub name: String,
    /// In Vietnamese.
    #[schema(max_length = 200)]
    pub title: String,
    /// What the rows may be about; the first where nothing is said.
    #[schema(max_items = 8, value_type = Vec<String>)]
    pub by: Vec<&'static str>,
}

impl ChartEntry {
    pub fn of(name: ChartName) -> Self {
        Self { name: name.label().to_owned(), title: chart::title(name).to_owned(), by: chart::ways(name).to_vec() }
    }
}

/// A chart as its table.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// As the address of the chart names it.
    #[schema(max_length = 32)]
    pub name: String,
    /// In Vietnamese.
    #[schema(max_length = 1000)]
    pub title: String,
    /// Of what is drawn, in Vietnamese.
    #[schema(max_length = 32, example = "nhiệm vụ")]
    pub unit: String,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// Where the figures come from, with their formulas.
    #[schema(max_length = 1000)]
    pub source: String,
    /// What the picture shows, for those who do not see it.
    #[schema(max_length = 20000)]
    pub alternative: String,
    /// What each cell of a row is, in order.
    #[schema(max_items = 32)]
    pub columns: Vec<ChartColumn>,
    /// What the chart is about, one by one.
    #[schema(max_items = 10000)]
    pub rows: Vec<ChartRow>,
}

/// A column of a chart.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChartColumn {
    /// Its name for programs, in camel case.
    #[schema(max_length = 64)]
    pub key: String,
    /// In Vietnamese.
    #[schema(max_length = 200)]
    pub title: String,
    /// What a cell is counted in.
    #[schema(max_length = 8, pattern = "^(COUNT|DONG|PERCENT|WORDS)$")]
    pub unit: String,
    /// Whether the picture shows it; the others stand in the table alone.
    pub is_drawn: bool,
}

/// A row of a chart.
#[derive(Serialize, ToSchema)]
pub struct ChartRow {
    /// What it is about, for programs: a code, a year or the like.
    #[schema(max_length = 200)]
    pub key: String,
    /// In Vietnamese.
    #[schema(max_length = 2000)]
    pub label: String,
    /// One for each column, in their order.
    #[schema(max_items = 32)]
    pub cells: Vec<ChartCell>,
}

/// What stands in one place.
#[derive(Serialize, ToSchema)]
pub struct ChartCell {
    /// `NOT_RECORDED` is not nought; what is `HIDDEN` is a figure of few people, or one from which such a figure follows.
    #[schema(max_length = 16, pattern = "^(VALUE|NOT_RECORDED|HIDDEN)$")]
    pub state: &'static str,
    /// Digits, with a point before decimals, or words; null but for `VALUE`.
    #[schema(max_length = 2000, example = "105645460000000")]
    pub value: Option<String>,
    /// As Vietnamese readers write it.
    #[schema(max_length = 2000, example = "105.645,46 tỷ đồng")]
    pub shown: String,
}

impl Chart {
    pub fn of(figures: &Figures) -> Self {
        let column = |column: &domain::chart::Column| ChartColumn {
            key: column.key.to_owned(),
            title: column.title.to_owned(),
            unit: match column.unit {
                Unit::Count(_) => "COUNT",
                Unit::Dong => "DONG",
                Unit::Percent => "PERCENT",
                Unit::Words => "WORDS",
            }
            .to_owned(),
            is_drawn: column.is_drawn,
        };
        let row = |row: &domain::chart::Row| ChartRow {
            key: row.key.clone(),
            label: row.label.clone(),
            cells: row.cells.iter().map(|cell| ChartCell::of(figures, cell)).collect(),
        };
        Self {
            name: figures.name.label().to_owned(),
            title: figures.title.clone(),
            unit: figures.unit_words().to_owned(),
            as_of: figures.as_of,
            source: figures.source.clone(),
            alternative: figures.alternative(),
            columns: figures.columns.iter().map(column).collect(),
            rows: figures.rows.iter().map(row).collect(),
        }
    }
}

impl ChartCell {
    fn of(figures: &Figures, cell: &Cell) -> Self {
        let (state, value) = match cell {
            Cell::Count(count) => ("VALUE", Some(count.to_string())),
            Cell::Money(amount) => ("VALUE", Some(amount.get().to_string())),
            Cell::Share(rate) => rate.percent().map_or(("NOT_RECORDED", None), |percent| ("VALUE", Some(percent))),
            Cell::Words(words) => ("VALUE", Some(words.clone())),
            Cell::NotRecorded => ("NOT_RECORDED", None),
            Cell::Hidden => ("HIDDEN", None),
        };
        Self { state, value, shown: figures.shown(cell) }
    }
}
