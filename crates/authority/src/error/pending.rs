// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a request does not wait, and why nothing was decided on one that does.

use keys::SubjectNameError;
use x509::Time;

use super::{PlanRefused, RecordError, RequestError};
use crate::pending::RequestId;
use crate::random::RandomError;

/// Why a request was not held.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HoldError {
    /// Nobody has to approve it.
    #[error("no rule asks for an approval of this, or another stands in its way")]
    NothingToApprove,
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecideError {
    /// It does not wait.
    #[error("request {id} does not wait: it is {state}")]
    NotPending {
        /// Which one.
        id: RequestId,
        /// How it stands.
        state: &'static str,
    },
    /// Who asked would approve.
    #[error("{requester} asked for it, and somebody else has to approve")]
    OwnRequest {
        /// Who asked.
        requester: String,
    },
    /// The token of who asked was revoked since.
    #[error("{requester} asked for it, whose token was revoked at {since}")]
    Revoked {
        /// Who asked.
        requester: String,
        /// When its token was revoked.
        since: Time,
    },
    /// No reason, or too long a one.
    #[error("a reason has 1 to {longest} characters in one line")]
    Reason {
        /// The most it may have.
        longest: usize,
    },
    /// What would be issued is not what was shown.
    #[error("request {id} waits with another plan than what would be issued now")]
    AnotherPlan {
        /// Which one.
        id: RequestId,
    },
    /// It is refused now.
    #[error("it would be refused now: {0}")]
    Refused(#[from] PlanRefused),
    /// The request is not accepted any more.
    #[error("the request is not accepted any more")]
    Request(#[source] RequestError),
    /// A name that it asked for is not accepted any more.
    #[error("a name of the request is not accepted any more")]
    Name(#[source] SubjectNameError),
    /// The record did not answer.
    #[error(transparent)]
    Record(#[from] RecordError),
}
