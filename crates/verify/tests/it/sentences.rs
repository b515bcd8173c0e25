// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a rejection says, and which one is chosen when several stand in the way.

use verify::Place;

use crate::pki::{Spec, ask, three};

fn said(certificates: &[&crate::pki::Issued], roots: &[&crate::pki::Issued]) -> String {
    ask(certificates, roots, |_| {}).unwrap_err().to_string()
}

#[test]
fn a_missing_intermediate_and_an_unknown_authority() {
    let (root, intermediate, leaf) = three();
    assert_eq!(
        said(&[&leaf], &[&root]),
        "certificate was issued by an unknown authority: no certificate given has the subject CN=Intermediate"
    );
    assert_eq!(
        said(&[&leaf, &intermediate], &[]),
        "intermediate certificate CN=Intermediate was issued by an unknown authority: no certificate given has the \
         subject CN=Root"
    );
    assert_eq!(
        said(&[&leaf, &intermediate, &root], &[]),
        "intermediate certificate CN=Root was issued by itself and is no trust anchor: CN=Root"
    );
}

#[test]
fn a_wrong_name_is_told_after_the_path_was_found() {
    let (root, intermediate, _) = three();
    let leaf = intermediate.issue(Spec::server("b.test"));
    assert_eq!(
        said(&[&leaf, &intermediate], &[&root]),
        "certificate is for other names: asked for a.test, presented dns:b.test"
    );
    assert!(said(&[&leaf, &intermediate], &[]).contains("unknown authority"));
}

#[test]
fn an_issuer_that_was_found_and_may_not_be_used_says_more_than_none() {
    let root = Spec::ca("Root").self_signed();
    let expired = root.issue(Spec::ca("Intermediate").valid("2026-01-01", "2026-11-20T10:00:00Z"));
    let leaf = expired.issue(Spec::server("a.test"));
    let stranger = Spec::ca("Stranger").self_signed();
    let unanchored = stranger.issue(Spec::ca("Intermediate").key_of(&expired));
    for sent in [[&leaf, &expired, &unanchored], [&leaf, &unanchored, &expired]] {
        let rejection = ask(&sent, &[&root], |_| {}).unwrap_err();
        assert_eq!(
            rejection.to_string(),
            "intermediate certificate CN=Intermediate expired: checked at 2026-11-22T10:00:00Z, valid until \
             2026-11-20T10:00:00Z (2 days ago)"
        );
        assert_eq!(rejection.place(), Place::Intermediate(1));
        assert_eq!(rejection.subject(), "CN=Intermediate");
    }
}

#[test]
fn an_issuer_that_may_have_been_given_and_cannot_be_read_is_told() {
    let (root, intermediate, leaf) = three();
    let anchors = crate::pki::trust(&[&root]);
    let cut = intermediate.der.get(..100).unwrap();
    let (sent, given) = ([leaf.der.as_slice(), cut], [cut]);
    let mut question = verify::Question::new(&sent, &anchors, crate::pki::now());
    let said = |question: &verify::Question<'_>| {
        verify::decide(question, &keys::AwsLc, &mut verify::NoTrace).unwrap_err().to_string()
    };
    let expect = |which: &str| {
        format!(
            "certificate was issued by an unknown authority: no certificate given that can be read has the \
             subject CN=Intermediate; {which} cannot be read: certificate: truncated: {} more bytes expected, 96 \
             left at byte 0",
            intermediate.der.len() - 4
        )
    };
    assert_eq!(said(&question), expect("certificate 2 as sent"));
    question.chain = &sent[..1];
    question.intermediates = &given;
    assert_eq!(said(&question), expect("intermediate certificate 1"));
}

#[test]
fn a_signature_by_another_key_names_the_issuer() {
    let (root, intermediate, _) = three();
    let impostor = Spec::ca("Intermediate").self_signed();
    let leaf = impostor.issue(Spec::server("a.test"));
    assert_eq!(
        said(&[&leaf, &intermediate], &[&root]),
        "certificate was not signed by CN=Intermediate: the signature does not match"
    );
}

#[test]
fn nothing_at_all_is_malformed() {
    assert!(said(&[], &[]).starts_with("certificate is malformed: certificate: "));
}

#[test]
fn long_lists_of_names_are_cut() {
    let root = Spec::ca("Root").self_signed();
    let hosts: Vec<String> = (0..40).map(|n| format!("h{n}.test")).collect();
    let names: Vec<_> = hosts.iter().map(|host| x509::GeneralName::Dns(host)).collect();
    let leaf = root.issue(Spec::server("h0.test").named(&names));
    let said = said(&[&leaf], &[&root]);
    assert!(said.ends_with("dns:h14.test, dns:h15.test and 24 more"), "{said}");
}
