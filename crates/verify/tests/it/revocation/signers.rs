// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who may sign a list (RFC 5280 §6.3.3(f, g)).

use x509::ext::KeyUsage;
use x509::oid;

use super::{LEAF, Line, by, line};
use crate::pki::lists::List;
use crate::pki::{Issued, Spec, name};

const LISTER: &[u8] = &[0x4a, 30];

/// A key of the intermediate's name that signs lists and nothing else.
fn lister() -> Spec {
    let spec = Spec::ca("Intermediate").without(oid::BASIC_CONSTRAINTS);
    spec.with(oid::KEY_USAGE, true, KeyUsage::CRL_SIGN.encode()).serial(LISTER)
}

fn check(lister: impl FnOnce(&Line) -> Issued, expect: &str) {
    let line = line();
    let lister = lister(&line);
    let list = List::empty().signed_by(&lister);
    assert_eq!(by(&line, &[&lister], &[list]), expect);
}

#[test]
fn a_key_for_lists_alone_leads_to_the_same_anchor() {
    check(|line| line.root.issue(lister()), "accepted");
    let stranger = Spec::ca("Root").self_signed();
    check(|_| stranger.issue(lister()), "leaf: status-known crl-issuer-trusted");
    check(
        |line| line.root.issue(lister().valid("2020-01-01", "2021-01-01")),
        "leaf: status-known crl-issuer-trusted",
    );
}

#[test]
fn a_namesake_that_another_authority_certified_signs_nothing() {
    let line = line();
    let rogue = line.root.issue(Spec::ca("Rogue").serial(&[0x4a, 40]));
    let empty = |issuer: &Issued| (issuer.issue(lister()), List::empty());
    let check = |others: &[&Issued], lists: &[Vec<u8>], expect: &str| {
        assert_eq!(by(&line, others, lists), expect);
    };
    let (namesake, list) = empty(&rogue);
    let of_rogue = List::empty().signed_by(&rogue);
    check(
        &[&namesake, &rogue],
        &[list.signed_by(&namesake), of_rogue.clone()],
        "leaf: status-known crl-issuer-trusted",
    );
    // Nor does one that bears the rogue's issuer's name as well.
    let twin = rogue.issue(Spec::ca("Root").serial(&[0x4a, 41]));
    let (namesake, list) = empty(&twin);
    check(
        &[&namesake, &twin, &rogue],
        &[list.signed_by(&namesake), of_rogue],
        "leaf: status-known crl-issuer-trusted",
    );
    for appointed in [&line.intermediate, &line.root] {
        let (lister, list) = empty(appointed);
        check(&[&lister], &[list.signed_by(&lister)], "accepted");
    }
}

#[test]
fn another_anchor_will_not_do() {
    let line = line();
    let stranger = Spec::ca("Stranger").self_signed();
    let lister = stranger.issue(lister());
    let list = List::empty().signed_by(&lister);
    let anchors = crate::pki::trust(&[&line.root, &stranger]);
    let sent = crate::pki::chain(&[&line.leaf, &line.intermediate, &lister]);
    let mut question = verify::Question::new(&sent, &anchors, crate::pki::now());
    let lists = [list.as_slice()];
    let mut revocation = verify::Revocation::new(&lists, &[]);
    revocation.of = verify::StatusOf::Leaf;
    question.revocation = Some(revocation);
    let decided = verify::decide(&question, &keys::AwsLc, &mut verify::NoTrace).map(drop);
    assert_eq!(super::words(decided), "leaf: status-known crl-issuer-trusted");
}

#[test]
fn key_usage_where_present_allows_it() {
    let usage = |usage: KeyUsage| lister().with(oid::KEY_USAGE, true, usage.encode());
    check(|line| line.root.issue(usage(KeyUsage::KEY_CERT_SIGN)), "leaf: status-known crl-issuer-may-sign");
    check(
        |line| line.root.issue(usage(KeyUsage::DIGITAL_SIGNATURE)),
        "leaf: status-known crl-issuer-may-sign",
    );
    check(|line| line.root.issue(lister().without(oid::KEY_USAGE)), "accepted");
}

#[test]
fn the_signature_is_checked() {
    let line = line();
    let forged = List::empty().issuer(name("Intermediate")).signed_by(&Spec::ca("Forger").self_signed());
    assert_eq!(by(&line, &[], &[forged]), "leaf: status-known crl-signature");
    let revoking = List::empty().revoking(LEAF).issuer(name("Intermediate"));
    let forged = revoking.signed_by(&Spec::ca("Forger").self_signed());
    let own = List::empty().signed_by(&line.intermediate);
    assert_eq!(by(&line, &[], &[forged, own]), "accepted");
}

#[test]
fn the_signers_own_status_counts() {
    let line = line();
    let lister = line.root.issue(lister());
    let list = List::empty().signed_by(&lister);
    let root = List::empty().revoking(LISTER).signed_by(&line.root);
    let lists: [&[u8]; 2] = [&root, &list];
    let result = super::judged(&line, &[&lister], &lists, |_, _| {});
    assert_eq!(super::words(result), "leaf: status-known crl-issuer-trusted");
}

#[test]
fn a_signer_whose_status_only_its_own_list_tells_is_believed_unless_it_lists_itself() {
    let line = line();
    // Issued by the intermediate, in whose name it signs: no other list covers it.
    let lister = line.intermediate.issue(lister());
    let check = |list: List, expect: &str| {
        assert_eq!(by(&line, &[&lister], &[list.signed_by(&lister)]), expect);
    };
    check(List::empty(), "accepted");
    check(List::empty().revoking(LEAF), "leaf: not-revoked");
    check(List::empty().revoking(LISTER), "leaf: status-known crl-issuer-trusted");
}

#[test]
fn signers_of_signers_are_followed_so_far_and_no_further() {
    // Every list is about every lister, and says that its own is revoked.
    let line = line();
    let mut listers: Vec<Issued> = Vec::new();
    let mut lists = Vec::new();
    for depth in 0..8_u8 {
        let lister = line.intermediate.issue(lister().serial(&[0x4a, 60 + depth]));
        lists.push(List::empty().revoking(&[0x4a, 60 + depth]).signed_by(&lister));
        listers.push(lister);
    }
    let check = |count: usize, expect: &str| {
        let others: Vec<&Issued> = listers.iter().take(count).collect();
        assert_eq!(by(&line, &others, &lists[..count]), expect, "{count}");
    };
    check(2, "leaf: status-known crl-issuer-trusted");
    check(8, "leaf: budget-status");
}

#[test]
fn an_authority_may_have_a_few_keys_for_lists() {
    for count in 1..=5_u8 {
        let line = line();
        let lister = |number| line.intermediate.issue(lister().serial(&[0x4a, 60 + number]));
        let listers: Vec<Issued> = (0..count).map(lister).collect();
        let lists: Vec<Vec<u8>> = listers.iter().map(|lister| List::empty().signed_by(lister)).collect();
        let others: Vec<&Issued> = listers.iter().collect();
        assert_eq!(by(&line, &others, &lists), "accepted", "{count}");
    }
}
