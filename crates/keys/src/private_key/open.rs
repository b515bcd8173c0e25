// SPDX-License-Identifier: MIT OR Apache-2.0
//! From what a container says to a key pair that is proven.

use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair};

use super::Pair;
use crate::aws_lc::check_point;
use crate::container::Secret;
use crate::curve::Curve;
use crate::error::KeyError;

/// Makes the key pair of a secret; a public half that stands beside it must be its own.
pub(super) fn pair(secret: &Secret<'_>) -> Result<Pair, KeyError> {
    match *secret {
        Secret::Ec { curve, scalar, points } => ec(curve, scalar, points),
        Secret::Ed25519 { seed, public } => ed25519(seed, public),
        Secret::Rsa { pkcs1, public } => rsa(pkcs1, public),
    }
}

fn ec(curve: Option<Curve>, scalar: &[u8], points: [Option<&[u8]>; 2]) -> Result<Pair, KeyError> {
    let curve = match curve {
        Some(curve) => curve,
        None => proven_curve(scalar, points)?,
    };
    let contradiction = |reason| KeyError::Contradiction { container: "EC private key", reason };
    let (name, expected) = (curve.strength(), curve.scalar_length());
    if scalar.len() != expected {
        let found = scalar.len();
        return Err(contradiction(format!("{found} octets on {name}, {expected} expected (RFC 5915 §3)")));
    }
    let own = curve.public_point(scalar).ok_or_else(|| KeyError::Weak {
        reason: format!("the private key is zero or not below the order of {name}"),
    })?;
    for point in points.into_iter().flatten() {
        if !is_same_point(&own, point) {
            // Off the curve, or the public half of another key: say which.
            if matches!(point, [0x04, ..]) {
                check_point(curve, point)?;
            }
            return Err(KeyError::Mismatch { key: name.to_string() });
        }
    }
    let pair = EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), scalar, &own);
    let pair = pair.map_err(|_rejected| KeyError::Library { action: "loading the private key" })?;
    Ok(Pair::Ec(curve, pair))
}

/// The curve of a key that names none: the one on which its public half is its own.
fn proven_curve(scalar: &[u8], points: [Option<&[u8]>; 2]) -> Result<Curve, KeyError> {
    let proven = |curve: &Curve| {
        let own = curve.public_point(scalar);
        own.is_some_and(|own| points.into_iter().flatten().any(|point| is_same_point(&own, point)))
    };
    let unnamed = || KeyError::Contradiction {
        container: "SEC1",
        reason: "no curve is named, and no public key tells which it is".to_owned(),
    };
    Curve::ALL.into_iter().find(proven).ok_or_else(unnamed)
}

/// Whether `point`, in the uncompressed or the compressed form, is the uncompressed `own` (SEC 1
/// §2.3.3).
fn is_same_point(own: &[u8], point: &[u8]) -> bool {
    let Some((form, rest)) = point.split_first() else { return false };
    match form {
        0x02 | 0x03 => {
            let parity = own.last().map(|last| 0x02 | (last & 1));
            let x = own.iter().skip(1).take(own.len().saturating_sub(1) / 2);
            Some(*form) == parity && x.eq(rest)
        }
        _ => own == point,
    }
}

fn ed25519(seed: &[u8; 32], public: Option<&[u8]>) -> Result<Pair, KeyError> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed);
    let pair = pair.map_err(|_rejected| KeyError::Library { action: "loading the private key" })?;
    match public {
        Some(public) if public != pair.public_key().as_ref() => {
            Err(KeyError::Mismatch { key: "Ed25519".to_owned() })
        }
        _ => Ok(Pair::Ed25519(pair)),
    }
}

/// AWS-LC checks that n = p·q, that e and d are inverses, and that the CRT values are theirs.
fn rsa(pkcs1: &[u8], public: Option<&[u8]>) -> Result<Pair, KeyError> {
    let mismatch = || KeyError::Mismatch { key: "RSA".to_owned() };
    let pair = RsaKeyPair::from_der(pkcs1).map_err(|_rejected| mismatch())?;
    match public {
        Some(public) if public != pair.public_key().as_ref() => Err(mismatch()),
        _ => Ok(Pair::Rsa(pair)),
    }
}
