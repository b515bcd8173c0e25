// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each rule by a certificate that breaks it and nothing else, under every ruleset.

use verify::{PublicSuffixes, Purpose, Ruleset};
use x509::ext::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier};
use x509::{AlgorithmIdentifier, GeneralName, oid};

use crate::pki::{Spec, ask, name};

/// Nothing, under any ruleset.
const FINE: [&str; 3] = ["", "", ""];

fn outcome(ruleset: Ruleset, ca: &Spec, leaf: &Spec, purpose: Purpose) -> &'static str {
    let root = Spec::ca("Root").self_signed();
    let intermediate = root.issue(ca.clone());
    let leaf = intermediate.issue(leaf.clone());
    let result = ask(&[&leaf, &intermediate], &[&root], |question| {
        question.ruleset = ruleset;
        question.purpose = purpose;
    });
    result.map_or_else(|rejection| rejection.rule().id, |_| "")
}

/// What `path`, `rfc5280` and `webpki` refuse it by.
fn check_pair(ca: &Spec, leaf: &Spec, expect: [&str; 3]) {
    let found = Ruleset::ALL.map(|ruleset| outcome(ruleset, ca, leaf, Purpose::ServerAuth));
    assert_eq!(found, expect);
}

#[expect(clippy::needless_pass_by_value, reason = "made for the call")]
fn check_leaf(leaf: Spec, expect: [&str; 3]) {
    check_pair(&Spec::ca("Intermediate"), &leaf, expect);
}

#[expect(clippy::needless_pass_by_value, reason = "made for the call")]
fn check_ca(ca: Spec, expect: [&str; 3]) {
    check_pair(&ca, &Spec::server("a.test"), expect);
}

fn server() -> Spec {
    Spec::server("a.test")
}

fn ca() -> Spec {
    Spec::ca("Intermediate")
}

/// Refused by the profile and by what builds on it.
fn profile(id: &str) -> [&str; 3] {
    ["", id, id]
}

#[test]
fn what_keeps_every_rule_is_accepted() {
    check_leaf(server(), FINE);
}

#[test]
fn serial_numbers_are_positive_and_short() {
    check_leaf(server().serial(&[0]), profile("serial-positive"));
    check_leaf(server().serial(&[0x7f; 20]), FINE);
    check_leaf(server().serial(&[0x80; 20]), profile("serial-length"));
    check_ca(ca().serial(&[1; 21]), profile("serial-length"));
}

#[test]
fn names_are_not_empty() {
    check_leaf(server().issuer(vec![0x30, 0]), ["issuer-known", "issuer-named", "issuer-named"]);
    check_leaf(server().subject(vec![0x30, 0]), profile("alt-name-for-empty-subject"));
    let critical = SubjectAltName::encode(&[GeneralName::Dns("a.test")]);
    check_leaf(server().subject(vec![0x30, 0]).with(oid::SUBJECT_ALT_NAME, true, critical.clone()), FINE);
    check_leaf(server().with(oid::SUBJECT_ALT_NAME, true, critical), ["", "", "alt-name-not-critical"]);
    check_pair(&ca().subject(vec![0x30, 0]), &server(), profile("issuer-named"));
}

#[test]
fn validity_includes_both_ends() {
    check_leaf(server().valid("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"), FINE);
    check_leaf(server().valid("2026-01-01", "2026-11-22T09:59:59Z"), ["not-after"; 3]);
    check_leaf(server().valid("2026-11-22T10:00:01Z", "2027-01-01"), ["not-before"; 3]);
    check_ca(ca().valid("2026-01-01", "2026-11-22T09:59:59Z"), ["not-after"; 3]);
}

