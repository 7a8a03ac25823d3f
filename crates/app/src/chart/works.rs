//! The chart of what a programme brought about, by kind or by year.
//! Must not tell more than everybody may know of the register: `crate::deliverable` counts.
//! The other charts are its neighbours.

use domain::{
    chart::{Cell, Chart, ChartName, Row, Shape, Unit},
    deliverable::DeliverableKind,
    error::{Code, Fault, Refusal},
};

use super::{ChartWanted, column, programme, subject, title, titled};
use crate::{Error, View, deliverable};

/// What a kind is called.
const fn kind(kind: DeliverableKind) -> &'static str {
    match kind {
        DeliverableKind::Publication => "Ấn phẩm",
        DeliverableKind::Film => "Phim tài liệu",
        DeliverableKind::MajorProgramme => "Chương trình văn hóa lớn",
        DeliverableKind::ForeignEdition => "Phiên bản tiếng nước ngoài",
        DeliverableKind::PortalSection => "Chuyên mục trên Cổng thông tin điện tử",
        DeliverableKind::Column => "Chuyên mục, chương trình",
        DeliverableKind::Event => "Sự kiện, hội nghị, lễ hội",
        DeliverableKind::DelegationExchange => "Trao đổi đoàn",
        DeliverableKind::Campaign => "Đợt tuyên truyền",
        DeliverableKind::Rebuttal => "Phản bác thông tin sai trái",
        DeliverableKind::MediaOutput => "Tin, bài",
        DeliverableKind::Agreement => "Hợp đồng, kế hoạch phối hợp",
        DeliverableKind::PressVisit => "Đoàn phóng viên, báo chí nước ngoài",
        DeliverableKind::LegalDocument => "Văn bản chỉ đạo, quản lý",
        DeliverableKind::IncentiveInstrument => "Cơ chế, chính sách khuyến khích",
        DeliverableKind::Commendation => "Khen thưởng",
        DeliverableKind::ItApplication => "Ứng dụng công nghệ thông tin",
        DeliverableKind::Equipment => "Trang thiết bị, cơ sở vật chất",
        DeliverableKind::Assessment => "Đánh giá bằng lời",
    }
}

/// How many there are of each kind, or in each year.
pub(super) async fn deliverables(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let unknown = || Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/programme", Code::ReferenceUnknown)]);
    let years = deliverable::figures(view, programme(wanted)?, wanted.year).await?.ok_or_else(unknown)?;
    let row = |key: String, label: String, count: u64| {
        // What is not there was not recorded.
        let cell = i64::try_from(count).ok().filter(|count| *count > 0).map_or(Cell::NotRecorded, Cell::Count);
        Row { key, label, cells: vec![cell] }
    };
    let rows = if by == "YEAR" {
        years.iter().map(|(year, figures)| row(year.to_string(), format!("Năm {year}"), figures.kinds.values().sum())).collect()
    } else {
        let of = |kind: DeliverableKind| years.values().filter_map(|figures| figures.kinds.get(&kind)).sum::<u64>();
        DeliverableKind::ALL.iter().map(|one| row(one.label().to_owned(), kind(*one).to_owned(), of(*one))).collect()
    };
    Ok(Chart {
        name: ChartName::Deliverables,
        title: titled(view, title(ChartName::Deliverables), wanted).await?,
        source: "Hải Đăng, sổ sản phẩm và hoạt động đã công bố".into(),
        as_of: view.today(),
        shape: Shape::Grouped,
        subject: subject(by),
        columns: vec![column("count", "Số lượng", Unit::Count("mục"), true)],
        rows,
    })
}
