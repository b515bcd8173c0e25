// SPDX-License-Identifier: MIT OR Apache-2.0
//! What signs, wherever the private key is kept.

use std::fmt;

use crate::pkcs11::TokenError;
use crate::tls_scheme::TlsScheme;

/// Holds a private key, or reaches one, and signs with it.
pub trait Signer: fmt::Debug + Send + Sync {
    /// The public key: a SubjectPublicKeyInfo in DER.
    fn public_key_info(&self) -> &[u8];

    /// The AlgorithmIdentifier, in DER, of the signatures that [`Signer::sign`] makes.
    fn signature_algorithm(&self) -> &[u8];

    /// Signs `message` as X.509 has it: certificates, requests, CRLs.
    ///
    /// # Errors
    /// The signer failed.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// The TLS signature schemes of this key, best first.
    fn tls_schemes(&self) -> &[TlsScheme];

    /// Signs `message` as a TLS handshake has it.
    ///
    /// # Errors
    /// The scheme is not one of [`Signer::tls_schemes`], or the signer failed.
    fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// Whether the private key is known to be out of reach, so that every signature would fail.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Why a signature was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The private key is kept elsewhere.
    #[error("the private key is kept elsewhere")]
    Absent,
    /// A TLS scheme that the key cannot sign.
    #[error("a key of type {key} cannot sign {scheme}")]
    Scheme {
        /// The key's type.
        key: String,
        /// The scheme asked for.
        scheme: TlsScheme,
    },
    /// The cryptographic library failed.
    #[error("signing with a key of type {key} failed in the cryptographic library")]
    Failed {
        /// The key's type.
        key: String,
    },
    /// The token that holds the key did not sign.
    #[error(transparent)]
    Token(TokenError),
    /// More wait for a signature than may.
    #[error("{limit} signatures of the key are waited for already")]
    Busy {
        /// How many may be waited for.
        limit: usize,
    },
}

impl SignError {
    /// Whether it passes by itself: too many wait for signatures.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        match self {
            Self::Token(error) => error.is_busy(),
            Self::Busy { .. } => true,
            Self::Absent | Self::Scheme { .. } | Self::Failed { .. } => false,
        }
    }
}
