// SPDX-License-Identifier: MIT OR Apache-2.0
//! id-pkix-ocsp-nonce.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Problem};
use crate::oid::{self, Oid};

/// ```asn1
/// Nonce ::= OCTET STRING (SIZE(1..128))
/// ```
/// Binds a response to the request that it answers. [RFC 9654 §2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OcspNonce<'a>(&'a [u8]);

impl<'a> OcspNonce<'a> {
    /// How many octets it has at most.
    pub const LIMIT: usize = 128;

    /// The nonce of these octets; `None` when they are none or more than [`OcspNonce::LIMIT`].
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Option<Self> {
        if octets.is_empty() || octets.len() > Self::LIMIT { None } else { Some(Self(octets)) }
    }

    /// The octets.
    #[must_use]
    pub const fn octets(self) -> &'a [u8] {
        self.0
    }

    /// The extension's value.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        Writer::build(|writer| writer.octet_string(self.0))
    }
}

impl<'a> KnownExtension<'a> for OcspNonce<'a> {
    const OID: Oid<'static> = oid::OCSP_NONCE;
    const NAME: &'static str = "ocsp-nonce";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let string = Reader::whole(value, Tag::OCTET_STRING)?;
        let length = string.content.len();
        Self::new(string.content).ok_or_else(|| string.error(Problem::WrongLength { what: "nonce", length }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn it_has_1_to_128_octets() {
        let check = |length: usize, good: bool| {
            let octets = vec![0xa5; length];
            let value = Writer::build(|writer| writer.octet_string(&octets));
            let nonce = OcspNonce::new(&octets);
            assert_eq!(nonce.is_some(), good, "{length}");
            assert_eq!(OcspNonce::decode(&value).ok(), nonce, "{length}");
            assert!(nonce.is_none_or(|nonce| nonce.encode() == value && nonce.octets() == octets));
        };
        check(0, false);
        check(1, true);
        check(32, true);
        check(128, true);
        check(129, false);
        let problem = OcspNonce::decode(&[4, 0]).unwrap_err().problem();
        assert_eq!(problem, Problem::WrongLength { what: "nonce", length: 0 });
    }

    #[test]
    fn bare_octets_and_trailing_bytes_are_refused() {
        for bad in [&[][..], &[1, 2, 3, 4], &[0x24, 3, 4, 1, 1], &[4, 1, 1, 0], &[4, 2, 1]] {
            assert!(OcspNonce::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
