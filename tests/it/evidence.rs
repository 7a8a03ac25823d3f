//! Files on reports: which are taken, who sees them, and that nothing is ever left half done.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read, Write},
    net::{Shutdown, TcpStream},
};

use chrono::TimeDelta;
use domain::{account::Role, id::Id};
use persistence::report_file::{self as evidence, Claim};
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp,
    app::{MAX_BYTES, wait},
    both,
    database::{execute, rows},
};

both!(
    a_file_comes_back_as_it_went,
    a_file_is_what_its_bytes_are,
    a_file_has_a_size,
    a_form_is_one_file_and_at_most_a_title,
    a_document_that_is_marked_as_secret_is_refused,
    equal_bytes_are_stored_once,
    racing_uploads_of_equal_bytes_all_arrive,
    a_file_is_as_open_as_its_report,
    only_the_agency_itself_changes_files,
    files_of_an_accepted_report_stay,
    a_file_taken_off_leaves_its_entry,
    a_cut_connection_leaves_nothing,
    bytes_whose_row_fails_are_swept,
    a_store_that_fails_leaves_no_row,
    bytes_that_an_upload_has_claimed_are_never_swept,
    an_upload_waits_for_equal_bytes_to_be_gone,
);

const BOUNDARY: &str = "----haidang";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n";

/// One part of a form: its name, the file's name, the declared type and its bytes.
type Part<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a [u8]);

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file_name, kind, bytes) in parts {
        let file_name = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let kind = kind.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
        write!(body, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n{kind}\r\n").expect("room");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    write!(body, "--{BOUNDARY}--\r\n").expect("room");
    body
}

fn send(client: &Client, report: &str, parts: &[Part<'_>]) -> Reply {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    client.send("POST", &format!("/api/v1/reports/{report}/files"), &[("content-type", &kind)], &form(parts))
}
fn upload(client: &Client, report: &str, name: &str, bytes: &[u8]) -> Reply {
    send(client, report, &[("file", Some(name), None, bytes)])
}
fn uploaded(client: &Client, report: &str, name: &str, bytes: &[u8]) -> Value {
    let reply = upload(client, report, name, bytes);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}
fn url(file: &Value) -> &str {
    file["url"].as_str().expect("an address")
}
fn pushed(client: &Client, key: &str) -> String {
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "percent": 40, "narrative": "Đã làm."});
    let reply = client.push(key, &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()["id"].as_str().expect("an id").to_owned()
}
fn accept_all(app: &TestApp) {
    execute(&app.database, "UPDATE reports SET status = 'ACCEPTED'");
}
fn listed(client: &Client, report: &str) -> Vec<String> {
    let items = client.get(&format!("/api/v1/reports/{report}/files")).json()["items"].take();
    items.as_array().expect("items").iter().map(|file| file["name"].as_str().expect("a name").to_owned()).collect()
}
/// What the store's folder holds, staged bytes as well.
fn stored(app: &TestApp) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in std::fs::read_dir(app.database.dir.path().join("evidence")).into_iter().flatten() {
        let path = folder.expect("an entry").path();
        if path.is_dir() {
            let names = std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").file_name());
            found.extend(names.map(|name| name.into_string().expect("text")));
        } else {
            found.insert(path.display().to_string());
        }
    }
    found
}
fn hashes(app: &TestApp) -> BTreeSet<String> {
    rows(&app.database, "SELECT sha256 AS line FROM files").into_iter().collect()
}
fn claims(app: &TestApp) -> Vec<String> {
    rows(&app.database, "SELECT purpose AS line FROM file_claims ORDER BY id")
}
fn sweep(app: &TestApp) -> usize {
    wait(app.app.sweep_evidence()).expect("a sweep")
}
/// A document of an office program with these words.
fn docx(words: &str, extra: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let text = format!("<w:document><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>");
    let parts = [("[Content_Types].xml", "<Types/>"), ("word/document.xml", text.as_str())];
    for (name, content) in parts.iter().chain(extra) {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
        archive.write_all(content.as_bytes()).expect("room");
    }
    archive.finish().expect("an end").into_inner()
}

