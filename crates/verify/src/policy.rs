// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate policies: what is asked about them, and what a path answers (RFC 5280 §6.1).

mod graph;
mod named;
mod process;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "tests")]
mod tree;

use std::fmt;

pub(crate) use process::process;
use x509::{Oid, oid};

/// What is asked about policies (RFC 5280 §6.1.1). By default nothing: any policy is acceptable, and so is
/// none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PolicyInputs<'a> {
    /// The policies that are acceptable, user-initial-policy-set (c). With none given, or `anyPolicy`
    /// among them, every policy is.
    pub acceptable: &'a [Oid<'a>],
    /// Whether an acceptable policy must be valid for the whole path, initial-explicit-policy (f).
    pub explicit: ExplicitPolicy,
    /// Whether policies may be mapped, initial-policy-mapping-inhibit (e).
    pub mapping: PolicyMapping,
    /// Whether `anyPolicy` in a certificate stands for every policy, initial-any-policy-inhibit (g).
    pub any_policy: AnyPolicy,
}

/// Whether a path needs an acceptable policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExplicitPolicy {
    /// Unless a certificate in it asks for one.
    #[default]
    Optional,
    /// Whatever the certificates ask for.
    Required,
}

/// Whether an issuer's policies may be mapped to the subject's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PolicyMapping {
    /// Unless a certificate of the path forbids it.
    #[default]
    Allowed,
    /// Nowhere.
    Inhibited,
}

/// Whether `anyPolicy` in a certificate stands for every policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AnyPolicy {
    /// Unless a certificate of the path forbids it.
    #[default]
    Allowed,
    /// Nowhere.
    Inhibited,
}

impl PolicyInputs<'_> {
    /// Whether every policy is acceptable.
    #[must_use]
    pub fn accepts_any(&self) -> bool {
        self.acceptable.is_empty() || self.acceptable.contains(&oid::ANY_POLICY)
    }
}

/// The acceptable policies that are valid for a whole path, in the terms of its trust anchor: the
/// user-constrained-policy-set [RFC 5280 §6.1.5(g), RFC 9618 §5].
///
/// None are where a certificate below the anchor asserts no policy, which is no fault unless one is
/// required.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserConstrainedPolicies<'a> {
    policies: Vec<Oid<'a>>,
}

impl<'a> UserConstrainedPolicies<'a> {
    /// The policies, each once, in ascending order of their encodings.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Oid<'a>> {
        self.policies.iter().copied()
    }

    /// Whether no policy is valid.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// Whether every policy is valid.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.policies.contains(&oid::ANY_POLICY)
    }
}

/// The identifiers, separated by `, `; `none` when there are none.
impl fmt::Display for UserConstrainedPolicies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (index, policy) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            match policy.name() {
                Some(name) => write!(f, "{separator}{name}")?,
                None => write!(f, "{separator}{policy}")?,
            }
        }
        Ok(())
    }
}
