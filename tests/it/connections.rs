//! Connections: none is held for ever, no address has them all, and what has nothing to say is left alone.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::json;
use testkit::{
    Backend, TestApp, both,
    database::TestDatabase,
    once,
    process::Process,
    socket::{Events, Socket},
};

use crate::{
    evidence::{BOUNDARY, PDF, drafted, form},
    subscriptions::{FOLLOW, number, opened, pushed},
    webhooks::OWN,
};

both!(
    a_later_head_must_come_to_its_end_too,
    what_is_sent_of_a_body_nobody_reads_ends,
    an_answer_that_is_not_read_keeps_its_place_until_it_ends,
    what_has_nothing_to_say_is_left_alone,
    many_requests_at_once_are_all_answered,
    one_address_has_so_many_connections,
    proxies_have_as_many_as_there_are,
    files_and_batches_alone_may_take_their_time,
    few_files_are_enough_for_everybody,
);
once!(the_limit_of_files_is_raised);

const SECOND: Duration = Duration::from_secs(1);
/// Whoever waits longer waits in vain.
const PATIENCE: Duration = Duration::from_secs(30);
const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
const OK: &str = "HTTP/1.1 200 ";

/// A connection that waits so long for an answer.
pub fn connected(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
}

/// Asks, and reads what is answered; nothing where the connection ends.
pub fn asked(stream: &mut TcpStream, request: &[u8]) -> String {
    let sent = stream.write_all(request);
    let mut bytes = vec![0; 4_096];
    match sent.and_then(|()| stream.read(&mut bytes)) {
        Ok(length) => String::from_utf8_lossy(&bytes[..length]).into_owned(),
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => String::new(),
        Err(error) => panic!("neither an answer nor the end: {error}"),
    }
}

/// Whether something comes to be so within the time that anybody waits.
fn comes(mut so: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + PATIENCE;
    std::iter::repeat_with(|| {
        std::thread::sleep(Duration::from_millis(50));
        so()
    })
    .take_while(|_| Instant::now() < until)
    .any(|so| so)
}

fn a_later_head_must_come_to_its_end_too(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.transport.patience.request = SECOND);
    // One byte, and bytes that keep coming: neither makes a head.
    for dripping in [false, true] {
        let mut stream = connected(&app);
        assert!(asked(&mut stream, HEALTH).starts_with(OK));
        stream.write_all(b"G").expect("a byte");
        let mut more = stream.try_clone().expect("the same connection");
        let dripper = std::thread::spawn(move || {
            while dripping && more.write_all(b"X").is_ok() {
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        assert!(!ended.is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "it stays open, dripping: {dripping}");
        assert!(dripping || rest.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&rest));
        drop(stream);
        dripper.join().expect("the bytes");
    }
    // Whoever asks for nothing may wait longer, and whoever asks in time goes on.
    let mut stream = connected(&app);
    for _ in 0..3 {
        assert!(asked(&mut stream, HEALTH).starts_with(OK));
        std::thread::sleep(SECOND.mul_f32(0.7));
    }
    std::thread::sleep(SECOND);
    assert!(asked(&mut stream, HEALTH).starts_with(OK), "idle is no head");
}

fn what_is_sent_of_a_body_nobody_reads_ends(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.transport.patience.request = SECOND);
    let mut stream = connected(&app);
    let refused = asked(&mut stream, b"POST /healthz HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n");
    assert!(refused.starts_with("HTTP/1.1 405 "), "{refused}");
    assert!(comes(|| stream.write_all(b"1\r\nx\r\n").is_err()), "it is read for ever");
}

