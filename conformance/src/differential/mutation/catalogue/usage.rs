// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a key may be used for, and the extensions that say nothing about it.

use x509::der::{Tag, Writer};
use x509::ext::{
    AccessDescription, AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints,
    ExtendedKeyUsage, FreshestCrl, KeyUsage, SubjectAltName, SubjectKeyIdentifier,
};
use x509::{GeneralName, Oid, oid};

use super::Entry;

/// The identifier of a form of name, which is no extension's.
const UNKNOWN: Oid<'static> = oid::SMTP_UTF8_MAILBOX;

pub(super) fn entries() -> Vec<Entry> {
    [basic_constraints(), key_usage(), extended_key_usage(), key_identifiers()]
        .into_iter()
        .flatten()
        .collect()
}

fn basic_constraints() -> Vec<Entry> {
    let entry = |words: &str, value| Entry::new(words, oid::BASIC_CONSTRAINTS, true, value);
    let constraints = |ca, path_length| BasicConstraints { ca, path_length }.encode();
    let raw = |body: &dyn Fn(&mut Writer)| Writer::build(|writer| writer.sequence(|sequence| body(sequence)));
    vec![
        entry("a CA", constraints(true, None)),
        entry("a CA with none below it", constraints(true, Some(0))),
        entry("a CA with one below it", constraints(true, Some(1))),
        entry("a CA with 300 below it", constraints(true, Some(300))),
        entry("no CA", constraints(false, None)),
        entry("no CA, with a path length", constraints(false, Some(0))),
        entry("no CA, written out", raw(&|sequence| sequence.boolean(false))),
        entry("a CA by 01", raw(&|sequence| sequence.element(Tag::BOOLEAN, &[1]))),
        entry(
            "a negative path length",
            raw(&|sequence| {
                sequence.boolean(true);
                sequence.element(Tag::INTEGER, &[0xff]);
            }),
        ),
        entry(
            "a path length with a zero in front",
            raw(&|sequence| {
                sequence.boolean(true);
                sequence.element(Tag::INTEGER, &[0, 1]);
            }),
        ),
        entry(
            "a field more",
            raw(&|sequence| {
                sequence.boolean(true);
                sequence.integer(1);
                sequence.integer(1);
            }),
        ),
    ]
}

fn key_usage() -> Vec<Entry> {
    let entry = |words: &str, value| Entry::new(words, oid::KEY_USAGE, true, value);
    let bits = |usage: KeyUsage| usage.encode();
    let raw = |content: &[u8]| Writer::build(|writer| writer.element(Tag::BIT_STRING, content));
    vec![
        entry("digitalSignature", bits(KeyUsage::DIGITAL_SIGNATURE)),
        entry("keyEncipherment", bits(KeyUsage::KEY_ENCIPHERMENT)),
        entry("keyAgreement", bits(KeyUsage::KEY_AGREEMENT)),
        entry("nonRepudiation", bits(KeyUsage::NON_REPUDIATION)),
        entry("keyCertSign", bits(KeyUsage::KEY_CERT_SIGN)),
        entry("cRLSign", bits(KeyUsage::CRL_SIGN)),
        entry(
            "keyCertSign and digitalSignature",
            bits(KeyUsage::KEY_CERT_SIGN.and(KeyUsage::DIGITAL_SIGNATURE)),
        ),
        entry("decipherOnly", bits(KeyUsage::DECIPHER_ONLY)),
        entry("no bit", raw(&[0])),
        entry("no bit, in an octet", raw(&[0, 0])),
        entry("zeros at the end", raw(&[0, 0x86])),
        entry("unused bits that are set", raw(&[1, 0x87])),
        entry("eight unused bits", raw(&[8, 0x80])),
        entry("without an octet", raw(&[])),
        entry("bits beyond the last", raw(&[0, 0x86, 0xff])),
    ]
}

fn extended_key_usage() -> Vec<Entry> {
    let entry = |words: &str, purposes: &[Oid<'_>]| {
        Entry::new(words, oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(purposes))
    };
    vec![
        entry("serverAuth", &[oid::SERVER_AUTH]),
        entry("clientAuth", &[oid::CLIENT_AUTH]),
        entry("clientAuth, serverAuth", &[oid::CLIENT_AUTH, oid::SERVER_AUTH]),
        entry("anyExtendedKeyUsage", &[oid::ANY_EXTENDED_KEY_USAGE]),
        entry("serverAuth twice", &[oid::SERVER_AUTH, oid::SERVER_AUTH]),
        entry("codeSigning", &[oid::CODE_SIGNING]),
        entry("OCSPSigning, serverAuth", &[oid::OCSP_SIGNING, oid::SERVER_AUTH]),
        entry("none", &[]),
    ]
}

