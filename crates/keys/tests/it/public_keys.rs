// SPDX-License-Identifier: MIT OR Apache-2.0
//! Public keys of strangers: what is malformed, what is weak, what is accepted.

use aws_lc_rs::signature::{KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};
use keys::{AwsLc, KeyKind, PrivateKey, key_identifier};
use x509::der::Writer;
use x509::oid;
use x509::{AlgorithmIdentifier, KeyStrength, SignatureVerifier as _, SubjectPublicKeyInfo};

use crate::support::{NULL, compressed, ec_algorithm, key_bits, rsa_numbers};

fn judged(algorithm: &[u8], bits: &[u8]) -> Result<KeyStrength, String> {
    let der = SubjectPublicKeyInfo::encode(algorithm, bits);
    let key = SubjectPublicKeyInfo::parse(&der).unwrap();
    AwsLc.check_key(&key).map_err(|error| error.to_string())
}

fn refused(algorithm: &[u8], bits: &[u8], expect: &str) {
    assert_eq!(judged(algorithm, bits), Err(expect.to_owned()));
}

#[test]
fn every_kind_that_we_make_is_called_by_its_strength() {
    let names = ["P-256", "P-384", "Ed25519", "RSA 2048", "RSA 3072", "RSA 4096"];
    for (kind, name) in KeyKind::ALL.into_iter().zip(names) {
        let key = PrivateKey::generate(kind).unwrap();
        let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
        assert_eq!(AwsLc.check_key(&info).unwrap().to_string(), name);
        assert_eq!(AwsLc.check_key_to_certify(&info).unwrap(), key.strength());
        assert_eq!(key_identifier(&info), key.identifier());
    }
}

#[test]
fn a_point_is_uncompressed_and_on_its_curve() {
    let point = key_bits(&PrivateKey::generate(KeyKind::P256).unwrap());
    let p256 = ec_algorithm(oid::SECP256R1);
    assert_eq!(judged(&p256, &point), Ok(KeyStrength::P256));
    refused(
        &p256,
        &compressed(&point),
        "malformed key: compressed point on P-256, only uncompressed ones are read (RFC 5480 §2.2)",
    );
    let mut other = point.clone();
    *other.last_mut().unwrap() ^= 1;
    refused(&p256, &other, "malformed key: point is not on P-256");
    other.clone_from(&point);
    other[0] = 0x06;
    refused(&p256, &other, "malformed key: hybrid point on P-256, forbidden by RFC 5480 §2.2");
    other[0] = 0x09;
    refused(&p256, &other, "malformed key: point on P-256 of the unknown form 0x09");
    refused(&p256, &[0], "malformed key: the point at infinity on P-256");
    refused(&p256, &[], "malformed key: empty point on P-256");
    refused(&p256, &point[..64], "malformed key: point of 64 octets on P-256, 65 expected");
    refused(&ec_algorithm(oid::SECP384R1), &point, "malformed key: point of 65 octets on P-384, 97 expected");
    // All coordinates at the field's top: over the prime.
    let over = [&[0x04][..], &[0xff; 64]].concat();
    refused(&p256, &over, "malformed key: point is not on P-256");
    // A key within a key: what AWS-LC would take for a SubjectPublicKeyInfo is still no point.
    let nested = SubjectPublicKeyInfo::encode(&p256, &point);
    refused(&p256, &nested, "malformed key: point on P-256 of the unknown form 0x30");
}

#[test]
fn a_curve_is_named_and_known() {
    let algorithm = |parameters: Option<&[u8]>| AlgorithmIdentifier::encode(oid::EC_PUBLIC_KEY, parameters);
    let check = |parameters: Option<&[u8]>, expect: &str| refused(&algorithm(parameters), &[4; 65], expect);
    let clause = "a named curve belongs there (RFC 5480 §2.1.1)";
    check(None, &format!("malformed key: EC key without parameters, {clause}"));
    check(Some(NULL), &format!("malformed key: EC key with an implicit curve, {clause}"));
    check(Some(&[0x30, 0]), &format!("malformed key: EC key with explicit curve parameters, {clause}"));
    check(Some(&[0x04, 0]), &format!("malformed key: EC key whose parameters name no curve, {clause}"));
    let secp256k1 = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a];
    check(Some(&secp256k1), "key algorithm EC on 1.3.132.0.10 is not accepted");
}

