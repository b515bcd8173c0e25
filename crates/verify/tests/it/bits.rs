// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nothing below the anchor can be changed, whoever signed it and whatever was prepared: not by a bit, and not by
//! writing a signature otherwise.

use keys::{AwsLc, KeyKind};
use verify::{NoTrace, Purpose, Question, Ruleset, SignatureCache, TrustAnchors, decide};
use x509::Certificate;
use x509::der::{Reader, Tag, Writer};

use crate::pki::{Issued, Spec, now, three, trust};

/// By `path`: what that refuses, the others refuse as well.
fn accepts(sent: [&[u8]; 2], anchors: &TrustAnchors, cache: Option<&SignatureCache>) -> bool {
    let mut question = Question::new(&sent, anchors, now());
    question.ruleset = Ruleset::Path;
    question.purpose = Purpose::Any;
    question.cache = cache;
    decide(&question, &AwsLc, &mut NoTrace).is_ok()
}

/// Flips every so many bits of leaf and intermediate, with nothing prepared, and with everything: the anchor's key read,
/// and the intermediate's signature remembered.
fn every_flip_is_refused(kind: KeyKind, step: usize) {
    let root = Spec::ca("Root").keyed(kind).self_signed();
    let intermediate = root.issue(Spec::ca("Intermediate").keyed(kind));
    let leaf = intermediate.issue(Spec::server("a.test").keyed(kind));
    let (plain, prepared, cache) = (trust(&[&root]), trust(&[&root]), SignatureCache::default());
    prepared.prepare_keys(&AwsLc);
    assert!(accepts([&leaf.der, &intermediate.der], &plain, None));
    assert!(accepts([&leaf.der, &intermediate.der], &prepared, Some(&cache)));
    for which in 0..2 {
        let original = [&leaf.der, &intermediate.der][which];
        for bit in (which..original.len() * 8).step_by(step) {
            let mut flipped = original.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let sent = if which == 0 { [&flipped, &intermediate.der] } else { [&leaf.der, &flipped] };
            let sent = sent.map(Vec::as_slice);
            assert!(!accepts(sent, &plain, None), "{kind}: bit {bit} of certificate {which}");
            assert!(
                !accepts(sent, &prepared, Some(&cache)),
                "{kind}: bit {bit} of certificate {which}, prepared"
            );
        }
    }
}

#[test]
fn a_bit_flipped_below_an_anchor_is_refused_with_elliptic_curves() {
    // P-256 with nothing prepared has every bit flipped in `hostile`.
    every_flip_is_refused(KeyKind::P256, 5);
    every_flip_is_refused(KeyKind::P384, 31);
}

#[test]
fn a_bit_flipped_below_an_anchor_is_refused_with_ed25519() {
    every_flip_is_refused(KeyKind::Ed25519, 1);
}

#[test]
fn a_bit_flipped_below_an_anchor_is_refused_with_rsa() {
    every_flip_is_refused(KeyKind::Rsa2048, 7);
}

/// The numbers of an ECDSA signature, as the contents of INTEGERs.
fn numbers(signature: &[u8]) -> [Vec<u8>; 2] {
    let mut sequence = Reader::new(signature).sequence().unwrap();
    [(); 2].map(|()| sequence.expect(Tag::INTEGER).unwrap().content.to_vec())
}

fn written(numbers: [&[u8]; 2]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|sequence| numbers.iter().for_each(|number| sequence.element(Tag::INTEGER, number)));
    })
}

/// RFC 3279 §2.2.3 and X.690: a signature has one encoding. Were others read, a certificate could be given another
/// fingerprint by anyone.
#[test]
fn an_ecdsa_signature_written_otherwise_is_refused() {
    let (root, intermediate, leaf) = three();
    let anchors = trust(&[&root]);
    let rewritten = |issued: &Issued, signature: &[u8]| {
        let certificate = Certificate::parse(&issued.der).unwrap();
        x509::write::signed(&issued.tbs, certificate.signature_algorithm().raw(), signature)
    };
    for (which, issued) in [&leaf, &intermediate].into_iter().enumerate() {
        let signature = Certificate::parse(&issued.der).unwrap().signature_value().to_vec();
        let accepted = |signature: &[u8]| {
            let der = rewritten(issued, signature);
            let sent = if which == 0 { [&der, &intermediate.der] } else { [&leaf.der, &der] };
            accepts(sent.map(Vec::as_slice), &anchors, None)
        };
        let [r, s] = numbers(&signature);
        assert!(accepted(&written([&r, &s])));
        let zero = |number: &[u8]| [&[0], number].concat();
        let content = signature[2..].to_vec();
        let variants: [(&str, Vec<u8>); 8] = [
            ("r with a zero in front", written([&zero(&r), &s])),
            ("s with a zero in front", written([&r, &zero(&s)])),
            ("r and s exchanged", written([&s, &r])),
            ("an octet after it", [&signature[..], &[0]].concat()),
            (
                "an octet inside",
                Writer::build(|writer| writer.element(Tag::SEQUENCE, &[&content[..], &[0]].concat())),
            ),
            ("a longer length", [&[0x30, 0x81, signature[1]], &content[..]].concat()),
            ("an indefinite length", [&[0x30, 0x80], &content[..], &[0, 0]].concat()),
            ("a SET", [&[0x31, signature[1]], &content[..]].concat()),
        ];
        for (told, variant) in variants {
            assert!(!accepted(&variant), "certificate {which}: {told}");
        }
    }
}
