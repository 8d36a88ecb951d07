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
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    time::Instant,
};

use super::*;

/// What a server does with its first connection, and with those after it.
#[derive(Clone, Copy, PartialEq)]
enum Play {
    Http1,
    /// Says that it closes after each answer.
    Http1Closing,
    /// The first connection ends at its second call, without an answer.
    Http1Breaking,
    /// Keeps its connections open in the manner of HTTP/1.0.
    Http10,
    Http2,
    /// Takes two calls at once.
    Http2Narrow,
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
            is_http2: matches!(
                self.play,
                Play::Http2 | Play::Http2Narrow | Play::Http2Refusing
            ),
        };
        Box::pin(async { Ok(wire) })
    }
}

async fn serve(play: Play, is_first: bool, stream: DuplexStream) {
    let _ = match play {
        Play::Http2Refusing if is_first => return refuse(stream).await,
        Play::Http1Breaking if is_first => return answer(stream, 1, "HTTP/1.1 200 OK").await,
        Play::Http10 => {
            return answer(stream, 9, "HTTP/1.0 200 OK\r\nConnection: keep-alive").await;
        }
        Play::Http1 | Play::Http1Breaking => {
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
        Play::Http2 | Play::Http2Narrow | Play::Http2Refusing => {
            let mut serving = http2::Builder::new(TokioExecutor::new());
            if play == Play::Http2Narrow {
                serving.max_concurrent_streams(2);
            }
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

/// Answers so many requests without a body, reads one more, and is gone.
async fn answer(mut stream: DuplexStream, times: usize, head: &str) {
    for left in (0..=times).rev() {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else {
                return;
            };
            request.push(byte);
        }
        if left > 0 {
            let answer = format!("{head}\r\nContent-Length: 2\r\n\r\nok");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }
}

/// More than a connection's window of old, and more than one call's.
const BIG: usize = 4 * 1024 * 1024;

/// What the request says of the length of its body.
fn told(request: &Request<Incoming>) -> String {
    let headers = request.headers();
    let told = [CONTENT_LENGTH, TRANSFER_ENCODING].map(|name| headers.get(name));
    let told = told.into_iter().flatten();
    let told: Vec<_> = told.map(|value| value.to_str().unwrap()).collect();
    told.join(" and ")
}

fn whole(text: impl Into<Bytes>) -> Response<BoxBody<Bytes, hyper::Error>> {
    Response::new(
        Full::new(text.into())
            .map_err(|never| match never {})
            .boxed(),
    )
}

/// Path, host and body, with the body in as many pieces as it came.
async fn echo(
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, hyper::Error>>, Infallible> {
    match request.uri().path() {
        "/big" => return Ok(whole(vec![0; BIG])),
        "/length" => return Ok(whole(told(&request))),
        _ => {}
    }
    let host = request.headers().get(HOST);
    let host = host.map_or_else(String::new, |host| host.to_str().unwrap().to_owned());
    let head = format!("{} {host} ", request.uri());
    let body = request.into_body();
    if hyper::body::Body::is_end_stream(&body) {
        return Ok(whole(head));
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

#[tokio::test]
async fn a_safe_call_goes_out_again_where_a_line_that_rested_breaks_off() {
    for (method, dials) in [("GET", Some(2)), ("POST", None)] {
        let (pool, dialled) = pool(Play::Http1Breaking);
        let mut pool = Arc::into_inner(pool).unwrap();
        pool.rest = Duration::ZERO;
        assert_eq!(text(&pool, get("/")).await, "ok");
        let request = Request::builder().method(method);
        let request = request.uri("https://api.example.com/");
        let answer = pool.send(&mut request.body(Body::EMPTY).unwrap()).await;
        match dials {
            Some(dials) => {
                assert!(answer.is_ok());
                assert_eq!(dialled.load(Ordering::SeqCst), dials);
            }
            None => assert!(matches!(answer.map(drop), Err(Fault::Exchange(_)))),
        }
    }
}

#[tokio::test]
async fn a_server_of_before_keeps_no_line() {
    let (pool, dialled) = pool(Play::Http10);
    for _ in 0..2 {
        assert_eq!(text(&pool, get("/")).await, "ok");
    }
    assert_eq!(dialled.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_body_without_bytes_and_one_of_any_length_are_told() {
    let (pool, _) = pool(Play::Http1);
    for (method, streams, expected) in [
        ("GET", false, ""),
        ("DELETE", false, ""),
        ("POST", false, "0"),
        ("PUT", true, "chunked"),
        ("GET", true, "chunked"),
    ] {
        let request = Request::builder().method(method);
        let request = request.uri("https://api.example.com/length");
        let body = match streams {
            true => Body::stream(futures::stream::iter([Ok(Bytes::from("x"))]).boxed(), None),
            false => Body::EMPTY,
        };
        let request = request.body(body).unwrap();
        assert_eq!(text(&pool, request).await, expected, "{method}");
    }
}

#[tokio::test]
async fn callers_who_do_not_read_hold_up_nobody() {
    let (pool, dialled) = pool(Play::Http2);
    let mut unread = Vec::new();
    for _ in 0..8 {
        unread.push(pool.send(&mut get("/big")).await.unwrap());
    }
    assert_eq!(text(&pool, get("/a")).await, "https://api.example.com/a  ");
    let last = unread.pop().unwrap().into_body();
    assert_eq!(last.collect().await.unwrap().to_bytes().len(), BIG);
    assert_eq!(dialled.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_takes_few_calls_at_once_gets_another_connection() {
    let (pool, dialled) = pool(Play::Http2Narrow);
    text(&pool, get("/")).await;
    let mut slow = Vec::new();
    for _ in 0..2 {
        let (pieces, mut request) = upload();
        let answer = pool.send(&mut request).await.unwrap();
        slow.push((pieces, answer));
    }
    assert_eq!(dialled.load(Ordering::SeqCst), 1);
    text(&pool, get("/")).await;
    assert_eq!(dialled.load(Ordering::SeqCst), 2);
    slow.clear();
    join_all((0..2).map(|_| text(&pool, get("/")))).await;
    assert_eq!(
        dialled.load(Ordering::SeqCst),
        2,
        "its places are free again"
    );
}

#[tokio::test]
async fn a_connection_carries_so_many_calls_and_no_more() {
    let (pool, dialled) = pool(Play::Http2);
    let mut slow = Vec::new();
    for _ in 0..=CALLS_AT_ONCE {
        let (pieces, mut request) = upload();
        let answer = pool.send(&mut request).await.unwrap();
        slow.push((pieces, answer));
    }
    assert_eq!(dialled.load(Ordering::SeqCst), 2);
}
