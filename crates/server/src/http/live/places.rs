//! Who holds how many connections that stay open: over all, from one network address, and by one account.
//! Must not forget one that is open; a place is given back when what holds it is dropped.
//! Used by `socket` and `events`.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use domain::account::AccountId;

use crate::http::network::Subscriber;

/// Connections at once, over all.
const ALL: usize = 2_000;
/// From one network address: an office stands behind one.
const OF_ADDRESS: usize = 200;
/// By one account.
const OF_ACCOUNT: usize = 20;

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<Holder, usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Address(Subscriber),
    Account(AccountId),
}

/// The places there are.
#[derive(Clone, Default)]
pub struct Places(Arc<Mutex<Taken>>);

/// A place, for as long as it is kept.
pub struct Place {
    places: Places,
    holders: Vec<Holder>,
}

impl Places {
    /// A place for a connection from an address; none where there are too many.
    pub fn from(&self, address: Option<IpAddr>) -> Option<Place> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= ALL {
            return None;
        }
        // Made last: one that goes counts itself out, and asks for the same lock.
        let counted = address.map(|address| count(&mut taken, Holder::Address(Subscriber::of(address)), OF_ADDRESS));
        let holders = counted.map_or_else(|| Some(Vec::new()), |holder| holder.map(|holder| vec![holder]))?;
        taken.all += 1;
        drop(taken);
        Some(Place { places: self.clone(), holders })
    }

    /// Connections at present.
    pub fn taken(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

/// One more of a holder, who may have so many.
fn count(taken: &mut Taken, holder: Holder, most: usize) -> Option<Holder> {
    let count = taken.by.entry(holder).or_default();
    if *count >= most {
        return None;
    }
    *count += 1;
    Some(holder)
}

impl Place {
    /// Counts it for an account as well; false where that has too many.
    pub fn of(&mut self, account: AccountId) -> bool {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = count(&mut taken, Holder::Account(account), OF_ACCOUNT);
        drop(taken);
        self.holders.extend(holder);
        holder.is_some()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        for holder in &self.holders {
            if let Some(count) = taken.by.get_mut(holder) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    taken.by.remove(holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::Id;
    use uuid::Uuid;

    #[test]
    fn places_are_counted_for_each_and_given_back() {
        let (places, address) = (Places::default(), Some(IpAddr::from([192, 0, 2, 1])));
        let account = Id::from_uuid(Uuid::from_u128(1));
        let mut held: Vec<Place> = (0..OF_ADDRESS).map(|_| places.from(address).expect("a place")).collect();
        assert!(places.from(address).is_none() && places.from(Some(IpAddr::from([192, 0, 2, 2]))).is_some());
        assert!(held.iter_mut().take(OF_ACCOUNT).all(|place| place.of(account)));
        assert!(!held[OF_ACCOUNT].of(account), "one too many");
        assert!(held[OF_ACCOUNT].of(Id::from_uuid(Uuid::from_u128(2))), "another's");
        drop(held.remove(0));
        assert!(held[OF_ACCOUNT + 1].of(account), "given back");
        assert_eq!(places.taken(), OF_ADDRESS - 1);
        drop(held);
        assert_eq!(places.taken(), 0);
        assert!(places.0.lock().expect("counts").by.is_empty(), "nothing is kept of whoever is gone");
    }

    #[test]
    fn an_address_is_a_subscribers_whole_network() {
        let (places, of) = (Places::default(), |host: usize| Some(format!("2001:db8::{host:x}").parse().expect("an address")));
        let held: Vec<Option<Place>> = (0..OF_ADDRESS).map(|host| places.from(of(host))).collect();
        assert!(held.iter().all(Option::is_some) && places.from(of(OF_ADDRESS)).is_none());
        assert!(places.from(Some("2001:db8:0:1::1".parse().expect("an address"))).is_some());
    }

    #[test]
    fn there_are_so_many_over_all() {
        let places = Places::default();
        let held: Vec<Option<Place>> = (0..=ALL).map(|_| places.from(None)).collect();
        assert_eq!(held.iter().flatten().count(), ALL);
    }
}
