// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a certificate was not taken back.

use x509::Time;
use x509::ext::ReasonCode;

use super::RecordError;

/// Why nothing was revoked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevokeError {
    /// A reason that is none for a certificate.
    #[error("{reason} is no reason to revoke a certificate for (RFC 5280 §5.3.1)")]
    Reason {
        /// The reason.
        reason: ReasonCode,
    },
    /// The key became bad in the future.
    #[error("the key cannot have been unreliable since {from}, which is later than now, {now}")]
    InvalidFromLater {
        /// Since when.
        from: Time,
        /// Now.
        now: Time,
    },
    /// A certificate of the record cannot be read.
    #[error("the record holds a damaged certificate")]
    Unreadable(#[source] x509::Error),
    /// The record did not take it.
    #[error(transparent)]
    Record(#[from] RecordError),
}
