//! Sending to addresses that others name: only to where an operator lets, whatever a name resolves to.
//! Must not follow a redirect, read without an end, take a proxy from the environment or use a connection twice.
//! What is sent, to whom and when is `app::webhook`.

use std::{io::Read, net::SocketAddr, time::Duration};

use app::webhook::{Answered, Outgoing, Post, Targets};
use domain::webhook::{Fault, MAX_ANSWER, address::is_public};
use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

/// An address must be found, and connected to, within this time.
const CONNECT: Duration = Duration::from_secs(5);
/// The answer must have come within this time.
const WHOLE: Duration = Duration::from_secs(20);
/// The head of an answer is no longer than this.
const HEAD: usize = 16 * 1024;
const NAME: &str = concat!("haidang/", env!("CARGO_PKG_VERSION"));

/// Sends over HTTP, with the certificate authorities that come with the program.
pub struct Guarded {
    /// Knows of public addresses alone.
    public: Agent,
    /// Knows of those others alone that an operator lets.
    private: Agent,
}

impl Guarded {
    pub fn new(targets: Targets) -> Self {
        Self { public: Self::agent(targets.clone(), true), private: Self::agent(targets, false) }
    }

    fn agent(targets: Targets, is_public: bool) -> Agent {
        let config = Config::builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_idle_connections(0)
            .max_response_header_size(HEAD)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .user_agent(NAME)
            .build();
        let guard = Guard { targets, is_public, resolver: DefaultResolver::default() };
        Agent::with_parts(config, DefaultConnector::new(), guard)
    }
}

impl Post for Guarded {
    fn post(&self, message: &Outgoing) -> Result<Answered, Fault> {
        // By which of them an answer comes tells where from, whatever the name resolves to a moment later.
        match sent(&self.public, message, true) {
            Err(Fault::AddressForbidden) => sent(&self.private, message, false),
            outcome => outcome,
        }
    }
}

fn sent(agent: &Agent, message: &Outgoing, is_public: bool) -> Result<Answered, Fault> {
    let request = message.headers.iter().fold(agent.post(&message.url), |request, (name, value)| request.header(*name, value));
    let response = request.send(&message.body[..]).map_err(|error| fault(&error))?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut body = Vec::new();
    // A status is an answer; what stands below it is looked at as far as it comes.
    if let Err(error) = response.into_body().into_reader().take(MAX_ANSWER as u64).read_to_end(&mut body) {
        tracing::debug!(%error, "the body of a receiver's answer did not come whole");
    }
    Ok(Answered { status, retry_after, body, is_public })
}

/// Gives those addresses of a host that may be connected to, of the public ones or of the others; the connector knows of no others.
#[derive(Debug)]
struct Guard {
    targets: Targets,
    is_public: bool,
    resolver: DefaultResolver,
}

/// None of a host's addresses may be connected to.
#[derive(Debug, thiserror::Error)]
#[error("the address is not let")]
struct Forbidden;

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let is_plain = uri.scheme_str() != Some("https");
        let found = self.resolver.resolve(uri, config, timeout)?;
        let mut fine = self.empty();
        let admitted = |address: &&SocketAddr| {
            let may_be = self.targets.admits(address.ip(), is_plain) && self.targets.admits_port(address.port(), is_plain);
            may_be && is_public(address.ip()) == self.is_public
        };
        found.iter().filter(admitted).for_each(|address| fine.push(*address));
        if fine.is_empty() { Err(Error::Other(Box::new(Forbidden))) } else { Ok(fine) }
    }
}

