//! An HTTP client as an agency's system or a frontend would write one.
//! Must not know the inside: it sees statuses, headers and bodies.
//! Made by `app::TestApp`.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use ureq::Agent;

use crate::{app::Secrets, described};

/// A caller with or without a token.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case, values of one name with commas between them.
    pub headers: BTreeMap<String, String>,
    /// What is not UTF-8 in it is replaced.
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.body))
    }

    /// What the entity tag says of the revision: what stands before that of the bytes.
    pub fn revision(&self) -> String {
        let tag = self.headers.get("etag").map(String::as_str).unwrap_or_default().trim_matches('"');
        tag.split('.').next().unwrap_or_default().to_owned()
    }

    /// The `code` of a problem document.
    pub fn code(&self) -> String {
        assert_eq!(self.headers.get("content-type").map(String::as_str), Some("application/problem+json; charset=utf-8"), "{}", self.body);
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{}", self.body);
        problem["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Pointers and codes of a problem document's faults.
    pub fn faults(&self) -> Vec<(String, String)> {
        let faults = self.json()["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        faults.iter().map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect()
    }
}

impl Client {
    /// A caller of the server at `base`.
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_mins(1))).build();
        Self { agent: config.new_agent(), base: base.to_owned(), token }
    }

    /// The same caller with another token, or with none.
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// The token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Signs in with client credentials.
    pub fn sign_in_service(&self, secrets: &Secrets) -> Self {
        self.sign_in(&format!("grant_type=client_credentials&client_id={}&client_secret={}", secrets.login, secrets.secret))
    }

    /// Signs in with name and password.
    pub fn sign_in_person(&self, secrets: &Secrets) -> Self {
        self.sign_in(&format!("grant_type=password&username={}&password={}", secrets.login, secrets.secret))
    }

    fn sign_in(&self, form: &str) -> Self {
        let reply = self.send("POST", "/api/v1/auth/token", &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.body);
        self.with_token(reply.json()["access_token"].as_str())
    }

    /// Sends anything. The token goes along unless an Authorization header is given.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_send(method, path, headers, body).unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    }

    /// Sends anything; an error when no answer came.
    pub fn try_send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = self.token.as_ref().filter(|_| !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"))) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_vec())?;
        let mut response = self.agent.run(request)?;
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in response.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let known = headers.entry(name.to_string()).and_modify(|known| known.push_str(", ")).or_default();
            known.push_str(&value);
        }
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec()?;
        let reply = Reply { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes };
        described::check(method, path, &reply);
        Ok(reply)
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }

    /// Pushes a report.
    pub fn push(&self, key: &str, body: &Value) -> Reply {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send("POST", "/api/v1/reports", &headers, body.to_string().as_bytes())
    }

    /// Sends a batch, for good under a key.
    pub fn batch(&self, query: &str, media: &str, key: Option<&str>, body: &[u8]) -> Reply {
        let headers: Vec<(&str, &str)> = std::iter::once(("content-type", media)).chain(key.map(|key| ("idempotency-key", key))).collect();
        self.send("POST", &format!("/api/v1/reports/batch{query}"), &headers, body)
    }

    /// A GraphQL operation, errors and all.
    pub fn graphql_reply(&self, query: &str, variables: &Value) -> Value {
        let body = json!({"query": query, "variables": variables}).to_string();
        let reply = self.send("POST", "/graphql", &[("content-type", "application/json")], body.as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// The data of a GraphQL operation, which must have no errors.
    pub fn graphql(&self, query: &str, variables: &Value) -> Value {
        let mut reply = self.graphql_reply(query, variables);
        assert!(reply["errors"].is_null(), "{}", reply["errors"]);
        reply["data"].take()
    }

    /// The code of the first error of a GraphQL operation.
    pub fn graphql_code(&self, query: &str) -> String {
        let reply = self.graphql_reply(query, &json!({}));
        reply["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no error: {reply}")).to_owned()
    }
}
