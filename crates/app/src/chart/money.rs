//! Charts of money: ladders from need to settlement, and need against means.
//! Must not sum anything: `crate::budget` does; what is not recorded stays so.
//! The state budget and other means are never one figure.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    budget::{AgeBucket, BudgetLine, BudgetLineId, Ceiling, Dimension, FundingSourceKind, Ladder, MovementKind},
    chart::{Cell, Chart, ChartName, Column, Row, Shape, Unit},
    id::Id,
    money::Total,
};
use uuid::Uuid;

use super::{ChartWanted, column, subject, title, titled};
use crate::{
    Error, View,
    budget::{self, Figures, FiguresFilter, LineFilter},
    catalogue::version_on,
    listing::PageArgs,
};

/// What is for no task of its own.
const WHOLE: &str = "Chung cả chương trình";
/// What stands for a sum that is larger than 64 bits hold.
const TOO_LARGE: &str = "vượt giới hạn 64 bit";
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

fn money(amount: Option<Total>) -> Cell {
    // What is larger than 64 bits hold is not told as something else.
    amount.map_or(Cell::NotRecorded, |amount| amount.dong().map_or_else(|_| Cell::Words(TOO_LARGE.to_owned()), Cell::Money))
}

/// A figure of a ladder whose payments are bounded so.
type Figure = fn(&Ladder, Ceiling) -> Option<Total>;

/// Everything that is told of a ladder; the picture has the main rungs.
const FIGURES: [(&str, &str, bool, Figure); 16] = [
    ("needed", "Nhu cầu", true, |ladder, _| ladder.needed()),
    ("assigned", "Dự toán được giao", true, |ladder, _| ladder.assigned()),
    ("allocated", "Đã phân bổ", true, |ladder, _| ladder.allocated()),
    ("disbursed", "Đã giải ngân", true, |ladder, _| ladder.disbursed()),
    ("settled", "Đã quyết toán", true, |ladder, _| ladder.settled()),
    ("available", "Được sử dụng", false, Ladder::available),
    ("left", "Còn lại", false, Ladder::left),
    ("unsettled", "Chưa quyết toán", false, |ladder, _| ladder.unsettled()),
    ("variance", "Giải ngân so với nhu cầu", false, |ladder, _| ladder.variance()),
    ("carriedOver", "Chuyển nguồn sang năm sau", false, |ladder, _| ladder.of(MovementKind::CarriedOver)),
    ("carriedIn", "Chuyển nguồn từ năm trước", false, |ladder, _| ladder.carried_in()),
    ("disbursedLate", "Chi trong năm sau năm ngân sách", false, |ladder, _| ladder.disbursed_late()),
    ("cancelled", "Hủy dự toán", false, |ladder, _| ladder.of(MovementKind::Cancelled)),
    ("refunded", "Nộp trả", false, |ladder, _| ladder.of(MovementKind::Refunded)),
    ("pledged", "Cam kết đóng góp", false, |ladder, _| ladder.of(MovementKind::Pledged)),
    ("received", "Đã tiếp nhận đóng góp", false, |ladder, _| ladder.of(MovementKind::Received)),
];

/// What is told of other means beside the state budget's, never in one figure with it.
const OTHERS: [(&str, &str, Figure); 4] = [
    ("otherAvailable", "Nguồn khác được sử dụng", Ladder::available),
    ("otherDisbursed", "Nguồn khác đã chi", |ladder, _| ladder.disbursed()),
    ("otherSettled", "Nguồn khác đã quyết toán", |ladder, _| ladder.settled()),
    ("otherLeft", "Nguồn khác còn lại", Ladder::left),
];

/// The ladders by source or line, each apart; else those of the state budget alone, with other means beside.
pub(super) async fn ladders(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    // A line has one source.
    let is_apart = matches!(by, "SOURCE" | "LINE");
    let dimension = match by {
        "TASK" => Dimension::Task,
        "AGENCY" => Dimension::Agency,
        "YEAR" => Dimension::Year,
        "BOOKING_YEAR" => Dimension::BookingYear,
        "LINE" => Dimension::Line,
        _ => Dimension::Source,
    };
    let lines = LineFilter { programme: wanted.programme.clone(), year: wanted.year, ..LineFilter::default() };
    let as_of = wanted.as_of.unwrap_or_else(|| view.today());
    let (found, _) = budget::all_figures(view, dimension, &FiguresFilter { lines, booking_year: None }, as_of).await?;
    let mut columns: Vec<Column> = FIGURES.iter().map(|(key, title, is_drawn, _)| column(key, title, Unit::Dong, *is_drawn)).collect();
    columns.push(column("stateDisbursementRate", "Tỷ lệ giải ngân ngân sách nhà nước", Unit::Percent, false));
    if !is_apart {
        columns.extend(OTHERS.iter().map(|(key, title, _)| column(key, title, Unit::Dong, false)));
    }
    // Agencies as they were called in the year.
    let end = wanted.year.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    let names = names(view, &found, by, end.map_or(as_of, |end| end.min(as_of))).await?;
    let row = |figures: &Figures| {
        let (key, label) = named(figures, &names);
        let ladders = &figures.ladders;
        let of = |kind: FundingSourceKind| is_apart || kind.is_state();
        let mut cells: Vec<Cell> = FIGURES.iter().map(|(_, _, _, figure)| money(ladders.figure(of, figure))).collect();
        cells.push(ladders.state_disbursement_rate().map_or(Cell::NotRecorded, Cell::Share));
        if !is_apart {
            cells.extend(OTHERS.iter().map(|(_, _, figure)| money(ladders.figure(|kind| !kind.is_state(), figure))));
        }
        Row { key, label, cells }
    };
    let of = if is_apart { "" } else { " từ ngân sách nhà nước" };
    Ok(Chart {
        name: ChartName::Budget,
        title: titled(view, &format!("{}{of}", title(ChartName::Budget)), wanted).await?,
        source: "Hải Đăng, sổ theo dõi kinh phí; tỷ lệ giải ngân = đã giải ngân / được sử dụng (dự toán được giao sau hủy và chuyển nguồn), chỉ của ngân sách nhà nước".into(),
        as_of,
        shape: Shape::Grouped,
        subject: subject(by),
        columns,
        rows: found.iter().map(row).collect(),
    })
}

