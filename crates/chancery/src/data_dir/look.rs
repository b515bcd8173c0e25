// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening an authority to look at it: also where nothing can be written, and where the record is older than what was
//! issued.

use std::sync::Arc;

use authority::{Loss, RecordError};
use keys::AwsLc;
use store::{OpenError, Sqlite};

use super::failures::{no_authority, open_failure, record_failure};
use super::{Authority, DataDir};
use crate::context::Context;
use crate::failure::Failure;

impl DataDir {
    /// Opens the authority in this directory for a verb that changes nothing. What is odd about it is noted.
    pub(crate) fn look(context: &mut Context) -> Result<Authority, Failure> {
        let directory = Self::of(context)?;
        let authority = directory.open_or_read(context)?;
        if let Some(loss) = authority.loss()? {
            context.ui.note(&format!(
                "{}; nothing is signed until a newer copy is back (chancery ca restore) or the loss is accepted (chancery ca accept-loss)",
                loss.refusal()
            ))?;
        }
        Ok(authority)
    }

    fn open_or_read(&self, context: &mut Context) -> Result<Authority, Failure> {
        let unwritable = match Sqlite::open(&self.record(), Arc::new(AwsLc)) {
            Ok(record) => return self.with(record)?.ok_or_else(|| no_authority(self)),
            Err(error) if is_unwritable(&error) => error,
            Err(error) => return Err(open_failure(self, &error)),
        };
        // Where it cannot be read either, the first failure is the one to tell.
        let record = match Sqlite::open_to_read(&self.record(), Arc::new(AwsLc)) {
            Ok(record) => record,
            Err(error @ OpenError::Older { .. }) => return Err(open_failure(self, &error)),
            Err(_) => return Err(open_failure(self, &unwritable)),
        };
        context.ui.note("the record is only read: nothing can be written in the data directory")?;
        self.assemble(record)?.ok_or_else(|| no_authority(self))
    }
}

impl Authority {
    /// What was committed, and is not in the record.
    pub(crate) fn loss(&self) -> Result<Option<Loss>, Failure> {
        self.record().loss().map_err(|error| record_failure(&error, self.directory()))
    }

    /// Refuses to sign from a record that is older than what was issued.
    pub(super) fn require_current(&self) -> Result<(), Failure> {
        match self.loss()? {
            Some(loss) => Err(record_failure(&loss.refusal(), self.directory())),
            None => Ok(()),
        }
    }
}

/// Whether it is the writing that cannot be done.
fn is_unwritable(error: &OpenError) -> bool {
    match error {
        OpenError::File { .. } => true,
        OpenError::Open { source, .. } => matches!(
            source,
            RecordError::ReadOnly
                | RecordError::Full
                | RecordError::Unwritten { .. }
                | RecordError::Failed { .. }
        ),
        _ => false,
    }
}
