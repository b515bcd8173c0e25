// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certification request.

use x509::CertificationRequest;

use crate::certificate;

/// Reads a request, its attributes and the extensions it asks for.
pub fn read(data: &[u8]) {
    let Ok(request) = CertificationRequest::parse(data) else { return };
    assert_eq!(request.der(), data, "a request is its whole input");
    let info = request.info();
    certificate::name(&info.subject());
    assert!(info.attributes().count() <= 32, "the attributes are bounded");
    certificate::extensions(&info.extensions());
}
