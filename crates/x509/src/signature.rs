// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cryptography as this project asks for it. The one implementation for use is `keys::AwsLc`; tests
//! and fuzz targets bring their own.

use std::fmt;

use crate::algorithm::AlgorithmIdentifier;
use crate::hex::Hex;
use crate::public_key::SubjectPublicKeyInfo;

/// Checks signatures and keys, and makes digests.
pub trait SignatureVerifier: Send + Sync {
    /// Checks `signature` over `message` by `key` under `algorithm`.
    ///
    /// # Errors
    /// The algorithm or key is not one that is known, they do not belong together, the key is
    /// malformed or weak, or the signature is not valid.
    fn verify(
        &self,
        key: &SubjectPublicKeyInfo<'_>,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError>;

    /// Reads a key once for the many signatures that are to be checked with it. `None` when the key is
    /// one that [`SignatureVerifier::verify`] would refuse, which then says why, or when there is
    /// nothing to gain.
    fn prepare_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Option<Box<dyn VerifyingKey>> {
        let _not_kept = key;
        None
    }

    /// Checks that a key is well-formed (on its curve, of a sound modulus) and says what it is.
    ///
    /// # Errors
    /// The key's algorithm is unknown, or the key is malformed or weak.
    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError>;

    /// Checks a key as [`SignatureVerifier::check_key`] does, and by all that is asked of a key before
    /// it is certified, which may be more than is asked of certificates that exist.
    ///
    /// # Errors
    /// As [`SignatureVerifier::check_key`].
    fn check_key_to_certify(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        self.check_key(key)
    }

    /// The digest of `data`.
    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest;
}

/// A public key that was read once. It accepts and refuses what [`SignatureVerifier::verify`] of
/// whoever made it does.
pub trait VerifyingKey: fmt::Debug + Send + Sync {
    /// Checks `signature` over `message` under `algorithm`.
    ///
    /// # Errors
    /// As [`SignatureVerifier::verify`].
    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError>;
}

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// SHA-1: key identifiers and OCSP's CertIDs only.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A digest of at most 64 octets.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest {
    octets: [u8; 64],
    length: usize,
}

impl Digest {
    /// The digest with these octets; `None` when they are more than 64.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        let mut digest = Self { octets: [0; 64], length: octets.len() };
        digest.octets.get_mut(..octets.len())?.clone_from_slice(octets);
        Some(digest)
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }
}

/// No octets.
impl Default for Digest {
    fn default() -> Self {
        Self { octets: [0; 64], length: 0 }
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(self.octets()).fmt(f)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// What kind of key it is, and how strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyStrength {
    /// RSA with a modulus of this many bits.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521.
    P521,
    /// Ed25519.
    Ed25519,
    /// ML-DSA of this parameter set: 44, 65 or 87.
    MlDsa(u8),
}

impl fmt::Display for KeyStrength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::P521 => f.write_str("P-521"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::MlDsa(set) => write!(f, "ML-DSA-{set}"),
        }
    }
}

/// Why a key or a signature was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A signature algorithm that is not known or no longer safe.
    #[error("signature algorithm {algorithm} is not accepted")]
    UnsupportedAlgorithm {
        /// Its name or dotted identifier.
        algorithm: String,
    },
    /// Parameters that do not belong to the algorithm.
    #[error("the parameters of signature algorithm {algorithm} are not those its standard gives it")]
    AlgorithmParameters {
        /// Its name or dotted identifier.
        algorithm: String,
    },
    /// A key algorithm or curve that is not known.
    #[error("key algorithm {algorithm} is not accepted")]
    UnsupportedKey {
        /// Its name or dotted identifier.
        algorithm: String,
    },
    /// A signature algorithm that the key cannot have made.
    #[error("signature algorithm {algorithm} does not belong to a key of type {key}")]
    KeyMismatch {
        /// The signature's algorithm.
        algorithm: String,
        /// The key's.
        key: String,
    },
    /// A key that is too weak.
    #[error("weak key: {reason}")]
    WeakKey {
        /// Why, with the values: `RSA modulus of 1024 bits, at least 2048 asked for`.
        reason: String,
    },
    /// A key that is not what its algorithm says.
    #[error("malformed key: {reason}")]
    MalformedKey {
        /// Why: `point is not on P-256`.
        reason: String,
    },
    /// The signature does not match.
    #[error("the signature does not match")]
    BadSignature,
}
