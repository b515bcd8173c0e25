// SPDX-License-Identifier: MIT OR Apache-2.0
//! A question over plain HTTP, asked once: for what an operator has named, such as the URLs of their own authority.
//! It dials wherever that leads; URLs out of strangers' certificates need a guard in front of it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How much patience a question has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchLimits {
    /// From the name to the last octet of the answer.
    pub time: Duration,
    /// Octets of content.
    pub content: usize,
}

/// What came back, whatever its status.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Who answered.
    pub address: SocketAddr,
    /// With what success.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The content.
    pub content: Bytes,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The name leads nowhere.
    #[error("the name {host} leads to no address")]
    Name {
        /// The host.
        host: String,
        /// What the resolver said; none when it gave an empty answer.
        #[source]
        source: Option<io::Error>,
    },
    /// Nobody answers at any of its addresses.
    #[error("nobody answers at {address}")]
    Connect {
        /// The last one that was tried.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The answer is no HTTP, or too much of it.
    #[error("{address} gives no answer that can be read")]
    Answer {
        /// Who answered.
        address: SocketAddr,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The path cannot be asked for.
    #[error("{path:?} cannot be asked for")]
    Path {
        /// The path.
        path: String,
        /// Why not.
        source: hyper::http::Error,
    },
    /// It took too long.
    #[error("no answer within {} seconds", time.as_secs())]
    Late {
        /// How long was waited.
        time: Duration,
    },
}

/// Asks a host, a name or an address, for a path. Redirections are answers like any other. Needs a Tokio runtime.
///
/// # Errors
/// See [`FetchError`].
pub async fn get(host: &str, port: u16, path: &str, limits: FetchLimits) -> Result<Fetched, FetchError> {
    let late = |_elapsed| FetchError::Late { time: limits.time };
    timeout(limits.time, asked(host, port, path, limits.content)).await.map_err(late)?
}

async fn asked(host: &str, port: u16, path: &str, most: usize) -> Result<Fetched, FetchError> {
    let nowhere = |source| FetchError::Name { host: host.to_owned(), source };
    let addresses = lookup_host((host, port)).await.map_err(|error| nowhere(Some(error)))?;
    let mut failed = nowhere(None);
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return exchanged(stream, address, (host, port), path, most).await,
            Err(source) => failed = FetchError::Connect { address, source },
        }
    }
    Err(failed)
}

async fn exchanged(
    stream: TcpStream,
    address: SocketAddr,
    (host, port): (&str, u16),
    path: &str,
    most: usize,
) -> Result<Fetched, FetchError> {
    let authority = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let request = Request::get(path)
        .header(HOST, authority)
        .body(Empty::<Bytes>::new())
        .map_err(|source| FetchError::Path { path: path.to_owned(), source })?;
    let unreadable = |source| FetchError::Answer { address, source };
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| unreadable(error.into()))?;
    let answer = async {
        let (head, body) =
            sender.send_request(request).await.map_err(|error| unreadable(error.into()))?.into_parts();
        let content = Limited::new(body, most).collect().await.map_err(unreadable)?.to_bytes();
        Ok(Fetched { address, status: head.status, headers: head.headers, content })
    };
    let mut answer = std::pin::pin!(answer);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        answer = &mut answer => answer,
        // It ends when the answer has been read, or before there was one: the answer says which.
        _ended = &mut connection => answer.await,
    }
}
