// SPDX-License-Identifier: MIT OR Apache-2.0
//! cRLNumber and deltaCRLIndicator.

use std::cmp::Ordering;
use std::fmt;

use super::KnownExtension;
use crate::der::{Reader, Writer};
use crate::error::Error;
use crate::hex::Hex;
use crate::oid::{self, Oid};

/// ```asn1
/// CRLNumber ::= INTEGER (0..MAX)
/// ```
/// Numbers the CRLs of one issuer and scope, ever upwards. [RFC 5280 §5.2.3]
///
/// Kept as its magnitude, without a leading zero octet; ordered as the number that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CrlNumber<'a>(&'a [u8]);

/// ```asn1
/// BaseCRLNumber ::= CRLNumber
/// ```
/// Marks a delta CRL, and says which CRL it builds on. [RFC 5280 §5.2.4]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeltaCrlIndicator<'a>(pub CrlNumber<'a>);

impl<'a> CrlNumber<'a> {
    /// The magnitude, most significant octet first; zero is one zero octet.
    #[must_use]
    pub const fn magnitude(self) -> &'a [u8] {
        self.0
    }

    /// The value of either extension with this magnitude.
    #[must_use]
    pub fn encode(magnitude: &[u8]) -> Vec<u8> {
        Writer::build(|writer| writer.unsigned(magnitude))
    }
}

impl<'a> KnownExtension<'a> for CrlNumber<'a> {
    const OID: Oid<'static> = oid::CRL_NUMBER;
    const NAME: &'static str = "cRLNumber";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        let magnitude = reader.unsigned_integer()?;
        reader.finish()?;
        Ok(Self(magnitude))
    }
}

impl<'a> KnownExtension<'a> for DeltaCrlIndicator<'a> {
    const OID: Oid<'static> = oid::DELTA_CRL_INDICATOR;
    const NAME: &'static str = "deltaCRLIndicator";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        CrlNumber::decode(value).map(Self)
    }
}

impl Ord for CrlNumber<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for CrlNumber<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// In decimal where it fits 64 bits, else in hexadecimal.
impl fmt::Display for CrlNumber<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() <= 8 {
            let number = self.0.iter().fold(0_u64, |sum, octet| (sum << 8) | u64::from(*octet));
            return write!(f, "{number}");
        }
        write!(f, "0x{}", Hex(self.0))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn numbers_are_ordered_and_shown_as_numbers() {
        let values =
            [&[][..], &[1], &[0x7f], &[0x80], &[0xff], &[1, 0], &[0xff; 8], &[1; 9], &[2; 9], &[1; 20]]
                .map(CrlNumber::encode);
        let numbers: Vec<_> = values.iter().map(|value| CrlNumber::decode(value).unwrap()).collect();
        assert!(numbers.is_sorted());
        let shown: Vec<_> = numbers.iter().take(7).map(ToString::to_string).collect();
        assert_eq!(shown, ["0", "1", "127", "128", "255", "256", "18446744073709551615"]);
        assert_eq!(numbers.get(7).unwrap().to_string(), "0x010101010101010101");
    }

    #[test]
    fn negative_and_padded_numbers_are_refused() {
        for bad in [&[2, 1, 0x80][..], &[2, 2, 0, 1], &[2, 0], &[10, 1, 1], &[2, 1, 1, 0]] {
            assert!(CrlNumber::decode(bad).is_err() && DeltaCrlIndicator::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
