// SPDX-License-Identifier: MIT OR Apache-2.0
//! What OCSP responses say of one certificate: RFC 6960 §3.2.

use std::cmp::Reverse;
use std::time::Duration;

use x509::hex::Hex;
use x509::ocsp::{CertId, CertStatus, ResponderId, SingleResponse};

use super::response::{Response, digest_algorithm};
use super::status::{Revoked, Status};
use super::{Asked, No, Usable, responder};
use crate::judge::{Finding, Judge, Verdict};
use crate::rules;
use crate::trace::TraceSink;
use x509::ext::ReasonFlags;
use x509::{SignatureVerifier, Time};

/// How old an answer may be that does not say when there will be another. RFC 6960 §3.2(5) asks for
/// "sufficiently recent"; the Baseline Requirements (§4.9.10) have answers end within ten days.
const RECENT: Duration = Duration::from_secs(7 * 86_400);

/// Takes the newest answer about the certificate that can be used; those before it are out of date.
pub(super) fn look<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    status: &mut Status<'_>,
) -> Verdict {
    let mut answers: Vec<_> = asked
        .sources
        .responses()
        .iter()
        .flat_map(|response| about(judge.verifier, asked, response))
        .collect();
    for response in asked.sources.responses() {
        if !answers.iter().any(|(answering, _)| std::ptr::eq(*answering, response)) {
            status.unrelated(response);
        }
    }
    // Of two of the same moment the one that says revoked comes first.
    answers.sort_by_key(|(_, answer)| {
        (Reverse(answer.this_update), !matches!(answer.status, CertStatus::Revoked { .. }))
    });
    let mut unauthorized: Vec<&Response<'a>> = Vec::new();
    let mut unknowing: Vec<ResponderId<'a>> = Vec::new();
    for (response, answer) in answers {
        // Who signed a response is the same for all of its answers.
        if unauthorized.iter().any(|known| std::ptr::eq(*known, response)) {
            continue;
        }
        // What a responder no longer knows of it knew better before; but who was revoked stays so.
        let forgotten = unknowing.contains(&response.basic.data().responder_id());
        if forgotten && !matches!(answer.status, CertStatus::Revoked { .. }) {
            continue;
        }
        match take(judge, asked, (response, &answer), &mut unauthorized, status) {
            Ok(()) => return Ok(()),
            Err(No::Fault(fault)) => {
                if std::ptr::eq(fault.rule, &raw const rules::OCSP_KNOWS.rule) {
                    unknowing.push(response.basic.data().responder_id());
                }
                status.fault(fault);
            }
            Err(No::Stop(refused)) => return Err(refused),
        }
    }
    Ok(())
}

/// The answers of a response that are about the certificate (1).
fn about<'l, 'a>(
    verifier: &dyn SignatureVerifier,
    asked: Asked<'_, '_, 'a>,
    response: &'l Response<'a>,
) -> impl Iterator<Item = (&'l Response<'a>, SingleResponse<'a>)> {
    let answers = response.basic.data().responses().iter();
    answers
        .filter(move |answer| is_about(verifier, asked, &answer.cert_id))
        .map(move |answer| (response, answer))
}

/// RFC 6960 §4.1.1: the hashes are those of the issuer's name, as the certificate has it, and of its key.
fn is_about(verifier: &dyn SignatureVerifier, asked: Asked<'_, '_, '_>, id: &CertId<'_>) -> bool {
    let tbs = &asked.certificate().tbs();
    if id.serial != tbs.serial() {
        return false;
    }
    let (Some(algorithm), Some(issuer)) = (digest_algorithm(id.hash_algorithm.oid()), asked.issuer()) else {
        return false;
    };
    let key = issuer.tbs().subject_public_key_info().key_bits();
    let is = |data: &[u8], hash: &[u8]| verifier.digest(algorithm, data).octets() == hash;
    is(tbs.issuer().raw(), id.issuer_name_hash) && is(key, id.issuer_key_hash)
}

/// Takes an answer, if everything holds that §3.2 asks for.
fn take<'l, 'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'l, '_, 'a>,
    (response, answer): (&'l Response<'a>, &SingleResponse<'a>),
    unauthorized: &mut Vec<&'l Response<'a>>,
    status: &mut Status<'_>,
) -> Usable {
    let paid = judge.budget.status();
    judge.within(asked.seat, paid)?;
    let unprocessed = answer.unprocessed();
    judge.usable(&rules::OCSP_UNKNOWN_CRITICAL, asked.seat, response, unprocessed.is_none(), || {
        let seen = unprocessed.map_or_else(|| "none".to_owned(), |oid| format!("critical {oid}"));
        Finding::new(seen, "no such extension")
    })?;
    nonce(judge, asked, response)?;
    current(judge, asked, response, answer)?;
    responder::authorized(judge, asked, response).inspect_err(|_| unauthorized.push(response))?;
    let known = answer.status != CertStatus::Unknown;
    judge.usable(&rules::OCSP_KNOWS, asked.seat, response, known, || {
        Finding::new(if known { "known" } else { "unknown" }, "good or revoked")
    })?;
    match answer.status {
        CertStatus::Good => status.cover(ReasonFlags::ALL, response),
        CertStatus::Revoked { time, reason } => {
            let reason = reason.or_else(|| answer.reason().map(|reason| reason.value));
            status.revoke(Revoked { since: time, reason, source: response.to_string() });
        }
        CertStatus::Unknown => {}
    }
    Ok(())
}

/// RFC 9654 §2.1: a nonce that was sent comes back.
fn nonce<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    asked: Asked<'_, '_, '_>,
    response: &Response<'_>,
) -> Usable {
    let Some(sent) = judge.question.revocation.and_then(|revocation| revocation.nonce) else { return Ok(()) };
    let found = response.basic.data().nonce().map(|nonce| nonce.value.octets());
    judge.usable(&rules::OCSP_NONCE, asked.seat, response, found == Some(sent), || {
        Finding::new(found.map_or_else(|| "none".to_owned(), hex), hex(sent))
    })?;
    Ok(())
}

/// RFC 6960 §3.2(5, 6).
fn current<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    asked: Asked<'_, '_, '_>,
    response: &Response<'_>,
    answer: &SingleResponse<'_>,
) -> Usable {
    let at = judge.question.at;
    let (this_update, next_update) = (answer.this_update, answer.next_update);
    let ended = match next_update {
        Some(next) => next < at,
        None => at.since(this_update).is_some_and(|age| age > RECENT),
    };
    judge.usable(&rules::OCSP_CURRENT, asked.seat, response, this_update <= at && !ended, || {
        Finding::new(period(this_update, next_update), format!("current at {at}"))
    })?;
    Ok(())
}

/// The first octets, hexadecimal.
fn hex(octets: &[u8]) -> String {
    const SHOWN: usize = 16;
    match octets.first_chunk::<SHOWN>() {
        Some(first) if octets.len() > SHOWN => format!("{}…", Hex(first)),
        _ => Hex(octets).to_string(),
    }
}

fn period(this_update: Time, next_update: Option<Time>) -> String {
    match next_update {
        Some(next) => format!("{this_update} until {next}"),
        None => format!("{this_update}, which is good for 7 days"),
    }
}
