//! GraphQL as server-sent events, one connection for each operation
//! (<https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>, distinct connections).
//! Must not begin a stream for what is refused: that is answered as it is without one.
//! Sockets are `socket`.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::BoxBody,
    http::{Method, header},
    rt::spawn,
    web,
};
use app::{App, View};
use async_graphql::parser::types::OperationType;
use domain::error::{Code, Refusal};
use futures_util::{
    future::{Either, select},
    stream,
};
use graphql::{Answer, Asked, Following, Terms};
use rest::{CallerSlot, Problem};
use tokio::{sync::mpsc, time::Instant};

use super::{Follower, LOOK_EVERY, Lost, Stopped, next, places::Place, within};
use crate::http::{
    endpoints::{State, not_allowed},
    graphql::{asked, meter, posted},
};

/// Events that wait for a connection.
const WAITING: usize = 4;
/// An event is taken within this time, or the client is gone.
const TAKEN: Duration = Duration::from_secs(10);
/// After so many looks at the follower a comment keeps the connection open.
const LOOKS: u32 = 7;

/// Opens a stream.
pub async fn open(state: web::Data<State>, app: web::Data<App>, request: HttpRequest, bytes: web::Bytes) -> Result<HttpResponse, Problem> {
    let mut follower = Follower::of(&request)?;
    if state.live.is_ending() {
        return Err(Problem::new(Code::Unavailable));
    }
    let graph = state.graph()?;
    let is_get = request.method() == Method::GET;
    let mut parsed = if is_get {
        asked(request.query_string())?
    } else {
        rest::require_json(&request)?;
        let parsed = posted(&bytes)?;
        let slot = actix_web::HttpMessage::extensions(&request).get::<CallerSlot>().cloned().ok_or_else(|| Problem::new(Code::Internal))?;
        follower.ctx = slot.with_body(&app).await?;
        parsed
    };
    // First of all: what a hash stands for may be a change.
    let keep = match graphql::complete(graph, &mut parsed) {
        Ok(keep) => keep,
        Err(answer) => return refused(answer),
    };
    let meter = meter(&request)?;
    let read = Asked::read(graph, parsed, &meter.allowance(), meter.turn()).await;
    if is_get && read.is(OperationType::Mutation) {
        return Ok(not_allowed("POST"));
    }
    let mut place = state.live.places.from(follower.ctx.origin().network).ok_or_else(|| Problem::new(Code::TooManyRequests))?;
    if follower.ctx.account().is_some_and(|account| !place.of(account.id)) {
        return Err(Problem::new(Code::TooManyRequests));
    }
    let terms = Terms { may: meter.allowance(), liked: follower.liked, keep, charge: &|requests| meter.charge(requests) };
    let view = View::new(&app, follower.ctx.clone());
    if !read.is(OperationType::Subscription) {
        let answer = graphql::execute(graph, read, view, &terms).await?;
        return match answer.refusal() {
            Some(_) => refused(answer),
            None => Ok(begun().body([next_event(None, answer)?, COMPLETE.to_owned()].concat())),
        };
    }
    let last = last_event(&request)?;
    let following = match graphql::follow(graph, read, view, last, &terms).await {
        Ok(following) => following,
        Err(answer) => return refused(answer),
    };
    let (to, taken) = mpsc::channel::<web::Bytes>(WAITING);
    spawn(tell(app.get_ref().clone(), state.clone(), follower, following, to));
    // The place is kept for as long as something of the answer is there.
    let held = (taken, Arc::new(Mutex::new(place)));
    let body = stream::unfold(held, |(mut taken, place): (mpsc::Receiver<web::Bytes>, Arc<Mutex<Place>>)| async move {
        taken.recv().await.map(|bytes| (Ok::<_, actix_web::Error>(bytes), (taken, place)))
    });
    Ok(begun().body(BoxBody::new(actix_web::body::BodyStream::new(Box::pin(body)))))
}

/// The number to go on after; none where nothing is said.
fn last_event(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let invalid = || {
        let words = ("Last-Event-ID phải là một số đã nhận.", "Last-Event-ID must be a number that was received.");
        Refusal::worded(Code::HeaderInvalid, words.0, words.1)
    };
    let Some(value) = request.headers().get("last-event-id") else { return Ok(None) };
    let text = value.to_str().map_err(|_| invalid())?.trim();
    // A client that has received nothing yet may say so by an empty one.
    if text.is_empty() { Ok(None) } else { Ok(Some(text.parse().ok().filter(|seq| *seq >= 0).ok_or_else(invalid)?)) }
}

