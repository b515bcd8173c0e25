// SPDX-License-Identifier: MIT OR Apache-2.0
//! authorityInfoAccess.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::Error;
use crate::general_name::{GeneralName, GeneralNames};
use crate::oid::{self, Oid};

/// ```asn1
/// AuthorityInfoAccessSyntax ::= SEQUENCE SIZE (1..MAX) OF AccessDescription
/// AccessDescription ::= SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }
/// ```
/// [RFC 5280 §4.2.2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityInfoAccess<'a> {
    content: &'a [u8],
}

/// Where something about the issuer is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessDescription<'a> {
    /// What is found: [`oid::OCSP`] or [`oid::CA_ISSUERS`], or another.
    pub method: Oid<'a>,
    /// Where.
    pub location: GeneralName<'a>,
}

impl<'a> AccessDescription<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let method = inner.oid()?;
        let location = GeneralName::read(&mut inner)?;
        inner.finish()?;
        Ok(Self { method, location })
    }

    fn check(reader: &mut Reader<'a>) -> Result<(), Error> {
        let mut inner = reader.sequence()?;
        inner.oid()?;
        let _location = GeneralName::check(&mut inner)?;
        inner.finish()
    }
}

impl<'a> KnownExtension<'a> for AuthorityInfoAccess<'a> {
    const OID: Oid<'static> = oid::AUTHORITY_INFO_ACCESS;
    const NAME: &'static str = "authorityInfoAccess";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let list = Reader::whole(value, Tag::SEQUENCE)?.reader();
        Ok(Self { content: list.members(GeneralNames::LIMIT, AccessDescription::check)? })
    }
}

impl<'a> AuthorityInfoAccess<'a> {
    /// The descriptions, in order.
    pub fn iter(&self) -> impl Iterator<Item = AccessDescription<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || AccessDescription::read(&mut reader).ok())
    }

    /// The extension's value for these descriptions.
    #[must_use]
    pub fn encode(descriptions: &[AccessDescription<'_>]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.element(
                Tag::SEQUENCE,
                &Writer::build(|list| {
                    for description in descriptions {
                        list.sequence(|sequence| {
                            sequence.oid(description.method);
                            description.location.write(sequence);
                        });
                    }
                }),
            );
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let descriptions = [
            AccessDescription { method: oid::OCSP, location: GeneralName::Uri("http://a.test/ocsp") },
            AccessDescription { method: oid::CA_ISSUERS, location: GeneralName::Uri("http://a.test/ca") },
        ];
        let value = AuthorityInfoAccess::encode(&descriptions);
        assert_eq!(AuthorityInfoAccess::decode(&value).unwrap().iter().collect::<Vec<_>>(), descriptions);
        assert!(AuthorityInfoAccess::decode(&[0x30, 0]).is_err());
    }
}
