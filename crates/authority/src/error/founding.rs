// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why no authority was founded.

use x509::name::NameError;

use crate::error::{IssueError, IssuerError, RecordError};

/// Why no authority was founded. Nothing was recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FoundingError {
    /// The organisation's name cannot stand in a certificate.
    #[error("the name cannot stand in a certificate: {0}")]
    Name(#[from] NameError),
    /// There is an authority already.
    #[error("there is an authority already")]
    Exists,
    /// The authority is below that root already.
    #[error("{issuer} is below {above} already")]
    AlreadyBelow {
        /// The authority.
        issuer: String,
        /// Who was to certify it.
        above: String,
    },
    /// Who was to certify an authority stands below it.
    #[error("{above} stands below {issuer}, and cannot certify it")]
    Circle {
        /// The authority.
        issuer: String,
        /// Who was to certify it.
        above: String,
    },
    /// There is no room below the one above for what stands below the authority (RFC 5280 §4.2.1.9).
    #[error(
        "{above} allows {} below it, and {issuer} needs room for {needed}",
        super::counted(allowed, "authority", "authorities")
    )]
    NoRoom {
        /// The authority.
        issuer: String,
        /// How many it needs, itself included.
        needed: u32,
        /// Who was to certify it.
        above: String,
        /// How many that allows.
        allowed: u32,
    },
    /// A certificate was not made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// What was made does not prove.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// It could not be recorded.
    #[error("the authority could not be recorded")]
    Record(#[source] RecordError),
}
