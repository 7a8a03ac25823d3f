//! Charts of money: ladders from need to settlement, and need against means.
//! Must not sum anything: `crate::budget` does; what is not recorded stays so.
//! The state budget and other means are never one figure.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    budget::{Dimension, FundingSourceKind, Ladder},
    chart::{Cell, Chart, ChartName, Column, Row, Shape, Unit},
    id::Id,
    money::{Dong, Overflow},
};
use uuid::Uuid;

use super::{ChartWanted, column, subject, title, titled};
use crate::{
    Error, View,
    budget::{self, Figures, FiguresFilter, LineFilter},
    catalogue::version_on,
    listing::PageArgs,
};

/// Rows read at once.
const PAGE: i32 = 200;

/// What a source is called.
pub(super) const fn source(kind: FundingSourceKind) -> &'static str {
    match kind {
        FundingSourceKind::StateCentral => "Ngân sách trung ương",
        FundingSourceKind::StateProvincial => "Ngân sách thành phố",
        FundingSourceKind::StateDistrict => "Ngân sách quận, huyện",
        FundingSourceKind::StateCommune => "Ngân sách xã, phường",
        FundingSourceKind::ServiceRevenue => "Nguồn thu sự nghiệp",
        FundingSourceKind::Socialised => "Xã hội hóa",
        FundingSourceKind::Fund => "Nguồn quỹ",
        FundingSourceKind::Aid => "Viện trợ",
    }
}

fn money(amount: Option<Dong>) -> Cell {
    amount.map_or(Cell::NotRecorded, Cell::Money)
}

/// The rungs of a ladder.
fn rungs(ladder: &Ladder) -> Result<Vec<Cell>, Overflow> {
    Ok([ladder.needed(), ladder.assigned()?, ladder.allocated(), ladder.disbursed()?, ladder.settled()].map(money).into())
}

/// The page's rows, one after the other until there are no more.
async fn all(view: &View, wanted: &ChartWanted, by: Dimension) -> Result<(Vec<Figures>, NaiveDate), Error> {
    let lines = LineFilter { programme: wanted.programme.clone(), year: wanted.year, ..LineFilter::default() };
    let filter = FiguresFilter { lines, booking_year: None };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let args = PageArgs { first: Some(PAGE), after, ..PageArgs::default() };
        let told = budget::figures(view, by, &filter, wanted.as_of, &args).await?;
        let (has_next, end) = (told.page.has_next, told.page.end().map(str::to_owned));
        found.extend(told.page.items.into_iter().map(|(_, figures)| figures));
        if !has_next || end.is_none() {
            return Ok((found, told.as_of));
        }
        after = end;
    }
}

/// The ladders by source, each apart; else those of the state budget alone, with what other means paid beside.
pub(super) async fn ladders(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let is_by_source = by == "SOURCE";
    let dimension = match by {
        "TASK" => Dimension::Task,
        "AGENCY" => Dimension::Agency,
        "YEAR" => Dimension::Year,
        _ => Dimension::Source,
    };
    let (found, as_of) = all(view, wanted, dimension).await?;
    let mut columns: Vec<Column> = [
        ("needed", "Nhu cầu"),
        ("assigned", "Dự toán được giao"),
        ("allocated", "Đã phân bổ"),
        ("disbursed", "Đã giải ngân"),
        ("settled", "Đã quyết toán"),
    ]
    .into_iter()
    .map(|(key, title)| column(key, title, Unit::Dong, true))
    .collect();
    columns.push(column("stateDisbursementRate", "Tỷ lệ giải ngân ngân sách nhà nước", Unit::Percent, false));
    if !is_by_source {
        columns.push(column("otherDisbursed", "Nguồn khác đã chi", Unit::Dong, false));
    }
    let names = names(view, &found, by, as_of).await?;
    let mut rows = Vec::new();
    for figures in &found {
        let (key, label) = named(figures, &names);
        let ladder = match figures.key.source.filter(|_| is_by_source) {
            Some(of) => figures.ladders.of(of).cloned().unwrap_or_default(),
            None => figures.ladders.state().map_err(budget::too_large)?,
        };
        let mut cells = rungs(&ladder).map_err(budget::too_large)?;
        let rate = figures.ladders.state_disbursement_rate().map_err(budget::too_large)?;
        cells.push(rate.map_or(Cell::NotRecorded, Cell::Share));
        if !is_by_source {
            let other = figures.ladders.total(|kind| !kind.is_state()).and_then(|ladder| ladder.disbursed()).map_err(budget::too_large)?;
            cells.push(money(other));
        }
        rows.push(Row { key, label, cells });
    }
    let of = if is_by_source { "" } else { " từ ngân sách nhà nước" };
    Ok(Chart {
        name: ChartName::Budget,
        title: titled(view, &format!("{}{of}", title(ChartName::Budget)), wanted).await?,
        source: "Hải Đăng, sổ theo dõi kinh phí; tỷ lệ giải ngân = đã giải ngân / dự toán được giao, không tính nguồn xã hội hóa".into(),
        as_of,
        shape: Shape::Grouped,
        subject: subject(by),
        columns,
        rows,
    })
}

