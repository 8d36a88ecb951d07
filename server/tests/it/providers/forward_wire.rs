//! Proxied calls against a server that is played by hand: what passes when, and over which connection.

use bytes::Bytes;
use futures::{StreamExt, channel::mpsc};
use http::Method;
use http_body_util::BodyExt;
use server::ports::provider::OutgoingBody;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{
    World, api_key,
    forward::{forward, outgoing, text},
};

const FOUND: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfound";

async fn listening() -> (TcpListener, World) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let world = World::new(&api_key("").replace("BASE", &base)).await;
    (listener, world)
}

/// A request up to the end of its head, or up to `end`.
async fn read_to(stream: &mut TcpStream, end: &[u8]) -> String {
    let mut text = Vec::new();
    while !text.ends_with(end) {
        text.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(text).unwrap()
}

async fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().await.unwrap().0
}

#[tokio::test]
async fn an_answer_passes_piece_by_piece() {
    let (listener, world) = listening().await;
    let (read, mut has_read) = mpsc::unbounded();
    let provider = async {
        let mut stream = accept(&listener).await;
        read_to(&mut stream, b"\r\n\r\n").await;
        let first = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n";
        stream.write_all(first).await.unwrap();
        has_read.next().await.unwrap();
        let last = b"3\r\ndef\r\n0\r\nclear-site-data: \"*\"\r\n\r\n";
        stream.write_all(last).await.unwrap();
        stream
    };
    let caller = async {
        let call = outgoing(Method::GET, "x", &[]);
        let mut body = forward(&world, call).await.unwrap().body;
        let first = body.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "abc");
        read.unbounded_send(()).unwrap();
        let rest = body.collect().await.unwrap();
        assert!(
            rest.trailers().is_none(),
            "trailers would pass by the headers' rules"
        );
        assert_eq!(rest.to_bytes(), "def");
    };
    tokio::join!(provider, caller);
}

#[tokio::test]
async fn an_upload_passes_piece_by_piece() {
    let (listener, world) = listening().await;
    let (upload, pieces) = mpsc::unbounded();
    let provider = async {
        let mut stream = accept(&listener).await;
        let head = read_to(&mut stream, b"\r\n\r\n").await;
        assert!(head.contains("content-length: 6\r\n"), "{head}");
        read_to(&mut stream, b"abc").await;
        upload
            .unbounded_send(Ok(Bytes::from_static(b"def")))
            .unwrap();
        read_to(&mut stream, b"def").await;
        stream.write_all(FOUND).await.unwrap();
        stream
    };
    let caller = async {
        upload
            .unbounded_send(Ok(Bytes::from_static(b"abc")))
            .unwrap();
        let mut call = outgoing(Method::PUT, "x", &[]);
        call.body = OutgoingBody::Stream(pieces.boxed(), Some(6));
        assert_eq!(text(forward(&world, call).await.unwrap()).await, "found");
    };
    tokio::join!(provider, caller);
}

#[tokio::test]
async fn a_connection_is_used_again_and_replaced_when_the_provider_closed_it() {
    let (listener, world) = listening().await;
    let provider = async {
        let mut first = accept(&listener).await;
        for _ in 0..2 {
            read_to(&mut first, b"\r\n\r\n").await;
            first.write_all(FOUND).await.unwrap();
        }
        drop(first);
        let mut second = accept(&listener).await;
        let head = read_to(&mut second, b"\r\n\r\n").await;
        assert!(head.starts_with("GET /api/3 HTTP/1.1\r\n"), "{head}");
        second.write_all(FOUND).await.unwrap();
        second
    };
    let caller = async {
        for path in ["1", "2", "3"] {
            let answer = forward(&world, outgoing(Method::GET, path, &[])).await;
            assert_eq!(text(answer.unwrap()).await, "found");
        }
    };
    tokio::join!(provider, caller);
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_look_whole() {
    let (listener, world) = listening().await;
    let provider = async {
        let mut stream = accept(&listener).await;
        read_to(&mut stream, b"\r\n\r\n").await;
        let half = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabc";
        stream.write_all(half).await.unwrap();
    };
    let caller = async {
        let answer = forward(&world, outgoing(Method::GET, "x", &[])).await;
        let error = answer.unwrap().body.collect().await.unwrap_err();
        assert_eq!(error.to_string(), "the provider's answer broke off");
    };
    tokio::join!(provider, caller);
}
