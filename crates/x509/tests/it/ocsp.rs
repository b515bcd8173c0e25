// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP: requests and responses, our own and those of OpenSSL.

use x509::der::{Tag, Writer};
use x509::ext::{Extension, OcspNoCheck, OcspNonce, ReasonCode};
use x509::name::NameBuilder;
use x509::ocsp::write::{self, ResponseFields, SingleFields};
use x509::ocsp::{CertId, CertStatus, ResponderId, ResponseStatus};
use x509::{
    AlgorithmIdentifier, BasicOcspResponse, Certificate, GeneralName, Name, OcspRequest, OcspResponse, Oid,
    Problem, Serial, Time, oid,
};

// Made by OpenSSL 3.0: a request about four certificates and its response by a responder whose certificate
// comes along; a request with a nonce and its response by the CA itself; a signed request.
const REQUEST_OF_FOUR: &[u8] = include_bytes!("ocsp/openssl_request_of_four.der");
const RESPONSE: &[u8] = include_bytes!("ocsp/openssl_response.der");
const REQUEST: &[u8] = include_bytes!("ocsp/openssl_request.der");
const RESPONSE_BY_KEY: &[u8] = include_bytes!("ocsp/openssl_response_by_key.der");
const SIGNED_REQUEST: &[u8] = include_bytes!("ocsp/openssl_signed_request.der");

/// What stands for a certificate where nobody looks into it.
const CERTIFICATE: &[u8] = &[0x30, 3, 2, 1, 5];

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn algorithm() -> Vec<u8> {
    AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None)
}

fn sha256() -> Vec<u8> {
    AlgorithmIdentifier::encode(oid::SHA256, None)
}

fn cert_id<'a>(hash_algorithm: &'a [u8], serial: &'a [u8]) -> CertId<'a> {
    CertId {
        hash_algorithm: AlgorithmIdentifier::parse(hash_algorithm).unwrap(),
        issuer_name_hash: &[1; 32],
        issuer_key_hash: &[2; 32],
        serial: Serial::from_content(serial),
    }
}

const fn extension<'a>(oid: Oid<'static>, critical: bool, value: &'a [u8]) -> Extension<'a> {
    Extension { oid, critical, value }
}

