// SPDX-License-Identifier: MIT OR Apache-2.0
//! Between how tokens write keys and signatures, and how certificates do.

use x509::der::{Reader, Tag, Writer};
use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, DigestAlgorithm, SubjectPublicKeyInfo};

use crate::curve::Curve;

const NULL: &[u8] = &[0x05, 0x00];

/// A signature of CKM_ECDSA, which is r and s, each as long as the order of the curve, as X.509 has it:
///
/// ```asn1
/// ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }
/// ```
/// [PKCS #11 v3.1 §6.3.1, RFC 5480 appendix A]
pub(super) fn ecdsa_signature(raw: &[u8]) -> Option<Vec<u8>> {
    let half = raw.len().checked_div(2).filter(|half| half.saturating_mul(2) == raw.len() && *half > 0)?;
    let (r, s) = raw.split_at_checked(half)?;
    Some(Writer::build(|writer| {
        writer.sequence(|value| {
            value.unsigned(r);
            value.unsigned(s);
        });
    }))
}

/// What CKM_RSA_PKCS signs:
///
/// ```asn1
/// DigestInfo ::= SEQUENCE {
///     digestAlgorithm  AlgorithmIdentifier,
///     digest           OCTET STRING }
/// ```
/// [RFC 8017 §9.2]
pub(super) fn digest_info(algorithm: DigestAlgorithm, digest: &[u8]) -> Vec<u8> {
    let oid = match algorithm {
        DigestAlgorithm::Sha1 => oid::SHA1,
        DigestAlgorithm::Sha256 => oid::SHA256,
        DigestAlgorithm::Sha384 => oid::SHA384,
        DigestAlgorithm::Sha512 => oid::SHA512,
    };
    Writer::build(|writer| {
        writer.sequence(|info| {
            info.raw(&AlgorithmIdentifier::encode(oid, Some(NULL)));
            info.octet_string(digest);
        });
    })
}

/// The value of CKA_EC_PARAMS for a curve: its name.
pub(super) fn ec_params(curve: Curve) -> Vec<u8> {
    Writer::build(|writer| writer.oid(curve.oid()))
}

/// The curve that CKA_EC_PARAMS names.
pub(super) fn curve(params: &[u8]) -> Option<Curve> {
    let named = Reader::whole(params, Tag::OBJECT_IDENTIFIER).ok()?;
    Curve::from_oid(Oid::from_content(named.content)?)
}

/// The SubjectPublicKeyInfo of CKA_EC_POINT: the point in an OCTET STRING, as the standard has it, or bare, as some
/// tokens do. [PKCS #11 v3.1 §6.3.3]
pub(super) fn ec_public_key(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    let length = curve.scalar_length().saturating_mul(2).saturating_add(1);
    let is_bare = |point: &[u8]| point.len() == length && point.first() == Some(&0x04);
    let point = match is_bare(point) {
        true => point,
        false => Reader::whole(point, Tag::OCTET_STRING).ok()?.content,
    };
    is_bare(point).then(|| SubjectPublicKeyInfo::encode(&curve.key_algorithm(), point))
}

/// The SubjectPublicKeyInfo of CKA_MODULUS and CKA_PUBLIC_EXPONENT.
pub(super) fn rsa_public_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let key = Writer::build(|writer| {
        writer.sequence(|key| {
            key.unsigned(modulus);
            key.unsigned(exponent);
        });
    });
    SubjectPublicKeyInfo::encode(&AlgorithmIdentifier::encode(oid::RSA_ENCRYPTION, Some(NULL)), &key)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    };
    use x509::SignatureVerifier as _;

    use super::*;
    use crate::{AwsLc, KeyKind, PrivateKey};

    #[test]
    fn two_numbers_side_by_side_become_a_signature_that_verifies() {
        let curves = [
            (Curve::P256, &ECDSA_P256_SHA256_FIXED_SIGNING),
            (Curve::P384, &ECDSA_P384_SHA384_FIXED_SIGNING),
        ];
        for (curve, fixed) in curves {
            let pair = EcdsaKeyPair::generate(fixed).unwrap();
            let info = ec_public_key(curve, pair.public_key().as_ref()).unwrap();
            let algorithm = AlgorithmIdentifier::encode(curve.signature_oid(), None);
            // Often enough for numbers that begin with zeros, or with a high bit.
            for round in 0..64_u8 {
                let raw = pair.sign(&SystemRandom::new(), &[round]).unwrap();
                let der = ecdsa_signature(raw.as_ref()).unwrap();
                let verified = AwsLc.verify(
                    &SubjectPublicKeyInfo::parse(&info).unwrap(),
                    &AlgorithmIdentifier::parse(&algorithm).unwrap(),
                    &[round],
                    &der,
                );
                assert_eq!(verified, Ok(()));
            }
        }
    }

    #[test]
    fn zeros_in_front_are_dropped_and_a_high_bit_is_no_sign() {
        let der = ecdsa_signature(&[0, 0x7f, 0x80, 0x01]).unwrap();
        assert_eq!(der, [0x30, 8, 2, 1, 0x7f, 2, 3, 0, 0x80, 0x01]);
        assert_eq!(ecdsa_signature(&[1, 2, 3]), None);
        assert_eq!(ecdsa_signature(&[]), None);
    }

    #[test]
    fn a_point_is_read_bare_and_wrapped_and_nothing_else_is() {
        let key = PrivateKey::generate(KeyKind::P384).unwrap();
        let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
        let point = info.key_bits();
        let wrapped = Writer::build(|writer| writer.octet_string(point));
        for form in [point, &wrapped] {
            assert_eq!(ec_public_key(Curve::P384, form).as_deref(), Some(key.public_key_info()));
        }
        let longer = [&wrapped[..], &[0]].concat();
        for other in [&point[1..], &wrapped[..wrapped.len() - 1], &longer, &[], &[4]] {
            assert_eq!(ec_public_key(Curve::P384, other), None);
        }
        assert_eq!(ec_public_key(Curve::P256, point), None);
        assert_eq!(curve(&ec_params(Curve::P521)), Some(Curve::P521));
        assert_eq!(curve(&[0x06, 1, 0x2a]), None);
        assert_eq!(curve(&[0x30, 0]), None);
    }

    #[test]
    fn an_rsa_key_is_that_of_its_two_numbers() {
        let key = PrivateKey::generate(KeyKind::Rsa2048).unwrap();
        let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
        let mut numbers = Reader::whole(info.key_bits(), Tag::SEQUENCE).unwrap().reader();
        let (modulus, exponent) = (numbers.unsigned_integer().unwrap(), numbers.unsigned_integer().unwrap());
        assert_eq!(rsa_public_key(modulus, exponent), key.public_key_info());
        // Some tokens write the octet in front that DER has.
        assert_eq!(rsa_public_key(&[&[0], modulus].concat(), exponent), key.public_key_info());
    }

    #[test]
    fn what_is_signed_with_rsa_says_which_digest_it_is() {
        let info = digest_info(DigestAlgorithm::Sha256, &[7; 32]);
        // RFC 8017 §9.2, note 1.
        let prefix =
            [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
        assert_eq!(&info[..15], prefix);
        assert_eq!(info.len(), 19 + 32);
    }
}
