// SPDX-License-Identifier: MIT OR Apache-2.0
//! extKeyUsage.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::Error;
use crate::oid::{self, Oid};

/// ```asn1
/// ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF OBJECT IDENTIFIER
/// ```
/// [RFC 5280 §4.2.1.12]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtendedKeyUsage<'a> {
    content: &'a [u8],
}

impl<'a> KnownExtension<'a> for ExtendedKeyUsage<'a> {
    const OID: Oid<'static> = oid::EXTENDED_KEY_USAGE;
    const NAME: &'static str = "extKeyUsage";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let list = Reader::whole(value, Tag::SEQUENCE)?.reader();
        Ok(Self { content: list.members(Self::LIMIT, Reader::oid)? })
    }
}

impl<'a> ExtendedKeyUsage<'a> {
    /// How many purposes are read at most.
    pub const LIMIT: usize = 256;

    /// The purposes as they are written, one after the other.
    #[must_use]
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }

    /// The purposes, in order.
    pub fn iter(&self) -> impl Iterator<Item = Oid<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || reader.oid().ok())
    }

    /// Whether this purpose is listed.
    #[must_use]
    pub fn has(&self, purpose: Oid<'_>) -> bool {
        self.iter().any(|listed| listed == purpose)
    }

    /// The extension's value for these purposes.
    #[must_use]
    pub fn encode(purposes: &[Oid<'_>]) -> Vec<u8> {
        Writer::build(|writer| writer.sequence(|list| purposes.iter().for_each(|purpose| list.oid(*purpose))))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let value = ExtendedKeyUsage::encode(&[oid::SERVER_AUTH, oid::CLIENT_AUTH]);
        let usage = ExtendedKeyUsage::decode(&value).unwrap();
        assert_eq!(usage.iter().collect::<Vec<_>>(), [oid::SERVER_AUTH, oid::CLIENT_AUTH]);
        assert!(usage.has(oid::CLIENT_AUTH) && !usage.has(oid::CODE_SIGNING));
        assert!(ExtendedKeyUsage::decode(&[0x30, 0]).is_err());
        assert!(ExtendedKeyUsage::decode(&[0x30, 2, 5, 0]).is_err());
    }
}
