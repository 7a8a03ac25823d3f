//! A connection, watched over as its bytes come and go. The server beneath times a connection's first head and what is idle; this
//! ends those that it would keep for ever: where a later head does not come to its end, and where an answer is not read. What comes
//! after an answer and is no request is read only so far, which is counted in `leftover`.
//! Must not end what is being answered and read: a socket or a stream of events may have nothing to say for hours.
//! How many connections there may be is `connections`; what marks a request as being answered is `in_flight`.

use std::{
    cell::Cell,
    io::{Error, ErrorKind, Result},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    task::coop,
    time::{Instant, Sleep, sleep_until},
};

use super::{PARTING, coding, connections::Place, held::Held, leftover::Leftover};
use crate::config::Patience;

/// What a client is told whose head did not come to its end.
const LATE: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// What a byte that is read gives back of the time in which an answer may be left unread: so much a second must be read at least.
const OF_A_BYTE: Duration = Duration::from_millis(1);
/// Bytes of one connection after which a turn of reading ends; then others have theirs, however much more has come.
const TURN: usize = 32 * 1024;
/// What tokio lets a task do in a turn, at most.
const BUDGET: usize = 256;

/// What is being answered on a connection; shared by its stream and its requests, which live on one thread.
#[derive(Default)]
pub struct Flights {
    running: Cell<usize>,
    begun: Cell<u64>,
}

/// A request that is being answered, until the answer is sent or dropped.
struct Flight(Rc<Flights>);

impl Flight {
    fn begin(flights: &Rc<Flights>) -> Self {
        flights.running.set(flights.running.get() + 1);
        flights.begun.set(flights.begun.get() + 1);
        Self(Rc::clone(flights))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.running.set(self.0.running.get().saturating_sub(1));
    }
}

/// Marks a request as being answered for as long as its answer is, and lets nobody ask for no coding at all.
pub async fn in_flight(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let flight = request.conn_data::<Rc<Flights>>().map(Flight::begin);
    coding::let_some(&mut request);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Held::boxed(body, flight)))
}

/// Since when a connection waits for a request, and until when.
#[derive(Clone, Copy)]
struct Waits {
    until: Instant,
    /// Something of its head has come.
    has_begun: bool,
}

/// How long an answer may be left unread: what is used of it comes back by what is read, and while nothing waits to be.
struct Unread {
    most: Duration,
    left: Duration,
    /// Since when what is sent waits, or since when it does not.
    since: Instant,
    waits: bool,
}

impl Unread {
    fn until(&self) -> Option<Instant> {
        self.waits.then(|| self.since + self.left)
    }

    /// What is sent is not taken.
    fn waits(&mut self, now: Instant) {
        if !self.waits {
            self.left = self.most.min(self.left.saturating_add(now.saturating_duration_since(self.since)));
            (self.since, self.waits) = (now, true);
        }
    }

    /// So many bytes were taken.
    fn taken(&mut self, bytes: usize, now: Instant) {
        if self.waits {
            self.left = self.left.saturating_sub(now.saturating_duration_since(self.since));
            (self.since, self.waits) = (now, false);
        }
        let back = OF_A_BYTE.saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX));
        self.left = self.most.min(self.left.saturating_add(back));
    }
}

/// A connection of a client.
pub struct Stream {
    io: TcpStream,
    flights: Rc<Flights>,
    patience: Patience,
    /// How many requests had begun when it was last looked at.
    seen: u64,
    waits: Option<Waits>,
    leftover: Leftover,
    unread: Unread,
    /// Bytes that were read in this turn.
    in_turn: usize,
    /// Something could not be sent at once: what was read meanwhile may lie with the server, which looks at it when it is woken.
    was_full: bool,
    alarm: Option<Pin<Box<Sleep>>>,
    _place: Option<Place>,
}

impl Stream {
    pub fn new(io: TcpStream, patience: Patience, leftover: Leftover, place: Option<Place>) -> Self {
        let unread = Unread { most: patience.answer, left: patience.answer, since: Instant::now(), waits: false };
        Self {
            io,
            flights: Rc::default(),
            patience,
            seen: 0,
            waits: None,
            leftover,
            unread,
            in_turn: 0,
            was_full: false,
            alarm: None,
            _place: place,
        }
    }

