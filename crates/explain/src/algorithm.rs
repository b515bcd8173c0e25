// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys and signature algorithms in words.

use serde::Serialize;
use x509::{
    AlgorithmIdentifier, DigestAlgorithm, KeyStrength, Oid, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo, oid,
};

use crate::hex::hex;

/// A public key: what it is and how strong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyFacts {
    /// What it is: `P-256`, `RSA 2048`; for a key that was refused, its algorithm's name.
    pub kind: String,
    /// How many bits of work it takes to break, about (NIST SP 800-57 part 1, table 2); absent for a
    /// key that was refused.
    pub security_bits: Option<u16>,
    /// Why the key is refused, when it is: weak, malformed, unknown.
    pub problem: Option<String>,
    /// SHA-256 of the whole SubjectPublicKeyInfo, hexadecimal.
    pub sha256: String,
}

impl KeyFacts {
    /// Looks at a key.
    #[must_use]
    pub fn of(key: &SubjectPublicKeyInfo<'_>, crypto: &dyn SignatureVerifier) -> Self {
        let sha256 = hex(crypto.digest(DigestAlgorithm::Sha256, key.raw()).octets());
        match crypto.check_key(key) {
            Ok(strength) => Self {
                kind: strength.to_string(),
                security_bits: security_bits(strength),
                problem: None,
                sha256,
            },
            Err(error) => Self {
                kind: named(key.algorithm().oid()),
                security_bits: None,
                problem: Some(error.to_string()),
                sha256,
            },
        }
    }

    /// The key in words: `ECDSA on P-256, about 128 bits of security`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let kind = match self.kind.as_str() {
            "P-256" | "P-384" | "P-521" => format!("ECDSA on {}", self.kind),
            _ => self.kind.clone(),
        };
        match (&self.problem, self.security_bits) {
            (Some(problem), _) => format!("{kind}; {problem}"),
            (None, Some(bits)) => format!("{kind} (about {bits} bits of security)"),
            (None, None) => kind,
        }
    }
}

/// NIST SP 800-57 part 1 rev. 5, table 2; for ML-DSA its security category.
const fn security_bits(strength: KeyStrength) -> Option<u16> {
    match strength {
        KeyStrength::P256 | KeyStrength::Ed25519 | KeyStrength::MlDsa(44) => Some(128),
        KeyStrength::P384 | KeyStrength::MlDsa(65) => Some(192),
        KeyStrength::P521 | KeyStrength::MlDsa(87) => Some(256),
        KeyStrength::Rsa { bits } => match bits {
            0..2048 => None,
            2048..3072 => Some(112),
            3072..7680 => Some(128),
            7680..15360 => Some(192),
            _ => Some(256),
        },
        _ => None,
    }
}

/// The name of an identifier, or the identifier itself.
#[must_use]
pub fn named(oid: Oid<'_>) -> String {
    oid.name().map_or_else(|| oid.to_string(), ToOwned::to_owned)
}

/// A signature algorithm in words: `ECDSA with SHA-256`.
#[must_use]
pub fn signature_in_words(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let words = match algorithm.oid() {
        oid::ECDSA_WITH_SHA1 => "ECDSA with SHA-1 (broken: no client accepts it)",
        oid::ECDSA_WITH_SHA256 => "ECDSA with SHA-256",
        oid::ECDSA_WITH_SHA384 => "ECDSA with SHA-384",
        oid::ECDSA_WITH_SHA512 => "ECDSA with SHA-512",
        oid::MD5_WITH_RSA => "RSA PKCS#1 v1.5 with MD5 (broken: no client accepts it)",
        oid::SHA1_WITH_RSA => "RSA PKCS#1 v1.5 with SHA-1 (broken: no client accepts it)",
        oid::SHA256_WITH_RSA => "RSA PKCS#1 v1.5 with SHA-256",
        oid::SHA384_WITH_RSA => "RSA PKCS#1 v1.5 with SHA-384",
        oid::SHA512_WITH_RSA => "RSA PKCS#1 v1.5 with SHA-512",
        oid::RSASSA_PSS => return format!("RSA-PSS{}", pss_hash(algorithm)),
        other => return named(other),
    };
    words.to_owned()
}

/// The hash of RSASSA-PSS parameters (RFC 4055 §3.1): ` with SHA-256`.
fn pss_hash(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let hash = algorithm.parameters().and_then(|parameters| {
        let mut inner = x509::der::Reader::new(parameters).sequence().ok()?;
        let explicit = inner.optional(x509::der::Tag::context_constructed(0)).ok()??;
        AlgorithmIdentifier::parse(explicit.content).ok().map(|hash| named(hash.oid()))
    });
    hash.map_or_else(String::new, |hash| format!(" with {hash}"))
}

/// Why a signature was refused, for people.
pub(crate) fn signature_problem(error: &SignatureError) -> String {
    match error {
        SignatureError::BadSignature => {
            "the signature does not match the key: the bytes were changed, or another key signed".to_owned()
        }
        other => other.to_string(),
    }
}
