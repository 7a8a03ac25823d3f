//! Text as written beside its reading: nothing that a file says is dropped without a word.

use std::collections::BTreeMap;

use app::{
    ChangeKind, Error,
    import::{ImportOptions, LEFT_OUT, SCHEMA},
};
use serde_json::{Value, json};
use testkit::{Backend, TestApp, both, once, seed};

once!(what_is_left_out_is_named_in_the_published_form);
both!(no_value_of_a_file_is_dropped_silently, words_are_stored_beside_their_reading, a_changed_wording_is_a_difference);

const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };
const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };

/// The pointers of the values of a document, under the shape of their path: `/tasks/3/code` has the shape `/tasks/*/code`.
fn leaves(value: &Value, pointer: &str, shape: &str, found: &mut BTreeMap<String, Vec<String>>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{pointer}/{name}"), &format!("{shape}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                leaves(value, &format!("{pointer}/{i}"), &format!("{shape}/*"), found);
            }
        }
        _ => found.entry(shape.to_owned()).or_default().push(pointer.to_owned()),
    }
}

/// Another value that looks as right as it can.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) if chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() => {
            json!(format!("{}{}", &text[..8], if text.ends_with("15") { "16" } else { "15" }))
        }
        Value::String(text) => json!(format!("{text} x")),
        Value::Number(number) => json!(number.as_i64().expect("a whole number") + 1),
        Value::Bool(flag) => json!(!flag),
        _ => json!("x"),
    }
}

fn is_left_out(pointer: &str) -> bool {
    LEFT_OUT.iter().any(|left_out| pointer.starts_with(left_out))
}

fn no_value_of_a_file_is_dropped_silently(backend: Backend) {
    let app = TestApp::start(backend);
    let file = seed::decision_1593();
    let mut shapes = BTreeMap::new();
    leaves(&file, "", "", &mut shapes);
    assert!(shapes.len() > 150, "{}", shapes.len());
    let mut silent = Vec::new();
    for pointers in shapes.values() {
        // The first of its shape, and the last: lists begin and end differently.
        let (first, last) = (&pointers[0], &pointers[pointers.len() - 1]);
        for pointer in if first == last { vec![first] } else { vec![first, last] } {
            let mut changed = file.clone();
            let value = changed.pointer_mut(pointer).expect("a value");
            *value = other(value);
            let is_told = match app.import(&changed, DRY) {
                Ok(outcome) => !outcome.changes.is_empty(),
                Err(Error::Refused(refusal)) => !refusal.faults.is_empty(),
                Err(other) => panic!("{pointer}: {other}"),
            };
            if !is_told {
                silent.push(pointer.clone());
            }
        }
    }
    assert!(LEFT_OUT.iter().all(|part| silent.iter().any(|pointer| pointer.starts_with(part))), "told after all: {LEFT_OUT:?}");
    silent.retain(|pointer| !is_left_out(pointer));
    assert_eq!(silent, [""; 0]);
}

fn what_is_left_out_is_named_in_the_published_form() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("a schema");
    let description = schema["description"].as_str().expect("a description");
    for left_out in LEFT_OUT {
        assert!(description.contains(left_out.trim_start_matches('/')), "{left_out}");
        assert!(schema["properties"].get(left_out.trim_start_matches('/')).is_some(), "{left_out}");
    }
}

const WORDS: &str = "{ programme(code: \"HP-1593-2013\") { decision { kindAsWritten issuedOn issuedOnAsWritten effectiveOn
  effectiveOnAsWritten numberAndDateSource signer signerPosition signerNote recipientsNote }
  task(code: \"I.2\") { period { asWritten startYear startOn endOn rule } } } agency(code: \"cac-co-quan-bao-chi\") { usedIn } }";

fn words_are_stored_beside_their_reading(backend: Backend) {
    let app = TestApp::start(backend);
    let (file, read) = (seed::decision_1593(), app.anonymous().graphql(WORDS, &json!({})));
    let decision = &file["decision"];
    let wanted = json!({
        "kindAsWritten": "Quyết định", "issuedOn": "2013-08-20", "issuedOnAsWritten": "ngày 20 tháng 8 năm 2013",
        "effectiveOn": "2013-08-20", "effectiveOnAsWritten": decision["effective_vi"],
        "numberAndDateSource": decision["number_and_date_source_vi"],
        "signer": "Dương Anh Điền", "signerPosition": null, "signerNote": decision["signatory"]["note"],
        "recipientsNote": decision["recipients_note"],
    });
    assert_eq!(read["programme"]["decision"], wanted);
    let period = &file["tasks"][1]["period"];
    let wanted =
        json!({"asWritten": "Hàng năm", "startYear": 2013, "startOn": "2013-01-01", "endOn": "2020-12-31", "rule": period["rule"]});
    assert_eq!(read["programme"]["task"]["period"], wanted);
    assert!(period["rule"].is_string());
    assert_eq!(read["agency"]["usedIn"], json!(["I.4"]));
}

fn a_changed_wording_is_a_difference(backend: Backend) {
    let app = TestApp::start(backend);
    let mut file = seed::decision_1593();
    file["decision"]["date_as_written"] = json!("ngày hai mươi tháng tám");
    let outcome = app.import(&file, ImportOptions::default()).expect("an import");
    assert!(!outcome.applied);
    let change = &outcome.changes[0];
    assert_eq!((outcome.changes.len(), change.subject, change.change), (1, "document", ChangeKind::Changed));
    let told = (json!("ngày 20 tháng 8 năm 2013"), json!("ngày hai mươi tháng tám"));
    assert_eq!(change.fields.iter().collect::<Vec<_>>(), [(&"issued_on_as_written".to_owned(), &told)]);
    assert!(app.import(&file, APPLY).expect("an import").applied);
    let read = &app.anonymous().graphql(WORDS, &json!({}))["programme"]["decision"];
    assert_eq!((&read["issuedOnAsWritten"], &read["issuedOn"]), (&json!("ngày hai mươi tháng tám"), &json!("2013-08-20")));
}
