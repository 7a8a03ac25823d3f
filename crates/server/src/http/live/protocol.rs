//! The messages of `graphql-transport-ws` (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>), and why a socket is closed.
//! Must not do anything: it reads and writes, `socket` acts.
//! Pure, so that every message can be tried.

use std::collections::BTreeMap;

use async_graphql::Request;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

/// The subprotocol.
pub const NAME: &str = "graphql-transport-ws";

/// Why a socket is closed: a code of the protocol, and words that are the protocol's own where it has any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing(pub u16, pub String);

impl Closing {
    pub fn of(code: u16, words: &str) -> Self {
        Self(code, words.to_owned())
    }

    /// A message that is none.
    pub fn invalid(words: &str) -> Self {
        Self::of(4400, words)
    }

    /// Nobody has said who they are, or not well.
    pub fn unauthorised() -> Self {
        Self::of(4401, "Unauthorized")
    }

    /// A right is not there, or not any more.
    pub fn forbidden() -> Self {
        Self::of(4403, "Forbidden")
    }

    /// No subprotocol that is spoken here.
    pub fn not_acceptable() -> Self {
        Self::of(4406, "Subprotocol not acceptable")
    }

    /// Who connected did not say who they are in time.
    pub fn init_timeout() -> Self {
        Self::of(4408, "Connection initialisation timeout")
    }

    /// An identifier that is in use.
    pub fn taken(id: &str) -> Self {
        Self(4409, format!("Subscriber for {id} already exists"))
    }

    /// Said twice, or more than may be open.
    pub fn too_many(words: &str) -> Self {
        Self::of(4429, words)
    }
}

/// What a client says.
#[derive(Debug)]
pub enum Said {
    Init(Option<Map<String, Value>>),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, request: Box<Request> },
    Complete(String),
}

/// An operation as it is sent; unlike over HTTP, what is of a wrong type closes the socket.
#[derive(Deserialize)]
struct Payload {
    query: String,
    #[serde(rename = "operationName", default)]
    operation_name: Option<String>,
    #[serde(default, deserialize_with = "object")]
    variables: Map<String, Value>,
    #[serde(default, deserialize_with = "object")]
    extensions: Map<String, Value>,
}

fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Characters of an identifier at most.
const MAX_ID: usize = 128;
/// Bytes of a ping or a pong at most, with what it carries: it is said back.
const MAX_PING: usize = 1_024;

impl Said {
    /// Reads a message.
    ///
    /// # Errors
    /// 4400 for what is none.
    pub fn read(text: &str) -> Result<Self, Closing> {
        let invalid = || Closing::invalid("Invalid message received");
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else { return Err(invalid()) };
        let payload = message.remove("payload").filter(|payload| !payload.is_null());
        let id = |message: &mut Map<String, Value>| match message.remove("id") {
            Some(Value::String(id)) if (1..=MAX_ID).contains(&id.chars().count()) => Ok(id),
            _ => Err(Closing::invalid("Invalid id in a message")),
        };
        let payload_is_object = payload.as_ref().is_none_or(Value::is_object);
        match message.get("type").and_then(Value::as_str) {
            Some("connection_init") => match payload {
                None => Ok(Self::Init(None)),
                Some(Value::Object(payload)) => Ok(Self::Init(Some(payload))),
                Some(_) => Err(invalid()),
            },
            Some("ping" | "pong") if text.len() > MAX_PING => Err(Closing::invalid("A ping has 1,024 bytes at most")),
            Some("ping") if payload_is_object => Ok(Self::Ping(payload)),
            Some("pong") if payload_is_object => Ok(Self::Pong),
            Some("complete") => Ok(Self::Complete(id(&mut message)?)),
            Some("subscribe") => {
                let id = id(&mut message)?;
                let payload: Payload = serde_json::from_value(payload.unwrap_or_default()).map_err(|_| invalid())?;
                let mut request = Request::new(payload.query);
                request.operation_name = payload.operation_name.filter(|name| !name.is_empty());
                request.variables = serde_json::from_value(Value::Object(payload.variables)).map_err(|_| invalid())?;
                let extensions: BTreeMap<String, Value> = payload.extensions.into_iter().collect();
                request.extensions = serde_json::from_value(json!(extensions)).map_err(|_| invalid())?;
                Ok(Self::Subscribe { id, request: Box::new(request) })
            }
            _ => Err(invalid()),
        }
    }
}

/// The token that a payload of `connection_init` carries: `authorization`, with the name of the scheme, in whatever case it is written.
///
/// # Errors
/// 4401 for one that is no bearer token, or given twice.
pub fn token(payload: &Map<String, Value>) -> Result<Option<String>, Closing> {
    let mut given = payload.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization")).map(|(_, value)| value);
    let (first, second) = (given.next(), given.next());
    match (first, second) {
        (None | Some(Value::Null), None) => Ok(None),
        (Some(Value::String(text)), None) => {
            let bearer = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            bearer.map(|(_, token)| Some(token.trim().to_owned())).ok_or_else(Closing::unauthorised)
        }
        _ => Err(Closing::unauthorised()),
    }
}

