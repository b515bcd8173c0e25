// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why an authority was not taken over.

use crate::error::{IssuerError, RecordError};

/// Why an authority was not taken over, or not in whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TakeoverError {
    /// An issuer does not prove.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// A certificate does not parse.
    #[error("a certificate is malformed: {0}")]
    Malformed(#[from] x509::Error),
    /// The key is that of an issuer that is here with other certificates.
    #[error("the key of {issuer} is in the record already, with other certificates")]
    Otherwise {
        /// The issuer.
        issuer: String,
    },
    /// Another certificate of the same issuer has the serial number.
    #[error("another certificate with the serial number {serial} is in the record")]
    SerialTaken {
        /// The serial number, hexadecimal.
        serial: String,
    },
    /// The record did not answer, or did not take something.
    #[error(transparent)]
    Record(#[from] RecordError),
}
