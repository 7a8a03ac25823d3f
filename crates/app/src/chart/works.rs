//! The chart of what a programme brought about, by kind, year, channel or audience.
//! Must not tell more than everybody may know of the register: `crate::deliverable` counts.
//! The other charts are its neighbours.

use domain::{
    chart::{Cell, Chart, ChartName, Row, Shape, Unit},
    deliverable::{AffairsChannel, Audience, DeliverableKind, YearFigures},
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

/// How an activity belongs to foreign affairs.
const fn channel(channel: AffairsChannel) -> &'static str {
    match channel {
        AffairsChannel::Party => "Đối ngoại của Đảng",
        AffairsChannel::State => "Ngoại giao Nhà nước",
        AffairsChannel::People => "Đối ngoại nhân dân",
    }
}

/// Whom it is for, or who takes part.
const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Foreigners => "Người nước ngoài",
        Audience::OverseasVietnamese => "Người Việt Nam ở nước ngoài",
        Audience::ForeignPress => "Báo chí nước ngoài",
        Audience::Investors => "Nhà đầu tư",
        Audience::Tourists => "Khách du lịch",
        Audience::Domestic => "Công chúng trong nước",
    }
}

/// How many there are of each kind, in each year, by channel, or for each audience.
pub(super) async fn deliverables(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let unknown = || Refusal::with_faults(Code::QueryInvalid, vec![Fault::new("/programme", Code::ReferenceUnknown)]);
    let years = deliverable::figures(view, programme(wanted)?, wanted.year, wanted.as_of).await?.ok_or_else(unknown)?;
    let row = |key: &str, label: &str, count: u64| {
        // What is not there was not recorded.
        let cell = i64::try_from(count).ok().filter(|count| *count > 0).map_or(Cell::NotRecorded, Cell::Count);
        Row { key: key.to_owned(), label: label.to_owned(), cells: vec![cell] }
    };
    let sum = |of: &dyn Fn(&YearFigures) -> Option<u64>| years.values().filter_map(of).sum::<u64>();
    let rows = match by {
        "YEAR" => years.iter().map(|(year, of)| row(&year.to_string(), &format!("Năm {year}"), of.kinds.values().sum())).collect(),
        "CHANNEL" => {
            let of = |one: &AffairsChannel| row(one.label(), channel(*one), sum(&|of| of.channels.get(one).copied()));
            AffairsChannel::ALL.iter().map(of).collect()
        }
        "AUDIENCE" => {
            let of = |one: &Audience| row(one.label(), audience(*one), sum(&|of| of.audiences.get(one).copied()));
            Audience::ALL.iter().map(of).collect()
        }
        _ => {
            let of = |one: &DeliverableKind| row(one.label(), kind(*one), sum(&|of| of.kinds.get(one).copied()));
            DeliverableKind::ALL.iter().map(of).collect()
        }
    };
    let told = match by {
        "CHANNEL" => "; không tính phản bác thông tin sai trái và mục chưa ghi kênh",
        "AUDIENCE" => "; không tính phản bác thông tin sai trái; mục dành cho nhiều đối tượng được tính cho từng đối tượng",
        _ => "",
    };
    Ok(Chart {
        name: ChartName::Deliverables,
        title: titled(view, title(ChartName::Deliverables), wanted).await?,
        source: format!("Hải Đăng, sổ sản phẩm và hoạt động đã công bố{told}"),
        as_of: wanted.as_of.unwrap_or_else(|| view.today()),
        shape: Shape::Grouped,
        subject: subject(by),
        columns: vec![column("count", "Số lượng", Unit::Count("mục"), true)],
        rows,
    })
}
