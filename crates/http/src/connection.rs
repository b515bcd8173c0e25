// SPDX-License-Identifier: MIT OR Apache-2.0
//! One connection, from its first byte to its last.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::server::TlsStream;

use crate::activity::{Activity, CROWDED_IDLE, Heads, Overdue, Watched};
use crate::backlog::{Backlog, Everybody};
use crate::guard::{Answer, Guarded};
use crate::handshake::{self, linger};
use crate::limits::Limits;
use crate::peer::{Certificates, Peer, Transport};
use crate::phase::Phase;
use crate::request_id::RequestIds;

/// An idle HTTP/2 caller has been told to go away, and has this long to do so.
const FAREWELL: Duration = Duration::from_secs(1);

/// An accepted connection and all it needs.
#[derive(Debug)]
pub(crate) struct Connection<S> {
    pub(crate) address: SocketAddr,
    pub(crate) local: SocketAddr,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) service: Arc<S>,
    pub(crate) phase: watch::Receiver<Phase>,
    pub(crate) everybody: Everybody,
}

/// How a connection came to its end.
#[derive(Debug)]
enum Ended {
    /// By itself, or by an error of its own.
    Closed(hyper::Result<()>),
    /// It had nothing in flight when the listener was drained.
    Drained,
    /// We ended it.
    Overdue(Overdue),
}

/// What the two versions of HTTP have in common.
trait Protocol {
    const HEADS: Heads;
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<()>>;
    /// Answer what is in flight, and then close.
    fn wind_down(&mut self);
}

impl<S, B> Connection<S>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Send + Sync + 'static,
    S::Error: std::fmt::Display,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    /// Serve what comes on `stream` until it ends.
    pub(crate) async fn serve(mut self, stream: TcpStream) {
        // Answers are written whole: there is nothing to wait for. Without it they are only slower.
        let _slower = stream.set_nodelay(true);
        let Some(config) = self.tls.take() else {
            let ended = self.http1(stream, (Transport::Plain, None)).await;
            return self.note(&ended);
        };
        let Some(stream) = self.shake_hands(stream, config).await else { return };
        let session = stream.get_ref().1;
        let certificates = Certificates::shown(session.peer_certificates());
        let ended = if session.alpn_protocol() == Some(b"h2") {
            self.http2(stream, certificates).await
        } else {
            self.http1(stream, (Transport::Tls, certificates)).await
        };
        self.note(&ended);
    }

    async fn shake_hands(
        &mut self,
        stream: TcpStream,
        config: Arc<ServerConfig>,
    ) -> Option<TlsStream<TcpStream>> {
        let handshake = tokio::time::timeout(self.limits.handshake, handshake::accept(stream, config));
        tokio::select! {
            outcome = handshake => match outcome {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => {
                    tracing::debug!(peer = %self.address, %error, "the TLS handshake failed");
                    None
                }
                Err(_elapsed) => {
                    tracing::debug!(peer = %self.address, "the TLS handshake took too long");
                    None
                }
            },
            () = no_longer_welcome(&mut self.phase) => None,
        }
    }

    fn guarded(
        &self,
        (transport, certificates): (Transport, Option<Certificates>),
        activity: &Arc<Activity>,
    ) -> Guarded<S> {
        Guarded {
            service: Arc::clone(&self.service),
            peer: Peer { address: self.address, local: self.local, transport },
            certificates,
            activity: Arc::clone(activity),
            ids: RequestIds::default(),
            backlog: None,
            time_out: self.limits.request,
        }
    }

    async fn http1<T>(&mut self, stream: T, caller: (Transport, Option<Certificates>)) -> Ended
    where
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Activity::new();
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // The activity's own limits are tighter; hyper's clock starts when it begins to wait.
            .header_read_timeout(self.limits.idle.saturating_add(self.limits.head))
            .max_header_size(usize::try_from(self.limits.head_size).unwrap_or(usize::MAX))
            .serve_connection(
                TokioIo::new(Watched::new(stream, Arc::clone(&activity))),
                self.guarded(caller, &activity),
            );
        let ended = self.drive(&mut connection, &activity).await;
        // An answer that was given before the request's body had come must still arrive.
        let limit = match &ended {
            Ended::Overdue(Overdue::Stalled) => return ended,
            Ended::Closed(Err(error)) if error.is_parse() => Duration::MAX,
            Ended::Closed(Ok(())) if activity.body_expected() => Duration::MAX,
            _ => Duration::ZERO,
        };
        linger(connection.into_parts().io.inner_mut(), limit).await;
        ended
    }

    async fn http2(&mut self, stream: TlsStream<TcpStream>, certificates: Option<Certificates>) -> Ended {
        let activity = Activity::new();
        let limits = &self.limits.http2;
        let backlog = Backlog::new(&self.everybody, limits);
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.concurrent_streams)
            .max_pending_accept_reset_streams(limits.pending_reset_streams)
            .max_local_error_reset_streams(limits.error_reset_streams)
            .max_header_list_size(self.limits.head_size)
            .initial_stream_window_size(limits.stream_window)
            .initial_connection_window_size(limits.connection_window)
            .max_send_buf_size(limits.send_buffer)
            .keep_alive_interval(self.limits.stall)
            .keep_alive_timeout(self.limits.head)
            .serve_connection(
                TokioIo::new(Watched::new(stream, Arc::clone(&activity))),
                Guarded { backlog: Some(backlog), ..self.guarded((Transport::Tls, certificates), &activity) },
            );
        self.drive(&mut Box::pin(connection), &activity).await
    }

    /// Let the protocol run, and end it when something is overdue.
    async fn drive<P: Protocol>(&mut self, protocol: &mut P, activity: &Activity) -> Ended {
        let mut winding_down = false;
        loop {
            let phase = *self.phase.borrow_and_update();
            if phase == Phase::Draining && !winding_down {
                winding_down = true;
                protocol.wind_down();
                if P::HEADS == Heads::Timed && activity.is_idle() {
                    return Ended::Drained;
                }
            }
            let wait = match activity.check(&self.limits, P::HEADS, phase) {
                Ok(wait) => wait,
                Err(Overdue::Idle) if !winding_down => {
                    winding_down = true;
                    protocol.wind_down();
                    FAREWELL
                }
                Err(overdue) => return Ended::Overdue(overdue),
            };
            tokio::select! {
                outcome = std::future::poll_fn(|cx| protocol.poll(cx)) => return Ended::Closed(outcome),
                () = tokio::time::sleep(wait) => {}
                changed = self.phase.changed() => if changed.is_err() {
                    return Ended::Drained;
                },
            }
        }
    }

    fn note(&self, ended: &Ended) {
        match ended {
            Ended::Closed(Ok(())) | Ended::Drained | Ended::Overdue(Overdue::Idle) => {}
            Ended::Closed(Err(error)) => {
                tracing::debug!(peer = %self.address, %error, "the connection failed")
            }
            Ended::Overdue(Overdue::Head) => {
                tracing::info!(peer = %self.address, "the head of a request did not end in time");
            }
            Ended::Overdue(Overdue::Stalled) => {
                tracing::info!(peer = %self.address, "a request stalled: no byte moved in time");
            }
        }
    }
}

