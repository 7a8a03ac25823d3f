//! The chart of what is reached of targets.
//! Must not make a per cent of what has none: a range shows its number, words stay words, no data is no data.
//! Evaluating is `crate::target`.

use domain::{
    chart::{Cell, Chart, ChartName, Row, Shape, Unit},
    target::{Measure, Status},
};

use super::{ChartWanted, column, programme, subject, title, titled};
use crate::{
    Error, View,
    target::{self, Evaluated, When},
};

const fn status(status: Status) -> &'static str {
    match status {
        Status::NoData => "Chưa có số liệu",
        Status::Undetermined => "Chưa xác định được",
        Status::InProgress => "Đang thực hiện",
        Status::NotMet => "Chưa đạt",
        Status::Met => "Đạt",
        Status::Exceeded => "Vượt mức",
        Status::Described => "Đánh giá bằng lời",
    }
}

/// What is reached: a share, a number with the numbers that are asked for, or words.
fn reached(one: &Evaluated) -> Cell {
    let evaluation = &one.evaluation;
    match (&one.definition.measure, evaluation.status) {
        _ if one.is_suppressed => Cell::Hidden,
        (_, Status::NoData) => Cell::NotRecorded,
        (Measure::Qualitative, _) => Cell::Words(status(evaluation.status).to_owned()),
        (Measure::Range { min, max }, _) => {
            evaluation.count.map_or(Cell::NotRecorded, |count| Cell::Words(format!("{count} (chỉ tiêu {min}–{max})")))
        }
        (Measure::Count { goal }, _) => {
            evaluation.count.map_or(Cell::NotRecorded, |count| Cell::Words(format!("{count} (chỉ tiêu {goal})")))
        }
        _ => evaluation.share.map_or(Cell::NotRecorded, |(at_least, _)| Cell::Share(at_least)),
    }
}

/// Targets in the order of their codes.
pub(super) async fn targets(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let when = When { as_of: wanted.as_of, year: wanted.year };
    let found = target::evaluations(view, programme(wanted)?, when).await?;
    let row = |one: &Evaluated| Row {
        key: one.target.code.clone(),
        label: format!("{}. {}", one.target.code, one.target.text),
        cells: vec![reached(one), Cell::Words(status(one.evaluation.status).to_owned())],
    };
    let as_of = found.first().map_or_else(|| wanted.as_of.unwrap_or_else(|| view.today()), |one| one.as_of);
    Ok(Chart {
        name: ChartName::Targets,
        title: titled(view, title(ChartName::Targets), wanted).await?,
        source: "Hải Đăng, chỉ tiêu theo định nghĩa đang dùng; mức đạt = phần đã đạt / toàn bộ".into(),
        as_of,
        shape: Shape::Grouped,
        subject: subject(by),
        columns: vec![column("reached", "Mức đạt", Unit::Percent, true), column("status", "Trạng thái", Unit::Words, false)],
        rows: found.iter().map(row).collect(),
    })
}
