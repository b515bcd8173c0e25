// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a record cannot be opened.

use std::io;
use std::path::PathBuf;

use authority::RecordError;

/// Why there is no record to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    #[error("there is no record at {path}")]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The file is there and nothing is in it.
    #[error("the record {path} is empty")]
    Empty {
        /// The path.
        path: PathBuf,
    },
    /// Something else is in it.
    #[error("{path} is no record of an authority: {reason}")]
    NotOurs {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        reason: String,
    },
    /// A newer version wrote it.
    #[error("the record {path} has schema version {found}, this version knows up to {known}")]
    Newer {
        /// The path.
        path: PathBuf,
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// The file could not be made.
    #[error("cannot create the record {path}")]
    Create {
        /// The path.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The database would not open.
    #[error("cannot open the record {path}")]
    Open {
        /// The path.
        path: PathBuf,
        /// What the record says.
        #[source]
        source: RecordError,
    },
}

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
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            RecordError::Corrupt { detail: error.to_string() }
        }
        _ => RecordError::Failed { action, source: Box::new(error) },
    }
}
