//! Batches as files: the four formats, numbers as people write them, templates, and that a rehearsal tells the truth.

use std::io::{Cursor, Read, Write};

use app::import::ImportOptions;
use calamine::{Reader, Xlsx};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::batches::{JSON, outcomes, row, told, total, with};

both!(
    four_formats_say_the_same,
    faults_of_a_table_name_line_and_column,
    a_text_in_another_encoding_is_one_fault_of_the_file,
    numbers_are_read_as_people_write_them,
    a_number_in_a_cell_is_taken_as_it_was_written_or_told,
    templates_go_through_as_they_are,
    what_unpacks_to_too_much_is_refused,
    a_rehearsal_and_what_follows_agree,
);

const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// With the regimes of decision 1593.
fn start(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    app.import_calendar(&seed::working_days(), ImportOptions::default()).expect("an import");
    app.import_calendar(&seed::regimes_1593(), ImportOptions::default()).expect("an import");
    app
}

/// Text of a cell; numbers stay numbers.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Rows as a table: the names of all fields, and a cell for each.
fn table(rows: &[Value]) -> (Vec<String>, Vec<Vec<Option<Value>>>) {
    let flat = |row: &Value| {
        let mut cells = Vec::new();
        for (name, value) in row.as_object().expect("a row") {
            match value {
                Value::Object(fields) => cells.extend(fields.iter().map(|(code, value)| (format!("{name}.{code}"), value.clone()))),
                _ => cells.push((name.clone(), value.clone())),
            }
        }
        cells
    };
    let flat: Vec<Vec<(String, Value)>> = rows.iter().map(flat).collect();
    let mut names: Vec<String> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let cell = |row: &Vec<(String, Value)>, name: &String| row.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let cells = flat.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()).collect();
    (names, cells)
}

fn csv(rows: &[Value], mark: char) -> Vec<u8> {
    let (names, cells) = table(rows);
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |cells: Vec<String>| cells.join(&mark.to_string()) + "\r\n";
    let mut text = line(names.iter().map(|name| quoted(name)).collect());
    for row in cells {
        text += &line(row.iter().map(|cell| cell.as_ref().map(plain).map_or_else(String::new, |text| quoted(&text))).collect());
    }
    text.into_bytes()
}

