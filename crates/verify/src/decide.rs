// SPDX-License-Identifier: MIT OR Apache-2.0
//! The decision.

use x509::{SignatureVerifier, TbsCertificate};

use crate::decoded::Decoded;
use crate::question::Question;
use crate::rejection::Rejection;
use crate::search::given::Given;
use crate::search::{Found, Search};
use crate::trace::{Step, TraceSink};
use crate::verified_path::VerifiedPath;

/// Decides whether the first certificate of the question's chain is to be trusted.
///
/// Every check that costs nothing comes before any signature, and the work is bounded whatever the
/// input: see the budgets at the end of [`rules::ALL`](crate::rules::ALL). A leaf that is itself an anchor needs no issuer,
/// but must keep every rule of a leaf.
///
/// # Errors
/// Of everything that stood in the way, what says most.
pub fn decide<'a, T: TraceSink>(
    question: &Question<'a>,
    verifier: &dyn SignatureVerifier,
    trace: &mut T,
) -> Result<VerifiedPath<'a>, Rejection> {
    let (leaf, others) =
        question.chain.split_first().map_or((&[][..], &[][..]), |(leaf, others)| (*leaf, others));
    let mut given = Given::certificate(leaf, question).map_err(|error| malformed(error, trace))?;
    given.add_others(others, question, trace);
    let Found { above, policies } = Search::new(question, verifier, trace, &given).path()?;
    VerifiedPath::new(given.leaf(), &above, policies).ok_or_else(|| Rejection::unknown_issuer(given.leaf()))
}

/// Judges a certificate before it is signed: every rule but its signature, which is left out.
///
/// `tbs` is the to-be-signed block. The question's `chain` is that of its issuer, the issuer's own
/// certificate first. With an empty chain, a self-issued `tbs` is judged as a root to be.
///
/// # Errors
/// As [`decide`].
pub fn judge_unsigned<'a, T: TraceSink>(
    tbs: &'a [u8],
    question: &Question<'a>,
    verifier: &dyn SignatureVerifier,
    trace: &mut T,
) -> Result<(), Rejection> {
    let leaf = TbsCertificate::parse(tbs).map(Decoded::from_tbs).map_err(|error| malformed(error, trace))?;
    let alone = leaf.self_issued && question.chain.is_empty();
    let mut given = Given::unsigned(leaf);
    given.add_others(question.chain, question, trace);
    let search = Search::new(question, verifier, trace, &given);
    if alone { search.alone() } else { search.path().map(drop) }
}

/// Bytes that are no certificate.
fn malformed(error: x509::Error, trace: &mut impl TraceSink) -> Rejection {
    trace.record(Step::Unusable { which: "the leaf".to_owned(), reason: error.to_string() });
    Rejection::malformed(error)
}
