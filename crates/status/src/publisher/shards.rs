// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer's CRL in parts, as they are published beside the whole one, from one to the next.

use std::sync::Arc;

use authority::{BaseUrl, Issuer, Record, Shard, Sharding};
use x509::ext::IssuingDistributionPoint;
use x509::{GeneralName, SignatureVerifier, Time};

use super::is_young;
use crate::crl::{Crl, Lifetime, make};
use crate::entries::Parts;
use crate::error::CrlError;

/// The parts of a CRL that comes in so many.
#[derive(Debug)]
pub(super) struct Group {
    count: u16,
    /// Where certificates say, or have said, that they are.
    bases: Vec<BaseUrl>,
    parts: Parts,
    current: Vec<Option<Made>>,
}

/// A part that stands.
#[derive(Debug, Clone)]
struct Made {
    shard: Shard,
    crl: Arc<Crl>,
    /// How often its entries had been changed.
    edits: u64,
}

impl Group {
    /// A group for each number of parts that certificates name.
    pub(super) fn of(shardings: &[Sharding]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for Sharding { base, count } in shardings.iter().filter(|sharding| sharding.count > 0) {
            if let Some(group) = groups.iter_mut().find(|group| group.count == *count) {
                group.bases.push(base.clone());
                continue;
            }
            let (parts, current) = (Parts::new(*count), vec![None; usize::from(*count)]);
            groups.push(Self { count: *count, bases: vec![base.clone()], parts, current });
        }
        groups
    }

    /// The parts that stand.
    pub(super) fn current(&self) -> impl Iterator<Item = (Shard, &Arc<Crl>)> {
        self.current.iter().flatten().map(|made| (made.shard, &made.crl))
    }

    /// Whether all of them are there, in the first half of their lives.
    pub(super) fn is_young(&self, now: Time) -> bool {
        self.current.iter().all(|made| made.as_ref().is_some_and(|made| is_young(&made.crl, now)))
    }

    /// Makes the parts that are due: those that list others than before, and those that are half over. Their number is
    /// that of the whole CRL that was made with them, so that it grows for each of them.
    pub(super) async fn publish(
        &mut self,
        issuer: &Issuer,
        (number, now, lifetime): (u64, Time, Lifetime),
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), CrlError> {
        self.parts.bring_up_to_date(record, issuer.id()).await?;
        if self.lacks(now) {
            self.parts = Parts::new(self.count);
            self.parts.bring_up_to_date(record, issuer.id()).await?;
        }
        let head = record.head().await?;
        for ((shard, entries), current) in self.parts.iter_mut().zip(&mut self.current) {
            let stands = |made: &Made| is_young(&made.crl, now) && made.edits == entries.edits();
            if current.as_ref().is_some_and(stands) {
                continue;
            }
            if let Some(before) = current.as_ref().filter(|before| before.crl.this_update <= now) {
                entries.leave_out_ended(before.crl.this_update);
            }
            let point = point(issuer, shard, &self.bases);
            let said = (head, Some(point.as_slice()));
            let crl = make(issuer, entries, (number, now, lifetime), said, crypto)?;
            *current = Some(Made { shard, crl: Arc::new(crl), edits: entries.edits() });
        }
        Ok(())
    }

    /// Whether certificates were left out that have not ended: the clock has been put back since.
    fn lacks(&mut self, now: Time) -> bool {
        self.parts.iter_mut().any(|(_, entries)| entries.lack(now))
    }
}

/// The value of issuingDistributionPoint: every URL by which a certificate names this part (RFC 5280 §5.2.5).
fn point(issuer: &Issuer, shard: Shard, bases: &[BaseUrl]) -> Vec<u8> {
    let path = shard.path(issuer.id());
    let urls: Vec<String> = bases.iter().map(|base| base.of(&path)).collect();
    let names: Vec<GeneralName<'_>> = urls.iter().map(|url| GeneralName::Uri(url)).collect();
    IssuingDistributionPoint::default().encode(&names)
}
