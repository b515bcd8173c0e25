// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a range of names is not well-formed.

use keys::SubjectNameError;

/// Why a range of names cannot be permitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubtreeProblem {
    /// The base is no name.
    #[error(transparent)]
    Name(#[from] SubjectNameError),
    /// A leading star or dot.
    #[error("{found:?} begins with a star or a dot: {base:?} permits itself and everything below it")]
    Star {
        /// What was asked.
        found: String,
        /// The base without it.
        base: String,
    },
    /// A slash behind something that is no address.
    #[error("{found:?} is no network: an address stands before the slash, such as 192.0.2.0/24")]
    NoNetwork {
        /// What was asked.
        found: String,
    },
    /// A prefix length that is no number or too large for the family.
    #[error("{found:?} has no prefix length of 0 to {limit}")]
    Prefix {
        /// What was asked.
        found: String,
        /// 32 or 128.
        limit: u8,
    },
    /// Bits set behind the prefix.
    #[error("{found} has bits set behind its prefix: the network is {network}")]
    HostBits {
        /// What was asked.
        found: String,
        /// The network it lies in.
        network: String,
    },
}
