// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a record cannot be opened.

use std::io;
use std::path::PathBuf;

use authority::RecordError;
use rusqlite::ffi;

/// Why there is no record to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    #[error("there is no record at {}", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The file is there and nothing is in it.
    #[error("the record {} is empty", path.display())]
    Empty {
        /// The path.
        path: PathBuf,
    },
    /// Something else is in it.
    #[error("{} is no record of an authority: {reason}", path.display())]
    NotOurs {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        reason: String,
    },
    /// A newer version wrote it.
    #[error("the record {} has schema version {found}, this version knows up to {known}", path.display())]
    Newer {
        /// The path.
        path: PathBuf,
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// An older version wrote it, and it may not be brought up to date.
    #[error("the record {} has schema version {found}, and may not be written to bring it up to {known}", path.display())]
    Older {
        /// The path.
        path: PathBuf,
        /// The version found.
        found: i64,
        /// The version that can be read.
        known: i64,
    },
    /// The file could not be made or opened.
    #[error("cannot open the record {}", path.display())]
    File {
        /// The path.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The database would not open.
    #[error("cannot open the record {}", path.display())]
    Open {
        /// The path.
        path: PathBuf,
        /// What the record says.
        #[source]
        source: RecordError,
    },
}

/// Failures of the system while something was being written.
const WRITING: [i32; 3] = [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_TRUNCATE, ffi::SQLITE_IOERR_SHMSIZE];

/// What SQLite says, in the record's words.
pub(crate) fn translate(error: rusqlite::Error, action: &'static str) -> RecordError {
    use rusqlite::ErrorCode;
    let Some(failure) = error.sqlite_error() else {
        return RecordError::Failed { action, source: Box::new(error) };
    };
    match failure.code {
        ErrorCode::DiskFull => RecordError::Full,
        ErrorCode::ReadOnly => RecordError::ReadOnly,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => RecordError::Locked,
        // Nothing is committed before its last frame is written; whether it lasts is another matter (fsync).
        ErrorCode::SystemIoFailure if WRITING.contains(&failure.extended_code) => {
            RecordError::Unwritten { detail: error.to_string() }
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            RecordError::Corrupt { detail: error.to_string() }
        }
        _ => RecordError::Failed { action, source: Box::new(error) },
    }
}
