// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening the file, and the settings that every connection has.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::{OpenError, translate};

/// How long a connection waits for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Refuses a path at which there is nothing.
pub(super) fn check_exists(path: &Path) -> Result<(), OpenError> {
    match path.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(OpenError::Missing { path: path.to_owned() }),
        Err(source) => Err(OpenError::Create { path: path.to_owned(), source }),
    }
}

/// Makes an empty file of mode 0600, durably, unless there is one.
pub(super) fn make(path: &Path) -> Result<(), OpenError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let durable = match made {
        Ok(_) => path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    durable.map_err(|source| OpenError::Create { path: path.to_owned(), source })
}

/// Opens a connection to an existing file.
pub(super) fn connect(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(PATIENCE)?;
        // The first statement that reads the file: what is no database is found here.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        Ok(connection)
    });
    opened.map_err(|error| OpenError::Open { path: path.to_owned(), source: translate(error, "opening it") })
}

/// Keeps a connection from writing.
pub(super) fn only_read(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    connection
        .pragma_update(None, "query_only", true)
        .map_err(|error| OpenError::Open { path: path.to_owned(), source: translate(error, "opening it") })
}
