// SPDX-License-Identifier: MIT OR Apache-2.0
//! invalidityDate.

use super::KnownExtension;
use crate::der::Reader;
use crate::error::Error;
use crate::oid::{self, Oid};
use crate::time::Time;

/// ```asn1
/// InvalidityDate ::= GeneralizedTime
/// ```
/// Since when the key is, or may be, compromised or the certificate otherwise invalid.
/// [RFC 5280 §5.3.2]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidityDate(pub Time);

impl KnownExtension<'_> for InvalidityDate {
    const OID: Oid<'static> = oid::INVALIDITY_DATE;
    const NAME: &'static str = "invalidityDate";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        let date = reader.generalized_time()?;
        reader.finish()?;
        Ok(Self(date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_generalized_time() {
        let date = InvalidityDate::decode(b"\x18\x0f20261122100000Z").map(|date| date.0.to_string());
        assert_eq!(date.as_deref(), Ok("2026-11-22T10:00:00Z"));
        assert!(InvalidityDate::decode(b"\x17\x0d261122100000Z").is_err());
        assert!(InvalidityDate::decode(b"\x18\x0f20261122100000Z\x05\x00").is_err());
    }
}
