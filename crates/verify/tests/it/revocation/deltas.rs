// SPDX-License-Identifier: MIT OR Apache-2.0
//! Delta CRLs (RFC 5280 §5.2.4, §6.3.3(c, h–k)).

use x509::ext::{CrlNumber, IssuingDistributionPoint, ReasonCode};
use x509::oid;

use super::{LEAF, by, line};
use crate::pki::lists::{Entry, List};
use crate::pki::{Spec, name};

fn check(complete: List, deltas: &[List], expect: &str) {
    let line = line();
    let signed = |list: List| list.signed_by(&line.intermediate);
    let lists: Vec<Vec<u8>> = std::iter::once(complete).chain(deltas.iter().cloned()).map(signed).collect();
    assert_eq!(by(&line, &[], &lists), expect);
}

fn delta(number: u8, base: u8) -> List {
    List::empty().numbered(number).based_on(base)
}

fn hold() -> Entry {
    Entry::new(LEAF).because(ReasonCode::CertificateHold)
}

fn removed() -> Entry {
    Entry::new(LEAF).because(ReasonCode::RemoveFromCrl)
}

#[test]
fn a_delta_adds_and_takes_away() {
    check(List::empty(), &[delta(8, 7)], "accepted");
    check(List::empty(), &[delta(8, 7).revoking(LEAF)], "leaf: not-revoked");
    check(List::empty().entry(hold()), &[delta(8, 7)], "leaf: not-revoked");
    check(List::empty().entry(hold()), &[delta(8, 7).entry(removed())], "accepted");
    check(List::empty().entry(hold()), &[delta(8, 7).entry(hold())], "leaf: not-revoked");
}

#[test]
fn the_newest_delta_counts() {
    let (adds, removes) = (delta(8, 7).revoking(LEAF), delta(9, 7).entry(removed()));
    check(List::empty(), &[adds.clone(), removes.clone()], "accepted");
    check(List::empty(), &[removes, adds.numbered(10)], "leaf: not-revoked");
}

#[test]
fn a_delta_belongs_to_lists_from_its_base_to_itself() {
    let revoking = |number, base| delta(number, base).revoking(LEAF);
    check(List::empty(), &[revoking(8, 3)], "leaf: not-revoked");
    check(List::empty(), &[revoking(12, 8)], "accepted");
    check(List::empty(), &[revoking(7, 3)], "accepted");
    check(List::empty(), &[revoking(8, 7).current("2026-12-01", Some("2026-12-02"))], "accepted");
    check(List::empty(), &[revoking(8, 7).current("2026-10-01", Some("2026-10-02"))], "accepted");
    let users = IssuingDistributionPoint { only_user_certificates: true, ..Default::default() };
    check(List::empty(), &[revoking(8, 7).scoped(users, &[])], "accepted");
    check(List::empty().scoped(users, &[]), &[revoking(8, 7).scoped(users, &[])], "leaf: not-revoked");
}

#[test]
fn a_delta_brings_a_list_up_to_date_whose_time_is_over() {
    let old = || List::empty().current("2026-10-01", Some("2026-11-01"));
    check(old(), &[], "leaf: status-known crl-current");
    check(old(), &[delta(8, 7)], "accepted");
    check(old(), &[delta(8, 7).revoking(LEAF)], "leaf: not-revoked");
    check(old(), &[delta(8, 7).current("2026-10-01", Some("2026-11-01"))], "leaf: status-known crl-current");
    check(List::empty().current("2026-12-01", None), &[], "leaf: status-known crl-next-update-present");
}

#[test]
fn a_delta_is_signed_by_the_key_of_its_list() {
    let line = line();
    let forged = |list: List| list.issuer(name("Intermediate")).signed_by(&Spec::ca("Forger").self_signed());
    let own = |list: List| list.signed_by(&line.intermediate);
    let hold = List::empty().entry(hold());
    assert_eq!(by(&line, &[], &[own(hold), forged(delta(8, 7).entry(removed()))]), "leaf: not-revoked");
    let old = List::empty().current("2026-10-01", Some("2026-11-01"));
    assert_eq!(by(&line, &[], &[own(old), forged(delta(8, 7))]), "leaf: status-known crl-current");
    // A forged one does not hide the other.
    let lists = [own(List::empty()), forged(delta(9, 7)), own(delta(8, 7).revoking(LEAF))];
    assert_eq!(by(&line, &[], &lists), "leaf: not-revoked");
}

#[test]
fn a_delta_alone_covers_nothing_and_is_critical() {
    let line = line();
    assert_eq!(by(&line, &[], &[delta(8, 7).signed_by(&line.intermediate)]), "leaf: status-known");
    let relaxed = delta(8, 7).with(oid::DELTA_CRL_INDICATOR, false, CrlNumber::encode(&[7]));
    check(List::empty(), &[relaxed.revoking(LEAF)], "accepted");
}
