// SPDX-License-Identifier: MIT OR Apache-2.0
//! A chain, the pool beside it, what tells of revocation, and an anchor; and the decision about them.

use verify::{NoTrace, PeerName, Question, Revocation, Ruleset, Trace, TrustAnchors, UnknownStatus, decide};
use x509::der::Reader;
use x509::{
    AlgorithmIdentifier, CertificateList, Digest, DigestAlgorithm, KeyStrength, OcspResponse, SignatureError,
    SignatureVerifier, SubjectPublicKeyInfo, Time,
};

/// The most elements in one input: enough for the budgets of a search to be felt.
const MAX_ELEMENTS: usize = 24;

/// 2026-11-22T10:00:00Z, when the seeds are valid.
const AT: Time = Time::from_unix(1_795_341_600);

/// 2024-01-01, when the lists among the seeds are current.
const LISTS_AT: Time = Time::from_unix(1_704_067_200);

/// Takes the input as certificates, one after the other: the leaf first, the anchor last. CRLs and OCSP responses may
/// stand among them.
pub fn read(data: &[u8]) {
    let mut reader = Reader::new(data);
    let elements = std::iter::from_fn(|| reader.element().ok()).map(|element| element.raw);
    let elements: Vec<&[u8]> = elements.take(MAX_ELEMENTS).collect();
    let Some((anchor, others)) = elements.split_last() else { return };
    let mut anchors = TrustAnchors::new();
    if anchors.add_certificate(anchor).is_err() {
        return;
    }
    let (lists, others): (Vec<&[u8]>, Vec<&[u8]>) =
        others.iter().partition(|element| CertificateList::parse(element).is_ok());
    let (responses, chain): (Vec<&[u8]>, Vec<&[u8]>) =
        others.iter().partition(|element| OcspResponse::parse(element).is_ok());
    let name = PeerName::parse("example.com").ok();
    for ruleset in Ruleset::ALL {
        for believes_all in [true, false] {
            let mut question = Question::new(&chain, &anchors, AT);
            question.ruleset = ruleset;
            question.name = name.as_ref().filter(|_| believes_all);
            if !lists.is_empty() || !responses.is_empty() {
                let mut revocation = Revocation::new(&lists, &responses);
                if !believes_all {
                    revocation.unknown = UnknownStatus::Accepted;
                }
                (question.revocation, question.at) = (Some(revocation), LISTS_AT);
            }
            judge(&question, &Guess { believes_all });
        }
    }
}

/// Decides twice, with and without a trace: watching changes nothing.
fn judge(question: &Question<'_>, verifier: &Guess) {
    let mut trace = Trace::new();
    let watched = decide(question, verifier, &mut trace);
    assert_eq!(watched, decide(question, verifier, &mut NoTrace), "a trace changes no decision");
    assert!(trace.steps().len() <= Trace::LIMIT, "a trace is bounded");
    match watched {
        Ok(path) => {
            assert!(question.anchors.contains(path.anchor().der()), "a path ends at an anchor");
            assert_eq!(Some(path.leaf().der()), question.chain.first().copied(), "a path starts at the leaf");
            assert!(question.name.is_none_or(|name| path.is_for(name)), "a path is for the name asked for");
        }
        Err(rejection) => {
            assert!(!rejection.rule().clause.is_empty(), "a rejection names its clause");
            let text = rejection.to_string();
            assert!(!text.is_empty() && !text.chars().any(char::is_control), "{text:?}");
        }
    }
}

/// Cryptography that guesses, so that no seed is turned away for its signature: it believes every signature, or those
/// whose last octet is even.
struct Guess {
    believes_all: bool,
}

impl SignatureVerifier for Guess {
    fn verify(
        &self,
        _: &SubjectPublicKeyInfo<'_>,
        _: &AlgorithmIdentifier<'_>,
        _: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let is_even = signature.last().is_some_and(|octet| octet % 2 == 0);
        if self.believes_all || is_even { Ok(()) } else { Err(SignatureError::BadSignature) }
    }

    fn check_key(&self, _: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        Ok(KeyStrength::P256)
    }

    fn digest(&self, _: DigestAlgorithm, data: &[u8]) -> Digest {
        let mix = |sum: u64, octet: &u8| (sum ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3);
        let sum = data.iter().fold(0xcbf2_9ce4_8422_2325, mix);
        Digest::new(&sum.to_be_bytes().repeat(4)).unwrap_or_default()
    }
}
