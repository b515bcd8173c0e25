// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening the file, and the settings that every connection has.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{OpenError, translate};

/// How long a connection waits for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Refuses a path at which there is nothing, or nothing yet.
pub(super) fn check_there(path: &Path) -> Result<(), OpenError> {
    let path = path.to_owned();
    match fs::metadata(&path) {
        Ok(found) if found.len() == 0 => Err(OpenError::Empty { path }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(OpenError::Missing { path }),
        Err(source) => Err(OpenError::File { path, source }),
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
    durable.map_err(|source| OpenError::File { path: path.to_owned(), source })
}

/// One at a time in this folder, until it is dropped: where two turn a new file to the write-ahead log at once, SQLite
/// refuses the later one, since each might wait for the other.
pub(super) fn turn(path: &Path) -> Result<File, OpenError> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let taken = File::open(folder).and_then(|folder| folder.lock().map(|()| folder));
    taken.map_err(|source| OpenError::File { path: path.to_owned(), source })
}

/// Opens a connection to an existing file. Nothing is read or written yet.
pub(super) fn connect(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
        .and_then(|connection| connection.busy_timeout(PATIENCE).map(|()| connection))
        .map_err(|error| failed(path, error))
}

/// Opens a connection that never writes, not even beside the file. Where the folder may not be written and no log stands
/// in it, the file is whole as it is: nobody can change it meanwhile.
pub(super) fn connect_to_read(path: &Path) -> Result<Connection, OpenError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let open = |how: &str| {
        let connection = Connection::open_with_flags(format!("file:{}?{how}", escaped(path)), flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    match open("mode=ro") {
        Err(_) if !has_log(path) => open("immutable=1"),
        opened => opened,
    }
    .map_err(|error| failed(path, error))
}

/// Whether commits stand in a log that are not in the file.
fn has_log(path: &Path) -> bool {
    let mut log = path.to_owned().into_os_string();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// A path as it stands in a URI.
fn escaped(path: &Path) -> String {
    let octets = path.as_os_str().as_bytes().iter();
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"/._-".contains(&octet);
    octets
        .map(|octet| match *octet {
            octet if plain(octet) => char::from(octet).to_string(),
            octet => format!("%{octet:02X}"),
        })
        .collect()
}

/// The settings of a connection that never writes.
pub(super) fn settle_to_read(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let set = || {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "trusted_schema", false)
    };
    set().map_err(|error| failed(path, error))?;
    only_read(connection, path)
}

/// The settings of every connection.
pub(super) fn settle(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let set = || {
        // Else a statement that a partial index might serve is compiled anew for each value that is bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)
    };
    set().map_err(|error| failed(path, error))
}

/// How much memory the pages of the connection that writes may have, in KiB. A certificate is filed in a dozen places
/// that lie far from one another once there are many; what a group of them touches must not be written before its end.
const MEMORY: i64 = 16 * 1_024;

/// The room of a connection that writes; as much of it is taken as the record needs.
pub(super) fn make_room(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    connection.pragma_update(None, "cache_size", -MEMORY).map_err(|error| failed(path, error))
}

/// Keeps a connection from writing.
pub(super) fn only_read(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    connection.pragma_update(None, "query_only", true).map_err(|error| failed(path, error))
}

/// Why a file did not open.
pub(super) fn failed(path: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => cannot_open(path, error),
        _ => OpenError::Open { path: path.to_owned(), source: translate(error, "opening it") },
    }
}

/// SQLite keeps to itself why a file cannot be opened; the system says it.
fn cannot_open(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match OpenOptions::new().read(true).write(true).open(&path) {
        Err(source) => OpenError::File { path, source },
        // The file is sound, so it is its folder, where the log has to be written.
        Ok(_) => OpenError::Open { path, source: translate(error, "opening its write-ahead log") },
    }
}
