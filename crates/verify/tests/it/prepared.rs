// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is read, prepared and remembered before a question is asked changes no answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keys::AwsLc;
use verify::{
    Intermediates, NoTrace, Question, Rejection, SignatureCache, Step, Trace, TrustAnchors, decide,
};
use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo, VerifyingKey, oid,
};

use crate::paths::Counting;
use crate::pki::{Issued, Spec, chain, now, three, trust};

fn keep(certificates: &[&Issued]) -> Intermediates {
    let mut kept = Intermediates::new();
    certificates.iter().for_each(|issued| kept.add_certificate(&issued.der).unwrap());
    kept
}

/// How long the path to `leaf` is, and how many signatures the verifier was asked about.
fn found(
    sent: &[&Issued],
    roots: &TrustAnchors,
    prepared: &Intermediates,
) -> (Result<usize, Rejection>, usize) {
    let sent = chain(sent);
    let verifier = Counting::default();
    let mut question = Question::new(&sent, roots, now());
    question.prepared = Some(prepared);
    let path = decide(&question, &verifier, &mut NoTrace);
    (path.map(|path| path.certificates().count()), verifier.signatures.into_inner())
}

#[test]
fn prepared_intermediates_complete_a_path_whether_sent_or_not() {
    let root = Spec::ca("Root").self_signed();
    let upper = root.issue(Spec::ca("Upper"));
    let lower = upper.issue(Spec::ca("Lower"));
    let leaf = lower.issue(Spec::server("a.test"));
    let elsewhere: Vec<Issued> = (0..20).map(|n| Spec::ca(&format!("Else {n}")).self_signed()).collect();
    let roots = trust(&[&root]);
    let mut many: Vec<&Issued> = elsewhere.iter().collect();
    many.extend([&upper, &lower]);
    for prepared in [keep(&[&upper, &lower]), keep(&many)] {
        for sent in [&[&leaf][..], &[&leaf, &lower], &[&leaf, &upper, &lower, &root]] {
            assert_eq!(found(sent, &roots, &prepared), (Ok(4), 4), "the root carries no key identifier");
        }
    }
    let (refused, signatures) = found(&[&leaf], &roots, &keep(&[&lower]));
    assert_eq!((refused.unwrap_err().rule().id, signatures), ("issuer-known", 0));
}

#[test]
fn many_authorities_are_found_by_their_names_however_those_are_written() {
    let roots: Vec<Issued> = (0..40).map(|n| Spec::ca(&format!("Root {n}")).self_signed()).collect();
    let anchors = trust(&roots.iter().collect::<Vec<_>>());
    assert_eq!(anchors.len(), 40);
    for root in &roots {
        let subject = anchors.iter().find(|anchor| anchor.der() == root.der).unwrap().subject();
        let shouted = crate::pki::name(&subject.trim_start_matches("CN=").to_uppercase());
        for issuer in [root.subject.clone(), shouted] {
            let leaf = root.issue(Spec::server("a.test").issuer(issuer));
            assert_eq!(found(&[&leaf], &anchors, &Intermediates::new()).0, Ok(2), "{subject}");
        }
        assert!(anchors.contains(&root.der));
    }
    let stranger = Spec::ca("Root 40").self_signed();
    assert!(!anchors.contains(&stranger.der));
    let leaf = stranger.issue(Spec::server("a.test"));
    assert!(found(&[&leaf], &anchors, &Intermediates::new()).0.is_err());
}

#[test]
fn an_intermediate_that_cannot_be_read_is_told_to_whoever_adds_it() {
    let (root, intermediate, leaf) = three();
    let mut prepared = Intermediates::new();
    let told: Vec<bool> = [&b"no certificate"[..], &intermediate.der, &intermediate.der]
        .map(|der| prepared.add_certificate(der).is_ok())
        .to_vec();
    assert_eq!((told, prepared.len()), (vec![false, true, true], 1));
    assert_eq!(found(&[&leaf], &trust(&[&root]), &prepared).0, Ok(3));
}

#[test]
fn prepared_keys_check_the_same_signatures() {
    let (root, intermediate, leaf) = three();
    let impostor = Spec::ca("Intermediate").self_signed();
    let forged = impostor.issue(Spec::server("a.test").issuer(intermediate.subject.clone()));
    let (roots, prepared) = (trust(&[&root]), keep(&[&intermediate]));
    let before = [found(&[&leaf], &roots, &prepared), found(&[&forged], &roots, &prepared)];
    roots.prepare_keys(&AwsLc);
    prepared.prepare_keys(&AwsLc);
    let after = [found(&[&leaf], &roots, &prepared), found(&[&forged], &roots, &prepared)];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.0, after.0);
        assert!(before.1 > 0 && after.1 == 0, "prepared keys check them themselves");
    }
    assert!(after[0].0.is_ok() && after[1].0.is_err());
}

