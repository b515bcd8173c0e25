// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer's CRL as it is published, from one to the next.

mod shards;

use std::sync::Arc;

use authority::{Issuer, Record, RecordError, Shard, Sharding};
use x509::{SignatureVerifier, Time};

use crate::ahead::presigned;
use crate::crl::{Crl, Lifetime, issue};
use crate::entries::Entries;
use crate::error::CrlError;
use shards::Group;

/// Makes an issuer's CRLs, one after the other.
#[derive(Debug)]
pub struct Publisher {
    issuer: Arc<Issuer>,
    lifetime: Lifetime,
    entries: Entries,
    /// The last one, and the place in the journal of the last change that it knows of.
    current: Option<(Arc<Crl>, u64)>,
    /// What there is of it in parts.
    groups: Vec<Group>,
}

impl Publisher {
    /// One that has not published anything.
    #[must_use]
    pub fn new(issuer: Arc<Issuer>, lifetime: Lifetime) -> Self {
        Self { issuer, lifetime, entries: Entries::new(), current: None, groups: Vec::new() }
    }

    /// The same, with the parts that certificates name beside the whole CRL.
    #[must_use]
    pub fn in_shards(self, shardings: &[Sharding]) -> Self {
        let groups = if self.issuer.may_shard() { Group::of(shardings) } else { Vec::new() };
        Self { groups, ..self }
    }

    /// The parts that stand.
    pub fn shards(&self) -> impl Iterator<Item = (Shard, &Arc<Crl>)> {
        self.groups.iter().flat_map(Group::current)
    }

    /// The CRL that stands; `None` while there is none.
    #[must_use]
    pub fn current(&self) -> Option<&Arc<Crl>> {
        self.current.as_ref().map(|(crl, _)| crl)
    }

    /// Whose CRLs they are.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Makes the next CRL if there is none, if somebody was taken back or released since, or if half of its life is
    /// over; of an issuer whose key is kept elsewhere, takes the one that was made ahead for this time. `None` when the
    /// one that there is stands.
    ///
    /// # Errors
    /// See [`CrlError`]. What was published stands until its end.
    pub async fn publish(
        &mut self,
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Option<Arc<Crl>>, CrlError> {
        if !self.issuer.is_absent()
            && let Some((current, through)) = &self.current
            && is_young(current, now)
            && self.groups.iter().all(|group| group.is_young(now))
            && record.last_change(self.issuer.id()).await? == *through
        {
            return Ok(None);
        }
        if self.issuer.is_absent() {
            return self.publish_ahead(now, record).await;
        }
        let crl = issue(&self.issuer, &mut self.entries, self.lifetime, now, record, crypto).await;
        let crl = match crl {
            // It was taken away, and this process has not noticed.
            Err(CrlError::Record(RecordError::KeyAway { .. })) => {
                return self.publish_ahead(now, record).await;
            }
            crl => Arc::new(crl?),
        };
        for group in &mut self.groups {
            let of = (crl.number, now, self.lifetime);
            group.publish(&self.issuer, of, record, crypto).await?;
        }
        self.current = Some((Arc::clone(&crl), self.entries.through()));
        Ok(Some(crl))
    }

    /// The one that was made ahead for now, if it is not the one that stands.
    async fn publish_ahead(&mut self, now: Time, record: &dyn Record) -> Result<Option<Arc<Crl>>, CrlError> {
        let crl = Arc::new(presigned(&self.issuer, now, record).await?);
        let is_same = |(current, _): &(Arc<Crl>, u64)| current.number == crl.number;
        if self.current.as_ref().is_some_and(is_same) {
            return Ok(None);
        }
        self.current = Some((Arc::clone(&crl), 0));
        Ok(Some(crl))
    }
}

/// Whether it is in the first half of its life. One from the future, made by a clock that was ahead, is not: nobody
/// whose clock is right can use it.
fn is_young(crl: &Crl, now: Time) -> bool {
    let life = crl.next_update.since(crl.this_update).unwrap_or_default();
    now.since(crl.this_update).is_some_and(|age| age < life / 2)
}
