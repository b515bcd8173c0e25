// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one thread that writes.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use authority::{Batch, Receipt, RecordError};
use rusqlite::Connection;
use x509::SignatureVerifier;

use super::commit::commit;
use super::mark::MarkFile;
use crate::promise::{Giver, Promise, promise};

/// How many batches share one transaction at most.
const GROUP: usize = 256;

/// How long a transaction waits at most for those who were there the last time. Whoever is answered comes back soon where
/// there is much to do, and one transaction for all of them costs little more than one for each.
const PATIENCE: Duration = Duration::from_millis(2);

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
        let serve = move || {
            let mut line = Line { receiver, carried: Vec::new(), expected: 1 };
            while let Some(group) = line.group() {
                let (batches, givers): (Vec<Batch>, Vec<Giver<Outcome>>) =
                    group.into_iter().map(|Waiting { batch, giver }| (batch, giver)).unzip();
                let outcomes = commit(&mut connection, &mut mark, &batches, &*crypto);
                // Before anybody is answered, who would be counted twice then.
                line.look_behind(batches.len());
                givers.into_iter().zip(outcomes).for_each(|(giver, outcome)| giver.give(outcome));
            }
        };
        let thread = Builder::new().name("record".to_owned()).spawn(serve)?;
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

/// Those who wait, as the thread sees them.
struct Line {
    receiver: Receiver<Waiting>,
    /// Who came while the last group was committed.
    carried: Vec<Waiting>,
    /// How many were there at the same time, then: in the group, or behind it.
    expected: usize,
}

impl Line {
    /// The next ones, who share a transaction: all who are there, and for a moment those who are expected. `None` when
    /// nobody is left to ask.
    fn group(&mut self) -> Option<Vec<Waiting>> {
        let mut group = std::mem::take(&mut self.carried);
        if group.is_empty() {
            group.push(self.receiver.recv().ok()?);
        }
        let began = Instant::now();
        while group.len() < GROUP {
            let next = match group.len() < self.expected {
                true => self.receiver.recv_timeout(PATIENCE.saturating_sub(began.elapsed())).ok(),
                false => self.receiver.try_recv().ok(),
            };
            let Some(next) = next else { break };
            group.push(next);
        }
        // Whoever expects the record to stand where it does goes before those who move it.
        group.sort_by_key(|waiting| waiting.batch.expected().is_none());
        Some(group)
    }

    /// Who has come while so many were committed, and how many are there at the same time, therefore.
    fn look_behind(&mut self, committed: usize) {
        self.carried.extend(self.receiver.try_iter().take(GROUP));
        self.expected = committed.saturating_add(self.carried.len());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use authority::Head;

    use super::*;

    fn line(expected: usize) -> (SyncSender<Waiting>, Line) {
        let (sender, receiver) = sync_channel(WAITING);
        (sender, Line { receiver, carried: Vec::new(), expected })
    }

    fn waiting(batch: Batch) -> Waiting {
        Waiting { batch, giver: promise().0 }
    }

    fn send(sender: &SyncSender<Waiting>, count: usize) {
        (0..count).for_each(|_| sender.try_send(waiting(Batch::new(Vec::new()))).ok().unwrap());
    }

    #[test]
    fn those_who_are_there_share_a_transaction_and_so_many_are_expected_again() {
        let (sender, mut line) = line(1);
        send(&sender, 3);
        assert_eq!(line.group().unwrap().len(), 3);
        send(&sender, 2);
        line.look_behind(3);
        assert_eq!((line.carried.len(), line.expected), (2, 5));
        // Nobody else comes: after a moment those who are there go alone, and are all that is expected then.
        assert_eq!(line.group().unwrap().len(), 2);
        line.look_behind(2);
        assert_eq!((line.carried.len(), line.expected), (0, 2));
        send(&sender, 1);
        drop(sender);
        assert_eq!(line.group().unwrap().len(), 1, "nobody can come any more");
        assert!(line.group().is_none());
    }

    #[test]
    fn a_group_has_an_end_and_nobody_is_lost_behind_it() {
        let (sender, mut line) = line(1);
        send(&sender, GROUP + 10);
        assert_eq!(line.group().unwrap().len(), GROUP);
        line.look_behind(GROUP);
        assert_eq!(line.carried.len(), 10);
        send(&sender, GROUP);
        assert_eq!(line.group().unwrap().len(), GROUP);
        line.look_behind(GROUP);
        assert_eq!(line.carried.len(), 10);
    }

    #[test]
    fn whoever_expects_the_record_as_it_stands_goes_before_those_who_move_it() {
        let (sender, mut line) = line(1);
        send(&sender, 2);
        sender.try_send(waiting(Batch::new(Vec::new()).only_at(Head::GENESIS))).ok().unwrap();
        let group = line.group().unwrap();
        let expects: Vec<bool> = group.iter().map(|waiting| waiting.batch.expected().is_some()).collect();
        assert_eq!(expects, [true, false, false]);
    }
}
