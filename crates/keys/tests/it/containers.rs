// SPDX-License-Identifier: MIT OR Apache-2.0
//! Containers in their allowed variety, and the halves that must belong together.

use keys::{KeyError, KeyKind, PrivateKey};
use x509::oid;
use x509::{AlgorithmIdentifier, pem};

use crate::support::{
    NULL, compressed, ec_algorithm, ec_scalar, ed25519_seed, key_bits, pkcs1, pkcs8, rsa_numbers, sec1,
};

fn refusal(der: &[u8]) -> String {
    PrivateKey::from_der(der, None).unwrap_err().to_string()
}

fn assert_reads_as(der: &[u8], key: &PrivateKey) {
    let read = PrivateKey::from_der(der, None).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(read.public_key_info(), key.public_key_info());
}

#[test]
fn sec1_is_read_with_and_without_curve_and_point() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let (scalar, point) = (ec_scalar(&key), key_bits(&key));
    let (curve, squeezed) = (Some(oid::SECP256R1), compressed(&point));
    assert_reads_as(&sec1(1, &scalar, curve, Some(&point)), &key);
    assert_reads_as(&sec1(1, &scalar, curve, Some(&squeezed)), &key);
    assert_reads_as(&sec1(1, &scalar, curve, None), &key);
    // The point proves the curve that is not named.
    assert_reads_as(&sec1(1, &scalar, None, Some(&point)), &key);
    assert_eq!(
        refusal(&sec1(1, &scalar, None, None)),
        "malformed SEC1: no curve is named, and no public key tells which it is"
    );
    let parameters = pem::encode("EC PARAMETERS", &[&[0x06, 0x08], oid::SECP256R1.content()].concat());
    let text = parameters + &pem::encode("EC PRIVATE KEY", &sec1(1, &scalar, None, None));
    let read = PrivateKey::from_pem(text.as_bytes(), None).unwrap();
    assert_eq!(read.public_key_info(), key.public_key_info());
}

#[test]
fn pkcs8_is_read_with_whatever_stands_inside_of_it() {
    let key = PrivateKey::generate(KeyKind::P384).unwrap();
    let (scalar, point, algorithm) = (ec_scalar(&key), key_bits(&key), ec_algorithm(oid::SECP384R1));
    let bare = sec1(1, &scalar, None, None);
    assert_reads_as(&pkcs8(0, &algorithm, &bare, None), &key);
    assert_reads_as(&pkcs8(0, &algorithm, &sec1(1, &scalar, Some(oid::SECP384R1), None), None), &key);
    assert_reads_as(&pkcs8(1, &algorithm, &bare, Some(&point)), &key);
    assert_reads_as(&pkcs8(1, &algorithm, &bare, None), &key);
    assert_eq!(
        refusal(&pkcs8(0, &algorithm, &sec1(1, &scalar, Some(oid::SECP256R1), None), None)),
        "malformed SEC1: parameters of P-256 inside parameters of P-384"
    );
    assert_eq!(
        refusal(&pkcs8(0, &algorithm, &bare, Some(&point))),
        "malformed PKCS#8: version 1 with a public key, which version 2 alone has (RFC 5958 §2)"
    );
    assert_eq!(refusal(&pkcs8(2, &algorithm, &bare, None)), "malformed PKCS#8: version 2, 0 or 1 expected");
}

#[test]
fn ed25519_is_read_in_both_versions() {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let other = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let (seed, algorithm) = (ed25519_seed(&key), AlgorithmIdentifier::encode(oid::ED25519, None));
    assert_eq!(key.to_pkcs8_der(), pkcs8(0, &algorithm, &seed, None), "version 1 is what we write");
    assert_reads_as(&pkcs8(1, &algorithm, &seed, Some(&key_bits(&key))), &key);
    assert_eq!(
        refusal(&pkcs8(1, &algorithm, &seed, Some(&key_bits(&other)))),
        "the two halves of the Ed25519 key do not belong together"
    );
    let with_null = AlgorithmIdentifier::encode(oid::ED25519, Some(NULL));
    assert_eq!(
        refusal(&pkcs8(0, &with_null, &seed, None)),
        "malformed PKCS#8: parameters of Ed25519 that must be absent (RFC 8410 §3)"
    );
    assert_eq!(
        refusal(&pkcs8(0, &algorithm, &[&[0x04, 0x1f], &seed[3..]].concat(), None)),
        "malformed PKCS#8: Ed25519 key of 31 octets, 32 expected"
    );
}

#[test]
fn an_ec_key_whose_halves_do_not_belong_together_is_refused() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let other = PrivateKey::generate(KeyKind::P256).unwrap();
    let (scalar, point, others) = (ec_scalar(&key), key_bits(&key), key_bits(&other));
    let named = |point: &[u8]| sec1(1, &scalar, Some(oid::SECP256R1), Some(point));
    let apart = "the two halves of the P-256 key do not belong together";
    assert_eq!(refusal(&named(&others)), apart);
    assert_eq!(refusal(&named(&compressed(&others))), apart);
    assert_eq!(refusal(&named(&[])), apart);
    let algorithm = ec_algorithm(oid::SECP256R1);
    let inside = sec1(1, &scalar, None, Some(&point));
    assert_eq!(refusal(&pkcs8(1, &algorithm, &inside, Some(&others))), apart);
    let mut off_curve = point;
    *off_curve.last_mut().unwrap() ^= 1;
    assert_eq!(refusal(&named(&off_curve)), "malformed key: point is not on P-256");
}

