// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plans and certificates.

use x509::Error;
use x509::der::{Reader, Writer};

use super::{read_id, read_text, write_text};
use crate::issuer::IssuerId;

/// A plan was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanApproved {
    /// Who issues by it.
    pub issuer: IssuerId,
    /// The profile's name.
    pub profile: String,
    /// The plan's digest, SHA-256.
    pub plan: Vec<u8>,
    /// On whose word.
    pub warrant: String,
}

impl PlanApproved {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.issuer.octets());
        write_text(event, &self.profile);
        event.octet_string(&self.plan);
        write_text(event, &self.warrant);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            issuer: read_id(event)?,
            profile: read_text(event)?,
            plan: event.octet_string()?.to_vec(),
            warrant: read_text(event)?,
        })
    }
}

/// A certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateIssued {
    /// Who issued it.
    pub issuer: IssuerId,
    /// The profile's name; `root` and `issuing` when the authority was founded.
    pub profile: String,
    /// The digest of the plan it was issued by, SHA-256; empty when the authority was founded.
    pub plan: Vec<u8>,
    /// The certificate in DER.
    pub certificate: Vec<u8>,
}

impl CertificateIssued {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.issuer.octets());
        write_text(event, &self.profile);
        event.octet_string(&self.plan);
        event.octet_string(&self.certificate);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            issuer: read_id(event)?,
            profile: read_text(event)?,
            plan: event.octet_string()?.to_vec(),
            certificate: event.octet_string()?.to_vec(),
        })
    }
}
