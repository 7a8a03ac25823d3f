//! What whoever owns the database can do to the audit log by hand: every change of every column is found and named.

use app::audit::anchor;
use domain::audit::{BEGINNING, Broken};
use testkit::{
    Backend, TestApp,
    app::{operator, wait},
    both,
    dice::Dice,
};

use crate::audit::{longest, tamper, verdict, with_a_long_strand};

both!(
    any_changed_byte_of_any_column_is_found,
    an_instant_written_otherwise_is_found,
    rows_in_places_that_no_entry_has_are_found,
    a_log_emptied_by_hand_is_found,
    ends_changed_by_hand_are_found,
    an_export_shows_what_was_tampered_with,
);

const COLUMNS: [&str; 19] = [
    "strand",
    "number",
    "id",
    "at",
    "actor",
    "account_id",
    "login",
    "agency",
    "token",
    "network",
    "request",
    "operation",
    "subject",
    "subject_id",
    "changes",
    "outcome",
    "code",
    "previous_sha256",
    "sha256",
];
const REQUIRED: [&str; 9] = ["id", "at", "actor", "request", "operation", "outcome", "previous_sha256", "sha256", "number"];

/// Lets the database take what its own rules forbid.
fn unruled(backend: Backend) -> String {
    match backend {
        Backend::Sqlite => "PRAGMA ignore_check_constraints = ON".to_owned(),
        Backend::Postgres => ["number", "actor", "outcome"]
            .map(|column| format!("ALTER TABLE audit_entries DROP CONSTRAINT IF EXISTS audit_entries_{column}_check"))
            .join("; "),
    }
}

