// SPDX-License-Identifier: MIT OR Apache-2.0
//! Public keys that were read once, for many signatures.

use std::sync::OnceLock;

use aws_lc_rs::signature as aws;
use aws_lc_rs::signature::{ParsedPublicKey, VerificationAlgorithm};
use x509::{AlgorithmIdentifier, SignatureError, VerifyingKey};

use super::digest::Hash;
use super::public_key::{Kind, PublicKey};
use super::{ecdsa, rsa, signature, told};
use crate::curve::Curve;

/// A key, and what AWS-LC made of it for each algorithm that it was used with.
#[derive(Debug)]
pub(super) struct PreparedKey {
    info: Box<[u8]>,
    /// How many octets at the end of `info` are the key's.
    length: usize,
    kind: Kind,
    parsed: Box<[Parsed]>,
}

#[derive(Debug)]
struct Parsed {
    algorithm: &'static dyn VerificationAlgorithm,
    key: OnceLock<Option<ParsedPublicKey>>,
}

impl PreparedKey {
    /// Parses a key for the algorithm that it is mostly used with; `None` when it is malformed.
    pub(super) fn new(key: &PublicKey<'_>) -> Option<Self> {
        let algorithms = algorithms(key.kind).into_iter();
        let parsed: Box<[Parsed]> =
            algorithms.map(|algorithm| Parsed { algorithm, key: OnceLock::new() }).collect();
        parsed.first()?.key(key)?;
        Some(Self { info: key.info().into(), length: key.octets().len(), kind: key.kind, parsed })
    }
}

impl Parsed {
    fn key(&self, key: &PublicKey<'_>) -> Option<&ParsedPublicKey> {
        self.key.get_or_init(|| ParsedPublicKey::new(self.algorithm, key.encoded()).ok()).as_ref()
    }
}

impl VerifyingKey for PreparedKey {
    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let key = PublicKey::again(&self.info, self.length, self.kind);
        let verification = signature::verification(algorithm, &key)?;
        let parsed = self.parsed.iter().find(|parsed| std::ptr::addr_eq(parsed.algorithm, verification));
        let matches = match parsed.and_then(|parsed| parsed.key(&key)) {
            Some(parsed) => parsed.verify_sig(message, signature),
            None => aws::UnparsedPublicKey::new(verification, key.encoded()).verify(message, signature),
        };
        told(&key, matches)
    }
}

/// The algorithms that a key is used with, what it is mostly used with first.
fn algorithms(kind: Kind) -> Vec<&'static dyn VerificationAlgorithm> {
    const HASHES: [Hash; 3] = [Hash::Sha256, Hash::Sha384, Hash::Sha512];
    match kind {
        Kind::Rsa(_) => {
            HASHES.into_iter().flat_map(|hash| [rsa::pkcs1(hash) as _, rsa::pss(hash) as _]).collect()
        }
        Kind::RsaPss(..) => HASHES.map(|hash| rsa::pss(hash) as _).to_vec(),
        Kind::Ec(curve) => {
            let own = match curve {
                Curve::P256 => Hash::Sha256,
                Curve::P384 => Hash::Sha384,
                Curve::P521 => Hash::Sha512,
            };
            let others = HASHES.into_iter().filter(|hash| *hash != own);
            std::iter::once(own).chain(others).map(|hash| ecdsa::verification(curve, hash) as _).collect()
        }
        Kind::Ed25519 => vec![&aws::ED25519],
        Kind::MlDsa(44) => vec![&aws::ML_DSA_44],
        Kind::MlDsa(65) => vec![&aws::ML_DSA_65],
        Kind::MlDsa(_) => vec![&aws::ML_DSA_87],
    }
}
