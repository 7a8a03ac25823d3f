//! GraphQL over a WebSocket: one task a connection, one an operation, and nothing that grows with a client that does not read.
//! Must not say anything that the protocol does not know, nor keep a socket whose follower may not follow any more.
//! The messages are `protocol`; server-sent events are `events`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    rt::{spawn, task::JoinHandle},
    web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session};
use app::{App, View, identity};
use async_graphql::{Request, parser::types::OperationType};
use domain::error::{Code, Refusal};
use futures_util::{Stream, StreamExt, stream};
use graphql::{Asked, Terms};
use rest::Problem;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::{
    Follower, LOOK_EVERY, Lost, Stopped, next,
    pace::Pace,
    places::Place,
    protocol::{Closing, NAME, Said, Saying, token},
    within,
};
use crate::http::{GRAPHQL_LIMIT, endpoints::State, held::Held, rates::Meter};

/// The version of the protocol that is spoken.
const VERSION: &str = "13";
/// Bytes of a message at most: a document with its variables, and what is around it.
const MESSAGE: usize = GRAPHQL_LIMIT + 1024;
/// Operations of a connection at once.
const OPERATIONS: usize = 20;
/// Answers that wait for a connection; whoever has more waits itself.
const WAITING: usize = 4;
/// Whoever connects says who they are within this time.
const INIT: Duration = Duration::from_secs(5);
/// What is said is taken within this time, or the client is gone.
const TAKEN: Duration = Duration::from_secs(10);
/// A client is pinged this often.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that says nothing for this long, not even that it is there, is gone.
const SILENT: Duration = Duration::from_mins(1);
/// A connection without an operation ends after this time.
const IDLE: Duration = Duration::from_mins(10);
/// The clock of a connection.
const TICK: Duration = Duration::from_millis(500);

/// Opens a socket.
pub async fn open(
    state: web::Data<State>,
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let follower = Follower::of(&request)?;
    if state.live.is_ending() {
        return Err(Problem::new(Code::Unavailable));
    }
    if !is_let(&request, &state.live.origins) {
        return Err(Problem::new(Code::Forbidden));
    }
    let place = state.live.places.from(follower.ctx.origin().network).ok_or_else(|| Problem::new(Code::TooManyRequests))?;
    let spoken = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL).filter_map(|value| value.to_str().ok());
    let is_spoken = spoken.flat_map(|value| value.split(',')).any(|name| name.trim() == NAME);
    let pace = Pace::new();
    let counted = web::Payload::from_request(&request, &mut pace.counted(payload)).await.map_err(|_| Problem::new(Code::Internal))?;
    let Ok((response, session, messages)) = actix_ws::handle_with_protocols(&request, counted, &[NAME]) else {
        return Ok(not_opened(&request));
    };
    let place = Arc::new(Mutex::new(place));
    let held = Arc::clone(&place);
    let (answers, answered) = mpsc::channel(WAITING);
    let socket = Socket {
        app: app.get_ref().clone(),
        state: state.clone(),
        session,
        follower,
        place,
        pace,
        running: HashMap::new(),
        answers,
        turns: 0,
        stands: Stands::New,
        began: Instant::now(),
        heard: Instant::now(),
        pinged: Instant::now(),
        looked: Instant::now(),
        busy: Instant::now(),
    };
    spawn(socket.run(messages.max_frame_size(MESSAGE).aggregate_continuations().max_continuation_size(MESSAGE), answered, is_spoken));
    Ok(response.map_body(|_, body| Held::boxed(body, held)))
}

/// The refusal of a handshake; whoever speaks another version is told which one is spoken here (RFC 6455, section 4.4).
fn not_opened(request: &HttpRequest) -> HttpResponse {
    if request.headers().get(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == VERSION) {
        return rest::respond(&Refusal::new(Code::HeaderInvalid));
    }
    let (vi, en) = (
        "Sec-WebSocket-Version phải là 13: chỉ hỗ trợ phiên bản này.",
        "Sec-WebSocket-Version must be 13: no other version is spoken here.",
    );
    let mut refused = rest::respond(&Refusal::worded(Code::HeaderInvalid, vi, en));
    refused.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
    refused
}

