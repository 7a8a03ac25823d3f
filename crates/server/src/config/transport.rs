//! `[http]`: what a request may be, and how long a client is waited for; the same for everybody.
//! Must not let more in than the description of REST says, nor than the library beneath reads.
//! What holds requests to it is `http::caller`, `http::stream` and `rest`.

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

use rest::Bodies;

use crate::failure::Failure;

/// The names of `[http]`, the value of each where nothing is said, and what may be said.
const KNOWN: [(&str, u64, RangeInclusive<u64>); 7] = [
    // The library beneath reads heads of 128 KiB, and answers longer ones by itself.
    ("head_bytes", 32 * 1024, 4 * 1024..=96 * 1024),
    ("body_bytes", Bodies::MOST.json as u64, 16 * 1024..=Bodies::MOST.json as u64),
    ("batch_bytes", Bodies::MOST.batch as u64, 1024 * 1024..=Bodies::MOST.batch as u64),
    ("request_seconds", 10, 1..=600),
    ("upload_seconds", 600, 1..=86_400),
    ("answer_seconds", 30, 1..=600),
    ("idle_seconds", 75, 1..=3_600),
];

/// `[http]` as a file has it: a number for each name.
pub type Http = BTreeMap<String, u64>;

/// How long is waited for a client.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A request's head must arrive within this time, and its body too; of a long upload something must.
    pub request: Duration,
    /// A long upload must arrive within this time.
    pub upload: Duration,
    /// An answer may be left unread for this time; each byte that is read gives a millisecond back.
    pub answer: Duration,
    /// A connection on which nothing is asked ends after this time.
    pub idle: Duration,
}

/// What is in force of `[http]`.
#[derive(Clone, Copy, Debug)]
pub struct Transport {
    /// Bytes of the line and the headers of a request at most.
    pub head: usize,
    pub bodies: Bodies,
    pub patience: Patience,
}

impl Default for Transport {
    fn default() -> Self {
        Self::of(KNOWN.map(|(_, usual, _)| usual))
    }
}

impl Transport {
    /// The defaults with these changes.
    ///
    /// # Errors
    /// For a name that there is not, and a number out of its range.
    pub fn new(changes: &Http) -> Result<Self, Failure> {
        let mut values = KNOWN.map(|(_, usual, _)| usual);
        for (name, value) in changes {
            let at = KNOWN.iter().position(|(known, ..)| known == name);
            let at = at.ok_or_else(|| Failure::Cannot(format!("http.{name}: there is no such limit")))?;
            let (_, _, range) = &KNOWN[at];
            if !range.contains(value) {
                return Err(Failure::Cannot(format!("http.{name}: it is a number from {} to {}", range.start(), range.end())));
            }
            values[at] = *value;
        }
        let transport = Self::of(values);
        if transport.patience.upload < transport.patience.request {
            return Err(Failure::Cannot("http.upload_seconds: it is not less than request_seconds".into()));
        }
        Ok(transport)
    }

    fn of(values: [u64; KNOWN.len()]) -> Self {
        let [head, json, batch, request, upload, answer, idle] = values;
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let [request, upload, answer, idle] = [request, upload, answer, idle].map(Duration::from_secs);
        let bodies = Bodies { json: size(json), batch: size(batch) };
        Self { head: size(head), bodies, patience: Patience { request, upload, answer, idle } }
    }

    /// Each name with its value in force.
    pub fn shown(&self) -> [(&'static str, u64); KNOWN.len()] {
        let Patience { request, upload, answer, idle } = self.patience;
        let [head, json, batch] = [self.head, self.bodies.json, self.bodies.batch].map(|bytes| bytes as u64);
        let values = [head, json, batch, request.as_secs(), upload.as_secs(), answer.as_secs(), idle.as_secs()];
        std::array::from_fn(|at| (KNOWN[at].0, values[at]))
    }
}

/// The names of `[http]`, each with its default and its range.
pub fn http_known() -> Vec<(&'static str, u64, RangeInclusive<u64>)> {
    KNOWN.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_changes_that_alone() {
        let read = |text: &str| Transport::new(&toml::from_str(text).expect("a table"));
        let usual = read("").expect("the defaults").shown();
        assert_eq!(usual, KNOWN.map(|(name, usual, _)| (name, usual)));
        for (name, usual, range) in KNOWN {
            let wanted = if usual == *range.end() { *range.start() } else { *range.end() };
            let changed = read(&format!("{name} = {wanted}")).expect("a limit").shown();
            assert!(changed.iter().all(|(of, value)| *value == if *of == name { wanted } else { usual_of(of) }), "{name}: {changed:?}");
            for not in [range.start() - 1, range.end() + 1] {
                let told = read(&format!("{name} = {not}")).expect_err(name).to_string();
                assert_eq!(told, format!("http.{name}: it is a number from {} to {}", range.start(), range.end()));
            }
        }
        let told = read("request_seconds = 100\nupload_seconds = 99").expect_err("a long upload has no less time").to_string();
        assert_eq!(told, "http.upload_seconds: it is not less than request_seconds");
        assert_eq!(read("head = 1").expect_err("no such name").to_string(), "http.head: there is no such limit");
    }

    fn usual_of(name: &str) -> u64 {
        KNOWN.iter().find(|(known, ..)| *known == name).expect("a name").1
    }
}