#[test]
fn a_key_that_one_decision_has_read_serves_the_next() {
    let (root, intermediate, leaf) = three();
    let (roots, prepared, reader) = (trust(&[&root]), keep(&[&intermediate]), CountingKeys::default());
    let sent = chain(&[&leaf]);
    let mut question = Question::new(&sent, &roots, now());
    question.prepared = Some(&prepared);
    assert!(decide(&question, &reader, &mut NoTrace).is_ok());
    assert_eq!(reader.0.swap(0, Ordering::Relaxed), 3, "the root's own signature once");
    let (verdict, unprepared) = found(&[&leaf], &roots, &prepared);
    assert_eq!((verdict, unprepared, reader.0.load(Ordering::Relaxed)), (Ok(3), 0, 2));
}

/// Makes keys that count the signatures they check.
#[derive(Default)]
struct CountingKeys(Arc<AtomicUsize>);

#[derive(Debug)]
struct CountingKey(Box<dyn VerifyingKey>, Arc<AtomicUsize>);

impl SignatureVerifier for CountingKeys {
    fn verify(
        &self,
        key: &SubjectPublicKeyInfo<'_>,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        AwsLc.verify(key, algorithm, message, signature)
    }

    fn prepare_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Option<Box<dyn VerifyingKey>> {
        Some(Box::new(CountingKey(AwsLc.prepare_key(key)?, Arc::clone(&self.0))))
    }

    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        AwsLc.check_key(key)
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        AwsLc.digest(algorithm, data)
    }
}

impl VerifyingKey for CountingKey {
    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.verify(algorithm, message, signature)
    }
}

#[test]
fn a_prepared_anchor_is_asked_once_whether_it_signed_itself() {
    let (root, intermediate, leaf) = three();
    let stranger = Spec::ca("Root").self_signed();
    // The root's name and key, signed by another's, which it does not name: refused as an anchor.
    let unnamed = Spec::ca("Root").key_of(&root).with(oid::AUTHORITY_KEY_IDENTIFIER, false, Vec::new());
    let crossed = stranger.issue(unnamed);
    for (anchor, expect) in [(&root, [3, 2, 2]), (&crossed, [1, 0, 0])] {
        let (roots, verifier) = (trust(&[anchor]), CountingKeys::default());
        roots.prepare_keys(&verifier);
        let prepared = keep(&[&intermediate]);
        prepared.prepare_keys(&verifier);
        let counts = expect.map(|_| {
            let (verdict, unprepared) = found(&[&leaf], &roots, &prepared);
            let is_trusted = std::ptr::eq(anchor, &root);
            assert_eq!((verdict.is_ok(), unprepared), (is_trusted, 0));
            verifier.0.swap(0, Ordering::Relaxed)
        });
        assert_eq!(counts, expect);
    }
}

#[test]
fn a_signature_seen_before_is_not_checked_again_but_everything_else_is() {
    let (root, intermediate, leaf) = three();
    let (roots, cache) = (trust(&[&root]), SignatureCache::default());
    let ask = |sent: &[&Issued], at| {
        let sent = chain(sent);
        let verifier = Counting::default();
        let mut question = Question::new(&sent, &roots, at);
        question.cache = Some(&cache);
        let mut trace = Trace::new();
        let verdict = decide(&question, &verifier, &mut trace).map(|path| path.certificates().count());
        let signatures = trace
            .steps()
            .iter()
            .filter(|step| matches!(step, Step::Applied { rule, .. } if rule.id == "signature"));
        (
            verdict.map_err(|rejection| rejection.rule().id),
            signatures.count(),
            verifier.signatures.into_inner(),
        )
    };
    assert_eq!(ask(&[&leaf, &intermediate], now()), (Ok(3), 2, 3), "the root's own, too");
    assert_eq!(ask(&[&leaf, &intermediate], now()), (Ok(3), 2, 1), "a leaf is not remembered");
    // The same key, name and signature, and a block that differs.
    let mut changed = intermediate.clone();
    let last = changed.der.len() - 1;
    changed.der[last] ^= 1;
    assert_eq!(ask(&[&leaf, &changed], now()), (Err("signature"), 1, 1));
    let later = x509::Time::parse("2099-01-01").unwrap();
    assert_eq!(ask(&[&leaf, &intermediate], later).0, Err("not-after"));
    assert!(
        AwsLc
            .prepare_key(&x509::Certificate::parse(&root.der).unwrap().tbs().subject_public_key_info())
            .is_some()
    );
}
