//! Reaching other issuers: their discovery documents and key sets, over HTTPS.
//! Must not follow a redirect or read without an end, and never speaks plain HTTP to another machine.
//! What is done with the documents is `app::identity::external`.

use std::time::Duration;

use app::identity::external::Fetch;
use ureq::Agent;
use url::{Host, Url};

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
        let Some(confidential) = confidential(url) else { return Err(format!("{url} is neither https nor on this machine")) };
        // As it was read here: nobody else reads another machine's name out of it.
        let mut response = self.0.get(confidential.as_str()).call().map_err(|error| format!("{url}: {error}"))?;
        response.body_mut().with_config().limit(LIMIT).read_to_vec().map_err(|error| format!("{url}: {error}"))
    }
}

/// The address, if nobody on the way can read or change what it gives, and it names nobody before its host.
fn confidential(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let is_fine = url.scheme() == "https" || url.scheme() == "http" && is_here;
    let names_nobody = url.username().is_empty() && url.password().is_none();
    (is_fine && names_nobody).then_some(url)
}

/// Whether nobody on the way can read or change what an address gives.
pub(crate) fn is_confidential(url: &str) -> bool {
    confidential(url).is_some()
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
        // What stands before an @ is no host.
        for not in
            ["http://127.0.0.1:1@sso.example/x", "http://localhost:80@sso.example", "https://somebody@sso.example", "http://:x@[::1]/x"]
        {
            assert!(!is_confidential(not), "{not}");
        }
    }
}
