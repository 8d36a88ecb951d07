//! Connections that are kept open, and calls over them.

mod seats;
mod shelf;
#[cfg(test)]
mod tests;

use std::{
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures::future::BoxFuture;
use http::{
    HeaderValue, Method, Request, Response, Uri, Version,
    header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
    uri::{Authority, Parts},
};
use hyper::{
    body::Body as _,
    client::conn::{TrySendError, http2},
};
use hyper_util::rt::{TokioExecutor, TokioTimer};

pub use self::seats::Seat;
use self::{
    seats::{CALLS_AT_ONCE, Seats},
    shelf::{Joined, Kept, Shelf},
};
use super::{
    Answer, Body, authority,
    connector::{BoxError, Wire},
    fault::{has_broken_off, is_untouched},
    line::Line,
};

/// How often a call is sent that no server has looked at.
const SENT_AT_MOST: usize = 3;

/// Copies of requests cost: a line that is at work all the time is not closed for its rest.
const REST: Duration = Duration::from_millis(500);

/// What a server may send of an answer before its caller reads on (RFC 9113 §6.9). A connection takes that
/// of all its calls: callers who do not read hold up nobody else.
const WINDOW: u32 = 512 * 1024;
const WINDOW_OF_ALL: u32 = WINDOW * CALLS_AT_ONCE as u32;

/// A connection with calls that has been silent for so long is asked whether it is there, and has so long
/// to say so.
const ASKED_AFTER: Duration = Duration::from_secs(30);
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// Makes connections.
pub trait Dial: Send + Sync + 'static {
    fn dial<'a>(&'a self, uri: &'a Uri) -> BoxFuture<'a, Result<Wire, BoxError>>;
}

/// Why a call has no answer.
#[derive(Debug)]
pub enum Fault {
    Connect(BoxError),
    Exchange(hyper::Error),
}

/// A call that failed. If no server has looked at it, or it may go out again all the same, the request is
/// back where it was.
struct Failed {
    fault: Fault,
    is_untouched: bool,
}

/// One pool for one way of connecting. HTTP/1.1 lines are lent to one call at a time, an HTTP/2 connection
/// carries many.
pub struct Pool {
    dial: Box<dyn Dial>,
    shelf: Arc<Shelf>,
    /// A line that rested for longer may be one that its server is about to close.
    rest: Duration,
}

/// A line at work, and where it belongs.
pub struct Lent {
    pub line: Line,
    shelf: Arc<Shelf>,
    to: Authority,
    /// It can carry no further call.
    is_last: bool,
}

impl Lent {
    /// Keeps the line for the next call, if it is one that can carry it.
    pub fn give_back(self) {
        if !self.is_last {
            self.shelf.keep(self.to, self.line);
        }
    }
}

impl Pool {
    pub fn new(dial: impl Dial) -> Self {
        Self {
            dial: Box::new(dial),
            shelf: Arc::new(Shelf::default()),
            rest: REST,
        }
    }

    /// Sends to the authority that the URI names; the request is gone afterwards. A connection that ends
    /// before a call is written is no matter: another one takes it. With HTTP/2 the server can also say
    /// afterwards that it has not looked at the call. What changes nothing goes out again where a line
    /// that rested ends without an answer (RFC 9110 §9.2.2).
    pub async fn send(&self, request: &mut Request<Body>) -> Result<Response<Answer>, Fault> {
        let uri = mem::take(request.uri_mut());
        let Some(to) = uri.authority() else {
            return Err(Fault::Connect("the address names no host".into()));
        };
        let mut sent = 0;
        loop {
            sent += 1;
            // The last time over a new one: those that wait may all have been closed at once.
            let waiting = (sent < SENT_AT_MOST).then(|| self.shelf.take(to)).flatten();
            let kept = match waiting {
                Some(kept) => kept,
                None => self.connect(&uri, to).await?,
            };
            match self.send_by(kept, &uri, to, request).await {
                Err(failed) if failed.is_untouched && sent < SENT_AT_MOST => {}
                result => return result.map_err(|failed| failed.fault),
            }
        }
    }