#[test]
fn critical_extensions_are_known_and_known_extensions_readable() {
    let private = x509::Oid::from_content(&[0x2b, 6, 1, 4, 1, 0x83, 0x9a, 0x7f]).unwrap();
    check_leaf(server().with(private, false, vec![5, 0]), FINE);
    check_leaf(server().with(private, true, vec![5, 0]), ["unknown-critical-extension"; 3]);
    check_ca(ca().with(private, true, vec![5, 0]), ["unknown-critical-extension"; 3]);
    check_ca(ca().with(oid::POLICY_CONSTRAINTS, true, vec![0x30, 3, 0x80, 1, 9]), FINE);
    check_ca(
        ca().with(oid::POLICY_CONSTRAINTS, false, vec![0x30, 3, 0x80, 1, 9]),
        profile("policy-constraints-critical"),
    );
    check_leaf(server().with(oid::AUTHORITY_INFO_ACCESS, false, vec![0x30, 0]), ["extension-well-formed"; 3]);
    let access = [0x30, 18, 0x30, 16, 6, 8, 0x2b, 6, 1, 5, 5, 7, 48, 2, 0x86, 4, b'u', b':', b'a', b'b'];
    check_leaf(server().with(oid::AUTHORITY_INFO_ACCESS, false, access.to_vec()), FINE);
    check_leaf(
        server().with(oid::AUTHORITY_INFO_ACCESS, true, access.to_vec()),
        profile("information-access-not-critical"),
    );
    let names = SubjectAltName::encode(&[GeneralName::Dns("issuer.test")]);
    check_leaf(server().with(oid::ISSUER_ALT_NAME, true, names), FINE);
    let twice = x509::ext::CertificatePolicies::encode(&[oid::ANY_POLICY, oid::ANY_POLICY]);
    check_leaf(server().with(oid::CERTIFICATE_POLICIES, false, twice), profile("policy-once"));
}

#[test]
fn key_identifiers_are_where_the_profile_wants_them() {
    let none = Vec::new;
    check_ca(
        ca().with(oid::SUBJECT_KEY_IDENTIFIER, false, none()),
        profile("subject-key-identifier-present"),
    );
    check_leaf(server().with(oid::SUBJECT_KEY_IDENTIFIER, false, none()), FINE);
    let critical = SubjectKeyIdentifier(&[1; 20]).encode();
    check_ca(
        ca().with(oid::SUBJECT_KEY_IDENTIFIER, true, critical),
        profile("subject-key-identifier-not-critical"),
    );
    check_leaf(
        server().with(oid::AUTHORITY_KEY_IDENTIFIER, false, none()),
        profile("authority-key-identifier-present"),
    );
    check_leaf(
        server().with(oid::AUTHORITY_KEY_IDENTIFIER, false, vec![0x30, 0]),
        profile("authority-key-identifier-present"),
    );
    check_leaf(
        server().with(oid::AUTHORITY_KEY_IDENTIFIER, false, vec![0x30, 6, 0x80, 1, 1, 0x82, 1, 1]),
        profile("authority-key-identifier-pair"),
    );
    check_leaf(
        server().with(oid::AUTHORITY_KEY_IDENTIFIER, true, vec![0x30, 3, 0x80, 1, 1]),
        profile("authority-key-identifier-not-critical"),
    );
    // The wrong key's name is remarked on, and the signature decides.
    check_leaf(server().with(oid::AUTHORITY_KEY_IDENTIFIER, false, vec![0x30, 3, 0x80, 1, 1]), FINE);
}

#[test]
fn issuers_are_authorities() {
    let constraints = |ca, path_length| BasicConstraints { ca, path_length }.encode();
    check_ca(ca().without(oid::BASIC_CONSTRAINTS), ["issuer-is-ca"; 3]);
    check_ca(ca().with(oid::BASIC_CONSTRAINTS, true, constraints(false, None)), ["issuer-is-ca"; 3]);
    check_ca(ca().with(oid::BASIC_CONSTRAINTS, true, vec![0x30, 3, 1, 1, 1]), ["extension-well-formed"; 3]);
    check_ca(
        ca().with(oid::BASIC_CONSTRAINTS, false, constraints(true, None)),
        profile("basic-constraints-critical"),
    );
    check_ca(ca().without(oid::KEY_USAGE), ["", "", "key-usage-of-ca-present"]);
    check_ca(ca().with(oid::KEY_USAGE, true, KeyUsage::CRL_SIGN.encode()), ["issuer-may-sign"; 3]);
    check_ca(ca().with(oid::KEY_USAGE, false, KeyUsage::KEY_CERT_SIGN.encode()), FINE);
    check_leaf(
        server().with(oid::BASIC_CONSTRAINTS, true, constraints(false, Some(0))),
        profile("path-length-place"),
    );
    check_leaf(server().with(oid::BASIC_CONSTRAINTS, true, constraints(false, None)), FINE);
    check_leaf(
        server().with(
            oid::KEY_USAGE,
            true,
            KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::KEY_CERT_SIGN).encode(),
        ),
        profile("cert-sign-needs-ca"),
    );
    check_leaf(
        server().with(oid::KEY_USAGE, true, KeyUsage::default().encode()),
        profile("key-usage-not-empty"),
    );
    check_leaf(server().with(oid::BASIC_CONSTRAINTS, true, constraints(true, None)), ["", "", "leaf-not-ca"]);
}

