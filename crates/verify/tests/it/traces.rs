// SPDX-License-Identifier: MIT OR Apache-2.0
//! The trace: every candidate and every rule, and the same verdict as without it.

use keys::AwsLc;
use verify::{NoTrace, Outcome, PeerName, Place, Question, Shown, Step, Trace, decide};
use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo,
};

use crate::pki::{Spec, chain, now, three, trust};

#[test]
fn a_decision_tells_every_candidate_and_every_rule() {
    let (root, intermediate, leaf) = three();
    let expired = root.issue(Spec::ca("Intermediate").valid("2020-01-01", "2021-01-01"));
    let (anchors, sent) = (trust(&[&root]), chain(&[&leaf, &expired, &intermediate]));
    let name = PeerName::parse("a.test").unwrap();
    let mut question = Question::new(&sent, &anchors, now());
    question.name = Some(&name);
    let mut trace = Trace::new();
    let path = decide(&question, &AwsLc, &mut trace).unwrap();
    assert_eq!(decide(&question, &AwsLc, &mut NoTrace).unwrap(), path);
    let looked_at: Vec<(Place, String)> = trace
        .steps()
        .iter()
        .filter_map(|step| match step {
            Step::Considered { place, subject, .. } => Some((*place, subject.to_string())),
            _ => None,
        })
        .collect();
    let expect = [
        (Place::Leaf, "CN=a.test"),
        (Place::Intermediate(1), "CN=Intermediate"),
        (Place::Anchor(2), "CN=Root"),
    ]
    .map(|(place, subject)| (place, subject.to_owned()));
    assert_eq!(looked_at, expect, "another key comes last, and so not at all");
    let signatures = applied(&trace, "signature");
    assert_eq!(
        signatures,
        [
            step(Place::Intermediate(1), Outcome::Pass, "ecdsa-with-SHA256", "signed by CN=Root"),
            step(Place::Leaf, Outcome::Pass, "ecdsa-with-SHA256", "signed by CN=Intermediate"),
        ]
    );
    assert_eq!(applied(&trace, "peer-name"), [step(Place::Leaf, Outcome::Pass, "dns:a.test", "a.test")]);
    let Some(Step::Found { subjects }) = trace.steps().last() else { panic!("{trace:?}") };
    let subjects: Vec<String> = subjects.iter().map(Shown::to_string).collect();
    assert_eq!(subjects, ["CN=a.test", "CN=Intermediate", "CN=Root"]);
    assert_eq!(trace.left_out(), 0);
}

fn step(place: Place, outcome: Outcome, seen: &str, wanted: &str) -> (Place, Outcome, String, String) {
    (place, outcome, seen.to_owned(), wanted.to_owned())
}

fn applied(trace: &Trace, id: &str) -> Vec<(Place, Outcome, String, String)> {
    let of_rule = |step: &Step| match step {
        Step::Applied { rule, place, seen, wanted, outcome } if rule.id == id => {
            Some((*place, *outcome, seen.to_string(), wanted.to_string()))
        }
        _ => None,
    };
    trace.steps().iter().filter_map(of_rule).collect()
}

#[test]
fn what_was_passed_over_is_told() {
    let (root, intermediate, leaf) = three();
    let anchors = trust(&[&root]);
    let sent = [&leaf.der[..], b"no certificate", &intermediate.der];
    let mut trace = Trace::new();
    decide(&Question::new(&sent, &anchors, now()), &AwsLc, &mut trace).unwrap();
    let told = trace.steps().iter().find_map(|step| match step {
        Step::Unusable { which, .. } => Some(which.as_str()),
        _ => None,
    });
    assert_eq!(told, Some("certificate 2 as sent"));
}

#[test]
fn a_refusal_ends_with_the_rule_that_failed_and_warnings_do_not_refuse() {
    let root = Spec::ca("Root").without(x509::oid::KEY_USAGE).self_signed();
    let leaf = root.issue(Spec::server("b.test"));
    let (anchors, sent) = (trust(&[&root]), chain(&[&leaf]));
    let name = PeerName::parse("a.test").unwrap();
    let mut question = Question::new(&sent, &anchors, now());
    question.name = Some(&name);
    let mut trace = Trace::new();
    let rejection = decide(&question, &AwsLc, &mut trace).unwrap_err();
    assert_eq!(
        applied(&trace, "key-usage-of-ca-present"),
        [step(Place::Anchor(1), Outcome::Warn, "none", "present")]
    );
    let Some(Step::Applied { rule, outcome, .. }) = trace.steps().last() else { panic!("{trace:?}") };
    assert_eq!((*rule, *outcome), (rejection.rule(), Outcome::Fail));
}

#[test]
fn what_a_hostile_certificate_says_of_itself_is_cut() {
    let root = Spec::ca("Root").self_signed();
    let long = "a".repeat(50_000);
    let address = format!("{long}@a.test");
    let intermediate = root.issue(Spec::ca("Intermediate").serial(&[0x55; 50_000]));
    let leaf = intermediate.issue(Spec::server("a.test").named(&[x509::GeneralName::Email(&address)]));
    let (anchors, sent) = (trust(&[&root]), chain(&[&leaf, &intermediate]));
    let name = PeerName::parse("a.test").unwrap();
    for ruleset in verify::Ruleset::ALL {
        let mut question = Question::new(&sent, &anchors, now());
        (question.name, question.ruleset) = (Some(&name), ruleset);
        let mut trace = Trace::new();
        let rejection = decide(&question, &AwsLc, &mut trace).unwrap_err();
        let shown = format!("{:?}", trace.steps());
        assert!(shown.len() < 30_000, "{ruleset}: {} octets", shown.len());
        assert!(rejection.to_string().len() < 2_000, "{ruleset}: {}", rejection.to_string().len());
    }
}

/// To whom every key is weak, whatever it verifies.
struct Strict;

impl SignatureVerifier for Strict {
    fn verify(
        &self,
        key: &SubjectPublicKeyInfo<'_>,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        AwsLc.verify(key, algorithm, message, signature)
    }

    fn check_key(&self, _key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        Err(SignatureError::WeakKey { reason: "weak".to_owned() })
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        AwsLc.digest(algorithm, data)
    }
}

#[test]
fn a_leaf_with_a_key_that_proves_nothing_is_remarked_on() {
    let (root, intermediate, leaf) = three();
    let anchors = trust(&[&root]);
    let sent = chain(&[&leaf, &intermediate]);
    let question = Question::new(&sent, &anchors, now());
    let remarked = |verifier: &dyn SignatureVerifier| {
        let mut trace = Trace::new();
        assert!(decide(&question, verifier, &mut trace).is_ok());
        let warned = |step: &&Step| matches!(step, Step::Applied { outcome: Outcome::Warn, .. });
        let warned: Vec<String> =
            trace.steps().iter().filter(warned).map(|step| format!("{step:?}")).collect();
        warned.iter().filter(|step| step.contains("key-usable")).count()
    };
    assert_eq!((remarked(&AwsLc), remarked(&Strict)), (0, 1));
}
