// SPDX-License-Identifier: MIT OR Apache-2.0
//! The signature schemes of TLS, and which key each belongs to.

use aws_lc_rs::signature as aws;
use aws_lc_rs::signature::VerificationAlgorithm;
use x509::SignatureError;

use super::digest::Hash;
use super::public_key::{Kind, PublicKey};
use super::{ecdsa, rsa};
use crate::curve::Curve;
use crate::tls_scheme::{TlsScheme, TlsVersion};

/// How to check a signature of `scheme` by `key`.
pub(super) fn verification(
    version: TlsVersion,
    scheme: TlsScheme,
    key: &PublicKey<'_>,
) -> Result<&'static dyn VerificationAlgorithm, SignatureError> {
    let mismatch =
        || SignatureError::KeyMismatch { algorithm: scheme.to_string(), key: key.strength().to_string() };
    match (Shape::of(scheme), key.kind) {
        // RFC 8446 §4.2.3: PKCS #1 v1.5 signs certificates alone, never a handshake.
        (Shape::Pkcs1(_), _) if version == TlsVersion::V13 => Err(SignatureError::UnsupportedAlgorithm {
            algorithm: format!("{scheme} in a TLS 1.3 handshake"),
        }),
        (Shape::Pkcs1(hash), Kind::Rsa(_)) => Ok(rsa::pkcs1(hash)),
        (Shape::PssRsae(hash), Kind::Rsa(_)) => Ok(rsa::pss(hash)),
        (Shape::PssPss(hash), Kind::RsaPss(_, bound)) => match bound {
            // RFC 8446 §4.2.3: the digest is the one that the key's parameters name.
            Some(bound) if bound.hash != hash || bound.salt_length > hash.length() => Err(mismatch()),
            _ => Ok(rsa::pss(hash)),
        },
        (Shape::Ecdsa(curve, hash), Kind::Ec(found)) => {
            // RFC 8446 §4.2.3: in TLS 1.3 the scheme names the curve; in 1.2 it does not.
            if version == TlsVersion::V13 && curve != found {
                return Err(mismatch());
            }
            Ok(ecdsa::verification(found, hash))
        }
        (Shape::Ed25519, Kind::Ed25519) => Ok(&aws::ED25519),
        _ => Err(mismatch()),
    }
}

/// What a scheme is made of.
enum Shape {
    Pkcs1(Hash),
    PssRsae(Hash),
    PssPss(Hash),
    Ecdsa(Curve, Hash),
    Ed25519,
}

impl Shape {
    const fn of(scheme: TlsScheme) -> Self {
        match scheme {
            TlsScheme::EcdsaSecp256r1Sha256 => Self::Ecdsa(Curve::P256, Hash::Sha256),
            TlsScheme::EcdsaSecp384r1Sha384 => Self::Ecdsa(Curve::P384, Hash::Sha384),
            TlsScheme::EcdsaSecp521r1Sha512 => Self::Ecdsa(Curve::P521, Hash::Sha512),
            TlsScheme::Ed25519 => Self::Ed25519,
            TlsScheme::RsaPssRsaeSha256 => Self::PssRsae(Hash::Sha256),
            TlsScheme::RsaPssRsaeSha384 => Self::PssRsae(Hash::Sha384),
            TlsScheme::RsaPssRsaeSha512 => Self::PssRsae(Hash::Sha512),
            TlsScheme::RsaPssPssSha256 => Self::PssPss(Hash::Sha256),
            TlsScheme::RsaPssPssSha384 => Self::PssPss(Hash::Sha384),
            TlsScheme::RsaPssPssSha512 => Self::PssPss(Hash::Sha512),
            TlsScheme::RsaPkcs1Sha256 => Self::Pkcs1(Hash::Sha256),
            TlsScheme::RsaPkcs1Sha384 => Self::Pkcs1(Hash::Sha384),
            TlsScheme::RsaPkcs1Sha512 => Self::Pkcs1(Hash::Sha512),
        }
    }
}
