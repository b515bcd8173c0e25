// SPDX-License-Identifier: MIT OR Apache-2.0
//! Those who are asked.

pub(crate) mod openssl;
pub(crate) mod ours;
pub(crate) mod rustls_webpki;

/// What someone makes of a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    Refused(Cause),
}

/// Why a mutant is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Ours: the rule's identifier. A peer's: its error, without its values.
    pub(crate) code: String,
    /// In its own words.
    pub(crate) words: String,
    /// Of ours, the field that cannot be read; else empty.
    pub(crate) field: String,
    /// Of ours, whether it is a trust anchor that is no good.
    pub(crate) is_anchor: bool,
    /// What else stood in the way, where this may only follow from that: the issuer that would have done was passed
    /// over.
    pub(crate) beside: Vec<Cause>,
}

impl Cause {
    pub(crate) fn new(code: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            words: words.into(),
            field: String::new(),
            is_anchor: false,
            beside: Vec::new(),
        }
    }
}

/// Another verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    Webpki,
    OpenSsl,
}

impl Peer {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Webpki => "rustls-webpki",
            Self::OpenSsl => "OpenSSL",
        }
    }
}

impl Verdict {
    pub(crate) const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted)
    }

    /// In a line.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Accepted => "accepted".to_owned(),
            Self::Refused(Cause { code, words, .. }) => format!("refused by {code}: {words}"),
        }
    }
}
