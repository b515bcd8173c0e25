// SPDX-License-Identifier: MIT OR Apache-2.0
//! subjectKeyIdentifier.

use super::KnownExtension;
use crate::der::{Reader, Writer};
use crate::error::Error;
use crate::oid::{self, Oid};

/// ```asn1
/// SubjectKeyIdentifier ::= KeyIdentifier
/// KeyIdentifier ::= OCTET STRING
/// ```
/// [RFC 5280 §4.2.1.2]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectKeyIdentifier<'a>(pub &'a [u8]);

impl<'a> KnownExtension<'a> for SubjectKeyIdentifier<'a> {
    const OID: Oid<'static> = oid::SUBJECT_KEY_IDENTIFIER;
    const NAME: &'static str = "subjectKeyIdentifier";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        let identifier = reader.octet_string()?;
        reader.finish()?;
        Ok(Self(identifier))
    }
}

impl SubjectKeyIdentifier<'_> {
    /// The extension's value.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::build(|writer| writer.octet_string(self.0))
    }
}
