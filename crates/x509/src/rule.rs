// SPDX-License-Identifier: MIT OR Apache-2.0
//! A rule that a certificate is judged by.

use std::fmt;

/// One rule: what it is called, where it stands, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rule {
    /// A stable identifier, such as `path-length`.
    pub id: &'static str,
    /// Where the rule stands, such as `RFC 5280 §4.2.1.9`.
    pub clause: &'static str,
    /// The rule for people, a sentence without a full stop.
    pub sentence: &'static str,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.sentence, self.clause)
    }
}
