// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is trusted, and what trust does not excuse.

use verify::TrustAnchors;
use x509::der::{Reader, Tag, Writer};
use x509::oid;

use crate::pki::{Spec, ask, refused_by, three, trust};

#[test]
fn an_intermediate_may_be_the_anchor_and_the_root_beside_it_does_not_matter() {
    let (root, intermediate, leaf) = three();
    assert_eq!(ask(&[&leaf, &root], &[&intermediate], |_| {}).unwrap(), 2);
    assert_eq!(ask(&[&leaf, &intermediate, &root], &[&root], |_| {}).unwrap(), 3);
}

#[test]
fn a_leaf_that_is_an_anchor_needs_no_issuer_but_keeps_the_rules_of_a_leaf() {
    let alone = Spec::server("a.test").self_signed();
    assert_eq!(ask(&[&alone], &[&alone], |_| {}).unwrap(), 1);
    assert_eq!(refused_by(&[&alone], &[]), "issuer-known");
    let other = Spec::server("b.test").self_signed();
    assert_eq!(refused_by(&[&other], &[&other]), "peer-name");
    let expired = Spec::server("a.test").valid("2020-01-01", "2021-01-01").self_signed();
    assert_eq!(refused_by(&[&expired], &[&expired]), "not-after");
}

#[test]
fn an_anchor_is_judged_like_any_issuer() {
    let check = |root: Spec, expect: &str| {
        let root = root.self_signed();
        let leaf = root.issue(Spec::server("a.test"));
        assert_eq!(refused_by(&[&leaf], &[&root]), expect);
    };
    check(Spec::ca("Root"), "nothing");
    check(Spec::ca("Root").valid("2020-01-01", "2021-01-01"), "not-after");
    check(Spec::ca("Root").valid("2027-01-01", "2028-01-01"), "not-before");
    check(Spec::ca("Root").without(oid::BASIC_CONSTRAINTS), "issuer-is-ca");
    check(Spec::ca("Root").without(oid::KEY_USAGE), "nothing");
    check(Spec::ca("Root").constrained(&[x509::GeneralName::Dns("b.test")], &[]), "name-permitted");
}

#[test]
fn an_unusable_anchor_is_passed_over_for_one_that_will_do() {
    let old = Spec::ca("Root").valid("2020-01-01", "2021-01-01").self_signed();
    let new = Spec::ca("Root").key_of(&old).self_signed();
    let leaf = new.issue(Spec::server("a.test"));
    assert_eq!(ask(&[&leaf], &[&old, &new], |_| {}).unwrap(), 2);
    assert_eq!(ask(&[&leaf], &[&new, &old], |_| {}).unwrap(), 2);
}

#[test]
fn anchors_are_kept_once_in_their_order_and_only_if_they_are_certificates() {
    let (root, intermediate, _) = three();
    let mut anchors = trust(&[&root, &intermediate, &root]);
    assert_eq!(anchors.len(), 2);
    assert_eq!(
        anchors.iter().map(|anchor| anchor.subject()).collect::<Vec<_>>(),
        ["CN=Root", "CN=Intermediate"]
    );
    assert!(anchors.contains(&root.der));
    let error = anchors.add_certificate(&root.der[1..]).unwrap_err();
    assert!(error.to_string().starts_with("not a certificate: certificate: expected SEQUENCE"), "{error}");
    assert!(TrustAnchors::new().is_empty());
}

#[test]
fn a_root_without_authority_key_identifier_is_fine_when_its_own_key_signed_it() {
    let other = Spec::ca("Root").self_signed();
    // The same name, another key: the names alone would make it self-signed.
    let unlike = other.issue(Spec::ca("Root").with(oid::AUTHORITY_KEY_IDENTIFIER, false, Vec::new()));
    let leaf = unlike.issue(Spec::server("a.test"));
    assert_eq!(refused_by(&[&leaf], &[&unlike]), "authority-key-identifier-present");
    // Another name, its own key: the names alone would make it signed by someone else.
    let like = Spec::ca("Root").issuer(crate::pki::name("Elsewhere")).self_signed();
    let leaf = like.issue(Spec::server("a.test"));
    assert_eq!(refused_by(&[&leaf], &[&like]), "nothing");
}

/// A block in which every UTCTime of this century is a GeneralizedTime.
fn with_long_times(tbs: &[u8]) -> Vec<u8> {
    let mut fields = Reader::new(tbs).sequence().unwrap();
    Writer::build(|writer| {
        writer.sequence(|tbs| {
            while !fields.is_empty() {
                let field = fields.element().unwrap();
                let mut inner = field.reader();
                if inner.peek() != Some(Tag::UTC_TIME) {
                    tbs.raw(field.raw);
                    continue;
                }
                tbs.sequence(|validity| {
                    while let Ok(time) = inner.expect(Tag::UTC_TIME) {
                        validity.element(Tag::GENERALIZED_TIME, &[b"20", time.content].concat());
                    }
                });
            }
        });
    })
}

#[test]
fn how_an_anchor_was_written_is_past_mending() {
    // Public roots in use have a serial number of zero, or times in the longer form.
    let zero = Spec::ca("Root").serial(&[0]).self_signed();
    assert_eq!(refused_by(&[&zero.issue(Spec::server("a.test"))], &[&zero]), "nothing");
    let root = Spec::ca("Root").self_signed();
    let old = root.resign(&root, with_long_times(&root.tbs));
    let leaf = old.issue(Spec::server("a.test"));
    assert_eq!(refused_by(&[&leaf], &[&old]), "nothing");
    let odd = root.resign(&leaf, with_long_times(&leaf.tbs));
    assert_eq!(refused_by(&[&odd], &[&old]), "validity-encoding");
    let below = old.issue(Spec::ca("Intermediate").serial(&[0]));
    assert_eq!(refused_by(&[&below.issue(Spec::server("a.test")), &below], &[&old]), "serial-positive");
}

#[test]
fn a_key_that_a_root_hands_on_to_under_its_own_name_is_no_root() {
    let root = Spec::ca("Root").self_signed();
    let next = root.issue(Spec::ca("Root"));
    let leaf = next.issue(Spec::server("a.test"));
    for ruleset in verify::Ruleset::ALL {
        let path = ask(&[&leaf, &next], &[&root], |question| question.ruleset = ruleset);
        assert_eq!(path, Ok(3), "{ruleset}");
    }
}
