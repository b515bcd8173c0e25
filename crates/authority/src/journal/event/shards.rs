// SPDX-License-Identifier: MIT OR Apache-2.0
//! In how many parts CRLs come.

use x509::Error;
use x509::der::{Reader, Writer};

use super::{read_text, write_text};
use crate::publication::Shard;

/// In how many parts the CRLs come that the certificates of others name from now on was settled, or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrlShardsSettled {
    /// How many; 0: whole.
    pub count: u16,
    /// On whose word.
    pub by: String,
}

impl CrlShardsSettled {
    pub(super) fn write(&self, event: &mut Writer) {
        event.integer(u32::from(self.count));
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        let at = *event;
        let limit = u32::from(Shard::MOST);
        let count = u16::try_from(event.small_integer()?).ok().filter(|count| *count <= Shard::MOST);
        let count = count.ok_or_else(|| at.error(x509::Problem::IntegerTooLarge { limit }))?;
        Ok(Self { count, by: read_text(event)? })
    }
}
