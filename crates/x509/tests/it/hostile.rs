// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that mean harm: no reader panics, and no two encodings read as the same thing.

use proptest::prelude::*;
use x509::ext::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CertificateIssuer, CertificatePolicies,
    CrlDistributionPoints, CrlNumber, ExtendedKeyUsage, Extensions, FreshestCrl, InhibitAnyPolicy,
    InvalidityDate, IssuingDistributionPoint, JournalHead, KeyUsage, KnownExtension, NameConstraints,
    OcspNoCheck, OcspNonce, PolicyConstraints, PolicyMappings, ReasonCode, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509::{
    BasicOcspResponse, Certificate, CertificateList, CertificationRequest, Name, OcspRequest, OcspResponse,
    Oid, Time, pem,
};

use crate::{crls, ocsp, support};

/// Reads a known extension and everything in it.
fn decode<'a, T: KnownExtension<'a>>(value: &'a [u8]) {
    let _read = T::decode(value);
}

/// Reads what can be read of `bytes`, as every type there is, and shows it.
fn read_all(bytes: &[u8]) {
    if let Ok(certificate) = Certificate::parse(bytes) {
        let tbs = certificate.tbs();
        let _shown = format!("{} {} {} {:?}", tbs.serial(), tbs.issuer(), tbs.subject(), tbs.validity());
        assert!(tbs.issuer().matches(&tbs.issuer()));
        tbs.extensions().iter().for_each(|extension| read_values(extension.value));
    }
    if let Ok(request) = CertificationRequest::parse(bytes) {
        let _shown = format!("{} {:?}", request.info().subject(), request.info().attributes().count());
    }
    if let Ok(list) = CertificateList::parse(bytes) {
        let tbs = list.tbs();
        let entries = tbs.revoked().into_iter().flat_map(|revoked| revoked.iter());
        entries.for_each(|entry| drop(format!("{} {:?}", entry.serial, entry.reason())));
        tbs.extensions().iter().for_each(|extension| read_values(extension.value));
    }
    if let Some(basic) = OcspResponse::parse(bytes).ok().and_then(|response| response.basic().copied()) {
        assert_eq!(BasicOcspResponse::parse(basic.der()), Ok(basic));
        let data = basic.data();
        let _shown = format!("{:?} {:?} {:?}", data.responder_id(), data.nonce(), data.unprocessed());
        assert_ne!(data.responses().iter().count(), 0);
        data.responses().iter().for_each(|one| drop(format!("{one:?} {:?}", one.unprocessed())));
        assert!(basic.certificates().iter().all(|der| !der.is_empty()));
    }
    if let Ok(request) = OcspRequest::parse(bytes) {
        let _shown = format!("{:?} {:?}", request.tbs().requestor_name(), request.tbs().nonce());
        assert_ne!(request.tbs().requests().iter().count(), 0);
    }
    read_values(bytes);
}

fn read_values(value: &[u8]) {
    decode::<AuthorityInfoAccess<'_>>(value);
    decode::<AuthorityKeyIdentifier<'_>>(value);
    decode::<BasicConstraints>(value);
    decode::<CertificatePolicies<'_>>(value);
    decode::<CrlDistributionPoints<'_>>(value);
    decode::<ExtendedKeyUsage<'_>>(value);
    decode::<InhibitAnyPolicy>(value);
    decode::<KeyUsage>(value);
    decode::<PolicyConstraints>(value);
    decode::<PolicyMappings<'_>>(value);
    decode::<SubjectKeyIdentifier<'_>>(value);
    decode::<CertificateIssuer<'_>>(value);
    decode::<CrlNumber<'_>>(value);
    decode::<FreshestCrl<'_>>(value);
    decode::<InvalidityDate>(value);
    decode::<IssuingDistributionPoint<'_>>(value);
    decode::<ReasonCode>(value);
    decode::<OcspNonce<'_>>(value);
    decode::<JournalHead>(value);
    decode::<OcspNoCheck>(value);
    if let Ok(names) = SubjectAltName::decode(value) {
        names.iter().for_each(|name| assert!(!name.to_string().is_empty()));
    }
    if let Ok(constraints) = NameConstraints::decode(value) {
        let bases = constraints.permitted.iter().chain(constraints.excluded.iter());
        bases.for_each(|base| assert!(!base.to_string().is_empty()));
    }
    if let Ok(name) = Name::parse(value) {
        let _shown = format!("{name} {:?}", name.common_name());
    }
    let _list = Extensions::parse(value);
    if let Some(oid) = Oid::from_content(value) {
        assert_eq!(Oid::parse_content(&oid.to_string()).as_deref(), Some(value), "{oid}");
    }
}

#[test]
fn every_byte_changed_to_every_value_is_read_without_harm() {
    let originals =
        [support::certificate(), support::request(), crls::sample(), ocsp::response(), ocsp::request()];
    for original in originals {
        for index in 0..original.len() {
            for value in [0x00, 0x01, 0x05, 0x1f, 0x30, 0x31, 0x7f, 0x80, 0x84, 0xa0, 0xff] {
                let mut mangled = original.clone();
                mangled[index] = value;
                read_all(&mangled);
            }
        }
    }
}

#[test]
fn every_cut_and_every_extra_byte_is_refused() {
    let certificate = support::certificate();
    for cut in 0..certificate.len() {
        assert!(Certificate::parse(&certificate[..cut]).is_err(), "cut at {cut}");
    }
    for extra in [0x00, 0x30, 0xff] {
        let longer = [certificate.as_slice(), &[extra]].concat();
        assert!(Certificate::parse(&longer).is_err());
    }
}

#[test]
fn deep_nesting_costs_no_stack() {
    // Headers that promise ever more inside, then SEQUENCEs that really are one inside the other.
    let mut nested = Vec::new();
    for _ in 0..200_000 {
        nested.extend([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]);
    }
    read_all(&nested);
    let mut tight: Vec<u8> = vec![0x30, 0x00];
    for _ in 0..2_000 {
        tight = x509::der::Writer::build(|writer| writer.element(x509::der::Tag::SEQUENCE, &tight));
    }
    read_all(&tight);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
        let _blocks = pem::decode(&bytes);
    }

    #[test]
    fn several_bytes_changed_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = support::certificate();
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        read_all(&bytes);
    }

    #[test]
    fn random_text_is_no_moment_or_an_exact_one(text in "[0-9TZ:+. -]{0,26}") {
        if let Some(time) = Time::parse(&text) {
            prop_assert_eq!(Time::parse(&time.to_string()), Some(time));
        }
    }
}
