// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a client asks.

use super::{CertId, Signature, explicit, extensions, read_sequence, unprocessed, version};
use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Within};
use crate::ext::{Critical, Extensions, KnownExtension, OcspNonce};
use crate::general_name::GeneralName;
use crate::oid::Oid;

/// ```asn1
/// OCSPRequest ::= SEQUENCE {
///     tbsRequest         TBSRequest,
///     optionalSignature  [0] EXPLICIT Signature OPTIONAL }
/// ```
/// [RFC 6960 §4.1.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OcspRequest<'a> {
    der: &'a [u8],
    tbs: TbsRequest<'a>,
    signature: Option<Signature<'a>>,
}

impl<'a> OcspRequest<'a> {
    /// Reads a request that is the whole of `der`, in one pass. Nothing is copied or allocated.
    ///
    /// # Errors
    /// The first thing that is not strict DER or not the ASN.1 of RFC 6960, with its field and byte.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let mut inner = Reader::whole(der, Tag::SEQUENCE).within("OCSP request")?.reader();
        let block = inner.expect(Tag::SEQUENCE).within("tbsRequest")?;
        let tbs = TbsRequest::from_element(&block)?;
        let signature = explicit(&mut inner, 0, read_sequence).within("optionalSignature")?;
        let signature = signature.map(|fields| Signature::read(&mut fields.reader()));
        let signature = signature.transpose().within("optionalSignature")?;
        inner.finish().within("OCSP request")?;
        Ok(Self { der, tbs, signature })
    }

    /// The whole request.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.der
    }

    /// What is asked.
    #[must_use]
    pub const fn tbs(&self) -> &TbsRequest<'a> {
        &self.tbs
    }

    /// The requester's signature over [`TbsRequest::raw`], which few give.
    #[must_use]
    pub const fn signature(&self) -> Option<Signature<'a>> {
        self.signature
    }
}

/// ```asn1
/// TBSRequest ::= SEQUENCE {
///     version            [0] EXPLICIT INTEGER { v1(0) } DEFAULT v1,
///     requestorName      [1] EXPLICIT GeneralName OPTIONAL,
///     requestList        SEQUENCE OF Request,
///     requestExtensions  [2] EXPLICIT Extensions OPTIONAL }
/// ```
/// [RFC 6960 §4.1.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TbsRequest<'a> {
    raw: &'a [u8],
    requestor_name: Option<GeneralName<'a>>,
    requests: Requests<'a>,
    extensions: Extensions<'a>,
}

impl<'a> TbsRequest<'a> {
    fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let mut inner = element.reader();
        version(&mut inner)?;
        let requestor_name = explicit(&mut inner, 1, GeneralName::read).within("requestorName")?;
        let requests = inner.expect(Tag::SEQUENCE).within("requestList")?;
        let requests = Requests::from_element(&requests).within("requestList")?;
        let extensions = extensions(&mut inner, 2, "requestExtensions")?;
        // RFC 9654 §2.1: a nonce of another length makes the request malformed.
        extensions.decode::<OcspNonce<'_>>()?;
        inner.finish().within("tbsRequest")?;
        Ok(Self { raw: element.raw, requestor_name, requests, extensions })
    }

    /// The bytes that are signed, where a requester signs.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Who asks, as the requester says.
    #[must_use]
    pub const fn requestor_name(&self) -> Option<GeneralName<'a>> {
        self.requestor_name
    }

    /// The certificates asked about.
    #[must_use]
    pub const fn requests(&self) -> Requests<'a> {
        self.requests
    }

    /// The extensions of the whole.
    #[must_use]
    pub const fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }

    /// The nonce that the response must repeat.
    #[must_use]
    pub fn nonce(&self) -> Option<Critical<OcspNonce<'a>>> {
        // What is malformed was refused when it was read.
        self.extensions.decode().ok().flatten()
    }

    /// The first critical extension of the whole that is not the nonce (RFC 6960 §4.4).
    #[must_use]
    pub fn unprocessed(&self) -> Option<Oid<'a>> {
        unprocessed(self.extensions, &[OcspNonce::OID])
    }
}

/// ```asn1
/// Request ::= SEQUENCE {
///     reqCert                  CertID,
///     singleRequestExtensions  [0] EXPLICIT Extensions OPTIONAL }
/// ```
/// [RFC 6960 §4.1.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// About which certificate.
    pub cert_id: CertId<'a>,
    /// What else there is to say.
    pub extensions: Extensions<'a>,
}

impl<'a> Request<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let cert_id = CertId::read(&mut inner).within("reqCert")?;
        let extensions = extensions(&mut inner, 0, "singleRequestExtensions")?;
        inner.finish()?;
        Ok(Self { cert_id, extensions })
    }

    /// The first critical extension: none is read here (RFC 6960 §4.4).
    #[must_use]
    pub fn unprocessed(&self) -> Option<Oid<'a>> {
        unprocessed(self.extensions, &[])
    }
}

/// See [`Requests::LIMIT`].
const LIMIT: usize = 256;

/// The certificates asked about, each checked when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requests<'a> {
    content: &'a [u8],
}

impl<'a> Requests<'a> {
    /// How many are read at most: nearly always there is one (RFC 5019 §2.1.1).
    pub const LIMIT: usize = LIMIT;

    /// Checks every member of the list whose SEQUENCE has been read.
    fn from_element(list: &Element<'a>) -> Result<Self, Error> {
        // RFC 6960 §4.1.1: one or more.
        let content = list.reader().members(LIMIT, Request::read)?;
        Ok(Self { content })
    }

    /// The certificates asked about, in order.
    pub fn iter(&self) -> impl Iterator<Item = Request<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || Request::read(&mut reader).ok())
    }
}
