//! Endpoints beside REST and GraphQL: keys, health, metrics, specifications.
//! Must not show detail of the inside; `/metrics` is for its token or this machine only.
//! Pages for people are `pages`, operations of GraphQL `graphql`.

use std::sync::{Arc, LazyLock, OnceLock};

use actix_web::{
    HttpRequest, HttpResponse, Route, guard,
    http::{Method, header},
    web,
};
use app::App;
use domain::error::{Code, Refusal};
use graphql::{Graph, Known};
use rest::Problem;

use super::{caller::bearer, coding::Kept, connections::Connections, leftover::Leftovers, live::Live, metrics::Metrics, rates::Rates};
use crate::config::Transport;

/// The descriptions that are published.
static SDL: LazyLock<Kept> = LazyLock::new(|| Kept::new("text/plain; charset=utf-8", graphql::PUBLISHED));
static OPENAPI: LazyLock<Kept> = LazyLock::new(|| Kept::new("application/json", rest::PUBLISHED));

/// What these endpoints share.
pub struct State {
    /// The schema with its resolvers, built for the first request that needs it.
    pub graph: OnceLock<Option<Graph>>,
    pub trusted_proxies: Vec<ipnet::IpNet>,
    pub metrics_token: Option<String>,
    pub metrics: Metrics,
    pub rates: Arc<Rates>,
    /// Seconds for which others may answer for us what is public.
    pub public_max_age: u32,
    /// Connections that stay open.
    pub live: Live,
    /// All connections, by their addresses.
    pub connections: Arc<Connections>,
    pub leftovers: Arc<Leftovers>,
    pub transport: Transport,
    /// Whether the address under which the service is known is one of https.
    pub is_https: bool,
}

impl State {
    /// The schema with its resolvers.
    ///
    /// # Errors
    /// When its own text cannot be read back.
    pub fn graph(&self) -> Result<&Graph, Problem> {
        let built = || {
            Graph::new(&self.rates.most(), Known::default())
                .inspect_err(|error| tracing::error!(%error, "the schema's own text is none"))
                .ok()
        };
        self.graph.get_or_init(built).as_ref().ok_or_else(|| Problem::new(Code::Internal))
    }
}

pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(get("/schema.graphql", read().to(sdl)))
        .service(get("/openapi.json", read().to(openapi)))
        .service(get("/.well-known/jwks.json", read().to(jwks)))
        .service(get("/healthz", read().to(healthz)))
        .service(get("/readyz", read().to(readyz)))
        .service(get("/metrics", read().to(metrics)));
}

/// GET, and HEAD with it.
pub fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A resource that can only be read.
pub fn get(path: &str, route: Route) -> actix_web::Resource {
    web::resource(path).route(route).default_service(web::to(|| async { not_allowed("GET, HEAD, OPTIONS") }))
}

/// What no path leads to. `*` is the service as a whole, of which its methods are told (RFC 9110, section 9.3.7).
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse, Problem> {
    if *request.method() == Method::OPTIONS && request.path() == "*" {
        let methods = (header::ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        return Ok(HttpResponse::NoContent().insert_header(methods).finish());
    }
    Err(Problem::new(Code::NotFound))
}

pub fn not_allowed(allow: &'static str) -> HttpResponse {
    let mut response = rest::respond(&Refusal::new(Code::MethodNotAllowed));
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allow));
    response
}

async fn sdl(request: HttpRequest) -> Result<HttpResponse, Problem> {
    SDL.answer(&request).await
}

async fn openapi(request: HttpRequest) -> Result<HttpResponse, Problem> {
    OPENAPI.answer(&request).await
}

async fn jwks(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(app.jwks())
}

/// The process lives.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The database answers as well.
async fn readyz(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    app.ready().await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"))
}

async fn metrics(state: web::Data<State>, app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if !may_read_metrics(&state, &request) {
        return Err(Problem::new(Code::NotFound));
    }
    match app.webhook_figures().await {
        Ok(figures) => state.metrics.webhooks(figures),
        // What is known without the database is told all the same.
        Err(error) => tracing::warn!(%error, "the metrics do not tell how webhooks are"),
    }
    state.metrics.open(state.live.open());
    state.metrics.refused(state.connections.refused());
    let text = state.metrics.render().map_err(|_| Problem::new(Code::Internal))?;
    Ok(HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text))
}

/// With a token: whoever shows it. Without: this machine, unless a proxy speaks for somebody else.
fn may_read_metrics(state: &State, request: &HttpRequest) -> bool {
    let Some(token) = &state.metrics_token else {
        let forwarded = ["Forwarded", "X-Forwarded-For", "X-Real-IP"].iter().any(|name| request.headers().contains_key(*name));
        return !forwarded && request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    };
    let shown = request.headers().get(header::AUTHORIZATION).and_then(bearer);
    shown.is_some_and(|shown| auth::matches_digest(shown, &auth::digest(token.as_bytes())))
}
