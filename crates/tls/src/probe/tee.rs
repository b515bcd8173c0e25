// SPDX-License-Identifier: MIT OR Apache-2.0
//! A stream that keeps a copy of how a connection opened.

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{self, IoSlice};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::connection::Protected;
use crate::handshake::Wire;
use crate::hello::MAX_FLIGHT;

/// How many bytes after the mark are kept for show.
const SHOWN: usize = 64;

/// What went one way.
#[derive(Debug, Default)]
struct Direction {
    total: u64,
    opening: Vec<u8>,
    since_mark: Protected,
}

/// What went both ways.
#[derive(Debug)]
struct Tape {
    started: Instant,
    first_byte: Option<Duration>,
    opened: bool,
    sent: Direction,
    received: Direction,
}

impl Direction {
    fn saw(&mut self, bytes: &[u8], opened: bool) {
        self.total = self.total.saturating_add(length(bytes));
        let (kept, room) = if opened {
            self.since_mark.bytes = self.since_mark.bytes.saturating_add(length(bytes));
            (&mut self.since_mark.first, SHOWN)
        } else {
            (&mut self.opening, MAX_FLIGHT)
        };
        let room = room.saturating_sub(kept.len());
        kept.extend(bytes.iter().take(room));
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The ear at the wire: it hears through a [`Tee`] what a listener would.
#[derive(Clone, Debug)]
pub(super) struct Listener(Arc<Mutex<Tape>>);

/// How a connection opened: what each side sent, and how much of it there was.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) sent: Vec<u8>,
    pub(super) received: Vec<u8>,
    pub(super) wire: Wire,
    pub(super) first_byte: Option<Duration>,
}

impl Listener {
    /// Begins to listen; the time of the first byte counts from here, or from the first byte sent.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Tape {
            started: Instant::now(),
            first_byte: None,
            opened: false,
            sent: Direction::default(),
            received: Direction::default(),
        })))
    }

    /// How long it has listened.
    pub(super) fn elapsed(&self) -> Duration {
        self.0.lock().started.elapsed()
    }

    /// Ends the opening and hands it over; from here on only the first bytes are kept.
    pub(super) fn take_opening(&self) -> Opening {
        let mut tape = self.0.lock();
        tape.opened = true;
        Opening {
            sent: core::mem::take(&mut tape.sent.opening),
            received: core::mem::take(&mut tape.received.opening),
            wire: Wire { sent: tape.sent.total, received: tape.received.total },
            first_byte: tape.first_byte,
        }
    }

    /// What went each way since the opening: sent, received.
    pub(super) fn since_opening(&self) -> (Protected, Protected) {
        let tape = self.0.lock();
        (tape.sent.since_mark.clone(), tape.received.since_mark.clone())
    }

    fn sent(&self, bytes: &[u8]) {
        let tape = &mut *self.0.lock();
        tape.sent.saw(bytes, tape.opened);
    }

    /// Something is about to be sent. What the client did before it first spoke, such as making its shares, is
    /// not the server's time.
    fn sending(&self) {
        let tape = &mut *self.0.lock();
        if tape.sent.total == 0 {
            tape.started = Instant::now();
        }
    }

    fn received(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let tape = &mut *self.0.lock();
        let started = tape.started;
        tape.first_byte.get_or_insert_with(|| started.elapsed());
        tape.received.saw(bytes, tape.opened);
    }
}

/// A stream that lets a [`Listener`] hear both directions.
#[derive(Debug)]
pub(super) struct Tee<S> {
    stream: S,
    listener: Listener,
}

impl<S> Tee<S> {
    pub(super) fn new(stream: S, listener: Listener) -> Self {
        Self { stream, listener }
    }

    pub(super) fn listener(&self) -> &Listener {
        &self.listener
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tee<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.listener.received(buf.filled().get(before..).unwrap_or_default());
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tee<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.listener.sending();
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(written)) = &polled {
            self.listener.sent(buf.get(..*written).unwrap_or(buf));
        }
        polled
    }

    // rustls hands over what is left to say, an alert last, in one vectored write and does not come
    // back: written piece by piece, only the first would ever leave.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.listener.sending();
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, buffers);
        if let Poll::Ready(Ok(written)) = &polled {
            let mut left = *written;
            for buffer in buffers {
                let part = buffer.get(..left).unwrap_or(buffer);
                self.listener.sent(part);
                left = left.saturating_sub(part.len());
            }
        }
        polled
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn both_directions_are_heard_and_kept_apart_before_and_after_the_opening() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let listener = Listener::new();
        let mut tee = Tee::new(ours, listener.clone());
        let mut buffer = [0; 100];

        tee.write_all(b"hello").await.unwrap();
        theirs.write_all(b"and hello").await.unwrap();
        assert_eq!(tee.read(&mut buffer).await.unwrap(), 9);
        let opening = listener.take_opening();
        assert_eq!(
            (opening.sent.as_slice(), opening.received.as_slice()),
            (&b"hello"[..], &b"and hello"[..])
        );
        assert_eq!(opening.wire, Wire { sent: 5, received: 9 });
        assert!(opening.first_byte.is_some());

        tee.write_all(&[7; 100]).await.unwrap();
        theirs.write_all(b"ok").await.unwrap();
        assert_eq!(tee.read(&mut buffer).await.unwrap(), 2);
        let (sent, received) = listener.since_opening();
        assert_eq!(sent, Protected { bytes: 100, first: vec![7; 64] });
        assert_eq!(received, Protected { bytes: 2, first: b"ok".to_vec() });
    }

    #[tokio::test]
    async fn a_write_of_several_pieces_is_heard_as_far_as_it_went() {
        let (ours, _theirs) = tokio::io::duplex(7);
        let listener = Listener::new();
        let mut tee = Tee::new(ours, listener.clone());
        assert!(tee.is_write_vectored());
        let pieces = [&b"four"[..], b"and", b"more"].map(IoSlice::new);
        let mut written = 0;
        while written < 7 {
            written += tee.write_vectored(&pieces).await.unwrap();
        }
        let opening = listener.take_opening();
        assert_eq!((written, opening.sent.as_slice()), (7, &b"fourand"[..]));
    }

    #[tokio::test]
    async fn no_more_than_the_cap_is_kept_of_an_opening() {
        let (ours, mut theirs) = tokio::io::duplex(MAX_FLIGHT * 2);
        let listener = Listener::new();
        let mut tee = Tee::new(ours, listener.clone());
        theirs.write_all(&vec![1; MAX_FLIGHT + 10]).await.unwrap();
        drop(theirs);
        tee.read_to_end(&mut Vec::new()).await.unwrap();
        let opening = listener.take_opening();
        assert_eq!(opening.received.len(), MAX_FLIGHT);
        assert_eq!(opening.wire.received, u64::try_from(MAX_FLIGHT).unwrap() + 10);
    }
}