fn fault(error: &Error) -> Fault {
    match error {
        Error::Other(other) if other.is::<Forbidden>() => Fault::AddressForbidden,
        Error::Timeout(_) => Fault::TimedOut,
        Error::HostNotFound => Fault::NameUnknown,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => Fault::Tls,
        // What goes wrong while certificates are exchanged comes as a failure of the connection.
        Error::Io(io) if io.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) => Fault::Tls,
        Error::Io(io) if io.to_string().contains("failed to lookup address") => Fault::NameUnknown,
        Error::Io(io) if io.kind() == std::io::ErrorKind::TimedOut => Fault::TimedOut,
        _ => Fault::Connection,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        net::TcpListener,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use super::*;

    /// A receiver that says this to everybody, and how often it was connected to.
    fn receiver(says: &'static str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (port, count) = (listener.local_addr().expect("an address").port(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&count);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut stream = stream.expect("a connection");
                let mut head = [0_u8; 4096];
                let _ = stream.read(&mut head);
                let _ = stream.write_all(says.as_bytes());
            }
        });
        (port, count)
    }

    fn post(targets: Targets, url: &str) -> Result<Answered, Fault> {
        Guarded::new(targets).post(&Outgoing { url: url.into(), headers: vec![("webhook-id", "a".into())], body: b"{}".to_vec() })
    }

    const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    #[test]
    fn no_form_of_an_address_reaches_this_machine() {
        let (port, count) = receiver(FINE);
        let targets = || Targets { networks: Vec::new(), ports: vec![port] };
        for host in
            ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "127.1", "2130706433", "0x7f.0.0.1"]
        {
            for scheme in ["http", "https"] {
                let faults = [Fault::AddressForbidden, Fault::NameUnknown, Fault::Connection];
                let refused = post(targets(), &format!("{scheme}://{host}:{port}/")).expect_err("nothing is reached");
                assert!(faults.contains(&refused), "{scheme}://{host}: {refused:?}");
            }
        }
        assert_eq!(
            post(targets(), &format!("http://localhost:{port}/")).expect_err("refused"),
            Fault::AddressForbidden,
            "by what it resolves to"
        );
        assert_eq!(count.load(Ordering::SeqCst), 0, "not even connected to");
    }

    #[test]
    fn what_an_operator_lets_is_reached_on_its_ports() {
        let (port, count) = receiver(FINE);
        let networks = || vec!["127.0.0.0/8".parse().expect("a network")];
        let answered = post(Targets { networks: networks(), ports: vec![port] }, &format!("http://127.0.0.1:{port}/")).expect("an answer");
        assert_eq!((answered.status, answered.body.as_slice(), answered.is_public), (200, &b"ok"[..], false));
        let other = post(Targets { networks: networks(), ports: Vec::new() }, &format!("http://127.0.0.1:{port}/"));
        assert_eq!((other.expect_err("refused"), count.load(Ordering::SeqCst)), (Fault::AddressForbidden, 1));
    }

    #[test]
    fn public_addresses_and_what_an_operator_lets_are_told_apart() {
        let targets = Targets { networks: vec!["10.1.0.0/16".parse().expect("a network")], ports: Vec::new() };
        let guard = |is_public| Guard { targets: targets.clone(), is_public, resolver: DefaultResolver::default() };
        let resolves = |guard: &Guard, url: &'static str| {
            guard.resolve(&Uri::from_static(url), &Config::default(), NextTimeout::default()).is_ok_and(|found| !found.is_empty())
        };
        for (url, is_public) in [("https://1.1.1.1/", true), ("https://10.1.2.3/", false), ("http://10.1.2.3/", false)] {
            assert!(resolves(&guard(is_public), url) && !resolves(&guard(!is_public), url), "{url}");
        }
        for forbidden in ["http://1.1.1.1/", "https://10.2.0.1/"] {
            assert!(!resolves(&guard(true), forbidden) && !resolves(&guard(false), forbidden), "{forbidden}");
        }
    }

    #[test]
    fn a_redirect_is_an_answer_and_a_long_body_is_cut() {
        let networks = || vec!["127.0.0.0/8".parse().expect("a network")];
        let (elsewhere, reached) = receiver(FINE);
        let says = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:{elsewhere}/\r\nretry-after: 9\r\n\r\n{}",
            "a".repeat(50_000)
        );
        let (port, _) = receiver(says.leak());
        let targets = Targets { networks: networks(), ports: vec![port, elsewhere] };
        let answered = post(targets, &format!("http://127.0.0.1:{port}/")).expect("an answer");
        assert_eq!((answered.status, answered.retry_after.as_deref(), answered.body.len()), (307, Some("9"), MAX_ANSWER));
        assert_eq!(reached.load(Ordering::SeqCst), 0);
    }
}
