//! The little HTTP that the commands speak themselves: one request, one answer, no TLS.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// An answer: status, content type (empty when there is none) and body.
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// A successful answer with this JSON.
    pub fn json(body: &str) -> Self {
        Self {
            status: 200,
            content_type: "application/json".to_owned(),
            body: body.into(),
        }
    }
}

/// A port of this machine that nobody listens on.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Sends one request to 127.0.0.1. HTTP/1.0, so that the answer ends with the connection.
///
/// # Errors
/// When nobody listens or the answer is not HTTP.
pub fn send(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Answer> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = format!(
        "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes)
}

/// As [`send`] with `GET`, but anything else than 200 is an error that tells the answer.
///
/// # Errors
/// As [`send`], and for any other status.
pub fn get(port: u16, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    let answer = send(port, "GET", path, headers, "")?;
    if answer.status != 200 {
        bail!(
            "GET {path} answered {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
    Ok(answer)
}

/// Asks `path` again and again until it answers 200.
///
/// # Errors
/// When it has not after `limit`, or `gave_up` says that there is nobody to ask.
pub fn wait_for(
    port: u16,
    path: &str,
    limit: Duration,
    gave_up: impl FnMut() -> bool,
) -> Result<()> {
    wait_until(limit, gave_up, || get(port, path, &[]).is_ok())
}

/// Tries until somebody answers on `port`, with whatever status.
///
/// # Errors
/// As [`wait_for`].
pub fn wait_for_any(port: u16, limit: Duration, gave_up: impl FnMut() -> bool) -> Result<()> {
    wait_until(limit, gave_up, || send(port, "GET", "/", &[], "").is_ok())
}

fn wait_until(
    limit: Duration,
    mut gave_up: impl FnMut() -> bool,
    mut answers: impl FnMut() -> bool,
) -> Result<()> {
    let start = Instant::now();
    while !answers() {
        if gave_up() {
            bail!("it ended before it answered");
        }
        if start.elapsed() > limit {
            bail!("no answer after {} s", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let split = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .context("the answer has no head")?;
    let head = std::str::from_utf8(&bytes[..split]).context("the answer's head is not text")?;
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .context("the answer has no status")?;
    let content_type = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map_or_else(String::new, |(_, value)| value.trim().to_owned());
    Ok(Answer {
        status: status.parse()?,
        content_type,
        body: bytes[split + 4..].to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer =
            parse(b"HTTP/1.1 201 Created\r\ncontent-type: text/plain\r\nx: y\r\n\r\nhello")
                .unwrap();
        assert_eq!(
            (
                answer.status,
                answer.content_type.as_str(),
                answer.body.as_slice()
            ),
            (201, "text/plain", &b"hello"[..])
        );
        assert!(parse(b"not http").is_err());
    }
}
