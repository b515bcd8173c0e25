// SPDX-License-Identifier: MIT OR Apache-2.0
//! What certificates, requests and CRLs have in common: a block, and a signature over it.

use crate::algorithm::AlgorithmIdentifier;
use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Within};

/// ```asn1
/// SIGNED ::= SEQUENCE {
///     toBeSigned          SEQUENCE,
///     signatureAlgorithm  AlgorithmIdentifier,
///     signature           BIT STRING }
/// ```
/// [RFC 5280 §4.1.1, §5.1.1; RFC 2986 §4.2]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signed<'a> {
    /// The whole of it.
    pub(crate) der: &'a [u8],
    /// The block that is signed.
    pub(crate) block: Element<'a>,
    /// The algorithm beside the signature.
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    /// The signature's octets.
    pub(crate) signature: &'a [u8],
}

/// What the three parts are called, for errors.
pub(crate) struct Fields {
    pub(crate) whole: &'static str,
    pub(crate) block: &'static str,
    pub(crate) signature: &'static str,
}

impl<'a> Signed<'a> {
    /// Takes apart what is the whole of `der`.
    #[inline]
    pub(crate) fn parse(der: &'a [u8], fields: &Fields) -> Result<Self, Error> {
        let mut inner = Reader::whole(der, Tag::SEQUENCE).within(fields.whole)?.reader();
        let block = inner.expect(Tag::SEQUENCE).within(fields.block)?;
        let algorithm = AlgorithmIdentifier::read(&mut inner).within("signatureAlgorithm")?;
        let signature = inner.bit_string_octets().within(fields.signature)?;
        inner.finish().within(fields.whole)?;
        Ok(Self { der, block, algorithm, signature })
    }
}
