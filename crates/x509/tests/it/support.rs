// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate and a request with every known extension, to be read and mangled.

use x509::der::{Tag, Writer};
use x509::ext::{
    AccessDescription, AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, Extension, InhibitAnyPolicy, KeyUsage, NameConstraints,
    PolicyConstraints, PolicyMapping, PolicyMappings, SubjectAltName, SubjectKeyIdentifier,
};
use x509::name::NameBuilder;
use x509::write::{RequestFields, TbsFields, request_info, signed, tbs_certificate};
use x509::{AlgorithmIdentifier, GeneralName, Oid, SubjectPublicKeyInfo, Time, oid};

/// Every known extension with a value of its own.
pub(crate) fn extension_values() -> Vec<(Oid<'static>, bool, Vec<u8>)> {
    let directory = NameBuilder::new().organization("Example").unwrap().build();
    let names = [
        GeneralName::Dns("a.test"),
        GeneralName::Ip(&[127, 0, 0, 1]),
        GeneralName::Email("a@a.test"),
        GeneralName::Uri("https://a.test/"),
        GeneralName::Directory(x509::Name::parse(&directory).unwrap()),
    ];
    let permitted = [GeneralName::Dns("test"), GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0])];
    let access =
        [AccessDescription { method: oid::CA_ISSUERS, location: GeneralName::Uri("http://a.test/ca") }];
    vec![
        (oid::BASIC_CONSTRAINTS, true, BasicConstraints { ca: true, path_length: Some(1) }.encode()),
        (oid::KEY_USAGE, true, KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).encode()),
        (oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::SERVER_AUTH, oid::CLIENT_AUTH])),
        (oid::SUBJECT_ALT_NAME, false, SubjectAltName::encode(&names)),
        (oid::NAME_CONSTRAINTS, true, NameConstraints::encode(&permitted, &[GeneralName::Email("b.test")])),
        (oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(&[1; 20]).encode()),
        (oid::AUTHORITY_KEY_IDENTIFIER, false, AuthorityKeyIdentifier::encode(&[2; 20])),
        (oid::CRL_DISTRIBUTION_POINTS, false, CrlDistributionPoints::encode(&["http://a.test/crl"])),
        (oid::AUTHORITY_INFO_ACCESS, false, AuthorityInfoAccess::encode(&access)),
        (oid::CERTIFICATE_POLICIES, false, CertificatePolicies::encode(&[oid::ANY_POLICY])),
        (
            oid::POLICY_MAPPINGS,
            true,
            PolicyMappings::encode(&[PolicyMapping { issuer: oid::OCSP, subject: oid::CA_ISSUERS }]),
        ),
        (
            oid::POLICY_CONSTRAINTS,
            true,
            PolicyConstraints { require_explicit_policy: Some(0), inhibit_policy_mapping: Some(200) }
                .encode(),
        ),
        (oid::INHIBIT_ANY_POLICY, true, InhibitAnyPolicy(1).encode()),
    ]
}

/// A version 3 certificate with every known extension; its signature is not one.
pub(crate) fn certificate() -> Vec<u8> {
    let values = extension_values();
    let extensions: Vec<Extension<'_>> = values
        .iter()
        .map(|(oid, critical, value)| Extension { oid: *oid, critical: *critical, value })
        .collect();
    let algorithm = AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None);
    let name = NameBuilder::new().organization("Example").unwrap().common_name("a.test").unwrap().build();
    let tbs = tbs_certificate(&TbsFields {
        serial: &[0x4f; 16],
        signature_algorithm: &algorithm,
        issuer: &name,
        not_before: Time::parse("2026-11-22").unwrap(),
        not_after: Time::parse("2056-11-22").unwrap(),
        subject: &name,
        subject_public_key_info: &public_key(),
        extensions: &extensions,
    });
    signed(&tbs, &algorithm, &[0x5a; 70])
}

/// A request for two names.
pub(crate) fn request() -> Vec<u8> {
    let value = SubjectAltName::encode(&[GeneralName::Dns("a.test"), GeneralName::Ip(&[10, 0, 0, 1])]);
    let name = NameBuilder::new().common_name("a.test").unwrap().build();
    let info = request_info(&RequestFields {
        subject: &name,
        subject_public_key_info: &public_key(),
        extensions: &[Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &value }],
    });
    signed(&info, &AlgorithmIdentifier::encode(oid::ED25519, None), &[0x5a; 64])
}

/// One entry of a list: serial number, extensions.
pub(crate) type Entry<'a> = (&'a [u8], &'a [Extension<'a>]);

/// A list of `issuer` with these entries and extensions; its signature is not one.
pub(crate) fn crl(issuer: &[u8], entries: &[Entry<'_>], extensions: &[Extension<'_>]) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None);
    let time = |text| Time::parse(text).unwrap();
    let write = |writer: &mut Writer, extensions: &[Extension<'_>]| {
        writer.sequence(|list| extensions.iter().for_each(|extension| extension.write(list)));
    };
    let tbs = Writer::build(|writer| {
        writer.sequence(|tbs| {
            tbs.integer(1);
            tbs.raw(&algorithm);
            tbs.raw(issuer);
            time("2026-11-22").write(tbs);
            time("2026-11-29").write(tbs);
            if !entries.is_empty() {
                tbs.sequence(|list| {
                    for (serial, extensions) in entries {
                        list.sequence(|entry| {
                            entry.unsigned(serial);
                            time("2026-11-21").write(entry);
                            if !extensions.is_empty() {
                                write(entry, extensions);
                            }
                        });
                    }
                });
            }
            if !extensions.is_empty() {
                tbs.nest(Tag::context_constructed(0), |explicit| write(explicit, extensions));
            }
        });
    });
    signed(&tbs, &algorithm, &[0x5a; 70])
}

fn public_key() -> Vec<u8> {
    SubjectPublicKeyInfo::encode(&AlgorithmIdentifier::encode(oid::ED25519, None), &[7; 32])
}
