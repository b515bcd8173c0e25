// SPDX-License-Identifier: MIT OR Apache-2.0
//! Serial numbers.

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

/// Lower-case hexadecimal of the magnitude, without separators: `4f00a1…`.
impl fmt::Display for Serial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.magnitude().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Serial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}
