// SPDX-License-Identifier: MIT OR Apache-2.0
//! Public keys, each read by the rules of its algorithm.

use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, KeyStrength, SignatureError, SubjectPublicKeyInfo};

use super::pss::{PssParameters, PssProblem};
use super::rsa::RsaPublicKey;
use super::{ecdsa, ed25519};
use crate::curve::Curve;

/// A public key of a known algorithm, its parameters and form checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublicKey<'a> {
    octets: &'a [u8],
    /// The whole SubjectPublicKeyInfo.
    info: &'a [u8],
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// With a modulus of this many bits.
    Rsa(usize),
    /// For RSASSA-PSS alone; the parameters bind its signatures (RFC 4055 §3.3).
    RsaPss(usize, Option<PssParameters>),
    Ec(Curve),
    Ed25519,
    MlDsa(u8),
}

impl<'a> PublicKey<'a> {
    /// Reads a key, and refuses a weak one. Whether an EC point is on its curve is left to
    /// [`PublicKey::check_point`], since checking a signature finds that out too.
    pub(crate) fn read(info: &SubjectPublicKeyInfo<'a>) -> Result<Self, SignatureError> {
        let (algorithm, octets) = (info.algorithm(), info.key_bits());
        let kind = match algorithm.oid() {
            oid::RSA_ENCRYPTION => {
                // RFC 3279 §2.3.1.
                if algorithm.parameters() != Some(&[0x05, 0x00]) {
                    return malformed("parameters of rsaEncryption other than NULL (RFC 3279 §2.3.1)");
                }
                Kind::Rsa(RsaPublicKey::read(octets)?.bits())
            }
            oid::RSASSA_PSS => Kind::RsaPss(RsaPublicKey::read(octets)?.bits(), pss_parameters(&algorithm)?),
            oid::EC_PUBLIC_KEY => {
                let curve = ecdsa::named_curve(&algorithm)?;
                ecdsa::check_form(curve, octets)?;
                Kind::Ec(curve)
            }
            oid::ED25519 => {
                require_absent(&algorithm, "RFC 8410 §3")?;
                ed25519::check(octets)?;
                Kind::Ed25519
            }
            oid::ML_DSA_44 => ml_dsa(&algorithm, 44, octets)?,
            oid::ML_DSA_65 => ml_dsa(&algorithm, 65, octets)?,
            oid::ML_DSA_87 => ml_dsa(&algorithm, 87, octets)?,
            other => return Err(SignatureError::UnsupportedKey { algorithm: known(other) }),
        };
        Ok(Self { octets, info: info.raw(), kind })
    }

    /// A key that [`PublicKey::read`] read before, its octets being the last `length` of `info`.
    pub(super) fn again(info: &'a [u8], length: usize, kind: Kind) -> Self {
        let octets = info.get(info.len().saturating_sub(length)..).unwrap_or_default();
        Self { octets, info, kind }
    }

    /// The whole SubjectPublicKeyInfo.
    pub(super) const fn info(&self) -> &'a [u8] {
        self.info
    }

    /// The octets: RSAPublicKey, point, or raw key.
    pub(crate) const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The key as AWS-LC takes it fastest: of a point it tries a SubjectPublicKeyInfo first, of an
    /// RSAPublicKey it does not.
    pub(super) const fn encoded(&self) -> &'a [u8] {
        match self.kind {
            Kind::Ec(_) => self.info,
            Kind::Rsa(_) | Kind::RsaPss(..) | Kind::Ed25519 | Kind::MlDsa(_) => self.octets,
        }
    }

    pub(crate) fn strength(&self) -> KeyStrength {
        match self.kind {
            Kind::Rsa(bits) | Kind::RsaPss(bits, _) => KeyStrength::Rsa { bits },
            Kind::Ec(curve) => curve.strength(),
            Kind::Ed25519 => KeyStrength::Ed25519,
            Kind::MlDsa(set) => KeyStrength::MlDsa(set),
        }
    }

    /// Checks that an EC point is on its curve.
    pub(crate) fn check_point(&self) -> Result<(), SignatureError> {
        match self.kind {
            Kind::Ec(curve) => ecdsa::check_point(curve, self.octets),
            Kind::Rsa(_) | Kind::RsaPss(..) | Kind::Ed25519 | Kind::MlDsa(_) => Ok(()),
        }
    }

    /// Checks what is asked of a key before it is certified.
    pub(crate) fn check_to_certify(&self) -> Result<(), SignatureError> {
        match self.kind {
            Kind::Rsa(_) | Kind::RsaPss(..) => RsaPublicKey::read(self.octets)?.check_to_certify(),
            Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) => Ok(()),
        }
    }
}

/// The name by which people know an algorithm, or its dotted identifier.
pub(crate) fn known(oid: Oid<'_>) -> String {
    oid.name().map_or_else(|| oid.to_string(), str::to_owned)
}

fn malformed<T>(reason: impl Into<String>) -> Result<T, SignatureError> {
    Err(SignatureError::MalformedKey { reason: reason.into() })
}

fn require_absent(algorithm: &AlgorithmIdentifier<'_>, clause: &str) -> Result<(), SignatureError> {
    match algorithm.parameters() {
        None => Ok(()),
        Some(_) => {
            malformed(format!("parameters of {} that must be absent ({clause})", known(algorithm.oid())))
        }
    }
}

/// RFC 4055 §3.1: absent in a key that is bound to no parameters.
fn pss_parameters(algorithm: &AlgorithmIdentifier<'_>) -> Result<Option<PssParameters>, SignatureError> {
    let Some(parameters) = algorithm.parameters() else { return Ok(None) };
    match PssParameters::read(parameters) {
        Ok(parameters) => Ok(Some(parameters)),
        Err(PssProblem::Malformed) => malformed("parameters of RSASSA-PSS (RFC 4055 §3.1)"),
        Err(PssProblem::Sha1) => unsupported("RSASSA-PSS with SHA-1"),
        Err(PssProblem::Unsupported) => {
            unsupported("RSASSA-PSS with other than one of SHA-256, SHA-384 and SHA-512 throughout")
        }
    }
}

fn unsupported<T>(algorithm: &str) -> Result<T, SignatureError> {
    Err(SignatureError::UnsupportedKey { algorithm: algorithm.to_owned() })
}

fn ml_dsa(algorithm: &AlgorithmIdentifier<'_>, set: u8, octets: &[u8]) -> Result<Kind, SignatureError> {
    require_absent(algorithm, "RFC 9881 §2")?;
    // FIPS 204, table 2.
    let expected = match set {
        44 => 1312,
        65 => 1952,
        _ => 2592,
    };
    if octets.len() == expected {
        Ok(Kind::MlDsa(set))
    } else {
        malformed(format!("ML-DSA-{set} key of {} octets, {expected} expected", octets.len()))
    }
}
