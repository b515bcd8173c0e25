// SPDX-License-Identifier: MIT OR Apache-2.0
//! The status of certificates by OCSP responses (RFC 6960).

use keys::AwsLc;
use verify::{Question, Revocation, StatusOf, UnknownStatus};
use x509::ext::{ExtendedKeyUsage, KeyUsage, OcspNoCheck, OcspNonce, ReasonCode};
use x509::ocsp::write::{ResponseFields, SingleFields, basic_response, error, response, response_data};
use x509::ocsp::{CertId, CertStatus, ResponderId, ResponseStatus};
use x509::{
    AlgorithmIdentifier, Certificate, DigestAlgorithm, Extension, Name, Oid, Serial, SignatureVerifier as _,
    Time, oid,
};

use super::{LEAF, Line, judged, line, words};
use crate::pki::lists::List;
use crate::pki::{Issued, Spec};

const RESPONDER: &[u8] = &[0x4a, 40];

/// What a response is to say of one certificate.
#[derive(Clone)]
struct Answer {
    serial: Vec<u8>,
    digest: (Oid<'static>, DigestAlgorithm),
    status: CertStatus,
    this_update: &'static str,
    next_update: Option<&'static str>,
    by_key: bool,
    nonce: Option<Vec<u8>>,
    extension: Option<(Oid<'static>, bool)>,
    single_extension: Option<(Oid<'static>, bool)>,
    /// How many times it says so.
    times: usize,
}

fn good() -> Answer {
    Answer {
        serial: LEAF.to_vec(),
        digest: (oid::SHA256, DigestAlgorithm::Sha256),
        status: CertStatus::Good,
        this_update: "2026-11-22T09:00:00Z",
        next_update: Some("2026-11-23T09:00:00Z"),
        by_key: true,
        nonce: None,
        extension: None,
        single_extension: None,
        times: 1,
    }
}

fn revoked() -> Answer {
    let time = Time::parse("2026-11-20").unwrap();
    Answer { status: CertStatus::Revoked { time, reason: Some(ReasonCode::KeyCompromise) }, ..good() }
}

impl Answer {
    /// Signed by `signer` about a certificate of `issuer`; `certificates` go with it.
    fn signed(&self, signer: &Issued, issuer: &Issued, certificates: &[&Issued]) -> Vec<u8> {
        let tbs = |issued: &Issued| *Certificate::parse(Box::leak(issued.der.clone().into())).unwrap().tbs();
        let (algorithm, digest) = self.digest;
        let algorithm = AlgorithmIdentifier::encode(algorithm, None);
        let name = AwsLc.digest(digest, &issuer.subject);
        let key = AwsLc.digest(digest, tbs(issuer).subject_public_key_info().key_bits());
        let by = AwsLc.digest(DigestAlgorithm::Sha1, tbs(signer).subject_public_key_info().key_bits());
        let nonce = self.nonce.as_ref().map(|octets| OcspNonce::new(octets).unwrap().encode());
        let nonce = nonce.as_ref().map(|value| (oid::OCSP_NONCE, false, &value[..]));
        let null: &[u8] = &[5, 0];
        let extension = |(oid, critical, value)| Extension { oid, critical, value };
        let with = |found: Option<(Oid<'static>, bool)>| found.map(|(oid, critical)| (oid, critical, null));
        let extensions: Vec<_> = nonce.into_iter().chain(with(self.extension)).map(extension).collect();
        let of_single: Vec<_> = with(self.single_extension).into_iter().map(extension).collect();
        let single = || SingleFields {
            cert_id: CertId {
                hash_algorithm: AlgorithmIdentifier::parse(&algorithm).unwrap(),
                issuer_name_hash: name.octets(),
                issuer_key_hash: key.octets(),
                serial: Serial::from_content(&self.serial),
            },
            status: self.status,
            this_update: Time::parse(self.this_update).unwrap(),
            next_update: self.next_update.map(|text| Time::parse(text).unwrap()),
            extensions: &of_single,
        };
        let responses: Vec<_> = (0..self.times).map(|_| single()).collect();
        let responder_id = match self.by_key {
            true => ResponderId::ByKey(by.octets()),
            false => ResponderId::ByName(Name::parse(&signer.subject).unwrap()),
        };
        let produced_at = Time::parse(self.this_update).unwrap();
        let fields =
            ResponseFields { responder_id, produced_at, responses: &responses, extensions: &extensions };
        let data = response_data(&fields);
        let (algorithm, signature) = signer.sign(&data);
        let certificates: Vec<&[u8]> = certificates.iter().map(|issued| &issued.der[..]).collect();
        response(&basic_response(&data, &algorithm, &signature, &certificates))
    }
}

fn asked(
    line: &Line,
    responses: &[&[u8]],
    adapt: impl FnOnce(&mut Question<'_>, &mut Revocation<'_>),
) -> String {
    words(judged(line, &[], &[], |question, revocation| {
        // The responses outlive the question's own borrow of nothing.
        let responses: &'static [&'static [u8]] = leaked(responses);
        revocation.responses = responses;
        revocation.of = StatusOf::Leaf;
        adapt(question, revocation);
    }))
}

fn leaked(responses: &[&[u8]]) -> &'static [&'static [u8]] {
    let all = responses.iter().map(|der| -> &'static [u8] { Box::leak((*der).into()) });
    Box::leak(all.collect::<Vec<_>>().into())
}

fn by(line: &Line, responses: &[&[u8]]) -> String {
    asked(line, responses, |_, _| {})
}

/// What comes of one answer that the issuer itself has signed.
#[expect(clippy::needless_pass_by_value, reason = "made for the call")]
fn check(answer: Answer, expect: &str) {
    let line = line();
    let response = answer.signed(&line.intermediate, &line.intermediate, &[]);
    assert_eq!(by(&line, &[&response]), expect);
}

#[test]
fn the_issuer_may_answer_itself() {
    check(good(), "accepted");
    check(revoked(), "leaf: not-revoked");
    check(Answer { by_key: false, ..good() }, "accepted");
    check(Answer { status: CertStatus::Unknown, ..good() }, "leaf: status-known ocsp-knows");
    check(Answer { digest: (oid::SHA1, DigestAlgorithm::Sha1), ..revoked() }, "leaf: not-revoked");
    check(Answer { digest: (oid::SHA384, DigestAlgorithm::Sha384), ..good() }, "accepted");
}

#[test]
fn what_is_about_another_certificate_is_no_answer() {
    check(Answer { serial: vec![0x4a, 2], ..revoked() }, "leaf: status-known");
    // Another digest than the one that is named.
    check(Answer { digest: (oid::SHA512, DigestAlgorithm::Sha256), ..good() }, "leaf: status-known");
    let line = line();
    let of_root = revoked().signed(&line.intermediate, &line.root, &[]);
    assert_eq!(by(&line, &[&of_root]), "leaf: status-known");
}

#[test]
fn an_answer_is_for_now() {
    let stale = "leaf: status-known ocsp-current";
    check(
        Answer { this_update: "2026-11-22T10:00:00Z", next_update: Some("2026-11-22T10:00:00Z"), ..good() },
        "accepted",
    );
    check(Answer { this_update: "2026-11-22T10:00:01Z", ..good() }, stale);
    check(Answer { next_update: Some("2026-11-22T09:59:59Z"), ..good() }, stale);
    check(Answer { this_update: "2026-11-15T10:00:00Z", next_update: None, ..good() }, "accepted");
    check(Answer { this_update: "2026-11-15T09:59:59Z", next_update: None, ..good() }, stale);
}

#[test]
fn what_is_critical_and_not_processed_makes_it_useless() {
    let unknown = oid::SUBJECT_INFO_ACCESS;
    let useless = "leaf: status-known ocsp-unknown-critical-extension";
    check(Answer { extension: Some((unknown, false)), ..good() }, "accepted");
    check(Answer { extension: Some((unknown, true)), ..good() }, useless);
    check(Answer { single_extension: Some((unknown, false)), ..good() }, "accepted");
    check(Answer { single_extension: Some((unknown, true)), ..good() }, useless);
}

#[test]
fn a_nonce_that_was_sent_comes_back() {
    let line = line();
    let check = |nonce: Option<&[u8]>, sent: Option<&'static [u8]>, expect: &str| {
        let answer = Answer { nonce: nonce.map(<[u8]>::to_vec), ..good() };
        let response = answer.signed(&line.intermediate, &line.intermediate, &[]);
        assert_eq!(asked(&line, &[&response], |_, revocation| revocation.nonce = sent), expect);
    };
    check(None, None, "accepted");
    check(Some(&[1; 32]), None, "accepted");
    check(Some(&[1; 32]), Some(&[1; 32]), "accepted");
    check(Some(&[2; 32]), Some(&[1; 32]), "leaf: status-known ocsp-nonce");
    check(None, Some(&[1; 32]), "leaf: status-known ocsp-nonce");
}

#[test]
fn the_newest_answer_counts() {
    let line = line();
    let signed = |answer: Answer| answer.signed(&line.intermediate, &line.intermediate, &[]);
    let older = |answer| Answer { this_update: "2026-11-22T08:00:00Z", ..answer };
    for (one, other, expect) in [
        (older(good()), revoked(), "leaf: not-revoked"),
        (older(revoked()), good(), "accepted"),
        (good(), Answer { this_update: "2026-11-23T00:00:00Z", ..revoked() }, "accepted"),
    ] {
        let (one, other) = (signed(one), signed(other));
        assert_eq!(by(&line, &[&one, &other]), expect);
        assert_eq!(by(&line, &[&other, &one]), expect);
    }
}

#[test]
fn what_a_responder_no_longer_knows_it_does_not_clear_by_an_older_answer() {
    let line = line();
    let signed = |answer: Answer| answer.signed(&line.intermediate, &line.intermediate, &[]);
    let unknown = Answer { status: CertStatus::Unknown, ..good() };
    let older = |answer| Answer { this_update: "2026-11-22T08:00:00Z", ..answer };
    let check = |one: Answer, other: Vec<u8>, expect: &str| {
        let one = signed(one);
        assert_eq!(by(&line, &[&one, &other]), expect);
        assert_eq!(by(&line, &[&other, &one]), expect);
    };
    check(unknown.clone(), signed(older(good())), "leaf: status-known ocsp-knows");
    check(unknown.clone(), signed(older(revoked())), "leaf: not-revoked");
    check(older(unknown.clone()), signed(good()), "accepted");
    // Another responder is another source (RFC 6960 §2.2).
    let responder = line.intermediate.issue(responder());
    check(unknown, older(good()).signed(&responder, &line.intermediate, &[&responder]), "accepted");
}

#[test]
fn of_two_answers_of_one_moment_the_one_that_says_revoked_counts() {
    let line = line();
    let signed = |answer: Answer| answer.signed(&line.intermediate, &line.intermediate, &[]);
    let (one, other) = (signed(good()), signed(revoked()));
    assert_eq!(by(&line, &[&one, &other]), "leaf: not-revoked");
    assert_eq!(by(&line, &[&other, &one]), "leaf: not-revoked");
}

#[test]
fn a_list_that_says_revoked_is_believed_over_a_response() {
    let line = line();
    let response = good().signed(&line.intermediate, &line.intermediate, &[]);
    let list = List::empty().revoking(LEAF).signed_by(&line.intermediate);
    let result = judged(&line, &[], &[&list], |_, revocation| {
        revocation.responses = leaked(&[&response]);
        revocation.of = StatusOf::Leaf;
    });
    assert_eq!(words(result), "leaf: not-revoked");
}

#[test]
fn errors_and_garbage_answer_nothing() {
    let line = line();
    let busy = error(ResponseStatus::TryLater).unwrap();
    assert_eq!(by(&line, &[&busy]), "leaf: status-known ocsp-successful");
    assert_eq!(by(&line, &[&[]]), "leaf: status-known ocsp-well-formed");
    assert_eq!(by(&line, &[b"HTTP/1.1 404"]), "leaf: status-known ocsp-well-formed");
}

/// A responder as the profile asks for it.
fn responder() -> Spec {
    let nocheck = OcspNoCheck.encode();
    Spec::server("ocsp.test")
        .with(oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::OCSP_SIGNING]))
        .with(oid::OCSP_NO_CHECK, false, nocheck)
        .serial(RESPONDER)
}

