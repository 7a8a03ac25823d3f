//! How many connections each network address has, and the listening socket that they come from.
//! Must not count proxies of ours, which speak for many; a place is given back when its connection ends.
//! What a connection may do is `stream`.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use ipnet::IpNet;
use tokio::net::{TcpSocket, TcpStream};

use super::network::Subscriber;

/// Connections that wait to be accepted; the system may have fewer.
const BACKLOG: u32 = 1_024;
/// Bytes of an answer that the system keeps for a client that does not read, of which it keeps twice as many.
const UNSENT: u32 = 128 * 1024;
/// Whose connections are refused is logged this often at most.
const TOLD_EVERY: Duration = Duration::from_mins(1);

#[derive(Default)]
struct Taken {
    by: HashMap<Subscriber, usize>,
    refused: u64,
    told: Option<Instant>,
}

/// The connections that there are.
pub struct Connections {
    most: usize,
    proxies: Vec<IpNet>,
    taken: Mutex<Taken>,
}

/// A connection that is counted, for as long as it is open.
pub struct Place {
    connections: Arc<Connections>,
    of: Subscriber,
}

impl Place {
    /// Whose it is.
    pub const fn of(&self) -> Subscriber {
        self.of
    }
}

impl Connections {
    /// So many for each address but those of proxies.
    pub fn new(most: usize, proxies: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self { most, proxies, taken: Mutex::default() })
    }

    /// Counts a connection; nobody's, and those of proxies, are not counted.
    ///
    /// # Errors
    /// When its address has too many.
    pub fn place(self: &Arc<Self>, stream: &TcpStream) -> io::Result<Option<Place>> {
        // Whoever is gone already has no address.
        self.place_of(stream.peer_addr()?.ip().to_canonical())
    }

    fn place_of(self: &Arc<Self>, address: IpAddr) -> io::Result<Option<Place>> {
        if self.proxies.iter().any(|proxies| proxies.contains(&address)) {
            return Ok(None);
        }
        let (of, now) = (Subscriber::of(address), Instant::now());
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.by.entry(of).or_default();
        if *count < self.most {
            *count += 1;
            drop(taken);
            return Ok(Some(Place { connections: Arc::clone(self), of }));
        }
        taken.refused += 1;
        let is_told = taken.told.is_none_or(|told| now.saturating_duration_since(told) >= TOLD_EVERY);
        if is_told {
            taken.told = Some(now);
        }
        drop(taken);
        if is_told {
            tracing::warn!(%address, address_connections = self.most, "an address has too many connections; more of it are closed");
        }
        Err(io::Error::from(io::ErrorKind::ConnectionRefused))
    }

    /// How many were refused so far.
    pub fn refused(&self) -> u64 {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).refused
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.connections.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.by.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                taken.by.remove(&self.of);
            }
        }
    }
}

/// Listens. What is accepted keeps little for clients that do not read: that is the system's memory, and how long they do not read is
/// measured by when some of it is free again.
///
/// # Errors
/// When the address cannot be used.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(UNSENT)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_by_address_and_given_back() {
        let connections = Connections::new(2, vec!["10.0.0.0/8".parse().expect("a network")]);
        let from = |address: &str| connections.place_of(address.parse().expect("an address"));
        let first = from("192.0.2.1").expect("a place");
        let second = from("192.0.2.1").expect("a place");
        assert!(first.is_some() && second.is_some() && from("192.0.2.1").is_err() && from("192.0.2.2").is_ok());
        let subscriber = [from("2001:db8::1").expect("a place"), from("2001:db8::2").expect("a place")];
        assert!(from("2001:db8::3").is_err(), "a subscriber has all of a network");
        assert!((0..9).all(|_| matches!(from("10.0.0.1"), Ok(None))), "proxies are not counted");
        assert_eq!(connections.refused(), 2);
        drop(first);
        assert!(from("192.0.2.1").is_ok(), "given back");
        drop((second, subscriber));
        assert!(connections.taken.lock().expect("counts").by.is_empty(), "nothing is kept of whoever is gone");
    }
}
