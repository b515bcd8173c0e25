// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each rule on the form of a list, by a list that breaks it and nothing else, under every ruleset.

use verify::{Ruleset, StatusOf};
use x509::ext::{AuthorityKeyIdentifier, CrlNumber, IssuingDistributionPoint};
use x509::oid;

use super::{LEAF, judged, line, words};
use crate::pki::lists::{Entry, List};

const FINE: [&str; 3] = ["", "", ""];

/// What `path`, `rfc5280` and `webpki` find wrong with the list.
fn check(list: List, expect: [&str; 3]) {
    let line = line();
    let list = list.signed_by(&line.intermediate);
    let found = Ruleset::ALL.map(|ruleset| {
        let result = judged(&line, &[], &[&list], |question, revocation| {
            question.ruleset = ruleset;
            revocation.of = StatusOf::Leaf;
        });
        let words = words(result);
        if words == "accepted" { String::new() } else { words.replace("leaf: status-known ", "") }
    });
    assert_eq!(found.each_ref().map(String::as_str), expect);
}

/// Wrong by the profile alone.
const fn profile(id: &str) -> [&str; 3] {
    ["", id, id]
}

#[test]
fn the_version_is_2_where_there_are_extensions() {
    check(List::empty(), FINE);
    check(List::empty().version_1(), ["crl-version"; 3]);
    let bare = List::empty().version_1().without(oid::CRL_NUMBER).without(oid::AUTHORITY_KEY_IDENTIFIER);
    check(bare, profile("crl-number-present"));
}

#[test]
fn a_list_says_when_there_will_be_another() {
    check(List::empty().current("2026-11-01", None), profile("crl-next-update-present"));
}

#[test]
fn a_list_is_used_between_its_updates_both_included() {
    for (this_update, next_update, expect) in [
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z", FINE),
        ("2026-11-22T10:00:01Z", "2026-11-23T10:00:00Z", ["crl-current"; 3]),
        ("2026-11-21T10:00:00Z", "2026-11-22T09:59:59Z", ["crl-current"; 3]),
    ] {
        check(List::empty().current(this_update, Some(next_update)), expect);
    }
}

#[test]
fn a_list_has_a_number_that_is_not_critical_and_not_too_long() {
    check(List::empty().without(oid::CRL_NUMBER), profile("crl-number-present"));
    check(
        List::empty().with(oid::CRL_NUMBER, true, CrlNumber::encode(&[7])),
        profile("crl-number-not-critical"),
    );
    check(List::empty().with(oid::CRL_NUMBER, false, CrlNumber::encode(&[7; 20])), FINE);
    check(
        List::empty().with(oid::CRL_NUMBER, false, CrlNumber::encode(&[7; 21])),
        profile("crl-number-length"),
    );
}

#[test]
fn a_list_names_its_signers_key() {
    let absent = List::empty().without(oid::AUTHORITY_KEY_IDENTIFIER);
    check(absent, profile("crl-authority-key-identifier-present"));
    // A key that nobody has is a hint and no proof.
    let other = AuthorityKeyIdentifier::encode(&[1; 20]);
    check(List::empty().with(oid::AUTHORITY_KEY_IDENTIFIER, false, other), FINE);
}

#[test]
fn the_distribution_point_is_critical_and_of_one_kind() {
    let users = IssuingDistributionPoint { only_user_certificates: true, ..Default::default() };
    check(List::empty().scoped(users, &[]), FINE);
    let relaxed = List::empty().with(oid::ISSUING_DISTRIBUTION_POINT, false, users.encode(&[]));
    check(relaxed, profile("crl-distribution-point-critical"));
    let both = IssuingDistributionPoint { only_ca_certificates: true, ..users };
    check(List::empty().scoped(both, &[]), ["crl-distribution-point-kinds"; 3]);
}

#[test]
fn what_is_critical_and_not_processed_makes_a_list_useless() {
    let unknown = oid::SUBJECT_INFO_ACCESS;
    check(List::empty().with(unknown, false, vec![5, 0]), FINE);
    check(List::empty().with(unknown, true, vec![5, 0]), ["crl-unknown-critical-extension"; 3]);
    let other = |critical| Entry::new(&[1]).with(unknown, critical, vec![5, 0]);
    check(List::empty().entry(other(false)), FINE);
    check(List::empty().entry(other(true)), ["crl-entry-unknown-critical-extension"; 3]);
    // Even where it would revoke.
    let listed = Entry::new(LEAF).with(unknown, true, vec![5, 0]);
    check(List::empty().entry(listed), ["crl-entry-unknown-critical-extension"; 3]);
}

#[test]
fn what_cannot_be_read_is_told() {
    let line = line();
    for bytes in [&[][..], b"-----BEGIN X509 CRL-----", &[0x30, 0]] {
        let result = judged(&line, &[], &[bytes], |_, revocation| revocation.of = StatusOf::Leaf);
        assert_eq!(words(result), "leaf: status-known crl-well-formed");
    }
    let malformed = List::empty().with(oid::CRL_NUMBER, false, vec![5, 0]).signed_by(&line.intermediate);
    let result = judged(&line, &[], &[&malformed], |_, revocation| revocation.of = StatusOf::Leaf);
    assert_eq!(words(result), "leaf: status-known crl-well-formed");
}
