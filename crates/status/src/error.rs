// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why no CRL or no answer was made.

use authority::{RecordError, StatusError};

/// Why no CRL was made. Nothing was published, and no number was used up, unless the record failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrlError {
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
