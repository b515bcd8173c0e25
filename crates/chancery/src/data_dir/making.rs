// SPDX-License-Identifier: MIT OR Apache-2.0
//! An authority that is being made of what there is elsewhere, in a data directory that may be empty.

use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authority::{Head, IssuerId, Record as _, wait};
use keys::AwsLc;
use store::Sqlite;

use super::DataDir;
use super::failures::{open_failure, record_failure};
use crate::failure::Failure;

/// A data directory with a record that is open, held against others who make keys.
#[derive(Debug)]
pub(crate) struct Making {
    directory: DataDir,
    record: Sqlite,
    /// The files of keys that were written.
    files: RefCell<Vec<PathBuf>>,
    _lock: File,
}

impl DataDir {
    /// Makes the folders and the record, where there are none.
    pub(crate) fn make(&self) -> Result<Making, Failure> {
        self.make_folders()?;
        let lock = self.lock()?;
        let had_record = self.record().metadata().is_ok_and(|found| found.len() > 0);
        if !had_record {
            self.require_no_root_pem()?;
        }
        let record = Sqlite::create(&self.record(), Arc::new(AwsLc)).map_err(|error| {
            if !had_record {
                self.sweep(&[]);
            }
            open_failure(self, &error)
        })?;
        Ok(Making { directory: self.clone(), record, files: RefCell::default(), _lock: lock })
    }
}

impl Making {
    /// Where it is made.
    pub(crate) fn directory(&self) -> &DataDir {
        &self.directory
    }

    /// Its record.
    pub(crate) fn record(&self) -> &Sqlite {
        &self.record
    }

    /// The certificates of the issuers that are here already, DER.
    pub(crate) fn known_chains(&self) -> Result<Vec<Vec<u8>>, Failure> {
        let issuers = wait(self.record.issuers()).map_err(|error| record_failure(&error, &self.directory))?;
        Ok(issuers.into_iter().flat_map(|issuer| issuer.added.chain).collect())
    }

    /// Whether an issuer is here already.
    pub(crate) fn knows(&self, id: IssuerId) -> Result<bool, Failure> {
        let issuers = wait(self.record.issuers()).map_err(|error| record_failure(&error, &self.directory))?;
        Ok(issuers.iter().any(|issuer| issuer.added.id == id))
    }

    /// Notes the file of a key that was written.
    pub(crate) fn made(&self, path: &Path) {
        self.files.borrow_mut().push(path.to_owned());
    }

    /// Takes away the keys that were written, unless an issuer of the record has them, and the record when there is
    /// nothing in it.
    pub(crate) fn undo(&self) {
        let files = self.files.borrow();
        if matches!(wait(self.record.head()), Ok(Head::GENESIS)) {
            return self.directory.sweep(&files);
        }
        let Ok(issuers) = wait(self.record.issuers()) else { return };
        let named =
            |path: &&PathBuf| issuers.iter().any(|one| self.directory.path().join(&one.key) == **path);
        for path in files.iter().filter(|path| !named(path)) {
            let _ = fs::remove_file(path);
        }
    }
}
