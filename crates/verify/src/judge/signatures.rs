// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signatures: checked once in a decision, and not at all where a cache knows them.

use std::sync::OnceLock;

use x509::{AlgorithmIdentifier, Certificate, SignatureError};

use super::{Finding, Judge, Refused, Seat, Verdict};
use crate::decoded::Decoded;
use crate::rejection::Reason;
use crate::rules;
use crate::signature_cache::Claim;
use crate::trace::{Place, Shown, TraceSink};

/// A signed block and its signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) block: &'a [u8],
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signature: &'a [u8],
    pub(crate) recurs: Recurs,
}

/// Whether a signature is one that other decisions will meet again: those of CAs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recurs {
    Often,
    Seldom,
}

impl<'a> Signed<'a> {
    fn certificate(certificate: &Certificate<'a>, decoded: &Decoded<'a>) -> Self {
        Self {
            block: certificate.tbs().raw(),
            algorithm: certificate.signature_algorithm(),
            signature: certificate.signature_value(),
            recurs: if decoded.is_ca() { Recurs::Often } else { Recurs::Seldom },
        }
    }
}

/// A signature that was checked, by what was signed and by which key.
#[derive(Debug, Clone)]
pub(crate) struct Checked<'a> {
    signed: &'a [u8],
    key: &'a [u8],
    result: Result<(), SignatureError>,
}

impl<'a, T: TraceSink> Judge<'_, 'a, T> {
    /// RFC 5280 §6.1.3(a)(1): `issuer`'s key signed the certificate. What is not signed yet passes.
    pub(crate) fn signed(&mut self, seat: Seat<'_, 'a>, issuer: &Decoded<'a>) -> Verdict {
        let Some(certificate) = seat.certificate.signed() else {
            self.skip(&rules::SIGNATURE, seat, "not signed yet");
            return Ok(());
        };
        let error = self.signature(seat, &Signed::certificate(certificate, seat.certificate), issuer)?.err();
        self.hold(&rules::SIGNATURE, seat, error.is_none(), || {
            let wanted = Shown::signed_by(&issuer.tbs().subject());
            match error {
                None => Finding::new(Shown::algorithm(certificate.signature_algorithm().oid()), wanted),
                Some(error) => Finding::new(error.to_string(), wanted)
                    .because(Reason::Signature { issuer: issuer.subject(), error }),
            }
        })
    }

    /// Whether a certificate's own key signed it, or may yet. Names do not make it self-signed; but
    /// only of an anchor is that found out against them, since anyone can send certificates.
    pub(crate) fn is_self_signed(&mut self, seat: Seat<'_, 'a>) -> Result<bool, Refused> {
        let plausible = seat.certificate.self_issued || matches!(seat.place, Place::Anchor(_));
        if !plausible {
            return Ok(false);
        }
        let Some(certificate) = seat.certificate.signed() else { return Ok(true) };
        if let Some(known) = seat.certificate.self_signed().and_then(OnceLock::get) {
            return Ok(*known);
        }
        let signed = Signed::certificate(certificate, seat.certificate);
        let is_self_signed = match self.signature(seat, &signed, seat.certificate)? {
            Ok(()) => true,
            Err(SignatureError::BadSignature | SignatureError::KeyMismatch { .. }) => false,
            // A key that cannot verify anything: the names decide, and the next signature refuses it.
            Err(_) => seat.certificate.self_issued,
        };
        let remembered = seat.certificate.self_signed();
        Ok(remembered.map_or(is_self_signed, |remembered| *remembered.get_or_init(|| is_self_signed)))
    }

    /// Whether `issuer`'s key signed a certificate, which may stand outside the path.
    pub(crate) fn is_signed_by(
        &mut self,
        seat: Seat<'_, '_>,
        certificate: &Decoded<'a>,
        issuer: &Decoded<'a>,
    ) -> Result<bool, Refused> {
        let Some(signed) = certificate.signed() else { return Ok(false) };
        Ok(self.signature(seat, &Signed::certificate(signed, certificate), issuer)?.is_ok())
    }

    /// Checks a signature, once in a decision.
    pub(crate) fn signature(
        &mut self,
        seat: Seat<'_, '_>,
        signed: &Signed<'a>,
        signer: &Decoded<'a>,
    ) -> Result<Result<(), SignatureError>, Refused> {
        let key = signer.tbs().subject_public_key_info();
        let same = |one: &&Checked<'a>| std::ptr::eq(one.signed, signed.block) && one.key == key.raw();
        if let Some(known) = self.checked.iter().find(same) {
            return Ok(known.result.clone());
        }
        let paid = self.budget.signature();
        self.within(seat, paid)?;
        let result = self.check(signed, signer);
        self.checked.push(Checked { signed: signed.block, key: key.raw(), result: result.clone() });
        Ok(result)
    }

    /// Checks a signature, unless it is known to hold.
    fn check(&self, signed: &Signed<'a>, signer: &Decoded<'a>) -> Result<(), SignatureError> {
        let &Signed { block, algorithm, signature, recurs } = signed;
        let key = signer.tbs().subject_public_key_info();
        let claim = Claim { key: key.raw(), signed: block, algorithm: algorithm.raw(), signature };
        let cache = self.question.cache.filter(|_| recurs == Recurs::Often);
        if cache.is_some_and(|cache| cache.knows(&claim)) {
            return Ok(());
        }
        match signer.key(self.verifier) {
            Some(key) => key.verify(&algorithm, block, signature),
            None => self.verifier.verify(&key, &algorithm, block, signature),
        }?;
        if let Some(cache) = cache {
            cache.learn(&claim);
        }
        Ok(())
    }
}
