//! How many wrong passwords are too many: for an account, and for a network address.
//! Must not let a stranger lock somebody out: where an account has signed in before, its own count applies.
//! The counts are `persistence::attempts`.

use std::net::IpAddr;

use auth::digest;
use chrono::{DateTime, TimeDelta, Utc};
use persistence::{Conn, DbError, attempts};

/// Failures are counted for so long.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Failures of one account within the window.
const PER_ACCOUNT: i32 = 10;
/// Failures from one network within the window: an office shares an address.
const PER_NETWORK: i32 = 300;

/// What an attempt is counted for.
#[derive(Clone, Debug)]
pub struct Counted {
    account: String,
    network: Option<String>,
}

impl Counted {
    /// An attempt with a login from an address, at which the account signed in before or not.
    pub fn new(login: &str, network: Option<IpAddr>, is_known_there: bool) -> Self {
        let place = network.map(place_of);
        let own = place.as_deref().filter(|_| is_known_there).unwrap_or_default();
        Self {
            account: digest(format!("account|{login}|{own}").as_bytes()),
            network: place.map(|place| digest(format!("network|{place}").as_bytes())),
        }
    }

    fn keys(&self) -> Vec<String> {
        std::iter::once(self.account.clone()).chain(self.network.clone()).collect()
    }

    /// Counts the attempt as a failure until it is known not to be one; tells whether there were too many.
    pub fn count(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, DbError> {
        let counts = attempts::count(conn, &self.keys(), now, now + WINDOW)?;
        Ok(counts.iter().zip([PER_ACCOUNT, PER_NETWORK]).any(|(failures, limit)| *failures > limit))
    }

    /// The attempt was none: the account's count begins anew.
    pub fn forgive(&self, conn: &mut Conn) -> Result<(), DbError> {
        let network: Vec<String> = self.network.iter().cloned().collect();
        attempts::forgive(conn, &network, &self.account)
    }
}

/// The address of IPv4; the network that a subscriber is given of IPv6.
pub fn place_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_of_ipv6_is_one_place() {
        let place = |text: &str| place_of(text.parse().expect("an address"));
        assert_eq!(place("2001:db8:1:2:3::4"), place("2001:db8:1:2:ffff::1"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("::ffff:203.0.113.9"), "203.0.113.9");
    }
}