fn begun() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream; charset=utf-8");
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::VARY, "Accept, Accept-Language"));
    // Proxies pass on what comes as it comes.
    response.insert_header(("x-accel-buffering", "no"));
    response
}

fn refused(answer: Answer) -> Result<HttpResponse, Problem> {
    let code = answer.refusal().unwrap_or(Code::Internal);
    let body = answer.into_text().map_err(|_| Problem::new(Code::Internal))?;
    let mut response = HttpResponse::build(rest::status(code));
    response.insert_header((header::CONTENT_TYPE, "application/graphql-response+json; charset=utf-8"));
    if let Some(challenge) = rest::challenge(code) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    Ok(response.body(body))
}

const COMPLETE: &str = "event: complete\ndata: \n\n";
const COMMENT: &str = ":\n\n";

/// An answer as an event, under the number to go on after.
fn next_event(seq: Option<i64>, answer: Answer) -> Result<String, Problem> {
    // Nothing that is written so has a line of its own.
    let data = answer.into_text().map_err(|_| Problem::new(Code::Internal))?;
    let id = seq.map(|seq| format!("id: {seq}\n")).unwrap_or_default();
    Ok(format!("event: next\n{id}data: {data}\n\n"))
}

/// Why waiting was broken off.
enum Pause {
    Over,
    Ending,
    Gone,
}

/// Waits until the follower is to be looked at again.
async fn pause(state: &State, to: &mpsc::Sender<web::Bytes>, until: Instant) -> Pause {
    let (sleep, ended, gone) = (pin!(tokio::time::sleep_until(until)), pin!(state.live.ended()), pin!(to.closed()));
    match select(sleep, select(ended, gone)).await {
        Either::Left(_) => Pause::Over,
        Either::Right((Either::Left(_), _)) => Pause::Ending,
        Either::Right((Either::Right(_), _)) => Pause::Gone,
    }
}

/// Tells what happens until the follower is gone or may not follow any more.
async fn tell(app: App, state: web::Data<State>, mut follower: Follower, mut following: Following, to: mpsc::Sender<web::Bytes>) {
    // The head goes out with the first bytes.
    if !say(&to, COMMENT.to_owned()).await {
        return;
    }
    let (mut looks, mut look_at) = (0_u32, Instant::now() + LOOK_EVERY);
    loop {
        let known = follower.clone();
        let mut waited = pin!(next(&app, &state, &known, &mut following));
        let piece = loop {
            // Also where one event follows the other without a pause.
            if Instant::now() >= look_at {
                (looks, look_at) = (looks + 1, Instant::now() + LOOK_EVERY);
                match follower.renewed(&app).await {
                    Ok(renewed) => follower = renewed,
                    Err(lost) => break Err(Stopped::Lost(lost)),
                }
                if looks.is_multiple_of(LOOKS) && !say(&to, COMMENT.to_owned()).await {
                    return;
                }
            }
            match select(waited.as_mut(), pin!(pause(&state, &to, look_at))).await {
                Either::Left((piece, _)) => break piece,
                Either::Right((Pause::Over, _)) => {}
                Either::Right((Pause::Ending, _)) => {
                    say(&to, COMPLETE.to_owned()).await;
                    return;
                }
                Either::Right((Pause::Gone, _)) => return,
            }
        };
        let stopped = match piece {
            Ok(piece) => {
                for (seq, answer) in piece.answers {
                    let Ok(event) = next_event(Some(seq), answer) else { return };
                    if !say(&to, event).await {
                        return;
                    }
                }
                continue;
            }
            Err(Stopped::Failed(answer)) => answer,
            Err(Stopped::Lost(lost)) => graphql::refused(&Refusal::new(code(lost)).into()),
        };
        if let Ok(event) = next_event(None, stopped) {
            say(&to, event + COMPLETE).await;
        }
        return;
    }
}

/// False where nobody takes it.
async fn say(to: &mpsc::Sender<web::Bytes>, text: String) -> bool {
    matches!(within(TAKEN, to.send(text.into())).await, Some(Ok(())))
}

fn code(lost: Lost) -> Code {
    match lost {
        Lost::Expired | Lost::Withdrawn => Code::TokenInvalid,
        Lost::Unknown => Code::Unavailable,
    }
}