/// Whether a page of this origin may open a socket: one of ours, or one that is named; whoever sends none is no browser.
fn is_let(request: &HttpRequest, origins: &[String]) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_ours = origin.split_once("://").is_some_and(|(_, authority)| host.is_some_and(|host| host.eq_ignore_ascii_case(authority)));
    is_ours || origins.iter().any(|known| known.eq_ignore_ascii_case(origin))
}

/// What a connection is told of.
enum Event {
    Came(Option<Result<AggregatedMessage, ProtocolError>>),
    Answered(Answered),
    Tick,
    Ending,
}

/// What an operation has to say, by its identifier and turn: what an operation said that is gone is not said.
struct Answered {
    id: String,
    turn: u64,
    what: Result<Saying, Closing>,
}

/// How a socket ends.
enum End {
    Closed(Closing),
    /// It is gone, or does not take what is said.
    Gone,
}

impl From<Closing> for End {
    fn from(closing: Closing) -> Self {
        Self::Closed(closing)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    New,
    /// It said who it is, which is looked at.
    Asked,
    Acknowledged,
}

struct Socket {
    app: App,
    state: web::Data<State>,
    session: Session,
    follower: Follower,
    place: Arc<Mutex<Place>>,
    pace: Pace,
    running: HashMap<String, (u64, JoinHandle<()>)>,
    answers: mpsc::Sender<Answered>,
    turns: u64,
    stands: Stands,
    began: Instant,
    heard: Instant,
    pinged: Instant,
    looked: Instant,
    busy: Instant,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.running.values().for_each(|(_, task)| task.abort());
    }
}

impl Socket {
    async fn run(mut self, messages: AggregatedMessageStream, answered: mpsc::Receiver<Answered>, is_spoken: bool) {
        let end = if is_spoken { self.talk(messages, answered).await } else { End::Closed(Closing::not_acceptable()) };
        if let End::Closed(Closing(code, words)) = end {
            let reason = CloseReason { code: CloseCode::from(code), description: Some(words) };
            // Whoever does not take this is gone as well.
            let _ = within(TAKEN, self.session.clone().close(Some(reason))).await;
        }
    }

    async fn talk(&mut self, messages: AggregatedMessageStream, answered: mpsc::Receiver<Answered>) -> End {
        let state = self.state.clone();
        let mut events = Box::pin(events(messages, answered, async move { state.live.ended().await }));
        while let Some(event) = events.next().await {
            let done = match event {
                Event::Came(None) => Err(End::Gone),
                Event::Came(Some(Ok(message))) => self.came(message).await,
                Event::Came(Some(Err(_))) if self.pace.is_over() => Err(too_much().into()),
                Event::Came(Some(Err(error))) => Err(End::Closed(broken(&error))),
                Event::Answered(answered) => self.answered(answered).await,
                Event::Tick => self.tick().await,
                Event::Ending => Err(End::Closed(Closing::of(u16::from(CloseCode::Away), "The server ends"))),
            };
            if let Err(end) = done {
                return end;
            }
        }
        End::Gone
    }

