// SPDX-License-Identifier: MIT OR Apache-2.0
//! RSA public keys: what is well-formed, and what is weak.

mod modulus;

use aws_lc_rs::signature as aws;
use aws_lc_rs::signature::RsaParameters;
use x509::SignatureError;
use x509::der::Reader;

use super::digest::Hash;

/// The smallest modulus, in bits: SP 800-57 part 1, and the CA/Browser Forum's baseline §6.1.5.
pub(crate) const MODULUS_BITS_MIN: usize = 2048;
/// The largest modulus, in bits: above it a signature costs its checker more than it should.
pub(crate) const MODULUS_BITS_MAX: usize = 8192;
/// The smallest exponent of keys that we make or certify: the CA/Browser Forum's baseline §6.1.6.
const EXPONENT_TO_CERTIFY: u64 = 65_537;
/// What AWS-LC reads at most: checking a signature must stay cheap.
const EXPONENT_BITS_MAX: usize = 33;

/// ```asn1
/// RSAPublicKey ::= SEQUENCE {
///     modulus         INTEGER,
///     publicExponent  INTEGER }
/// ```
/// [RFC 8017 §A.1.1]
#[derive(Debug, Clone, Copy)]
pub(super) struct RsaPublicKey<'a> {
    modulus: &'a [u8],
    exponent: &'a [u8],
}

impl<'a> RsaPublicKey<'a> {
    /// Reads one that is the whole of `der`, and refuses a weak one.
    pub(super) fn read(der: &'a [u8]) -> Result<Self, SignatureError> {
        let read = || {
            let mut outer = Reader::new(der);
            let mut inner = outer.sequence()?;
            outer.finish()?;
            let key = Self { modulus: inner.unsigned_integer()?, exponent: inner.unsigned_integer()? };
            inner.finish()?;
            Ok(key)
        };
        let key = read().map_err(|error: x509::Error| SignatureError::MalformedKey {
            reason: format!("RSAPublicKey: {} at byte {}", error.problem(), error.offset()),
        })?;
        check_modulus(key.modulus)?;
        check_exponent(key.exponent)?;
        Ok(key)
    }

    pub(super) fn bits(&self) -> usize {
        bits(self.modulus)
    }

    /// The CA/Browser Forum's baseline §6.1.1.3 and §6.1.6.
    pub(super) fn check_to_certify(&self) -> Result<(), SignatureError> {
        check_exponent_to_certify(self.exponent)?;
        modulus::check_factors(self.modulus)?;
        modulus::check_generator(self.modulus)
    }
}

/// The bits of a magnitude without leading zero octets.
fn bits(magnitude: &[u8]) -> usize {
    let leading = magnitude.first().map_or(0, |first| first.leading_zeros());
    magnitude.len().saturating_mul(8).saturating_sub(usize::try_from(leading).unwrap_or_default())
}

fn weak(reason: String) -> Result<(), SignatureError> {
    Err(SignatureError::WeakKey { reason })
}

fn is_even(magnitude: &[u8]) -> bool {
    magnitude.last().is_none_or(|last| last & 1 == 0)
}

/// A modulus of a sound size, and odd as a product of two odd primes is.
pub(crate) fn check_modulus(modulus: &[u8]) -> Result<(), SignatureError> {
    match bits(modulus) {
        found if found < MODULUS_BITS_MIN => {
            weak(format!("RSA modulus of {found} bits, at least {MODULUS_BITS_MIN} asked for"))
        }
        found if found > MODULUS_BITS_MAX => {
            weak(format!("RSA modulus of {found} bits, at most {MODULUS_BITS_MAX} are accepted"))
        }
        _ if is_even(modulus) => weak("RSA modulus is even".to_owned()),
        _ => Ok(()),
    }
}

