// SPDX-License-Identifier: MIT OR Apache-2.0
//! One transaction: the batches that waited together become one link of the chain.

mod index;

pub(super) use index::{certificate, compromise, issuer_certificate};

use authority::{Batch, Head, Mark, Receipt, RecordError};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use x509::{SignatureVerifier, Time};

use super::mark::{self, MarkFile};
use super::{read, schema};
use crate::error::translate;
use certificate::{Approvals, Parts};

type Outcome = Result<Receipt, RecordError>;

/// What the batches of a transaction have written so far.
#[derive(Default)]
struct Written {
    entries: Vec<Vec<u8>>,
    parts: Vec<Parts>,
}

/// What is taken back when a batch is refused that has begun to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// What it has written itself: behind a savepoint, for which SQLite copies each page before it is changed.
    Itself,
    /// The transaction, with all that others have written.
    All,
}

/// Commits what can be committed, and gives each batch its outcome, in order. Nearly always nobody is refused: only
/// when somebody was is there a savepoint for each.
pub(super) fn commit(
    connection: &mut Connection,
    mark: &mut MarkFile,
    batches: &[Batch],
    crypto: &dyn SignatureVerifier,
) -> Vec<Outcome> {
    let mut committed = transact(connection, mark, batches, (Undo::All, crypto));
    if batches.len() > 1 && committed.as_ref().is_err_and(RecordError::is_refusal) {
        committed = transact(connection, mark, batches, (Undo::Itself, crypto));
    }
    match committed {
        Ok(outcomes) => outcomes,
        Err(error) if batches.len() == 1 => vec![Err(error)],
        // Patience has run out for all of them: waiting once more for each would be worse.
        Err(RecordError::Locked) => batches.iter().map(|_| Err(RecordError::Locked)).collect(),
        // Each is tried again alone: one that cannot be committed does not take the others with it.
        Err(_) => {
            let alone = |batch: &Batch| {
                let batch = std::slice::from_ref(batch);
                let mut outcomes = transact(connection, mark, batch, (Undo::All, crypto))?;
                outcomes.pop().unwrap_or(Err(RecordError::Closed))
            };
            batches.iter().map(alone).collect()
        }
    }
}

fn transact(
    connection: &mut Connection,
    mark: &mut MarkFile,
    batches: &[Batch],
    (undo, crypto): (Undo, &dyn SignatureVerifier),
) -> Result<Vec<Outcome>, RecordError> {
    let failed = |error| translate(error, "committing a batch");
    let mut transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    schema::require_not_newer(&transaction)?;
    let before = read::head(&transaction)?;
    // Behind the lock: whoever wrote it had committed before.
    let loss = MarkFile::loss(mark.read(crypto)?, &transaction)?;
    let mut written = Written::default();
    let mut accepted: Vec<Result<(), RecordError>> = Vec::new();
    for batch in batches {
        if let Some(loss) = loss.filter(|loss| !mark::accepts(batch, loss)) {
            accepted.push(Err(loss.refusal()));
            continue;
        }
        accepted.push(accept(&mut transaction, batch, before, &mut written, (undo, crypto))?);
    }
    // Behind the savepoints, where there are any: each would have them written to the disk for itself.
    certificate::parts(&transaction, &written.parts)?;
    let entries = written.entries;
    let head = if entries.is_empty() { before } else { before.after(&entries, crypto) };
    if !entries.is_empty() {
        link(&transaction, &head).map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    if let Some(at) = last_at(batches, &accepted) {
        mark.write(Mark { head, at }, crypto);
    }
    Ok(accepted.into_iter().map(|outcome| outcome.map(|()| Receipt { head })).collect())
}

/// When the last of what was taken was made.
fn last_at(batches: &[Batch], accepted: &[Result<(), RecordError>]) -> Option<Time> {
    let taken = batches.iter().zip(accepted).filter(|(_, accepted)| accepted.is_ok());
    taken.filter_map(|(batch, _)| batch.entries().last()).next_back().map(|entry| entry.at)
}

/// Takes one batch into the transaction, whole or not at all. The outer error is that of the transaction.
fn accept(
    transaction: &mut Transaction<'_>,
    batch: &Batch,
    before: Head,
    written: &mut Written,
    (undo, crypto): (Undo, &dyn SignatureVerifier),
) -> Result<Result<(), RecordError>, RecordError> {
    let grown = u64::from(!written.entries.is_empty());
    let found = before.number.saturating_add(grown);
    match batch.expected() {
        Some(expected) if expected != before || grown != 0 => {
            return Ok(Err(RecordError::Moved { expected: expected.number, found }));
        }
        _ => {}
    }
    let number = before.number.saturating_add(1);
    let Written { entries, parts } = match undo {
        Undo::All => write(transaction, batch, number, crypto)?,
        Undo::Itself => {
            let failed = |error| translate(error, "committing a batch");
            let savepoint = transaction.savepoint().map_err(failed)?;
            match write(&savepoint, batch, number, crypto) {
                Ok(one) => savepoint.commit().map(|()| one).map_err(failed)?,
                Err(refused) if refused.is_refusal() => return Ok(Err(refused)),
                Err(error) => return Err(error),
            }
        }
    };
    written.entries.extend(entries);
    written.parts.extend(parts);
    Ok(Ok(()))
}

fn write(
    connection: &Connection,
    batch: &Batch,
    number: u64,
    crypto: &dyn SignatureVerifier,
) -> Result<Written, RecordError> {
    let failed = |error| translate(error, "writing the journal");
    let mut written = Written::default();
    let mut approvals = Approvals::new();
    for entry in batch.entries() {
        let der = entry.encode();
        let mut statement = connection
            .prepare_cached("INSERT INTO journal (batch, kind, at, entry) VALUES (?1, ?2, ?3, ?4)")
            .map_err(failed)?;
        let row = (integer(number), entry.event.kind(), entry.at.unix(), &der);
        let sequence = statement.insert(row).map_err(failed)?;
        written.parts.extend(index::insert(connection, sequence, entry, &mut approvals, crypto)?);
        written.entries.push(der);
    }
    Ok(written)
}

fn link(transaction: &Transaction<'_>, head: &Head) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached("INSERT INTO batches (number, digest) VALUES (?1, ?2)")?;
    statement.execute((integer(head.number), head.digest)).map(drop)
}

/// SQLite's integers are signed; a journal of 2^63 batches is not one we will see.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
