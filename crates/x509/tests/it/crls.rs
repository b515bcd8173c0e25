// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate revocation lists: fields, entries, and whose certificate an entry is about.

use x509::ext::{
    AuthorityKeyIdentifier, CertificateIssuer, CrlNumber, Extension, IssuingDistributionPoint, ReasonCode,
};
use x509::name::NameBuilder;
use x509::{CertificateList, GeneralName, Name, Oid, Problem, Serial, Version, oid};

use crate::support::{Entry, crl};

fn name(common_name: &str) -> Vec<u8> {
    NameBuilder::new().common_name(common_name).unwrap().build()
}

const fn extension<'a>(oid: Oid<'static>, critical: bool, value: &'a [u8]) -> Extension<'a> {
    Extension { oid, critical, value }
}

/// A list with every extension that lists and entries have.
pub(crate) fn sample() -> Vec<u8> {
    let (issuer, other) = (name("CA"), name("Other CA"));
    let (reason, date) = (ReasonCode::KeyCompromise.encode(), b"\x18\x0f20261120100000Z");
    let of = CertificateIssuer::encode(&Name::parse(&other).unwrap());
    let first = [extension(oid::REASON_CODE, false, &reason), extension(oid::INVALIDITY_DATE, false, date)];
    let second = [extension(oid::CERTIFICATE_ISSUER, true, &of)];
    let point = IssuingDistributionPoint { indirect: true, ..IssuingDistributionPoint::default() };
    let (number, point) = (CrlNumber::encode(&[7]), point.encode(&[GeneralName::Uri("http://a.test/crl")]));
    let key = AuthorityKeyIdentifier::encode(&[1; 20]);
    let entries: [Entry<'_>; 4] = [(&[1], &first), (&[2], &second), (&[3], &[]), (&[1], &[])];
    let extensions = [
        extension(oid::AUTHORITY_KEY_IDENTIFIER, false, &key),
        extension(oid::CRL_NUMBER, false, &number),
        extension(oid::ISSUING_DISTRIBUTION_POINT, true, &point),
    ];
    crl(&issuer, &entries, &extensions)
}

#[test]
fn a_list_reads_back_field_by_field() {
    let der = sample();
    let list = CertificateList::parse(&der).unwrap();
    let tbs = list.tbs();
    assert_eq!((list.der(), list.signature_value()), (&der[..], &[0x5a; 70][..]));
    assert_eq!(tbs.version(), Version::V2);
    assert_eq!(tbs.issuer().to_string(), "CN=CA");
    assert_eq!(tbs.this_update().time.to_string(), "2026-11-22T00:00:00Z");
    assert_eq!(tbs.next_update().unwrap().time.to_string(), "2026-11-29T00:00:00Z");
    assert_eq!(tbs.inner_signature_algorithm(), list.signature_algorithm());
    assert!(der.windows(tbs.raw().len()).any(|window| window == tbs.raw()));
    let number = tbs.extensions().decode::<CrlNumber<'_>>().unwrap().unwrap();
    assert_eq!(number.value.to_string(), "7");
    let entries: Vec<_> = tbs.revoked().unwrap().iter().collect();
    let serials: Vec<_> = entries.iter().map(|entry| entry.serial.to_string()).collect();
    assert_eq!(serials, ["01", "02", "03", "01"]);
    assert_eq!(entries[0].reason().unwrap().value, ReasonCode::KeyCompromise);
    assert_eq!(entries[0].invalidity_date().unwrap().value.0.to_string(), "2026-11-20T10:00:00Z");
    assert_eq!(entries[2].reason(), None);
    for cut in 0..der.len() {
        assert!(CertificateList::parse(&der[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn an_entry_is_about_the_issuer_last_named() {
    let der = sample();
    let list = CertificateList::parse(&der).unwrap();
    let check = |issuer: &str, serial: u8, expect: usize| {
        let issuer = name(issuer);
        let found =
            list.tbs().entries_for(&Name::parse(&issuer).unwrap(), Serial::from_content(&[serial])).count();
        assert_eq!(found, expect, "{serial}");
    };
    check("CA", 1, 1);
    check("CA", 2, 0);
    check("CA", 3, 0);
    check("other ca", 1, 1);
    check("Other CA", 2, 1);
    check("Other CA", 3, 1);
    check("Third CA", 1, 0);
}

#[test]
fn entries_of_a_direct_list_are_of_its_issuer() {
    let issuer = name("CA");
    let der = crl(&issuer, &[(&[1], &[]), (&[0x80], &[])], &[]);
    let list = CertificateList::parse(&der).unwrap();
    let revoked = list.tbs().revoked().unwrap();
    assert!(!revoked.names_issuers() && !revoked.has_extensions());
    let (own, other) = (Name::parse(&issuer).unwrap(), name("Other"));
    assert_eq!(list.tbs().entries_for(&own, Serial::from_content(&[0, 0x80])).count(), 1);
    assert_eq!(list.tbs().entries_for(&own, Serial::from_content(&[2])).count(), 0);
    assert_eq!(list.tbs().entries_for(&Name::parse(&other).unwrap(), Serial::from_content(&[1])).count(), 0);
    let empty = crl(&issuer, &[], &[]);
    assert_eq!(CertificateList::parse(&empty).unwrap().tbs().revoked(), None);
}

#[test]
fn a_malformed_entry_refuses_the_list_and_an_unknown_critical_extension_is_told() {
    let check = |extensions: &[Extension<'_>]| {
        let der = crl(&name("CA"), &[(&[1], &[]), (&[2], extensions)], &[]);
        let list = CertificateList::parse(&der).map_err(|error| error.problem())?;
        let unknown = list.tbs().revoked().unwrap().unprocessed().map(|oid| oid.to_string());
        Ok::<_, Problem>(unknown)
    };
    let good = ReasonCode::Superseded.encode();
    let reason = extension(oid::REASON_CODE, false, &good);
    assert_eq!(check(&[reason]), Ok(None));
    assert_eq!(check(&[reason, reason]), Err(Problem::DuplicateExtension));
    assert_eq!(
        check(&[extension(oid::REASON_CODE, false, &[10, 1, 7])]),
        Err(Problem::UnknownReason { found: 7 })
    );
    assert_eq!(check(&[extension(oid::CERTIFICATE_ISSUER, true, &[0x30, 0])]), Err(Problem::EmptyList));
    assert_eq!(check(&[extension(oid::CRL_NUMBER, false, &[])]), Ok(None));
    assert_eq!(check(&[extension(oid::CRL_NUMBER, true, &[])]), Ok(Some("2.5.29.20".to_owned())));
}

#[test]
fn a_long_list_is_read_whole_and_searched_to_its_end() {
    let serials: Vec<[u8; 4]> = (0..100_000_u32).map(|serial| (serial | 0x4000_0000).to_be_bytes()).collect();
    let entries: Vec<Entry<'_>> = serials.iter().map(|serial| (&serial[..], &[][..])).collect();
    let issuer = name("CA");
    let der = crl(&issuer, &entries, &[]);
    let list = CertificateList::parse(&der).unwrap();
    let find = |serial: &[u8]| {
        list.tbs().entries_for(&Name::parse(&issuer).unwrap(), Serial::from_content(serial)).count()
    };
    assert_eq!((find(&serials[99_999]), find(&[0x7f; 4])), (1, 0));
    assert_eq!(list.tbs().revoked().unwrap().iter().count(), 100_000);
}