fn delegated(issue: impl FnOnce(&Line) -> Issued, expect: &str) {
    let line = line();
    let responder = issue(&line);
    let response = good().signed(&responder, &line.intermediate, &[&responder]);
    assert_eq!(by(&line, &[&response]), expect);
}

#[test]
fn the_issuer_may_have_another_answer() {
    delegated(|line| line.intermediate.issue(responder()), "accepted");
    let without = |line: &Line| line.intermediate.issue(responder().without(oid::OCSP_NO_CHECK));
    delegated(without, "accepted");
    // RFC 6960 §4.2.2.2.1: it should not be critical, and is known where it is.
    let critical = responder().with(oid::OCSP_NO_CHECK, true, OcspNoCheck.encode());
    delegated(|line| line.intermediate.issue(critical), "accepted");
}

#[test]
fn who_signed_a_response_is_found_out_once() {
    let line = line();
    let stranger = Spec::ca("Stranger").self_signed().issue(responder());
    let response = Answer { times: 200, ..good() }.signed(&stranger, &line.intermediate, &[&stranger]);
    let (anchors, sent) =
        (crate::pki::trust(&[&line.root]), crate::pki::chain(&[&line.leaf, &line.intermediate]));
    let mut question = Question::new(&sent, &anchors, crate::pki::now());
    question.revocation = Some(Revocation::stapled(leaked(&[&response])));
    let mut trace = verify::Trace::new();
    verify::decide(&question, &AwsLc, &mut trace).unwrap();
    let found_out = trace.steps().iter().filter(
        |step| matches!(step, verify::Step::Applied { rule, .. } if rule.id == "ocsp-responder-trusted"),
    );
    assert_eq!(found_out.count(), 1);
}