/// Ready when a caller who has not even shaken hands has to go.
async fn no_longer_welcome(phase: &mut watch::Receiver<Phase>) {
    loop {
        let now = *phase.borrow_and_update();
        match now {
            Phase::Draining => return,
            Phase::Crowded => match tokio::time::timeout(CROWDED_IDLE, phase.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return,
            },
            Phase::Serving => {
                if phase.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}

impl<T, S, B> Protocol for http1::Connection<TokioIo<Watched<T>>, Guarded<S>>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    Guarded<S>: Service<Request<Incoming>, Response = Response<Answer<B>>>,
    <Guarded<S> as Service<Request<Incoming>>>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    <Guarded<S> as Service<Request<Incoming>>>::Future: Unpin,
    B: Body<Data = Bytes> + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    const HEADS: Heads = Heads::Timed;

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.poll_without_shutdown(cx)
    }

    fn wind_down(&mut self) {
        std::pin::Pin::new(self).graceful_shutdown();
    }
}

impl<S, B> Protocol
    for std::pin::Pin<
        Box<http2::Connection<TokioIo<Watched<TlsStream<TcpStream>>>, Guarded<S>, TokioExecutor>>,
    >
where
    Guarded<S>: Service<Request<Incoming>, Response = Response<Answer<B>>>,
    <Guarded<S> as Service<Request<Incoming>>>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    <Guarded<S> as Service<Request<Incoming>>>::Future: Send + 'static,
    B: Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    const HEADS: Heads = Heads::Untimed;

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.as_mut().poll(cx)
    }

    fn wind_down(&mut self) {
        self.as_mut().graceful_shutdown();
    }
}
