// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cryptography that proves nothing: the store only asks for digests.

use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo,
};

pub struct Fake;

impl SignatureVerifier for Fake {
    fn verify(
        &self,
        _: &SubjectPublicKeyInfo<'_>,
        _: &AlgorithmIdentifier<'_>,
        _: &[u8],
        _: &[u8],
    ) -> Result<(), SignatureError> {
        Err(SignatureError::BadSignature)
    }

    fn check_key(&self, _: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        Ok(KeyStrength::P256)
    }

    /// FNV-1a, four times over with different beginnings: enough to tell inputs apart.
    fn digest(&self, _: DigestAlgorithm, data: &[u8]) -> Digest {
        let lane = |beginning: u64| {
            data.iter()
                .fold(beginning, |hash, octet| (hash ^ u64::from(*octet)).wrapping_mul(0x0000_0100_0000_01b3))
        };
        let lanes: Vec<u8> = (0..4).flat_map(|n| lane(0xcbf2_9ce4_8422_2325 ^ n).to_be_bytes()).collect();
        Digest::new(&lanes).unwrap()
    }
}
