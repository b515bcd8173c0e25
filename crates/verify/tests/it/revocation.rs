// SPDX-License-Identifier: MIT OR Apache-2.0
//! The status of certificates by CRLs (RFC 5280 §6.3).

mod deltas;
mod form;
mod responses;
mod scopes;
mod signers;

use keys::AwsLc;
use verify::{
    NoTrace, Outcome, Question, Reason, Rejection, Revocation, Ruleset, Spent, StatusOf, Step, Trace,
    UnknownStatus, decide,
};
use x509::ext::{IssuingDistributionPoint, ReasonCode};
use x509::oid;

use crate::pki::lists::{Entry, List};
use crate::pki::{Issued, Spec, chain, name, now, trust};

/// Root, intermediate and leaf; each of the two below the root has a serial number of its own.
pub struct Line {
    pub root: Issued,
    pub intermediate: Issued,
    pub leaf: Issued,
}

pub const INTERMEDIATE: &[u8] = &[0x4a, 9];
pub const LEAF: &[u8] = &[0x4a, 1];

pub fn line() -> Line {
    line_of(Spec::server("a.test"))
}

/// With this leaf.
pub fn line_of(leaf: Spec) -> Line {
    let root = Spec::ca("Root").self_signed();
    let intermediate = root.issue(Spec::ca("Intermediate").serial(INTERMEDIATE));
    let leaf = intermediate.issue(leaf.serial(LEAF));
    Line { root, intermediate, leaf }
}

/// What comes of a line by these lists; `adapt` changes the question.
pub fn judged(
    line: &Line,
    others: &[&Issued],
    lists: &[&[u8]],
    adapt: impl FnOnce(&mut Question<'_>, &mut Revocation<'_>),
) -> Result<(), Rejection> {
    let anchors = trust(&[&line.root]);
    let sent = [&[&line.leaf, &line.intermediate], others].concat();
    let sent = chain(&sent);
    let mut question = Question::new(&sent, &anchors, now());
    let mut revocation = Revocation::new(lists, &[]);
    adapt(&mut question, &mut revocation);
    question.revocation = Some(revocation);
    let decided = decide(&question, &AwsLc, &mut NoTrace);
    let mut trace = Trace::new();
    assert_eq!(decided, decide(&question, &AwsLc, &mut trace), "a trace changes nothing");
    decided.map(drop)
}

/// The rule by which it is refused, and of an unknown status the first thing that is wrong with a list.
pub fn words(result: Result<(), Rejection>) -> String {
    let Err(rejection) = result else { return "accepted".to_owned() };
    let fault = match rejection.reason() {
        Reason::StatusUnknown { faults, .. } => faults.first().map(|fault| fault.rule.id),
        _ => None,
    };
    let place = rejection.place();
    format!("{place}: {}{}", rejection.rule().id, fault.map(|id| format!(" {id}")).unwrap_or_default())
}

/// Judged by the root's empty list and these.
pub fn by(line: &Line, others: &[&Issued], lists: &[Vec<u8>]) -> String {
    let of_root = List::empty().signed_by(&line.root);
    let all: Vec<&[u8]> = std::iter::once(&of_root).chain(lists).map(Vec::as_slice).collect();
    words(judged(line, others, &all, |_, _| {}))
}

#[test]
fn everybody_below_the_anchor_must_be_on_no_list() {
    let line = line();
    let of_intermediate = |list: List| list.signed_by(&line.intermediate);
    let check = |root: List, intermediate: Option<List>, expect: &str| {
        let lists = [Some(root.signed_by(&line.root)), intermediate.map(of_intermediate)];
        let lists: Vec<&[u8]> = lists.iter().flatten().map(Vec::as_slice).collect();
        assert_eq!(words(judged(&line, &[], &lists, |_, _| {})), expect);
    };
    check(List::empty(), Some(List::empty()), "accepted");
    check(List::empty(), Some(List::empty().revoking(LEAF)), "leaf: not-revoked");
    check(List::empty(), Some(List::empty().revoking(INTERMEDIATE)), "accepted");
    check(List::empty().revoking(INTERMEDIATE), Some(List::empty()), "intermediate 1: not-revoked");
    check(List::empty().revoking(LEAF), Some(List::empty()), "accepted");
    check(List::empty(), None, "leaf: status-known");
}

