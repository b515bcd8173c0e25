// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate revocation lists, read without copying.

mod revoked;

pub use revoked::{RevokedCertificate, RevokedCertificates};

use crate::algorithm::AlgorithmIdentifier;
use crate::certificate::Version;
use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Problem, Within};
use crate::ext::Extensions;
use crate::name::Name;
use crate::serial::Serial;
use crate::signed::{Fields, Signed};
use crate::time::EncodedTime;

/// ```asn1
/// CertificateList ::= SEQUENCE {
///     tbsCertList         TBSCertList,
///     signatureAlgorithm  AlgorithmIdentifier,
///     signatureValue      BIT STRING }
/// ```
/// [RFC 5280 §5.1]
///
/// A copy is a few pointers, whatever the number of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateList<'a> {
    der: &'a [u8],
    tbs: TbsCertList<'a>,
    signature_algorithm: AlgorithmIdentifier<'a>,
    signature_value: &'a [u8],
}

const FIELDS: Fields = Fields { whole: "CRL", block: "tbsCertList", signature: "signatureValue" };

impl<'a> CertificateList<'a> {
    /// What PEM calls it.
    pub const PEM_LABEL: &'static str = "X509 CRL";

    /// Reads a CRL that is the whole of `der`, in one pass. Nothing is copied or allocated.
    ///
    /// # Errors
    /// The first thing that is not strict DER or not the ASN.1 of RFC 5280, with its field and byte: in
    /// the fields, the list of extensions, and every entry with its known extensions.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let Signed { der, block, algorithm, signature } = Signed::parse(der, &FIELDS)?;
        let tbs = TbsCertList::from_element(&block)?;
        Ok(Self { der, tbs, signature_algorithm: algorithm, signature_value: signature })
    }

    /// The whole CRL.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.der
    }

    /// What was signed.
    #[must_use]
    pub const fn tbs(&self) -> &TbsCertList<'a> {
        &self.tbs
    }

    /// The algorithm beside the signature.
    #[must_use]
    pub const fn signature_algorithm(&self) -> AlgorithmIdentifier<'a> {
        self.signature_algorithm
    }

    /// The signature's octets.
    #[must_use]
    pub const fn signature_value(&self) -> &'a [u8] {
        self.signature_value
    }
}

/// ```asn1
/// TBSCertList ::= SEQUENCE {
///     version              Version OPTIONAL, -- if present, v2
///     signature            AlgorithmIdentifier,
///     issuer               Name,
///     thisUpdate           Time,
///     nextUpdate           Time OPTIONAL,
///     revokedCertificates  SEQUENCE OF SEQUENCE { … } OPTIONAL,
///     crlExtensions        [0] EXPLICIT Extensions OPTIONAL }
/// ```
/// [RFC 5280 §5.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TbsCertList<'a> {
    raw: &'a [u8],
    version: Version,
    inner_signature_algorithm: AlgorithmIdentifier<'a>,
    issuer: Name<'a>,
    this_update: EncodedTime,
    next_update: Option<EncodedTime>,
    revoked: Option<RevokedCertificates<'a>>,
    extensions: Extensions<'a>,
}

impl<'a> TbsCertList<'a> {
    fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let mut inner = element.reader();
        let version = read_version(&mut inner).within("version")?;
        let inner_signature_algorithm = AlgorithmIdentifier::read(&mut inner).within("signature")?;
        let issuer = Name::read(&mut inner).within("issuer")?;
        let this_update = inner.time().within("thisUpdate")?;
        let next_update = match inner.peek() {
            Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(inner.time().within("nextUpdate")?),
            _ => None,
        };
        let revoked = inner.optional(Tag::SEQUENCE).within("revokedCertificates")?;
        let revoked = revoked.as_ref().map(RevokedCertificates::from_element).transpose()?;
        let extensions = match inner.optional(Tag::context_constructed(0)).within("crlExtensions")? {
            Some(explicit) => {
                let mut wrapped = explicit.reader();
                let list = wrapped.expect(Tag::SEQUENCE).within("crlExtensions")?;
                wrapped.finish().within("crlExtensions")?;
                Extensions::from_element(&list, &mut |_| {})?
            }
            None => Extensions::NONE,
        };
        inner.finish().within("tbsCertList")?;
        Ok(Self {
            raw: element.raw,
            version,
            inner_signature_algorithm,
            issuer,
            this_update,
            next_update,
            revoked,
            extensions,
        })
    }

    /// The bytes that are signed.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The version: v1, which has no extensions, or v2.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The algorithm inside what is signed, which must equal the one beside the signature.
    #[must_use]
    pub const fn inner_signature_algorithm(&self) -> AlgorithmIdentifier<'a> {
        self.inner_signature_algorithm
    }

    /// Who signed.
    #[must_use]
    pub const fn issuer(&self) -> Name<'a> {
        self.issuer
    }

    /// When it was made.
    #[must_use]
    pub const fn this_update(&self) -> EncodedTime {
        self.this_update
    }

    /// By when there will be another.
    #[must_use]
    pub const fn next_update(&self) -> Option<EncodedTime> {
        self.next_update
    }

    /// The certificates revoked; `None` when the field is absent.
    #[must_use]
    pub const fn revoked(&self) -> Option<RevokedCertificates<'a>> {
        self.revoked
    }

    /// The extensions.
    #[must_use]
    pub const fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }

    /// The entries for the certificate of this issuer and serial number, by one pass over all of them:
    /// at most one in a list that is well made.
    pub fn entries_for<'s>(
        &self,
        issuer: &'s Name<'s>,
        serial: Serial<'s>,
    ) -> impl Iterator<Item = RevokedCertificate<'a>> + use<'a, 's> {
        let own = self.issuer.matches(issuer);
        self.revoked.into_iter().flat_map(move |revoked| revoked.find(issuer, own, serial))
    }
}

/// RFC 5280 §5.1.2.1: where the version is written, it is v2.
fn read_version(reader: &mut Reader<'_>) -> Result<Version, Error> {
    if reader.peek() != Some(Tag::INTEGER) {
        return Ok(Version::V1);
    }
    let at = *reader;
    match reader.small_integer()? {
        1 => Ok(Version::V2),
        found => Err(at.error(Problem::UnknownVersion { found })),
    }
}
