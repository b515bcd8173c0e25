// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who may answer for an authority: RFC 6960 §4.2.2.2.

use x509::ext::{KeyUsage, OcspNoCheck};
use x509::{SignatureError, oid};

use super::aside::{self, Assumed};
use super::response::Response;
use super::{Asked, No, Revocation, UnknownStatus, Usable};
use crate::decoded::Decoded;
use crate::judge::{Finding, Judge};
use crate::rules;
use crate::trace::{Shown, TraceSink};

/// The response is signed by the certificate's issuer, or by whom the issuer has given that to.
pub(super) fn authorized<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    response: &Response<'a>,
) -> Usable {
    let Some(issuer) = asked.issuer() else { return Ok(()) };
    if response.is_by(issuer, judge.verifier) && signature(judge, asked, response, issuer)?.is_ok() {
        return signed(judge, asked, response, issuer, &Ok(()));
    }
    let mut fault = None;
    let is_issuer = |responder: &Decoded<'_>| {
        responder.tbs().subject_public_key_info() == issuer.tbs().subject_public_key_info()
    };
    for responder in candidates(asked, response) {
        if is_issuer(responder) || !response.is_by(responder, judge.verifier) {
            continue;
        }
        match delegated(judge, asked, response, responder, issuer) {
            Ok(()) => return Ok(()),
            Err(No::Fault(found)) => fault = fault.or(Some(found)),
            Err(No::Stop(refused)) => return Err(No::Stop(refused)),
        }
    }
    if let Some(fault) = fault {
        return Err(No::Fault(fault));
    }
    if response.is_by(issuer, judge.verifier) {
        let result = signature(judge, asked, response, issuer)?;
        return signed(judge, asked, response, issuer, &result);
    }
    Err(No::Fault(judge.unusable(&rules::OCSP_RESPONDER_KNOWN, asked.seat, response, || {
        Finding::new("none", "a certificate of the responder's")
    })))
}

/// The certificates that came with the response, then those of the question.
fn candidates<'l, 'a>(
    asked: Asked<'l, '_, 'a>,
    response: &'l Response<'a>,
) -> impl Iterator<Item = &'l Decoded<'a>> {
    response.certificates.iter().chain(asked.path.given.iter().map(|(certificate, _)| certificate))
}

fn signature<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    response: &Response<'a>,
    signer: &Decoded<'a>,
) -> Usable<Result<(), SignatureError>> {
    Ok(judge.signature(asked.seat, &response.signed(), signer)?)
}

/// RFC 6960 §3.2(2).
fn signed<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    asked: Asked<'_, '_, '_>,
    response: &Response<'_>,
    signer: &Decoded<'_>,
    result: &Result<(), SignatureError>,
) -> Usable {
    judge.usable(&rules::OCSP_SIGNATURE, asked.seat, response, result.is_ok(), || {
        let wanted = Shown::signed_by(&signer.tbs().subject());
        match result {
            Ok(()) => Finding::new(Shown::algorithm(response.basic.signature_algorithm().oid()), wanted),
            Err(error) => Finding::new(error.to_string(), wanted),
        }
    })?;
    Ok(())
}

/// A responder whose certificate the issuer itself has signed, for answering, leads to the same anchor.
fn delegated<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    response: &Response<'a>,
    responder: &Decoded<'a>,
    issuer: &Decoded<'a>,
) -> Usable {
    let known = &responder.known;
    let listed = known.extended_key_usage.is_some_and(|usage| usage.value.has(oid::OCSP_SIGNING));
    let usable = known.key_usage.is_none_or(|usage| {
        usage.value.has(KeyUsage::DIGITAL_SIGNATURE) || usage.value.has(KeyUsage::NON_REPUDIATION)
    });
    judge.usable(&rules::OCSP_RESPONDER_AUTHORIZED, asked.seat, response, listed && usable, || {
        let seen = match known.extended_key_usage {
            _ if listed && usable => "OCSPSigning".into(),
            _ if listed => "a keyUsage without signing".into(),
            Some(usage) => Shown::purposes(&usage.value),
            None => "no extKeyUsage".into(),
        };
        Finding::new(seen, "OCSPSigning, given by the certificate's issuer")
    })?;
    let result = signature(judge, asked, response, responder)?;
    signed(judge, asked, response, responder, &result)?;
    let direct = responder.tbs().issuer().matches(&issuer.tbs().subject());
    let direct = direct && judge.is_signed_by(asked.seat, responder, issuer)?;
    let refused = if direct {
        let nocheck = matches!(responder.tbs().extensions().decode::<OcspNoCheck>(), Ok(Some(_)));
        // Who answers for a responder is left open by §4.2.2.2.1: what says that it is revoked counts.
        let revocation = judge.question.revocation.filter(|_| !nocheck);
        let revocation = revocation.map(|asked| Revocation { unknown: UnknownStatus::Accepted, ..asked });
        let assumed = Assumed::new(response.basic.data().raw(), responder);
        aside::leads_to_anchor(judge, asked, responder, assumed, revocation).err()
    } else {
        Some("issued by another".to_owned())
    };
    judge.usable(&rules::OCSP_RESPONDER_TRUSTED, asked.seat, response, refused.is_none(), || {
        let wanted = Shown::signed_by(&issuer.tbs().subject());
        Finding::new(refused.unwrap_or_else(|| "a path to the anchor".to_owned()), wanted)
    })?;
    Ok(())
}
