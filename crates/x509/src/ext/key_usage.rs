// SPDX-License-Identifier: MIT OR Apache-2.0
//! keyUsage.

use std::fmt;

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer, named_bits};
use crate::error::Error;
use crate::oid::{self, Oid};

/// ```asn1
/// KeyUsage ::= BIT STRING {
///     digitalSignature (0), nonRepudiation (1), keyEncipherment (2), dataEncipherment (3),
///     keyAgreement (4), keyCertSign (5), cRLSign (6), encipherOnly (7), decipherOnly (8) }
/// ```
/// [RFC 5280 §4.2.1.3]. Bit 0 is the highest of the 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Signatures other than on certificates and CRLs: TLS handshakes.
    pub const DIGITAL_SIGNATURE: Self = Self(0x8000);
    /// Signatures that shall bind the signer (contentCommitment).
    pub const NON_REPUDIATION: Self = Self(0x4000);
    /// Encrypting keys: RSA key transport.
    pub const KEY_ENCIPHERMENT: Self = Self(0x2000);
    /// Encrypting data directly.
    pub const DATA_ENCIPHERMENT: Self = Self(0x1000);
    /// Diffie-Hellman.
    pub const KEY_AGREEMENT: Self = Self(0x0800);
    /// Signing certificates.
    pub const KEY_CERT_SIGN: Self = Self(0x0400);
    /// Signing CRLs.
    pub const CRL_SIGN: Self = Self(0x0200);
    /// With keyAgreement: only enciphering.
    pub const ENCIPHER_ONLY: Self = Self(0x0100);
    /// With keyAgreement: only deciphering.
    pub const DECIPHER_ONLY: Self = Self(0x0080);

    const NAMES: [(Self, &'static str); 9] = [
        (Self::DIGITAL_SIGNATURE, "digitalSignature"),
        (Self::NON_REPUDIATION, "nonRepudiation"),
        (Self::KEY_ENCIPHERMENT, "keyEncipherment"),
        (Self::DATA_ENCIPHERMENT, "dataEncipherment"),
        (Self::KEY_AGREEMENT, "keyAgreement"),
        (Self::KEY_CERT_SIGN, "keyCertSign"),
        (Self::CRL_SIGN, "cRLSign"),
        (Self::ENCIPHER_ONLY, "encipherOnly"),
        (Self::DECIPHER_ONLY, "decipherOnly"),
    ];

    /// Both sets of bits together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every bit of `other` is set here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether no bit is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The extension's value.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        Writer::build(|writer| writer.named_bits(self.0))
    }
}

impl KnownExtension<'_> for KeyUsage {
    const OID: Oid<'static> = oid::KEY_USAGE;
    const NAME: &'static str = "keyUsage";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        let element = reader.expect(Tag::BIT_STRING)?;
        reader.finish()?;
        named_bits(&element, Self::NAME).map(Self)
    }
}

/// The bits' names, separated by `, `.
impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (bit, name) in Self::NAMES {
            if self.has(bit) {
                write!(f, "{separator}{name}")?;
                separator = ", ";
            }
        }
        if self.is_empty() { f.write_str("none") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_bit_survives_the_round_trip() {
        for (bit, name) in KeyUsage::NAMES {
            assert_eq!(KeyUsage::decode(&bit.encode()), Ok(bit));
            assert_eq!(bit.to_string(), name);
        }
        let ca = KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN);
        assert_eq!(ca.encode(), [3, 2, 1, 0x06]);
        assert_eq!(KeyUsage::decode(&[3, 1, 0]), Ok(KeyUsage::default()));
        assert_eq!(KeyUsage::default().encode(), [3, 1, 0]);
    }

    #[test]
    fn trailing_zero_bits_and_surplus_octets_are_refused() {
        for bad in [
            &[3, 2, 0, 0x80][..],
            &[3, 2, 6, 0x80],
            &[3, 3, 0, 0x80, 0x00],
            &[3, 4, 0, 1, 1, 1],
            &[3, 2, 7, 0x80, 0],
            &[4, 1, 0],
        ] {
            assert!(KeyUsage::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
