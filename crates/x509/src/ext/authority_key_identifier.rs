// SPDX-License-Identifier: MIT OR Apache-2.0
//! authorityKeyIdentifier.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer, integer_content};
use crate::error::Error;
use crate::general_name::GeneralNames;
use crate::oid::{self, Oid};
use crate::serial::Serial;

/// ```asn1
/// AuthorityKeyIdentifier ::= SEQUENCE {
///     keyIdentifier              [0] KeyIdentifier OPTIONAL,
///     authorityCertIssuer        [1] GeneralNames OPTIONAL,
///     authorityCertSerialNumber  [2] CertificateSerialNumber OPTIONAL }
/// ```
/// [RFC 5280 §4.2.1.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityKeyIdentifier<'a> {
    /// The issuer's subjectKeyIdentifier.
    pub key_identifier: Option<&'a [u8]>,
    /// The names of the issuer's issuer.
    pub authority_cert_issuer: Option<GeneralNames<'a>>,
    /// The serial number of the issuer's certificate.
    pub authority_cert_serial: Option<Serial<'a>>,
}

impl<'a> KnownExtension<'a> for AuthorityKeyIdentifier<'a> {
    const OID: Oid<'static> = oid::AUTHORITY_KEY_IDENTIFIER;
    const NAME: &'static str = "authorityKeyIdentifier";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let mut inner = Reader::whole(value, Tag::SEQUENCE)?.reader();
        let key_identifier = inner.optional(Tag::context(0))?.map(|element| element.content);
        let issuer = inner.optional(Tag::context_constructed(1))?;
        let serial = inner.optional(Tag::context(2))?;
        inner.finish()?;
        if let Some(element) = serial {
            integer_content(element.content).map_err(|problem| element.error(problem))?;
        }
        Ok(Self {
            key_identifier,
            authority_cert_issuer: issuer
                .map(|element| GeneralNames::read_content(element.reader()))
                .transpose()?,
            authority_cert_serial: serial.map(|element| Serial::from_content(element.content)),
        })
    }
}

impl AuthorityKeyIdentifier<'_> {
    /// The extension's value with a key identifier alone, as RFC 5280 asks of CAs.
    #[must_use]
    pub fn encode(key_identifier: &[u8]) -> Vec<u8> {
        Writer::build(|writer| writer.sequence(|sequence| sequence.element(Tag::context(0), key_identifier)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let value = AuthorityKeyIdentifier::encode(&[1, 2, 3]);
        let identifier = AuthorityKeyIdentifier::decode(&value).unwrap();
        assert_eq!(identifier.key_identifier, Some(&[1, 2, 3][..]));
        assert_eq!(identifier.authority_cert_issuer, None);
        assert!(AuthorityKeyIdentifier::decode(&[0x30, 2, 0x83, 0]).is_err());
        assert!(AuthorityKeyIdentifier::decode(&[0x30, 2, 0x82, 0]).is_err());
        assert!(AuthorityKeyIdentifier::decode(&[0x30, 0]).unwrap().key_identifier.is_none());
    }
}
