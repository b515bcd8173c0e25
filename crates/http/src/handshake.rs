// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TLS handshake of one connection, and a word to those who spoke HTTP instead.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The first byte of every TLS connection: a record of type handshake [RFC 8446 §5.1].
const HANDSHAKE_RECORD: u8 = 22;

/// Told to a caller who speaks plain HTTP to a TLS port.
const SPEAK_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 74\r\n\
    Connection: close\r\n\
    \r\n\
    this port speaks HTTPS, and the request was plain HTTP: use https:// here\n";

/// A connection that is to be closed is read for this long at most, and no further than [`LINGER_BYTES`],
/// so that what was said to the caller arrives: a close with unread bytes is a reset.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// Shake hands. `None`: the caller spoke plain HTTP, and has been told.
pub(crate) async fn accept(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0u8];
    stream.peek(&mut first).await?;
    let [byte] = first;
    if byte != HANDSHAKE_RECORD && byte.is_ascii_uppercase() {
        stream.write_all(SPEAK_TLS).await?;
        linger(&mut stream, LINGER).await;
        return Ok(None);
    }
    TlsAcceptor::from(config).accept(stream).await.map(Some)
}

/// Close our side, then read what is still under way, within bounds.
pub(crate) async fn linger<T>(stream: &mut T, limit: Duration)
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let farewell = async {
        stream.shutdown().await?;
        let mut sink = vec![0u8; 16 * 1024];
        let mut left = LINGER_BYTES;
        while left > 0 {
            match stream.read(&mut sink).await? {
                0 => break,
                read => left = left.saturating_sub(read),
            }
        }
        io::Result::Ok(())
    };
    // The connection ends here either way: an error or the limit only ends it sooner.
    let _ended = tokio::time::timeout(limit.min(LINGER), farewell).await;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    #[test]
    fn the_length_of_the_word_to_plain_callers_is_its_length() {
        let text = str::from_utf8(super::SPEAK_TLS).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{}", body.len());
    }
}
