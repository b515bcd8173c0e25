// SPDX-License-Identifier: MIT OR Apache-2.0
//! The signature algorithms of X.509, and which key each belongs to.

use aws_lc_rs::signature as aws;
use aws_lc_rs::signature::VerificationAlgorithm;
use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, SignatureError};

use super::digest::Hash;
use super::pss::{PssParameters, PssProblem};
use super::public_key::{Kind, PublicKey, known};
use super::{ecdsa, rsa};

/// How to check a signature of `algorithm` by `key`.
pub(super) fn verification(
    algorithm: &AlgorithmIdentifier<'_>,
    key: &PublicKey<'_>,
) -> Result<&'static dyn VerificationAlgorithm, SignatureError> {
    let oid = algorithm.oid();
    let mismatch = || SignatureError::KeyMismatch { algorithm: known(oid), key: key.strength().to_string() };
    match oid {
        oid::SHA256_WITH_RSA => pkcs1(algorithm, Hash::Sha256, key).ok_or_else(mismatch)?,
        oid::SHA384_WITH_RSA => pkcs1(algorithm, Hash::Sha384, key).ok_or_else(mismatch)?,
        oid::SHA512_WITH_RSA => pkcs1(algorithm, Hash::Sha512, key).ok_or_else(mismatch)?,
        oid::RSASSA_PSS => pss(algorithm, key),
        oid::ECDSA_WITH_SHA256 => ecdsa(algorithm, Hash::Sha256, key).ok_or_else(mismatch)?,
        oid::ECDSA_WITH_SHA384 => ecdsa(algorithm, Hash::Sha384, key).ok_or_else(mismatch)?,
        oid::ECDSA_WITH_SHA512 => ecdsa(algorithm, Hash::Sha512, key).ok_or_else(mismatch)?,
        oid::ED25519 | oid::ML_DSA_44 | oid::ML_DSA_65 | oid::ML_DSA_87 => {
            let verification = same_algorithm(oid, key).ok_or_else(mismatch)?;
            require_absent(algorithm).map(|()| verification)
        }
        other => Err(SignatureError::UnsupportedAlgorithm { algorithm: refused(other) }),
    }
}

type Verification = Result<&'static dyn VerificationAlgorithm, SignatureError>;

/// RFC 4055 §5: the parameters are NULL, and readers must take them absent as well.
fn pkcs1(algorithm: &AlgorithmIdentifier<'_>, hash: Hash, key: &PublicKey<'_>) -> Option<Verification> {
    let Kind::Rsa(_) = key.kind else { return None };
    Some(match algorithm.parameters() {
        None | Some([0x05, 0x00]) => Ok(rsa::pkcs1(hash)),
        Some(_) => Err(parameters(algorithm)),
    })
}

/// RFC 5758 §3.2: the parameters are absent.
fn ecdsa(algorithm: &AlgorithmIdentifier<'_>, hash: Hash, key: &PublicKey<'_>) -> Option<Verification> {
    let Kind::Ec(curve) = key.kind else { return None };
    Some(require_absent(algorithm).map(|()| ecdsa::verification(curve, hash) as _))
}

/// Algorithms whose identifier is that of their key (RFC 8410 §3, RFC 9881 §2).
fn same_algorithm(oid: Oid<'_>, key: &PublicKey<'_>) -> Option<&'static dyn VerificationAlgorithm> {
    match (oid, key.kind) {
        (oid::ED25519, Kind::Ed25519) => Some(&aws::ED25519),
        (oid::ML_DSA_44, Kind::MlDsa(44)) => Some(&aws::ML_DSA_44),
        (oid::ML_DSA_65, Kind::MlDsa(65)) => Some(&aws::ML_DSA_65),
        (oid::ML_DSA_87, Kind::MlDsa(87)) => Some(&aws::ML_DSA_87),
        _ => None,
    }
}

fn pss(algorithm: &AlgorithmIdentifier<'_>, key: &PublicKey<'_>) -> Verification {
    let bound = match key.kind {
        Kind::Rsa(_) => None,
        Kind::RsaPss(_, bound) => bound,
        Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) => {
            let key = key.strength().to_string();
            return Err(SignatureError::KeyMismatch { algorithm: known(algorithm.oid()), key });
        }
    };
    // RFC 4055 §3.1: in a signature the parameters are present.
    let der = algorithm.parameters().ok_or_else(|| parameters(algorithm))?;
    let found = PssParameters::read(der).map_err(|problem| match problem {
        PssProblem::Malformed => parameters(algorithm),
        PssProblem::Sha1 => unsupported("RSASSA-PSS with SHA-1 (collisions of SHA-1 are practical)"),
        PssProblem::Unsupported => {
            unsupported("RSASSA-PSS with other than one of SHA-256, SHA-384 and SHA-512 throughout")
        }
    })?;
    if found.salt_length != found.hash.length() {
        return Err(SignatureError::UnsupportedAlgorithm {
            algorithm: format!(
                "RSASSA-PSS with a salt of {} octets and a digest of {}",
                found.salt_length,
                found.hash.length()
            ),
        });
    }
    // RFC 4055 §3.3: the same digest as the key's, and at least its salt.
    match bound {
        Some(bound) if bound.hash != found.hash || bound.salt_length > found.salt_length => {
            Err(SignatureError::KeyMismatch {
                algorithm: "RSASSA-PSS with these parameters".to_owned(),
                key: format!("{} bound to others (RFC 4055 §3.3)", key.strength()),
            })
        }
        _ => Ok(rsa::pss(found.hash)),
    }
}

fn require_absent(algorithm: &AlgorithmIdentifier<'_>) -> Result<(), SignatureError> {
    if algorithm.parameters().is_none() { Ok(()) } else { Err(parameters(algorithm)) }
}

fn parameters(algorithm: &AlgorithmIdentifier<'_>) -> SignatureError {
    SignatureError::AlgorithmParameters { algorithm: known(algorithm.oid()) }
}

fn unsupported(algorithm: &str) -> SignatureError {
    SignatureError::UnsupportedAlgorithm { algorithm: algorithm.to_owned() }
}

/// The algorithm, and why it is refused where that is known.
fn refused(oid: Oid<'_>) -> String {
    let name = known(oid);
    match oid {
        oid::MD5_WITH_RSA => format!("{name} (collisions of MD5 are practical)"),
        oid::SHA1_WITH_RSA | oid::ECDSA_WITH_SHA1 => format!("{name} (collisions of SHA-1 are practical)"),
        _ => name,
    }
}
