// SPDX-License-Identifier: MIT OR Apache-2.0
//! inhibitAnyPolicy.

use super::KnownExtension;
use crate::der::{Reader, Writer};
use crate::error::Error;
use crate::oid::{self, Oid};

/// After how many certificates that are not self-issued anyPolicy stands for nothing any more.
///
/// ```asn1
/// InhibitAnyPolicy ::= SkipCerts
/// SkipCerts ::= INTEGER (0..MAX)
/// ```
/// [RFC 5280 §4.2.1.14]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InhibitAnyPolicy(pub u32);

impl InhibitAnyPolicy {
    /// The extension's value.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        Writer::build(|writer| writer.integer(self.0))
    }
}

impl KnownExtension<'_> for InhibitAnyPolicy {
    const OID: Oid<'static> = oid::INHIBIT_ANY_POLICY;
    const NAME: &'static str = "inhibitAnyPolicy";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        let skip = reader.small_integer()?;
        reader.finish()?;
        Ok(Self(skip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for skip in [0, 1, 128, u32::MAX] {
            assert_eq!(
                InhibitAnyPolicy::decode(&InhibitAnyPolicy(skip).encode()),
                Ok(InhibitAnyPolicy(skip))
            );
        }
        for bad in [&[][..], &[2, 1, 0xff], &[2, 1, 0, 0], &[0x30, 3, 2, 1, 0]] {
            assert!(InhibitAnyPolicy::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
