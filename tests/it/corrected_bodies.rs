//! A corrected organisation file: what it confirms and corrects is told and stored, what it cannot correct is told with its place.

use app::import::{ImportOptions, OrganisationOutcome};
use domain::error::Code;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both, seed};

both!(
    what_was_to_be_confirmed_is_confirmed_by_the_file,
    names_are_corrected_but_not_those_that_rest_on_a_document,
    what_happened_is_not_corrected_and_told,
    rolls_codes_and_kinds_of_work_that_differ_are_told,
);

const APPLY: ImportOptions = ImportOptions { dry_run: false, apply_changes: true };
const DRY: ImportOptions = ImportOptions { dry_run: true, apply_changes: false };

fn start(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    let first = imported(&app, &seed::organisation(), ImportOptions::default());
    assert!(first.applied);
    assert_eq!((places(&first), &first.warnings), (Vec::<&str>::new(), &Vec::new()));
    let again = imported(&app, &seed::organisation(), APPLY);
    assert_eq!((places(&again), &again.changes, again.applied), (Vec::<&str>::new(), &Vec::new(), false));
    app
}

fn imported(app: &TestApp, file: &Value, options: ImportOptions) -> OrganisationOutcome {
    app.import_organisation(file, options).expect("an import")
}

fn places(outcome: &OrganisationOutcome) -> Vec<&str> {
    outcome.obstacles.iter().map(|obstacle| obstacle.pointer.as_str()).collect()
}

fn told(outcome: &OrganisationOutcome) -> Vec<(&str, &str)> {
    outcome.changes.iter().map(|change| (change.subject, change.key.as_str())).collect()
}

fn refused(app: &TestApp, file: &Value) -> Vec<String> {
    let app::Error::Refused(refusal) = app.import_organisation(file, APPLY).expect_err("a refusal") else { panic!("a refusal") };
    assert_eq!(refusal.code, Code::ImportInvalid);
    refusal.faults.into_iter().map(|fault| fault.pointer).collect()
}

fn position(file: &Value, list: &str, code: &str) -> usize {
    file[list].as_array().expect("a list").iter().position(|row| row["code"] == code).expect("a row")
}

fn name(client: &Client, code: &str, day: &str) -> Value {
    client.get(&format!("/api/v1/agencies/{code}?asOf={day}")).json()["name"].take()
}

fn what_was_to_be_confirmed_is_confirmed_by_the_file(backend: Backend) {
    let app = start(backend);
    let public = app.anonymous();
    let unsure = || {
        let events = public.graphql("{ agencyEvents { code attestation { source toConfirm } } }", &json!({}))["agencyEvents"].take();
        let event = events.as_array().expect("events").iter().find(|event| event["code"] == "hp-2016-so-vhttdl").expect("it").clone();
        (event["attestation"]["toConfirm"].clone(), event["attestation"]["source"].clone())
    };
    assert_eq!(unsure().0, true);
    let mut file = seed::organisation();
    let i = position(&file, "events", "hp-2016-so-vhttdl");
    for (list, i) in [("events", i), ("functions", 0), ("codes", 0)] {
        let row = &mut file[list][i];
        assert_eq!(row["toConfirm"], true);
        (row["toConfirm"], row["confidence"], row["source"]) = (json!(false), json!("HIGH"), json!("Đã đối chiếu bản ký"));
    }
    let dry = imported(&app, &file, DRY);
    let expected = [
        ("function", "EXTERNAL_INFORMATION"),
        ("agencyCode", "ubnd-tp-hai-phong / 000.00.00.H24"),
        ("agencyEvent", "hp-2016-so-vhttdl"),
        ("agencyVersion", "so-vhtt / 2016-09-04"),
        ("agencyVersion", "so-du-lich / 2016-09-04"),
    ];
    let mut found = told(&dry);
    found.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    assert!(dry.changes.iter().all(|change| change.fields["toConfirm"] == (json!(true), json!(false))));
    let unconfirmed = imported(&app, &file, ImportOptions::default());
    assert_eq!((unconfirmed.applied, &unconfirmed.changes), (false, &dry.changes), "it is asked first");
    assert_eq!(unsure().0, true);
    assert!(imported(&app, &file, APPLY).applied);
    assert_eq!(unsure(), (json!(false), json!("Đã đối chiếu bản ký")));
    assert_eq!(imported(&app, &file, APPLY).changes, []);
    // A file without events corrects what is there too, and is asked first as well.
    let part = json!({"schema": "organisation/1", "codes": [file["codes"][0].clone()]});
    let mut part_ = part.clone();
    part_["codes"][0]["source"] = json!("Cổng thông tin");
    assert!(!imported(&app, &part_, ImportOptions::default()).applied);
    assert_eq!(imported(&app, &part, ImportOptions::default()).changes, []);
}

