// SPDX-License-Identifier: MIT OR Apache-2.0
//! What we write we read, and what we sign we check.

use keys::{AwsLc, KeyError, KeyKind, Passphrase, PrivateKey, Signer, TlsScheme, TlsVersion};
use x509::{AlgorithmIdentifier, SignatureError, SignatureVerifier as _, SubjectPublicKeyInfo};
use zeroize::Zeroizing;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::from(Zeroizing::new(text.to_owned()))
}

#[test]
fn every_kind_is_read_back_as_the_same_key() {
    for kind in KeyKind::ALL {
        let key = PrivateKey::generate(kind).unwrap();
        let plain = PrivateKey::from_pem(key.to_pkcs8_pem().as_bytes(), None).unwrap();
        assert_eq!(plain.public_key_info(), key.public_key_info(), "{kind}");
        assert_eq!(plain.to_pkcs8_der(), key.to_pkcs8_der(), "{kind}");
        let der = PrivateKey::from_der(key.to_pkcs8_der(), None).unwrap();
        assert_eq!(der.public_key_info(), key.public_key_info(), "{kind}");
    }
}

#[test]
fn an_encrypted_key_opens_under_its_passphrase_alone() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let pem = key.to_encrypted_pkcs8_pem(&passphrase("correct horse")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    let open = |passphrase: Option<&Passphrase>| PrivateKey::from_pem(pem.as_bytes(), passphrase);
    let opened = open(Some(&passphrase("correct horse"))).unwrap();
    assert_eq!(opened.public_key_info(), key.public_key_info());
    assert_eq!(open(Some(&passphrase("correct hors"))).unwrap_err(), KeyError::WrongPassphrase);
    assert_eq!(open(None).unwrap_err(), KeyError::PassphraseNeeded);
    assert_eq!(key.to_encrypted_pkcs8_pem(&passphrase("")).unwrap_err(), KeyError::EmptyPassphrase);
}

#[test]
fn what_every_kind_signs_is_checked_and_a_flipped_bit_is_not() {
    let message = b"to be signed";
    for kind in KeyKind::ALL {
        let key = PrivateKey::generate(kind).unwrap();
        let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
        let algorithm = AlgorithmIdentifier::parse(key.signature_algorithm()).unwrap();
        let signature = key.sign(message).unwrap();
        assert_eq!(AwsLc.verify(&info, &algorithm, message, &signature), Ok(()), "{kind}");
        assert_eq!(
            AwsLc.verify(&info, &algorithm, b"to be singed", &signature),
            Err(SignatureError::BadSignature),
            "{kind}"
        );
        for index in 0..signature.len() {
            let mut flipped = signature.clone();
            flipped[index] ^= 0x10;
            assert!(AwsLc.verify(&info, &algorithm, message, &flipped).is_err(), "{kind} at {index}");
        }
    }
}

#[test]
fn every_tls_scheme_that_a_key_offers_is_signed_and_checked() {
    let message = b"transcript";
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Ed25519, KeyKind::Rsa2048] {
        let key = PrivateKey::generate(kind).unwrap();
        let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
        for scheme in key.tls_schemes() {
            let signature = key.sign_tls(*scheme, message).unwrap();
            let check = |version| AwsLc.verify_tls(version, *scheme, &info, message, &signature);
            assert_eq!(check(TlsVersion::V12), Ok(()), "{kind} {scheme}");
            let in_13 = check(TlsVersion::V13);
            assert_eq!(in_13.is_ok(), !scheme.name().starts_with("rsa_pkcs1"), "{kind} {scheme}: {in_13:?}");
        }
        let other = if kind == KeyKind::Ed25519 { TlsScheme::RsaPssRsaeSha256 } else { TlsScheme::Ed25519 };
        assert!(key.sign_tls(other, message).is_err());
        assert!(AwsLc.verify_tls(TlsVersion::V13, other, &info, message, &[0; 64]).is_err());
    }
}

#[test]
fn debug_shows_the_kind_and_the_identifier_alone() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let shown = format!("{key:?}");
    assert!(shown.starts_with("PrivateKey(P-256, "), "{shown}");
    assert_eq!(shown.len(), "PrivateKey(P-256, )".len() + 40);
}
