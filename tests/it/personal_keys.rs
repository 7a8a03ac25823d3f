//! The keys of what is restricted of people: without them nothing else fails, a new one seals everything anew, an old one goes in the end.

use std::process::Command;

use app::person::keys;
use chrono::TimeDelta;
use domain::{account::Role, person::PersonField};
use serde_json::{Value, json};
use testkit::{
    Backend, TestApp,
    app::{operator, wait},
    both,
    database::{execute, rows},
};

use crate::persons::{PATH, made, of, open, personnel, send, whole};

both!(
    without_a_key_only_what_is_restricted_fails,
    a_new_key_seals_everything_anew,
    a_rotation_that_was_broken_off_is_carried_on,
    the_commands_keep_the_keys,
);

fn under(app: &TestApp) -> Vec<(bool, i64)> {
    let standing = wait(keys::status(&app.app, &operator())).expect("a status");
    standing.iter().map(|key| (key.seals, key.values)).collect()
}

fn without_a_key_only_what_is_restricted_fails(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let person = made(&client, &whole("Phạm Thị Dung"));
    let (file, away) = (app.database.dir.path().join("personal-keys.json"), app.database.dir.path().join("away.json"));
    std::fs::rename(&file, &away).expect("moved");
    let fails = |why: &str| {
        let replies = [open(&client, &person, "Thử."), send(&client, "POST", PATH, None, &json!({"name": "X", "birthDate": "1980-01-01"}))];
        for reply in replies {
            assert_eq!((reply.status, reply.code()), (503, "PERSONAL_KEY_MISSING".into()), "{why}: {}", reply.body);
        }
    };
    fails("no file");
    // The rest goes on, taking something away included.
    assert_eq!(client.get(&of(&person, "")).status, 200);
    made(&client, &json!({"name": "Y", "workEmail": "y@haiphong.gov.vn"}));
    assert_eq!(send(&client, "PATCH", &of(&person, ""), Some(&json!(1)), &json!({"homeAddress": null})).status, 200);
    // Another file with another key.
    auth::PersonalKeys::generate(&file, 1).expect("a key");
    assert_eq!(open(&client, &person, "Thử.").code(), "PERSONAL_KEY_MISSING");
    std::fs::write(&file, "{}").expect("written");
    fails("a broken file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::copy(&away, &file).expect("copied");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
        fails("others may read it");
    }
    std::fs::rename(&away, &file).expect("moved back");
    assert_eq!(open(&client, &person, "Thử.").json()["birthDate"], "1971-08-13", "without a restart");
}

fn a_new_key_seals_everything_anew(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let people: Vec<Value> = (0..3).map(|n| made(&client, &whole(&format!("Người {n}")))).collect();
    assert_eq!(under(&app), [(true, 12)]);
    let before = rows(&app.database, "SELECT sealed AS line FROM person_restricted_fields ORDER BY 1");
    let rotated = wait(keys::rotate(&app.app, &operator())).expect("a rotation");
    assert_eq!((rotated.is_new, rotated.moved, rotated.broken.len()), (true, 12, 0));
    assert_eq!(under(&app), [(true, 12), (false, 0)]);
    let after = rows(&app.database, "SELECT sealed AS line FROM person_restricted_fields ORDER BY 1");
    assert!(after.iter().all(|sealed| sealed.starts_with(&rotated.key) && !before.contains(sealed)));
    for person in &people {
        assert_eq!(open(&client, person, "Thử.").json()["identityNumber"], "031071998877");
    }
    // The old one goes once nobody can seal with it any more; the one that seals never does.
    let standing = wait(keys::status(&app.app, &operator())).expect("a status");
    let remove = |key: &str| wait(keys::remove(&app.app, &operator(), key.to_owned())).map_err(|error| error.refusal().code.label());
    assert_eq!(remove(&standing[1].key), Err("WRONG_STATE"), "replaced a moment ago");
    app.clock.advance(TimeDelta::seconds(61));
    assert_eq!((remove(&standing[0].key), remove("none")), (Err("WRONG_STATE"), Err("NOT_FOUND")));
    assert_eq!(remove(&standing[1].key), Ok(()));
    assert_eq!(under(&app), [(true, 12)]);
    assert_eq!(open(&app.person(None, Role::Personnel), &people[0], "Thử.").status, 200);
    let told = rows(
        &app.database,
        "SELECT actor || ' ' || operation || ' ' || changes AS line FROM audit_entries WHERE operation LIKE '%personal_key%' ORDER BY at, id",
    );
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|line| line.starts_with("OPERATOR ")) && told[1].contains("\"sealedAnew\":12"), "{told:?}");
    // Nobody else may.
    assert_eq!(send(&client, "POST", "/api/v1/admin/personal-keys", None, &json!({})).status, 404, "no interface has it");
}

