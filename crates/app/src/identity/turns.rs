//! Whose password is hashed next: so many at once as there are cores, shared out among the networks that callers come from.
//! Must not let one network keep the others waiting, nor let a queue grow without an end.
//! How many attempts are too many is `throttle`; hashing is `auth::Passwords`.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::throttle::place_of;

/// Whoever wants a turn waits so long; then the caller is told to come back.
const WAIT: Duration = Duration::from_secs(5);
/// So many of one network, and of all, wait or are served at once; the next one is told to come back.
const OF_ONE: usize = 128;
const OF_ALL: usize = 1024;

/// There is no turn for this caller now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoTurn;

/// The turns of a process.
pub(crate) struct Turns {
    all: Arc<Semaphore>,
    /// So many turns one network has at once, those included that are next: others come in between.
    at_once: usize,
    places: Arc<Mutex<HashMap<String, Place>>>,
}

/// A network with callers inside.
struct Place {
    turns: Arc<Semaphore>,
    inside: usize,
}

/// A permit to hash one password.
pub(crate) struct Turn {
    _of_all: OwnedSemaphorePermit,
    _of_place: OwnedSemaphorePermit,
    _inside: Inside,
}

/// Somebody who waits or is served; the last one out takes the place away.
struct Inside {
    places: Arc<Mutex<HashMap<String, Place>>>,
    name: String,
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.get_mut(&self.name) {
            place.inside -= 1;
            if place.inside == 0 {
                places.remove(&self.name);
            }
        }
    }
}

impl Turns {
    /// So many turns at once; each hash takes 19 MiB and tens of milliseconds of a core.
    pub(crate) fn new(turns: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(turns)), at_once: (turns / 2).max(1), places: Arc::default() }
    }

    /// A turn for a caller from this address, or for one from this machine.
    pub(crate) async fn of(&self, network: Option<IpAddr>) -> Result<Turn, NoTurn> {
        let place = network.map(place_of).unwrap_or_default();
        tokio::time::timeout(WAIT, self.take(place)).await.unwrap_or(Err(NoTurn))
    }

    async fn take(&self, name: String) -> Result<Turn, NoTurn> {
        let (inside, turns) = self.enter(name)?;
        let of_place = turns.acquire_owned().await.map_err(|_| NoTurn)?;
        let of_all = Arc::clone(&self.all).acquire_owned().await.map_err(|_| NoTurn)?;
        Ok(Turn { _of_all: of_all, _of_place: of_place, _inside: inside })
    }

    fn enter(&self, name: String) -> Result<(Inside, Arc<Semaphore>), NoTurn> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = places.values().map(|place| place.inside).sum();
        let inside = places.get(&name).map_or(0, |place| place.inside);
        if inside >= OF_ONE || all >= OF_ALL {
            return Err(NoTurn);
        }
        let new = || Place { turns: Arc::new(Semaphore::new(self.at_once)), inside: 0 };
        let place = places.entry(name.clone()).or_insert_with(new);
        place.inside += 1;
        let turns = Arc::clone(&place.turns);
        Ok((Inside { places: Arc::clone(&self.places), name }, turns))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use futures_util::FutureExt;

    use super::*;

    type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Turn, NoTurn>> + 'a>>;

    fn wants<'a>(turns: &'a Turns, place: &str) -> Waiting<'a> {
        Box::pin(turns.take(place.to_owned()))
    }

    /// What came of it up to now.
    fn now(waiting: &mut Waiting<'_>) -> Option<Result<Turn, NoTurn>> {
        waiting.as_mut().now_or_never()
    }

    #[test]
    fn a_crowd_from_one_network_does_not_keep_another_waiting() {
        for cores in [1, 2, 4, 8] {
            let turns = Turns::new(cores);
            let mut crowd: Vec<Waiting<'_>> = (0..OF_ONE).map(|_| wants(&turns, "crowd")).collect();
            let mut served: Vec<Turn> = crowd.iter_mut().filter_map(now).map(|turn| turn.expect("a turn")).collect();
            assert_eq!(served.len(), (cores / 2).max(1), "half of {cores}");
            let mut other = wants(&turns, "other");
            if cores == 1 {
                assert!(now(&mut other).is_none());
                // Whoever is served makes room, and everybody else in the crowd stands behind.
                served.clear();
                assert!(crowd.iter_mut().skip(1).take(1).filter_map(now).count() == 0, "the crowd is not before the other");
            }
            assert!(now(&mut other).is_some_and(|turn| turn.is_ok()), "{cores} cores");
        }
    }

    #[test]
    fn a_queue_has_an_end_and_leaves_nothing_behind() {
        let turns = Turns::new(2);
        let mut crowd: Vec<Waiting<'_>> = (0..OF_ONE).map(|_| wants(&turns, "crowd")).collect();
        let served: Vec<Turn> = crowd.iter_mut().filter_map(now).map(|turn| turn.expect("a turn")).collect();
        assert!(now(&mut wants(&turns, "crowd")).is_some_and(|turn| turn.is_err()), "one more is told to come back");
        let held = now(&mut wants(&turns, "other")).expect("a turn at once").expect("a turn");
        let mut many: Vec<Waiting<'_>> = Vec::new();
        for place in 0..2 * OF_ALL {
            let mut waiting = wants(&turns, &place.to_string());
            if now(&mut waiting).is_none() {
                many.push(waiting);
            }
        }
        assert_eq!(many.len(), OF_ALL - OF_ONE - 1, "from many networks too");
        drop((served, crowd, many, held));
        assert!(turns.places.lock().expect("no poison").is_empty());
        assert!(now(&mut wants(&turns, "crowd")).is_some_and(|turn| turn.is_ok()));
    }
}
