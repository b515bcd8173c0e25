// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why an authority that somebody else certified was not taken in.

use x509::Time;

use crate::error::{IssuerError, RecordError};

/// Why an authority was not taken in. Nothing was recorded, unless it is [`RecordError::Failed`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdmissionError {
    /// A certificate does not parse.
    #[error("a certificate is malformed: {0}")]
    Malformed(#[source] x509::Error),
    /// None of them is of the key.
    #[error("none of the certificates is of the key: they are of {found}")]
    NotOfKey {
        /// Their subjects.
        found: String,
    },
    /// The path does not lead to a root.
    #[error("{subject} was issued by {issuer}, whose certificate is not here")]
    NoIssuer {
        /// Whose issuer is missing.
        subject: String,
        /// The issuer.
        issuer: String,
    },
    /// They prove no issuer.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// It may not sign CRLs (RFC 5280 §4.2.1.3): nothing that it issues could be taken back.
    #[error(
        "the certificate of {issuer} has a keyUsage without cRLSign: nothing it issues could be taken back"
    )]
    NoCrlSign {
        /// The authority.
        issuer: String,
    },
    /// Its time, or that of one above it, is over.
    #[error("the path of {issuer} is over: checked at {now}, valid until {since}")]
    Over {
        /// The authority.
        issuer: String,
        /// When it ended.
        since: Time,
        /// Now.
        now: Time,
    },
    /// It is called otherwise than what its key has issued says.
    #[error("what the key has issued names a {what} of {expected}, and the certificate has {found}")]
    OtherName {
        /// `subject` or `subjectKeyIdentifier`.
        what: &'static str,
        /// That of the certificate that the key has.
        expected: String,
        /// That of the new one.
        found: String,
    },
    /// The same certificates are in the record.
    #[error("{issuer} is in the record already, with the same certificates")]
    Known {
        /// The authority.
        issuer: String,
    },
    /// The record did not take it.
    #[error("the issuer could not be recorded")]
    Record(#[source] RecordError),
}
