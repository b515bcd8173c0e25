// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a profile is none.

/// Why a profile's configuration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No such profile.
    #[error("no profile is called {name:?}: there are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// Those that exist.
        known: String,
    },
    /// A lifetime of nothing.
    #[error("profile {profile}: a lifetime of 0 days")]
    NoLifetime {
        /// The profile.
        profile: String,
    },
    /// A default over the maximum.
    #[error("profile {profile}: the default lifetime of {default} days is over the maximum of {maximum}")]
    Lifetimes {
        /// The profile.
        profile: String,
        /// Its default, in days.
        default: u32,
        /// Its maximum, in days.
        maximum: u32,
    },
    /// A leaf that could sign certificates, or an authority that could not (RFC 5280 §4.2.1.3, §4.2.1.9).
    #[error("profile {profile}: keyCertSign and cRLSign belong to authorities, and every authority has them")]
    CertSign {
        /// The profile.
        profile: String,
    },
    /// A name that no profile has.
    #[error("{found:?} is no name for a profile: it has 1 to {longest} small letters, digits and hyphens")]
    Name {
        /// The name.
        found: String,
        /// The most characters.
        longest: usize,
    },
    /// The name of another one.
    #[error("there is a profile {profile} already")]
    Taken {
        /// The profile.
        profile: String,
    },
    /// A lifetime that no intermediate can give.
    #[error("profile {profile}: no certificate lives {maximum} days, since an intermediate lives {issuer}")]
    OutlivesIssuer {
        /// The profile.
        profile: String,
        /// Its maximum, in days.
        maximum: u32,
        /// The lifetime of an intermediate, in days.
        issuer: u32,
    },
    /// A key for nothing (RFC 5280 §4.2.1.3).
    #[error("profile {profile}: a key needs a usage, whatever its kind")]
    NoUsage {
        /// The profile.
        profile: String,
    },
    /// A leaf without a purpose.
    #[error("profile {profile}: a leaf needs a purpose (extended key usage)")]
    NoPurpose {
        /// The profile.
        profile: String,
    },
    /// Whoever answers for its issuer does that alone, and nobody else does it (RFC 6960 §4.2.2.2).
    #[error("profile {profile}: OCSPSigning is the one purpose of responders, and of nobody else")]
    Responder {
        /// The profile.
        profile: String,
    },
    /// A leaf that may have no name.
    #[error("profile {profile}: a leaf needs a form of name")]
    NoNames {
        /// The profile.
        profile: String,
    },
}