fn names_are_corrected_but_not_those_that_rest_on_a_document(backend: Backend) {
    let app = start(backend);
    let public = app.anonymous();
    let (mut file, before) = (seed::organisation(), name(&public, "ubnd-quan-hong-bang", "2014-01-01"));
    let i = position(&file, "agencies", "ubnd-quan-hong-bang");
    file["agencies"][i]["name"] = json!("Ủy ban nhân dân quận Hồng Bàng");
    file["agencies"][i]["subkind"] = json!("inner_district");
    let asked = imported(&app, &file, ImportOptions::default());
    assert_eq!((asked.applied, told(&asked)), (false, vec![("agency", "ubnd-quan-hong-bang")]));
    assert_eq!(asked.changes[0].fields["name"], (before, json!("Ủy ban nhân dân quận Hồng Bàng")));
    assert!(imported(&app, &file, APPLY).applied);
    assert_eq!(name(&public, "ubnd-quan-hong-bang", "2014-01-01"), "Ủy ban nhân dân quận Hồng Bàng");
    assert_eq!(imported(&app, &file, APPLY).changes, []);
    // The decision itself names this one; nothing of a file with an obstacle is stored.
    let of_decision = position(&file, "agencies", "so-noi-vu");
    file["agencies"][of_decision]["name"] = json!("Sở Nội Vụ");
    file["agencies"][i]["name"] = json!("UBND quận Hồng Bàng");
    let at = format!("/agencies/{of_decision}/name");
    assert_eq!(places(&imported(&app, &file, DRY)), [at.as_str()]);
    assert_eq!(refused(&app, &file), [at]);
    assert_eq!(name(&public, "ubnd-quan-hong-bang", "2014-01-01"), "Ủy ban nhân dân quận Hồng Bàng");
    assert_eq!(name(&public, "so-noi-vu", "2014-01-01"), "Sở Nội vụ");
}

fn what_happened_is_not_corrected_and_told(backend: Backend) {
    let app = start(backend);
    let mut file = seed::organisation();
    let i = position(&file, "events", "hp-2026-bao-dai");
    file["events"][i]["note"] = json!("Theo đề án.");
    let noted = imported(&app, &file, APPLY);
    assert_eq!((noted.applied, told(&noted)), (true, vec![("agencyEvent", "hp-2026-bao-dai")]));
    let events = app.anonymous().graphql("{ agencyEvents { code note } }", &json!({}))["agencyEvents"].take();
    assert!(events.as_array().expect("events").contains(&json!({"code": "hp-2026-bao-dai", "note": "Theo đề án."})));
    file["events"][i]["effectiveOn"] = json!("2026-02-13");
    file["events"][i]["predecessors"] = json!(["bao-hai-phong"]);
    let duties = position(&file, "events", "hp-2025-thong-tin-doi-ngoai");
    file["events"][duties]["duties"] = json!([]);
    let renamed = position(&file, "events", "hp-2025-an-duong");
    file["events"][renamed]["becomes"]["name"] = json!("UBND quận An Dương mới");
    let document = position(&file, "documents", "qd-1593");
    file["documents"][document]["title"] = json!("Chương trình hành động");
    let expected = [
        format!("/events/{renamed}/becomes/name"),
        format!("/events/{duties}/duties"),
        format!("/events/{i}/effectiveOn"),
        format!("/events/{i}/predecessors"),
    ];
    for options in [DRY, ImportOptions::default(), APPLY] {
        let outcome = imported(&app, &file, options);
        assert_eq!((places(&outcome), outcome.applied), (expected.iter().map(String::as_str).collect(), false));
        assert_eq!(outcome.warnings.iter().map(|one| one.pointer.clone()).collect::<Vec<_>>(), [format!("/documents/{document}/title")]);
    }
    file["events"][i]["note"] = json!("Khác.");
    let mut found = refused(&app, &file);
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
}

fn rolls_codes_and_kinds_of_work_that_differ_are_told(backend: Backend) {
    let app = start(backend);
    let mut file = seed::organisation();
    file["functions"][0]["name"] = json!("Công tác thông tin đối ngoại");
    let named = imported(&app, &file, APPLY);
    assert_eq!((named.applied, told(&named)), (true, vec![("function", "EXTERNAL_INFORMATION")]));
    assert_eq!(imported(&app, &file, APPLY).changes, []);
    file["functions"][0]["programmes"] = json!([]);
    file["codes"][0]["code"] = json!("000.00.99.H24");
    file["rolls"][0]["complete"] = json!(false);
    file["rolls"][0]["rule"] = json!("OPEN");
    file["rolls"][0]["members"].as_array_mut().expect("members").pop();
    file["rolls"][1]["basis"] = json!("qd-1593");
    let told = imported(&app, &file, DRY);
    let expected = ["/functions/0/programmes", "/codes/0/code", "/rolls/0/rule", "/rolls/0/complete", "/rolls/0/members", "/rolls/1/basis"];
    assert_eq!((places(&told), &told.changes), (expected.to_vec(), &Vec::new()));
    assert!(told.obstacles[4].en.contains("ubnd-huyen-bach-long-vy"), "{:?}", told.obstacles[4]);
}
