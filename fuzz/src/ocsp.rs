// SPDX-License-Identifier: MIT OR Apache-2.0
//! A request or a response of OCSP.

use x509::ext::{Extension, OcspNonce};
use x509::ocsp::write::{self, ResponseFields, SingleFields};
use x509::ocsp::{
    Certificates, Request, Requests, ResponderId, ResponseData, Signature, SingleResponse, SingleResponses,
};
use x509::{BasicOcspResponse, KnownExtension, OcspRequest, OcspResponse};

use crate::certificate;

/// Reads a response and a request, and writes again what was read: strict DER has one way to say a thing.
pub fn read(data: &[u8]) {
    if let Ok(response) = OcspResponse::parse(data) {
        assert_eq!(response.der(), data, "a response is its whole input");
        certificate::shown(&response.status());
        let written = match response.basic() {
            Some(basic) => read_basic(basic, data),
            None => write::error(response.status()),
        };
        assert!(written.is_none_or(|written| written == data), "what is read is written the same");
    }
    if let Ok(request) = OcspRequest::parse(data) {
        assert_eq!(request.der(), data, "a request is its whole input");
        read_request(&request);
    }
}

/// Reads an answer, and writes the response with it: `None` where that has parts that we never write.
fn read_basic(basic: &BasicOcspResponse<'_>, input: &[u8]) -> Option<Vec<u8>> {
    assert_eq!(BasicOcspResponse::parse(basic.der()).as_ref(), Ok(basic), "an answer can be read alone");
    assert!(is_within(basic.der(), input), "an answer is part of its response");
    let data = basic.data();
    assert!(is_within(data.raw(), basic.der()), "what is signed is part of its answer");
    if let ResponderId::ByName(name) = data.responder_id() {
        certificate::name(&name);
    }
    certificate::shown(&data.produced_at());
    certificate::extensions(&data.extensions());
    let critical = data.extensions().iter().find(|one| one.critical && one.oid != OcspNonce::OID);
    assert_eq!(data.unprocessed(), critical.map(|one| one.oid));
    let singles: Vec<_> = data.responses().iter().collect();
    assert!((1..=SingleResponses::LIMIT).contains(&singles.len()), "the answers are bounded");
    singles.iter().for_each(read_single);
    let block = data_again(data, &singles);
    assert_eq!(block, data.raw(), "what is signed is written the same");
    let certificates = read_certificates(basic.certificates());
    let algorithm = basic.signature_algorithm();
    let whole = write::basic_response(&block, algorithm.raw(), basic.signature_value(), &certificates);
    // An empty list of certificates may stand there; we leave it out.
    (!certificates.is_empty()).then(|| write::response(&whole))
}

fn read_single(single: &SingleResponse<'_>) {
    certificate::shown(&single.cert_id.serial);
    certificate::shown(&single.cert_id.hash_algorithm.oid());
    certificate::shown(&single.this_update);
    certificate::extensions(&single.extensions);
    assert!(single.cert_id.matches(&single.cert_id), "a certificate is itself");
    let _shown = format!("{:?} {:?} {:?}", single.status, single.reason(), single.invalidity_date());
    assert!(
        single.unprocessed().is_none_or(|oid| single.extensions.find(oid).is_some_and(|one| one.critical))
    );
}

/// What our own writer makes of the block that is signed.
fn data_again(data: &ResponseData<'_>, singles: &[SingleResponse<'_>]) -> Vec<u8> {
    let extensions: Vec<Vec<Extension<'_>>> =
        singles.iter().map(|single| single.extensions.iter().collect()).collect();
    let responses: Vec<SingleFields<'_>> = singles
        .iter()
        .zip(&extensions)
        .map(|(single, extensions)| {
            let SingleResponse { cert_id, status, this_update, next_update, .. } = *single;
            SingleFields { cert_id, status, this_update, next_update, extensions }
        })
        .collect();
    write::response_data(&ResponseFields {
        responder_id: data.responder_id(),
        produced_at: data.produced_at(),
        responses: &responses,
        extensions: &data.extensions().iter().collect::<Vec<_>>(),
    })
}

fn read_certificates(certificates: Certificates<'_>) -> Vec<&[u8]> {
    let list: Vec<_> = certificates.iter().collect();
    assert!(list.len() <= Certificates::LIMIT, "the certificates are bounded");
    assert_eq!(certificates.is_empty(), list.is_empty(), "what was checked is read again");
    list.iter().for_each(|der| certificate::read(der));
    list
}

fn read_request(request: &OcspRequest<'_>) {
    let tbs = request.tbs();
    assert!(is_within(tbs.raw(), request.der()), "what is signed is part of its request");
    if let Some(name) = tbs.requestor_name() {
        certificate::shown(&name);
    }
    certificate::extensions(&tbs.extensions());
    let requests: Vec<_> = tbs.requests().iter().collect();
    assert!((1..=Requests::LIMIT).contains(&requests.len()), "the list is bounded");
    let is_plain = |request: &Request<'_>| request.extensions.is_empty() && request.unprocessed().is_none();
    let mut extensions = tbs.extensions().iter();
    let has_more = extensions.any(|one| one.critical || one.oid != OcspNonce::OID);
    if let Some(Signature { certificates, .. }) = request.signature() {
        read_certificates(certificates);
    } else if tbs.requestor_name().is_none() && !has_more && requests.iter().all(is_plain) {
        let ids: Vec<_> = requests.iter().map(|request| request.cert_id).collect();
        let written = write::request(&ids, tbs.nonce().map(|nonce| nonce.value));
        assert_eq!(written, request.der(), "what is read is written the same");
    }
}

/// Whether `part` is a slice of `whole`, not a copy.
fn is_within(part: &[u8], whole: &[u8]) -> bool {
    let (part, whole) = (part.as_ptr_range(), whole.as_ptr_range());
    whole.start <= part.start && part.end <= whole.end
}
