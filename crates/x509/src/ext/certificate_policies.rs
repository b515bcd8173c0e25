// SPDX-License-Identifier: MIT OR Apache-2.0
//! certificatePolicies.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Problem, Within};
use crate::oid::{self, Oid};

/// ```asn1
/// certificatePolicies ::= SEQUENCE SIZE (1..MAX) OF PolicyInformation
/// PolicyInformation ::= SEQUENCE {
///     policyIdentifier  OBJECT IDENTIFIER,
///     policyQualifiers  SEQUENCE SIZE (1..MAX) OF PolicyQualifierInfo OPTIONAL }
/// PolicyQualifierInfo ::= SEQUENCE { policyQualifierId OBJECT IDENTIFIER, qualifier ANY }
/// ```
/// [RFC 5280 §4.2.1.4]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificatePolicies<'a> {
    content: &'a [u8],
}

/// One policy and its qualifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyInformation<'a> {
    /// The policy.
    pub policy: Oid<'a>,
    /// The content of the SEQUENCE OF PolicyQualifierInfo; empty when absent.
    pub qualifiers: &'a [u8],
}

impl<'a> PolicyInformation<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let policy = inner.oid()?;
        let qualifiers = inner.optional(Tag::SEQUENCE)?;
        inner.finish()?;
        let Some(list) = qualifiers else { return Ok(Self { policy, qualifiers: &[] }) };
        let mut members = list.reader();
        if members.is_empty() {
            return Err(members.error(Problem::EmptyList)).within("policyQualifiers");
        }
        while !members.is_empty() {
            let mut qualifier = members.sequence()?;
            qualifier.oid()?;
            qualifier.element()?;
            qualifier.finish()?;
        }
        Ok(Self { policy, qualifiers: list.content })
    }
}

impl<'a> PolicyInformation<'a> {
    /// Reads one that was checked before.
    #[inline]
    fn again(reader: &mut Reader<'a>) -> Option<Self> {
        let mut inner = reader.sequence().ok()?;
        let policy = Oid::again(inner.element().ok()?.content);
        Some(Self { policy, qualifiers: inner.element().map(|list| list.content).unwrap_or_default() })
    }
}

impl<'a> CertificatePolicies<'a> {
    /// How many policies are read at most.
    pub const LIMIT: usize = 256;

    /// The policies, in order.
    pub fn iter(&self) -> impl Iterator<Item = PolicyInformation<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || PolicyInformation::again(&mut reader))
    }

    /// The extension's value for these policies, without qualifiers.
    #[must_use]
    pub fn encode(policies: &[Oid<'_>]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|list| policies.iter().for_each(|policy| list.sequence(|one| one.oid(*policy))));
        })
    }
}

impl<'a> KnownExtension<'a> for CertificatePolicies<'a> {
    const OID: Oid<'static> = oid::CERTIFICATE_POLICIES;
    const NAME: &'static str = "certificatePolicies";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let list = Reader::whole(value, Tag::SEQUENCE)?.reader();
        Ok(Self { content: list.members(Self::LIMIT, PolicyInformation::read)? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let value = CertificatePolicies::encode(&[oid::ANY_POLICY]);
        let policies: Vec<_> = CertificatePolicies::decode(&value).unwrap().iter().collect();
        assert_eq!(policies, [PolicyInformation { policy: oid::ANY_POLICY, qualifiers: &[] }]);
        assert!(CertificatePolicies::decode(&[0x30, 0]).is_err());
        assert!(CertificatePolicies::decode(&[0x30, 6, 0x30, 4, 6, 0, 0x30, 0]).is_err());
    }
}
