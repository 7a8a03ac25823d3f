//! A WebSocket as a client speaks it, frame by frame, and a stream of server-sent events.
//! Must not help a server: what is sent is what a test says, right or wrong.
//! Requests that are answered at once are `client`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Whoever waits longer waits in vain.
const PATIENCE: Duration = Duration::from_secs(30);
/// The key of RFC 6455, section 1.3, and what a server must answer to it.
const KEY: (&str, &str) = ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

/// What came on a socket.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    Text(String),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    /// With its code, or none.
    Close(Option<u16>),
    /// The connection ended without a word.
    End,
}

/// A socket that is open.
pub struct Socket {
    stream: BufReader<TcpStream>,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
}

/// The status line's number and the headers, names in lower case.
type Head = (u16, Vec<(String, String)>);

fn connected(base: &str, request: &str) -> (BufReader<TcpStream>, Head) {
    let address = base.strip_prefix("http://").unwrap_or(base);
    let mut stream = TcpStream::connect(address).unwrap_or_else(|e| panic!("a connection: {e}"));
    stream.set_read_timeout(Some(PATIENCE)).unwrap_or_else(|e| panic!("a time-out: {e}"));
    stream.write_all(request.as_bytes()).unwrap_or_else(|e| panic!("a request: {e}"));
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    let mut next = || {
        line.clear();
        stream.read_line(&mut line).unwrap_or_else(|e| panic!("a head: {e}"));
        line.trim_end().to_owned()
    };
    let status = next().split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let mut headers = Vec::new();
    loop {
        let line = next();
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    (stream, (status, headers))
}

impl Socket {
    /// Opens a socket with these header lines; the status where it is not opened.
    pub fn try_open(base: &str, headers: &str) -> Result<Self, u16> {
        let host = base.strip_prefix("http://").unwrap_or(base);
        let head = format!(
            "GET /graphql HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: {}\r\n{headers}\r\n",
            KEY.0
        );
        let (stream, (status, headers)) = connected(base, &head);
        if status != 101 {
            return Err(status);
        }
        let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        assert_eq!(header("sec-websocket-accept").as_deref(), Some(KEY.1));
        Ok(Self { stream, protocol: header("sec-websocket-protocol") })
    }

    /// Opens a socket with the subprotocol.
    pub fn open(base: &str) -> Self {
        Self::try_open(base, "Sec-WebSocket-Protocol: graphql-transport-ws\r\n").unwrap_or_else(|status| panic!("status {status}"))
    }

    /// Opens a socket and says who it is.
    pub fn of(base: &str, token: Option<&str>) -> Self {
        let mut socket = Self::open(base);
        assert_eq!(socket.protocol.as_deref(), Some("graphql-transport-ws"));
        socket.init(token);
        assert_eq!(socket.message(), json!({"type": "connection_ack"}));
        socket
    }

    /// Says who it is.
    pub fn init(&mut self, token: Option<&str>) {
        let payload = token.map_or(json!({}), |token| json!({"authorization": format!("Bearer {token}")}));
        self.say(&json!({"type": "connection_init", "payload": payload}));
    }

    /// Asks for an operation.
    pub fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({"id": id, "type": "subscribe", "payload": {"query": query}}));
    }

    /// Sends a message.
    pub fn say(&mut self, message: &Value) {
        self.send(true, 1, message.to_string().as_bytes());
    }

    /// Sends a frame: whether it is the last of its message, its operation code, and what is in it.
    pub fn send(&mut self, is_last: bool, code: u8, bytes: &[u8]) {
        self.send_all(&frame(is_last, code, bytes));
    }

    /// Sends the same frame so many times at once.
    pub fn send_many(&mut self, count: usize, is_last: bool, code: u8, bytes: &[u8]) {
        self.send_all(&frame(is_last, code, bytes).repeat(count));
    }

    fn send_all(&mut self, frames: &[u8]) {
        // A server may have closed before all of it has come.
        drop(self.stream.get_mut().write_all(frames));
    }

    /// The next frame.
    pub fn frame(&mut self) -> Frame {
        let mut head = [0_u8; 2];
        if self.stream.read_exact(&mut head).is_err() {
            return Frame::End;
        }
        let length = match head[1] & 0x7f {
            126 => u64::from(u16::from_be_bytes(self.bytes())),
            127 => u64::from_be_bytes(self.bytes()),
            short => u64::from(short),
        };
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        self.stream.read_exact(&mut bytes).unwrap_or_else(|e| panic!("a frame: {e}"));
        match head[0] & 0x0f {
            1 => Frame::Text(String::from_utf8(bytes).unwrap_or_else(|e| panic!("text: {e}"))),
            8 => Frame::Close(bytes.first_chunk().map(|code| u16::from_be_bytes(*code))),
            9 => Frame::Ping(bytes),
            10 => Frame::Pong(bytes),
            other => panic!("a frame of code {other}"),
        }
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes).unwrap_or_else(|e| panic!("a frame: {e}"));
        bytes
    }

    /// The next message; pings of the server are answered.
    pub fn message(&mut self) -> Value {
        loop {
            match self.frame() {
                Frame::Text(text) => return serde_json::from_str(&text).unwrap_or_else(|e| panic!("not JSON ({e}): {text}")),
                Frame::Ping(bytes) => self.send(true, 10, &bytes),
                other => panic!("no message: {other:?}"),
            }
        }
    }

    /// The code with which the server closes, whatever it says before.
    pub fn closed(&mut self) -> Option<u16> {
        loop {
            match self.frame() {
                Frame::Close(code) => return code,
                Frame::End => panic!("the connection ended without a word"),
                _ => {}
            }
        }
    }

    /// Whether nothing is said for so long.
    pub fn is_silent_for(&mut self, time: Duration) -> bool {
        self.stream.get_ref().set_read_timeout(Some(time)).unwrap_or_else(|e| panic!("a time-out: {e}"));
        let until = Instant::now() + time;
        let is_silent = loop {
            match self.frame() {
                Frame::End => break Instant::now() + Duration::from_millis(50) >= until,
                Frame::Ping(bytes) => self.send(true, 10, &bytes),
                _ => break false,
            }
        };
        self.stream.get_ref().set_read_timeout(Some(PATIENCE)).unwrap_or_else(|e| panic!("a time-out: {e}"));
        is_silent
    }
}

