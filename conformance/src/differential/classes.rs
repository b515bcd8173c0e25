// SPDX-License-Identifier: MIT OR Apache-2.0
//! The disagreements that are known: where a peer asks for less than we do, and where for more.
//!
//! A class is found by the rule of ours that refuses and what it is about, or by the peer's error and what it is about.
//! What no class is about is not excused.

mod openssl;
mod webpki;
mod when;

use verify::Ruleset;

use super::mutant::Mutant;
use super::peer::{Cause, Peer, Verdict};
use super::tally::Judged;

/// A known disagreement.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) peer: Peer,
    pub(crate) who: Who,
    /// The rules of ours, or the peer's errors, that it is known by.
    codes: &'static [&'static str],
    /// What else must be so.
    when: fn(&Facts<'_>) -> bool,
    /// Where the standard says so.
    pub(crate) clause: &'static str,
    /// Why either decides as it does.
    pub(crate) reason: &'static str,
}

/// What a class is told by.
pub(crate) struct Facts<'a> {
    mutant: &'a Mutant,
    /// Why whoever refuses does.
    cause: &'a Cause,
    /// What we judged by.
    ruleset: Ruleset,
}

/// Who refuses what the other accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    WeRefuse,
    PeerRefuses,
}

/// Every rule, of a class about where a certificate stands.
const ANY: &[&str] = &["*"];

/// Every class.
pub(crate) fn all() -> impl Iterator<Item = &'static Class> {
    webpki::CLASSES.iter().chain(openssl::CLASSES)
}

/// The class of a disagreement.
pub(crate) fn find(mutant: &Mutant, judged: &Judged) -> Option<&'static Class> {
    let (who, cause) = match (&judged.ours, &judged.theirs) {
        (Verdict::Refused(cause), Verdict::Accepted) => (Who::WeRefuse, cause),
        (Verdict::Accepted, Verdict::Refused(cause)) => (Who::PeerRefuses, cause),
        _ => return None,
    };
    let of = |cause: &Cause| {
        let facts = Facts { mutant, cause, ruleset: judged.ruleset };
        all().find(|class| {
            (class.peer, class.who) == (judged.peer, who)
                && (class.codes == ANY || class.codes.contains(&cause.code.as_str()))
                && (class.when)(&facts)
        })
    };
    of(cause).or_else(|| cause.beside.iter().find_map(of))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::collections::BTreeSet;

    use verify::{Severity, rules};
    use x509::Time;

    use super::*;

    #[test]
    fn every_rule_named_exists_and_refuses() {
        for class in all().filter(|class| class.who == Who::WeRefuse && class.codes != ANY) {
            assert!(!class.codes.is_empty(), "{}", class.name);
            for code in class.codes {
                let rule = rules::ALL.iter().find(|provision| provision.rule.id == *code);
                let refuses = |ruleset| rule.unwrap().severity(ruleset) == Severity::Refuse;
                assert!(rule.is_some(), "{}: no rule {code}", class.name);
                assert!([Ruleset::Path, Ruleset::Rfc5280].into_iter().any(refuses), "{}: {code}", class.name);
            }
        }
    }

    #[test]
    fn every_class_has_its_own_name_a_clause_and_a_reason() {
        let names: BTreeSet<_> = all().map(|class| class.name).collect();
        assert_eq!(names.len(), all().count());
        for class in all() {
            assert!(class.clause.contains('§'), "{}: {}", class.name, class.clause);
            assert!(class.reason.len() > 10 && !class.reason.ends_with('.'), "{}", class.name);
            let peer = if class.peer == Peer::Webpki { "webpki: " } else { "OpenSSL" };
            assert!(class.name.starts_with(peer), "{}", class.name);
        }
    }

    /// What both must notice, whatever else they do.
    #[test]
    fn a_signature_a_date_or_a_name_that_is_wrong_has_no_class() {
        let (at, host) = (Time::from_unix(1_795_341_600), "www.files.test".to_owned());
        let (of, sent) = (String::new(), vec![vec![0x30, 0]]);
        let mutant =
            Mutant { of, changes: Vec::new(), sent, anchors: Vec::new(), at, host, is_reproducible: true };
        for peer in [Peer::Webpki, Peer::OpenSsl] {
            for code in ["signature", "not-before", "not-after", "issuer-known", "issuer-is-ca", "panic"] {
                let ours = Verdict::Refused(Cause::new(code, "because"));
                let judged = Judged { ruleset: Ruleset::Path, ours, peer, theirs: Verdict::Accepted };
                assert_eq!(find(&mutant, &judged).map(|class| class.name), None, "{code}");
            }
            for code in ["InvalidSignatureForPublicKey", "CertExpired", "UnknownIssuer", "7", "9", "10", "20"]
            {
                let theirs = Verdict::Refused(Cause::new(code, "because"));
                let judged = Judged { ruleset: Ruleset::Rfc5280, ours: Verdict::Accepted, peer, theirs };
                assert_eq!(find(&mutant, &judged).map(|class| class.name), None, "{code}");
            }
        }
    }
}
