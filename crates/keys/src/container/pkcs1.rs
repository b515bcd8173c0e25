// SPDX-License-Identifier: MIT OR Apache-2.0
//! RSAPrivateKey of PKCS#1.

use x509::Error;
use x509::der::{Reader, Tag};
use x509::error::Within;

use super::der::malformed;
use crate::aws_lc::rsa;
use crate::error::KeyError;

const CONTAINER: &str = "PKCS#1";

/// ```asn1
/// RSAPrivateKey ::= SEQUENCE {
///     version           INTEGER { two-prime(0), multi(1) },
///     modulus           INTEGER,  -- n
///     publicExponent    INTEGER,  -- e
///     privateExponent   INTEGER,  -- d
///     prime1            INTEGER,  -- p
///     prime2            INTEGER,  -- q
///     exponent1         INTEGER,  -- d mod (p-1)
///     exponent2         INTEGER,  -- d mod (q-1)
///     coefficient       INTEGER,  -- (inverse of q) mod p
///     otherPrimeInfos   OtherPrimeInfos OPTIONAL }
/// ```
/// [RFC 8017 §A.1.2]
struct RsaPrivateKey<'a> {
    version: u32,
    modulus: &'a [u8],
    exponent: &'a [u8],
}

impl<'a> RsaPrivateKey<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Error> {
        let mut fields = Reader::whole(der, Tag::SEQUENCE)?.reader();
        let version = fields.small_integer().within("version")?;
        let modulus = fields.unsigned_integer().within("modulus")?;
        let exponent = fields.unsigned_integer().within("publicExponent")?;
        for field in ["privateExponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient"] {
            fields.unsigned_integer().within(field)?;
        }
        if version != 1 {
            fields.finish().within("RSAPrivateKey")?;
        }
        Ok(Self { version, modulus, exponent })
    }
}

/// Checks the structure and the public numbers of a key that is the whole of `der`, and gives it
/// back. Whether the private numbers belong to them is for AWS-LC to say.
pub(super) fn check(der: &[u8]) -> Result<&[u8], KeyError> {
    let key = RsaPrivateKey::read(der).map_err(malformed(CONTAINER))?;
    let contradiction = |reason| Err(KeyError::Contradiction { container: CONTAINER, reason });
    match key.version {
        0 => {}
        1 => return contradiction("an RSA key of more than two primes, which is not read".to_owned()),
        version => return contradiction(format!("version {version}, 0 expected")),
    }
    rsa::check_modulus(key.modulus)?;
    rsa::check_exponent(key.exponent)?;
    rsa::check_exponent_to_certify(key.exponent)?;
    Ok(der)
}
