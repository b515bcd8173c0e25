// SPDX-License-Identifier: MIT OR Apache-2.0
//! Taking many certificates back, page by page of a search.

use x509::ext::ReasonCode;
use x509::{Certificate, Time};

use super::Revocation;
use crate::approval::Warrant;
use crate::error::RevokeError;
use crate::record::{Batch, Record};
use crate::search::Found;

/// Why many are taken back, and on whose word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Why: one of [`REASONS`](super::REASONS).
    pub reason: ReasonCode,
    /// Since when their keys are not to be relied on, where that was before now.
    pub invalid_from: Option<Time>,
    /// On whose word.
    pub warrant: Warrant,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// How many were revoked.
    pub revoked: u64,
    /// How many had been revoked before: nothing changes for these.
    pub before: u64,
}

impl Swept {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            revoked: self.revoked.saturating_add(other.revoked),
            before: self.before.saturating_add(other.before),
        }
    }
}

impl Sweep {
    /// What [`Sweep::commit`] would do, as far as the record stays as it is.
    ///
    /// # Errors
    /// The reason, or the time, makes no sense.
    pub fn check(&self, found: &[Found], now: Time) -> Result<Swept, RevokeError> {
        let open = self.open(found, now)?.len();
        Ok(counted(open, found.len().saturating_sub(open)))
    }

    /// Takes a page of certificates back, in one batch; those that were taken back before are left as they are, so
    /// that whoever does it again, after whatever cut it short, does the rest.
    ///
    /// # Errors
    /// See [`RevokeError`]. What was asked makes no sense, or the record did not take it; of this page nothing was
    /// revoked, unless some of it was by others meanwhile.
    pub async fn commit(
        &self,
        found: &[Found],
        now: Time,
        record: &dyn Record,
    ) -> Result<Swept, RevokeError> {
        let open = self.open(found, now)?;
        let before = found.len().saturating_sub(open.len());
        if open.is_empty() {
            return Ok(counted(0, before));
        }
        let entry = |one: &Revocation| one.entry(one.issuer, one.serial.clone(), now);
        match record.commit(Batch::new(open.iter().map(entry).collect())).await {
            Ok(_) => return Ok(counted(open.len(), before)),
            // Somebody else was faster with one of them: each for itself.
            Err(refused) if refused.is_refusal() => {}
            Err(error) => return Err(error.into()),
        }
        let mut swept = counted(0, before);
        for one in open {
            let became = match one.commit(now, record).await {
                Ok(_) => counted(1, 0),
                Err(RevokeError::Record(refused)) if refused.is_refusal() => counted(0, 1),
                Err(error) => return Err(error),
            };
            swept = swept.and(became);
        }
        Ok(swept)
    }

    /// Those that can be revoked.
    fn open(&self, found: &[Found], now: Time) -> Result<Vec<Revocation>, RevokeError> {
        let mut open = Vec::with_capacity(found.len());
        for one in found {
            let certificate =
                Certificate::parse(&one.record.issued.certificate).map_err(RevokeError::Unreadable)?;
            let serial = certificate.tbs().serial();
            let revocation = Revocation {
                issuer: one.record.issued.issuer,
                serial: serial.magnitude().to_vec(),
                reason: self.reason,
                invalid_from: self.invalid_from,
                warrant: self.warrant.clone(),
            };
            revocation.require_sense(now)?;
            if one.status.require_revocable(&serial.to_string(), self.reason).is_ok() {
                open.push(revocation);
            }
        }
        Ok(open)
    }
}

fn counted(revoked: usize, before: usize) -> Swept {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Swept { revoked: count(revoked), before: count(before) }
}
