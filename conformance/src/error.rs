// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why the vectors could not be judged at all.

use std::path::{Path, PathBuf};

/// What went wrong before or beside the judging.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// An argument that is not understood.
    #[error(
        "{0}: conformance [--vectors DIR] [--verbose], or conformance seeds FOLDER, differential or all [--vectors DIR]"
    )]
    Argument(String),
    /// A file that cannot be read or written.
    #[error("{path}: cannot be read or written")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A corpus that is not in the form its schema says.
    #[error("{path}: not in the form of limbo-schema.json")]
    Corpus {
        /// The file.
        path: PathBuf,
        /// Where it departs from it.
        source: serde_json::Error,
    },
    /// `exceptions.json` cannot be read.
    #[error("conformance/exceptions.json: not a list of exceptions")]
    Exceptions(#[source] serde_json::Error),
    /// An id that stands in `exceptions.json` twice.
    #[error("conformance/exceptions.json: {0} stands there twice")]
    ExceptionTwice(String),
    /// A seed that cannot be made.
    #[error("seed of a request: {0}")]
    Seed(String),
    /// A key that mutants are signed with cannot be read.
    #[error("test key: {0}")]
    Key(String),
    /// The report cannot be printed.
    #[error("the report cannot be printed")]
    Report(#[from] std::io::Error),
}

impl Error {
    /// For `map_err` at a file.
    pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::File { path: path.to_path_buf(), source }
    }
}
