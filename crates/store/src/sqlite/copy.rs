// SPDX-License-Identifier: MIT OR Apache-2.0
//! A copy of the record while it is in use.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use authority::RecordError;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::open;
use crate::error::OpenError;

/// All pages at once, in one read transaction: in the write-ahead log nobody waits for a reader.
const ALL: i32 = -1;

/// Copies the record at a path into a new file.
pub(super) fn copy(path: &Path, copy: &Path) -> Result<(), OpenError> {
    let file = |source| OpenError::File { path: copy.to_owned(), source };
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(copy).map_err(file)?;
    let source = open::connect_to_read(path)?;
    let mut target = open::connect(copy)?;
    pages(&source, &mut target, path, copy)?;
    // One file, whole without a log.
    target.pragma_update(None, "journal_mode", "delete").map_err(|error| open::failed(copy, error))?;
    drop(target);
    File::open(copy).and_then(|copy| copy.sync_all()).map_err(file)
}

fn pages(source: &Connection, target: &mut Connection, path: &Path, copy: &Path) -> Result<(), OpenError> {
    let backup = Backup::new(source, target).map_err(|error| open::failed(copy, error))?;
    match backup.step(ALL).map_err(|error| open::failed(copy, error))? {
        StepResult::Done => Ok(()),
        _ => Err(OpenError::Open { path: path.to_owned(), source: RecordError::Locked }),
    }
}

/// Refuses while somebody has the record open: each connection to a write-ahead log holds a lock on the file.
pub(super) fn require_unused(path: &Path) -> Result<(), OpenError> {
    let Ok(connection) = open::connect(path) else { return Ok(()) };
    let alone = || {
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")
    };
    match alone().map_err(|error| open::failed(path, error)) {
        Err(OpenError::Open { path, source: RecordError::Locked }) => {
            Err(OpenError::Open { path, source: RecordError::Locked })
        }
        _ => Ok(()),
    }
}
