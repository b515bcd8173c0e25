// SPDX-License-Identifier: MIT OR Apache-2.0
//! The data directory: where the authority lives.
//!
//! ```text
//! DATA/               for everybody to enter
//!   root.pem          0644  the roots' certificates, for those who want to trust them
//!   authority.db      0600  the record: what was founded, approved and issued (SQLite, with -wal and -shm)
//!   authority.head    0600  how far it had come: a record that is put back from an older copy is told by it
//!   keys/             0700
//!     root-ID.pem     0600  the root's private key, PKCS#8; ID is the beginning of its key identifier
//!     issuing-ID.pem  0600  the intermediate's
//! ```
//!
//! The record says which key file is whose. A founding writes the keys first, then the record in one transaction,
//! then `root.pem`, so that whatever interrupts it leaves either no authority or a whole one; a `root.pem`
//! that is missing, or lacks a root, is written again from the record.

mod backup;
mod failures;
mod found;
mod issuers;
mod look;
mod making;
mod open;

use std::path::{Path, PathBuf};

pub(crate) use backup::{BackedUp, Keys, Manifest, Restored};
pub(crate) use failures::{issue_failure, record_failure};
pub(crate) use found::{FoundSpec, Founded};
pub(crate) use issuers::{beginning, name_above, name_of, parse};
pub(crate) use making::Making;
pub(crate) use open::Authority;

use crate::context::Context;
use crate::failure::Failure;

/// The paths in a data directory.
#[derive(Debug, Clone)]
pub(crate) struct DataDir {
    path: PathBuf,
}

impl DataDir {
    /// The data directory of this run; it need not exist yet.
    pub(crate) fn of(context: &Context) -> Result<Self, Failure> {
        Ok(Self { path: context.data_dir()? })
    }

    /// The directory itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The root's certificate.
    pub(crate) fn root_pem(&self) -> PathBuf {
        self.path.join(trust::ROOT_FILE)
    }

    /// The record.
    pub(crate) fn record(&self) -> PathBuf {
        self.path.join("authority.db")
    }

    /// Where the private keys are.
    pub(crate) fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }
}
