//! The schema: the same on both databases, undone and redone without a trace, every foreign key indexed.

use std::collections::{BTreeMap, BTreeSet};

use persistence::migrate;
use testkit::{
    Backend, both,
    database::{TestDatabase, rows},
    once,
};

once!(the_twins_have_the_same_names);
both!(
    nodes_side_by_side_migrate_once,
    up_down_up_gives_the_same_schema,
    every_foreign_key_has_an_index,
    the_tables_are_those_of_the_program
);

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn nodes_side_by_side_migrate_once(backend: Backend) {
    for _ in 0..3 {
        let database = TestDatabase::empty(backend);
        let applied: Vec<usize> = std::thread::scope(|scope| {
            let node = || migrate::up(&database.open()).expect("migrations").len();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(node)).collect();
            threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
        });
        assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "{applied:?}");
        assert_eq!(migrate::state(&database.open()).expect("a state"), migrate::SchemaState::Current);
    }
}

fn the_twins_have_the_same_names() {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = root().join("migrations").join(database);
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    for name in names("sqlite") {
        for database in ["sqlite", "postgres"] {
            for file in ["up.sql", "down.sql"] {
                let path = root().join("migrations").join(database).join(&name).join(file);
                let text = std::fs::read_to_string(&path).expect("a migration");
                let words: &[&str] = if file == "up.sql" { &["CREATE", "ALTER"] } else { &["DROP"] };
                assert!(words.iter().any(|word| text.contains(word)), "{}", path.display());
            }
        }
    }
}

/// The schema as the database itself describes it. SQLite keeps a table of its own for numbers that are never given twice.
fn schema(database: &TestDatabase, backend: Backend) -> Vec<String> {
    rows(database, match backend {
        Backend::Sqlite => {
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_schema
             WHERE name NOT LIKE '%diesel%' AND name <> 'sqlite_sequence' ORDER BY 1"
        }
        Backend::Postgres => {
            "SELECT line FROM (
               SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '') AS line
                 FROM information_schema.columns WHERE table_schema = 'public'
               UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
               UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                 WHERE connamespace = 'public'::regnamespace) s WHERE line NOT LIKE '%diesel%' ORDER BY 1"
        }
    })
}

fn up_down_up_gives_the_same_schema(backend: Backend) {
    let database = TestDatabase::empty(backend);
    let db = database.open();
    migrate::up(&db).expect("up");
    let first = schema(&database, backend);
    assert!(first.len() > 60, "{}", first.len());
    migrate::down(&db).expect("down");
    assert_eq!(schema(&database, backend), Vec::<String>::new());
    migrate::up(&db).expect("up again");
    assert_eq!(schema(&database, backend), first);
}

fn every_foreign_key_has_an_index(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let keys = rows(
        &database,
        match backend {
            Backend::Sqlite => {
                "SELECT m.name || '.' || f.\"from\" AS line FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.seq = 0"
            }
            Backend::Postgres => {
                "SELECT c.conrelid::regclass || '.' || a.attname AS line FROM pg_constraint c
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
              WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace"
            }
        },
    );
    let leading: BTreeSet<String> = rows(
        &database,
        match backend {
            Backend::Sqlite => {
                "SELECT m.name || '.' || coalesce(i.name, '(expression)') AS line FROM sqlite_schema m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
              WHERE m.type = 'table' AND i.seqno = 0"
            }
            Backend::Postgres => {
                "SELECT i.indrelid::regclass || '.' || a.attname AS line FROM pg_index i
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
               JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace"
            }
        },
    )
    .into_iter()
    .collect();
    assert!(keys.len() > 40, "{}", keys.len());
    let bare: Vec<&String> = keys.iter().filter(|key| !leading.contains(*key)).collect();
    assert!(bare.is_empty(), "without an index: {bare:?}");
}

/// Table, column, type and whether it may be null, as `schema` in the program has them. The inverted index of SQLite is a table that no
/// statement of Diesel names.
fn declared() -> BTreeMap<String, String> {
    let mut columns = BTreeMap::new();
    for file in std::fs::read_dir(root().join("crates/persistence/src/schema")).expect("the schema") {
        let text = std::fs::read_to_string(file.expect("an entry").path()).expect("the schema");
        let mut table = String::new();
        for line in text.lines().map(str::trim) {
            if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
                name.clone_into(&mut table);
            } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
                columns.insert(format!("{table}.{column}"), kind.to_owned());
            }
        }
    }
    columns
}

fn the_tables_are_those_of_the_program(backend: Backend) {
    let database = TestDatabase::with_programme(backend);
    let found: BTreeMap<String, String> = rows(
        &database,
        match backend {
            Backend::Sqlite => {
                "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || CASE c.\"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END AS line
               FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '%diesel%' AND m.name <> 'sqlite_sequence'
                  AND m.name NOT LIKE 'search_words%'"
            }
            Backend::Postgres => {
                "SELECT table_name || '.' || column_name || ' ' || replace(data_type, ' ', '_') || ' ' || is_nullable AS line
               FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '%diesel%'"
            }
        },
    )
    .iter()
    .map(|line| {
        let parts: Vec<&str> = line.split(' ').collect();
        (parts[0].to_owned(), format!("{} {}", parts[1], parts[2]))
    })
    .collect();
    let declared: BTreeMap<String, String> = declared().into_iter().map(|(column, kind)| (column, in_sql(&kind, backend))).collect();
    assert!(declared.len() > 150, "{}", declared.len());
    assert_eq!(found, declared);
}

fn in_sql(kind: &str, backend: Backend) -> String {
    let (kind, nullable) = match kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>')) {
        Some(kind) => (kind, "YES"),
        None => (kind, "NO"),
    };
    let (sqlite, postgres) = match kind {
        "DbUuid" => ("BLOB", "uuid"),
        "Text" => ("TEXT", "text"),
        "Date" => ("TEXT", "date"),
        "Timestamp" => ("TEXT", "timestamp_without_time_zone"),
        "Integer" => ("INTEGER", "integer"),
        "BigInt" => ("INTEGER", "bigint"),
        "Bool" => ("INTEGER", "boolean"),
        "Words" => ("TEXT", "tsvector"),
        other => panic!("a column type that this test does not know: {other}"),
    };
    format!("{} {nullable}", if backend == Backend::Sqlite { sqlite } else { postgres })
}
