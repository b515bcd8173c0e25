// SPDX-License-Identifier: MIT OR Apache-2.0
//! How certificates stand by the journal, beside how they are filed.

use std::collections::BTreeMap;

use x509::ext::ReasonCode;
use x509::{Certificate, DigestAlgorithm, Serial, SignatureVerifier};

use super::{Audit, PAGE};
use crate::error::RecordError;
use crate::issuer::IssuerId;
use crate::journal::{CertificateRevoked, CrlIssued, CrlPresigned, HoldReleased};
use crate::record::{CertificateQuery, Record, Revoked, Status, StatusRecord};

/// The certificates that were ever revoked, as the journal has them: those alone are kept in memory.
#[derive(Debug, Default)]
pub(super) struct Statuses {
    changed: BTreeMap<(IssuerId, Vec<u8>), Status>,
    /// The number of the last CRL of each issuer, and the last change that it knows of.
    crls: BTreeMap<IssuerId, (u64, u64)>,
}

impl Statuses {
    pub(super) fn revoke(&mut self, number: u64, revoked: &CertificateRevoked, audit: &mut Audit) {
        let key = (revoked.issuer, revoked.serial.clone());
        let is_final = |before: &Revoked| before.reason != ReasonCode::CertificateHold;
        if matches!(self.changed.get(&key), Some(Status::Revoked(before)) if is_final(before)) {
            audit.find(number, format!("certificate {} was revoked twice", hex(&revoked.serial)));
        }
        let CertificateRevoked { reason, since, invalid_from, .. } = *revoked;
        self.changed.insert(key, Status::Revoked(Revoked { reason, since, invalid_from }));
    }

    pub(super) fn release(&mut self, number: u64, released: &HoldReleased, audit: &mut Audit) {
        let key = (released.issuer, released.serial.clone());
        match self.changed.insert(key, Status::Good) {
            Some(Status::Revoked(Revoked { reason: ReasonCode::CertificateHold, .. })) => {}
            Some(_) | None => {
                let serial = hex(&released.serial);
                audit.find(number, format!("certificate {serial} was released, and was not on hold"));
            }
        }
    }

    /// How a certificate is revoked, or on hold, by then.
    pub(super) fn revoked(&self, issuer: IssuerId, serial: &[u8]) -> Option<Revoked> {
        match self.changed.get(&(issuer, serial.to_vec())) {
            Some(Status::Revoked(revoked)) => Some(*revoked),
            Some(Status::Good) | None => None,
        }
    }

    pub(super) fn crl(&mut self, number: u64, issued: &CrlIssued, audit: &mut Audit) {
        let (own, through) = (issued.number, issued.through);
        let Some((last, known)) = self.crls.insert(issued.issuer, (own, through)) else { return };
        if last >= own {
            audit.find(number, format!("CRL {own} was made after CRL {last} of the same issuer"));
        }
        if known > through {
            audit.find(number, format!("CRL {own} knows of fewer changes than CRL {last} before it"));
        }
    }

    /// One that was made ahead of its time has to be what the entry says of it.
    pub(super) fn presigned_crl(
        &mut self,
        number: u64,
        presigned: &CrlPresigned,
        (audit, crypto): (&mut Audit, &dyn SignatureVerifier),
    ) {
        let CrlPresigned { issued, crl } = presigned;
        self.crl(number, issued, audit);
        if crypto.digest(DigestAlgorithm::Sha256, crl).octets() != issued.digest {
            audit.find(
                number,
                format!("CRL {} is not the one that was made ahead of its time", issued.number),
            );
        }
    }

    /// Compares with what is filed; `has_moved` says that others have committed since the journal was read, so
    /// that more may be filed.
    pub(super) async fn compare(
        mut self,
        record: &dyn Record,
        issuers: impl Iterator<Item = IssuerId>,
        has_moved: bool,
        (audit, crypto): (&mut Audit, &dyn SignatureVerifier),
    ) -> Result<(), RecordError> {
        for issuer in issuers {
            let said = self.crls.get(&issuer).map(|(number, _)| *number);
            let filed = audit.read(None, record.last_crl(issuer).await)?.map(|last| last.number);
            if filed != said && !has_moved {
                audit.find(None, "the last CRL is filed otherwise than it was made");
            }
            let mut after = 0;
            loop {
                let page = audit.read(None, record.changes(issuer, after, PAGE).await)?;
                let Some(last) = page.last() else { break };
                after = last.sequence;
                for StatusRecord { serial, status, not_after, .. } in page {
                    // By its end a CRL knows when to leave a certificate out.
                    let own = audit.read(None, record.status(issuer, serial.clone()).await)?;
                    if own.is_some_and(|own| own.not_after != not_after) {
                        let text =
                            format!("certificate {} is filed with another end than its own", hex(&serial));
                        audit.find(None, text);
                    }
                    let said = self.changed.remove(&(issuer, serial.clone()));
                    if said == Some(status)
                        && is_compromise(&status)
                        && !is_key_noted(record, issuer, &serial, crypto).await?
                    {
                        let text = format!(
                            "the key of certificate {} was compromised, and is not filed as such",
                            hex(&serial)
                        );
                        audit.find(None, text);
                    }
                    if said != Some(status) && !has_moved {
                        let text =
                            format!("certificate {} is filed otherwise than it was revoked", hex(&serial));
                        audit.find(None, text);
                    }
                }
            }
        }
        for (_, serial) in self.changed.keys() {
            audit.find(None, format!("the revocation of certificate {} is not filed", hex(serial)));
        }
        Ok(())
    }
}

fn is_compromise(status: &Status) -> bool {
    matches!(status, Status::Revoked(revoked) if revoked.reason == ReasonCode::KeyCompromise)
}

/// Whether the key of a certificate that is filed is noted as compromised.
async fn is_key_noted(
    record: &dyn Record,
    issuer: IssuerId,
    serial: &[u8],
    crypto: &dyn SignatureVerifier,
) -> Result<bool, RecordError> {
    let filed = match record.certificates(CertificateQuery::Serial(serial.to_vec())).await {
        // That it cannot be read is found elsewhere.
        Err(RecordError::Corrupt { .. }) => return Ok(true),
        filed => filed?,
    };
    for filed in filed {
        let Ok(certificate) = Certificate::parse(&filed.issued.certificate) else { continue };
        if filed.issued.issuer == issuer {
            let key = IssuerId::of(&certificate.tbs().subject_public_key_info(), crypto);
            return Ok(record.compromised(*key.octets()).await?.is_some());
        }
    }
    // That it is not filed is found elsewhere.
    Ok(true)
}

fn hex(serial: &[u8]) -> String {
    Serial::from_content(serial).to_string()
}
