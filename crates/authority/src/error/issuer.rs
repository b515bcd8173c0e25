// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a chain and a key are not an issuer.

use x509::SignatureError;

/// Why what storage gave is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// A chain without certificates.
    #[error("the issuer's chain is empty")]
    NoChain,
    /// A certificate that does not parse.
    #[error("certificate {index} of the issuer's chain is malformed: {error}")]
    Malformed {
        /// Its place, 0 is the issuer's own.
        index: usize,
        /// What is wrong.
        #[source]
        error: x509::Error,
    },
    /// The key is not the certificate's.
    #[error("the key does not belong to the certificate of issuer {issuer}")]
    KeyMismatch {
        /// The issuer's name.
        issuer: String,
    },
    /// The root does not sign itself.
    #[error("the root {root} is not signed by its own key: {error}")]
    RootSignature {
        /// Its name.
        root: String,
        /// Why not.
        #[source]
        error: SignatureError,
    },
    /// The chain does not verify.
    #[error("the chain of issuer {issuer} does not verify: {reason}")]
    Chain {
        /// The issuer's name.
        issuer: String,
        /// What `verify` says.
        reason: String,
    },
}
