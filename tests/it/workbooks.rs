//! Workbooks: a cell means what it shows, and a file with the same in it is the same file.

use std::time::Duration;

use app::import::ImportOptions;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

use crate::{
    batches::{outcomes, told},
    obligations,
};

both!(a_cell_of_per_cent_is_read_as_it_is_shown, what_a_format_leaves_open_is_told, a_workbook_with_the_same_in_it_is_the_same,);

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn start(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    for file in [seed::working_days(), seed::regimes_1593()] {
        app.import_calendar(&file, ImportOptions::default()).expect("an import");
    }
    app
}

/// A row of texts with some cells that hold a number under a format.
fn sheet(reference: &str, odd: &[(&str, f64, &str)]) -> Vec<u8> {
    let usual = [
        ("programme", "HP-1593-2013"),
        ("task", "V.2"),
        ("year", "2014"),
        ("percent", "40"),
        ("narrative", "Đã làm"),
        ("externalRef", reference),
        ("values.ty_le", ""),
        ("values.tin_bai", ""),
        ("values.ghi_chu", ""),
    ];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (i, (name, text)) in (0..).zip(usual) {
        sheet.write_string(0, i, name).expect("a cell");
        if let Some((_, number, format)) = odd.iter().find(|(own, ..)| *own == name) {
            sheet.write_number_with_format(1, i, *number, &Format::new().set_num_format(*format)).expect("a cell");
        } else if !text.is_empty() {
            sheet.write_string(1, i, text).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn stored(client: &Client, reference: &str, odd: &[(&str, f64, &str)]) -> Value {
    let reply = client.batch("", XLSX, Some(reference), &sheet(reference, odd));
    assert_eq!((reply.status, outcomes(&reply.json())), (200, vec!["CREATED"]), "{reference}: {}", reply.body);
    client.get(&format!("/api/v1/reports/{}", reply.json()["rows"][0]["id"].as_str().expect("an id"))).json()
}

fn a_cell_of_per_cent_is_read_as_it_is_shown(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let whole = stored(&press, "A", &[("percent", 1.0, "0%"), ("values.ty_le", 0.405, "0.0%"), ("values.ghi_chu", 0.4, "0%")]);
    assert_eq!((&whole["percent"], &whole["values"]), (&json!(100), &json!({"ty_le": "40.5", "ghi_chu": "40%"})));
    // Three decimals are no thousands; 0.29 is no 28.999999999999996.
    let fine = stored(&press, "B", &[("percent", 0.29, "0.00%"), ("values.ty_le", 0.125, "[Red]0.0%;-0.0%;0%;@")]);
    assert_eq!((&fine["percent"], &fine["values"]["ty_le"]), (&json!(29), &json!("12.5")));
    // A sign that is only written beside the number, and a number without any.
    let written = stored(&press, "C", &[("percent", 40.0, "0\"%\""), ("values.ty_le", 99.5, "0.0\\%"), ("values.tin_bai", 3.0, "0")]);
    assert_eq!((&written["percent"], &written["values"]), (&json!(40), &json!({"ty_le": "99.5", "tin_bai": 3})));
    let nothing = stored(&press, "D", &[("percent", 0.0, "0%;\"-\"0;0")]);
    assert_eq!(nothing["percent"], json!(0));
}

fn what_a_format_leaves_open_is_told(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let unclear = ["leaves open which number it shows", "không cho biết chắc ô hiển thị số nào"];
    for (name, number, format, words) in [
        // Neither a whole number, nor a number of articles.
        ("percent", 0.405, "0.0%", [""; 2]),
        ("values.tin_bai", 0.4, "0%", [""; 2]),
        ("percent", 0.4, "0%%", unclear),
        ("values.ty_le", 0.4, "[<1]0%;0", unclear),
        ("values.ty_le", 1.0 / 3.0, "0.00%", ["format the cell as text", "định dạng ô là văn bản"]),
    ] {
        let reply = press.batch("?dryRun=true", XLSX, None, &sheet("A", &[(name, number, format)]));
        let fault = format!("1 /{} TYPE_MISMATCH", name.replace('.', "/"));
        assert!(told(&reply.json()).contains(&fault), "{name} {format}: {}", reply.body);
        assert!(words.iter().all(|words| reply.body.contains(*words)), "{name} {format}: {}", reply.body);
    }
}

fn a_workbook_with_the_same_in_it_is_the_same(backend: Backend) {
    let app = obligations::start(backend);
    let public = app.anonymous();
    let paths = ["/api/v1/regimes/HP-1593-NAM/template", "/api/v1/charts/tasks.xlsx?programme=HP-1593-2013&asOf=2016-06-30"];
    let asked = paths.map(|path| public.get(path));
    // A workbook would tell the second in which it was made, by the clock of the machine.
    std::thread::sleep(Duration::from_millis(1100));
    for (path, first) in paths.iter().zip(asked) {
        assert_eq!((first.status, first.headers["content-type"].as_str()), (200, XLSX), "{path}: {}", first.body);
        let second = public.get(path);
        assert!(first.bytes == second.bytes, "{path}");
        assert_eq!(first.headers["etag"], second.headers["etag"], "{path}");
        let known = public.send("GET", path, &[("if-none-match", &first.headers["etag"])], b"");
        assert_eq!((known.status, known.bytes.len()), (304, 0), "{path}");
    }
}
