// SPDX-License-Identifier: MIT OR Apache-2.0
//! The first protected bytes: one request over the connection that a probe left open.

use core::fmt;
use core::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::tee::Tee;
use crate::hello::Alert;
use crate::registry::{AlertDescription, AlertLevel};

/// The most of an answer's head that is read.
const MAX_HEAD: usize = 16 * 1024;

/// A trusted connection, good for one request.
pub struct Connection {
    stream: TlsStream<Tee<TcpStream>>,
    authority: String,
    limit: Duration,
}

impl Connection {
    pub(super) fn new(stream: TlsStream<Tee<TcpStream>>, authority: String, limit: Duration) -> Self {
        Self { stream, authority, limit }
    }

    /// Asks for the page at `target` (a path, perhaps with a query) and reads the answer's head.
    ///
    /// # Errors
    /// The target is none, the connection is not for HTTP/1.1, it breaks, or no HTTP answer comes
    /// in time.
    pub async fn ask(mut self, target: &str) -> Result<Exchange, ExchangeError> {
        if !is_origin_form(target) {
            return Err(ExchangeError::Target { target: target.to_owned() });
        }
        match self.stream.get_ref().1.alpn_protocol() {
            None | Some(b"http/1.1" | b"http/1.0") => {}
            Some(other) => {
                let protocol = String::from_utf8_lossy(other).into_owned();
                return Err(ExchangeError::OtherProtocol { protocol });
            }
        }
        let limit = self.limit;
        match timeout(limit, self.exchange(target)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ExchangeError::TimedOut { limit }),
        }
    }

    async fn exchange(&mut self, target: &str) -> Result<Exchange, ExchangeError> {
        let agent = concat!("chancery/", env!("CARGO_PKG_VERSION"));
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {agent}\r\nAccept: */*\r\nConnection: close\r\n\r\n",
            self.authority
        );
        self.stream.write_all(request.as_bytes()).await.map_err(broken)?;
        self.stream.flush().await.map_err(broken)?;
        let (sent, _) = self.stream.get_ref().0.listener().since_opening();
        let answer = self.read_head().await.map_err(broken)?;
        let (_, received) = self.stream.get_ref().0.listener().since_opening();
        let answer_length = answer.len();
        let head = head(&answer).ok_or_else(|| not_http(&answer))?.to_vec();
        let status_line = status_line(&head).ok_or_else(|| not_http(&answer))?;
        // The answer may go on; whoever sends it learns that we are done, and whether that reaches it is its affair.
        self.stream.shutdown().await.ok();
        Ok(Exchange { request: request.into_bytes(), sent, status_line, head, answer_length, received })
    }

    /// Reads until the head is whole, the answer ends, or it is longer than any head.
    async fn read_head(&mut self) -> std::io::Result<Vec<u8>> {
        let mut answer = Vec::new();
        let mut buffer = vec![0; MAX_HEAD];
        while head(&answer).is_none() && answer.len() < MAX_HEAD {
            let count = match self.stream.read(&mut buffer).await {
                Ok(0) => break,
                Ok(count) => count,
                // A server that hangs up without a close_notify has answered all the same.
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(error),
            };
            answer.extend(buffer.iter().take(count));
        }
        Ok(answer)
    }
}

/// Whether `target` can stand in a request line as it is. [RFC 9112 §3.2.1]
fn is_origin_form(target: &str) -> bool {
    target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

/// The part of `answer` up to the empty line.
fn head(answer: &[u8]) -> Option<&[u8]> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    answer.get(..end + 4)
}

/// The first line of `head`, if it is HTTP's and can be shown.
fn status_line(head: &[u8]) -> Option<String> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let shown = line.starts_with(b"HTTP/1.") && line.iter().all(|byte| matches!(byte, b' '..=b'~'));
    shown.then(|| String::from_utf8_lossy(line).into_owned())
}

/// Says why reading or writing failed.
fn broken(source: std::io::Error) -> ExchangeError {
    match source.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(rustls::Error::AlertReceived(description)) => {
            let description = AlertDescription(u8::from(*description));
            ExchangeError::Alert { alert: Alert { level: AlertLevel::FATAL, description } }
        }
        _ => ExchangeError::Io { source },
    }
}

fn not_http(answer: &[u8]) -> ExchangeError {
    let first: Vec<u8> = answer.iter().copied().take(64).collect();
    ExchangeError::NotHttp { first: String::from_utf8_lossy(&first).into_owned() }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("authority", &self.authority).finish_non_exhaustive()
    }
}

/// One request and the beginning of its answer, as both sides read them and as a listener saw them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The request in plain text.
    pub request: Vec<u8>,
    /// What the request came to on the wire.
    pub sent: Protected,
    /// The first line of the answer: `HTTP/1.1 200 OK`.
    pub status_line: String,
    /// The answer's head in plain text, its first line included.
    pub head: Vec<u8>,
    /// How many bytes of the answer had been read in plain text when the head was whole.
    pub answer_length: usize,
    /// What the answer came to on the wire by then.
    pub received: Protected,
}

/// What a listener sees of protected bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protected {
    /// How many bytes went over the wire, record headers included.
    pub bytes: u64,
    /// The first of them, 64 at most: a record header, then what looks like noise.
    pub first: Vec<u8>,
}

/// Why the one request had no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// What was to be asked for is no path.
    #[error(
        "no request was made: {target:?} is no path, which begins with / and holds printable ASCII alone"
    )]
    Target {
        /// What was to be asked for.
        target: String,
    },
    /// HTTP/1.1 cannot be spoken here: both agreed on something else.
    #[error("no request was made: both sides agreed to speak {protocol}")]
    OtherProtocol {
        /// The protocol agreed on.
        protocol: String,
    },
    /// The answer did not come in time.
    #[error("no answer to the request within {} ms", limit.as_millis())]
    TimedOut {
        /// The time allowed.
        limit: Duration,
    },
    /// The server hung up with an alert: in TLS 1.3 that is how it tells a client without a
    /// certificate that it wanted one.
    #[error("the server sent the {alert}{}", alert.in_words())]
    Alert {
        /// The alert.
        alert: Alert,
    },
    /// The connection broke.
    #[error("the connection broke during the request")]
    Io {
        /// What the system or rustls said.
        source: std::io::Error,
    },
    /// The answer ended, or went on for too long, before its head was whole.
    #[error("the answer is no HTTP: it begins with {first:?}")]
    NotHttp {
        /// The answer's beginning.
        first: String,
    },
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_would_end_the_request_line_is_asked_for() {
        for (target, sound) in [
            ("/", true),
            ("/a%20b?c=d", true),
            ("", false),
            ("a", false),
            ("/a b", false),
            ("/a\r\nX: y", false),
            ("/é", false),
            ("/#top", false),
        ] {
            assert_eq!(is_origin_form(target), sound, "{target:?}");
        }
    }

    #[test]
    fn only_a_whole_http_head_is_one() {
        for (answer, expected) in [
            (&b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody"[..], Some("HTTP/1.1 200 OK")),
            (b"HTTP/1.1 200 OK\r\nA: b\r\n", None),
            (b"HTTP/2 200\r\n\r\n", None),
            (b"HTTP/1.1 200 \x1b[31mOK\r\n\r\n", None),
            (b"SSH-2.0\r\n\r\n", None),
            (b"", None),
        ] {
            assert_eq!(head(answer).and_then(status_line).as_deref(), expected);
        }
    }
}
