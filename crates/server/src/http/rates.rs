//! How often, and how many at once: requests are counted for each caller and for each network address.
//! Must not know what a request asks for; how much a caller may ask for is `domain::allowance`.
//! Each process counts for itself. The law is the generic cell rate algorithm of the crate `governor`: a full minute's worth at once.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use auth::Ctx;
use domain::{
    allowance::{Allowance, Allowances},
    error::{Code, Refusal},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::network::Subscriber;

const MINUTE: u32 = 60;
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Who is counted as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Account(Uuid),
    Address(Subscriber),
    /// Who signs in from it: what others there read keeps nobody from that.
    SignIn(Subscriber),
    /// Callers whose address the system does not tell.
    Unknown,
}

impl Key {
    fn of_address(address: Option<IpAddr>) -> Self {
        address.map_or(Self::Unknown, |address| Self::Address(Subscriber::of(address)))
    }

    fn of(ctx: &Ctx) -> Self {
        ctx.account().map_or_else(|| Self::of_address(ctx.origin().network), |account| Self::Account(account.id.uuid()))
    }
}

type Limiter = RateLimiter<Key, HashMapStateStore<Key>, MonotonicClock, StateInformationMiddleware>;

/// Requests counted against one number a minute.
struct PerMinute {
    limiter: Limiter,
    quota: NonZeroU32,
}

/// What is left of a caller's minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    quota: u32,
    left: u32,
    /// After this time a request is answered again; zero where one is.
    wait: Duration,
}

impl PerMinute {
    fn new(requests: u32) -> Self {
        let quota = NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
        let limiter = RateLimiter::hashmap_with_clock(Quota::per_minute(quota), MonotonicClock);
        Self { limiter: limiter.with_middleware(), quota }
    }

    /// Takes so many requests; one that is worth more than a minute takes a whole one.
    fn take(&self, key: Key, requests: NonZeroU32) -> Standing {
        let (quota, requests) = (self.quota.get(), requests.min(self.quota));
        match self.limiter.check_key_n(&key, requests) {
            Ok(Ok(after)) => Standing { quota, left: after.remaining_burst_capacity(), wait: Duration::ZERO },
            Ok(Err(not_until)) => {
                let wait = not_until.wait_time_from(MonotonicClock.now());
                Standing { quota, left: 0, wait: wait.max(Duration::from_millis(1)) }
            }
            Err(_) => Standing { quota, left: 0, wait: Duration::from_secs(MINUTE.into()) },
        }
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

impl Standing {
    fn checked(self) -> Result<Self, Refusal> {
        if self.wait.is_zero() { Ok(self) } else { Err(Refusal::new(Code::TooManyRequests)) }
    }
}

/// The counts of one process.
pub struct Rates {
    allowances: Allowances,
    /// One for each number a minute that some caller has.
    per_caller: Vec<PerMinute>,
    per_address: PerMinute,
    running: Mutex<HashMap<Key, Running>>,
}

/// What of a caller is being answered.
struct Running {
    count: u32,
    /// Its long documents are read one after another.
    turn: Arc<Semaphore>,
}

impl Rates {
    pub fn new(allowances: Allowances, per_address: u32) -> Self {
        let mut numbers: Vec<u32> = allowances.each().map(|allowance| allowance.requests_per_minute).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let per_caller = numbers.into_iter().map(PerMinute::new).collect();
        Self { allowances, per_caller, per_address: PerMinute::new(per_address), running: Mutex::default() }
    }

    /// Whether an address may send one request more.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS`, with the seconds to wait.
    pub fn arrived(&self, address: Option<IpAddr>) -> Result<(), (Refusal, HeaderValue)> {
        let standing = self.per_address.take(Key::of_address(address), NonZeroU32::MIN);
        standing.checked().map(drop).map_err(|refusal| (refusal, seconds(standing.wait)))
    }

    /// Counts so many requests of a caller for what is answered without being asked for each time.
    ///
    /// # Errors
    /// After which time to ask again, when that is more than is left of the caller's minute; then none is counted.
    pub fn charge(&self, ctx: &Ctx, requests: u32) -> Result<(), Duration> {
        let Some((requests, counted)) = NonZeroU32::new(requests).zip(self.per_minute(&self.allowance(ctx))) else { return Ok(()) };
        let standing = counted.take(Key::of(ctx), requests);
        if standing.wait.is_zero() { Ok(()) } else { Err(standing.wait) }
    }

    /// What a caller may ask for.
    pub fn allowance(&self, ctx: &Ctx) -> Allowance {
        match ctx.account() {
            Some(account) => self.allowances.of(account.held.iter().map(|held| held.role)),
            None => self.allowances.public(),
        }
    }

    /// The most that anybody may ask for.
    pub fn most(&self) -> Allowance {
        self.allowances.most()
    }

    /// Forgets who has not asked for a minute.
    pub fn forget(&self) {
        self.per_caller.iter().chain([&self.per_address]).for_each(PerMinute::forget);
        self.running.lock().unwrap_or_else(PoisonError::into_inner).shrink_to_fit();
    }

    fn per_minute(&self, allowance: &Allowance) -> Option<&PerMinute> {
        self.per_caller.iter().find(|counted| counted.quota.get() == allowance.requests_per_minute)
    }

    /// Whether one more of a caller may be answered, and the turn by which its long documents are read.
    fn enter(&self, key: Key, most: u32) -> (bool, Arc<Semaphore>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let own = running.entry(key).or_insert_with(|| Running { count: 0, turn: Arc::new(Semaphore::new(1)) });
        let is_free = own.count < most;
        own.count += u32::from(is_free);
        (is_free, Arc::clone(&own.turn))
    }

    fn leave(&self, key: Key) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = running.get_mut(&key) {
            own.count -= 1;
            if own.count == 0 {
                running.remove(&key);
            }
        }
    }
}

/// Counts what one request asks for. Clones share it; the last one that goes ends the request.
#[derive(Clone)]
pub struct Meter(Arc<Counted>);

struct Counted {
    rates: Arc<Rates>,
    key: Key,
    allowance: Allowance,
    standing: Mutex<Option<Standing>>,
    is_running: bool,
    turn: Arc<Semaphore>,
}

impl Meter {
    /// A request that arrived.
    pub fn new(rates: &Arc<Rates>, ctx: &Ctx) -> Self {
        Self::counted(rates, ctx, Key::of(ctx))
    }

