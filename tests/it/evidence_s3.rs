//! Files on reports in a bucket, with a real S3 service (`tests/s3`, npm's s3rver).

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use chrono::TimeDelta;
use persistence::evidence_store::StoreUrl;
use serde_json::Value;
use testkit::{Backend, TestApp, database::TestDatabase, needing};

use crate::{
    evidence::{PDF, claims, drafted, sweep, upload, uploaded, url},
    workflow::done,
};

needing!(s3: a_bucket_keeps_files_and_gives_them_back, a_bucket_that_is_away_leaves_no_row);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("s3")
}

/// Whether the service can be started here.
fn s3() -> Result<(), String> {
    if !folder().join("node_modules/s3rver").exists() {
        return Err("the S3 service is not installed; run npm ci --prefix tests/s3".into());
    }
    let ran = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    ran.map(|_| ()).map_err(|error| format!("there is no node: {error}"))
}

/// A running S3 service with one bucket.
struct Service {
    child: Child,
    port: u16,
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may be dead already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Service {
    fn start(data: &std::path::Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port();
        let mut command = Command::new("node");
        command.arg("service.mjs").arg(port.to_string()).arg(data).current_dir(folder()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("node");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        assert!(lines.any(|line| line.expect("a line").starts_with("listening on")), "the service did not start");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    fn settings(&self) -> Vec<(String, String)> {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "S3RVER"),
            ("AWS_SECRET_ACCESS_KEY", "S3RVER"),
            ("AWS_ALLOW_HTTP", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

/// The keys in the bucket.
fn kept(data: &std::path::Path) -> Vec<String> {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            if path.is_dir() {
                walk(&path, found);
            } else if let Some(key) = name.strip_suffix("._S3rver_object") {
                found.push(key.to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(data, &mut found);
    found.sort();
    found
}

fn start(backend: Backend, service: &Service) -> TestApp {
    let store: StoreUrl = "s3://evidence/haidang".parse().expect("an address");
    TestApp::storing(TestDatabase::with_programme(backend), store, service.settings())
}

fn a_bucket_keeps_files_and_gives_them_back(backend: Backend) {
    let data = tempfile::tempdir().expect("a folder");
    let service = Service::start(data.path());
    let app = start(backend, &service);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    // In one piece, and in several.
    let large = [PDF, &vec![7; 12 * 1024 * 1024]].concat();
    let (small, big) = (uploaded(&press, &report, "small.pdf", PDF), uploaded(&press, &report, "large.pdf", &large));
    assert_eq!((press.get(url(&small)).bytes == PDF, press.get(url(&big)).bytes == large), (true, true));
    let mut hashes = [&small, &big].map(|file| file["sha256"].as_str().expect("a hash").to_owned());
    hashes.sort();
    assert_eq!(kept(data.path()), hashes);
    // Equal bytes are there already; those of a draft that is thrown away go.
    let other = drafted(&press, "l");
    uploaded(&press, &other, "same.pdf", PDF);
    uploaded(&press, &other, "gone.pdf", &[PDF, b"gone"].concat());
    assert_eq!(kept(data.path()).len(), 3);
    done(&press, "DELETE", &format!("/api/v1/reports/{other}"), "", &Value::Null);
    sweep(&app);
    assert_eq!((kept(data.path()), claims(&app).len()), (hashes.to_vec(), 0));
}

fn a_bucket_that_is_away_leaves_no_row(backend: Backend) {
    let data = tempfile::tempdir().expect("a folder");
    let service = Service::start(data.path());
    let app = start(backend, &service);
    let press = app.system_of("bao-hai-phong");
    let report = drafted(&press, "k");
    // A bucket that nobody has made answers; one that is away does not.
    std::fs::remove_dir_all(data.path().join("evidence")).expect("no bucket");
    let reply = upload(&press, &report, "x.pdf", PDF);
    assert_eq!((reply.status, reply.code().as_str()), (503, "UNAVAILABLE"), "{}", reply.body);
    assert_eq!(claims(&app), ["STORE"]);
    std::fs::create_dir(data.path().join("evidence")).expect("a bucket");
    app.clock.advance(TimeDelta::minutes(61));
    sweep(&app);
    assert_eq!((claims(&app).len(), kept(data.path()).len()), (0, 0));
    let press = app.system_of("bao-hai-phong");
    uploaded(&press, &report, "x.pdf", PDF);
}
