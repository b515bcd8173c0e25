// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP answers, judged by `verify`, and requests of every kind.

use std::sync::Arc;
use std::time::Duration;

use authority::journal::{CrlIssued, CrlPresigned, Link};
use authority::record::Answer;
use authority::{
    BaseUrl, Batch, CertificateQuery, CertificateRecord, Filing, Head, Inspection, Issued, Issuer, IssuerId,
    IssuerRecord, Page, Receipt, Record, RecordError, Revoked, Search, Status, StatusRecord, TokenId,
    TokenRecord,
};
use keys::{AwsLc, SignError, Signer, TlsScheme};
use status::{Moment, OcspAnswer, Rate, Responder, Settings, request_for};
use verify::{NoTrace, Question, Revocation, StatusOf, TrustAnchors, decide};
use x509::ext::{OcspNonce, ReasonCode};
use x509::ocsp::{CertId, CertStatus, ResponseStatus};
use x509::{AlgorithmIdentifier, Certificate, DigestAlgorithm, OcspResponse, Serial, SignatureVerifier, oid};

use crate::office::{Office, WEEK, now, wait};

fn issuers(office: &Office) -> [Arc<Issuer>; 2] {
    [Arc::clone(&office.founded.root), Arc::clone(&office.founded.intermediate)]
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.lifetime = WEEK;
    settings.live = Rate { per_second: 10, at_once: 10_000 };
    settings
}

fn responder(office: &Office, settings: Settings) -> Responder {
    Responder::new(&issuers(office), settings, Arc::new(AwsLc)).unwrap()
}

/// After so many milliseconds since the start, a second of which is a second on the wall.
fn after(millis: u64) -> Moment {
    let uptime = Duration::from_millis(millis);
    Moment { now: now().plus(Duration::from_secs(uptime.as_secs())), uptime }
}

fn answered(office: &Office, request: &[u8]) -> Vec<u8> {
    let responder = responder(office, settings());
    wait(responder.answer(request, after(0), &office.record)).unwrap().der.to_vec()
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

/// A signer for whom too many wait.
#[derive(Debug)]
struct Busy(Arc<Issuer>, Vec<u8>);

impl Signer for Busy {
    fn public_key_info(&self) -> &[u8] {
        &self.1
    }

    fn signature_algorithm(&self) -> &[u8] {
        self.0.signature_algorithm()
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError::Busy { limit: 1 })
    }

    fn tls_schemes(&self) -> &[TlsScheme] {
        &[]
    }

    fn sign_tls(&self, _: TlsScheme, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError::Busy { limit: 1 })
    }
}

#[test]
fn while_too_many_wait_for_the_signer_a_client_is_told_to_try_later() {
    let office = Office::new();
    let issued = office.issue(47);
    let issuer = Arc::clone(&office.founded.intermediate);
    let own = Certificate::parse(issuer.certificate()).unwrap();
    let busy = Busy(Arc::clone(&issuer), own.tbs().subject_public_key_info().raw().to_vec());
    let issuer = Issuer::prove(issuer.chain().to_vec(), Arc::new(busy), &AwsLc).unwrap();
    let responder = Responder::new(&[Arc::new(issuer)], settings(), Arc::new(AwsLc)).unwrap();
    for nonce in [None, Some(&[7; 32][..])] {
        let asked = asked(&office, &issued, nonce);
        let answer = wait(responder.answer(&asked, after(0), &office.record)).unwrap();
        let answer = OcspResponse::parse(&answer.der).unwrap().status();
        assert_eq!(answer, ResponseStatus::TryLater, "{nonce:?}");
    }
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
    let responder = responder(&office, settings());
    for bit in 0..sound.len() * 8 {
        let mut request = sound.clone();
        request[bit / 8] ^= 1 << (bit % 8);
        let answer = wait(responder.answer(&request, after(0), &office.record)).unwrap();
        // Whatever comes of it is a response.
        assert!(OcspResponse::parse(&answer.der).is_ok(), "bit {bit}");
    }
    let id = [by(&office, (oid::SHA1, DigestAlgorithm::Sha1), &[0x40])];
    let id = x509::OcspRequest::parse(&id[0]).unwrap().tbs().requests().iter().next().unwrap().cert_id;
    let about = |many: usize| refusal(&office, &x509::ocsp::write::request(&vec![id; many], None));
    assert_eq!(about(100), ResponseStatus::Successful);
    assert_eq!(about(101), ResponseStatus::MalformedRequest);
}

