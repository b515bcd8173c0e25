// SPDX-License-Identifier: MIT OR Apache-2.0
//! Serial numbers as we draw them.

use std::fmt;

use crate::random::{RandomError, RandomSource};
use x509::hex::Hex;

/// 16 octets whose top bits are 01, and 126 random bits: positive, always of the same length, and beyond
/// guessing [RFC 5280 §4.1.2.2].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber([u8; 16]);

impl SerialNumber {
    /// A new serial number.
    ///
    /// # Errors
    /// The random source failed.
    pub fn draw(random: &dyn RandomSource) -> Result<Self, RandomError> {
        let mut octets = [0; 16];
        random.fill(&mut octets)?;
        let [first, ..] = &mut octets;
        *first = (*first & 0x3f) | 0x40;
        Ok(Self(octets))
    }

    /// The octets, most significant first.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Lower-case hexadecimal, 32 digits.
impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    struct All(u8);

    impl RandomSource for All {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
            buffer.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn a_serial_number_is_positive_and_of_one_length_whatever_is_drawn() {
        let drawn = |octet| SerialNumber::draw(&All(octet)).unwrap().to_string();
        assert_eq!(drawn(0x00), "40000000000000000000000000000000");
        assert_eq!(drawn(0xff), "7fffffffffffffffffffffffffffffff");
    }

    #[test]
    fn without_randomness_there_is_no_serial_number() {
        struct Dry;
        impl RandomSource for Dry {
            fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
                Err(RandomError)
            }
        }
        assert_eq!(SerialNumber::draw(&Dry), Err(RandomError));
    }
}
