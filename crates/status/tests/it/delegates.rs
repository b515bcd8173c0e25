// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers that an issuer has delegated, judged by `verify`.

use std::sync::Arc;
use std::time::Duration;

use authority::{Delegate, DelegateError, Issued, Issuer, Profile, StatusError};
use keys::csr::RequestSpec;
use keys::{AwsLc, KeyKind, PrivateKey, Signer, SubjectName};
use status::{Moment, Responder, Settings, request_for};
use verify::{NoTrace, Question, Revocation, StatusOf, TrustAnchors, decide};
use x509::ext::{OcspNonce, ReasonCode};
use x509::{Certificate, OcspResponse};

use crate::office::{Office, now, wait};

const DAY: u64 = 86_400;

fn responder(office: &Office) -> Responder {
    let issuers = [Arc::clone(&office.founded.root), Arc::clone(&office.founded.intermediate)];
    Responder::new(&issuers, Settings::default(), Arc::new(AwsLc)).unwrap()
}

fn appointed(office: &Office, issued: &Issued, key: &Arc<PrivateKey>) -> Result<Delegate, DelegateError> {
    let signer = Arc::clone(key) as Arc<dyn Signer>;
    Delegate::prove(issued.certificate().to_vec(), signer, office.issuer(), &AwsLc)
}

/// After so many seconds.
fn after(seconds: u64) -> Moment {
    let uptime = Duration::from_secs(seconds);
    Moment { now: now().plus(uptime), uptime }
}

fn asked(office: &Office, issued: &Issued, nonce: Option<&[u8]>) -> Vec<u8> {
    let issuers: [Arc<Issuer>; 1] = [Arc::clone(&office.founded.intermediate)];
    request_for(issued.certificate(), &issuers, nonce.and_then(OcspNonce::new), &AwsLc).unwrap().unwrap()
}

/// What a client that insists on the status of the leaf decides then by a response.
fn judged(office: &Office, issued: &Issued, response: &[u8], at: Moment) -> Result<(), String> {
    let mut anchors = TrustAnchors::new();
    anchors.add_certificate(office.founded.root.certificate()).unwrap();
    let chain: Vec<&[u8]> = issued.chain().collect();
    let responses = [response];
    let mut revocation = Revocation::new(&[], &responses);
    revocation.of = StatusOf::Leaf;
    let mut question = Question::new(&chain, &anchors, at.now);
    question.revocation = Some(revocation);
    decide(&question, &AwsLc, &mut NoTrace).map(drop).map_err(|rejection| rejection.rule().id.to_owned())
}

/// How many certificates come along.
fn along(response: &[u8]) -> usize {
    OcspResponse::parse(response).unwrap().basic().unwrap().certificates().iter().count()
}

#[test]
fn an_answer_that_was_delegated_is_believed_and_names_who_gave_it() {
    let office = Office::new();
    let (good, bad) = (office.issue(47), office.issue(47));
    office.revoke(&bad, ReasonCode::KeyCompromise);
    let responder = responder(&office);
    let (certified, key) = office.delegate();
    responder.appoint(appointed(&office, &certified, &key).unwrap()).unwrap();
    for nonce in [None, Some(&[7; 32][..])] {
        let answer = |issued: &Issued| {
            wait(responder.answer(&asked(&office, issued, nonce), after(0), &office.record)).unwrap()
        };
        let answered = answer(&good);
        assert_eq!(along(&answered.der), 1);
        assert_eq!(answered.reusable.is_some(), nonce.is_none());
        assert_eq!(judged(&office, &good, &answered.der, after(0)), Ok(()));
        assert_eq!(judged(&office, &bad, &answer(&bad).der, after(0)), Err("not-revoked".to_owned()));
    }
}

#[test]
fn no_answer_outlives_the_certificate_of_who_gave_it_and_then_the_issuer_answers_itself() {
    let office = Office::new();
    let issued = office.issue(47);
    let responder = responder(&office);
    let (certified, key) = office.delegate();
    let end = certified.period().not_after;
    responder.appoint(appointed(&office, &certified, &key).unwrap()).unwrap();
    let answer =
        |at: Moment| wait(responder.answer(&asked(&office, &issued, None), at, &office.record)).unwrap();
    let (long, late) = (after(12 * DAY), after(14 * DAY - 3_600));
    assert_eq!(answer(long).reusable.unwrap().next_update, long.now.plus(Duration::from_secs(DAY)));
    let last = answer(late);
    assert_eq!((last.reusable.unwrap().next_update, along(&last.der)), (end, 1));
    let over = after(14 * DAY);
    assert!(!certified.period().contains(over.now));
    let own = answer(over);
    assert_eq!(along(&own.der), 0);
    assert_eq!(judged(&office, &issued, &own.der, over), Ok(()));
}

#[test]
fn of_who_was_dismissed_nothing_is_given_any_more() {
    let office = Office::new();
    let issued = office.issue(47);
    let responder = responder(&office);
    let (certified, key) = office.delegate();
    let answer = || wait(responder.answer(&asked(&office, &issued, None), after(0), &office.record)).unwrap();
    responder.appoint(appointed(&office, &certified, &key).unwrap()).unwrap();
    assert_eq!(along(&answer().der), 1);
    responder.dismiss(office.issuer().id());
    let own = answer();
    assert_eq!(along(&own.der), 0);
    assert_eq!(judged(&office, &issued, &own.der, after(0)), Ok(()));
}

#[test]
fn nobody_answers_who_was_not_certified_for_that_by_the_issuer_itself() {
    let (office, stranger) = (Office::new(), Office::new());
    let (certified, key) = office.delegate();
    let (foreign, foreign_key) = stranger.delegate();
    let refused = |issued: &Issued, key: &Arc<PrivateKey>| appointed(&office, issued, key).unwrap_err();
    assert_eq!(refused(&certified, &foreign_key), DelegateError::KeyMismatch);
    // The names of the two authorities are made of their keys.
    assert!(matches!(refused(&foreign, &foreign_key), DelegateError::OtherIssuer { .. }));
    let other = Arc::new(PrivateKey::generate(KeyKind::P256).unwrap());
    let leaf = office.issue(47);
    assert_eq!(refused(&leaf, &other), DelegateError::KeyMismatch);
    let mut flipped = certified.certificate().to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    let signer = Arc::clone(&key) as Arc<dyn Signer>;
    let flipped = Delegate::prove(flipped, signer, office.issuer(), &AwsLc).unwrap_err();
    assert!(matches!(flipped, DelegateError::Signature { .. }), "{flipped}");
    let names = vec![SubjectName::parse("db.internal").unwrap()];
    let spec = RequestSpec { common_name: None, names };
    let server = office.certified(&other, &spec, Profile::named("server"), None);
    assert!(matches!(refused(&server, &other), DelegateError::NotAppointed { .. }));
    // And who answers does that alone.
    let delegate = appointed(&office, &certified, &key).unwrap();
    let certificate = Certificate::parse(leaf.certificate()).unwrap();
    let smuggled = delegate.sign_answer(certificate.tbs().raw(), &AwsLc);
    assert!(matches!(smuggled, Err(StatusError::NoStatus)), "{smuggled:?}");
}
