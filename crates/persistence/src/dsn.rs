//! What a PostgreSQL address leaves open, filled in before libpq reads it: how long to wait, and whom to trust.
//! Must not weaken what the address says: of a parameter that stands twice libpq takes the later one.
//! Addresses are `url`, connections `conn`.

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Seconds after which a server that does not answer counts as gone; libpq would wait for ever.
const CONNECT_TIMEOUT: &str = "connect_timeout=5";

/// The certificate authorities of this machine.
///
/// The OpenSSL in the binary has no folder of its own, so that the machine's has to be looked for, and libpq is told of it by
/// parameter: changing the environment of a running process is not safe.
#[derive(Debug, Default)]
pub struct Authorities {
    /// The machine's file, unless the environment names another for OpenSSL to read.
    system: Option<PathBuf>,
    /// Somebody chose authorities for libpq outside of the address.
    chosen: bool,
}

impl Authorities {
    /// Those of this machine, looked for once.
    pub fn of_machine() -> &'static Self {
        static FOUND: LazyLock<Authorities> = LazyLock::new(Authorities::look);
        &FOUND
    }

    fn look() -> Self {
        let own = std::env::home_dir().is_some_and(|home| home.join(".postgresql/root.crt").exists());
        Self {
            system: if is_set("SSL_CERT_FILE") || is_set("SSL_CERT_DIR") { None } else { openssl_probe::probe().cert_file },
            chosen: own || is_set("PGSSLROOTCERT"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "these are settings of OpenSSL and libpq, which they read themselves")]
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The address with what it leaves open.
///
/// The machine's authorities vouch for a server whose name is checked as well (`verify-full`), and for no other: anybody can have a
/// certificate of theirs. libpq holds the same of `sslrootcert=system`.
pub fn completed(url: &str, authorities: &Authorities) -> String {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let given = |name: &str| {
        let pairs = query.rsplit('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find_map(|(key, value)| (key == name).then_some(value))
    };
    let full = given("sslmode") == Some("verify-full");
    let asks = match given("sslrootcert") {
        Some("system") => full || given("sslmode").is_none(),
        Some(_) => false,
        None => full && !authorities.chosen,
    };
    let file = authorities.system.as_deref().and_then(Path::to_str).filter(|_| asks);
    // libpq takes sslrootcert=system for verify-full where no mode is given; a file it does not.
    let trust = file.map(|file| format!("sslmode=verify-full&sslrootcert={}", utf8_percent_encode(file, NON_ALPHANUMERIC)));
    let parts = [CONNECT_TIMEOUT, query].into_iter().chain(trust.as_deref()).filter(|part| !part.is_empty());
    format!("{base}?{}", parts.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(chosen: bool) -> Authorities {
        Authorities { system: Some("/etc/ca s.pem".into()), chosen }
    }

    #[test]
    fn five_seconds_are_waited_unless_the_address_says_otherwise() {
        let none = Authorities::default();
        assert_eq!(completed("postgres://h/d", &none), "postgres://h/d?connect_timeout=5");
        assert_eq!(completed("postgres://h/d?", &none), "postgres://h/d?connect_timeout=5");
        assert_eq!(completed("postgres://h/d?host=/x", &none), "postgres://h/d?connect_timeout=5&host=/x");
        // The later one counts.
        assert_eq!(completed("postgres://h/d?connect_timeout=9", &none), "postgres://h/d?connect_timeout=5&connect_timeout=9");
    }

    #[test]
    fn the_machine_vouches_for_servers_whose_name_is_checked() {
        const VOUCHED: &str = "&sslmode=verify-full&sslrootcert=%2Fetc%2Fca%20s%2Epem";
        let trust = |query: &str, authorities: &Authorities| {
            let url = completed(&format!("postgres://h/d?{query}"), authorities);
            url.strip_prefix(&format!("postgres://h/d?connect_timeout=5&{query}")).map(str::to_owned).expect("what was there stays")
        };
        for query in ["sslmode=verify-full", "sslmode=verify-full&sslrootcert=system", "sslrootcert=system"] {
            assert_eq!(trust(query, &machine(false)), VOUCHED, "{query}");
            assert_eq!(trust(query, &Authorities::default()), "", "{query}");
        }
        for query in ["sslmode=verify-ca", "sslmode=verify-ca&sslrootcert=system", "sslmode=require", "sslmode=verify-full&sslrootcert=/x"]
        {
            assert_eq!(trust(query, &machine(false)), "", "{query}");
        }
        assert_eq!(trust("sslmode=verify-full", &machine(true)), "", "what was chosen stays");
        assert_eq!(trust("sslmode=verify-full&sslrootcert=system", &machine(true)), VOUCHED);
    }
}
