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
    #[error("{path}: not in the form that {schema} gives it")]
    Corpus {
        /// The file.
        path: PathBuf,
        /// What says how it is written.
        schema: PathBuf,
        /// Where it departs from it.
        source: serde_json::Error,
    },
    /// The folder that was named holds nothing to judge.
    #[error(
        "{path}: {why}: name the folder that holds x509-limbo/, bettertls/ and pkits/, or leave --vectors out"
    )]
    NothingThere {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
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
    /// Of a corpus beside which its README says how it is written; x509-limbo has a schema of its own.
    pub(crate) fn corpus(path: &Path, source: serde_json::Error) -> Self {
        let folder = path.parent().unwrap_or(Path::new("."));
        let schema = folder.join("limbo-schema.json");
        let schema = if schema.is_file() { schema } else { folder.join("README.md") };
        Self::Corpus { path: path.to_path_buf(), schema, source }
    }

    /// For `map_err` at a file.
    pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::File { path: path.to_path_buf(), source }
    }
}
