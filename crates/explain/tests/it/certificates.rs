// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates and requests, told.

use explain::{CertificateFacts, RequestFacts};
use insta::assert_snapshot;
use x509::ext::{
    AccessDescription, AuthorityInfoAccess, CertificatePolicies, CrlDistributionPoints, NameConstraints,
};
use x509::{Certificate, CertificationRequest, GeneralName, Oid, Time, oid};

use crate::support::{Made, Pretend, ca, certificate, hostile_name, leaf, now, request, told};

const ROOT: (&str, u8) = ("Chancery Root", 1);
const INTERMEDIATE: (&str, u8) = ("Chancery Intermediate", 2);

fn facts(made: &Made) -> CertificateFacts {
    let der = certificate(made);
    CertificateFacts::of(&Certificate::parse(&der).unwrap(), now(), &Pretend)
}

fn server() -> Made {
    leaf(
        ("localhost", 3),
        INTERMEDIATE,
        &[
            GeneralName::Dns("localhost"),
            GeneralName::Dns("files.internal"),
            GeneralName::Ip(&[127, 0, 0, 1]),
        ],
    )
}

#[test]
fn a_servers_certificate_is_told_in_words() {
    assert_snapshot!(told(&facts(&server()).text()));
}

#[test]
fn a_servers_certificate_is_told_as_json() {
    assert_snapshot!(serde_json::to_string_pretty(&facts(&server())).unwrap());
}

#[test]
fn a_ca_says_what_it_may_sign() {
    let mut made = ca(ROOT, ROOT, Some(1));
    made.extensions.push((
        oid::NAME_CONSTRAINTS,
        true,
        NameConstraints::encode(
            &[
                GeneralName::Dns("localhost"),
                GeneralName::Dns("internal"),
                GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0]),
            ],
            &[GeneralName::Ip(&[0; 32]), GeneralName::Email("")],
        ),
    ));
    assert_snapshot!(told(&facts(&made).text()));
}

#[test]
fn pointers_policies_and_unknown_extensions_are_told() {
    let mut made = server();
    let unknown: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 99, 1];
    made.extensions = vec![
        (oid::CRL_DISTRIBUTION_POINTS, false, CrlDistributionPoints::encode(&["http://ca.test/1.crl"])),
        (
            oid::AUTHORITY_INFO_ACCESS,
            false,
            AuthorityInfoAccess::encode(&[
                AccessDescription { method: oid::OCSP, location: GeneralName::Uri("http://ocsp.test/") },
                AccessDescription {
                    method: oid::CA_ISSUERS,
                    location: GeneralName::Uri("http://ca.test/1.cer"),
                },
            ]),
        ),
        (
            oid::CERTIFICATE_POLICIES,
            false,
            CertificatePolicies::encode(&[Oid::from_content(&[0x67, 0x81, 0x0c, 1, 2, 1]).unwrap()]),
        ),
        (Oid::from_content(unknown).unwrap(), true, vec![0x04; 40]),
        (oid::KEY_USAGE, true, vec![0x05, 0x00]),
    ];
    assert_snapshot!(told(&facts(&made).text()));
}

#[test]
fn dates_that_are_over_or_not_yet_here_say_so() {
    let mut made = server();
    made.not_after = Time::parse("2026-11-19T10:00:00Z").unwrap();
    made.not_before = Time::parse("2026-10-19T10:00:00Z").unwrap();
    let expired = told(&facts(&made).text());
    assert!(expired.contains("valid until  2026-11-19 10:00:00 UTC (3 days ago)"), "{expired}");
    made.not_before = Time::parse("2026-11-25T10:00:00Z").unwrap();
    made.not_after = Time::parse("9999-12-31T23:59:59Z").unwrap();
    let early = told(&facts(&made).text());
    assert!(early.contains("valid from   2026-11-25 10:00:00 UTC (in 3 days)"), "{early}");
    assert!(early.contains("valid until  no end (9999-12-31)"), "{early}");
}

#[test]
fn names_written_by_strangers_stay_text() {
    let mut made = server();
    let hostile = "good.test\u{1b}[2J\u{1b}]0;title\u{7}\n✓ trusted \u{202e}live";
    made.subject = hostile_name(hostile);
    let shown = told(&facts(&made).text());
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown}");
    assert_eq!(shown.lines().filter(|line| line.trim_start().starts_with('✓')).count(), 0, "{shown}");
    assert_snapshot!(shown.lines().take(4).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_request_is_told_with_its_proof() {
    let der = request("localhost", &[GeneralName::Dns("localhost"), GeneralName::Ip(&[10, 0, 0, 1])], None);
    let facts = RequestFacts::of(&CertificationRequest::parse(&der).unwrap(), &Pretend);
    assert_snapshot!(told(&facts.text()));
}

#[test]
fn a_request_signed_by_another_key_proves_nothing() {
    let der = request("localhost", &[GeneralName::Dns("localhost")], Some(9));
    let facts = RequestFacts::of(&CertificationRequest::parse(&der).unwrap(), &Pretend);
    assert!(!facts.proof_of_possession.valid);
    assert_snapshot!(told(&facts.text()));
}
