//! Charts of tasks and of reports that are owed, from the statistics.
//! Must not count anything: `crate::statistics` does.
//! The other charts are its neighbours; what a chart is, is the parent module.

use domain::{
    chart::{Cell, Chart, ChartName, Column, Row as ChartRow, Shape, Unit},
    policy::Action,
    statistics::{Figure, Grouping, reporting::ReportFigure},
};

use super::{ChartWanted, column, subject, title, titled};
use crate::{
    Error, View,
    occurrence::OccurrenceFilter,
    statistics::{self, Row, Statistics, Wanted},
};

async fn told(view: &View, wanted: &ChartWanted, by: &str) -> Result<Statistics, Error> {
    let grouping = by.parse().unwrap_or(Grouping::None);
    let filter = OccurrenceFilter {
        programme: wanted.programme.clone(),
        from_year: wanted.year,
        to_year: wanted.year,
        as_of: wanted.as_of,
        ..OccurrenceFilter::default()
    };
    statistics::tell(view, &Wanted { filter, grouping, compared_to: None }).await
}

/// What a row is called: its codes, then its name.
fn named(row: &Row) -> (String, String) {
    let about = &row.about;
    let code =
        about.task.as_ref().or(about.group.as_ref()).or(about.agency.as_ref()).or(about.period.as_ref()).or(about.programme.as_ref());
    let key = code.cloned().or_else(|| about.year.map(|year| year.to_string())).unwrap_or_default();
    let is_coded = about.task.is_some() || about.group.is_some();
    let label = match &about.name {
        Some(name) if is_coded => format!("{key}. {name}"),
        Some(name) => name.clone(),
        None if about.period.is_some() => format!("Kỳ {key}"),
        None if about.year.is_some() => format!("Năm {key}"),
        None => key.clone(),
    };
    (key, label)
}

pub(super) async fn tasks(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    const PARTS: [(Figure, &str, &str); 6] = [
        (Figure::CompletedOnTime, "completedOnTime", "Hoàn thành đúng hạn"),
        (Figure::CompletedLate, "completedLate", "Hoàn thành quá hạn"),
        (Figure::CompletedNoDeadline, "completedNoDeadline", "Hoàn thành, không có thời hạn"),
        (Figure::OpenOverdue, "openOverdue", "Chưa hoàn thành, quá hạn"),
        (Figure::OpenWithin, "openWithin", "Đang thực hiện, trong hạn"),
        (Figure::OpenNoDeadline, "openNoDeadline", "Đang thực hiện, không có thời hạn"),
    ];
    let counted = Unit::Count("nhiệm vụ");
    let mut columns: Vec<Column> = PARTS.iter().map(|(_, key, title)| column(key, title, counted, true)).collect();
    columns.push(column("assigned", "Tổng số được giao", counted, false));
    columns.push(column("dueCompletionRate", "Tỷ lệ hoàn thành nhiệm vụ đến hạn", Unit::Percent, false));
    let told = told(view, wanted, by).await?;
    let row = |row: &Row| {
        let (key, label) = named(row);
        let mut cells: Vec<Cell> = PARTS.iter().map(|(figure, ..)| Cell::Count(row.tasks.figure(*figure))).collect();
        cells.push(Cell::Count(row.tasks.assigned()));
        cells.push(Cell::Share(row.tasks.due_completion_rate()));
        ChartRow { key, label, cells }
    };
    Ok(Chart {
        name: ChartName::Tasks,
        title: titled(view, title(ChartName::Tasks), wanted).await?,
        source: "Hải Đăng, theo dõi nhiệm vụ; tổng số được giao = hoàn thành + chưa hoàn thành; tỷ lệ hoàn thành nhiệm vụ đến hạn = (hoàn \
            thành đúng hạn + hoàn thành quá hạn) / (hoàn thành đúng hạn + hoàn thành quá hạn + chưa hoàn thành, quá hạn)"
            .into(),
        as_of: told.as_of,
        shape: Shape::Stacked,
        subject: subject(by),
        columns,
        rows: told.rows.iter().map(row).collect(),
    })
}

pub(super) async fn reports(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    const PARTS: [(ReportFigure, &str, &str); 4] = [
        (ReportFigure::OnTime, "onTime", "Gửi đúng hạn"),
        (ReportFigure::Late, "late", "Gửi chậm"),
        (ReportFigure::Missing, "missing", "Chưa gửi, quá hạn"),
        (ReportFigure::NotYetDue, "notYetDue", "Chưa đến hạn"),
    ];
    view.ctx().allow(Action::ReadObligations)?;
    let counted = Unit::Count("báo cáo");
    let mut columns: Vec<Column> = PARTS.iter().map(|(_, key, title)| column(key, title, counted, true)).collect();
    columns.push(column("expected", "Phải gửi đến ngày tính", counted, false));
    columns.push(column("reportingRate", "Tỷ lệ gửi báo cáo", Unit::Percent, false));
    columns.push(column("timelinessRate", "Tỷ lệ gửi đúng hạn", Unit::Percent, false));
    let told = told(view, wanted, by).await?;
    let row = |row: &Row| {
        // A row of tasks alone tells of no report that the caller may see.
        let (figures, _) = row.reports.filter(|(figures, _)| figures.figure(ReportFigure::Obliged) + figures.counts().excluded > 0)?;
        let (key, label) = named(row);
        let mut cells: Vec<Cell> = PARTS.iter().map(|(figure, ..)| Cell::Count(figures.figure(*figure))).collect();
        cells.push(Cell::Count(figures.figure(ReportFigure::Expected)));
        cells.extend([figures.reporting_rate(), figures.timeliness_rate()].map(Cell::Share));
        Some(ChartRow { key, label, cells })
    };
    Ok(Chart {
        name: ChartName::Reports,
        title: titled(view, title(ChartName::Reports), wanted).await?,
        source: "Hải Đăng, chế độ báo cáo; tỷ lệ gửi báo cáo = đã gửi / phải gửi đến ngày tính; tỷ lệ gửi đúng hạn = gửi đúng hạn / phải \
            gửi đến ngày tính"
            .into(),
        as_of: told.as_of,
        shape: Shape::Stacked,
        subject: subject(by),
        columns,
        rows: told.rows.iter().filter_map(row).collect(),
    })
}
