//! How many wrong passwords are too many: for a network address, for an account there, and for an account at many addresses.
//! Must not let a stranger lock somebody out: one address uses up what may be tried there and a tenth of what may be tried at all
//! places from which the account never signed in; those from which it did have counts of their own.
//! The counts are `persistence::attempts`.

use std::net::IpAddr;

use auth::digest;
use chrono::{DateTime, TimeDelta, Utc};
use persistence::{Conn, DbError, attempts};

/// Failures are counted for so long.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Failures of one account at one place within the window.
const PER_PLACE: i32 = 10;
/// Failures of one account within the window at all places that it knows, and at all that it does not.
const PER_ACCOUNT: i32 = 100;
/// Failures from one network within the window: an office shares an address.
const PER_NETWORK: i32 = 300;

/// What an attempt is counted for.
#[derive(Clone, Debug)]
pub struct Counted {
    network: Option<String>,
    /// The account at this place.
    here: String,
    /// The account at all places that it knows, or at all others. One or the other, so that every name takes the same statements.
    together: String,
    /// Codes for the account's second factor, here where it knows the place, else at all others.
    codes: String,
}

impl Counted {
    /// An attempt with a login from an address, at which the account signed in before or not.
    pub fn new(login: &str, network: Option<IpAddr>, is_known_there: bool) -> Self {
        let place = network.map(place_of);
        let here = format!("account|{login}|{}", place.as_deref().unwrap_or_default());
        let together = format!("{}|{login}", if is_known_there { "known" } else { "unknown" });
        let codes = format!("codes|{login}|{}", place.as_deref().filter(|_| is_known_there).unwrap_or_default());
        Self {
            network: place.map(|place| digest(format!("network|{place}").as_bytes())),
            here: digest(here.as_bytes()),
            together: digest(together.as_bytes()),
            codes: digest(codes.as_bytes()),
        }
    }

    /// Counts the attempt as a failure until it is known not to be one; tells whether there were too many. What is refused for its
    /// place does not count beyond it: neither does it keep other places waiting, nor does it leave rows.
    pub fn count(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, DbError> {
        let counts =
            [(self.network.as_deref(), PER_NETWORK), (Some(self.here.as_str()), PER_PLACE), (Some(self.together.as_str()), PER_ACCOUNT)];
        for (key, limit) in counts {
            if let Some(key) = key
                && attempts::count(conn, key, now, now + WINDOW)? > limit
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Counts a code for the second factor, which only who has the password may try: there are but a million, so that all places that
    /// the account does not know have [`PER_PLACE`] together.
    pub fn count_code(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, DbError> {
        Ok(attempts::count(conn, &self.codes, now, now + WINDOW)? > PER_PLACE)
    }

    /// The attempt was none: the account's count at this place begins anew. What was tried elsewhere still counts. In the order of
    /// [`Counted::count`], so that neither waits for the other.
    pub fn forgive(&self, conn: &mut Conn) -> Result<(), DbError> {
        if let Some(network) = &self.network {
            attempts::take_back(conn, network)?;
        }
        attempts::forget(conn, &self.here)?;
        attempts::forget(conn, &self.codes)?;
        attempts::take_back(conn, &self.together)
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
