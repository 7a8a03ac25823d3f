//! Pictures and tables of charts, read back.
//! Must not compare pixels: what is drawn is held by what the SVG says.
//! Build with `HAIDANG_PICTURES` set to a folder to look at the pictures.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use domain::{
    chart::{Cell, Chart, ChartName, Column, Row, Shape, Unit},
    money::Dong,
    statistics::Rate,
};

use crate::{csv, png, svg, xlsx};

fn column(key: &'static str, title: &'static str, unit: Unit) -> Column {
    Column { key, title, unit, is_drawn: true }
}

fn chart(shape: Shape, columns: Vec<Column>, rows: Vec<(&str, &str, Vec<Cell>)>) -> Chart {
    Chart {
        name: ChartName::Tasks,
        title: "Kinh phí thực hiện Chương trình hành động thông tin đối ngoại thành phố Hải Phòng năm 2020 <theo nguồn>".into(),
        source: "Sổ theo dõi kinh phí; giải ngân = tạm ứng + thanh toán − thu hồi".into(),
        as_of: NaiveDate::from_ymd_opt(2021, 1, 31).expect("a day"),
        shape,
        subject: "Nguồn kinh phí",
        columns,
        rows: rows.into_iter().map(|(key, label, cells)| Row { key: key.into(), label: label.into(), cells }).collect(),
    }
}

fn money(amounts: [Option<i64>; 3]) -> Vec<Cell> {
    amounts.into_iter().map(|amount| amount.map_or(Cell::NotRecorded, |amount| Cell::Money(Dong::new(amount)))).collect()
}

fn ladder() -> Chart {
    let columns = vec![
        column("needed", "Nhu cầu", Unit::Dong),
        column("assigned", "Dự toán được giao", Unit::Dong),
        column("disbursed", "Đã giải ngân", Unit::Dong),
    ];
    let rows = vec![
        ("STATE_PROVINCIAL", "Ngân sách thành phố", money([Some(3_000_000_000), Some(2_450_000_000), Some(1_100_500_000)])),
        ("SERVICE_REVENUE", "=HYPERLINK(\"x\") Nguồn thu sự nghiệp được để lại theo quy định", money([None, Some(0), None])),
        ("SOCIALISED_CASH", "Xã hội hóa bằng tiền", money([None, None, Some(250_000_000)])),
    ];
    chart(Shape::Grouped, columns, rows)
}

fn look_at(name: &str, drawn: &str) {
    if let Some(folder) = option_env!("HAIDANG_PICTURES") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::write(folder.join(format!("{name}.svg")), drawn).expect("a file");
        std::fs::write(folder.join(format!("{name}.png")), png(drawn).expect("a picture")).expect("a file");
    }
}

#[test]
fn a_bar_stands_for_what_is_recorded_and_for_nothing_else() {
    let drawn = svg(&ladder()).expect("a drawing");
    look_at("ladder", &drawn);
    // The ground, three keys, and a bar for each of the five amounts; the four that are not recorded have words alone.
    assert_eq!(drawn.matches("<rect").count(), 1 + 3 + 5, "{drawn}");
    assert_eq!(drawn.matches("chưa có số liệu\n</text>").count(), 4, "{drawn}");
    for words in [
        "2,45 tỷ đồng",
        "1,1005 tỷ đồng",
        "0 tỷ đồng",
        "Ngân sách thành phố",
        "Đơn vị: tỷ đồng · Tính đến ngày 31/01/2021",
        "Nguồn: Sổ theo dõi kinh phí",
    ] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
}

#[test]
fn those_who_do_not_see_it_are_told_and_markup_is_text() {
    let drawn = svg(&ladder()).expect("a drawing");
    assert!(drawn.contains("role=\"img\" lang=\"vi\" aria-labelledby=\"chart-title chart-words\""), "{drawn}");
    assert!(drawn.contains("&lt;theo nguồn&gt;</title>") && !drawn.contains("<theo"), "{drawn}");
    assert!(drawn.contains("Ngân sách thành phố: Nhu cầu 3 tỷ đồng; Dự toán được giao 2,45 tỷ đồng"), "{drawn}");
    resvg::usvg::roxmltree::Document::parse(&drawn).expect("XML");
}

#[test]
fn what_xml_has_no_place_for_is_left_out() {
    let mut odd = ladder();
    odd.title = "Kinh phí\u{1} năm 2020".into();
    odd.source = "Sổ\u{b} theo dõi\u{fffe}".into();
    odd.rows[0].label = "Sở \u{1}\u{1f} Ngoại vụ\0".into();
    odd.rows[1].cells[1] = Cell::Words("một\u{ffff} phần".into());
    for shape in [Shape::Grouped, Shape::Stacked] {
        odd.shape = shape;
        let drawn = svg(&odd).expect("a drawing");
        resvg::usvg::roxmltree::Document::parse(&drawn).expect("XML");
        assert!(drawn.contains("Sở Ngoại vụ\n</text>") && drawn.contains("Kinh phí năm 2020</title>"), "{drawn}");
        assert_eq!(&png(&drawn).expect("a picture")[..8], b"\x89PNG\r\n\x1a\n");
    }
}

