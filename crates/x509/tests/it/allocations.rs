// SPDX-License-Identifier: MIT OR Apache-2.0
//! The readers borrow: they allocate nothing.

use std::hint::black_box;

use allocation_counter::measure;
use x509::ext::{AuthorityInfoAccess, CertificatePolicies, CrlDistributionPoints, SubjectAltName};
use x509::{Certificate, CertificationRequest};

use crate::support;

#[test]
fn reading_a_certificate_and_its_extensions_allocates_nothing() {
    let der = support::certificate();
    let counted = measure(|| {
        let certificate = Certificate::parse(black_box(&der)).unwrap();
        let extensions = certificate.tbs().extensions();
        let names = extensions.decode::<SubjectAltName<'_>>().unwrap().unwrap();
        black_box(names.value.iter().count());
        black_box(extensions.decode::<AuthorityInfoAccess<'_>>().unwrap());
        black_box(extensions.decode::<CrlDistributionPoints<'_>>().unwrap());
        black_box(extensions.decode::<CertificatePolicies<'_>>().unwrap());
        assert!(certificate.tbs().subject().matches(&certificate.tbs().subject()));
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
    // The counter does count.
    assert_eq!(measure(|| drop(black_box(Box::new(1_u8)))).count_total, 1);
}

#[test]
fn reading_a_request_allocates_nothing() {
    let der = support::request();
    let counted = measure(|| {
        black_box(CertificationRequest::parse(black_box(&der)).unwrap());
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
}
