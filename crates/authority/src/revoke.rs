// SPDX-License-Identifier: MIT OR Apache-2.0
//! Taking certificates back, and giving them back.

use x509::Time;
use x509::ext::ReasonCode;

use crate::approval::Warrant;
use crate::error::RevokeError;
use crate::issuer::IssuerId;
use crate::journal::{CertificateRevoked, Entry, Event, HoldReleased};
use crate::record::{Batch, Receipt, Record};

/// The reasons for which a certificate can be taken back: those of RFC 5280 §5.3.1 without removeFromCRL, which is
/// for delta CRLs, and aACompromise, which is for attribute authorities.
pub const REASONS: [ReasonCode; 8] = [
    ReasonCode::Unspecified,
    ReasonCode::KeyCompromise,
    ReasonCode::CaCompromise,
    ReasonCode::AffiliationChanged,
    ReasonCode::Superseded,
    ReasonCode::CessationOfOperation,
    ReasonCode::CertificateHold,
    ReasonCode::PrivilegeWithdrawn,
];

/// A certificate to be taken back, for good or ([`ReasonCode::CertificateHold`]) for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Who issued it.
    pub issuer: IssuerId,
    /// The magnitude of its serial number.
    pub serial: Vec<u8>,
    /// Why: one of [`REASONS`].
    pub reason: ReasonCode,
    /// Since when its key is not to be relied on, where that was before now.
    pub invalid_from: Option<Time>,
    /// On whose word.
    pub warrant: Warrant,
}

impl Revocation {
    /// Checks what is asked, and commits it. What the record knows of the certificate is decided there, in one
    /// transaction: that it was issued, and that it was not taken back before.
    ///
    /// # Errors
    /// See [`RevokeError`]. Nothing was revoked.
    pub async fn commit(self, now: Time, record: &dyn Record) -> Result<Receipt, RevokeError> {
        let Self { issuer, serial, reason, invalid_from, warrant } = self;
        if !REASONS.contains(&reason) {
            return Err(RevokeError::Reason { reason });
        }
        if let Some(from) = invalid_from.filter(|from| *from > now) {
            return Err(RevokeError::InvalidFromLater { from, now });
        }
        let by = warrant.to_string();
        let event = Event::CertificateRevoked(CertificateRevoked {
            issuer,
            serial,
            reason,
            since: now,
            invalid_from,
            by,
        });
        Ok(record.commit(Batch::new(vec![Entry { at: now, event }])).await?)
    }
}

/// Lifts the hold on a certificate.
///
/// # Errors
/// It is not on hold, or was never issued; nothing was changed.
pub async fn release(
    issuer: IssuerId,
    serial: Vec<u8>,
    warrant: &Warrant,
    now: Time,
    record: &dyn Record,
) -> Result<Receipt, RevokeError> {
    let event = Event::HoldReleased(HoldReleased { issuer, serial, by: warrant.to_string() });
    Ok(record.commit(Batch::new(vec![Entry { at: now, event }])).await?)
}
