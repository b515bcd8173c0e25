// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rulesets as data: each rule with its clause, its sentence, and how severe it is in each of them.
//!
//! [`ALL`] is the whole table. A rule is changed, moved or silenced here and nowhere else; the checks
//! name their line and say what they saw.

mod table;

pub use table::*;

use std::fmt;
use std::str::FromStr;

use x509::Rule;

/// What to judge by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ruleset {
    /// RFC 5280 §6 alone: what path validation itself asks for.
    Path,
    /// RFC 5280 §4 and §6: the profile as well as the validation.
    #[default]
    Rfc5280,
    /// As `Rfc5280`, and the Baseline Requirements of the CA/Browser Forum for public TLS servers.
    Webpki,
}

impl Ruleset {
    /// Every ruleset.
    pub const ALL: [Self; 3] = [Self::Path, Self::Rfc5280, Self::Webpki];

    /// Its name: `path`, `rfc5280`, `webpki`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Rfc5280 => "rfc5280",
            Self::Webpki => "webpki",
        }
    }
}

impl fmt::Display for Ruleset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no ruleset's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such ruleset: {found:?} (path, rfc5280 or webpki)")]
pub struct UnknownRuleset {
    /// The name given.
    pub found: String,
}

impl FromStr for Ruleset {
    type Err = UnknownRuleset;

    fn from_str(text: &str) -> Result<Self, UnknownRuleset> {
        let named = Self::ALL.into_iter().find(|ruleset| ruleset.name() == text);
        named.ok_or_else(|| UnknownRuleset { found: text.to_owned() })
    }
}

/// What a ruleset makes of a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Nothing.
    Off,
    /// A remark in the trace.
    Warn,
    /// The certificate is refused.
    Refuse,
}

/// One line of the table: a rule and its severity in each ruleset.
#[derive(Debug, PartialEq, Eq)]
pub struct Provision {
    /// The rule.
    pub rule: Rule,
    /// The heading that it stands under: `Whom it names`.
    pub group: &'static str,
    path: Severity,
    rfc5280: Severity,
    webpki: Severity,
}

impl Provision {
    /// What `ruleset` makes of it.
    #[must_use]
    pub const fn severity(&self, ruleset: Ruleset) -> Severity {
        match ruleset {
            Ruleset::Path => self.path,
            Ruleset::Rfc5280 => self.rfc5280,
            Ruleset::Webpki => self.webpki,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_rule_has_its_own_identifier_a_clause_and_a_sentence() {
        for (index, provision) in ALL.iter().enumerate() {
            let Rule { id, clause, sentence } = provision.rule;
            assert!(
                id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit())
            );
            assert!(ALL.iter().skip(index + 1).all(|other| other.rule.id != id), "{id} stands twice");
            assert!(clause.contains('§') || clause.starts_with("budget"), "{id}: {clause}");
            assert!(!sentence.is_empty() && !sentence.ends_with('.'), "{id}");
        }
    }

    #[test]
    fn the_rules_of_a_group_stand_together() {
        let mut headings: Vec<&str> = ALL.iter().map(|provision| provision.group).collect();
        headings.dedup();
        let mut distinct = headings.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(headings.len(), distinct.len(), "{headings:?}");
    }

    #[test]
    fn a_ruleset_is_never_milder_than_the_one_it_builds_on_but_where_it_says_so() {
        let rank = |severity| match severity {
            Severity::Off => 0,
            Severity::Warn => 1,
            Severity::Refuse => 2,
        };
        for provision in ALL {
            let [path, rfc5280, webpki] = Ruleset::ALL.map(|ruleset| rank(provision.severity(ruleset)));
            assert!(path <= rfc5280, "{}", provision.rule.id);
            // BR §7.1.2.10.8 allows what RFC 5280 §4.2.1.10 forbids.
            assert!(rfc5280 <= webpki || provision.rule.id == "name-constraints-critical");
        }
    }

    #[test]
    fn rulesets_are_named() {
        for ruleset in Ruleset::ALL {
            assert_eq!(ruleset.to_string().parse::<Ruleset>(), Ok(ruleset));
        }
        assert_eq!(
            "WebPKI".parse::<Ruleset>().unwrap_err().to_string(),
            "no such ruleset: \"WebPKI\" (path, rfc5280 or webpki)"
        );
    }
}
