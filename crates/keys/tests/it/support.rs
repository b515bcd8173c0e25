// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys put together field by field, so that one field can be wrong.

use keys::PrivateKey;
use x509::der::{Reader, Tag, Writer};
use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// NULL, as the parameters of RSA have it.
pub const NULL: &[u8] = &[0x05, 0x00];

/// The AlgorithmIdentifier of an EC key on the curve of this name.
pub fn ec_algorithm(curve: Oid<'_>) -> Vec<u8> {
    AlgorithmIdentifier::encode(oid::EC_PUBLIC_KEY, Some(&Writer::build(|writer| writer.oid(curve))))
}

/// PKCS#8 of any version, with a public key when one is given.
pub fn pkcs8(version: u32, algorithm: &[u8], private_key: &[u8], public_key: Option<&[u8]>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|info| {
            info.integer(version);
            info.raw(algorithm);
            info.octet_string(private_key);
            if let Some(public_key) = public_key {
                info.element(Tag::context(1), &[&[0], public_key].concat());
            }
        });
    })
}

/// SEC1's ECPrivateKey with the fields that are given.
pub fn sec1(version: u32, scalar: &[u8], curve: Option<Oid<'_>>, point: Option<&[u8]>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|key| {
            key.integer(version);
            key.octet_string(scalar);
            if let Some(curve) = curve {
                key.nest(Tag::context_constructed(0), |explicit| explicit.oid(curve));
            }
            if let Some(point) = point {
                key.nest(Tag::context_constructed(1), |explicit| explicit.bit_string(point));
            }
        });
    })
}

/// PKCS#1's RSAPrivateKey with these numbers: n, e, d, p, q, dP, dQ, qInv.
pub fn pkcs1(version: u32, numbers: &[Vec<u8>]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|key| {
            key.integer(version);
            numbers.iter().for_each(|number| key.unsigned(number));
        });
    })
}

/// What PKCS#8 holds: the content of its privateKey.
fn private_key_octets(key: &PrivateKey) -> Vec<u8> {
    let mut fields = Reader::whole(key.to_pkcs8_der(), Tag::SEQUENCE).unwrap().reader();
    fields.small_integer().unwrap();
    AlgorithmIdentifier::read(&mut fields).unwrap();
    fields.octet_string().unwrap().to_vec()
}

/// The numbers of an RSA key.
pub fn rsa_numbers(key: &PrivateKey) -> Vec<Vec<u8>> {
    let octets = private_key_octets(key);
    let mut fields = Reader::whole(&octets, Tag::SEQUENCE).unwrap().reader();
    assert_eq!(fields.small_integer(), Ok(0));
    (0..8).map(|_| fields.unsigned_integer().unwrap().to_vec()).collect()
}

/// The private key of an EC key.
pub fn ec_scalar(key: &PrivateKey) -> Vec<u8> {
    let octets = private_key_octets(key);
    let mut fields = Reader::whole(&octets, Tag::SEQUENCE).unwrap().reader();
    assert_eq!(fields.small_integer(), Ok(1));
    fields.octet_string().unwrap().to_vec()
}

/// The seed of an Ed25519 key, as the OCTET STRING that PKCS#8 holds.
pub fn ed25519_seed(key: &PrivateKey) -> Vec<u8> {
    private_key_octets(key)
}

/// The octets of a public key's BIT STRING.
pub fn key_bits(key: &PrivateKey) -> Vec<u8> {
    SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap().key_bits().to_vec()
}

/// An uncompressed point in the compressed form (SEC 1 §2.3.3).
pub fn compressed(point: &[u8]) -> Vec<u8> {
    let half = (point.len() - 1) / 2;
    let parity = 2 | (point.last().unwrap() & 1);
    [&[parity], &point[1..=half]].concat()
}
