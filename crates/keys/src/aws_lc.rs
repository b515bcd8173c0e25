// SPDX-License-Identifier: MIT OR Apache-2.0
//! AWS-LC behind [`x509::SignatureVerifier`].

mod digest;
mod ecdsa;
mod ed25519;
mod prepared;
mod pss;
mod public_key;
pub(crate) mod rsa;
mod scheme;
mod signature;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::UnparsedPublicKey;
use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo, VerifyingKey,
};

pub(crate) use ecdsa::check_point;
pub(crate) use public_key::known;

use prepared::PreparedKey;
use public_key::PublicKey;

use crate::tls_scheme::{TlsScheme, TlsVersion};

/// Checks signatures and keys, and makes digests, with AWS-LC.
///
/// | algorithm | key | accepted |
/// |---|---|---|
/// | RSA PKCS #1 v1.5 with SHA-256, 384, 512 | rsaEncryption | parameters NULL or absent (RFC 4055 §5) |
/// | RSASSA-PSS | rsaEncryption, id-RSASSA-PSS | SHA-256, 384, 512; MGF1 with the same; salt as long as the digest |
/// | ECDSA with SHA-256, 384, 512 | P-256, P-384, P-521, named | parameters absent (RFC 5758 §3.2) |
/// | Ed25519 | Ed25519 | parameters absent (RFC 8410 §3) |
/// | ML-DSA-44, 65, 87 | the same | parameters absent (RFC 9881 §2) |
#[derive(Debug, Clone, Copy, Default)]
pub struct AwsLc;

impl SignatureVerifier for AwsLc {
    fn verify(
        &self,
        key: &SubjectPublicKeyInfo<'_>,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let key = PublicKey::read(key)?;
        let verification = signature::verification(algorithm, &key)?;
        let matches = UnparsedPublicKey::new(verification, key.encoded()).verify(message, signature);
        told(&key, matches)
    }

    fn prepare_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Option<Box<dyn VerifyingKey>> {
        PreparedKey::new(&PublicKey::read(key).ok()?).map(|key| Box::new(key) as _)
    }

    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        let key = PublicKey::read(key)?;
        key.check_point()?;
        Ok(key.strength())
    }

    /// Beyond [`SignatureVerifier::check_key`]: an RSA exponent of at least 65537, and a modulus without
    /// small factors that is none of those of a broken generator (ROCA).
    fn check_key_to_certify(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        let strength = self.check_key(key)?;
        PublicKey::read(key)?.check_to_certify()?;
        Ok(strength)
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        digest::digest(algorithm, data)
    }
}

impl AwsLc {
    /// Checks the signature of a handshake: CertificateVerify, or TLS 1.2's ServerKeyExchange.
    /// `message` is what was signed: in TLS 1.3 the padded context and the transcript's hash.
    ///
    /// # Errors
    /// The scheme is not allowed in this version or does not belong to the key, the key is malformed
    /// or weak, or the signature is not valid.
    pub fn verify_tls(
        &self,
        version: TlsVersion,
        scheme: TlsScheme,
        key: &SubjectPublicKeyInfo<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let key = PublicKey::read(key)?;
        let verification = scheme::verification(version, scheme, &key)?;
        let matches = UnparsedPublicKey::new(verification, key.encoded()).verify(message, signature);
        told(&key, matches)
    }
}

/// Of a signature that does not match, says whether that is because the key is no point.
fn told(key: &PublicKey<'_>, matches: Result<(), Unspecified>) -> Result<(), SignatureError> {
    matches.or_else(|_unspecified| key.check_point().and(Err(SignatureError::BadSignature)))
}