    async fn say(&mut self, saying: &Saying) -> Result<(), End> {
        match within(TAKEN, self.session.text(saying.text())).await {
            Some(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    async fn came(&mut self, message: AggregatedMessage) -> Result<(), End> {
        self.heard = Instant::now();
        if !self.pace.message() {
            return Err(too_much().into());
        }
        match message {
            AggregatedMessage::Text(text) => match Said::read(&text)? {
                Said::Init(payload) => self.init(payload).await,
                Said::Ping(payload) => self.say(&Saying::Pong(payload)).await,
                Said::Pong => Ok(()),
                Said::Subscribe { id, request } => Ok(self.subscribe(id, *request)?),
                Said::Complete(id) => {
                    if let Some((_, task)) = self.running.remove(&id) {
                        task.abort();
                    }
                    Ok(())
                }
            },
            AggregatedMessage::Binary(_) => Err(Closing::invalid("Invalid message received").into()),
            AggregatedMessage::Ping(bytes) => within(TAKEN, self.session.pong(&bytes)).await.and_then(Result::ok).ok_or(End::Gone),
            AggregatedMessage::Pong(_) => Ok(()),
            // What the client said is said back (RFC 6455, section 5.5.1).
            AggregatedMessage::Close(reason) => {
                let reason = reason.unwrap_or_else(|| CloseCode::Normal.into());
                Err(Closing(reason.code.into(), reason.description.unwrap_or_default()).into())
            }
        }
    }

    async fn init(&mut self, payload: Option<Map<String, Value>>) -> Result<(), End> {
        if self.stands != Stands::New {
            return Err(Closing::too_many("Too many initialisation requests").into());
        }
        self.stands = Stands::Asked;
        if let Some(token) = payload.as_ref().map(token).transpose()?.flatten() {
            // A token is looked up: that is a request.
            self.state.rates.arrived(self.follower.ctx.origin().network).map_err(|_| too_much())?;
            self.follower = match self.follower.with_token(&self.app, &token, self.follower.ctx.origin().clone()).await {
                Ok(follower) => follower,
                Err(error) if error.is_failure() => return Err(unknown().into()),
                Err(error) if error.refusal().code == Code::NetworkNotAllowed => return Err(Closing::forbidden().into()),
                Err(_) => return Err(Closing::unauthorised().into()),
            };
        }
        let account = self.follower.ctx.account().map(|account| account.id);
        if account.is_some_and(|account| !self.place.lock().unwrap_or_else(PoisonError::into_inner).of(account)) {
            return Err(Closing::too_many("Too many connections").into());
        }
        self.stands = Stands::Acknowledged;
        self.say(&Saying::Ack).await
    }

    fn subscribe(&mut self, id: String, request: Request) -> Result<(), Closing> {
        if self.stands != Stands::Acknowledged {
            return Err(Closing::unauthorised());
        }
        if self.running.contains_key(&id) {
            return Err(Closing::taken(&id));
        }
        if self.running.len() >= OPERATIONS {
            return Err(Closing::too_many("Too many operations"));
        }
        self.turns += 1;
        let to = Answers { id: id.clone(), turn: self.turns, to: self.answers.clone() };
        let task = spawn(operate(self.app.clone(), self.state.clone(), self.follower.clone(), request, to));
        self.running.insert(id, (self.turns, task));
        Ok(())
    }

    async fn answered(&mut self, answered: Answered) -> Result<(), End> {
        if self.running.get(&answered.id).is_none_or(|(turn, _)| *turn != answered.turn) {
            return Ok(());
        }
        let saying = answered.what?;
        if matches!(saying, Saying::Complete(_) | Saying::Error(..)) {
            self.running.remove(&answered.id);
        }
        self.say(&saying).await
    }

    /// What time asks for.
    async fn tick(&mut self) -> Result<(), End> {
        if self.stands == Stands::New && self.began.elapsed() > INIT {
            return Err(Closing::init_timeout().into());
        }
        if self.heard.elapsed() > SILENT {
            return Err(End::Gone);
        }
        if !self.running.is_empty() {
            self.busy = Instant::now();
        } else if self.busy.elapsed() > IDLE {
            return Err(Closing::of(u16::from(CloseCode::Normal), "Nothing was asked for").into());
        }
        if self.pinged.elapsed() > PING_EVERY {
            self.pinged = Instant::now();
            within(TAKEN, self.session.ping(b"")).await.and_then(Result::ok).ok_or(End::Gone)?;
        }
        if self.looked.elapsed() > LOOK_EVERY {
            self.looked = Instant::now();
            self.follower = self.follower.renewed(&self.app).await.map_err(lost)?;
        }
        Ok(())
    }
}

/// What a connection is told of, as it comes.
fn events(
    messages: AggregatedMessageStream,
    answered: mpsc::Receiver<Answered>,
    ended: impl Future<Output = ()>,
) -> impl Stream<Item = Event> {
    let came = messages.map(Some).chain(stream::once(async { None })).map(Event::Came);
    let answers = stream::unfold(answered, |mut answered| async move { answered.recv().await.map(|one| (Event::Answered(one), answered)) });
    let ticks = stream::unfold(tokio::time::interval(TICK), |mut ticks| async move {
        ticks.tick().await;
        Some((Event::Tick, ticks))
    });
    let ending = stream::once(async {
        ended.await;
        Event::Ending
    });
    stream::select(stream::select(came, answers), stream::select(ticks, ending))
}

/// Why a socket is closed that does not speak well.
fn broken(error: &ProtocolError) -> Closing {
    match error {
        ProtocolError::Overflow => Closing::of(u16::from(CloseCode::Size), "The message is too long"),
        // So the library tells of fragments that are too long together, and of text that is none.
        ProtocolError::Io(error) if error.to_string().contains("maximum continuation size") => {
            Closing::of(u16::from(CloseCode::Size), "The message is too long")
        }
        ProtocolError::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Closing::of(u16::from(CloseCode::Invalid), "Text is in UTF-8")
        }
        _ => Closing::of(u16::from(CloseCode::Protocol), "This is no WebSocket"),
    }
}

/// More was said than is listened to.
fn too_much() -> Closing {
    Closing::too_many("Too many requests")
}

/// Who it is cannot be found out now.
fn unknown() -> Closing {
    Closing::of(u16::from(CloseCode::Again), "Try again later")
}

fn lost(lost: Lost) -> Closing {
    match lost {
        Lost::Expired => Closing::unauthorised(),
        Lost::Withdrawn => Closing::forbidden(),
        Lost::Unknown => unknown(),
    }
}

/// Where an operation's answers go.
struct Answers {
    id: String,
    turn: u64,
    to: mpsc::Sender<Answered>,
}

impl Answers {
    /// False where nobody takes them any more.
    async fn send(&self, what: Result<Saying, Closing>) -> bool {
        self.to.send(Answered { id: self.id.clone(), turn: self.turn, what }).await.is_ok()
    }

    /// Says that nothing of an operation was executed, and why.
    async fn refused(&self, answer: &graphql::Answer) {
        self.send(Ok(Saying::Error(self.id.clone(), answer.errors()))).await;
    }

    async fn next(&self, answer: graphql::Answer) -> bool {
        match answer.into_text() {
            Ok(text) => self.send(Ok(Saying::Next(self.id.clone(), text))).await,
            Err(_) => self.send(Err(Closing::of(u16::from(CloseCode::Error), "Internal error"))).await,
        }
    }

    async fn complete(&self) {
        self.send(Ok(Saying::Complete(self.id.clone()))).await;
    }
}

/// Executes one operation to its end.
async fn operate(app: App, state: web::Data<State>, follower: Follower, mut request: Request, to: Answers) {
    let Ok(graph) = state.graph() else {
        return to.refused(&graphql::refused(&Refusal::new(Code::Internal).into())).await;
    };
    // Counted as whoever it was a moment ago, before anything is read.
    let meter = Meter::new(&state.rates, &follower.ctx);
    let arrived = state.rates.arrived(follower.ctx.origin().network).map_err(|(refusal, _)| refusal);
    if let Err(refusal) = arrived.and_then(|()| meter.admit()) {
        return to.refused(&graphql::refused(&refusal.into())).await;
    }
    let ctx = match identity::renewed(&app, &follower.ctx).await {
        Ok(ctx) => ctx,
        Err(error) => return to.refused(&graphql::refused(&error)).await,
    };
    let keep = match graphql::complete(graph, &mut request) {
        Ok(keep) => keep,
        Err(answer) => return to.refused(&answer).await,
    };
    let terms = Terms { may: state.rates.allowance(&ctx), liked: follower.liked, keep, charge: &|requests| meter.charge(requests) };
    let asked = Asked::read(graph, request, &terms.may, meter.turn()).await;
    if !asked.is(OperationType::Subscription) {
        let executed = graphql::execute(graph, asked, View::new(&app, ctx), &terms).await;
        let answer = executed.unwrap_or_else(|refusal| graphql::refused(&refusal.into()));
        if answer.refusal().is_some() {
            return to.refused(&answer).await;
        }
        if to.next(answer).await {
            to.complete().await;
        }
        return;
    }
    let mut following = match graphql::follow(graph, asked, View::new(&app, ctx), None, &terms).await {
        Ok(following) => following,
        Err(answer) => return to.refused(&answer).await,
    };
    // Whoever waits is not being answered; each answer has a place of its own.
    drop(meter);
    loop {
        match next(&app, &state, &follower, &mut following).await {
            Ok(piece) => {
                for (_, answer) in piece.answers {
                    if !to.next(answer).await {
                        return;
                    }
                }
            }
            Err(Stopped::Lost(why)) => {
                to.send(Err(lost(why))).await;
                return;
            }
            Err(Stopped::Failed(answer)) => {
                if to.next(answer).await {
                    to.complete().await;
                }
                return;
            }
        }
    }
}
