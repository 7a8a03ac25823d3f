//! What a batch costs: 10,000 reports as JSON and as XLSX on both databases, by the program itself in a process of its own, and the
//! most memory that this process ever held.
//! Must be run by hand: `cargo bench -p haidang-tests --bench batch`.

#![allow(clippy::expect_used, clippy::print_stdout)] // a benchmark fails by panicking and tells its figures

use std::{process::ExitCode, time::Instant};

use app::access::{AccountDraft, Terms, create};
use auth::KeySet;
use domain::account::{AccountKind, Role, Scopes};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use testkit::{
    Backend,
    app::{Secrets, import_into, operator, use_cases, wait},
    clock::TestClock,
    database::TestDatabase,
    process::{ENTRY, Process},
    seed::{MADE_UP, made_up},
};

// As the program that ships.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const ROWS: usize = 10_000;
const TASKS: usize = 900;
const JSON: &str = "application/json";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Row `i`: a task that `test-0` leads or coordinates, in one of eight years.
fn row(i: usize, run: &str) -> [(&'static str, Value); 9] {
    let task = (i / 8) % (TASKS / 7) * 7 + 7;
    let narrative = format!("Đã thực hiện {i} nội dung theo kế hoạch, kết quả đạt yêu cầu. ").repeat(5);
    [
        ("programme", json!(MADE_UP)),
        ("task", json!(format!("I.{task}"))),
        ("year", json!(2013 + i % 8)),
        ("percent", json!(i % 101)),
        ("narrative", json!(narrative.trim())),
        ("externalRef", json!(format!("{run}-{i}"))),
        ("values.ty_le", json!("12.5")),
        ("values.tin_bai", json!(i)),
        ("sections.ket_qua", json!("Hoàn thành.")),
    ]
}

fn as_json(run: &str) -> Vec<u8> {
    let nested = |i: usize| {
        let mut document = json!({});
        for (name, value) in row(i, run) {
            match name.split_once('.') {
                Some((group, code)) => document[group][code] = value,
                None => document[name] = value,
            }
        }
        document
    };
    json!((0..ROWS).map(nested).collect::<Vec<_>>()).to_string().into_bytes()
}

fn as_xlsx(run: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for i in 0..ROWS {
        let line = u32::try_from(i).expect("few") + 1;
        for (column, (name, value)) in (0..).zip(row(i, run)) {
            if i == 0 {
                sheet.write_string(0, column, name).expect("a cell");
            }
            match value.as_str() {
                Some(text) => sheet.write_string(line, column, text).expect("a cell"),
                None => sheet.write_number(line, column, value.as_f64().expect("a number")).expect("a cell"),
            };
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn prepared(backend: Backend) -> (TestDatabase, Secrets, std::path::PathBuf) {
    let database = TestDatabase::with_programme(backend);
    let keys = database.dir.path().join("keys.json");
    KeySet::generate(&keys).expect("keys");
    import_into(&database.open(), made_up(TASKS).to_string().as_bytes());
    let app = use_cases(&database.open(), &TestClock::default());
    let draft = AccountDraft {
        kind: AccountKind::Service,
        login: "bench".into(),
        name: "bench".into(),
        agency: Some("test-0".into()),
        roles: vec![Role::AgencySystem],
        terms: Terms::default(),
        scopes: Scopes::ALL,
        expires_at: None,
        networks: Vec::new(),
    };
    let (_, secret) = wait(create(&app, &operator(), draft)).expect("an account");
    (database, Secrets { login: "bench".into(), secret }, keys)
}

fn measure(backend: Backend) {
    let (database, secrets, keys) = prepared(backend);
    let process = Process::serve(&database, &keys);
    let client = process.anonymous().sign_in_service(&secrets);
    let idle = process.peak_mib();
    let runs = [("json", JSON, as_json("json")), ("xlsx", XLSX, as_xlsx("xlsx"))];
    for (name, media, body) in runs {
        let kib = body.len() / 1024;
        let begun = Instant::now();
        let dry = client.batch("?dryRun=true", media, None, &body);
        let rehearsed = begun.elapsed();
        assert_eq!((dry.status, &dry.json()["created"]), (200, &json!(ROWS)), "{}", &dry.body[..1000]);
        let begun = Instant::now();
        let done = client.batch("", media, Some(name), &body);
        let stored = begun.elapsed();
        assert_eq!((done.status, &done.json()["created"]), (200, &json!(ROWS)));
        let (backend, peak) = (backend.name(), process.peak_mib());
        println!(
            "{backend}: {ROWS} rows of {name} ({kib} KiB): rehearsed in {rehearsed:.2?}, stored in {stored:.2?}; at most {peak} MiB ({idle} MiB before)"
        );
    }
}

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    if args.nth(1).is_some_and(|arg| arg == ENTRY) {
        return server::run(std::iter::once("haidang".into()).chain(args));
    }
    [Backend::Sqlite, Backend::Postgres].into_iter().for_each(measure);
    ExitCode::SUCCESS
}
