// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes on their way to the disk: written on a blocking thread while the next ones arrive, and no more than
//! two batches of them in memory.

use std::fs::File;
use std::io::{self, IoSlice, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::JoinHandle;

use crate::error::Refusal;

/// A batch: this many bytes, or this many pieces (one call writes no more).
const BATCH: usize = 256 * 1024;
const PIECES: usize = 1024;

/// After this much the disk has to catch up, so that the last word is not long in coming.
const SYNC_EVERY: u64 = 256 * 1024 * 1024;

/// Writes what it is given to a file, in order.
#[derive(Debug)]
pub(crate) struct Writer {
    file: Arc<File>,
    batch: Vec<Bytes>,
    batch_bytes: usize,
    writing: Option<JoinHandle<io::Result<()>>>,
    taken: u64,
    unsynced: u64,
}

impl Writer {
    pub(crate) fn new(file: Arc<File>) -> Self {
        Self { file, batch: Vec::new(), batch_bytes: 0, writing: None, taken: 0, unsynced: 0 }
    }

    /// Bytes taken so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Take bytes. Waits for the disk when a batch is full and the one before is not written yet.
    pub(crate) async fn write(&mut self, bytes: Bytes) -> Result<(), Refusal> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.batch_bytes = self.batch_bytes.saturating_add(bytes.len());
        self.taken = self.taken.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.batch.push(bytes);
        if self.batch_bytes >= BATCH || self.batch.len() >= PIECES {
            self.send_batch().await?;
        }
        Ok(())
    }

    /// Write what is left, and wait until everything is with the system.
    pub(crate) async fn finish(mut self) -> Result<(), Refusal> {
        self.send_batch().await?;
        self.written().await
    }

    async fn send_batch(&mut self) -> Result<(), Refusal> {
        self.written().await?;
        if self.batch.is_empty() {
            return Ok(());
        }
        let (file, batch) = (Arc::clone(&self.file), std::mem::take(&mut self.batch));
        self.unsynced = self.unsynced.saturating_add(u64::try_from(self.batch_bytes).unwrap_or(u64::MAX));
        self.batch_bytes = 0;
        let sync = self.unsynced >= SYNC_EVERY;
        if sync {
            self.unsynced = 0;
        }
        self.writing = Some(tokio::task::spawn_blocking(move || {
            write_all(&file, &batch)?;
            if sync { file.sync_data() } else { Ok(()) }
        }));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), Refusal> {
        if let Some(writing) = self.writing.take() {
            writing.await??;
        }
        Ok(())
    }
}

fn write_all(mut file: &File, batch: &[Bytes]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = batch.iter().map(|bytes| IoSlice::new(bytes)).collect();
    let mut left = slices.as_mut_slice();
    while !left.is_empty() {
        match file.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut left, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
