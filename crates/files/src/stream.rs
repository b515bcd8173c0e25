// SPDX-License-Identifier: MIT OR Apache-2.0
//! A part of a file, read while it is sent: at once where the bytes are in memory, else on a blocking thread
//! that is one chunk ahead.

use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use rustix::io::{Errno, ReadWriteFlags, pread, preadv2};
use tokio::task::JoinHandle;

use crate::pool::{CHUNK, Pool};

/// A part of a file on its way out.
#[derive(Debug)]
pub(crate) struct FileStream {
    file: Arc<OwnedFd>,
    /// What has not been handed on yet.
    left: Range<u64>,
    pool: Arc<Pool>,
    reading: Reading,
}

#[derive(Debug)]
enum Reading {
    /// Try for what is in memory.
    AtOnce,
    /// The file system cannot tell, or did not have it: on a blocking thread.
    Ahead(Option<JoinHandle<io::Result<Bytes>>>),
}

impl FileStream {
    pub(crate) fn new(file: Arc<OwnedFd>, part: Range<u64>, pool: Arc<Pool>, local: bool) -> Self {
        let reading = if local { Reading::AtOnce } else { Reading::Ahead(None) };
        Self { file, left: part, pool, reading }
    }

    /// Bytes that are still to come.
    pub(crate) fn left(&self) -> u64 {
        self.left.end.saturating_sub(self.left.start)
    }

    /// The next chunk; `None` at the end. A file that has become shorter is an error: the length has been
    /// promised.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.left() == 0 {
            return Poll::Ready(None);
        }
        if matches!(self.reading, Reading::AtOnce) {
            match read_at_once(&self.file, &self.pool, &self.left) {
                Ok(bytes) => return Poll::Ready(Some(self.pass(bytes))),
                Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {
                    self.reading = Reading::Ahead(None);
                }
                Err(errno) => return Poll::Ready(Some(Err(errno.into()))),
            }
        }
        let mut reading = match std::mem::replace(&mut self.reading, Reading::Ahead(None)) {
            Reading::Ahead(Some(reading)) => reading,
            Reading::Ahead(None) | Reading::AtOnce => self.read_ahead(),
        };
        let Poll::Ready(outcome) = Pin::new(&mut reading).poll(cx) else {
            self.reading = Reading::Ahead(Some(reading));
            return Poll::Pending;
        };
        let bytes = outcome.map_err(io::Error::other).flatten().and_then(|bytes| self.pass(bytes));
        if bytes.is_ok() && self.left() > 0 {
            self.reading = Reading::Ahead(Some(self.read_ahead()));
        }
        Poll::Ready(Some(bytes))
    }

    fn pass(&mut self, bytes: Bytes) -> io::Result<Bytes> {
        if bytes.is_empty() {
            let message = format!("the file ended {} bytes early: it was cut while it was sent", self.left());
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
        }
        self.left.start = self.left.start.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(bytes)
    }

    fn read_ahead(&self) -> JoinHandle<io::Result<Bytes>> {
        let (file, pool, left) = (Arc::clone(&self.file), Arc::clone(&self.pool), self.left.clone());
        tokio::task::spawn_blocking(move || {
            let mut lease = pool.lend();
            let read = pread(&*file, lease.space(wanted(&left)), left.start)?;
            Ok(lease.freeze(read))
        })
    }
}

/// At most a chunk.
fn wanted(left: &Range<u64>) -> usize {
    usize::try_from(left.end.saturating_sub(left.start)).unwrap_or(CHUNK).min(CHUNK)
}

/// What the page cache has of the next chunk.
fn read_at_once(file: &OwnedFd, pool: &Arc<Pool>, left: &Range<u64>) -> Result<Bytes, Errno> {
    let mut lease = pool.lend();
    let mut space = [IoSliceMut::new(lease.space(wanted(left)))];
    let read = preadv2(file, &mut space, left.start, ReadWriteFlags::NOWAIT)?;
    Ok(lease.freeze(read))
}

/// The whole of a small file that is in memory. `None`: it is not, or not as long as it was.
pub(crate) fn small_at_once(file: &OwnedFd, part: &Range<u64>) -> Option<Bytes> {
    let length = usize::try_from(part.end.saturating_sub(part.start)).ok()?;
    let mut buffer = vec![0; length];
    let read = preadv2(file, &mut [IoSliceMut::new(&mut buffer)], part.start, ReadWriteFlags::NOWAIT).ok()?;
    (read == length).then(|| buffer.into())
}
