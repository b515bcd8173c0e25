// SPDX-License-Identifier: MIT OR Apache-2.0
//! id-pkix-ocsp-nocheck.

use super::KnownExtension;
use crate::der::{Reader, Writer};
use crate::error::Error;
use crate::oid::{self, Oid};

/// The value is NULL. In the certificate of a responder: it may be trusted as long as it is valid, and
/// nobody need ask whether it is revoked. [RFC 6960 §4.2.2.2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OcspNoCheck;

impl OcspNoCheck {
    /// The extension's value.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        Writer::build(Writer::null)
    }
}

impl KnownExtension<'_> for OcspNoCheck {
    const OID: Oid<'static> = oid::OCSP_NO_CHECK;
    const NAME: &'static str = "ocsp-nocheck";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        reader.null()?;
        reader.finish()?;
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_value_is_null() {
        assert_eq!(OcspNoCheck::decode(&OcspNoCheck.encode()), Ok(OcspNoCheck));
        for bad in [&[][..], &[5], &[5, 1, 0], &[5, 0, 5, 0], &[0x30, 0], &[1, 1, 0xff]] {
            assert!(OcspNoCheck::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
