// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signature algorithms: their parameters, and the keys they belong to.

use aws_lc_rs::signature::{KeyPair as _, ML_DSA_65_SIGNING, PqdsaKeyPair};
use keys::{AwsLc, KeyKind, PrivateKey, Signer as _, TlsScheme, TlsVersion};
use x509::der::{Tag, Writer};
use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, SignatureVerifier as _, SubjectPublicKeyInfo};

use crate::support::{NULL, key_bits};

const MESSAGE: &[u8] = b"to be signed";

fn judged(key: &[u8], algorithm: &[u8], signature: &[u8]) -> Result<(), String> {
    let key = SubjectPublicKeyInfo::parse(key).unwrap();
    let algorithm = AlgorithmIdentifier::parse(algorithm).unwrap();
    let judged = AwsLc.verify(&key, &algorithm, MESSAGE, signature);
    // A key that was read before accepts and refuses the same; twice, since it keeps what it made of itself.
    if let Some(prepared) = AwsLc.prepare_key(&key) {
        for _ in 0..2 {
            assert_eq!(prepared.verify(&algorithm, MESSAGE, signature), judged);
        }
    } else {
        assert!(judged.is_err(), "a key that is used can be prepared");
    }
    judged.map_err(|error| error.to_string())
}

fn refused(key: &[u8], algorithm: &[u8], signature: &[u8], expect: &str) {
    assert_eq!(judged(key, algorithm, signature), Err(expect.to_owned()));
}

#[test]
fn the_parameters_of_each_algorithm_are_those_of_its_standard() {
    let check = |kind: KeyKind, oid: Oid<'_>, forms: &[(Option<&[u8]>, bool)]| {
        let key = PrivateKey::generate(kind).unwrap();
        let signature = key.sign(MESSAGE).unwrap();
        for (parameters, good) in forms {
            let algorithm = AlgorithmIdentifier::encode(oid, *parameters);
            let found = judged(key.public_key_info(), &algorithm, &signature);
            assert_eq!(found.is_ok(), *good, "{kind} {parameters:02x?}: {found:?}");
        }
    };
    // RFC 4055 §5: NULL, or absent.
    let other: &[u8] = &[0x30, 0x00];
    check(KeyKind::Rsa2048, oid::SHA256_WITH_RSA, &[(Some(NULL), true), (None, true), (Some(other), false)]);
    // RFC 5758 §3.2 and RFC 8410 §3: absent.
    check(KeyKind::P256, oid::ECDSA_WITH_SHA256, &[(None, true), (Some(NULL), false), (Some(other), false)]);
    check(KeyKind::P384, oid::ECDSA_WITH_SHA384, &[(None, true), (Some(NULL), false)]);
    check(KeyKind::Ed25519, oid::ED25519, &[(None, true), (Some(NULL), false)]);
}

#[test]
fn an_algorithm_of_another_key_or_with_a_broken_digest_is_refused() {
    let ec = PrivateKey::generate(KeyKind::P256).unwrap();
    let rsa = PrivateKey::generate(KeyKind::Rsa2048).unwrap();
    let signature = ec.sign(MESSAGE).unwrap();
    let algorithm = |oid: Oid<'_>| AlgorithmIdentifier::encode(oid, None);
    refused(
        rsa.public_key_info(),
        &algorithm(oid::ECDSA_WITH_SHA256),
        &signature,
        "signature algorithm ecdsa-with-SHA256 does not belong to a key of type RSA 2048",
    );
    refused(
        ec.public_key_info(),
        &algorithm(oid::ED25519),
        &signature,
        "signature algorithm Ed25519 does not belong to a key of type P-256",
    );
    refused(
        ec.public_key_info(),
        &algorithm(oid::ECDSA_WITH_SHA1),
        &signature,
        "signature algorithm ecdsa-with-SHA1 (collisions of SHA-1 are practical) is not accepted",
    );
    refused(
        rsa.public_key_info(),
        &algorithm(oid::MD5_WITH_RSA),
        &signature,
        "signature algorithm md5WithRSAEncryption (collisions of MD5 are practical) is not accepted",
    );
    refused(
        ec.public_key_info(),
        &algorithm(oid::ECDSA_WITH_SHA384),
        &signature,
        "the signature does not match",
    );
    refused(
        ec.public_key_info(),
        &algorithm(oid::COMMON_NAME),
        &signature,
        "signature algorithm CN is not accepted",
    );
}

