// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP answers, judged by `verify`, and requests of every kind.

use std::sync::Arc;

use authority::{Issued, Issuer};
use keys::AwsLc;
use status::{Lifetime, answer, request_for};
use verify::{NoTrace, Question, Revocation, StatusOf, TrustAnchors, decide};
use x509::ext::{OcspNonce, ReasonCode};
use x509::ocsp::{CertId, CertStatus, ResponseStatus};
use x509::{AlgorithmIdentifier, DigestAlgorithm, OcspResponse, Serial, SignatureVerifier, oid};

use crate::office::{Office, WEEK, now, wait};

fn issuers(office: &Office) -> [Arc<Issuer>; 2] {
    [Arc::clone(&office.founded.root), Arc::clone(&office.founded.intermediate)]
}

fn answered(office: &Office, request: &[u8]) -> Vec<u8> {
    wait(answer(request, &issuers(office), WEEK, now(), &office.record, &AwsLc)).unwrap()
}

fn asked(office: &Office, issued: &Issued, nonce: Option<&[u8]>) -> Vec<u8> {
    let nonce = nonce.and_then(OcspNonce::new);
    request_for(issued.certificate(), &issuers(office), nonce, &AwsLc).unwrap().unwrap()
}

/// What a client that insists on the leaf's status decides by this response.
fn judged(office: &Office, issued: &Issued, response: &[u8], nonce: Option<&[u8]>) -> Result<(), String> {
    let mut anchors = TrustAnchors::new();
    anchors.add_certificate(office.founded.root.certificate()).unwrap();
    let chain: Vec<&[u8]> = issued.chain().collect();
    let responses = [response];
    let mut revocation = Revocation::new(&[], &responses);
    (revocation.of, revocation.nonce) = (StatusOf::Leaf, nonce);
    let mut question = Question::new(&chain, &anchors, now());
    question.revocation = Some(revocation);
    decide(&question, &AwsLc, &mut NoTrace).map(drop).map_err(|rejection| rejection.rule().id.to_owned())
}

/// The status of the one answer in a response.
fn status(response: &[u8]) -> CertStatus {
    let response = OcspResponse::parse(response).unwrap();
    response.basic().unwrap().data().responses().iter().next().unwrap().status
}

fn refusal(office: &Office, request: &[u8]) -> ResponseStatus {
    OcspResponse::parse(&answered(office, request)).unwrap().status()
}

