// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates for the tests.

use keys::{KeyKind, PrivateKey, Signer};
use x509::ext::{BasicConstraints, Extension, KeyUsage};
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{Time, oid};

/// What basicConstraints say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Authority,
    Server,
}

/// A self-signed certificate, DER.
pub fn self_signed(common_name: &str, role: Role) -> Vec<u8> {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let name = NameBuilder::new().common_name(common_name).unwrap().build();
    let constraints = BasicConstraints { ca: role == Role::Authority, path_length: None }.encode();
    let usage = match role {
        Role::Authority => KeyUsage::KEY_CERT_SIGN.encode(),
        Role::Server => KeyUsage::DIGITAL_SIGNATURE.encode(),
    };
    let extensions = [
        Extension { oid: oid::BASIC_CONSTRAINTS, critical: true, value: &constraints },
        Extension { oid: oid::KEY_USAGE, critical: true, value: &usage },
    ];
    let tbs = tbs_certificate(&TbsFields {
        serial: &[0x41, 2, 3, 4],
        signature_algorithm: key.signature_algorithm(),
        issuer: &name,
        not_before: Time::parse("2026-01-01").unwrap(),
        not_after: Time::parse("2036-01-01").unwrap(),
        subject: &name,
        subject_public_key_info: key.public_key_info(),
        extensions: &extensions,
    });
    signed(&tbs, key.signature_algorithm(), &key.sign(&tbs).unwrap())
}

/// The same as PEM.
pub fn pem(der: &[u8]) -> String {
    x509::pem::encode("CERTIFICATE", der)
}
