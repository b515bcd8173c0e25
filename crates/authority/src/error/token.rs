// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why there is no token, and why nobody is let in by a certificate.

use x509::Time;
use x509::ext::ReasonCode;

use super::RecordError;
use crate::issuer::IssuerId;
use crate::random::RandomError;
use crate::token::TokenId;

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenProblem {
    /// The label.
    #[error("a token's label has 1 to {longest} characters, and none that moves the cursor")]
    Label {
        /// The most it may have.
        longest: usize,
    },
    /// It would allow nothing.
    #[error("a token that allows nothing lets nobody do anything")]
    NoScope,
    /// It would be over.
    #[error("it would have been over at {not_after}, and now is {now}")]
    Over {
        /// Its last second.
        not_after: Time,
        /// Now.
        now: Time,
    },
    /// The key was compromised.
    #[error("the key was compromised, as the record has it since {since}")]
    KeyCompromised {
        /// Since when.
        since: Time,
    },
    /// The key is a token that lets somebody in.
    #[error("the key is token {id} already")]
    KeyKnown {
        /// Its identifier.
        id: TokenId,
    },
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Why nobody is let in by the certificate that a client shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// It cannot be read.
    #[error("it cannot be read")]
    Unreadable,
    /// It is none that is accepted of a client (RFC 5280 §6, extended key usage clientAuth).
    #[error("it is not accepted of a client of this authority: {reason}")]
    Untrusted {
        /// The rule that it breaks, and how.
        reason: String,
    },
    /// Nobody here has issued it.
    #[error("it is not on the record of this authority")]
    NotOnRecord,
    /// It was taken back, or is on hold.
    #[error("it was revoked at {since} ({reason}), serial number {serial}")]
    Revoked {
        /// Its serial number, hexadecimal.
        serial: String,
        /// Since when.
        since: Time,
        /// Why.
        reason: ReasonCode,
    },
    /// Whoever issued it was taken back.
    #[error("whoever issued it was revoked at {since} ({reason})")]
    IssuerRevoked {
        /// Since when.
        since: Time,
        /// Why.
        reason: ReasonCode,
    },
    /// Its key was compromised, whichever certificate said so.
    #[error("its key was compromised, as the record has it since {since}")]
    KeyCompromised {
        /// Since when.
        since: Time,
    },
    /// Its key lets nobody in.
    #[error(
        "its key lets nobody in: no token was made for it ({key}, the SHA-256 of its SubjectPublicKeyInfo)"
    )]
    NoToken {
        /// The digest of the key.
        key: IssuerId,
    },
    /// The token that its key is does not let anybody in any more.
    #[error("its key is token {id}, {because}")]
    Barred {
        /// The token.
        id: TokenId,
        /// Why.
        because: String,
    },
    /// The record did not answer.
    #[error(transparent)]
    Record(#[from] RecordError),
}