fn good(cert_id: CertId<'_>) -> SingleFields<'_> {
    let this_update = time("2026-11-22");
    SingleFields { cert_id, status: CertStatus::Good, this_update, next_update: None, extensions: &[] }
}

/// A response with these answers and extensions; its signature is not one.
fn response_of(responses: &[SingleFields<'_>], extensions: &[Extension<'_>]) -> Vec<u8> {
    let responder_id = ResponderId::ByKey(&[7; 20]);
    let produced_at = time("2026-11-22T10:00:00Z");
    let data = write::response_data(&ResponseFields { responder_id, produced_at, responses, extensions });
    write::response(&write::basic_response(&data, &algorithm(), &[0x5a; 70], &[CERTIFICATE]))
}

/// A response with every field there is.
pub(crate) fn response() -> Vec<u8> {
    let sha256 = sha256();
    let [date, reason] = [b"\x18\x0f20261120100000Z".to_vec(), ReasonCode::KeyCompromise.encode()];
    let nonce = OcspNonce::new(&[0xa5; 32]).unwrap().encode();
    let revoked =
        CertStatus::Revoked { time: time("2026-11-21T10:00:00Z"), reason: Some(ReasonCode::KeyCompromise) };
    let extensions = [
        extension(oid::REASON_CODE, false, &reason),
        extension(oid::INVALIDITY_DATE, true, &date),
        extension(oid::OCSP_ARCHIVE_CUTOFF, false, &date),
    ];
    let next_update = Some(time("2026-11-29"));
    let responses = [
        SingleFields { next_update, ..good(cert_id(&sha256, &[1])) },
        SingleFields { status: revoked, extensions: &extensions, ..good(cert_id(&sha256, &[2])) },
        SingleFields { status: CertStatus::Unknown, ..good(cert_id(&sha256, &[0, 0x80])) },
    ];
    response_of(&responses, &[extension(oid::OCSP_NONCE, false, &nonce)])
}

/// A request with every field there is.
pub(crate) fn request() -> Vec<u8> {
    let sha256 = sha256();
    let nonce = OcspNonce::new(&[0xa5; 32]).unwrap().encode();
    let write_list = |writer: &mut Writer, one: Extension<'_>| writer.sequence(|list| one.write(list));
    Writer::build(|writer| {
        writer.sequence(|whole| {
            whole.sequence(|tbs| {
                let name = GeneralName::Email("a@a.test");
                tbs.nest(Tag::context_constructed(1), |explicit| name.write(explicit));
                tbs.sequence(|list| {
                    list.sequence(|one| {
                        cert_id(&sha256, &[1]).write(one);
                        let locator = extension(oid::OCSP_SERVICE_LOCATOR, true, &[0x30, 0]);
                        one.nest(Tag::context_constructed(0), |explicit| write_list(explicit, locator));
                    });
                    list.sequence(|one| cert_id(&sha256, &[2]).write(one));
                });
                tbs.nest(Tag::context_constructed(2), |explicit| {
                    write_list(explicit, extension(oid::OCSP_NONCE, true, &nonce));
                });
            });
            whole.nest(Tag::context_constructed(0), |explicit| {
                explicit.sequence(|signature| {
                    signature.raw(&algorithm());
                    signature.bit_string(&[0x5a; 70]);
                    signature.nest(Tag::context_constructed(0), |explicit| {
                        explicit.sequence(|list| list.raw(CERTIFICATE));
                    });
                });
            });
        });
    })
}

/// The response that our own writer makes of what was read.
fn written_again(basic: &BasicOcspResponse<'_>) -> Vec<u8> {
    let data = basic.data();
    let singles: Vec<_> = data.responses().iter().collect();
    let extensions: Vec<Vec<_>> = singles.iter().map(|one| one.extensions.iter().collect()).collect();
    let fields: Vec<_> = singles
        .iter()
        .zip(&extensions)
        .map(|(one, extensions)| SingleFields {
            cert_id: one.cert_id,
            status: one.status,
            this_update: one.this_update,
            next_update: one.next_update,
            extensions,
        })
        .collect();
    let block = write::response_data(&ResponseFields {
        responder_id: data.responder_id(),
        produced_at: data.produced_at(),
        responses: &fields,
        extensions: &data.extensions().iter().collect::<Vec<_>>(),
    });
    let certificates: Vec<_> = basic.certificates().iter().collect();
    let algorithm = basic.signature_algorithm();
    write::response(&write::basic_response(&block, algorithm.raw(), basic.signature_value(), &certificates))
}

#[test]
fn a_response_reads_back_field_by_field() {
    let der = response();
    let response = OcspResponse::parse(&der).unwrap();
    assert_eq!((response.der(), response.status()), (&der[..], ResponseStatus::Successful));
    let basic = response.basic().unwrap();
    assert_eq!(BasicOcspResponse::parse(basic.der()).as_ref(), Ok(basic));
    assert_eq!(basic.signature_value(), [0x5a; 70]);
    assert_eq!(basic.signature_algorithm().raw(), algorithm());
    assert_eq!(basic.certificates().iter().collect::<Vec<_>>(), [CERTIFICATE]);
    let data = basic.data();
    assert!(der.windows(data.raw().len()).any(|window| window == data.raw()));
    assert_eq!(data.responder_id(), ResponderId::ByKey(&[7; 20]));
    assert_eq!(data.produced_at(), time("2026-11-22T10:00:00Z"));
    assert_eq!(data.nonce().unwrap().value.octets(), [0xa5; 32]);
    assert_eq!(data.unprocessed(), None);
    let [good, revoked, unknown] = data.responses().iter().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((good.status, good.this_update), (CertStatus::Good, time("2026-11-22")));
    assert_eq!(good.next_update, Some(time("2026-11-29")));
    assert!(good.cert_id.matches(&cert_id(&sha256(), &[1])) && good.extensions.is_empty());
    let reason = Some(ReasonCode::KeyCompromise);
    assert_eq!(revoked.status, CertStatus::Revoked { time: time("2026-11-21T10:00:00Z"), reason });
    assert_eq!(revoked.reason().map(|reason| reason.value), reason);
    assert_eq!(revoked.invalidity_date().unwrap().value.0, time("2026-11-20T10:00:00Z"));
    assert_eq!((revoked.next_update, revoked.unprocessed()), (None, None));
    assert_eq!((unknown.status, unknown.cert_id.serial.to_string()), (CertStatus::Unknown, "80".to_owned()));
    assert_eq!(written_again(basic), der);
}

#[test]
fn a_request_reads_back_field_by_field() {
    let der = request();
    let request = OcspRequest::parse(&der).unwrap();
    let tbs = request.tbs();
    assert_eq!(request.der(), der);
    assert!(der.windows(tbs.raw().len()).any(|window| window == tbs.raw()));
    assert_eq!(tbs.requestor_name(), Some(GeneralName::Email("a@a.test")));
    let nonce = tbs.nonce().unwrap();
    assert_eq!((nonce.critical, nonce.value.octets()), (true, &[0xa5; 32][..]));
    assert_eq!(tbs.unprocessed(), None);
    let [first, second] = tbs.requests().iter().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(first.cert_id, cert_id(&sha256(), &[1]));
    assert_eq!(first.unprocessed(), Some(oid::OCSP_SERVICE_LOCATOR));
    assert_eq!((second.cert_id.serial, second.unprocessed()), (Serial::from_content(&[2]), None));
    let signature = request.signature().unwrap();
    assert_eq!((signature.algorithm.raw(), signature.value), (&algorithm()[..], &[0x5a; 70][..]));
    assert_eq!(signature.certificates.iter().collect::<Vec<_>>(), [CERTIFICATE]);
}

#[test]
fn a_request_of_our_own_is_about_these_certificates() {
    let sha256 = sha256();
    let ids = [cert_id(&sha256, &[1]), cert_id(&sha256, &[2])];
    for (ids, nonce) in [(&ids[..1], None), (&ids[..], OcspNonce::new(&[3; 32]))] {
        let der = write::request(ids, nonce);
        let request = OcspRequest::parse(&der).unwrap();
        let read: Vec<_> = request.tbs().requests().iter().map(|one| one.cert_id).collect();
        assert_eq!(read, ids);
        assert_eq!(request.tbs().nonce().map(|nonce| nonce.value), nonce);
        assert_eq!((request.tbs().requestor_name(), request.signature()), (None, None));
    }
}

#[test]
fn every_error_is_written_and_read_without_an_answer() {
    assert_eq!(write::error(ResponseStatus::Successful), None);
    for number in [1, 2, 3, 5, 6] {
        let status = ResponseStatus::from_number(number).unwrap();
        let der = write::error(status).unwrap();
        assert_eq!(der, [0x30, 3, 0x0a, 1, number]);
        let response = OcspResponse::parse(&der).unwrap();
        assert_eq!((response.status(), response.basic()), (status, None));
    }
}

#[test]
fn a_response_of_openssl_is_read_and_written_the_same() {
    let request = OcspRequest::parse(REQUEST_OF_FOUR).unwrap();
    let response = OcspResponse::parse(RESPONSE).unwrap();
    let basic = response.basic().unwrap();
    let name =
        NameBuilder::new().organization("Example").unwrap().common_name("Example OCSP").unwrap().build();
    let data = basic.data();
    assert_eq!(data.responder_id(), ResponderId::ByName(Name::parse(&name).unwrap()));
    assert_eq!(data.produced_at(), time("2026-11-26T08:22:50Z"));
    assert_eq!((data.nonce(), data.extensions().is_empty()), (None, true));
    let asked: Vec<_> = request.tbs().requests().iter().map(|one| one.cert_id).collect();
    let answers: Vec<_> = data.responses().iter().collect();
    assert!(answers.iter().map(|one| one.cert_id).eq(asked.iter().copied()));
    let serials: Vec<_> = asked.iter().map(|id| id.serial.to_string()).collect();
    assert_eq!(serials, ["4f01", "4f02", "4f03", "ff04"]);
    let revoked = |text, reason| CertStatus::Revoked { time: time(text), reason };
    let statuses = [
        CertStatus::Good,
        revoked("2026-11-20T10:00:00Z", Some(ReasonCode::KeyCompromise)),
        CertStatus::Unknown,
        revoked("2026-11-21T10:00:00Z", None),
    ];
    assert!(answers.iter().map(|one| one.status).eq(statuses));
    assert!(answers.iter().all(|one| one.next_update == Some(time("2026-12-03T08:22:50Z"))));
    let certificates: Vec<_> = basic.certificates().iter().collect();
    let responder = Certificate::parse(certificates[0]).unwrap();
    assert_eq!((certificates.len(), responder.tbs().subject().raw()), (1, &name[..]));
    assert!(responder.tbs().extensions().decode::<OcspNoCheck>().unwrap().is_some());
    assert_eq!(written_again(basic), RESPONSE);
    assert_eq!(write::request(&asked, None), REQUEST_OF_FOUR);
}

#[test]
fn openssl_repeats_the_nonce_of_a_request_and_names_itself_by_its_key() {
    let request = OcspRequest::parse(REQUEST).unwrap();
    let response = OcspResponse::parse(RESPONSE_BY_KEY).unwrap();
    let basic = response.basic().unwrap();
    let asked = request.tbs().requests().iter().next().unwrap().cert_id;
    let answer = basic.data().responses().iter().next().unwrap();
    assert_eq!((answer.cert_id, answer.status, answer.next_update), (asked, CertStatus::Good, None));
    assert_eq!(asked.hash_algorithm.oid(), oid::SHA1);
    // The responder is the issuer, and SHA-1 hashed its key for both.
    assert_eq!(basic.data().responder_id(), ResponderId::ByKey(asked.issuer_key_hash));
    assert_eq!(basic.data().nonce(), request.tbs().nonce());
    assert!(basic.data().nonce().is_some() && basic.certificates().is_empty());
    assert_eq!(written_again(basic), RESPONSE_BY_KEY);
    assert_eq!(write::request(&[asked], request.tbs().nonce().map(|nonce| nonce.value)), REQUEST);
}

#[test]
fn a_signed_request_of_openssl_names_who_asks() {
    let request = OcspRequest::parse(SIGNED_REQUEST).unwrap();
    let signature = request.signature().unwrap();
    let certificate = Certificate::parse(signature.certificates.iter().next().unwrap()).unwrap();
    let subject = certificate.tbs().subject();
    assert_eq!(request.tbs().requestor_name(), Some(GeneralName::Directory(subject)));
    assert_eq!(signature.algorithm.oid(), oid::ECDSA_WITH_SHA256);
}

#[test]
fn malformed_extensions_refuse_the_response_and_unknown_critical_ones_are_told() {
    let sha256 = sha256();
    let check = |single: &[Extension<'_>], whole: &[Extension<'_>]| {
        let answer = SingleFields { extensions: single, ..good(cert_id(&sha256, &[1])) };
        let der = response_of(&[answer], whole);
        let response = OcspResponse::parse(&der).map_err(|error| error.problem())?;
        let data = response.basic().unwrap().data();
        let told = |oid: Option<Oid<'_>>| oid.map(|oid| oid.to_string());
        let answer = data.responses().iter().next().unwrap();
        Ok::<_, Problem>((told(answer.unprocessed()), told(data.unprocessed())))
    };
    let reason = ReasonCode::Superseded.encode();
    let reason = extension(oid::REASON_CODE, true, &reason);
    let nonce = OcspNonce::new(&[1]).unwrap().encode();
    let nonce = extension(oid::OCSP_NONCE, true, &nonce);
    assert_eq!(check(&[reason], &[nonce]), Ok((None, None)));
    assert_eq!(check(&[nonce], &[]), Ok((Some("1.3.6.1.5.5.7.48.1.2".to_owned()), None)));
    assert_eq!(check(&[], &[reason]), Ok((None, Some("2.5.29.21".to_owned()))));
    assert_eq!(check(&[extension(oid::OCSP_CRL, false, &[])], &[]), Ok((None, None)));
    assert_eq!(check(&[reason, reason], &[]), Err(Problem::DuplicateExtension));
    assert_eq!(check(&[], &[nonce, nonce]), Err(Problem::DuplicateExtension));
    let unknown_reason = extension(oid::REASON_CODE, false, &[10, 1, 7]);
    assert_eq!(check(&[unknown_reason], &[]), Err(Problem::UnknownReason { found: 7 }));
    assert!(check(&[extension(oid::INVALIDITY_DATE, false, b"\x17\x0d261122100000Z")], &[]).is_err());
    let empty_nonce = extension(oid::OCSP_NONCE, false, &[4, 0]);
    assert_eq!(check(&[], &[empty_nonce]), Err(Problem::WrongLength { what: "nonce", length: 0 }));
}

#[test]
fn lists_are_neither_empty_nor_endless() {
    let sha256 = sha256();
    let id = cert_id(&sha256, &[1]);
    let check = |count: usize, expect: Option<Problem>| {
        let response = response_of(&vec![good(id); count], &[]);
        assert_eq!(OcspResponse::parse(&response).err().map(|error| error.problem()), expect, "{count}");
        let request = write::request(&vec![id; count], None);
        assert_eq!(OcspRequest::parse(&request).err().map(|error| error.problem()), expect, "{count}");
    };
    check(0, Some(Problem::EmptyList));
    check(1, None);
    check(256, None);
    check(257, Some(Problem::TooMany { limit: 256 }));
}

#[test]
fn times_are_generalized_and_a_version_is_left_out() {
    let der = response();
    let response = OcspResponse::parse(&der).unwrap();
    let data = response.basic().unwrap().data().raw();
    let parse = |data: &[u8]| {
        let basic = write::basic_response(data, &algorithm(), &[1], &[]);
        BasicOcspResponse::parse(&basic).map(drop).map_err(|error| (error.field(), error.problem()))
    };
    assert_eq!(parse(data), Ok(()));
    let content = x509::der::Reader::whole(data, Tag::SEQUENCE).unwrap().content;
    let version = [&[0xa0, 3, 2, 1, 0], content].concat();
    let versioned = Writer::build(|writer| writer.element(Tag::SEQUENCE, &version));
    assert_eq!(parse(&versioned), Err(("version", Problem::DefaultEncoded)));
    // The first time in it is producedAt.
    let at = data.windows(2).position(|window| window == [0x18, 0x0f]).unwrap();
    let mut fraction = data.to_vec();
    fraction[at + 2 + 12..at + 2 + 15].copy_from_slice(b".5Z");
    assert_eq!(parse(&fraction), Err(("producedAt", Problem::Time)));
    let mut utc = data.to_vec();
    utc[at] = 0x17;
    let unexpected = Problem::UnexpectedTag { expected: Tag::GENERALIZED_TIME, found: Tag::UTC_TIME };
    assert_eq!(parse(&utc), Err(("producedAt", unexpected)));
}

#[test]
fn every_cut_and_every_extra_byte_is_refused() {
    for der in [&response()[..], RESPONSE, RESPONSE_BY_KEY] {
        for cut in 0..der.len() {
            assert!(OcspResponse::parse(&der[..cut]).is_err(), "cut at {cut}");
        }
        assert!(OcspResponse::parse(&[der, &[0]].concat()).is_err());
    }
    for der in [&request()[..], REQUEST, REQUEST_OF_FOUR, SIGNED_REQUEST] {
        for cut in 0..der.len() {
            assert!(OcspRequest::parse(&der[..cut]).is_err(), "cut at {cut}");
        }
        assert!(OcspRequest::parse(&[der, &[0]].concat()).is_err());
    }
}

#[test]
fn every_bit_flipped_is_refused_or_read_as_what_it_says() {
    for original in [&response()[..], RESPONSE, RESPONSE_BY_KEY] {
        for (index, bit) in (0..original.len()).flat_map(|index| (0..8).map(move |bit| (index, bit))) {
            let mut der = original.to_vec();
            der[index] ^= 1 << bit;
            let Ok(response) = OcspResponse::parse(&der) else { continue };
            assert_eq!(written_again(response.basic().unwrap()), der, "bit {bit} of {index}");
        }
    }
    for original in [&request()[..], REQUEST, REQUEST_OF_FOUR, SIGNED_REQUEST] {
        let count = OcspRequest::parse(original).unwrap().tbs().requests().iter().count();
        for (index, bit) in (0..original.len()).flat_map(|index| (0..8).map(move |bit| (index, bit))) {
            let mut der = original.to_vec();
            der[index] ^= 1 << bit;
            let Ok(request) = OcspRequest::parse(&der) else { continue };
            assert_eq!(request.tbs().requests().iter().count(), count, "bit {bit} of {index}");
        }
    }
}
