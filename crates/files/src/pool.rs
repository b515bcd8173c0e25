// SPDX-License-Identifier: MIT OR Apache-2.0
//! Buffers that are used again: a fresh one costs a page fault for every 4 KiB.

use std::io::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

/// Bytes read from a file at once.
pub(crate) const CHUNK: usize = 128 * 1024;

/// Buffers kept for the next reader; more are made when more are read at one time.
const KEPT: usize = 32;

/// A pool of buffers of [`CHUNK`] bytes.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    free: Mutex<Vec<Vec<u8>>>,
}

/// A buffer on loan.
#[derive(Debug)]
pub(crate) struct Lease {
    buffer: Vec<u8>,
    filled: usize,
    pool: Arc<Pool>,
}

impl Pool {
    pub(crate) fn lend(self: &Arc<Self>) -> Lease {
        let buffer = self.free.lock().pop().unwrap_or_else(|| vec![0; CHUNK]);
        Lease { buffer, filled: 0, pool: Arc::clone(self) }
    }
}

impl Lease {
    /// The first `length` bytes of the buffer, or all of it.
    pub(crate) fn space(&mut self, length: usize) -> &mut [u8] {
        let length = length.min(self.buffer.len());
        self.buffer.get_mut(..length).unwrap_or_default()
    }

    /// Copy in as much of `bytes` as there is room for after what is there. How much that was.
    pub(crate) fn fill(&mut self, bytes: &[u8]) -> usize {
        let mut room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        // Writing into memory takes what there is room for, and does not fail.
        let taken = room.write(bytes).unwrap_or(0);
        self.filled = self.filled.saturating_add(taken);
        taken
    }

    /// Whether nothing more can be filled in.
    pub(crate) fn is_full(&self) -> bool {
        self.filled >= self.buffer.len()
    }

    /// The first `filled` bytes, which go back to the pool when the last reader drops them.
    pub(crate) fn freeze(mut self, filled: usize) -> Bytes {
        self.filled = filled;
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Lease {
    fn as_ref(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut free = self.pool.free.lock();
        if free.len() < KEPT {
            free.push(std::mem::take(&mut self.buffer));
        }
    }
}
