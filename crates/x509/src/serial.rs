// SPDX-License-Identifier: MIT OR Apache-2.0
//! Serial numbers.

use crate::hex::{self, Hex};
use std::fmt;

/// A certificate's serial number, as the two's-complement octets of its INTEGER (RFC 5280 §4.1.2.2).
///
/// Any minimal INTEGER is read; that it must be positive and at most 20 octets is for `verify` to say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial<'a>(&'a [u8]);

impl<'a> Serial<'a> {
    /// The serial number with these INTEGER content octets.
    #[must_use]
    pub const fn from_content(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The INTEGER's content octets, a leading zero included.
    #[must_use]
    pub const fn content(self) -> &'a [u8] {
        self.0
    }

    /// The magnitude without a leading zero octet (zero itself is one zero octet).
    #[must_use]
    pub const fn magnitude(self) -> &'a [u8] {
        match self.0 {
            [0x00, rest @ ..] if !rest.is_empty() => rest,
            octets => octets,
        }
    }

    /// Whether it is negative.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.first().is_some_and(|first| first & 0x80 != 0)
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        matches!(self.0, [0x00])
    }
}

impl Serial<'_> {
    /// The magnitude of a serial number as people write it: hexadecimal, in any case, perhaps with colons or `0x` in
    /// front. `None` when it is none, or has more than 20 octets (RFC 5280 §4.1.2.2).
    #[must_use]
    pub fn magnitude_of(text: &str) -> Option<Vec<u8>> {
        let plain = text.strip_prefix("0x").unwrap_or(text);
        let digits: String = plain.chars().filter(|c| *c != ':').collect();
        if digits.is_empty() || digits.len() > 40 {
            return None;
        }
        let padded = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits };
        Some(hex::decode(&padded)?.into_iter().skip_while(|octet| *octet == 0).collect())
    }
}

/// Lower-case hexadecimal of the magnitude, without separators: `4f00a1…`.
impl fmt::Display for Serial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(self.magnitude()).fmt(f)
    }
}

impl fmt::Debug for Serial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_read_as_people_and_tools_write_it() {
        let check = |text: &str, expect: Option<&[u8]>| {
            assert_eq!(Serial::magnitude_of(text).as_deref(), expect, "{text}")
        };
        check("4F00a1", Some(&[0x4f, 0x00, 0xa1]));
        check("4f:00:A1", Some(&[0x4f, 0x00, 0xa1]));
        check("0x4f00a1", Some(&[0x4f, 0x00, 0xa1]));
        check("004f00a1", Some(&[0x4f, 0x00, 0xa1]));
        check("f00", Some(&[0x0f, 0x00]));
        check("", None);
        check("leaf.pem", None);
        check(&"1".repeat(41), None);
    }
}
