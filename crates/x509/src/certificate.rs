// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates, read without copying.

use crate::algorithm::AlgorithmIdentifier;
use crate::der::{BitString, Element, Reader, Tag};
use crate::error::{Error, Problem, Within};
use crate::ext::{Extension, Extensions};
use crate::name::Name;
use crate::public_key::SubjectPublicKeyInfo;
use crate::serial::Serial;
use crate::signed::{Fields, Signed};
use crate::time::EncodedTime;

/// ```asn1
/// Certificate ::= SEQUENCE {
///     tbsCertificate      TBSCertificate,
///     signatureAlgorithm  AlgorithmIdentifier,
///     signatureValue      BIT STRING }
/// ```
/// [RFC 5280 §4.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificate<'a> {
    der: &'a [u8],
    tbs: TbsCertificate<'a>,
    signature_algorithm: AlgorithmIdentifier<'a>,
    signature_value: &'a [u8],
}

const FIELDS: Fields = Fields { whole: "certificate", block: "tbsCertificate", signature: "signatureValue" };

impl<'a> Certificate<'a> {
    /// Reads a certificate that is the whole of `der`. Nothing is copied or allocated.
    ///
    /// # Errors
    /// The first thing that is not strict DER or not the ASN.1 of RFC 5280, with its field and byte.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        Self::parse_each(der, |_| {})
    }

    /// As [`Certificate::parse`], and shows `each` extension on the way, whether or not the rest can be
    /// read.
    ///
    /// # Errors
    /// As [`Certificate::parse`].
    pub fn parse_each(der: &'a [u8], mut each: impl FnMut(&Extension<'a>)) -> Result<Self, Error> {
        let Signed { der, block, algorithm, signature } = Signed::parse(der, &FIELDS)?;
        let tbs = TbsCertificate::from_element(&block, &mut each)?;
        Ok(Self { der, tbs, signature_algorithm: algorithm, signature_value: signature })
    }

    /// The whole certificate.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.der
    }

    /// What was signed.
    #[must_use]
    pub const fn tbs(&self) -> &TbsCertificate<'a> {
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

/// The version of a certificate (RFC 5280 §4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// v1, no unique identifiers and no extensions.
    V1,
    /// v2, with unique identifiers.
    V2,
    /// v3, with extensions.
    V3,
}

/// ```asn1
/// Validity ::= SEQUENCE { notBefore Time, notAfter Time }
/// ```
/// [RFC 5280 §4.1.2.5]. Both ends are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first second of the period.
    pub not_before: EncodedTime,
    /// The last second of the period.
    pub not_after: EncodedTime,
}

/// ```asn1
/// TBSCertificate ::= SEQUENCE {
///     version          [0] EXPLICIT Version DEFAULT v1,
///     serialNumber     INTEGER,
///     signature        AlgorithmIdentifier,
///     issuer           Name,
///     validity         Validity,
///     subject          Name,
///     subjectPublicKeyInfo SubjectPublicKeyInfo,
///     issuerUniqueID   [1] IMPLICIT BIT STRING OPTIONAL,
///     subjectUniqueID  [2] IMPLICIT BIT STRING OPTIONAL,
///     extensions       [3] EXPLICIT Extensions OPTIONAL }
/// ```
/// [RFC 5280 §4.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TbsCertificate<'a> {
    raw: &'a [u8],
    version: Version,
    serial: Serial<'a>,
    inner_signature_algorithm: AlgorithmIdentifier<'a>,
    issuer: Name<'a>,
    validity: Validity,
    subject: Name<'a>,
    subject_public_key_info: SubjectPublicKeyInfo<'a>,
    has_unique_identifiers: bool,
    extensions: Extensions<'a>,
}

