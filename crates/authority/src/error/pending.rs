// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a request does not wait, and why nothing was decided on one that does.

use keys::SubjectNameError;

use super::{PlanRefused, RecordError, RequestError};
use crate::pending::{PlanDigest, RequestId};
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
    /// Nothing is issued any more to who asked.
    #[error("{requester} asked for it, {because}")]
    Barred {
        /// Who asked.
        requester: String,
        /// Why nothing is issued to it.
        because: String,
    },
    /// No reason, or too long a one.
    #[error("a reason has 1 to {longest} characters in one line")]
    Reason {
        /// The most it may have.
        longest: usize,
    },
    /// It waits, but not with the plan that the approval names.
    #[error("request {id} waits with plan {waiting}, and not with {named}")]
    NotNamed {
        /// Which one.
        id: RequestId,
        /// The plan that the approval names.
        named: PlanDigest,
        /// The plan that it waits with.
        waiting: PlanDigest,
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
