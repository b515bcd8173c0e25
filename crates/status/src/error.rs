// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why no CRL or no answer was made.

use authority::{RecordError, StatusError};
use x509::Time;

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
    /// CRLs that are made ahead would take too much room.
    #[error("{count} CRLs of {octets} octets would be made ahead, and {most} octets are the most")]
    TooMuchAhead {
        /// How many were asked for.
        count: u16,
        /// The octets of one.
        octets: usize,
        /// The most octets of all.
        most: usize,
    },
    /// The key is kept elsewhere, and no CRL was made ahead for this time.
    #[error("the key of {issuer} is kept elsewhere, and no CRL was made ahead for {now}")]
    NoneAhead {
        /// Whose CRL.
        issuer: String,
        /// When it was asked for.
        now: Time,
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
