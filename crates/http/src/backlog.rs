// SPDX-License-Identifier: MIT OR Apache-2.0
//! What was handed to HTTP/2 connections and has not left: bytes that wait in memory for callers to read.
//!
//! HTTP/1.1 asks for the next bytes when the last ones have gone. HTTP/2 asks for each stream by itself, and a
//! caller may open a hundred of them, grant each the largest window there is, and read nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use parking_lot::Mutex;

use crate::limits::Http2Limits;

/// The bytes of all connections of a listener together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Everybody(Arc<AtomicUsize>);

/// The bytes of one connection.
#[derive(Debug)]
pub(crate) struct Backlog {
    everybody: Everybody,
    limit_of_all: usize,
    limit: usize,
    held: AtomicUsize,
    waiting: Mutex<Vec<Waker>>,
}

/// The bytes of one answer on it.
#[derive(Debug)]
pub(crate) struct Share {
    backlog: Arc<Backlog>,
    held: Arc<AtomicUsize>,
}

/// Bytes on their way out. They have left when they are dropped.
struct Held {
    bytes: Bytes,
    backlog: Arc<Backlog>,
    of_answer: Arc<AtomicUsize>,
}

impl Backlog {
    pub(crate) fn new(everybody: &Everybody, limits: &Http2Limits) -> Arc<Self> {
        Arc::new(Self {
            everybody: everybody.clone(),
            limit_of_all: limits.buffered_by_all,
            limit: limits.buffered,
            held: AtomicUsize::new(0),
            waiting: Mutex::default(),
        })
    }

    pub(crate) fn share(self: &Arc<Self>) -> Share {
        Share { backlog: Arc::clone(self), held: Arc::default() }
    }
}

impl Share {
    /// Ready when the answer may hand on more.
    ///
    /// Of a connection that holds nothing the next answer always may: whoever reads gets on, whatever others do.
    /// That is also why a wait ends: when bytes of this very connection leave.
    pub(crate) fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        if self.has_room() {
            return Poll::Ready(());
        }
        let mut waiting = self.backlog.waiting.lock();
        if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            waiting.push(cx.waker().clone());
        }
        drop(waiting);
        // What left since the first look has woken nobody.
        if self.has_room() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn has_room(&self) -> bool {
        let of_connection = self.backlog.held.load(Ordering::SeqCst);
        if of_connection == 0 {
            return true;
        }
        let of_all = self.backlog.everybody.0.load(Ordering::SeqCst);
        let first = self.held.load(Ordering::SeqCst) == 0;
        of_all < self.backlog.limit_of_all && (first || of_connection < self.backlog.limit)
    }

    /// Counts bytes until they have left.
    pub(crate) fn hold(&self, bytes: Bytes) -> Bytes {
        if bytes.is_empty() {
            return bytes;
        }
        let held = Held { backlog: Arc::clone(&self.backlog), of_answer: Arc::clone(&self.held), bytes };
        held.counters().into_iter().for_each(|count| {
            count.fetch_add(held.bytes.len(), Ordering::SeqCst);
        });
        Bytes::from_owner(held)
    }
}

impl Held {
    fn counters(&self) -> [&AtomicUsize; 3] {
        [&self.of_answer, &self.backlog.held, &self.backlog.everybody.0]
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        for count in self.counters() {
            count.fetch_sub(self.bytes.len(), Ordering::SeqCst);
        }
        let waiting = std::mem::take(&mut *self.backlog.waiting.lock());
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backlog(everybody: &Everybody, buffered: usize, buffered_by_all: usize) -> Arc<Backlog> {
        Backlog::new(everybody, &Http2Limits { buffered, buffered_by_all, ..Http2Limits::default() })
    }

    fn has_room(share: &Share) -> bool {
        share.poll_room(&Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn an_answer_waits_while_its_connection_holds_too_much() {
        let backlog = backlog(&Everybody::default(), 10, 100);
        let (one, other) = (backlog.share(), backlog.share());
        let first = one.hold(Bytes::from_static(b"12345"));
        let second = one.hold(Bytes::from_static(b"12345"));
        assert!(!has_room(&one));
        // The first bytes of another answer do not wait for it.
        assert!(has_room(&other));
        drop(first);
        assert!(has_room(&one));
        assert_eq!(second, &b"12345"[..]);
    }

    #[test]
    fn when_all_connections_hold_too_much_each_still_gets_on() {
        let everybody = Everybody::default();
        let (greedy, modest) = (backlog(&everybody, 10, 10), backlog(&everybody, 10, 10));
        let (hoard, share, late) = (greedy.share(), modest.share(), modest.share());
        let hoarded = hoard.hold(Bytes::from_static(b"1234567890"));
        assert!(has_room(&share));
        let sent = share.hold(Bytes::from_static(b"1"));
        assert!(!has_room(&share) && !has_room(&late));
        drop(sent);
        assert!(has_room(&share) && has_room(&late));
        drop(hoarded);
        assert_eq!(everybody.0.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_part_of_the_bytes_counts_as_all_until_it_has_left() {
        let backlog = backlog(&Everybody::default(), 4, 4);
        let share = backlog.share();
        let mut bytes = share.hold(Bytes::from_static(b"12345678"));
        let part = bytes.split_to(2);
        drop(bytes);
        assert!(!has_room(&share));
        drop(part);
        assert!(has_room(&share));
    }
}
