// SPDX-License-Identifier: MIT OR Apache-2.0
//! docs/json.md knows every field of what is serialised here.

use explain::{CertificateFacts, RequestFacts};
use serde_json::Value;
use x509::ext::{
    AccessDescription, AuthorityInfoAccess, CertificatePolicies, CrlDistributionPoints, NameConstraints,
};
use x509::{Certificate, CertificationRequest, GeneralName, Oid, oid};

use crate::support::{Pretend, ca, certificate, leaf, now, request};

const GUIDE: &str = include_str!("../../../../docs/json.md");

#[track_caller]
fn documented(document: &Value) {
    match document {
        Value::Object(object) => {
            for (name, value) in object {
                assert!(GUIDE.contains(&format!("`{name}`")), "docs/json.md does not know {name}");
                documented(value);
            }
        }
        Value::Array(items) => items.iter().for_each(documented),
        _ => {}
    }
}

#[test]
fn certificates_with_every_kind_of_extension() {
    let root = ca(("Root", 1), ("Root", 1), Some(1));
    let mut made = leaf(("localhost", 3), ("Root", 1), &[GeneralName::Dns("localhost")]);
    let ocsp = AccessDescription { method: oid::OCSP, location: GeneralName::Uri("http://ocsp.test/") };
    made.extensions.extend([
        (oid::CRL_DISTRIBUTION_POINTS, false, CrlDistributionPoints::encode(&["http://ca.test/1.crl"])),
        (oid::AUTHORITY_INFO_ACCESS, false, AuthorityInfoAccess::encode(&[ocsp])),
        (oid::CERTIFICATE_POLICIES, false, CertificatePolicies::encode(&[oid::ANY_POLICY])),
        (oid::NAME_CONSTRAINTS, true, NameConstraints::encode(&[GeneralName::Dns("a.test")], &[])),
        (oid::SIGNED_CERTIFICATE_TIMESTAMPS, false, vec![4, 6, 0, 4, 0, 2, 1, 1]),
        (Oid::from_content(&[0x2a, 3]).unwrap(), false, vec![5, 0]),
        (oid::INHIBIT_ANY_POLICY, false, vec![5, 0]),
    ]);
    for made in [root, made] {
        let der = certificate(&made);
        let facts = CertificateFacts::of(&Certificate::parse(&der).unwrap(), now(), &Pretend);
        documented(&serde_json::to_value(facts).unwrap());
    }
}

#[test]
fn requests() {
    let der = request("localhost", &[GeneralName::Dns("localhost")], Some(9));
    let facts = RequestFacts::of(&CertificationRequest::parse(&der).unwrap(), &Pretend);
    documented(&serde_json::to_value(facts).unwrap());
}