/// What was disbursed and is not settled, by its age, of lines that the caller may know of.
pub(super) async fn ageing(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let filter = LineFilter { programme: wanted.programme.clone(), year: wanted.year, ..LineFilter::default() };
    let aged = budget::unsettled(view, &filter, wanted.as_of, &PageArgs { first: Some(1), ..PageArgs::default() }).await?;
    let row = |age: &AgeBucket| {
        let (from, to) = (age.from_days, age.to_days);
        let key = to.map_or_else(|| format!("{from}+"), |to| format!("{from}-{to}"));
        let label = to.map_or_else(|| format!("Từ {from} ngày"), |to| format!("{from}–{to} ngày"));
        Row { key, label, cells: vec![money(age.amount)] }
    };
    Ok(Chart {
        name: ChartName::BudgetAgeing,
        title: titled(view, title(ChartName::BudgetAgeing), wanted).await?,
        source: "Hải Đăng, sổ theo dõi kinh phí; khoản giải ngân cũ nhất được quyết toán trước".into(),
        as_of: aged.as_of,
        shape: Shape::Grouped,
        subject: subject(by),
        columns: vec![column("unsettled", "Chưa quyết toán", Unit::Dong, true)],
        rows: aged.total.iter().map(row).collect(),
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
    if by == "LINE" {
        return lines(view, ids.map(Id::from_uuid).collect()).await;
    }
    let catalogue = view.catalogue().await?;
    let named = |id: Uuid| {
        let agency = catalogue.agency(Id::from_uuid(id))?;
        let name = version_on(agency, day).map_or_else(|| agency.code.to_string(), |version| version.name.vi.to_string());
        Some((id, (agency.code.to_string(), name)))
    };
    Ok(ids.filter_map(named).collect())
}

/// What lines are called: by their task, agency, source and year, and their titles.
async fn lines(view: &View, ids: Vec<BudgetLineId>) -> Result<HashMap<Uuid, (String, String)>, Error> {
    let found = budget::by_ids(view, ids).await?;
    let tasks = crate::task::by_ids(view, found.values().filter_map(|line| line.task).collect()).await?;
    let catalogue = view.catalogue().await?;
    let called = |line: &BudgetLine| {
        let task = line.task.and_then(|task| tasks.get(&task)).map_or_else(|| WHOLE.to_owned(), |task| task.code.to_string());
        let agency = catalogue.agency_code(Some(line.agency)).unwrap_or_default();
        let title = line.title.as_deref().map(|title| format!(": {title}")).unwrap_or_default();
        format!("{task}, {agency}, {}, {}{title}", source(line.source), line.year)
    };
    Ok(found.iter().map(|(id, line)| (id.uuid(), (id.to_string(), called(line)))).collect())
}

/// What a ladder is of.
fn named(figures: &Figures, names: &HashMap<Uuid, (String, String)>) -> (String, String) {
    let key = figures.key;
    match (key.source, key.year, key.id) {
        (Some(kind), ..) => (kind.label().to_owned(), source(kind).to_owned()),
        (_, Some(year), _) => (year.to_string(), format!("Năm {year}")),
        (.., Some(id)) => names.get(&id).cloned().unwrap_or_else(|| (id.to_string(), id.to_string())),
        _ => (String::new(), WHOLE.to_owned()),
    }
}

/// Need against means, of the state budget.
pub(super) async fn means(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let found = budget::means(view, wanted.programme.clone(), wanted.year, wanted.as_of).await?;
    let catalogue = view.catalogue().await?;
    let row = |one: &budget::MeansOfYear| {
        let programme = catalogue.programme(one.programme).map(|programme| programme.code.to_string()).unwrap_or_default();
        let label = if wanted.programme.is_some() { format!("Năm {}", one.year) } else { format!("{programme}, năm {}", one.year) };
        let state = &one.state;
        let cells = [state.needed, state.able, state.assigned, state.short_of_need(), state.not_yet_assigned()].map(money).into();
        Row { key: one.year.to_string(), label, cells }
    };
    let columns = [
        ("needed", "Nhu cầu", true),
        ("able", "Khả năng bố trí", true),
        ("assigned", "Dự toán được giao", true),
        ("shortOfNeed", "Còn thiếu so với nhu cầu", false),
        ("notYetAssigned", "Khả năng chưa giao", false),
    ];
    Ok(Chart {
        name: ChartName::BudgetMeans,
        title: titled(view, title(ChartName::BudgetMeans), wanted).await?,
        source: "Hải Đăng, sổ theo dõi kinh phí và khả năng ngân sách theo văn bản".into(),
        as_of: wanted.as_of.unwrap_or_else(|| view.today()),
        shape: Shape::Grouped,
        subject: subject(by),
        columns: columns.into_iter().map(|(key, title, is_drawn)| column(key, title, Unit::Dong, is_drawn)).collect(),
        rows: found.iter().map(row).collect(),
    })
}
