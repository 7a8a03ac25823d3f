//! The HTTP server: which handler answers which path, and what surrounds every request.
//! Must not hold rules; REST handlers are `rest`, GraphQL resolvers `graphql`.
//! Callers are found in `caller`, pages and files in `pages`.

mod caller;
mod coding;
mod connections;
mod cross_origin;
mod endpoints;
mod flow;
mod freshness;
mod graphql;
mod held;
mod host;
mod leftover;
mod live;
mod metrics;
mod network;
mod pages;
mod rates;
mod stream;

use std::{
    future::ready,
    net::{SocketAddr, TcpListener},
    sync::{Arc, OnceLock},
    time::Duration,
};

use ::graphql::{Graph, Known};
use actix_http::{HttpService, Protocol, Request, error::DispatchError};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    body::MessageBody,
    dev::{AppConfig, Server, ServerHandle, Service, ServiceFactory, ServiceResponse},
    middleware::{Compress, Condition, from_fn},
    rt::task::JoinHandle,
    web,
};
use app::App;
use tokio::net::TcpStream;

use crate::{
    config::{Settings, UNNAMED, files, fitting, of_address},
    failure::Failure,
};
use connections::{Connections, Place};
use leftover::{Leftover, Leftovers};
use live::Live;
use metrics::Metrics;
use rates::Rates;
use stream::Stream;

/// A connection that ends is read this long, so that its client reads the answer before it learns of the end.
const PARTING: Duration = Duration::from_secs(1);
/// How often those are forgotten who do not ask any more.
const FORGET_EVERY: Duration = Duration::from_mins(1);
/// GraphQL documents with their variables are no longer than this.
const GRAPHQL_LIMIT: usize = 100 * 1024;

/// A server that accepts requests.
pub struct Running {
    pub address: SocketAddr,
    handle: ServerHandle,
    state: web::Data<endpoints::State>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Waits until the server has ended by a signal or by [`Running::stop`].
    ///
    /// # Errors
    /// When it ended by a failure.
    pub async fn ended(self) -> Result<(), Failure> {
        match self.task.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Failure::Cannot(format!("the server failed: {error}"))),
            Err(_) => Err(Failure::Cannot("the server panicked".into())),
        }
    }

    /// Stops accepting, lets requests in flight finish, and waits for the end.
    ///
    /// # Errors
    /// As [`Running::ended`].
    pub async fn stop(self) -> Result<(), Failure> {
        self.state.live.end();
        self.handle.stop(true).await;
        self.ended().await
    }
}

/// Starts serving. SIGTERM and SIGINT stop it after the requests in flight.
///
/// # Errors
/// When the address cannot be used, or the database.
pub async fn serve(app: App, settings: &Settings) -> Result<Running, Failure> {
    let running = start(app, settings).await?;
    tracing::info!(address = %running.address, "serving");
    actix_web::rt::spawn(stop_at_signal(running.handle.clone(), running.state.clone())?);
    Ok(running)
}

/// Starts serving, without a word and until it is stopped.
///
/// # Errors
/// As [`serve`].
pub async fn start(app: App, settings: &Settings) -> Result<Running, Failure> {
    app.warm().await?;
    let forms = web::Data::new(rest::Forms::new().map_err(Failure::cannot)?);
    let rates = Arc::new(Rates::new(settings.allowances.clone(), settings.address_requests_per_minute));
    let (all, of_each) = room(settings);
    let state = web::Data::new(endpoints::State {
        graph: graph(settings)?.map_or_else(OnceLock::new, |graph| OnceLock::from(Some(graph))),
        trusted_proxies: settings.trusted_proxies.clone(),
        metrics_token: settings.metrics_token.clone(),
        metrics: Metrics::new(),
        rates,
        public_max_age: settings.public_max_age,
        live: Live::new(settings.cors_origins.clone(), settings.connections),
        connections: Connections::new(of_each, settings.trusted_proxies.clone()),
        leftovers: Arc::new(Leftovers::new()),
        transport: settings.transport,
        is_https: url::Url::parse(&settings.issuer).is_ok_and(|issuer| issuer.scheme() == "https"),
    });
    let shared = state.clone();
    actix_web::rt::spawn(forget(state.clone()));
    let (data, graphiql, origins) = (web::Data::new(app.clone()), settings.graphiql, settings.cors_origins.clone());
    let bodies = settings.transport.bodies;
    let app = move || {
        actix_web::App::new()
            .app_data(data.clone())
            .app_data(forms.clone())
            .app_data(state.clone())
            .wrap(from_fn(caller::surround))
            .wrap(Compress::default())
            .wrap(from_fn(freshness::coded))
            .wrap(Condition::new(!origins.is_empty(), cross_origin::known(&origins)))
            .wrap(from_fn(cross_origin::told))
            .wrap(from_fn(host::by_tls))
            .wrap(from_fn(stream::in_flight))
            .configure(move |config| rest::configure(config, bodies))
            .configure(endpoints::configure)
            .configure(graphql::configure)
            .configure(move |config| pages::configure(config, graphiql))
            .default_service(web::to(endpoints::not_found))
    };
    let cannot = |error: std::io::Error| Failure::Cannot(format!("cannot listen on {}: {error}", settings.listen));
    let listener = connections::listen(settings.listen).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let server = served(app, listener, &shared, settings, all).map_err(cannot)?;
    Ok(Running { address, handle: server.handle(), state: shared, task: actix_web::rt::spawn(server) })
}

