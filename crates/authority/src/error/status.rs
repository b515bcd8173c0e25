// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why nothing was signed about the status of certificates.

use keys::SignError;
use x509::SignatureError;

/// Why a CRL or an OCSP answer was not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatusError {
    /// Other bytes than those of either.
    #[error("the bytes to be signed are those of neither a CRL nor an OCSP answer")]
    NoStatus,
    /// The signer made no signature.
    #[error("the authority's key did not sign")]
    Sign(#[from] SignError),
    /// The signature does not verify: a faulty signer.
    #[error("the signature does not verify with the key that made it, it was thrown away")]
    FaultySigner(#[source] SignatureError),
    /// What the signer says of itself cannot be read.
    #[error("what the signer says of itself cannot be read")]
    Malformed(#[from] x509::Error),
}

impl StatusError {
    /// Whether it passes by itself: too many wait for signatures.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Sign(error) if error.is_busy())
    }
}
