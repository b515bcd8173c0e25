// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a plan cannot be approved.

use std::fmt;

use keys::SubjectName;
use x509::Time;

use super::PolicyRefusal;
use crate::name::NameKind;

/// One line of a plan that policy refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanRefusal {
    /// A name that the issuer may not speak for.
    #[error("{name} is outside the name constraints of the authority: {} must lie in {permitted}", kind.with_article())]
    OutsideConstraints {
        /// The name.
        name: SubjectName,
        /// Its form.
        kind: NameKind,
        /// What is permitted, in words.
        permitted: String,
    },
    /// A name of a form that the profile issues to nobody.
    #[error("profile {profile} issues no {form}: {name}")]
    NameForm {
        /// The profile.
        profile: String,
        /// The form: `email address`, or `name of this form`.
        form: String,
        /// The name.
        name: String,
    },
    /// No name at all.
    #[error("the request has no name that a client could check, and none was given")]
    NoNames,
    /// More names than a certificate has.
    #[error("{found} names, at most {limit} are allowed")]
    TooManyNames {
        /// How many.
        found: usize,
        /// The bound.
        limit: usize,
    },
    /// CA:TRUE under a profile for leaves.
    #[error("the request asks to become an authority (CA:TRUE), profile {profile} issues leaves only")]
    AuthorityUnderLeaf {
        /// The profile.
        profile: String,
    },
    /// An authority without a name of its own.
    #[error("an authority needs a common name of 1 to 64 characters, the request has {found}")]
    AuthorityName {
        /// What the request has.
        found: String,
    },
    /// An authority that calls itself by the name of one above it.
    #[error("the request calls itself {name}, the name of an authority above it")]
    NameOfIssuer {
        /// The name.
        name: String,
    },
    /// An authority that calls itself by the name of an issuer of the record with another key.
    #[error("{reason}")]
    NameTaken {
        /// Whose name it is.
        reason: String,
    },
    /// A lifetime of nothing.
    #[error("a lifetime of 0 days was asked for")]
    NoLifetime,
    /// A lifetime that is too long.
    #[error("{asked} days were asked for, profile {profile} allows at most {maximum}")]
    Lifetime {
        /// Days asked for.
        asked: u32,
        /// The profile's maximum.
        maximum: u32,
        /// The profile.
        profile: String,
    },
    /// An issuer that is not valid now, or about to end.
    #[error("the issuer {issuer} is valid from {from} until {until}, and now it is {now}")]
    IssuerNotValid {
        /// The issuer's name.
        issuer: String,
        /// Its first second.
        from: Time,
        /// Its last second.
        until: Time,
        /// The moment of the plan.
        now: Time,
    },
    /// The certificates above leave no room for another authority.
    #[error("the issuer {issuer} may not issue authorities: its path length is {path_length}")]
    PathLength {
        /// The issuer's name.
        issuer: String,
        /// What is left.
        path_length: u32,
    },
    /// A key for which a certificate was revoked because it was compromised.
    #[error("the key was compromised: a certificate for it was revoked at {since}")]
    KeyCompromised {
        /// Since when.
        since: Time,
    },
    /// Nobody has approved it yet.
    #[error("it waits for somebody's approval, as rule {rules} asks")]
    AwaitsApproval {
        /// The rules.
        rules: String,
    },
    /// What somebody's policy has against it.
    #[error(transparent)]
    Policy(PolicyRefusal),
    /// The key of the authority itself, or of one above.
    #[error("the request is for the key of the authority {issuer} itself")]
    KeyOfIssuer {
        /// The authority's name.
        issuer: String,
    },
}

/// A plan that was not approved: every refusal in it, the first of them first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRefused {
    first: PlanRefusal,
    others: Vec<PlanRefusal>,
}

impl PlanRefused {
    pub(crate) const fn new(first: PlanRefusal, others: Vec<PlanRefusal>) -> Self {
        Self { first, others }
    }

    /// The refusals, in the order of the plan's lines; at least one.
    pub fn refusals(&self) -> impl Iterator<Item = &PlanRefusal> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl fmt::Display for PlanRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        match self.others.len() {
            0 => Ok(()),
            others => write!(f, " (and {others} more)"),
        }
    }
}

impl std::error::Error for PlanRefused {}
