// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that are taken back.

use x509::der::{Reader, Tag, Writer};
use x509::ext::ReasonCode;
use x509::{Error, Time};

use super::{read_id, read_number, read_optional_time, read_text, write_optional_time, write_text};
use crate::issuer::IssuerId;

/// A certificate was taken back, for good or, by [`ReasonCode::CertificateHold`], until the hold is released or
/// made final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRevoked {
    /// Who issued it.
    pub issuer: IssuerId,
    /// The magnitude of its serial number.
    pub serial: Vec<u8>,
    /// Why.
    pub reason: ReasonCode,
    /// Since when, as CRLs and OCSP answers say it.
    pub since: Time,
    /// Since when its key was no longer to be relied on, where that was earlier (RFC 5280 §5.3.2).
    pub invalid_from: Option<Time>,
    /// On whose word.
    pub by: String,
}

const INVALID_FROM: Tag = Tag::context_constructed(0);

impl CertificateRevoked {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.issuer.octets());
        event.octet_string(&self.serial);
        event.element(Tag::ENUMERATED, &[self.reason.number()]);
        self.since.write(event);
        write_optional_time(event, INVALID_FROM, self.invalid_from);
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        let (issuer, serial) = (read_id(event)?, event.octet_string()?.to_vec());
        let (reason, since) = (ReasonCode::read(event)?, event.time()?.time);
        let invalid_from = read_optional_time(event, INVALID_FROM)?;
        Ok(Self { issuer, serial, reason, since, invalid_from, by: read_text(event)? })
    }
}

/// A certificate that was on hold is good again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldReleased {
    /// Who issued it.
    pub issuer: IssuerId,
    /// The magnitude of its serial number.
    pub serial: Vec<u8>,
    /// On whose word.
    pub by: String,
}

impl HoldReleased {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.issuer.octets());
        event.octet_string(&self.serial);
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { issuer: read_id(event)?, serial: event.octet_string()?.to_vec(), by: read_text(event)? })
    }
}

/// A CRL was made, to be published from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrlIssued {
    /// Whose.
    pub issuer: IssuerId,
    /// Its number, larger than that of every one before it.
    pub number: u64,
    /// When it was made.
    pub this_update: Time,
    /// By when there will be another.
    pub next_update: Time,
    /// The place in the journal of the last change of a status that it knows of; 0 for none.
    pub through: u64,
    /// Its digest, SHA-256.
    pub digest: Vec<u8>,
}

impl CrlIssued {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.issuer.octets());
        event.unsigned(&self.number.to_be_bytes());
        self.this_update.write(event);
        self.next_update.write(event);
        event.unsigned(&self.through.to_be_bytes());
        event.octet_string(&self.digest);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            issuer: read_id(event)?,
            number: read_number(event)?,
            this_update: event.time()?.time,
            next_update: event.time()?.time,
            through: read_number(event)?,
            digest: event.octet_string()?.to_vec(),
        })
    }
}

/// A CRL was made ahead of its time, of an issuer whose key is about to be away: it is published from
/// [`CrlIssued::this_update`] on, unless another one was made since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrlPresigned {
    /// What is said of every CRL.
    pub issued: CrlIssued,
    /// The CRL in DER.
    pub crl: Vec<u8>,
}

impl CrlPresigned {
    pub(super) fn write(&self, event: &mut Writer) {
        self.issued.write(event);
        event.octet_string(&self.crl);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { issued: CrlIssued::read(event)?, crl: event.octet_string()?.to_vec() })
    }
}