#[test]
fn an_ec_scalar_is_as_long_as_its_order_and_inside_of_it() {
    let named = |scalar: &[u8]| sec1(1, scalar, Some(oid::SECP256R1), None);
    let outside = "weak key: the private key is zero or not below the order of P-256";
    assert_eq!(refusal(&named(&[0; 32])), outside);
    assert_eq!(refusal(&named(&[0xff; 32])), outside);
    for length in [0, 31, 33] {
        assert_eq!(
            refusal(&named(&vec![1; length])),
            format!("malformed EC private key: {length} octets on P-256, 32 expected (RFC 5915 §3)")
        );
    }
    assert_eq!(refusal(&sec1(2, &[1; 32], None, None)), "malformed SEC1: version 2, 1 expected");
}

#[test]
fn an_rsa_key_whose_numbers_do_not_belong_together_is_refused() {
    let key = PrivateKey::generate(KeyKind::Rsa2048).unwrap();
    let other = PrivateKey::generate(KeyKind::Rsa2048).unwrap();
    let (numbers, others) = (rsa_numbers(&key), rsa_numbers(&other));
    assert_reads_as(&pkcs1(0, &numbers), &key);
    for index in [0, 2, 3, 4, 5, 6, 7] {
        let mut mixed = numbers.clone();
        mixed[index].clone_from(&others[index]);
        let refused = refusal(&pkcs1(0, &mixed));
        assert_eq!(refused, "the two halves of the RSA key do not belong together", "number {index}");
    }
    let algorithm = AlgorithmIdentifier::encode(oid::RSA_ENCRYPTION, Some(NULL));
    let inside = pkcs1(0, &numbers);
    assert_reads_as(&pkcs8(1, &algorithm, &inside, Some(&key_bits(&key))), &key);
    assert_eq!(
        refusal(&pkcs8(1, &algorithm, &inside, Some(&key_bits(&other)))),
        "the two halves of the RSA key do not belong together"
    );
    let without = AlgorithmIdentifier::encode(oid::RSA_ENCRYPTION, None);
    assert_eq!(
        refusal(&pkcs8(0, &without, &inside, None)),
        "malformed PKCS#8: parameters of rsaEncryption other than NULL (RFC 8017 §A.1)"
    );
}

#[test]
fn weak_and_odd_rsa_numbers_are_refused_with_their_values() {
    let numbers = rsa_numbers(&PrivateKey::generate(KeyKind::Rsa2048).unwrap());
    let check = |version: u32, index: usize, number: &[u8], expect: &str| {
        let mut numbers = numbers.clone();
        numbers[index] = number.to_vec();
        assert_eq!(refusal(&pkcs1(version, &numbers)), expect);
    };
    check(0, 0, &[0xff; 128], "weak key: RSA modulus of 1024 bits, at least 2048 asked for");
    check(0, 0, &[0xff; 1025], "weak key: RSA modulus of 8200 bits, at most 8192 are accepted");
    check(0, 1, &[3], "weak key: RSA exponent is 3, at least 65537 asked for");
    check(0, 1, &[1, 0, 2], "weak key: RSA exponent 65538 is even");
    check(0, 1, &[1], "weak key: RSA exponent is 1, at least 3 asked for");
    let mut even = numbers[0].clone();
    *even.last_mut().unwrap() ^= 1;
    check(0, 0, &even, "weak key: RSA modulus is even");
    check(
        1,
        1,
        &numbers[1].clone(),
        "malformed PKCS#1: an RSA key of more than two primes, which is not read",
    );
}

#[test]
fn text_without_exactly_one_key_is_refused_with_what_it_holds() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let text = key.to_pkcs8_pem();
    let check = |text: &str, expect: &str| {
        assert_eq!(PrivateKey::from_pem(text.as_bytes(), None).unwrap_err().to_string(), expect);
    };
    check("", "no private key in it: nothing at all");
    check("hello", "no private key in it: neither PEM nor DER");
    check(&pem::encode("CERTIFICATE", &[0x30, 0]), "no private key in it: a PEM block of CERTIFICATE");
    check(&text.repeat(2), "2 private keys in it, exactly one expected");
    check(&"x".repeat(65_537), "65537 bytes, a private key has at most 65536");
    check(
        &pem::encode("OPENSSH PRIVATE KEY", b"openssh-key-v1"),
        "OPENSSH PRIVATE KEY is a container that is not read",
    );
    check(&text.replace("PRIVATE KEY", "EC PRIVATE KEY"), "malformed SEC1");
    let beside = pem::encode("CERTIFICATE", key.public_key_info()) + &text;
    assert!(PrivateKey::from_pem(beside.as_bytes(), None).is_ok());
}

#[test]
fn der_that_is_no_key_is_called_what_it_is() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let check = |der: &[u8], expect: &str| assert_eq!(refusal(der), expect);
    check(key.public_key_info(), "no private key in it: a public key in DER");
    let signed = x509::write::signed(key.public_key_info(), &ec_algorithm(oid::SECP256R1), &[]);
    check(&signed, "no private key in it: a certificate or request in DER");
    check(&[0x30, 0], "no private key in it: DER of another kind");
    check(&[], "malformed DER");
    let trailing = [key.to_pkcs8_der(), &[0]].concat();
    assert!(matches!(PrivateKey::from_der(&trailing, None), Err(KeyError::Malformed { .. })));
}
