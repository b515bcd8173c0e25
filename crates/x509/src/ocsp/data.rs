// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a responder signs.

use super::{SingleResponses, extensions, unprocessed, version};
use crate::der::{Element, Reader, Tag, Writer};
use crate::error::{Error, Problem, Within};
use crate::ext::{Critical, Extensions, KnownExtension, OcspNonce};
use crate::name::Name;
use crate::oid::Oid;
use crate::time::Time;

/// ```asn1
/// ResponderID ::= CHOICE {
///     byName  [1] EXPLICIT Name,
///     byKey   [2] EXPLICIT OCTET STRING }
/// ```
/// [RFC 6960 §4.2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponderId<'a> {
    /// The subject of the responder's certificate.
    ByName(Name<'a>),
    /// The SHA-1 hash of the responder's public key: of its BIT STRING's octets, without tag, length and
    /// count of unused bits.
    ByKey(&'a [u8]),
}

impl<'a> ResponderId<'a> {
    const BY_NAME: Tag = Tag::context_constructed(1);
    const BY_KEY: Tag = Tag::context_constructed(2);

    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let explicit = reader.element()?;
        let mut inner = explicit.reader();
        let id = match explicit.tag {
            Self::BY_NAME => Self::ByName(Name::read(&mut inner).within("byName")?),
            Self::BY_KEY => Self::ByKey(inner.octet_string().within("byKey")?),
            found => return Err(explicit.error(Problem::UnknownChoice { found })),
        };
        inner.finish()?;
        Ok(id)
    }

    /// Writes it.
    pub fn write(&self, writer: &mut Writer) {
        match *self {
            Self::ByName(name) => writer.element(Self::BY_NAME, name.raw()),
            Self::ByKey(hash) => writer.nest(Self::BY_KEY, |explicit| explicit.octet_string(hash)),
        }
    }
}

/// ```asn1
/// ResponseData ::= SEQUENCE {
///     version             [0] EXPLICIT INTEGER { v1(0) } DEFAULT v1,
///     responderID         ResponderID,
///     producedAt          GeneralizedTime,
///     responses           SEQUENCE OF SingleResponse,
///     responseExtensions  [1] EXPLICIT Extensions OPTIONAL }
/// ```
/// [RFC 6960 §4.2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseData<'a> {
    raw: &'a [u8],
    responder_id: ResponderId<'a>,
    produced_at: Time,
    responses: SingleResponses<'a>,
    extensions: Extensions<'a>,
}

impl<'a> ResponseData<'a> {
    pub(super) fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let mut inner = element.reader();
        version(&mut inner)?;
        let responder_id = ResponderId::read(&mut inner).within("responderID")?;
        let produced_at = inner.generalized_time().within("producedAt")?;
        let responses = inner.expect(Tag::SEQUENCE).within("responses")?;
        let responses = SingleResponses::from_element(&responses).within("responses")?;
        let extensions = extensions(&mut inner, 1, "responseExtensions")?;
        extensions.decode::<OcspNonce<'_>>()?;
        inner.finish().within("tbsResponseData")?;
        Ok(Self { raw: element.raw, responder_id, produced_at, responses, extensions })
    }

    /// The bytes that are signed.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Who signed.
    #[must_use]
    pub const fn responder_id(&self) -> ResponderId<'a> {
        self.responder_id
    }

    /// When it was signed.
    #[must_use]
    pub const fn produced_at(&self) -> Time {
        self.produced_at
    }

    /// What is said of each certificate.
    #[must_use]
    pub const fn responses(&self) -> SingleResponses<'a> {
        self.responses
    }

    /// The extensions of the whole.
    #[must_use]
    pub const fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }

    /// The nonce of the request that is answered.
    #[must_use]
    pub fn nonce(&self) -> Option<Critical<OcspNonce<'a>>> {
        // What is malformed was refused when it was read.
        self.extensions.decode().ok().flatten()
    }

    /// The first critical extension of the whole that is not the nonce; then nothing in it must be used
    /// (RFC 6960 §4.4). For the extensions of an answer see
    /// [`SingleResponse::unprocessed`](super::SingleResponse::unprocessed).
    #[must_use]
    pub fn unprocessed(&self) -> Option<Oid<'a>> {
        unprocessed(self.extensions, &[OcspNonce::OID])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::name::NameBuilder;

    #[test]
    fn a_responder_is_named_by_name_or_key() {
        let name = NameBuilder::new().common_name("Responder").unwrap().build();
        for id in [ResponderId::ByName(Name::parse(&name).unwrap()), ResponderId::ByKey(&[7; 20])] {
            let der = Writer::build(|writer| id.write(writer));
            let mut reader = Reader::new(&der);
            assert_eq!(ResponderId::read(&mut reader), Ok(id));
            assert!(reader.is_empty());
        }
        for bad in [
            &[0xa0, 2, 0x30, 0][..],
            &[0xa1, 0],
            &[0xa1, 2, 4, 0],
            &[0xa1, 4, 0x30, 0, 0x30, 0],
            &[0xa2, 2, 0x30, 0],
            &[0xa2, 4, 4, 0, 4, 0],
            &[0x82, 1, 7],
            &[0xa3, 2, 4, 0],
            &[0x30, 0],
        ] {
            assert!(ResponderId::read(&mut Reader::new(bad)).is_err(), "{bad:02x?}");
        }
    }
}