#[test]
fn an_answer_is_kept_until_something_has_changed_or_half_of_its_life_is_over() {
    let office = Office::new();
    let (issued, other) = (office.issue(47), office.issue(47));
    let responder = responder(&office, settings());
    let ask = |issued: &Issued, at: Moment| -> OcspAnswer {
        wait(responder.answer(&asked(&office, issued, None), at, &office.record)).unwrap()
    };
    let first = ask(&issued, after(0));
    let life = first.reusable.unwrap();
    assert_eq!((life.this_update, life.next_update), (now(), now().plus(WEEK.0)));
    assert_eq!(judged(&office, &issued, &first.der, None), Ok(()));
    // ECDSA: a second signature would be another one.
    assert_eq!(ask(&issued, after(500)), first);
    assert_eq!(ask(&issued, after(60_000)), first);
    let of_other = ask(&other, after(60_000));
    office.revoke(&issued, ReasonCode::KeyCompromise);
    assert_eq!(ask(&issued, after(60_500)), first, "the record was looked into half a second ago");
    let revoked = ask(&issued, after(61_000));
    assert!(matches!(status(&revoked.der), CertStatus::Revoked { .. }));
    assert_eq!(ask(&issued, after(61_500)), revoked);
    assert_eq!(ask(&other, after(61_500)), of_other, "of which nothing has changed");
    let half = u64::try_from(WEEK.0.as_millis()).unwrap() / 2;
    assert_eq!(ask(&other, after(60_000 + half - 1_000)), of_other);
    let again = ask(&other, after(60_000 + half));
    assert_eq!(again.reusable.unwrap().this_update, after(60_000 + half).now);
    // The clock was put back: what was made in its future is of no use to whoever has the right time.
    let back = Moment { now: now(), uptime: after(61_000 + half).uptime };
    assert_eq!(ask(&other, back).reusable.unwrap().this_update, now());
}

#[test]
fn what_is_for_one_client_has_its_rate_and_what_is_kept_has_none() {
    let office = Office::new();
    let issued = office.issue(47);
    let mut settings = settings();
    settings.live = Rate { per_second: 1, at_once: 3 };
    let responder = responder(&office, settings);
    let ask = |request: &[u8], millis| {
        let answer = wait(responder.answer(request, after(millis), &office.record)).unwrap();
        (OcspResponse::parse(&answer.der).unwrap().status(), answer.reusable.is_some())
    };
    let with_nonce = asked(&office, &issued, Some(&[7; 16]));
    let never_issued = by(&office, (oid::SHA1, DigestAlgorithm::Sha1), &[0x40, 1]);
    let plain = asked(&office, &issued, None);
    for request in [&with_nonce, &never_issued, &with_nonce] {
        assert_eq!(ask(request, 0), (ResponseStatus::Successful, false));
    }
    for request in [&with_nonce, &never_issued] {
        assert_eq!(ask(request, 0), (ResponseStatus::TryLater, false));
    }
    assert_eq!(ask(&plain, 0), (ResponseStatus::Successful, true));
    assert_eq!(ask(&plain, 0), (ResponseStatus::Successful, true));
    assert_eq!(ask(&with_nonce, 1_000), (ResponseStatus::Successful, false));
    assert_eq!(ask(&with_nonce, 1_000), (ResponseStatus::TryLater, false));
}

/// A record that says only how one certificate stands, or that answers no more.
struct Says(Option<StatusRecord>);

impl Record for Says {
    fn commit(&self, _: Batch) -> Answer<'_, Receipt> {
        gone()
    }
    fn head(&self) -> Answer<'_, Head> {
        gone()
    }
    fn issuers(&self) -> Answer<'_, Vec<IssuerRecord>> {
        gone()
    }
    fn certificates(&self, _: CertificateQuery) -> Answer<'_, Vec<CertificateRecord>> {
        gone()
    }
    fn search(&self, _: Search) -> Answer<'_, Page> {
        gone()
    }
    fn misfiled(&self, _: u64, _: Filing) -> Answer<'_, Vec<String>> {
        gone()
    }
    fn inspect(&self) -> Answer<'_, Inspection> {
        gone()
    }
    fn status(&self, _: IssuerId, serial: Vec<u8>) -> Answer<'_, Option<StatusRecord>> {
        said(self.0.as_ref().map(|one| Some(one.clone()).filter(|one| one.serial == serial)))
    }
    fn changes(&self, _: IssuerId, after: u64, _: usize) -> Answer<'_, Vec<StatusRecord>> {
        said(self.0.as_ref().map(|one| Vec::from_iter(Some(one.clone()).filter(|one| one.sequence > after))))
    }
    fn last_change(&self, _: IssuerId) -> Answer<'_, u64> {
        said(self.0.as_ref().map(|one| one.sequence))
    }
    fn last_crl(&self, _: IssuerId) -> Answer<'_, Option<CrlIssued>> {
        gone()
    }
    fn presigned_crl(&self, _: IssuerId, _: x509::Time) -> Answer<'_, Option<CrlPresigned>> {
        gone()
    }
    fn count_expiring(&self, _: x509::Time, _: x509::Time) -> Answer<'_, u64> {
        gone()
    }
    fn compromised(&self, _: [u8; 32]) -> Answer<'_, Option<x509::Time>> {
        gone()
    }
    fn base_url(&self) -> Answer<'_, Option<BaseUrl>> {
        gone()
    }
    fn shardings(&self) -> Answer<'_, Vec<authority::Sharding>> {
        gone()
    }
    fn token(&self, _: TokenId) -> Answer<'_, Option<TokenRecord>> {
        gone()
    }
    fn tokens(&self) -> Answer<'_, Vec<TokenRecord>> {
        gone()
    }
    fn requests(&self, _: authority::RequestQuery) -> Answer<'_, Vec<authority::RequestRecord>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn links(&self, _: u64, _: usize) -> Answer<'_, Vec<Link>> {
        gone()
    }
}