impl<'a> TbsCertificate<'a> {
    /// Reads a to-be-signed block that is the whole of `der`.
    ///
    /// # Errors
    /// As [`Certificate::parse`].
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        Self::parse_each(der, |_| {})
    }

    /// As [`TbsCertificate::parse`], and shows `each` extension on the way.
    ///
    /// # Errors
    /// As [`Certificate::parse`].
    pub fn parse_each(der: &'a [u8], mut each: impl FnMut(&Extension<'a>)) -> Result<Self, Error> {
        Self::from_element(&Reader::whole(der, Tag::SEQUENCE).within("tbsCertificate")?, &mut each)
    }

    fn from_element(element: &Element<'a>, each: &mut impl FnMut(&Extension<'a>)) -> Result<Self, Error> {
        let mut inner = element.reader();
        let version = read_version(&mut inner).within("version")?;
        let serial = Serial::from_content(inner.integer().within("serialNumber")?);
        let inner_signature_algorithm = AlgorithmIdentifier::read(&mut inner).within("signature")?;
        let issuer = Name::read(&mut inner).within("issuer")?;
        let validity = read_validity(&mut inner).within("validity")?;
        let subject = Name::read(&mut inner).within("subject")?;
        let subject_public_key_info =
            SubjectPublicKeyInfo::read(&mut inner).within("subjectPublicKeyInfo")?;
        let issuer_id = read_unique_identifier(&mut inner, 1).within("issuerUniqueID")?;
        let subject_id = read_unique_identifier(&mut inner, 2).within("subjectUniqueID")?;
        let extensions = match inner.optional(Tag::context_constructed(3)).within("extensions")? {
            Some(explicit) => {
                let mut wrapped = explicit.reader();
                let list = wrapped.expect(Tag::SEQUENCE).within("extensions")?;
                wrapped.finish().within("extensions")?;
                Extensions::from_element(&list, each)?
            }
            None => Extensions::NONE,
        };
        inner.finish().within("tbsCertificate")?;
        Ok(Self {
            raw: element.raw,
            version,
            serial,
            inner_signature_algorithm,
            issuer,
            validity,
            subject,
            subject_public_key_info,
            has_unique_identifiers: issuer_id || subject_id,
            extensions,
        })
    }

    /// The bytes that are signed.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The serial number.
    #[must_use]
    pub const fn serial(&self) -> Serial<'a> {
        self.serial
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

    /// The period in which it may be used.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// Whom it is about.
    #[must_use]
    pub const fn subject(&self) -> Name<'a> {
        self.subject
    }

    /// The subject's public key.
    #[must_use]
    pub const fn subject_public_key_info(&self) -> SubjectPublicKeyInfo<'a> {
        self.subject_public_key_info
    }

    /// Whether it carries an issuerUniqueID or a subjectUniqueID.
    #[must_use]
    pub const fn has_unique_identifiers(&self) -> bool {
        self.has_unique_identifiers
    }

    /// The extensions; none for v1 and v2.
    #[must_use]
    pub const fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }
}

fn read_version(reader: &mut Reader<'_>) -> Result<Version, Error> {
    let Some(explicit) = reader.optional(Tag::context_constructed(0))? else { return Ok(Version::V1) };
    let mut inner = explicit.reader();
    let number = inner.small_integer()?;
    inner.finish()?;
    match number {
        0 => Err(explicit.error(Problem::DefaultEncoded)),
        1 => Ok(Version::V2),
        2 => Ok(Version::V3),
        found => Err(explicit.error(Problem::UnknownVersion { found })),
    }
}

fn read_validity(reader: &mut Reader<'_>) -> Result<Validity, Error> {
    let mut inner = reader.sequence()?;
    let not_before = inner.time().within("notBefore")?;
    let not_after = inner.time().within("notAfter")?;
    inner.finish()?;
    Ok(Validity { not_before, not_after })
}

fn read_unique_identifier(reader: &mut Reader<'_>, number: u8) -> Result<bool, Error> {
    let Some(element) = reader.optional(Tag::context(number))? else { return Ok(false) };
    BitString::from_element(&element)?;
    Ok(true)
}
