//! What charts show: figures that other use cases tell, as titled tables to look at.
//! Must not compute a figure, nor show more than the figures themselves would be shown to the caller.
//! The form of a chart is `domain::chart`; the picture and the files are the crate `charts`.

use chrono::NaiveDate;
use domain::{
    chart::{Chart, ChartName, Column, Unit},
    error::{Code, Fault, Refusal},
    policy::Action,
};

use crate::{Error, View};

mod counted;
mod money;
mod people;
mod reached;
mod works;

/// What a chart is asked for; each takes what it is about.
#[derive(Clone, Debug, Default)]
pub struct ChartWanted {
    /// Code of a programme; all where nothing is said.
    pub programme: Option<String>,
    /// What the rows are about.
    pub by: Option<String>,
    pub year: Option<i32>,
    /// Today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// What the rows of a chart may be about, what they are about where nothing is said first.
pub const fn ways(name: ChartName) -> &'static [&'static str] {
    match name {
        ChartName::Tasks => &["GROUP", "AGENCY", "TASK", "YEAR"],
        ChartName::Reports => &["AGENCY", "GROUP", "TASK", "YEAR", "PERIOD"],
        ChartName::Budget => &["SOURCE", "TASK", "AGENCY", "YEAR", "BOOKING_YEAR", "LINE"],
        ChartName::BudgetAgeing => &["AGE"],
        ChartName::BudgetMeans => &["YEAR"],
        ChartName::Targets => &["TARGET", "AGENCY", "CELL"],
        ChartName::Trainings => &["AGENCY", "COURSE", "YEAR", "PLAN"],
        ChartName::Deliverables => &["KIND", "YEAR", "CHANNEL", "AUDIENCE"],
    }
}

/// What a chart shows, in Vietnamese.
pub const fn title(name: ChartName) -> &'static str {
    match name {
        ChartName::Tasks => "Kết quả thực hiện nhiệm vụ",
        ChartName::Reports => "Tình hình chấp hành chế độ báo cáo",
        ChartName::Budget => "Kinh phí thực hiện",
        ChartName::BudgetAgeing => "Kinh phí đã giải ngân chưa quyết toán theo thời gian",
        ChartName::BudgetMeans => "Nhu cầu và khả năng ngân sách nhà nước hằng năm",
        ChartName::Targets => "Mức đạt các chỉ tiêu",
        ChartName::Trainings => "Người được đào tạo, bồi dưỡng",
        ChartName::Deliverables => "Sản phẩm và hoạt động",
    }
}

/// A chart with its figures.
///
/// # Errors
/// `QUERY_INVALID` for a way of telling that the chart does not have, and as the figures; `FORBIDDEN` where the caller may not see them.
pub async fn chart(view: &View, name: ChartName, wanted: &ChartWanted) -> Result<Chart, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let by = match &wanted.by {
        None => ways(name)[0],
        Some(by) => ways(name).iter().copied().find(|way| way == by).ok_or_else(|| unknown_way(name))?,
    };
    match name {
        ChartName::Tasks => counted::tasks(view, wanted, by).await,
        ChartName::Reports => counted::reports(view, wanted, by).await,
        ChartName::Budget => money::ladders(view, wanted, by).await,
        ChartName::BudgetAgeing => money::ageing(view, wanted, by).await,
        ChartName::BudgetMeans => money::means(view, wanted, by).await,
        ChartName::Targets => reached::targets(view, wanted, by).await,
        ChartName::Trainings => people::trainings(view, wanted, by).await,
        ChartName::Deliverables => works::deliverables(view, wanted, by).await,
    }
}

fn unknown_way(name: ChartName) -> Refusal {
    let ways = ways(name).join(", ");
    let (vi, en) = (format!("Biểu đồ này chỉ có theo: {ways}."), format!("This chart is told by: {ways}."));
    Refusal::with_faults(Code::QueryInvalid, vec![Fault::worded("/by", Code::NotOneOf, vi, en)])
}

/// A title with what the figures are over.
async fn titled(view: &View, what: &str, wanted: &ChartWanted) -> Result<String, Error> {
    let catalogue = view.catalogue().await?;
    let programme = wanted.programme.as_deref().and_then(|code| catalogue.programme_by_code(code));
    let of = programme.map(|programme| format!(" – {}", programme.title.vi)).unwrap_or_default();
    let year = wanted.year.map(|year| format!(", năm {year}")).unwrap_or_default();
    Ok(format!("{what}{of}{year}"))
}

/// The programme that a chart is of, which it cannot do without.
fn programme(wanted: &ChartWanted) -> Result<&str, Refusal> {
    let missing = || Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/programme", Code::FieldRequired)]);
    wanted.programme.as_deref().ok_or_else(missing)
}

const fn subject(by: &str) -> &'static str {
    match by.as_bytes() {
        b"GROUP" => "Nhóm nhiệm vụ",
        b"AGENCY" => "Cơ quan",
        b"TASK" => "Nhiệm vụ",
        b"YEAR" => "Năm",
        b"SOURCE" => "Nguồn kinh phí",
        b"BOOKING_YEAR" => "Năm hạch toán",
        b"LINE" => "Dòng kinh phí",
        b"AGE" => "Số ngày từ khi giải ngân",
        b"TARGET" => "Chỉ tiêu",
        b"COURSE" => "Khóa đào tạo, bồi dưỡng",
        b"KIND" => "Loại",
        b"CHANNEL" => "Kênh đối ngoại",
        b"AUDIENCE" => "Đối tượng",
        b"CELL" => "Phần phải có",
        b"PLAN" => "Nội dung kế hoạch",
        b"PERIOD" => "Kỳ báo cáo",
        _ => "Nội dung",
    }
}

fn column(key: &'static str, title: &'static str, unit: Unit, is_drawn: bool) -> Column {
    Column { key, title, unit, is_drawn }
}