#[test]
fn the_question_says_whose_status_counts_and_what_an_unknown_one_means() {
    let line = line();
    let (root, leaf) = (List::empty().signed_by(&line.root), List::empty().signed_by(&line.intermediate));
    let revoked = List::empty().revoking(LEAF).signed_by(&line.intermediate);
    let check = |lists: &[&[u8]], of, unknown, expect: &str| {
        let result =
            judged(&line, &[], lists, |_, revocation| (revocation.of, revocation.unknown) = (of, unknown));
        assert_eq!(words(result), expect);
    };
    check(&[], StatusOf::Path, UnknownStatus::Refused, "intermediate 1: status-known");
    check(&[], StatusOf::Leaf, UnknownStatus::Refused, "leaf: status-known");
    check(&[&leaf], StatusOf::Leaf, UnknownStatus::Refused, "accepted");
    check(&[&leaf], StatusOf::Path, UnknownStatus::Refused, "intermediate 1: status-known");
    check(&[], StatusOf::Path, UnknownStatus::Accepted, "accepted");
    check(&[&revoked], StatusOf::Path, UnknownStatus::Accepted, "leaf: not-revoked");
    check(&[&root, &revoked], StatusOf::Leaf, UnknownStatus::Accepted, "leaf: not-revoked");
}

#[test]
fn a_list_that_clears_nobody_still_accuses() {
    let line = line();
    let (stale, early) = (("2026-10-01", "2026-11-01"), ("2026-12-01", "2026-12-24"));
    let at = |list: List, (this, next): (&str, &str)| list.current(this, Some(next));
    let held = || List::empty().entry(Entry::new(LEAF).because(ReasonCode::CertificateHold));
    let unnumbered = |list: List| list.without(oid::CRL_NUMBER);
    let check = |lists: &[List], expect: &str| {
        let lists: Vec<Vec<u8>> =
            lists.iter().map(|list| list.clone().signed_by(&line.intermediate)).collect();
        let lists: Vec<&[u8]> = lists.iter().map(Vec::as_slice).collect();
        for unknown in [UnknownStatus::Accepted, UnknownStatus::Refused] {
            let result = judged(&line, &[], &lists, |_, revocation| {
                (revocation.of, revocation.unknown) = (StatusOf::Leaf, unknown);
            });
            let unknown = unknown == UnknownStatus::Accepted && !expect.contains("not-revoked");
            assert_eq!(words(result), if unknown { "accepted" } else { expect });
        }
    };
    let revoking = || List::empty().revoking(LEAF);
    check(&[unnumbered(revoking())], "leaf: not-revoked");
    check(&[at(revoking(), stale)], "leaf: not-revoked");
    // What has not begun says nothing yet, and a hold may have been lifted since.
    check(&[at(revoking(), early)], "leaf: status-known crl-current");
    check(&[at(held(), stale)], "leaf: status-known crl-current");
    // A newer list of the same scope takes its place.
    check(&[at(revoking(), stale).numbered(6), List::empty()], "accepted");
    check(&[at(unnumbered(revoking()), stale), List::empty()], "accepted");
    // Whoever signed it counts as ever.
    let forged = revoking().issuer(name("Intermediate")).current("2026-10-01", Some("2026-11-01"));
    let forged = forged.signed_by(&Spec::ca("Forger").self_signed());
    let result = judged(&line, &[], &[&forged], |_, revocation| {
        (revocation.of, revocation.unknown) = (StatusOf::Leaf, UnknownStatus::Accepted);
    });
    assert_eq!(words(result), "accepted");
}

#[test]
fn copies_of_a_list_cost_no_more_than_one() {
    let line = line();
    let own = List::empty().signed_by(&line.intermediate);
    assert_eq!(by(&line, &[], &vec![own; 500]), "accepted");
}

#[test]
fn what_is_about_others_is_named_where_nothing_else_is_known() {
    let line = line();
    let other = line.root.issue(Spec::ca("Other").serial(&[0x4a, 21]));
    let list = List::empty().signed_by(&other);
    let result = judged(&line, &[], &[&list], |_, revocation| revocation.of = StatusOf::Leaf);
    assert_eq!(
        result.unwrap_err().to_string(),
        "certificate may have been revoked: no CRL or OCSP response given is about it (CRL 7 of CN=Other)"
    );
}

#[test]
fn a_revocation_is_told_with_its_time_its_reason_and_who_says_so() {
    let line = line();
    let entry = Entry::new(LEAF).because(ReasonCode::KeyCompromise);
    let list = List::empty().entry(entry).signed_by(&line.intermediate);
    let rejection =
        judged(&line, &[], &[&List::empty().signed_by(&line.root), &list], |_, _| {}).unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "certificate was revoked at 2026-10-01T00:00:00Z (keyCompromise), says CRL 7 of CN=Intermediate"
    );
    let unknown = judged(&line, &[], &[&list], |_, _| {}).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "intermediate certificate CN=Intermediate may have been revoked: no CRL or OCSP response given is about it \
         (CRL 7 of CN=Intermediate)"
    );
}