/// What is said to a client.
#[derive(Clone, Debug, PartialEq)]
pub enum Saying {
    Ack,
    Pong(Option<Value>),
    /// An answer, written down.
    Next(String, String),
    Error(String, Value),
    Complete(String),
}

impl Saying {
    /// As text.
    pub fn text(&self) -> String {
        match self {
            Self::Ack => json!({"type": "connection_ack"}).to_string(),
            Self::Pong(None) => json!({"type": "pong"}).to_string(),
            Self::Pong(Some(payload)) => json!({"type": "pong", "payload": payload}).to_string(),
            // The answer keeps the order of its fields.
            Self::Next(id, answer) => format!("{{\"id\":{},\"type\":\"next\",\"payload\":{answer}}}", json!(id)),
            Self::Error(id, errors) => json!({"id": id, "type": "error", "payload": errors}).to_string(),
            Self::Complete(id) => json!({"id": id, "type": "complete"}).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_protocol_knows_is_read() {
        assert!(matches!(Said::read(r#"{"type":"connection_init"}"#), Ok(Said::Init(None))));
        assert!(matches!(Said::read(r#"{"type":"connection_init","payload":{"a":1}}"#), Ok(Said::Init(Some(_)))));
        assert!(matches!(Said::read(r#"{"type":"ping"}"#), Ok(Said::Ping(None))));
        assert!(matches!(Said::read(r#"{"type":"ping","payload":{"x":1}}"#), Ok(Said::Ping(Some(_)))));
        assert!(matches!(Said::read(r#"{"type":"pong","payload":null}"#), Ok(Said::Pong)));
        assert!(matches!(Said::read(r#"{"type":"complete","id":"1"}"#), Ok(Said::Complete(id)) if id == "1"));
        let text = r#"{"id":"a","type":"subscribe","payload":{"query":"{a}","operationName":"A","variables":{"n":1},"extensions":null}}"#;
        let Ok(Said::Subscribe { id, request }) = Said::read(text) else { panic!("a subscription") };
        assert_eq!(
            (id.as_str(), request.query.as_str(), request.operation_name.as_deref(), request.variables.len()),
            ("a", "{a}", Some("A"), 1)
        );
    }

    #[test]
    fn what_it_does_not_know_closes() {
        let long = format!(r#"{{"type":"complete","id":"{}"}}"#, "x".repeat(129));
        let carries = |kind: &str, bytes: usize| format!(r#"{{"type":"{kind}","payload":{{"x":"{}"}}}}"#, "x".repeat(bytes - 34));
        assert!(Said::read(&carries("ping", 1_024)).is_ok() && Said::read(&carries("pong", 1_024)).is_ok());
        let (ping, pong) = (carries("ping", 1_025), carries("pong", 1_025));
        for text in [
            "",
            "x",
            "[]",
            "null",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"start"}"#,
            r#"{"type":"connection_init","payload":1}"#,
            r#"{"type":"ping","payload":[]}"#,
            r#"{"type":"pong","payload":"x"}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"complete","id":1}"#,
            r#"{"type":"complete","id":""}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":1}}"#,
            r#"{"type":"connection_ack"}"#,
            &long,
            &ping,
            &pong,
        ] {
            assert_eq!(Said::read(text).map_err(|closing| closing.0).expect_err("refused"), 4400, "{text}");
        }
    }

    #[test]
    fn a_token_comes_with_its_scheme() {
        let read = |payload: Value| token(payload.as_object().expect("an object")).map_err(|closing| closing.0);
        assert_eq!(read(json!({})), Ok(None));
        assert_eq!(read(json!({"authorization": null, "x": 1})), Ok(None));
        assert_eq!(read(json!({"authorization": "Bearer a.b.c"})), Ok(Some("a.b.c".into())));
        assert_eq!(read(json!({"Authorization": "bearer  a.b.c"})), Ok(Some("a.b.c".into())));
        for bad in [
            json!({"authorization": "a.b.c"}),
            json!({"authorization": "Basic x"}),
            json!({"authorization": 1}),
            json!({"authorization": "Bearer a", "Authorization": "Bearer b"}),
        ] {
            assert_eq!(read(bad), Err(4401));
        }
    }

    #[test]
    fn what_is_said_has_the_form_of_the_protocol() {
        assert_eq!(
            Saying::Next("a\"".into(), r#"{"data":{"b":1,"a":2}}"#.into()).text(),
            r#"{"id":"a\"","type":"next","payload":{"data":{"b":1,"a":2}}}"#
        );
        assert_eq!(Saying::Pong(Some(json!({"x": 1}))).text(), r#"{"payload":{"x":1},"type":"pong"}"#);
    }
}
