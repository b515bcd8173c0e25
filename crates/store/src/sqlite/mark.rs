// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mark beside the database: how far the journal had come.
//!
//! One line of 140 octets, less than a sector, written in place after each commit is durable, and never synced: what a
//! power cut leaves of it is the mark of some commit before, or none, and neither is ever ahead of what is durable.
//! A database that ends before it, or has another batch in its place, is not the one that was committed to.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use authority::{Batch, Event, Head, Loss, Mark, RecordError};
use rusqlite::Connection;
use x509::hex;
use x509::{DigestAlgorithm, SignatureVerifier, Time};

use super::read;

/// How long the line is.
const LENGTH: usize = 140;

/// The file, which is opened when it is first needed.
#[derive(Debug)]
pub(super) struct MarkFile {
    path: PathBuf,
    file: Option<File>,
}

impl MarkFile {
    /// That of the database at a path: `authority.head` beside `authority.db`.
    pub(super) fn beside(database: &Path) -> Self {
        Self { path: database.with_extension("head"), file: None }
    }

    /// What it says; `None` where there is none, or a damaged one: it warns, and is nothing to rely on.
    pub(super) fn read(&self, crypto: &dyn SignatureVerifier) -> Result<Option<Mark>, RecordError> {
        let mut line = [0; LENGTH];
        let read = match &self.file {
            Some(file) => file.read_exact_at(&mut line, 0),
            None => File::open(&self.path).and_then(|file| file.read_exact_at(&mut line, 0)),
        };
        match read {
            Ok(()) => Ok(parse(&line, crypto)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => {
                Ok(None)
            }
            Err(error) => {
                Err(RecordError::Failed { action: "reading how far it had come", source: Box::new(error) })
            }
        }
    }

    /// Notes an end of the chain that is durable. Where that fails, an older mark stays, or none: a commit that is done
    /// is not taken back for it.
    pub(super) fn write(&mut self, mark: Mark, crypto: &dyn SignatureVerifier) {
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600);
            self.file = options.open(&self.path).ok();
        }
        if let Some(file) = &self.file {
            let _older = file.write_all_at(line(mark, crypto).as_bytes(), 0);
        }
    }

    /// What a database does not know of what the mark does. To be asked in one transaction, or with a mark that was
    /// read before it.
    pub(super) fn loss(mark: Option<Mark>, connection: &Connection) -> Result<Option<Loss>, RecordError> {
        let Some(mark) = mark else { return Ok(None) };
        let found = read::head(connection)?;
        if found == mark.head || read::is_batch(connection, mark.head)? {
            return Ok(None);
        }
        Ok(Some(Loss { found, since: read::last_at(connection)?, mark }))
    }
}

/// Whether a batch says that the record goes on without what is lost.
pub(super) fn accepts(batch: &Batch, loss: &Loss) -> bool {
    batch.entries().iter().any(|entry| match &entry.event {
        Event::IntervalUnknown(unknown) => unknown.known == loss.found && unknown.lost == loss.mark.head,
        _ => false,
    })
}

/// `chancery-head 1 NUMBER DIGEST SECONDS CHECK`, in fixed widths.
fn line(mark: Mark, crypto: &dyn SignatureVerifier) -> String {
    let digest = hex::encode(&mark.head.digest);
    let number = mark.head.number;
    let said = format!("chancery-head 1 {number:020} {digest} {:+020}", mark.at.unix());
    format!("{said} {}\n", check(said.as_bytes(), crypto))
}

fn parse(octets: &[u8; LENGTH], crypto: &dyn SignatureVerifier) -> Option<Mark> {
    let mut words = str::from_utf8(octets).ok()?.split_ascii_whitespace();
    if (words.next()?, words.next()?) != ("chancery-head", "1") {
        return None;
    }
    let number = words.next()?.parse().ok()?;
    let digest = hex::decode(words.next()?)?.try_into().ok()?;
    let at = Time::from_unix(words.next()?.parse().ok()?);
    let mark = Mark { head: Head { number, digest }, at };
    // What is written is written one way only, its check included.
    (line(mark, crypto).as_bytes() == octets).then_some(mark)
}

/// The beginning of the SHA-256 of what is said.
fn check(said: &[u8], crypto: &dyn SignatureVerifier) -> String {
    let digest = crypto.digest(DigestAlgorithm::Sha256, said);
    hex::encode(digest.octets().first_chunk::<8>().map_or(&[], |first| first))
}
