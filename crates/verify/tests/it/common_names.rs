// SPDX-License-Identifier: MIT OR Apache-2.0
//! The common name as the name of a host: never, unless a question dares.

use verify::{CommonName, Outcome, PeerName, Ruleset, Step, Trace, decide};
use x509::name::NameBuilder;
use x509::{GeneralName, oid};

use crate::pki::{Spec, ask, chain, name, now, trust};

/// What refuses `leaf` for `host` under a root with these constraints; empty when nothing does.
fn judged(root: Spec, leaf: Spec, host: &str, common_name: CommonName) -> &'static str {
    let root = root.self_signed();
    let leaf = root.issue(leaf);
    let (sent, anchors, host) = (chain(&[&leaf]), trust(&[&root]), PeerName::parse(host).unwrap());
    let mut question = verify::Question::new(&sent, &anchors, now());
    question.name = Some(&host);
    question.common_name = common_name;
    let decision = decide(&question, &keys::AwsLc, &mut verify::NoTrace);
    decision.map_or_else(|rejection| rejection.rule().id, |_| "")
}

/// A server that has its name in its common name alone.
fn old(common_name: &str) -> Spec {
    Spec::server("unused.test").without(oid::SUBJECT_ALT_NAME).subject(name(common_name))
}

#[test]
fn a_common_name_counts_only_where_the_question_dares_and_nothing_else_names_the_server() {
    let check = |leaf: Spec, host: &str, expect: &str| {
        let ca = || Spec::ca("Root");
        assert_eq!(judged(ca(), leaf.clone(), host, CommonName::Ignored), "peer-name", "{host}");
        assert_eq!(judged(ca(), leaf, host, CommonName::DangerMatched), expect, "{host}");
    };
    check(old("a.test"), "a.test", "");
    check(old("A.Test"), "a.test", "");
    check(old("*.a.test"), "x.a.test", "");
    check(old("*.a.test"), "x.y.a.test", "peer-name");
    check(old("b.test"), "a.test", "peer-name");
    check(old("a.test "), "a.test", "peer-name");
    check(old("127.0.0.1"), "127.0.0.1", "peer-name");
    check(old("a@a.test"), "a@a.test", "peer-name");
    for other in [
        GeneralName::Dns("b.test"),
        GeneralName::Ip(&[10, 0, 0, 1]),
        GeneralName::Email("a@a.test"),
        GeneralName::Uri("ldap://b.test"),
        GeneralName::Other { oid: oid::SMTP_UTF8_MAILBOX, value: &[0x0c, 0] },
    ] {
        check(old("a.test").named(&[other]), "a.test", "peer-name");
    }
    let directory = name("x");
    let directory = GeneralName::Directory(x509::Name::parse(&directory).unwrap());
    check(old("a.test").named(&[directory]), "a.test", "");
    let two = NameBuilder::new().common_name("a.test").unwrap().common_name("b.test").unwrap().build();
    check(old("x").subject(two), "a.test", "peer-name");
}

#[test]
fn name_constraints_hold_for_a_common_name_that_counts() {
    let permitted = || Spec::ca("Root").constrained(&[GeneralName::Dns("a.test")], &[]);
    let excluded = || Spec::ca("Root").constrained(&[], &[GeneralName::Dns("b.test")]);
    let check = |root: Spec, host: &str, expect: &str| {
        assert_eq!(judged(root, old(host), host, CommonName::DangerMatched), expect, "{host}");
    };
    check(permitted(), "a.test", "");
    check(permitted(), "x.a.test", "");
    check(permitted(), "b.test", "name-permitted");
    check(excluded(), "a.test", "");
    check(excluded(), "x.b.test", "name-not-excluded");
    // What does not count is not constrained: it is not the name of a host.
    assert_eq!(judged(permitted(), old("b.test"), "b.test", CommonName::Ignored), "peer-name");
    let leaf = || Spec::server("a.test").subject(name("b.test"));
    assert_eq!(judged(permitted(), leaf(), "a.test", CommonName::DangerMatched), "");
}

#[test]
fn the_constraints_of_every_issuer_hold_for_it() {
    let root = Spec::ca("Root").constrained(&[GeneralName::Dns("a.test")], &[]).self_signed();
    let intermediate = root.issue(Spec::ca("Intermediate"));
    let leaf = intermediate.issue(old("b.test"));
    let host = PeerName::parse("b.test").unwrap();
    let (sent, anchors) = (chain(&[&leaf, &intermediate]), trust(&[&root]));
    let mut question = verify::Question::new(&sent, &anchors, now());
    question.name = Some(&host);
    question.common_name = CommonName::DangerMatched;
    let rejection = decide(&question, &keys::AwsLc, &mut verify::NoTrace).unwrap_err();
    assert_eq!(rejection.rule().id, "name-permitted");
}

#[test]
fn a_common_name_that_counts_is_remarked_on_in_every_ruleset() {
    let root = Spec::ca("Root").self_signed();
    let leaf = root.issue(old("a.test"));
    let host = PeerName::parse("a.test").unwrap();
    let (sent, anchors) = (chain(&[&leaf]), trust(&[&root]));
    for ruleset in Ruleset::ALL {
        let mut question = verify::Question::new(&sent, &anchors, now());
        (question.name, question.ruleset) = (Some(&host), ruleset);
        question.common_name = CommonName::DangerMatched;
        let mut trace = Trace::new();
        let path = decide(&question, &keys::AwsLc, &mut trace).unwrap();
        assert!(!path.is_for(&host), "what was proven is not the name");
        let remarked = trace.steps().iter().any(|step| {
            matches!(step, Step::Applied { rule, outcome: Outcome::Warn, .. } if rule.id == "common-name-as-identifier")
        });
        assert!(remarked, "{ruleset}");
    }
    let silent = ask(&[&leaf], &[&root], |_| {});
    assert!(silent.is_err());
}
