// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our own decision, in each of the ways in which it can be asked for.

use std::hint::black_box;
use std::time::Duration;

use keys::AwsLc;
use verify::{
    Intermediates, NoTrace, PeerName, Question, Ruleset, SignatureCache, Trace, TraceSink, TrustAnchors,
    decide,
};
use x509::{
    AlgorithmIdentifier, Certificate, Digest, DigestAlgorithm, KeyStrength, SignatureError,
    SignatureVerifier, SubjectPublicKeyInfo, Time, VerifyingKey,
};

use super::hierarchy::Hierarchy;
use super::{AT, HOST};
use crate::cpu::{self, Slice};
use crate::race::Contestant;

pub(crate) const COLD: &str = "chancery, cold";
pub(crate) const ANCHOR_PREPARED: &str = "chancery, cold, the anchor's key read before";
pub(crate) const PREPARED: &str = "chancery, anchors and intermediates prepared";
pub(crate) const CACHED: &str = "chancery, with the cache";
pub(crate) const TRACED: &str = "chancery, cold and traced";

/// What is there before the first question.
pub(crate) struct World<'h> {
    hierarchy: &'h Hierarchy,
    chain: [&'h [u8]; 2],
    name: PeerName,
    anchors: TrustAnchors,
    prepared: Prepared,
    unchecked: Prepared,
    cache: SignatureCache,
    cache_beside_prepared: SignatureCache,
}

/// Certificates that are kept with their keys.
struct Prepared {
    anchors: TrustAnchors,
    intermediates: Intermediates,
}

impl Prepared {
    fn new(hierarchy: &Hierarchy, verifier: &dyn SignatureVerifier) -> Result<Self, String> {
        let mut intermediates = Intermediates::new();
        intermediates.add_certificate(&hierarchy.intermediate).map_err(|error| error.to_string())?;
        intermediates.prepare_keys(verifier);
        let anchors = anchors(&hierarchy.root)?;
        anchors.prepare_keys(verifier);
        Ok(Self { anchors, intermediates })
    }
}

fn anchors(root: &[u8]) -> Result<TrustAnchors, String> {
    let mut anchors = TrustAnchors::new();
    anchors.add_certificate(root).map_err(|error| error.to_string())?;
    Ok(anchors)
}

impl<'h> World<'h> {
    pub(crate) fn new(hierarchy: &'h Hierarchy) -> Result<Self, String> {
        Ok(Self {
            hierarchy,
            chain: [&hierarchy.leaf, &hierarchy.intermediate],
            name: PeerName::parse(HOST).map_err(|error| error.to_string())?,
            anchors: anchors(&hierarchy.root)?,
            prepared: Prepared::new(hierarchy, &AwsLc)?,
            unchecked: Prepared::new(hierarchy, &AllHold)?,
            cache: SignatureCache::default(),
            cache_beside_prepared: SignatureCache::default(),
        })
    }

    fn question<'a>(&'a self, anchors: &'a TrustAnchors) -> Question<'a> {
        let mut question = Question::new(&self.chain, anchors, Time::from_unix(AT));
        question.name = Some(&self.name);
        question
    }

    fn prepared_question<'a>(&'a self, prepared: &'a Prepared) -> Question<'a> {
        let mut question = self.question(&prepared.anchors);
        question.prepared = Some(&prepared.intermediates);
        question
    }
}

/// Asks the same again and again.
fn ask<T: TraceSink>(
    question: &Question<'_>,
    verifier: &dyn SignatureVerifier,
    new_trace: fn() -> T,
    (span, batch): (Duration, u32),
) -> Result<Slice, String> {
    cpu::slice(span, batch, || {
        let mut trace = new_trace();
        let path =
            decide(black_box(question), verifier, &mut trace).map_err(|refused| refused.to_string())?;
        black_box((path, trace));
        Ok(())
    })
}

fn no_trace() -> NoTrace {
    NoTrace
}