fn many_requests_at_once_are_all_answered(backend: Backend) {
    let app = TestApp::start(backend);
    // More than is read in a turn, by requests that are answered at once.
    for many in [1_000, 3_000] {
        let mut stream = connected(&app);
        let (mut sender, ask) = (stream.try_clone().expect("the same connection"), HEALTH.repeat(many));
        let sending = std::thread::spawn(move || sender.write_all(&ask).expect("requests"));
        let (mut came, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
        let answered = |came: &[u8]| String::from_utf8_lossy(came).matches(OK).count();
        while answered(&came) < many {
            match stream.read(&mut piece) {
                Ok(0) => panic!("it ends after {} of {many}", answered(&came)),
                Ok(length) => came.extend_from_slice(&piece[..length]),
                Err(error) => panic!("nothing more after {} of {many}: {error}", answered(&came)),
            }
        }
        sending.join().expect("the requests");
    }
}

fn an_answer_that_is_not_read_keeps_its_place_until_it_ends(backend: Backend) {
    let app = TestApp::set(backend, |settings| {
        settings.transport.patience.answer = SECOND * 2;
        settings.allowances.set("PUBLIC", "concurrent", 1).expect("a limit");
    });
    let client = app.anonymous();
    let status = || client.get("/api/v1/tasks?limit=1").status;
    let mut stream = dialled([127, 0, 0, 1], &app.base, Some(16 * 1024));
    stream.write_all(b"GET /graphiql/graphiql.js HTTP/1.1\r\nhost: x\r\n\r\n").expect("a request");
    assert!(comes(|| status() == 429), "what is not sent yet is being answered");
    assert!(comes(|| status() == 200), "an answer that nobody reads ends");
    let mut came = Vec::new();
    drop(stream.read_to_end(&mut came));
    assert!(came.starts_with(OK.as_bytes()) && came.len() < 1_000_000, "{} bytes came", came.len());
    // Whoever reads it gets all of it, and the place is free at once.
    for _ in 0..3 {
        assert!(client.get("/graphiql/graphiql.js").bytes.len() > 1_000_000);
        assert!(comes(|| status() == 200));
    }
}

fn what_has_nothing_to_say_is_left_alone(backend: Backend) {
    let app = TestApp::set(backend, |settings| {
        settings.transport.patience.request = SECOND;
        settings.transport.patience.answer = SECOND;
        settings.transport.patience.idle = SECOND;
        settings.allowances.set("ACCOUNT", "concurrent", 3).expect("a limit");
    });
    let press = app.system_of(OWN);
    let mut socket = Socket::of(&app.base, Some(press.token()));
    socket.subscribe("1", FOLLOW);
    opened(&mut socket);
    // More of them than there may be answers at once: they are counted by themselves.
    let mut followers: Vec<Events> = (0..5).map(|_| Events::open(&app.base, Some(press.token()), FOLLOW, "")).collect();
    assert!(followers.iter().all(|events| events.status == 200));
    std::thread::sleep(SECOND * 4);
    pushed(&press, "a");
    number(&app);
    assert_eq!(socket.message()["type"], "next");
    for events in &mut followers {
        assert_eq!(events.next_event().map(|told| told.event).as_deref(), Some("next"));
    }
    socket.say(&json!({"type": "ping"}));
    assert_eq!(socket.message(), json!({"type": "pong"}));
}

fn one_address_has_so_many_connections(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.address_connections = Some(3));
    let mut held: Vec<TcpStream> = (0..3).map(|_| connected(&app)).collect();
    assert!(held.iter_mut().all(|stream| asked(stream, HEALTH).starts_with(OK)));
    for _ in 0..3 {
        assert_eq!(asked(&mut connected(&app), HEALTH), "", "one too many is closed at once");
    }
    let mut elsewhere = from([127, 0, 0, 2], &app.base);
    assert!(asked(&mut elsewhere, HEALTH).starts_with(OK), "others are not held up");
    assert!(held.iter_mut().all(|stream| asked(stream, HEALTH).starts_with(OK)), "nor those that are there");
    drop(held);
    assert!(comes(|| asked(&mut connected(&app), HEALTH).starts_with(OK)), "whoever is gone counts no more");
    drop(elsewhere);
    let mut told = String::new();
    assert!(comes(|| {
        let mut stream = from([127, 0, 0, 2], &app.base);
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("a request");
        told.clear();
        stream.read_to_string(&mut told).is_ok_and(|_| told.starts_with(OK))
    }));
    let refused = told.lines().find_map(|line| line.strip_prefix("haidang_connections_refused_total ")?.parse().ok());
    assert!(refused.is_some_and(|refused: u64| refused >= 3), "{told}");
}

fn proxies_have_as_many_as_there_are(backend: Backend) {
    let app = TestApp::set(backend, |settings| {
        settings.address_connections = Some(1);
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    });
    let mut held: Vec<TcpStream> = (0..5).map(|_| connected(&app)).collect();
    assert!(held.iter_mut().all(|stream| asked(stream, HEALTH).starts_with(OK)));
    let (mut one, mut two) = (from([127, 0, 0, 2], &app.base), from([127, 0, 0, 2], &app.base));
    let told = [asked(&mut one, HEALTH), asked(&mut two, HEALTH)];
    assert_eq!(told.iter().filter(|told| told.starts_with(OK)).count(), 1, "{told:?}");
}

