//! The network address of a caller: its own, or the one that a proxy of ours tells; and whose it is, for whoever counts by it.
//! Must not believe a header from anybody but a proxy that is configured.
//! Used by `caller`, and by what counts: `rates`, `connections`, `live::places`.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

const FORWARDED: &str = "x-forwarded-for";

/// Who has an address: for an IPv4 address itself, for an IPv6 one its first half, as a subscriber has all of the other half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subscriber(u64);

impl Subscriber {
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u32::from(address).into()),
            IpAddr::V6(address) => Self((u128::from(address) >> 64) as u64),
        }
    }
}

/// The address of the client behind the proxies: read from the end, the first that is no proxy of ours.
pub fn address_of(peer: Option<SocketAddr>, headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut address = peer?.ip().to_canonical();
    let told: Vec<&str> = headers.get_all(FORWARDED).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    for part in told.into_iter().rev() {
        if !is_proxy(&address) {
            break;
        }
        let Some(next) = told_address(part.trim()) else { break };
        address = next.to_canonical();
    }
    Some(address)
}

/// An address, with or without a port: some proxies tell both.
fn told_address(text: &str) -> Option<IpAddr> {
    let bare = || text.parse().ok();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    bare().or_else(bracketed).or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_our_proxies_are_believed() {
        let proxies: Vec<IpNet> = vec!["10.0.0.0/8".parse().expect("a network")];
        let seen = |peer: &str, told: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in told {
                headers.append(HeaderName::from_static(FORWARDED), HeaderValue::from_str(line).expect("a header"));
            }
            address_of(Some(SocketAddr::new(peer.parse().expect("an address"), 1)), &headers, &proxies).expect("an address").to_string()
        };
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["nonsense"]), "10.0.0.1");
        for with_port in ["198.51.100.1:4711", "[2001:db8::1]:4711", "[2001:db8::1]"] {
            let alone = if with_port.starts_with('[') { "2001:db8::1" } else { "198.51.100.1" };
            assert_eq!(seen("10.0.0.1", &[with_port]), alone);
        }
        assert_eq!(seen("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }
}