/// What ladders are of, by identifier: code and name.
async fn names(view: &View, found: &[Figures], by: &str, day: NaiveDate) -> Result<HashMap<Uuid, (String, String)>, Error> {
    let ids = found.iter().filter_map(|figures| figures.key.id);
    if by == "TASK" {
        let tasks = crate::task::by_ids(view, ids.map(Id::from_uuid).collect()).await?;
        return Ok(tasks
            .into_iter()
            .map(|(id, task)| (id.uuid(), (task.code.to_string(), format!("{}. {}", task.code, task.title))))
            .collect());
    }
    let catalogue = view.catalogue().await?;
    let named = |id: Uuid| {
        let agency = catalogue.agency(Id::from_uuid(id))?;
        let name = version_on(agency, day).map_or_else(|| agency.code.to_string(), |version| version.name.vi.to_string());
        Some((id, (agency.code.to_string(), name)))
    };
    Ok(ids.filter_map(named).collect())
}

/// What a ladder is of.
fn named(figures: &Figures, names: &HashMap<Uuid, (String, String)>) -> (String, String) {
    let key = figures.key;
    match (key.source, key.year, key.id) {
        (Some(kind), ..) => (kind.label().to_owned(), source(kind).to_owned()),
        (_, Some(year), _) => (year.to_string(), format!("Năm {year}")),
        (.., Some(id)) => names.get(&id).cloned().unwrap_or_else(|| (id.to_string(), id.to_string())),
        _ => (String::new(), "Chung cả chương trình".to_owned()),
    }
}

/// Need against means, of the state budget.
pub(super) async fn means(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let found = budget::means(view, wanted.programme.clone(), wanted.year, wanted.as_of).await?;
    let catalogue = view.catalogue().await?;
    let row = |one: &budget::MeansOfYear| {
        let programme = catalogue.programme(one.programme).map(|programme| programme.code.to_string()).unwrap_or_default();
        let label = if wanted.programme.is_some() { format!("Năm {}", one.year) } else { format!("{programme}, năm {}", one.year) };
        let cells = [one.state.needed, one.state.able, one.state.assigned].map(money).into();
        Row { key: one.year.to_string(), label, cells }
    };
    let columns = [("needed", "Nhu cầu"), ("able", "Khả năng bố trí"), ("assigned", "Dự toán được giao")];
    Ok(Chart {
        name: ChartName::BudgetMeans,
        title: titled(view, title(ChartName::BudgetMeans), wanted).await?,
        source: "Hải Đăng, sổ theo dõi kinh phí và khả năng ngân sách theo văn bản".into(),
        as_of: wanted.as_of.unwrap_or_else(|| view.today()),
        shape: Shape::Grouped,
        subject: subject(by),
        columns: columns.into_iter().map(|(key, title)| column(key, title, Unit::Dong, true)).collect(),
        rows: found.iter().map(row).collect(),
    })
}
