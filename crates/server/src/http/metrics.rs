//! Metrics in the `OpenMetrics` text format.
//! Must not have labels that a client can make up: routes are patterns, never paths.
//! Served by `endpoints`.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use app::webhook::Figures;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Request {
    method: String,
    route: String,
    status: u32,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Route {
    method: String,
    route: String,
}

/// The metrics of this process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram>,
    tried: Family<Outcome, Counter>,
    waiting: Gauge,
    oldest: Gauge,
    behind: Gauge,
    open: Gauge,
    refused: Counter,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Outcome {
    outcome: &'static str,
}

/// From half a millisecond to ten seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("haidang");
        let requests = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_duration_seconds", "Time to answer a request", seconds.clone());
        let build = Family::<Vec<(String, String)>, Gauge<u64, AtomicU64>>::default();
        build.get_or_create(&vec![("version".into(), env!("CARGO_PKG_VERSION").into())]).set(1);
        registry.register("build_info", "The running version", build);
        let (tried, waiting, oldest, behind) = (Family::default(), Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("webhook_messages", "What came of messages to webhooks in this process", tried.clone());
        registry.register("webhook_waiting", "Messages that wait for active webhooks", waiting.clone());
        registry.register("webhook_oldest_seconds", "Since when the oldest of them waits", oldest.clone());
        registry.register("webhook_behind", "Events that the active webhook furthest behind was not told yet", behind.clone());
        let (open, refused) = (Gauge::default(), Counter::default());
        registry.register("followers", "Connections that stay open", open.clone());
        registry.register("connections_refused", "Connections closed because their address had too many", refused.clone());
        Self { registry, requests, seconds, tried, waiting, oldest, behind, open, refused }
    }

    /// Counts an answered request.
    pub fn observe(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        // Methods are the client's words; only those of RFC 9110 become labels.
        const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = METHODS.iter().find(|known| **known == method).unwrap_or(&"OTHER");
        let (method, route) = ((*method).to_owned(), route.to_owned());
        self.seconds.get_or_create(&Route { method: method.clone(), route: route.clone() }).observe(elapsed.as_secs_f64());
        self.requests.get_or_create(&Request { method, route, status: u32::from(status) }).inc();
    }

    /// Tells how sending to webhooks goes.
    pub fn webhooks(&self, figures: Figures) {
        let counted =
            [("delivered", figures.delivered), ("failed", figures.failed), ("dead", figures.dead), ("withheld", figures.withheld)];
        for (outcome, count) in counted {
            self.tried.get_or_create(&Outcome { outcome }).inner().store(count, Ordering::Relaxed);
        }
        self.waiting.set(figures.waiting);
        self.oldest.set(figures.oldest_seconds);
        self.behind.set(figures.behind);
    }

    /// Tells how many connections stay open.
    pub fn open(&self, count: usize) {
        self.open.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Tells how many connections were closed at once.
    pub fn refused(&self, count: u64) {
        self.refused.inner().store(count, Ordering::Relaxed);
    }

    /// The text to serve.
    pub fn render(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
