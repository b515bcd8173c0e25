// SPDX-License-Identifier: MIT OR Apache-2.0
//! The forms of the names that a certificate is about.

use std::fmt;

pub use keys::{SubjectName, SubjectNameError};

/// The form of a [`SubjectName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameKind {
    /// dNSName.
    Dns,
    /// iPAddress.
    Ip,
    /// rfc822Name.
    Email,
}

impl NameKind {
    /// The form of this name.
    #[must_use]
    pub const fn of(name: &SubjectName) -> Self {
        match name {
            SubjectName::Dns(_) => Self::Dns,
            SubjectName::Ip(_) => Self::Ip,
            SubjectName::Email(_) => Self::Email,
        }
    }

    /// With its article: `a DNS name`.
    #[must_use]
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Dns => "a DNS name",
            Self::Ip => "an IP address",
            Self::Email => "an email address",
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "DNS name",
            Self::Ip => "IP address",
            Self::Email => "email address",
        })
    }
}
