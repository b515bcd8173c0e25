// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that are refused before anything is planned, each for its own reason.

use authority::RequestError;
use keys::{KeyKind, Signer as _};
use x509::ext::{BasicConstraints, KeyUsage, SubjectAltName};
use x509::name::NameBuilder;
use x509::write::{RequestFields, request_info, signed};
use x509::{Extension, GeneralName, Oid, Problem, SignatureError, oid};

use crate::office::{key, request, verified};

/// A request with these extensions, signed by a key of its own.
pub fn with_extensions(extensions: &[Extension<'_>]) -> Vec<u8> {
    with_subject(&NameBuilder::new().common_name("db.internal").unwrap().build(), extensions)
}

/// A request with this subject and these extensions.
pub fn with_subject(subject: &[u8], extensions: &[Extension<'_>]) -> Vec<u8> {
    let key = key(KeyKind::P256);
    let info =
        request_info(&RequestFields { subject, subject_public_key_info: key.public_key_info(), extensions });
    signed(&info, key.signature_algorithm(), &key.sign(&info).unwrap())
}

fn refused(csr: &[u8]) -> RequestError {
    verified(csr).unwrap_err()
}

#[test]
fn a_request_whose_signature_is_broken_proves_nothing() {
    let mut csr = request(&["db.internal"]);
    let at = csr.windows(11).position(|window| window == b"db.internal").unwrap();
    csr[at] ^= 1;
    assert!(matches!(refused(&csr), RequestError::ProofOfPossession(SignatureError::BadSignature)));
}

#[test]
fn a_request_signed_by_another_key_proves_nothing() {
    let (own, other) = (key(KeyKind::P256), crate::office::fresh_key(KeyKind::P256));
    let info = request_info(&RequestFields {
        subject: &NameBuilder::new().build(),
        subject_public_key_info: own.public_key_info(),
        extensions: &[],
    });
    let csr = signed(&info, other.signature_algorithm(), &other.sign(&info).unwrap());
    assert!(matches!(refused(&csr), RequestError::ProofOfPossession(_)));
}

#[test]
fn bytes_behind_a_request_are_refused() {
    let mut csr = request(&["db.internal"]);
    csr.push(0);
    let RequestError::Malformed(error) = refused(&csr) else { panic!() };
    assert_eq!(error.problem(), Problem::TrailingBytes { count: 1 });
}

#[test]
fn the_same_extension_twice_is_refused() {
    let value = KeyUsage::DIGITAL_SIGNATURE.encode();
    let one = Extension { oid: oid::KEY_USAGE, critical: true, value: &value };
    let RequestError::Malformed(error) = refused(&with_extensions(&[one, one])) else { panic!() };
    assert_eq!(error.problem(), Problem::DuplicateExtension);
}

#[test]
fn a_critical_extension_that_nobody_knows_is_refused() {
    let unknown = Oid::from_content(&[0x2a, 3, 4]).unwrap();
    let extension = |critical| Extension { oid: unknown, critical, value: &[5, 0] };
    let expect = RequestError::UnknownCriticalExtension { extension: "1.2.3.4".into() };
    assert_eq!(refused(&with_extensions(&[extension(true)])), expect);
    assert!(verified(&with_extensions(&[extension(false)])).is_ok());
}

#[test]
fn an_extension_that_is_malformed_is_refused() {
    let junk = Extension { oid: oid::KEY_USAGE, critical: false, value: &[4, 0] };
    assert!(matches!(refused(&with_extensions(&[junk])), RequestError::Malformed(_)));
    let mut value = BasicConstraints { ca: true, path_length: None }.encode();
    value.push(0);
    let trailing = Extension { oid: oid::BASIC_CONSTRAINTS, critical: true, value: &value };
    assert!(matches!(refused(&with_extensions(&[trailing])), RequestError::Malformed(_)));
}

#[test]
fn a_name_that_is_malformed_is_refused() {
    for name in ["", "a..internal", "a b.internal", "a.internal.", "10.0.0.1", "*.*.internal", "a\0.internal"]
    {
        let value = SubjectAltName::encode(&[GeneralName::Dns(name)]);
        let names = Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &value };
        assert!(matches!(refused(&with_extensions(&[names])), RequestError::Name(_)), "{name:?}");
    }
}

#[test]
fn a_hundred_names_are_the_most() {
    let names = |count: usize| -> Vec<u8> {
        let texts: Vec<String> = (0..count).map(|number| format!("h{number}.internal")).collect();
        let names: Vec<GeneralName<'_>> = texts.iter().map(|text| GeneralName::Dns(text)).collect();
        let value = SubjectAltName::encode(&names);
        with_extensions(&[Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &value }])
    };
    assert!(verified(&names(100)).is_ok());
    assert_eq!(refused(&names(101)), RequestError::TooManyNames { found: 101, limit: 100 });
}

#[test]
fn a_megabyte_of_names_is_not_even_read() {
    let text = format!("{}.internal", "a.".repeat(500_000));
    let value = SubjectAltName::encode(&[GeneralName::Dns(&text)]);
    let csr = with_extensions(&[Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &value }]);
    assert!(matches!(refused(&csr), RequestError::TooLarge { limit: 65_536, .. }));
}