fn a_file_comes_back_as_it_went(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    // More than one piece of the store.
    let large = [PDF, &vec![7; 12 * 1024 * 1024]].concat();
    let reply = send(
        &press,
        &report,
        &[("title", None, None, "Biên bản nghiệm thu".as_bytes()), ("file", Some("../biên bản.pdf"), Some("application/pdf"), &large)],
    );
    assert_eq!(reply.status, 201, "{}", reply.body);
    let file = reply.json();
    assert_eq!(reply.headers["location"], url(&file));
    assert_eq!((&file["name"], &file["title"]), (&json!("biên bản.pdf"), &json!("Biên bản nghiệm thu")));
    assert_eq!((&file["mediaType"], &file["size"]), (&json!("application/pdf"), &json!(large.len())));
    assert_eq!(stored(&app), [file["sha256"].as_str().expect("a hash").to_owned()].into());
    assert_eq!(claims(&app), [""; 0]);

    let read = press.get(url(&file));
    assert_eq!((read.status, read.bytes == large), (200, true));
    for (header, value) in [
        ("content-type", "application/pdf"),
        ("content-disposition", "attachment; filename=\"bi_n b_n.pdf\"; filename*=UTF-8''bi%C3%AAn%20b%E1%BA%A3n.pdf"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'"),
        ("cache-control", "private, no-cache"),
    ] {
        assert_eq!(read.headers[header], value, "{header}");
    }
    let known = press.send("GET", url(&file), &[("if-none-match", &read.headers["etag"])], b"");
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    let head = press.send("HEAD", url(&file), &[], b"");
    assert_eq!((head.status, &head.headers["content-length"]), (200, &large.len().to_string()));
    let files = press.graphql("{ reports { nodes { files { name title mediaType size sha256 url } } } }", &json!({}));
    let node = &files["reports"]["nodes"][0]["files"][0];
    for field in ["name", "title", "mediaType", "size", "sha256", "url"] {
        assert_eq!(node[field], file[field], "{field}");
    }
    let feed = press.get("/api/v1/changes").json()["items"][1].take();
    assert_eq!((&feed["kind"], &feed["subjectId"], &feed["body"]["sha256"]), (&json!("FILE_ADDED"), &json!(report), &file["sha256"]));
}

fn a_file_is_what_its_bytes_are(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let refused = |name: &str, kind: Option<&str>, bytes: &[u8]| {
        let reply = send(&press, &report, &[("file", Some(name), kind, bytes)]);
        assert_eq!((reply.status, reply.code().as_str()), (422, "FILE_REFUSED"), "{name}: {}", reply.body);
        reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>()
    };
    assert_eq!(refused("x.png", None, PDF), ["/file FILE_TYPE_CONTRADICTS"]);
    assert_eq!(refused("x.pdf", Some("image/png"), PDF), ["/file FILE_TYPE_CONTRADICTS"]);
    assert_eq!(refused("x.pdf", Some("application/pdf"), b"MZ\x90\x00\x03"), ["/file FILE_TYPE_NOT_ALLOWED"]);
    assert_eq!(refused("x.pdf", None, b"<html><script>alert(1)</script>"), ["/file FILE_TYPE_CONTRADICTS"]);
    assert_eq!(refused("x.docm", None, &docx("a", &[("word/vbaProject.bin", "x")])), ["/file FILE_TYPE_NOT_ALLOWED"]);
    assert_eq!(refused("x.zip", None, b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), ["/file FILE_TYPE_NOT_ALLOWED"]);
    assert_eq!(refused("x.txt", None, b""), ["/file FILE_EMPTY"]);
    assert_eq!(refused(".pdf", None, PDF), ["/file FILE_NAME_INVALID"]);
    assert_eq!((stored(&app).len(), hashes(&app).len(), claims(&app).len()), (0, 0, 0));
    for (name, kind, bytes) in [
        ("a.pdf", "application/pdf", PDF),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", &docx("Báo cáo", &[])),
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("a.jpg", "image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        ("a.csv", "text/csv", "mã;tên\n1;An\n".as_bytes()),
        ("a.txt", "text/plain", "Đã làm.".as_bytes()),
    ] {
        assert_eq!(uploaded(&press, &report, name, bytes)["mediaType"], kind, "{name}");
    }
    assert_eq!(listed(&press, &report), ["a.pdf", "a.docx", "a.png", "a.jpg", "a.csv", "a.txt"]);
}

fn a_file_has_a_size(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let most = vec![b'x'; usize::try_from(MAX_BYTES).expect("a size")];
    uploaded(&press, &report, "x.txt", &most);
    let over = [&most[..], b"x"].concat();
    let reply = upload(&press, &report, "y.txt", &over);
    assert_eq!((reply.status, reply.code().as_str()), (413, "BODY_TOO_LARGE"), "{}", reply.body);
    assert_eq!((listed(&press, &report).len(), stored(&app), claims(&app).len()), (1, hashes(&app), 0));
}

fn a_form_is_one_file_and_at_most_a_title(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let file = ("file", Some("x.pdf"), None, PDF);
    let long = "x".repeat(501);
    let cases: [(&[Part<'_>], &str, &str); 6] = [
        (&[], "/file", "FIELD_REQUIRED"),
        (&[file, file], "/file", "DUPLICATE"),
        (&[("title", None, None, b"a"), ("title", None, None, b"b"), file], "/title", "DUPLICATE"),
        (&[file, ("note", None, None, b"x")], "/note", "FIELD_UNKNOWN"),
        (&[file, ("title", None, None, long.as_bytes())], "/title", "LENGTH_OUT_OF_RANGE"),
        (&[file, ("title", None, None, b"\xff")], "/title", "PATTERN_MISMATCH"),
    ];
    for (parts, pointer, code) in cases {
        let reply = send(&press, &report, parts);
        assert_eq!((reply.status, reply.code().as_str()), (422, "BODY_INVALID"), "{}", reply.body);
        assert_eq!(reply.faults(), [(pointer.to_owned(), code.to_owned())]);
    }
    let path = format!("/api/v1/reports/{report}/files");
    for (kind, body, status, code) in [
        ("application/json", &b"{}"[..], 415, "MEDIA_TYPE_UNSUPPORTED"),
        ("multipart/form-data", b"x", 400, "BODY_UNREADABLE"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense", 400, "BODY_UNREADABLE"),
    ] {
        let reply = press.send("POST", &path, &[("content-type", kind)], body);
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{kind}: {}", reply.body);
    }
    assert_eq!((stored(&app).len(), claims(&app).len()), (0, 0));
}

fn a_document_that_is_marked_as_secret_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let plain = docx("LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC", &[]);
    let header = docx("Kế hoạch", &[("word/header1.xml", "<w:p><w:t>TUYỆT</w:t><w:t> MẬT</w:t></w:p>")]);
    let title = ("title", None, None, "Công văn 12/UBND-NC TỐI MẬT".as_bytes());
    let cases: [&[Part<'_>]; 6] = [
        &[("file", Some("12-BC_MẬT.pdf"), None, PDF)],
        &[title, ("file", Some("x.pdf"), None, PDF)],
        &[("file", Some("x.txt"), None, "Số: 12/BC\nTỐI MẬT\n".as_bytes())],
        &[("file", Some("x.txt"), None, "TUYE\u{302}\u{323}T MA\u{302}\u{323}T".as_bytes())],
        &[("file", Some("x.docx"), None, &docx("MẬT", &[]))],
        &[("file", Some("x.docx"), None, &header)],
    ];
    for parts in cases {
        let reply = send(&press, &report, parts);
        assert_eq!((reply.status, reply.code().as_str()), (422, "DOCUMENT_SECRET"), "{}", reply.body);
        assert!(reply.body.contains("bảo vệ bí mật nhà nước"), "it is told why: {}", reply.body);
    }
    assert_eq!((stored(&app).len(), hashes(&app).len(), claims(&app).len()), (0, 0, 0));
    uploaded(&press, &report, "luat.docx", &plain);
}

fn equal_bytes_are_stored_once(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"));
    let (ours, theirs) = (pushed(&press, "k"), pushed(&radio, "k"));
    let first = uploaded(&press, &ours, "x.pdf", PDF);
    let again = upload(&press, &ours, "x.pdf", PDF);
    assert_eq!((again.status, again.json()), (200, first.clone()), "a retry is answered with what is there");
    let renamed = uploaded(&press, &ours, "y.pdf", PDF);
    let other = uploaded(&radio, &theirs, "x.pdf", PDF);
    assert_eq!([&renamed["sha256"], &other["sha256"]], [&first["sha256"]; 2]);
    assert_eq!((listed(&press, &ours), listed(&radio, &theirs)), (vec!["x.pdf".into(), "y.pdf".into()], vec!["x.pdf".to_owned()]));
    assert_eq!((stored(&app).len(), hashes(&app).len()), (1, 1));
    assert_eq!(radio.get(url(&other)).bytes, PDF);
    assert_eq!(radio.get(url(&first)).status, 404, "having the same bytes opens nobody else's report");
    assert_eq!(radio.get(&url(&first).replace(&ours, &theirs)).status, 404, "a file is read on its own report");
}

fn racing_uploads_of_equal_bytes_all_arrive(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| upload(&press, &report, "x.pdf", PDF))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1, "{:?}", replies.iter().map(|r| &r.body).collect::<Vec<_>>());
    assert!(replies.iter().all(|reply| matches!(reply.status, 200 | 201) && reply.body == replies[0].body));
    assert_eq!((listed(&press, &report).len(), stored(&app).len(), claims(&app).len()), (1, 1, 0));
}

fn a_file_is_as_open_as_its_report(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let seen = |client: &Client| {
        let bytes = client.get(url(&file));
        let list = client.get(&format!("/api/v1/reports/{report}/files"));
        assert_eq!(bytes.status, list.status);
        assert!(bytes.status == 200 || (bytes.status, bytes.code(), list.code()) == (404, "NOT_FOUND".into(), "NOT_FOUND".into()));
        bytes.status == 200
    };
    let own = [Role::AgencyReporter, Role::AgencyApprover, Role::AgencyViewer].map(|role| app.person(Some("bao-hai-phong"), role));
    let inside = [Role::Standing, Role::Auditor].map(|role| app.person(None, role));
    let strangers = [app.anonymous(), app.system_of("dai-ptth-hai-phong"), app.person(None, Role::Finance)];
    assert!(own.iter().chain(&inside).all(seen), "the agency and those who watch it");
    assert!(!strangers.iter().any(seen), "nobody else before it is accepted");
    accept_all(&app);
    assert!(own.iter().chain(&inside).chain(&strangers).all(seen), "everybody afterwards");
}

fn only_the_agency_itself_changes_files(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let path = format!("{}?reason=x", url(&file));
    for (client, status, code) in [
        (app.anonymous(), 401, "UNAUTHENTICATED"),
        (app.system_of("dai-ptth-hai-phong"), 404, "NOT_FOUND"),
        (app.person(Some("bao-hai-phong"), Role::AgencyViewer), 403, "FORBIDDEN"),
        (app.person(None, Role::Standing), 403, "FORBIDDEN"),
    ] {
        for reply in [upload(&client, &report, "y.pdf", PDF), client.send("DELETE", &path, &[], b"")] {
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.body);
        }
    }
    assert_eq!(listed(&press, &report), ["x.pdf"]);
    let reporter = app.person(Some("bao-hai-phong"), Role::AgencyReporter);
    uploaded(&reporter, &report, "y.pdf", PDF);
}

fn files_of_an_accepted_report_stay(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    accept_all(&app);
    for reply in [upload(&press, &report, "y.pdf", PDF), press.send("DELETE", &format!("{}?reason=x", url(&file)), &[], b"")] {
        assert_eq!((reply.status, reply.code().as_str()), (409, "EVIDENCE_CLOSED"), "{}", reply.body);
    }
    assert_eq!(listed(&press, &report), ["x.pdf"]);
}

fn a_file_taken_off_leaves_its_entry(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let remove = |query: &str| press.send("DELETE", &format!("{}{query}", url(&file)), &[], b"");
    for query in ["", "?reason=", "?reason=%20", "?reason=x&force=1"] {
        assert_eq!((remove(query).status, remove(query).code().as_str()), (400, "QUERY_INVALID"), "{query}");
    }
    assert_eq!(remove("?reason=T%E1%BA%A3i%20nh%E1%BA%A7m").status, 204);
    assert_eq!((remove("?reason=x").status, press.get(url(&file)).status), (404, 404));
    assert_eq!(listed(&press, &report), [""; 0]);
    assert_eq!(rows(&app.database, "SELECT removed_reason AS line FROM report_files WHERE removed_by IS NOT NULL"), ["Tải nhầm"]);
    assert_eq!(press.get("/api/v1/changes").json()["items"][2]["kind"], "FILE_REMOVED");
    uploaded(&press, &report, "x.pdf", PDF);
}

/// Sends the first bytes of a form and ends the connection; what came back by then.
fn cut(app: &TestApp, client: &Client, report: &str, body: &[u8], sent: usize) -> String {
    let address = app.base.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(
        stream,
        "POST /api/v1/reports/{report}/files HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: \
         multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        client.token(),
        body.len()
    )
    .expect("the head");
    stream.write_all(&body[..sent]).expect("some of the body");
    stream.shutdown(Shutdown::Write).expect("an end");
    let mut answer = Vec::new();
    // A connection that is reset has ended as well.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn a_cut_connection_leaves_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let bytes = [PDF, &vec![7; 1024 * 1024]].concat();
    let body = form(&[("file", Some("x.pdf"), None, &bytes)]);
    for sent in [0, 40, 500, body.len() / 2, body.len() - 20, body.len() - 3] {
        let answer = cut(&app, &press, &report, &body, sent);
        assert!(!answer.starts_with("HTTP/1.1 2"), "{sent}: {answer}");
        assert_eq!((stored(&app).len(), hashes(&app).len(), claims(&app).len()), (0, 0, 0), "after {sent} of {} bytes", body.len());
    }
    // All of it arrived, and the caller is gone before the answer: there is a file or there is none, never a part of one.
    cut(&app, &press, &report, &body, body.len());
    app.clock.advance(TimeDelta::minutes(61));
    sweep(&app);
    assert_eq!(stored(&app), hashes(&app));
    assert_eq!(claims(&app), [""; 0]);
}

/// Makes the row of a file fail after its bytes are stored.
fn refuse_rows(app: &TestApp, backend: Backend) {
    execute(
        &app.database,
        match backend {
            Backend::Sqlite => "CREATE TRIGGER broken BEFORE INSERT ON report_files BEGIN SELECT RAISE(ABORT, 'broken'); END",
            Backend::Postgres => "ALTER TABLE report_files ADD CONSTRAINT broken CHECK (false) NOT VALID",
        },
    );
}
fn take_rows(app: &TestApp, backend: Backend) {
    execute(
        &app.database,
        match backend {
            Backend::Sqlite => "DROP TRIGGER broken",
            Backend::Postgres => "ALTER TABLE report_files DROP CONSTRAINT broken",
        },
    );
}

fn bytes_whose_row_fails_are_swept(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let kept = uploaded(&press, &report, "kept.pdf", &[PDF, b"kept"].concat());
    refuse_rows(&app, backend);
    assert_eq!(upload(&press, &report, "x.pdf", PDF).status, 500);
    assert_eq!((stored(&app).len(), hashes(&app).len(), claims(&app)), (2, 1, vec!["STORE".to_owned()]), "bytes without a row are claimed");
    assert_eq!(listed(&press, &report), ["kept.pdf"]);
    assert_eq!((sweep(&app), stored(&app).len()), (0, 2), "whoever claimed them may still be at it");
    app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(sweep(&app), 1);
    assert_eq!((stored(&app), claims(&app).len()), (hashes(&app), 0));
    take_rows(&app, backend);
    let press = app.system_of("bao-hai-phong");
    assert_eq!(press.get(url(&kept)).status, 200, "what is a file's stays");
    assert_eq!(press.get(url(&uploaded(&press, &report, "x.pdf", PDF))).bytes, PDF);
}

fn a_store_that_fails_leaves_no_row(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let file = uploaded(&press, &report, "x.pdf", PDF);
    let folder = app.database.dir.path().join("evidence").join(&file["sha256"].as_str().expect("a hash")[..2]);
    assert_eq!(press.send("DELETE", &format!("{}?reason=x", url(&file)), &[], b"").status, 204);
    // Where the folder was there is something else: bytes can be neither stored nor removed.
    std::fs::remove_dir_all(&folder).expect("no folder");
    std::fs::write(&folder, b"in the way").expect("a file");
    let reply = upload(&press, &report, "x.pdf", PDF);
    assert_eq!((reply.status, reply.code().as_str()), (503, "UNAVAILABLE"), "{}", reply.body);
    assert_eq!((listed(&press, &report).len(), claims(&app)), (0, vec!["STORE".to_owned()]));
    std::fs::remove_file(&folder).expect("out of the way");
    uploaded(&press, &report, "x.pdf", PDF);
    app.clock.advance(TimeDelta::minutes(61));
    assert_eq!((sweep(&app), claims(&app).len(), stored(&app)), (1, 0, hashes(&app)));
}

/// Claims the bytes of a hash as another upload would.
fn claimed_by_another(app: &TestApp, sha256: &str) -> bool {
    let now = app.now();
    let claim = Claim { id: Id::from_uuid(uuid::Uuid::from_u128(1)), sha256: sha256.to_owned(), expires_at: now + TimeDelta::hours(1) };
    wait(app.db.write(move |conn| evidence::claim(conn, &claim, now))).expect("a claim")
}

fn bytes_that_an_upload_has_claimed_are_never_swept(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    refuse_rows(&app, backend);
    assert_eq!(upload(&press, &report, "x.pdf", PDF).status, 500);
    let sha256 = stored(&app).pop_first().expect("bytes");
    app.clock.advance(TimeDelta::minutes(61));
    // Somebody else has found the bytes in the store, and is about to write their row.
    assert!(claimed_by_another(&app, &sha256));
    assert_eq!((sweep(&app), stored(&app).len(), claims(&app).len()), (1, 1, 2));
    // That one died as well.
    app.clock.advance(TimeDelta::minutes(61));
    sweep(&app);
    sweep(&app);
    assert_eq!((stored(&app).len(), claims(&app).len()), (0, 0));
}

fn an_upload_waits_for_equal_bytes_to_be_gone(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = pushed(&press, "k");
    let sha256 = uploaded(&press, &report, "first.pdf", PDF)["sha256"].as_str().expect("a hash").to_owned();
    assert!(claimed_by_another(&app, &sha256));
    execute(&app.database, "UPDATE file_claims SET purpose = 'REMOVE'");
    let reply = upload(&press, &report, "x.pdf", PDF);
    assert_eq!((reply.status, reply.code().as_str()), (503, "UNAVAILABLE"), "{}", reply.body);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| upload(&press, &report, "x.pdf", PDF));
        std::thread::sleep(std::time::Duration::from_millis(300));
        execute(&app.database, "DELETE FROM file_claims");
        assert_eq!(waiting.join().expect("a thread").status, 201);
    });
}
