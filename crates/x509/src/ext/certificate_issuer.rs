// SPDX-License-Identifier: MIT OR Apache-2.0
//! certificateIssuer.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::Error;
use crate::general_name::{GeneralName, GeneralNames};
use crate::name::Name;
use crate::oid::{self, Oid};

/// ```asn1
/// CertificateIssuer ::= GeneralNames
/// ```
/// Who issued the certificate of this entry of an indirect CRL, and those of the entries after it.
/// [RFC 5280 §5.3.3]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateIssuer<'a>(pub GeneralNames<'a>);

impl<'a> KnownExtension<'a> for CertificateIssuer<'a> {
    const OID: Oid<'static> = oid::CERTIFICATE_ISSUER;
    const NAME: &'static str = "certificateIssuer";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        GeneralNames::read_content(Reader::whole(value, Tag::SEQUENCE)?.reader()).map(Self)
    }
}

impl CertificateIssuer<'_> {
    /// Whether one of the names is the distinguished name `issuer` (RFC 5280 §7.1).
    #[must_use]
    pub fn is(&self, issuer: &Name<'_>) -> bool {
        self.0.iter().any(|name| matches!(name, GeneralName::Directory(name) if name.matches(issuer)))
    }

    /// The extension's value.
    #[must_use]
    pub fn encode(issuer: &Name<'_>) -> Vec<u8> {
        Writer::build(|writer| writer.sequence(|names| GeneralName::Directory(*issuer).write(names)))
    }
}
