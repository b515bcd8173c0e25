// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a list was not signed.

use keys::SignError;
use x509::SignatureError;

/// Why a list was not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// Other bytes than those of a list.
    #[error("the bytes to be signed are not those of a CRL")]
    NoList,
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
