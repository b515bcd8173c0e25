// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why what was approved was not issued.

use keys::{SignError, SubjectNameError};
use x509::SignatureError;

use crate::error::{PolicyRefusal, RecordError};
use crate::random::RandomError;

/// Why a certificate was not issued. Nothing left the authority.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// No serial number.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The bytes that were to be signed break a rule.
    #[error("what was prepared breaks a rule: {reason}")]
    Judged {
        /// What `verify` says.
        reason: String,
    },
    /// The key in the bytes that were to be signed is none.
    #[error("the key in what was prepared is not accepted")]
    Key(#[source] SignatureError),
    /// A name in the bytes that were to be signed is none that is issued.
    #[error("a name in what was prepared is not one that is issued")]
    Name(#[source] SubjectNameError),
    /// The bytes that were to be signed are not what their profile issues.
    #[error("what was prepared is not what profile {profile} issues: its {field} is {found}")]
    Profile {
        /// The profile.
        profile: String,
        /// What of it.
        field: &'static str,
        /// What the bytes say.
        found: String,
    },
    /// The bytes that were to be signed are not what the policy allows.
    #[error("what was prepared is not what the policy allows: {0}")]
    Policy(PolicyRefusal),
    /// The bytes that were to be signed are what somebody has to approve, and nobody has.
    #[error("what was prepared waits for somebody's approval, as rule {rules} asks")]
    NotApproved {
        /// The rules.
        rules: String,
    },
    /// The bytes that were to be signed break a rule of public servers, which their profile keeps.
    #[error(
        "profile {profile} keeps the rules of public servers, and what was prepared breaks one: {reason}"
    )]
    Webpki {
        /// The profile.
        profile: String,
        /// What `verify` says.
        reason: String,
    },
    /// The signer made no signature.
    #[error("the authority's key did not sign")]
    Sign(#[from] SignError),
    /// The finished certificate does not parse.
    #[error("the finished certificate is malformed")]
    Malformed(#[from] x509::Error),
    /// The finished certificate does not verify with its issuer's: a faulty signer.
    #[error("the finished certificate does not verify with the key of its issuer, it was thrown away")]
    FaultySigner(#[source] SignatureError),
    /// The finished certificate is refused as a whole.
    #[error("the finished certificate does not verify, it was thrown away: {reason}")]
    Finished {
        /// What `verify` says.
        reason: String,
    },
    /// It could not be recorded, so it was not issued.
    #[error("the certificate could not be recorded, so it was not issued")]
    Record(#[from] RecordError),
}