fn a_rotation_that_was_broken_off_is_carried_on(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    let people: Vec<Value> = (0..2).map(|n| made(&client, &whole(&format!("Người {n}")))).collect();
    // As if it had died after the key was made: what is written since then lies under the new one.
    let file = app.database.dir.path().join("personal-keys.json");
    let now = app.now().timestamp();
    let new = auth::PersonalKeys::add(&file, now).expect("a key").first().to_owned();
    made(&client, &whole("Người mới"));
    assert_eq!(under(&app), [(true, 4), (false, 8)]);
    assert_eq!(open(&client, &people[0], "Thử.").json()["birthDate"], "1971-08-13", "the old key opens meanwhile");
    let old = wait(keys::status(&app.app, &operator())).expect("a status")[1].key.clone();
    app.clock.advance(TimeDelta::seconds(61));
    let refused = wait(keys::remove(&app.app, &operator(), old)).map_err(|error| error.refusal().code.label());
    assert_eq!(refused, Err("WRONG_STATE"), "something lies under it still");
    // One value cannot be opened: it stays, is told, and hinders nothing.
    execute(
        &app.database,
        &format!("UPDATE person_restricted_fields SET sealed = sealed || 'AA' WHERE field = 'birthDate' AND key_id <> '{new}'"),
    );
    let rotated = wait(keys::rotate(&app.app, &operator())).expect("a rotation");
    assert_eq!((rotated.is_new, &rotated.key, rotated.moved, rotated.broken.len()), (false, &new, 6, 2));
    assert!(rotated.broken.iter().all(|(_, field)| *field == PersonField::BirthDate));
    assert_eq!(under(&app), [(true, 10), (false, 2)]);
    let client = personnel(&app);
    let only = send(&client, "POST", &of(&people[1], "/restricted"), None, &json!({"purpose": "Thử.", "fields": ["homeAddress"]}));
    assert_eq!(only.json()["homeAddress"], "Số 17 ngõ Cây Khế");
    // Nor does it hinder the next key. Once it is cleared, its own goes.
    let next = wait(keys::rotate(&app.app, &operator())).expect("a rotation");
    assert_eq!((next.is_new, next.moved, next.broken.len()), (true, 10, 2));
    assert_eq!(under(&app), [(true, 10), (false, 0), (false, 2)]);
    let oldest = wait(keys::status(&app.app, &operator())).expect("a status")[2].key.clone();
    app.clock.advance(TimeDelta::seconds(61));
    assert!(wait(keys::remove(&app.app, &operator(), oldest.clone())).is_err());
    let client = personnel(&app);
    for person in &people {
        let now = client.get(&of(person, "")).json();
        assert_eq!(send(&client, "PATCH", &of(person, ""), Some(&now["revision"]), &json!({"birthDate": null})).status, 200);
    }
    wait(keys::remove(&app.app, &operator(), oldest)).expect("a removal");
    assert_eq!(under(&app), [(true, 10), (false, 0)]);
}

fn the_commands_keep_the_keys(backend: Backend) {
    let app = TestApp::start(backend);
    let client = personnel(&app);
    made(&client, &whole("Đỗ Văn Hải"));
    let (url, folder) = (app.database.url_text(), app.database.dir.path());
    let run = |file: &str, args: &[&str]| {
        let path = folder.join(file).display().to_string();
        let all = [&["--database-url", &url, "--personal-keys-file", &path, "--log", "off", "personal-keys"], args].concat();
        let output = Command::new(std::env::current_exe().expect("this program")).arg("--as-haidang").args(all).output().expect("a run");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    let (code, told) = run("new.json", &["generate"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(run("new.json", &["generate"]).1.contains("left as it is"));
    assert!(run("new.json", &["status"]).1.contains("4 values, missing in the file"));
    let (code, told) = run("personal-keys.json", &["rotate"]);
    assert!(code == Some(0) && told.contains("values sealed anew: 4"), "{told}");
    let (_, told) = run("personal-keys.json", &["status"]);
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].ends_with(": 4 values, seals now") && lines[1].ends_with(": 0 values, can be taken out"), "{told}");
    let old = lines[1].split(':').next().expect("a name");
    assert_eq!(run("personal-keys.json", &["remove", old]).0, Some(1), "replaced a moment ago");
    let kept = std::fs::read_to_string(folder.join("personal-keys.json")).expect("the keys");
    let secret = serde_json::from_str::<Value>(&kept).expect("JSON")["keys"][0]["k"].as_str().expect("a key").to_owned();
    assert!(!told.contains(&secret));
    let entries = rows(
        &app.database,
        "SELECT operation || ' ' || outcome AS line FROM audit_entries WHERE actor = 'OPERATOR' AND operation LIKE '%personal_key%' ORDER BY at, id",
    );
    assert_eq!(entries, ["rotate_personal_keys DONE", "rotate_personal_keys DONE"]);
}