#[test]
fn an_rsa_key_is_strict_der_with_null_parameters() {
    let key = PrivateKey::generate(KeyKind::Rsa2048).unwrap();
    let (bits, numbers) = (key_bits(&key), rsa_numbers(&key));
    let rsa = AlgorithmIdentifier::encode(oid::RSA_ENCRYPTION, Some(NULL));
    assert_eq!(judged(&rsa, &bits), Ok(KeyStrength::Rsa { bits: 2048 }));
    for parameters in [None, Some(&[0x30, 0x00][..])] {
        refused(
            &AlgorithmIdentifier::encode(oid::RSA_ENCRYPTION, parameters),
            &bits,
            "malformed key: parameters of rsaEncryption other than NULL (RFC 3279 §2.3.1)",
        );
    }
    refused(&rsa, &[&bits[..], &[0]].concat(), "malformed key: RSAPublicKey: 1 trailing bytes at byte 270");
    let public = |modulus: &[u8], exponent: &[u8]| {
        Writer::build(|writer| {
            writer.sequence(|key| {
                key.unsigned(modulus);
                key.unsigned(exponent);
            });
        })
    };
    assert_eq!(judged(&rsa, &public(&numbers[0], &[3])), Ok(KeyStrength::Rsa { bits: 2048 }));
    refused(&rsa, &public(&numbers[0], &[4]), "weak key: RSA exponent 4 is even");
    refused(
        &rsa,
        &public(&numbers[0][..128], &[3]),
        "weak key: RSA modulus of 1024 bits, at least 2048 asked for",
    );
    let negative = Writer::build(|writer| {
        writer.sequence(|key| {
            key.element(x509::der::Tag::INTEGER, &numbers[0]);
            key.unsigned(&[1, 0, 1]);
        });
    });
    refused(&rsa, &negative, "malformed key: RSAPublicKey: negative INTEGER at byte 4");
}

#[test]
fn we_certify_no_rsa_exponent_under_65537() {
    let numbers = rsa_numbers(&PrivateKey::generate(KeyKind::Rsa2048).unwrap());
    let rsa = AlgorithmIdentifier::encode(oid::RSA_ENCRYPTION, Some(NULL));
    let bits = Writer::build(|writer| {
        writer.sequence(|key| {
            key.unsigned(&numbers[0]);
            key.unsigned(&[3]);
        });
    });
    let der = SubjectPublicKeyInfo::encode(&rsa, &bits);
    let key = SubjectPublicKeyInfo::parse(&der).unwrap();
    assert!(AwsLc.check_key(&key).is_ok());
    let refused = AwsLc.check_key_to_certify(&key).unwrap_err().to_string();
    assert_eq!(refused, "weak key: RSA exponent is 3, at least 65537 asked for");
}

#[test]
fn keys_without_parameters_have_none_and_the_length_of_their_kind() {
    let ed25519 = |parameters| AlgorithmIdentifier::encode(oid::ED25519, parameters);
    refused(
        &ed25519(Some(NULL)),
        &[7; 32],
        "malformed key: parameters of Ed25519 that must be absent (RFC 8410 §3)",
    );
    refused(&ed25519(None), &[7; 31], "malformed key: Ed25519 key of 31 octets, 32 expected");
    refused(&ed25519(None), &[0; 32], "weak key: Ed25519 key is a point of small order");

    let pair = PqdsaKeyPair::generate(&ML_DSA_44_SIGNING).unwrap();
    let ml_dsa = |parameters| AlgorithmIdentifier::encode(oid::ML_DSA_44, parameters);
    assert_eq!(judged(&ml_dsa(None), pair.public_key().as_ref()), Ok(KeyStrength::MlDsa(44)));
    refused(
        &ml_dsa(Some(NULL)),
        pair.public_key().as_ref(),
        "malformed key: parameters of ML-DSA-44 that must be absent (RFC 9881 §2)",
    );
    refused(&ml_dsa(None), &[7; 1311], "malformed key: ML-DSA-44 key of 1311 octets, 1312 expected");
    refused(
        &AlgorithmIdentifier::encode(oid::ML_DSA_65, None),
        &[7; 1312],
        "malformed key: ML-DSA-65 key of 1312 octets, 1952 expected",
    );
}

#[test]
fn algorithms_that_are_not_known_are_named() {
    for (oid, name) in [(oid::DSA, "DSA"), (oid::ED448, "Ed448"), (oid::X25519, "X25519")] {
        let expect = format!("key algorithm {name} is not accepted");
        refused(&AlgorithmIdentifier::encode(oid, None), &[7; 32], &expect);
    }
    refused(&AlgorithmIdentifier::encode(oid::COMMON_NAME, None), &[], "key algorithm CN is not accepted");
}