fn files_and_batches_alone_may_take_their_time(backend: Backend) {
    let app = TestApp::set(backend, |settings| settings.transport.patience.request = SECOND);
    let press = app.system_of(OWN);
    let report = drafted(&press, "a");
    // A byte now and then, for twice as long as a request may take.
    let slowly = |path: &str, kind: &str, body: &[u8]| {
        let mut stream = connected(&app);
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            press.token(),
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("a head");
        let (first, last) = body.split_at(body.len() - 20);
        let mut send = |bytes: &[u8]| stream.write_all(bytes);
        let sent = send(first).and_then(|()| {
            last.iter().try_for_each(|byte| {
                std::thread::sleep(Duration::from_millis(100));
                send(&[*byte])
            })
        });
        let mut answer = Vec::new();
        // Whoever is refused before everything is sent may learn of the end by a reset.
        let read = stream.read_to_end(&mut answer);
        assert!(!read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "{path}: no end, sent: {sent:?}");
        String::from_utf8_lossy(&answer).into_owned()
    };
    let (kind, body) = (format!("multipart/form-data; boundary={BOUNDARY}"), form(&[("file", Some("a.pdf"), None, PDF)]));
    let file = slowly(&format!("/api/v1/reports/{report}/files"), &kind, &body);
    assert!(file.starts_with("HTTP/1.1 201 "), "a file: {file}");
    let rows = format!("[{}]", " ".repeat(30));
    for path in ["/api/v1/reports/batch?dryRun=true", "/api/v1/budget/movements?dryRun=true"] {
        let told = slowly(path, "application/json", rows.as_bytes());
        assert!(!told.starts_with("HTTP/1.1 408 ") && told.contains("BODY_INVALID"), "{path}: {told}");
    }
    let other = slowly("/graphql", &kind, &body);
    assert!(other.starts_with("HTTP/1.1 408 ") && other.contains("REQUEST_TIMEOUT"), "no file is taken there: {other}");
}

/// A connection from another address of this machine.
fn from(address: [u8; 4], base: &str) -> TcpStream {
    dialled(address, base, None)
}

/// A connection from an address of this machine, on which the system keeps so many bytes that are not read.
fn dialled(address: [u8; 4], base: &str, unread: Option<u32>) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let to = base.trim_start_matches("http://").parse().expect("an address");
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        if let Some(unread) = unread {
            socket.set_recv_buffer_size(unread).expect("a size");
        }
        socket.bind(SocketAddr::from((address, 0))).expect("an address");
        socket.connect(to).await.expect("a connection").into_std().expect("a stream")
    });
    stream.set_nonblocking(false).expect("a mode");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
}

/// A process that may have so many files open.
fn with_files(backend: Backend, limit: &str) -> (TestDatabase, Process) {
    let database = TestDatabase::with_programme(backend);
    let keys = database.dir.path().join("keys.json");
    auth::KeySet::generate(&keys).expect("keys");
    let process = Process::serve_within(&database, &keys, limit);
    (database, process)
}

fn few_files_are_enough_for_everybody(backend: Backend) {
    let (_database, process) = with_files(backend, "-n 300");
    let log = process.log_with("fewer connections than open_connections").join("\n");
    assert!(log.contains("\"open_connections\":150"), "{log}");
    // More than there are files, each in the midst of a head after an answer.
    let open = |_| {
        let mut stream = TcpStream::connect(&process.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let is_let = asked(&mut stream, HEALTH).starts_with(OK);
        drop(stream.write_all(b"G"));
        is_let.then_some(stream)
    };
    let held: Vec<TcpStream> = (0..400).filter_map(open).collect();
    assert!((38..100).contains(&held.len()), "a quarter of all, and those whose head took too long: {}", held.len());
    let mut elsewhere = from([127, 0, 0, 2], &process.base());
    assert!(asked(&mut elsewhere, b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n").starts_with(OK), "others are answered");
}

fn the_limit_of_files_is_raised() {
    let (_database, process) = with_files(Backend::Sqlite, "-S -n 300");
    let limits = process.limits();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("the limit of files");
    let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert!(numbers[0] > 300 && (numbers[0] == numbers[1] || numbers[0] == 1 << 20), "{line}");
}
