// SPDX-License-Identifier: MIT OR Apache-2.0
//! ECPrivateKey of SEC 1, as RFC 5915 has it.

use x509::Error;
use x509::der::{Reader, Tag};
use x509::error::Within;

use super::Secret;
use super::der::malformed;
use super::pkcs8::named_curve;
use crate::curve::Curve;
use crate::error::KeyError;

const CONTAINER: &str = "SEC1";

/// ```asn1
/// ECPrivateKey ::= SEQUENCE {
///     version        INTEGER { ecPrivkeyVer1(1) },
///     privateKey     OCTET STRING,
///     parameters [0] EXPLICIT ECParameters OPTIONAL,
///     publicKey  [1] EXPLICIT BIT STRING OPTIONAL }
/// ```
/// [RFC 5915 §3]
struct EcPrivateKey<'a> {
    version: u32,
    private_key: &'a [u8],
    parameters: Option<&'a [u8]>,
    public_key: Option<&'a [u8]>,
}

impl<'a> EcPrivateKey<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Error> {
        let mut fields = Reader::whole(der, Tag::SEQUENCE)?.reader();
        let version = fields.small_integer().within("version")?;
        let private_key = fields.octet_string().within("privateKey")?;
        let parameters = fields.optional(Tag::context_constructed(0)).within("parameters")?;
        let public_key = match fields.optional(Tag::context_constructed(1)).within("publicKey")? {
            Some(explicit) => {
                let mut inner = explicit.reader();
                let octets = inner.bit_string_octets().within("publicKey")?;
                inner.finish().within("publicKey")?;
                Some(octets)
            }
            None => None,
        };
        fields.finish().within("ECPrivateKey")?;
        Ok(Self { version, private_key, parameters: parameters.map(|element| element.content), public_key })
    }
}

/// Reads a key that is the whole of `der`. `curve` is what stands around it: the parameters of
/// PKCS#8, or an EC PARAMETERS block.
pub(super) fn read(der: &[u8], curve: Option<Curve>) -> Result<Secret<'_>, KeyError> {
    let key = EcPrivateKey::read(der).map_err(malformed(CONTAINER))?;
    if key.version != 1 {
        return contradiction(format!("version {}, 1 expected", key.version));
    }
    let named = key.parameters.map(named_curve).transpose()?;
    let curve = match (curve, named) {
        (Some(around), Some(inside)) if around != inside => {
            let (around, inside) = (around.strength(), inside.strength());
            return contradiction(format!("parameters of {inside} inside parameters of {around}"));
        }
        (around, inside) => inside.or(around),
    };
    Ok(Secret::Ec { curve, scalar: key.private_key, points: [key.public_key, None] })
}

fn contradiction<T>(reason: String) -> Result<T, KeyError> {
    Err(KeyError::Contradiction { container: CONTAINER, reason })
}