    /// A request to sign in, which counts among those from its network address alone.
    pub fn of_sign_in(rates: &Arc<Rates>, ctx: &Ctx) -> Self {
        let key = Key::of(ctx);
        Self::counted(rates, ctx, if let Key::Address(subscriber) = key { Key::SignIn(subscriber) } else { key })
    }

    fn counted(rates: &Arc<Rates>, ctx: &Ctx, key: Key) -> Self {
        let allowance = rates.allowance(ctx);
        let (is_running, turn) = rates.enter(key, allowance.concurrent);
        Self(Arc::new(Counted { rates: Arc::clone(rates), key, allowance, standing: Mutex::default(), is_running, turn }))
    }

    /// Whether the request is answered at all.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS` when too many of its caller are being answered, or too many were in the last minute.
    pub fn admit(&self) -> Result<(), Refusal> {
        if !self.0.is_running {
            let most = self.0.allowance.concurrent;
            return Err(Refusal::worded(
                Code::TooManyRequests,
                format!("Quá nhiều yêu cầu cùng lúc; nhiều nhất {most}."),
                format!("Too many requests at once; at most {most}."),
            ));
        }
        self.charge(1)
    }

    /// Whether it is one of those of its caller that may be answered at once.
    pub fn is_running(&self) -> bool {
        self.0.is_running
    }

    /// What the caller may ask for.
    pub fn allowance(&self) -> Allowance {
        self.0.allowance
    }

    /// By which the caller's long documents are read one after another.
    pub fn turn(&self) -> &Semaphore {
        &self.0.turn
    }

    /// Counts so many requests more.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS` when that is more than is left of the caller's minute; then none is counted.
    pub fn charge(&self, requests: u32) -> Result<(), Refusal> {
        let Some((requests, counted)) = NonZeroU32::new(requests).zip(self.0.rates.per_minute(&self.0.allowance)) else { return Ok(()) };
        let standing = counted.take(self.0.key, requests);
        *self.0.standing.lock().unwrap_or_else(PoisonError::into_inner) = Some(standing);
        standing.checked().map(drop)
    }

    /// Tells the caller what is left of its minute (draft-ietf-httpapi-ratelimit-headers), and how long to wait where nothing is.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let Some(Standing { quota, left, wait }) = *self.0.standing.lock().unwrap_or_else(PoisonError::into_inner) else {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            return;
        };
        let until_whole = (u64::from(quota - left) * u64::from(MINUTE)).div_ceil(quota.into());
        let policy = format!("\"caller\";q={quota};w={MINUTE}");
        let state = format!("\"caller\";r={left};t={until_whole}");
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        if !wait.is_zero() {
            headers.insert(header::RETRY_AFTER, seconds(wait));
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.is_running {
            self.rates.leave(self.key);
        }
    }
}