#[test]
fn purposes_are_listed_or_left_open() {
    let usage = ExtendedKeyUsage::encode;
    check_leaf(server().without(oid::EXTENDED_KEY_USAGE), ["", "", "extended-key-usage-present"]);
    check_leaf(server().with(oid::EXTENDED_KEY_USAGE, false, usage(&[oid::CLIENT_AUTH])), ["purpose"; 3]);
    check_leaf(
        server().with(oid::EXTENDED_KEY_USAGE, false, usage(&[oid::ANY_EXTENDED_KEY_USAGE])),
        ["", "", "extended-key-usage-present"],
    );
    for unwanted in [oid::ANY_EXTENDED_KEY_USAGE, oid::CODE_SIGNING, oid::EMAIL_PROTECTION, oid::OCSP_SIGNING]
    {
        check_leaf(
            server().with(oid::EXTENDED_KEY_USAGE, false, usage(&[oid::SERVER_AUTH, unwanted])),
            ["", "", "extended-key-usage-allowed"],
        );
    }
    check_leaf(
        server().with(oid::EXTENDED_KEY_USAGE, true, usage(&[oid::SERVER_AUTH])),
        ["", "", "extended-key-usage-not-critical"],
    );
    check_ca(ca().with(oid::EXTENDED_KEY_USAGE, false, usage(&[oid::SERVER_AUTH])), FINE);
    check_ca(
        ca().with(oid::EXTENDED_KEY_USAGE, false, usage(&[oid::CLIENT_AUTH])),
        profile("purpose-of-issuer"),
    );
    check_leaf(
        server().with(oid::KEY_USAGE, true, KeyUsage::NON_REPUDIATION.encode()),
        profile("purpose-fits-key-usage"),
    );
    check_leaf(
        server().with(oid::KEY_USAGE, true, KeyUsage::KEY_AGREEMENT.encode()),
        ["", "", "digital-signature"],
    );
}

#[test]
fn a_client_is_judged_as_a_client() {
    let client = server().with(oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::CLIENT_AUTH]));
    let found = |purpose| outcome(Ruleset::Rfc5280, &ca(), &client, purpose);
    assert_eq!(found(Purpose::ClientAuth), "");
    assert_eq!(found(Purpose::Any), "");
    assert_eq!(found(Purpose::ServerAuth), "purpose");
}

#[test]
fn alternative_names_are_written_as_their_form_asks() {
    for bad in ["a_b.test", "8.8.8.8", "*", "x*.a.test", "a.test.", "", " "] {
        let names = [GeneralName::Dns("a.test"), GeneralName::Dns(bad)];
        check_leaf(server().named(&names), profile("alt-name-syntax"));
    }
    for bad in [GeneralName::Email("a.test"), GeneralName::Uri("/x"), GeneralName::Uri("http://a_b/")] {
        check_leaf(server().named(&[GeneralName::Dns("a.test"), bad]), profile("alt-name-syntax"));
    }
    for good in [GeneralName::Email("a@a.test"), GeneralName::Uri("urn:a:b"), GeneralName::Ip(&[10, 0, 0, 1])]
    {
        check_leaf(server().named(&[GeneralName::Dns("a.test"), good]), FINE);
    }
    let wide = [GeneralName::Dns("a.test"), GeneralName::Dns("*.test")];
    check_leaf(server().named(&wide), ["", "", "wildcard-scope"]);
    check_leaf(server().subject(name("b.test")), ["", "", "common-name-in-alt-name"]);
    check_leaf(server().subject(name("A.test")), ["", "", "common-name-in-alt-name"]);
}

