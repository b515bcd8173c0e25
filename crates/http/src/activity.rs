// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a connection has been doing, and when that is no longer good enough.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use crate::limits::Limits;
use crate::phase::Phase;

/// With every place taken, a connection without a request keeps its own for this long.
pub(crate) const CROWDED_IDLE: Duration = Duration::from_secs(1);

/// No head has begun.
const NONE: u64 = u64::MAX;

/// Clock readings of one connection, in milliseconds since it was accepted.
#[derive(Debug)]
pub(crate) struct Activity {
    accepted: Instant,
    /// A byte last moved, either way.
    moved: AtomicU64,
    /// The last request ended.
    idle: AtomicU64,
    /// The first byte came of a head that is not whole yet.
    head: AtomicU64,
    in_flight: AtomicUsize,
    body_expected: AtomicBool,
}

/// Why a connection has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// No request came.
    Idle,
    /// A request's head did not end.
    Head,
    /// A request is in flight and nothing moves.
    Stalled,
}

/// Whether bytes that come without a request in flight are the beginning of a head: so in HTTP/1.1; in
/// HTTP/2 they may as well be settings or a ping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heads {
    Timed,
    Untimed,
}

impl Activity {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            accepted: Instant::now(),
            moved: AtomicU64::new(0),
            idle: AtomicU64::new(0),
            head: AtomicU64::new(NONE),
            in_flight: AtomicUsize::new(0),
            body_expected: AtomicBool::new(false),
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.accepted.elapsed().as_millis()).unwrap_or(NONE)
    }

    fn bytes_read(&self) {
        let now = self.now();
        self.moved.store(now, Ordering::Relaxed);
        if self.in_flight.load(Ordering::Relaxed) == 0 && self.head.load(Ordering::Relaxed) == NONE {
            self.head.store(now, Ordering::Relaxed);
        }
    }

    fn bytes_written(&self) {
        self.moved.store(self.now(), Ordering::Relaxed);
    }

    /// A request's head is whole. The request is in flight until what this returns is dropped.
    pub(crate) fn request(self: &Arc<Self>, body_expected: bool) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.head.store(NONE, Ordering::Relaxed);
        self.moved.store(self.now(), Ordering::Relaxed);
        self.body_expected.store(body_expected, Ordering::Relaxed);
        InFlight(Arc::clone(self))
    }

    /// Whether no request is in flight and none has begun.
    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.load(Ordering::Relaxed) == 0 && self.head.load(Ordering::Relaxed) == NONE
    }

    /// Whether the last request came with a body, which may not have been read to its end.
    pub(crate) fn body_expected(&self) -> bool {
        self.body_expected.load(Ordering::Relaxed)
    }

    /// What is overdue now, or how long until something could be.
    pub(crate) fn check(&self, limits: &Limits, heads: Heads, phase: Phase) -> Result<Duration, Overdue> {
        let now = self.now();
        let left = |since: &AtomicU64, limit: Duration, overdue| {
            let passed = Duration::from_millis(now.saturating_sub(since.load(Ordering::Relaxed)));
            limit.checked_sub(passed).filter(|left| !left.is_zero()).ok_or(overdue)
        };
        if self.in_flight.load(Ordering::Relaxed) > 0 {
            return left(&self.moved, limits.stall, Overdue::Stalled);
        }
        if heads == Heads::Timed && self.head.load(Ordering::Relaxed) != NONE {
            let limit = if phase == Phase::Crowded { limits.head.min(CROWDED_IDLE) } else { limits.head };
            return left(&self.head, limit, Overdue::Head);
        }
        let limit = if phase == Phase::Crowded { limits.idle.min(CROWDED_IDLE) } else { limits.idle };
        // A request may begin, and be overdue, before the idle limit is reached: look again by then.
        left(&self.idle, limit, Overdue::Idle).map(|left| left.min(limits.head).min(limits.stall))
    }
}

/// Held while a request is in flight, the sending of its response included.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.idle.store(self.0.now(), Ordering::Relaxed);
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream that reports to an [`Activity`] whenever bytes move.
#[derive(Debug)]
pub(crate) struct Watched<T> {
    stream: T,
    activity: Arc<Activity>,
}

impl<T> Watched<T> {
    pub(crate) fn new(stream: T, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }

    fn wrote(&self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(1..)) = outcome {
            self.activity.bytes_written();
        }
        outcome
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.bytes_read();
        }
        outcome
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.wrote(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