/// How many connections there may be, and how many of one address.
fn room(settings: &Settings) -> (usize, usize) {
    let all = match files() {
        Ok(files) => fitting(settings.open_connections, files),
        Err(error) => {
            tracing::warn!(%error, "the system does not tell how many files may be open");
            settings.open_connections
        }
    };
    if all < settings.open_connections {
        let asked = settings.open_connections;
        tracing::warn!(
            asked,
            open_connections = all,
            "there are fewer connections than open_connections: the system lets no more files be open"
        );
    }
    (all, of_address(settings.address_connections, all))
}

/// The server as `actix_web::HttpServer` makes it, but for what watches over each connection.
fn served<A, S, B>(
    app: impl Fn() -> A + Send + Clone + 'static,
    listener: TcpListener,
    state: &endpoints::State,
    settings: &Settings,
    all: usize,
) -> std::io::Result<Server>
where
    A: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse<B>, Error = actix_web::Error, InitError = ()> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let (patience, connections, leftovers) = (settings.transport.patience, Arc::clone(&state.connections), Arc::clone(&state.leftovers));
    let builder = Server::build()
        .workers(settings.workers)
        .max_concurrent_connections(all.div_ceil(settings.workers))
        .disable_signals()
        .shutdown_timeout(settings.shutdown.as_secs());
    let stopping = builder.graceful_shutdown_signal();
    let service = move || {
        let (connections, leftovers, stopping) = (Arc::clone(&connections), Arc::clone(&leftovers), stopping.clone());
        let answers = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(patience.idle)
            .client_request_timeout(patience.request)
            .client_disconnect_timeout(PARTING)
            .on_connect_ext(|stream: &Stream, known| {
                known.insert(stream.flights());
            })
            .finish(map_config(app().into_factory().map_err(|error| error.error_response()), |()| AppConfig::default()));
        let watched = fn_service(move |io: TcpStream| {
            let (place, peer) = (connections.place(&io), io.peer_addr().ok());
            let stream = place.map(|place| {
                let leftover = Leftover::new(Arc::clone(&leftovers), place.as_ref().map(Place::of));
                (Stream::new(io, patience, leftover, place), Protocol::Http1, peer)
            });
            ready(stream.map_err(DispatchError::Io))
        });
        watched.and_then(answers)
    };
    Ok(builder.listen("haidang", listener, service)?.run())
}

/// Refuses settings for the documents that it would serve: those of a manifest that cannot be read, or that the schema refuses.
///
/// # Errors
/// As said, by the name of the setting.
pub fn refuse_documents(settings: &Settings) -> Result<(), Failure> {
    graph(settings).map(drop)
}

/// The schema with the documents that are known, where a manifest is named: what is wrong with them is told at the start.
fn graph(settings: &Settings) -> Result<Option<Graph>, Failure> {
    let Some(path) = &settings.persisted_manifest else {
        let is_open = !settings.persisted_queries_required;
        return if is_open { Ok(None) } else { Err(Failure::Cannot(UNNAMED.into())) };
    };
    let told = |why: String| Failure::Cannot(format!("persisted_manifest: {}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| told(error.to_string()))?;
    let known = Known::read(Some(&text), settings.persisted_queries_required).map_err(told)?;
    Graph::new(&settings.allowances.most(), known).map(Some).map_err(told)
}

/// Forgets callers who have not asked for a minute.
async fn forget(state: web::Data<endpoints::State>) {
    let mut ticks = tokio::time::interval(FORGET_EVERY);
    loop {
        ticks.tick().await;
        state.rates.forget();
        state.leftovers.forget();
    }
}

/// Stops the server after the requests in flight when the process is asked to end.
#[cfg(unix)]
fn stop_at_signal(handle: ServerHandle, state: web::Data<endpoints::State>) -> Result<impl Future<Output = ()>, Failure> {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::cannot)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::cannot)?;
    Ok(async move {
        futures_util::future::select(Box::pin(terminate.recv()), Box::pin(interrupt.recv())).await;
        tracing::info!("finishing the requests in flight");
        state.live.end();
        handle.stop(true).await;
    })
}

/// Stops the server after the requests in flight when the process is asked to end.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on unix")]
fn stop_at_signal(handle: ServerHandle, state: web::Data<endpoints::State>) -> Result<impl Future<Output = ()>, Failure> {
    Ok(async move {
        if actix_web::rt::signal::ctrl_c().await.is_ok() {
            state.live.end();
            handle.stop(true).await;
        }
    })
}
