// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a request is not one that we look at any further.

use keys::SubjectNameError;
use x509::SignatureError;
use x509::pem::PemError;

/// Why a request is refused before anything is planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Nothing in it.
    #[error("the request is empty")]
    Empty,
    /// More than any honest request has.
    #[error("the request has {found} bytes, at most {limit} are read")]
    TooLarge {
        /// Its length in bytes.
        found: usize,
        /// The bound.
        limit: usize,
    },
    /// Text that is no PEM.
    #[error("the request is no PEM: {0}")]
    Pem(#[source] PemError),
    /// Neither PEM nor DER.
    #[error("this is neither PEM nor DER: a request begins with -----BEGIN CERTIFICATE REQUEST-----")]
    NoPem,
    /// Another thing in PEM.
    #[error("this holds {found}, a CERTIFICATE REQUEST is expected")]
    OtherLabel {
        /// Its labels.
        found: String,
    },
    /// A private key, which must stay where it was made.
    #[error("this holds a private key: an authority never wants to see that, only the request")]
    PrivateKey,
    /// Several requests: which one is meant is not ours to guess.
    #[error("this holds {count} requests, exactly one is expected")]
    Several {
        /// How many.
        count: usize,
    },
    /// Not strict DER or not the ASN.1 of RFC 2986.
    #[error("the request is malformed: {0}")]
    Malformed(#[source] x509::Error),
    /// A key that is weak, malformed, or of a kind that we do not certify.
    #[error("the request's key is refused: {0}")]
    Key(#[source] SignatureError),
    /// No proof that the requester holds the private key.
    #[error("the request's own signature is refused: {0}")]
    ProofOfPossession(#[source] SignatureError),
    /// A critical extension that we do not know: leaving it out would not be what was asked.
    #[error("the request asks for the critical extension {extension}, which is not known here")]
    UnknownCriticalExtension {
        /// Its identifier.
        extension: String,
    },
    /// An alternative name that is malformed.
    #[error("the request asks for a malformed name: {0}")]
    Name(#[source] SubjectNameError),
    /// More names than a certificate has.
    #[error("the request asks for {found} names, at most {limit} are allowed")]
    TooManyNames {
        /// How many.
        found: usize,
        /// The bound.
        limit: usize,
    },
}
