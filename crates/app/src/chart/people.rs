//! The chart of people who were trained, cut from the one table that everybody may read.
//! Must not show a figure of few people, nor count anew: `crate::training` publishes the table.
//! The other charts are its neighbours.

use chrono::Datelike;
use domain::{
    chart::{Cell, Chart, ChartName, Row, Shape, Unit},
    suppression::Shown,
};

use super::{ChartWanted, column, programme, subject, title, titled};
use crate::{Error, View, training};

fn shown(count: Shown) -> Cell {
    count.value().map_or(Cell::Hidden, |count| i64::try_from(count).map_or(Cell::Hidden, Cell::Count))
}

/// Different people of a year, by the agency or by the course that reached them first.
pub(super) async fn trainings(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let as_of = wanted.as_of.unwrap_or_else(|| view.today());
    let year = wanted.year.unwrap_or_else(|| as_of.year());
    let told = training::figures(view, programme(wanted)?, year).await?;
    let catalogue = view.catalogue().await?;
    let mut rows: Vec<Row> = if by == "COURSE" {
        let courses = told.courses.iter().zip(&told.totals);
        courses.map(|((id, title), total)| Row { key: id.to_string(), label: title.clone(), cells: vec![shown(*total)] }).collect()
    } else {
        let named = |row: &training::FigureRow| {
            let agency = catalogue.agency(row.agency);
            let version = agency.and_then(|agency| crate::catalogue::version_on(agency, as_of));
            let key = agency.map(|agency| agency.code.to_string()).unwrap_or_default();
            let label = version.map_or_else(|| key.clone(), |version| version.name.vi.to_string());
            Row { key, label, cells: vec![shown(row.total)] }
        };
        told.rows.iter().map(named).collect()
    };
    if let Some(total) = told.total {
        rows.push(Row { key: "TOTAL".into(), label: "Tổng số người".into(), cells: vec![shown(total)] });
    }
    let with_year = ChartWanted { year: Some(year), ..wanted.clone() };
    Ok(Chart {
        name: ChartName::Trainings,
        title: titled(view, title(ChartName::Trainings), &with_year).await?,
        source: "Hải Đăng, sổ đào tạo, bồi dưỡng; mỗi người tính một lần, cho cơ quan và khóa đầu tiên trong năm".into(),
        as_of: told.as_of.unwrap_or(as_of),
        shape: Shape::Grouped,
        subject: subject(by),
        columns: vec![column("people", "Số người", Unit::Count("người"), true)],
        rows,
    })
}