/// A frame as a client sends it.
fn frame(is_last: bool, code: u8, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![if is_last { 0x80 | code } else { code }];
    match bytes.len() {
        short if short < 126 => frame.push(0x80 | u8::try_from(short).unwrap_or_default()),
        middle if middle < 65_536 => {
            frame.push(0x80 | 0x7e);
            frame.extend(u16::try_from(middle).unwrap_or_default().to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    let mask = [7_u8, 11, 13, 17];
    frame.extend(mask);
    frame.extend(bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// A stream of server-sent events.
pub struct Events {
    stream: BufReader<TcpStream>,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    rest: String,
}

/// An event, its identifier and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub event: String,
    pub id: Option<String>,
    pub data: String,
}

impl Events {
    /// Asks for an operation by POST, with these header lines besides.
    pub fn open(base: &str, token: Option<&str>, query: &str, headers: &str) -> Self {
        let body = json!({"query": query}).to_string();
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             {authorization}{headers}\r\n{body}",
            body.len()
        );
        let (stream, (status, headers)) = connected(base, &head);
        Self { stream, status, headers, rest: String::new() }
    }

    /// Waits no longer than this for more.
    pub fn wait_for(&mut self, time: Duration) {
        self.stream.get_ref().set_read_timeout(Some(time)).unwrap_or_else(|e| panic!("a time-out: {e}"));
    }

    /// The next line of the body, which comes in chunks; nothing at its end.
    fn line(&mut self) -> Option<String> {
        loop {
            if let Some((line, rest)) = self.rest.split_once('\n') {
                let (line, rest) = (line.to_owned(), rest.to_owned());
                self.rest = rest;
                return Some(line);
            }
            let mut size = String::new();
            self.stream.read_line(&mut size).ok()?;
            // What is told at once has a length and no chunks.
            if self.headers.iter().any(|(name, _)| name == "content-length") {
                self.rest.push_str(&size);
                if size.is_empty() {
                    return None;
                }
                continue;
            }
            let size = usize::from_str_radix(size.trim(), 16).ok().filter(|size| *size > 0)?;
            let mut chunk = vec![0; size + 2];
            self.stream.read_exact(&mut chunk).ok()?;
            self.rest.push_str(std::str::from_utf8(&chunk[..size]).unwrap_or_else(|e| panic!("text: {e}")));
        }
    }

    /// The next event, whatever comments stand before it; nothing at the end.
    pub fn next_event(&mut self) -> Option<Told> {
        let mut told = Told::default();
        loop {
            let line = self.line()?;
            match line.split_once(": ") {
                Some(("event", event)) => event.clone_into(&mut told.event),
                Some(("id", id)) => told.id = Some(id.to_owned()),
                Some(("data", data)) => told.data.push_str(data),
                _ if line.is_empty() && !told.event.is_empty() => return Some(told),
                _ => {}
            }
        }
    }
}
