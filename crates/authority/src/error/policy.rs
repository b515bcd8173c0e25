// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a policy is none, and what one has against a certificate.

use std::fmt;

use x509::ext::KeyUsage;
use x509::{KeyStrength, Rule};

/// Why something that a rule lists cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternProblem {
    /// Nobody who asks.
    #[error("{found:?} is nobody who asks: there are cli, up, api, and token:LABEL")]
    Who {
        /// What was found.
        found: String,
    },
    /// No kind of key.
    #[error("{found:?} is no kind of key: there are p256, p384, p521, ed25519, rsa, rsa>=BITS and rsa<BITS")]
    Key {
        /// What was found.
        found: String,
    },
    /// No name, and nothing that names lie in.
    #[error("{found:?} is no name, no .domain, no network and no @domain of mailboxes: {why}")]
    Name {
        /// What was found.
        found: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Why a policy's configuration is refused; `rule` counts its rules from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A name that no rule has.
    #[error(
        "{id:?} is no name for a rule: it has 1 to 64 small letters, digits and hyphens, and is not \"none\""
    )]
    Name {
        /// Which rule.
        rule: usize,
        /// Its name.
        id: String,
    },
    /// Two rules of one name.
    #[error("a rule is called {id} already")]
    Twice {
        /// The second of them.
        rule: usize,
        /// Their name.
        id: String,
    },
    /// A list without anything in it, which nothing ever meets.
    #[error("rule {id}: nothing stands in {field}, so that the rule is about nobody: leave it out for all")]
    Empty {
        /// Which rule.
        rule: usize,
        /// Its name.
        id: String,
        /// The list.
        field: &'static str,
    },
    /// An allowance of nothing.
    #[error("rule {id}: {field} = 0 allows nothing")]
    Nothing {
        /// Which rule.
        rule: usize,
        /// Its name.
        id: String,
        /// The limit.
        field: &'static str,
    },
    /// A rule that denies whatever is asked.
    #[error("rule {id} has no condition, and denies everything to everybody")]
    DeniesEverything {
        /// Which rule.
        rule: usize,
        /// Its name.
        id: String,
    },
}

impl PolicyError {
    /// Which rule it is about, counted from 0 as they were given.
    #[must_use]
    pub const fn rule(&self) -> usize {
        match self {
            Self::Name { rule, .. }
            | Self::Twice { rule, .. }
            | Self::Empty { rule, .. }
            | Self::Nothing { rule, .. }
            | Self::DeniesEverything { rule, .. } => *rule,
        }
    }
}

/// Which rule: `lan (chancery.toml:12)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleName {
    /// What it is called.
    pub id: String,
    /// Where it is written.
    pub origin: String,
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.id, self.origin)
    }
}

/// What a policy has against a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyRefusal {
    /// A rule denies it.
    #[error("rule {rule} denies {what}")]
    Denied {
        /// The rule.
        rule: RuleName,
        /// A name, or what of the certificate.
        what: String,
    },
    /// No rule allows it.
    #[error("no rule allows {what} to {requester}{}", told(nearest.as_deref()))]
    Unallowed {
        /// A name, or what of the certificate.
        what: String,
        /// Who asks.
        requester: String,
        /// The rule that comes nearest, and what is missing for it to allow it.
        nearest: Option<Box<(RuleName, Shortfall)>>,
    },
    /// It is called by what it may not be called.
    #[error(
        "the common name {found:?} stands for none of the names issued ({issued}): {} (rule {}, {})",
        rule.sentence, rule.id, rule.clause
    )]
    CommonName {
        /// The common name.
        found: String,
        /// The names that would be issued, in words.
        issued: String,
        /// The rule that it breaks.
        rule: &'static Rule,
    },
}

impl PolicyRefusal {
    /// The name, or what of the certificate, that it is about.
    #[must_use]
    pub fn what(&self) -> &str {
        match self {
            Self::Denied { what, .. }
            | Self::Unallowed { what, .. }
            | Self::CommonName { found: what, .. } => what,
        }
    }
}

fn told(nearest: Option<&(RuleName, Shortfall)>) -> String {
    nearest
        .map_or_else(String::new, |(rule, shortfall)| format!(": rule {rule} comes nearest, and {shortfall}"))
}

/// What is missing for a rule to allow something, of all that is missing what it asks first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Shortfall {
    /// Somebody else asks.
    #[error("is for {allowed}")]
    Requester {
        /// Those whom it is for.
        allowed: String,
    },
    /// By another profile.
    #[error("is for profile {allowed}, not {found}")]
    Profile {
        /// Those that it is for.
        allowed: String,
        /// The one asked for.
        found: String,
    },
    /// For another name.
    #[error("is for {allowed}")]
    Name {
        /// Those that it is for.
        allowed: String,
    },
    /// For a name without a star.
    #[error("allows no wildcard")]
    Wildcard,
    /// For another key.
    #[error("wants a key of {allowed}, not {found}")]
    Key {
        /// The kinds that it is for.
        allowed: String,
        /// The key's.
        found: KeyStrength,
    },
    /// For another key usage.
    #[error("is for the key usage {allowed}, not {found}")]
    KeyUsage {
        /// What it allows.
        allowed: KeyUsage,
        /// What would be issued.
        found: KeyUsage,
    },
    /// For other purposes.
    #[error("is for the purposes {allowed}, not {found}")]
    Purposes {
        /// What it allows.
        allowed: String,
        /// What would be issued.
        found: String,
    },
    /// For a shorter life.
    #[error("allows {}, not {found}", super::counted(allowed, "day", "days"))]
    Days {
        /// The most that it allows.
        allowed: u32,
        /// What would be issued.
        found: u64,
    },
    /// For fewer names.
    #[error("allows {}, not {found}", super::counted(allowed, "name", "names"))]
    Names {
        /// The most that it allows.
        allowed: usize,
        /// What would be issued.
        found: usize,
    },
}
