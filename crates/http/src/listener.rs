// SPDX-License-Identifier: MIT OR Apache-2.0
//! A socket that listens, and what it serves.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper::{Request, Response};
use rustls::ServerConfig;
use tokio::net::TcpListener;

use crate::accept;
use crate::error::BindError;
use crate::limits::Limits;

/// A socket that listens: plain (HTTP/1.1), or TLS (HTTP/1.1 and HTTP/2, whichever ALPN chooses).
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
}

/// How a listener came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were not finished when the grace was over, and were cut.
    pub cut: usize,
}

impl Listener {
    /// Listen on `address`; port 0 takes a free one, which [`Listener::address`] tells. Needs a Tokio
    /// runtime with I/O and time.
    ///
    /// # Errors
    /// The system refuses: the port is taken, not ours to take, or not of this machine.
    pub fn bind(address: SocketAddr) -> Result<Self, BindError> {
        let tcp = std::net::TcpListener::bind(address).map_err(|error| BindError::new(address, error))?;
        Self::from_std(tcp)
    }

    /// Serve on a socket that listens already (handed over by a supervisor, or bound before privileges
    /// were dropped).
    ///
    /// # Errors
    /// It is not a listening TCP socket.
    pub fn from_std(tcp: std::net::TcpListener) -> Result<Self, BindError> {
        tcp.set_nonblocking(true).map_err(|source| BindError::Unusable { source })?;
        Self::from_tokio(TcpListener::from_std(tcp).map_err(|source| BindError::Unusable { source })?)
    }

    /// As [`Listener::from_std`], of a socket that Tokio has already.
    ///
    /// # Errors
    /// Its address cannot be told.
    pub fn from_tokio(tcp: TcpListener) -> Result<Self, BindError> {
        let address = tcp.local_addr().map_err(|source| BindError::Unusable { source })?;
        Ok(Self { tcp, address, tls: None })
    }

    /// Speak TLS. HTTP/2 is spoken when the configuration's `alpn_protocols` have `h2`.
    #[must_use]
    pub fn with_tls(self, config: Arc<ServerConfig>) -> Self {
        Self { tls: Some(config), ..self }
    }

    /// Where it listens: with the port that the system chose, if it was asked to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serve until `shutdown` is ready. Then nobody new is let in, idle connections are closed, and those
    /// with a request in flight may finish it within [`Limits::grace`].
    pub async fn serve<S, B>(self, service: S, limits: Limits, shutdown: impl Future<Output = ()>) -> Drained
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Send + Sync + 'static,
        S::Error: std::fmt::Display,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        accept::run(self.tcp, self.tls, service, limits, shutdown).await
    }
}
