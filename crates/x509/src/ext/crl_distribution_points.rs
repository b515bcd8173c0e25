// SPDX-License-Identifier: MIT OR Apache-2.0
//! cRLDistributionPoints.

use super::distribution_point::Points;
use super::{DistributionPoint, KnownExtension};
use crate::error::Error;
use crate::oid::{self, Oid};

/// ```asn1
/// CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint
/// ```
/// [RFC 5280 §4.2.1.13]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrlDistributionPoints<'a>(Points<'a>);

impl<'a> KnownExtension<'a> for CrlDistributionPoints<'a> {
    const OID: Oid<'static> = oid::CRL_DISTRIBUTION_POINTS;
    const NAME: &'static str = "cRLDistributionPoints";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        Points::decode(value).map(Self)
    }
}

impl<'a> CrlDistributionPoints<'a> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::ext::{DistributionPointName, ReasonFlags};
    use crate::{GeneralName, Problem};

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

    #[test]
    fn a_point_may_say_reasons_an_issuer_and_a_relative_name() {
        // One point: [0] { [1] { CN=x } }, [1] keyCompromise, [2] { dns:a }.
        let value = [
            0x30, 0x1a, 0x30, 0x18, 0xa0, 0x0d, 0xa1, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55, 4, 3, 0x0c, 2,
            b'x', b'y', 0x81, 2, 6, 0x40, 0xa2, 3, 0x82, 1, b'a',
        ];
        let point = CrlDistributionPoints::decode(&value).unwrap().iter().next().unwrap();
        assert_eq!(point.reasons, Some(ReasonFlags::KEY_COMPROMISE));
        assert!(matches!(point.name, Some(DistributionPointName::RelativeToIssuer(_))));
        assert_eq!(point.crl_issuer.unwrap().iter().next(), Some(GeneralName::Dns("a")));
        // Nothing at all, and reasons alone.
        for nothing in [&[0x30, 2, 0x30, 0][..], &[0x30, 6, 0x30, 4, 0x81, 2, 6, 0x40]] {
            let problem = CrlDistributionPoints::decode(nothing).unwrap_err().problem();
            assert_eq!(problem, Problem::NoPointName);
        }
        let mut trailing_zeros = value;
        trailing_zeros[21] = 5;
        assert!(CrlDistributionPoints::decode(&trailing_zeros).is_err());
    }
}