    async fn connect(&self, uri: &Uri, to: &Authority) -> Result<Kept, Fault> {
        let wire = self.dial.dial(uri).await.map_err(Fault::Connect)?;
        if !wire.is_http2 {
            let line = Line::open(wire.stream).await.map_err(Fault::Exchange)?;
            return Ok(Kept::Line(line, Duration::ZERO));
        }
        let handshake = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW_OF_ALL)
            .keep_alive_interval(ASKED_AFTER)
            .keep_alive_timeout(ANSWERS_WITHIN)
            .handshake(wire.stream);
        let (sender, mut connection) = handshake.await.map_err(Fault::Exchange)?;
        let seats = Seats::new();
        let offer = Arc::clone(&seats);
        // Ends with its last call when the shelf has let go of it. Each of its calls hears of its fault by
        // itself.
        tokio::spawn(poll_fn(move |context| {
            let polled = Pin::new(&mut connection).poll(context).map(drop);
            offer.offer(connection.current_max_send_streams());
            polled
        }));
        Ok(self.shelf.share(to, sender, seats))
    }

    async fn send_by(
        &self,
        kept: Kept,
        uri: &Uri,
        to: &Authority,
        request: &mut Request<Body>,
    ) -> Result<Response<Answer>, Failed> {
        match kept {
            Kept::Line(line, rested) => self.send_by_line(line, rested, uri, to, request).await,
            Kept::Shared(joined) => self.send_by_shared(joined, uri, to, request).await,
        }
    }

    async fn send_by_line(
        &self,
        mut line: Line,
        rested: Duration,
        uri: &Uri,
        to: &Authority,
        request: &mut Request<Body>,
    ) -> Result<Response<Answer>, Failed> {
        for_http1(request, uri);
        let may_repeat = rested > self.rest && request.method().is_safe();
        let spare = may_repeat.then(|| again(request)).flatten();
        let error = match line.send(take(request)).await {
            Ok(response) => {
                let lent = Lent {
                    line,
                    shelf: Arc::clone(&self.shelf),
                    to: to.clone(),
                    // It may stay open, but would not understand a body that comes in chunks.
                    is_last: response.version() < Version::HTTP_11,
                };
                return Ok(response.map(|body| Answer::of_line(body, lent)));
            }
            Err(error) => error,
        };
        let has_broken_off = has_broken_off(error.error());
        let failed = failed(error, request);
        Err(failed.or_again(spare.filter(|_| has_broken_off), request))
    }

    async fn send_by_shared(
        &self,
        joined: Joined,
        uri: &Uri,
        to: &Authority,
        request: &mut Request<Body>,
    ) -> Result<Response<Answer>, Failed> {
        let Joined {
            id,
            mut sender,
            seat,
        } = joined;
        request.headers_mut().remove(HOST);
        *request.uri_mut() = uri.clone();
        let spare = again(request);
        let error = match sender.try_send_request(take(request)).await {
            Ok(response) => return Ok(response.map(|body| Answer::of_shared(body, seat))),
            Err(error) => error,
        };
        let is_refused = is_untouched(error.error());
        let failed = failed(error, request);
        let failed = failed.or_again(spare.filter(|_| is_refused), request);
        if failed.is_untouched {
            self.shelf.forget(to, id);
        }
        Err(failed)
    }
}

impl Failed {
    /// Puts a copy of the request in its place that may go out again, if there is one.
    fn or_again(mut self, spare: Option<Request<Body>>, request: &mut Request<Body>) -> Self {
        if let Some(spare) = spare
            && !self.is_untouched
        {
            *request = spare;
            self.is_untouched = true;
        }
        self
    }
}

fn take(request: &mut Request<Body>) -> Request<Body> {
    mem::replace(request, Request::new(Body::EMPTY))
}

/// Puts the request back if nothing of it was sent.
fn failed(mut error: TrySendError<Request<Body>>, request: &mut Request<Body>) -> Failed {
    let untouched = error.take_message();
    let is_untouched = untouched.is_some();
    if let Some(untouched) = untouched {
        *request = untouched;
    }
    Failed {
        fault: Fault::Exchange(error.into_error()),
        is_untouched,
    }
}

/// Origin form and `Host` (RFC 9112 §3.2), and how long the body is, where hyper would leave that open
/// (RFC 9110 §8.6).
fn for_http1(request: &mut Request<Body>, uri: &Uri) {
    let mut parts = Parts::default();
    parts.path_and_query = uri.path_and_query().cloned();
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
    if let Ok(host) = HeaderValue::try_from(authority(uri)) {
        request.headers_mut().insert(HOST, host);
    }
    let (name, value) = match request.body().size_hint().exact() {
        None => (TRANSFER_ENCODING, HeaderValue::from_static("chunked")),
        Some(0) if takes_body(request.method()) => (CONTENT_LENGTH, HeaderValue::from_static("0")),
        Some(_) => return,
    };
    request.headers_mut().insert(name, value);
}

fn takes_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

/// The same once more, unless its body is a stream.
fn again(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().again()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}
