use std::{
    convert::Infallible,
    io,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt, channel::mpsc, future::join_all};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{io::DuplexStream, time::Instant};

use super::*;

/// What a server does with its first connection, and with those after it.
#[derive(Clone, Copy, PartialEq)]
enum Play {
    Http1,
    /// Says that it closes after each answer.
    Http1Closing,
    Http2,
    /// The first connection refuses each stream.
    Http2Refusing,
}

/// Dials a server in this process, and counts.
struct Played {
    play: Play,
    dialled: Arc<AtomicUsize>,
}

impl Dial for Played {
    fn dial<'a>(&'a self, _: &'a Uri) -> BoxFuture<'a, Result<Wire, BoxError>> {
        let (ours, theirs) = tokio::io::duplex(4096);
        let is_first = self.dialled.fetch_add(1, Ordering::SeqCst) == 0;
        tokio::spawn(serve(self.play, is_first, theirs));
        let wire = Wire {
            stream: Box::new(TokioIo::new(ours)),
            is_http2: matches!(self.play, Play::Http2 | Play::Http2Refusing),
        };
        Box::pin(async { Ok(wire) })
    }
}

async fn serve(play: Play, is_first: bool, stream: DuplexStream) {
    let _ = match play {
        Play::Http2Refusing if is_first => return refuse(stream).await,
        Play::Http1 => {
            let serving = http1::Builder::new();
            serving
                .serve_connection(TokioIo::new(stream), service_fn(echo))
                .await
        }
        Play::Http1Closing => {
            let mut serving = http1::Builder::new();
            serving
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service_fn(echo))
                .await
        }
        Play::Http2 | Play::Http2Refusing => {
            let serving = http2::Builder::new(TokioExecutor::new());
            serving
                .serve_connection(TokioIo::new(stream), service_fn(echo))
                .await
        }
    };
}

/// RFC 9113 §8.7: a stream that is refused was not looked at.
async fn refuse(stream: DuplexStream) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((_, mut answer))) = connection.accept().await {
        answer.send_reset(h2::Reason::REFUSED_STREAM);
    }
}

