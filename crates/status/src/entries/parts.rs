// SPDX-License-Identifier: MIT OR Apache-2.0
//! The entries of a CRL that comes in parts.

use authority::{IssuerId, Record, RecordError, Shard, StatusRecord};

use super::{Entries, PAGE};

/// The entries of each part, as far as the journal was read, which is read once for all of them.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    count: u16,
    parts: Vec<Entries>,
    through: u64,
}

impl Parts {
    /// None, in so many parts.
    pub(crate) fn new(count: u16) -> Self {
        let parts = Shard::all(count).map(|_| Entries::new()).collect();
        Self { count, parts, through: 0 }
    }

    /// Each part with its entries, in order.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Shard, &mut Entries)> {
        Shard::all(self.count).zip(&mut self.parts)
    }

    /// Reads what has changed since the last time.
    pub(crate) async fn bring_up_to_date(
        &mut self,
        record: &dyn Record,
        issuer: IssuerId,
    ) -> Result<(), RecordError> {
        loop {
            let changes = record.changes(issuer, self.through, PAGE).await?;
            let Some(last) = changes.last() else { return Ok(()) };
            self.through = last.sequence;
            changes.iter().for_each(|change| self.apply(change));
        }
    }

    fn apply(&mut self, change: &StatusRecord) {
        let shard = Shard::of(&change.serial, self.count);
        if let Some(part) = shard.and_then(|shard| self.parts.get_mut(usize::from(shard.index()))) {
            part.apply(change);
        }
    }
}
