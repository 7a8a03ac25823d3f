//! The chart of what is reached of targets.
//! Must not make a per cent of what has none: a range shows its number, words stay words, no data is no data.
//! Evaluating is `crate::target`.

use chrono::NaiveDate;
use domain::{
    chart::{Cell, Chart, ChartName, Row, Shape, Unit},
    statistics::Rate,
    target::{Actual, Measure, Status},
};

use super::{ChartWanted, column, programme, subject, title, titled};
use crate::{
    Error, View,
    catalogue::Catalogue,
    target::{self, AgencyValue, Evaluated, When},
    training::Publication,
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
        _ => match evaluation.share {
            Some((low, high)) if low != high => between(low, high),
            Some((share, _)) => Cell::Share(share),
            None => Cell::NotRecorded,
        },
    }
}

/// A share of which only the bounds are told.
fn between(low: Rate, high: Rate) -> Cell {
    let bounds = low.percent().zip(high.percent());
    bounds.map_or(Cell::NotRecorded, |(low, high)| Cell::Words(format!("từ {}% đến {}%", low.replace('.', ","), high.replace('.', ","))))
}

/// A number that is there and that is wanted: of a share part and whole, of sets, tables and members what they have of it.
fn held_and_wanted(one: &Evaluated) -> [Cell; 2] {
    let number = |number: u64| i64::try_from(number).map_or(Cell::NotRecorded, Cell::Count);
    if one.is_suppressed {
        return [Cell::Hidden, Cell::Hidden];
    }
    let measure = &one.definition.measure;
    if let Some((held, wanted)) = measure.held_of_wanted(&one.evaluation) {
        return [number(held), number(wanted)];
    }
    match (&one.value, measure) {
        (Actual::Share { at_least: Some(part), at_most: Some(most), whole: Some(whole) }, _) if part == most => {
            [number(*part), number(*whole)]
        }
        (Actual::Count(Some(count)), Measure::Range { min: goal, .. } | Measure::Count { goal }) => [number(*count), number(*goal)],
        _ => [Cell::NotRecorded, Cell::NotRecorded],
    }
}

/// What is wanted of sets, tables and members, each with what is there of it: no data where nothing is on record.
fn cells(one: &Evaluated) -> Vec<Row> {
    let row = |key: String, label: String, held: Cell, wanted: u64| Row {
        key: format!("{}/{key}", one.target.code),
        label: format!("{}. {label}", one.target.code),
        cells: vec![held, i64::try_from(wanted).map_or(Cell::NotRecorded, Cell::Count)],
    };
    let is_there = |is_there: Option<bool>| is_there.map_or(Cell::NotRecorded, |is_there| Cell::Count(i64::from(is_there)));
    match (&one.definition.measure, &one.value) {
        (Measure::SetCoverage { required }, value) => {
            let there = if let Actual::Items(Some(items)) = value { Some(items) } else { None };
            required.iter().map(|item| row(item.clone(), item.clone(), is_there(there.map(|there| there.contains(item))), 1)).collect()
        }
        (Measure::Matrix { outlets, items, contents }, value) => {
            let there = if let Actual::Cells(Some(cells)) = value { Some(cells) } else { None };
            let mut rows = Vec::new();
            for outlet in outlets {
                for (item, content) in items.iter().flat_map(|item| contents.iter().map(move |content| (item, content))) {
                    let cell = (outlet.clone(), item.clone(), content.clone());
                    let key = format!("{outlet}/{item}/{content}");
                    let label = format!("{outlet} – {item} – {content}");
                    rows.push(row(key, label, is_there(there.map(|there| there.contains(&cell))), 1));
                }
            }
            rows
        }
        (Measure::CountPerMember { members, at_least }, Actual::PerMember(counts)) => {
            let held = |member: &String| {
                counts.get(member).map_or(Cell::NotRecorded, |count| i64::try_from(*count).map_or(Cell::NotRecorded, Cell::Count))
            };
            members.iter().map(|member| row(member.clone(), member.clone(), held(member), *at_least)).collect()
        }
        (Measure::CountPerMember { members, at_least }, _) => {
            members.iter().map(|member| row(member.clone(), member.clone(), Cell::NotRecorded, *at_least)).collect()
        }
        _ => Vec::new(),
    }
}