#[test]
fn a_responder_has_that_from_the_issuer_itself() {
    let refused = "leaf: status-known ocsp-responder-authorized";
    let serving = ExtendedKeyUsage::encode(&[oid::SERVER_AUTH]);
    delegated(
        |line| line.intermediate.issue(responder().with(oid::EXTENDED_KEY_USAGE, false, serving)),
        refused,
    );
    let any = ExtendedKeyUsage::encode(&[oid::ANY_EXTENDED_KEY_USAGE]);
    delegated(|line| line.intermediate.issue(responder().with(oid::EXTENDED_KEY_USAGE, false, any)), refused);
    delegated(|line| line.intermediate.issue(responder().without(oid::EXTENDED_KEY_USAGE)), refused);
    let agreement = KeyUsage::KEY_AGREEMENT.encode();
    delegated(|line| line.intermediate.issue(responder().with(oid::KEY_USAGE, true, agreement)), refused);
    let untrusted = "leaf: status-known ocsp-responder-trusted";
    delegated(|line| line.root.issue(responder()), untrusted);
    delegated(|_| Spec::ca("Intermediate").self_signed().issue(responder()), untrusted);
    delegated(|line| line.intermediate.issue(responder().valid("2020-01-01", "2021-01-01")), untrusted);
}

#[test]
fn a_responder_that_was_revoked_answers_no_more_unless_nobody_is_to_check_it() {
    let line = line();
    let check = |spec: Spec, expect: &str| {
        let responder = line.intermediate.issue(spec);
        let response = good().signed(&responder, &line.intermediate, &[&responder]);
        let list = List::empty().revoking(RESPONDER).signed_by(&line.intermediate);
        let result = judged(&line, &[], &[&list], |_, revocation| {
            revocation.responses = leaked(&[&response]);
            revocation.of = StatusOf::Leaf;
        });
        assert_eq!(words(result), expect);
    };
    // The list covers the leaf too: what matters is that the response is not needed for that.
    check(responder(), "accepted");
    check(responder().without(oid::OCSP_NO_CHECK), "accepted");
    let responder = line.intermediate.issue(responder().without(oid::OCSP_NO_CHECK));
    let forged = revoked().signed(&responder, &line.intermediate, &[&responder]);
    let list = List::empty().revoking(RESPONDER).signed_by(&line.intermediate);
    let result = judged(&line, &[], &[&list], |_, revocation| {
        revocation.responses = leaked(&[&forged]);
        revocation.of = StatusOf::Leaf;
    });
    assert_eq!(words(result), "accepted", "its word is not taken");
}

