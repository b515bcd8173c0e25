// SPDX-License-Identifier: MIT OR Apache-2.0
//! issuingDistributionPoint.

use super::distribution_point::write_full_name;
use super::{DistributionPointName, KnownExtension, ReasonFlags};
use crate::der::{Reader, Tag, Writer};
use crate::error::Error;
use crate::general_name::GeneralName;
use crate::oid::{self, Oid};

/// ```asn1
/// IssuingDistributionPoint ::= SEQUENCE {
///     distributionPoint           [0] DistributionPointName OPTIONAL,
///     onlyContainsUserCerts       [1] BOOLEAN DEFAULT FALSE,
///     onlyContainsCACerts         [2] BOOLEAN DEFAULT FALSE,
///     onlySomeReasons             [3] ReasonFlags OPTIONAL,
///     indirectCRL                 [4] BOOLEAN DEFAULT FALSE,
///     onlyContainsAttributeCerts  [5] BOOLEAN DEFAULT FALSE }
/// ```
/// What a CRL covers, where that is not everything its issuer has issued. [RFC 5280 §5.2.5]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IssuingDistributionPoint<'a> {
    /// Where the CRL is found.
    pub name: Option<DistributionPointName<'a>>,
    /// It covers no CA's certificates.
    pub only_user_certificates: bool,
    /// It covers only CAs' certificates.
    pub only_ca_certificates: bool,
    /// It covers these reasons alone.
    pub only_some_reasons: Option<ReasonFlags>,
    /// It covers certificates of other issuers.
    pub indirect: bool,
    /// It covers only attribute certificates.
    pub only_attribute_certificates: bool,
}

impl<'a> KnownExtension<'a> for IssuingDistributionPoint<'a> {
    const OID: Oid<'static> = oid::ISSUING_DISTRIBUTION_POINT;
    const NAME: &'static str = "issuingDistributionPoint";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let mut inner = Reader::whole(value, Tag::SEQUENCE)?.reader();
        let name = inner.optional(Tag::context_constructed(0))?;
        let only_user_certificates = inner.tagged_boolean_default_false(1)?;
        let only_ca_certificates = inner.tagged_boolean_default_false(2)?;
        let reasons = inner.optional(Tag::context(3))?;
        let indirect = inner.tagged_boolean_default_false(4)?;
        let only_attribute_certificates = inner.tagged_boolean_default_false(5)?;
        inner.finish()?;
        Ok(Self {
            name: name.as_ref().map(DistributionPointName::from_explicit).transpose()?,
            only_user_certificates,
            only_ca_certificates,
            only_some_reasons: reasons.as_ref().map(ReasonFlags::from_element).transpose()?,
            indirect,
            only_attribute_certificates,
        })
    }
}

impl IssuingDistributionPoint<'_> {
    /// How many kinds of certificates it says that it covers alone; more than one is none.
    #[must_use]
    pub fn kinds(&self) -> usize {
        [self.only_user_certificates, self.only_ca_certificates, self.only_attribute_certificates]
            .into_iter()
            .filter(|only| *only)
            .count()
    }

    /// The extension's value, with these full names for the point unless there are none; the name in
    /// `self` is not looked at.
    #[must_use]
    pub fn encode(&self, full_name: &[GeneralName<'_>]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|point| {
                if !full_name.is_empty() {
                    write_full_name(point, full_name);
                }
                write_flag(point, 1, self.only_user_certificates);
                write_flag(point, 2, self.only_ca_certificates);
                if let Some(reasons) = self.only_some_reasons {
                    reasons.write(point, Tag::context(3));
                }
                write_flag(point, 4, self.indirect);
                write_flag(point, 5, self.only_attribute_certificates);
            });
        })
    }
}

/// Writes a BOOLEAN DEFAULT FALSE under a tag of its own.
fn write_flag(writer: &mut Writer, number: u8, holds: bool) {
    if holds {
        writer.element(Tag::context(number), &[0xff]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let none = IssuingDistributionPoint::default();
        for point in [
            none,
            IssuingDistributionPoint { only_user_certificates: true, ..none },
            IssuingDistributionPoint { only_ca_certificates: true, ..none },
            IssuingDistributionPoint { only_attribute_certificates: true, indirect: true, ..none },
            IssuingDistributionPoint {
                only_some_reasons: Some(ReasonFlags::SUPERSEDED),
                indirect: true,
                ..none
            },
        ] {
            assert_eq!(IssuingDistributionPoint::decode(&point.encode(&[])), Ok(point));
            let value = point.encode(&[GeneralName::Uri("http://a.test/crl")]);
            let read = IssuingDistributionPoint::decode(&value).unwrap();
            assert!(matches!(read.name, Some(DistributionPointName::FullName(_))));
            assert_eq!(IssuingDistributionPoint { name: None, ..read }, point);
        }
    }

    #[test]
    fn an_encoded_false_and_another_order_are_refused() {
        for bad in [
            &[0x30, 3, 0x81, 1, 0][..],
            &[0x30, 3, 0x81, 1, 1],
            &[0x30, 6, 0x82, 1, 0xff, 0x81, 1, 0xff],
            &[0x30, 2, 0xa0, 0],
            &[0x30, 3, 0x86, 1, 0xff],
            &[0x31, 0],
        ] {
            assert!(IssuingDistributionPoint::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
