//! Following over HTTP: GraphQL over a WebSocket, and as server-sent events.
//! Must not grow with a reader that does not read, nor outlive the right by which it was opened for more than seconds.
//! What is followed is the crate `graphql`; the protocol of the socket is `protocol`, who may hold how many connections `places`.

mod events;
mod pace;
mod places;
mod protocol;
mod socket;

use std::{future::Future, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest, Resource,
    dev::ServiceRequest,
    guard::{self, Guard, GuardContext},
    http::header::{self, Accept, HeaderMap},
    web,
};
use app::{App, identity};
use auth::{Ctx, Origin};
use domain::{
    error::{Code, Refusal},
    lang::Liked,
};
use graphql::{Answer, Following, Piece};
use rest::{CallerSlot, Problem};
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::{endpoints::State, rates::Meter};
use places::Places;

/// Whoever follows is looked at again this often; what was withdrawn ends at the latest two seconds after that.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// A follower whose caller is asking for as much as it may at once looks this often whether that is over.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// What connections that stay open share.
pub struct Live {
    places: Places,
    /// Origins besides our own from which browsers may open a socket.
    origins: Vec<String>,
    /// One permit for each follower that is answered at a time: there are connections to the database for others as well.
    turns: Semaphore,
    ending: watch::Sender<bool>,
}

impl Live {
    /// For so many connections to the database.
    pub fn new(origins: Vec<String>, connections: u32) -> Self {
        let turns = Semaphore::new((connections as usize / 2).max(1));
        Self { places: Places::default(), origins, turns, ending: watch::Sender::new(false) }
    }

    /// Ends what is open, in order, and opens nothing more.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.places.taken()
    }

    fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }

    /// Waits for the end of the server.
    async fn ended(&self) {
        let mut ending = self.ending.subscribe();
        // Whoever sends is this very state.
        drop(ending.wait_for(|ending| *ending).await);
    }
}

/// Adds what stays open to the resource of GraphQL, before what is answered at once.
pub fn configure(resource: Resource) -> Resource {
    let reads = guard::Any(guard::Get()).or(guard::Post());
    resource
        .route(web::get().guard(guard::fn_guard(|ctx| is_upgrade(ctx.head().headers()))).to(socket::open))
        .route(web::route().guard(WantsEvents).guard(reads).to(events::open))
}

/// Whether a request asks for a socket: what comes after its head is no body.
pub fn asks_for_socket(request: &ServiceRequest) -> bool {
    request.path() == "/graphql" && is_upgrade(request.headers())
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Lets those through who name server-sent events, and like no other form that there is better.
struct WantsEvents;

impl Guard for WantsEvents {
    fn check(&self, ctx: &GuardContext<'_>) -> bool {
        let Some(accepted) = ctx.header::<Accept>() else { return false };
        let liked = |essence: &str| accepted.iter().filter(|range| range.item.essence_str() == essence).map(|range| range.quality).max();
        let others = ["application/json", "application/graphql-response+json"].into_iter().filter_map(liked).max();
        liked("text/event-stream").is_some_and(|events| events > header::Quality::ZERO && others.is_none_or(|other| other <= events))
    }
}

/// Who follows, and by what.
#[derive(Clone)]
struct Follower {
    ctx: Ctx,
    token: Option<String>,
    /// In which languages texts are given where a field asks for none.
    liked: Liked,
}

/// Why a follower may not follow any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    /// Its token has run out.
    Expired,
    /// The account, its session or the network that it may be used from is no more.
    Withdrawn,
    /// It is not known now.
    Unknown,
}

impl Follower {
    /// Whoever asks for something to stay open.
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let slot = request.extensions().get::<CallerSlot>().cloned().ok_or_else(|| Problem::new(Code::Internal))?;
        let token = request.headers().get(header::AUTHORIZATION).and_then(super::caller::bearer).map(str::to_owned);
        Ok(Self { ctx: slot.ctx().clone(), token, liked: rest::liked_langs(request) })
    }

    /// The follower with this token.
    async fn with_token(&self, app: &App, token: &str, origin: Origin) -> Result<Self, app::Error> {
        Ok(Self { ctx: identity::authenticate(app, token, origin).await?, token: Some(token.to_owned()), liked: self.liked })
    }

    /// The same follower as it is known now.
    async fn renewed(&self, app: &App) -> Result<Self, Lost> {
        let Some(token) = &self.token else { return Ok(self.clone()) };
        match identity::authenticate(app, token, self.ctx.origin().clone()).await {
            Ok(ctx) => Ok(Self { ctx, ..self.clone() }),
            Err(error) if error.is_failure() => {
                tracing::warn!(%error, "whoever follows is not known now");
                Err(Lost::Unknown)
            }
            Err(_) if identity::has_run_out(app, token) => Err(Lost::Expired),
            Err(_) => Err(Lost::Withdrawn),
        }
    }
}

/// Why following ends.
enum Stopped {
    Lost(Lost),
    /// With what is told of it.
    Failed(Answer),
}

/// The turn of a follower, and its place among what is answered of its caller at once.
struct Turn<'a> {
    _turn: SemaphorePermit<'a>,
    _place: Meter,
}

/// Waits until the follower may be answered; what it owes is charged before. Nothing is held while it waits.
async fn turn<'a>(state: &'a State, follower: &Follower, following: &mut Following) -> Result<Turn<'a>, Stopped> {
    while let Some(requests) = following.owes() {
        match state.rates.charge(&follower.ctx, requests) {
            Ok(()) => following.paid(),
            Err(wait) => tokio::time::sleep(wait).await,
        }
    }
    loop {
        let turn = state.live.turns.acquire().await;
        let turn = turn.map_err(|_| Stopped::Failed(graphql::refused(&Refusal::new(Code::Unavailable).into())))?;
        let place = Meter::new(&state.rates, &follower.ctx);
        if place.is_running() {
            return Ok(Turn { _turn: turn, _place: place });
        }
        drop((turn, place));
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

/// Waits for what happens next and tells of it, for the follower as it is known then.
async fn next(app: &App, state: &State, follower: &Follower, following: &mut Following) -> Result<Piece, Stopped> {
    let graph = state.graph().map_err(|_| Stopped::Failed(graphql::refused(&Refusal::new(Code::Internal).into())))?;
    let mut news = app.news();
    loop {
        // Marked before it is looked for, so that what happens meanwhile is looked for again.
        news.mark_unchanged();
        let turn = turn(state, follower, following).await?;
        let ctx = match identity::renewed(app, &follower.ctx).await {
            Ok(ctx) => ctx,
            Err(error) if error.is_failure() => return Err(Stopped::Failed(graphql::refused(&error))),
            Err(_) => {
                let is_over = follower.token.as_ref().is_some_and(|token| identity::has_run_out(app, token));
                return Err(Stopped::Lost(if is_over { Lost::Expired } else { Lost::Withdrawn }));
            }
        };
        let (view, charge) = (app::View::new(app, ctx.clone()), |requests| state.rates.charge(&ctx, requests).is_ok());
        let piece = following.next(graph, view, &charge).await.map_err(|error| Stopped::Failed(graphql::refused(&error)))?;
        drop(turn);
        if !piece.answers.is_empty() || piece.has_more {
            return Ok(piece);
        }
        if news.changed().await.is_err() {
            return Err(Stopped::Failed(graphql::refused(&Refusal::new(Code::Unavailable).into())));
        }
    }
}

/// What some work comes to within a time; nothing when that is over.
async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(time, work).await.ok()
}
