//! Where webhooks may lead: what an operator lets be reached, and the addresses that people name.
//! Must not resolve names: who connects asks again for each address that it connects to.
//! Which addresses are public is `domain::webhook::address`.

use std::net::{IpAddr, Ipv4Addr};

use domain::{
    error::{Code, Fault},
    webhook::{MAX_URL, address::is_public},
};
use ipnet::IpNet;
use url::{Host, Url};

/// Ports that may be connected to, beside those that an operator names.
const PORTS: [u16; 2] = [443, 8443];
/// The port of plain HTTP, where that is allowed at all.
const PLAIN: u16 = 80;

/// What may be reached beside the public Internet.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// Networks that are let, over plain HTTP too.
    pub networks: Vec<IpNet>,
    pub ports: Vec<u16>,
}

impl Targets {
    fn names(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Whether this very address may be connected to.
    pub fn admits(&self, address: IpAddr, is_plain: bool) -> bool {
        self.names(address) || (!is_plain && is_public(address))
    }

    /// Whether this port may be connected to.
    pub fn admits_port(&self, port: u16, is_plain: bool) -> bool {
        PORTS.contains(&port) || self.ports.contains(&port) || (is_plain && port == PLAIN)
    }

    /// An address that somebody names, as it is kept: the host in its one form, whatever it was written like.
    ///
    /// # Errors
    /// `PATTERN_MISMATCH` for what is no address of HTTP or names somebody before its host; `ADDRESS_FORBIDDEN` for a network, port or
    /// plain HTTP that is not let.
    pub fn read(&self, pointer: &str, text: &str) -> Result<Url, Fault> {
        let malformed = || {
            let vi = "Cần một địa chỉ https đầy đủ, không kèm tên người dùng, mật khẩu hay phần sau dấu #.";
            let en = "A whole https address is wanted, without a user name, a password or a fragment.";
            Fault::worded(pointer, Code::PatternMismatch, vi, en)
        };
        let url = Url::parse(text.trim()).map_err(|_| malformed())?;
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(malformed()),
        };
        let names_somebody = !url.username().is_empty() || url.password().is_some();
        // What stands before an @ that names nobody is gone once it is read; whoever wrote it meant something else.
        if names_somebody || url.fragment().is_some() || text.split('/').nth(2).is_some_and(|authority| authority.contains('@')) {
            return Err(malformed());
        }
        if url.as_str().chars().count() > MAX_URL {
            return Err(Fault::new(pointer, Code::LengthOutOfRange));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else { return Err(malformed()) };
        let address = match host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(name) => is_localhost(name).then_some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        };
        // Where a name leads is seen when it is connected to; plain HTTP leads to named networks alone.
        let may_be = address.map_or(!is_plain || !self.networks.is_empty(), |address| self.admits(address, is_plain));
        if may_be && self.admits_port(port, is_plain) { Ok(url) } else { Err(Fault::new(pointer, Code::AddressForbidden)) }
    }
}

/// RFC 6761, section 6.3.
fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(targets: &Targets, text: &str) -> Option<Code> {
        targets.read("/url", text).err().map(|fault| fault.code)
    }

    #[test]
    fn the_public_internet_is_named_by_https_alone() {
        let none = Targets::default();
        for fine in ["https://hooks.example.vn/in?x=1", "https://hooks.example.vn:8443", "https://1.1.1.1/", "https://[2606:4700::1]/x"] {
            assert_eq!(code(&none, fine), None, "{fine}");
        }
        for forbidden in [
            "http://hooks.example.vn/",
            "https://hooks.example.vn:22/",
            "https://hooks.example.vn:80/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://１２７.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:7f00:1::]/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.1.2.3/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://0/",
        ] {
            assert_eq!(code(&none, forbidden), Some(Code::AddressForbidden), "{forbidden}");
        }
        for malformed in [
            "",
            "hooks.example.vn",
            "ftp://hooks.example.vn/",
            "file:///etc/passwd",
            "gopher://x",
            "https://a:b@hooks.example.vn/",
            "https://a@hooks.example.vn/",
            "https://@hooks.example.vn/",
            "https://:@hooks.example.vn/",
            "https://hooks.example.vn/#x",
            "https://",
            "javascript:alert(1)",
            "https://[::1",
            "https://a b/",
        ] {
            assert_eq!(code(&none, malformed), Some(Code::PatternMismatch), "{malformed}");
        }
        assert_eq!(code(&none, &format!("https://hooks.example.vn/{}", "a".repeat(MAX_URL))), Some(Code::LengthOutOfRange));
    }

    #[test]
    fn an_operator_lets_more_networks_and_ports() {
        let targets = Targets { networks: vec!["10.1.0.0/16".parse().expect("a network")], ports: vec![9000] };
        for fine in [
            "http://10.1.2.3/",
            "http://10.1.2.3:9000/",
            "https://10.1.2.3/",
            "http://intranet.example/",
            "https://1.1.1.1:9000/",
            "http://[::ffff:10.1.2.3]/",
        ] {
            assert_eq!(code(&targets, fine), None, "{fine}");
        }
        for forbidden in [
            "http://10.2.0.1/",
            "https://10.2.0.1/",
            "http://1.1.1.1/",
            "http://10.1.2.3:9001/",
            "http://localhost/",
            "https://10.1.2.3:80/",
        ] {
            assert_eq!(code(&targets, forbidden), Some(Code::AddressForbidden), "{forbidden}");
        }
        let admits = |address: &str, is_plain| targets.admits(address.parse().expect("an address"), is_plain);
        assert!(admits("10.1.2.3", true) && admits("::ffff:10.1.2.3", true) && admits("1.1.1.1", false));
        assert!(!admits("1.1.1.1", true) && !admits("10.2.0.1", false) && !admits("127.0.0.1", false));
    }
}
