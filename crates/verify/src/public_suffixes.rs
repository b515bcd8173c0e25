// SPDX-License-Identifier: MIT OR Apache-2.0
//! Domains below which anybody can register.

use std::fmt;

/// A list of public suffixes, such as that of publicsuffix.org. It changes from week to week, so that whoever
/// asks brings one along.
pub trait PublicSuffixes: fmt::Debug + Send + Sync {
    /// Whether names directly below `domain` are registered by many owners: `com`, `co.uk`. The domain is
    /// in A-labels and lower case.
    ///
    /// Of the Public Suffix List, the section of ICANN domains alone is meant [BR §3.2.2.6]: who lets others
    /// have names below a domain of their own, as the private section tells, may still have a wildcard for
    /// all of them.
    fn is_public_suffix(&self, domain: &str) -> bool;
}
