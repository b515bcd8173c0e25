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
    let (batches, givers): (Vec<Batch>, Vec<Giver<Outcome>>) =
        group(receiver)?.into_iter().map(|Waiting { batch, giver }| (batch, giver)).unzip();
    let outcomes = commit(connection, mark, &batches, crypto);
    for (giver, outcome) in givers.into_iter().zip(outcomes) {
        giver.give(outcome);
    }
    Some(())
}

/// Those who share the next transaction: nobody is waited for, since alone it takes less time than they would.
fn group(receiver: &Receiver<Waiting>) -> Option<Vec<Waiting>> {
    let first = receiver.recv().ok()?;
    // Whoever is about to hand in a batch, and would run now, shares this transaction instead of waiting for it.
    std::thread::yield_now();
    let mut group: Vec<Waiting> = std::iter::once(first).chain(receiver.try_iter()).take(GROUP).collect();
    // Whoever expects the record to stand where it does goes before those who move it.
    group.sort_by_key(|waiting| waiting.batch.expected().is_none());
    Some(group)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use authority::Head;

    use super::*;

    fn send(sender: &SyncSender<Waiting>, batch: Batch) {
        sender.try_send(Waiting { batch, giver: promise().0 }).ok().unwrap();
    }

    #[test]
    fn a_group_has_an_end_and_nobody_is_lost_behind_it() {
        let (sender, receiver) = sync_channel(WAITING);
        (0..GROUP + 10).for_each(|_| send(&sender, Batch::new(Vec::new())));
        assert_eq!(group(&receiver).unwrap().len(), GROUP);
        assert_eq!(group(&receiver).unwrap().len(), 10);
        drop(sender);
        assert!(group(&receiver).is_none());
    }

    #[test]
    fn whoever_expects_the_record_as_it_stands_goes_before_those_who_move_it() {
        let (sender, receiver) = sync_channel(WAITING);
        (0..2).for_each(|_| send(&sender, Batch::new(Vec::new())));
        send(&sender, Batch::new(Vec::new()).only_at(Head::GENESIS));
        let group = group(&receiver).unwrap();
        let expects: Vec<bool> = group.iter().map(|waiting| waiting.batch.expected().is_some()).collect();
        assert_eq!(expects, [true, false, false]);
    }
}