/// A request about a serial number of the intermediate's, by a digest.
fn by(office: &Office, digest: (x509::Oid<'static>, DigestAlgorithm), serial: &[u8]) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::encode(digest.0, None);
    let issuer = office.issuer();
    let (name, key) =
        (AwsLc.digest(digest.1, issuer.subject()), AwsLc.digest(digest.1, issuer.key_bits().unwrap()));
    let id = CertId {
        hash_algorithm: AlgorithmIdentifier::parse(&algorithm).unwrap(),
        issuer_name_hash: name.octets(),
        issuer_key_hash: key.octets(),
        serial: Serial::from_content(serial),
    };
    x509::ocsp::write::request(&[id], None)
}

#[test]
fn a_client_that_insists_on_the_status_gets_it() {
    let office = Office::new();
    let (good, bad) = (office.issue(47), office.issue(47));
    office.revoke(&bad, ReasonCode::KeyCompromise);
    let response = |issued| answered(&office, &asked(&office, issued, None));
    assert_eq!(judged(&office, &good, &response(&good), None), Ok(()));
    assert_eq!(judged(&office, &bad, &response(&bad), None), Err("not-revoked".to_owned()));
    assert_eq!(judged(&office, &good, &response(&bad), None), Err("status-known".to_owned()));
    let reason = Some(ReasonCode::KeyCompromise);
    assert_eq!(status(&response(&bad)), CertStatus::Revoked { time: now(), reason });
    let held = office.issue(47);
    office.revoke(&held, ReasonCode::CertificateHold);
    assert!(matches!(status(&response(&held)), CertStatus::Revoked { .. }));
    office.release(&held);
    assert_eq!(status(&response(&held)), CertStatus::Good);
}

#[test]
fn a_nonce_comes_back() {
    let office = Office::new();
    let issued = office.issue(47);
    for nonce in [&[7; 1][..], &[7; 32], &[7; 128]] {
        let response = answered(&office, &asked(&office, &issued, Some(nonce)));
        assert_eq!(judged(&office, &issued, &response, Some(nonce)), Ok(()));
        assert_eq!(judged(&office, &issued, &response, Some(&[8; 32])), Err("status-known".to_owned()));
    }
}

#[test]
fn whoever_was_never_issued_is_unknown_by_every_digest() {
    let office = Office::new();
    let issued = office.issue(47);
    for digest in [
        (oid::SHA1, DigestAlgorithm::Sha1),
        (oid::SHA256, DigestAlgorithm::Sha256),
        (oid::SHA384, DigestAlgorithm::Sha384),
        (oid::SHA512, DigestAlgorithm::Sha512),
    ] {
        let about = |serial: &[u8]| status(&answered(&office, &by(&office, digest, serial)));
        assert_eq!(about(&issued.serial().octets()[..]), CertStatus::Good);
        for serial in [&[0x40, 1][..], &[0], &[0x80], &[0x7f; 64]] {
            assert_eq!(about(serial), CertStatus::Unknown, "{serial:02x?}");
        }
    }
}

#[test]
fn what_is_no_request_of_ours_is_told_without_a_signature() {
    let office = Office::new();
    let (issued, stranger) = (office.issue(47), Office::new());
    assert_eq!(refusal(&office, b""), ResponseStatus::MalformedRequest);
    assert_eq!(refusal(&office, &[0x30, 0x00]), ResponseStatus::MalformedRequest);
    let foreign = stranger.issue(47);
    assert_eq!(refusal(&office, &asked(&stranger, &foreign, None)), ResponseStatus::Unauthorized);
    assert!(request_for(foreign.certificate(), &issuers(&office), None, &AwsLc).unwrap().is_none());
    let sound = asked(&office, &issued, Some(&[7; 16]));
    for bit in 0..sound.len() * 8 {
        let mut request = sound.clone();
        request[bit / 8] ^= 1 << (bit % 8);
        // Whatever comes of it is a response.
        assert!(OcspResponse::parse(&answered(&office, &request)).is_ok(), "bit {bit}");
    }
}

#[test]
fn several_are_answered_at_once_those_of_another_issuer_as_unknown() {
    let office = Office::new();
    let issued = office.issue(47);
    let intermediate = x509::Certificate::parse(office.issuer().certificate()).unwrap();
    let (algorithm, hash) = (AlgorithmIdentifier::encode(oid::SHA1, None), |data: &[u8]| {
        AwsLc.digest(DigestAlgorithm::Sha1, data)
    });
    let [root, own] = [&office.founded.root, &office.founded.intermediate]
        .map(|issuer| (hash(issuer.subject()), hash(issuer.key_bits().unwrap())));
    let id = |(name, key): &(x509::Digest, x509::Digest), serial| {
        x509::der::Writer::build(|writer| {
            CertId {
                hash_algorithm: AlgorithmIdentifier::parse(&algorithm).unwrap(),
                issuer_name_hash: name.octets(),
                issuer_key_hash: key.octets(),
                serial: Serial::from_content(serial),
            }
            .write(writer);
        })
    };
    let serial = issued.serial().octets().to_vec();
    let ids = [id(&own, &serial[..]), id(&root, intermediate.tbs().serial().content()), id(&own, &[0x44])];
    let ids: Vec<CertId<'_>> =
        ids.iter().map(|id| CertId::read(&mut x509::der::Reader::new(id)).unwrap()).collect();
    let response = answered(&office, &x509::ocsp::write::request(&ids, None));
    let response = OcspResponse::parse(&response).unwrap();
    let answers = response.basic().unwrap().data().responses();
    let statuses: Vec<CertStatus> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [CertStatus::Good, CertStatus::Unknown, CertStatus::Unknown]);
    let lifetimes = answers.iter().map(|answer| answer.next_update.unwrap());
    assert!(lifetimes.eq([now().plus(Lifetime(WEEK.0).0); 3]));
}
