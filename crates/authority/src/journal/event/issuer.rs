// SPDX-License-Identifier: MIT OR Apache-2.0
//! Issuers that issue no more.

use x509::Error;
use x509::der::{Reader, Writer};

use super::{read_id, read_text, write_text};
use crate::issuer::IssuerId;

/// An issuer was retired: it issues no more certificates, and goes on telling the status of those that it issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerRetired {
    /// Which one.
    pub id: IssuerId,
    /// On whose word.
    pub by: String,
}

impl IssuerRetired {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { id: read_id(event)?, by: read_text(event)? })
    }
}