#[test]
fn parts_of_a_whole_lie_behind_each_other() {
    let columns = ["Đúng hạn", "Quá hạn", "Chưa đến hạn"].map(|title| column("n", title, Unit::Count("nhiệm vụ")));
    let counts = |counts: [i64; 3]| counts.map(Cell::Count).to_vec();
    let mut rows =
        vec![("I", "Nhóm nhiệm vụ tuyên truyền, thông tin đối ngoại", counts([5, 2, 1])), ("II", "Nhóm không có gì", counts([0, 0, 0]))];
    rows.push(("III", "Người tham dự", vec![Cell::Count(12), Cell::Hidden, Cell::NotRecorded]));
    let drawn = svg(&chart(Shape::Stacked, columns.to_vec(), rows)).expect("a drawing");
    look_at("stacked", &drawn);
    for words in ["5 · 2 · 1\n</text>", "0 · 0 · 0\n</text>", "12 · * · –\n</text>", "Số dưới 5 người"] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
    let bars: Vec<(f64, f64)> = resvg::usvg::roxmltree::Document::parse(&drawn)
        .expect("XML")
        .descendants()
        .filter(|node| node.has_tag_name("rect"))
        .skip(4)
        .map(|bar| ["x", "width"].map(|name| bar.attribute(name).and_then(|value| value.parse().ok()).expect("a number")).into())
        .collect();
    for (first, second) in bars.iter().zip(&bars[1..3]) {
        assert!((first.0 + first.1 - second.0).abs() <= 1.0, "{bars:?}");
    }
}

#[test]
fn shares_many_rows_and_none_are_drawn() {
    let share = |n: i64| vec![Cell::Share(Rate::of(n, 80))];
    let columns = vec![column("rate", "Tỷ lệ hoàn thành", Unit::Percent)];
    let rows = (0..80).map(|n| ("X", "Ủy ban nhân dân huyện Bạch Long Vỹ", share(n))).collect();
    let drawn = svg(&chart(Shape::Grouped, columns.clone(), rows)).expect("a drawing");
    look_at("shares", &drawn);
    assert_eq!(drawn.matches("<rect").count(), 1 + 1 + 60);
    assert!(drawn.contains("Hình vẽ 60 trong 80 hàng"), "{drawn}");
    let none = svg(&chart(Shape::Grouped, columns, vec![])).expect("a drawing");
    look_at("none", &none);
    assert!(none.contains("Chưa có số liệu\n</text>"), "{none}");
}

#[test]
fn few_things_are_counted_in_whole_numbers() {
    let columns = vec![column("items", "Số lượng", Unit::Count("mục"))];
    let drawn = svg(&chart(Shape::Grouped, columns, vec![("FOREIGNERS", "Người nước ngoài", vec![Cell::Count(1)])])).expect("a picture");
    assert!(!drawn.contains("0,2") && drawn.contains("\n0\n") && drawn.contains("\n1\n"), "{drawn}");
}

#[test]
fn the_picture_has_the_letters_that_are_built_in() {
    let drawn = svg(&ladder()).expect("a drawing");
    let picture = png(&drawn).expect("a picture");
    let seen = resvg::tiny_skia::Pixmap::decode_png(&picture).expect("a picture");
    let dark =
        |picture: &resvg::tiny_skia::Pixmap| picture.pixels().iter().filter(|pixel| pixel.red() < 128 && pixel.green() < 128).count();
    assert_eq!(seen.width(), 1920);
    // Without its letters it would have bars and lines alone.
    let without = png(&drawn.replace("Noto Sans, Arial, sans-serif", "Nothing")).expect("a picture");
    let without = resvg::tiny_skia::Pixmap::decode_png(&without).expect("a picture");
    assert!(dark(&seen) > dark(&without) + 5_000, "{} {}", dark(&seen), dark(&without));
}

#[test]
fn csv_has_numbers_and_harmless_words() {
    let written = String::from_utf8(csv(&ladder(), false).expect("a table")).expect("UTF-8");
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(
        lines,
        [
            "Mã,Nguồn kinh phí,Nhu cầu (đồng),Dự toán được giao (đồng),Đã giải ngân (đồng)",
            "STATE_PROVINCIAL,Ngân sách thành phố,3000000000,2450000000,1100500000",
            "SERVICE_REVENUE,\"'=HYPERLINK(\"\"x\"\") Nguồn thu sự nghiệp được để lại theo quy định\",,0,",
            "SOCIALISED_CASH,Xã hội hóa bằng tiền,,,250000000",
        ]
    );
    let marked = csv(&ladder(), true).expect("a table");
    assert_eq!(&marked[..3], b"\xEF\xBB\xBF");
    assert_eq!(&marked[3..], written.as_bytes());
}

#[test]
fn xlsx_has_numbers_as_numbers_and_no_formula() {
    let mut figures = ladder();
    figures
        .rows
        .push(Row { key: "AID".into(), label: "Viện trợ".into(), cells: money([Some(i64::MAX), Some(999_999_999_999_999), None]) });
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx(&figures).expect("a table"))).expect("a workbook");
    let sheet = book.worksheet_range("Số liệu").expect("a sheet");
    let at = |line, place| sheet.get_value((line, place)).cloned().unwrap_or(Data::Empty);
    assert_eq!(at(1, 2), Data::Float(3_000_000_000.0));
    assert_eq!(at(2, 1), Data::String("=HYPERLINK(\"x\") Nguồn thu sự nghiệp được để lại theo quy định".into()));
    assert_eq!((at(2, 2), at(2, 3)), (Data::Empty, Data::Float(0.0)));
    assert_eq!((at(4, 2), at(4, 3)), (Data::String("9223372036854775807".into()), Data::Float(999_999_999_999_999.0)));
    assert!(book.worksheet_formula("Số liệu").expect("formulas").is_empty());
    let about = book.worksheet_range("Giới thiệu").expect("a sheet");
    assert_eq!(about.get_value((2, 1)), Some(&Data::String(figures.source)));
}