fn xlsx(rows: &[Value]) -> Vec<u8> {
    let (names, cells) = table(rows);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (i, name) in (0..).zip(&names) {
        sheet.write_string(0, i, name).expect("a cell");
    }
    for (r, row) in (1..).zip(cells) {
        for (c, cell) in (0..).zip(row) {
            match cell {
                Some(Value::Number(number)) => drop(sheet.write_number(r, c, number.as_f64().expect("a number")).expect("a cell")),
                Some(value) => drop(sheet.write_string(r, c, plain(&value)).expect("a cell")),
                None => {}
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn lines(rows: &[Value]) -> Vec<u8> {
    rows.iter().flat_map(|row| [row.to_string(), "\n".to_owned()]).collect::<String>().into_bytes()
}

/// The same rows in every format.
fn formats(rows: &[Value]) -> [(&'static str, Vec<u8>); 6] {
    let marked = [b"\xef\xbb\xbf".as_slice(), &csv(rows, ';')].concat();
    [
        (JSON, json!(rows).to_string().into_bytes()),
        (NDJSON, lines(rows)),
        (CSV, csv(rows, ',')),
        ("text/csv; charset=utf-8", marked),
        (CSV, String::from_utf8(csv(rows, ',')).expect("text").replace("\r\n", "\n").into_bytes()),
        (XLSX, xlsx(rows)),
    ]
}

fn a_text_in_another_encoding_is_one_fault_of_the_file(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let rows = [row("a"), row("b")];
    let units = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text").encode_utf16().collect::<Vec<u16>>();
    let little = |bytes: &[u8]| units(bytes).iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>();
    let big = |bytes: &[u8]| units(bytes).iter().flat_map(|unit| unit.to_be_bytes()).collect::<Vec<u8>>();
    let table = csv(&rows, ';');
    // As spreadsheets write "Unicode text", with the mark and without; in every format that is text.
    let mut odd = vec![
        (CSV, [b"\xff\xfe".as_slice(), &little(&table)].concat()),
        (CSV, [b"\xfe\xff".as_slice(), &big(&table)].concat()),
        (CSV, little(&table)),
        (CSV, big(&table)),
        (NDJSON, [b"\xff\xfe".as_slice(), &little(&lines(&rows))].concat()),
        (JSON, [b"\xff\xfe".as_slice(), &little(json!(rows).to_string().as_bytes())].concat()),
    ];
    // A head in an encoding of one byte a letter.
    odd.push((CSV, [b"Nhi\xeam v\xf4;".as_slice(), &table].concat()));
    for (media, bytes) in odd {
        let reply = press.batch("?dryRun=true", media, None, &bytes);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{media}: {}", reply.body);
        assert_eq!(reply.faults(), [(String::new(), "PATTERN_MISMATCH".to_owned())], "{media}: {}", reply.body);
        for words in ["Tệp phải ở bảng mã UTF-8", "The file must be in UTF-8"] {
            assert!(reply.body.contains(words), "{media}: {}", reply.body);
        }
    }
    // Under a head that can be read each cell tells of itself.
    let cell = [b"programme;task;year;percent;narrative\nHP-1593-2013;V.2;2014;40;".as_slice(), b"\xd0\xe3 l\xe0m\n"].concat();
    let told = press.batch("?dryRun=true", CSV, None, &cell).json();
    assert!(crate::batches::told(&told).contains(&"1 /narrative PATTERN_MISMATCH".to_owned()), "{told}");
}

fn four_formats_say_the_same(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    for (i, (media, _)) in formats(&[]).iter().enumerate() {
        let values = json!({"ty_le": "12.5", "tin_bai": 1234, "ghi_chu": "=1+1; \"hai\",\nba"});
        let rows = [
            with(&format!("{i}-1"), &[("values", values), ("sections", json!({"ket_qua": "Đủ, đúng; tốt"})), ("period", json!("2014"))]),
            row(&format!("{i}-2")),
        ];
        let body = &formats(&rows)[i].1;
        let reply = press.batch("", media, Some(&format!("k{i}")), body);
        assert_eq!((reply.status, outcomes(&reply.json())), (200, vec!["CREATED"; 2]), "{media}: {}", reply.body);
        let stored = press.get(&format!("/api/v1/reports/{}", reply.json()["rows"][0]["id"].as_str().expect("an id"))).json();
        let wanted = json!({"ty_le": "12.5", "tin_bai": 1234, "ghi_chu": "=1+1; \"hai\",\nba"});
        assert_eq!((&stored["values"], &stored["sections"]["ket_qua"]), (&wanted, &json!("Đủ, đúng; tốt")), "{media} {i}");
        assert_eq!((&stored["percent"], &stored["year"], &stored["externalRef"]), (&json!(40), &json!(2014), &json!(format!("{i}-1"))));
    }
}

fn faults_of_a_table_name_line_and_column(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let dry = |media: &str, body: &[u8]| press.batch("?dryRun=true", media, None, body);
    let head = "programme;task;year;percent;narrative;values.ty_le;values.kinh_phi;produced.1.description;produced.1.quantity\n";
    let body = format!(
        "{head}HP-1593-2013;V.2;2014;40;Đã làm;12,5;1.234,5 triệu đồng;Sách;2\n;;;;;;;;\n\
         HP-1593-2013;V.2;2014;101;\"Đã\nlàm\";1.234;nhiều;;3\nHP-1593-2013;V.2;2014;40;Đã làm;1.234;nhiều;;\nHP-1593-2013;V.2\n"
    );
    let answer = dry(CSV, body.as_bytes()).json();
    let told: Vec<String> = answer["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|f| format!("{} {} {} {}", f["row"], f["line"], plain(&f["column"]), plain(&f["code"])))
        .collect();
    let wanted = [
        "2 4 percent OUT_OF_RANGE",
        "2 4 produced.1.description FIELD_REQUIRED",
        "2 4 values.kinh_phi TYPE_MISMATCH",
        "2 4 values.ty_le NUMBER_AMBIGUOUS",
        "3 6 values.kinh_phi TYPE_MISMATCH",
        "3 6 values.ty_le NUMBER_AMBIGUOUS",
        "4 7 null COUNT_MISMATCH",
        "4 7 narrative FIELD_REQUIRED",
        "4 7 percent FIELD_REQUIRED",
        "4 7 year FIELD_REQUIRED",
    ];
    assert_eq!(told, wanted, "{answer}");
    let columns = dry(CSV, b"task,N\xc4\x83m,task\nV.2,2014,V.2\n");
    assert_eq!((columns.status, columns.code().as_str()), (422, "BODY_INVALID"));
    assert_eq!(columns.faults(), [("/Năm", "FIELD_UNKNOWN"), ("/task", "DUPLICATE")].map(|(at, code)| (at.to_owned(), code.to_owned())));
    let latin = dry(CSV, b"programme,task,year,percent,narrative\nHP-1593-2013,V.2,2014,40,\xd0\xe3\n").json();
    assert!(latin["faults"].as_array().expect("faults").iter().any(|f| f["column"] == "narrative" && f["code"] == "PATTERN_MISMATCH"));
    let lines = dry(NDJSON, b"\n{\"year\": 1\n").json();
    assert_eq!((&lines["faults"][0]["line"], &lines["faults"][0]["code"]), (&json!(2), &json!("BODY_UNREADABLE")));
    // A cell that cannot be read is told as that, whatever form it is for.
    let named = format!(
        "programme;task;year;period;percent;narrative;regime;values.ty_le;values.kinh_phi\n{}",
        "HP-1593-2013;V.2;2014;2014;40;Đã làm;HP-1593-NAM;1.234;1,234\n"
    );
    let answer = dry(CSV, named.as_bytes()).json();
    let told: Vec<String> =
        answer["faults"].as_array().expect("faults").iter().map(|f| format!("{} {}", plain(&f["column"]), plain(&f["code"]))).collect();
    let of_numbers: Vec<&String> = told.iter().filter(|fault| fault.contains("kinh_phi") || fault.contains("ty_le")).collect();
    assert_eq!(of_numbers, ["values.kinh_phi NUMBER_AMBIGUOUS", "values.ty_le NUMBER_AMBIGUOUS"], "{answer}");
    // What a quote that is not closed would take in is told, not stored.
    for (rest, line) in [("\"một\n{row}hai\n{row}ba\n", 2), ("một\n{row}\"hai\n{row}\"ba\"\n", 3), ("\"một\"x\n", 2), ("\"một", 2)]
    {
        let body = format!("programme;task;year;percent;narrative\n{{row}}{rest}").replace("{row}", "HP-1593-2013;V.2;2014;40;");
        let open = dry(CSV, body.as_bytes());
        assert_eq!((open.status, open.code().as_str()), (400, "BODY_UNREADABLE"), "{rest}: {}", open.body);
        assert!(open.body.contains(&format!("line {line} ")), "{rest}: {}", open.body);
    }
    let quoted = "programme;task;year;percent;narrative\nHP-1593-2013;V.2;2014;40;\"a\"\"b;\n\"\nHP-1593-2013;V.2;2014;40;12\" dài\n";
    assert_eq!(dry(CSV, quoted.as_bytes()).json()["created"], 2);
    for junk in [&b"PK\x03\x04"[..], b"", b"\xd0\xcf\x11\xe0"] {
        assert_eq!(dry(XLSX, junk).code(), "BODY_UNREADABLE");
    }
    assert_eq!(dry(CSV, format!("task\n\"{}", "x".repeat(2 * 1024 * 1024)).as_bytes()).code(), "BODY_UNREADABLE");
}

fn numbers_are_read_as_people_write_them(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let given = json!({"ty_le": "99,5 %", "tin_bai": "1.234 tin, bài", "kinh_phi": "105.645,46 tỷ đồng", "ghi_chu": "1.234"});
    let rows = [with("A-1", &[("percent", json!("40%")), ("values", given)])];
    for (key, media, body) in [("a", CSV, csv(&rows, ',')), ("b", XLSX, xlsx(&[with("A-2", &[("values", rows[0]["values"].clone())])]))] {
        let reply = press.batch("", media, Some(key), &body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        let stored = press.get(&format!("/api/v1/reports/{}", reply.json()["rows"][0]["id"].as_str().expect("an id"))).json();
        let wanted = json!({"ty_le": "99.5", "tin_bai": 1234, "kinh_phi": 105_645_460_000_000_i64, "ghi_chu": "1.234"});
        assert_eq!(stored["values"], wanted);
    }
    // A cell that holds a number means that number.
    let number = xlsx(&[with("A-3", &[("values", json!({"ty_le": 1.23, "ghi_chu": 12}))])]);
    let reply = press.batch("", XLSX, Some("c"), &number);
    let stored = press.get(&format!("/api/v1/reports/{}", reply.json()["rows"][0]["id"].as_str().expect("an id"))).json();
    assert_eq!(stored["values"], json!({"ty_le": "1.23", "ghi_chu": "12"}));
}

/// A workbook with a row of texts more on its first sheet, and else as it was.
fn filled_in(book: &[u8], cells: &[String]) -> Vec<u8> {
    let cell = |text: &String| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    with_row(book, &cells.iter().map(cell).collect::<String>())
}

/// A workbook with these cells as the second row of its first sheet, and else as it was.
fn with_row(book: &[u8], cells: &str) -> Vec<u8> {
    let (mut old, mut new) = (ZipArchive::new(Cursor::new(book)).expect("a workbook"), ZipWriter::new(Cursor::new(Vec::new())));
    let row = format!("<row r=\"2\">{cells}</row></sheetData>");
    for i in 0..old.len() {
        let mut file = old.by_index(i).expect("a file");
        let name = file.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("bytes");
        if name.ends_with("sheet1.xml") {
            bytes = String::from_utf8(bytes).expect("text").replace("</sheetData>", &row).into_bytes();
        }
        new.start_file(name, SimpleFileOptions::default()).expect("a file");
        new.write_all(&bytes).expect("bytes");
    }
    new.finish().expect("a workbook").into_inner()
}

fn a_number_in_a_cell_is_taken_as_it_was_written_or_told(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let usual = [("programme", "HP-1593-2013"), ("task", "V.2"), ("year", "2014"), ("percent", "40"), ("narrative", "Đã làm")];
    let usual = [&usual[..], &[("externalRef", "A"), ("values.ghi_chu", "B")]].concat();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (i, (name, _)) in (0..).zip(&usual) {
        sheet.write_string(0, i, *name).expect("a cell");
    }
    let head = book.save_to_buffer().expect("a workbook");
    // Cells without a type: what is a number is one, and the rest is text.
    let filled = |odd: &[(&str, &str)]| {
        let value = |name: &str, usual: &str| odd.iter().find(|(own, _)| *own == name).map_or(usual, |(_, value)| *value).to_owned();
        let cells = usual.iter().map(|(name, usual)| format!("<c><v>{}</v></c>", value(name, usual)));
        with_row(&head, &cells.collect::<String>())
    };
    let long = "20140630000000001";
    let inexact = ["format the cell as text", "định dạng ô là văn bản"];
    let none = ["as a number is none", "không phải là số"];
    for (name, value, words) in [
        ("externalRef", "10000000000000003", inexact),
        ("externalRef", "1.10", inexact),
        ("externalRef", "1E-7", inexact),
        ("narrative", long, inexact),
        ("values.ghi_chu", long, inexact),
        ("percent", "1E400", none),
        ("percent", "NaN", none),
    ] {
        let reply = press.batch("?dryRun=true", XLSX, None, &filled(&[(name, value)]));
        let fault = format!("1 /{} TYPE_MISMATCH", name.replace('.', "/"));
        assert!(told(&reply.json()).contains(&fault), "{name} {value}: {}", reply.body);
        assert!(words.iter().all(|words| reply.body.contains(*words)), "{name} {value}: {}", reply.body);
    }
    let whole = filled(&[("narrative", "2014"), ("externalRef", "999999999999999"), ("values.ghi_chu", "12.5")]);
    let reply = press.batch("", XLSX, Some("a"), &whole);
    assert_eq!((reply.status, outcomes(&reply.json())), (200, vec!["CREATED"]), "{}", reply.body);
    let stored = press.get(&format!("/api/v1/reports/{}", reply.json()["rows"][0]["id"].as_str().expect("an id"))).json();
    let kept = (&stored["narrative"], &stored["externalRef"], &stored["values"]["ghi_chu"]);
    assert_eq!(kept, (&json!("2014"), &json!("999999999999999"), &json!("12.5")));
}

fn templates_go_through_as_they_are(backend: Backend) {
    let app = TestApp::start(backend);
    let mut regimes = seed::regimes_1593();
    let with_forms = |regime: &&mut Value| !regime["form"]["fields"].as_array().expect("fields").is_empty();
    for regime in regimes["regimes"].as_array_mut().expect("regimes").iter_mut().filter(with_forms) {
        regime["form"]["fields"][0]["label"] = json!("=HYPERLINK(\"x\")");
        regime["outline"][0]["title"] = json!("@kết quả");
    }
    app.import_calendar(&seed::working_days(), ImportOptions::default()).expect("an import");
    app.import_calendar(&regimes, ImportOptions::default()).expect("an import");
    let press = app.system_of("bao-hai-phong");
    let path = "/api/v1/regimes/HP-1593-NAM/template";
    let given = app.anonymous().get(&format!("{path}?format=CSV"));
    assert_eq!((given.status, given.headers["content-disposition"].as_str()), (200, "attachment; filename=\"HP-1593-NAM.csv\""));
    assert!(
        given.bytes.starts_with(b"\xef\xbb\xbfprogramme,task,year,period,regime,percent,narrative,externalRef,ifMatch,sections.ket_qua,")
    );
    assert!(given.body.trim_end().ends_with(
        "values.muc_do,values.ty_le,values.an_pham,values.tin_bai,values.su_kien,values.boi_duong,values.kinh_phi,values.ghi_chu"
    ));
    let filled = [
        "HP-1593-2013",
        "V.2",
        "2014",
        "",
        "",
        "40",
        "Đã làm",
        "T-1",
        "",
        "Kết quả",
        "Sản phẩm",
        "",
        "Phương hướng",
        "",
        "HOÀN THÀNH",
        "\"99,5\"",
        "",
        "",
        "",
        "",
        "\"1,5 tỷ đồng\"",
        "",
    ];
    let reply = press.batch("", CSV, Some("a"), &[&given.bytes[..], filled.join(",").as_bytes()].concat());
    assert_eq!((reply.status, outcomes(&reply.json())), (200, vec!["CREATED"]), "{}", reply.body);

    let given = app.anonymous().get(path);
    assert_eq!(given.headers["content-type"], XLSX);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(given.bytes.clone())).expect("a workbook");
    let (first, guide) =
        (book.worksheet_range_at(0).expect("a sheet").expect("cells"), book.worksheet_range_at(1).expect("a sheet").expect("cells"));
    let names: Vec<String> = first.rows().next().expect("a head").iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), filled.len());
    let guide: Vec<String> = guide.rows().flatten().map(ToString::to_string).collect();
    assert!(guide.contains(&"'=HYPERLINK(\"x\")".to_owned()) && guide.contains(&"'@kết quả".to_owned()), "{guide:?}");
    assert!(guide.iter().all(|text| !text.starts_with(['=', '+', '-', '@'])));
    // As it is, it has no rows; filled in, it goes through.
    assert_eq!(press.batch("?dryRun=true", XLSX, None, &given.bytes).code(), "BODY_INVALID");
    let cells = filled.map(|cell| cell.trim_matches('"').replace("T-1", "T-2"));
    let reply = press.batch("", XLSX, Some("b"), &filled_in(&given.bytes, &cells));
    assert_eq!((reply.status, outcomes(&reply.json())), (200, vec!["CREATED"]), "{}", reply.body);
    assert_eq!(app.anonymous().get("/api/v1/regimes/none/template").code(), "NOT_FOUND");
    assert_eq!(app.anonymous().get(&format!("{path}?format=PDF")).code(), "QUERY_INVALID");
}

fn what_unpacks_to_too_much_is_refused(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("a file");
    let megabyte = vec![b' '; 1024 * 1024];
    for _ in 0..40 {
        archive.write_all(&megabyte).expect("bytes");
    }
    let bomb = archive.finish().expect("an archive").into_inner();
    assert!(bomb.len() < 100_000, "{} bytes", bomb.len());
    let reply = press.batch("?dryRun=true", XLSX, None, &bomb);
    assert_eq!((reply.status, reply.code().as_str()), (413, "BODY_TOO_LARGE"));
    // A workbook holds a string once, however many cells have it.
    let text = "x".repeat(32_000);
    let values: Value = (0..40).map(|i| (format!("v{i}"), json!(text))).collect::<serde_json::Map<_, _>>().into();
    let long: Vec<Value> = (0..50).map(|i| with(&format!("A-{i}"), &[("values", values.clone())])).collect();
    let (few, many) = (xlsx(&long[..2]), xlsx(&long));
    assert!(many.len() < 100_000, "{} bytes", many.len());
    let reply = press.batch("?dryRun=true", XLSX, None, &few);
    assert_eq!(told(&reply.json()), ["1  LENGTH_OUT_OF_RANGE", "2  LENGTH_OUT_OF_RANGE"]);
    assert_eq!(press.batch("?dryRun=true", XLSX, None, &many).code(), "BODY_TOO_LARGE");
}

/// A row that is right or wrong in one of many ways; `n` makes references differ.
fn made(kind: usize, n: usize) -> Value {
    let reference = format!("P-{n}");
    let field = |name: &str, value: Value| with(&reference, &[(name, value)]);
    match kind {
        0..=5 => row(&reference),
        6 => field("task", json!("V.9")),
        7 => field("year", json!(2016)),
        8 => field("narrative", json!("")),
        9 => field("percent", json!(101)),
        10 => field("ifMatch", json!("r1")),
        11 => field("externalRef", json!("KEPT")),
        12 => with("KEPT", &[("ifMatch", json!("r1"))]),
        13 => with("KEPT", &[("ifMatch", json!("r9"))]),
        14 => field("agency", json!("dai-ptth-hai-phong")),
        15 => field("values", json!({"ty_le": "1.234"})),
        16 => field("values", json!({"ty_le": "12,5", "kinh_phi": "2 tỷ"})),
        17 => field("percent", json!("nhiều")),
        18 => field("programme", json!("HP-0")),
        _ => field("task", Value::Null),
    }
}

/// What a rehearsal told is what comes of it.
fn agrees(press: &Client, run: usize, rows: &[Value], format: usize, atomic: bool) -> Result<(), TestCaseError> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            row.as_object()
                .expect("a row")
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
        .collect();
    let (media, body) = &formats(&rows)[format];
    let before = total(press);
    let rehearsed = press.batch(&format!("?dryRun=true&atomic={atomic}"), media, None, body);
    prop_assert_eq!(total(press), before);
    let key = format!("run-{run}");
    let headers = [("content-type", *media), ("idempotency-key", key.as_str())];
    let rehearsal = if rehearsed.status == 200 { rehearsed.json() } else { Value::Null };
    let token = rehearsal["validationToken"].as_str().map(|token| ("validation-token", token));
    let headers: Vec<(&str, &str)> = headers.into_iter().chain(token).collect();
    let done = press.send("POST", &format!("/api/v1/reports/batch?atomic={atomic}"), &headers, body);
    if rehearsed.status != 200 {
        prop_assert_eq!((done.status, done.code()), (rehearsed.status, rehearsed.code()));
        return Ok(());
    }
    let faults = told(&rehearsal);
    let created = i64::try_from(outcomes(&rehearsal).iter().filter(|outcome| **outcome == "CREATED").count()).expect("few");
    if atomic && !faults.is_empty() {
        prop_assert_eq!((done.status, done.code()), (422, "BATCH_REFUSED".to_owned()));
        let told: Vec<String> = done
            .faults()
            .iter()
            .map(|(at, code)| {
                let (row, rest) = at[1..].split_once('/').map_or((&at[1..], String::new()), |(row, rest)| (row, format!("/{rest}")));
                format!("{} {rest} {code}", row.parse::<usize>().expect("a row") + 1)
            })
            .collect();
        prop_assert_eq!(told, faults);
        prop_assert_eq!(total(press), before);
        return Ok(());
    }
    prop_assert_eq!(done.status, 200, "{}", done.body);
    let done = done.json();
    prop_assert_eq!(told(&done), faults);
    prop_assert_eq!(outcomes(&done), outcomes(&rehearsal));
    prop_assert_eq!(total(press), before + created);
    Ok(())
}

fn a_rehearsal_and_what_follows_agree(backend: Backend) {
    let app = start(backend);
    let press = app.system_of("bao-hai-phong");
    assert_eq!(press.batch("", JSON, Some("kept"), json!([row("KEPT")]).to_string().as_bytes()).status, 200);
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let run = std::cell::Cell::new(0);
    // Rows of few faults are as likely as rows of many; a reference may come twice.
    let files = (vec((0..20_usize, 0..10_usize), 1..9), 0..6_usize, any::<bool>(), any::<bool>());
    let outcome = runner.run(&files, |(kinds, format, atomic, mostly_right)| {
        run.set(run.get() + 1);
        let kind = |kind: usize| if mostly_right && kind < 15 { 0 } else { kind };
        let rows: Vec<Value> = kinds.iter().map(|(of, n)| made(kind(*of), run.get() * 10 + n)).collect();
        agrees(&press, run.get(), &rows, format, atomic)
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
