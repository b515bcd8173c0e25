// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where CRLs are found: what cRLDistributionPoints, freshestCRL and issuingDistributionPoint share.

use super::ReasonFlags;
use crate::der::{Element, Reader, Tag, Writer};
use crate::error::{Error, Problem};
use crate::general_name::{GeneralName, GeneralNames};
use crate::name::Rdn;

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
    pub reasons: Option<ReasonFlags>,
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
    /// What follows the CRL issuer's name in the point's.
    RelativeToIssuer(Rdn<'a>),
}

impl<'a> DistributionPoint<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let at = *reader;
        let mut inner = reader.sequence()?;
        let name = inner.optional(Tag::context_constructed(0))?;
        let reasons = inner.optional(Tag::context(1))?;
        let crl_issuer = inner.optional(Tag::context_constructed(2))?;
        inner.finish()?;
        // RFC 5280 §4.2.1.13: it must not consist of the reasons alone.
        if name.is_none() && crl_issuer.is_none() {
            return Err(at.error(Problem::NoPointName));
        }
        Ok(Self {
            name: name.as_ref().map(DistributionPointName::from_explicit).transpose()?,
            reasons: reasons.as_ref().map(ReasonFlags::from_element).transpose()?,
            crl_issuer: crl_issuer.map(|element| GeneralNames::read_content(element.reader())).transpose()?,
        })
    }
}

impl<'a> DistributionPointName<'a> {
    /// Takes the explicit tag around the choice.
    pub(super) fn from_explicit(explicit: &Element<'a>) -> Result<Self, Error> {
        const FULL_NAME: Tag = Tag::context_constructed(0);
        const RELATIVE: Tag = Tag::context_constructed(1);
        let mut inner = explicit.reader();
        let choice = inner.element()?;
        inner.finish()?;
        match choice.tag {
            FULL_NAME => GeneralNames::read_content(choice.reader()).map(Self::FullName),
            RELATIVE => Rdn::from_element(&choice).map(Self::RelativeToIssuer),
            found => Err(choice.error(Problem::UnknownChoice { found })),
        }
    }
}

/// A SEQUENCE OF DistributionPoint, checked when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Points<'a> {
    content: &'a [u8],
}

impl<'a> Points<'a> {
    pub(super) fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let list = Reader::whole(value, Tag::SEQUENCE)?.reader();
        Ok(Self { content: list.members(GeneralNames::LIMIT, DistributionPoint::read)? })
    }

    pub(super) fn iter(self) -> impl Iterator<Item = DistributionPoint<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || DistributionPoint::read(&mut reader).ok())
    }

    /// A list with one point for each URI.
    pub(super) fn encode(uris: &[&str]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|points| {
                for uri in uris {
                    points.sequence(|point| write_full_name(point, &[GeneralName::Uri(uri)]));
                }
            });
        })
    }
}

/// Writes `distributionPoint [0]` with full names.
pub(super) fn write_full_name(writer: &mut Writer, names: &[GeneralName<'_>]) {
    writer.nest(Tag::context_constructed(0), |name| {
        name.nest(Tag::context_constructed(0), |full| names.iter().for_each(|name| name.write(full)));
    });
}