fn gone<'a, T: Send + 'a>() -> Answer<'a, T> {
    said(None)
}

fn said<'a, T: Send + 'a>(answer: Option<T>) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer.ok_or(RecordError::Closed)))
}

#[test]
fn a_change_is_seen_of_a_serial_number_whose_first_bit_is_set() {
    // Other authorities give such, which were imported with their certificates: as an INTEGER it has an octet more.
    let office = Office::new();
    let responder = responder(&office, settings());
    let request = by(&office, (oid::SHA1, DigestAlgorithm::Sha1), &[0x00, 0x80, 0x01]);
    let says = |sequence, status| {
        Says(Some(StatusRecord { sequence, serial: vec![0x80, 0x01], not_after: now().plus(WEEK.0), status }))
    };
    let ask =
        |millis, record: &Says| status(&wait(responder.answer(&request, after(millis), record)).unwrap().der);
    assert_eq!(ask(0, &says(7, Status::Good)), CertStatus::Good);
    // The negative number of the same octets is another one, and nobody's.
    let negative = by(&office, (oid::SHA1, DigestAlgorithm::Sha1), &[0x80, 0x01]);
    let answer = wait(responder.answer(&negative, after(0), &says(7, Status::Good))).unwrap();
    assert_eq!(status(&answer.der), CertStatus::Unknown);
    let revoked = Revoked { reason: ReasonCode::KeyCompromise, since: now(), invalid_from: None };
    let revoked = says(8, Status::Revoked(revoked));
    assert!(matches!(ask(1_000, &revoked), CertStatus::Revoked { .. }));
}

#[test]
fn what_is_for_one_client_says_what_the_record_said_within_the_last_second() {
    let office = Office::new();
    let issued = office.issue(47);
    let responder = responder(&office, settings());
    let request = asked(&office, &issued, Some(&[7; 16]));
    let ask = |millis, record: &dyn Record| wait(responder.answer(&request, after(millis), record));
    let gone = Says(None);
    assert!(ask(0, &gone).is_err());
    assert_eq!(status(&ask(0, &office.record).unwrap().der), CertStatus::Good);
    assert_eq!(status(&ask(999, &gone).unwrap().der), CertStatus::Good, "nobody was asked");
    assert!(ask(1_000, &gone).is_err());
    assert_eq!(status(&ask(1_000, &office.record).unwrap().der), CertStatus::Good);
    office.revoke(&issued, ReasonCode::KeyCompromise);
    assert_eq!(status(&ask(1_999, &office.record).unwrap().der), CertStatus::Good);
    assert!(matches!(status(&ask(2_000, &office.record).unwrap().der), CertStatus::Revoked { .. }));
}

#[test]
fn with_a_record_that_does_not_answer_nothing_that_was_kept_is_given() {
    let office = Office::new();
    let issued = office.issue(47);
    let responder = responder(&office, settings());
    let request = asked(&office, &issued, None);
    let first = wait(responder.answer(&request, after(0), &office.record)).unwrap();
    assert!(wait(responder.answer(&request, after(2_000), &Says(None))).is_err());
    office.revoke(&issued, ReasonCode::KeyCompromise);
    let back = wait(responder.answer(&request, after(2_001), &office.record)).unwrap();
    assert_ne!(back, first);
    assert!(matches!(status(&back.der), CertStatus::Revoked { .. }));
    let failed = OcspResponse::parse(&Responder::failed().der).unwrap().status();
    assert_eq!(failed, ResponseStatus::InternalError);
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
    assert!(lifetimes.eq([now().plus(WEEK.0); 3]));
}