/// What each agency contributes, as far as the caller may know of it.
fn agencies(one: &Evaluated, catalogue: &Catalogue) -> Vec<Row> {
    let number = |number: Option<u64>| number.and_then(|number| i64::try_from(number).ok()).map_or(Cell::NotRecorded, Cell::Count);
    let row = |agency: &AgencyValue| {
        let found = catalogue.agency(agency.agency)?;
        let day = NaiveDate::from_ymd_opt(one.year, 12, 31).map_or(one.as_of, |end| end.min(one.as_of));
        let name = crate::catalogue::version_on(found, day).map(|version| version.name.vi.to_string()).unwrap_or_default();
        let (part, whole) = match &agency.value {
            Actual::Share { at_least, at_most, whole } if at_least == at_most => (*at_least, *whole),
            _ => (None, None),
        };
        let share = agency.evaluation.share.map_or(Cell::NotRecorded, |(at_least, _)| Cell::Share(at_least));
        let status = Cell::Words(status(agency.evaluation.status).to_owned());
        Some(Row {
            key: format!("{}/{}", one.target.code, found.code),
            label: format!("{}. {name}", one.target.code),
            cells: vec![share, number(part), number(whole), status],
        })
    };
    one.by_agency.iter().filter_map(row).collect()
}

/// Targets in the order of their codes; by agency; or what of sets, tables and members is there.
pub(super) async fn targets(view: &View, wanted: &ChartWanted, by: &'static str) -> Result<Chart, Error> {
    let when = When { as_of: wanted.as_of, year: wanted.year };
    let found = target::evaluations(view, programme(wanted)?, when).await?;
    let whole = |one: &Evaluated| {
        let [held, wanted] = held_and_wanted(one);
        let label = format!("{}. {}", one.target.code, one.target.text);
        let day = match one.publication {
            Publication::NotReleased => "chưa công bố".to_owned(),
            Publication::Live | Publication::Released => one.as_of.format("%d/%m/%Y").to_string(),
        };
        let cells = vec![reached(one), held, wanted, Cell::Words(status(one.evaluation.status).to_owned()), Cell::Words(day)];
        vec![Row { key: one.target.code.clone(), label, cells }]
    };
    let catalogue = view.catalogue().await?;
    let count = Unit::Count("mục");
    let mut columns = vec![
        column("reached", "Mức đạt", Unit::Percent, true),
        column("held", "Phần đã đạt", count, false),
        column("wanted", "Toàn bộ", count, false),
        column("status", "Trạng thái", Unit::Words, false),
    ];
    match by {
        "CELL" => columns = vec![column("held", "Đã có", count, true), column("wanted", "Phải có", count, true)],
        "TARGET" => columns.push(column("day", "Số liệu ngày", Unit::Words, false)),
        _ => {}
    }
    let rows = |one: &Evaluated| match by {
        "CELL" => cells(one),
        "AGENCY" => agencies(one, catalogue),
        _ => whole(one),
    };
    let as_of = wanted.as_of.unwrap_or_else(|| view.today());
    Ok(Chart {
        name: ChartName::Targets,
        title: titled(view, title(ChartName::Targets), wanted).await?,
        source:
            "Hải Đăng, chỉ tiêu theo định nghĩa đang dùng; mức đạt = phần đã đạt / toàn bộ; số liệu về người theo lần công bố cuối cùng \
            của năm"
                .into(),
        as_of,
        shape: Shape::Grouped,
        subject: subject(by),
        columns,
        rows: found.iter().flat_map(rows).collect(),
    })
}