/// Whoever keeps `co.test` lets anybody have names below it.
#[derive(Debug)]
struct Registry;

impl PublicSuffixes for Registry {
    fn is_public_suffix(&self, domain: &str) -> bool {
        domain == "co.test"
    }
}

#[test]
fn a_wildcard_below_a_public_suffix_is_refused_where_a_list_of_them_is_at_hand() {
    let root = Spec::ca("Root").self_signed();
    let check = |wide: &str, list: Option<&'static dyn PublicSuffixes>, expect: [&str; 3]| {
        let leaf = root.issue(server().named(&[GeneralName::Dns("a.test"), GeneralName::Dns(wide)]));
        let found = Ruleset::ALL.map(|ruleset| {
            let result = ask(&[&leaf], &[&root], |question| {
                (question.ruleset, question.public_suffixes) = (ruleset, list);
            });
            result.map_or_else(|rejection| rejection.rule().id, |_| "")
        });
        assert_eq!(found, expect, "{wide}");
    };
    let refused = ["", "", "wildcard-scope"];
    check("*.co.test", None, FINE);
    check("*.co.test", Some(&Registry), refused);
    check("*.CO.test", Some(&Registry), refused);
    check("*.x.co.test", Some(&Registry), FINE);
    check("co.test", Some(&Registry), FINE);
    check("*.test", None, refused);
    check("*.test", Some(&Registry), refused);
}

#[test]
fn a_common_name_presents_nothing() {
    check_leaf(
        server().named(&[GeneralName::Dns("b.test")]),
        ["peer-name", "peer-name", "common-name-in-alt-name"],
    );
    check_leaf(server().without(oid::SUBJECT_ALT_NAME), ["peer-name"; 3]);
}

#[test]
fn constraints_stand_where_they_may() {
    let bases = [GeneralName::Dns("a.test")];
    check_leaf(server().constrained(&bases, &[]), profile("name-constraints-in-ca"));
    let value = x509::ext::NameConstraints::encode(&bases, &[]);
    check_ca(ca().with(oid::NAME_CONSTRAINTS, false, value), ["", "name-constraints-critical", ""]);
    for bad in [".a.test", "*.a.test", "a_b.test"] {
        let constrained = ca().constrained(&[], &[GeneralName::Dns(bad)]);
        check_ca(constrained, ["name-constraints-syntax"; 3]);
    }
}

#[test]
fn ml_dsa_keys_sign_and_do_nothing_else() {
    // The leaf's key is never used here: what its keyUsage says is judged by its algorithm alone.
    let key =
        x509::SubjectPublicKeyInfo::encode(&AlgorithmIdentifier::encode(oid::ML_DSA_44, None), &[0; 1312]);
    let tbs = |usage: KeyUsage| {
        x509::write::tbs_certificate(&x509::write::TbsFields {
            serial: &[1],
            signature_algorithm: &AlgorithmIdentifier::encode(oid::ML_DSA_44, None),
            issuer: &name("a.test"),
            not_before: crate::pki::now(),
            not_after: crate::pki::now(),
            subject: &name("a.test"),
            subject_public_key_info: &key,
            extensions: &[x509::Extension { oid: oid::KEY_USAGE, critical: true, value: &usage.encode() }],
        })
    };
    let judge = |usage| {
        let (anchors, tbs) = (verify::TrustAnchors::new(), tbs(usage));
        let question = verify::Question::new(&[], &anchors, crate::pki::now());
        verify::judge_unsigned(&tbs, &question, &keys::AwsLc, &mut verify::NoTrace)
            .map_err(|rejection| rejection.rule().id)
    };
    assert_eq!(judge(KeyUsage::DIGITAL_SIGNATURE), Ok(()));
    assert_eq!(judge(KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::KEY_AGREEMENT)), Err("ml-dsa-key-usage"));
}
