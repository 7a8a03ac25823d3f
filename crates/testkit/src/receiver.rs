//! A receiver of webhooks: takes what is sent, keeps it, and answers as a test wants.
//! Must not know how messages are signed or when they are sent again.
//! A server that sends is `app` or `process`.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;

/// What came.
#[derive(Clone, Debug)]
pub struct Message {
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Message {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.body))
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What a message is answered with: a status, and header lines.
pub type Says = (u16, &'static str);

type Answers = Box<dyn Fn(&Message) -> Says + Send>;

/// A receiver on this machine, for as long as the process lives.
pub struct Receiver {
    pub port: u16,
    came: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Default for Receiver {
    fn default() -> Self {
        Self::start()
    }
}

impl Receiver {
    /// One that takes everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|e| panic!("a port: {e}"));
        let port = listener.local_addr().map_or(0, |address| address.port());
        let answers: Answers = Box::new(|_| (204, ""));
        let receiver = Self { port, came: Arc::default(), answers: Arc::new(Mutex::new(answers)) };
        let (came, answers) = (Arc::clone(&receiver.came), Arc::clone(&receiver.answers));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (came, answers) = (Arc::clone(&came), Arc::clone(&answers));
                std::thread::spawn(move || take(&stream, &came, &answers));
            }
        });
        receiver
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/in", self.port)
    }

    /// Answers so from now on.
    pub fn answer(&self, answers: impl Fn(&Message) -> Says + Send + 'static) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(answers);
    }

    /// Everything that came, in order.
    pub fn came(&self) -> Vec<Message> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What came since it was asked last.
    pub fn taken(&self) -> Vec<Message> {
        std::mem::take(&mut *self.came.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What came, once that is as wanted.
    pub fn until(&self, wanted: impl Fn(&[Message]) -> bool) -> Vec<Message> {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let came = self.came();
            if wanted(&came) {
                return came;
            }
            assert!(Instant::now() < until, "{} messages came: {came:?}", came.len());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn take(stream: &TcpStream, came: &Mutex<Vec<Message>>, answers: &Mutex<Answers>) {
    // Whoever connects and dies says nothing.
    let Some(message) = read(stream) else { return };
    let (status, headers) = answers.lock().unwrap_or_else(PoisonError::into_inner)(&message);
    came.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    let said = format!("status {status}");
    let head = format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n",
        if status == 204 { 0 } else { said.len() }
    );
    let mut stream = stream;
    drop(stream.write_all(format!("{head}{}", if status == 204 { "" } else { &said }).as_bytes()));
}

fn read(stream: &TcpStream) -> Option<Message> {
    let (mut lines, mut headers) = (BufReader::new(stream), BTreeMap::new());
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    loop {
        line.clear();
        lines.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    lines.read_exact(&mut body).ok()?;
    Some(Message { headers, body: String::from_utf8(body).ok()? })
}