    pub fn flights(&self) -> Rc<Flights> {
        Rc::clone(&self.flights)
    }

    /// Whether a request is waited for, and until when, now that so many bytes have come; the first is timed beneath.
    fn look(&mut self, came: usize) {
        let begun = self.flights.begun.get();
        if self.seen != begun || self.flights.running.get() > 0 {
            (self.seen, self.waits) = (begun, None);
            self.leftover.begin();
        }
        if begun == 0 || self.flights.running.get() > 0 {
            return;
        }
        let (now, patience) = (Instant::now(), self.patience);
        // What is idle ends beneath, in order; later only where bytes that came too early keep that from happening.
        let waits = self.waits.get_or_insert_with(|| Waits { until: now + patience.idle + patience.request, has_begun: false });
        if came > 0 && !waits.has_begun {
            *waits = Waits { until: waits.until.min(now + patience.request), has_begun: true };
        }
        if self.leftover.came(came) {
            *waits = Waits { until: waits.until.min(now + PARTING), has_begun: false };
        }
    }

    /// Wakes the connection when its time is over.
    ///
    /// # Errors
    /// When it is.
    fn in_time(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let until = self.waits.map(|waits| waits.until).into_iter().chain(self.unread.until()).min();
        let Some(until) = until else { return Ok(()) };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if alarm.deadline() != until {
            alarm.as_mut().reset(until);
        }
        if alarm.as_mut().poll(cx).is_pending() {
            return Ok(());
        }
        if !self.unread.waits && self.waits.is_some_and(|waits| waits.has_begun) {
            // Whoever does not take this is gone as well.
            drop(self.io.try_write(LATE));
        }
        Err(Error::from(ErrorKind::TimedOut))
    }
}

