// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs in parts: each certificate says which of them is about it, and clients fetch that one alone.

use std::fmt;

use super::BaseUrl;
use crate::issuer::IssuerId;

/// One part of an issuer's CRL: it is about the certificates whose serial number leaves this remainder when it is
/// divided by so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shard {
    count: u16,
    index: u16,
}

impl Shard {
    /// The most parts.
    pub const MOST: u16 = 256;

    /// The part that is about the certificate with this serial number (its magnitude); `None` where there are no
    /// parts.
    #[must_use]
    pub fn of(serial: &[u8], count: u16) -> Option<Self> {
        let last = serial.iter().rev().take(2).rev();
        let last = last.fold(0_u16, |number, octet| number.wrapping_shl(8) | u16::from(*octet));
        Some(Self { count, index: last.checked_rem(count)? })
    }

    /// All of so many, in order.
    pub fn all(count: u16) -> impl Iterator<Item = Self> {
        (0..count).map(move |index| Self { count, index })
    }

    /// Which it is, from 0.
    #[must_use]
    pub const fn index(self) -> u16 {
        self.index
    }

    /// Its path, below the base: it says how many parts there are, so that it means the same when there are others.
    #[must_use]
    pub fn path(self, issuer: IssuerId) -> String {
        format!("crl/{}-{self}.crl", issuer.short())
    }
}

/// `4-2`: the third of four.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.count, self.index)
    }
}

/// Where certificates said that CRLs are, at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharding {
    /// The base of the URLs.
    pub base: BaseUrl,
    /// In how many parts they came; 0 when they were whole.
    pub count: u16,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_serial_number_says_which_part_it_is() {
        let check = |serial: &[u8], count, expect: Option<&str>| {
            assert_eq!(Shard::of(serial, count).map(|shard| shard.to_string()).as_deref(), expect);
        };
        check(&[9], 4, Some("4-1"));
        check(&[0x40, 0x01, 0x00], 256, Some("256-0"));
        check(&[0x40, 0x01, 0x03], 10, Some("10-9"));
        check(&[], 4, Some("4-0"));
        check(&[9], 0, None);
        for serial in 0..=255_u8 {
            let shard = Shard::of(&[0x40, serial], 7).unwrap();
            assert_eq!(Shard::all(7).filter(|one| *one == shard).count(), 1);
        }
        let id = IssuerId::from_octets([0xab; 32]);
        assert_eq!(Shard::of(&[6], 4).unwrap().path(id), "crl/abababababababab-4-2.crl");
    }
}
