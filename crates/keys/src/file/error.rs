// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a file is not read or written.

use std::io;
use std::path::PathBuf;

use crate::error::KeyError;

/// Why a file was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It is there already, and [`Overwrite::Refuse`](super::Overwrite::Refuse) was said.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Longer than what is read.
    #[error("{} is longer than the {limit} bytes that are read of a key file", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// What is read at most.
        limit: u64,
    },
    /// A directory, pipe, socket or device.
    #[error("{} is not a regular file", path.display())]
    NotRegular {
        /// What is not a file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried: `open`, `read`, `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What is in it is no key that we use.
    #[error("{} holds no private key that can be used", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        let kind = match &error {
            FileError::Exists { .. } => io::ErrorKind::AlreadyExists,
            FileError::Io { source, .. } => source.kind(),
            FileError::TooLong { .. } | FileError::NotRegular { .. } | FileError::Key { .. } => {
                io::ErrorKind::InvalidData
            }
        };
        Self::new(kind, error)
    }
}
