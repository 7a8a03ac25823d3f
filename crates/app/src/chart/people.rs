//! Charts of trainings: people by agency, course and year, and what was held of the plan.
//! Must not show a figure of few people, nor count anew: `crate::training` tells what is released.
//! The other charts are its neighbours.

use chrono::{Datelike, NaiveDate};
use domain::{
    chart::{Cell, Chart, ChartName, Row, Shape, Unit},
    suppression::Shown,
};

use super::{ChartWanted, column, programme, subject, title, titled};
use crate::{
    Error, View,
    training::{self, Publication},
};

fn shown(count: Shown) -> Cell {
    count.value().map_or(Cell::Hidden, |count| i64::try_from(count).map_or(Cell::Hidden, Cell::Count))
}

fn shown_if(count: Option<Shown>) -> Cell {
    count.map_or(Cell::NotRecorded, shown)
}

/// What stands behind the source where figures are not as they are by now.
const fn published(publication: Publication) -> &'static str {
    match publication {
        Publication::Live => "; số liệu nội bộ tại thời điểm hiện tại",
        Publication::Released => "; số liệu đã công bố",
        Publication::NotReleased => "; số liệu năm này chưa được công bố",
    }
}

pub(super) async fn trainings(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let as_of = wanted.as_of.unwrap_or_else(|| view.today());
    match by {
        "PLAN" => planned(view, wanted, as_of).await,
        "YEAR" => by_year(view, wanted, as_of).await,
        _ => of_year(view, wanted, as_of, by).await,
    }
}

/// Different people of a year, by the agency or by the course that reached them first; with attendances, which are another number.
async fn of_year(view: &View, wanted: &ChartWanted, as_of: NaiveDate, by: &'static str) -> Result<Chart, Error> {
    let year = wanted.year.unwrap_or_else(|| as_of.year());
    let told = training::figures(view, programme(wanted)?, year).await?;
    let catalogue = view.catalogue().await?;
    // Attendances are told of all together.
    let part = |key: String, label: String, people: Shown| Row { key, label, cells: vec![shown(people), Cell::NotRecorded] };
    let mut rows: Vec<Row> = if by == "COURSE" {
        let courses = told.courses.iter().zip(&told.totals);
        courses.map(|((id, title), total)| part(id.to_string(), title.clone(), *total)).collect()
    } else {
        let named = |row: &training::FigureRow| {
            let agency = catalogue.agency(row.agency);
            let version = agency.and_then(|agency| crate::catalogue::version_on(agency, told.as_of.unwrap_or(as_of)));
            let key = agency.map(|agency| agency.code.to_string()).unwrap_or_default();
            let label = version.map_or_else(|| key.clone(), |version| version.name.vi.to_string());
            part(key, label, row.total)
        };
        told.rows.iter().map(named).collect()
    };
    if let Some(total) = told.total {
        let cells = vec![shown(total), shown_if(told.attendances)];
        rows.push(Row { key: "TOTAL".into(), label: "Tổng số".into(), cells });
    }
    let with_year = ChartWanted { year: Some(year), ..wanted.clone() };
    let source = "Hải Đăng, sổ đào tạo, bồi dưỡng; mỗi người tính một lần, cho cơ quan và khóa đầu tiên trong năm";
    chart(view, &with_year, by, (told.as_of.unwrap_or(as_of), format!("{source}{}", published(told.publication))), rows).await
}

/// Different people and attendances of each year.
async fn by_year(view: &View, wanted: &ChartWanted, as_of: NaiveDate) -> Result<Chart, Error> {
    let all = training::figures_by_year(view, programme(wanted)?).await?;
    let publication = all.first().map_or(Publication::NotReleased, |one| one.publication);
    let is_wanted = |one: &&training::Figures| wanted.year.is_none_or(|year| year == one.year);
    let row = |one: &training::Figures| Row {
        key: one.year.to_string(),
        label: format!("Năm {}", one.year),
        cells: vec![shown_if(one.total), shown_if(one.attendances)],
    };
    let rows = all.iter().filter(is_wanted).map(row).collect();
    let day = all.iter().filter(is_wanted).filter_map(|one| one.as_of).max().unwrap_or(as_of);
    let source = format!("Hải Đăng, sổ đào tạo, bồi dưỡng; mỗi người tính một lần trong năm{}", published(publication));
    chart(view, wanted, "YEAR", (day, source), rows).await
}

async fn chart(
    view: &View,
    wanted: &ChartWanted,
    by: &'static str,
    (as_of, source): (NaiveDate, String),
    rows: Vec<Row>,
) -> Result<Chart, Error> {
    let unit = Unit::Count("người, lượt người");
    Ok(Chart {
        name: ChartName::Trainings,
        title: titled(view, title(ChartName::Trainings), wanted).await?,
        source,
        as_of,
        shape: Shape::Grouped,
        subject: subject(by),
        // Of agencies and courses no attendances are told: the table has their total.
        columns: vec![column("people", "Số người", unit, true), column("attendances", "Số lượt người", unit, by == "YEAR")],
        rows,
    })
}

/// Sessions of a year's plan beside those that were held.
async fn planned(view: &View, wanted: &ChartWanted, as_of: NaiveDate) -> Result<Chart, Error> {
    let year = wanted.year.unwrap_or_else(|| as_of.year());
    let all = training::plan_year(view, programme(wanted)?, year).await?;
    let row = |one: &training::PlanProgress| {
        let (item, held) = (one.item.as_ref(), one.progress.held);
        // Nothing held and nothing cancelled: nothing is on record of it.
        let is_recorded = held.sessions > 0 || held.cancelled > 0;
        let number = |number: u32| if is_recorded { Cell::Count(number.into()) } else { Cell::NotRecorded };
        Row {
            key: item.map_or_else(|| "UNPLANNED".to_owned(), |item| item.id.to_string()),
            label: item.map_or_else(|| "Ngoài kế hoạch".to_owned(), |item| item.title.to_string()),
            cells: vec![
                one.progress.planned_sessions.map_or(Cell::NotRecorded, |sessions| Cell::Count(sessions.into())),
                number(held.sessions),
                number(held.cancelled),
            ],
        }
    };
    let unit = Unit::Count("đợt");
    let with_year = ChartWanted { year: Some(year), ..wanted.clone() };
    Ok(Chart {
        name: ChartName::Trainings,
        title: titled(view, "Đào tạo, bồi dưỡng: kế hoạch và thực hiện", &with_year).await?,
        source: "Hải Đăng, kế hoạch và sổ đào tạo, bồi dưỡng; đợt thuộc năm bắt đầu".into(),
        as_of: NaiveDate::from_ymd_opt(year, 12, 31).map_or_else(|| view.today(), |end| end.min(view.today())),
        shape: Shape::Grouped,
        subject: subject("PLAN"),
        columns: vec![
            column("planned", "Theo kế hoạch", unit, true),
            column("held", "Đã tổ chức", unit, true),
            column("cancelled", "Đã hủy", unit, false),
        ],
        rows: all.iter().map(row).collect(),
    })
}