/// The bytes of a column of a row, or none.
fn bytes_of(app: &TestApp, backend: Backend, column: &str, at: &str) -> Option<Vec<u8>> {
    let hex = match (backend, column) {
        (Backend::Sqlite, _) => format!("hex({column})"),
        (Backend::Postgres, "id" | "account_id" | "at") => format!("encode(convert_to({column}::text, 'UTF8'), 'hex')"),
        (Backend::Postgres, _) => format!("encode(convert_to({column}, 'UTF8'), 'hex')"),
    };
    let sql = format!("SELECT CASE WHEN {column} IS NULL THEN '-' ELSE {hex} END AS line FROM audit_entries WHERE {at}");
    let line = persistence::by_hand::lines(&app.db, &sql).expect("a line").remove(0);
    let byte = |i: usize| u8::from_str_radix(&line[2 * i..2 * i + 2], 16).expect("hexadecimal");
    (line != "-").then(|| (0..line.len() / 2).map(byte).collect())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Changes of one column, each as an SQL expression: bytes changed, added, left out; nothing where something was and the reverse.
fn changes(dice: &mut Dice, backend: Backend, column: &str, bytes: Option<Vec<u8>>) -> Vec<String> {
    let is_id = matches!(column, "id" | "account_id");
    let literal = |bytes: &[u8]| match (backend, is_id) {
        (Backend::Sqlite, true) => format!("x'{}'", hex(bytes)),
        (Backend::Sqlite, false) => format!("CAST(x'{}' AS TEXT)", hex(bytes)),
        (Backend::Postgres, true) => format!("'{}'::uuid", String::from_utf8_lossy(bytes)),
        (Backend::Postgres, false) => format!("convert_from('\\x{}', 'UTF8')", hex(bytes)),
    };
    if matches!(column, "strand" | "number") {
        let others =
            if column == "strand" { ["-1", "64", "99", "2147483647"] } else { ["0", "-1", "number + 1000000", "9223372036854775807"] };
        return others.map(str::to_owned).to_vec();
    }
    if column == "at" && backend == Backend::Postgres {
        let micros = dice.below(1_000_000_000) + 1;
        return [format!("at + interval '{micros} microseconds'"), "at - interval '1 microsecond'".into(), "'infinity'".into()].to_vec();
    }
    let Some(bytes) = bytes else {
        return match (backend, is_id) {
            (_, true) => vec!["id".to_owned()],
            (_, false) => vec!["''".to_owned(), "'x'".to_owned(), "'report'".to_owned()],
        };
    };
    let mut changed = Vec::new();
    for _ in 0..3 {
        let (mut other, place) = (bytes.clone(), dice.below(bytes.len().max(1)));
        let Some(byte) = other.get_mut(place) else { continue };
        *byte = match (backend, is_id) {
            (Backend::Sqlite, _) => *byte ^ u8::try_from(1 + dice.below(255)).expect("a byte"),
            (Backend::Postgres, false) if byte.is_ascii() => {
                if *byte == b'~' {
                    b'!'
                } else {
                    b'~'
                }
            }
            // A hexadecimal digit of an identifier; what is no character alone is not changed alone.
            (Backend::Postgres, true) if *byte != b'-' => {
                if *byte == b'a' {
                    b'b'
                } else {
                    b'a'
                }
            }
            (Backend::Postgres, _) => continue,
        };
        changed.push(literal(&other));
    }
    if !(is_id && backend == Backend::Postgres) {
        changed.extend([literal(&[&bytes[..], b"x"].concat()), literal(&[&bytes[..], b" "].concat())]);
        let shorter: Vec<u8> = String::from_utf8_lossy(&bytes).chars().skip(1).collect::<String>().into_bytes();
        changed.extend((!bytes.is_empty() && !is_id).then(|| literal(&shorter)));
    }
    if backend == Backend::Sqlite && is_id {
        changed.extend([literal(&bytes[1..]), literal(&[])]);
    }
    if !REQUIRED.contains(&column) {
        changed.push("NULL".to_owned());
    }
    changed
}

fn any_changed_byte_of_any_column_is_found(backend: Backend) {
    let app = with_a_long_strand(backend);
    let (strand, last) = longest(&app);
    let mut dice = Dice::random();
    let ruled = unruled(backend);
    let mut tried = 0;
    for _ in 0..2 {
        let number = i64::try_from(dice.below(usize::try_from(last).expect("few"))).expect("few") + 1;
        let at = format!("strand = {strand} AND number = {number}");
        let id = bytes_of(&app, backend, "id", &at).expect("an id");
        let back = match backend {
            Backend::Sqlite => format!("id = x'{}'", hex(&id)),
            Backend::Postgres => format!("id = '{}'", String::from_utf8_lossy(&id)),
        };
        tamper(&app, backend, &format!("CREATE TABLE kept AS SELECT * FROM audit_entries WHERE {at}"));
        for column in COLUMNS {
            let bytes = if matches!(column, "strand" | "number") { None } else { bytes_of(&app, backend, column, &at) };
            for changed in changes(&mut dice, backend, column, bytes) {
                let what = format!("{column} = {changed} WHERE {at}");
                tamper(&app, backend, &format!("{ruled}; UPDATE audit_entries SET {column} = {changed} WHERE {at}"));
                let found = verdict(&app, None);
                match column {
                    // Where it is missing, or where it should not be.
                    "strand" | "number" => assert!(found.is_err(), "{what}"),
                    _ => assert_eq!(found, Err(Broken::Content { strand, number }), "{what}"),
                }
                let place = if matches!(column, "strand" | "number") { &back } else { &at };
                tamper(&app, backend, &format!("{ruled}; UPDATE audit_entries SET {column} = (SELECT {column} FROM kept) WHERE {place}"));
                tried += 1;
            }
        }
        tamper(&app, backend, "DROP TABLE kept");
        assert!(verdict(&app, None).is_ok(), "all is as it was");
    }
    assert!(tried > 100, "{tried}");
}

fn an_instant_written_otherwise_is_found(backend: Backend) {
    let app = with_a_long_strand(backend);
    let (strand, number) = longest(&app);
    let at = format!("strand = {strand} AND number = {number}");
    let others: &[&str] = match backend {
        Backend::Sqlite => &[
            "replace(at, ' ', 'T')",
            "at || '0'",
            "at || 'Z'",
            "at || '+00:00'",
            "at || '.0000001'",
            "' ' || at",
            "substr(at, 1, 16)",
            "at || char(0)",
        ],
        Backend::Postgres => &["at + interval '1 microsecond'", "'infinity'", "'-infinity'", "'4000-01-01 BC'"],
    };
    for other in others {
        tamper(
            &app,
            backend,
            &format!("CREATE TABLE kept AS SELECT at FROM audit_entries WHERE {at}; UPDATE audit_entries SET at = {other} WHERE {at}"),
        );
        assert_eq!(verdict(&app, None), Err(Broken::Content { strand, number }), "{other}");
        tamper(&app, backend, &format!("UPDATE audit_entries SET at = (SELECT at FROM kept) WHERE {at}; DROP TABLE kept"));
        assert!(verdict(&app, None).is_ok(), "{other}");
    }
}

/// A copy of an entry put in at another place.
fn forged(backend: Backend, from: (i32, i64), to: (&str, &str)) -> String {
    let id = match backend {
        Backend::Sqlite => "randomblob(16)",
        Backend::Postgres => "gen_random_uuid()",
    };
    let rest = COLUMNS[3..].join(", ");
    let (strand, number) = from;
    format!(
        "{}; INSERT INTO audit_entries (strand, number, id, {rest}) SELECT {}, {}, {id}, {rest} FROM audit_entries WHERE strand = {strand} AND number = {number}",
        unruled(backend),
        to.0,
        to.1
    )
}

fn rows_in_places_that_no_entry_has_are_found(backend: Backend) {
    let app = with_a_long_strand(backend);
    let (strand, last) = longest(&app);
    let own = strand.to_string();
    let mine = |number: i64| Err(Broken::Stray { strand, number });
    let beyond = (last + 2).to_string();
    let next = (last + 1).to_string();
    let places = [
        ((own.as_str(), "0"), mine(0)),
        ((own.as_str(), "-5"), mine(-5)),
        ((own.as_str(), next.as_str()), Err(Broken::Content { strand, number: last + 1 })),
        ((own.as_str(), beyond.as_str()), Err(Broken::Missing { strand, number: last + 1 })),
        (("-1", "1"), Err(Broken::Strand { strand: -1 })),
        (("64", "1"), Err(Broken::Strand { strand: 64 })),
        (("2147483647", "1"), Err(Broken::Strand { strand: i32::MAX })),
    ];
    let auditor = app.person(None, domain::account::Role::Auditor);
    let (_, last_now) = longest(&app);
    for (place, wanted) in places {
        if last_now != last && (place.1 == next || place.1 == beyond) {
            continue;
        }
        tamper(&app, backend, &forged(backend, (strand, 1), place));
        assert_eq!(verdict(&app, None), wanted, "{place:?}");
        if place.0 != own || place.1 == "0" {
            let kept = wait(anchor(&app.app, &operator())).expect("an anchor");
            assert_eq!(verdict(&app, Some(kept)), wanted, "{place:?} with an anchor of now");
            let shown = auditor.get("/api/v1/admin/audit?limit=200").json();
            let there = format!("{} {}", place.0, place.1);
            let is_shown =
                shown["items"].as_array().expect("entries").iter().any(|entry| format!("{} {}", entry["strand"], entry["number"]) == there);
            assert!(!is_shown, "{place:?} is shown as an entry");
        }
        tamper(&app, backend, &format!("DELETE FROM audit_entries WHERE strand = {} AND number = {}", place.0, place.1));
        assert!(verdict(&app, None).is_ok(), "{place:?}");
    }
    // A strand of its own, with an end of its own.
    tamper(&app, backend, &format!("INSERT INTO audit_strands (strand, entries, head_sha256) VALUES (64, 0, '{BEGINNING}')"));
    assert_eq!(verdict(&app, None), Err(Broken::Strand { strand: 64 }));
}

fn a_log_emptied_by_hand_is_found(backend: Backend) {
    let app = with_a_long_strand(backend);
    let kept = wait(anchor(&app.app, &operator())).expect("an anchor");
    let wiped = match backend {
        Backend::Sqlite => "DELETE FROM audit_entries",
        Backend::Postgres => "TRUNCATE audit_entries",
    };
    tamper(&app, backend, wiped);
    assert!(matches!(verdict(&app, None), Err(Broken::Cut { found: 0, .. })));
    // With the ends put back to the beginning it looks like a new log: the anchor alone tells.
    tamper(&app, backend, &format!("UPDATE audit_strands SET entries = 0, head_sha256 = '{BEGINNING}'"));
    assert_eq!(verdict(&app, None), Ok(0));
    assert!(matches!(verdict(&app, Some(kept.clone())), Err(Broken::Cut { found: 0, .. })));
    // Without ends it is no log.
    tamper(&app, backend, "DELETE FROM audit_strands");
    assert_eq!(verdict(&app, None), Err(Broken::End { strand: 0 }));
    assert_eq!(verdict(&app, Some(kept)), Err(Broken::End { strand: 0 }));
}

fn ends_changed_by_hand_are_found(backend: Backend) {
    let app = with_a_long_strand(backend);
    let (strand, last) = longest(&app);
    let ends = format!("UPDATE audit_strands SET entries = {{}} WHERE strand = {strand}");
    for (entries, wanted) in [(last - 1, last - 1), (last + 1, last + 1), (0, 0)] {
        tamper(&app, backend, &ends.replace("{}", &entries.to_string()));
        assert_eq!(verdict(&app, None), Err(Broken::Cut { strand, found: last, expected: wanted }));
    }
    tamper(&app, backend, &ends.replace("{}", &last.to_string()));
    let end = |value: &str| format!("UPDATE audit_strands SET head_sha256 = {value} WHERE strand = {strand}");
    tamper(&app, backend, &end("upper(head_sha256)"));
    assert_eq!(verdict(&app, None), Err(Broken::Link { strand, number: last }));
    if backend == Backend::Sqlite {
        tamper(&app, backend, &end("CAST(x'ff' AS TEXT)"));
        assert_eq!(verdict(&app, None), Err(Broken::Link { strand, number: last }));
    }
}

fn an_export_shows_what_was_tampered_with(backend: Backend) {
    let app = with_a_long_strand(backend);
    let (strand, _) = longest(&app);
    let check = |name: &str| {
        let file = app.database.dir.path().join(name);
        let url = app.database.url_text();
        let run = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--as-haidang", "--database-url", &url, "audit", "export"])
            .arg(&file)
            .output()
            .expect("a run");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let checker = include_str!("../../docs/check_audit.py");
        std::process::Command::new("python3").args(["-c", checker]).arg(&file).output().expect("python3").status.success()
    };
    assert!(check("whole.ndjson"));
    let place = format!("strand = {strand} AND number = 2");
    let changes: &[&str] = match backend {
        Backend::Sqlite => &["login = CAST(x'ff' AS TEXT)", "subject = coalesce(subject, '') || 'x'", "at = at || 'Z'", "id = x'00'"],
        Backend::Postgres => &["at = 'infinity'", "subject = coalesce(subject, '') || 'x'", "number = 0"],
    };
    for (i, change) in changes.iter().enumerate() {
        let kept = format!("kept_{i}");
        let sql = format!("{}; CREATE TABLE {kept} AS SELECT * FROM audit_entries WHERE {place}", unruled(backend));
        tamper(&app, backend, &format!("{sql}; UPDATE audit_entries SET {change} WHERE {place}"));
        assert!(!check(&format!("{i}.ndjson")), "{change}");
        let columns = COLUMNS.map(|column| format!("{column} = (SELECT {column} FROM {kept})")).join(", ");
        let there = format!("strand = {strand} AND number IN (0, 2)");
        tamper(&app, backend, &format!("{}; UPDATE audit_entries SET {columns} WHERE {there}", unruled(backend)));
    }
    assert!(verdict(&app, None).is_ok());
}
