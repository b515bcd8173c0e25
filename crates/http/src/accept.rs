// SPDX-License-Identifier: MIT OR Apache-2.0
//! The accept loop: a place for each caller, a pause when the system has no more to give, and the drain.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper::{Request, Response};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::backlog::Everybody;
use crate::connection::Connection;
use crate::limits::Limits;
use crate::listener::Drained;
use crate::phase::Phase;

/// The pause after the first accept that failed for want of descriptors or memory, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A lack that goes on is told no more often than this.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// The accept side of a listener.
#[derive(Debug)]
struct Door {
    tcp: TcpListener,
    places: Arc<Semaphore>,
    phase: watch::Sender<Phase>,
    pause: Duration,
    told: Option<Instant>,
}

impl Door {
    /// The next caller, and the place that is theirs until they leave.
    async fn next(&mut self) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        loop {
            let place = self.place().await;
            match self.tcp.accept().await {
                Ok((stream, address)) => {
                    self.pause = FIRST_PAUSE;
                    return (stream, address, place);
                }
                Err(error) if is_the_callers(&error) => {}
                Err(error) => {
                    if self.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                        self.told = Some(Instant::now());
                        tracing::warn!(%error, "connections have to wait: idle ones are closed to make room");
                    }
                    self.enter(Phase::Crowded);
                    tokio::time::sleep(self.pause).await;
                    self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn place(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                self.enter(Phase::Serving);
                return place;
            }
            self.enter(Phase::Crowded);
            if let Ok(place) = Arc::clone(&self.places).acquire_owned().await {
                self.enter(Phase::Serving);
                return place;
            }
        }
    }

    fn enter(&self, next: Phase) {
        self.phase.send_if_modified(|phase| std::mem::replace(phase, next) != next);
    }
}

/// Whether the caller is the cause: the next one may do better.
fn is_the_callers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// Accept and serve until `shutdown` is ready, then drain.
pub(crate) async fn run<S, B>(
    tcp: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    service: S,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> Drained
where
    S: Service<Request<Incoming>, Response = Response<B>> + Send + Sync + 'static,
    S::Error: std::fmt::Display,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let places = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let mut door =
        Door { tcp, places, phase: watch::Sender::new(Phase::Serving), pause: FIRST_PAUSE, told: None };
    let (limits, service, everybody) = (Arc::new(limits), Arc::new(service), Everybody::default());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next(), if !connections.is_empty() => note(ended),
            (stream, address, place) = door.next() => {
                let Ok(local) = stream.local_addr() else { continue };
                let connection = Connection {
                    address,
                    local,
                    tls: tls.clone(),
                    limits: Arc::clone(&limits),
                    service: Arc::clone(&service),
                    phase: door.phase.subscribe(),
                    everybody: everybody.clone(),
                };
                connections.spawn(async move {
                    connection.serve(stream).await;
                    drop(place);
                });
            }
        }
    }
    drain(door, connections, limits.grace).await
}

/// Close the door, let what is in flight finish within `grace`, and cut the rest.
async fn drain(door: Door, mut connections: JoinSet<()>, grace: Duration) -> Drained {
    let Door { tcp, phase, .. } = door;
    drop(tcp);
    phase.send_replace(Phase::Draining);
    let all = async {
        while let Some(ended) = connections.join_next().await {
            note(ended);
        }
    };
    let in_time = tokio::time::timeout(grace, all).await.is_ok();
    let cut = if in_time { 0 } else { connections.len() };
    connections.shutdown().await;
    Drained { cut }
}

fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection's task ended badly");
    }
}
