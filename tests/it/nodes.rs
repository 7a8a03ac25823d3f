//! Several processes on one PostgreSQL: what is pushed to one is told by all, once, and nothing is lost when one is killed.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use app::access::{AccountDraft, Terms, create};
use auth::KeySet;
use domain::account::{AccountKind, Role, Scopes};
use serde_json::{Value, json};
use testkit::{
    Backend, Client,
    app::{Secrets, operator, use_cases, wait},
    clock::TestClock,
    database::TestDatabase,
    only,
    process::Process,
    receiver::{Message, Receiver},
    socket::{Frame, Socket},
};

use crate::webhooks::{OWN, made, report};

only!(
    Postgres: what_is_pushed_to_one_is_told_by_the_other_and_sent_once,
    nothing_is_lost_when_a_process_is_killed_at_any_moment
);

struct Stage {
    database: TestDatabase,
    keys: PathBuf,
    secrets: Secrets,
    receiver: Receiver,
}

impl Stage {
    fn new() -> Self {
        let database = TestDatabase::with_programme(Backend::Postgres);
        let keys = database.dir.path().join("keys.json");
        KeySet::generate(&keys).expect("keys");
        let app = use_cases(&database.open(), &TestClock::of_the_machine());
        let draft = AccountDraft {
            kind: AccountKind::Service,
            login: "press".into(),
            name: "press".into(),
            agency: Some(OWN.into()),
            roles: vec![Role::AgencySystem],
            terms: Terms::default(),
            scopes: Scopes::ALL,
            expires_at: None,
            networks: Vec::new(),
        };
        let (_, secret) = wait(create(&app, &operator(), draft)).expect("an account");
        Self { database, keys, secrets: Secrets { login: "press".into(), secret }, receiver: Receiver::start() }
    }

    fn process(&self) -> Process {
        let port = self.receiver.port.to_string();
        Process::serve_with(&self.database, &self.keys, &["--webhook-networks", "127.0.0.0/8", "--webhook-ports", &port])
    }

    fn client(&self, process: &Process) -> Client {
        process.anonymous().sign_in_service(&self.secrets)
    }
}

fn pushed(client: &Client, key: &str) -> Option<String> {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    let reply = client.try_send("POST", "/api/v1/reports", &headers, report("V.2", 2014).to_string().as_bytes()).ok()?;
    (reply.status == 201).then(|| reply.json()["id"].as_str().expect("an id").to_owned())
}

fn subject(message: &Message) -> String {
    message.json()["data"]["subjectId"].as_str().expect("an id").to_owned()
}

fn what_is_pushed_to_one_is_told_by_the_other_and_sent_once(_: Backend) {
    let stage = Stage::new();
    let (one, mut other) = (stage.process(), stage.process());
    let (pusher, follower) = (stage.client(&one), stage.client(&other));
    made(&pusher, &json!({"url": stage.receiver.url(), "agency": OWN}));
    let mut socket = Socket::of(&other.base(), Some(follower.token()));
    socket.subscribe("1", "subscription { changes(after: 0) { seq subjectId } }");
    let mut waits = Vec::new();
    let mut ids = Vec::new();
    for i in 0..40 {
        let began = Instant::now();
        let id = pushed(&pusher, &i.to_string()).expect("a report");
        assert_eq!(socket.message()["payload"]["data"]["changes"], json!({"seq": i + 1, "subjectId": id}));
        waits.push(began.elapsed());
        ids.push(id);
    }
    waits.sort_unstable();
    // Whoever only looked once a second would be told half a second later.
    assert!(waits[20] < Duration::from_millis(450), "{waits:?}");
    stage.receiver.until(|came| came.len() >= 40);
    // In the normal case nothing is sent twice, by whichever process.
    std::thread::sleep(Duration::from_secs(2));
    let mut sent: Vec<String> = stage.receiver.came().iter().map(subject).collect();
    sent.sort_unstable();
    ids.sort_unstable();
    assert_eq!(sent, ids);
    // One that is asked to end tells its followers, and sends no half of anything.
    assert_eq!(other.terminated(), Some(0));
    assert_eq!(socket.closed(), Some(1001));
    let last = pushed(&pusher, "last").expect("a report");
    let came = stage.receiver.until(|came| came.iter().any(|message| subject(message) == last));
    assert_eq!(came.len(), 41);
}