/// RSASSA-PSS-params; a field that is `None` is left out.
fn pss(
    hash: Option<Oid<'_>>,
    mask_hash: Option<Oid<'_>>,
    salt: Option<u32>,
    trailer: Option<u32>,
) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|parameters| {
            if let Some(hash) = hash {
                let hash = AlgorithmIdentifier::encode(hash, Some(NULL));
                parameters.nest(Tag::context_constructed(0), |field| field.raw(&hash));
            }
            if let Some(hash) = mask_hash {
                let hash = AlgorithmIdentifier::encode(hash, None);
                let mask = AlgorithmIdentifier::encode(oid::MGF1, Some(&hash));
                parameters.nest(Tag::context_constructed(1), |field| field.raw(&mask));
            }
            for (number, value) in [(2, salt), (3, trailer)] {
                if let Some(value) = value {
                    parameters.nest(Tag::context_constructed(number), |field| field.integer(value));
                }
            }
        });
    })
}

const SHA256: Option<Oid<'static>> = Some(oid::SHA256);
const SHA384: Option<Oid<'static>> = Some(oid::SHA384);

#[test]
fn pss_has_one_digest_and_a_salt_as_long() {
    let key = PrivateKey::generate(KeyKind::Rsa2048).unwrap();
    let signature = key.sign_tls(TlsScheme::RsaPssRsaeSha256, MESSAGE).unwrap();
    let check = |parameters: Option<&[u8]>, expect: Result<(), &str>| {
        let algorithm = AlgorithmIdentifier::encode(oid::RSASSA_PSS, parameters);
        let found = judged(key.public_key_info(), &algorithm, &signature);
        assert_eq!(found, expect.map_err(str::to_owned));
    };
    check(Some(&pss(SHA256, SHA256, Some(32), None)), Ok(()));
    check(Some(&pss(SHA256, SHA256, Some(32), Some(1))), Ok(()));
    let malformed = "the parameters of signature algorithm RSASSA-PSS are not those its standard gives it";
    check(None, Err(malformed));
    check(Some(NULL), Err(malformed));
    check(Some(&pss(SHA256, SHA256, Some(32), Some(2))), Err(malformed));
    let sha1 =
        "signature algorithm RSASSA-PSS with SHA-1 (collisions of SHA-1 are practical) is not accepted";
    check(Some(&[0x30, 0x00]), Err(sha1));
    check(Some(&pss(SHA256, None, Some(32), None)), Err(sha1));
    check(Some(&pss(Some(oid::SHA1), SHA256, Some(32), None)), Err(sha1));
    check(
        Some(&pss(SHA256, SHA384, Some(32), None)),
        Err("signature algorithm RSASSA-PSS with other than one of SHA-256, SHA-384 and SHA-512 throughout \
             is not accepted"),
    );
    check(
        Some(&pss(SHA256, SHA256, None, None)),
        Err("signature algorithm RSASSA-PSS with a salt of 20 octets and a digest of 32 is not accepted"),
    );
    check(Some(&pss(SHA384, SHA384, Some(48), None)), Err("the signature does not match"));
}

