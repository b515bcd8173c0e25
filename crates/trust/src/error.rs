// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can go wrong between a certificate and the places that trust it.

use std::io;
use std::path::PathBuf;

/// Why trust could not be read, installed or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is larger than any trust store.
    #[error("{} is too large for a trust store: over {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// A file holds nothing that can be trusted.
    #[error("{} holds no certificate that can be trusted", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// None of the places where systems keep their store exists.
    #[error("this system's trust store was not found: looked for {}", list(looked))]
    NoSystemStore {
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// What should be trusted is not a certificate.
    #[error("this is not a certificate")]
    NotACertificate {
        /// Why.
        #[source]
        source: x509::Error,
    },
    /// What should be trusted may not sign certificates.
    #[error("{subject} is not a certificate authority: its basicConstraints do not say CA:TRUE")]
    NotAnAuthority {
        /// Its subject.
        subject: String,
    },
    /// A file could not be written or removed.
    #[error("cannot change {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The program that rebuilds the store is not there.
    #[error("{} is not installed", command.display())]
    NoUpdater {
        /// The program.
        command: PathBuf,
    },
    /// The program that rebuilds the store could not be started.
    #[error("cannot run {}", command.display())]
    Updater {
        /// The program.
        command: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The program that rebuilds the store failed.
    #[error("{} failed ({status}): {output}", command.display())]
    UpdaterFailed {
        /// The program.
        command: PathBuf,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The last line that it said.
        output: String,
    },
    /// The store was rebuilt, and still does not trust the certificate.
    #[error("the store was rebuilt, but {} does not show the certificate", place.display())]
    NotShown {
        /// Where it should be.
        place: PathBuf,
    },
    /// The certificate was taken out, and the store still trusts it through another file.
    #[error("the certificate was taken out, but {} still trusts it: another file there holds it too", place.display())]
    StillTrusted {
        /// Where it still is.
        place: PathBuf,
    },
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
