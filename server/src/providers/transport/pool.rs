//! Connections that are kept open, and calls over them.

mod shelf;
#[cfg(test)]
mod tests;

use std::{mem, sync::Arc};

use futures::future::BoxFuture;
use http::{
    HeaderValue, Request, Response, Uri,
    header::HOST,
    uri::{Authority, Parts},
};
use hyper::client::conn::{TrySendError, http2};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use self::shelf::{Kept, Shelf};
use super::{
    Answer, Body, authority,
    connector::{BoxError, Wire},
    fault::is_untouched,
    line::Line,
};

/// How often a call is sent that no server has looked at.
const SENT_AT_MOST: usize = 3;

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

/// A call that failed. If no server has looked at it, the request is back where it was.
struct Failed {
    fault: Fault,
    is_untouched: bool,
}

/// One pool for one way of connecting. HTTP/1.1 lines are lent to one call at a time, an HTTP/2 connection
/// carries many.
pub struct Pool {
    dial: Box<dyn Dial>,
    shelf: Arc<Shelf>,
}

/// A line at work, and where it belongs.
pub struct Lent {
    pub line: Line,
    shelf: Arc<Shelf>,
    to: Authority,
}

impl Lent {
    /// Keeps the line for the next call, if it is one that can carry it.
    pub fn give_back(self) {
        self.shelf.keep(self.to, self.line);
    }
}

impl Pool {
    pub fn new(dial: impl Dial) -> Self {
        Self {
            dial: Box::new(dial),
            shelf: Arc::new(Shelf::default()),
        }
    }

    /// Sends to the authority that the URI names; the request is gone afterwards. A connection that ends
    /// before a call is written is no matter: another one takes it. With HTTP/2 the server can also say
    /// afterwards that it has not looked at the call.
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
            return Ok(Kept::Line(line));
        }
        let handshake = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .handshake(wire.stream);
        let (sender, connection) = handshake.await.map_err(Fault::Exchange)?;
        // Ends with its last call when the shelf has let go of it.
        tokio::spawn(async move {
            // Each of its calls hears of its fault by itself.
            let _ = connection.await;
        });
        Ok(self.shelf.share(to, sender))
    }

    async fn send_by(
        &self,
        kept: Kept,
        uri: &Uri,
        to: &Authority,
        request: &mut Request<Body>,
    ) -> Result<Response<Answer>, Failed> {
        match kept {
            Kept::Line(mut line) => {
                for_http1(request, uri);
                let error = match line.send(take(request)).await {
                    Ok(response) => {
                        let lent = Lent {
                            line,
                            shelf: Arc::clone(&self.shelf),
                            to: to.clone(),
                        };
                        return Ok(response.map(|body| Answer::of_line(body, lent)));
                    }
                    Err(error) => error,
                };
                Err(failed(error, request))
            }
            Kept::Shared(id, mut sender) => {
                request.headers_mut().remove(HOST);
                *request.uri_mut() = uri.clone();
                let spare = again(request);
                let error = match sender.try_send_request(take(request)).await {
                    Ok(response) => return Ok(response.map(Answer::of_shared)),
                    Err(error) => error,
                };
                let refused = is_untouched(error.error());
                let mut failed = failed(error, request);
                if let Some(spare) = spare
                    && refused
                    && !failed.is_untouched
                {
                    *request = spare;
                    failed.is_untouched = true;
                }
                if failed.is_untouched {
                    self.shelf.forget(to, id);
                }
                Err(failed)
            }
        }
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

/// Origin form and `Host` (RFC 9112 §3.2).
fn for_http1(request: &mut Request<Body>, uri: &Uri) {
    let mut parts = Parts::default();
    parts.path_and_query = uri.path_and_query().cloned();
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
    if let Ok(host) = HeaderValue::try_from(authority(uri)) {
        request.headers_mut().insert(HOST, host);
    }
}

/// The same once more, unless its body is a stream.
fn again(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().again()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}