fn key_identifiers() -> Vec<Entry> {
    let subject = |words: &str, id: &[u8]| {
        Entry::new(words, oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(id).encode())
    };
    let authority = |words: &str, value| Entry::new(words, oid::AUTHORITY_KEY_IDENTIFIER, false, value);
    let raw = |body: &dyn Fn(&mut Writer)| Writer::build(|writer| writer.sequence(|sequence| body(sequence)));
    let issuer = |sequence: &mut Writer| {
        sequence.nest(Tag::context_constructed(1), |names| GeneralName::Dns("issuer.test").write(names));
    };
    vec![
        subject("another's", &[7; 20]),
        subject("empty", &[]),
        authority("another's", AuthorityKeyIdentifier::encode(&[7; 20])),
        authority("empty", raw(&|_| {})),
        authority(
            "issuer and serial number alone",
            raw(&|sequence| {
                issuer(sequence);
                sequence.element(Tag::context(2), &[1]);
            }),
        ),
        authority(
            "issuer without serial number",
            raw(&|sequence| {
                sequence.element(Tag::context(0), &[7; 20]);
                issuer(sequence);
            }),
        ),
        authority("serial number without issuer", raw(&|sequence| sequence.element(Tag::context(2), &[1]))),
    ]
}

pub(super) fn others() -> Vec<Entry> {
    let sequence = |content: &[u8]| Writer::build(|writer| writer.element(Tag::SEQUENCE, content));
    let access =
        AccessDescription { method: oid::OCSP, location: GeneralName::Uri("http://ocsp.files.test/") };
    let access = AuthorityInfoAccess::encode(&[access]);
    let points = CrlDistributionPoints::encode(&["http://crl.files.test/"]);
    vec![
        Entry::new("not critical", UNKNOWN, false, sequence(&[])),
        Entry::new("critical", UNKNOWN, true, sequence(&[])),
        Entry::new("no element, not critical", UNKNOWN, false, vec![1]),
        Entry::new("one", oid::AUTHORITY_INFO_ACCESS, false, access.clone()),
        Entry::new("critical", oid::AUTHORITY_INFO_ACCESS, true, access.clone()),
        Entry::new("empty", oid::AUTHORITY_INFO_ACCESS, false, sequence(&[])),
        Entry::new("critical", oid::SUBJECT_INFO_ACCESS, true, access),
        Entry::new("one", oid::CRL_DISTRIBUTION_POINTS, false, points.clone()),
        Entry::new("critical", oid::CRL_DISTRIBUTION_POINTS, true, points),
        Entry::new("empty", oid::CRL_DISTRIBUTION_POINTS, false, sequence(&[])),
        Entry::new("one", oid::FRESHEST_CRL, false, FreshestCrl::encode(&["http://crl.files.test/"])),
        Entry::new("critical", oid::FRESHEST_CRL, true, FreshestCrl::encode(&["http://crl.files.test/"])),
        Entry::new(
            "one",
            oid::ISSUER_ALT_NAME,
            false,
            SubjectAltName::encode(&[GeneralName::Dns("issuer.test")]),
        ),
        Entry::new(
            "critical",
            oid::ISSUER_ALT_NAME,
            true,
            SubjectAltName::encode(&[GeneralName::Dns("i.test")]),
        ),
        Entry::new("critical", oid::SUBJECT_DIRECTORY_ATTRIBUTES, true, sequence(&[])),
        Entry::new("must staple", oid::TLS_FEATURE, false, sequence(&[0x02, 0x01, 0x05])),
        Entry::new("critical", oid::TLS_FEATURE, true, sequence(&[0x02, 0x01, 0x05])),
        Entry::new("critical", oid::PRECERTIFICATE_POISON, true, Writer::build(Writer::null)),
        Entry::new("a CRL's", oid::CRL_NUMBER, false, Writer::build(|writer| writer.integer(1))),
    ]
}
