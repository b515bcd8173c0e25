// SPDX-License-Identifier: MIT OR Apache-2.0
//! The answer yes.

use x509::Certificate;

use crate::decoded::Decoded;
use crate::peer_name::PeerName;
use crate::policy::UserConstrainedPolicies;

/// A path in which every rule held, leaf first, the trust anchor last. Only
/// [`decide`](crate::decide) makes one.
///
/// A leaf that is itself a trust anchor is a path of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPath<'a> {
    leaf: Certificate<'a>,
    above: Vec<Certificate<'a>>,
    policies: UserConstrainedPolicies<'a>,
}

impl<'a> VerifiedPath<'a> {
    /// The path of a search that has come to its end; `None` when a certificate in it is not signed.
    pub(crate) fn new(
        leaf: &Decoded<'a>,
        above: &[&Decoded<'a>],
        policies: UserConstrainedPolicies<'a>,
    ) -> Option<Self> {
        let mut certificates = Vec::with_capacity(above.len());
        for certificate in above {
            certificates.push(*certificate.signed()?);
        }
        Some(Self { leaf: *leaf.signed()?, above: certificates, policies })
    }

    /// The certificates from leaf to anchor.
    pub fn certificates(&self) -> impl DoubleEndedIterator<Item = &Certificate<'a>> {
        std::iter::once(&self.leaf).chain(&self.above)
    }

    /// The certificate that was asked about.
    #[must_use]
    pub const fn leaf(&self) -> &Certificate<'a> {
        &self.leaf
    }

    /// The trust anchor.
    #[must_use]
    pub fn anchor(&self) -> &Certificate<'a> {
        self.above.last().unwrap_or(&self.leaf)
    }

    /// The policies, of those that are acceptable, that are valid for the whole path (RFC 5280 §6.1.6).
    #[must_use]
    pub const fn policies(&self) -> &UserConstrainedPolicies<'a> {
        &self.policies
    }

    /// Whether the leaf is for this peer too (RFC 9525 §6).
    #[must_use]
    pub fn is_for(&self, name: &PeerName) -> bool {
        name.is_presented_by(&self.leaf)
    }
}
