// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why somebody does not answer for an issuer.

use x509::SignatureError;

/// Why a certificate and a key are not those of somebody who answers OCSP requests for an issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DelegateError {
    /// A certificate that does not parse.
    #[error("the responder's certificate is malformed")]
    Malformed(#[from] x509::Error),
    /// The key is not the certificate's.
    #[error("the key does not belong to the responder's certificate")]
    KeyMismatch,
    /// Another issuer's (RFC 6960 §4.2.2.2).
    #[error("the responder's certificate is issued by {found}, and it would answer for {wanted}")]
    OtherIssuer {
        /// The issuer in the certificate.
        found: String,
        /// For whom it would answer.
        wanted: String,
    },
    /// The issuer has not signed it.
    #[error("the responder's certificate is not signed with the key of {issuer}")]
    Signature {
        /// For whom it would answer.
        issuer: String,
        /// Why not.
        #[source]
        error: SignatureError,
    },
    /// It does not say that its holder answers (RFC 6960 §4.2.2.2).
    #[error("the responder's certificate lacks {lacking}")]
    NotAppointed {
        /// The extension, and what in it.
        lacking: &'static str,
    },
}
