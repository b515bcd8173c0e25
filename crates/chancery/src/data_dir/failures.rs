// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is wrong with a data directory, and what mends it.

use std::io::ErrorKind;
use std::path::Path;

use authority::{IssueError, RecordError};
use store::OpenError;

use super::DataDir;
use crate::custody::with_sign_hint;
use crate::failure::{Failure, shell};

/// There is no authority here.
pub(super) fn no_authority(directory: &DataDir) -> Failure {
    Failure::could_not(format!("there is no authority in {}", directory.path().display()))
        .hint("make one: chancery ca init; or name where it is: --data-dir DIR")
}

/// The record would not open.
pub(super) fn open_failure(directory: &DataDir, error: &OpenError) -> Failure {
    match error {
        OpenError::Missing { .. } => no_authority(directory),
        OpenError::Empty { .. } => no_authority(directory).because(error),
        OpenError::Newer { .. } => {
            Failure::from_error(error).hint("use the version of chancery that wrote it, or a newer one")
        }
        OpenError::Older { .. } => {
            Failure::from_error(error).hint(format!("ls -ld {}", shell(directory.path())))
        }
        OpenError::NotOurs { .. } => {
            Failure::from_error(error).hint("name another data directory: --data-dir DIR")
        }
        OpenError::Open { source, .. } => with_hint(Failure::from_error(error), source, directory.path()),
        OpenError::File { source, .. } => {
            let failure = Failure::from_error(error);
            let path = shell(directory.path());
            match source.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failure.hint(format!("df -h {path}")),
                _ => failure.hint(format!("ls -ld {path} {path}/authority.db")),
            }
        }
        _ => Failure::from_error(error),
    }
}

/// The record did not answer, or did not take something.
pub(crate) fn record_failure(error: &RecordError, directory: &DataDir) -> Failure {
    with_hint(Failure::from_error(error), error, directory.path())
}

/// A certificate was not issued.
pub(crate) fn issue_failure(error: &IssueError, directory: &DataDir) -> Failure {
    match error {
        IssueError::Record(source) => with_hint(Failure::from_error(error), source, directory.path()),
        IssueError::Sign(source) => with_sign_hint(Failure::from_error(error), source),
        IssueError::Judged { .. } => Failure::refused(error.to_string()),
        IssueError::Webpki { .. } => Failure::refused(error.to_string()).hint(
            "ask for what public servers may have, or by another profile: chancery sign CSR --profile server",
        ),
        _ => Failure::from_error(error),
    }
}

fn with_hint(failure: Failure, error: &RecordError, directory: &Path) -> Failure {
    let path = shell(directory);
    match error {
        RecordError::Full | RecordError::Unwritten { .. } => {
            failure.hint(format!("nothing was recorded; make room: df -h {path}"))
        }
        RecordError::Newer { .. } => {
            failure.hint("start it again with the newer version: chancery --version")
        }
        RecordError::ReadOnly => failure.hint(format!("ls -ld {path} {path}/authority.db")),
        RecordError::Locked => {
            failure.hint(format!("wait for it, or see who it is: fuser -v {path}/authority.db"))
        }
        RecordError::Corrupt { .. } => {
            failure.hint(format!("put back a copy of {path}/authority.db; keep the damaged one to look at"))
        }
        RecordError::KeyCompromised { .. } => {
            Failure::refused(error.to_string()).hint("make another key: chancery key new --out KEY")
        }
        RecordError::IssuerClosed { .. } => Failure::refused(error.to_string())
            .hint("chancery ca issuer list; another one is made by: chancery ca issuer new"),
        RecordError::NameTaken { .. } => Failure::refused(error.to_string()).hint(
            "certify it by a name of its own: openssl req -new -key KEY -subj '/O=Org/CN=Its own name'; or keep what has \
             another one's name apart: chancery --data-dir NEW",
        ),
        RecordError::IssuerBelow { id, .. } => Failure::refused(error.to_string()).hint(format!(
            "have it certified by another: chancery ca issuer csr {} --out NEW.csr; then: chancery ca issuer import ANSWER \
             --chain ABOVE --replace",
            super::issuers::beginning(id)
        )),
        RecordError::Behind { found: 0, .. } => failure.hint(format!(
            "put a backup back: chancery ca restore BACKUP; or begin anew: mv {path}/authority.head {path}/authority.head.old"
        )),
        RecordError::Behind { .. } | RecordError::Diverged { .. } => failure
            .hint("put the newest backup back: chancery ca restore BACKUP --force")
            .hint("or, where there is none, go on without what is lost: chancery ca accept-loss"),
        RecordError::Failed { .. } => failure.hint(format!("df -h {path}; ls -la {path}")),
        _ => failure,
    }
}
