// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes on their way to the disk: written on a blocking thread while the next ones arrive, and no more than
//! two batches of them in memory.

use std::fs::File;
use std::io::{self, IoSlice, Write as _};
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::error::Refusal;
use crate::pool::{Lease, Pool};

/// Buffers in a batch: a megabyte, so that the threads have to meet only so often.
const BATCH: usize = 8;

/// After this much the disk has to catch up, so that the last word is not long in coming.
const SYNC_EVERY: u64 = 64 * 1024 * 1024;

/// Writes what it is given to a file, in order.
#[derive(Debug)]
pub(crate) struct Writer {
    file: Arc<File>,
    pool: Arc<Pool>,
    /// All full, the last one perhaps not.
    batch: Vec<Lease>,
    writing: Option<JoinHandle<io::Result<()>>>,
    taken: u64,
    unsynced: u64,
}

impl Writer {
    pub(crate) fn new(file: Arc<File>, pool: Arc<Pool>) -> Self {
        Self { file, pool, batch: Vec::new(), writing: None, taken: 0, unsynced: 0 }
    }

    /// Bytes taken so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Take bytes. Waits for the disk when a batch is full and the one before is not written yet.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.taken = self.taken.saturating_add(length);
        self.unsynced = self.unsynced.saturating_add(length);
        // Copied, so that the connection's own buffer is free at once to be read into again.
        while !bytes.is_empty() {
            let taken = match self.batch.last_mut().filter(|last| !last.is_full()) {
                Some(last) => last.fill(bytes),
                None => {
                    if self.batch.len() >= BATCH {
                        self.send_batch().await?;
                    }
                    self.batch.push(self.pool.lend());
                    0
                }
            };
            bytes = bytes.get(taken..).unwrap_or_default();
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
        let (file, batch) = (Arc::clone(&self.file), std::mem::take(&mut self.batch));
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

fn write_all(mut file: &File, batch: &[Lease]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = batch.iter().map(|lease| IoSlice::new(lease.as_ref())).collect();
    let mut left = slices.as_mut_slice();
    // Slices of no length are passed over.
    IoSlice::advance_slices(&mut left, 0);
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
