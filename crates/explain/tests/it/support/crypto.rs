// SPDX-License-Identifier: MIT OR Apache-2.0
//! A cipher made of paper: deterministic, so that snapshots hold, and honest about what it checks.

use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo, oid,
};

/// Signs by digesting the public key and the message.
#[derive(Debug, Clone, Copy)]
pub struct Pretend;

impl Pretend {
    pub fn sign(key: &SubjectPublicKeyInfo<'_>, message: &[u8]) -> Vec<u8> {
        spread(&[key.raw(), message].concat(), 32)
    }
}

impl SignatureVerifier for Pretend {
    fn verify(
        &self,
        key: &SubjectPublicKeyInfo<'_>,
        _: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        self.check_key(key)?;
        if Self::sign(key, message) == signature { Ok(()) } else { Err(SignatureError::BadSignature) }
    }

    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        let algorithm = key.algorithm();
        match algorithm.oid() {
            oid::ED25519 => Ok(KeyStrength::Ed25519),
            oid::RSA_ENCRYPTION => Err(SignatureError::WeakKey {
                reason: "RSA modulus of 1024 bits, at least 2048 asked for".to_owned(),
            }),
            oid::EC_PUBLIC_KEY => {
                Ok(if key.key_bits().len() > 65 { KeyStrength::P384 } else { KeyStrength::P256 })
            }
            other => Err(SignatureError::UnsupportedKey { algorithm: other.to_string() }),
        }
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        let length = match algorithm {
            DigestAlgorithm::Sha1 => 20,
            DigestAlgorithm::Sha256 => 32,
            DigestAlgorithm::Sha384 => 48,
            DigestAlgorithm::Sha512 => 64,
        };
        Digest::new(&spread(data, length)).unwrap()
    }
}

/// Believes every signature, for certificates of others whose story is not about signatures.
#[derive(Debug, Clone, Copy)]
pub struct Gullible;

impl SignatureVerifier for Gullible {
    fn verify(
        &self,
        _: &SubjectPublicKeyInfo<'_>,
        _: &AlgorithmIdentifier<'_>,
        _: &[u8],
        _: &[u8],
    ) -> Result<(), SignatureError> {
        Ok(())
    }

    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        Pretend.check_key(key)
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        Pretend.digest(algorithm, data)
    }
}

/// FNV-1a, run on until there are `length` octets.
fn spread(data: &[u8], length: usize) -> Vec<u8> {
    let mut state = data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |state, octet| {
        (state ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut octets = Vec::new();
    while octets.len() < length {
        state = (state ^ (state >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        octets.extend(state.to_be_bytes());
    }
    octets.truncate(length);
    octets
}
