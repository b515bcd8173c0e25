// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a folder cannot be served, and why a request is refused.

use std::io;
use std::path::PathBuf;

use hyper::StatusCode;
use rustix::io::Errno;

use crate::path::PathError;

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Nothing is there.
    #[error("there is no folder {}", path.display())]
    NotFound {
        /// What was to be served.
        path: PathBuf,
    },
    /// Something else is there.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// What was to be served.
        path: PathBuf,
    },
    /// It cannot be opened.
    #[error("cannot open the folder {}", path.display())]
    Unreadable {
        /// What was to be served.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Uploads are accepted, and no file can be made in it.
    #[error("uploads are accepted, but no file can be made in {}", path.display())]
    Unwritable {
        /// What was to be served.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Why a request is not done. `Display` is what the caller is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{0}")]
    Path(#[from] PathError),
    #[error("there is nothing of this name here")]
    NotFound,
    #[error("the path leads out of the served folder, by a symbolic link")]
    LeadsOut,
    #[error("neither a file nor a folder: not served")]
    NotAFile,
    #[error("the server has no permission to do this")]
    NoPermission,
    #[error("the served folder is read-only")]
    ReadOnly,
    #[error("the method {method} is not allowed here: {allow}")]
    Method { method: String, allow: &'static str },
    #[error("uploads are not enabled here")]
    UploadsRefused,
    #[error("the request says not, or not clearly, which host it is for")]
    HostUnclear,
    #[error("{host} is not a name of this server")]
    NotOurName { host: String },
    #[error(
        "uploads are taken from this server's own pages, or from no page at all: this one is from {from}"
    )]
    CrossOrigin { from: String },
    #[error("the file is larger than the {largest} bytes that are accepted")]
    TooLarge { largest: u64 },
    #[error("the file is larger than the disk's file system can hold")]
    TooLargeForDisk,
    #[error("the disk is full: nothing was kept of this upload")]
    DiskFull,
    #[error("PUT replaces a whole file: Content-Range cannot be honoured")]
    PartialPut,
    #[error("the file would be stored as it comes: send it without Content-Encoding")]
    Encoded,
    #[error("a file's name does not end in a slash")]
    PutToFolderName,
    #[error("names that begin with a dot are not written here")]
    HiddenName,
    #[error("the file's name is longer than the disk can hold")]
    NameTooLong,
    #[error("a folder has this name")]
    IsAFolder,
    #[error("what has this name is not a file, and is not replaced")]
    NotReplaceable,
    #[error("the folder to put this file in does not exist")]
    NoSuchFolder,
    #[error("a condition of the request does not hold: the file is not as you expected it")]
    Precondition,
    #[error("the file has {length} bytes: the range asked for is not among them")]
    Range { length: u64 },
    #[error("the upload ended early: nothing was kept of it")]
    CutShort,
    #[error("the server is busy: try again")]
    Busy,
    #[error("the server failed to do this")]
    Internal(#[source] io::Error),
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Path(_)
            | Self::HostUnclear
            | Self::PartialPut
            | Self::PutToFolderName
            | Self::NameTooLong
            | Self::CutShort => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::LeadsOut
            | Self::NotAFile
            | Self::NoPermission
            | Self::ReadOnly
            | Self::CrossOrigin { .. }
            | Self::HiddenName => StatusCode::FORBIDDEN,
            Self::Method { .. } | Self::UploadsRefused => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotOurName { .. } => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge { .. } | Self::TooLargeForDisk => StatusCode::PAYLOAD_TOO_LARGE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::IsAFolder | Self::NotReplaceable | Self::NoSuchFolder => StatusCode::CONFLICT,
            Self::Precondition => StatusCode::PRECONDITION_FAILED,
            Self::Range { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG => Self::NotFound,
            Errno::XDEV | Errno::LOOP => Self::LeadsOut,
            Errno::ACCESS | Errno::PERM => Self::NoPermission,
            Errno::NXIO | Errno::NODEV => Self::NotAFile,
            Errno::ROFS => Self::ReadOnly,
            Errno::NOSPC | Errno::DQUOT => Self::DiskFull,
            Errno::FBIG => Self::TooLargeForDisk,
            Errno::ISDIR => Self::IsAFolder,
            Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN => Self::Busy,
            other => Self::Internal(other.into()),
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match Errno::from_io_error(&error) {
            Some(errno) => errno.into(),
            None => Self::Internal(error),
        }
    }
}

impl From<tokio::task::JoinError> for Refusal {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Internal(io::Error::other(error))
    }
}
