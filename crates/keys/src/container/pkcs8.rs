// SPDX-License-Identifier: MIT OR Apache-2.0
//! PKCS#8, versions 1 and 2.

use x509::der::{Reader, Tag};
use x509::error::Within;
use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, Error};

use super::der::malformed;
use super::{Secret, pkcs1, sec1};
use crate::aws_lc::known;
use crate::curve::Curve;
use crate::error::KeyError;

const CONTAINER: &str = "PKCS#8";

/// ```asn1
/// OneAsymmetricKey ::= SEQUENCE {
///     version                    INTEGER { v1(0), v2(1) },
///     privateKeyAlgorithm        AlgorithmIdentifier,
///     privateKey                 OCTET STRING,
///     attributes             [0] IMPLICIT SET OF Attribute OPTIONAL,
///     [[2: publicKey         [1] IMPLICIT BIT STRING OPTIONAL ]] }
/// ```
/// [RFC 5958 §2]
struct OneAsymmetricKey<'a> {
    version: u32,
    algorithm: AlgorithmIdentifier<'a>,
    private_key: &'a [u8],
    public_key: Option<&'a [u8]>,
}

impl<'a> OneAsymmetricKey<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Error> {
        let mut fields = Reader::whole(der, Tag::SEQUENCE)?.reader();
        let version = fields.small_integer().within("version")?;
        let algorithm = AlgorithmIdentifier::read(&mut fields).within("privateKeyAlgorithm")?;
        let private_key = fields.octet_string().within("privateKey")?;
        // Attributes say nothing about the key itself.
        fields.optional(Tag::context_constructed(0)).within("attributes")?;
        let public_key = fields.optional_bit_string_octets(1).within("publicKey")?;
        fields.finish().within("privateKeyInfo")?;
        Ok(Self { version, algorithm, private_key, public_key })
    }
}

/// Reads a key that is the whole of `der`.
pub(super) fn read(der: &[u8]) -> Result<Secret<'_>, KeyError> {
    let key = OneAsymmetricKey::read(der).map_err(malformed(CONTAINER))?;
    match (key.version, key.public_key) {
        // A version 2 without a public key should have been version 1; it means the same.
        (0, None) | (1, _) => {}
        (0, Some(_)) => {
            return contradiction("version 1 with a public key, which version 2 alone has (RFC 5958 §2)");
        }
        (version, _) => return contradiction(format!("version {version}, 0 or 1 expected")),
    }
    match key.algorithm.oid() {
        oid::EC_PUBLIC_KEY => ec(&key),
        oid::ED25519 => ed25519(&key),
        oid::RSA_ENCRYPTION => rsa(&key),
        other => Err(KeyError::UnsupportedKey { algorithm: known(other) }),
    }
}

fn contradiction<T>(reason: impl Into<String>) -> Result<T, KeyError> {
    Err(KeyError::Contradiction { container: CONTAINER, reason: reason.into() })
}

/// RFC 5480 §2.1.1 for the parameters, RFC 5915 for the key.
fn ec<'a>(key: &OneAsymmetricKey<'a>) -> Result<Secret<'a>, KeyError> {
    let curve = named_curve(key.algorithm.parameters().unwrap_or_default())?;
    let mut secret = sec1::read(key.private_key, Some(curve))?;
    if let Secret::Ec { points: [_, outer], .. } = &mut secret {
        *outer = key.public_key;
    }
    Ok(secret)
}

/// The curve that parameters name; other forms, and none at all, are refused.
pub(super) fn named_curve(parameters: &[u8]) -> Result<Curve, KeyError> {
    let mut reader = Reader::new(parameters);
    let oid: Oid<'_> = match reader.peek() {
        Some(Tag::OBJECT_IDENTIFIER) => reader.oid().map_err(malformed("EC parameters"))?,
        Some(Tag::SEQUENCE) => return Err(KeyError::CurveNotNamed),
        _ => {
            return Err(KeyError::Contradiction {
                container: "EC parameters",
                reason: "no curve is named (RFC 5480 §2.1.1)".to_owned(),
            });
        }
    };
    reader.finish().map_err(malformed("EC parameters"))?;
    Curve::from_oid(oid)
        .ok_or_else(|| KeyError::UnsupportedKey { algorithm: format!("EC on {}", known(oid)) })
}

/// RFC 8410 §7: an OCTET STRING of 32 octets inside the OCTET STRING, no parameters.
fn ed25519<'a>(key: &OneAsymmetricKey<'a>) -> Result<Secret<'a>, KeyError> {
    if key.algorithm.parameters().is_some() {
        return contradiction("parameters of Ed25519 that must be absent (RFC 8410 §3)");
    }
    let inner = Reader::whole(key.private_key, Tag::OCTET_STRING).within("CurvePrivateKey");
    let seed = inner.map_err(malformed(CONTAINER))?.content;
    match <&[u8; 32]>::try_from(seed) {
        Ok(seed) => Ok(Secret::Ed25519 { seed, public: key.public_key }),
        Err(_other_length) => contradiction(format!("Ed25519 key of {} octets, 32 expected", seed.len())),
    }
}

/// RFC 8017 §A.1: the parameters are NULL.
fn rsa<'a>(key: &OneAsymmetricKey<'a>) -> Result<Secret<'a>, KeyError> {
    if key.algorithm.parameters() != Some(&[0x05, 0x00]) {
        return contradiction("parameters of rsaEncryption other than NULL (RFC 8017 §A.1)");
    }
    Ok(Secret::Rsa { pkcs1: pkcs1::check(key.private_key)?, public: key.public_key })
}
