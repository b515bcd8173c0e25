// SPDX-License-Identifier: MIT OR Apache-2.0
//! Properties: no bytes make a decision panic, and nothing below the anchor can be changed.

use keys::AwsLc;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use verify::{NoTrace, PeerName, Purpose, Question, Ruleset, Trace, decide};

use crate::pki::{Issued, chain, now, three, trust};

#[test]
fn any_single_bit_flipped_below_the_anchor_is_refused() {
    let (root, intermediate, leaf) = three();
    let anchors = trust(&[&root]);
    let accepted = |leaf: &[u8], intermediate: &[u8], ruleset| {
        let sent = [leaf, intermediate];
        let mut question = Question::new(&sent, &anchors, now());
        question.ruleset = ruleset;
        question.purpose = Purpose::Any;
        decide(&question, &AwsLc, &mut NoTrace).is_ok()
    };
    for ruleset in [Ruleset::Path, Ruleset::Rfc5280] {
        assert!(accepted(&leaf.der, &intermediate.der, ruleset));
        for (which, original) in [&leaf.der, &intermediate.der].into_iter().enumerate() {
            for bit in 0..original.len() * 8 {
                let mut flipped = original.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let sent = if which == 0 { (&flipped, &intermediate.der) } else { (&leaf.der, &flipped) };
                assert!(!accepted(sent.0, sent.1, ruleset), "bit {bit} of certificate {which}");
            }
        }
    }
}

/// Certificates bent in a few bytes, cut, or made up.
fn bent(originals: Vec<Issued>) -> impl Strategy<Value = Vec<Vec<u8>>> {
    let bend = (any::<Index>(), vec((any::<Index>(), any::<u8>()), 0..4), any::<Index>(), 0_u8..4);
    let one = bend.prop_map(move |(which, changes, cut, whole)| {
        let mut der = which.get(&originals).der.clone();
        for (at, value) in changes {
            let at = at.index(der.len());
            der[at] = value;
        }
        if whole == 0 {
            der.truncate(cut.index(der.len()));
        }
        der
    });
    vec(prop_oneof![9 => one, 1 => vec(any::<u8>(), 0..64)], 0..8)
}

fn originals() -> Vec<Issued> {
    let (root, intermediate, leaf) = three();
    vec![root, intermediate, leaf]
}

/// Signs everything: what the rules alone let through.
pub struct Anything;

impl x509::SignatureVerifier for Anything {
    fn verify(
        &self,
        _: &x509::SubjectPublicKeyInfo<'_>,
        _: &x509::AlgorithmIdentifier<'_>,
        _: &[u8],
        _: &[u8],
    ) -> Result<(), x509::SignatureError> {
        Ok(())
    }

    fn check_key(
        &self,
        _: &x509::SubjectPublicKeyInfo<'_>,
    ) -> Result<x509::KeyStrength, x509::SignatureError> {
        Ok(x509::KeyStrength::P256)
    }

    fn digest(&self, _: x509::DigestAlgorithm, _: &[u8]) -> x509::Digest {
        x509::Digest::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_bytes_make_a_decision_panic_and_a_trace_does_not_change_it(
        sent in bent(originals()), trusted in bent(originals()), path in any::<bool>()
    ) {
        let mut anchors = verify::TrustAnchors::new();
        let kept = trusted.iter().filter(|der| anchors.add_certificate(der).is_ok()).count();
        prop_assert!(anchors.len() <= kept);
        let sent: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
        let mut question = Question::new(&sent, &anchors, now());
        question.ruleset = if path { Ruleset::Path } else { Ruleset::Rfc5280 };
        question.purpose = Purpose::Any;
        let mut trace = Trace::new();
        let (silent, told) =
            (decide(&question, &Anything, &mut NoTrace), decide(&question, &Anything, &mut trace));
        prop_assert_eq!(&silent, &told);
        if let Err(rejection) = silent {
            prop_assert!(!rejection.to_string().chars().any(char::is_control), "{}", rejection);
        }
    }

    #[test]
    fn any_order_of_what_was_sent_leads_to_the_same_path(order in Just(vec![0_usize, 1, 2]).prop_shuffle()) {
        let (root, intermediate, leaf) = three();
        let others = [&intermediate, &root, &leaf];
        let mut sent = vec![&leaf];
        sent.extend(order.iter().map(|index| others[*index]));
        let (anchors, sent) = (trust(&[&root]), chain(&sent));
        let path = decide(&Question::new(&sent, &anchors, now()), &AwsLc, &mut NoTrace).unwrap();
        prop_assert_eq!(path.certificates().count(), 3);
    }

    #[test]
    fn no_text_makes_a_peer_name_panic_and_a_name_reads_as_it_is_shown(text in ".{0,40}", host in "[a-z0-9.*@:\\[\\]_-]{0,24}") {
        for text in [text, host] {
            if let Ok(name) = PeerName::parse(&text) {
                prop_assert_eq!(PeerName::parse(&name.to_string()), Ok(name));
            }
        }
    }
}
