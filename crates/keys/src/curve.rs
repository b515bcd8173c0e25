// SPDX-License-Identifier: MIT OR Apache-2.0
//! The curves of ECDSA.

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaSigningAlgorithm,
};
use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, KeyStrength, der};

/// A curve that is signed on and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(crate) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    pub(crate) fn from_oid(oid: Oid<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.oid() == oid)
    }

    pub(crate) const fn oid(self) -> Oid<'static> {
        match self {
            Self::P256 => oid::SECP256R1,
            Self::P384 => oid::SECP384R1,
            Self::P521 => oid::SECP521R1,
        }
    }

    /// Octets of a coordinate and of a private key: ⌈log₂(n)/8⌉ (RFC 5915 §3).
    pub(crate) const fn scalar_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(crate) const fn strength(self) -> KeyStrength {
        match self {
            Self::P256 => KeyStrength::P256,
            Self::P384 => KeyStrength::P384,
            Self::P521 => KeyStrength::P521,
        }
    }

    /// The key's AlgorithmIdentifier (RFC 5480 §2.1.1).
    pub(crate) fn key_algorithm(self) -> Vec<u8> {
        let named = der::Writer::build(|writer| writer.oid(self.oid()));
        AlgorithmIdentifier::encode(oid::EC_PUBLIC_KEY, Some(&named))
    }

    /// The signature algorithm whose digest has the curve's strength (RFC 5480 §4).
    pub(crate) const fn signature_oid(self) -> Oid<'static> {
        match self {
            Self::P256 => oid::ECDSA_WITH_SHA256,
            Self::P384 => oid::ECDSA_WITH_SHA384,
            Self::P521 => oid::ECDSA_WITH_SHA512,
        }
    }

    pub(crate) const fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
        }
    }

    /// The public point of a private key, uncompressed; `None` when the key is zero, not below the
    /// order, or of another length.
    pub(crate) fn public_point(self, scalar: &[u8]) -> Option<Vec<u8>> {
        let algorithm = match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::P521 => &ECDH_P521,
        };
        let private = agreement::PrivateKey::from_private_key(algorithm, scalar).ok()?;
        private.compute_public_key().ok().map(|public| public.as_ref().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_outside_the_group_has_no_public_point() {
        for curve in Curve::ALL {
            let length = curve.scalar_length();
            let mut one = vec![0; length];
            one.splice(length - 1.., [1]);
            assert_eq!(curve.public_point(&one).map(|point| point.len()), Some(1 + 2 * length));
            assert_eq!(curve.public_point(&vec![0; length]), None);
            assert_eq!(curve.public_point(&vec![0xff; length]), None);
            assert_eq!(curve.public_point(&[]), None);
        }
    }
}
