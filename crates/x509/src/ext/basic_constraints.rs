// SPDX-License-Identifier: MIT OR Apache-2.0
//! basicConstraints.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::Error;
use crate::oid::{self, Oid};

/// ```asn1
/// BasicConstraints ::= SEQUENCE {
///     cA                 BOOLEAN DEFAULT FALSE,
///     pathLenConstraint  INTEGER (0..MAX) OPTIONAL }
/// ```
/// [RFC 5280 §4.2.1.9]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BasicConstraints {
    /// Whether the subject is a CA.
    pub ca: bool,
    /// How many CA certificates that are not self-issued may follow this one in a path.
    pub path_length: Option<u32>,
}

impl KnownExtension<'_> for BasicConstraints {
    const OID: Oid<'static> = oid::BASIC_CONSTRAINTS;
    const NAME: &'static str = "basicConstraints";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut inner = Reader::whole(value, Tag::SEQUENCE)?.reader();
        let ca = inner.boolean_default_false()?;
        let path_length = if inner.is_empty() { None } else { Some(inner.small_integer()?) };
        inner.finish()?;
        Ok(Self { ca, path_length })
    }
}

impl BasicConstraints {
    /// The extension's value.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|sequence| {
                if self.ca {
                    sequence.boolean(true);
                }
                if let Some(length) = self.path_length {
                    sequence.integer(length);
                }
            });
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for ca in [false, true] {
            for path_length in [None, Some(0), Some(1), Some(300)] {
                let value = BasicConstraints { ca, path_length };
                assert_eq!(BasicConstraints::decode(&value.encode()), Ok(value));
            }
        }
    }

    #[test]
    fn an_encoded_false_a_negative_length_and_trailing_bytes_are_refused() {
        for bad in [
            &[0x30, 3, 1, 1, 0][..],
            &[0x30, 6, 1, 1, 0xff, 2, 1, 0xff],
            &[0x30, 0, 0],
            &[0x30, 5, 1, 1, 0xff, 5, 0],
            &[],
        ] {
            assert!(BasicConstraints::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
