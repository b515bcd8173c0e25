// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates judged before they are signed.

use keys::AwsLc;
use verify::{NoTrace, Purpose, Question, judge_unsigned};
use x509::{GeneralName, oid};

use crate::pki::{Issued, Spec, chain, now, three, trust};

fn judged(
    tbs: &Issued,
    issuers: &[&Issued],
    roots: &[&Issued],
    purpose: Purpose,
) -> Result<(), &'static str> {
    let (anchors, issuers) = (trust(roots), chain(issuers));
    let mut question = Question::new(&issuers, &anchors, now());
    question.purpose = purpose;
    judge_unsigned(&tbs.tbs, &question, &AwsLc, &mut NoTrace).map_err(|rejection| rejection.rule().id)
}

#[test]
fn every_rule_but_the_signature_is_applied() {
    let (root, intermediate, leaf) = three();
    assert_eq!(judged(&leaf, &[&intermediate], &[&root], Purpose::ServerAuth), Ok(()));
    assert_eq!(judged(&leaf, &[&intermediate, &root], &[&root], Purpose::ServerAuth), Ok(()));
    assert_eq!(judged(&leaf, &[&intermediate], &[&root], Purpose::ClientAuth), Err("purpose"));
    assert_eq!(judged(&leaf, &[], &[&root], Purpose::ServerAuth), Err("issuer-known"));
    let constrained = root.issue(Spec::ca("Intermediate").constrained(&[GeneralName::Dns("b.test")], &[]));
    assert_eq!(judged(&leaf, &[&constrained], &[&root], Purpose::ServerAuth), Err("name-permitted"));
    let bad = intermediate.issue(Spec::server("a_b.test"));
    assert_eq!(judged(&bad, &[&intermediate], &[&root], Purpose::ServerAuth), Err("alt-name-syntax"));
    let expired = root.issue(Spec::ca("Intermediate").valid("2020-01-01", "2021-01-01"));
    assert_eq!(judged(&leaf, &[&expired], &[&root], Purpose::ServerAuth), Err("not-after"));
}

#[test]
fn the_issuers_own_signature_still_counts() {
    let (root, _, _) = three();
    let impostor = Spec::ca("Root").self_signed();
    let forged = impostor.issue(Spec::ca("Intermediate"));
    let leaf = forged.issue(Spec::server("a.test"));
    assert_eq!(judged(&leaf, &[&forged], &[&root], Purpose::ServerAuth), Err("signature"));
}

#[test]
fn a_root_to_be_is_its_own_issuer() {
    let root = Spec::ca("Root").self_signed();
    assert_eq!(judged(&root, &[], &[], Purpose::IssueCertificates), Ok(()));
    let bad = Spec::ca("Root").without(oid::BASIC_CONSTRAINTS).self_signed();
    assert_eq!(judged(&bad, &[], &[], Purpose::IssueCertificates), Err("issuer-is-ca"));
    let no_root = root.issue(Spec::ca("Intermediate"));
    assert_eq!(judged(&no_root, &[], &[], Purpose::IssueCertificates), Err("issuer-known"));
}

#[test]
fn an_intermediate_to_be_is_counted_by_its_issuers() {
    let root = Spec::ca("Root").path_length(1).self_signed();
    let upper = root.issue(Spec::ca("Upper"));
    let lower = upper.issue(Spec::ca("Lower"));
    assert_eq!(judged(&upper, &[&root], &[&root], Purpose::IssueCertificates), Ok(()));
    assert_eq!(judged(&lower, &[&upper], &[&root], Purpose::IssueCertificates), Err("path-length"));
}

#[test]
fn bytes_that_are_no_certificate_are_malformed() {
    let (root, intermediate, leaf) = three();
    let (anchors, issuers) = (trust(&[&root]), chain(&[&intermediate]));
    let question = Question::new(&issuers, &anchors, now());
    let rejection = judge_unsigned(&leaf.der, &question, &AwsLc, &mut NoTrace).unwrap_err();
    assert_eq!(rejection.rule().id, "well-formed");
}
