// SPDX-License-Identifier: MIT OR Apache-2.0
//! Another root beside those that there are.

use std::sync::Arc;

use x509::{SignatureVerifier, Time};

use crate::constraints::Constraints;
use crate::error::FoundingError;
use crate::founding::{FoundingKey, ORGANIZATION, certified, root};
use crate::issuer::Issuer;
use crate::journal::Certified;
use crate::publication::BaseUrl;
use crate::random::RandomSource;
use crate::record::{Batch, Record};

/// A further root. Nobody trusts it yet, and nobody issues below it until an intermediate is made there.
#[derive(Debug)]
pub struct FurtherRoot {
    /// The organisation in its name; `None` for the product's.
    pub organization: Option<String>,
    /// What it may speak for.
    pub constraints: Constraints,
    /// Its key.
    pub key: FoundingKey,
    /// Where it publishes.
    pub base_url: Option<BaseUrl>,
}

impl FurtherRoot {
    /// Signs the root, proves it and records it with its key: all of it or nothing.
    ///
    /// # Errors
    /// What went wrong. Nothing was recorded, unless it is [`RecordError::Failed`](crate::RecordError::Failed).
    pub async fn commit(
        self,
        now: Time,
        record: &dyn Record,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Arc<Issuer>, FoundingError> {
        let organization = self.organization.as_deref().unwrap_or(ORGANIZATION);
        let issuer = root(organization, &self.constraints, &self.key, now, random, crypto)?;
        let events = certified(&issuer, &issuer, self.key.location, Certified::Anew);
        record.commit(Batch::at(now, events)).await.map_err(FoundingError::Record)?;
        Ok(Arc::new(issuer.publishing_at(self.base_url)))
    }
}
