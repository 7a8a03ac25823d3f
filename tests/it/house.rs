//! The plan of the house: who may know whom, how long a file and a function may be, which words stay in which room.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use testkit::once;

once!(
    crates_know_only_whom_they_may,
    frameworks_stay_in_their_rooms,
    files_and_functions_stay_short,
    every_module_says_what_it_is,
    unsafe_code_stands_in_one_place,
    bodies_come_through_one_door
);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(krate: &str) -> toml::Table {
    let text = std::fs::read_to_string(root().join("crates").join(krate).join("Cargo.toml")).expect("a manifest");
    text.parse().expect("TOML")
}

const CRATES: [&str; 10] = ["app", "auth", "charts", "domain", "graphql", "interrupt", "persistence", "rest", "server", "testkit"];

fn dependencies(krate: &str) -> BTreeSet<String> {
    manifest(krate)["dependencies"].as_table().expect("a table").keys().cloned().collect()
}

fn crates_know_only_whom_they_may() {
    let allowed = BTreeMap::from([
        ("domain", vec![]),
        ("interrupt", vec![]),
        ("persistence", vec!["domain", "interrupt"]),
        ("auth", vec!["domain"]),
        ("app", vec!["auth", "domain", "persistence"]),
        ("charts", vec!["domain"]),
        ("rest", vec!["app", "auth", "charts", "domain"]),
        ("graphql", vec!["app", "auth", "domain"]),
        ("server", vec!["app", "auth", "domain", "graphql", "persistence", "rest"]),
        ("testkit", vec!["app", "auth", "domain", "persistence", "server"]),
    ]);
    let found: BTreeSet<String> = std::fs::read_dir(root().join("crates"))
        .expect("crates")
        .map(|e| e.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    assert_eq!(found, CRATES.map(str::to_owned).into());
    for krate in CRATES {
        let house: BTreeSet<String> = dependencies(krate).into_iter().filter(|name| CRATES.contains(&name.as_str())).collect();
        let may: BTreeSet<String> = allowed[krate].iter().map(ToString::to_string).collect();
        assert!(house.is_subset(&may), "{krate} knows {:?}", house.difference(&may));
    }
}

fn frameworks_stay_in_their_rooms() {
    let rooms = [
        ("diesel", vec!["persistence"]),
        ("libsqlite3-sys", vec!["interrupt", "persistence"]),
        ("diesel_migrations", vec!["persistence"]),
        ("r2d2", vec!["persistence"]),
        ("actix-web", vec!["rest", "server", "testkit"]),
        ("utoipa", vec!["rest", "server"]),
        ("async-graphql", vec!["graphql", "server"]),
        ("jsonwebtoken", vec!["auth"]),
        ("argon2", vec!["auth"]),
        ("plotters", vec!["charts"]),
        ("resvg", vec!["charts"]),
        ("clap", vec!["server"]),
    ];
    for (framework, may) in rooms {
        let found: Vec<&str> = CRATES.into_iter().filter(|krate| dependencies(krate).contains(framework)).collect();
        assert!(found.iter().all(|krate| may.contains(krate)), "{framework} is known to {found:?}");
    }
    let domain: BTreeSet<String> = dependencies("domain");
    assert_eq!(
        domain,
        ["chrono", "icu_collator", "icu_locale_core", "serde", "serde_json", "sha2", "thiserror", "unicode-normalization", "uuid"]
            .map(str::to_owned)
            .into()
    );
    for krate in CRATES {
        let manifest = manifest(krate);
        for (name, dependency) in manifest["dependencies"].as_table().expect("a table") {
            let testing =
                dependency.get("features").and_then(toml::Value::as_array).is_some_and(|f| f.iter().any(|f| f.as_str() == Some("testing")));
            assert!(!testing || krate == "testkit", "{krate} takes {name} as tests do");
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut open = vec![root().join("crates"), root().join("tests")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("assets") {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = std::fs::read_to_string(&path).expect("a file");
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 80, "{} files", found.len());
    found
}

/// Name and length of each function, by its indentation.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let starts = [
            "fn ",
            "pub fn ",
            "async fn ",
            "pub async fn ",
            "pub(crate) fn ",
            "pub(crate) async fn ",
            "pub(super) fn ",
            "pub const fn ",
            "const fn ",
        ];
        // What a trait only declares has no body.
        if trimmed.ends_with(';') {
            continue;
        }
        let Some(start) = starts.iter().find(|start| trimmed.starts_with(**start)) else { continue };
        let indent = &line[..line.len() - trimmed.len()];
        let name: String = trimmed[start.len()..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let end = lines[i..].iter().position(|line| *line == format!("{indent}}}")).unwrap_or(0);
        found.push((name, end + 1));
    }
    found
}

fn files_and_functions_stay_short() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
        for (name, lines) in functions(&text) {
            assert!(lines <= 80, "{} in {} has {lines} lines", name, path.display());
        }
    }
}

fn every_module_says_what_it_is() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not say what it is", path.display());
    }
}

/// Every crate has the lints of the workspace, which forbid it, but the one that hooks into SQLite; and there one file has it.
fn unsafe_code_stands_in_one_place() {
    let workspace: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest").parse().expect("TOML");
    assert_eq!(workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    let has_lints = |manifest: &toml::Table| manifest["lints"].get("workspace").and_then(toml::Value::as_bool) == Some(true);
    let others: Vec<&str> = CRATES.into_iter().filter(|krate| !has_lints(&manifest(krate))).collect();
    assert_eq!(others, ["interrupt"]);
    assert_eq!(manifest("interrupt")["lints"]["rust"]["unsafe_code"].as_str(), Some("deny"));
    let allows = |text: &str| text.lines().any(|line| line.trim_start().starts_with("#") && line.contains("unsafe_code"));
    let allowing: Vec<(PathBuf, String)> = sources().into_iter().filter(|(_, text)| allows(text)).collect();
    assert!(allowing.len() == 1 && allowing[0].0.ends_with("interrupt/src/hook.rs"), "{:?}", allowing.iter().map(|(path, _)| path));
    let (text, said) = (&allowing[0].1, |word: &str| allowing[0].1.matches(word).count());
    assert!(text.lines().count() < 60 && said("unsafe {") == 2 && said("// SAFETY: ") == 2, "{text}");
}

/// Who takes a body reads its caller again when it has come: `Push` does, and two routes that receive files.
fn bodies_come_through_one_door() {
    let takes = |text: &str| {
        ["web::Payload,", "web::Payload)", "web::Bytes,\n)", "web::Json<", "web::Form<"].iter().any(|kind| text.contains(kind))
    };
    let routes = sources().into_iter().filter(|(path, text)| path.components().any(|part| part.as_os_str() == "routes") && takes(text));
    let mut found: Vec<String> = routes.filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned())).collect();
    found.sort();
    assert_eq!(found, ["batches.rs", "budget_movements.rs", "document_files.rs", "evidence.rs"]);
}
