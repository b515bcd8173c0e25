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
    /// The key of an issuer was taken away, and nothing is recorded of it until it is back.
    #[error("the key of {issuer} was taken away: bring it back before anything is taken over")]
    Away {
        /// The issuer.
        issuer: String,
    },
    /// The CRL that was found is not the issuer's.
    #[error("the CRL was not signed with the key of {issuer}")]
    ForeignCrl {
        /// The issuer.
        issuer: String,
    },
    /// The number of a CRL leaves no room for those that follow.
    #[error("the CRL has the number {number}, and {most} is the largest that is taken over")]
    CrlNumber {
        /// The number.
        number: String,
        /// The largest.
        most: u64,
    },
    /// A CRL lists certificates that are not there.
    #[error(
        "the CRL lists {count} certificates that are not here ({first}): no CRL from now on would name them"
    )]
    Unlisted {
        /// How many.
        count: usize,
        /// The serial number of the first, hexadecimal.
        first: String,
    },
    /// The record did not answer, or did not take something.
    #[error(transparent)]
    Record(#[from] RecordError),
}
