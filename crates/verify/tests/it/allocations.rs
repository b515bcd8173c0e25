// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a decision allocates is a few lists, whatever the certificates say.

use std::hint::black_box;

use verify::{Intermediates, NoTrace, Question, TrustAnchors, decide};

use crate::hostile::Anything;
use crate::pki::{chain, now, three, trust};

#[test]
fn a_decision_makes_a_few_lists() {
    let (root, intermediate, leaf) = three();
    let (anchors, sent) = (trust(&[&root]), chain(&[&leaf, &intermediate]));
    let mut prepared = Intermediates::new();
    prepared.add_certificate(&intermediate.der).unwrap();
    let count = |anchors: &TrustAnchors, prepared| {
        let mut question = Question::new(&sent, anchors, now());
        question.prepared = prepared;
        let counted = allocation_counter::measure(|| {
            black_box(decide(black_box(&question), &Anything, &mut NoTrace).unwrap());
        });
        counted.count_total
    };
    for counted in [count(&anchors, None), count(&anchors, Some(&prepared))] {
        assert!((1..=8).contains(&counted), "{counted}");
    }
}
