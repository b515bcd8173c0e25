// SPDX-License-Identifier: MIT OR Apache-2.0
//! Taking certificates back, and giving them back.

mod sweep;

use x509::ext::ReasonCode;
use x509::{Certificate, Serial, Time};

use crate::approval::Warrant;
use crate::error::{RecordError, RevokeError};
use crate::issuer::IssuerId;
use crate::journal::{CertificateRevoked, Entry, Event, HoldReleased};
use crate::lifetime::Period;
use crate::record::{Batch, CertificateQuery, Receipt, Record, Revoked, Status};

pub use sweep::{Sweep, Swept};

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

/// How often it is tried to take several back at once while others commit.
const TURNS: u32 = 16;

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
        let mut turns = 0_u32;
        loop {
            turns = turns.saturating_add(1);
            // Where other certificates of the key go with it, none may be added meanwhile.
            let (head, others) = match self.reason.is_compromise() {
                true => (Some(record.head().await?), self.beside(record).await?),
                false => (None, Vec::new()),
            };
            let head = head.filter(|_| !others.is_empty());
            let all = std::iter::once((self.issuer, self.serial.clone())).chain(others);
            let entries = all.map(|(issuer, serial)| self.entry(issuer, serial, now)).collect();
            match record.commit(Batch::new(entries).only_at(head)).await {
                Err(RecordError::Moved { .. }) if turns < TURNS => {}
                outcome => return Ok(outcome?),
            }
        }
    }

    /// The other certificates of the key of an issuer, where this is one of them, that are good or on hold. An issuer
    /// is certified anew on the same key when it publishes elsewhere; taking one of its certificates back because the
    /// key was compromised takes these back too, and any other reason leaves them as they are.
    ///
    /// # Errors
    /// The record did not answer.
    pub async fn beside(&self, record: &dyn Record) -> Result<Vec<(IssuerId, Vec<u8>)>, RecordError> {
        let mut found = Vec::new();
        for issuer in record.issuers().await? {
            let Some(own) = issuer.added.chain.first() else { continue };
            let Ok(parsed) = Certificate::parse(own) else { continue };
            let serial = parsed.tbs().serial().magnitude().to_vec();
            let filed = record.certificates(CertificateQuery::Serial(serial.clone())).await?;
            let filed = filed.into_iter().find(|filed| filed.issued.certificate == *own);
            if let Some(filed) = filed {
                found.push((issuer.added.id, filed.issued.issuer, serial));
            }
        }
        let is_this = |issuer: &IssuerId, serial: &Vec<u8>| *issuer == self.issuer && *serial == self.serial;
        let key = found.iter().find(|(_, issuer, serial)| is_this(issuer, serial)).map(|(key, ..)| *key);
        let mut others = Vec::new();
        for (_, issuer, serial) in found.into_iter().filter(|(id, ..)| Some(*id) == key) {
            let status = record.status(issuer, serial.clone()).await?.map(|found| found.status);
            let is_open = !matches!(status, Some(Status::Revoked(revoked)) if !revoked.is_hold());
            if is_open && !is_this(&issuer, &serial) && !others.contains(&(issuer, serial.clone())) {
                others.push((issuer, serial));
            }
        }
        Ok(others)
    }

    fn entry(&self, issuer: IssuerId, serial: Vec<u8>, now: Time) -> Entry {
        let Self { reason, invalid_from, .. } = *self;
        let by = self.warrant.to_string();
        let revoked = CertificateRevoked { issuer, serial, reason, since: now, invalid_from, by };
        Entry { at: now, event: Event::CertificateRevoked(revoked) }
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
    Ok(record.commit(Batch::at(now, [event])).await?)
}