#[test]
fn the_signature_and_the_responders_certificate_are_needed() {
    let line = line();
    let own = line.intermediate.issue(responder());
    let missing = good().signed(&own, &line.intermediate, &[]);
    assert_eq!(by(&line, &[&missing]), "leaf: status-known ocsp-responder-known");
    let mut bent = good().signed(&line.intermediate, &line.intermediate, &[]);
    let last = bent.len() - 1;
    bent[last] ^= 1;
    assert_eq!(by(&line, &[&bent]), "leaf: status-known ocsp-signature");
    let given = judged(&line, &[&own], &[], |_, revocation| {
        revocation.responses = leaked(&[&missing]);
        revocation.of = StatusOf::Leaf;
    });
    assert_eq!(words(given), "accepted", "certificates of the question will do");
}

#[test]
fn a_stapled_answer_for_the_leaf_lets_the_rest_of_the_path_pass_when_asked_to() {
    let line = line();
    let response = good().signed(&line.intermediate, &line.intermediate, &[]);
    let stapled = asked(&line, &[&response], |_, revocation| {
        let responses = revocation.responses;
        *revocation = Revocation::stapled(responses);
    });
    assert_eq!(stapled, "accepted");
    let with = |of, unknown| {
        asked(&line, &[&response], |_, revocation| (revocation.of, revocation.unknown) = (of, unknown))
    };
    assert_eq!(with(StatusOf::Path, UnknownStatus::Refused), "intermediate 1: status-known");
    assert_eq!(with(StatusOf::Path, UnknownStatus::Accepted), "accepted");
}

#[test]
fn any_bit_flipped_in_what_is_signed_makes_a_response_useless() {
    let line = line();
    let response = revoked().signed(&line.intermediate, &line.intermediate, &[]);
    for bit in 0..response.len() * 8 {
        let mut flipped = response.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let found = by(&line, &[&flipped]);
        assert!(found.starts_with("leaf: status-known"), "bit {bit}: {found}");
    }
}
