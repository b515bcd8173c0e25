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
