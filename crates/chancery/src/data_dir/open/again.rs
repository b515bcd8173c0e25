// SPDX-License-Identifier: MIT OR Apache-2.0
//! An authority that is looked at again, while a server runs.

use std::sync::Arc;

use authority::{Issuer, IssuerRecord, Reach};
use keys::AwsLc;

use super::Authority;
use crate::data_dir::failures::no_authority;
use crate::failure::Failure;

impl Authority {
    /// The same, as its record has it now.
    pub(crate) fn again(&self) -> Result<Self, Failure> {
        let found = self.directory.gather(Arc::clone(&self.record))?;
        found.ok_or_else(|| no_authority(&self.directory))
    }

    /// Whether its issuers stand as they stood before, and publish where they did.
    pub(crate) fn is_as(&self, before: &Self) -> bool {
        self.issuers == before.issuers && self.publishes_as(before)
    }

    fn publishes_as(&self, before: &Self) -> bool {
        self.base_url == before.base_url && self.shardings == before.shardings
    }

    /// Whether what was proven of an issuer before still holds: its chain, its key, and where it publishes.
    pub(crate) fn has_kept(&self, record: &IssuerRecord, before: &Self) -> bool {
        let is_same = |known: &IssuerRecord| known.added.chain == record.added.chain;
        self.publishes_as(before) && before.is_reached_as(record).is_some_and(is_same)
    }

    /// An issuer that was proven before, whose key need not be opened again; `None` where it has to be.
    pub(crate) fn prove_known(
        &self,
        record: &IssuerRecord,
        (known, before): (&Issuer, &Self),
    ) -> Result<Option<Arc<Issuer>>, Failure> {
        if record.reach == Reach::Away || before.is_reached_as(record).is_none() {
            return Ok(None);
        }
        self.require_current()?;
        let issuer = known.prove_again(record.added.chain.clone(), &AwsLc).map_err(|error| {
            Failure::could_not("the record does not prove an issuer")
                .because(&error)
                .hint("chancery ca audit")
        })?;
        Ok(Some(self.placed(issuer)))
    }

    /// What is recorded here of an issuer, if its key is where another look has found it.
    fn is_reached_as(&self, record: &IssuerRecord) -> Option<&IssuerRecord> {
        let known = self.issuers.iter().find(|known| known.added.id == record.added.id)?;
        (known.key == record.key && known.reach == record.reach).then_some(known)
    }
}
