//! What the demo shows beside the decision: made up, and sent like any system would, request by request.
//! Must not record otherwise than over HTTP with an account of the demo.
//! The requests are `data/demo.json`; the demo itself is `demo`.

use std::{collections::BTreeMap, fmt::Display, fs, path::Path, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};
use ureq::{Agent, http};

use crate::failure::Failure;

const STEPS: &str = include_str!("../../../../data/demo.json");
const PATIENCE: Duration = Duration::from_secs(30);

/// A request of the demo.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Login of whoever sends it.
    by: String,
    method: String,
    /// Names of what was kept before stand in braces, here and in the body.
    path: String,
    body: Value,
    /// What later steps name, with where the answer has it (RFC 6901).
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

/// The service at an address, as the demo's accounts call it.
struct Caller {
    agent: Agent,
    base: String,
    /// With their secrets.
    accounts: Vec<Value>,
    /// By login.
    tokens: BTreeMap<String, String>,
    kept: BTreeMap<String, String>,
}

/// Sends everything that is made up.
///
/// # Errors
/// When the service refuses a step or does not answer, or the file of the accounts cannot be read.
pub fn record(base: &str, credentials: &Path) -> Result<(), Failure> {
    let why = |error: &dyn Display| Failure::Cannot(format!("cannot record what the demo shows: {error}"));
    let steps: Vec<Step> = serde_json::from_str(STEPS).map_err(|error| why(&error))?;
    let accounts: Vec<Value> = read_file(credentials).map_err(|error| why(&error))?;
    let agent = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().new_agent();
    let mut caller = Caller { agent, base: base.to_owned(), accounts, tokens: BTreeMap::new(), kept: BTreeMap::new() };
    for (i, step) in steps.iter().enumerate() {
        caller.take(i, step).map_err(|error| why(&format!("step {}, {} {}: {error}", i + 1, step.method, step.path)))?;
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<Vec<Value>, String> {
    let text = fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

impl Caller {
    /// Sends a step, and keeps what later ones name.
    fn take(&mut self, number: usize, step: &Step) -> Result<(), String> {
        self.sign_in(&step.by)?;
        let answer = self.send(number, step)?;
        for (name, at) in &step.keep {
            let found = answer.pointer(at).and_then(Value::as_str).ok_or_else(|| format!("no {at} in the answer"))?;
            self.kept.insert(name.clone(), found.to_owned());
        }
        Ok(())
    }

    /// A text with what was kept for the names in braces.
    fn filled(&self, text: &str) -> String {
        self.kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    fn sign_in(&mut self, login: &str) -> Result<(), String> {
        if self.tokens.contains_key(login) {
            return Ok(());
        }
        let is_of = |account: &&Value| [&account["client_id"], &account["username"]].iter().any(|name| name.as_str() == Some(login));
        let account = self.accounts.iter().find(is_of).ok_or_else(|| format!("no account {login}"))?;
        let form = match account["client_secret"].as_str() {
            Some(secret) => [("grant_type", "client_credentials"), ("client_id", login), ("client_secret", secret)],
            None => [("grant_type", "password"), ("username", login), ("password", account["password"].as_str().unwrap_or_default())],
        };
        let answer = self.agent.post(format!("{}/api/v1/auth/token", self.base)).send_form(form).map_err(|error| error.to_string())?;
        let answer = read(answer)?;
        let token = answer["access_token"].as_str().ok_or("no token in the answer")?;
        self.tokens.insert(login.to_owned(), token.to_owned());
        Ok(())
    }

    /// The step under a key of its own: sent again it does nothing twice, where the service keeps keys.
    fn send(&self, number: usize, step: &Step) -> Result<Value, String> {
        let token = self.tokens.get(&step.by).map(String::as_str).unwrap_or_default();
        let request = http::Request::builder()
            .method(step.method.as_str())
            .uri(format!("{}{}", self.base, self.filled(&step.path)))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("idempotency-key", format!("\"demo-{number}\""))
            .body(self.filled(&step.body.to_string()))
            .map_err(|error| error.to_string())?;
        read(self.agent.run(request).map_err(|error| error.to_string())?)
    }
}

/// The body of an answer that is not a refusal; nothing where there is none.
fn read(mut answer: http::Response<ureq::Body>) -> Result<Value, String> {
    let status = answer.status();
    let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    if !status.is_success() {
        return Err(format!("{status} {text}"));
    }
    Ok(if text.is_empty() { json!(null) } else { serde_json::from_str(&text).map_err(|error| error.to_string())? })
}
