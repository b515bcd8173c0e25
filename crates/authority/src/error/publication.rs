// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why nothing can be published at a URL.

/// Why a text is no base of the URLs that go into certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlProblem {
    /// Another scheme, or none.
    #[error("it does not begin with http://")]
    NotHttp,
    /// The host or the port.
    #[error("{host:?} is no host, with or without a port from 1 to 65535")]
    Host {
        /// What stands there.
        host: String,
    },
    /// The path.
    #[error("the path {path:?} has more in it than letters, digits, hyphens, dots and slashes")]
    Path {
        /// What stands there.
        path: String,
    },
    /// Too long for what comes behind it.
    #[error("it has {length} characters, and may have {longest}")]
    TooLong {
        /// How many it has.
        length: usize,
        /// How many it may have.
        longest: usize,
    },
}
