// SPDX-License-Identifier: MIT OR Apache-2.0
//! The path of whoever signed a list or a response and does not stand in the path itself: RFC 5280
//! §6.3.3(f), to the same anchor.

use super::{Asked, Revocation};
use crate::common_name::CommonName;
use crate::decoded::{Decoded, bounded};
use crate::judge::Judge;
use crate::policy::PolicyInputs;
use crate::question::{Purpose, Question};
use crate::search::{self, Aside, Work};
use crate::trace::TraceSink;

/// How deep the status of a signer may need what yet another has signed.
const NESTING: usize = 3;

/// That a list was signed by this key, and that the key's certificate is being judged.
///
/// DIVERGENCE 5280-6.3.3-f: what the list says of that very certificate is believed, since nothing else
/// would ever tell (PKITS 4.14.30).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assumed<'a> {
    block: &'a [u8],
    key: &'a [u8],
}

impl<'a> Assumed<'a> {
    /// That `signer` has signed this block.
    pub(super) fn new(block: &'a [u8], signer: &Decoded<'a>) -> Self {
        Self { block, key: signer.tbs().subject_public_key_info().raw() }
    }

    /// Whether it is assumed.
    pub(super) fn is_among(&self, assumed: &[Self]) -> bool {
        assumed.iter().any(|known| std::ptr::eq(known.block, self.block) && known.key == self.key)
    }
}

/// Whether `signer` leads to the anchor of the path, whatever it is for; `revocation` is what is asked
/// about those on the way.
pub(super) fn leads_to_anchor<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    signer: &Decoded<'a>,
    assumed: Assumed<'a>,
    revocation: Option<Revocation<'a>>,
) -> Result<(), String> {
    if judge.assumed.len() >= NESTING {
        return Err(format!("the status of a signer of a signer, {NESTING} deep"));
    }
    let question = Question {
        chain: &[],
        intermediates: &[],
        purpose: Purpose::Any,
        name: None,
        common_name: CommonName::Ignored,
        max_path_len: None,
        policies: PolicyInputs::default(),
        revocation,
        ..*judge.question
    };
    let aside = Aside {
        given: asked.path.given,
        anchor: asked.path.certificates.last().and_then(|anchor| anchor.der()).unwrap_or_default(),
        assumed: judge.assumed.iter().copied().chain([assumed]).collect(),
        sources: asked.sources,
        spent: Work { budget: judge.budget, checked: std::mem::take(&mut judge.checked) },
    };
    let (decision, work) = search::aside(&question, judge.verifier, signer, aside);
    (judge.budget, judge.checked) = (work.budget, work.checked);
    // It may tell of one that tells of one.
    decision.map_err(bounded)
}
