// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why no CRL or no answer was made.

use authority::{RecordError, StatusError};
use x509::Time;

/// Why no CRL was made. Nothing was published, and no number was used up, unless the record failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrlError {
    /// The clock was put back: a CRL from before the last one would be taken for an older one.
    #[error("the clock says {now}, and CRL {number} was made later, at {last}")]
    ClockPutBack {
        /// Now.
        now: Time,
        /// The last CRL's number.
        number: u64,
        /// When it was made.
        last: Time,
    },
    /// No number is left.
    #[error("CRL {last} was the last one: there is no larger number")]
    NumbersUsedUp {
        /// The last CRL's number.
        last: u64,
    },
    /// It was not signed.
    #[error(transparent)]
    Sign(#[from] StatusError),
    /// The record did not answer, or did not take the CRL's number.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Why a request got no answer, not even that of an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OcspError {
    /// It was not signed.
    #[error(transparent)]
    Sign(#[from] StatusError),
    /// What a signer says of itself, or a certificate, cannot be read.
    #[error("what is to be answered for cannot be read")]
    Malformed(#[from] x509::Error),
    /// The record did not answer.
    #[error(transparent)]
    Record(#[from] RecordError),
}