/// Path, host and body, with the body in as many pieces as it came.
async fn echo(
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, hyper::Error>>, Infallible> {
    let host = request.headers().get(HOST);
    let host = host.map_or_else(String::new, |host| host.to_str().unwrap().to_owned());
    let head = format!("{} {host} ", request.uri());
    let body = request.into_body();
    if hyper::body::Body::is_end_stream(&body) {
        return Ok(Response::new(
            Full::from(head).map_err(|never| match never {}).boxed(),
        ));
    }
    Ok(Response::new(body.boxed()))
}

fn pool(play: Play) -> (Arc<Pool>, Arc<AtomicUsize>) {
    let dialled = Arc::new(AtomicUsize::new(0));
    let played = Played {
        play,
        dialled: Arc::clone(&dialled),
    };
    (Arc::new(Pool::new(played)), dialled)
}

fn get(path: &str) -> Request<Body> {
    let uri = format!("https://api.example.com{path}");
    Request::get(uri).body(Body::EMPTY).unwrap()
}

fn upload() -> (mpsc::UnboundedSender<io::Result<Bytes>>, Request<Body>) {
    let (pieces, body) = mpsc::unbounded();
    let request = Request::put("https://api.example.com/up");
    let request = request.body(Body::stream(body.boxed(), None)).unwrap();
    (pieces, request)
}

async fn text(pool: &Pool, mut request: Request<Body>) -> String {
    let body = pool.send(&mut request).await.unwrap().into_body();
    String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap()
}

#[tokio::test]
async fn a_line_carries_one_call_after_the_other() {
    let (pool, dialled) = pool(Play::Http1);
    for path in ["/a", "/b?c=d", "/"] {
        let expected = format!("{path} api.example.com ");
        assert_eq!(text(&pool, get(path)).await, expected);
    }
    assert_eq!(dialled.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_host_is_told_without_a_user() {
    let (pool, _) = pool(Play::Http1);
    for (authority, host) in [("me:key@a.com:8443", "a.com:8443"), ("[::1]", "[::1]")] {
        let request = Request::get(format!("https://{authority}/"));
        let request = request.body(Body::EMPTY).unwrap();
        assert_eq!(text(&pool, request).await, format!("/ {host} "));
    }
}

#[tokio::test]
async fn calls_at_once_have_lines_of_their_own_which_are_kept() {
    let (pool, dialled) = pool(Play::Http1);
    let all = || join_all((0..8).map(|_| text(&pool, get("/"))));
    all().await;
    let first = dialled.load(Ordering::SeqCst);
    all().await;
    assert!(first <= 8, "{first}");
    assert_eq!(
        dialled.load(Ordering::SeqCst),
        first,
        "none was dialled anew"
    );
}

#[tokio::test]
async fn a_line_that_its_server_closes_is_not_used_again() {
    let (pool, dialled) = pool(Play::Http1Closing);
    for _ in 0..3 {
        text(&pool, get("/")).await;
    }
    assert_eq!(dialled.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_body_comes_piece_by_piece_and_its_line_comes_back_after_it() {
    let (pool, dialled) = pool(Play::Http1);
    let (pieces, mut request) = upload();
    let mut body = pool.send(&mut request).await.unwrap().into_body();
    for piece in ["one", "two", "three"] {
        pieces.unbounded_send(Ok(Bytes::from(piece))).unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
    }
    text(&pool, get("/")).await;
    assert_eq!(dialled.load(Ordering::SeqCst), 2, "the first is at work");
    drop(pieces);
    assert!(body.frame().await.is_none());
    join_all((0..2).map(|_| text(&pool, get("/")))).await;
    assert_eq!(dialled.load(Ordering::SeqCst), 2, "both are back");
}

#[tokio::test]
async fn a_body_that_nobody_wants_takes_its_line_with_it() {
    let (pool, dialled) = pool(Play::Http1);
    let (pieces, mut request) = upload();
    let body = pool.send(&mut request).await.unwrap().into_body();
    drop(body);
    assert!(pieces.is_closed(), "the upload has ended");
    text(&pool, get("/")).await;
    assert_eq!(dialled.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_without_a_call_is_let_go() {
    for play in [Play::Http1, Play::Http2] {
        let (pool, dialled) = pool(play);
        text(&pool, get("/")).await;
        let later = |seconds| Instant::now() + Duration::from_secs(seconds);
        assert!(!pool.shelf.let_go(later(80)));
        text(&pool, get("/")).await;
        assert_eq!(dialled.load(Ordering::SeqCst), 1);
        assert!(pool.shelf.let_go(later(91)));
        text(&pool, get("/")).await;
        assert_eq!(dialled.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn an_http2_connection_carries_calls_at_once() {
    let (pool, dialled) = pool(Play::Http2);
    assert_eq!(text(&pool, get("/a")).await, "https://api.example.com/a  ");
    let (pieces, mut request) = upload();
    let slow = pool.send(&mut request).await.unwrap().into_body();
    join_all((0..8).map(|_| text(&pool, get("/")))).await;
    pieces.unbounded_send(Ok(Bytes::from("end"))).unwrap();
    drop(pieces);
    assert_eq!(slow.collect().await.unwrap().to_bytes(), "end");
    assert_eq!(dialled.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_call_that_an_http2_server_has_not_looked_at_goes_out_again() {
    let (pool, dialled) = pool(Play::Http2Refusing);
    text(&pool, get("/")).await;
    assert_eq!(dialled.load(Ordering::SeqCst), 2);
    let (_pieces, mut request) = upload();
    let answer = pool.send(&mut request).await;
    assert!(answer.is_ok(), "the connection that refused is forgotten");
}

#[tokio::test]
async fn a_stream_that_was_begun_is_not_sent_twice() {
    let (pool, dialled) = pool(Play::Http2Refusing);
    let (_pieces, mut request) = upload();
    let fault = pool.send(&mut request).await.map(drop).unwrap_err();
    assert!(matches!(fault, Fault::Exchange(_)), "{fault:?}");
    assert_eq!(dialled.load(Ordering::SeqCst), 1);
}