/// After so many messages have come, one of two processes is killed while both push and send.
const MOMENTS: [usize; 5] = [1, 4, 9, 15, 22];
const PUSHES: usize = 30;

fn nothing_is_lost_when_a_process_is_killed_at_any_moment(_: Backend) {
    let stage = Stage::new();
    let survivor = stage.process();
    let client = stage.client(&survivor);
    made(&client, &json!({"url": stage.receiver.url(), "agency": OWN}));
    // A receiver that takes its time, so that messages are on their way when a process dies.
    stage.receiver.answer(|_| {
        std::thread::sleep(Duration::from_millis(30));
        (204, "")
    });
    let told = followed(&survivor, &client);
    let mut acknowledged = Vec::new();
    for (round, moment) in MOMENTS.iter().enumerate() {
        let mut victim = stage.process();
        let dying = stage.client(&victim);
        let before = stage.receiver.came().len();
        let (mine, theirs) = std::thread::scope(|scope| {
            let push = |client: Client, name: &'static str| {
                scope.spawn(move || (0..PUSHES).filter_map(|i| pushed(&client, &format!("{round} {name} {i}"))).collect::<Vec<String>>())
            };
            let (mine, theirs) = (push(client.clone(), "survivor"), push(dying, "victim"));
            stage.receiver.until(|came| came.len() >= before + moment);
            victim.kill();
            (mine.join().expect("a pusher"), theirs.join().expect("a pusher"))
        });
        assert_eq!(mine.len(), PUSHES, "the survivor takes everything");
        acknowledged.extend(mine.into_iter().chain(theirs));
    }
    // Every report that was acknowledged is told, by whoever is left: what was on its way when a lease ends.
    let until = Instant::now() + Duration::from_secs(180);
    let missing = loop {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        stage.receiver.came().iter().for_each(|message| *count.entry(subject(message)).or_default() += 1);
        let missing = acknowledged.iter().filter(|id| !count.contains_key(*id)).count();
        if missing == 0 || Instant::now() > until {
            break missing;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(missing, 0, "messages are lost");
    // A message that came twice is known by its name.
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for message in stage.receiver.came() {
        let name = message.header("webhook-id").to_owned();
        assert_eq!(names.entry(subject(&message)).or_insert_with(|| name.clone()), &name);
    }
    // The follower of the survivor was told each once, in order, without a gap.
    let feed: Vec<Value> = feed(&client).iter().map(|event| json!({"seq": event["seq"], "subjectId": event["subjectId"]})).collect();
    let told = told.lock().expect("what was told").clone();
    assert_eq!(told, feed);
    let ids: Vec<&str> = feed.iter().filter_map(|event| event["subjectId"].as_str()).collect();
    assert!(acknowledged.iter().all(|id| ids.iter().filter(|told| *told == id).count() == 1));
}

/// What a follower of a process is told, as it comes.
fn followed(process: &Process, client: &Client) -> Arc<Mutex<Vec<Value>>> {
    let mut socket = Socket::of(&process.base(), Some(client.token()));
    socket.subscribe("1", "subscription { changes(after: 0) { seq subjectId } }");
    let told: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Arc::clone(&told);
    std::thread::spawn(move || {
        loop {
            match socket.frame() {
                Frame::Text(text) => {
                    let mut message: Value = serde_json::from_str(&text).expect("a message");
                    kept.lock().expect("what was told").push(message["payload"]["data"]["changes"].take());
                }
                Frame::Ping(bytes) => socket.send(true, 10, &bytes),
                _ => return,
            }
        }
    });
    told
}

fn feed(client: &Client) -> Vec<Value> {
    let (mut since, mut all) = (0, Vec::new());
    loop {
        let piece = client.get(&format!("/api/v1/changes?since={since}&limit=200")).json();
        all.extend(piece["items"].as_array().expect("items").clone());
        since = piece["nextSince"].as_i64().expect("a number");
        if piece["hasMore"] == false {
            return all;
        }
    }
}
