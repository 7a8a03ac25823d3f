//! Reaching other issuers: their discovery documents and key sets, over HTTPS.
//! Must not follow a redirect or read without an end, and never speaks plain HTTP to another machine.
//! What is done with the documents is `app::identity::external`.

use std::time::Duration;

use app::identity::external::Fetch;
use ureq::Agent;

/// A document must arrive within this time.
const TIMEOUT: Duration = Duration::from_secs(5);
/// No document is longer than this.
const LIMIT: u64 = 1024 * 1024;

/// Fetches by HTTPS with the certificate authorities that come with the program.
pub struct Https(Agent);

impl Default for Https {
    fn default() -> Self {
        Self(Agent::config_builder().timeout_global(Some(TIMEOUT)).max_redirects(0).build().new_agent())
    }
}

impl Fetch for Https {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        if !is_confidential(url) {
            return Err(format!("{url} is neither https nor on this machine"));
        }
        let mut response = self.0.get(url).call().map_err(|error| format!("{url}: {error}"))?;
        response.body_mut().with_config().limit(LIMIT).read_to_vec().map_err(|error| format!("{url}: {error}"))
    }
}

/// Whether nobody on the way can read or change it.
pub(crate) fn is_confidential(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let is_local = |prefix: &&str| url.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']));
    url.starts_with("https://") || local.iter().any(is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_the_machine() {
        for fine in ["https://sso.example/x", "http://127.0.0.1:8080/x", "http://localhost", "http://[::1]:1/x"] {
            assert!(is_confidential(fine), "{fine}");
        }
        for not in ["http://sso.example", "http://127.0.0.1.example/x", "http://localhost.example", "ftp://127.0.0.1", "file:///etc/passwd"]
        {
            assert!(!is_confidential(not), "{not}");
        }
    }
}