/// Ends the turn of the task: until its next one nothing that it reads or writes goes on, whoever tries again at once.
fn rest(cx: &mut Context<'_>) {
    for _ in 0..BUDGET {
        match coop::poll_proceed(cx) {
            Poll::Ready(step) => step.made_progress(),
            Poll::Pending => return,
        }
    }
    // Not a task of tokio's, which counts what they do.
    cx.waker().wake_by_ref();
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        if self.leftover.is_over() {
            self.look(0);
        }
        if self.leftover.is_over() {
            self.in_time(cx)?;
            return Poll::Pending;
        }
        if self.in_turn >= TURN {
            self.in_turn = 0;
            rest(cx);
            return Poll::Pending;
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(cx, buf);
        let read = buf.filled().len() - before;
        self.in_turn += read;
        self.look(read);
        if polled.is_pending() {
            self.in_turn = 0;
            self.in_time(cx)?;
        }
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, buf);
        match &polled {
            Poll::Ready(Ok(bytes)) => self.unread.taken(*bytes, Instant::now()),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                self.was_full = true;
                self.unread.waits(Instant::now());
                self.in_time(cx)?;
            }
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.look(0);
        self.in_time(cx)?;
        let polled = Pin::new(&mut self.io).poll_flush(cx);
        if polled.is_ready() && std::mem::take(&mut self.was_full) {
            // It may have stopped at more requests than it keeps waiting, and then hears of those behind them from nobody else.
            cx.waker().wake_by_ref();
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, sync::Arc};

    use tokio::{io::AsyncWriteExt, net::TcpListener, task::yield_now};

    use super::*;
    use crate::http::leftover::Leftovers;

    /// Reads in pieces until nothing more is given, as the server does; gives how much it was.
    async fn read_all(stream: &mut Stream) -> usize {
        poll_fn(|cx| {
            let mut read = 0;
            loop {
                let mut piece = [0; 4 * 1024];
                let mut buf = ReadBuf::new(&mut piece);
                match Pin::new(&mut *stream).poll_read(cx, &mut buf) {
                    Poll::Ready(result) => result.expect("bytes"),
                    Poll::Pending => return Poll::Ready(read),
                }
                read += buf.filled().len();
            }
        })
        .await
    }

    /// A connection, and its other end.
    async fn connected() -> (Stream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let sender = TcpStream::connect(listener.local_addr().expect("an address")).await.expect("a connection");
        let (io, _) = listener.accept().await.expect("a connection");
        let second = Duration::from_secs(1);
        (
            Stream::new(
                io,
                Patience { request: second, upload: second, answer: second, idle: second },
                Leftover::new(Arc::new(Leftovers::new()), None),
                None,
            ),
            sender,
        )
    }

    #[tokio::test]
    async fn who_sends_much_is_read_by_turns() {
        let (mut stream, mut sender) = connected().await;
        sender.write_all(&vec![7; 2 * TURN]).await.expect("room for it");
        stream.io.readable().await.expect("bytes");
        for _ in 0..2 {
            yield_now().await;
            assert_eq!(read_all(&mut stream).await, TURN);
            assert_eq!(read_all(&mut stream).await, 0, "whoever tries again at once has had its turn");
        }
        yield_now().await;
        assert_eq!(read_all(&mut stream).await, 0, "nothing is left");
    }

    #[tokio::test]
    async fn who_waits_for_more_has_a_whole_turn_again() {
        let (mut stream, mut sender) = connected().await;
        for _ in 0..3 {
            sender.write_all(&vec![7; TURN / 2]).await.expect("room for it");
            stream.io.readable().await.expect("bytes");
            assert_eq!(read_all(&mut stream).await, TURN / 2);
        }
    }

    #[tokio::test]
    async fn what_comes_after_an_answer_is_read_so_far_and_then_ends() {
        const MUCH: usize = 1024 * 1024;
        let (mut stream, mut sender) = connected().await;
        let flights = stream.flights();
        let sending = tokio::spawn(async move { sender.write_all(&vec![7; 64 * MUCH]).await });
        let read_turns = async |stream: &mut Stream, turns: usize| {
            let mut read = 0;
            for _ in 0..turns {
                stream.io.readable().await.expect("bytes");
                read += read_all(stream).await;
                yield_now().await;
            }
            read
        };
        stream.leftover.came(256 * MUCH);
        assert!(stream.leftover.is_over(), "others sent too much");
        let flight = Flight::begin(&flights);
        assert!(read_turns(&mut stream, 2 * MUCH / TURN).await > MUCH, "a body has its request");
        drop(flight);
        assert!(read_turns(&mut stream, 2 * MUCH / TURN).await > MUCH, "it is thrown away");
        stream.leftover.came(256 * MUCH);
        assert_eq!(read_turns(&mut stream, 2).await, 0, "more is not read");
        let ended = poll_fn(|cx| Pin::new(&mut stream).poll_read(cx, &mut ReadBuf::new(&mut [0; 1]))).await;
        assert_eq!(ended.expect_err("the end").kind(), ErrorKind::TimedOut);
        drop(stream);
        assert!(sending.await.expect("it ran").is_err(), "whoever sends on learns of the end");
    }

    #[test]
    fn an_answer_is_read_at_a_thousand_bytes_a_second() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let at = |seconds: u32| start + second * seconds;
        let mut unread = Unread { most: second * 30, left: second * 30, since: start, waits: false };
        assert_eq!(unread.until(), None, "nothing waits");
        unread.waits(at(10));
        unread.waits(at(20));
        assert_eq!(unread.until(), Some(at(40)));
        // Five seconds are left, and two come back by what is read.
        unread.taken(2_000, at(35));
        assert_eq!(unread.until(), None);
        unread.waits(at(35));
        assert_eq!(unread.until(), Some(at(42)));
        // Whoever reads a byte now and then ends as whoever reads none.
        unread.taken(1, at(41));
        unread.waits(at(41));
        assert!(unread.until().is_some_and(|until| until < at(43)));
        // Time in which nothing waits comes back as well, and what comes back is no more than there was.
        unread.taken(1, at(41));
        unread.waits(at(51));
        assert!(unread.until().is_some_and(|until| until > at(61) && until < at(63)));
        unread.taken(1_000_000, at(52));
        unread.waits(at(52));
        assert_eq!(unread.until(), Some(at(82)));
    }
}
