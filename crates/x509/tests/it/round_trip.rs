// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is written reads back as what was meant, and is the only encoding of it.

use proptest::prelude::*;
use x509::ext::{BasicConstraints, ExtendedKeyUsage, KnownExtension, SubjectAltName};
use x509::name::NameBuilder;
use x509::{Certificate, CertificationRequest, GeneralName, Name, Oid, Time, oid, pem};

use crate::support;

#[test]
fn every_known_extension_is_found_in_a_certificate() {
    let der = support::certificate();
    let certificate = Certificate::parse(&der).unwrap();
    let extensions = certificate.tbs().extensions();
    for (oid, critical, value) in support::extension_values() {
        let found = extensions.find(oid).unwrap();
        assert_eq!((found.critical, found.value), (critical, value.as_slice()), "{oid}");
    }
    let names = extensions.decode::<SubjectAltName<'_>>().unwrap().unwrap();
    let shown: Vec<String> = names.value.iter().map(|name| name.to_string()).collect();
    assert_eq!(
        shown,
        ["dns:a.test", "ip:127.0.0.1", "email:a@a.test", "uri:https://a.test/", "dn:O=Example"]
    );
}

#[test]
fn a_request_keeps_the_bytes_that_were_signed() {
    let der = support::request();
    let request = CertificationRequest::parse(&der).unwrap();
    let info = request.info().raw();
    assert!(der.windows(info.len()).any(|window| window == info));
    let names = request.info().extensions().decode::<SubjectAltName<'_>>().unwrap().unwrap();
    assert_eq!(names.value.iter().count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pem_is_undone_by_reading(der in proptest::collection::vec(any::<u8>(), 1..400), label in "[A-Z][A-Z ]{0,20}[A-Z]") {
        let blocks = pem::decode(pem::encode(&label, &der).as_bytes()).unwrap();
        prop_assert_eq!(blocks.len(), 1);
        prop_assert_eq!(&blocks[0].label, &label);
        prop_assert_eq!(&blocks[0].der, &der);
    }

    #[test]
    fn oids_are_undone_by_reading(first in 0_u64..3, second in 0_u64..40, rest in proptest::collection::vec(0_u64..(1 << 62), 0..6)) {
        let dotted = [first, second].into_iter().chain(rest).map(|arc| arc.to_string()).collect::<Vec<_>>().join(".");
        let content = Oid::parse_content(&dotted).unwrap();
        prop_assert_eq!(Oid::from_content(&content).unwrap().to_string(), dotted);
    }

    #[test]
    fn times_are_undone_by_reading(seconds in -62_167_219_200_i64..=253_402_300_799) {
        let time = Time::from_unix(seconds);
        let der = x509::der::Writer::build(|writer| time.write(writer));
        // A GeneralizedTime or, between 1950 and 2049, a UTCTime: both to the second.
        prop_assert_eq!(x509::der::Reader::new(&der).time().unwrap().time, time);
        prop_assert_eq!(Time::parse(&time.to_string()), Some(time));
    }

    #[test]
    fn names_are_undone_by_reading(common_name in "[^\\p{Cc}]{1,64}", organization in "[a-zA-Z ]{1,64}") {
        let der = NameBuilder::new().organization(&organization).unwrap().common_name(&common_name).unwrap().build();
        let name = Name::parse(&der).unwrap();
        prop_assert_eq!(name.common_name(), Some(common_name));
        prop_assert!(name.matches(&name));
        prop_assert_eq!(name.find(oid::ORGANIZATION).unwrap().value, organization.as_bytes());
    }

    #[test]
    fn extension_values_are_undone_by_reading(ca: bool, length in proptest::option::of(any::<u32>()), dns in proptest::collection::vec("[a-z.*-]{1,30}", 1..20)) {
        let constraints = BasicConstraints { ca, path_length: length };
        prop_assert_eq!(BasicConstraints::decode(&constraints.encode()), Ok(constraints));
        let names: Vec<GeneralName<'_>> = dns.iter().map(|name| GeneralName::Dns(name)).collect();
        let value = SubjectAltName::encode(&names);
        prop_assert_eq!(SubjectAltName::decode(&value).unwrap().iter().collect::<Vec<_>>(), names);
        let purposes = ExtendedKeyUsage::encode(&[oid::SERVER_AUTH]);
        prop_assert!(ExtendedKeyUsage::decode(&purposes).unwrap().has(oid::SERVER_AUTH));
    }
}
