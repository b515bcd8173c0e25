// SPDX-License-Identifier: MIT OR Apache-2.0
//! policyMappings.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Within};
use crate::oid::{self, Oid};

/// ```asn1
/// PolicyMappings ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE {
///     issuerDomainPolicy   CertPolicyId,
///     subjectDomainPolicy  CertPolicyId }
/// CertPolicyId ::= OBJECT IDENTIFIER
/// ```
/// [RFC 5280 §4.2.1.5]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyMappings<'a> {
    content: &'a [u8],
}

/// A policy of the issuer, and one of the subject that the issuer holds to be its equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyMapping<'a> {
    /// The issuer's.
    pub issuer: Oid<'a>,
    /// The subject's.
    pub subject: Oid<'a>,
}

impl<'a> PolicyMapping<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let issuer = inner.oid().within("issuerDomainPolicy")?;
        let subject = inner.oid().within("subjectDomainPolicy")?;
        inner.finish()?;
        Ok(Self { issuer, subject })
    }
}

impl<'a> PolicyMappings<'a> {
    /// How many mappings are read at most.
    pub const LIMIT: usize = 256;

    /// The mappings, in order.
    pub fn iter(&self) -> impl Iterator<Item = PolicyMapping<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || PolicyMapping::read(&mut reader).ok())
    }

    /// The extension's value for these mappings.
    #[must_use]
    pub fn encode(mappings: &[PolicyMapping<'_>]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|list| {
                for mapping in mappings {
                    list.sequence(|pair| {
                        pair.oid(mapping.issuer);
                        pair.oid(mapping.subject);
                    });
                }
            });
        })
    }
}

impl<'a> KnownExtension<'a> for PolicyMappings<'a> {
    const OID: Oid<'static> = oid::POLICY_MAPPINGS;
    const NAME: &'static str = "policyMappings";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let list = Reader::whole(value, Tag::SEQUENCE)?.reader();
        Ok(Self { content: list.members(Self::LIMIT, PolicyMapping::read)? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mappings = [
            PolicyMapping { issuer: oid::OCSP, subject: oid::CA_ISSUERS },
            PolicyMapping { issuer: oid::OCSP, subject: oid::ANY_POLICY },
        ];
        let value = PolicyMappings::encode(&mappings);
        assert_eq!(PolicyMappings::decode(&value).unwrap().iter().collect::<Vec<_>>(), mappings);
    }

    #[test]
    fn a_mapping_has_two_policies_and_a_list_a_mapping() {
        for bad in [
            &[0x30, 0][..],
            &[0x30, 2, 0x30, 0],
            &[0x30, 5, 0x30, 3, 6, 1, 0x2a],
            &[0x30, 11, 0x30, 9, 6, 1, 0x2a, 6, 1, 0x2a, 6, 1, 0x2a],
        ] {
            assert!(PolicyMappings::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