/// Contestants that check signatures.
pub(crate) fn with_signatures<'w>(world: &'w World<'_>) -> Vec<Contestant<'w>> {
    let contestant = |name, question: Question<'w>| {
        Contestant::new(name, move |span| ask(&question, &AwsLc, no_trace, (span, 8)))
    };
    let cold = world.question(&world.anchors);
    let mut by_webpki = cold;
    by_webpki.ruleset = Ruleset::Webpki;
    let prepared = world.prepared_question(&world.prepared);
    let mut cached = cold;
    cached.cache = Some(&world.cache);
    let mut both = prepared;
    both.cache = Some(&world.cache_beside_prepared);
    vec![
        contestant(COLD, cold),
        contestant(ANCHOR_PREPARED, world.question(&world.prepared.anchors)),
        contestant("chancery, cold, ruleset webpki", by_webpki),
        Contestant::new("chancery, cold, traced", move |span| ask(&cold, &AwsLc, Trace::new, (span, 8))),
        Contestant::new("chancery, cold, the anchor parsed each time", |span| {
            cpu::slice(span, 8, || {
                let anchors = anchors(black_box(&world.hierarchy.root))?;
                let path = decide(&world.question(&anchors), &AwsLc, &mut NoTrace);
                path.map(|path| drop(black_box(path))).map_err(|refused| refused.to_string())
            })
        }),
        contestant(PREPARED, prepared),
        contestant(CACHED, cached),
        contestant("chancery, prepared, with the cache", both),
    ]
}

/// The same under a root without authorityKeyIdentifier: RFC 5280 §4.2.1.1 then asks whether it is
/// self-signed.
pub(crate) fn under_unnamed_root<'w>(world: &'w World<'_>) -> Vec<Contestant<'w>> {
    let contestant = |name, question: Question<'w>| {
        Contestant::new(name, move |span| ask(&question, &AwsLc, no_trace, (span, 8)))
    };
    vec![
        contestant("chancery, cold, the root names no key", world.question(&world.anchors)),
        contestant("chancery, prepared, the root names no key", world.prepared_question(&world.prepared)),
    ]
}

/// Contestants for whom every signature holds.
pub(crate) fn without_signatures<'w>(world: &'w World<'_>) -> Vec<Contestant<'w>> {
    let contestant = |name, question: Question<'w>| {
        Contestant::new(name, move |span| ask(&question, &AllHold, no_trace, (span, 256)))
    };
    let cold = world.question(&world.anchors);
    let mut by_webpki = cold;
    by_webpki.ruleset = Ruleset::Webpki;
    vec![
        contestant(COLD, cold),
        contestant("chancery, cold, ruleset webpki", by_webpki),
        contestant(PREPARED, world.prepared_question(&world.unchecked)),
        Contestant::new(TRACED, move |span| ask(&cold, &AllHold, Trace::new, (span, 256))),
        Contestant::new("chancery, parsing the leaf alone", |span| {
            cpu::slice(span, 1_024, || {
                let leaf = black_box(Certificate::parse(black_box(&world.hierarchy.leaf)));
                leaf.map(|_read| ()).map_err(|error| error.to_string())
            })
        }),
    ]
}

/// For whom every key is sound and every signature holds.
#[derive(Debug, Clone, Copy)]
struct AllHold;

impl SignatureVerifier for AllHold {
    fn verify(
        &self,
        _key: &SubjectPublicKeyInfo<'_>,
        _algorithm: &AlgorithmIdentifier<'_>,
        _message: &[u8],
        _signature: &[u8],
    ) -> Result<(), SignatureError> {
        Ok(())
    }

    fn prepare_key(&self, _key: &SubjectPublicKeyInfo<'_>) -> Option<Box<dyn VerifyingKey>> {
        Some(Box::new(Self))
    }

    fn check_key(&self, _key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        Ok(KeyStrength::P256)
    }

    fn digest(&self, _algorithm: DigestAlgorithm, _data: &[u8]) -> Digest {
        Digest::default()
    }
}

impl VerifyingKey for AllHold {
    fn verify(
        &self,
        _algorithm: &AlgorithmIdentifier<'_>,
        _message: &[u8],
        _signature: &[u8],
    ) -> Result<(), SignatureError> {
        Ok(())
    }
}
