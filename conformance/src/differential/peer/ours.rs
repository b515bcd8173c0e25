// SPDX-License-Identifier: MIT OR Apache-2.0
//! `verify`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use keys::AwsLc;
use verify::{
    NoTrace, Outcome, PeerName, Place, Provision, Question, Reason, Rejection, Ruleset, Step, Trace,
    TraceSink, TrustAnchors, rules,
};
use x509::ext::BasicConstraints;
use x509::{Certificate, SignatureError};

use super::{Cause, Verdict};
use crate::differential::mutant::Mutant;

/// The code of what no bytes may do; no class knows it.
const PANIC: &str = "panic";

/// What `verify` decides by a ruleset.
pub(crate) fn judge(mutant: &Mutant, ruleset: Ruleset) -> Verdict {
    let decide = || decide(mutant, ruleset, &mut NoTrace).map_err(|rejection| cause(&rejection));
    let decided = catch_unwind(AssertUnwindSafe(decide));
    match decided.unwrap_or_else(|_payload| Err(Cause::new(PANIC, "verify panicked"))) {
        Ok(()) => Verdict::Accepted,
        Err(mut cause) => {
            if is_consequence(&cause) || mutant.has_a_choice() {
                cause.beside = beside(mutant, ruleset);
            }
            Verdict::Refused(cause)
        }
    }
}

fn decide(mutant: &Mutant, ruleset: Ruleset, trace: &mut impl TraceSink) -> Result<(), Rejection> {
    let mut anchors = TrustAnchors::new();
    // What cannot be read is not trusted.
    mutant.anchors.iter().for_each(|der| drop(anchors.add_certificate(der)));
    let sent: Vec<&[u8]> = mutant.sent.iter().map(Vec::as_slice).collect();
    // The names asked for are names: what is not is never drawn.
    let name = PeerName::parse(&mutant.host).ok();
    let mut question = Question::new(&sent, &anchors, mutant.at);
    question.name = name.as_ref();
    question.ruleset = ruleset;
    verify::decide(&question, &AwsLc, trace).map(drop)
}

fn cause(rejection: &Rejection) -> Cause {
    let field = match rejection.reason() {
        Reason::Malformed(error) => error.field().to_owned(),
        _ => String::new(),
    };
    let is_anchor = matches!(rejection.place(), Place::Anchor(_));
    Cause { field, is_anchor, ..Cause::new(rejection.rule().id, rejection.to_string()) }
}

/// Whether it may be said only because another issuer was passed over.
fn is_consequence(cause: &Cause) -> bool {
    let signature = SignatureError::BadSignature.to_string();
    cause.code == rules::ISSUER_KNOWN.rule.id
        || (cause.code == rules::ISSUER_IS_CA.rule.id && cause.words.contains("no basicConstraints"))
        || (cause.code == rules::SIGNATURE.rule.id && cause.words.contains(&signature))
}

/// Everything else that stood in the way: what cannot be read, and every rule that refused an issuer.
fn beside(mutant: &Mutant, ruleset: Ruleset) -> Vec<Cause> {
    let others = mutant.sent.iter().skip(1).map(|der| (der, false));
    let all = others.chain(mutant.anchors.iter().map(|der| (der, true)));
    let mut causes: Vec<Cause> = all
        .filter_map(|(der, is_anchor)| {
            let (rule, error) = unreadable(der)?;
            let cause = Cause::new(rule.rule.id, error.to_string());
            Some(Cause { field: error.field().to_owned(), is_anchor, ..cause })
        })
        .collect();
    let mut trace = Trace::new();
    drop(decide(mutant, ruleset, &mut trace));
    for step in trace.into_steps() {
        let Step::Applied { rule, place, seen, outcome: Outcome::Fail, .. } = step else { continue };
        let mut cause = Cause::new(rule.id, seen.to_string());
        cause.is_anchor = matches!(place, Place::Anchor(_));
        // Of what cannot be read, the words begin with the field.
        if rule.id == rules::EXTENSION_WELL_FORMED.rule.id {
            cause.field = cause.words.split(':').next().unwrap_or_default().to_owned();
        }
        causes.push(cause);
    }
    causes.retain(|cause| !is_consequence(cause));
    causes
}

/// Why a certificate, or what makes it a CA's, cannot be read.
fn unreadable(der: &[u8]) -> Option<(&'static Provision, x509::Error)> {
    let constraints =
        |certificate: Certificate<'_>| certificate.tbs().extensions().decode::<BasicConstraints>();
    match Certificate::parse(der).map(constraints) {
        Err(error) => Some((&rules::WELL_FORMED, error)),
        Ok(Err(error)) => Some((&rules::EXTENSION_WELL_FORMED, error)),
        Ok(Ok(_)) => None,
    }
}
