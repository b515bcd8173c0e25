// SPDX-License-Identifier: MIT OR Apache-2.0
//! freshestCRL.

use super::distribution_point::Points;
use super::{DistributionPoint, KnownExtension};
use crate::error::Error;
use crate::oid::{self, Oid};

/// ```asn1
/// FreshestCRL ::= CRLDistributionPoints
/// ```
/// Where the delta CRL is found; in certificates and in complete CRLs. [RFC 5280 §4.2.1.15, §5.2.6]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreshestCrl<'a>(Points<'a>);

impl<'a> KnownExtension<'a> for FreshestCrl<'a> {
    const OID: Oid<'static> = oid::FRESHEST_CRL;
    const NAME: &'static str = "freshestCRL";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        Points::decode(value).map(Self)
    }
}

impl<'a> FreshestCrl<'a> {
    /// The points, in order.
    pub fn iter(&self) -> impl Iterator<Item = DistributionPoint<'a>> + use<'a> {
        self.0.iter()
    }

    /// The extension's value with one point for each URI.
    #[must_use]
    pub fn encode(uris: &[&str]) -> Vec<u8> {
        Points::encode(uris)
    }
}
