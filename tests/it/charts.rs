//! Figures to look at: the same figures in every form, nothing drawn that is not recorded, nothing shown that the caller may not see.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use domain::account::Role;
use serde_json::Value;
use testkit::{Backend, Client, Reply, TestApp, both};

use crate::obligations::start;

both!(
    every_form_of_a_chart_tells_the_same,
    a_chart_is_told_by_what_it_has,
    who_may_not_see_figures_sees_no_chart_of_them,
    statements_of_a_chart_do_not_grow,
);

const TASKS: &str = "/api/v1/charts/tasks";
const OF: &str = "?programme=HP-1593-2013&asOf=2016-06-30";

fn got(client: &Client, path: &str, kind: &str) -> Reply {
    let reply = client.get(path);
    assert_eq!((reply.status, reply.headers["content-type"].as_str()), (200, kind), "{path}: {}", reply.body);
    reply
}

fn every_form_of_a_chart_tells_the_same(backend: Backend) {
    let app = start(backend);
    let public = app.anonymous();
    let told = got(&public, &format!("{TASKS}.json{OF}"), "application/json").json();
    let figures = public.get("/api/v1/statistics?programme=HP-1593-2013&asOf=2016-06-30&groupBy=GROUP").json();
    let rows = told["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 5);
    let columns: Vec<&str> = told["columns"].as_array().expect("columns").iter().map(|one| one["key"].as_str().expect("a key")).collect();
    for (row, counted) in rows.iter().zip(figures["rows"].as_array().expect("rows")) {
        for (cell, key) in row["cells"].as_array().expect("cells").iter().zip(&columns) {
            let figure = &counted["tasks"][key];
            let figure = figure["percent"].as_str().map_or_else(|| figure.to_string(), str::to_owned);
            assert_eq!(cell["value"].as_str().unwrap_or("null"), figure, "{key} of {row}");
        }
    }
    // The picture says its title, its unit, its day and each row; so do its words.
    let svg = got(&public, &format!("{TASKS}.svg{OF}"), "image/svg+xml");
    assert!(svg.headers["content-security-policy"].contains("sandbox"), "{:?}", svg.headers);
    for words in
        ["Kết quả thực hiện nhiệm vụ", "Đơn vị: nhiệm vụ · Tính đến ngày 30/06/2016", "<desc id=\"chart-words\">", "Hoàn thành đúng hạn"]
    {
        assert!(svg.body.contains(words), "{words}: {}", svg.body);
    }
    assert!(svg.body.contains(told["alternative"].as_str().expect("words")));
    let png = got(&public, &format!("{TASKS}.png{OF}"), "image/png");
    assert_eq!(&png.bytes[..8], b"\x89PNG\r\n\x1a\n");
    let sent = got(&public, &format!("{TASKS}.csv{OF}"), "text/csv; charset=utf-8");
    assert_eq!(sent.headers["content-disposition"], "attachment; filename=\"tasks.csv\"");
    let marked = public.get(&format!("{TASKS}.csv{OF}&bom=true"));
    assert_eq!(marked.bytes, ["\u{FEFF}".as_bytes(), &sent.bytes].concat());
    let mut table = csv::Reader::from_reader(sent.bytes.as_slice());
    let xlsx = got(&public, &format!("{TASKS}.xlsx{OF}"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx.bytes)).expect("a workbook");
    let sheet = book.worksheet_range("Số liệu").expect("a sheet");
    for (n, (record, row)) in table.records().zip(rows).enumerate() {
        let record = record.expect("a row");
        let values: Vec<&str> = row["cells"].as_array().expect("cells").iter().map(|cell| cell["value"].as_str().unwrap_or("")).collect();
        assert_eq!(record.iter().skip(2).collect::<Vec<_>>(), values);
        let line = sheet.rows().nth(n + 1).expect("a row");
        assert_eq!(line[2], values[0].parse().map_or(Data::Empty, Data::Float), "a number is a number");
    }
}

fn a_chart_is_told_by_what_it_has(backend: Backend) {
    let app = start(backend);
    let public = app.anonymous();
    let list = public.get("/api/v1/charts").json();
    let entries = list["items"].as_array().expect("charts").clone();
    let standing = app.person(None, Role::Standing);
    for entry in &entries {
        let name = entry["name"].as_str().expect("a name");
        for by in entry["by"].as_array().expect("ways") {
            let by = by.as_str().expect("a way");
            let drawn = standing.get(&format!("/api/v1/charts/{name}.svg{OF}&by={by}"));
            assert_eq!(drawn.status, 200, "{name} {by}: {}", drawn.body);
            assert!(drawn.body.starts_with("<svg") && drawn.body.contains("</desc>"), "{name} {by}");
        }
        let refused = standing.get(&format!("/api/v1/charts/{name}.svg?by=NONSENSE"));
        assert_eq!((refused.code(), refused.faults()), ("QUERY_INVALID".into(), vec![("/by".to_owned(), "NOT_ONE_OF".to_owned())]));
    }
    for path in ["nothing.svg", "tasks.pdf", "tasks", "tasks.", ".svg"] {
        assert_eq!(public.get(&format!("/api/v1/charts/{path}")).code(), "NOT_FOUND", "{path}");
    }
    assert_eq!(public.get("/api/v1/charts/tasks.svg?programme=X").code(), "QUERY_INVALID");
    assert_eq!(public.get("/api/v1/charts/tasks.svg?width=9").code(), "QUERY_INVALID");
}

fn who_may_not_see_figures_sees_no_chart_of_them(backend: Backend) {
    let app = start(backend);
    let path = format!("/api/v1/charts/reports.json{OF}");
    assert_eq!(app.anonymous().get(&path).code(), "UNAUTHENTICATED");
    let rows = |client: &Client| client.get(&path).json()["rows"].as_array().expect("rows").len();
    assert!(rows(&app.person(None, Role::Standing)) > 10);
    let own = app.person(Some("bao-hai-phong"), Role::AgencyViewer).get(&path).json();
    let seen: Vec<&Value> = own["rows"].as_array().expect("rows").iter().map(|row| &row["key"]).collect();
    assert_eq!(seen, ["bao-hai-phong"], "an agency sees its own");
}

fn statements_of_a_chart_do_not_grow(backend: Backend) {
    let app: TestApp = start(backend);
    let public = app.anonymous();
    let cost = |by: &str| app.fewest_statements(|| assert_eq!(public.get(&format!("{TASKS}.json{OF}&by={by}")).status, 200)).0;
    assert_eq!(cost("TASK"), cost("GROUP"), "19 rows cost what five do");
}