#[test]
fn an_unknown_status_that_is_accepted_is_a_remark() {
    let line = line();
    let anchors = trust(&[&line.root]);
    let sent = chain(&[&line.leaf, &line.intermediate]);
    let mut question = Question::new(&sent, &anchors, now());
    let mut revocation = Revocation::new(&[], &[]);
    revocation.unknown = UnknownStatus::Accepted;
    question.revocation = Some(revocation);
    let mut trace = Trace::new();
    decide(&question, &AwsLc, &mut trace).unwrap();
    let remarked = trace.steps().iter().filter(|step| {
        matches!(step, Step::Applied { rule, outcome: Outcome::Warn, .. } if rule.id == "status-known")
    });
    assert_eq!(remarked.count(), 2);
}

#[test]
fn what_says_revoked_is_believed_over_what_does_not_know_of_it() {
    let line = line();
    // Two keys of one name: the lists of both are in force.
    let other = line.root.issue(Spec::ca("Intermediate").serial(&[0x4a, 10]));
    for lists in
        [[List::empty(), List::empty().revoking(LEAF)], [List::empty().revoking(LEAF), List::empty()]]
    {
        let [own, others] = lists;
        let lists = [own.signed_by(&line.intermediate), others.signed_by(&other)];
        assert_eq!(by(&line, &[&other], &lists), "leaf: not-revoked");
    }
}

#[test]
fn a_newer_list_takes_the_place_of_an_older() {
    let line = line();
    let check = |lists: [List; 2], expect: &str| {
        let lists = lists.map(|list| list.signed_by(&line.intermediate));
        assert_eq!(by(&line, &[], &lists), expect);
    };
    let hold = || List::empty().entry(Entry::new(LEAF).because(ReasonCode::CertificateHold));
    check([hold().numbered(7), List::empty().numbered(8)], "accepted");
    check([List::empty().numbered(8), hold().numbered(7)], "accepted");
    check([List::empty().numbered(7), hold().numbered(8)], "leaf: not-revoked");
    // One that is not current takes nobody's place.
    let old = |list: List| list.current("2026-01-01", Some("2026-02-01"));
    check([old(List::empty().numbered(9)), hold().numbered(8)], "leaf: not-revoked");
    check([old(hold().numbered(7)), List::empty().numbered(8)], "accepted");
}

#[test]
fn a_number_makes_no_list_newer_than_one_without() {
    let line = line();
    let check = |lists: [List; 2]| {
        let root = List::empty().signed_by(&line.root);
        let [one, other] = lists.map(|list| list.signed_by(&line.intermediate));
        let result =
            judged(&line, &[], &[&root, &one, &other], |question, _| question.ruleset = Ruleset::Path);
        assert_eq!(words(result), "leaf: not-revoked");
    };
    let later = || List::empty().without(oid::CRL_NUMBER).current("2026-11-20", Some("2026-12-01"));
    check([List::empty(), later().revoking(LEAF)]);
    check([List::empty().revoking(LEAF), later()]);
}

#[test]
fn looks_into_lists_are_bounded() {
    let line = line();
    // About no reason that a certificate can be revoked for: told by looking into it.
    let authorities = IssuingDistributionPoint { only_ca_certificates: true, ..Default::default() };
    let list = |number| List::empty().counted(number).scoped(authorities, &[]).signed_by(&line.intermediate);
    let lists: Vec<Vec<u8>> = (0..600).map(list).collect();
    let lists: Vec<&[u8]> = lists.iter().map(Vec::as_slice).collect();
    let result = judged(&line, &[], &lists, |_, revocation| revocation.of = StatusOf::Leaf);
    assert!(matches!(result.unwrap_err().reason(), Reason::Spent(Spent::Status(512))));
    let few = judged(&line, &[], &lists[..500], |_, revocation| revocation.of = StatusOf::Leaf);
    assert_eq!(words(few), "leaf: status-known crl-scope");
}

#[test]
fn any_bit_flipped_in_a_list_makes_it_useless_at_least() {
    let line = line();
    let list = List::empty().entry(Entry::new(LEAF).because(ReasonCode::KeyCompromise));
    let list = list.signed_by(&line.intermediate);
    for bit in 0..list.len() * 8 {
        let mut flipped = list.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let result = judged(&line, &[], &[&flipped], |question, revocation| {
            question.ruleset = Ruleset::Path;
            revocation.of = StatusOf::Leaf;
        });
        assert!(words(result).starts_with("leaf: status-known"), "bit {bit}");
    }
}
