// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate policies and what limits them.

use x509::der::{Tag, Writer};
use x509::ext::{CertificatePolicies, InhibitAnyPolicy, PolicyConstraints, PolicyMapping, PolicyMappings};
use x509::{Oid, oid};

use super::Entry;

// Identifiers that stand for policies: those of the hierarchies that have some.
const THEIRS: Oid<'static> = oid::OCSP;
const OURS: Oid<'static> = oid::CA_ISSUERS;
const ANY: Oid<'static> = oid::ANY_POLICY;

pub(super) fn entries() -> Vec<Entry> {
    let policies = |words: &str, listed: &[Oid<'_>]| {
        Entry::new(words, oid::CERTIFICATE_POLICIES, false, CertificatePolicies::encode(listed))
    };
    let mapping = |words: &str, pairs: &[(Oid<'static>, Oid<'static>)]| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(issuer, subject)| PolicyMapping { issuer: *issuer, subject: *subject })
            .collect();
        Entry::new(words, oid::POLICY_MAPPINGS, true, PolicyMappings::encode(&pairs))
    };
    let constraints = |words: &str, require_explicit_policy, inhibit_policy_mapping| {
        let value = PolicyConstraints { require_explicit_policy, inhibit_policy_mapping }.encode();
        Entry::new(words, oid::POLICY_CONSTRAINTS, true, value)
    };
    let inhibit = |words: &str, value| Entry::new(words, oid::INHIBIT_ANY_POLICY, true, value);
    let qualified = Writer::build(|writer| {
        writer.sequence(|list| {
            list.sequence(|policy| {
                policy.oid(THEIRS);
                policy.sequence(|qualifiers| qualifiers.sequence(|one| one.oid(oid::OCSP)));
            });
        });
    });
    vec![
        policies("one", &[THEIRS]),
        policies("another", &[OURS]),
        policies("both", &[THEIRS, OURS]),
        policies("any", &[ANY]),
        policies("any and one", &[ANY, THEIRS]),
        policies("one twice", &[THEIRS, THEIRS]),
        policies("none", &[]),
        Entry::new("a qualifier without its value", oid::CERTIFICATE_POLICIES, false, qualified),
        Entry::new("any, critical", oid::CERTIFICATE_POLICIES, true, CertificatePolicies::encode(&[ANY])),
        mapping("one to another", &[(OURS, THEIRS)]),
        mapping("to itself", &[(OURS, OURS)]),
        mapping("any", &[(ANY, THEIRS)]),
        mapping("to any", &[(OURS, ANY)]),
        mapping("none", &[]),
        constraints("explicit at once", Some(0), None),
        constraints("explicit after one", Some(1), None),
        constraints("explicit after 300", Some(300), None),
        constraints("no mapping", None, Some(0)),
        constraints("neither", None, None),
        inhibit("at once", InhibitAnyPolicy(0).encode()),
        inhibit("after one", InhibitAnyPolicy(1).encode()),
        inhibit("negative", Writer::build(|writer| writer.element(Tag::INTEGER, &[0xff]))),
    ]
}
