// SPDX-License-Identifier: MIT OR Apache-2.0
//! Taking certificates back, and giving them back.

use x509::ext::ReasonCode;
use x509::{Serial, Time};

use crate::approval::Warrant;
use crate::error::{RecordError, RevokeError};
use crate::issuer::IssuerId;
use crate::journal::{CertificateRevoked, Entry, Event, HoldReleased};
use crate::lifetime::Period;
use crate::record::{Batch, Receipt, Record, Revoked, Status};

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
        self.require_sense(now)?;
        let Self { issuer, serial, reason, invalid_from, warrant } = self;
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

    /// What [`Revocation::commit`] would say, as far as the record stays as it is.
    ///
    /// # Errors
    /// See [`RevokeError`].
    pub async fn check(&self, now: Time, record: &dyn Record) -> Result<(), RevokeError> {
        self.require_sense(now)?;
        let serial = Serial::from_content(&self.serial).to_string();
        let found = record.status(self.issuer, self.serial.clone()).await?;
        let Some(found) = found else { return Err(RecordError::NotIssued { serial }.into()) };
        found.status.require_revocable(&serial, self.reason)?;
        Ok(())
    }

    fn require_sense(&self, now: Time) -> Result<(), RevokeError> {
        if !REASONS.contains(&self.reason) {
            return Err(RevokeError::Reason { reason: self.reason });
        }
        match self.invalid_from {
            Some(from) if from > now => Err(RevokeError::InvalidFromLater { from, now }),
            _ => Ok(()),
        }
    }
}

impl Status {
    /// Whether a certificate that stands so can be revoked for a reason: it is good, or on hold and the reason is
    /// final. Every record decides by this.
    ///
    /// # Errors
    /// [`RecordError::AlreadyRevoked`] of the certificate with this serial number.
    pub fn require_revocable(&self, serial: &str, because: ReasonCode) -> Result<(), RecordError> {
        match *self {
            Self::Good => Ok(()),
            Self::Revoked(before) if before.is_hold() && because != ReasonCode::CertificateHold => Ok(()),
            Self::Revoked(Revoked { reason, since, .. }) => {
                Err(RecordError::AlreadyRevoked { serial: serial.to_owned(), since, reason })
            }
        }
    }
}

impl Status {
    /// How a certificate that is valid in this period stands now, in a word: `valid`, `expired`, `not-yet-valid` (when
    /// the clock went back), `revoked` or `on-hold`.
    #[must_use]
    pub fn in_a_word(&self, period: Period, now: Time) -> &'static str {
        match self {
            Self::Revoked(revoked) => revoked.in_a_word(),
            Self::Good if now > period.not_after => "expired",
            Self::Good if now < period.not_before => "not-yet-valid",
            Self::Good => "valid",
        }
    }
}

impl Revoked {
    /// `revoked`, or `on-hold`.
    #[must_use]
    pub fn in_a_word(&self) -> &'static str {
        if self.is_hold() { "on-hold" } else { "revoked" }
    }

    /// Whether that is on hold.
    #[must_use]
    pub fn is_hold(&self) -> bool {
        self.reason == ReasonCode::CertificateHold
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