/// RFC 8017 §3.1: odd and at least 3. Certificates that exist are judged by that; what we make or
/// certify is held to more by [`check_exponent_to_certify`].
pub(crate) fn check_exponent(exponent: &[u8]) -> Result<(), SignatureError> {
    match (exponent, bits(exponent)) {
        (_, found) if found > EXPONENT_BITS_MAX => {
            weak(format!("RSA exponent of {found} bits, at most {EXPONENT_BITS_MAX} are accepted"))
        }
        ([] | [0 | 1], _) => weak(format!("RSA exponent is {}, at least 3 asked for", value(exponent))),
        _ if is_even(exponent) => weak(format!("RSA exponent {} is even", value(exponent))),
        _ => Ok(()),
    }
}

pub(crate) fn check_exponent_to_certify(exponent: &[u8]) -> Result<(), SignatureError> {
    match value(exponent) {
        small if small < EXPONENT_TO_CERTIFY => {
            weak(format!("RSA exponent is {small}, at least {EXPONENT_TO_CERTIFY} asked for"))
        }
        _ => Ok(()),
    }
}

/// An exponent of at most 33 bits.
fn value(exponent: &[u8]) -> u64 {
    exponent.iter().fold(0, |sum, &octet| (sum << 8) | u64::from(octet))
}

pub(super) const fn pkcs1(hash: Hash) -> &'static RsaParameters {
    match hash {
        Hash::Sha256 => &aws::RSA_PKCS1_2048_8192_SHA256,
        Hash::Sha384 => &aws::RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &aws::RSA_PKCS1_2048_8192_SHA512,
    }
}

pub(super) const fn pss(hash: Hash) -> &'static RsaParameters {
    match hash {
        Hash::Sha256 => &aws::RSA_PSS_2048_8192_SHA256,
        Hash::Sha384 => &aws::RSA_PSS_2048_8192_SHA384,
        Hash::Sha512 => &aws::RSA_PSS_2048_8192_SHA512,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn modulus(bits: usize, last: u8) -> Vec<u8> {
        let mut octets = vec![0; bits.div_ceil(8)];
        *octets.first_mut().unwrap() = 1 << ((bits + 7) % 8);
        *octets.last_mut().unwrap() |= last;
        octets
    }

    fn refusal(result: Result<(), SignatureError>) -> String {
        result.map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_modulus_has_2048_to_8192_bits_and_is_odd() {
        let check =
            |bits, last, expect: &str| assert_eq!(refusal(check_modulus(&modulus(bits, last))), expect);
        check(2048, 1, "");
        check(8192, 1, "");
        check(1024, 1, "weak key: RSA modulus of 1024 bits, at least 2048 asked for");
        check(2047, 1, "weak key: RSA modulus of 2047 bits, at least 2048 asked for");
        check(8193, 1, "weak key: RSA modulus of 8193 bits, at most 8192 are accepted");
        check(2048, 2, "weak key: RSA modulus is even");
        assert_eq!(refusal(check_modulus(&[0])), "weak key: RSA modulus of 0 bits, at least 2048 asked for");
    }

    #[test]
    fn an_exponent_is_odd_and_over_one() {
        let check = |exponent: &[u8], expect: &str, to_certify: &str| {
            assert_eq!(refusal(check_exponent(exponent)), expect, "{exponent:02x?}");
            assert_eq!(refusal(check_exponent_to_certify(exponent)), to_certify, "{exponent:02x?}");
        };
        check(&[1, 0, 1], "", "");
        check(&[3], "", "weak key: RSA exponent is 3, at least 65537 asked for");
        check(&[1, 0, 0, 0, 1], "", "");
        check(
            &[1],
            "weak key: RSA exponent is 1, at least 3 asked for",
            "weak key: RSA exponent is 1, at least 65537 asked for",
        );
        check(&[1, 0, 2], "weak key: RSA exponent 65538 is even", "");
        check(&[2, 0, 0, 0, 1], "weak key: RSA exponent of 34 bits, at most 33 are accepted", "");
    }
}
