// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who signed a list: RFC 5280 §6.3.3(f) and (g).

use x509::ext::KeyUsage;

use super::aside::{self, Assumed};
use super::list::List;
use super::{Asked, No, Usable};
use crate::checks::is_key_of;
use crate::decoded::Decoded;
use crate::judge::{Finding, Judge};
use crate::question::Question;
use crate::rejection::StatusFault;
use crate::rules::{self, Provision};
use crate::trace::{Shown, TraceSink};

/// A certificate that may be that of a list's issuer.
#[derive(Clone, Copy)]
struct Candidate<'p, 'a> {
    certificate: &'p Decoded<'a>,
    /// Whether it has been judged: it stands in the path, above the certificate whose status is asked for.
    judged: bool,
    /// Whether its key is the one that the list names; `None` when that is not said.
    named: Option<bool>,
}

/// Whose key signed `list`, with a certificate that leads to the anchor of the path.
pub(super) fn of<'p, 'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, 'p, 'a>,
    list: &List<'a>,
) -> Usable<&'p Decoded<'a>>
where
    'a: 'p,
{
    let mut best: Option<(Stage, StatusFault)> = None;
    let mut verified = None;
    for candidate in candidates(asked, list, judge.question) {
        let key = candidate.certificate.tbs().subject_public_key_info();
        // Where a key has verified the signature, certificates of others are beside the point.
        if verified.is_some_and(|verified| verified != key) {
            continue;
        }
        match signed_by(judge, asked, candidate, list) {
            Ok(()) => return Ok(candidate.certificate),
            Err(No::Stop(refused)) => return Err(No::Stop(refused)),
            Err(No::Fault(fault)) => {
                let stage = Stage::of(&fault, candidate);
                verified = (stage.step == Step::Trusted).then_some(key);
                if best.as_ref().is_none_or(|(known, _)| *known < stage) {
                    best = Some((stage, fault));
                }
            }
        }
    }
    Err(No::Fault(match best {
        Some((_, fault)) => fault,
        None => judge.unusable(&rules::CRL_ISSUER_KNOWN, asked.seat, list, || {
            Finding::new("none", "a certificate of the list's issuer")
        }),
    }))
}

/// How much the fault of a candidate tells: more of the one whose key the list names, and the more the
/// later it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stage {
    named: bool,
    step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    MaySign,
    Signature,
    Trusted,
}

impl Stage {
    fn of(fault: &StatusFault, candidate: Candidate<'_, '_>) -> Self {
        let is = |provision: &Provision| std::ptr::eq(&raw const provision.rule, fault.rule);
        let step = if is(&rules::CRL_ISSUER_TRUSTED) {
            Step::Trusted
        } else if is(&rules::CRL_SIGNATURE) {
            Step::Signature
        } else {
            Step::MaySign
        };
        Self { named: candidate.named == Some(true), step }
    }
}

/// The certificates of the list's issuer, those whose key it names first, those in the path before others.
fn candidates<'p, 'a>(
    asked: Asked<'_, 'p, 'a>,
    list: &List<'a>,
    question: &Question<'a>,
) -> Vec<Candidate<'p, 'a>>
where
    'a: 'p,
{
    let (path, issuer) = (asked.path, list.crl.tbs().issuer());
    let above = path.certificates.iter().skip(asked.seat.place.depth().saturating_add(1));
    let candidate = |certificate: &'p Decoded<'a>, judged| {
        let named = list.authority().and_then(|authority| is_key_of(&authority, certificate));
        Candidate { certificate, judged, named }
    };
    let above = above.map(|certificate| candidate(certificate, true));
    let prepared = question.prepared.into_iter().flat_map(|prepared| prepared.store().named(issuer));
    let others = path.given.iter().map(|(certificate, _)| certificate);
    let others = others.chain(prepared.map(|kept| kept.decoded()));
    let others = others.map(|certificate| candidate(certificate, false));
    let mut found: Vec<Candidate<'_, '_>> = Vec::new();
    for candidate in above.chain(others) {
        let der = candidate.certificate.der();
        let again = || found.iter().any(|known| known.certificate.der() == der);
        if candidate.certificate.tbs().subject().matches(&issuer) && der.is_some() && !again() {
            found.push(candidate);
        }
    }
    found.sort_by_key(|candidate| (candidate.named == Some(false), !candidate.judged));
    found
}

/// Whether the candidate may sign lists, signed this one, and is trusted.
fn signed_by<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    candidate: Candidate<'_, 'a>,
    list: &List<'a>,
) -> Usable {
    let (seat, signer) = (asked.seat, candidate.certificate);
    if let Some(usage) = signer.known.key_usage {
        let may = usage.value.has(KeyUsage::CRL_SIGN);
        judge.usable(&rules::CRL_ISSUER_MAY_SIGN, seat, list, may, || {
            Finding::new(Shown::usage("", usage.value), "cRLSign")
        })?;
    }
    let signature = judge.signature(seat, &list.signed(), signer)?;
    judge.usable(&rules::CRL_SIGNATURE, seat, list, signature.is_ok(), || {
        let wanted = Shown::signed_by(&signer.tbs().subject());
        match &signature {
            Ok(()) => Finding::new(Shown::algorithm(list.crl.signature_algorithm().oid()), wanted),
            Err(error) => Finding::new(error.to_string(), wanted),
        }
    })?;
    let assumed = Assumed::new(list.crl.tbs().raw(), signer);
    if candidate.judged || assumed.is_among(&judge.assumed) {
        return Ok(());
    }
    let refused = if is_appointed(judge, asked, signer, list)? {
        aside::leads_to_anchor(judge, asked, signer, assumed, judge.question.revocation).err()
    } else {
        Some(format!("a certificate that {} issued", signer.issuer()))
    };
    judge.usable(&rules::CRL_ISSUER_TRUSTED, asked.seat, list, refused.is_none(), || {
        let wanted =
            Shown::from("a certificate signed by an authority of the path, and a path to the same anchor");
        Finding::new(refused.unwrap_or_else(|| "both".to_owned()), wanted)
    })?;
    Ok(())
}

/// Whether a key of the path signed the certificate of a signer that does not stand in it.
///
/// DIVERGENCE 5280-6.3.3-f-namesake: a name and the same anchor would do, and any authority below that
/// anchor can give another's name to a key of its own. Who signs in the name of the certificate's issuer
/// is appointed by that issuer, or by whoever certified it; who signs for others (cRLIssuer), by an
/// authority above the certificate.
fn is_appointed<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    signer: &Decoded<'a>,
    list: &List<'a>,
) -> Usable<bool> {
    let above = asked.path.certificates.iter().skip(asked.seat.place.depth().saturating_add(1));
    let in_its_name =
        asked.issuer().is_some_and(|issuer| issuer.tbs().subject().matches(&list.crl.tbs().issuer()));
    let count = if in_its_name { 2 } else { usize::MAX };
    for authority in above.take(count) {
        let named = authority.tbs().subject().matches(&signer.tbs().issuer());
        if named && judge.is_signed_by(asked.seat, signer, authority)? {
            return Ok(true);
        }
    }
    Ok(false)
}
