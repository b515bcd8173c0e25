// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate signing requests, read without copying.

use crate::algorithm::AlgorithmIdentifier;
use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Problem, Within};
use crate::ext::Extensions;
use crate::name::Name;
use crate::oid::{self, Oid};
use crate::public_key::SubjectPublicKeyInfo;
use crate::signed::{Fields, Signed};

/// ```asn1
/// CertificationRequest ::= SEQUENCE {
///     certificationRequestInfo  CertificationRequestInfo,
///     signatureAlgorithm        AlgorithmIdentifier,
///     signature                 BIT STRING }
/// ```
/// [RFC 2986 §4.2]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificationRequest<'a> {
    der: &'a [u8],
    info: RequestInfo<'a>,
    signature_algorithm: AlgorithmIdentifier<'a>,
    signature_value: &'a [u8],
}

const FIELDS: Fields = Fields { whole: "request", block: "certificationRequestInfo", signature: "signature" };

impl<'a> CertificationRequest<'a> {
    /// Reads a request that is the whole of `der`. Nothing is copied or allocated.
    ///
    /// # Errors
    /// The first thing that is not strict DER or not the ASN.1 of RFC 2986, with its field and byte.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let Signed { der, block, algorithm, signature } = Signed::parse(der, &FIELDS)?;
        let info = RequestInfo::from_element(&block)?;
        Ok(Self { der, info, signature_algorithm: algorithm, signature_value: signature })
    }

    /// The whole request.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.der
    }

    /// What the requester signed.
    #[must_use]
    pub const fn info(&self) -> &RequestInfo<'a> {
        &self.info
    }

    /// The signature's algorithm.
    #[must_use]
    pub const fn signature_algorithm(&self) -> AlgorithmIdentifier<'a> {
        self.signature_algorithm
    }

    /// The signature's octets: the proof that the requester holds the private key.
    #[must_use]
    pub const fn signature_value(&self) -> &'a [u8] {
        self.signature_value
    }
}

/// ```asn1
/// CertificationRequestInfo ::= SEQUENCE {
///     version        INTEGER { v1(0) },
///     subject        Name,
///     subjectPKInfo  SubjectPublicKeyInfo,
///     attributes     [0] IMPLICIT SET OF Attribute }
/// ```
/// [RFC 2986 §4.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestInfo<'a> {
    raw: &'a [u8],
    subject: Name<'a>,
    subject_public_key_info: SubjectPublicKeyInfo<'a>,
    attributes: &'a [u8],
    extensions: Extensions<'a>,
}

/// One attribute of a request, its values unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestAttribute<'a> {
    /// Its type.
    pub oid: Oid<'a>,
    /// The content of its SET OF values.
    pub values: &'a [u8],
}

/// How many attributes a request may carry.
const ATTRIBUTE_LIMIT: usize = 32;

impl<'a> RequestInfo<'a> {
    fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let mut inner = element.reader();
        let at = inner;
        match inner.small_integer().within("version")? {
            0 => {}
            found => return Err(at.error(Problem::UnknownVersion { found })).within("version"),
        }
        let subject = Name::read(&mut inner).within("subject")?;
        let subject_public_key_info =
            SubjectPublicKeyInfo::read(&mut inner).within("subjectPublicKeyInfo")?;
        // RFC 2986 §4.1 demands the field even when empty; some clients leave it out.
        let attributes = inner.optional(Tag::context_constructed(0)).within("attributes")?;
        inner.finish().within("certificationRequestInfo")?;
        let (attributes, extensions) = match attributes {
            Some(list) => (list.content, read_attributes(list.reader()).within("attributes")?),
            None => (&[][..], Extensions::NONE),
        };
        Ok(Self { raw: element.raw, subject, subject_public_key_info, attributes, extensions })
    }

    /// The bytes that are signed.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Whom the certificate is to be about.
    #[must_use]
    pub const fn subject(&self) -> Name<'a> {
        self.subject
    }

    /// The public key to be certified.
    #[must_use]
    pub const fn subject_public_key_info(&self) -> SubjectPublicKeyInfo<'a> {
        self.subject_public_key_info
    }

    /// The extensions asked for (extensionRequest, RFC 2985 §5.4.2).
    #[must_use]
    pub const fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }

    /// Every attribute, in order.
    pub fn attributes(&self) -> impl Iterator<Item = RequestAttribute<'a>> + use<'a> {
        let mut reader = Reader::new(self.attributes);
        std::iter::from_fn(move || read_attribute(&mut reader).ok())
    }
}

fn read_attribute<'a>(reader: &mut Reader<'a>) -> Result<RequestAttribute<'a>, Error> {
    let mut inner = reader.sequence()?;
    let oid = inner.oid()?;
    let values = inner.expect(Tag::SET)?;
    inner.finish()?;
    Ok(RequestAttribute { oid, values: values.content })
}

/// Checks every attribute and returns the extensions asked for.
fn read_attributes(mut reader: Reader<'_>) -> Result<Extensions<'_>, Error> {
    let whole = reader;
    let mut extensions = None;
    let mut count = 0_usize;
    while !reader.is_empty() {
        let at = reader;
        let attribute = read_attribute(&mut reader)?;
        if whole_has_before(whole, at.offset(), attribute.oid) {
            return Err(at.error(Problem::DuplicateAttribute));
        }
        count = count.saturating_add(1);
        if count > ATTRIBUTE_LIMIT {
            return Err(at.error(Problem::TooMany { limit: ATTRIBUTE_LIMIT }));
        }
        if attribute.oid == oid::EXTENSION_REQUEST {
            let mut values = Reader::new(attribute.values);
            let list = values.expect(Tag::SEQUENCE).within("extensionRequest")?;
            values.finish().within("extensionRequest")?;
            extensions = Some(Extensions::from_element(&list, &mut |_| {})?);
        }
    }
    Ok(extensions.unwrap_or(Extensions::NONE))
}

/// Whether an attribute of this type stands before `offset`.
fn whole_has_before(mut reader: Reader<'_>, offset: usize, oid: Oid<'_>) -> bool {
    while reader.offset() < offset {
        match read_attribute(&mut reader) {
            Ok(attribute) if attribute.oid == oid => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    false
}
