// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why there is no token.

use x509::Time;

use super::RecordError;
use crate::random::RandomError;

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
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}