/// Whole seconds, at least one.
fn seconds(wait: Duration) -> HeaderValue {
    HeaderValue::from(u64::try_from(wait.as_millis().div_ceil(1_000).max(1)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::{Origin, RequestId};

    fn rates(change: impl FnOnce(&mut Allowance)) -> Arc<Rates> {
        let mut allowance = Allowance::PUBLIC;
        change(&mut allowance);
        Arc::new(Rates::new(Allowances::equal(allowance), 3))
    }

    fn from(address: &str) -> Ctx {
        let request_id = RequestId::parse("test").expect("an id");
        Ctx::anonymous(Origin { request_id, network: Some(address.parse().expect("an address")) })
    }

    #[test]
    fn what_a_minute_has_is_told_and_then_refused() {
        let rates = rates(|allowance| allowance.requests_per_minute = 4);
        let meter = Meter::new(&rates, &from("203.0.113.9"));
        assert!(meter.admit().is_ok() && meter.charge(2).is_ok());
        let told = |meter: &Meter| {
            let mut headers = HeaderMap::new();
            meter.tell(&mut headers);
            let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().expect("text").to_owned());
            (text(RATE_LIMIT_POLICY), text(RATE_LIMIT), text(header::RETRY_AFTER))
        };
        assert_eq!(told(&meter), (Some("\"caller\";q=4;w=60".into()), Some("\"caller\";r=1;t=45".into()), None));
        assert_eq!(meter.charge(2).map_err(|refusal| refusal.code), Err(Code::TooManyRequests));
        let (_, left, wait) = told(&meter);
        assert_eq!((left.as_deref(), wait.as_deref()), (Some("\"caller\";r=0;t=60"), Some("15")));
        assert!(Meter::new(&rates, &from("203.0.113.10")).admit().is_ok(), "another address is another caller");
        assert!(meter.charge(9).is_err(), "one that is worth more than a minute waits for a whole one");
    }

    #[test]
    fn who_signs_in_does_not_wait_for_who_reads() {
        let rates = rates(|allowance| allowance.requests_per_minute = 2);
        let ctx = from("203.0.113.9");
        assert!(Meter::new(&rates, &ctx).charge(2).is_ok() && Meter::new(&rates, &ctx).admit().is_err());
        for _ in 0..2 {
            assert!(Meter::of_sign_in(&rates, &ctx).admit().is_ok());
        }
        assert!(Meter::of_sign_in(&rates, &ctx).admit().is_err(), "but for who signs in");
    }

    #[test]
    fn so_many_at_once_and_no_more() {
        let rates = rates(|allowance| allowance.concurrent = 2);
        let meters: Vec<Meter> = (0..3).map(|_| Meter::new(&rates, &from("203.0.113.9"))).collect();
        let admitted: Vec<bool> = meters.iter().map(|meter| meter.admit().is_ok()).collect();
        assert_eq!(admitted, [true, true, false]);
        drop(meters);
        assert!(Meter::new(&rates, &from("203.0.113.9")).admit().is_ok(), "who has left counts no more");
        assert!(rates.running.lock().expect("the counts").is_empty());
    }

    #[test]
    fn what_is_charged_without_a_request_is_told_how_long_to_wait() {
        let rates = rates(|allowance| allowance.requests_per_minute = 4);
        let ctx = from("203.0.113.9");
        assert_eq!(rates.charge(&ctx, 3), Ok(()));
        let wait = rates.charge(&ctx, 2).expect_err("one is left");
        assert!((10..=15).contains(&wait.as_secs()), "{wait:?}");
        assert_eq!((rates.charge(&ctx, 1), rates.charge(&ctx, 0)), (Ok(()), Ok(())), "what was refused is not counted");
        assert!(Meter::new(&rates, &ctx).admit().is_err(), "the minute is the one that requests have");
    }

    #[test]
    fn an_address_is_a_subscribers_whole_network() {
        let rates = rates(|_| {});
        let arrived = |address: &str| rates.arrived(Some(address.parse().expect("an address"))).is_ok();
        assert!(arrived("2001:db8::1") && arrived("2001:db8::2") && arrived("2001:db8::3"));
        assert!(!arrived("2001:db8::4"));
        assert!(arrived("2001:db8:0:1::1") && arrived("203.0.113.9") && arrived("::ffff:203.0.113.9") && arrived("203.0.113.9"));
        assert!(!arrived("203.0.113.9"));
    }
}