#[test]
fn a_pss_key_makes_pss_signatures_alone_and_within_its_parameters() {
    let key = PrivateKey::generate(KeyKind::Rsa2048).unwrap();
    let bits = key_bits(&key);
    let public = |parameters: Option<&[u8]>| {
        SubjectPublicKeyInfo::encode(&AlgorithmIdentifier::encode(oid::RSASSA_PSS, parameters), &bits)
    };
    let signature = key.sign_tls(TlsScheme::RsaPssRsaeSha256, MESSAGE).unwrap();
    let ours = pss(SHA256, SHA256, Some(32), None);
    let algorithm = AlgorithmIdentifier::encode(oid::RSASSA_PSS, Some(&ours));
    assert_eq!(judged(&public(None), &algorithm, &signature), Ok(()));
    assert_eq!(judged(&public(Some(&ours)), &algorithm, &signature), Ok(()));
    assert_eq!(judged(&public(Some(&pss(SHA256, SHA256, Some(20), None))), &algorithm, &signature), Ok(()));
    let bound = "signature algorithm RSASSA-PSS with these parameters does not belong to a key of type \
                 RSA 2048 bound to others (RFC 4055 §3.3)";
    refused(&public(Some(&pss(SHA256, SHA256, Some(33), None))), &algorithm, &signature, bound);
    refused(&public(Some(&pss(SHA384, SHA384, Some(32), None))), &algorithm, &signature, bound);
    refused(
        &public(None),
        &AlgorithmIdentifier::encode(oid::SHA256_WITH_RSA, Some(NULL)),
        &key.sign(MESSAGE).unwrap(),
        "signature algorithm sha256WithRSAEncryption does not belong to a key of type RSA 2048",
    );
    refused(
        &public(Some(NULL)),
        &algorithm,
        &signature,
        "malformed key: parameters of RSASSA-PSS (RFC 4055 §3.1)",
    );

    let in_tls = |public: &[u8], scheme| {
        let key = SubjectPublicKeyInfo::parse(public).unwrap();
        AwsLc.verify_tls(TlsVersion::V13, scheme, &key, MESSAGE, &signature).is_ok()
    };
    assert!(in_tls(&public(None), TlsScheme::RsaPssPssSha256));
    assert!(in_tls(&public(Some(&ours)), TlsScheme::RsaPssPssSha256));
    assert!(!in_tls(&public(None), TlsScheme::RsaPssRsaeSha256));
    assert!(!in_tls(&public(Some(&pss(SHA384, SHA384, Some(32), None))), TlsScheme::RsaPssPssSha256));
    assert!(!in_tls(key.public_key_info(), TlsScheme::RsaPssPssSha256));
}

#[test]
fn the_scheme_names_the_curve_in_tls_1_3_alone() {
    let key = PrivateKey::generate(KeyKind::P384).unwrap();
    let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
    let signature = key.sign(MESSAGE).unwrap();
    let check = |version, scheme| {
        AwsLc.verify_tls(version, scheme, &info, MESSAGE, &signature).map_err(|error| error.to_string())
    };
    assert_eq!(check(TlsVersion::V13, TlsScheme::EcdsaSecp384r1Sha384), Ok(()));
    assert_eq!(
        check(TlsVersion::V13, TlsScheme::EcdsaSecp256r1Sha256),
        Err("signature algorithm ecdsa_secp256r1_sha256 does not belong to a key of type P-384".to_owned())
    );
    // In 1.2 the scheme fits; the signature was made with another digest.
    assert_eq!(
        check(TlsVersion::V12, TlsScheme::EcdsaSecp256r1Sha256),
        Err("the signature does not match".to_owned())
    );
}

#[test]
fn ml_dsa_is_checked() {
    let pair = PqdsaKeyPair::generate(&ML_DSA_65_SIGNING).unwrap();
    let mut signature = vec![0; ML_DSA_65_SIGNING.signature_len()];
    pair.sign(MESSAGE, &mut signature).unwrap();
    let algorithm = AlgorithmIdentifier::encode(oid::ML_DSA_65, None);
    let public = SubjectPublicKeyInfo::encode(&algorithm, pair.public_key().as_ref());
    assert_eq!(judged(&public, &algorithm, &signature), Ok(()));
    let with_null = AlgorithmIdentifier::encode(oid::ML_DSA_65, Some(NULL));
    refused(
        &public,
        &with_null,
        &signature,
        "the parameters of signature algorithm ML-DSA-65 are not those its standard gives it",
    );
    signature[0] ^= 1;
    refused(&public, &algorithm, &signature, "the signature does not match");
    refused(
        &public,
        &AlgorithmIdentifier::encode(oid::ML_DSA_44, None),
        &signature,
        "signature algorithm ML-DSA-44 does not belong to a key of type ML-DSA-65",
    );
}

#[test]
fn a_key_that_is_no_point_is_called_that_and_not_a_bad_signature() {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let mut off_curve = key.public_key_info().to_vec();
    *off_curve.last_mut().unwrap() ^= 1;
    refused(
        &off_curve,
        &AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None),
        &key.sign(MESSAGE).unwrap(),
        "malformed key: point is not on P-256",
    );
}
