// SPDX-License-Identifier: MIT OR Apache-2.0
//! cRLDistributionPoints.

use super::KnownExtension;
use crate::der::{BitString, Element, Reader, Tag, Writer};
use crate::error::{Error, Problem};
use crate::general_name::{GeneralName, GeneralNames};
use crate::oid::{self, Oid};

/// ```asn1
/// CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint
/// ```
/// [RFC 5280 §4.2.1.13]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrlDistributionPoints<'a> {
    content: &'a [u8],
}

/// ```asn1
/// DistributionPoint ::= SEQUENCE {
///     distributionPoint  [0] DistributionPointName OPTIONAL,
///     reasons            [1] ReasonFlags OPTIONAL,
///     cRLIssuer          [2] GeneralNames OPTIONAL }
/// ```
/// [RFC 5280 §4.2.1.13]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DistributionPoint<'a> {
    /// Where the CRL is found.
    pub name: Option<DistributionPointName<'a>>,
    /// The reasons the CRL covers; all when absent.
    pub reasons: Option<BitString<'a>>,
    /// Who signs the CRL, when that is not the certificate's issuer.
    pub crl_issuer: Option<GeneralNames<'a>>,
}

/// ```asn1
/// DistributionPointName ::= CHOICE {
///     fullName                 [0] GeneralNames,
///     nameRelativeToCRLIssuer  [1] RelativeDistinguishedName }
/// ```
/// [RFC 5280 §4.2.1.13]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistributionPointName<'a> {
    /// Names of the point, URIs mostly.
    FullName(GeneralNames<'a>),
    /// The content of an RDN that follows the CRL issuer's name, unread.
    RelativeToIssuer(&'a [u8]),
}

impl<'a> DistributionPoint<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let name = inner.optional(Tag::context_constructed(0))?;
        let reasons = inner.optional(Tag::context(1))?;
        let crl_issuer = inner.optional(Tag::context_constructed(2))?;
        inner.finish()?;
        Ok(Self {
            name: name.as_ref().map(read_name).transpose()?,
            reasons: reasons
                .map(|element| BitString::from_content(element.content, element.offset))
                .transpose()?,
            crl_issuer: crl_issuer.map(|element| GeneralNames::read_content(element.reader())).transpose()?,
        })
    }
}

fn read_name<'a>(explicit: &Element<'a>) -> Result<DistributionPointName<'a>, Error> {
    const FULL_NAME: Tag = Tag::context_constructed(0);
    const RELATIVE: Tag = Tag::context_constructed(1);
    let mut inner = explicit.reader();
    let choice = inner.element()?;
    inner.finish()?;
    match choice.tag {
        FULL_NAME => GeneralNames::read_content(choice.reader()).map(DistributionPointName::FullName),
        RELATIVE => Ok(DistributionPointName::RelativeToIssuer(choice.content)),
        found => Err(Error::new(Problem::UnknownChoice { found }, choice.offset)),
    }
}

impl<'a> KnownExtension<'a> for CrlDistributionPoints<'a> {
    const OID: Oid<'static> = oid::CRL_DISTRIBUTION_POINTS;
    const NAME: &'static str = "cRLDistributionPoints";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let list = Reader::whole(value, Tag::SEQUENCE)?.reader();
        Ok(Self { content: list.members(GeneralNames::LIMIT, DistributionPoint::read)? })
    }
}

impl<'a> CrlDistributionPoints<'a> {
    /// The points, in order.
    pub fn iter(&self) -> impl Iterator<Item = DistributionPoint<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || DistributionPoint::read(&mut reader).ok())
    }

    /// The extension's value with one point for each URI.
    #[must_use]
    pub fn encode(uris: &[&str]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|points| {
                for uri in uris {
                    points.sequence(|point| {
                        point.nest(Tag::context_constructed(0), |name| {
                            name.nest(Tag::context_constructed(0), |full| GeneralName::Uri(uri).write(full));
                        });
                    });
                }
            });
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let value = CrlDistributionPoints::encode(&["http://a.test/1.crl", "http://a.test/2.crl"]);
        let points: Vec<_> = CrlDistributionPoints::decode(&value).unwrap().iter().collect();
        let uris: Vec<_> = points
            .iter()
            .map(|point| match point.name {
                Some(DistributionPointName::FullName(names)) => names.iter().next().unwrap(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(uris, [GeneralName::Uri("http://a.test/1.crl"), GeneralName::Uri("http://a.test/2.crl")]);
    }
}
