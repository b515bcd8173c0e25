// SPDX-License-Identifier: MIT OR Apache-2.0
//! A response, from its status to the signed answer in it.

use super::{Certificates, ResponseData, ResponseStatus, Signature, explicit, read_sequence};
use crate::algorithm::AlgorithmIdentifier;
use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Problem, Within};
use crate::oid;

/// ```asn1
/// OCSPResponse ::= SEQUENCE {
///     responseStatus  OCSPResponseStatus,
///     responseBytes   [0] EXPLICIT ResponseBytes OPTIONAL }
/// ResponseBytes ::= SEQUENCE {
///     responseType    OBJECT IDENTIFIER,
///     response        OCTET STRING }
/// ```
/// [RFC 6960 §4.2.1]
///
/// A copy is a few pointers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OcspResponse<'a> {
    der: &'a [u8],
    status: ResponseStatus,
    basic: Option<BasicOcspResponse<'a>>,
}

impl<'a> OcspResponse<'a> {
    /// Reads a response that is the whole of `der`, in one pass. Nothing is copied or allocated.
    ///
    /// # Errors
    /// The first thing that is not strict DER or not the ASN.1 of RFC 6960, with its field and byte;
    /// success without an answer, or an error with one; a response that is not of the basic type.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let mut inner = Reader::whole(der, Tag::SEQUENCE).within("OCSP response")?.reader();
        let status = ResponseStatus::read(&mut inner).within("responseStatus")?;
        let basic = match status {
            ResponseStatus::Successful => {
                let bytes = explicit(&mut inner, 0, read_sequence).within("responseBytes")?;
                let missing = Problem::Missing { expected: Tag::context_constructed(0) };
                let bytes = bytes.ok_or_else(|| inner.error(missing)).within("responseBytes")?;
                Some(read_bytes(bytes.reader())?)
            }
            // RFC 6960 §4.2.1: an error has no responseBytes.
            ResponseStatus::MalformedRequest
            | ResponseStatus::InternalError
            | ResponseStatus::TryLater
            | ResponseStatus::SigRequired
            | ResponseStatus::Unauthorized => None,
        };
        inner.finish().within("OCSP response")?;
        Ok(Self { der, status, basic })
    }

    /// The whole response.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.der
    }

    /// How the responder fared. Nobody has signed this.
    #[must_use]
    pub const fn status(&self) -> ResponseStatus {
        self.status
    }

    /// The signed answer: there exactly when the status is [`ResponseStatus::Successful`].
    #[must_use]
    pub const fn basic(&self) -> Option<&BasicOcspResponse<'a>> {
        self.basic.as_ref()
    }
}

fn read_bytes(mut bytes: Reader<'_>) -> Result<BasicOcspResponse<'_>, Error> {
    let at = bytes;
    if bytes.oid().within("responseType")? != oid::OCSP_BASIC {
        return Err(at.error(Problem::UnknownResponseType)).within("responseType");
    }
    let response = bytes.expect(Tag::OCTET_STRING).within("response")?;
    bytes.finish().within("responseBytes")?;
    let mut whole = response.reader();
    let basic = whole.expect(Tag::SEQUENCE).within("response")?;
    whole.finish().within("response")?;
    BasicOcspResponse::from_element(&basic)
}

/// ```asn1
/// BasicOCSPResponse ::= SEQUENCE {
///     tbsResponseData     ResponseData,
///     signatureAlgorithm  AlgorithmIdentifier,
///     signature           BIT STRING,
///     certs               [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
/// ```
/// [RFC 6960 §4.2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicOcspResponse<'a> {
    der: &'a [u8],
    data: ResponseData<'a>,
    signature: Signature<'a>,
}

impl<'a> BasicOcspResponse<'a> {
    fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let mut inner = element.reader();
        let block = inner.expect(Tag::SEQUENCE).within("tbsResponseData")?;
        let data = ResponseData::from_element(&block).within("tbsResponseData")?;
        let signature = Signature::read(&mut inner).within("BasicOCSPResponse")?;
        Ok(Self { der: element.raw, data, signature })
    }

    /// Reads an answer that is the whole of `der`, without the status around it.
    ///
    /// # Errors
    /// The first thing that is not strict DER or not the ASN.1 of RFC 6960, with its field and byte.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        Self::from_element(&Reader::whole(der, Tag::SEQUENCE).within("BasicOCSPResponse")?)
    }

    /// The whole answer, signature and certificates included.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.der
    }

    /// What was signed.
    #[must_use]
    pub const fn data(&self) -> &ResponseData<'a> {
        &self.data
    }

    /// The signature's algorithm. What is signed does not repeat it.
    #[must_use]
    pub const fn signature_algorithm(&self) -> AlgorithmIdentifier<'a> {
        self.signature.algorithm
    }

    /// The signature's octets.
    #[must_use]
    pub const fn signature_value(&self) -> &'a [u8] {
        self.signature.value
    }

    /// The certificates that came along, which nobody has signed together with the answer.
    #[must_use]
    pub const fn certificates(&self) -> Certificates<'a> {
        self.signature.certificates
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn success_has_an_answer_and_an_error_has_none() {
        let check = |input: &[u8], expect: Problem| {
            let error = OcspResponse::parse(input).unwrap_err();
            assert_eq!(error.problem(), expect, "{input:02x?}");
        };
        let missing = |expected| Problem::Missing { expected };
        check(&[0x30, 0], missing(Tag::ENUMERATED));
        check(&[0x30, 3, 0x0a, 1, 0], missing(Tag::context_constructed(0)));
        check(&[0x30, 3, 0x0a, 1, 4], Problem::UnknownResponseStatus { found: 4 });
        check(&[0x30, 5, 0x0a, 1, 0, 0xa0, 0], missing(Tag::SEQUENCE));
        check(&[0x30, 7, 0x0a, 1, 0, 0xa0, 2, 0x30, 0], missing(Tag::OBJECT_IDENTIFIER));
        check(&[0x30, 7, 0x0a, 1, 1, 0xa0, 2, 0x30, 0], Problem::TrailingBytes { count: 4 });
        check(&[0x30, 3, 0x0a, 1, 1, 0], Problem::TrailingBytes { count: 1 });
        check(&[0x30, 12, 0x0a, 1, 0, 0xa0, 7, 0x30, 5, 6, 1, 0x2a, 4, 0], Problem::UnknownResponseType);
        let later = OcspResponse::parse(&[0x30, 3, 0x0a, 1, 3]).unwrap();
        assert_eq!((later.status(), later.basic()), (ResponseStatus::TryLater, None));
    }

    #[test]
    fn an_offset_counts_from_the_start_of_the_response() {
        let basic = [0x30, 2, 5, 0];
        let oid = oid::OCSP_BASIC.content();
        let bytes = [&[6, 9], oid, &[4, 4], &basic].concat();
        let der = [&[0x30, 24, 0x0a, 1, 0, 0xa0, 19, 0x30, 17], bytes.as_slice()].concat();
        let error = OcspResponse::parse(&der).unwrap_err();
        assert_eq!((error.field(), error.offset()), ("tbsResponseData", 24));
        assert_eq!(der.get(24..), Some(&[5, 0][..]));
    }
}
