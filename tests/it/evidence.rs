//! Files on reports: which are taken, and how they come back. Who sees and changes them when is `evidence_life`, what is left when
//! something fails `evidence_faults`.

use std::{
    collections::BTreeSet,
    io::{Cursor, Write},
};

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{
    Backend, Client, Reply, TestApp,
    app::{MAX_BYTES, wait},
    both,
    database::rows,
};

use crate::workflow::keyed;

both!(
    a_file_comes_back_as_it_went,
    a_file_is_what_its_bytes_are,
    a_file_has_a_size,
    a_form_is_one_file_and_at_most_a_title,
    a_document_that_is_marked_as_secret_is_refused,
    whoever_offers_a_secret_is_written_down,
    equal_bytes_are_stored_once,
    racing_uploads_of_equal_bytes_all_arrive,
);

pub const BOUNDARY: &str = "----haidang";
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n";

/// One part of a form: its name, the file's name, the declared type and its bytes.
pub type Part<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a [u8]);

pub fn form(parts: &[Part<'_>]) -> Vec<u8> {
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

pub fn send(client: &Client, report: &str, parts: &[Part<'_>]) -> Reply {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    client.send("POST", &format!("/api/v1/reports/{report}/files"), &[("content-type", &kind)], &form(parts))
}
pub fn upload(client: &Client, report: &str, name: &str, bytes: &[u8]) -> Reply {
    send(client, report, &[("file", Some(name), None, bytes)])
}
pub fn uploaded(client: &Client, report: &str, name: &str, bytes: &[u8]) -> Value {
    let reply = upload(client, report, name, bytes);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()
}
pub fn url(file: &Value) -> &str {
    file["url"].as_str().expect("an address")
}
/// A draft that may have files.
pub fn drafted(client: &Client, key: &str) -> String {
    let body = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014, "content": {"percent": 40, "narrative": "Đã làm."}});
    let reply = keyed(client, "/api/v1/reports/drafts", key, &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()["id"].as_str().expect("an id").to_owned()
}
pub fn listed(client: &Client, report: &str) -> Vec<String> {
    let items = client.get(&format!("/api/v1/reports/{report}/files")).json()["items"].take();
    items.as_array().expect("items").iter().map(|file| file["name"].as_str().expect("a name").to_owned()).collect()
}
/// What the store's folder holds, staged bytes as well.
pub fn stored(app: &TestApp) -> BTreeSet<String> {
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
pub fn hashes(app: &TestApp) -> BTreeSet<String> {
    rows(&app.database, "SELECT sha256 AS line FROM files").into_iter().collect()
}
pub fn claims(app: &TestApp) -> Vec<String> {
    rows(&app.database, "SELECT purpose AS line FROM file_claims ORDER BY id")
}
/// How many claims had run out.
pub fn sweep(app: &TestApp) -> usize {
    wait(app.app.sweep_evidence()).expect("a sweep").claims
}
/// A document of an office program with these words.
pub fn docx(words: &str, extra: &[(&str, &str)]) -> Vec<u8> {
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
    let report = drafted(&press, "k");
    // More than one piece of the store.
    let large = [PDF, &vec![7; 12 * 1024 * 1024]].concat();
    let reply = send(
        &press,
        &report,
        &[
            ("title", None, None, "Biên bản nghiệm thu".as_bytes()),
            ("documentNumber", None, None, "12/BB-BHP".as_bytes()),
            ("file", Some("../biên bản.pdf"), Some("application/pdf"), &large),
        ],
    );
    assert_eq!(reply.status, 201, "{}", reply.body);
    let file = reply.json();
    assert_eq!(reply.headers["location"], url(&file));
    assert_eq!((&file["name"], &file["title"]), (&json!("biên bản.pdf"), &json!("Biên bản nghiệm thu")));
    assert_eq!((&file["documentNumber"], &file["sinceVersion"]), (&json!("12/BB-BHP"), &json!(1)));
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
    let files =
        press.graphql("{ reports { nodes { files { name title documentNumber sinceVersion mediaType size sha256 url } } } }", &json!({}));
    let node = &files["reports"]["nodes"][0]["files"][0];
    for field in ["name", "title", "documentNumber", "sinceVersion", "mediaType", "size", "sha256", "url"] {
        assert_eq!(node[field], file[field], "{field}");
    }
    assert_eq!(press.get("/api/v1/changes").json()["items"], json!([]), "what is being written is told to nobody");
}

fn a_file_is_what_its_bytes_are(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
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
        let file = uploaded(&press, &report, name, bytes);
        let encoding = if kind.starts_with("text/") { "; charset=utf-8" } else { "" };
        assert_eq!(file["mediaType"], kind, "{name}");
        assert_eq!(press.get(url(&file)).headers["content-type"], format!("{kind}{encoding}"), "{name}");
    }
    assert_eq!(listed(&press, &report), ["a.pdf", "a.docx", "a.png", "a.jpg", "a.csv", "a.txt"]);
}

fn a_file_has_a_size(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
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
    let report = drafted(&press, "k");
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
    let report = drafted(&press, "k");
    let plain = docx("LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC", &[]);
    let header = docx("Kế hoạch", &[("word/header1.xml", "<w:p><w:t>TUYỆT</w:t><w:t> MẬT</w:t></w:p>")]);
    let note = docx("Kế hoạch", &[("word/footnotes.xml", "<w:p><w:t>TỐI MẬT</w:t></w:p>")]);
    let title = ("title", None, None, "Công văn 12/UBND-NC TỐI MẬT".as_bytes());
    let number = ("documentNumber", None, None, "12/BC-UBND (MẬT)".as_bytes());
    let sheet = docx("", &[("xl/sharedStrings.xml", "<sst><si><t>MẬT</t></si></sst>")]);
    let told = [b"%PDF-1.7\n1 0 obj <</Title (", "TỐI MẬT".as_bytes(), b")>> endobj\n%%EOF\n"].concat();
    let cases: [&[Part<'_>]; 10] = [
        &[("file", Some("x.docx"), None, &note)],
        &[number, ("file", Some("x.pdf"), None, PDF)],
        &[("file", Some("x.docx"), None, &sheet)],
        &[("file", Some("x.pdf"), None, &told)],
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

fn whoever_offers_a_secret_is_written_down(backend: Backend) {
    let app = TestApp::start(backend);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    assert_eq!(upload(&press, &report, "ke hoach MẬT.pdf", PDF).code(), "DOCUMENT_SECRET");
    let auditor = app.person(None, Role::Auditor);
    let entries = auditor.get("/api/v1/admin/audit?operation=upload_report_file").json()["items"].take();
    let entry = &entries[0];
    assert_eq!(entries.as_array().map(Vec::len), Some(1), "{entries}");
    assert_eq!(
        (&entry["outcome"], &entry["code"], &entry["agency"]),
        (&json!("REFUSED"), &json!("DOCUMENT_SECRET"), &json!("bao-hai-phong"))
    );
    assert!(entry.to_string().contains(&report), "{entry}");
    assert!(!entry.to_string().contains("hoach"), "the log does not repeat what is secret: {entry}");
}

fn equal_bytes_are_stored_once(backend: Backend) {
    let app = TestApp::start(backend);
    let (press, radio) = (app.system_of("bao-hai-phong"), app.system_of("dai-ptth-hai-phong"));
    let (ours, theirs) = (drafted(&press, "k"), drafted(&radio, "k"));
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
    let report = drafted(&press, "k");
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| upload(&press, &report, "x.pdf", PDF))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1, "{:?}", replies.iter().map(|r| &r.body).collect::<Vec<_>>());
    assert!(replies.iter().all(|reply| matches!(reply.status, 200 | 201) && reply.body == replies[0].body));
    assert_eq!((listed(&press, &report).len(), stored(&app).len(), claims(&app).len()), (1, 1, 0));
}
