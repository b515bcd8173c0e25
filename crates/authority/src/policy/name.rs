// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names, as rules name them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use keys::SubjectName;

use crate::constraints::Subtree;
use crate::error::PatternProblem;

/// The names that a rule is about: `nas.lan` itself, `.lan` for everything below it, an address or a network
/// (`10.0.0.0/8`), a mailbox (`ann@corp.example`), the mailboxes of a domain (`@corp.example`) or of those below one
/// (`@.corp.example`). Domains beyond ASCII are written as A-labels (`xn--…`), as certificates have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePattern {
    /// This name, a wildcard perhaps.
    Exactly(SubjectName),
    /// Those within.
    Within(Subtree),
}

impl NamePattern {
    /// Whether it is about this name.
    #[must_use]
    pub fn contains(&self, name: &SubjectName) -> bool {
        match self {
            Self::Exactly(own) => own == name,
            Self::Within(subtree) => subtree.contains(name),
        }
    }

    /// Whether it is about this name, or one that the name stands for: what is denied is not had through a wildcard,
    /// nor through an IPv4 address in the clothes of an IPv6 address.
    #[must_use]
    pub fn may_contain(&self, name: &SubjectName) -> bool {
        if let SubjectName::Ip(address @ IpAddr::V6(_)) = name {
            let plain = SubjectName::Ip(address.to_canonical());
            return self.contains(name) || self.contains(&plain);
        }
        match (self, name) {
            (Self::Exactly(SubjectName::Dns(own)), SubjectName::Dns(asked)) => {
                let parent = own.split_once('.').map(|(_, parent)| parent);
                own == asked || asked.strip_prefix("*.").is_some_and(|stands| Some(stands) == parent)
            }
            // Mail systems take the case of a mailbox for nothing, whatever RFC 5321 §2.4 allows.
            (Self::Exactly(SubjectName::Email(own)), SubjectName::Email(asked)) => {
                own.eq_ignore_ascii_case(asked)
            }
            (Self::Exactly(own), name) => own == name,
            (Self::Within(subtree), name) => subtree.may_contain(name),
        }
    }

    /// Whether it is this name and no other, with its star.
    pub(super) fn names_star(&self, name: &SubjectName) -> bool {
        matches!(self, Self::Exactly(own) if own == name)
    }
}

impl FromStr for NamePattern {
    type Err = PatternProblem;

    fn from_str(text: &str) -> Result<Self, PatternProblem> {
        let syntax = |error: keys::SubjectNameError| PatternProblem::Name {
            found: text.to_owned(),
            why: error.problem().to_string(),
        };
        let domain = |domain: &str| match SubjectName::parse(domain).map_err(syntax)? {
            SubjectName::Dns(domain) if !domain.starts_with("*.") => Ok(domain),
            SubjectName::Dns(_) | SubjectName::Ip(_) | SubjectName::Email(_) => {
                Err(PatternProblem::Name { found: text.to_owned(), why: "no domain stands there".to_owned() })
            }
        };
        if let Some(below) = text.strip_prefix("@.") {
            return Ok(Self::Within(Subtree::Email(format!(".{}", domain(below)?))));
        }
        if let Some(host) = text.strip_prefix('@') {
            return Ok(Self::Within(Subtree::Email(domain(host)?)));
        }
        if let Some(below) = text.strip_prefix('.') {
            return Ok(Self::Within(Subtree::Dns(format!(".{}", domain(below)?))));
        }
        if text.contains('/') {
            let network = Subtree::parse(text).map_err(|problem| PatternProblem::Name {
                found: text.to_owned(),
                why: problem.to_string(),
            })?;
            return network.into_iter().next().map(Self::Within).ok_or_else(|| PatternProblem::Name {
                found: text.to_owned(),
                why: "no network stands there".to_owned(),
            });
        }
        SubjectName::parse(text).map(Self::Exactly).map_err(syntax)
    }
}

/// As it is written.
impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(name) => write!(f, "{name}"),
            Self::Within(subtree) => write!(f, "{subtree}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn pattern(text: &str) -> NamePattern {
        let read: NamePattern = text.parse().unwrap();
        assert_eq!(read.to_string(), text);
        read
    }

    #[test]
    fn a_name_is_matched_label_by_label() {
        let check = |text: &str, name: &str, expect: bool| {
            let name = SubjectName::parse(name).unwrap();
            assert_eq!(pattern(text).contains(&name), expect, "{text} {name}");
        };
        check("nas.lan", "nas.lan", true);
        check("nas.lan", "NAS.lan", true);
        check("nas.lan", "a.nas.lan", false);
        check(".lan", "nas.lan", true);
        check(".lan", "a.nas.lan", true);
        check(".lan", "*.lan", true);
        check(".lan", "lan", false);
        check(".lan", "xlan", false);
        check(".a.lan", "ba.lan", false);
        check(".lan", "nas.lan.example.com", false);
        check("*.apps.lan", "*.apps.lan", true);
        check("*.apps.lan", "a.apps.lan", false);
        check(".xn--bcher-kva.test", "a.xn--bcher-kva.test", true);
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("10.0.0.0/8", "::ffff:10.0.0.1", false);
        check("fd00::/8", "fd00::1", true);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "192.0.2.8", false);
        check("ann@corp.example", "ann@CORP.example", true);
        check("ann@corp.example", "Ann@corp.example", false);
        check("@corp.example", "ann@corp.example", true);
        check("@corp.example", "ann@a.corp.example", false);
        check("@.corp.example", "ann@a.corp.example", true);
        check("@.corp.example", "ann@corp.example", false);
        check("@.corp.example", "ann@xcorp.example", false);
        check("corp.example", "ann@corp.example", false);
    }

    #[test]
    fn what_is_denied_is_not_had_by_another_way_of_writing_it() {
        let check = |text: &str, name: &str, expect: bool| {
            let name = SubjectName::parse(name).unwrap();
            assert_eq!(pattern(text).may_contain(&name), expect, "{text} {name}");
        };
        check("ceo@corp.example", "CEO@corp.example", true);
        check("ceo@corp.example", "cfo@corp.example", false);
        check("vault.lan", "*.lan", true);
        check("vault.lan", "vault.lan", true);
        check("vault.lan", "*.vault.lan", false);
        check(".vault.lan", "*.vault.lan", true);
        check("10.0.0.0/8", "::ffff:10.0.0.1", true);
        check("10.0.0.1", "::ffff:10.0.0.1", true);
        check("::ffff:10.0.0.1", "::ffff:10.0.0.1", true);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            ".",
            "@",
            "@.",
            "..lan",
            ".*.lan",
            "@*.lan",
            "a..lan",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "bücher.test",
        ] {
            assert!(text.parse::<NamePattern>().is_err(), "{text}");
        }
    }
}
