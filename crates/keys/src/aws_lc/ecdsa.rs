// SPDX-License-Identifier: MIT OR Apache-2.0
//! ECDSA: keys on named curves, and which curve goes with which digest.

use aws_lc_rs::signature as aws;
use aws_lc_rs::signature::{EcdsaVerificationAlgorithm, ParsedPublicKey};
use x509::der::{Reader, Tag};
use x509::{AlgorithmIdentifier, SignatureError};

use super::digest::Hash;
use crate::curve::Curve;

/// RFC 5480 §2.1.1: the curve is named; implicitCurve and specifiedCurve must not be used.
pub(super) fn named_curve(algorithm: &AlgorithmIdentifier<'_>) -> Result<Curve, SignatureError> {
    let malformed = |reason: &str| {
        Err(SignatureError::MalformedKey {
            reason: format!("{reason}, a named curve belongs there (RFC 5480 §2.1.1)"),
        })
    };
    let Some(parameters) = algorithm.parameters() else {
        return malformed("EC key without parameters");
    };
    let mut reader = Reader::new(parameters);
    match reader.peek() {
        Some(Tag::OBJECT_IDENTIFIER) => {}
        Some(Tag::SEQUENCE) => return malformed("EC key with explicit curve parameters"),
        Some(Tag::NULL) => return malformed("EC key with an implicit curve"),
        _ => return malformed("EC key whose parameters name no curve"),
    }
    let oid = reader.oid().map_err(|error| SignatureError::MalformedKey { reason: error.to_string() })?;
    let unknown =
        || SignatureError::UnsupportedKey { algorithm: format!("EC on {}", super::public_key::known(oid)) };
    Curve::from_oid(oid).ok_or_else(unknown)
}

/// RFC 5480 §2.2: the uncompressed form is the one that must be read. The compressed form, which a
/// reader may leave out, is left out: no public client takes it. The hybrid form is forbidden, and
/// the point at infinity is no key.
pub(super) fn check_form(curve: Curve, point: &[u8]) -> Result<(), SignatureError> {
    let name = curve.strength();
    let expected = curve.scalar_length().saturating_mul(2).saturating_add(1);
    let reason = match point {
        [] => format!("empty point on {name}"),
        [0x04, ..] if point.len() == expected => return Ok(()),
        [0x04, ..] => format!("point of {} octets on {name}, {expected} expected", point.len()),
        [0x00] => format!("the point at infinity on {name}"),
        [0x02 | 0x03, ..] => {
            format!("compressed point on {name}, only uncompressed ones are read (RFC 5480 §2.2)")
        }
        [0x06 | 0x07, ..] => format!("hybrid point on {name}, forbidden by RFC 5480 §2.2"),
        [form, ..] => format!("point on {name} of the unknown form {form:#04x}"),
    };
    Err(SignatureError::MalformedKey { reason })
}

/// Whether the coordinates satisfy the curve's equation (SEC 1 §3.2.2.1).
pub(crate) fn check_point(curve: Curve, point: &[u8]) -> Result<(), SignatureError> {
    check_form(curve, point)?;
    let parsed = ParsedPublicKey::new(verification(curve, Hash::Sha256), point);
    parsed.map(drop).map_err(|_rejected| SignatureError::MalformedKey {
        reason: format!("point is not on {}", curve.strength()),
    })
}

pub(super) const fn verification(curve: Curve, hash: Hash) -> &'static EcdsaVerificationAlgorithm {
    match (curve, hash) {
        (Curve::P256, Hash::Sha256) => &aws::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Hash::Sha384) => &aws::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Hash::Sha512) => &aws::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Hash::Sha256) => &aws::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Hash::Sha384) => &aws::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Hash::Sha512) => &aws::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, Hash::Sha256) => &aws::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Hash::Sha384) => &aws::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Hash::Sha512) => &aws::ECDSA_P521_SHA512_ASN1,
    }
}
