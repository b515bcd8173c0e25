// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one thread that writes.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};

use authority::{Batch, Receipt, RecordError};
use rusqlite::Connection;
use x509::SignatureVerifier;

use super::commit::commit;
use super::mark::MarkFile;
use crate::promise::{Giver, Promise, promise};

/// How many batches share one transaction at most.
const GROUP: usize = 256;

/// How many wait at most. More come only when the disk does not keep up for seconds, and waiting without end would
/// help nobody.
const WAITING: usize = 4_096;

type Outcome = Result<Receipt, RecordError>;

/// A batch, and whom to tell.
struct Waiting {
    batch: Batch,
    giver: Giver<Outcome>,
}

/// The thread, and the way to it. Dropping it lets the thread finish what waits.
pub(super) struct Writer {
    sender: Option<SyncSender<Waiting>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        mut connection: Connection,
        mut mark: MarkFile,
        crypto: Arc<dyn SignatureVerifier>,
    ) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(WAITING);
        let thread = Builder::new()
            .name("record".to_owned())
            .spawn(move || while serve(&mut connection, &mut mark, &receiver, &*crypto).is_some() {})?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    /// Hands a batch to the thread, unless too many wait already.
    pub(super) fn commit(&self, batch: Batch) -> Result<Promise<Outcome>, RecordError> {
        let (giver, promise) = promise();
        let sent = self.sender.as_ref().map(|sender| sender.try_send(Waiting { batch, giver }));
        match sent {
            Some(Err(TrySendError::Full(_))) => Err(RecordError::Busy { waiting: WAITING }),
            // When the thread is gone, the giver goes with the message, which the promise notices.
            _ => Ok(promise),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // It panics for nobody; and if it did, everyone who waited has been told.
            let _ = thread.join();
        }
    }
}

/// Waits for batches, commits those that wait together, and answers. `None` when nobody is left to ask.
fn serve(
    connection: &mut Connection,
    mark: &mut MarkFile,
    receiver: &Receiver<Waiting>,
    crypto: &dyn SignatureVerifier,
) -> Option<()> {
    let first = receiver.recv().ok()?;
    // Whoever is about to hand in a batch, and would run now, shares this transaction instead of waiting for it.
    std::thread::yield_now();
    let group = std::iter::once(first).chain(receiver.try_iter()).take(GROUP);
    let (batches, givers): (Vec<Batch>, Vec<Giver<Outcome>>) =
        group.map(|Waiting { batch, giver }| (batch, giver)).unzip();
    let outcomes = commit(connection, mark, &batches, crypto);
    for (giver, outcome) in givers.into_iter().zip(outcomes) {
        giver.give(outcome);
    }
    Some(())
}
